"""Commands that take submissions from a learning management system, and give grades back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import HERE, Directory, ProblemSet, first_of, known, several
from autograder.errors import CourseError


def collect(
    problem_set: ProblemSet,
    download: Annotated[Path, typer.Argument(metavar="FILE", help="A zip archive, or a folder.")],
    system: Annotated[
        str,
        typer.Option("--from", metavar="SYSTEM", help="canvas, moodle, gradescope or folder."),
    ],
    course: Directory = HERE,
):
    """Put what a learning management system handed out where it is graded."""
    from autograder.course import Course
    from autograder.lms.collect import collect
    from autograder.lms.names import SYSTEMS

    known("--from", system, SYSTEMS)
    found = collect(Course.open(course), problem_set, download, system)
    if found.new:
        typer.echo(f"{len(found.new)} new: {first_of(found.new)}")
    for what, names in {
        "replaced (the file before is kept under replaced/)": found.replaced,
        f"marked as late by {system}": found.late,
    }.items():
        if names:
            typer.echo(f"{len(names)} {what}: {', '.join(names)}")
    if found.unchanged:
        typer.echo(f"{len(found.unchanged)} unchanged")
    for remark in found.left_out:
        typer.echo(f"left out: {remark}")
    if found.left_out:
        raise CourseError(f"{several(len(found.left_out), 'file')} left out; see above.", 1)
    typer.echo(f"Next: course grade {problem_set}")


def export(
    problem_set: ProblemSet,
    to: Annotated[
        str, typer.Option("--to", metavar="KIND", help="csv, canvas, moodle or gradescope.")
    ] = "csv",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where to write; else exported/PS-KIND.csv."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            help="The column's name, such as Canvas' 'Problem set 3 (4711)'; else the PS's name."
        ),
    ] = None,
    course: Directory = HERE,
):
    """Write the grades as a file that a learning management system takes.

    Late penalties are brought up to date first, since points may have been given since.
    """
    from autograder import late, overview
    from autograder.course import Course
    from autograder.lms import export as exporting
    from autograder.lms.grades import grades_of

    known("--to", to, exporting.KINDS)
    opened = Course.open(course)
    for who in late.settle(opened, problem_set):
        if who.penalty != who.before:
            typer.echo(f"{who.student}: {who.penalty:g} points off (before: {who.before:g})")
    grades = grades_of(opened, problem_set)
    path = output or opened.root / "exported" / f"{problem_set}-{to}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    exporting.write(path, to, column or problem_set, grades)
    final = sum(grade.is_final for grade in grades)
    typer.echo(f"{path}: {final} grades of {len(grades)} students.")
    for grade in grades:
        if grade.score is not None and not grade.is_final:
            typer.echo(f"not final: {grade.student}, {exporting.state(grade)}")
    old = overview.progress(opened, problem_set).count()[overview.OUT_OF_DATE]
    if old:
        typer.echo(
            f"out of date: {old} of them. To bring them up to date: course grade {problem_set}"
        )


def return_(
    problem_set: ProblemSet,
    to: Annotated[
        str, typer.Option("--to", metavar="SYSTEM", help="canvas, moodle or folder.")
    ] = "folder",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Where to write; else exported/PS-feedback-SYSTEM.zip."
        ),
    ] = None,
    course: Directory = HERE,
):
    """Pack the feedback pages into a zip archive that a learning management system takes back."""
    from autograder.course import Course
    from autograder.lms import feedback

    known("--to", to, feedback.SYSTEMS)
    opened = Course.open(course)
    path = output or opened.root / "exported" / f"{problem_set}-feedback-{to}.zip"
    packed = feedback.pack(opened, problem_set, to, path)
    typer.echo(f"{path}: feedback for {len(packed.students)} students.")
    for reason in packed.left_out:
        typer.echo(f"left out: {reason}")
    if packed.left_out:
        raise CourseError(f"{several(len(packed.left_out), 'page')} left out; see above.", 1)


def gradescope(
    problem_set: ProblemSet,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Where to write; else exported/PS-gradescope.zip."
        ),
    ] = None,
    course: Directory = HERE,
):
    """Make an autograder for Gradescope out of a problem set: a zip archive to upload there."""
    from autograder.course import Course
    from autograder.gradescope import package

    opened = Course.open(course)
    path = output or opened.root / "exported" / f"{problem_set}-gradescope.zip"
    package.write(opened, problem_set, path)
    typer.echo(f"{path}: upload it as the autograder of a programming assignment.")
