"""The arguments that several commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from autograder import problem_sets
from autograder.errors import CourseError

ProblemSet = Annotated[
    str,
    typer.Argument(
        metavar="PS",
        help="A problem set's name, such as ps03_hmm.",
        autocompletion=problem_sets.names,
    ),
]
Directory = Annotated[
    Path, typer.Option("--course", metavar="DIR", help="The course directory, if not this one.")
]
Student = Annotated[
    str | None, typer.Option("--student", metavar="ID", help="Only this student's submission.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Show neither progress nor a table; only what is refused.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="A line of JSON for each submission, and one in the end.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, help="How many at a time; else as many as there are cores."
    ),
]
HERE = Path()


def known(option: str, value: str, values: Iterable[str]) -> None:
    """Refuse a value that is none of those there are."""
    if value not in values:
        raise CourseError(f"{option} must be one of {', '.join(values)}, got {value!r}.")


def several(number: int, what: str) -> str:
    """Return how many there are, with the verb that goes with it: 1 file was, 2 files were."""
    return f"1 {what} was" if number == 1 else f"{number} {what}s were"


def first_of(names: Sequence[str], most: int = 5) -> str:
    """Return a list in words, of which nobody needs to read all."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
