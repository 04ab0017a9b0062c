"""One threshold unit: what it can compute, how it learns, and two layers of it for XOR."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course_lib import checks
from course_lib.activations import threshold


class Perceptron:
    """A threshold unit that learns from its mistakes.

    Parameters
    ----------
    n_inputs : int
        D, the number of inputs.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"w"``, shape (D,), and ``"b"``, shape (1,); zeros before `fit`.
    mistakes : list of int
        How many examples each epoch of the last `fit` got wrong; ends at the first 0.

    Notes
    -----
    Source: UW, Perceptron as a neural network.
    """

    def __init__(self, n_inputs: int, dtype=np.float64):
        D = checks.whole("n_inputs", n_inputs, low=1)
        dtype = checks.float_type("dtype", dtype)
        self.params = {"w": np.zeros(D, dtype), "b": np.zeros(1, dtype)}
        self.mistakes: list[int] = []

    # [perceptron_fit]
    def fit(self, X, y, epochs: int = 100, rng=0) -> Perceptron:
        """Learn from zero: move the line towards each example on its wrong side.

        Parameters
        ----------
        X : (N, D) array_like
        y : (N,) array_like of 0 and 1
        epochs : int
            At most so many passes over the data; the first one without a mistake is the last.
        rng : numpy.random.Generator or int
            Orders the examples anew in each epoch.

        Returns
        -------
        Perceptron
            The unit itself.

        Notes
        -----
        Finds a separating line if there is one, and never settles if there is none.
        Source: Rosenblatt 1958.
        """
        X = self._inputs(X)
        y = _zeros_and_ones("y", y, len(X))
        epochs, rng = checks.whole("epochs", epochs), checks.generator(rng)
        w, b = (np.zeros_like(array) for array in self.params.values())

        mistakes = []
        for _ in range(epochs):
            wrong = 0
            for i in rng.permutation(len(X)):
                error = y[i] - (X[i] @ w + b[0] > 0)  # +1: fire more, -1: fire less
                if error:
                    w += error * X[i]
                    b += error
                    wrong += 1
            mistakes.append(wrong)
            if wrong == 0:
                break
        self.params, self.mistakes = {"w": w, "b": b}, mistakes
        return self

    # [/perceptron_fit]

    def predict(self, X) -> np.ndarray:
        """Return 1 for each row of `X` (N, D) with ``w x + b > 0``, else 0, as (N,) of int."""
        w, b = self.params["w"], self.params["b"]
        return threshold(self._inputs(X) @ w + b).astype(np.intp)

    def _inputs(self, X) -> np.ndarray:
        w = self.params["w"]
        return checks.floats("X", X, ("N", len(w))).astype(w.dtype, copy=False)

    def __repr__(self) -> str:
        return f"Perceptron({len(self.params['w'])} inputs)"


# [gate]
def gate(name: str, n: int = 2) -> tuple[np.ndarray, float]:
    """Return the slides' weights and bias of the threshold unit that computes a Boolean function.

    Parameters
    ----------
    name : {"and", "or", "nand", "nor", "majority", "not"}
        ``"majority"`` fires when more than half of the inputs are 1.
    n : int
        Number of inputs, each 0 or 1; ``"not"`` has one, whatever `n`.

    Returns
    -------
    w : (n,) ndarray
    bias : float

    Notes
    -----
    Source: UW, Boolean functions (where the slide's disjunction of n needs -0.5 for its 0.5).
    """
    n = checks.whole("n", n, low=1)
    sign, bias = {
        "and": (1.0, -n + 0.5),
        "or": (1.0, -0.5),
        "nand": (-1.0, n - 0.5),
        "nor": (-1.0, 0.5),
        "majority": (1.0, -n / 2),
        "not": (-1.0, 0.5),
    }[checks.one_of("name", name, ("and", "or", "nand", "nor", "majority", "not"))]
    return np.full(1 if name == "not" else n, sign), bias


# [/gate]


# [xor_network]
def xor_network() -> dict[str, np.ndarray]:
    """Return the two-layer network that computes ``(x1 and not x2) or (x2 and not x1)``.

    Returns
    -------
    dict
        ``"W1"`` (2, 2), ``"b1"`` (2,), ``"W2"`` (1, 2), ``"b2"`` (1,), for `threshold_network`.

    Notes
    -----
    Source: UW, Solving the XOR problem.
    """
    return {
        "W1": np.array([[2.0, -1.0], [-1.0, 2.0]]),
        "b1": np.array([-1.5, -1.5]),
        "W2": np.array([[1.0, 1.0]]),
        "b2": np.array([-0.5]),
    }


# [/xor_network]


# [threshold_network]
def threshold_network(params, X) -> np.ndarray:
    """Return what a network of threshold units says, whose last layer is one unit.

    Parameters
    ----------
    params : dict
        ``"W1"`` (H, D), ``"b1"`` (H,), ``"W2"``, ``"b2"``, and so on; the last W is (1, H).
    X : (N, D) array_like

    Returns
    -------
    (N,) ndarray of int
        0 or 1.

    Notes
    -----
    One layer cuts out a half-plane, two a convex polygon, three a union of polygons.
    Source: UCLA, A single neuron with threshold activation.
    """
    h = checks.floats("X", X, ("N", "D"))
    for W, b in _layers(params, h.shape[1]):
        h = threshold(h @ W.T + b)
    return h[:, 0].astype(np.intp)


# [/threshold_network]


def _layers(params, n_inputs: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Check that the layers in `params` fit one another, and return them in order."""
    if not isinstance(params, Mapping):
        raise TypeError(f"params must be a dict of arrays, got {type(params).__name__}")
    depth = max(len(params) // 2, 1)
    expected = [f"{letter}{i}" for i in range(1, depth + 1) for letter in "Wb"]
    if sorted(params) != sorted(expected):
        raise ValueError(f"params must have the keys {expected}, got {list(params)}")
    layers = []
    for i in range(1, depth + 1):
        W = checks.floats(f"W{i}", params[f"W{i}"], (1 if i == depth else "out", n_inputs))
        layers.append((W, checks.floats(f"b{i}", params[f"b{i}"], (len(W),))))
        n_inputs = len(W)
    return layers


def _zeros_and_ones(name: str, value, count: int) -> np.ndarray:
    y = checks.floats(name, value, (count,))
    if count == 0:
        raise ValueError(f"{name} must hold at least one label, got none")
    wrong = (y != 0) & (y != 1)
    if wrong.any():
        raise ValueError(f"{name} must hold 0 and 1 only, got {y[wrong][0]:g}")
    return y
