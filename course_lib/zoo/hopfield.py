"""Hopfield's network: memories as valleys of an energy, recalled by rolling downhill."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [hopfield]
class Hopfield:
    """A network of n units, each +1 or -1, all connected to all, that stores patterns.

    Parameters
    ----------
    n : int
        Units. About ``0.138 n`` random patterns can be recalled.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    W : (n, n) ndarray
        Symmetric, with zeros on the diagonal.

    Notes
    -----
    Source: UCLA, chart of neural networks; Hopfield 1982.
    """

    def __init__(self, n, dtype=np.float64):
        self.n = checks.whole("n", n, low=1)
        self.W = np.zeros((self.n, self.n), checks.float_type("dtype", dtype))

    def fit(self, patterns) -> Hopfield:
        """Store patterns (P, n) of +1 and -1: units that agree in them get a positive weight."""
        X = _signs("patterns", patterns, ("P", self.n))
        if len(X) == 0:
            raise ValueError("patterns must hold at least one pattern, got none")
        self.W = (X.T @ X / self.n).astype(self.W.dtype)
        np.fill_diagonal(self.W, 0)
        return self

    def energy(self, x) -> float:
        """Return ``-1/2 x' W x`` of a state (n,); no change of one unit in `recall` raises it."""
        x = _signs("x", x, (self.n,))
        return float(-0.5 * x @ self.W @ x)

    def recall(self, x, max_sweeps=100, trace=False):
        """Update one unit after the other until none wants to change.

        Parameters
        ----------
        x : (n,) array_like of +1 and -1
            Where to start, such as a damaged pattern.
        max_sweeps : int
            Passes over all units; the state settles long before.
        trace : bool
            Also return the states on the way.

        Returns
        -------
        x : (n,) ndarray
            The settled state. A unit whose input is exactly 0 stays as it is.
        states : (S, n) ndarray
            With `trace`, the start and the state after each flip.
        """
        x = _signs("x", x, (self.n,)).astype(self.W.dtype)
        states = [x.copy()]
        for _ in range(checks.whole("max_sweeps", max_sweeps, low=1)):
            before = len(states)
            for i in range(self.n):
                h = self.W[i] @ x
                if h * x[i] < 0:
                    x[i] = -x[i]
                    states.append(x.copy())
            if len(states) == before:
                break
        return (x, np.array(states)) if trace else x


# [/hopfield]


def _signs(name: str, value, shape: checks.Shape) -> np.ndarray:
    x = checks.floats(name, value, shape)
    if not np.isin(x, (-1, 1)).all():
        raise ValueError(f"{name} must hold +1 and -1 alone, got {x[~np.isin(x, (-1, 1))][0]}")
    return x
