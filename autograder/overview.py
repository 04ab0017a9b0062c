"""How far each student and each problem set is: from the gradebook, the ledger and the files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from autograder import intake, late, ledger, problem_sets, roster
from autograder.course import Course
from autograder.submitted import Submitted, of_everyone
from autograder.variants import source_for

NOTHING, TO_GRADE, GRADED = "nothing handed in", "to grade", "graded"
OUT_OF_DATE, REFUSED = "grade out of date", "refused"
STATES = (NOTHING, TO_GRADE, GRADED, OUT_OF_DATE, REFUSED)


@dataclass(frozen=True)
class Standing:
    """How far one student is with one problem set.

    Parameters
    ----------
    student, name : str
    on_roster : bool
        Whether the gradebook knows the student.
    state : str
        One of `STATES`.
    reason : str or None
        Why it was refused, or why the grade is out of date.
    handed_in : datetime or None
        In UTC, where the time is known.
    seconds_late : float
        Extensions and extra time being off.
    score, max_score, penalty : float or None
        As in the gradebook, the penalty already taken from the score.
    cells_waiting : int
        Answers that a person has still to read.
    feedback : str or None
        Nothing, "written", or "out of date" if the grading is newer.
    """

    student: str
    name: str = ""
    on_roster: bool = True
    state: str = NOTHING
    reason: str | None = None
    handed_in: datetime | None = None
    seconds_late: float = 0.0
    score: float | None = None
    max_score: float | None = None
    penalty: float = 0.0
    cells_waiting: int = 0
    feedback: str | None = None


@dataclass(frozen=True)
class Progress:
    """A problem set: when it is due, in UTC, and how far everyone is."""

    problem_set: str
    due: datetime | None
    standings: list[Standing]

    def count(self) -> dict[str, int]:
        """Return how many are in each state, and what else is to be done."""
        states = Counter(standing.state for standing in self.standings)
        return {state: states[state] for state in STATES} | {
            "late": sum(standing.seconds_late > 0 for standing in self.standings),
            "waiting for manual grading": sum(s.cells_waiting > 0 for s in self.standings),
            "with feedback": sum(s.feedback == "written" for s in self.standings),
            "not on the roster": sum(not standing.on_roster for standing in self.standings),
        }


def progress(course: Course, problem_set: str) -> Progress:
    """Return how far everyone on the roster, and everyone who handed in, is."""
    course.check_released(problem_set)
    submitted = course.submissions(problem_set)
    people = {person.student: person for person in roster.people(course)}
    changes = _Changes(course, problem_set)
    with course.gradebook() as gradebook:
        assignment = gradebook.find_assignment(problem_set)
        due, most = assignment.duedate, assignment.max_score
        grades = of_everyone(gradebook, problem_set)
    standings = []
    for student in sorted(people.keys() | submitted.keys()):
        person, grade = people.get(student), grades.get(student)
        who = {
            "student": student,
            "name": person.name if person else "",
            "on_roster": person is not None,
            "handed_in": late.handed_in_at(submitted[student].parent)
            if student in submitted
            else None,
        }
        hours = (person.extra_hours if person else None) or 0.0
        own_due = due if grade is None or due is None else due + grade.extension
        who["seconds_late"] = _seconds_late(who["handed_in"], own_due, hours)
        standings.append(_standing(changes, who, student in submitted, grade, most))
    return Progress(problem_set, due, standings)


def released(course: Course) -> list[str]:
    """Return the problem sets that were given out."""
    with course.gradebook() as gradebook:
        return sorted(assignment.name for assignment in gradebook.assignments)


def _seconds_late(handed_in: datetime | None, due: datetime | None, extra_hours: float) -> float:
    """Return how late the submission is that lies there now, graded or not."""
    if due is None or handed_in is None:
        return 0.0
    return max(0.0, (handed_in - due).total_seconds() - 3600 * extra_hours)


def _standing(
    changes: _Changes, who: dict, is_submitted: bool, grade: Submitted | None, most: float
) -> Standing:
    course, problem_set, student = changes.course, changes.problem_set, who["student"]
    record = ledger.read(course.root, problem_set, student)
    refusal = ledger.refusal(course.root, problem_set, student)
    known = {}
    if grade is not None:
        known = {
            "score": grade.score,
            "max_score": most,
            "penalty": grade.penalty,
            "cells_waiting": grade.waiting,
            "feedback": _feedback(course, problem_set, student, record),
        }
    if refusal is not None:
        if _is_newer(course, problem_set, student):
            reason = "handed in again since it was refused"
            return Standing(**who, **known, state=TO_GRADE, reason=reason)
        return Standing(**who, **known, state=REFUSED, reason=refusal)
    if grade is None:
        return Standing(**who, **known, state=TO_GRADE if is_submitted else NOTHING)
    change = changes.since(record, student) if record else None
    return Standing(**who, **known, state=OUT_OF_DATE if change else GRADED, reason=change)


def _is_newer(course: Course, problem_set: str, student: str) -> bool:
    """Whether a file was handed in after the refusal."""
    refused = ledger.refused_at(course.root, problem_set, student)
    files = (course.root / "submitted" / student / problem_set).glob("*")
    times = [datetime.fromtimestamp(file.lstat().st_mtime, UTC) for file in files]
    return max(times, default=refused) > refused


class _Changes:
    """What has changed since a grading, which a grading now would take into account."""

    def __init__(self, course: Course, problem_set: str):
        self.course, self.problem_set = course, problem_set
        self.source = course.source_of(problem_set)
        self.hash_of = cache(ledger.hash_of)
        self.exercises = problem_sets.exercises_hash(problem_set)

    def since(self, record: dict, student: str) -> str | None:
        """Say in words what is newer than the grade, or return None."""
        handed_in = self._submission(student)
        if handed_in is not None and handed_in != record["submission_sha256"]:
            return "handed in again since"
        source = source_for(self.course.root, self.problem_set, student, self.source)
        if source.is_file() and self.hash_of(source) != record["source_sha256"]:
            return "the source has changed since"
        if self.exercises != record["exercises_sha256"]:
            return "the exercises have changed since"
        return None

    def _submission(self, student: str) -> str | None:
        """Return the hash of the notebook that a grading would take."""
        folder = self.course.root / "submitted" / student / self.problem_set
        notebook = folder / f"{self.problem_set}.ipynb"
        if notebook.is_file() and not notebook.is_symlink():
            return ledger.hash_of(notebook)
        if not folder.is_dir():
            return None
        try:
            return intake.examine(folder, self.problem_set).metadata.submission.sha256
        except intake.Refused:
            return None


def _feedback(course: Course, problem_set: str, student: str, record: dict | None) -> str | None:
    page = Path(course.root, "feedback", student, problem_set, f"{problem_set}.html")
    if not page.is_file():
        return None
    written = datetime.fromtimestamp(page.stat().st_mtime, UTC)
    graded = datetime.fromisoformat(record["graded_at"]) if record else written
    return "written" if written >= graded else "out of date"
