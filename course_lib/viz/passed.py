"""What a small network computes there and back, by name, and how each step is told."""

from __future__ import annotations

import re

import numpy as np

from course_lib import layers, losses
from course_lib.mlp import MLP

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

OUTPUTS = {  # how an output follows from its sum, and the loss, in symbols and as a template
    "linear": {
        "says": "The output is the sum itself.",
        "y_hat": ("ŷ = b", "{b}"),
        "J": ("J = ½ (ŷ − y)²", "½ ({y_hat} − {y})²"),
        "d_y_hat": ("∂J/∂ŷ = ŷ − y", "{y_hat} − {y}"),
        "d_b": ("∂J/∂b = ∂J/∂ŷ · 1", "{d_y_hat} × 1"),
    },
    "sigmoid": {
        "says": "The output is a probability.",
        "y_hat": ("ŷ = σ(b)", "σ({b})"),
        "J": (
            "J = −y log ŷ − (1 − y) log(1 − ŷ)",
            "−{y} log {y_hat} − (1 − {y}) log(1 − {y_hat})",
        ),
        "d_y_hat": (
            "∂J/∂ŷ = −y/ŷ + (1 − y)/(1 − ŷ)",
            "−{y}/{y_hat} + (1 − {y})/(1 − {y_hat})",
        ),
        "d_b": ("∂J/∂b = ∂J/∂ŷ · ŷ (1 − ŷ)", "{d_y_hat} × {y_hat} × (1 − {y_hat})"),
    },
}


# [passed]
def passed(network: MLP, x, y: float) -> dict[str, float]:
    """Return what a network with one hidden layer computes for an example, there and back.

    Parameters
    ----------
    network : MLP
    x : (M,) array_like
    y : float

    Returns
    -------
    dict
        Values by name, such as ``"a1"``, and gradients of the loss, such as ``"d_a1"``.
    """
    W1, b1, W2, b2 = network.params.values()
    a, first = layers.affine_forward([x], W1, b1)
    z, hidden = layers.sigmoid_forward(a)
    b, second = layers.affine_forward(z, W2, b2)
    if network.output == "sigmoid":
        y_hat, output = layers.sigmoid_forward(b)
        J, d_y_hat = losses.binary_cross_entropy(y_hat, [[y]])
        d_b = layers.sigmoid_backward(d_y_hat, output)
    else:
        y_hat = b
        J, d_y_hat = losses.squared_error(y_hat, [[y]])
        d_b = d_y_hat

    d_z, d_W2, d_b2 = layers.affine_backward(d_b, second)
    d_a = layers.sigmoid_backward(d_z, hidden)
    _, d_W1, d_b1 = layers.affine_backward(d_a, first)
    return {
        **_named("x", x),
        **_named("a", a[0]),
        **_named("z", z[0]),
        **{"b": b.item(), "y_hat": y_hat.item(), "y": float(y), "J": J},
        **_named("alpha", np.column_stack([b1, W1])),
        **_named("beta", np.append(b2, W2)),
        **{"d_J": 1.0, "d_y_hat": d_y_hat.item(), "d_b": d_b.item()},
        **_named("d_z", d_z[0]),
        **_named("d_a", d_a[0]),
        **_named("d_alpha", np.column_stack([d_b1, d_W1])),
        **_named("d_beta", np.append(d_b2, d_W2)),
    }


# [/passed]


def _named(letter: str, array) -> dict[str, float]:
    """Name each entry by its place: units and inputs from 1, except that 0 is a bias."""
    array = np.asarray(array, dtype=float)
    begin = 0 if letter.endswith("beta") else 1
    return {
        letter + (f"{i[0] + 1}{i[1]}" if len(i) == 2 else str(i[0] + begin)): float(value)
        for i, value in np.ndenumerate(array)
    }


def names(M: int, D: int) -> dict[str, str]:
    """Return how each value is written: those of the units, then those of the weights."""
    shown = {f"x{i}": f"x{i}" for i in range(1, M + 1)}
    for j in range(1, D + 1):
        shown |= {f"a{j}": f"a{j}", f"z{j}": f"z{j}"}
    shown |= {"b": "b", "y_hat": "ŷ", "y": "y", "J": "J"}
    for j in range(1, D + 1):
        shown |= {f"alpha{j}{i}": f"α{j}{i}" for i in range(M + 1)}
    shown |= {f"beta{j}": f"β{j}" for j in range(D + 1)}
    return {name: _lowered(text) for name, text in shown.items()}


def steps(M: int, D: int, output: str) -> list[dict]:
    """Return the steps forward, from the inputs to the loss, and those backward.

    Parameters
    ----------
    M, D : int
        Number of inputs and of hidden units.
    output : {"linear", "sigmoid"}

    Returns
    -------
    list of dict
        ``mark`` for the slider, ``says``, a sentence, and ``formulas``: for each value that the
        step sets its name, its formula in symbols, and the same with names to put numbers for.
    """
    end = _step("γ", "Every weight has its gradient. Choose one update more, and look again.")
    return [*_forward(M, D, OUTPUTS[output]), *_backward(M, D, OUTPUTS[output]), end]


def _forward(M: int, D: int, output: dict) -> list[dict]:
    found = []
    for j in range(1, D + 1):
        symbols = "".join(f" + α{j}{i} x{i}" for i in range(1, M + 1))
        numbers = "".join(f" + {{alpha{j}{i}}} × {{x{i}}}" for i in range(1, M + 1))
        total = (f"a{j}", f"a{j} = α{j}0{symbols}", f"{{alpha{j}0}}{numbers}")
        squeezed = (f"z{j}", f"z{j} = σ(a{j})", f"σ({{a{j}}})")
        found += [
            _step(f"a{j}", f"Hidden unit {j} adds its weighted inputs and its bias.", total),
            _step(f"z{j}", f"The sigmoid takes the sum of unit {j} between 0 and 1.", squeezed),
        ]
    symbols = "".join(f" + β{j} z{j}" for j in range(1, D + 1))
    numbers = "".join(f" + {{beta{j}}} × {{z{j}}}" for j in range(1, D + 1))
    total = ("b", f"b = β0{symbols}", f"{{beta0}}{numbers}")
    return [
        *found,
        _step("b", "The output unit adds what it hears, weighted, and its bias.", total),
        _step("ŷ", output["says"], ("y_hat", *output["y_hat"])),
        _step("J", "The loss compares the output with the truth. Now back.", ("J", *output["J"])),
    ]


def _backward(M: int, D: int, output: dict) -> list[dict]:
    found = [
        _step("∂ŷ", "How does the loss change with the output?", ("d_y_hat", *output["d_y_hat"])),
        _step("∂b", "Times the slope of the output: its delta.", ("d_b", *output["d_b"])),
        _step(
            "∂β",
            "For each weight: the delta, times what came in through the weight.",
            *[_weight("beta", "β", j, "b", "z") for j in range(D + 1)],
        ),
    ]
    for j in range(1, D + 1):
        back = (f"d_z{j}", f"∂J/∂z{j} = ∂J/∂b · β{j}", f"{{d_b}} × {{beta{j}}}")
        symbols = f"∂J/∂a{j} = ∂J/∂z{j} · z{j} (1 − z{j})"
        slope = (f"d_a{j}", symbols, f"{{d_z{j}}} × {{z{j}}} × (1 − {{z{j}}})")
        found += [
            _step(f"∂z{j}", f"Back through the weight that leads from unit {j}.", back),
            _step(f"∂a{j}", f"Times the slope of the sigmoid: the delta of unit {j}.", slope),
            _step(
                f"∂α{j}",
                f"For each weight of unit {j}: its delta, times what came in.",
                *[_weight(f"alpha{j}", f"α{j}", i, f"a{j}", "x") for i in range(M + 1)],
            ),
        ]
    return found


def _weight(name: str, letter: str, i: int, delta: str, came: str) -> tuple[str, str, str]:
    """Return the formula of a weight's gradient; a bias, number 0, has the input 1."""
    symbols = f"∂J/∂{letter}{i} = ∂J/∂{delta} · " + (f"{came}{i}" if i else "1")
    return f"d_{name}{i}", symbols, f"{{d_{delta}}} × " + (f"{{{came}{i}}}" if i else "1")


def _step(mark: str, says: str, *formulas: tuple[str, str, str]) -> dict:
    shown = [
        [name, _lowered(symbols), f"{numbers} = {{{name}}}"] for name, symbols, numbers in formulas
    ]
    return {"mark": _lowered(mark), "says": says, "formulas": shown}


def _lowered(text: str) -> str:
    """Write the digits that follow a letter as its index."""
    return re.sub(r"(?<=[a-zαβ])\d+", lambda digits: digits[0].translate(SUBSCRIPTS), text)
