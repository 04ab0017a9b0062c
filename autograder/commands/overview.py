"""Commands that look at how far the course is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import problem_sets
from autograder.commands.options import HERE, Directory, ProblemSet

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for another program.")]
Output = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Where to write the page.")
]

STUDENT = "student"


def status(
    problem_set: Annotated[
        str | None,
        typer.Argument(
            metavar="[PS]",
            help="Only this one, student by student.",
            autocompletion=problem_sets.names,
        ),
    ] = None,
    course: Directory = HERE,
    as_json: Json = False,
):
    """Show who has handed in and is graded, and what waits for you."""
    from autograder import overview
    from autograder.course import Course

    opened = Course.open(course)
    names = overview.released(opened) if problem_set is None else [problem_set]
    found = [overview.progress(opened, name) for name in names]
    if as_json:
        typer.echo(json.dumps([_as_json(progress) for progress in found], indent=1))
        return
    if problem_set is None:
        _all(found)
    else:
        _one(found[0])
    for progress in found:
        for line in _next(progress):
            typer.echo(line)
    if not found:
        typer.echo("Nothing has been released yet. First: course release PS")


def report(
    problem_set: ProblemSet,
    course: Directory = HERE,
    names: Annotated[
        bool, typer.Option("--names", help="Name the students; else nobody can be recognised.")
    ] = False,
    output: Output = None,
):
    """Write a page on how the class did: scores, exercises, misconceptions, what to look at."""
    from autograder.course import Course
    from autograder.report import page

    opened = Course.open(course)
    path = output or opened.root / "reports" / f"{problem_set}.html"
    text = page.render(opened, problem_set, names)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    typer.echo(str(path))


def similar(
    problem_set: ProblemSet,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", metavar="DIR", help="Another term's submitted/; may be repeated."),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, help="How many pairs to show.")
    ] = 20,
    course: Directory = HERE,
    output: Output = None,
):
    """List pairs of submissions with passages alike, for you to look at: evidence, no verdict."""
    from autograder.course import Course
    from autograder.similar import page, pairs

    opened = Course.open(course)
    found = pairs.find(opened, problem_set, also or [], most)
    path = output or opened.root / "reports" / f"{problem_set}-similar.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.render(problem_set, found), encoding="utf-8")
    table = Table("alike", "characters", "one", "the other", title=f"{problem_set}: alike")
    for pair in found.pairs:
        table.add_row(
            f"{pair.share:.0%}", str(pair.size), escape(pair.one.name), escape(pair.other.name)
        )
    Console().print(table)
    for remark in found.left_out:
        typer.echo(f"left out: {remark}")
    typer.echo(f"Side by side: {path}")


def _all(found: list) -> None:
    table = Table(title="Status")
    for head in ("problem set", "due (UTC)"):
        table.add_column(head, no_wrap=True)
    table.add_column("how far")
    for progress in found:
        table.add_row(progress.problem_set, _moment(progress.due), _counted(progress))
    Console().print(table)


def _counted(progress) -> str:
    return ", ".join(f"{number} {what}" for what, number in progress.count().items() if number)


def _one(progress) -> None:
    rows = [_row(who) for who in progress.standings]
    due = f", due {_moment(progress.due)} UTC" if progress.due else ""
    table = Table(title=f"{progress.problem_set}{due}")
    columns = [what for what in (rows[0] if rows else ()) if any(row[what] for row in rows)]
    for what in columns:
        # The next command asks for the id, so it is never cut short.
        table.add_column(what, no_wrap=what == STUDENT)
    for row in rows:
        table.add_row(*(escape(row[what]) for what in columns))
    table.caption = _counted(progress)
    Console().print(table)


def _row(who) -> dict[str, str]:
    """Return what is told of a student, by column."""
    from autograder import late

    return {
        STUDENT: who.student,
        "name": who.name if who.on_roster else "(not on the roster)",
        "state": f"{who.state}: {who.reason}" if who.reason else who.state,
        "score": "" if who.score is None else f"{who.score:g}",
        "of": "" if who.max_score is None else f"{who.max_score:g}",
        "late": late.in_words(who.seconds_late) if who.seconds_late else "",
        "to read": str(who.cells_waiting or ""),
        "feedback": who.feedback or "",
    }


def _next(progress) -> list[str]:
    """Return what is to be done, each with its command."""
    from autograder import overview

    name, lines = progress.problem_set, []
    count = progress.count()
    to_grade = count[overview.TO_GRADE] + count[overview.OUT_OF_DATE]
    if to_grade:
        lines.append(f"{to_grade} to grade: course grade {name}")
    cells = sum(standing.cells_waiting for standing in progress.standings)
    if cells:
        answers = "1 answer" if cells == 1 else f"{cells} answers"
        lines.append(f"{answers} to read in {name}: nbgrader formgrade")
    graded = [who for who in progress.standings if who.score is not None]
    without = sum(who.feedback != "written" for who in graded)
    if without:
        lines.append(f"{without} without feedback as graded: course feedback {name}")
    return lines


def _as_json(progress) -> dict:
    found = asdict(progress) | {"count": progress.count()}
    for values in (found, *found["standings"]):
        for key, value in values.items():
            if isinstance(value, datetime):
                values[key] = f"{value.isoformat()}Z"
    return found


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
