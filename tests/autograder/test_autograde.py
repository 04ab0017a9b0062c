"""By nbgrader's own road too, nothing refused gets into the course, and none stops another."""

from __future__ import annotations

import os
import shutil

import pytest

from autograder import autograde, ledger
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of

NOTEBOOK = f"{PROBLEM_SET}.ipynb"


@pytest.fixture
def nbgrader(course):
    """Grade through nbgrader's API, as formgrader's button does."""
    autograde.install()
    api = course.nbgrader()
    return lambda student="*": api.autograde(PROBLEM_SET, student, force=True, create=True)


def in_gradebook(course) -> set[str]:
    with course.gradebook() as gradebook:
        return {each.student.id for each in gradebook.assignment_submissions(PROBLEM_SET)}


def last_error(result: dict) -> str:
    return [line for line in result["log"].splitlines() if line.startswith("[ERROR]")][-1]


def everything_in(folder) -> bytes:
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return b"".join(path.read_bytes() for path in paths)


def test_what_a_link_leads_to_is_never_copied(course, hand_in, nbgrader, tmp_path):
    (tmp_path / "secret").write_text("a secret of the instructor")
    os.symlink(tmp_path / "secret", hand_in("eve", source_of(course)).parent / "data.csv")
    result = nbgrader("eve")
    assert not result["success"]
    assert last_error(result).startswith("[ERROR] eve was not graded: 'data.csv' is a link")
    assert b"a secret of the instructor" not in everything_in(course.root)
    assert not (course.root / "autograded" / "eve").exists()
    assert in_gradebook(course) == set()


@pytest.mark.parametrize("kind", ["missing", "empty", "pipe"])
def test_no_notebook_is_no_zero(course, hand_in, nbgrader, kind):
    notebook = hand_in("bea", release_of(course))
    notebook.unlink()
    if kind == "empty":
        notebook.touch()
    elif kind == "pipe":
        os.mkfifo(notebook)
    assert not nbgrader()["success"]
    assert in_gradebook(course) == set()
    assert not list(course.root.glob(".received-*"))


def test_one_that_is_refused_does_not_stop_the_others(course, hand_in, nbgrader):
    hand_in("ann", source_of(course))
    hand_in("bea", source_of(course)).write_text("broken")
    hand_in("cem", source_of(course))
    result = nbgrader()
    assert not result["success"]
    assert last_error(result).startswith("[ERROR] bea was not graded: 'ps03_hmm.ipynb' is not a")
    assert in_gradebook(course) == {"ann", "cem"}
    assert "is not a notebook file" in ledger.refusal(course.root, PROBLEM_SET, "bea")
    assert ledger.refusal(course.root, PROBLEM_SET, "ann") is None


def test_another_file_name_is_graded_by_nbgrader_too(course, hand_in, nbgrader):
    notebook = hand_in("ann", source_of(course))
    notebook.rename(notebook.with_name("homework.ipynb"))
    assert nbgrader("ann")["success"]
    assert in_gradebook(course) == {"ann"}
    assert [path.name for path in (course.root / "autograded/ann" / PROBLEM_SET).iterdir()] == [
        NOTEBOOK
    ]


def test_a_failure_loses_no_earlier_grade(course, hand_in, nbgrader):
    notebook = hand_in("ann", source_of(course))
    assert nbgrader("ann")["success"]
    graded = course.root / "autograded" / "ann" / PROBLEM_SET / NOTEBOOK
    before = graded.read_bytes()
    shutil.copy(notebook, notebook.with_name("kept"))
    notebook.write_text("broken")
    assert not nbgrader("ann")["success"]
    assert in_gradebook(course) == {"ann"}
    assert graded.read_bytes() == before


def test_feedback_is_our_page_and_nothing_else(course, hand_in, nbgrader):
    folder = hand_in("ann", release_of(course)).parent
    (folder / "own.html").write_text("<script>window.pwned=1</script>")
    assert nbgrader("ann")["success"]
    assert course.nbgrader().generate_feedback(PROBLEM_SET, "ann", force=True)["success"]
    pages = list((course.root / "feedback" / "ann" / PROBLEM_SET).iterdir())
    assert [page.name for page in pages] == [f"{PROBLEM_SET}.html"]
    text = pages[0].read_text(encoding="utf-8")
    assert "Content-Security-Policy" in text
    assert "<strong>0</strong>" in text
    assert "probe(&quot;ps03.viterbi&quot;" not in text


def test_nobody_handed_in(course, nbgrader):
    result = nbgrader()
    assert not result["success"]
    assert "No submission was found" in result["error"]
