"""Commands that make a course and give out its problem sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import problem_sets
from autograder.commands.options import HERE, Directory, ProblemSet


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new directory.")]):
    """Make a course directory: settings, the problem sets' sources, an empty gradebook."""
    from autograder.course import Course

    course = Course.create(directory)
    typer.echo(f"Made the course {course.root} with {', '.join(problem_sets.names())}.")
    typer.echo(f"Next: cd {directory} && course release {problem_sets.names()[0]}")


def release(problem_set: ProblemSet, course: Directory = HERE):
    """Make the students' version of a problem set, without solutions and unseen tests."""
    from autograder.course import Course

    folder = Course.open(course).release(problem_set)
    notebook = f"{problem_set}/{problem_set}.ipynb"
    typer.echo(f"Give your students {folder.parent}/{notebook}")
    typer.echo(f"Submissions belong at {folder.parents[1]}/submitted/STUDENT/{notebook}")
