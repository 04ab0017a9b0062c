"""The hidden Markov model itself: three tables, and the probability of a day-by-day story."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from course_lib import checks
from course_lib.hmm import batch, decoding, inference, sampling, scaled
from course_lib.hmm.log_space import log
from course_lib.hmm.relay import LONG


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
        self.symbols = _names("symbols", symbols, self.n_symbols)

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
        x = self.observations("x", x)
        return decoding.viterbi(self, x) if len(x) < LONG else batch.viterbi_batch(self, [x])[0]

    def viterbi_batch(self, xs) -> list[decoding.Decoding]:
        """Decode many sequences at once; see :func:`course_lib.hmm.viterbi_batch`."""
        return batch.viterbi_batch(self, xs)

    def forward(self, x) -> tuple[np.ndarray, float]:
        """Return ``(log_alpha, log_likelihood)``; see :func:`course_lib.hmm.forward`."""
        x = self.observations("x", x)
        return (inference if len(x) < scaled.LONG_ALONE else scaled).forward(self, x)

    def backward(self, x) -> np.ndarray:
        """Return ``log_beta``; see :func:`course_lib.hmm.backward`."""
        x = self.observations("x", x)
        return (inference if len(x) < scaled.LONG_ALONE else scaled).backward(self, x)

    def posteriors(self, x, pairwise=True) -> tuple[np.ndarray, np.ndarray | None]:
        """Return ``(gamma, xi)``, probabilities; see :func:`course_lib.hmm.posteriors`."""
        x = self.observations("x", x)
        return (inference if len(x) < scaled.LONG_ALONE else scaled).posteriors(self, x, pairwise)

    def posterior_decode(self, x) -> np.ndarray:
        """Return the most probable state of each day, ties to the lowest: shape (n,).

        Each is the best guess for its own day; the path they make need not be possible.
        """
        return self.posteriors(x, pairwise=False)[0].argmax(axis=1)

    def log_likelihood(self, xs) -> float:
        """Return ``sum(log P(x) for x in xs)``; ``-inf`` if one of the sequences is impossible."""
        return float(scaled.log_likelihoods(self, *self.joined_observations("xs", xs)).sum())

    def sample(self, length, rng) -> tuple[np.ndarray, np.ndarray]:
        """Draw observations and states ``(x, y)``; see :func:`course_lib.hmm.sample`."""
        return sampling.sample(self, length, rng)

    def observations(self, name: str, x) -> np.ndarray:
        """Check one sequence of observation numbers: at least one, all known to the model."""
        x = checks.integers(name, x, ("n",), high=self.n_symbols)
        if x.size == 0:
            raise ValueError(f"{name} must hold at least one observation, got none")
        return x

    def joined_observations(self, name: str, xs) -> tuple[np.ndarray, np.ndarray]:
        """Check a list of sequences; return them joined, shape (n,), and their lengths, (N,)."""
        xs = checks.sequence(name, xs)
        if not all(_is_index_vector(x) for x in xs):
            xs = [self.observations(f"{name}[{i}]", x) for i, x in enumerate(xs)]
        joined = np.concatenate([*xs, ()], dtype=np.intp, casting="unsafe")
        if joined.size and not 0 <= joined.min() <= joined.max() < self.n_symbols:
            for i, x in enumerate(xs):
                self.observations(f"{name}[{i}]", x)
        return joined, np.array([len(x) for x in xs], dtype=np.intp)

    def __repr__(self) -> str:
        ending = "" if self.stop is None else ", with STOP"
        return f"HMM({self.n_states} states, {self.n_symbols} symbols{ending})"


def _frozen(table: np.ndarray) -> np.ndarray:
    table = table.copy()
    table.flags.writeable = False
    return table


def _names(argument: str, names, count: int) -> tuple:
    if names is None:
        return tuple(str(i) for i in range(count))
    return checks.names(argument, names, count)


def _is_index_vector(x) -> bool:
    """Say whether `x` can be joined with others before its values are looked at."""
    return isinstance(x, np.ndarray) and x.ndim == 1 and x.size > 0 and x.dtype.kind in "iu"
