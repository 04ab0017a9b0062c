"""Learning the three tables: by counting, where the states were written down."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.hmm.model import HMM


# [fit_supervised]
def fit_supervised(xs, ys, n_states, n_symbols, smoothing=0.0, stop=False) -> HMM:
    """Return the maximum-likelihood HMM of labelled sequences: count, then divide.

    Parameters
    ----------
    xs : list of (n_i,) array_like of int
        Observations, one array a sequence.
    ys : list of (n_i,) array_like of int
        The states behind them.
    n_states, n_symbols : int
        K and M.
    smoothing : float
        Added to every count, as a symmetric Dirichlet prior would.
    stop : bool
        Count the ends of sequences too, so that the model has a STOP probability.

    Returns
    -------
    HMM
        A state that was never left, or never seen, has uniform rows.

    Notes
    -----
    The last day of a sequence has no successor, so it is left out of the transitions' denominator.
    Source: UCLA, Supervised learning details.
    """
    xs, ys = _labelled(xs, ys, n_states, n_symbols)
    checks.number("smoothing", smoothing, low=0)
    starts = np.full(n_states, float(smoothing))
    moves = np.full((n_states, n_states + bool(stop)), float(smoothing))
    emissions = np.full((n_states, n_symbols), float(smoothing))

    for x, y in zip(xs, ys, strict=True):
        starts[y[0]] += 1
        np.add.at(moves, (y[:-1], y[1:]), 1)
        np.add.at(emissions, (y, x), 1)
        if stop:
            moves[y[-1], n_states] += 1

    A = normalise(moves)
    return HMM(
        normalise(starts), A[:, :n_states], normalise(emissions), stop=A[:, -1] if stop else None
    )


# [/fit_supervised]


def normalise(counts: np.ndarray, otherwise: np.ndarray | None = None) -> np.ndarray:
    """Divide each row by its sum; a row of zeros becomes uniform, or that row of `otherwise`."""
    totals = counts.sum(axis=-1, keepdims=True)
    rows = np.full_like(counts, 1 / counts.shape[-1])
    if otherwise is not None:
        rows[:] = otherwise
    return np.divide(counts, totals, out=rows, where=totals > 0)


def _labelled(xs, ys, n_states: int, n_symbols: int):
    checks.whole("n_states", n_states, low=1)
    checks.whole("n_symbols", n_symbols, low=1)
    xs, ys = checks.sequence("xs", xs), checks.sequence("ys", ys)
    if not xs:
        raise ValueError("xs must hold at least one sequence, got none")
    if len(xs) != len(ys):
        raise ValueError(f"xs and ys must pair up, got {len(xs)} and {len(ys)} sequences")
    checked = []
    for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
        x = checks.integers(f"xs[{i}]", x, ("n",), high=n_symbols)
        if x.size == 0:
            raise ValueError(f"xs[{i}] must hold at least one observation, got none")
        checked.append((x, checks.integers(f"ys[{i}]", y, (len(x),), high=n_states)))
    return zip(*checked, strict=True)
