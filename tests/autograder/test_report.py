"""`course report`: the right numbers, and nobody who can be recognised unless asked."""

from __future__ import annotations

import pytest

from autograder import ledger, roster
from autograder.report import page
from autograder.report.facts import gather
from autograder.roster import Person
from tests.autograder.conftest import IN_ALL, PROBLEM_SET, release_of
from tests.autograder.term import IDEA, failure, grade, probe

NEVER = {"verdict": "never asked", "categories": []}


@pytest.fixture
def term(course, hand_in):
    """Four are graded, one is refused; Ada's name is wherever a student can put it."""
    roster.enrol(course, [Person("ada17", "Ada", "Lovelace")])
    for student in ("ada17", "bob", "cy", "dan", "eve"):
        hand_in(student, release_of(course))
    remark = "The notebook 'ada17-lovelace.ipynb' was taken for ps03_hmm.ipynb."
    idea = failure(misconception=IDEA)
    grade(course, "ada17", {"ps03.viterbi": probe(1.0, failure=idea)}, remarks=[remark])
    grade(course, "bob", {"ps03.viterbi": probe(1.0, failure=idea)}, seconds=4.0)
    grade(course, "cy", {"ps03.viterbi": probe(3.0), "ps03.viterbi.example": probe(3.0)})
    late = failure("never asked")
    grade(course, "dan", {"ps03.viterbi": probe(0.0, failure=late, **NEVER)}, sandbox=False)
    ledger.refuse(course.root, PROBLEM_SET, "eve", "'eve.ipynb' is cut off")
    return course


def test_the_numbers(term):
    facts = gather(term, PROBLEM_SET)
    (viterbi,) = facts.exercises
    assert (viterbi.earned, viterbi.points) == (8.0, 15.0)
    assert (viterbi.full, viterbi.students) == (1, 4)
    shares = {name: category.share for name, category in viterbi.categories.items()}
    assert shares["ps03.viterbi.example", "long"] == 1.0
    assert shares["ps03.viterbi", "long"] == 0.25, "who never got as far has not earned it either"
    assert facts.hardest()[0].name == "long"
    assert [(idea, number) for _, idea, number in facts.misconceptions] == [(IDEA, 2)]
    assert dict(facts.failures) == {"A wrong answer": 2, "Your function was not asked": 1}
    assert sorted(facts.seconds) == [1.5, 1.5, 1.5, 4.0]
    assert facts.scores == [1 / IN_ALL, 1 / IN_ALL, 6 / IN_ALL, 0.0]
    assert sum(facts.histogram()) == 4


def test_full_marks_are_in_the_last_tenth(term):
    facts = gather(term, PROBLEM_SET)
    facts.scores = [0.0, 0.0999, 0.1, 0.3, 0.99, 1.0, 1.05]
    assert facts.histogram() == [2, 1, 0, 1, 0, 0, 0, 0, 0, 3]


def test_what_to_look_at(term):
    looks = {look.standing.student: look.reasons for look in gather(term, PROBLEM_SET, True).looks}
    assert looks["eve"] == ("refused: 'eve.ipynb' is cut off",)
    assert looks["dan"] == ("graded without the sandbox",)
    assert "bob" not in looks
    assert "ada17-lovelace" in looks["ada17"][0]


def test_nobody_can_be_recognised(term):
    text = page.render(term, PROBLEM_SET, names=False).casefold()
    for told in ("ada17", "lovelace", ">ada", "eve.ipynb", "bob", "dan<"):
        assert told not in text
    assert "refused: … is cut off" in text
    assert IDEA.casefold() in text


def test_with_names_they_are_there_and_harmless(term):
    roster.enrol(term, [Person("ada17", "<script>alert(1)</script>")])
    text = page.render(term, PROBLEM_SET, names=True)
    assert "ada17" in text
    assert "<script" not in text


def test_the_page_needs_nothing_else(term):
    text = page.render(term, PROBLEM_SET, names=False)
    assert "default-src 'none'" in text
    for outside in ("http://", "https://", "<script", '<link rel="stylesheet"', "url("):
        assert outside not in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_before_anything_is_graded(course):
    text = page.render(course, PROBLEM_SET, names=False)
    assert "None: nothing was refused" in text
