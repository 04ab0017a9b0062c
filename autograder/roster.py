"""Who is in the course: nbgrader's table of students, and the extra time it has no column for."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError

EXTRA_TIME = "extra_time.csv"
# What can be a folder's name and an nbgrader student id: no path, no option, no hidden file.
STUDENT_ID = re.compile(r"(?![.-])[\w.@+-]{1,100}")
# The gradebook's names of what a person is known by.
COLUMNS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "lms_id": "lms_user_id",
}


@dataclass(frozen=True)
class Person:
    """A student of the course.

    Parameters
    ----------
    student : str
        The id, which is also the name of the student's folder.
    first_name, last_name, email, lms_id : str
        Empty where nothing is known.
    extra_hours : float or None
        How much later than others this student may hand in; None where nothing is said.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    extra_hours: float | None = None

    @property
    def name(self) -> str:
        """The full name; empty if there is none."""
        return " ".join(filter(None, [self.first_name, self.last_name]))


@dataclass
class Enrolled:
    """What became of the people of a list: ids, and for those left out the reasons."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def people(course: Course) -> list[Person]:
    """Return everyone in the gradebook, in the order of their ids."""
    hours = extra_hours(course.root)
    with course.gradebook() as gradebook:
        return sorted(
            (
                Person(
                    student.id,
                    **{mine: getattr(student, theirs) or "" for mine, theirs in COLUMNS.items()},
                    extra_hours=hours.get(student.id),
                )
                for student in gradebook.students
            ),
            key=lambda person: person.student,
        )


def enrol(course: Course, listed: Iterable[Person]) -> Enrolled:
    """Put people into the gradebook; what is not said of someone there stays as it is.

    Who is there under another id is recognised by the learning management system's number, or by
    e-mail address, and keeps the id.
    """
    known = {person.student: person for person in people(course)}
    enrolled, settled = Enrolled(), {}
    for person in listed:
        try:
            person = _settled(person, known)
            if person.student in settled:
                raise _LeftOut("stands there twice; the first line counts")
        except _LeftOut as reason:
            enrolled.left_out.append(f"{person.student or person.name or 'nobody'}: {reason}")
            continue
        settled[person.student] = person
        before = known.get(person.student)
        news = enrolled.new if before is None else enrolled.changed
        (enrolled.unchanged if person == before else news).append(person.student)
    _write(course, {name: settled[name] for name in enrolled.new + enrolled.changed})
    return enrolled


def extra_hours(root: Path) -> dict[str, float]:
    """Return how many hours later each student of a course may hand in, who has any."""
    path = root / EXTRA_TIME
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row["student"]: _hours(row["hours"]) for row in csv.DictReader(file)}
    except FileNotFoundError:
        return {}
    except (KeyError, TypeError, ValueError) as error:
        raise CourseError(
            f"{path} must have the columns student,hours with a number of hours in each line "
            f"({error}). Mend it, or remove it and set extra time again: "
            "course roster add ID --extra-time HOURS"
        ) from None


class _LeftOut(Exception):
    """Why somebody cannot be enrolled."""


def _settled(person: Person, known: dict[str, Person]) -> Person:
    """Return a person with all that is known, under the id the gradebook has."""
    if person.student not in known:
        same = [
            other.student
            for other in known.values()
            if (person.lms_id and other.lms_id == person.lms_id)
            or (person.email and other.email.casefold() == person.email.casefold())
        ]
        if len(same) > 1:
            raise _LeftOut(f"the gradebook has {' and '.join(same)} with this number or e-mail")
        if same:
            person = replace(person, student=same[0])
    if not STUDENT_ID.fullmatch(person.student):
        raise _LeftOut("an id is made of letters, digits and . _ @ + - and begins with a letter")
    if person.extra_hours is not None and not 0 <= person.extra_hours < math.inf:
        raise _LeftOut(f"extra time must be a number of hours, got {person.extra_hours}")
    before = known.get(person.student, Person(person.student))
    said = {
        each.name: getattr(person, each.name)
        for each in fields(person)
        if getattr(person, each.name) not in ("", None)
    }
    merged = replace(before, **said)
    return replace(merged, extra_hours=merged.extra_hours or None)


def _write(course: Course, settled: dict[str, Person]) -> None:
    with course.gradebook() as gradebook:
        for name, person in settled.items():
            gradebook.update_or_create_student(
                name, **{theirs: getattr(person, mine) or None for mine, theirs in COLUMNS.items()}
            )
    before = extra_hours(course.root)
    said = {name: person.extra_hours for name, person in settled.items()}
    hours = {name: value for name, value in {**before, **said}.items() if value}
    if hours == before:
        return
    path = course.root / EXTRA_TIME
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        rows = sorted((name, f"{value:g}") for name, value in hours.items())
        csv.writer(file).writerows([("student", "hours"), *rows])
    part.replace(path)


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 <= hours < math.inf:
        raise ValueError(f"{text} hours")
    return hours
