"""Right solutions of problem set 8, each written differently; all must get full marks."""

from __future__ import annotations

import math

import numpy as np


def _gate(z: float) -> float:
    """Return the sigmoid of a number without an exponential that overflows."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _dot(row, values) -> float:
    return sum(weight * value for weight, value in zip(row, values, strict=True))


# Exercise 1: rnn_forward


def forward_with_loops(x, h0, W_x, W_h, b):
    states = []
    for sequence, h in zip(x.tolist(), h0.tolist(), strict=True):
        states.append([])
        for x_t in sequence:
            h = [
                math.tanh(_dot(W_x[j], x_t) + _dot(W_h[j], h) + float(b[j])) for j in range(len(b))
            ]
            states[-1].append(h)
    return states


def forward_into_an_array(x, h0, W_x, W_h, b):
    N, T, _ = x.shape
    h = np.zeros((N, T + 1, len(b)))
    h[:, 0] = h0
    from_inputs = np.einsum("hd,ntd->nth", W_x, x) + b
    for t in range(T):
        h[:, t + 1] = np.tanh(from_inputs[:, t] + np.einsum("hk,nk->nh", W_h, h[:, t]))
    return h[:, 1:]


def forward_by_stacked_weights(x, h0, W_x, W_h, b):
    W = np.hstack([W_x, W_h, b[:, None]])

    def states(sequence, h):
        for x_t in sequence:
            h = np.tanh(W @ np.concatenate([x_t, h, [1.0]]))
            yield h

    return [list(states(sequence, h)) for sequence, h in zip(x, h0, strict=True)]


def forward_in_single_precision(x, h0, W_x, W_h, b):
    x, h, W_x, W_h, b = (np.float32(value) for value in (x, h0, W_x, W_h, b))
    states = []
    for x_t in np.swapaxes(x, 0, 1):
        h = np.tanh(x_t @ W_x.T + h @ W_h.T + b)
        states += [h]
    return np.swapaxes(np.array(states), 0, 1)


# Exercise 2: rnn_backward


def backward_with_loops(dh, h, x, h0, W_x, W_h, b):
    N, T, H = h.shape
    dW_x, dW_h, db = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(H)
    dz, dx, dh0 = np.zeros(h.shape), np.zeros(x.shape), np.zeros(h0.shape)
    for n in range(N):
        later = np.zeros(H)
        for t in range(T - 1, -1, -1):
            before = h[n, t - 1] if t > 0 else h0[n]
            dz[n, t] = (dh[n, t] + later) * (1 - h[n, t] * h[n, t])
            dW_x += np.outer(dz[n, t], x[n, t])
            dW_h += np.outer(dz[n, t], before)
            db += dz[n, t]
            dx[n, t] = W_x.T @ dz[n, t]
            later = W_h.T @ dz[n, t]
        dh0[n] = later
    return {"dx": dx, "dh0": dh0, "dW_x": dW_x, "dW_h": dW_h, "db": db, "dz": dz}


def backward_with_arrays(dh, h, x, h0, W_x, W_h, b):
    N, T, H = h.shape
    steps = [np.zeros((N, H))]
    for t in reversed(range(T)):
        steps.insert(0, (dh[:, t] + steps[0] @ W_h) * (1 - h[:, t] ** 2))
    dz = np.stack(steps[:-1], axis=1)
    flat = dz.reshape(-1, H)
    before = np.hstack([h0[:, None], h])[:, :-1].reshape(-1, H)
    return {
        "dz": dz,
        "dx": (flat @ W_x).reshape(x.shape),
        "dh0": dz[:, 0] @ W_h,
        "dW_x": flat.T @ x.reshape(len(flat), -1),
        "dW_h": flat.T @ before,
        "db": flat.sum(axis=0),
    }


def backward_in_lists(dh, h, x, h0, W_x, W_h, b):
    """Go back by recursion over time, sequence by sequence."""

    def steps(dh, h):
        if len(h) == 0:
            return []
        later = steps(dh[1:], h[1:])
        direct = dh[0] + (W_h.T @ later[0] if later else 0)
        return [direct * (1 - h[0] ** 2), *later]

    dz = [steps(dh[n], h[n]) for n in range(len(h))]
    before = [[h0[n], *h[n, :-1]] for n in range(len(h))]
    return {
        "dz": [[step.tolist() for step in sequence] for sequence in dz],
        "dx": [[list(step @ W_x) for step in sequence] for sequence in dz],
        "dh0": [list(sequence[0] @ W_h) for sequence in dz],
        "dW_x": np.tensordot(dz, x, axes=([0, 1], [0, 1])).tolist(),
        "dW_h": np.tensordot(dz, before, axes=([0, 1], [0, 1])),
        "db": sum(step for sequence in dz for step in sequence),
    }


# Exercise 3: lstm_step


def lstm_with_loops(x, h, c, W_x, W_h, b):
    N, H = h.shape
    step = {name: [[0.0] * H for _ in range(N)] for name in ("i", "f", "o", "g", "c", "h")}
    for n in range(N):
        for j in range(H):
            z = [
                _dot(W_x[row], x[n]) + _dot(W_h[row], h[n]) + b[row]
                for row in (j, H + j, 2 * H + j, 3 * H + j)
            ]
            i, f, o = (_gate(value) for value in z[:3])
            g = math.tanh(z[3])
            new = f * c[n, j] + i * g
            for name, value in zip("ifogch", (i, f, o, g, new, o * math.tanh(new)), strict=True):
                step[name][n][j] = float(value)
    return step


def lstm_by_slices(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    z = np.einsum("rd,nd->nr", W_x, x) + np.einsum("rk,nk->nr", W_h, h) + b
    gates = np.exp(-np.logaddexp(0, -z[:, : 3 * H]))
    i, f, o = gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :]
    g = np.tanh(z[:, 3 * H :])
    c = i * g + c * f
    return {"h": np.tanh(c) * o, "c": c, "g": g, "o": o, "f": f, "i": i}


def lstm_by_one_product(x, h, c, W_x, W_h, b):
    together = np.hstack([x, h, np.ones((len(x), 1))]) @ np.hstack([W_x, W_h, b[:, None]]).T
    i, f, o, g = together.reshape(len(x), 4, -1).swapaxes(0, 1)
    with np.errstate(over="ignore"):
        i, f, o = (1 / (1 + np.exp(-z)) for z in (i, f, o))
    g = np.tanh(g)
    c = f * c + i * g
    return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": o * np.tanh(c), "note": "done"}


def lstm_in_single_precision(x, h, c, W_x, W_h, b):
    return lstm_by_slices(*(np.float32(value) for value in (x, h, c, W_x, W_h, b)))


# Exercise 4: gru_step


def gru_with_loops(x, h, W_x, W_h, b):
    N, H = h.shape
    names = "z", "r", "candidate", "h"
    step = {name: [] for name in names}
    for n in range(N):
        z = [_gate(_dot(W_x[j], x[n]) + _dot(W_h[j], h[n]) + b[j]) for j in range(H)]
        r = [_gate(_dot(W_x[j], x[n]) + _dot(W_h[j], h[n]) + b[j]) for j in range(H, 2 * H)]
        heard = [r[j] * h[n, j] for j in range(H)]
        g = [
            math.tanh(_dot(W_x[j], x[n]) + _dot(W_h[j], heard) + b[j]) for j in range(2 * H, 3 * H)
        ]
        new = [h[n, j] + z[j] * (g[j] - h[n, j]) for j in range(H)]
        for name, values in zip(names, (z, r, g, new), strict=True):
            step[name].append([float(value) for value in values])
    return step


def gru_by_slices(x, h, W_x, W_h, b):
    H = h.shape[1]
    gates = x @ W_x[: 2 * H].T + h @ W_h[: 2 * H].T + b[: 2 * H]
    gates = np.exp(-np.logaddexp(0, -gates))
    z, r = gates[:, :H], gates[:, H:]
    g = np.tanh(x @ W_x[2 * H :].T + (h * r) @ W_h[2 * H :].T + b[2 * H :])
    return {"h": h - z * h + z * g, "candidate": g, "r": r, "z": z}


def gru_by_einsum(x, h, W_x, W_h, b):
    U, W, b = W_x.reshape(3, -1, x.shape[1]), W_h.reshape(3, *h.shape[1:] * 2), b.reshape(3, 1, -1)
    from_x = np.einsum("khd,nd->knh", U, x) + b
    with np.errstate(over="ignore"):
        z, r = 1 / (1 + np.exp(-from_x[:2] - np.einsum("khj,nj->knh", W[:2], h)))
    g = np.tanh(from_x[2] + np.einsum("hj,nj->nh", W[2], r * h))
    return {
        "z": z,
        "r": r,
        "candidate": g,
        "h": np.where(z > 0.5, g + (1 - z) * (h - g), h + z * (g - h)),
    }


def gru_in_single_precision(x, h, W_x, W_h, b):
    return gru_by_slices(*(np.float32(value) for value in (x, h, W_x, W_h, b)))


RIGHT = {
    "ps08.rnn_forward": [
        forward_with_loops,
        forward_into_an_array,
        forward_by_stacked_weights,
        forward_in_single_precision,
    ],
    "ps08.rnn_backward": [backward_with_loops, backward_with_arrays, backward_in_lists],
    "ps08.lstm_step": [
        lstm_with_loops,
        lstm_by_slices,
        lstm_by_one_product,
        lstm_in_single_precision,
    ],
    "ps08.gru_step": [gru_with_loops, gru_by_slices, gru_by_einsum, gru_in_single_precision],
}
