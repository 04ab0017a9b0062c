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
    T, N, D = x.shape
    H = W_h.shape[2]
    W = np.concatenate([W_h, W_x], axis=2)  # one product does for the state and the input
    hx = np.empty((T + 1, N, H + D), x.dtype)
    h, hx[:T, :, H:] = hx[:, :, :H], x
    z = np.empty((4, T, N, H), x.dtype)  # the sums, turned into the gates step by step
    c = np.empty((T + 1, N, H), x.dtype)
    h[0], c[0] = h0, c0
    tanh_c = np.empty((T, N, H), x.dtype)
    columns = recurrent.columns(W)
    for t in range(T):
        i, f, o, g = z_t = z[:, t]
        np.add(hx[t] @ columns, b[:, None], out=z_t)
        if p is not None:
            z_t[:2] += p[:2, None] * c[t]
        recurrent.sigmoid_in_place(z_t[:3] if p is None else z_t[:2])
        np.tanh(g, out=g)
        np.multiply(f, c[t], out=c[t + 1])
        c[t + 1] += i * g
        if p is not None:
            o += p[2] * c[t + 1]
            recurrent.sigmoid_in_place(o)
        np.tanh(c[t + 1], out=tanh_c[t])
        np.multiply(o, tanh_c[t], out=h[t + 1])
        recurrent.keep(c[t + 1], c[t], ended, t)
        recurrent.keep(h[t + 1], h[t], ended, t)
    return recurrent.batch_first(h[1:]), c[T].copy(), (hx, c, tanh_c, z, W, p, ended)


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
    hx, c, tanh_c, z, W, p, ended = cache
    _, T, N, H = z.shape
    D = hx.shape[2] - H
    dh = recurrent.upstream(dh, T, N, H, z.dtype)
    dh_t, dc_t = np.zeros((2, N, H), z.dtype)
    if dc_last is not None:
        dc_t += checks.floats("dc_last", dc_last, (N, H), finite=False)
    dx = np.empty((N, T, D), z.dtype)
    dW, db, dp = (np.zeros(shape, z.dtype) for shape in (W.shape, (4, H), (3, H)))
    for steps in recurrent.blocks_of_steps(T):
        dz = np.empty((4, len(steps), N, H), z.dtype)
        for t in reversed(steps):
            i, f, o, g = z[:, t]
            di, df, do, dg = dz_t = recurrent.slopes(z[:, t], out=dz[:, t - steps.start])
            dh_t = dh_t + dh[t]
            do *= dh_t * tanh_c[t]
            dc = dc_t + dh_t * o * (1 - tanh_c[t] ** 2)
            if p is not None:
                dc += do * p[2]
            di *= dc * g
            df *= dc * c[t]
            dg *= dc * i
            dc *= f
            if p is not None:
                dc += di * p[0] + df * p[1]
            if ended is not None:
                dz_t[:, ended[t]] = 0
            through = (dz_t @ W).sum(axis=0)
            dx[:, t] = through[:, H:]
            recurrent.keep(through[:, :H], dh_t, ended, t)
            recurrent.keep(dc, dc_t, ended, t)
            dh_t, dc_t = through[:, :H], dc
        dW += recurrent.weights_gradient(dz, hx[steps.start : steps.stop]).reshape(dW.shape)
        db += recurrent.sums_over_time(dz)
        if p is not None:
            before, after = c[steps.start : steps.stop], c[steps.start + 1 : steps.stop + 1]
            dp += (dz[:3] * np.stack([before, before, after])).sum(axis=(1, 2))
    dW_h, dW_x = dW[:, :, :H].reshape(4 * H, H), dW[:, :, H:].reshape(4 * H, D)
    gradients = dx, dh_t, dc_t, dW_x, dW_h, db.reshape(4 * H)
    return gradients if p is None else (*gradients, dp)


# [/lstm]
