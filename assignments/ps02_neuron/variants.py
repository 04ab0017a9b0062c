"""Variants of problem set 2: the gate that the perceptron learns, the neuron whose gradient is
found by hand, scores and labels, and the order in which two functions take their arguments.
"""

from __future__ import annotations

import numpy as np

from course_lib.activations import sigmoid
from course_lib.losses import squared_error
from course_lib.perceptron import gate

SWITCHES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
GATES = ["or", "and", "nand", "nor"]
EPOCHS = 20
# Weights whose exponentials are easy to add up.
ROWS = [[1, 2, 5], [1, 3, 4], [2, 3, 5], [1, 4, 5], [1, 2, 7], [2, 5, 1], [3, 4, 1]]
ORDERS = [("w", "b", "X", "y"), ("X", "y", "w", "b")], [("scores", "labels"), ("labels", "scores")]


def variant(rng: np.random.Generator) -> dict:
    """Draw a gate to learn, a neuron whose first sum is 0, and scores."""
    name = GATES[rng.integers(len(GATES))]
    lamp = (SWITCHES @ gate(name)[0] + gate(name)[1] > 0).astype(int)
    w, b, X = _neuron(rng)
    row, equal = ROWS[rng.integers(len(ROWS))], int(rng.integers(2, 8))
    labels = rng.integers(3, size=2)
    gradient, loss = (orders[rng.integers(2)] for orders in ORDERS)
    y = np.array([1.0, 0.0])
    scores = np.log(np.array([row, [equal] * 3], dtype=float))
    return {
        "texts": {
            **_learned(name, lamp),
            **_by_hand(w, b, X),
            **_scored(row, equal, labels),
        },
        "examples": {
            "ps02.train_perceptron": [
                {"X": SWITCHES, "y": lamp, "epochs": EPOCHS},
                {"X": SWITCHES, "y": np.array([0, 1, 1, 0]), "epochs": 3},
            ],
            "ps02.neuron_gradient": [
                {"w": w, "b": b, "X": X[:1], "y": y[:1]},
                {"w": w, "b": b, "X": X, "y": y},
            ],
            "ps02.softmax_loss": [
                {"scores": scores, "labels": labels},
                {"scores": np.array([[1000.0, 1000.0]]), "labels": np.array([1])},
            ],
        },
        "orders": {"ps02.neuron_gradient": gradient, "ps02.softmax_loss": loss},
    }


def _neuron(rng) -> tuple[np.ndarray, float, np.ndarray]:
    """Draw weights and a bias, an input whose sum is 0, and one whose sum is not."""
    while True:
        w = rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], size=2)
        X = np.array([[*rng.integers(1, 4, size=2)], [*rng.integers(0, 4, size=2)]], dtype=float)
        b = -float(w @ X[0])
        if b and w[0] != w[1] and X[0, 0] != X[0, 1] and 1 <= abs(w @ X[1] + b) <= 4:
            return w, b, X


def _learned(name: str, lamp: np.ndarray) -> dict[str, str]:
    w, bias, mistakes = _in_order(lamp)
    *first, last = map(str, mistakes)
    NAME = name.upper()
    return {
        "With OR it learns": f"With {NAME} it learns",
        "np.array([0, 1, 1, 1]), 20": f"np.array({lamp.tolist()}), {EPOCHS}",
        '[1, 2, 1, 0], f"OR takes 1, 2, 1 and 0 mistakes': (
            f'{mistakes}, f"{NAME} takes {", ".join(first)} and {last} mistakes'
        ),
        'list(w) == [1, 1] and bias == 0, f"then the weights are 1, 1 and the bias 0': (
            f'list(w) == {w.tolist()} and bias == {bias}, f"then the weights are {w[0]}, {w[1]} '
            f"and the bias {bias}"
        ),
    }


def _in_order(lamp: np.ndarray) -> tuple[np.ndarray, int, list[int]]:
    """Return what a perceptron learns that meets the switches in their order."""
    w, bias, mistakes = np.zeros(2, dtype=int), 0, []
    for _ in range(EPOCHS):
        errors = []
        for x, target in zip(SWITCHES, lamp, strict=True):
            errors.append(int(target) - int(x @ w + bias > 0))
            w, bias = w + errors[-1] * x, bias + errors[-1]
        mistakes.append(int(np.count_nonzero(errors)))
        if not any(errors):
            break
    return w, bias, mistakes


def _by_hand(w, b: float, X) -> dict[str, str]:
    out = sigmoid(X[:1] @ w + b)
    loss, error = squared_error(out, np.ones(1))
    slope = error * out * (1 - out)
    (one, other), far = [[_point(x) for x in X], X[1] @ w + b]
    return {
        "weights 1 and −2 and bias 1, the input (1, 1) has the sum 0 and (2, 0) the sum 3": (
            f"weights {_signed(w[0])} and {_signed(w[1])} and bias {_signed(b)}, the input {one} "
            f"has the sum 0 and {other} the sum {_signed(far)}"
        ),
        "np.array([1.0, -2.0]), 1.0": f"np.array({w.tolist()}), {b}",
        "np.array([[1.0, 1.0]])": f"np.array({X[:1].tolist()})",
        "np.array([[1.0, 1.0], [2.0, 0.0]])": f"np.array({X.tolist()})",
        '0.125), f"half of 0.5 squared is 0.125': f'{loss:g}), f"half of 0.5 squared is {loss:g}',
        '[-0.125, -0.125]), f"-0.5 (the error) times 0.25 (the slope)': (
            f'{(slope @ X[:1]).tolist()}), f"-0.5 (the error) times 0.25 (the slope) times {one}'
        ),
        "np.isclose(db, -0.125)": f"np.isclose(db, {slope.sum():g})",
    }


def _scored(row: list[int], equal: int, labels) -> dict[str, str]:
    total, right, ours = sum(row), row[labels[0]], ", ".join(map(str, row))
    return {
        "[[1.0, 2.0, 5.0], [3.0, 3.0, 3.0]]": str([[float(n) for n in row], [float(equal)] * 3]),
        "np.array([2, 0])": f"np.array({labels.tolist()})",
        "[1 / 8, 2 / 8, 5 / 8]": "[" + ", ".join(f"{n} / {total}" for n in row) + "]",
        "the exponentials are 1, 2, 5 and 3, 3, 3": (
            f"the exponentials are {ours} and {equal}, {equal}, {equal}"
        ),
        '(np.log(8 / 5) + np.log(3)) / 2), f"mean of log 8/5 and log 3': (
            f'(np.log({total} / {right}) + np.log(3)) / 2), f"mean of log {total}/{right} and log 3'
        ),
    }


def _point(x) -> str:
    return f"({x[0]:g}, {x[1]:g})"


def _signed(number: float) -> str:
    """Return a whole number as the text prints it, with a true minus."""
    return f"{number:g}".replace("-", "−")
