"""Commands that make a course, give out its problem sets, and count the time until they are due."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import problem_sets
from autograder.commands.options import HERE, Directory, ProblemSet
from autograder.errors import CourseError


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new directory.")],
    db: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Keep grades in this empty database, such as "
            "postgresql+psycopg://USER@HOST/DATABASE, and not in a file.",
        ),
    ] = None,
):
    """Make a course directory: settings, the problem sets' sources, an empty gradebook."""
    from autograder.course import Course

    course = Course.create(directory, db)
    names = problem_sets.names()
    typer.echo(f"Made the course {course.root} with {len(names)} problem sets.")
    typer.echo(f"Next: cd {directory} && course release {names[0]}")


def release(
    problem_set: ProblemSet,
    course: Directory = HERE,
    due: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help='When it is due: "2026-12-01 23:59 Europe/Vienna", or none.'
        ),
    ] = None,
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Make a variant for this student alone.")
    ] = None,
    variants: Annotated[
        bool, typer.Option("--variants", help="Make a variant for everyone on the roster.")
    ] = False,
):
    """Make the students' version of a problem set, without solutions and unseen tests."""
    from autograder import late
    from autograder.course import Course

    opened = Course.open(course)
    moment = None if due is None else late.due_date(due)
    folder = opened.release(problem_set)
    if due is not None:
        with opened.gradebook() as gradebook:
            gradebook.update_or_create_assignment(problem_set, duedate=moment)
        typer.echo(f"Due {moment:%Y-%m-%d %H:%M} UTC." if moment else "There is no due date.")
    notebook = f"{problem_set}/{problem_set}.ipynb"
    if student is not None or variants:
        _release_variants(opened, problem_set, student)
    else:
        typer.echo(f"Give your students {folder.parent}/{notebook}")
    typer.echo(f"Submissions belong at {folder.parents[1]}/submitted/STUDENT/{notebook}")


def _release_variants(course, problem_set: str, student: str | None):
    """Write the notebook of one student, or of everyone on the roster."""
    from autograder.roster import people
    from autograder.variants.release import release

    students = [person.student for person in people(course)] if student is None else [student]
    if not students:
        raise CourseError("Nobody is on the roster. First: course roster add ID")
    for path in release(course, problem_set, students):
        typer.echo(f"Give {path.parents[1].name} {path}")


def move(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="An empty database, such as postgresql+psycopg://USER@HOST/DATABASE.",
        ),
    ],
    course: Directory = HERE,
):
    """Copy the gradebook into another database, with all that is in it, and use that."""
    from autograder.course import Course

    copied = Course.open(course).move_gradebook(url)
    typer.echo(f"Copied {copied} rows. Grades are there from now on; the old ones stay unused.")


def late(problem_set: ProblemSet, course: Directory = HERE):
    """Bring late penalties up to date with due date, policy and extra time; nothing runs again."""
    from autograder import late as lateness
    from autograder.course import Course

    found = lateness.settle(Course.open(course), problem_set)
    for who in found:
        changed = "" if who.penalty == who.before else f" (before: {who.before:g})"
        when = f"{lateness.in_words(who.seconds)} late" if who.seconds > 0 else "in time"
        typer.echo(f"{who.student}: {when}, {who.penalty:g} points off{changed}")
    late = sum(who.seconds > 0 for who in found)
    typer.echo(f"{late} late." if late else "Nobody whose time is known was late.")
