"""Read a list of students: a table of one's own, or what Canvas, Moodle and Gradescope hand out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.roster import Person


@dataclass(frozen=True)
class Kind:
    """A system's table.

    Parameters
    ----------
    name : str
    signs : tuple of set of str
        Columns by which it is recognised: all of one of these sets.
    columns : dict
        For each of a person's fields the columns it may stand in, the best first.
    """

    name: str
    signs: tuple[set[str], ...]
    columns: dict[str, tuple[str, ...]]


NAMES = {"first_name": ("first name",), "last_name": ("last name", "surname")}
KINDS = (
    Kind(
        "Canvas",
        ({"student", "id", "section"},),
        {
            "student": ("sis login id", "sis user id", "id"),
            "lms_id": ("id",),
            "full_name": ("student",),
            "email": ("email", "sis login id"),
        },
    ),
    Kind(
        "Gradescope",
        ({"sid", "email"},),
        NAMES | {"student": ("sid", "email"), "email": ("email",), "full_name": ("name",)},
    ),
    Kind(
        "Moodle",
        ({"email address"}, {"identifier", "full name"}),
        NAMES
        | {
            "student": ("username", "id number", "email address"),
            "email": ("email address",),
            "full_name": ("full name",),
        },
    ),
    Kind(
        "a table of your own",
        ({"id"}, {"student"}, {"student id"}),
        NAMES
        | {
            "student": ("id", "student", "student id"),
            "email": ("email",),
            "lms_id": ("lms id", "lms user id"),
            "extra_hours": ("extra hours", "extra time"),
        },
    ),
)
# Lines that are no student: Canvas' second line and its test student, a Gradescope grader.
POINTS_POSSIBLE, TEST_STUDENT = "points possible", "student, test"
STUDENT_ROLES = {"", "student"}


def read(path: Path) -> tuple[str, list[Person], list[str]]:
    """Return whose table it is, the people in it, and the lines that say nothing usable."""
    header, *rows = _table(path)
    names = [" ".join(name.replace("_", " ").split()).casefold() for name in header]
    kind = _kind(path, names)
    people, left_out = [], []
    for number, row in enumerate(rows, start=2):
        line = {name: text.strip() for name, text in zip(names, row, strict=False)}
        if not any(line.values()) or _is_no_student(line):
            continue
        try:
            people.append(_person(kind, line))
        except ValueError as reason:
            left_out.append(f"line {number}: {reason}")
    return kind.name, people, left_out


def _table(path: Path) -> list[list[str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise CourseError(
            f"{path} is not a text in UTF-8. Save it as CSV UTF-8 and import that."
        ) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error as error:
        raise CourseError(f"{path} cannot be read as a table ({error}).") from None
    if not rows:
        raise CourseError(f"{path} is empty; the first line must name the columns.")
    return rows


def _kind(path: Path, names: list[str]) -> Kind:
    for kind in KINDS:
        if any(signs <= set(names) for signs in kind.signs):
            return kind
    raise CourseError(
        f"{path} has none of the columns that tell who a student is. Take the gradebook or roster "
        "that Canvas, Moodle or Gradescope lets you download, or a table with the columns "
        "id,first_name,last_name,email,lms_id,extra_hours."
    )


def _is_no_student(line: dict[str, str]) -> bool:
    name = line.get("student", "").casefold()
    return (
        name.startswith((POINTS_POSSIBLE, TEST_STUDENT))
        or line.get("role", "").casefold() not in STUDENT_ROLES
        # Canvas says in a line of its own which columns are posted by hand.
        or ("section" in line and not line.get("id", "x") and not name)
    )


def _person(kind: Kind, line: dict[str, str]) -> Person:
    found = {
        field: next(filter(None, (line.get(column, "") for column in columns)), "")
        for field, columns in kind.columns.items()
    }
    full_name = found.pop("full_name", "")
    if full_name and not found.get("last_name"):
        found["first_name"], found["last_name"] = _split(full_name)
    if "@" not in found.get("email", ""):
        found["email"] = ""
    if not found["student"]:
        name = " ".join(filter(None, map(found.get, ("first_name", "last_name"))))
        raise ValueError(f"{full_name or name or 'it'} has no id")
    hours = found.pop("extra_hours", "")
    try:
        return Person(**found, extra_hours=float(hours) if hours else None)
    except ValueError:
        raise ValueError(f"extra time must be a number of hours, got {hours!r}") from None


def _split(full_name: str) -> tuple[str, str]:
    """Return first and last name of ``Doe, Ada`` or ``Ada Doe``."""
    if "," in full_name:
        last, first = full_name.split(",", 1)
    else:
        first, _, last = full_name.rpartition(" ")
    return first.strip(), last.strip()
