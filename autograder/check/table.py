"""Show what an exam found: a table per problem set, its survivors and its holes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from autograder.check.report import Report

COUNTS = ("accepted", "refused", "named", "killed")
CAPTION = (
    "accepted: right solutions, from every seed · refused: wrong ones · named: misconceptions that "
    "are told their own sentence · killed: mutants of the solution that lose marks"
)


def of(report: Report) -> Table:
    """Return a problem set's table: an exercise a row, the whole set below."""
    table = Table(title=report.problem_set, show_footer=True, caption=CAPTION)
    table.add_column("exercise", footer="all", no_wrap=True)
    for kind in COUNTS:
        table.add_column(kind, justify="right", no_wrap=True, footer=str(report.total(kind)))
    table.add_column("seconds", justify="right", footer=f"{report.seconds:.1f}")
    for row in report.rows:
        counts = (str(getattr(row, kind)) for kind in COUNTS)
        table.add_row(row.exercise, *counts, f"{row.seconds:.1f}")
    return table


def as_markdown(reports: list[Report]) -> str:
    """Return all problem sets in one table, for a page."""
    lines = [
        f"| problem set | exercises | {' | '.join(COUNTS)} | seconds |",
        f"| --- | --: |{' --: |' * len(COUNTS)} --: |",
    ]
    for report in reports:
        counts = " | ".join(str(report.total(kind)) for kind in COUNTS)
        name, exercises = report.problem_set, len(report.rows)
        lines.append(f"| {name} | {exercises} | {counts} | {report.seconds:.0f} |")
    return "\n".join(lines) + "\n"


def survivors(report: Report) -> Iterator[str]:
    """Yield the mutants that nothing noticed, as `survivors.toml` takes those judged equal."""
    for row in report.rows:
        for mutant in row.survivors:
            before, after = (
                json.dumps(text, ensure_ascii=False) for text in (mutant.before, mutant.after)
            )
            yield f"[dim]# {row.exercise} does not notice[/]"
            yield escape(f'[[survivor]]\nbefore = {before}\nafter = {after}\nwhy = ""')


def holes(report: Report) -> Iterator[str]:
    """Yield a line for each hole."""
    for hole in report.all_holes():
        yield f"[bold red]hole[/] {escape(hole)}"
