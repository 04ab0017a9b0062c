"""The `course` command: from an empty directory to a graded class."""

from __future__ import annotations

import sys

import typer

from autograder.commands import courses, exams, exchange, grading
from autograder.errors import CourseError

app = typer.Typer(
    name="course",
    help="Release, grade and give feedback on the problem sets of Hidden States.",
    epilog="A first round: course init my-course · cd my-course · course release ps03_hmm · "
    "(students hand in) · course grade ps03_hmm · course feedback ps03_hmm",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

for command in (
    *(courses.init, courses.release),
    *(exchange.collect, grading.grade, grading.feedback, grading.explain, exchange.export),
    *(exams.doctor, exams.check),
):
    app.command()(command)


def main() -> None:
    """Run the command; a user's mistake is answered in one line, without a traceback."""
    try:
        app()
    except CourseError as error:
        print(f"course: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
