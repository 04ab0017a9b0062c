"""Right solutions in other words than the notebook's: all must get full marks."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

# momentum_step


def momentum_vectorised(theta, g, velocity, lr, beta, l2):
    slope = g + l2 * theta
    new = velocity * beta + slope
    return [theta - new * lr, new]


def momentum_in_loops(theta, g, velocity, lr, beta, l2):
    moved, rolling = np.empty_like(theta), np.empty_like(velocity)
    for place in np.ndindex(theta.shape):
        rolling[place] = beta * velocity[place] + (g[place] + l2 * theta[place])
        moved[place] = theta[place] - lr * rolling[place]
    return moved, rolling


def momentum_on_copies(theta, g, velocity, lr, beta, l2):
    theta, velocity, g = theta.copy(), velocity.copy(), g.copy()
    g += l2 * theta
    velocity *= beta
    velocity += g
    theta -= lr * velocity
    return theta.tolist(), velocity.tolist()


# rmsprop_step


def rmsprop_vectorised(theta, g, squares, lr, beta, eps):
    new = beta * squares + (1 - beta) * np.square(g)
    return theta - lr / (new**0.5 + eps) * g, new


def rmsprop_in_loops(theta, g, squares, lr, beta, eps):
    moved, seen = np.empty_like(theta), np.empty_like(squares)
    for place in np.ndindex(theta.shape):
        seen[place] = beta * squares[place] + (1 - beta) * g[place] * g[place]
        moved[place] = theta[place] - lr * g[place] / (math.sqrt(seen[place]) + eps)
    return [moved, seen]


def rmsprop_by_difference(theta, g, squares, lr, beta, eps):
    seen = squares + (1 - beta) * (g * g - squares)
    return (theta - lr * np.divide(g, np.sqrt(seen) + eps)).tolist(), seen.tolist()


# adam_step


def adam_vectorised(theta, g, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    step = (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps)
    return [theta - lr * step, m, v]


def adam_in_loops(theta, g, m, v, t, lr, beta1, beta2, eps):
    new = [np.empty_like(theta) for _ in range(3)]
    for place in np.ndindex(theta.shape):
        mean = beta1 * m[place] + (1 - beta1) * g[place]
        square = beta2 * v[place] + (1 - beta2) * g[place] ** 2
        mean_hat, square_hat = mean / (1 - beta1**t), square / (1 - beta2**t)
        new[0][place] = theta[place] - lr * mean_hat / (math.sqrt(square_hat) + eps)
        new[1][place], new[2][place] = mean, square
    return tuple(new)


def adam_with_corrected_rate(theta, g, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    root = math.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    return (theta - rate * m / (np.sqrt(v) + eps * root)).tolist(), m.tolist(), v.tolist()


# first_weights


def weights_vectorised(draws, kind):
    n_out, n_in = draws.shape
    a = math.sqrt(6 / (n_in + n_out)) if kind == "glorot" else math.sqrt(6 / n_in)
    return -a + 2 * a * draws


def weights_in_loops(draws, kind):
    n_out, n_in = len(draws), len(draws[0])
    a = (3 * {"glorot": 2 / (n_in + n_out), "he": 2 / n_in}[kind]) ** 0.5
    return [[(draw - 0.5) * 2 * a for draw in row] for row in draws]


def weights_interpolated(draws, kind):
    fan = draws.shape[1] if kind == "he" else sum(draws.shape)
    a = np.sqrt(6.0 / fan)
    return np.interp(draws, [0, 1], [-a, a])


# dropout


def dropout_by_mask(x, draws, p, train):
    return x * (draws >= p) / (1 - p) if train else x


def dropout_by_index(x, draws, p, train):
    out = x.copy()
    if train:
        out /= 1 - p
        out[draws < p] = 0
    return out


def dropout_in_loops(x, draws, p, train):
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if not train:
            out[place] = x[place]
        elif not draws[place] < p:
            out[place] = x[place] / (1 - p)
    return out.tolist()


# early_stopping


def stopping_with_counter(losses, patience):
    best, kept, bad = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, kept, bad = loss, epoch, 0
        else:
            bad += 1
            if bad == patience:
                return [kept, epoch]
    return [kept, len(losses) - 1]


def stopping_vectorised(losses, patience):
    losses = np.array(losses)
    records = [0, *(e for e in range(1, len(losses)) if losses[e] < losses[:e].min())]
    for now, following in pairwise([*records, np.inf]):
        if following - now > patience:
            return np.array([now, min(now + patience, len(losses) - 1)])
    return np.array([records[-1], len(losses) - 1])


def stopping_by_while(losses, patience):
    kept = last = 0
    while last + 1 < len(losses) and last - kept < patience:
        last += 1
        if losses[last] < losses[kept]:
            kept = last
    return kept, last


# train_encoder: each returns the weights for every seed that is asked

PATTERNS = np.eye(8)


def encoder_by_adam(seeds):
    return [_until_eight_codes(seed, _adam) for seed in seeds]


def encoder_by_plain_descent(seeds):
    return [_until_eight_codes(seed, _plain) for seed in seeds]


def encoder_by_rmsprop_normal_start(seeds):
    return [list(_until_eight_codes(seed, _rmsprop, normal=True)) for seed in seeds]


RIGHT = {
    "ps06.momentum_step": [momentum_vectorised, momentum_in_loops, momentum_on_copies],
    "ps06.rmsprop_step": [rmsprop_vectorised, rmsprop_in_loops, rmsprop_by_difference],
    "ps06.adam_step": [adam_vectorised, adam_in_loops, adam_with_corrected_rate],
    "ps06.first_weights": [weights_vectorised, weights_in_loops, weights_interpolated],
    "ps06.dropout": [dropout_by_mask, dropout_by_index, dropout_in_loops],
    "ps06.early_stopping": [stopping_with_counter, stopping_vectorised, stopping_by_while],
    "ps06.train_encoder": [
        encoder_by_adam,
        encoder_by_plain_descent,
        encoder_by_rmsprop_normal_start,
    ],
}


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _gradients(W1, b1, W2, b2):
    hidden = _sigmoid(W1.T + b1)
    db = (_sigmoid(hidden @ W2.T + b2) - PATTERNS) / 8
    da = db @ W2 * hidden * (1 - hidden)
    return da.T, da.sum(axis=0), db.T @ hidden, db.sum(axis=0)


def _until_eight_codes(seed, descend, normal=False):
    rng = np.random.default_rng(seed)
    draw = rng.normal if normal else lambda size: rng.uniform(-1, 1, size)
    while True:
        weights = descend([draw(size=shape) for shape in [(3, 8), (3,), (8, 3), (8,)]])
        hidden = _sigmoid(weights[0].T + weights[1])
        output = _sigmoid(hidden @ weights[2].T + weights[3])
        codes = {tuple(code) for code in (hidden > 0.5).tolist()}
        if len(codes) == 8 and ((output > 0.5) == (PATTERNS == 1)).all():
            return tuple(weights)


def _plain(weights):
    for _ in range(1000):
        weights = [w - 5 * g for w, g in zip(weights, _gradients(*weights), strict=True)]
    return weights


def _rmsprop(weights):
    squares = [0, 0, 0, 0]
    for _ in range(600):
        slopes = _gradients(*weights)
        squares = [0.9 * s + 0.1 * g**2 for s, g in zip(squares, slopes, strict=True)]
        weights = [
            w - 0.05 * g / (np.sqrt(s) + 1e-8)
            for w, g, s in zip(weights, slopes, squares, strict=True)
        ]
    return weights


def _adam(weights):
    means, squares = [0, 0, 0, 0], [0, 0, 0, 0]
    for t in range(1, 601):
        slopes = _gradients(*weights)
        means = [0.9 * m + 0.1 * g for m, g in zip(means, slopes, strict=True)]
        squares = [0.99 * s + 0.01 * g**2 for s, g in zip(squares, slopes, strict=True)]
        weights = [
            w - 0.1 * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.99**t)) + 1e-8)
            for w, m, s in zip(weights, means, squares, strict=True)
        ]
    return weights
