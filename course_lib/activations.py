"""Activation functions: what a unit does with its weighted sum, and how steep it is there.

All work element by element on arrays of any shape, except `softmax` and `log_softmax`, which
compare the entries along the last axis.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [linear]
def linear(x) -> np.ndarray:
    """Return `x` itself (a copy): the unit that only sums.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    return +checks.floats("x", x)


# [/linear]


# [threshold]
def threshold(x) -> np.ndarray:
    """Return 1 where `x` is greater than 0, else 0: the unit that fires or does not.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape
        Exactly 0 does not fire.

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    x = checks.floats("x", x)
    return (x > 0).astype(x.dtype)


# [/threshold]


# [sigmoid]
def sigmoid(x) -> np.ndarray:
    """Return ``1 / (1 + exp(-x))``, between 0 and 1.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape
        Tiny values are as accurate as large ones: ``sigmoid(-700)`` is ``exp(-700)``.

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    x = checks.floats("x", x)
    with np.errstate(over="ignore"):  # exp(-x) may become inf, and 1 / inf is the right limit
        return 1 / (1 + np.exp(-x))


# [/sigmoid]


# [tanh]
def tanh(x) -> np.ndarray:
    """Return the hyperbolic tangent, between -1 and 1: ``2 sigmoid(2x) - 1``.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    return np.tanh(checks.floats("x", x))


# [/tanh]


# [relu]
def relu(x) -> np.ndarray:
    """Return ``max(0, x)``, the rectified linear unit.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    return np.maximum(checks.floats("x", x), 0)


# [/relu]


# [softmax]
def softmax(x) -> np.ndarray:
    """Return ``exp(x_k) / sum_j exp(x_j)``: scores turned into probabilities.

    Parameters
    ----------
    x : (..., K) array_like
        Scores; the last axis holds the classes.

    Returns
    -------
    (..., K) ndarray
        Each row sums to 1.

    Notes
    -----
    Subtracting the largest score changes nothing, and keeps the exponentials from overflowing.
    Source: UW, Why representation learning.
    """
    e = np.exp(below_largest(scores("x", x)))
    return e / e.sum(axis=-1, keepdims=True)


# [/softmax]


# [log_softmax]
def log_softmax(x) -> np.ndarray:
    """Return the logarithm of `softmax`, finite even where the probability underflows to 0.

    Parameters
    ----------
    x : (..., K) array_like
        Scores; the last axis holds the classes.

    Returns
    -------
    (..., K) ndarray
        Log probabilities.

    Notes
    -----
    Source: UW, Why representation learning.
    """
    x = below_largest(scores("x", x))
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


# [/log_softmax]


# [d_sigmoid]
def d_sigmoid(x) -> np.ndarray:
    """Return the derivative of `sigmoid` at the input `x`: ``sigmoid(x) (1 - sigmoid(x))``.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape

    Notes
    -----
    ``1 - sigmoid(x)`` is ``sigmoid(-x)``, which loses no digits where the unit is saturated.
    Source: CMU-G, Derivative of a sigmoid.
    """
    x = checks.floats("x", x)
    return sigmoid(x) * sigmoid(-x)


# [/d_sigmoid]


# [d_tanh]
def d_tanh(x) -> np.ndarray:
    """Return the derivative of `tanh` at the input `x`: ``1 - tanh(x)**2``.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape

    Notes
    -----
    It equals ``1 / cosh(x)**2``, which loses no digits where the unit is saturated.
    Source: UW, Optimizing a neuron.
    """
    x = checks.floats("x", x)
    with np.errstate(over="ignore"):  # cosh(x) may become inf, and 1 / inf is the right limit
        return 1 / np.cosh(x) ** 2


# [/d_tanh]


# [d_relu]
def d_relu(x) -> np.ndarray:
    """Return the derivative of `relu` at the input `x`: 1 where `x` is greater than 0, else 0.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray of the same shape
        At the kink, exactly 0, the derivative is taken to be 0.

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    return threshold(x)


# [/d_relu]


def scores(name: str, value) -> np.ndarray:
    """Check an array with at least one class along its last axis."""
    array = checks.floats(name, value)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one class, got shape {array.shape}")
    return array


def below_largest(x: np.ndarray) -> np.ndarray:
    """Subtract from each row along the last axis its largest entry."""
    with np.errstate(over="ignore"):  # a gap too wide for a float is -inf: a probability of 0
        return x - x.max(axis=-1, keepdims=True)
