"""Convolution: one small filter, moved over the whole picture.

What networks call convolution is cross-correlation: the filter is not turned around. A filter (F of
them, each as deep as the picture) is laid on every window of the picture, and multiplied with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_lib import checks

Pair = tuple[int, int]

LOWERED_BYTES = 2**20
"""How much of the lowered picture is in memory at a time; small enough to stay in the cache."""


# [conv2d_slide]
def conv2d_slide(I, K, b, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Convolve one picture as on the slides: loops, and the slides' letters.

    Parameters
    ----------
    I : (C, H, W) array_like
        The picture, one plane a channel.
    K : (F, C, KH, KW) array_like
        The filters; each gives one feature map.
    b : (F,) array_like
    stride, padding : int
        Step from window to window, and zeros on each side.

    Returns
    -------
    S : (F, OH, OW) ndarray

    Notes
    -----
    Source: CMU-M, Convolution example; Multichannel convolution.
    """
    I, K = np.asarray(I), np.asarray(K)
    I = np.pad(I, ((0, 0), (padding, padding), (padding, padding)))
    (C, H, W), (F, _, KH, KW) = I.shape, K.shape
    OH, OW = (H - KH) // stride + 1, (W - KW) // stride + 1
    S = np.zeros((F, OH, OW))
    for k in range(F):
        for i in range(OH):
            for j in range(OW):
                S[k, i, j] = b[k]
                for c in range(C):
                    for m in range(KH):
                        for n in range(KW):
                            S[k, i, j] += I[c, i * stride + m, j * stride + n] * K[k, c, m, n]
    return S


# [/conv2d_slide]


# [conv2d]
def conv2d_forward(x, W, b, stride=1, padding=0) -> tuple[np.ndarray, tuple]:
    """Return the feature maps of each picture: cross-correlation with each filter, plus its bias.

    Parameters
    ----------
    x : (N, C, H, W) array_like
        Pictures.
    W : (F, C, KH, KW) array_like
        Filters.
    b : (F,) array_like
    stride : int or (int, int)
        Step from window to window, down and across.
    padding : int or (int, int)
        Zeros added above and below, left and right.

    Returns
    -------
    out : (N, F, OH, OW) ndarray
        ``OH = (H + 2 padding - KH) // stride + 1``: what does not fit a whole step is left out.
    cache : for `conv2d_backward`

    Notes
    -----
    Memory beyond arguments and result: a padded copy of `x`, and of its rows KW shifted copies and
    F products, each for as many pictures at a time as go into 1 MiB (one at least).
    Source: CMU-M, Multichannel convolution; IITK, Convolution.
    """
    x, W, b = _arguments(x, W, b)
    stride = checks.pair("stride", stride, low=1)
    padding = checks.pair("padding", padding)
    height, width = _padded_size(x, padding)
    KH, KW = W.shape[2:]
    if height < KH or width < KW:
        raise ValueError(
            f"W must fit into x with its padding, (H, W) = ({height}, {width}), "
            f"got (KH, KW) = ({KH}, {KW})"
        )
    return _correlate(_padded(x, padding), W, b, stride), (x, W, stride, padding)


def conv2d_backward(dout, cache) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients with respect to `x`, `W` and `b`.

    Parameters
    ----------
    dout : (N, F, OH, OW) array_like
        Gradient with respect to the output.
    cache : from `conv2d_forward`

    Returns
    -------
    dx : (N, C, H, W) ndarray
    dW : (F, C, KH, KW) ndarray
    db : (F,) ndarray

    Notes
    -----
    A weight is used at every window, so its gradient is a sum over them. Source: CMU-M, Convolution
    as parameter sharing.
    """
    dW, db = conv2d_weight_gradients(dout, cache)
    x, W, stride, padding = cache
    dx = _uncorrelate(np.asarray(dout, x.dtype), W, stride, _padded_size(x, padding))
    down, across = (slice(p, p + n) for p, n in zip(padding, x.shape[2:], strict=True))
    return dx[:, :, down, across], dW, db


# [/conv2d]


def conv2d_weight_gradients(dout, cache) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients with respect to `W` and `b` alone: all that a first layer needs.

    Parameters and shapes are those of `conv2d_backward`.
    """
    x, W, stride, padding = cache
    F, C, KH, KW = W.shape
    shape = (len(x), F, *_out_size(_padded_size(x, padding), (KH, KW), stride))
    dout = checks.floats("dout", dout, shape, finite=False).astype(x.dtype, copy=False)
    N, _, OH, OW = shape
    delta = dout.reshape(N, F, OH * OW)
    dW = np.zeros((KH, C * KW, F), x.dtype)
    for some, lowered in _lowered(_padded(x, padding), F, KW, stride[1]):
        for kh in range(KH):
            dW[kh] += (_rows(lowered, kh, OH, stride[0]) @ delta[some].mT).sum(axis=0)
    dW = dW.reshape(KH, C, KW, F).transpose(3, 1, 0, 2)
    return np.ascontiguousarray(dW), delta.sum(axis=(0, 2))


# [conv2d_lowered]
def _correlate(x: np.ndarray, W: np.ndarray, b: np.ndarray, stride: Pair) -> np.ndarray:
    """Cross-correlate padded pictures with filters, one matrix product for each row of the filter.

    Once the pictures are lowered, a row of the filter sees them as a matrix, and the next row sees
    the same matrix, starting a line further down: nothing has to be copied for it.
    """
    N, C, H, width = x.shape
    F, _, KH, KW = W.shape
    OH, OW = _out_size((H, width), (KH, KW), stride)
    K = np.ascontiguousarray(W.transpose(2, 0, 1, 3)).reshape(KH, F, C * KW)
    out = np.empty((N, F, OH * OW), x.dtype)
    out[...] = b[:, None]
    for some, lowered in _lowered(x, F, KW, stride[1]):
        for kh in range(KH):
            out[some] += K[kh] @ _rows(lowered, kh, OH, stride[0])
    return out.reshape(N, F, OH, OW)


def _lowered(x: np.ndarray, F: int, KW: int, stride: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Copy each line of each picture KW times, each copy shifted by one pixel more.

    Yields a slice of some pictures and their copies (n, C * KW, H, OW), so many that neither these
    nor their products with F filters need more than `LOWERED_BYTES`.
    """
    N, C, H, _ = x.shape
    windows = sliding_window_view(x, KW, axis=3)[:, :, :, ::stride].transpose(0, 1, 4, 2, 3)
    of_one = max(C * KW, F) * H * windows.shape[-1] * x.itemsize
    step = max(1, LOWERED_BYTES // max(1, of_one))
    for start in range(0, N, step):
        some = slice(start, start + step)
        copies = np.ascontiguousarray(windows[some])
        yield some, copies.reshape(len(copies), C * KW, H, windows.shape[-1])


def _rows(lowered: np.ndarray, kh: int, OH: int, stride: int) -> np.ndarray:
    """Return what row kh of a filter sees, (n, C * KW, OH * OW): a view if the stride is 1."""
    n, depth, _, OW = lowered.shape
    return lowered[:, :, kh : kh + stride * OH : stride].reshape(n, depth, OH * OW)


# [/conv2d_lowered]


# [conv2d_input_gradient]
def _uncorrelate(dout: np.ndarray, W: np.ndarray, stride: Pair, size: Pair) -> np.ndarray:
    """Return the gradient with respect to the padded pictures, of `size` (H, W).

    A pixel sends to the windows before it, so its gradient is `dout` correlated with the filter
    turned around. With a stride, pixels whose places have the same remainder meet the same part of
    the filter: each remainder is a correlation of its own, without gaps.
    """
    N, _, OH, OW = dout.shape
    _, C, KH, KW = W.shape
    dx, no_bias = np.zeros((N, C, *size), dout.dtype), np.zeros(C, dout.dtype)
    for i in range(min(stride[0], KH)):
        for j in range(min(stride[1], KW)):
            part = W[:, :, i :: stride[0], j :: stride[1]]
            turned = part[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
            gh, gw = turned.shape[2] - 1, turned.shape[3] - 1
            reached = _correlate(_padded(dout, (gh, gw)), turned, no_bias, (1, 1))
            dx[:, :, i :: stride[0], j :: stride[1]][:, :, : OH + gh, : OW + gw] = reached
    return dx


# [/conv2d_input_gradient]


def _padded(x: np.ndarray, padding: Pair) -> np.ndarray:
    """Return the pictures with a frame of zeros; without one, the pictures themselves."""
    if padding == (0, 0):
        return x
    N, C, H, W = x.shape
    ph, pw = padding
    padded = np.zeros((N, C, *_padded_size(x, padding)), x.dtype)
    padded[:, :, ph : ph + H, pw : pw + W] = x
    return padded


def _padded_size(x: np.ndarray, padding: Pair) -> Pair:
    return x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]


def _out_size(size: Pair, kernel: Pair, stride: Pair) -> Pair:
    return tuple((s - k) // step + 1 for s, k, step in zip(size, kernel, stride, strict=True))


def _arguments(x, W, b) -> list[np.ndarray]:
    """Check shapes, and bring all three arrays to one float type."""
    x = checks.floats("x", x, ("N", "C", "H", "W"))
    W = checks.floats("W", W, ("F", x.shape[1], "KH", "KW"))
    b = checks.floats("b", b, (len(W),))
    if 0 in W.shape:
        raise ValueError(f"W must hold at least one weight, got shape {W.shape}")
    dtype = np.result_type(x, W, b)
    return [array.astype(dtype, copy=False) for array in (x, W, b)]
