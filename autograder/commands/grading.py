"""Commands that grade, and tell students and instructors what came of it."""

from __future__ import annotations

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import oracle, pool, problem_sets, sandbox
from autograder.commands.options import (
    HERE,
    AsJson,
    Directory,
    ProblemSet,
    Quiet,
    Student,
    Workers,
)
from autograder.commands.outcomes import SOME_REFUSED, Display
from autograder.errors import CourseError

if TYPE_CHECKING:
    from autograder.changes import Change


def grade(
    problem_set: ProblemSet,
    course: Directory = HERE,
    student: Student = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also what has not changed since it was graded.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Overwrite scores that change without asking.")
    ] = False,
    pages: Annotated[
        bool, typer.Option("--feedback", help="Write the feedback pages, too.")
    ] = False,
    workers: Workers = None,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Let the workers of this Dask scheduler run them, such as tcp://10.0.0.1:8786.",
        ),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    unsafe_no_sandbox: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox",
            help="Run student code as yourself: it can read, change and send all that you can.",
        ),
    ] = False,
):
    """Run submissions in the sandbox and write their scores into the gradebook.

    What has not changed since it was graded, neither the submission nor what it is graded by, is
    left as it is. Where scores of the same submission would change, they are shown first.

    Exit status: 0 all are graded, 1 some were refused, 2 wrong use or nothing was overwritten,
    130 interrupted; what was done until then is kept.
    """
    if dask is None and problem_set in problem_sets.names():
        _prepare(problem_set, is_alone=student is not None, use_sandbox=not unsafe_no_sandbox)
    from autograder import grading, nbgraders_road
    from autograder.course import Course

    opened = Course.open(course)
    submissions = opened.selected(problem_set, student)
    if dask is not None and nbgraders_road.is_needed(opened.nbgrader(), problem_set):
        raise CourseError(
            f"The settings of this course let nbgrader itself grade {problem_set}, which it does "
            f"on this machine alone. Without a cluster: course grade {problem_set}"
        )
    if dask is not None and (unsafe_no_sandbox or workers is not None):
        raise CourseError(
            "--dask goes neither with --workers, since the cluster has its own, nor with "
            "--unsafe-no-sandbox: others' machines run student code in the sandbox alone."
        )
    if dask is None and not unsafe_no_sandbox:
        sandbox.check_available()
    command = f"course grade {problem_set}" + (f" --student {student}" if student else "")
    command += f" --dask {dask}" if dask else ""
    display = Display(f"Grading {problem_set}", len(submissions), command, quiet, as_json)

    def ask(changes: list[Change]) -> None:
        with display.paused():
            _ask(changes, yes, command)

    try:
        display.show(
            grading.grade(
                opened,
                problem_set,
                submissions,
                use_sandbox=not unsafe_no_sandbox,
                again=again,
                ask=ask,
                **({"workers": workers} if dask is None else _on_cluster(dask, display.tell)),
            )
        )
    except CourseError as error:
        if pages and error.exit_status == SOME_REFUSED:
            # A page tells a student why, too.
            with contextlib.suppress(CourseError):
                feedback(problem_set, course, student, quiet, as_json)
        raise
    if pages:
        feedback(problem_set, course, student, quiet, as_json)


def _prepare(problem_set: str, is_alone: bool, use_sandbox: bool) -> None:
    """Start what runs and judges submissions while this process still loads the rest."""
    if not is_alone:
        pool.prepare()
    elif use_sandbox:
        sandbox.prepare()
        oracle.prepare(problem_sets.find(problem_set) / "exercises.py")


def _on_cluster(address: str, tell: Callable[[str], None]) -> dict:
    """Return what grades on a cluster; it is joined when there is something to do."""
    from autograder.cluster import Cluster

    cluster = Cluster(address, tell)
    return {"workers": cluster.count, "open_executor": cluster.open}


def _ask(changes: list[Change], yes: bool, command: str) -> None:
    """Show what would change, and go on only if somebody agrees."""
    from autograder.changes import summary

    width = shutil.get_terminal_size().columns
    typer.echo(textwrap.fill(summary(changes), width, break_on_hyphens=False), err=True)
    if yes:
        return
    if not sys.stdin.isatty():
        raise CourseError(f"Nothing was overwritten. If these shall change: {command} --yes")
    if not typer.confirm("Overwrite them?", err=True):
        raise CourseError("Nothing was overwritten.")


def feedback(
    problem_set: ProblemSet,
    course: Directory = HERE,
    student: Student = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
):
    """Write each graded submission's feedback page.

    Late penalties are brought up to date first, since points may have been given since.
    """
    from autograder import grading, late
    from autograder.course import Course

    opened = Course.open(course)
    submissions = opened.selected(problem_set, student)
    if not (quiet or as_json):
        typer.echo(f"Pages: {opened.root}/feedback/STUDENT/{problem_set}/{problem_set}.html")
    display = Display(
        f"Feedback for {problem_set}",
        len(submissions),
        f"course feedback {problem_set}",
        quiet,
        as_json,
    )
    late.settle(opened, problem_set)
    display.show(grading.feedback(opened, problem_set, submissions))


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
