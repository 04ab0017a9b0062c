"""The page a student gets back names the mistake and keeps the unseen tests unseen."""

from __future__ import annotations

import re
from datetime import datetime

from autograder import grading, ledger
from tests.autograder.conftest import PROBLEM_SET, release_of
from tests.autograder.test_gradebook import tree
from tests.autograder.test_grading import COUNTS_LAST_DAY


def test_feedback_tells_the_mistake_and_hides_the_test(course, hand_in):
    hand_in("fay", {"count_hmm": COUNTS_LAST_DAY})
    submissions = course.selected(PROBLEM_SET, "fay")
    assert [o.refused for o in grading.grade(course, PROBLEM_SET, submissions)] == [None]
    assert [o.refused for o in grading.feedback(course, PROBLEM_SET, submissions)] == [None]

    page = (course.root / "feedback" / "fay" / PROBLEM_SET / f"{PROBLEM_SET}.html").read_text()

    assert "6 of 10 steps from cold" in page
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


def test_the_same_page_as_by_nbgraders_command(course, hand_in):
    """With a late penalty, a comment, a score by hand, and an answer nobody has read yet."""
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    hand_in("fay", {"count_hmm": COUNTS_LAST_DAY, "words": "An answer for a person to read."})
    hand_in("gus", {}).with_name("timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(PROBLEM_SET, duedate=datetime(2026, 1, 1))
    submissions = course.selected(PROBLEM_SET, None)
    assert [o.refused for o in grading.grade(course, PROBLEM_SET, submissions)] == [None, None]
    with course.gradebook() as gradebook:
        place = (PROBLEM_SET, PROBLEM_SET, "gus")
        gradebook.find_grade("viterbi_unseen", *place).manual_score = 1.5
        gradebook.find_comment("viterbi", *place).manual_comment = "Nearly *there*."
        gradebook.db.commit()
    assert [o.refused for o in grading.feedback(course, PROBLEM_SET, submissions)] == [None, None]
    ours = tree(course.root / "feedback")
    assert "Nearly" in str(ours)
    pages = {
        student: str(ours[path])
        for path in ours
        for student in ("fay", "gus")
        if student in str(path)
    }
    assert "not graded yet" in pages["fay"]
    assert "not graded yet" not in pages["gus"], "who wrote nothing waits for nobody"
    assert course.nbgrader().generate_feedback(PROBLEM_SET, force=True)["success"]
    assert tree(course.root / "feedback") == ours
