"""First weights: random, so that units differ, and of a size that keeps signals alive."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [glorot]
def glorot(n_out: int, n_in: int, rng, dtype=np.float64) -> np.ndarray:
    """Return weights for sigmoid, tanh and linear units, of variance ``2 / (n_in + n_out)``.

    Parameters
    ----------
    n_out, n_in : int
        Units of this layer, and inputs of each.
    rng : numpy.random.Generator or int
    dtype : numpy dtype
        float64 or float32.

    Returns
    -------
    (n_out, n_in) ndarray
        Uniform.

    Notes
    -----
    Signals going forward and gradients going back keep about their size. Source: Glorot 2010.
    """
    n_out, n_in = checks.whole("n_out", n_out, low=1), checks.whole("n_in", n_in, low=1)
    return _uniform((n_out, n_in), 2 / (n_in + n_out), rng, dtype)


# [/glorot]


# [he]
def he(n_out: int, n_in: int, rng, dtype=np.float64) -> np.ndarray:
    """Return weights for rectified linear units, of variance ``2 / n_in``.

    Parameters
    ----------
    n_out, n_in : int
        Units of this layer, and inputs of each.
    rng : numpy.random.Generator or int
    dtype : numpy dtype
        float64 or float32.

    Returns
    -------
    (n_out, n_in) ndarray
        Uniform.

    Notes
    -----
    Half of such units are silent, so the others speak up. Source: He 2015.
    """
    n_out, n_in = checks.whole("n_out", n_out, low=1), checks.whole("n_in", n_in, low=1)
    return _uniform((n_out, n_in), 2 / n_in, rng, dtype)


# [/he]


def _uniform(shape: tuple[int, int], variance: float, rng, dtype) -> np.ndarray:
    """Return draws from the interval around 0 that has this variance."""
    half = (3 * variance) ** 0.5
    draws = checks.generator(rng).uniform(-half, half, size=shape)
    return draws.astype(checks.float_type("dtype", dtype), copy=False)
