"""The dense layer ``W x + b`` and the activations as layers: forward and backward in pairs.

A forward returns its output and a cache; the backward takes the loss's gradient with respect to
that output and the cache, and returns the gradient with respect to each input.
"""

from __future__ import annotations

import numpy as np

from course_lib import activations, checks

Affine = tuple[np.ndarray, np.ndarray, np.ndarray]


# [affine]
def affine_forward(x, W, b) -> tuple[np.ndarray, Affine]:
    """Return ``W x + b`` for each example: the weighted sums of a layer of units.

    Parameters
    ----------
    x : (N, D) or (N, ..., D) array_like
    W : (H, D) array_like
        One row of weights a unit.
    b : (H,) array_like

    Returns
    -------
    out : (N, H) or (N, ..., H) ndarray
    cache : for `affine_backward`

    Notes
    -----
    Source: UCLA, Vector representation.
    """
    W = checks.floats("W", W, ("H", "D"))
    H, D = W.shape
    b = checks.floats("b", b, (H,))
    x = checks.floats("x", x)
    if x.ndim < 2 or x.shape[-1] != D:
        raise ValueError(f"x must have shape (N, ..., {D}), got {x.shape}")
    out = x.reshape(-1, D) @ W.T + b
    return out.reshape(*x.shape[:-1], H), (x, W, b)


def affine_backward(dout, cache: Affine) -> Affine:
    """Return the gradients with respect to `x`, `W` and `b`.

    Parameters
    ----------
    dout : (N, H) or (N, ..., H) array_like
        Gradient with respect to the output.
    cache : from `affine_forward`

    Returns
    -------
    dx : like x
    dW : (H, D) ndarray
    db : (H,) ndarray

    Notes
    -----
    Source: UW, Backprop recursion; CMU-G, Common vector derivatives.
    """
    x, W, b = cache
    H, D = W.shape
    dout = checks.floats("dout", dout, (*x.shape[:-1], H), finite=False)
    delta = dout.reshape(-1, H).astype(np.result_type(x, W, b), copy=False)
    return (delta @ W).reshape(x.shape), delta.T @ x.reshape(-1, D), delta.sum(axis=0)


# [/affine]


# [sigmoid_layer]
def sigmoid_forward(x) -> tuple[np.ndarray, np.ndarray]:
    """Return the sigmoid of each entry, and as cache the same array.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    out : ndarray, like `x`
    cache : for `sigmoid_backward`

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    out = activations.sigmoid(x)
    return out, out


def sigmoid_backward(dout, cache: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to `x`: ``dout * out * (1 - out)``.

    Parameters
    ----------
    dout : array_like, like `x`
        Gradient with respect to the output.
    cache : from `sigmoid_forward`

    Returns
    -------
    dx : ndarray, like `x`

    Notes
    -----
    Source: CMU-G, Derivative of a sigmoid.
    """
    out = cache
    return checks.like("dout", dout, out, finite=False) * out * (1 - out)


# [/sigmoid_layer]


# [tanh_layer]
def tanh_forward(x) -> tuple[np.ndarray, np.ndarray]:
    """Return the hyperbolic tangent of each entry, and as cache the same array.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    out : ndarray, like `x`
    cache : for `tanh_backward`

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    out = activations.tanh(x)
    return out, out


def tanh_backward(dout, cache: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to `x`: ``dout * (1 - out**2)``.

    Parameters
    ----------
    dout : array_like, like `x`
        Gradient with respect to the output.
    cache : from `tanh_forward`

    Returns
    -------
    dx : ndarray, like `x`

    Notes
    -----
    Source: UW, Optimizing a neuron.
    """
    out = cache
    return checks.like("dout", dout, out, finite=False) * (1 - out**2)


# [/tanh_layer]


# [relu_layer]
def relu_forward(x) -> tuple[np.ndarray, np.ndarray]:
    """Return each entry that is positive, 0 for the others, and as cache the same array.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    out : ndarray, like `x`
    cache : for `relu_backward`

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    out = activations.relu(x)
    return out, out


def relu_backward(dout, cache: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to `x`: `dout` where the output is positive, else 0.

    Parameters
    ----------
    dout : array_like, like `x`
        Gradient with respect to the output.
    cache : from `relu_forward`

    Returns
    -------
    dx : ndarray, like `x`
        At the kink, where `x` is exactly 0, the gradient is 0.

    Notes
    -----
    Source: UCLA, Activation functions.
    """
    out = cache
    return checks.like("dout", dout, out, finite=False) * (out > 0)


# [/relu_layer]


# [softmax_layer]
def softmax_forward(x) -> tuple[np.ndarray, np.ndarray]:
    """Return the softmax along the last axis, and as cache the same array.

    Parameters
    ----------
    x : (..., K) array_like

    Returns
    -------
    out : (..., K) ndarray
    cache : for `softmax_backward`

    Notes
    -----
    Source: UW, Why representation learning.
    """
    out = activations.softmax(x)
    return out, out


def softmax_backward(dout, cache: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to `x`: ``out * (dout - sum(dout * out))``.

    Every score moves every probability of its row, hence the sum.

    Parameters
    ----------
    dout : (..., K) array_like
        Gradient with respect to the output; one infinite entry would spoil its row, and is refused.
    cache : from `softmax_forward`

    Returns
    -------
    dx : (..., K) ndarray

    Notes
    -----
    Source: CMU-G, Matrix calculus.
    """
    out = cache
    dout = checks.like("dout", dout, out)
    return out * (dout - (dout * out).sum(axis=-1, keepdims=True))


# [/softmax_layer]
