"""What the problem sets compare with: right answers pass in any form, others are told in words."""

from __future__ import annotations

import re
import runpy
from types import SimpleNamespace

import numpy as np
import pytest

from autograder import problem_sets

comparing = SimpleNamespace(**runpy.run_path(str(problem_sets.folder() / "comparing.py")))
A = np.array([[0.25, 0.75], [0.5, 0.5], [-np.inf, 1.0]])


def changed(*places, to=0.125):
    """Return A with other numbers at some places."""
    table = A.copy()
    for place in places:
        table[place] = to
    return table


def told(function, *arguments, **how) -> str:
    """Return what a wrong answer is told."""
    with pytest.raises(AssertionError) as error:
        function(*arguments, **how)
    return str(error.value)


@pytest.mark.parametrize("answer", [A, A.tolist(), A.astype(np.float32), A * (1 + 9e-6)])
def test_the_same_numbers_in_any_form(answer):
    comparing.same_numbers("A", answer, A)


@pytest.mark.parametrize("answer", [1, 1.0, np.float32(1), True, np.array(1)])
def test_the_same_number_in_any_form(answer):
    comparing.same_numbers("loss", answer, 1.0)


def test_digits_and_near_say_how_close():
    comparing.same_numbers("loss", 2.00001, 2.0)
    assert told(comparing.same_numbers, "loss", 2.00001, 2.0, digits=6)
    assert told(comparing.same_numbers, "loss", 2e-8, 0.0)
    comparing.same_numbers("loss", 2e-8, 0.0, near=1e-7)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (changed((1, 0)), "A[1, 0] should be 0.5, got 0.125"),
        (
            changed((2, 0), (1, 1)),
            "A[1, 1] should be 0.5, got 0.125 (the first of 2 entries that differ)",
        ),
        (changed((2, 0)), "A[2, 0] should be -inf, got 0.125"),
        (changed((0, 1), to=np.nan), "A[0, 1] should be 0.75, got nan"),
        (changed((0, 1), to=0.75001), "A[0, 1] should be 0.75, got 0.75001"),
        (A.T, "A must have shape (3, 2), got (2, 3)"),
        (0.5, "A must have shape (3, 2), got ()"),
        (None, "A is None: was it computed and returned?"),
        ([[1.0], [1.0, 2.0]], "A must be rectangular, got rows of different lengths"),
        (A.astype(str), "A must hold real numbers, got strings"),
        ([[1.0, None]] * 3, "A must hold real numbers, got objects"),
        (A + 0j, "A must hold real numbers, got complex numbers"),
    ],
)
def test_what_is_not_the_same(answer, message):
    assert told(comparing.same_numbers, "A", answer, A) == message


def test_numbers_that_differ_in_late_digits_are_told_with_them():
    message = told(comparing.same_numbers, "loss", 1 / 3 + 1e-8, 1 / 3, digits=8, near=0)
    assert message == "loss should be 0.333333333, got 0.333333343"


def test_a_number_is_told_without_a_place_and_words_with_at():
    assert told(comparing.same_numbers, "loss", 1.0, 2.0) == "loss should be 2, got 1"
    assert told(comparing.same_numbers, "loss", [1.0], 2.0) == (
        "loss must be one number, got an array of shape (1,)"
    )
    assert told(comparing.same_numbers, "the map", [1.0, 3.0], [1.0, 2.0]) == (
        "the map at [1] should be 2, got 3"
    )


@pytest.mark.parametrize("answer", [changed((0, 0)), A.T], ids=["entry", "shape"])
def test_what_the_case_is_about_stands_in_front(answer):
    message = told(comparing.same_numbers, "A", answer, A, "for 3 days")
    assert message.startswith("for 3 days, A")


@pytest.mark.parametrize(
    ("how", "place"),
    [
        ({}, (0, 1)),
        ({"backwards": True}, (2, 0)),
        ({"axis": 1}, (1, 0)),
        ({"axis": 1, "backwards": True}, (0, 1)),
    ],
)
def test_the_order_in_which_entries_are_looked_at(how, place):
    wrong = changed((0, 1), (1, 0), (2, 0))
    first = comparing.first_difference("A", wrong, A, **how)
    assert first.place == place
    assert first.told.startswith(f"A[{place[0]}, {place[1]}] should be")


def test_no_difference():
    assert comparing.first_difference("A", A, A) is None


NAMES = ("loss", "gradient")


@pytest.mark.parametrize("answer", [(2.0, A), [2.0, A.tolist()]], ids=["tuple", "list"])
def test_the_same_values(answer):
    comparing.same_values("f", answer, (2.0, A), NAMES)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "f returned None: does it end with a return?"),
        (2.0, "f must return (loss, gradient), got float"),
        (A, "f must return (loss, gradient), got an array of shape (3, 2)"),
        ((2.0,), "f must return (loss, gradient), got 1 thing"),
        ((2.0, A, A), "f must return (loss, gradient), got 3 things"),
        ((2.0, None), "with 3 rows, gradient is None: was it computed and returned?"),
        ((1.0, changed((0, 0))), "with 3 rows, loss should be 2, got 1"),
    ],
)
def test_what_are_not_the_same_values(answer, message):
    about = "with 3 rows"
    assert told(comparing.same_values, "f", answer, (2.0, A), NAMES, about=about) == message


def test_what_is_computed_first_is_told_first():
    answer = (1.0, changed((0, 0)))
    message = told(comparing.same_values, "f", answer, (2.0, A), NAMES, order=NAMES[::-1])
    assert message == "gradient[0, 0] should be 0.25, got 0.125"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "f returned None: does it end with a return?"),
        ([1.0, 2.0], "f must return a dictionary of h, c, got list"),
        ({"h": 1.0}, "f must return a dictionary of h, c; it lacks c"),
    ],
)
def test_a_dictionary_without_its_entries(answer, message):
    assert told(comparing.entries, "f", answer, ("h", "c")) == message


def test_a_dictionary_with_more_than_its_entries():
    answer = {"h": 1.0, "c": 2.0, "own": 3.0}
    assert comparing.entries("f", answer, ("h", "c")) is answer


@pytest.mark.parametrize("answer", [[0, 2, 1], [0.0, 2.0, 1.0], np.array([0, 2, 1], np.uint8)])
def test_whole_numbers(answer):
    found = comparing.whole_numbers("states", answer, below=3)
    assert found.tolist() == [0, 2, 1]
    assert found.dtype.kind == "i"


@pytest.mark.parametrize("wrong", [3, -1, 0.5, np.nan, np.inf])
def test_what_are_no_whole_numbers(wrong):
    message = told(comparing.whole_numbers, "states", [0, wrong, 1], below=3)
    assert re.fullmatch(rf"states must be whole numbers from 0 to 2, got {wrong:g}", message)


def test_any_number_of_rows():
    assert comparing.numbers("pairs", np.ones((4, 2)), ("n", 2)).shape == (4, 2)
    message = told(comparing.numbers, "pairs", np.ones((4, 3)), ("n", 2))
    assert message == "pairs must have shape (n, 2), got (4, 3)"


def test_rounding_grows_with_the_numbers():
    right = np.array([0.0, 1e4])
    comparing.same_numbers("sum", right + [1e-3, 0], right, near=comparing.rounding(right))
    assert told(comparing.same_numbers, "sum", [1e-3, 1.0], [0, 1], near=comparing.rounding([0, 1]))
