"""Variants of problem set 4: whose network, all its weights and inputs, the numbers of the other
examples by hand, and the order in which two functions take their arguments.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from course_lib.losses import softmax_cross_entropy
from course_lib.mlp import nn_backward, nn_forward

PEOPLE = ["Jason", "Mia", "Emil", "Lena", "Omar"]
# Jason's network looks at days 1 and 2 of the weather; one input is twice the other, or more.
INPUTS = [(1, 2), (2, 1), (1, 3), (3, 1), (2, 3)]
SLOPES = [Fraction(n, 10) for n in (2, 4, 5, 6, 8)]
ENDS = [Fraction(3, 4), Fraction(1, 2), Fraction(4, 5), Fraction(3, 5)]
ORDERS = (
    [("dout", "x", "W"), ("x", "W", "dout"), ("W", "x", "dout")],
    [("logits", "labels"), ("labels", "logits")],
)


def variant(rng: np.random.Generator) -> dict:
    """Draw a network whose first unit gives one half, and small whole numbers for the rest."""
    network = _network(rng)
    o = nn_forward(**network)
    logits, labels, batch = _batch(rng)
    affine, chain = _affine(rng), _chain(rng)
    layer, loss = (orders[rng.integers(len(orders))] for orders in ORDERS)
    return {
        "texts": {
            "Jason": PEOPLE[rng.integers(len(PEOPLE))],
            **_forward(network, o),
            **_backward(network, o),
            **batch,
            **_hill(rng),
            **_layer(**affine),
            **_deltas(*chain),
        },
        "examples": {
            "ps04.nn_forward": [network],
            "ps04.nn_backward": [network | {"o": o}],
            "ps04.softmax_cross_entropy": [{"logits": logits, "labels": labels}],
            "ps04.affine_backward": [affine],
            "ps04.backprop": [
                {
                    "weights": [np.array([[float(w)]]) for w in chain[0]],
                    "activations": [np.array([[float(a)]]) for a in chain[1]],
                    "Y": np.array([[1.0]]),
                }
            ],
        },
        "orders": {"ps04.affine_backward": layer, "ps04.softmax_cross_entropy": loss},
    }


def _network(rng) -> dict:
    """Draw a network: unit 1's sum is 0, and from it leads one weight, to class 1."""
    while True:
        x = np.array(INPUTS[rng.integers(len(INPUTS))], dtype=float)
        alpha = np.array([[0, x[1], -x[0]], rng.choice([-2, -1, 1, 2], size=3)])
        if abs(alpha[1] @ [1, *x]) not in (1, 2):
            continue
        beta = rng.integers(-2, 3, size=(3, 3)).astype(float)
        beta[:, 1] = [rng.choice([2.0, 3.0]), 0, 0]
        network = {"x": x, "y": np.array([0.0, 0.0, 1.0]), "alpha": alpha, "beta": beta}
        o = nn_forward(**network)
        apart = np.abs(o["y_hat"] - np.roll(o["y_hat"], 1)).min()
        slope = min(np.abs(table).min() for table in nn_backward(**network, o=o))
        if apart > 0.1 and slope > 0.01:
            return network


def _forward(network: dict, o: dict) -> dict[str, str]:
    x, alpha = network["x"], network["alpha"]
    sums, z, b, y_hat = (_shown(o[name]) for name in ("a", "z", "b", "y_hat"))
    product = f"0 + {alpha[0, 1]:g}·{x[0]:g} - {-alpha[0, 2]:g}·{x[1]:g}"
    return {
        "0 + 2·1 - 1·2 = 0": f"{product} = 0",
        "x = np.array([1.0, 2.0])": f"x = np.array({x.tolist()})",
        "[[0.0, 2.0, -1.0], [-1.0, 1.0, 1.0]]": str(alpha.tolist()),
        "[[0.0, 2.0, -1.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 2.0]]": str(network["beta"].tolist()),
        'forward["x"], [1, 1, 2]': f'forward["x"], {o["x"].tolist()}',
        '[0, 2]), f"the sums are 0 and 2': f'{sums}), f"the sums are 0 and {o["a"][1]:g}',
        '[1, 0.5, 0.880797]), f"z is 1, 1/2, 0.8808': f'{z}), f"z is 1, 1/2, {o["z"][2]:.4f}',
        'forward["b"], [0.119203, 1, 0.761594]': f'forward["b"], {b}',
        "[0.188188, 0.454063, 0.357749], rtol": f"{y_hat}, rtol",
        '1.027924, atol=5e-6), f"the loss is 1.0279': (
            f'{_shown(o["J"])}, atol=5e-6), f"the loss is {o["J"]:.4f}'
        ),
    }


def _backward(network: dict, o: dict) -> dict[str, str]:
    x, weight = o["x"], network["beta"][0, 1]
    error = o["y_hat"] - network["y"]
    g_alpha, g_beta = nn_backward(**network, o=o)
    return {
        "(0.188, 0.454, -0.642)": "(" + ", ".join(f"{e:.3f}" for e in error) + ")",
        "2 · 0.188 = 0.376": f"{weight:g} · {error[0]:.3f} = {weight * error[0]:.3f}",
        "$g_{a_1}$ is 0.094": f"$g_{{a_1}}$ is {g_alpha[0, 0]:.3f}",
        '"x": np.array([1.0, 1.0, 2.0])': f'"x": np.array({x.tolist()})',
        "np.array([0.0, 2.0])": f"np.array({_shown(o['a'])})",
        "np.array([1.0, 0.5, 0.880797])": f"np.array({_shown(o['z'])})",
        "np.array([0.119203, 1.0, 0.761594])": f"np.array({_shown(o['b'])})",
        "np.array([0.188188, 0.454063, 0.357749])": f"np.array({_shown(o['y_hat'])})",
        '"J": 1.027924': f'"J": {_shown(o["J"])}',
        "[0.188188, 0.454063, -0.642251]": _shown(g_beta[:, 0]),
        "[0.094094, 0.2270315, -0.3211255]": _shown(g_beta[:, 1]),
        "[0.094094, 0.094094, 0.188188]": _shown(g_alpha[0]),
        "0.094 times 1, 1 and 2": f"{g_alpha[0, 0]:.3f} times 1, {x[1]:g} and {x[2]:g}",
        "[-0.154623, -0.154623, -0.309246]": _shown(g_alpha[1]),
    }


def _batch(rng) -> tuple[np.ndarray, np.ndarray, dict[str, str]]:
    """Draw the factor by which one class is more probable on the second day, and the labels."""
    factor, place = int(rng.choice([2, 3, 6, 8])), int(rng.integers(3))
    logits = np.zeros((2, 3))
    logits[1, place] = np.log(factor)
    labels = np.array([(place + int(rng.integers(1, 3))) % 3, place])
    loss, gradient = softmax_cross_entropy(logits, labels)
    p = [Fraction(factor if k == place else 1, factor + 2) for k in range(3)]
    day = ["0.0", "0.0", "0.0"]
    day[place] = f"np.log({factor}.0)"
    return (
        logits,
        labels,
        {
            "probabilities are 1/2, 1/4 and 1/4": f"probabilities are {p[0]}, {p[1]} and {p[2]}",
            "[np.log(2.0), 0.0, 0.0]": f"[{', '.join(day)}]",
            "np.array([2, 0])": f"np.array({labels.tolist()})",
            "(np.log(3) + np.log(2)) / 2": f"(np.log(3) - np.log({float(p[place])})) / 2",
            "the mean of log 3 and log 2 is 0.8959": (
                f"the mean of log 3 and -log {p[place]} is {loss:.4f}"
            ),
            "[[1 / 6, 1 / 6, -1 / 3], [-1 / 4, 1 / 8, 1 / 8]]": _fractions(gradient),
        },
    )


def _hill(rng) -> dict[str, str]:
    c, p, q = (int(n) for n in rng.integers([2, 1, 1], [6, 4, 4]))
    slopes = f"[2 * {p} + {c} * {q}, {c} * {p}]"
    return {
        "v[0] ** 2 + 3 * v[0] * v[1]": f"v[0] ** 2 + {c} * v[0] * v[1]",
        "point = np.array([1.0, 2.0])": f"point = np.array([{p}.0, {q}.0])",
        '[2 * 1 + 3 * 2, 3 * 1]), f"the gradient at (1, 2) is (8, 3)': (
            f'{slopes}), f"the gradient at ({p}, {q}) is ({2 * p + c * q}, {c * p})'
        ),
        'np.allclose(point, [1, 2]), f"x must stay as it was, but (1, 2)': (
            f'np.allclose(point, [{p}, {q}]), f"x must stay as it was, but ({p}, {q})'
        ),
    }


def _affine(rng) -> dict:
    """Draw a layer of three units on two inputs, and two examples."""
    while True:
        W, dout = rng.integers(-1, 3, size=(3, 2)), rng.integers(-1, 3, size=(2, 3))
        x = rng.permutation([1, 2, 3, 4]).reshape(2, 2)
        # Neither may be the same read backwards, or empty anywhere.
        if W.any(axis=1).all() and dout.any(axis=0).all() and abs(np.diff(dout, axis=0)).all():
            return {"dout": dout.astype(float), "x": x.astype(float), "W": W.astype(float)}


def _layer(dout, x, W) -> dict[str, str]:
    db = dout.sum(axis=0)
    told = ", ".join(f"{n:g}" for n in db)
    return {
        "[[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]]": str(W.tolist()),
        "[[1.0, 2.0], [3.0, 4.0]]": str(x.tolist()),
        "[[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]": str(dout.tolist()),
        '[1, 1, 1]), f"in every unit the two examples add up to 1': (
            f'[{told}]), f"the two examples add up to {told}'
        ),
        "[[1, 2], [3, 4], [-1, 0]]": _whole(dout.T @ x),
        "[[5, -2], [-2, 2]]": _whole(dout @ W),
    }


def _chain(rng) -> tuple[list[int], list[Fraction], list[Fraction]]:
    """Draw three units in a row; return weights, activations and deltas, all short decimals."""
    while True:
        weights = [int(rng.choice(few)) for few in ([1, 2, 3], [-2, -1, 1, 2], [2, 4, 5])]
        first, second = (SLOPES[i] for i in rng.choice(len(SLOPES), size=2, replace=False))
        last = ENDS[rng.integers(len(ENDS))]
        deltas = [last - 1]
        for a, w in ((second, weights[2]), (first, weights[1])):
            deltas.insert(0, deltas[0] * w * a * (1 - a))
        if all((1000 * delta).denominator == 1 for delta in deltas):
            return weights, [Fraction(1), first, second, last], deltas


def _deltas(weights, activations, deltas) -> dict[str, str]:
    w0, w1, w2 = weights
    a0, a1, a2, a3 = (f"{float(a):g}" for a in activations)
    d0, d1, d2 = (f"{float(delta):g}" for delta in deltas)
    slopes = [f"{float(a):g} * {float(1 - a):g}" for a in activations[1:3]]
    arrays = [
        "[" + ", ".join(f"np.array([[{float(n)}]])" for n in numbers) + "]"
        for numbers in (weights, activations)
    ]
    lines = [
        ("activations", f"{a0:>5}  ----->  {a1:<5}----->  {a2:<5}----->  {a3:<5}    target 1"),
        ("weights", f"{w0:>11}{w1:>13}{w2:>13}"),
        ("deltas", f"{d0:>12}{d1:>13}{d2:>13}"),
    ]
    return {
        "activations    1  ----->  0.5  ----->  0.2  ----->  0.75      target 1\n"
        "weights              2           -1            4\n"
        "deltas             0.04        -0.16        -0.25": "\n".join(
            f"{name:<11}{line}" for name, line in lines
        ),
        "[np.array([[2.0]]), np.array([[-1.0]]), np.array([[4.0]])]": arrays[0],
        "[np.array([[1.0]]), np.array([[0.5]]), np.array([[0.2]]), np.array([[0.75]])]": arrays[1],
        'deltas[2], -0.25), f"the output lacks 0.25': (
            f'deltas[2], {d2}), f"the output lacks {d2[1:]}'
        ),
        "-0.25 * 4 * 0.2 * 0.8": f"{d2} * {w2} * {slopes[1]}",
        "the weight 4 and the slope 0.2 times 0.8 gives -0.16": (
            f"the weight {w2} and the slope {slopes[1].replace('*', 'times')} gives {d1}"
        ),
        '-0.16 * -1 * 0.5 * 0.5), f"the first delta is 0.04': (
            f'{d1} * {w1} * {slopes[0]}), f"the first delta is {d0}'
        ),
        "-0.16 * 0.5), f\"the middle weight's input is 0.5": (
            f"{d1} * {a1}), f\"the middle weight's input is {a1}"
        ),
        "[0.04, -0.16, -0.25]": f"[{d0}, {d1}, {d2}]",
    }


def _shown(numbers) -> str:
    return str(np.round(numbers, 7).tolist())


def _whole(table) -> str:
    return str(table.astype(int).tolist())


def _fractions(table) -> str:
    shares = [[Fraction(p).limit_denominator(60) for p in row] for row in table]
    rows = [", ".join(f"{p.numerator} / {p.denominator}" for p in row) for row in shares]
    return "[" + ", ".join(f"[{row}]" for row in rows) + "]"
