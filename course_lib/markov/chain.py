"""The chain itself: counted from sequences, it tells how probable others are and makes new ones."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Hashable, Mapping

import numpy as np

from course_lib import checks
from course_lib.hmm.learning import normalise
from course_lib.hmm.log_space import log
from course_lib.markov import long_run


class MarkovChain:
    """A first-order Markov chain over named states.

    Parameters
    ----------
    initial : (K,) array_like
        ``initial[k] = P(first = k)``.
    transition : (K, K) array_like
        ``transition[i, j] = P(next = j | now = i)``: from the row, to the column.
    states : K different hashable names
        In the order of the rows.

    Notes
    -----
    K - 1 + K (K - 1) numbers can be chosen freely: the model grows with the square of K.
    Source: UCLA, Discrete Markov process.
    """

    def __init__(self, initial, transition, states):
        self.initial = checks.distribution("initial", initial, ("K",)).copy()
        K = len(self.initial)
        self.transition = checks.distribution("transition", transition, (K, K)).copy()
        self.states = checks.names("states", states, K)
        self.initial.flags.writeable = self.transition.flags.writeable = False
        self._log_initial, self._log_transition = log(self.initial), log(self.transition)
        self._number = {state: k for k, state in enumerate(self.states)}

    # [fit]
    @classmethod
    def fit(cls, sequences, states=None, smoothing: float = 0.0) -> MarkovChain:
        """Return the chain that makes the sequences most probable: count, then divide.

        Parameters
        ----------
        sequences : list of lists of states
            One sequence alone still stands in a list. Strings are refused in place of sequences.
        states : names, optional
            The order of the rows, states that never occur included; left out, the states that
            occur, sorted.
        smoothing : float
            Added to every count, as a symmetric Dirichlet prior would.

        Returns
        -------
        MarkovChain
            The row of a state that was never left is uniform.

        Notes
        -----
        The last state of a sequence has no successor, so it is left out of its row's total.
        Source: UCLA, Weather forecast by Markov chain.
        """
        smoothing = checks.number("smoothing", smoothing, low=0)
        starts, moves, states = count(sequences, states)
        return cls(normalise(starts + smoothing), normalise(moves + smoothing), states)

    # [/fit]

    # [log_prob]
    def log_prob(self, sequence) -> float:
        """Return ``log P(sequence)``: its start and each of its moves; ``-inf`` if impossible.

        Parameters
        ----------
        sequence : list of states
            At least one.

        Notes
        -----
        Source: UCLA, Example: the weather.
        """
        y = _encode("sequence", sequence, self._number)
        return float(self._log_initial[y[0]] + self._log_transition[y[:-1], y[1:]].sum())

    # [/log_prob]

    def predict(self, state) -> dict[Hashable, float]:
        """Return P(next | now = `state`), every state with its probability, zeros included."""
        row = self.transition[_encode("state", [state], self._number)[0]]
        return dict(zip(self.states, row.tolist(), strict=True))

    # [sample]
    def sample(self, length: int, rng) -> list:
        """Return `length` states: each roll of the die is weighted by the state before.

        Parameters
        ----------
        length : int
            At least 1.
        rng : numpy.random.Generator or int

        Notes
        -----
        A roll u, uniform in [0, 1), picks the first state whose running total is above u, so a
        state of probability zero is never picked.
        """
        length, rng = checks.whole("length", length, low=1), checks.generator(rng)
        first, *rows = _running_totals(np.vstack([self.initial, self.transition]))

        rolls = rng.random(length).tolist()
        path = [bisect(first, rolls[0])]
        for u in rolls[1:]:
            path.append(bisect(rows[path[-1]], u))
        return [self.states[k] for k in path]

    # [/sample]

    def stationary(self) -> np.ndarray:
        """Return the distribution of the long run, shape (K,), in the order of `states`.

        Refused if there is more than one; see :func:`course_lib.markov.stationary`.
        """
        return long_run.stationary(self.transition, self.states)


# [count]
def count(sequences, states=None) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Count how sequences start and which state follows which.

    Parameters
    ----------
    sequences : list of lists of states
    states : names, optional
        Left out: the states that occur, sorted.

    Returns
    -------
    starts : (K,) ndarray
    moves : (K, K) ndarray
        ``moves[i, j]``: how often state j came right after state i.
    states : tuple
        The names of the rows and columns.

    Notes
    -----
    Source: UCLA, Weather forecast by Markov chain.
    """
    sequences = [
        checks.sequence(f"sequences[{i}]", sequence)
        for i, sequence in enumerate(checks.sequence("sequences", sequences))
    ]
    if not sequences:
        raise ValueError("sequences must hold at least one sequence, got none")
    states = _names_that_occur(sequences) if states is None else checks.names("states", states)
    number = {state: k for k, state in enumerate(states)}
    starts, moves = np.zeros(len(states)), np.zeros((len(states), len(states)))

    for i, sequence in enumerate(sequences):
        y = _encode(f"sequences[{i}]", sequence, number)
        starts[y[0]] += 1
        np.add.at(moves, (y[:-1], y[1:]), 1)
    return starts, moves, states


# [/count]


def _names_that_occur(sequences: list[list]) -> tuple:
    try:
        return tuple(sorted(set().union(*sequences)))
    except TypeError as error:
        raise TypeError(f"sequences must hold names that can be sorted: {error}") from None


def _encode(name: str, sequence, number: Mapping) -> np.ndarray:
    """Return the numbers of the states in `sequence`, at least one."""
    try:
        y = np.array([number[state] for state in sequence], dtype=np.intp)
    except KeyError as error:
        known = ", ".join(map(repr, number))
        raise ValueError(f"{name} must use the states {known}, got {error}") from None
    except TypeError as error:
        raise TypeError(f"{name} must be made of names of states: {error}") from None
    if y.size == 0:
        raise ValueError(f"{name} must hold at least one state, got none")
    return y


def _running_totals(rows: np.ndarray) -> list[list[float]]:
    totals = rows.astype(float).cumsum(axis=1)
    return (totals / totals[:, -1:]).tolist()  # the last one exactly 1, above every roll
