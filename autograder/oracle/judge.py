"""Judge answers: against the reference, and against what students commonly get wrong."""

from __future__ import annotations

import contextlib
import inspect
import signal
from dataclasses import dataclass, field

import numpy as np

from autograder.exercise import Category, Exercise
from autograder.inside import codec
from autograder.oracle import words

# A check that takes longer was given something it was not made for.
CHECK_SECONDS = 10


class BrokenExercise(Exception):
    """The exercise itself failed: nothing can be said about any submission."""

    def __init__(self, what: str, error: Exception | None = None):
        reason = "" if error is None else f" ({type(error).__name__}: {error})"
        super().__init__(" ".join(f"{what}{reason}".split()))


@dataclass
class Attempt:
    """One case: what was asked, and what is wrong with the answer, if anything.

    `question` is the encoded arguments: whoever wants them decodes a copy of their own, so that
    neither a check nor a misconception can change what another is given.
    """

    category: str
    number: int
    question: bytes
    kind: str | None = None
    message: str = ""
    answer: object = None

    @property
    def is_right(self) -> bool:
        return self.kind is None

    def arguments(self) -> dict:
        return codec.decode(self.question)

    def fail(self, kind: str, message: str) -> None:
        self.kind, self.message = kind, words.plain(message)


@dataclass
class Judge:
    """Judges every attempt at one exercise; `notes` are for the instructor."""

    exercise: Exercise
    notes: list[str] = field(default_factory=list)

    def expected(self, attempt: Attempt):
        """Return the reference's answer."""
        try:
            return self.exercise.reference(**attempt.arguments())
        except Exception as error:
            raise BrokenExercise(
                f"{self.exercise.name}: the reference failed on case {attempt.number} of "
                f"{attempt.category!r}",
                error,
            ) from error

    def judge(self, attempt: Attempt, after: bytes) -> None:
        """Say what is wrong with an answer.

        Parameters
        ----------
        attempt : Attempt
            With the answer.
        after : bytes
            The encoded arguments, as the student's function left them.
        """
        problem = self.problem_of(attempt.answer, attempt)
        if problem is not None:
            attempt.fail("wrong answer", problem)
        elif self.exercise.keeps_arguments and after != attempt.question:
            changed = _changed(attempt, after)
            attempt.fail(
                "changed its arguments",
                f"The answer is right, but the function must leave {changed} as it is: "
                "work on a copy.",
            )

    def problem_of(self, answer, attempt: Attempt) -> str | None:
        """Return what the check says against an answer, or None if it is right."""
        expected = self.expected(attempt)
        try:
            with at_most(CHECK_SECONDS):
                self.exercise.check(answer, expected, **attempt.arguments())
        except AssertionError as problem:
            return str(problem) or "The answer is not the expected one."
        except Exception as error:
            self.notes.append(
                f"{self.exercise.name}: the check failed with {type(error).__name__} on an answer "
                f"of type {type(answer).__name__}; it was judged wrong."
            )
            return "The answer is not of the kind that was asked for."
        return None

    def failure(self, attempts: list[Attempt]) -> dict | None:
        """Return the record of the smallest case that failed, or None if none did."""
        failed = [attempt for attempt in attempts if not attempt.is_right]
        if not failed:
            return None
        smallest = min(failed, key=lambda attempt: len(attempt.question))
        expected = got = None
        if smallest.kind == "wrong answer" and self.exercise.shows_expected:
            expected, got = words.shown(self.expected(smallest)), words.shown(smallest.answer)
        if expected == got:
            # They differ in digits that are not shown; the message says in which.
            expected = got = None
        wrong = [attempt for attempt in failed if attempt.kind == "wrong answer"]
        return {
            "category": smallest.category,
            "case": smallest.number,
            "kind": smallest.kind,
            "message": smallest.message,
            "question": words.shown_arguments(smallest.arguments()),
            "expected": expected,
            "got": got,
            "misconception": self.misconception(wrong) if wrong else None,
        }

    def misconception(self, wrong: list[Attempt]) -> str | None:
        """Return the sentence on the idea that gives the student's answers in all these cases."""
        for implementation, sentence in self.exercise.misconceptions:
            if all(_gives(implementation, attempt) for attempt in wrong):
                return sentence
        return None


def cases_of(exercise: Exercise, category: Category, seed: str) -> list[bytes]:
    """Return the encoded arguments of each case of a category, drawn from the secret seed."""
    words_of_seed = f"{seed}/{exercise.name}/{category.name}".encode()
    try:
        cases = category.cases(np.random.default_rng(list(words_of_seed)))
        found = [codec.encode(_in_order(exercise, arguments)) for arguments in cases]
    except Exception as error:
        raise BrokenExercise(
            f"{exercise.name}: the cases of {category.name!r} cannot be drawn", error
        ) from error
    if not found:
        raise BrokenExercise(f"{exercise.name}: there are no cases of {category.name!r}")
    return found


def _in_order(exercise: Exercise, arguments: dict) -> dict:
    """Return the arguments in the order in which the reference names them, as the question does."""
    names = [name for name in inspect.signature(exercise.reference).parameters if name in arguments]
    return {name: arguments[name] for name in dict.fromkeys([*names, *arguments])}


def same(answer, other) -> bool:
    """Whether two answers say the same, as lists or arrays, up to rounding."""
    if isinstance(answer, dict) or isinstance(other, dict):
        return (
            isinstance(answer, dict)
            and isinstance(other, dict)
            and answer.keys() == other.keys()
            and all(same(answer[key], other[key]) for key in answer)
        )
    if isinstance(answer, str) or isinstance(other, str) or answer is None or other is None:
        return type(answer) is type(other) and answer == other
    try:
        one, two = np.asarray(answer), np.asarray(other)
        if one.dtype.kind in "biuf" and two.dtype.kind in "biuf":
            return one.shape == two.shape and np.allclose(one, two, equal_nan=True)
    except ValueError:
        # Rows of different lengths are no array.
        pass
    if isinstance(answer, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(answer) == len(other) and all(map(same, answer, other))
    return False


def _gives(implementation, attempt: Attempt) -> bool:
    """Whether a wrong implementation answers a case as the student did."""
    try:
        with at_most(CHECK_SECONDS), np.errstate(all="ignore"):
            return same(implementation(**attempt.arguments()), attempt.answer)
    except Exception:
        # It need not survive every case; then it is not what the student did.
        return False


def _changed(attempt: Attempt, after: bytes) -> str:
    """Name the argument that is not as it was."""
    try:
        found = codec.decode(after)
    except codec.CodecError:
        found = None
    if isinstance(found, dict):
        for name, value in attempt.arguments().items():
            if name not in found or codec.encode(found[name]) != codec.encode(value):
                return f"`{name}`"
    return "its arguments"


@contextlib.contextmanager
def at_most(seconds: float):
    """Raise TimeoutError in the block after so many seconds."""

    def stop(number, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
