"""Put what a system handed out where it is graded: `submitted/STUDENT/PS/PS.ipynb`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError
from autograder.late import write_time
from autograder.lms import origins
from autograder.lms.archive import Damaged, entries
from autograder.lms.names import SYSTEMS, Claim, plain
from autograder.roster import STUDENT_ID


@dataclass
class Collected:
    """What became of a download.

    Parameters
    ----------
    new, replaced, unchanged : list of str
        Students.
    late : list of str
        Students whose file the system marks as late.
    left_out : list of str
        Files that belong to nobody or cannot be taken, each with the reason.
    """

    new: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def collect(course: Course, problem_set: str, download: Path, system: str) -> Collected:
    """Take each student's latest notebook from a download.

    A file that was there before and differs is kept, under `replaced/`.

    Parameters
    ----------
    course : Course
    problem_set : str
    download : Path
        A zip archive or a folder.
    system : str
        A key of `SYSTEMS`.
    """
    course.check_released(problem_set)
    with course.gradebook() as gradebook:
        roster = Roster(gradebook.students)
    found, known = Collected(), {}
    with entries(download) as (files, left_out):
        found.left_out += left_out
        files_of, claims = defaultdict(list), list(SYSTEMS[system](files))
        if files and not claims:
            raise CourseError(
                f"{download} does not look like a download from {system}: none of its "
                f"{len(files)} files has such a name. The first is {str(files[0].path)!r}."
            )
        claimed = {claim.entry for claim in claims}
        found.left_out += [
            f"{str(entry.path)!r}: {system} gives no file such a name"
            for entry in files
            if entry.path.suffix == ".ipynb" and entry not in claimed
        ]
        for claim in claims:
            student, reason = roster.student_of(claim)
            if student is None:
                found.left_out.append(f"{str(claim.entry.path)!r}: {reason}")
            else:
                files_of[student].append(claim)
        for student, handed_in in sorted(files_of.items()):
            notebooks = [claim for claim in handed_in if claim.file.endswith(".ipynb")]
            if not notebooks:
                files_named = ", ".join(repr(claim.file) for claim in handed_in)
                found.left_out.append(f"{student}: no notebook, but {files_named}")
                continue
            claim = _latest(notebooks, problem_set)
            try:
                content = claim.entry.read()
            except Damaged as error:
                found.left_out.append(str(error))
                continue
            if claim.late:
                found.late.append(student)
            _hand_in(course, problem_set, student, content, found)
            if claim.submitted or student in found.replaced:
                folder = course.root / "submitted" / student / problem_set
                write_time(folder, claim.submitted)
            known[student] = origins.Origin(system, claim.label)
    origins.note(course.root, problem_set, known)
    return found


class Roster:
    """The students of the gradebook, found by whatever a file's name tells of them.

    Parameters
    ----------
    students : iterable of nbgrader's Student
    """

    def __init__(self, students: Iterable):
        self._by_key: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._lms_ids: dict[str, str] = {}
        for student in students:
            self._lms_ids[student.id] = student.lms_user_id or ""
            first, last = student.first_name or "", student.last_name or ""
            known = {
                ("lms_id", student.lms_user_id or ""),
                ("student", student.id.casefold()),
                ("email", (student.email or "").casefold()),
                ("name", plain(first + last)),
                ("name", plain(last + first)),
                ("name", plain(student.id)),
            }
            for key in known:
                if key[1]:
                    self._by_key[key].add(student.id)

    def student_of(self, claim: Claim) -> tuple[str | None, str]:
        """Return a student's id and an empty reason, or None and why nobody can be named."""
        said = [
            ("lms_id", claim.lms_id),
            ("student", claim.student.casefold()),
            ("email", claim.email.casefold()),
            ("name", plain(claim.name)),
        ]
        said = [key for key in said if key[1]]
        for key in said:
            found = self._by_key.get(key, set())
            if len(found) == 1:
                (student,) = found
                return self._unless_another(student, claim.lms_id)
            if found:
                return None, f"{', '.join(sorted(found))} are all called {claim.name!r}"
        if claim.sure:
            if STUDENT_ID.fullmatch(claim.student):
                return claim.student, ""
            return None, f"{claim.student!r} cannot be a student's id"
        told = ", ".join(repr(value) for _, value in said) or "nothing"
        return None, f"nobody in the gradebook is known by {told}"

    def _unless_another(self, student: str, lms_id: str) -> tuple[str | None, str]:
        """Return a student, unless the system's number is that of a namesake."""
        known = self._lms_ids[student]
        if lms_id and known and lms_id != known:
            return None, f"it has the number {lms_id}, but {student} has {known}"
        return student, ""


def _latest(claims: list[Claim], problem_set: str) -> Claim:
    """Return the latest file; of equally late ones that of the right name, else the first."""
    return max(claims, key=lambda claim: (claim.order, claim.file == f"{problem_set}.ipynb"))


def _hand_in(course: Course, problem_set: str, student: str, content: bytes, found) -> None:
    target = course.root / "submitted" / student / problem_set / f"{problem_set}.ipynb"
    if target.is_file():
        before = target.read_bytes()
        if before == content:
            found.unchanged.append(student)
            return
        kept = course.root / "replaced" / student / problem_set
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{sha256(before).hexdigest()[:12]}.ipynb").write_bytes(before)
        found.replaced.append(student)
    else:
        found.new.append(student)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.replace(target)
