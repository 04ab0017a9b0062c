"""What the problem sets' checks compare with: what must come, what came, where they part first.

Every function raises an `AssertionError` whose text is for the student who wrote the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from course_lib import checks


class Difference(NamedTuple):
    """Where two arrays differ first, and what to tell of it."""

    place: tuple[int, ...]
    told: str


def returned(function: str, answer) -> None:
    """Refuse the None of a function that does not return anything."""
    assert answer is not None, f"{function} returned None: does it end with a return?"


def values(function: str, answer, names: Sequence[str]) -> Sequence:
    """Return the values that a function returns together, as many as there are names."""
    returned(function, answer)
    wanted = f"{function} must return ({', '.join(names)})"
    assert isinstance(answer, (tuple, list)), f"{wanted}, got {_kind(answer)}"
    count = f"{len(answer)} thing{'' if len(answer) == 1 else 's'}"
    assert len(answer) == len(names), f"{wanted}, got {count}"
    return answer


def entries(function: str, answer, names: Sequence[str]) -> Mapping:
    """Return the dictionary that a function returns, which must have these names."""
    returned(function, answer)
    wanted = f"{function} must return a dictionary of {', '.join(names)}"
    assert isinstance(answer, Mapping), f"{wanted}, got {_kind(answer)}"
    missing = [name for name in names if name not in answer]
    assert not missing, f"{wanted}; it lacks {', '.join(missing)}"
    return answer


def numbers(name: str, value, shape: checks.Shape | None = None) -> np.ndarray:
    """Return an array of numbers, which may be infinite or NaN.

    Parameters
    ----------
    name : str
        What to call it.
    value : array_like of numbers
    shape : tuple of int or str, optional
        The shape it must have; a letter such as ``"N"`` stands for any length.
    """
    assert value is not None, f"{name} is None: was it computed and returned?"
    try:
        array = checks.floats(name, value, finite=False)
        if shape == () and array.ndim:
            raise ValueError(f"{name} must be one number, got an array of shape {array.shape}")
        if shape is not None:
            checks.has_shape(name, array, shape)
    except (TypeError, ValueError) as error:
        raise AssertionError(str(error)) from None
    return array


def whole_numbers(name: str, value, below: int, shape: checks.Shape | None = None) -> np.ndarray:
    """Return an array of whole numbers from 0 on, which may be written as 2 or as 2.0."""
    array = numbers(name, value, shape)
    wrong = array[~((array >= 0) & (array < below) & (array == np.floor(array)))]
    assert not wrong.size, f"{name} must be whole numbers from 0 to {below - 1}, got {wrong[0]:g}"
    return array.astype(int)


def same_numbers(name: str, answer, expected, about: str = "", **how) -> None:
    """Tell the first entry of an answer that is not as expected.

    Parameters
    ----------
    name : str
        What to call the answer: ``A`` for ``A[0, 1]``, or words, as in "the map at [0, 1]".
    answer : anything
    expected : array_like of float
    about : str
        What tells this case from others, such as "for 5 days".
    **how
        As for `first_difference`.
    """
    about = f"{about}, " if about else ""
    right = np.asarray(expected, dtype=float)
    first = first_difference(name, numbers(about + name, answer, right.shape), right, **how)
    assert first is None, about + first.told


def same_values(
    function: str,
    answer,
    expected: Sequence,
    names: Sequence[str],
    order: Sequence[str] | None = None,
    about: str = "",
    **how,
) -> None:
    """Compare the values that a function returns together.

    Parameters
    ----------
    function : str
    answer : anything
    expected : sequence of array_like
        The right values, in the order of `names`.
    names : sequence of str
    order : sequence of str, optional
        The names in the order in which the values are computed: the first wrong step is told.
    about : str
        As for `same_numbers`.
    **how
        As for `first_difference`.
    """
    found = dict(zip(names, values(function, answer, names), strict=True))
    right = dict(zip(names, expected, strict=True))
    for name in order or names:
        same_numbers(name, found[name], right[name], about, **how)


def first_difference(
    name: str,
    found: np.ndarray,
    right: np.ndarray,
    digits: int = 5,
    near: float = 1e-8,
    axis: int = 0,
    backwards: bool = False,
) -> Difference | None:
    """Return the first entry in which two arrays of one shape differ, or None.

    Parameters
    ----------
    name : str
    found, right : ndarray
    digits : int
        How many digits must agree.
    near : float
        How far from the right number it may be nevertheless: what counts as zero beside zero.
    axis : int
        What comes first along this axis is first; then row by row.
    backwards : bool
        What comes last along this axis is first.
    """
    wrong = np.argwhere(~np.isclose(found, right, rtol=10.0**-digits, atol=near))
    if len(wrong) == 0:
        return None
    place = ()
    if right.ndim:
        when = wrong[:, axis]
        place = tuple(wrong[when == (when.max() if backwards else when.min())][0].tolist())
    entry = f"{name}{' at ' if ' ' in name else ''}{list(place)}" if place else name
    wanted, got = _told_apart(right[place], found[place])
    others = f" (the first of {len(wrong)} entries that differ)" if len(wrong) > 1 else ""
    return Difference(place, f"{entry} should be {wanted}, got {got}{others}")


def rounding(right) -> float:
    """Return what rounding may leave of sums over numbers as large as these, for `near`."""
    return 1e-9 + 1e-6 * float(np.abs(right).max())


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Return two numbers with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12):
        texts = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if texts[0] != texts[1]:
            return texts
    return repr(float(one)), repr(float(other))


def _kind(value) -> str:
    is_array = isinstance(value, np.ndarray)
    return f"an array of shape {value.shape}" if is_array else type(value).__name__
