"""Every exercise of every problem set: its reference passes, and each misconception is caught."""

from __future__ import annotations

import copy
import inspect
import re

import jupytext
import numpy as np
import pytest

from autograder import problem_sets
from autograder.inside.codec import decode
from autograder.oracle.judge import Attempt, Judge, cases_of
from autograder.probes import probes_in

EXERCISES = {
    name: (folder, exercise)
    for folder in map(problem_sets.find, problem_sets.names())
    for name, exercise in problem_sets.exercises(folder).items()
}
SEEDS = [f"{number:032x}" for number in range(5)]

every_exercise = pytest.mark.parametrize("name", EXERCISES)
every_misconception = pytest.mark.parametrize(
    ("name", "number"),
    [
        pytest.param(name, number, id=f"{name}-{implementation.__name__}")
        for name, (_, exercise) in EXERCISES.items()
        for number, (implementation, _) in enumerate(exercise.misconceptions)
    ],
)


def answered(exercise, categories, function, seed) -> list[Attempt]:
    """Return the judged answers of a function to every case; none where it raises."""
    judge, attempts = Judge(exercise), []
    for category in categories:
        for number, question in enumerate(cases_of(exercise, category, seed), start=1):
            attempt = Attempt(category.name, number, question)
            attempts.append(attempt)
            try:
                with np.errstate(all="ignore"):
                    attempt.answer = function(**attempt.arguments())
            except Exception as error:
                attempt.fail("exception", str(error))
            else:
                judge.judge(attempt, question)
    assert judge.notes == [], "the check met an answer that it cannot handle"
    return attempts


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_is_right(name, seed):
    _, exercise = EXERCISES[name]
    for categories in exercise.probes().values():
        for attempt in answered(exercise, categories, exercise.reference, seed):
            assert attempt.is_right, f"{attempt.category}, case {attempt.number}: {attempt.message}"


@every_misconception
@pytest.mark.parametrize("seed", SEEDS)
def test_a_misconception_is_wrong_and_named(name, number, seed):
    _, exercise = EXERCISES[name]
    implementation, sentence = exercise.misconceptions[number]
    attempts = answered(exercise, exercise.unseen, implementation, seed)
    wrong = [attempt for attempt in attempts if attempt.kind == "wrong answer"]
    assert wrong, "no unseen case proves it wrong"
    assert Judge(exercise).misconception(wrong) == sentence


@every_exercise
def test_misconceptions_tell_ideas_and_no_code(name):
    _, exercise = EXERCISES[name]
    sentences = [sentence for _, sentence in exercise.misconceptions]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert re.search(r"[.?!]$", sentence), sentence
        assert not re.search(r"np\.|axis=|:\]|\(\w+=", sentence), sentence


@every_exercise
def test_cases_follow_from_the_seed_alone(name):
    _, exercise = EXERCISES[name]
    one, again, other = (
        [cases_of(exercise, category, seed) for category in exercise.unseen]
        for seed in (SEEDS[0], SEEDS[0], SEEDS[1])
    )
    assert one == again
    assert all(cases != others for cases, others in zip(one, other, strict=True)), (
        "a category without any chance in it can be known beforehand"
    )


@every_exercise
@pytest.mark.parametrize(
    "answer",
    [
        *(None, True, 3, -1.5, float("nan"), "text", [], (), {}, [[]], [[1], [1, 2]], {"a": 1}),
        *([None], ["a"], (1, 2, 3), [1, [2, [3]]], 10**400, np.float32(1), np.zeros(0)),
        *(np.zeros((2, 3, 4)), np.full(3, np.nan), np.array(1.0), [[{}], ()]),
    ],
    ids=repr,
)
def test_no_strange_answer_is_right_or_breaks_the_grader(name, answer):
    _, exercise = EXERCISES[name]
    judge = Judge(exercise)
    for category in exercise.unseen:
        wrong = []
        for number, question in enumerate(cases_of(exercise, category, SEEDS[0]), start=1):
            attempt = Attempt(category.name, number, question)
            attempt.answer = copy.deepcopy(answer)
            judge.judge(attempt, question)
            if not attempt.is_right:
                wrong.append(attempt)
        # One case may happen to have just this answer, a whole category may not.
        assert wrong, category.name
        assert all(attempt.kind == "wrong answer" and attempt.message for attempt in wrong)
        judge.failure(wrong)


@pytest.mark.parametrize("name", problem_sets.names())
def test_every_probe_is_asked_and_its_categories_are_promised(name):
    folder = problem_sets.find(name)
    notebook = jupytext.read(folder / "notebook.md")
    asked = {probe for probes in probes_in(notebook).values() for probe in probes}
    exercises = problem_sets.exercises(folder).values()
    assert asked == {probe for exercise in exercises for probe in exercise.probes()}
    told = " ".join(" ".join(cell.source for cell in notebook.cells).replace("$", "").split())
    for exercise in exercises:
        for category in exercise.unseen:
            assert category.name in told, f"students are not told of {category.name!r}"


@every_exercise
def test_functions_take_the_same_arguments(name):
    """A misconception with other names would fail on every call and never be named."""
    _, exercise = EXERCISES[name]
    question = decode(cases_of(exercise, exercise.unseen[0], SEEDS[0])[0])
    for implementation, _ in exercise.misconceptions:
        inspect.signature(implementation).bind(**question)
    inspect.signature(exercise.reference).bind(**question)
    inspect.signature(exercise.check).bind("answer", "expected", **question)
