"""One threshold unit as an explorable: turn its weights until it computes a Boolean function."""

from __future__ import annotations

import html
from itertools import product

import numpy as np

from course_lib.activations import threshold
from course_lib.perceptron import gate
from course_lib.viz.explorable import Explorable, bundle, compact, real

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
WEIGHTS = np.arange(-2, 2.1, 0.5)
BIASES = np.arange(-3, 3.1, 0.5)
THIRD_WEIGHT = 1.0
"""The weight of the third input, where there is one; it has no slider."""

# The name, the number of inputs, the function of the inputs, and the slides' name for its weights.
GATES = (
    ("AND", 2, lambda x: x.all(axis=-1), "and"),
    ("OR", 2, lambda x: x.any(axis=-1), "or"),
    ("NOT x₁", 2, lambda x: x[..., 0] == 0, "not"),
    ("NAND", 2, lambda x: ~x.all(axis=-1), "nand"),
    ("NOR", 2, lambda x: ~x.any(axis=-1), "nor"),
    ("majority of three", 3, lambda x: x.sum(axis=-1) > 1.5, "majority"),
    ("XOR: exactly one", 2, lambda x: x.sum(axis=-1) == 1, None),
)


class OneNeuron(Explorable):
    """The explorable that :func:`one_neuron` returns. Its keys are ``"inputs:w1,w2,bias"``."""

    module = "one_neuron"
    _esm = bundle("one_neuron")
    keys_like = '"2:1,1,-1.5"'

    def __init__(self, **traits):
        grid = list(product((2, 3), WEIGHTS, WEIGHTS, BIASES))
        frames = {key_of(*setting): self.frame(key_of(*setting)) for setting in grid}
        settings = {
            "title": "One neuron",
            "corners": compact(CORNERS),
            "weights": compact(WEIGHTS),
            "biases": compact(BIASES),
            "third": compact(THIRD_WEIGHT),
            "gates": [_gate(gate, frames) for gate in GATES],
        }
        super().__init__(settings=settings, frames=frames, choice=key_of(2, 1, -1, 0.5), **traits)

    def frame(self, key: str) -> dict:
        """Return one plane for each value of the third input, or the only plane of two inputs.

        Each has the ``bias`` that the inputs of the plane meet, and for the four corners the sums
        ``z`` and the answers ``y``.
        """
        inputs, (w, bias) = self.parts(key, {"2": 2, "3": 3}.__getitem__, _weights)
        met = [bias + THIRD_WEIGHT * x3 for x3 in range(inputs - 1)]
        sums = [CORNERS @ w + b for b in met]
        return {
            "planes": [
                {"bias": compact(b), "z": compact(z), "y": compact(threshold(z))}
                for b, z in zip(met, sums, strict=True)
            ]
        }

    def summary(self) -> str:
        w, bias = _weights(self.choice.partition(":")[2])
        answers = self.frames[self.choice]["planes"][0]["y"]
        told = ", ".join(
            f"{x1:g}{x2:g} {answer}" for (x1, x2), answer in zip(CORNERS, answers, strict=True)
        )
        return f"A unit with weights {w[0]:g} and {w[1]:g} and bias {bias:g} answers {told}."

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(gate['name'])}</th>{_cells(gate)}</tr>"
            for gate in self.settings["gates"]
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Gate</th><th>Weights</th><th>Bias</th>"
            f"<th>Right at best</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def one_neuron() -> OneNeuron:
    """Return a threshold unit with sliders for its weights, and gates to aim at.

    Returns
    -------
    OneNeuron
        Two inputs, or three for the majority, whose third weight stays 1. Weights go from -2 to 2
        and the bias from -3 to 3, both in halves.

    Notes
    -----
    At a sum of exactly 0 the unit does not fire. Source: UW, Boolean functions.
    """
    return OneNeuron()


def key_of(inputs: int, w1: float, w2: float, bias: float) -> str:
    """Return the key of a frame: the number of inputs, the weights, the bias."""
    return f"{inputs}:{w1:g},{w2:g},{bias:g}"


def _weights(numbers: str) -> tuple[np.ndarray, float]:
    w1, w2, bias = map(real, numbers.split(","))
    return np.array([w1, w2]), bias


def _gate(declared, frames) -> dict:
    """Return a gate's name and right answers, the slides' weights, and how close a unit can come.

    The right answers are a list for each plane; ``slide`` is the key of the slides' weights, or
    None where there are none.
    """
    name, inputs, function, slide = declared
    thirds = [np.empty((4, 0))] if inputs == 2 else [np.zeros((4, 1)), np.ones((4, 1))]
    wanted = [compact(function(np.hstack([CORNERS, x3])).astype(int)) for x3 in thirds]
    right = {
        key: sum(
            said == right
            for plane, answers in zip(frame["planes"], wanted, strict=True)
            for said, right in zip(plane["y"], answers, strict=True)
        )
        for key, frame in frames.items()
        if key.startswith(f"{inputs}:")
    }
    return {
        "name": name,
        "inputs": inputs,
        "wanted": wanted,
        "slide": slide and _slides_key(slide, inputs),
        "best": max(right.values()),
    }


def _slides_key(name: str, inputs: int) -> str:
    w, bias = gate(name, inputs)
    return key_of(inputs, w[0], w[1] if len(w) > 1 else 0, bias)


def _cells(gate: dict) -> str:
    best = f"<td>{gate['best']} of {4 * len(gate['wanted'])}</td>"
    if gate["slide"] is None:
        return f"<td>none will do</td><td></td>{best}"
    w, bias = _weights(gate["slide"].partition(":")[2])
    third = f", {THIRD_WEIGHT:g}" if gate["inputs"] == 3 else ""
    return f"<td>{w[0]:g}, {w[1]:g}{third}</td><td>{bias:g}</td>{best}"
