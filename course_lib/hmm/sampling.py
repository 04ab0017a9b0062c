"""Drawing stories from the model."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [sample]
def sample(hmm, length, rng) -> tuple[np.ndarray, np.ndarray]:
    """Draw the observations and states of a sequence of exactly `length` days.

    Parameters
    ----------
    hmm : HMM
    length : int
        At least 1.
    rng : numpy.random.Generator or int

    Returns
    -------
    x : (length,) ndarray of int
        Observations.
    y : (length,) ndarray of int
        States.

    Notes
    -----
    With STOP the story is drawn from those that stop after the last day and not before: each
    transition is weighted by the probability that the rest works out.
    Source: UCLA, Joint model over states and observations.
    """
    length = checks.whole("length", length, low=1)
    u, v = checks.generator(rng).random((2, length))
    first, moves = _moves(hmm, length, u)

    path = [first]
    for falls in moves.tolist():
        path.append(falls[path[-1]])

    y = np.array(path, dtype=np.intp)
    x = np.empty(length, dtype=np.intp)
    for k in range(hmm.n_states):
        x[y == k] = _draw(hmm.B[k], v[y == k])
    return x, y


# [/sample]


def _moves(hmm, length: int, u: np.ndarray) -> tuple[int, np.ndarray]:
    """Return the first state, and where each later day's number leads from each state: (n-1, K)."""
    if hmm.stop is None:
        moves = [_draw(row, u[1:]) for row in hmm.A]
        return int(_draw(hmm.pi, u[0])), np.stack(moves, axis=1)
    ahead = _chance_to_end(hmm, length)
    with np.errstate(invalid="ignore"):  # 0 / 0 for a state from which the end is out of reach
        moves = [_draw_each(row * ahead[1:], u[1:]) for row in hmm.A]
    return int(_draw(hmm.pi * ahead[0], u[0])), np.stack(moves, axis=1)


def _chance_to_end(hmm, length: int) -> np.ndarray:
    """Return P(stop after day `length` | state on day t), up to a scale a day: (length, K)."""
    ahead = np.empty((length, hmm.n_states))
    ahead[-1] = hmm.stop
    for t in range(length - 2, -1, -1):
        ahead[t] = hmm.A @ ahead[t + 1]
        ahead[t] /= ahead[t].max() or 1
    if not (hmm.pi * ahead[0]).any():
        raise ValueError(f"length must be one at which the model can stop, got {length}")
    return ahead


def _draw(weights: np.ndarray, u):
    """Return the index in which each uniform number falls; a weight of zero is never drawn."""
    edges = weights.cumsum(dtype=np.float64)
    return np.searchsorted(edges / edges[-1], u, side="right")


def _draw_each(weights: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return the same for a number (n,) and weights of its own each, (n, K)."""
    edges = weights.cumsum(axis=1, dtype=np.float64)
    return np.count_nonzero(edges / edges[:, -1:] <= u[:, None], axis=1)
