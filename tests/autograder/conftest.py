"""A course made once, and copies of it to grade in."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder import problem_sets
from autograder.course import Course

PROBLEM_SET = "ps03_hmm"
POINTS = {
    cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
    for cell in problem_sets.source_notebook(problem_sets.find(PROBLEM_SET)).cells
    if cell.metadata.get("nbgrader", {}).get("grade")
}
# What a person grades, and what is left for the machine.
WORDS = POINTS["words"]
BY_MACHINE, IN_ALL = sum(POINTS.values()) - WORDS, sum(POINTS.values())


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """A course in which ps03 has been released and nobody has handed in."""
    course = Course.create(tmp_path_factory.mktemp("released") / "course")
    course.release(PROBLEM_SET)
    return course.root


@pytest.fixture
def course(released, tmp_path) -> Course:
    """A copy of that course, to hand in and grade in."""
    root = tmp_path / "course"
    shutil.copytree(released, root)
    return Course.open(root)


@pytest.fixture
def hand_in(course):
    """Hand in a notebook: the path of one, or the code for each solution cell by its name."""

    def hand_in(student: str, work) -> Path:
        target = course.root / "submitted" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
        target.parent.mkdir(parents=True)
        if isinstance(work, dict):
            notebook = nbformat.read(release_of(course), as_version=4)
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = work.get(name, cell.source)
            nbformat.write(notebook, target)
        else:
            shutil.copy(work, target)
        return target

    return hand_in


def release_of(course: Course) -> Path:
    return course.root / "release" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"


def source_of(course: Course) -> Path:
    return course.root / "source" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
