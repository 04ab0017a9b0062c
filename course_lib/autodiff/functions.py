"""Functions of several variables, the gradient of a whole function, and a way to switch off."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np

from course_lib import checks, losses
from course_lib.autodiff.reverse import zeros_like
from course_lib.autodiff.var import Var, lift, node, recording


# [grad]
def grad(f):
    """Return the function that computes the gradients of `f`.

    Parameters
    ----------
    f : callable
        Takes `Var`s and returns a scalar `Var`.

    Returns
    -------
    callable
        Takes one array for each `Var` and returns a tuple of gradients, each in its array's shape.

    Notes
    -----
    Source: CMU-G, Automatic differentiation: reverse mode.
    """

    def gradients(*arrays):
        inputs = [Var(array) for array in arrays]
        y = f(*inputs)
        if not isinstance(y, Var):
            raise TypeError(f"f must return a Var, got {type(y).__name__}")
        y.backward()
        return tuple(zeros_like(v) if v.grad is None else v.grad for v in inputs)

    return gradients


# [/grad]


def concatenate(parts, axis=0) -> Var:
    """Join `Var`s and arrays along an axis that exists, as `numpy.concatenate` does."""
    parts = tuple(lift(part, None) for part in checks.sequence("parts", parts))
    u = np.concatenate([part.value for part in parts], axis=axis)
    ends = np.cumsum([part.value.shape[axis] for part in parts])
    chain = tuple(
        lambda g, start=end - part.value.shape[axis], end=end: g.swapaxes(0, axis)[
            start:end
        ].swapaxes(0, axis)
        for part, end in zip(parts, ends, strict=True)
    )
    return node("concatenate", u, parts, chain)


def softmax_cross_entropy(logits, labels) -> Var:
    """Return the mean over the batch of minus the log probability of the labels, a scalar.

    Parameters
    ----------
    logits : (..., K) Var
    labels : (...) array_like of int
        A constant of the graph.
    """
    logits = lift(logits, None)
    loss, d = losses.softmax_cross_entropy(logits.value, labels)
    y = node(None, labels)
    u = logits.value.dtype.type(loss)
    return node("softmax cross entropy", u, (logits, y), (lambda g: g * d, None))


@contextmanager
def no_grad():
    """Inside ``with no_grad():`` operations only compute; their results are constants."""
    token = recording.set(False)
    try:
        yield
    finally:
        recording.reset(token)
