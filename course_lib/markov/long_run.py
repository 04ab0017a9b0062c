"""Where a chain spends its time in the long run: its stationary distribution."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [stationary]
def stationary(transition, states=None) -> np.ndarray:
    """Return the distribution that a step leaves as it is: ``pi @ transition == pi``.

    Parameters
    ----------
    transition : (K, K) array_like
        ``transition[i, j] = P(next = j | now = i)``.
    states : K names, optional
        For the message; left out, numbers.

    Returns
    -------
    (K,) ndarray
        For a periodic chain too, where it is the share of time spent in each state. A state
        that is left for ever has exactly 0.

    Raises
    ------
    ValueError
        If two states of the long run never lead to each other: then there are many.

    Notes
    -----
    States are left out one after another, and the way through a state left out is added to the
    direct ways. Nothing is subtracted, so small probabilities keep all their digits.
    Source: Grassmann, Taksar and Heyman 1985.
    """
    P = checks.distribution("transition", transition, ("K", "K"))
    checks.has_shape("transition", P, (checks.whole("the number of states", len(P), low=1),) * 2)
    kept = _states_of_the_long_run(P, range(len(P)) if states is None else states)
    visits = _visits(P[np.ix_(kept, kept)].astype(float))
    pi = np.zeros(len(P), dtype=P.dtype)
    pi[kept] = visits / visits.sum()
    return pi


def _visits(P: np.ndarray) -> np.ndarray:
    """Return how often each state is visited between two visits of state 0; `P` is used up."""
    for k in range(len(P) - 1, 0, -1):
        P[:k, k] /= P[k, :k].sum()  # a move to k now counts the stays in k too
        P[:k, :k] += np.outer(P[:k, k], P[k, :k])
    visits = np.ones(len(P))
    for k in range(1, len(P)):
        visits[k] = visits[:k] @ P[:k, k]
    return visits


# [/stationary]


def _states_of_the_long_run(P: np.ndarray, states) -> np.ndarray:
    """Return the states that are visited again and again, if they all lead to each other."""
    leads = np.eye(len(P)) + P > 0
    for _ in range(len(P).bit_length()):  # ways of 2, 4, 8, ... steps
        leads = leads.astype(float) @ leads > 0
    kept = np.flatnonzero((leads.T | ~leads).all(axis=1))
    stranger = np.flatnonzero(~leads[kept[0], kept])
    if stranger.size:
        a, b = states[kept[0]], states[kept[stranger[0]]]
        raise ValueError(
            f"transition must have a single stationary distribution, but {a!r} never leads to "
            f"{b!r}, nor {b!r} to {a!r}: got one for each"
        )
    return kept
