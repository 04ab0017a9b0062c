"""The page a student gets back names the mistake and keeps the unseen tests unseen."""

from __future__ import annotations

import re

from autograder import grading
from tests.autograder.conftest import PROBLEM_SET
from tests.autograder.test_grading import COUNTS_LAST_DAY


def test_feedback_tells_the_mistake_and_hides_the_test(course, hand_in):
    hand_in("fay", {"count_hmm": COUNTS_LAST_DAY})
    submissions = course.selected(PROBLEM_SET, "fay")
    assert [o.refused for o in grading.grade(course, PROBLEM_SET, submissions)] == [None]
    assert [o.refused for o in grading.feedback(course, PROBLEM_SET, submissions)] == [None]

    page = (course.root / "feedback" / "fay" / PROBLEM_SET / f"{PROBLEM_SET}.html").read_text()

    assert "AssertionError: the transitions are wrong" in page
    # Which entry is wrong first depends on the course's own cases.
    assert re.search(r"A\[\d, \d\] should be \d\.\d+, got", page)
    for secret in ("check_count_hmm", "_expected", "HIDDEN TESTS", "ys[:-1]", str(course.root)):
        assert secret not in page


def test_feedback_before_grading_is_refused_by_name(course, hand_in):
    hand_in("ann", {})
    outcomes = list(grading.feedback(course, PROBLEM_SET, course.selected(PROBLEM_SET, None)))
    assert [(o.student, o.refused) for o in outcomes] == [
        ("ann", "not graded yet; first: course grade ps03_hmm")
    ]
