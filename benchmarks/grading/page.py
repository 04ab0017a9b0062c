"""The tables of what grading costs, as the book shows them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from datetime import date

from benchmarks.grading.costs import Each
from benchmarks.grading.processor import is_exact
from benchmarks.grading.scale import LEFT_BEHIND, WORKERS, Class
from benchmarks.report import processor
from benchmarks.side_by_side import Table, duration

CORES = (2, 16, 64)
SUBMISSIONS = (1_000, 10_000, 1_000_000)


def machine() -> str:
    """Say when and where it was measured."""
    return (
        f"Measured on {date.today().isoformat()}: {processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}. Processor time is "
        + ("the grader's own." if is_exact() else "the whole machine's.")
    )


def text(name: str, found: dict, each: Each) -> str:
    """Return all tables as Markdown."""
    cold = found["cold"]
    parts = [
        f"{found['machine']} The problem set is `{name}`; {WORKERS} workers.",
        "",
        *_classes(found["classes"]),
        "",
        f"One submission by itself, every program started for it: {cold['score']:.1f} s from the "
        f"file to the score, {cold['page']:.1f} s to the feedback page.",
        "",
        *_disk(found["classes"][-1]),
        "",
        *_costs(each),
        "",
        f"- A submission takes {duration(each.cpu)} of a processor, its feedback page included: "
        f"1,000 of them {each.cpu_hours(1000):.3f} core hours. At a price of *p* for a core hour "
        f"they cost {each.cpu_hours(1000):.3f} *p*.",
        f"- The head takes {duration(each.head)} for each, one after the other: it keeps some "
        f"{each.most_cores():.0f} cores busy, and more of them do not help.",
        f"- A worker holds {each.memory:.0f} MB, whatever there is to grade, and needs the room of "
        "its limits besides, `memory_mb` for the submission it is at.",
        *_versus(found["versus"]),
        "",
    ]
    return "\n".join(parts)


def _classes(classes: Iterable[Class]) -> Iterator[str]:
    yield from _table(
        "submissions | in all | from one to the next | last quarter / first | a worker's memory "
        "| and its growth | a feedback page"
    )
    for one in classes:
        grade = one.grade
        yield _row(
            f"{one.submissions:,}",
            duration(grade.seconds),
            duration(grade.each),
            f"{grade.drift:.2f}",
            f"{grade.below / WORKERS:.0f} MB",
            f"{grade.growth:.2f}",
            duration(one.feedback.each),
        )


def _disk(one: Class) -> Iterator[str]:
    yield from _table("on the disk, a submission | kB")
    for part in LEFT_BEHIND:
        yield _row(f"`{part}`", f"{one.disk[part]:.1f}")


def _costs(each: Each) -> Iterator[str]:
    hours = " | ".join(f"on {cores} cores" for cores in CORES)
    yield from _table(f"submissions | core hours | {hours} | disk")
    for count in SUBMISSIONS:
        yield _row(
            f"{count:,}",
            f"{each.cpu_hours(count):,.2f}",
            *(_hours(each.wall_hours(count, cores)) for cores in CORES),
            f"{each.disk_gb(count):,.2f} GB",
        )


def _hours(hours: float) -> str:
    return f"{hours:,.1f} h" if hours >= 1 else f"{60 * hours:,.1f} min"


def _versus(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        yield ""
        yield from _table(f"{table.title} | ours | nbgrader | ours / nbgrader")
        for row in table.rows:
            yield _row(row.name, duration(row.ours), duration(row.peer), f"{row.ratio:.3f}")
        yield from ("", *(f"- {remark}" for remark in table.remarks))


def _table(head: str) -> Iterator[str]:
    yield f"| {head} |"
    yield "|".join(["", " --- ", *[" --: "] * head.count("|"), ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace(' ', chr(0xA0)) for cell in cells)} |"
