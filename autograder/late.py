"""What handing in late costs: a plug-in for nbgrader, and the due date it counts from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from traitlets import Float

from autograder import roster
from autograder.course import Course
from autograder.errors import CourseError
from autograder.submitted import Submitted, of_everyone

TIMESTAMP = "timestamp.txt"
NEVER = "none"


class LatePolicy(LateSubmissionPlugin):
    """Take a share of the score for each day begun after the due date.

    The due date is put off by the grace and by the student's extra time. nbgrader calls this while
    grading, with the seconds since the due date and since its own extensions.
    """

    grace_minutes = Float(0.0, min=0.0, help="So late is not late.").tag(config=True)
    percent_per_day = Float(
        0.0, min=0.0, max=100.0, help="What each day begun costs, of the score."
    ).tag(config=True)
    most_percent = Float(100.0, min=0.0, max=100.0, help="No more than this is taken.").tag(
        config=True
    )

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points that a student loses."""
        hours = roster.extra_hours(Path(CourseDirectory(config=self.config).root))
        percent = self.percent(total_seconds_late - 3600 * hours.get(student_id, 0))
        return round(score * percent / 100, 2) if percent else None

    def percent(self, seconds: float) -> float:
        """Return the share of the score that lateness costs, extra time being off already."""
        late = seconds - 60 * self.grace_minutes
        if late <= 0:
            return 0.0
        if self.penalty_method == "zero":
            return 100.0
        return min(math.ceil(late / 86400) * self.percent_per_day, self.most_percent)


@dataclass(frozen=True)
class Late:
    """A late submission: by how much, extra time being off, and what it costs now."""

    student: str
    seconds: float
    penalty: float
    before: float


def settle(course: Course, problem_set: str) -> list[Late]:
    """Bring the penalties of what is graded up to date, and return who is late.

    It is for a due date, a policy or extra time that was changed after the grading, and for points
    that a person gave since. Nothing is run again.
    """
    course.check_released(problem_set)
    nbgrader = course.nbgrader()
    step, database = AssignLatePenalties(config=nbgrader.config), nbgrader.coursedir.db_url
    hours = roster.extra_hours(course.root)
    late = _late(course, problem_set)
    for student, (_, graded) in late.items():
        for book in graded.penalties:
            about = {"notebook": book, "assignment": problem_set, "student": student}
            step.preprocess(nbformat.v4.new_notebook(), {"nbgrader": about | {"db_url": database}})
    with course.gradebook() as gradebook:
        now = of_everyone(gradebook, problem_set)
    found = [
        Late(
            student,
            max(0.0, seconds - 3600 * hours.get(student, 0)),
            now[student].penalty,
            before.penalty,
        )
        for student, (seconds, before) in late.items()
    ]
    return [who for who in found if who.seconds or who.penalty or who.before]


def _late(course: Course, problem_set: str) -> dict[str, tuple[float, Submitted]]:
    """Return who was graded and is late, by how many seconds, or was and still has a penalty."""
    with course.gradebook() as gradebook:
        due = gradebook.find_assignment(problem_set).duedate
        graded = of_everyone(gradebook, problem_set)
    late = {}
    for student, one in graded.items():
        is_known = due is not None and one.timestamp is not None
        seconds = (one.timestamp - due - one.extension).total_seconds() if is_known else 0.0
        if seconds > 0 or one.penalty:
            late[student] = max(0.0, seconds), one
    return late


def handed_in_at(folder: Path) -> datetime | None:
    """Return when a submission was handed in, in UTC, if a time is known."""
    path = folder / TIMESTAMP
    try:
        if path.is_symlink() or not path.is_file():
            return None
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None


def write_time(folder: Path, moment: datetime | None) -> None:
    """Note when a submission was handed in, where nbgrader reads it; None if nobody knows."""
    path = folder / TIMESTAMP
    if moment is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")


def due_date(text: str) -> datetime | None:
    """Return the moment that a text like ``2026-12-01 23:59 Europe/Vienna`` names, in UTC.

    ``none`` stands for no due date. The zone may be a name or a difference such as ``+01:00``.
    """
    if text.strip().casefold() == NEVER:
        return None
    *moment, zone = text.split() or [""]
    try:
        local = datetime.fromisoformat(" ".join(moment))
        if local.tzinfo is not None:
            raise ValueError
        aware = local.replace(tzinfo=_zone(zone))
    except (ValueError, OSError, KeyError):
        raise CourseError(
            f"A due date must name its day, time and time zone, such as "
            f'"2026-12-01 23:59 Europe/Vienna" or "2026-12-01 23:59 +01:00", got {text!r}.'
        ) from None
    return aware.astimezone(UTC).replace(tzinfo=None)


def _zone(name: str):
    if name.startswith(("+", "-")):
        return datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo
    return ZoneInfo(name)


def in_words(seconds: float) -> str:
    """Return a time as people say it: 3 d 4 h, 25 min."""
    minutes = math.ceil(seconds / 60)
    days, rest = divmod(timedelta(minutes=minutes), timedelta(days=1))
    hours, rest = divmod(rest, timedelta(hours=1))
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    left = rest // timedelta(minutes=1)
    return f"{hours} h {left} min" if hours and left else f"{hours} h" if hours else f"{left} min"
