"""Point sets in the plane with a class each: what decision regions are drawn on.

Each is drawn anew from `rng`, in random order, with as many points of one class as of another
(one more where `n` cannot be shared evenly).
"""

from __future__ import annotations

import numpy as np

from course_lib import checks

# Corners counter-clockwise, so that the inside lies to the left of every edge.
POLYGONS = (
    ((-1.6, -1.4), (0.2, -1.0), (-0.9, 0.9)),
    ((0.5, -0.5), (1.6, 0.1), (1.2, 1.5), (0.0, 1.1)),
)


def two_moons(n: int, rng, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Return two half circles of radius 1, each reaching into the other.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator or int
    noise : float
        Standard deviation of what is added to both coordinates.

    Returns
    -------
    X : (n, 2) ndarray
        Class 0 is the upper half around (0, 0), class 1 the lower half around (1, 0.5).
    labels : (n,) ndarray of int
    """
    labels, rng = _labels(n, 2, rng, noise)
    angle = rng.uniform(0, np.pi, n)
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    X[labels == 1] = [1, 0.5] - X[labels == 1]
    return _blurred(X, noise, rng), labels


def rings(n: int, rng, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Return two circles around (0, 0): class 0 of radius 1, class 1 of radius 2.

    Parameters and returns as for :func:`two_moons`.
    """
    labels, rng = _labels(n, 2, rng, noise)
    return _blurred((1 + labels[:, None]) * _on_circle(rng.uniform(0, 1, n)), noise, rng), labels


def xor(n: int, rng, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Return clouds at the four corners of the unit square: class 1 where one coordinate is 1.

    Parameters and returns as for :func:`two_moons`.
    """
    corner, rng = _labels(n, 4, rng, noise)
    X = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])[corner]
    return _blurred(X, noise, rng), corner % 2


def blobs(n: int, rng, noise: float = 0.5, n_classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return round clouds whose centres share out a circle of radius 2, the first at (2, 0).

    Parameters and returns as for :func:`two_moons`, with any number of classes.
    """
    n_classes = checks.whole("n_classes", n_classes, low=1)
    labels, rng = _labels(n, n_classes, rng, noise)
    return _blurred(2 * _on_circle(labels / n_classes), noise, rng), labels


def polygons(n: int, rng, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a square: class 1 inside one of two convex polygons, class 0 outside.

    A threshold network with three layers can tell them apart: half-planes, polygons, their union.

    Parameters
    ----------
    n, rng
        As for :func:`two_moons`.
    noise : float
        As there; 0 keeps the border sharp.

    Returns
    -------
    X : (n, 2) ndarray
        Each class is uniform in its share of the square from -2 to 2; the polygons are `POLYGONS`.
    labels : (n,) ndarray of int

    Notes
    -----
    Source: UCLA, Three layers with threshold activations.
    """
    labels, rng = _labels(n, 2, rng, noise)
    X = np.empty((n, 2))
    missing = np.arange(n)
    while missing.size:
        X[missing] = rng.uniform(-2, 2, (len(missing), 2))
        missing = missing[in_polygons(X[missing]) != labels[missing]]
    return _blurred(X, noise, rng), labels


def in_polygons(X) -> np.ndarray:
    """Return for each point whether one of `POLYGONS` contains it, border included.

    Parameters
    ----------
    X : (N, 2) array_like

    Returns
    -------
    (N,) ndarray of bool
    """
    X = checks.floats("X", X, ("N", 2))
    inside = np.zeros(len(X), dtype=bool)
    for corners in map(np.array, POLYGONS):
        along = np.roll(corners, -1, axis=0) - corners
        out = X[:, None] - corners  # from each corner to each point
        inside |= (along[:, 0] * out[..., 1] - along[:, 1] * out[..., 0] >= 0).all(axis=1)
    return inside


def _labels(n: int, n_classes: int, rng, noise: float) -> tuple[np.ndarray, np.random.Generator]:
    """Check what all take; return the classes 0, 1, ... in turn, shuffled, and the generator."""
    n, rng = checks.whole("n", n, low=1), checks.generator(rng)
    checks.number("noise", noise, low=0)
    return rng.permutation(np.arange(n, dtype=np.int64) % n_classes), rng


def _on_circle(turn: np.ndarray) -> np.ndarray:
    """Return the points of the unit circle after that share of a full turn."""
    return np.column_stack([np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)])


def _blurred(X: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    return X + rng.normal(0, noise, X.shape)
