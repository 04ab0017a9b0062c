"""The page a student gets back names the mistake and keeps the unseen tests unseen."""

from __future__ import annotations

import re

from autograder import grading, ledger
from tests.autograder.conftest import PROBLEM_SET, release_of
from tests.autograder.test_grading import COUNTS_LAST_DAY


def test_feedback_tells_the_mistake_and_hides_the_test(course, hand_in):
    hand_in("fay", {"count_hmm": COUNTS_LAST_DAY})
    submissions = course.selected(PROBLEM_SET, "fay")
    assert [o.refused for o in grading.grade(course, PROBLEM_SET, submissions)] == [None]
    assert [o.refused for o in grading.feedback(course, PROBLEM_SET, submissions)] == [None]

    page = (course.root / "feedback" / "fay" / PROBLEM_SET / f"{PROBLEM_SET}.html").read_text()

    assert "he transitions are wrong" in page
    # Which entry is wrong first depends on the submission's own cases.
    assert re.search(r"A\[\d, \d\] should be \d\.\d+, got", page)
    record = ledger.read(course.root, PROBLEM_SET, "fay")
    for secret in (
        *("check_count_hmm", "course_lib", "HIDDEN TESTS", "ys[:-1]", "probe(", str(course.root)),
        *(record["seed"], (course.root / ledger.KEY).read_text().strip()),
    ):
        assert secret not in page


def test_a_refusal_reaches_its_student_and_the_exit_status(course, hand_in):
    """Until the next submission is graded, whose page takes its place."""
    hand_in("ann", {}).write_text("")
    submissions = course.selected(PROBLEM_SET, "ann")
    page = course.root / "feedback" / "ann" / PROBLEM_SET / f"{PROBLEM_SET}.html"
    (refused,) = grading.grade(course, PROBLEM_SET, submissions)
    assert "is empty" in refused.refused
    assert list(grading.feedback(course, PROBLEM_SET, submissions)) == [refused]
    assert "is empty" in page.read_text()

    submissions["ann"].write_bytes(release_of(course).read_bytes())
    assert [o.refused for o in grading.grade(course, PROBLEM_SET, submissions)] == [None]
    assert [o.refused for o in grading.feedback(course, PROBLEM_SET, submissions)] == [None]
    assert "is empty" not in page.read_text()


def test_feedback_before_grading_is_refused_by_name(course, hand_in):
    hand_in("ann", {})
    outcomes = list(grading.feedback(course, PROBLEM_SET, course.selected(PROBLEM_SET, None)))
    assert [(o.student, o.refused) for o in outcomes] == [
        ("ann", "not graded yet; first: course grade ps03_hmm")
    ]
