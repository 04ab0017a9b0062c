"""What several commands share: their arguments, and the table of what became of each submission."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.errors import CourseError

ProblemSet = Annotated[
    str, typer.Argument(metavar="PS", help="A problem set's name, such as ps03_hmm.")
]
Directory = Annotated[
    Path, typer.Option("--course", metavar="DIR", help="The course directory, if not this one.")
]
Student = Annotated[
    str | None, typer.Option("--student", metavar="ID", help="Only this student's submission.")
]
HERE = Path()


def known(option: str, value: str, values: Iterable[str]) -> None:
    """Refuse a value that is none of those there are."""
    if value not in values:
        raise CourseError(f"{option} must be one of {', '.join(values)}, got {value!r}.")


def report(outcomes: Iterable, total: int, title: str) -> None:
    """Show outcomes as they come in, and exit with 1 if any submission was refused."""
    from rich.progress import track

    console = Console()
    table = Table("student", "score", "of", "remark", title=title)
    refused = 0
    for outcome in track(outcomes, description=title, total=total, console=Console(stderr=True)):
        refused += outcome.refused is not None
        table.add_row(
            escape(outcome.student),
            "" if outcome.score is None else f"{outcome.score:g}",
            "" if outcome.max_score is None else f"{outcome.max_score:g}",
            "" if outcome.refused is None else escape(f"refused: {outcome.refused}"),
        )
    console.print(table)
    if refused:
        raise CourseError(f"{refused} of {total} submissions were refused; see the remarks.", 1)
