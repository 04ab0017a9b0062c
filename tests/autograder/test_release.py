"""What students get: the questions and the visible checks, and nothing that answers them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import jupytext
import nbformat
import pytest

from autograder import problem_sets
from autograder.errors import CourseError
from tests.autograder.conftest import POINTS, PROBLEM_SET, release_of, source_of


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
        if line.strip()
    ]
    assert len(solutions) > 20
    assert len(hidden) == 10
    everything_released = "".join(
        path.read_text() for path in (course.root / "release").rglob("*") if path.is_file()
    )
    released_lines = {line.strip() for line in source_text(release_of(course)).splitlines()}
    assert released_lines.isdisjoint(set(solutions) | set(hidden))
    for word in ("BEGIN SOLUTION", "HIDDEN TESTS", "probe(", "course_lib", "ps03."):
        assert word not in everything_released
    asked = [cell for cell in written.cells if regions(cell.source, "SOLUTION")]
    for stub, kind in (("raise NotImplementedError()", "code"), ("YOUR ANSWER HERE", "markdown")):
        assert everything_released.count(stub) == sum(cell.cell_type == kind for cell in asked)


def test_release_holds_one_notebook_and_nothing_else(course):
    files = [path for path in (course.root / "release").rglob("*") if path.is_file()]
    assert files == [release_of(course)]


def test_the_source_holds_probes_and_nothing_of_the_exercises(course):
    """Students' kernels run the source's cells; so no case, answer or check may stand there."""
    text = source_text(source_of(course))
    assert regions(text, "HIDDEN TESTS") == [
        f"{line}\n"
        for name in ("viterbi", "count_hmm", "forward", "posteriors", "em_step")
        for line in (f'probe("ps03.{name}.example", {name})', f'probe("ps03.{name}", {name})')
    ]
    assert "course_lib" not in text


def test_visible_and_unseen_points_are_apart():
    visible = {"viterbi": 2, "count": 2, "forward": 1, "posteriors": 1, "em": 1}
    unseen = {"viterbi": 3, "count": 3, "forward": 2, "posteriors": 2, "em": 2}
    told = {
        f"{name}_{kind}": worth
        for kind, points in (("visible", visible), ("unseen", unseen))
        for name, worth in points.items()
    }
    assert told | {"words": 1} == POINTS


def test_an_instructors_edited_source_is_kept(course):
    notebook = nbformat.read(source_of(course), as_version=4)
    notebook.cells[0].source = "# My own title"
    nbformat.write(notebook, source_of(course))
    course.release(PROBLEM_SET)
    assert "# My own title" in source_text(release_of(course))


@pytest.fixture
def edited(tmp_path):
    """A copy of the problem set whose notebook's text can be changed."""

    def edited(before: str, after: str) -> Path:
        folder = tmp_path / PROBLEM_SET
        shutil.copytree(problem_sets.find(PROBLEM_SET), folder)
        text = (folder / "notebook.md").read_text(encoding="utf-8")
        assert before in text
        (folder / "notebook.md").write_text(text.replace(before, after, 1), encoding="utf-8")
        return folder

    return edited


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            'probe("ps03.viterbi", viterbi)',
            'probe("ps03.vitrebi", viterbi)',
            r"probes ps03\.vitrebi, which exercises.py does not declare\. There are: .*count_hmm",
        ),
        (
            'probe("ps03.viterbi", viterbi)',
            "probe('ps03.viterbi', viterbi)",
            "cell viterbi_unseen has a probe that is not written",
        ),
        (
            'probe("ps03.count_hmm", count_hmm)',
            'probe("ps03.viterbi", viterbi)',
            r"asks the probe ps03\.viterbi more than once",
        ),
    ],
    ids=["unknown", "written otherwise", "twice"],
)
def test_a_probe_that_would_never_be_answered_makes_no_course(edited, before, after, told):
    with pytest.raises(CourseError, match=told):
        problem_sets.source_notebook(edited(before, after))
