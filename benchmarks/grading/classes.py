"""A made-up class, as `course rehearse` makes one up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
import numpy as np

from autograder.rehearsal.works import Works

ABILITY = 0.7
"""The share of right answers."""


def hand_in(root: Path, name: str, works: Iterable[bytes]) -> None:
    """Put each work where a submission belongs."""
    for number, work in enumerate(works):
        path = root / "submitted" / f"s{number:05}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(work)


def works_of(problem_set: Path, count: int) -> Iterator[bytes]:
    """Yield what a class hands in: sample students' notebooks, their answers mixed."""
    works = Works(problem_set)
    for number in range(count):
        notebook = works.work(np.random.default_rng(number), ABILITY)
        # No two submissions are the same file, or they would draw the same cases.
        yield nbformat.writes(notebook).encode() + b" " * number
