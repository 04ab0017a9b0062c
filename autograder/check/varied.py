"""Examine a problem set's variants: each is solvable, untied and equal in kind to the original."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from autograder import problem_sets
from autograder.check.asking import verdict_on
from autograder.check.beside import right_solutions
from autograder.check.hidden import shown_too_much
from autograder.errors import CourseError
from autograder.exercise import EXAMPLE, Exercise
from autograder.oracle.judge import Attempt, Judge, cases_of, same
from autograder.probes import PROBE, is_graded_code
from autograder.variants.drawing import Variant, draw, has_variants, with_examples
from autograder.variants.notebook import varied

SEEDS = tuple(f"variant {number}" for number in range(20))
FEWEST_DIFFERENT = 15
NAME = re.compile(r"[A-Za-z_ ]{3,}")
# A decimal number or a fraction; a shorter one may well stand elsewhere.
NUMBER = re.compile(r"\d+(?:\.\d+)?(?: ?/ ?\d+)?")
TELLING_DIGITS = 3


def holes_in_variants(problem_set: Path, only: Collection[str] | None = None) -> list[str]:
    """Return a line for each hole that the variants drawn from some seeds have.

    Parameters
    ----------
    problem_set : Path
    only : collection of str, optional
        The exercises that are asked about; by default all.
    """
    if not has_variants(problem_set):
        return []
    source = problem_sets.source_notebook(problem_set)
    holes, versions = [], set()
    for seed in SEEDS:
        try:
            found = holes_in(problem_set, source, seed, only)
            versions.add(_text(varied(source, draw(problem_set, seed), problem_set.name)))
        except CourseError as error:
            return [f"{seed} cannot be drawn: {error}"]
        holes += [f"{seed}: {hole}" for hole in found]
    if len(versions) < FEWEST_DIFFERENT:
        holes.append(f"of {len(SEEDS)} variants only {len(versions)} differ")
    return holes


def holes_in(
    problem_set: Path, source: NotebookNode, seed: str, only: Collection[str] | None = None
) -> list[str]:
    """Return a line for each hole of the variant that is drawn from a seed."""
    exercises, right = _loaded(problem_set)
    variant = draw(problem_set, seed)
    notebook = varied(source, variant, problem_set.name)
    asked = with_examples(exercises, variant)
    if only is not None:
        asked = {name: asked[name] for name in asked if name in only}
    found = [
        *_not_solvable(notebook, asked, variant, seed),
        *_not_equal(source, notebook),
        *_left_behind(variant, notebook),
        *shown_too_much(notebook, asked),
    ]
    for name in (name for name in variant.examples if name in asked):
        found += _not_alike(exercises[name], asked[name], tuple(right.get(name, ())))
    return found


@lru_cache(maxsize=1)
def _loaded(problem_set: Path) -> tuple[dict[str, Exercise], dict[str, list[Callable]]]:
    return problem_sets.exercises(problem_set), right_solutions(problem_set)


def _not_solvable(
    notebook: NotebookNode, exercises: Mapping[str, Exercise], variant: Variant, seed: str
) -> Iterator[str]:
    """Run the solved notebook: its checks must pass, and its probes get full marks.

    Unseen cases are asked where a function takes its arguments in another order; elsewhere they
    meet the same function as the original's.
    """
    asked = {
        name: (exercise, categories)
        for exercise in exercises.values()
        for name, categories in exercise.probes().items()
        if name.endswith(EXAMPLE) or name in variant.orders
    }
    lost = []

    def probe(name: str, function: Callable) -> None:
        if name in asked:
            exercise, categories = asked[name]
            verdict = verdict_on(function, exercise, seed, categories)
            if not verdict.is_right:
                lost.append(f"the notebook's solution loses {name}: {verdict.first_problem()}")

    names = {"__name__": "__main__", "probe": probe}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            try:
                exec(cell.source, names)
            except Exception as error:
                where = cell.metadata.get("nbgrader", {}).get("grade_id", "without a name")
                told = " ".join(f"{type(error).__name__}: {error}".split())
                yield f"the solved notebook stops at the cell {where}: {told}"
                break
    yield from lost


def _not_equal(source: NotebookNode, notebook: NotebookNode) -> Iterator[str]:
    """Graded cells check and ask as often as the original's."""
    for before, after in zip(source.cells, notebook.cells, strict=True):
        if is_graded_code(before):
            counts = [
                (
                    sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source))),
                    [probe["name"] for probe in PROBE.finditer(cell.source)],
                )
                for cell in (before, after)
            ]
            if counts[0] != counts[1]:
                yield (
                    f"the cell {before.metadata.nbgrader.grade_id} has not as many checks, or not "
                    "the same probes, as the original"
                )


def _left_behind(variant: Variant, notebook: NotebookNode) -> Iterator[str]:
    """Names and numbers that the variant replaces stand nowhere else."""
    text = _text(notebook)
    new = "\n".join(variant.texts.values())
    for old in variant.texts:
        if NAME.fullmatch(old):
            word = re.compile(rf"(?<![a-z]){re.escape(old)}(?![a-z])", re.IGNORECASE)
            if word.search(text) and not word.search(new):
                yield f"the name {old!r} is left in the notebook"
    old = _numbers("\n".join(variant.texts))
    for number in sorted(old & _numbers(text) - _numbers(new)):
        yield f"the number {number} is left in the notebook"


def _text(notebook: NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


def _numbers(text: str) -> set[str]:
    found = (number[0].replace(" ", "") for number in NUMBER.finditer(text))
    return {number for number in found if sum(map(str.isdigit, number)) >= TELLING_DIGITS}


def _not_alike(original: Exercise, changed: Exercise, right: tuple) -> Iterator[str]:
    """The examples accept all right solutions, and tell apart what the original's do."""
    for solution in right:
        verdict = verdict_on(solution, changed, "examples", changed.example)
        if not verdict.is_right:
            yield (
                f"{changed.name}: the right solution {solution.__name__} loses an example: "
                f"{verdict.first_problem()}"
            )
    if _untied(original, right) and not _untied(changed, right):
        yield f"{changed.name}: right solutions answer an example in different ways: it has a tie"
    for wrong in sorted(_noticed(original) - _noticed(changed)):
        yield f"{changed.name}: the examples do not notice the misconception {wrong}"


@lru_cache
def _noticed(exercise: Exercise) -> frozenset[str]:
    """Return the misconceptions that lose an example."""
    return frozenset(
        wrong.__name__
        for wrong, _ in exercise.misconceptions
        if not verdict_on(wrong, exercise, "examples", exercise.example).is_right
    )


@lru_cache
def _untied(exercise: Exercise, right: tuple) -> bool:
    """Whether all right solutions give the reference's answers to the examples."""
    judge, (category,) = Judge(exercise), exercise.example
    for question in cases_of(exercise, category, "examples"):
        attempt = Attempt(category.name, 1, question)
        expected = judge.expected(attempt)
        if not all(same(solution(**attempt.arguments()), expected) for solution in right):
            return False
    return True
