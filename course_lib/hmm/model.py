"""The hidden Markov model itself: three tables, and the probability of a day-by-day story."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from course_lib import checks
from course_lib.hmm import decoding


class HMM:
    """A first-order hidden Markov model with discrete observations.

    Parameters
    ----------
    pi : (K,) array_like
        ``pi[k] = P(y_1 = k)``.
    A : (K, K) array_like
        ``A[i, j] = P(y_{t+1} = j | y_t = i)``: from the row, to the column.
    B : (K, M) array_like
        ``B[k, m] = P(x_t = m | y_t = k)``.
    stop : (K,) array_like, optional
        ``stop[k] = P(STOP | y_t = k)``; a row of `A` and its `stop` then sum to one.
    states, symbols : sequences of str, optional
        Names for drawing; numbers if left out.

    Notes
    -----
    Probabilities are kept as given; all work is done on their logarithms, where zero is ``-inf``.
    Source: UCLA, Joint model over states and observations.
    """

    def __init__(self, pi, A, B, stop=None, states=None, symbols=None):
        self.pi = checks.distribution("pi", pi, ("K",))
        K = len(self.pi)
        self.A = checks.not_negative("A", A, (K, K))
        self.B = checks.distribution("B", B, (K, "M"))
        self.stop = None if stop is None else checks.not_negative("stop", stop, (K,))
        if self.stop is None:
            checks.sums_to_one("A", self.A)
        else:
            checks.sums_to_one("A with stop", np.column_stack([self.A, self.stop]))
        self.pi, self.A, self.B, self.stop = (
            None if table is None else _frozen(table)
            for table in (self.pi, self.A, self.B, self.stop)
        )
        self.states = _names("states", states, K)
        self.symbols = _names("symbols", symbols, self.B.shape[1])

    @property
    def n_states(self) -> int:
        """K, the number of hidden states."""
        return self.A.shape[0]

    @property
    def n_symbols(self) -> int:
        """M, the number of observable symbols."""
        return self.B.shape[1]

    @cached_property
    def log_pi(self) -> np.ndarray:
        """Logarithm of `pi`, shape (K,)."""
        return log(self.pi)

    @cached_property
    def log_A(self) -> np.ndarray:
        """Logarithm of `A`, shape (K, K)."""
        return log(self.A)

    @cached_property
    def log_B(self) -> np.ndarray:
        """Logarithm of `B`, shape (K, M)."""
        return log(self.B)

    @cached_property
    def log_stop(self) -> np.ndarray:
        """Logarithm of `stop`, shape (K,); zeros for a model without STOP."""
        return np.zeros_like(self.pi) if self.stop is None else log(self.stop)

    def joint_log_prob(self, x, y) -> float:
        """Return ``log P(x, y)`` along the one path `y`, STOP included if the model has it.

        Parameters
        ----------
        x : (n,) array_like of int
            Observations.
        y : (n,) array_like of int
            States.
        """
        x = self.observations("x", x)
        y = checks.integers("y", y, (len(x),), high=self.n_states)
        return float(
            self.log_pi[y[0]]
            + self.log_A[y[:-1], y[1:]].sum()
            + self.log_B[y, x].sum()
            + self.log_stop[y[-1]]
        )

    def viterbi(self, x) -> decoding.Decoding:
        """Return the most probable state path for `x`; see :func:`course_lib.hmm.viterbi`."""
        return decoding.viterbi(self, x)

    def observations(self, name: str, x) -> np.ndarray:
        """Check one sequence of observation numbers: at least one, all known to the model."""
        x = checks.integers(name, x, ("n",), high=self.n_symbols)
        if x.size == 0:
            raise ValueError(f"{name} must hold at least one observation, got none")
        return x

    def __repr__(self) -> str:
        ending = "" if self.stop is None else ", with STOP"
        return f"HMM({self.n_states} states, {self.n_symbols} symbols{ending})"


def log(probabilities: np.ndarray) -> np.ndarray:
    """Return the logarithm with ``log 0 = -inf`` and no warning: zero is zero, never an epsilon."""
    with np.errstate(divide="ignore"):
        return np.log(probabilities)


def _frozen(table: np.ndarray) -> np.ndarray:
    table = table.copy()
    table.flags.writeable = False
    return table


def _names(argument: str, names, count: int) -> tuple[str, ...]:
    if names is None:
        return tuple(str(i) for i in range(count))
    names = tuple(names)
    if len(names) != count or len(set(names)) != count:
        raise ValueError(f"{argument} must be {count} different names, got {names}")
    return names
