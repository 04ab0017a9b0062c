"""The `course` command: from an empty directory to a graded class."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import problem_sets, sandbox
from autograder.errors import CourseError

app = typer.Typer(
    name="course",
    help="Release, grade and give feedback on the problem sets of Hidden States.",
    epilog="A first round: course init my-course · cd my-course · course release ps03_hmm · "
    "(students hand in) · course grade ps03_hmm · course feedback ps03_hmm",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

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


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new directory.")]):
    """Make a course directory: settings, the problem sets' sources, an empty gradebook."""
    from autograder.course import Course

    course = Course.create(directory)
    typer.echo(f"Made the course {course.root} with {', '.join(problem_sets.names())}.")
    typer.echo(f"Next: cd {directory} && course release {problem_sets.names()[0]}")


@app.command()
def release(problem_set: ProblemSet, course: Directory = HERE):
    """Make the students' version of a problem set, without solutions and unseen tests."""
    from autograder.course import Course

    folder = Course.open(course).release(problem_set)
    notebook = f"{problem_set}/{problem_set}.ipynb"
    typer.echo(f"Give your students {folder.parent}/{notebook}")
    typer.echo(f"Submissions belong at {folder.parents[1]}/submitted/STUDENT/{notebook}")


@app.command()
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


@app.command()
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


@app.command()
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
    for what, names in {
        "new": found.new,
        "replaced (the file before is kept under replaced/)": found.replaced,
        "unchanged": found.unchanged,
        f"marked as late by {system}": found.late,
    }.items():
        if names:
            typer.echo(f"{len(names)} {what}: {', '.join(names)}")
    for remark in found.left_out:
        typer.echo(f"left out: {remark}")
    if found.left_out:
        raise CourseError(f"{len(found.left_out)} files were left out; see above.", 1)
    typer.echo(f"Next: course grade {problem_set}")


@app.command()
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
    """Write the grades as a file that a learning management system takes."""
    from autograder.course import Course
    from autograder.lms import export as exporting
    from autograder.lms.grades import grades_of

    known("--to", to, exporting.KINDS)
    opened = Course.open(course)
    grades = grades_of(opened, problem_set)
    path = output or opened.root / "exported" / f"{problem_set}-{to}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    exporting.write(path, to, column or problem_set, grades)
    final = sum(grade.is_final for grade in grades)
    typer.echo(f"{path}: {final} grades of {len(grades)} students.")
    for grade in grades:
        if grade.score is not None and not grade.is_final:
            typer.echo(f"not final: {grade.student}, {exporting.state(grade)}")


@app.command()
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


@app.command()
def doctor():
    """Try each thing a submission must not do, in a real sandbox on this machine."""
    from rich.progress import track

    from autograder.doctor import examine

    sandbox.check_available()
    table = Table("a submission tried to", "what happened", "", title="The sandbox on this machine")
    broken = 0
    for finding in track(examine(), description="Trying", console=Console(stderr=True)):
        broken += not finding.held
        verdict = "[green]held[/]" if finding.held else "[bold red]NOT held[/]"
        table.add_row(finding.tried, escape(finding.happened), verdict)
    table.caption = (
        "Memory of all processes together, files, output and time are watched from outside, "
        "five times a second."
    )
    Console().print(table)
    if broken:
        raise CourseError(f"Not held: {broken} of these. Do not grade on this machine.", 1)


@app.command()
def check(
    problem_set: Annotated[
        str | None, typer.Argument(metavar="[PS]", help="Only this problem set.")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Write one table of all, as Markdown."),
    ] = None,
):
    """Examine the grader itself: are right answers accepted, and wrong ones refused and named?"""
    from autograder.check import check as examine
    from autograder.check import table

    names = problem_sets.names() if problem_set is None else [problem_set]
    folders = [problem_sets.find(name) for name in names]
    console, errors = Console(), Console(stderr=True)
    reports = []
    for folder in folders:
        with errors.status(f"Examining {folder.name}"):
            report = examine(folder)
        reports.append(report)
        console.print(table.of(report))
        for line in (*table.survivors(report), *table.holes(report)):
            console.print(line, soft_wrap=True)
    if save is not None:
        try:
            save.write_text(table.as_markdown(reports), encoding="utf-8")
        except OSError as error:
            raise CourseError(f"{save} cannot be written: {error.strerror}.") from None
    holes = sum(len(report.all_holes()) for report in reports)
    if holes:
        found = "1 hole" if holes == 1 else f"{holes} holes"
        raise CourseError(f"{found} found. Mend them before students see the exercise.", 1)


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


def main() -> None:
    """Run the command; a user's mistake is answered in one line, without a traceback."""
    try:
        app()
    except CourseError as error:
        print(f"course: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
