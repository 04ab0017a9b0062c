"""Pooling: one number for each window of a feature map, its largest or its mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_lib import checks

Pair = tuple[int, int]


# [max_pool2d]
def max_pool2d_forward(x, size, stride=None) -> tuple[np.ndarray, tuple]:
    """Return the largest entry of each window.

    Parameters
    ----------
    x : (N, C, H, W) array_like
        Feature maps.
    size : int or (int, int)
        Height and width of a window.
    stride : int or (int, int), optional
        Step from window to window, down and across; `size` if left out, so that windows tile `x`.

    Returns
    -------
    out : (N, C, OH, OW) ndarray
        ``OH = (H - size) // stride + 1``: what does not fit a whole window is left out.
    cache : for `max_pool2d_backward`

    Notes
    -----
    Source: IITK, Pooling.
    """
    x, size, stride, out_size = _arguments(x, size, stride)
    out = np.full((*x.shape[:2], *out_size), -np.inf, x.dtype)
    winner = np.zeros(out.shape, np.intp)
    for k, window in enumerate(_windows(size, stride, out_size)):
        entries = x[window]
        larger = entries > out  # not where equal: a tie goes to the first
        np.copyto(out, entries, where=larger)
        np.copyto(winner, k, where=larger)
    return out, (winner, x.shape, x.dtype, size, stride)


def max_pool2d_backward(dout, cache) -> np.ndarray:
    """Return the gradient with respect to `x`: the largest entry of a window gets it all.

    Parameters
    ----------
    dout : (N, C, OH, OW) array_like
        Gradient with respect to the output.
    cache : from `max_pool2d_forward`

    Returns
    -------
    dx : (N, C, H, W) ndarray
        Of equal entries in a window the first one, row by row, counts as the largest. Where windows
        overlap, gradients add up.

    Notes
    -----
    Source: IITK, Pooling.
    """
    winner, shape, dtype, size, stride = cache
    dout = checks.floats("dout", dout, winner.shape, finite=False).astype(dtype, copy=False)
    dx = np.zeros(shape, dtype)
    for k, window in enumerate(_windows(size, stride, winner.shape[2:])):
        dx[window] += np.where(winner == k, dout, 0)
    return dx


# [/max_pool2d]


# [avg_pool2d]
def avg_pool2d_forward(x, size, stride=None) -> tuple[np.ndarray, tuple]:
    """Return the mean of each window.

    Parameters
    ----------
    x : (N, C, H, W) array_like
        Feature maps.
    size : int or (int, int)
        Height and width of a window.
    stride : int or (int, int), optional
        Step from window to window, down and across; `size` if left out, so that windows tile `x`.

    Returns
    -------
    out : (N, C, OH, OW) ndarray
        ``OH = (H - size) // stride + 1``: what does not fit a whole window is left out.
    cache : for `avg_pool2d_backward`

    Notes
    -----
    Source: IITK, Pooling.
    """
    x, size, stride, out_size = _arguments(x, size, stride)
    out = np.zeros((*x.shape[:2], *out_size), x.dtype)
    for window in _windows(size, stride, out_size):
        out += x[window]
    out /= size[0] * size[1]
    return out, (x.shape, x.dtype, size, stride, out_size)


def avg_pool2d_backward(dout, cache) -> np.ndarray:
    """Return the gradient with respect to `x`: every entry of a window gets an equal share.

    Parameters
    ----------
    dout : (N, C, OH, OW) array_like
        Gradient with respect to the output.
    cache : from `avg_pool2d_forward`

    Returns
    -------
    dx : (N, C, H, W) ndarray
        Where windows overlap, shares add up.

    Notes
    -----
    Source: IITK, Pooling.
    """
    shape, dtype, size, stride, out_size = cache
    dout = checks.floats("dout", dout, (*shape[:2], *out_size), finite=False)
    share = dout.astype(dtype, copy=False) / (size[0] * size[1])
    dx = np.zeros(shape, dtype)
    for window in _windows(size, stride, out_size):
        dx[window] += share
    return dx


# [/avg_pool2d]


def _windows(size: Pair, stride: Pair, out_size: Pair) -> Iterator[tuple[slice, ...]]:
    """Yield for each place in a window, row by row, the index of the entries there in x."""
    everything = slice(None)
    for i in range(size[0]):
        down = slice(i, i + stride[0] * out_size[0], stride[0])
        for j in range(size[1]):
            across = slice(j, j + stride[1] * out_size[1], stride[1])
            yield everything, everything, down, across


def _arguments(x, size, stride) -> tuple[np.ndarray, Pair, Pair, Pair]:
    """Check the arguments, and add the height and width of the output."""
    x = checks.floats("x", x, ("N", "C", "H", "W"))
    size = checks.pair("size", size, low=1)
    stride = size if stride is None else checks.pair("stride", stride, low=1)
    H, W = x.shape[2:]
    if size[0] > H or size[1] > W:
        raise ValueError(f"size must fit into x, (H, W) = ({H}, {W}), got {size}")
    return x, size, stride, ((H - size[0]) // stride[0] + 1, (W - size[1]) // stride[1] + 1)
