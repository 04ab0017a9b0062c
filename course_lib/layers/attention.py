"""Attention: every step of a decoder looks back at all the states of an encoder.

=======  =================  ==================================================================
letter   in code            meaning
=======  =================  ==================================================================
s, h     ``s``, ``h``       decoder states (N, U, H), encoder states (N, T, H)
a        local, (N, U, T)   how much decoder step u looks at source step t; sums to 1 over t
c        local, (N, U, H)   what it sees, ``sum_t a_t h_t``
W_a      ``W_a``, (H, H)    compares: score ``s' W_a h``
W_c      ``W_c``, (H, 2H)   blends: the output is ``tanh(W_c [c, s])``
=======  =================  ==================================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.activations import softmax


# [attention]
def attention_forward(s, h, real, W_a, W_c) -> tuple[np.ndarray, tuple]:
    """Return the decoder's states after a look at the encoder's.

    Parameters
    ----------
    s : (N, U, H) array_like
    h : (N, T, H) array_like
    real : (N, T) array_like of bool
        Which source steps there are; at least one in each row. The others are not looked at.
    W_a : (H, H) array_like
    W_c : (H, 2H) array_like

    Returns
    -------
    out : (N, U, H) ndarray
    cache : for `attention_backward`; its second entry holds the weights a (N, U, T)

    Notes
    -----
    Beyond the lectures. Source: Luong 2015, global attention, "general" score.
    """
    s = checks.floats("s", s, ("N", "U", "H"))
    N, _, H = s.shape
    h = checks.floats("h", h, (N, "T", H))
    W_a = checks.floats("W_a", W_a, (H, H))
    W_c = checks.floats("W_c", W_c, (H, 2 * H))
    real = np.asarray(real, dtype=bool)
    checks.has_shape("real", real, h.shape[:2])
    if not real.any(axis=1).all():
        raise ValueError("real must leave at least one source step in each row")

    scores = s @ W_a @ h.mT
    lowest = np.finfo(scores.dtype).min  # the softmax makes an exact zero of it
    a = softmax(np.where(real[:, None], scores, lowest))
    seen = np.concatenate([a @ h, s], axis=2)
    out = np.tanh(seen @ W_c.T)
    return out, (out, a, seen, s, h, W_a, W_c)


def attention_backward(dout, cache) -> tuple[np.ndarray, ...]:
    """Return the gradients ds, dh, dW_a, dW_c from that of the output (N, U, H)."""
    out, a, seen, s, h, W_a, W_c = cache
    H = s.shape[2]
    dz = dout * (1 - out**2)
    dW_c = np.einsum("nuh,nuk->hk", dz, seen)
    dseen = dz @ W_c
    dc, ds = dseen[..., :H], dseen[..., H:]
    da = dc @ h.mT
    dscores = a * (da - (a * da).sum(axis=2, keepdims=True))
    dh = a.mT @ dc + dscores.mT @ (s @ W_a)
    dsW = dscores @ h
    dW_a = np.einsum("nuh,nuk->hk", s, dsW)
    return ds + dsW @ W_a.T, dh, dW_a, dW_c


# [/attention]
