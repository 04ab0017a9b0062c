"""The gated recurrent unit: two gates, and no cell beside the state.

========  ==========================  ======================================================
letter    in code                     meaning
========  ==========================  ======================================================
z         block 0 of the rows         update gate: how much of the state is new
r         block 1 of the rows         reset gate: how much of the old state the new one sees
g         block 2 of the rows         the candidate, the slides' h with a tilde
h         ``h`` (N, H)                state
U, W, b   ``W_x``, ``W_h``, ``b``     (3H, D), (3H, H), (3H,)
========  ==========================  ======================================================
"""

from __future__ import annotations

import numpy as np

from course_lib.activations import sigmoid
from course_lib.layers import recurrent


# [gru_step_slide]
def gru_step_slide(x, h, U, W, b) -> np.ndarray:
    """Return the next state of one sequence, as on the slide.

    Parameters
    ----------
    x : (D,) array_like
        Input of this step.
    h : (H,) array_like
        State before.
    U : (3H, D) array_like
        Rows in blocks z, r, candidate, here as in `W` and `b`.
    W : (3H, H) array_like
    b : (3H,) array_like

    Returns
    -------
    h : (H,) ndarray

    Notes
    -----
    Source: UW, GRUs.
    """
    U_z, U_r, U_h = np.split(np.asarray(U), 3)
    W_z, W_r, W_h = np.split(np.asarray(W), 3)
    b_z, b_r, b_h = np.split(np.asarray(b), 3)
    h = np.asarray(h)

    z = sigmoid(U_z @ x + W_z @ h + b_z)
    r = sigmoid(U_r @ x + W_r @ h + b_r)
    candidate = np.tanh(U_h @ x + W_h @ (r * h) + b_h)
    return (1 - z) * h + z * candidate


# [/gru_step_slide]


# [gru]
def gru_forward(x, h0, W_x, W_h, b, lengths=None) -> tuple[np.ndarray, tuple]:
    """Return the states of each sequence.

    Parameters
    ----------
    x : (N, T, D) array_like
        Inputs.
    h0 : (N, H) array_like
        States before the first step.
    W_x : (3H, D) array_like
        Rows in blocks z, r, candidate, here as in `W_h` and `b`.
    W_h : (3H, H) array_like
        The candidate's block meets ``r * h_{t-1}``.
    b : (3H,) array_like
    lengths : (N,) array_like of int, optional
        Steps of each sequence, 0 to T; behind its end a sequence keeps its state.

    Returns
    -------
    h : (N, T, H) ndarray
    cache : for `gru_backward`

    Notes
    -----
    Source: UW, GRUs.
    """
    x, (h0,), W_x, W_h, b, _, ended = recurrent.sequences(3, x, W_x, W_h, b, lengths, h0=h0)
    gates = recurrent.sums_of_inputs(x, W_x, b)  # turned into z, r and the candidate
    _, T, N, H = gates.shape
    h = np.empty((T + 1, N, H), gates.dtype)
    h[0] = h0
    r_h = np.empty((T, N, H), gates.dtype)
    W = recurrent.columns(W_h)
    for t in range(T):
        z, r, g = gates[:, t]
        gates[:2, t] += h[t] @ W[:2]
        recurrent.sigmoid_in_place(gates[:2, t])
        np.multiply(r, h[t], out=r_h[t])
        g += r_h[t] @ W[2]
        np.tanh(g, out=g)
        h[t + 1] = (1 - z) * h[t] + z * g
        recurrent.keep(h[t + 1], h[t], ended, t)
    return recurrent.batch_first(h[1:]), (x, h, r_h, gates, W_x, W_h, ended)


def gru_backward(dh, cache) -> tuple[np.ndarray, ...]:
    """Return the gradients: backpropagation through time.

    Parameters
    ----------
    dh : (N, T, H) array_like
        Gradient with respect to all states; what is given behind a sequence's end goes to its last
        step.
    cache : from `gru_forward`

    Returns
    -------
    dx : (N, T, D) ndarray
        Zero behind the end of a sequence.
    dh0 : (N, H) ndarray
    dW_x : (3H, D) ndarray
    dW_h : (3H, H) ndarray
    db : (3H,) ndarray

    Notes
    -----
    Where the update gate is shut, the state's gradient comes through a step unchanged. Source: UW,
    GRUs; CMU-M, Training recurrent networks.
    """
    x, h, r_h, gates, W_x, W_h, ended = cache
    _, T, N, H = gates.shape
    dh = recurrent.upstream(dh, T, N, H, gates.dtype)
    dh_t = np.zeros((N, H), gates.dtype)
    dgates = np.empty_like(gates)
    for t in reversed(range(T)):
        dh_t += dh[t]
        z, r, g = gates[:, t]
        dz, dr, dg = dgates[:, t]
        np.multiply(dh_t * z, 1 - g**2, out=dg)
        dr_h = dg @ W_h[2]
        np.multiply(dh_t * (g - h[t]), z * (1 - z), out=dz)
        np.multiply(dr_h * h[t], r * (1 - r), out=dr)
        if ended is not None:
            dgates[:, t, ended[t]] = 0
        through = (dgates[:2, t] @ W_h[:2]).sum(axis=0)
        through += dh_t * (1 - z) + dr_h * r
        recurrent.keep(through, dh_t, ended, t)
        dh_t = through
    dx, dW_x, db = recurrent.gradients_of_inputs(dgates, x, W_x)
    dW_zr = recurrent.weights_gradient(dgates[:2], h[:-1])
    dW_g = recurrent.weights_gradient(dgates[2:], r_h)
    return dx, dh_t, dW_x, np.concatenate([dW_zr, dW_g]), db


# [/gru]
