"""The `course` command: from an empty directory to a graded class."""

from __future__ import annotations

import sys

import typer

from autograder.commands import courses, exams, exchange, grading, overview, rehearsal, roster
from autograder.commands.examples import epilog
from autograder.errors import CourseError

FIRST_ROUND = (
    "course init my-course && cd my-course",
    "course release ps01_markov",
    "course rehearse ps01_markov   # a made-up class of 30, to try things with",
    "course roster import rehearsal/students.csv",
    "course collect ps01_markov rehearsal/submissions.zip --from canvas",
    "course grade ps01_markov",
    "course status ps01_markov   # and what to do next",
)

app = typer.Typer(
    name="course",
    help="Release, grade and give feedback on the problem sets of Hidden States.",
    epilog="\n\n".join(
        ["A first round:", *FIRST_ROUND, "course COMMAND --help has examples of each."]
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
rosters = typer.Typer(help="Who is in the course.", no_args_is_help=True)

COMMANDS = {
    "init": courses.init,
    "release": courses.release,
    "collect": exchange.collect,
    "grade": grading.grade,
    "feedback": grading.feedback,
    "explain": grading.explain,
    "status": overview.status,
    "late": courses.late,
    "move": courses.move,
    "report": overview.report,
    "similar": overview.similar,
    "export": exchange.export,
    "return": exchange.return_,
    "gradescope": exchange.gradescope,
    "doctor": exams.doctor,
    "check": exams.check,
    "rehearse": rehearsal.rehearse,
}
ROSTER = {"add": roster.add, "import": roster.import_, "list": roster.list_}

for name, command in COMMANDS.items():
    app.command(name, epilog=epilog(name))(command)
for name, command in ROSTER.items():
    rosters.command(name, epilog=epilog(f"roster {name}"))(command)
app.add_typer(rosters, name="roster")


def main() -> None:
    """Run the command; a user's mistake is answered in one line, without a traceback."""
    try:
        app()
    except CourseError as error:
        print(f"course: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
