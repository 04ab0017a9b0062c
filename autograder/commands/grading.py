"""Commands that grade, and tell students and instructors what came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from autograder import sandbox
from autograder.commands.options import HERE, Directory, ProblemSet, Student, report
from autograder.errors import CourseError


def grade(
    problem_set: ProblemSet,
    course: Directory = HERE,
    student: Student = None,
    unsafe_no_sandbox: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox",
            help="Run student code as yourself: it can read, change and send all that you can.",
        ),
    ] = False,
):
    """Run submissions in the sandbox and write their scores into the gradebook."""
    from autograder import grading
    from autograder.course import Course

    opened = Course.open(course)
    submissions = opened.selected(problem_set, student)
    if not unsafe_no_sandbox:
        sandbox.check_available()
    report(
        grading.grade(opened, problem_set, submissions, use_sandbox=not unsafe_no_sandbox),
        total=len(submissions),
        title=f"Grading {problem_set}",
    )


def feedback(problem_set: ProblemSet, course: Directory = HERE, student: Student = None):
    """Write each graded submission's feedback page."""
    from autograder import grading
    from autograder.course import Course

    opened = Course.open(course)
    submissions = opened.selected(problem_set, student)
    typer.echo(f"Pages: {opened.root}/feedback/STUDENT/{problem_set}/{problem_set}.html")
    report(
        grading.feedback(opened, problem_set, submissions),
        total=len(submissions),
        title=f"Feedback for {problem_set}",
    )


def explain(
    problem_set: ProblemSet,
    student: Annotated[str, typer.Option("--student", metavar="ID", help="Whose grade.")],
    course: Directory = HERE,
    replay: Annotated[
        bool,
        typer.Option(
            "--replay",
            help="Grade the submission again with the same cases, and compare; changes nothing.",
        ),
    ] = False,
):
    """Say how a grade came about: cases, verdicts, limits, versions."""
    from autograder import explain as explaining
    from autograder.course import Course

    opened = Course.open(course)
    record = explaining.record_of(opened, problem_set, student)
    if not replay:
        typer.echo(explaining.text(record))
        return
    differences = explaining.replay(opened, record)
    for difference in differences:
        typer.echo(difference)
    if differences:
        raise CourseError(f"Graded again, {student}'s verdicts differ from the recorded ones.", 1)
    typer.echo(f"Graded again with the same cases: the verdicts of {student} are the same.")
