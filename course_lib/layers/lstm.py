"""Long short-term memory: a cell that is added to, and gates that open and close.

========  ==========================  ==================================================
letter    in code                     meaning
========  ==========================  ==================================================
i, f, o   blocks 0, 1, 2 of the rows  input, forget and output gate, between 0 and 1
g         block 3 of the rows         new content for the cell, the slides' c with a tilde
c, h      ``c``, ``h`` (N, H)         cell and state
U, W, b   ``W_x``, ``W_h``, ``b``     (4H, D), (4H, H), (4H,)
p         ``peephole`` (3, H)         how the gates i, f, o see the cell
========  ==========================  ==================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.activations import sigmoid
from course_lib.layers import recurrent


# [lstm_step_slide]
def lstm_step_slide(x, h, c, U, W, b, p=None) -> tuple[np.ndarray, np.ndarray]:
    """Return the next state and cell of one sequence, as on the slide.

    Parameters
    ----------
    x : (D,) array_like
        Input of this step.
    h, c : (H,) array_like
        State and cell before.
    U : (4H, D) array_like
        Rows in blocks i, f, o, g, here as in `W` and `b`.
    W : (4H, H) array_like
    b : (4H,) array_like
    p : (3, H) array_like, optional
        Peepholes: the input and the forget gate see the old cell, the output gate the new one.

    Returns
    -------
    h, c : (H,) ndarray

    Notes
    -----
    Source: UW, LSTMs; Gers 2000 (peepholes).
    """
    U_i, U_f, U_o, U_g = np.split(np.asarray(U), 4)
    W_i, W_f, W_o, W_g = np.split(np.asarray(W), 4)
    b_i, b_f, b_o, b_g = np.split(np.asarray(b), 4)
    p_i, p_f, p_o = np.zeros((3, len(h))) if p is None else np.asarray(p)

    i = sigmoid(U_i @ x + W_i @ h + p_i * c + b_i)  # use the input or not
    f = sigmoid(U_f @ x + W_f @ h + p_f * c + b_f)  # forget the past or not
    g = np.tanh(U_g @ x + W_g @ h + b_g)  # new content
    c = f * c + i * g
    o = sigmoid(U_o @ x + W_o @ h + p_o * c + b_o)  # show the cell or not
    h = o * np.tanh(c)
    return h, c


# [/lstm_step_slide]


# [lstm]
def lstm_forward(
    x, h0, c0, W_x, W_h, b, peephole=None, lengths=None
) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Return the states of each sequence, and its last cell.

    Parameters
    ----------
    x : (N, T, D) array_like
        Inputs.
    h0, c0 : (N, H) array_like
        State and cell before the first step.
    W_x : (4H, D) array_like
        Rows in blocks i, f, o, g, here as in `W_h` and `b`.
    W_h : (4H, H) array_like
    b : (4H,) array_like
    peephole : (3, H) array_like, optional
        Rows i, f, o: input and forget gate see ``c_{t-1}``, the output gate ``c_t``.
    lengths : (N,) array_like of int, optional
        Steps of each sequence, 0 to T; behind its end a sequence keeps its state and its cell.

    Returns
    -------
    h : (N, T, H) ndarray
    c_last : (N, H) ndarray
    cache : for `lstm_backward`

    Notes
    -----
    Source: UW, LSTMs; IITK, LSTM; Gers 2000 (peepholes).
    """
    x, (h0, c0), W_x, W_h, b, p, ended = recurrent.sequences(
        4, x, W_x, W_h, b, lengths, peephole, h0=h0, c0=c0
    )
    z = recurrent.sums_of_inputs(x, W_x, b)  # turned into the gates, step by step
    _, T, N, H = z.shape
    h, c = np.empty((2, T + 1, N, H), z.dtype)
    h[0], c[0] = h0, c0
    tanh_c = np.empty((T, N, H), z.dtype)
    W = recurrent.columns(W_h)
    for t in range(T):
        z[:, t] += h[t] @ W
        i, f, o, g = z[:, t]
        if p is not None:
            z[:2, t] += p[:2, None] * c[t]
        recurrent.sigmoid_in_place(z[:2, t])
        np.tanh(g, out=g)
        c[t + 1] = f * c[t] + i * g
        if p is not None:
            o += p[2] * c[t + 1]
        recurrent.sigmoid_in_place(o)
        np.tanh(c[t + 1], out=tanh_c[t])
        h[t + 1] = o * tanh_c[t]
        recurrent.keep(c[t + 1], c[t], ended, t)
        recurrent.keep(h[t + 1], h[t], ended, t)
    return recurrent.batch_first(h[1:]), c[T].copy(), (x, h, c, tanh_c, z, W_x, W_h, p, ended)


def lstm_backward(dh, cache, dc_last=None) -> tuple[np.ndarray, ...]:
    """Return the gradients: backpropagation through time.

    Parameters
    ----------
    dh : (N, T, H) array_like
        Gradient with respect to all states; what is given behind a sequence's end goes to its last
        step.
    cache : from `lstm_forward`
    dc_last : (N, H) array_like, optional
        Gradient with respect to the last cell.

    Returns
    -------
    dx : (N, T, D) ndarray
        Zero behind the end of a sequence.
    dh0, dc0 : (N, H) ndarray
    dW_x : (4H, D) ndarray
    dW_h : (4H, H) ndarray
    db : (4H,) ndarray
    dpeephole : (3, H) ndarray
        Only if the forward had peepholes.

    Notes
    -----
    The cell is added to, so its gradient comes through a step multiplied by the forget gate alone.
    Source: UW, Preservation of gradient information by LSTM; CMU-M, Training recurrent networks.
    """
    x, h, c, tanh_c, z, W_x, W_h, p, ended = cache
    _, T, N, H = z.shape
    dh = recurrent.upstream(dh, T, N, H, z.dtype)
    dc_t = np.zeros((N, H), z.dtype)
    if dc_last is not None:
        dc_t += checks.floats("dc_last", dc_last, (N, H), finite=False)
    dh_t = np.zeros((N, H), z.dtype)
    dz = np.empty_like(z)
    for t in reversed(range(T)):
        dh_t += dh[t]
        i, f, o, g = z[:, t]
        di, df, do, dg = dz[:, t]
        np.multiply(dh_t * tanh_c[t], o * (1 - o), out=do)
        dc = dc_t + dh_t * o * (1 - tanh_c[t] ** 2)
        if p is not None:
            dc += do * p[2]
        np.multiply(dc * g, i * (1 - i), out=di)
        np.multiply(dc * c[t], f * (1 - f), out=df)
        np.multiply(dc * i, 1 - g**2, out=dg)
        dc *= f
        if p is not None:
            dc += di * p[0] + df * p[1]
        if ended is not None:
            dz[:, t, ended[t]] = 0
        through = (dz[:, t] @ W_h).sum(axis=0)
        recurrent.keep(through, dh_t, ended, t)
        recurrent.keep(dc, dc_t, ended, t)
        dh_t, dc_t = through, dc
    dx, dW_x, db = recurrent.gradients_of_inputs(dz, x, W_x)
    dW_h = recurrent.gradient_of_recurrent_weights(dz, h[:-1])
    gradients = dx, dh_t, dc_t, dW_x, dW_h, db
    if p is None:
        return gradients
    seen = np.stack([c[:-1], c[:-1], c[1:]])
    return *gradients, (dz[:3] * seen).sum(axis=(1, 2))


# [/lstm]
