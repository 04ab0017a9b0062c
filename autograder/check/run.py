"""Examine whole problem sets, their parts side by side in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from autograder import problem_sets
from autograder.check.beside import judged_equal, right_solutions
from autograder.check.exam import examine
from autograder.check.hidden import named_twice, not_judged, shown_too_much, told_too_little
from autograder.check.mutants import mutants_of
from autograder.check.quiet import quietly
from autograder.check.report import Report, Row
from autograder.check.solution import BrokenSolution, Part, parts_of
from autograder.check.varied import holes_in_variants
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.oracle.judge import BrokenExercise

MEMORY = 4 << 30


def check(problem_set: Path, only: str | None = None) -> Report:
    """Return the report on a problem set.

    Parameters
    ----------
    problem_set : Path
        Its folder.
    only : str, optional
        The one exercise to examine, with or without the problem set's part of its name. What is
        found of the notebook as a whole is left out, unless students would see too much of it.
    """
    exercises = _chosen(problem_set, only)
    source = problem_sets.source_notebook(problem_set)
    report = Report(problem_set.name)
    report.holes += shown_too_much(source, exercises)
    report.holes += told_too_little(source, exercises)
    report.holes += named_twice(source)
    if only is None:
        report.holes += not_judged(source)
    parts = parts_of(source)
    chosen = [number for number, part in enumerate(parts) if exercises.keys() & part.probes.keys()]
    # In processes of their own, for a mutant may eat all memory; forked from one without threads.
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(os.cpu_count(), forking, _limit_memory) as workers:
        found = [workers.submit(_examine, problem_set, number) for number in chosen]
        of_variants = workers.submit(_examine_variants, problem_set, only)
        try:
            for rows in found:
                report.rows += rows.result()
            report.holes += _unknown(judged_equal(problem_set), parts)
            report.holes += of_variants.result()
        except (BrokenExercise, BrokenSolution) as error:
            report.holes.append(f"cannot be examined: {error}")
        except BrokenProcessPool:
            raise CourseError(
                f"{problem_set.name}: a solution or a mutant of it ended Python."
            ) from None
    return report


def _chosen(problem_set: Path, only: str | None) -> dict[str, Exercise]:
    """Return the exercises to examine by name: all of them, or only one."""
    exercises = problem_sets.exercises(problem_set)
    if only is None:
        return exercises
    chosen = {name: exercises[name] for name in exercises if only in (name, name.partition(".")[2])}
    if not chosen:
        raise CourseError(
            f"{problem_set.name} has no exercise {only!r}. There are: {', '.join(exercises)}."
        )
    return chosen


def _unknown(equal: set[tuple[str, str]], parts: list[Part]) -> list[str]:
    """Return a line for each survivor that the solution no longer has as a mutant."""
    cells = (source for part in parts for source in part.solutions)
    known = {(mutant.before, mutant.after) for source in cells for mutant in mutants_of(source)}
    return [
        f"survivors.toml lists {after!r}, which is no mutant of a solution"
        for _, after in equal - known
    ]


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))


def _examine(problem_set: Path, number: int) -> list[Row]:
    """Examine one part."""
    exercises = problem_sets.exercises(problem_set)
    part = parts_of(problem_sets.source_notebook(problem_set))[number]
    with quietly():
        return examine(part, exercises, right_solutions(problem_set), judged_equal(problem_set))


def _examine_variants(problem_set: Path, only: str | None) -> list[str]:
    """Examine a problem set's variants, if it has any."""
    with quietly():
        return holes_in_variants(problem_set, _chosen(problem_set, only).keys())
