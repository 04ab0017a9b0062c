"""What the release must not show, what it must tell, and what nothing judges."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from autograder.exercise import Exercise
from autograder.probes import is_graded_code, probes_in
from autograder.rebuild import release_of

SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
# Of marks and of the grader's own names nothing may be left.
MARKS = ("BEGIN SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "probe(", "course_lib", "autograder")
# A shorter line, such as `return x`, may well stand elsewhere and tell nothing.
TELLING = 20


def shown_too_much(source: NotebookNode, exercises: dict[str, Exercise]) -> list[str]:
    """Return a line for each thing in the release that students must not see."""
    released = release_of(source)
    text = "\n".join(cell.source for cell in released.cells)
    lines = {" ".join(line.split()) for line in text.splitlines()}
    plain = " ".join(text.split())
    solutions = {
        " ".join(line.split())
        for cell in source.cells
        if is_solution(cell)
        for region in SOLUTION.findall(cell.source) or [cell.source]
        for line in region.splitlines()
    }
    holes = [f"the release shows {mark!r}" for mark in (*MARKS, *exercises) if mark in text]
    holes += [
        f"the release shows a line of a solution: {line}"
        for line in sorted(solutions & lines)
        if len(line) >= TELLING
    ]
    holes += [
        f"the release shows what only a wrong answer is told: {sentence}"
        for exercise in exercises.values()
        for _, sentence in exercise.misconceptions
        if " ".join(sentence.split()) in plain
    ]
    return holes


def told_too_little(source: NotebookNode, exercises: dict[str, Exercise]) -> list[str]:
    """Return a line for each thing that is judged and not promised, or promised and not judged."""
    text = "\n".join(cell.source for cell in release_of(source).cells)
    plain = " ".join(text.replace("$", "").split())
    holes = [
        f"students are not told that {exercise.name} is judged on {category.name!r}"
        for exercise in exercises.values()
        for category in exercise.unseen
        if category.name not in plain
    ]
    asked = set(chain.from_iterable(probes_in(source).values()))
    known = set(chain.from_iterable(exercise.probes() for exercise in exercises.values()))
    return holes + [f"no cell asks the probe {name}" for name in sorted(known - asked)]


def named_twice(source: NotebookNode) -> list[str]:
    """Return a line for each cell's name that another cell has, too."""
    names = Counter(cell.metadata.get("nbgrader", {}).get("grade_id") for cell in source.cells)
    return [f"{n} cells have the grade_id {name}" for name, n in names.items() if name and n > 1]


def not_judged(source: NotebookNode) -> list[str]:
    """Return a line for each graded cell that nothing judges, and if nobody is asked for words."""
    probed = probes_in(source)
    holes = [
        f"the graded cell {cell.metadata.nbgrader.grade_id} has no probe: nothing judges it"
        for number, cell in enumerate(source.cells)
        if is_graded_code(cell) and number not in probed
    ]
    by_hand = [
        cell
        for cell in source.cells
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("grade")
    ]
    if not by_hand:
        holes.append("no question is answered in words")
    return holes
