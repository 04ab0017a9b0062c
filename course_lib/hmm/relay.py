"""Many stretches of days at once: what turns a loop over days into a few passes over arrays.

The recurrences of a hidden Markov model go from day to day, and a step for one sequence is too
little work for NumPy. So sequences are worked on side by side, a column each. Long ones are cut
into pieces, which run a relay race: a piece needs the baton, the vector its predecessor ends with,
before that one has run. Old days are soon forgotten, so a guess, corrected by some days of warm-up,
is nearly always right; a piece that set off with a wrong baton runs again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

LONG = 500  # days from which cuts gain more than they cost
OVERLAP = 32  # days of warm-up before a piece


class Pieces(NamedTuple):
    """Stretches of days, the longest first; days are counted through all sequences, joined.

    Attributes
    ----------
    start : (P,) ndarray of int
        First day.
    length : (P,) ndarray of int
        Number of days, never rising.
    opens : (P,) ndarray of bool
        Whether the piece begins its sequence.
    sequence : (P,) ndarray of int
        The sequence it belongs to.
    """

    start: np.ndarray
    length: np.ndarray
    opens: np.ndarray
    sequence: np.ndarray

    def among(self, chosen) -> Pieces:
        """Return the pieces that a mask or an index chooses."""
        return Pieces(*(field[chosen] for field in self))

    def before(self, days: int) -> Pieces:
        """Return the stretches of so many days that lead up to each piece."""
        return self._replace(start=self.start - days, length=np.full_like(self.length, days))

    def steps(self) -> Iterator[tuple[int, slice | np.ndarray]]:
        """Yield, step by step, how many pieces still run, the first so many, and their days.

        Evenly spaced days come as a slice, which NumPy follows three times as fast as an index.
        """
        gaps = np.diff(self.start)
        gap = gaps[0] if len(gaps) else 1
        even = gap > 0 and (gaps == gap).all()
        for t, running in enumerate(self._running()):
            if even:
                first = self.start[0] + t
                yield running, slice(first, first + running * gap, gap)
            else:
                yield running, self.start[:running] + t

    def steps_back(self) -> Iterator[np.ndarray]:
        """Yield the same days, each piece's last one first."""
        last = self.start + self.length - 1
        for t, running in enumerate(self._running()):
            yield last[:running] - t

    def _running(self) -> list[int]:
        return np.searchsorted(-self.length, -np.arange(self.length.max(initial=0))).tolist()


def cut(lengths: np.ndarray, n_states: int, long: int = LONG) -> Pieces:
    """Cut the long ones among sequences of these lengths, joined into one, into pieces.

    Parameters
    ----------
    lengths : (N,) ndarray of int
        All positive.
    n_states : int
    long : int
        Days from which a sequence is cut.

    Notes
    -----
    A step costs its calls, and K^2 operations a column. Short pieces mean few steps, long ones
    little warm-up, which counts where columns are dear; the best size grows with the root of the
    number of days, and with K. Within a sequence all pieces but the last have the same length.
    """
    best = np.sqrt(lengths.sum()) * (n_states + 3) / 35
    size = np.where(lengths < long, lengths, int(np.clip(best, OVERLAP, 8 * OVERLAP)))
    number = -(-lengths // size)
    sequence = np.repeat(np.arange(len(lengths)), number)
    rank = np.arange(len(sequence)) - np.repeat(np.cumsum(number) - number, number)
    ends = np.cumsum(lengths)
    start = (ends - lengths)[sequence] + rank * size[sequence]
    length = np.minimum(size[sequence], ends[sequence] - start)
    longest_first = np.argsort(-length, kind="stable")
    return Pieces(start, length, rank == 0, sequence).among(longest_first)


@contextmanager
def no_buffers():
    """Let ufuncs read their operands in place.

    NumPy 2.3 and later copy broadcast operands into buffers if a row is shorter than the buffer,
    which makes the additions here three times slower; with the smallest buffer no row is shorter.
    """
    size = np.setbufsize(16)
    try:
        yield
    finally:
        np.setbufsize(size)


# [relay]
@no_buffers()
def relay(
    pieces: Pieces,
    run: Callable[[Pieces, np.ndarray], Iterator[tuple[np.ndarray, ...]]],
    baton: Callable[[np.ndarray], np.ndarray],
    tables: tuple[np.ndarray, ...],
    guess: np.ndarray,
    tolerance: float,
) -> np.ndarray:
    """Run all pieces side by side until each was handed what its predecessor ended with.

    Parameters
    ----------
    pieces : Pieces
        Of n days.
    run : callable
        ``run(pieces, batons)`` works through the pieces from batons (K, P) and yields, for each
        step, arrays (..., P') with a column for each piece that still runs, messages (K, P') first.
    baton : callable
        ``baton(messages)`` makes batons of messages.
    tables : tuple of (n, ...) ndarray
        Filled with what `run` yields, a row a day; what has no table is dropped.
    guess : (K,) ndarray
        The first baton of a piece that does not open a sequence.
    tolerance : float
        How far two equal batons may differ by rounding.

    Returns
    -------
    unsettled : ndarray of int
        The sequences whose pieces did not agree, as a rule none: their model never forgets.

    Notes
    -----
    Source: Maleki, Musuvathi and Mytkowicz 2014.
    """
    waiting = ~pieces.opens
    late = pieces.among(waiting)
    batons = np.repeat(guess[:, None], len(pieces.start), axis=1)
    if waiting.any():
        last = deque(run(late.before(OVERLAP), batons[:, waiting]), maxlen=1).pop()
        batons[:, waiting] = baton(last[0])
    _write_down(tables, pieces, run(pieces, batons))

    held = batons[:, waiting]
    for _ in range(8 + 100 // len(guess)):  # more would cost more than days one by one
        handed = baton(tables[0][late.start - 1].T)
        wrong = ~_agree(handed, held, tolerance).all(axis=0)
        if not wrong.any():
            break
        held[:, wrong] = handed[:, wrong]
        again = late.among(wrong)
        _write_down(tables, again, run(again, held[:, wrong]))
    return np.unique(late.sequence[wrong])


# [/relay]


def _write_down(tables, pieces: Pieces, steps) -> None:
    for (_, days), columns in zip(pieces.steps(), steps, strict=True):
        for table, column in zip(tables, columns, strict=False):
            table[days] = column.T


def _agree(a: np.ndarray, b: np.ndarray, tolerance: float) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return (a == b) | (np.abs(a - b) <= tolerance)
