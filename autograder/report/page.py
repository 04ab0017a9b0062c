"""Write the page on how a class did."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime

from autograder import pages
from autograder.course import Course
from autograder.report.facts import BINS, gather


def render(course: Course, problem_set: str, names: bool) -> str:
    """Return the page; without `names` it names no student and nothing a student chose."""
    facts = gather(course, problem_set, names)
    histogram = facts.histogram()
    return pages.template(__package__, "report.html.j2").render(
        problem_set=problem_set,
        written=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        facts=facts,
        count=facts.progress.count(),
        bins=[
            (f"{100 * number // BINS}–{100 * (number + 1) // BINS} %", count)
            for number, count in enumerate(histogram)
        ],
        highest=max(histogram, default=0) or 1,
        middle={
            "mean": statistics.fmean(facts.scores),
            "median": statistics.median(facts.scores),
        }
        if facts.scores
        else {},
        names=names,
    )
