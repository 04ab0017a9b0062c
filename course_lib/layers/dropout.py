"""Dropout: units that are silent at random while the network trains."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [dropout]
def dropout_forward(x, p: float, rng, train: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Set each entry to 0 with probability `p`, and scale the survivors by ``1 / (1 - p)``.

    Parameters
    ----------
    x : array_like, any shape
    p : float
        Probability of a zero, in [0, 1].
    rng : numpy.random.Generator or int
        Draws the zeros; not looked at when `train` is False.
    train : bool
        False, for predictions: the identity.

    Returns
    -------
    out : ndarray, like `x`
        Its mean over the draws is `x`, so that a prediction needs no rescaling.
    cache : for `dropout_backward`

    Notes
    -----
    Source: UW, Overfitting in neural networks.
    """
    x = checks.floats("x", x)
    p = checks.number("p", p, low=0, high=1)
    factors = np.ones_like(x)
    if train:
        survives = checks.generator(rng).random(x.shape) >= p
        factors = factors * survives / ((1 - p) or 1)  # with p = 1 there are none to scale
    return x * factors, factors


def dropout_backward(dout, cache: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to `x`: what was silent learns nothing.

    Parameters
    ----------
    dout : array_like, like `x`
        Gradient with respect to the output.
    cache : from `dropout_forward`

    Returns
    -------
    dx : ndarray, like `x`

    Notes
    -----
    Source: UW, Overfitting in neural networks.
    """
    return checks.like("dout", dout, cache, finite=False) * cache


# [/dropout]
