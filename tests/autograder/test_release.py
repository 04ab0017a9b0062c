"""What students get: the questions and the visible checks, and nothing that answers them."""

from __future__ import annotations

import re

import jupytext
import nbformat
import pytest

from autograder import problem_sets
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of


def regions(text: str, kind: str) -> list[str]:
    """Return what stands between nbgrader's markers of one kind."""
    return re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", text, re.DOTALL)


def source_text(path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def test_release_has_neither_solutions_nor_hidden_tests(course):
    written = jupytext.read(problem_sets.find(PROBLEM_SET) / "notebook.md")
    solutions = [
        line.strip()
        for cell in written.cells
        for region in regions(cell.source, "SOLUTION")
        for line in region.splitlines()
        if line.strip()
    ]
    hidden = [
        line.strip()
        for region in regions(source_text(source_of(course)), "HIDDEN TESTS")
        for line in region.splitlines()
        if len(line.strip()) > 3
    ]
    assert len(solutions) > 20
    assert len(hidden) > 40
    everything_released = "".join(
        path.read_text() for path in (course.root / "release").rglob("*") if path.is_file()
    )
    released_lines = {line.strip() for line in source_text(release_of(course)).splitlines()}
    # A student may rightly see these: they stand in the released setup too.
    innocent = {"import numpy as np"}
    assert released_lines.isdisjoint(set(solutions) | set(hidden) - innocent)
    for word in ("BEGIN SOLUTION", "HIDDEN TESTS", "probe(", "course_lib", "_expected"):
        assert word not in everything_released
    assert everything_released.count("raise NotImplementedError()") == len(
        regions("\n".join(cell.source for cell in written.cells), "SOLUTION")
    )


def test_release_holds_one_notebook_and_nothing_else(course):
    files = [path for path in (course.root / "release").rglob("*") if path.is_file()]
    assert files == [release_of(course)]


def test_every_course_draws_its_own_cases():
    folder = problem_sets.find(PROBLEM_SET)
    texts = {
        "\n".join(cell.source for cell in problem_sets.source_notebook(folder, seed).cells)
        for seed in (1, 2, None, None)
    }
    assert len(texts) == 4
    assert problem_sets.source_notebook(folder, 1) == problem_sets.source_notebook(folder, 1)


def test_visible_and_unseen_points_are_apart():
    notebook = jupytext.read(problem_sets.find(PROBLEM_SET) / "notebook.md")
    points = {
        cell.metadata["nbgrader"]["grade_id"]: cell.metadata["nbgrader"]["points"]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert points == {
        "viterbi_visible": 2,
        "viterbi_unseen": 3,
        "count_visible": 2,
        "count_unseen": 3,
    }


def test_an_instructors_edited_source_is_kept(course):
    notebook = nbformat.read(source_of(course), as_version=4)
    notebook.cells[0].source = "# My own title"
    nbformat.write(notebook, source_of(course))
    course.release(PROBLEM_SET)
    assert "# My own title" in source_text(release_of(course))


@pytest.mark.parametrize("name", problem_sets.names())
def test_exercises_and_probes_name_each_other(name):
    folder = problem_sets.find(name)
    text = (folder / "notebook.md").read_text()
    probed = {probe["name"] for probe in problem_sets.PROBE.finditer(text)}
    assert probed == set(problem_sets.exercises(folder).EXERCISES)
