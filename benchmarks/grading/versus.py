"""A class graded by `course grade` and by nbgrader's own command, in turn.

Ours runs each submission in a sandbox and asks all exercises; nbgrader runs it as it is, with the
hidden tests of two exercises as asserts in the notebook (or, for another problem set, with none).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

import nbformat
import numpy as np

from autograder import problem_sets
from autograder.course import Course
from benchmarks.grading.classes import hand_in, works_of
from benchmarks.grading.watching import COURSE, ENVIRONMENT, Measured, measured
from benchmarks.side_by_side import Row, Table
from tests.tamper import plain

PEER = "nbgrader"
TYPICAL, HEAVIEST = "ps03_hmm", "ps11_generative"


@dataclass(frozen=True)
class Size:
    """How much is measured: submissions for us, for nbgrader, and rounds."""

    ours: int = 200
    peer: int = 25
    rounds: int = 3


def tables(quick: bool) -> Iterator[Table]:
    """Yield a table for the typical problem set, and one for that with the most to compute."""
    yield compared(TYPICAL, Size(12, 3, 1) if quick else Size())
    if not quick:
        yield compared(HEAVIEST, Size(100, 10, 3))


def compared(name: str, size: Size) -> Table:
    """Grade a class of a problem set by both, some rounds in turn."""
    rounds = []
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        works = list(works_of(problem_sets.find(name), size.ours))
        for number in range(size.rounds):
            grade = {
                1: partial(ours, Path(scratch), name, works, 1),
                2: partial(ours, Path(scratch), name, works, 2),
                PEER: partial(peer, Path(scratch), name, works[: size.peer]),
            }
            order = list(grade) if number % 2 else list(reversed(grade))
            rounds.append({who: grade[who]() for who in order})
    counts = {1: size.ours, 2: size.ours, PEER: min(size.peer, size.ours)}
    rows = [
        row(
            f"a submission, {what}",
            [
                (getattr(f[who], key) / counts[who], getattr(f[PEER], key) / counts[PEER])
                for f in rounds
            ],
        )
        for what, who, key in (
            ("one worker", 1, "seconds"),
            ("two workers", 2, "seconds"),
            ("processor time", 2, "cpu"),
        )
    ]
    middle = {who: median([found[who] for found in rounds]) for who in rounds[0]}
    rates = {who: counts[who] / middle[who].seconds for who in middle}
    remarks = (
        f"{rates[1]:.1f} submissions a second with one worker, {rates[2]:.1f} with two "
        f"({50 * rates[2] / rates[1]:.0f} % of linear), {rates[PEER]:.2f} by nbgrader.",
        f"The last quarter takes {middle[2].drift:.2f} times as long as the first; "
        f"no process holds more than {middle[2].largest:.0f} MB.",
    )
    return Table(f"grading {size.ours} submissions of {name}, against nbgrader", rows, remarks)


def row(name: str, pairs: list[tuple[float, float]]) -> Row:
    """Return the medians of both, and of their ratio."""
    times = np.array(pairs)
    low, ratio, high = np.quantile(times[:, 0] / times[:, 1], [0.25, 0.5, 0.75])
    mine, theirs = np.median(times, axis=0)
    return Row(name, float(mine), float(theirs), float(ratio), float(low), float(high), 0.05)


def median(found: list[Measured]) -> Measured:
    """Return the median of each quantity."""
    return Measured(*np.median([astuple(one) for one in found], axis=0))


def ours(scratch: Path, name: str, works: list[bytes], workers: int) -> Measured:
    """Grade a class with `course grade` in a course of its own."""
    root = scratch / "ours"
    course = Course.create(root)
    course.release(name)
    hand_in(root, name, works)
    options = ["--course", str(root), "--workers", str(workers), "--json"]
    try:
        return measured([*COURSE, "grade", name, *options], scratch)
    finally:
        shutil.rmtree(root)


def peer(scratch: Path, name: str, works: list[bytes]) -> Measured:
    """Grade a class with `nbgrader autograde`, in a course with nbgrader's default settings."""
    root = scratch / "peer"
    (root / "source" / name).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(plain.CONFIG)
    nbformat.write(asserting(name), root / "source" / name / f"{name}.ipynb")
    nbgrader = [sys.executable, "-m", "nbgrader"]
    subprocess.run(
        [*nbgrader, "generate_assignment", name],
        cwd=root,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    hand_in(root, name, works)
    try:
        return measured([*nbgrader, "autograde", name], root)
    finally:
        shutil.rmtree(root)


def asserting(name: str) -> nbformat.NotebookNode:
    """Return a problem set's source as nbgrader's users write it."""
    if name == TYPICAL:
        return plain.source()
    notebook = problem_sets.source_notebook(problem_sets.find(name))
    for cell in notebook.cells:
        cell.source = plain.PROBE.sub("", cell.source)
    return notebook
