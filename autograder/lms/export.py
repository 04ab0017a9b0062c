"""Write grades as the files that Canvas, Moodle and Gradescope take, or as a plain table."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.lms.grades import Grade

Table = tuple[list[str], list[list]]

# A spreadsheet takes a text that begins like this for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(path: Path, kind: str, problem_set: str, grades: list[Grade]) -> None:
    """Write a file that one of `KINDS` can read.

    Parameters
    ----------
    path : Path
    kind : str
        A key of `KINDS`.
    problem_set : str
        The column's name.
    grades : list of Grade
        Who has no final grade gets an empty field where there must be a line, else no line.
    """
    header, rows = KINDS[kind](problem_set, grades)
    # Moodle and Canvas ask for UTF-8; Excel knows it by the mark at its beginning alone.
    encoding = "utf-8-sig" if kind == "csv" else "utf-8"
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([harmless(row) for row in [header, *rows]])


def harmless(row: Iterable) -> list:
    """Return a row in which no text is taken for a formula; numbers stay as they are."""
    return [
        f"'{field}" if isinstance(field, str) and field.startswith(FORMULA) else field
        for field in row
    ]


def plain(problem_set: str, grades: list[Grade]) -> Table:
    """Everything there is, a column for each graded cell."""
    cells = list(dict.fromkeys(name for grade in grades for name in grade.cells))
    header = ["assignment", "student_id", "last_name", "first_name", "email", "submitted"]
    header += ["score", "max_score", "late_penalty", "state", *cells]
    rows = [
        [
            *(problem_set, grade.student, grade.last_name, grade.first_name, grade.email),
            "" if grade.submitted is None else f"{grade.submitted:%Y-%m-%d %H:%M:%S} UTC",
            *(_number(grade.score), _number(grade.max_score), _number(grade.penalty)),
            state(grade),
            *(_number(grade.cells.get(name)) for name in cells),
        ]
        for grade in grades
    ]
    return header, rows


def canvas(problem_set: str, grades: list[Grade]) -> Table:
    """Canvas' grade import: matched by its own id, then by login; an empty field changes nothing.

    The column's name is the assignment's in Canvas; a name it does not know becomes a new one.
    """
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", problem_set]
    most = grades[0].max_score if grades else ""
    rows = [["Points Possible", "", "", "", "", _number(most)]]
    rows += [
        [_full_name(grade), grade.lms_id, "", grade.student, "", _final(grade)] for grade in grades
    ]
    return header, rows


def moodle(problem_set: str, grades: list[Grade]) -> Table:
    """Moodle's grade import, matched by user name or e-mail.

    One grade that is no number ends the import, so only who has a grade is in the file.
    """
    header = ["username", "email", problem_set]
    return header, [
        [grade.student, grade.email, _final(grade)] for grade in grades if grade.is_final
    ]


def gradescope(problem_set: str, grades: list[Grade]) -> Table:
    """Gradescope's own table of grades: names, student id, e-mail, score."""
    header = ["First Name", "Last Name", "SID", "Email", problem_set, f"{problem_set} - Max Points"]
    return header, [
        [
            *(grade.first_name, grade.last_name, grade.student, grade.email),
            *(_final(grade), _number(grade.max_score)),
        ]
        for grade in grades
    ]


KINDS: dict[str, Callable[[str, list[Grade]], Table]] = {
    "canvas": canvas,
    "csv": plain,
    "gradescope": gradescope,
    "moodle": moodle,
}


def state(grade: Grade) -> str:
    """Say in words how far a grade is."""
    if grade.refused is not None:
        return f"refused: {grade.refused}"
    if grade.score is None:
        return "nothing graded"
    return "waits for manual grading" if grade.waits else "graded"


def _full_name(grade: Grade) -> str:
    names = [name for name in (grade.last_name, grade.first_name) if name]
    return ", ".join(names) or grade.student


def _final(grade: Grade) -> float | int | str:
    return _number(grade.score) if grade.is_final else ""


def _number(value: float | None) -> float | int | str:
    """Return a number as short as it can be; Canvas compares two decimals, and so does this."""
    if value is None or value == "":
        return ""
    short = round(float(value), 2)
    return int(short) if short.is_integer() else short
