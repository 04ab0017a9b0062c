"""Right solutions of problem set 4, each written differently; all must get full marks."""

from __future__ import annotations

import math

import numpy as np

# Exercise 1: nn_forward


def forward_with_loops(x, y, alpha, beta):
    x = [1.0, *(float(value) for value in x)]
    a = [sum(weight * value for weight, value in zip(row, x, strict=True)) for row in alpha]
    z = [1.0, *(1 / (1 + math.exp(-value)) for value in a)]
    b = [sum(weight * value for weight, value in zip(row, z, strict=True)) for row in beta]
    top = max(b)
    log_total = top + math.log(sum(math.exp(value - top) for value in b))
    y_hat = [math.exp(value - log_total) for value in b]
    J = -sum(target * (value - log_total) for target, value in zip(y, b, strict=True))
    return {"x": x, "a": a, "z": z, "b": b, "y_hat": y_hat, "J": J}


def forward_with_arrays(x, y, alpha, beta):
    x = np.insert(x, 0, 1)
    a = alpha @ x
    z = np.insert(0.5 * (1 + np.tanh(a / 2)), 0, 1)
    b = beta @ z
    shifted = b - b.max()
    log_y_hat = shifted - np.log(np.exp(shifted).sum())
    return {"x": x, "a": a, "z": z, "b": b, "y_hat": np.exp(log_y_hat), "J": -(y @ log_y_hat)}


def forward_by_biases_apart(x, y, alpha, beta):
    a = alpha[:, 0] + np.einsum("dm,m->d", alpha[:, 1:], x)
    z = 1 / (1 + np.exp(-a))
    b = beta[:, 0] + np.einsum("kd,d->k", beta[:, 1:], z)
    log_total = np.logaddexp.reduce(b)
    return {
        "J": log_total - b[int(np.argmax(y))],
        "y_hat": np.exp(b - log_total),
        "b": b,
        "z": np.concatenate([np.ones(1), z]),
        "a": a,
        "x": (1, *x),
    }


# Exercise 2: softmax_cross_entropy


def cross_entropy_with_loops(logits, labels):
    loss, gradient = 0.0, []
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        top = max(row)
        total = sum(math.exp(z - top) for z in row)
        loss -= (row[label] - top - math.log(total)) / len(labels)
        p = [math.exp(z - top) / total for z in row]
        gradient.append([(p[k] - (k == label)) / len(labels) for k in range(len(row))])
    return loss, gradient


def cross_entropy_with_arrays(logits, labels):
    N = len(labels)
    log_p = logits - logits.max(axis=1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    gradient = np.exp(log_p)
    gradient[np.arange(N), labels] -= 1
    return -log_p[np.arange(N), labels].mean(), gradient / N


def cross_entropy_with_one_hot(logits, labels):
    targets = np.eye(logits.shape[1])[labels]
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return [-np.mean(np.sum(targets * log_p, axis=-1)), (np.exp(log_p) - targets) / len(targets)]


# Exercise 3: nn_backward


def backward_with_loops(x, y, alpha, beta, o):
    K, D = beta.shape[0], alpha.shape[0]
    g_b = [o["y_hat"][k] - y[k] for k in range(K)]
    g_beta = [[g_b[k] * o["z"][j] for j in range(D + 1)] for k in range(K)]
    g_alpha = []
    for j in range(1, D + 1):
        g_z = sum(g_b[k] * beta[k][j] for k in range(K))
        g_a = g_z * o["z"][j] * (1 - o["z"][j])
        g_alpha.append([g_a * value for value in o["x"]])
    return g_alpha, g_beta


def backward_with_arrays(x, y, alpha, beta, o):
    g_b = o["y_hat"] - y
    z = o["z"][1:]
    g_a = (g_b @ beta[:, 1:]) * z * (1 - z)
    return g_a[:, None] * o["x"], g_b[:, None] * o["z"]


def backward_through_all_columns(x, y, alpha, beta, o):
    error = (o["y_hat"] - y).reshape(-1, 1)
    z = o["z"].reshape(-1, 1)
    g_a = (beta.T @ error * (z - z**2))[1:]
    return [g_a @ np.append(1, x).reshape(1, -1), error @ z.T]


def backward_in_single_precision(x, y, alpha, beta, o):
    z, g_b = np.float32(o["z"]), np.float32(o["y_hat"] - y)
    g_a = np.float32(beta[:, 1:]).T @ g_b * z[1:] * (1 - z[1:])
    return np.outer(g_a, np.float32(o["x"])), np.outer(g_b, z)


# Exercise 4: numerical_gradient, asked as the notebook asks it


def asked_with(numerical_gradient):
    def answer(x, A, B, eps):
        mine = np.array(x)
        f = lambda v: float(np.sum(A * v**3) + np.sum(B * v) ** 2)  # noqa: E731
        return numerical_gradient(f, mine, eps), mine

    answer.__name__ = numerical_gradient.__name__
    return answer


@asked_with
def gradient_with_copies(f, x, eps):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@asked_with
def gradient_of_flat_steps(f, x, eps):
    steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * eps) for step in steps]
    return np.array(slopes).reshape(x.shape)


@asked_with
def gradient_in_place(f, x, eps):
    x = x.astype(float)
    gradient = np.empty_like(x)
    entries = np.nditer(x, flags=["multi_index"])
    for _ in entries:
        i = entries.multi_index
        before = x[i].item()
        x[i] = before + eps
        up = f(x)
        x[i] = before - eps
        down = f(x)
        x[i] = before
        gradient[i] = (up - down) / 2 / eps
    return gradient.tolist()


# Exercise 5: affine_backward


def affine_with_loops(dout, x, W):
    (N, H), D = dout.shape, x.shape[1]
    dx = [[sum(dout[n, h] * W[h, d] for h in range(H)) for d in range(D)] for n in range(N)]
    dW = [[sum(dout[n, h] * x[n, d] for n in range(N)) for d in range(D)] for h in range(H)]
    db = [sum(dout[n, h] for n in range(N)) for h in range(H)]
    return dx, dW, db


def affine_with_products(dout, x, W):
    return dout @ W, dout.T @ x, dout.sum(axis=0)


def affine_with_einsum(dout, x, W):
    return [
        np.einsum("nh,hd->nd", dout, W),
        np.einsum("nh,nd->hd", dout, x),
        np.einsum("nh->h", dout),
    ]


def affine_example_by_example(dout, x, W):
    dW, db = np.zeros(W.shape), np.zeros(len(W))
    for d, example in zip(dout, x, strict=True):
        dW += np.outer(d, example)
        db += d
    return np.array([W.T @ d for d in dout]), dW, db


# Exercise 6: backprop


def backprop_with_a_list(weights, activations, Y):
    deltas = [(activations[-1] - Y) / len(Y)]
    for l in range(len(weights) - 1, 0, -1):
        a = activations[l]
        deltas.append(deltas[-1] @ weights[l] * a * (1 - a))
    deltas.reverse()
    dWs = [delta.T @ a for delta, a in zip(deltas, activations[:-1], strict=True)]
    return deltas, dWs, [delta.sum(axis=0) for delta in deltas]


def backprop_by_recursion(weights, activations, Y):
    x, W, rest = activations[0], weights[0], weights[1:]
    if rest:
        deltas, dWs, dbs = backprop_by_recursion(rest, activations[1:], Y)
        a = activations[1]
        delta = np.einsum("nk,kh->nh", deltas[0], rest[0]) * (a - a**2)
    else:
        deltas, dWs, dbs = (), (), ()
        delta = (activations[-1] - Y) / Y.shape[0]
    assert delta.shape[1] == W.shape[0]
    return (delta, *deltas), (np.einsum("nh,nd->hd", delta, x), *dWs), (delta.sum(0), *dbs)


def backprop_one_example_at_a_time(weights, activations, Y):
    N, L = len(Y), len(weights)
    deltas = [np.zeros((N, len(W))) for W in weights]
    dWs = [np.zeros(W.shape) for W in weights]
    dbs = [np.zeros(len(W)) for W in weights]
    for n in range(N):
        delta = activations[L][n] - Y[n]
        for l in reversed(range(L)):
            deltas[l][n] = delta / N
            dWs[l] += np.outer(delta, activations[l][n]) / N
            dbs[l] += delta / N
            delta = weights[l].T @ delta * activations[l][n] * (1 - activations[l][n])
    return [delta.tolist() for delta in deltas], dWs, dbs


RIGHT = {
    "ps04.nn_forward": [forward_with_loops, forward_with_arrays, forward_by_biases_apart],
    "ps04.softmax_cross_entropy": [
        cross_entropy_with_loops,
        cross_entropy_with_arrays,
        cross_entropy_with_one_hot,
    ],
    "ps04.nn_backward": [
        backward_with_loops,
        backward_with_arrays,
        backward_through_all_columns,
        backward_in_single_precision,
    ],
    "ps04.numerical_gradient": [gradient_with_copies, gradient_of_flat_steps, gradient_in_place],
    "ps04.affine_backward": [
        affine_with_loops,
        affine_with_products,
        affine_with_einsum,
        affine_example_by_example,
    ],
    "ps04.backprop": [
        backprop_with_a_list,
        backprop_by_recursion,
        backprop_one_example_at_a_time,
    ],
}
