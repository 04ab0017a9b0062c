"""Checks at the public entrance, so that the algorithms behind it stay short enough to print.

Every check takes the argument's name first, returns the checked array, and raises before any work:
``TypeError`` for the wrong kind of thing, ``ValueError`` for a wrong shape or value. A message says
what was expected, what came, and where.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

Shape = tuple[int | str, ...]


def floats(name: str, value, shape: Shape | None = None, finite: bool = True) -> np.ndarray:
    """Return `value` as a float array: float32 stays float32, everything else becomes float64.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : array_like of numbers
    shape : tuple of int or str, optional
        The expected shape; a letter such as ``"N"`` accepts any length and names it in the message.
    finite : bool
        Refuse NaN and infinity.
    """
    array = _as_array(name, value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, got {_kind(array)}")
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    if shape is not None:
        has_shape(name, array, shape)
    if finite and not np.isfinite(array).all():
        where = _first(~np.isfinite(array))
        raise ValueError(f"{name} must be finite, got {array[where]} at {_place(where)}")
    return array


def like(name: str, value, array: np.ndarray, finite: bool = True) -> np.ndarray:
    """Return `value` as floats of exactly the shape and the kind of `array`; no broadcasting."""
    return floats(name, value, array.shape, finite).astype(array.dtype, copy=False)


def integers(
    name: str, value, shape: Shape | None = None, low: int = 0, high: int | None = None
) -> np.ndarray:
    """Return `value` as an array of indices in ``[low, high)``; floats and strings are refused."""
    array = _as_array(name, value)
    if array.size == 0 and array.dtype.kind == "f":
        array = array.astype(np.intp)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got {_kind(array)}")
    if shape is not None:
        has_shape(name, array, shape)
    outside = array < low
    if high is not None:
        outside |= array >= high
    if outside.any():
        where = _first(outside)
        bounds = f"at least {low}" if high is None else f"in {low}..{high - 1}"
        raise ValueError(f"{name} must be {bounds}, got {array[where]} at {_place(where)}")
    return array.astype(np.intp, copy=False)


def labels(name: str, value, n_classes: int | None = None) -> np.ndarray:
    """Return a vector of at least one class number in ``[0, n_classes)``."""
    array = integers(name, value, ("N",), high=n_classes)
    if array.size == 0:
        raise ValueError(f"{name} must not be empty")
    return array


def distribution(name: str, value, shape: Shape | None = None) -> np.ndarray:
    """Return probabilities: not negative, and every row along the last axis sums to one."""
    array = not_negative(name, value, shape)
    sums_to_one(name, array)
    return array


def not_negative(name: str, value, shape: Shape | None = None) -> np.ndarray:
    """Return a float array without negative entries."""
    array = floats(name, value, shape)
    if (array < 0).any():
        where = _first(array < 0)
        raise ValueError(f"{name} must not be negative, got {array[where]} at {_place(where)}")
    return array


def within_0_and_1(name: str, array: np.ndarray) -> np.ndarray:
    """Return the checked array itself, unless an entry lies outside [0, 1]."""
    outside = (array < 0) | (array > 1)
    if outside.any():
        where = _first(outside)
        raise ValueError(f"{name} must lie between 0 and 1, got {array[where]} at {_place(where)}")
    return array


def sums_to_one(name: str, array: np.ndarray) -> None:
    """Refuse rows (along the last axis) that do not sum to one."""
    tolerance = 1e-4 if array.dtype == np.float32 else 1e-8
    totals = array.sum(axis=-1)
    wrong = np.abs(totals - 1) > tolerance
    if wrong.any():
        row = "" if array.ndim == 1 else f" in row {_place(_first(wrong))}"
        raise ValueError(f"{name} must sum to 1, got {totals[_first(wrong)]:.6g}{row}")


def has_shape(name: str, array: np.ndarray, shape: Shape) -> None:
    """Refuse an array whose shape differs from `shape`, in which letters stand for any length."""
    fits = array.ndim == len(shape) and all(
        isinstance(want, str) or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} must have shape {_shape(shape)}, got {_shape(array.shape)}")


def number(
    name: str,
    value,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
) -> float:
    """Return a finite real number in ``[low, high]`` or, with `above`, greater than `above`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    wanted = [
        text
        for bound, text in (
            (low, f"at least {low}"),
            (high, f"at most {high}"),
            (above, f"more than {above}"),
        )
        if bound is not None
    ]
    inside = (
        np.isfinite(value)
        and (low is None or value >= low)
        and (high is None or value <= high)
        and (above is None or value > above)
    )
    if not inside:
        raise ValueError(f"{name} must be {' and '.join(wanted) or 'finite'}, got {value}")
    return float(value)


def whole(name: str, value, low: int = 0, high: int | None = None) -> int:
    """Return a whole number in ``[low, high]``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__}")
    if value < low or (high is not None and value > high):
        bounds = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name} must be {bounds}, got {value}")
    return int(value)


def layer_sizes(name: str, value) -> tuple[int, ...]:
    """Return the units of each layer of a network: inputs and outputs at least, none empty."""
    try:
        value = tuple(value)
    except TypeError:
        raise TypeError(f"{name} must be a sequence of whole numbers, got {value!r}") from None
    if len(value) < 2:
        raise ValueError(f"{name} must hold at least inputs and outputs, got {value}")
    return tuple(whole(name, units, low=1) for units in value)


def pair(name: str, value, low: int = 0) -> tuple[int, int]:
    """Return two whole numbers of at least `low`; a single one counts for both."""
    if not isinstance(value, (tuple, list, np.ndarray)):
        return (whole(name, value, low),) * 2
    if len(value) != 2:
        raise ValueError(f"{name} must be a whole number or a pair of them, got {value!r}")
    return whole(name, value[0], low), whole(name, value[1], low)


def one_of(name: str, value, choices) -> str:
    """Return `value` if it is one of the named choices."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")
    return value


def float_type(name: str, value) -> np.dtype:
    """Return the dtype float64 or float32; a model computes in no other."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        dtype = None
    if dtype not in (np.float64, np.float32):
        raise TypeError(f"{name} must be float64 or float32, got {value!r}")
    return dtype


def sequence(name: str, value) -> list:
    """Return `value` as a list; a bare string is refused, for its letters are seldom meant."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list, got {type(value).__name__} {value!r}")
    return list(value)


def names(name: str, value, count: int | None = None) -> tuple:
    """Return different names as a tuple: `count` of them, or at least one."""
    try:
        value = tuple(value)
        different = len(set(value)) == len(value)
    except TypeError as error:
        raise TypeError(f"{name} must be a list of names: {error}") from None
    if not value or not different or len(value) != (count or len(value)):
        raise ValueError(f"{name} must be {count or 'at least 1'} different names, got {value}")
    return value


def generator(rng) -> np.random.Generator:
    """Return the generator itself, or the one seeded with the whole number `rng`."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool):
        return np.random.default_rng(whole("rng", rng))
    raise TypeError(
        f"rng must be a numpy.random.Generator or a whole-number seed, got {type(rng).__name__}"
    )


def _as_array(name: str, value) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be rectangular, got rows of different lengths") from None


def _first(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _place(where: tuple[int, ...]) -> str:
    if not where:
        return "the only place"
    return f"index {where[0] if len(where) == 1 else where}"


def _shape(shape) -> str:
    inside = ", ".join(str(length) for length in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def _kind(array: np.ndarray) -> str:
    names = {"O": "objects", "U": "strings", "S": "bytes", "c": "complex numbers", "b": "booleans"}
    return names.get(array.dtype.kind, str(array.dtype))
