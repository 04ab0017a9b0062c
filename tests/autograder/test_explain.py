"""A grade can be explained, and be had again: the same submission, the same cases, the same end."""

from __future__ import annotations

import nbformat
import pytest

from autograder import explain, grading, ledger
from autograder.errors import CourseError
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of

HALF_RIGHT = """
def viterbi(pi, A, B, obs):
    score = pi * B[:, obs[0]]
    back = []
    for x in obs[1:]:
        candidates = score[:, None] * A
        back.append(candidates.argmax(axis=0))
        score = candidates.max(axis=0) * B[:, x]
    path = [score.argmax()]
    for winners in back[::-1]:
        path.append(winners[path[-1]])
    return path[::-1]
"""


@pytest.fixture
def graded(course, hand_in):
    """A course in which ann's work was graded, and ann's record."""
    hand_in("ann", {"viterbi": HALF_RIGHT})
    submissions = course.selected(PROBLEM_SET, "ann")
    assert [outcome.refused for outcome in grading.grade(course, PROBLEM_SET, submissions)] == [
        None
    ]
    return course, explain.record_of(course, PROBLEM_SET, "ann")


def contents(course) -> dict:
    return {
        path: path.read_bytes()
        for path in course.root.rglob("*")
        if path.is_file() and path.name != "gradebook.db"
    }


def test_the_record_explains_the_grade_and_replaying_it_proves_it(graded):
    course, record = graded
    probe = record["probes"]["ps03.viterbi"]
    assert (probe["cell"], probe["points"], probe["earned"]) == ("viterbi_unseen", 3, 2.25)
    assert probe["verdict"] == "partly right"
    assert probe["failure"]["category"] == "long sequences"
    assert "Add logarithms" in probe["failure"]["misconception"]
    assert probe["failure"]["question"] is None, "too long to look at"
    submitted = course.root / "submitted" / "ann" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    assert record["submission_sha256"] == ledger.hash_of(submitted)
    assert record["source_sha256"] == ledger.hash_of(source_of(course))

    text = explain.text(record)
    for fact in (
        *(record["seed"], record["submission_sha256"], record["versions"]["numpy"]),
        *("long sequences: 0 of 2 right", "Add logarithms", "cell_seconds 60", "in the sandbox"),
        f"course explain {PROBLEM_SET} --student ann --replay",
    ):
        assert fact in text

    before = contents(course)
    assert explain.replay(course, record) == []
    assert contents(course) == before, "a replay changes nothing"


def test_a_replay_with_other_cases_says_what_differs(graded):
    """What the record claims is compared, not believed."""
    course, record = graded
    record["probes"]["ps03.viterbi"]["earned"] = 3.0
    source = nbformat.read(source_of(course), as_version=4)
    source.cells[0].source += "\n\nMay 2027"
    nbformat.write(source, source_of(course))
    assert explain.replay(course, record) == [
        "the source has changed since the grading",
        "ps03.viterbi: earned was 3.0, is 2.25",
    ]


def test_another_submission_is_no_replay(graded, tmp_path):
    course, record = graded
    submitted = course.root / "submitted" / "ann" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    submitted.write_bytes(release_of(course).read_bytes())
    with pytest.raises(CourseError, match="another notebook since it was graded") as error:
        explain.replay(course, record)
    assert error.value.exit_status == 1


def test_a_submission_that_is_gone_is_no_replay(graded):
    course, record = graded
    (course.root / "submitted" / "ann" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb").unlink()
    with pytest.raises(CourseError, match="There is no notebook") as error:
        explain.replay(course, record)
    assert error.value.exit_status == 1


def test_who_was_not_graded_has_nothing_to_explain(course):
    with pytest.raises(CourseError, match="First: course grade ps03_hmm --student zoe"):
        explain.record_of(course, PROBLEM_SET, "zoe")


def test_who_was_refused_is_told_why(course):
    ledger.refuse(course.root, PROBLEM_SET, "zoe", "the notebook is cut off")
    with pytest.raises(CourseError, match="Refused: the notebook is cut off") as error:
        explain.record_of(course, PROBLEM_SET, "zoe")
    assert error.value.exit_status == 1
