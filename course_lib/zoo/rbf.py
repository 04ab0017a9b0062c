"""The radial basis function network: units that answer to a place, not to a direction."""

from __future__ import annotations

import numpy as np

from course_lib import checks


class RBFNetwork:
    """One layer of bell-shaped units around centres, and a linear layer on top.

    The centres are found by k-means, the linear layer by least squares, so nothing is descended.

    Parameters
    ----------
    n_centers : int
        Hidden units; at most as many as training examples.
    width : float
        Standard deviation of the bells, in the units of the inputs.
    rng : numpy.random.Generator or int
        Picks the examples where the centres start.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"centers"`` (n_centers, D), ``"W"`` (K, n_centers), ``"b"`` (K,); empty before `fit`.
    classes : ndarray or None
        The labels, if it was fitted to whole numbers.

    Notes
    -----
    Source: UCLA, chart of neural networks; Broomhead 1988.
    """

    def __init__(self, n_centers, width=1.0, rng=0, dtype=np.float64):
        self.n_centers = checks.whole("n_centers", n_centers, low=1)
        self.width = checks.number("width", width, above=0)
        self.dtype = checks.float_type("dtype", dtype)
        self.params: dict[str, np.ndarray] = {}
        self.classes = None
        self._rng = checks.generator(rng)

    def fit(self, X, y) -> RBFNetwork:
        """Fit to inputs `X` (N, D) and `y` (N,): whole numbers are classes, floats are values."""
        X = checks.floats("X", X, ("N", "D")).astype(self.dtype, copy=False)
        if len(X) < self.n_centers:
            raise ValueError(f"X must have at least {self.n_centers} examples, got {len(X)}")
        if np.asarray(y).dtype.kind in "iu":
            y = checks.integers("y", y, (len(X),), low=np.iinfo(np.intp).min)
            self.classes, y = np.unique(y, return_inverse=True)
            targets = np.eye(len(self.classes))[y]
        else:
            self.classes = None
            targets = checks.floats("y", y, (len(X),))[:, None]

        self.params = {"centers": k_means(X, self.n_centers, self._rng)}
        bells = np.column_stack([self.hidden(X), np.ones(len(X))])
        solution = np.linalg.lstsq(bells, targets, rcond=None)[0].astype(self.dtype)
        self.params |= {"W": solution[:-1].T.copy(), "b": solution[-1]}
        return self

    def hidden(self, X) -> np.ndarray:
        """Return the bells' heights (N, n_centers): ``exp(-distance^2 / (2 width^2))``."""
        centers = self._fitted("centers")
        X = checks.floats("X", X, ("N", centers.shape[1])).astype(self.dtype, copy=False)
        return np.exp(-_squared_distances(X, centers) / (2 * self.width**2))

    def predict(self, X) -> np.ndarray:
        """Return the class, or the value, of each row of `X` (N, D)."""
        outputs = self.hidden(X) @ self._fitted("W").T + self.params["b"]
        return outputs[:, 0] if self.classes is None else self.classes[outputs.argmax(axis=1)]

    def _fitted(self, name: str) -> np.ndarray:
        if name not in self.params:
            raise ValueError("the network has not been fitted yet; call fit(X, y) first")
        return self.params[name]


# [k_means]
def k_means(X, k, rng, max_steps=100) -> np.ndarray:
    """Return k centres (k, D): each the mean of the points that are nearest to it.

    Parameters
    ----------
    X : (N, D) array_like
        At least k points.
    k : int
    rng : numpy.random.Generator or int
        Picks k points to start from, each far from those before it (k-means++).
    max_steps : int
        Rounds of assigning and averaging; it stops when nothing moves.

    Notes
    -----
    A centre that lost all its points stays where it is. Source: Lloyd 1982; Arthur 2007.
    """
    X = checks.floats("X", X, ("N", "D"))
    k = checks.whole("k", k, low=1, high=len(X))
    centers = _spread_out(X, k, checks.generator(rng))
    for _ in range(max_steps):
        nearest = _squared_distances(X, centers).argmin(axis=1)
        moved = np.array(
            [X[nearest == j].mean(axis=0) if (nearest == j).any() else centers[j] for j in range(k)]
        )
        if np.array_equal(moved, centers):
            break
        centers = moved
    return centers


# [/k_means]


def _spread_out(X: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Draw k points, each with a chance that grows with its squared distance to those before."""
    centers = X[[rng.integers(len(X))]]
    while len(centers) < k:
        squared = _squared_distances(X, centers).min(axis=1).astype(np.float64)
        chance = squared / squared.sum() if squared.any() else None
        centers = np.concatenate([centers, X[[rng.choice(len(X), p=chance)]]])
    return centers


def _squared_distances(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    return ((X[:, None] - centers) ** 2).sum(axis=2)
