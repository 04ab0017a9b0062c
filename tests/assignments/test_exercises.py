"""What the exam of `course check` does not show of the problem sets' exercises."""

from __future__ import annotations

import re

import pytest

from autograder import problem_sets
from autograder.check.garbage import garbage
from autograder.inside import codec
from autograder.oracle.judge import Attempt, Judge, cases_of

EXERCISES = {
    name: exercise
    for folder in map(problem_sets.find, problem_sets.names())
    for name, exercise in problem_sets.exercises(folder).items()
}
SEEDS = [f"{number:032x}" for number in range(2)]

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


@every_exercise
def test_misconceptions_tell_ideas_and_no_code(exercise):
    sentences = [sentence for _, sentence in exercise.misconceptions]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert re.search(r"[.?!]$", sentence), sentence
        assert not re.search(r"np\.|axis=|:\]|\(\w+=", sentence), sentence


@every_exercise
def test_cases_follow_from_the_seed_alone(exercise):
    one, again, other = (
        [cases_of(exercise, category, seed) for category in exercise.unseen]
        for seed in (SEEDS[0], SEEDS[0], SEEDS[1])
    )
    assert one == again
    assert all(cases != others for cases, others in zip(one, other, strict=True)), (
        "a category without any chance in it can be known beforehand"
    )


@every_exercise
def test_the_check_has_words_of_its_own_for_every_wrong_answer(exercise):
    """One that breaks the check is told only that it is not of the right kind."""
    judge = Judge(exercise)
    for category in exercise.unseen:
        attempt = Attempt(category.name, 1, cases_of(exercise, category, SEEDS[0])[0])
        for which, function in garbage(exercise.reference):
            try:
                answer = codec.decode(codec.encode(function(**attempt.arguments())))
            except (Exception, SystemExit):
                # It gives no answer, or none that gets out of a student's process.
                continue
            judge.problem_of(answer, attempt)
            assert not judge.notes, which
