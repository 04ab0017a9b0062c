"""The command that makes up a class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import ProblemSet
from autograder.errors import CourseError


def rehearse(
    problem_set: ProblemSet,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to write; else rehearsal/.")
    ] = Path("rehearsal"),
    students: Annotated[
        int, typer.Option("--students", metavar="N", help="How many are in the class.")
    ] = 30,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="Another number, another class.")
    ] = 1,
):
    """Make up a class, to rehearse a term with: a list of students and what they hand in.

    The files are such as Canvas lets you download. The notebooks are mixed from the problem set's
    sample students, right answers and misconceptions; some come late, twice, broken or from nobody
    you know.
    """
    from autograder import problem_sets
    from autograder.rehearsal import canvas, classroom
    from autograder.rehearsal.people import MOST

    if not classroom.FEWEST <= students < MOST:
        raise CourseError(
            f"--students must be from {classroom.FEWEST} to {MOST - 1}, got {students}."
        )
    made_of = problem_sets.find(problem_set)
    made = classroom.make(made_of, students, seed)
    try:
        roster, when_due, later = canvas.write(made, made_of, folder)
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error.strerror}.") from None
    typer.echo(f"{roster}: the gradebook of a class of {students}, without grades.")
    typer.echo(f"{when_due}: what {len(made.when_due)} people hand in until {problem_set} is due.")
    typer.echo(f"{later}: the same some days later, when some have handed in again.")
    typer.echo(f"Next: course roster import {roster}")
    typer.echo(f"      course collect {problem_set} {when_due} --from canvas")
