"""The plain recurrent layer: the state is a function of the input and of the state before.

========  ==================  ======================================================
letter    in code             meaning
========  ==================  ======================================================
U         ``W_x`` (H, D)      what the input adds
W         ``W_h`` (H, H)      what the state before adds
b         ``b`` (H,)          bias
========  ==================  ======================================================
"""

from __future__ import annotations

import numpy as np

from course_lib.layers import recurrent


# [rnn_step_slide]
def rnn_step_slide(x, h, U, W, b) -> np.ndarray:
    """Return the next state of one sequence, as on the slide.

    Parameters
    ----------
    x : (D,) array_like
        Input of this step.
    h : (H,) array_like
        State before.
    U : (H, D) array_like
    W : (H, H) array_like
    b : (H,) array_like

    Returns
    -------
    h : (H,) ndarray

    Notes
    -----
    Source: UW, Vanilla RNN.
    """
    U, W = np.asarray(U), np.asarray(W)
    return np.tanh(U @ x + W @ h + b)


# [/rnn_step_slide]


# [rnn]
def rnn_forward(x, h0, W_x, W_h, b, lengths=None) -> tuple[np.ndarray, tuple]:
    """Return the states ``h_t = tanh(W_x x_t + W_h h_{t-1} + b)`` of each sequence.

    Parameters
    ----------
    x : (N, T, D) array_like
        Inputs.
    h0 : (N, H) array_like
        States before the first step.
    W_x : (H, D) array_like
    W_h : (H, H) array_like
    b : (H,) array_like
    lengths : (N,) array_like of int, optional
        Steps of each sequence, 0 to T; behind its end a sequence keeps its state.

    Returns
    -------
    h : (N, T, H) ndarray
    cache : for `rnn_backward`

    Notes
    -----
    Source: UW, Vanilla RNN; UCLA, Unroll RNNs.
    """
    x, (h0,), W_x, W_h, b, _, ended = recurrent.sequences(1, x, W_x, W_h, b, lengths, h0=h0)
    z = recurrent.sums_of_inputs(x, W_x, b)[0]
    T, N, H = z.shape
    h = np.empty((T + 1, N, H), z.dtype)
    h[0] = h0
    W = recurrent.columns(W_h)[0]
    for t in range(T):
        z[t] += h[t] @ W
        np.tanh(z[t], out=h[t + 1])
        recurrent.keep(h[t + 1], h[t], ended, t)
    return recurrent.batch_first(h[1:]), (x, h, W_x, W_h, ended)


def rnn_backward(dh, cache) -> tuple[np.ndarray, ...]:
    """Return the gradients: backpropagation through time.

    Parameters
    ----------
    dh : (N, T, H) array_like
        Gradient with respect to all states; what is given behind a sequence's end goes to its last
        step.
    cache : from `rnn_forward`

    Returns
    -------
    dx : (N, T, D) ndarray
        Zero behind the end of a sequence.
    dh0 : (N, H) ndarray
    dW_x : (H, D) ndarray
    dW_h : (H, H) ndarray
    db : (H,) ndarray

    Notes
    -----
    The weights are shared by all steps: their gradients are sums over time. Source: CMU-M, Training
    recurrent networks; UCLA, RNN training.
    """
    x, h, W_x, W_h, ended = cache
    T, N, H = h.shape[0] - 1, *h.shape[1:]
    dh = recurrent.upstream(dh, T, N, H, h.dtype)
    dz = np.square(h[1:])
    np.subtract(1, dz, out=dz)
    dh_t = np.zeros((N, H), h.dtype)
    for t in reversed(range(T)):
        dh_t += dh[t]
        dz[t] *= dh_t
        if ended is not None:
            dz[t][ended[t]] = 0
        through = dz[t] @ W_h[0]
        recurrent.keep(through, dh_t, ended, t)
        dh_t = through
    dx, dW_x, db = recurrent.gradients_of_inputs(dz[None], x, W_x)
    dW_h = recurrent.weights_gradient(dz[None], h[:-1])
    return dx, dh_t, dW_x, dW_h, db


# [/rnn]
