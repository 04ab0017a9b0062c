"""Sums of probabilities that are kept as logarithms, where zero is ``-inf``."""

from __future__ import annotations

import numpy as np

FEW = 256  # numbers that are added up sooner one by one than by five calls of NumPy


# [log]
def log(probabilities: np.ndarray) -> np.ndarray:
    """Return the logarithm with ``log 0 = -inf`` and no warning: zero is zero, never an epsilon."""
    with np.errstate(divide="ignore"):
        return np.log(probabilities)


# [/log]


# [log_sum_exp]
def log_sum_exp(a: np.ndarray, axis: int = 0) -> np.ndarray:
    """Return ``log(sum(exp(a)))`` along an axis, without overflow, underflow or warning.

    Parameters
    ----------
    a : ndarray of logarithms
    axis : int

    Returns
    -------
    ndarray
        One axis less than `a`; a sum of zeros alone is ``-inf``.

    Notes
    -----
    The largest term is taken out first, so it becomes ``exp(0) = 1`` and cannot get lost; NumPy's
    ``logaddexp`` does the same with two terms at a time.
    """
    if a.size <= FEW:
        return np.logaddexp.reduce(a, axis=axis)
    largest = a.max(axis=axis, keepdims=True)
    largest = np.where(np.isneginf(largest), 0, largest)  # -inf - -inf would be NaN
    return log(np.exp(a - largest).sum(axis=axis)) + largest.squeeze(axis)


# [/log_sum_exp]
