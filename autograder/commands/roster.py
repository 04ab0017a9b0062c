"""Commands about who is in the course."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.commands.options import HERE, Directory, first_of, several
from autograder.commands.overview import Json
from autograder.errors import CourseError


def add(
    student: Annotated[str, typer.Argument(metavar="ID", help="The student's id.")],
    first: Annotated[str, typer.Option("--first", metavar="NAME", help="First name.")] = "",
    last: Annotated[str, typer.Option("--last", metavar="NAME", help="Last name.")] = "",
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="E-mail address.")] = "",
    lms_id: Annotated[
        str,
        typer.Option("--lms-id", metavar="NUMBER", help="The learning management system's number."),
    ] = "",
    extra_time: Annotated[
        float | None,
        typer.Option(
            "--extra-time", metavar="HOURS", help="How much later this student may hand in."
        ),
    ] = None,
    course: Directory = HERE,
):
    """Add a student, or change what is known of one."""
    from autograder import roster
    from autograder.course import Course

    person = roster.Person(student, first, last, email, lms_id, extra_time)
    _tell(roster.enrol(Course.open(course), [person]))


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table of students, as CSV.")],
    course: Directory = HERE,
):
    """Add or change the students of a table: your own, or one that Canvas, Moodle or Gradescope
    lets you download."""
    from autograder import roster
    from autograder.course import Course
    from autograder.lms import rosters

    opened = Course.open(course)
    kind, people, left_out = rosters.read(file)
    typer.echo(f"{file}: {kind}, {len(people)} students.")
    enrolled = roster.enrol(opened, people)
    enrolled.left_out[:0] = left_out
    _tell(enrolled)


def list_(course: Directory = HERE, as_json: Json = False):
    """Show who is in the course."""
    from autograder import roster
    from autograder.course import Course

    people = roster.people(Course.open(course))
    if as_json:
        typer.echo(json.dumps([asdict(person) for person in people], indent=1))
        return
    table = Table("student", "name", "e-mail", "LMS id", "extra time", title="Roster")
    for person in people:
        hours = "" if person.extra_hours is None else f"{person.extra_hours:g} h"
        texts = (person.student, person.name, person.email, person.lms_id, hours)
        table.add_row(*map(escape, texts))
    table.caption = f"{len(people)} in all"
    Console().print(table)


def _tell(enrolled) -> None:
    for what in ("new", "changed"):
        names = getattr(enrolled, what)
        if names:
            typer.echo(f"{len(names)} {what}: {first_of(names)}")
    if enrolled.unchanged:
        typer.echo(f"{len(enrolled.unchanged)} unchanged")
    for reason in enrolled.left_out:
        typer.echo(f"left out: {reason}")
    if enrolled.left_out:
        raise CourseError(f"{several(len(enrolled.left_out), 'student')} left out; see above.", 1)
