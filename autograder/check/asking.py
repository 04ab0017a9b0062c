"""Question a function as the oracle does, but in this process: through the codec, by the judge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from autograder.exercise import Category, Exercise
from autograder.inside import codec
from autograder.inside.probe import answer
from autograder.oracle.judge import Attempt, Judge, cases_of
from autograder.oracle.session import Asking


@dataclass(frozen=True)
class Verdict:
    """What a function is worth: its share of a probe's points, and what it would be told."""

    share: float
    attempts: list[Attempt]
    judge: Judge

    @property
    def is_right(self) -> bool:
        return self.share == 1

    @property
    def failed(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if not attempt.is_right]

    @property
    def diagnosis(self) -> str | None:
        failure = self.judge.failure(self.attempts)
        return failure and failure["misconception"]

    def first_problem(self) -> str:
        """Return where it failed first, in a line."""
        first = self.failed[0]
        return f"{first.category}, case {first.number}: {' '.join(first.message.split())}"


class _InProcess(Asking):
    """Questions that are answered here and now."""

    def __init__(self, exercise: Exercise, function):
        super().__init__(None, Judge(exercise))
        self.function = function

    def reply(self, question: bytes, seconds: float) -> tuple[bytes, bytes]:
        return answer(self.function, codec.decode(question), seconds)


def verdict_on(
    function,
    exercise: Exercise,
    seed: str,
    categories: tuple[Category, ...] | None = None,
    until_wrong: bool = False,
) -> Verdict:
    """Ask a function every case of the categories, by default the unseen ones.

    Parameters
    ----------
    function : callable
    exercise : Exercise
    seed : str
        What the cases are drawn from.
    categories : tuple of Category, optional
    until_wrong : bool
        Stop after the first category with a wrong answer.
    """
    categories = exercise.unseen if categories is None else categories
    asking = _InProcess(exercise, function)
    earned = 0.0
    for category in categories:
        questions = _questions(exercise, category, seed)
        asking.seconds += exercise.seconds / len(categories)
        attempts = asking.ask(category, questions)
        if sum(attempt.is_right for attempt in attempts) == len(questions):
            earned += category.weight
        elif until_wrong:
            break
    total = sum(category.weight for category in categories)
    return Verdict(earned / total, asking.attempts, asking.judge)


@lru_cache(maxsize=4096)
def _questions(exercise: Exercise, category: Category, seed: str) -> list[bytes]:
    return cases_of(exercise, category, seed)
