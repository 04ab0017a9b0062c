"""Grading from one submission to thousands: is it flat, and what does each one leave behind?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from unittest import mock

import numpy as np

from autograder import grading, pool, problem_sets
from autograder.course import Course
from autograder.task import Task, attempt
from benchmarks.grading.classes import hand_in, works_of
from benchmarks.grading.watching import COURSE, Measured, measured

WORKERS = 2
LEFT_BEHIND = ("submitted", "autograded", "ledger", "feedback", "gradebook.db")


@dataclass(frozen=True)
class Class:
    """A class of a size: what grading it took, and its feedback, and what is on the disk after.

    Parameters
    ----------
    submissions : int
    grade, feedback : Measured
    disk : dict of str to float
        kB a submission, by what in the course's directory holds them.
    """

    submissions: int
    grade: Measured
    feedback: Measured
    disk: dict[str, float]


@contextmanager
def released(name: str) -> Iterator[Course]:
    """Lend a course of its own, in which a problem set was released."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        course = Course.create(Path(scratch, "course"))
        course.release(name)
        yield course


def graded(name: str, count: int) -> Class:
    """Grade a class with two workers, and write its feedback."""
    with released(name) as course:
        before = disk_of(course.root)
        hand_in(course.root, name, works_of(problem_sets.find(name), count))
        grade = command("grade", name, course, "--workers", str(WORKERS))
        feedback = command("feedback", name, course)
        after = disk_of(course.root)
    disk = {part: (after[part] - before[part]) / count for part in LEFT_BEHIND}
    return Class(count, grade, feedback, disk)


def cold(name: str, repeats: int) -> dict[str, float]:
    """Return the seconds from one submission's file to its score, and on to its feedback page."""
    work = next(works_of(problem_sets.find(name), 1))
    rounds = []
    with released(name) as course:
        hand_in(course.root, name, [work])
        for _ in range(repeats):
            rounds.append([command(word, name, course).seconds for word in ("grade", "feedback")])
            for part in ("autograded", "ledger", "feedback"):
                shutil.rmtree(course.root / part)
    score, page = np.median(rounds, axis=0)
    return {"score": float(score), "page": float(score + page)}


def head(name: str, count: int) -> float:
    """Return the seconds of the one process that receives and writes, for each submission.

    The workers, for once, know the answer at once. It is the median, which a slow disk moves and a
    moment's rush does not.
    """
    with released(name) as course:
        hand_in(course.root, name, works_of(problem_sets.find(name), count))
        known = []

        def at_once(task: Task):
            if not known:
                known.append(attempt(task))
            return replace(known[0], inputs=task.inputs())

        with mock.patch.object(grading, "attempt", at_once):
            outcomes = grading.grade(
                course, name, course.selected(name, None), open_executor=pool.Alone
            )
            times = [perf_counter() for outcome in outcomes if outcome.refused is None]
    return float(np.median(np.diff(times)))


def command(word: str, name: str, course: Course, *options: str) -> Measured:
    """Run one of the course's commands on a problem set."""
    return measured(
        [*COURSE, word, name, "--course", str(course.root), "--json", *options], course.root
    )


def disk_of(root: Path) -> dict[str, float]:
    """Return how many kB of the disk each part of a course takes."""
    return {
        part: sum(path.stat().st_blocks for path in [root / part, *(root / part).rglob("*")]) / 2
        for part in LEFT_BEHIND
        if (root / part).exists()
    } | {part: 0.0 for part in LEFT_BEHIND if not (root / part).exists()}
