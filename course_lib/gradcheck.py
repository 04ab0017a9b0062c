"""Finite differences: the slow, sure way to a gradient, and a check of the fast ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib import checks


# [numerical_gradient]
def numerical_gradient(f: Callable, x, eps: float = 1e-6) -> np.ndarray:
    """Return the gradient of `f` at `x` by central differences, two calls for each entry.

    Parameters
    ----------
    f : callable
        Takes an array like `x` and returns one number.
    x : array_like, any shape
    eps : float
        How far to step to either side.

    Returns
    -------
    ndarray of the same shape
        The error shrinks as ``eps**2``, until rounding takes over. The differences are taken in
        float64, whatever `x` is.

    Notes
    -----
    Source: CMU-G, Finite difference method.
    """
    result_type = checks.floats("x", x).dtype
    x = np.array(x, dtype=np.float64)
    eps = checks.number("eps", eps, above=0)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        gradient[i] = _slope(lambda: f(x), x, i, eps)
    return gradient.astype(result_type)


def _slope(f: Callable, x: np.ndarray, i: tuple[int, ...], eps: float) -> float:
    """Return ``(f(x_i + eps) - f(x_i - eps)) / 2 eps``, and leave `x` as it was."""
    middle = x[i].copy()
    try:
        x[i] = middle + eps
        right, f_right = x[i].copy(), _number(f())
        x[i] = middle - eps
        left, f_left = x[i].copy(), _number(f())
    finally:
        x[i] = middle
    if right == left:
        raise ValueError(f"eps must be large enough to change {middle:g}, got {eps:g}")
    return (f_right - f_left) / float(right - left)  # the step really taken, after rounding


# [/numerical_gradient]


# [relative_error]
def relative_error(a, b) -> float:
    """Return ``norm(a - b) / (norm(a) + norm(b))``, between 0 and 1; 0 if both are zero.

    Parameters
    ----------
    a, b : array_like of the same shape

    Notes
    -----
    In float64, below about 1e-6 two gradients agree; above 1e-3 one of them is wrong.
    Source: CMU-G, Finite difference method.
    """
    a = checks.floats("a", a).astype(np.float64)
    b = checks.floats("b", b, a.shape).astype(np.float64)
    largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    if largest == 0:
        return 0.0
    a, b = a / largest, b / largest  # so that no square under- or overflows
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


# [/relative_error]


# [check]
def check(model, *batch, samples: int | None = None, rng=0) -> dict[str, float]:
    """Compare a model's own gradients with central differences of its loss.

    Parameters
    ----------
    model : object
        With ``params``, a dict of arrays, and ``loss_and_grads(*batch)``, which must give the same
        result each time. Its parameters are the same afterwards as before.
    *batch : arguments for ``loss_and_grads``
    samples : int, optional
        Compare only so many random entries of each array; all of them if left out.
    rng : numpy.random.Generator or int
        Chooses the entries.

    Returns
    -------
    dict
        For the name of each array the relative error: about 1e-7 is right in float64, 1e-2 in
        float32, whose losses have too few digits for more.

    Notes
    -----
    Source: CMU-G, Finite difference method.
    """
    rng = checks.generator(rng)
    if samples is not None:
        samples = checks.whole("samples", samples, low=1)
    grads = {name: np.array(grad) for name, grad in model.loss_and_grads(*batch)[1].items()}
    _same_names_and_shapes(model.params, grads)

    errors = {}
    for name, param in model.params.items():
        eps = 1e-6 if param.dtype == np.float64 else 1e-3
        chosen = np.arange(param.size)
        if samples is not None and samples < param.size:
            chosen = rng.choice(param.size, samples, replace=False)
        places = [tuple(map(int, np.unravel_index(i, param.shape))) for i in chosen]
        slopes = [_slope(lambda: model.loss_and_grads(*batch)[0], param, i, eps) for i in places]
        errors[name] = relative_error([grads[name][i] for i in places], slopes)
    return errors


# [/check]


def _same_names_and_shapes(params: dict, grads: dict) -> None:
    if set(params) != set(grads):
        raise ValueError(
            f"model: gradients must have the names of the parameters {list(params)}, "
            f"got {list(grads)}"
        )
    for name, param in params.items():
        checks.has_shape(f"model: the gradient of {name}", grads[name], param.shape)


def _number(value) -> float:
    if np.ndim(value) != 0:
        raise ValueError(f"f must return one number, got shape {np.shape(value)}")
    return float(value)
