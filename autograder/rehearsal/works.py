"""Whole submissions as students write them: sample students' notebooks, each mixed differently."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_solution
from numpy.random import Generator

from autograder import problem_sets
from autograder.check.solution import parts_of
from autograder.errors import CourseError
from autograder.matching import names_in
from autograder.rebuild import release_of
from autograder.rehearsal.answers import answers_to, code_of
from autograder.students import samples

# How often an exercise is answered in another way than by the sample student who lent the rest.
OTHERWISE = 0.7
# How many answer a question that asks for words; some of them stop before the last sentence.
IN_WORDS = 0.7
SENTENCE = re.compile(r"(?<=[.?!])\s+")


class Works:
    """What a class may write for one problem set.

    Parameters
    ----------
    problem_set : Path
    """

    def __init__(self, problem_set: Path):
        source = problem_sets.source_notebook(problem_set)
        self.release = release_of(source)
        found = samples(problem_set)
        self.whole = [nbformat.reads(one.work, 4) for one in found if one.refused is None]
        if not self.whole:
            raise CourseError(f"{problem_set.name} has no sample students to make up a class from.")
        self.answers = answers_to(problem_set)
        self.places = _places(source, self.answers)
        self.words = self._words()

    def work(self, chance: Generator, ability: float) -> NotebookNode:
        """Return a whole submission, of which about a share `ability` is right."""
        notebook = copy.deepcopy(self.whole[chance.integers(len(self.whole))])
        cells = _named(notebook)
        for exercise, (grade_id, name) in self.places.items():
            code = self._answer(chance, exercise, name, ability)
            if chance.random() < OTHERWISE and grade_id in cells:
                cells[grade_id].source = code
        for grade_id, (nothing, texts) in self.words.items():
            sentences = SENTENCE.split(texts[chance.integers(len(texts))])
            said = " ".join(sentences[: chance.integers(1, len(sentences) + 1)])
            if grade_id in cells:
                cells[grade_id].source = said if chance.random() < IN_WORDS else nothing
        return notebook

    def _words(self) -> dict[str, tuple[str, list[str]]]:
        """Return what stands in each cell for words, before and after somebody answered."""
        found = {}
        for name, cell in _named(self.release).items():
            if cell.cell_type == "markdown" and is_solution(cell):
                said = [cells[name].source for cells in map(_named, self.whole) if name in cells]
                answers = [text for text in said if text != cell.source]
                if answers:
                    found[name] = cell.source, answers
        return found

    def _answer(self, chance: Generator, exercise: str, name: str, ability: float) -> str:
        answers = self.answers[exercise]
        is_right = chance.random() < ability
        choice = (answers.right if is_right else answers.wrong) or answers.right or answers.wrong
        return code_of(choice[chance.integers(len(choice))], name)


def copied(work: NotebookNode) -> NotebookNode:
    """Return somebody's work as handed in by a friend, who has written comments into it."""
    friends = copy.deepcopy(work)
    for cell in friends.cells:
        if is_solution(cell) and cell.cell_type == "code":
            cell.source = f"# my own solution\n{cell.source}"
    return friends


def _named(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells that have a `grade_id`, by it."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }


def _places(source: NotebookNode, answers: dict) -> dict[str, tuple[str, str]]:
    """Return for each exercise its solution cell, and the function which is all that it defines."""
    cells = {cell.source: name for name, cell in _named(source).items() if is_solution(cell)}
    return {
        exercise: (cells[solution], function)
        for part in parts_of(source)
        for exercise, function in part.probes.items()
        for solution in part.solutions
        if names_in(solution) == {function}
        and exercise in answers
        and (answers[exercise].right or answers[exercise].wrong)
    }
