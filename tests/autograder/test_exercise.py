"""A declaration with a mistake is answered with the problem set, the exercise and the key."""

from __future__ import annotations

import sys

import pytest

from autograder import exercise, problem_sets
from autograder.errors import CourseError


def nothing(*_, **__):
    """Stand for any of the functions."""


def declaration(**changes):
    """Return a right declaration with some keys changed, or left out where they are `...`."""
    keys = {
        "unseen": {"a": nothing, "b": (3, nothing)},
        "reference": nothing,
        "check": nothing,
        "misconceptions": [(nothing, "You did nothing.")] * 4,
    }
    return {key: value for key, value in (keys | changes).items() if value is not ...}


def test_what_is_declared():
    found = exercise.declared_as("ps.f", declaration(example=nothing, seconds=2), "ps")
    assert [(category.name, category.weight) for category in found.unseen] == [("a", 1), ("b", 3)]
    assert set(found.probes()) == {"ps.f", "ps.f.example"}
    assert (found.seconds, found.keeps_arguments) == (2, True)


def test_without_an_example_there_is_one_probe():
    assert set(exercise.declared_as("ps.f", declaration(), "ps").probes()) == {"ps.f"}


@pytest.mark.parametrize(
    ("changes", "key", "told"),
    [
        ({"reference": ...}, "reference", "it is missing"),
        ({"refrence": nothing}, "refrence", "there is no such key"),
        ({"check": 3}, "check", "must be a function"),
        ({"unseen": {}}, "unseen", "must map"),
        ({"unseen": [nothing]}, "unseen", "must map"),
        ({"unseen": {"a": 3}}, "unseen", "'a' must be cases"),
        ({"unseen": {"a": (0, nothing)}}, "unseen", "weight 0"),
        ({"unseen": {"a": (float("nan"), nothing)}}, "unseen", "weight nan"),
        ({"misconceptions": [(nothing, "You did.")] * 3}, "misconceptions", "at least 4"),
        ({"misconceptions": [(nothing, " ")] * 4}, "misconceptions", "list of"),
        ({"misconceptions": [nothing] * 4}, "misconceptions", "list of"),
        ({"example": [1]}, "example", "must be a function"),
        ({"seconds": 0}, "seconds", "above 0"),
        ({"keeps_arguments": "no"}, "keeps_arguments", "True or False"),
    ],
)
def test_mistakes_are_named(changes, key, told):
    with pytest.raises(CourseError, match=told) as error:
        exercise.declared_as("ps09.f", declaration(**changes), "ps09_set")
    for word in ("ps09_set", "'ps09.f'", repr(key)):
        assert word in str(error.value)


def test_a_name_that_a_probe_could_not_tell_apart():
    with pytest.raises(CourseError, match="does not end in"):
        exercise.declared_as("ps.f.example", declaration(), "ps")


@pytest.mark.parametrize("text", ["", "EXERCISES = []"])
def test_a_file_without_exercises(tmp_path, text):
    path = tmp_path / "exercises.py"
    path.write_text(text)
    with pytest.raises(CourseError, match="must define EXERCISES"):
        exercise.load(path)


def test_exercises_anywhere_may_import_comparing(tmp_path):
    path = tmp_path / "exercises.py"
    path.write_text("from comparing import same_numbers\nEXERCISES = {}")
    before = list(sys.path)
    assert exercise.load(path) == {}
    assert sys.path == before


def test_who_compares_otherwise_has_other_exercises(tmp_path, monkeypatch):
    before = problem_sets.exercises_hash("ps03_hmm")
    assert problem_sets.exercises_hash("ps03_hmm") == before
    (tmp_path / "comparing.py").write_text("")
    monkeypatch.setattr(exercise, "folder", lambda: tmp_path)
    assert problem_sets.exercises_hash("ps03_hmm") != before
    assert problem_sets.exercises_hash("an_instructors_own") is None


def test_a_missing_file(tmp_path):
    with pytest.raises(CourseError, match="exercises.py is missing"):
        exercise.load(tmp_path / "exercises.py")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("EXERCISES = (", "SyntaxError: .*line 1"),
        ("import numpy\nEXERCISES = {'ps.f': wrong}", "line 2, cannot be loaded: NameError"),
    ],
)
def test_a_file_that_cannot_be_run(tmp_path, text, told):
    path = tmp_path / "exercises.py"
    path.write_text(text)
    with pytest.raises(CourseError, match=told):
        exercise.load(path)
