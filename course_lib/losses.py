"""Losses with their gradients, and the quantities of information they come from.

A loss is the mean over the batch. It returns a plain float and the gradient with respect to its
first argument, in the shape of that argument. A vector holds N examples with one output each.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.activations import below_largest, scores, sigmoid


# [squared_error]
def squared_error(pred, y) -> tuple[float, np.ndarray]:
    """Return half the sum of squares over the outputs, averaged over the batch.

    Parameters
    ----------
    pred : (N,) or (N, ...) array_like
        What the network says.
    y : array_like of the same shape
        What it should say; never broadcast.

    Returns
    -------
    loss : float
    gradient : ndarray, like `pred`

    Notes
    -----
    Source: UW, Training: minimize loss.
    """
    pred = _batch("pred", pred)
    error = pred - checks.like("y", y, pred)
    N = len(pred)
    return float(0.5 * (error**2).sum() / N), error / N


# [/squared_error]


# [binary_cross_entropy]
def binary_cross_entropy(p, y) -> tuple[float, np.ndarray]:
    """Return ``-y log p - (1-y) log(1-p)``, summed over the outputs, averaged over the batch.

    Parameters
    ----------
    p : (N,) or (N, ...) array_like
        Probabilities of a 1. Exact 0 and 1 are taken at their limits: the loss of a certain and
        right answer is 0, of a certain and wrong one infinite, and so is its gradient.
    y : array_like of the same shape
        Targets in [0, 1]; never broadcast.

    Returns
    -------
    loss : float
    gradient : ndarray, like `p`

    Notes
    -----
    Source: CMU-G, Case 2: neural network.
    """
    p = checks.within_0_and_1("p", _batch("p", p))
    y = checks.within_0_and_1("y", checks.like("y", y, p))
    N = len(p)
    loss = _minus_x_log_y(y, p) + _minus_x_log_y(1 - y, 1 - p)
    return float(loss.sum() / N), (_ratio(1 - y, 1 - p) - _ratio(y, p)) / N


# [/binary_cross_entropy]


# [binary_cross_entropy_with_logits]
def binary_cross_entropy_with_logits(z, y) -> tuple[float, np.ndarray]:
    """Return the binary cross entropy of ``p = sigmoid(z)``, finite for every finite `z`.

    Parameters
    ----------
    z : (N,) or (N, ...) array_like
        Weighted sums, before the sigmoid.
    y : array_like of the same shape
        Targets in [0, 1]; never broadcast.

    Returns
    -------
    loss : float
    gradient : ndarray, like `z`

    Notes
    -----
    ``-log sigmoid(z)`` is ``max(z, 0) - z + log(1 + exp(-|z|))``, whose exponential cannot
    overflow. Source: CMU-G, Case 2: neural network.
    """
    z = _batch("z", z)
    y = checks.within_0_and_1("y", checks.like("y", y, z))
    N = len(z)
    loss = (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).sum() / N
    return float(loss), (sigmoid(z) - y) / N


# [/binary_cross_entropy_with_logits]


# [softmax_cross_entropy]
def softmax_cross_entropy(logits, labels) -> tuple[float, np.ndarray]:
    """Return minus the log probability that softmax gives to the labels, averaged over all.

    Parameters
    ----------
    logits : (..., K) array_like
        Weighted sums, before the softmax.
    labels : (...) array_like of int
        The right classes, in ``range(K)``.

    Returns
    -------
    loss : float
    gradient : (..., K) ndarray
        ``softmax(logits) - one_hot(labels)``, divided by the number of labels.

    Notes
    -----
    Source: UW, Cross entropy loss.
    """
    z = scores("logits", logits)
    labels = checks.integers("labels", labels, z.shape[:-1], high=z.shape[-1])
    if labels.size == 0:
        raise ValueError(f"logits must hold at least one example, got shape {z.shape}")
    N, K = labels.size, z.shape[-1]
    right = np.arange(N), labels.ravel()

    below = below_largest(z).reshape(N, K)
    e = np.exp(below)
    total = e.sum(axis=1)
    loss = (np.log(total) - below[right]).sum() / N

    gradient = e / total[:, None]
    gradient[right] -= 1
    gradient /= N
    return float(loss), gradient.reshape(z.shape)


# [/softmax_cross_entropy]


# [entropy]
def entropy(p) -> float:
    """Return ``H(p) = -sum p log p`` in nats: how uncertain `p` is.

    Parameters
    ----------
    p : (K,) array_like
        Probabilities; ``0 log 0`` is 0.

    Notes
    -----
    Source: UW, Cross entropy loss (whose slide lacks the minus sign).
    """
    return cross_entropy(p, p)


# [/entropy]


# [cross_entropy]
def cross_entropy(p, q) -> float:
    """Return ``H(p, q) = -sum p log q`` in nats: the cost of expecting `q` when `p` is true.

    Parameters
    ----------
    p, q : (K,) array_like
        Probabilities; ``0 log 0`` is 0, and what happens (p > 0) though it cannot (q = 0) costs
        infinitely much.

    Notes
    -----
    Source: UW, Cross entropy loss.
    """
    p, q = _two_distributions(p, q)
    return float(_minus_x_log_y(p, q).sum())


# [/cross_entropy]


# [kl_divergence]
def kl_divergence(p, q) -> float:
    """Return ``KL(p || q) = sum p log(p / q)`` in nats: what expecting `q` costs beyond ``H(p)``.

    Parameters
    ----------
    p, q : (K,) array_like
        Probabilities; ``0 log 0`` is 0, and the divergence is infinite where ``q = 0 < p``.

    Notes
    -----
    Source: UW, Cross entropy loss.
    """
    p, q = _two_distributions(p, q)
    divergence = float((_minus_x_log_y(p, q) - _minus_x_log_y(p, p)).sum())
    return max(divergence, 0.0)  # rounding alone could make it negative


# [/kl_divergence]


def _minus_x_log_y(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return ``-x log y`` for probabilities, with ``0 log 0 = 0``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x == 0, 0, 0 - x * np.log(y))  # 0 - x: no zero that prints as -0.0


def _ratio(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return ``x / y`` with ``0 / 0 = 0``."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(x == 0, 0, x / y)


def _batch(name: str, value) -> np.ndarray:
    array = checks.floats(name, value)
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name} must hold at least one example, got shape {array.shape}")
    return array


def _two_distributions(p, q) -> tuple[np.ndarray, np.ndarray]:
    p = checks.distribution("p", p, ("K",))
    return p, checks.distribution("q", q, p.shape)
