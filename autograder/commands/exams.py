"""Commands that examine the sandbox and the grader themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import problem_sets, sandbox
from autograder.errors import CourseError


def doctor():
    """Try each thing a submission must not do, in a real sandbox on this machine."""
    from rich.progress import track

    from autograder.doctor import examine

    sandbox.check_available()
    roads = {"as `course grade` runs it": sandbox.run_quickly, "in a kernel": sandbox.run_notebook}
    if reason := sandbox.why_not_quickly():
        typer.echo(f"Notebooks run in a kernel each, which is slower: {reason}")
        roads = {"in a kernel": sandbox.run_notebook}
    broken = 0
    for road, run in roads.items():
        table = Table("a submission tried to", "what happened", "", title=f"A notebook, {road}")
        findings = examine(run=run)
        for finding in track(findings, description="Trying", console=Console(stderr=True)):
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


def check(
    problem_set: Annotated[
        str | None, typer.Argument(metavar="[PS]", help="Only this problem set.")
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", metavar="NAME", help="Only this exercise of it: much faster."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Write one table of all, as Markdown."),
    ] = None,
):
    """Examine the grader itself: are right answers accepted, and wrong ones refused and named?"""
    from autograder.check import check as examine
    from autograder.check import table

    if exercise is not None and problem_set is None:
        raise CourseError(
            "--exercise needs the problem set, too: course check ps03_hmm --exercise viterbi."
        )
    names = problem_sets.names() if problem_set is None else [problem_set]
    folders = [problem_sets.find(name) for name in names]
    console, errors = Console(), Console(stderr=True)
    reports = []
    for folder in folders:
        with errors.status(f"Examining {folder.name}"):
            report = examine(folder, exercise)
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
