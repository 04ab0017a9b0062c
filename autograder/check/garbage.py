"""Answers that answer nothing: each must be refused in words, none may break a check."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import numpy as np

from autograder.oracle.judge import same

CONSTANTS = (
    *(None, True, 0, 3, -1.5, float("nan"), float("inf"), 10**400, 1j),
    *("", "text", b"bytes", [], (), {}, {"a": 1}, [[]], [None], ["a"], [[{}], ()], set(), object()),
    *((1, 2, 3), [[1], [1, 2]], [1, [2, [3]]], np.float32(1)),
    *(np.zeros(0), np.zeros((2, 3, 4)), np.full(3, np.nan), np.array("text"), np.array([None])),
)


def garbage(reference: Callable) -> Iterator[tuple[str, Callable]]:
    """Yield functions that give no right answer, each with a name.

    Parameters
    ----------
    reference : callable
        Its answers are spoilt, too: the right shape with the wrong things in it.
    """
    for value in CONSTANTS:
        yield f"always {_short(value)}", lambda value=value, **arguments: value
    for spoil in (_nan, _infinity, _text, _nothing, _one_more_axis, _one_short, _inside_a_list):
        name = spoil.__name__.strip("_").replace("_", " ")

        def spoilt(spoil=spoil, **arguments):
            right = reference(**arguments)
            found = spoil(right)
            if same(found, right):
                raise ValueError("there was nothing to spoil")
            return found

        yield f"the right answer as {name}", spoilt
    for error in (ValueError, KeyError, RecursionError, MemoryError, SystemExit, StopIteration):

        def raises(error=error, **arguments):
            raise error("no answer")

        yield f"raises {error.__name__}", raises


def changed_arguments(reference: Callable) -> Callable:
    """Return a function that answers right, and leaves its arguments changed where it can."""

    def answer(**arguments):
        found = reference(**copy.deepcopy(arguments))
        for value in arguments.values():
            if isinstance(value, np.ndarray) and value.size:
                value.flat[0] += 1
            elif isinstance(value, list):
                value.append(value[0] if value else 0)
        return found

    return answer


def _short(value) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) < 40 else f"{text[:36]}..."


def _nan(answer):
    return _each_number(answer, lambda numbers: np.full(numbers.shape, np.nan))


def _infinity(answer):
    return _each_number(answer, lambda numbers: np.full(numbers.shape, np.inf))


def _text(answer):
    return _each_number(answer, lambda numbers: numbers.astype(str).tolist())


def _nothing(answer):
    return _each_number(answer, lambda numbers: np.full(numbers.shape, None).tolist())


def _one_more_axis(answer):
    return _each_number(answer, lambda numbers: numbers[None, None, None])


def _one_short(answer):
    return _each_number(answer, lambda numbers: numbers[:-1] if numbers.ndim else numbers[None][:0])


def _inside_a_list(answer):
    return [[answer]]


def _each_number(answer, change: Callable):
    """Return an answer with every array and number in it changed."""
    if isinstance(answer, dict):
        return {key: _each_number(value, change) for key, value in answer.items()}
    if isinstance(answer, tuple) or (isinstance(answer, list) and not _is_numeric(answer)):
        return [_each_number(value, change) for value in answer]
    return change(np.asarray(answer)) if _is_numeric(answer) else answer


def _is_numeric(answer) -> bool:
    try:
        return np.asarray(answer).dtype.kind in "biuf"
    except ValueError:
        return False
