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
    rng = checks.generator(rng)
    ahead = _chance_to_end(hmm, length)
    u = rng.random((2, length))
    y = np.empty(length, dtype=np.intp)

    y[0] = _draw(hmm.pi * ahead[0], u[0, 0])
    for t in range(1, length):
        y[t] = _draw(hmm.A[y[t - 1]] * ahead[t], u[0, t])

    x = np.empty(length, dtype=np.intp)
    for k in range(hmm.n_states):
        x[y == k] = _draw(hmm.B[k], u[1, y == k])
    return x, y


# [/sample]


def _chance_to_end(hmm, length: int) -> np.ndarray:
    """Return, up to a scale for each day, P(stop after day `length` | state on day t): (length, K).

    Ones for a model without STOP.
    """
    ahead = np.ones((length, hmm.n_states))
    if hmm.stop is None:
        return ahead
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
