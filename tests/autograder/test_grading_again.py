"""What is done is skipped, what has changed is graded again, and nothing is overwritten unasked."""

from __future__ import annotations

import errno
import json
import os
import resource

import nbformat
import pytest

from autograder import grading, ledger, pool
from autograder.errors import CourseError
from tests.autograder import quick_answers
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of
from tests.autograder.test_gradebook import contents, tree


@pytest.fixture
def grade(course, monkeypatch):
    """Grade everyone, without running anything; returns the outcomes by student."""
    monkeypatch.setattr(grading, "attempt", quick_answers.attempt)

    def grade(**options) -> dict:
        submissions = course.selected(PROBLEM_SET, None)
        outcomes = grading.grade(
            course, PROBLEM_SET, submissions, **{"open_executor": pool.Alone} | options
        )
        return {outcome.student: outcome for outcome in outcomes}

    return grade


@pytest.fixture
def three(course, hand_in, grade):
    """Three students' work, graded."""
    for number, student in enumerate(("ann", "bea", "cem")):
        notebook = hand_in(student, release_of(course))
        notebook.write_text(notebook.read_text() + " " * number)
    assert [outcome.unchanged for outcome in grade().values()] == [False] * 3
    return course


def everything(course) -> tuple:
    return contents(course), tree(course.root / "autograded"), tree(course.root / "ledger")


def rewrite_the_source(course) -> None:
    source = nbformat.read(source_of(course), as_version=4)
    source.cells[0].source += "\n\nMay 2027"
    nbformat.write(source, source_of(course))


def not_again(task):
    raise AssertionError("graded again, for nothing")


def test_what_has_not_changed_is_skipped(three, grade, monkeypatch):
    before, first = everything(three), grade()
    monkeypatch.setattr(grading, "attempt", not_again)
    assert all(outcome.unchanged for outcome in grade().values())
    assert grade() == first
    assert everything(three) == before


@pytest.mark.parametrize("part", ["gradebook", "notebook", "ledger", "refusal", "limits"])
def test_what_is_not_whole_or_not_the_same_is_graded_again(three, grade, part):
    wanted = contents(three)
    if part == "gradebook":
        with three.gradebook() as gradebook:
            gradebook.find_grade(
                "viterbi_unseen", PROBLEM_SET, PROBLEM_SET, "bea"
            ).auto_score = 0.125
            gradebook.db.commit()
    elif part == "notebook":
        (three.root / "autograded" / "bea" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb").unlink()
    elif part == "ledger":
        ledger.path_of(three.root, PROBLEM_SET, "bea").unlink()
    elif part == "refusal":
        ledger.refuse(three.root, PROBLEM_SET, "bea", "for a while")
    else:
        path = ledger.path_of(three.root, PROBLEM_SET, "bea")
        record = json.loads(path.read_text())
        record["limits"]["cell_seconds"] += 1
        path.write_text(json.dumps(record))
    assert {s for s, outcome in grade().items() if not outcome.unchanged} == {"bea"}
    assert contents(three) == wanted
    assert all(outcome.unchanged for outcome in grade().values())


def test_all_of_it_on_request(three, grade):
    asked = []
    assert not any(outcome.unchanged for outcome in grade(again=True, ask=asked.append).values())
    assert asked == [], "the same scores are no question"


def test_scores_that_would_change_are_told_and_asked_for_before_anything_is_written(three, grade):
    before, asked = everything(three), []

    def refuse(changes):
        asked.extend(changes)
        raise CourseError("Nothing was overwritten.")

    rewrite_the_source(three)
    with pytest.raises(CourseError):
        grade(ask=refuse)
    assert everything(three) == before
    assert asked
    told = {change.student: str(change) for change in asked}
    grade(ask=lambda changes: None)
    for change in asked:
        old, new = sum(filter(None, change.old.values())), sum(filter(None, change.new.values()))
        if old != new:
            assert told[change.student] == f"{change.student} {old:g} -> {new:g}"
        with three.gradebook() as gradebook:
            assert gradebook.find_submission(PROBLEM_SET, change.student).score == new


def test_a_new_submission_is_no_question(three, grade, hand_in):
    resubmitted = three.root / "submitted" / "ann" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    resubmitted.write_text(resubmitted.read_text() + "\n\n\n")
    hand_in("dag", release_of(three))
    outcomes = grade(ask=not_again)
    assert {s for s, outcome in outcomes.items() if not outcome.unchanged} == {"ann", "dag"}


def test_a_refusal_keeps_the_grade_before_it(three, grade):
    before = contents(three)
    notebook = three.root / "submitted" / "ann" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    text = notebook.read_text()
    asking = nbformat.reads(text, as_version=4)
    asking.cells[-1].source += quick_answers.REFUSE.decode()
    nbformat.write(asking, notebook)
    assert grade()["ann"].refused == "It asked for it."
    assert contents(three) == before
    notebook.write_text(text)
    assert grade()["ann"].refused is None
    assert ledger.refusal(three.root, PROBLEM_SET, "ann") is None


def test_other_exercises_on_the_worker_are_no_grade(course, hand_in, grade, monkeypatch):
    def elsewhere(task):
        graded = quick_answers.attempt(task)
        graded.inputs["exercises_sha256"] = "0" * 64
        return graded

    monkeypatch.setattr(grading, "attempt", elsewhere)
    hand_in("ann", release_of(course))
    assert "others than this machine: exercises_sha256" in grade()["ann"].refused


def test_one_grading_at_a_time(three, grade):
    submissions = three.selected(PROBLEM_SET, None)
    first = grading.grade(three, PROBLEM_SET, submissions, again=True, open_executor=pool.Alone)
    three.selected(PROBLEM_SET, None)["ann"].write_text("broken")
    assert next(first).student == "ann"
    with pytest.raises(CourseError, match="Another grading is at work"):
        grade()
    result = three.nbgrader().autograde(PROBLEM_SET, "bea", force=True, create=True)
    assert "Another grading is at work" in result["error"]
    first.close()
    assert grade()["bea"].unchanged


def test_what_a_killed_grading_left_is_cleared_away(three, grade):
    (three.root / ".received-left" / "new").mkdir(parents=True)
    (three.root / "ledger" / PROBLEM_SET / ".x.part").write_text("half")
    before = everything(three)
    grade()
    assert not list(three.root.glob(".received-*"))
    assert not list(three.root.glob("ledger/*/.*"))
    assert everything(three) != before


@pytest.mark.parametrize("more", [0, 1])
def test_where_the_disk_ends_nothing_is_left_half(three, grade, hand_in, more):
    """Files may grow no further than the gradebook, or hardly more: each stops at another place."""
    hand_in("dag", release_of(three))
    before = everything(three)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = os.path.getsize(three.root / "gradebook.db")
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, hard))
    try:
        with pytest.raises(CourseError, match="dag cannot be written") as told:
            grade()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(told.value)
    assert everything(three) == before
    assert not list(three.root.glob(".received-*"))
    assert grade()["dag"].refused is None


def test_without_room_nothing_is_begun(three, grade, hand_in, monkeypatch):
    hand_in("dag", release_of(three))
    with monkeypatch.context() as patch:
        patch.setattr(grading, "ROOM_MB", 10**9)
        with pytest.raises(CourseError, match="The disk is full"):
            grade()
    assert grade()["dag"].refused is None


def test_a_spoiled_record_is_written_anew(three, grade):
    path = ledger.path_of(three.root, PROBLEM_SET, "bea")
    whole = json.loads(path.read_text())
    path.write_text("{ half")
    assert not grade()["bea"].unchanged
    assert json.loads(path.read_text())["scores"] == whole["scores"]


def test_a_notebook_that_cannot_be_put_into_its_place(three, grade, hand_in, monkeypatch):
    hand_in("dag", release_of(three))
    with monkeypatch.context() as patch:

        def full(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patch.setattr(grading, "_put", full)
        with pytest.raises(CourseError, match="dag cannot be written .No space left on device"):
            grade()
    assert grade()["dag"].refused is None
    assert grade()["dag"].unchanged
