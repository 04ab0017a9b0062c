"""Variants of problem set 5: the numbers of the graph, and with them all slopes and derivatives,
the gradients that are summed, and the order in which two functions take their arguments.
"""

from __future__ import annotations

import numpy as np

from course_lib.autodiff import Var

# The nodes, in the order of their numbers.
NODES = ["y", "x", "t", "w", "u", "b", "s"]
INPUTS = [2, 3, 4, 5]
SUMS = [2, 3, 4, 5]
ORDERS = [("order", "edges"), ("edges", "order")], [("gradient", "shape"), ("shape", "gradient")]


def variant(rng: np.random.Generator) -> dict:
    """Draw the numbers at which the graph is evaluated, and gradients to sum."""
    while True:
        x, w = (int(n) for n in rng.choice(INPUTS, size=2, replace=False))
        s = int(rng.choice(SUMS))
        values, grads = _graph(x, w, s - x * w)
        if len(set(values.values())) == len(values) and len(set(map(abs, grads.values()))) == 6:
            break
    edges = _edges(values)
    gradient = rng.permutation(9)[:6].reshape(2, 3) + 1.0
    reverse, summed = (orders[rng.integers(2)] for orders in ORDERS)
    walk = {"order": [1, 3, 4, 5, 6, 2, 0], "edges": edges}
    program = {
        "leaves": [float(values[name]) for name in "xwb"],
        "steps": [("*", 0, 1), ("+", 3, 2), ("*", 4, 4), ("*", 5, 3)],
        "starts": [6],
        "wanted": list(range(7)),
    }
    return {
        "texts": {
            **_told(values),
            **_slopes(values),
            **_collected(values, grads),
            **_handed_on(values, grads),
            **_program(values, grads),
            **_summed(gradient),
        },
        "examples": {
            "ps05.reverse_a": [walk],
            "ps05.reverse_b": [walk],
            "ps05.var": [program],
            "ps05.sum_to_shape": [
                {"gradient": gradient, "shape": (3,)},
                {"gradient": gradient, "shape": (2, 1)},
            ],
        },
        "orders": {
            "ps05.reverse_a": reverse,
            "ps05.reverse_b": reverse,
            "ps05.sum_to_shape": summed,
        },
    }


def _graph(x: int, w: int, b: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return the value of every node, and the derivative of y with respect to it."""
    nodes = {name: Var(float(value)) for name, value in zip("xwb", (x, w, b), strict=True)}
    nodes["u"] = nodes["x"] * nodes["w"]
    nodes["s"] = nodes["u"] + nodes["b"]
    nodes["t"] = nodes["s"] * nodes["s"]
    nodes["y"] = nodes["t"] * nodes["u"]
    nodes["y"].backward()
    return (
        {name: int(node.value) for name, node in nodes.items()},
        {name: int(node.grad) for name, node in nodes.items()},
    )


def _edges(values: dict[str, int]) -> list[list]:
    """Return each edge with its slope, as the notebook lists them."""
    x, w, u, s, t = (float(values[name]) for name in "xwust")
    return [
        *([1, 4, w], [3, 4, x], [4, 6, 1.0], [5, 6, 1.0]),
        *([6, 2, s], [6, 2, s], [2, 0, u], [4, 0, t]),
    ]


def _told(values: dict[str, int]) -> dict[str, str]:
    x, w, b, u, s, t, y = (values[name] for name in "xwbusty")
    drawn = ", ".join(f'"{name} = {values[name]}"' for name in NODES)
    return {
        "$x = 3$, $w = 2$, $b = -4$": f"$x = {x}$, $w = {w}$, $b = {b}$",
        r"u = x \cdot w = 6, \qquad s = u + b = 2, \qquad t = s \cdot s = 4, \qquad "
        r"y = t \cdot u = 24": rf"u = x \cdot w = {u}, \qquad s = u + b = {s}, \qquad "
        rf"t = s \cdot s = {t}, \qquad y = t \cdot u = {y}",
        "each with the slope 2": f"each with the slope {s}",
        '"y = 24", "x = 3", "t = 4", "w = 2", "u = 6", "b = -4", "s = 2"': drawn,
    }


def _slopes(values: dict[str, int]) -> dict[str, str]:
    edges = _edges(values)
    return {
        "[(1, 4, 2.0), (3, 4, 3.0), (4, 6, 1.0), (5, 6, 1.0), (6, 2, 2.0), (6, 2, 2.0), "
        "(2, 0, 6.0), (4, 0, 4.0)]": str([tuple(edge) for edge in edges]),
        "[[1, 4, 2.0], [3, 4, 3.0], [4, 6, 1.0], [5, 6, 1.0], [6, 2, 2.0], [6, 2, 2.0], "
        "[2, 0, 6.0], [4, 0, 4.0]]": str(edges),
    }


def _collected(values: dict[str, int], grads: dict[str, int]) -> dict[str, str]:
    s, u, t = (values[name] for name in "sut")
    right = ", ".join(
        f'({NODES.index(name)}, "{name}", {grads[name]})' for name in ("y", *"tsbuwx")
    )
    return {
        "$dy/dt = 6$": f"$dy/dt = {u}$",
        "$dy/ds = 6 · 2 + 6 · 2 = 24$": f"$dy/ds = {u} · {s} + {u} · {s} = {grads['s']}$",
        "$dy/du = 24 · 1 + 1 · 4 = 28$": f"$dy/du = {grads['s']} · 1 + 1 · {t} = {grads['u']}$",
        '[(0, "y", 1), (2, "t", 6), (6, "s", 24), (5, "b", 24), (4, "u", 28), '
        '(3, "w", 84), (1, "x", 56)]': f"[{right}]",
    }


def _handed_on(values: dict[str, int], grads: dict[str, int]) -> dict[str, str]:
    t, s, u = (grads[name] for name in "tsu")
    at_first = values["t"]
    last = [grads[name] for name in NODES]
    return {
        "gets 4 from y at first, and 24 from s": f"gets {at_first} from y at first, and {s} from s",
        "[1, 0, 6, 0, 4, 0, 0]": f"[1, 0, {t}, 0, {at_first}, 0, 0]",
        '[1, 0, 6, 0, 4, 0, 24]), f"t hands on to s, twice 12': (
            f'[1, 0, {t}, 0, {at_first}, 0, {s}]), f"t hands on to s, twice {s // 2}'
        ),
        "[1, 0, 6, 0, 28, 24, 24]": f"[1, 0, {t}, 0, {u}, {s}, {s}]",
        "[1, 56, 6, 84, 28, 24, 24]": str(last),
    }


def _program(values: dict[str, int], grads: dict[str, int]) -> dict[str, str]:
    x, w, b, y = (values[name] for name in "xwby")
    middle = ", ".join(str(values[name]) for name in "usty")
    right = ", ".join(f'("{name}", {name}, {grads[name]})' for name in ("y", *"tsbuwx"))
    return {
        "Var(3.0), Var(2.0), Var(-4.0)": f"Var({x}.0), Var({w}.0), Var({b}.0)",
        "`y.value` is 24, and `x.grad` is 56": f"`y.value` is {y}, and `x.grad` is {grads['x']}",
        '[6, 2, 4, 24], "u, s, t, y should be 6, 2, 4, 24"': (
            f'[{middle}], "u, s, t, y should be {middle}"'
        ),
        '[("y", y, 1), ("t", t, 6), ("s", s, 24), ("b", b, 24), ("u", u, 28), '
        '("w", w, 84), ("x", x, 56)]': f"[{right}]",
        '56), f"called once more, dy/dx is still 56': (
            f'{grads["x"]}), f"called once more, dy/dx is still {grads["x"]}'
        ),
    }


def _summed(gradient: np.ndarray) -> dict[str, str]:
    return {
        "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]": str(gradient.tolist()),
        "[5, 7, 9]": str(gradient.sum(axis=0).astype(int).tolist()),
        "[[6], [15]]": str(gradient.sum(axis=1, keepdims=True).astype(int).tolist()),
    }
