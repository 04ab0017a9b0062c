"""A perceptron that learns, as an explorable: each example it meets, and how its line moves."""

from __future__ import annotations

import html

import numpy as np

from course_lib import checks, data
from course_lib.perceptron import Perceptron
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole
from course_lib.viz.one_neuron import CORNERS

ORDERS = 4
"""How many orders a page stores for each set of examples: as listed, and three shuffled ones."""

EPOCHS = 12
"""When to give up."""


class InOrder(np.random.Generator):
    """A generator that shuffles nothing: examples are met as they are listed."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def permutation(self, x, axis=0):
        return np.arange(x)


def met(X, y, rng=None, epochs: int = EPOCHS) -> tuple[Perceptron, list[int], list[Perceptron]]:
    """Return a perceptron that has learned, and what it was on the way.

    Parameters
    ----------
    X : (N, D) array_like
    y : (N,) array_like of 0 and 1
    rng : int, optional
        Orders the examples anew in each epoch; left out, they are met as listed.
    epochs : int
        At most so many.

    Returns
    -------
    learned : Perceptron
    order : list of int
        The examples met, one after the other, over all epochs.
    after : list of Perceptron
        After none of them, after the first, the second, and so on.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    learned = Perceptron(X.shape[1]).fit(X, y, epochs, _orders(rng))
    orders = _orders(rng)
    order = np.concatenate([orders.permutation(len(X)) for _ in learned.mistakes])
    after = [Perceptron(X.shape[1])]
    for count in range(1, len(order) + 1):
        # Whoever meets the same examples in the same order, once, has learned the same.
        so_far = order[:count]
        after.append(Perceptron(X.shape[1]).fit(X[so_far], y[so_far], 1, InOrder()))
    return learned, order.tolist(), after


class Learning(Explorable):
    """The explorable that :func:`learning` returns. Its keys are ``"examples:order"``."""

    module = "perceptron"
    _esm = bundle("perceptron")
    keys_like = '"0:3"'

    def __init__(self, examples, **traits):
        self.examples = list(examples.values())
        runs = [
            {f"{number}:{order}": self.frame(f"{number}:{order}") for order in range(ORDERS)}
            for number in range(len(examples))
        ]
        frames = {key: frame for some in runs for key, frame in some.items()}
        settings = {
            "title": "A perceptron learns",
            "orders": ORDERS,
            "examples": [
                {"name": name, "X": compact(X), "y": compact(y), "view": _view(X, runs[number])}
                for number, (name, (X, y)) in enumerate(examples.items())
            ],
        }
        super().__init__(settings=settings, frames=frames, choice="0:0", step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return what was met and what became of it.

        ``order`` numbers the examples met; ``w`` and ``b`` are the weights and the bias at the
        start and after each of them; ``z`` is each example's sum when it was met and ``said`` the
        answer; ``mistakes`` counts the wrong ones of each epoch.
        """
        (X, y), seed = self.parts(key, entry(self.examples), whole())
        learned, order, after = met(X, y, rng=seed or None)
        asked = list(zip(after, X[order], strict=False))
        return {
            "order": order,
            "w": [compact(unit.params["w"]) for unit in after],
            "b": [compact(unit.params["b"][0]) for unit in after],
            "z": [compact(unit.params["w"] @ x + unit.params["b"][0]) for unit, x in asked],
            "said": [int(unit.predict([x])[0]) for unit, x in asked],
            "mistakes": learned.mistakes,
        }

    def summary(self) -> str:
        frame = self.frames[self.choice]
        name = self.settings["examples"][int(self.choice.partition(":")[0])]["name"]
        w, b = frame["w"][-1], frame["b"][-1]
        end = "It has learned" if frame["mistakes"][-1] == 0 else "It has not learned"
        return (
            f"{name}: {', '.join(map(str, frame['mistakes']))} mistakes in the epochs. {end}: "
            f"weights {w[0]:g} and {w[1]:g}, bias {b:g}."
        )

    def fallback(self) -> str:
        number = self.choice.partition(":")[0]
        X, y = self.examples[int(number)]
        frame = self.frames[self.choice]
        steps = zip(
            *(frame["order"], frame["z"], frame["said"], frame["w"][1:], frame["b"][1:]),
            strict=True,
        )
        rows = "".join(
            f"<tr><td>{_point(X[i])}</td><td>{y[i]}</td><td>{z:g}</td><td>{said}</td>"
            f"<td>{_point(w)}</td><td>{b:g}</td></tr>"
            for i, z, said, w, b in steps
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Example</th><th>Wanted</th><th>Sum</th><th>Said</th>"
            f"<th>Weights after</th><th>Bias after</th></tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def learning(examples=None) -> Learning:
    """Return a perceptron that learns, to step through, one example a step.

    Parameters
    ----------
    examples : dict of str to (X, y), optional
        Points in the plane (N, 2) with labels 0 and 1, by name. Left out: the Boolean functions OR,
        AND and XOR, and two clouds of points.

    Notes
    -----
    It starts from zero, and stops after an epoch without a mistake, or after twelve.
    Source: Rosenblatt 1958.
    """
    if examples is None:
        examples = {
            "OR": (CORNERS, [0, 1, 1, 1]),
            "AND": (CORNERS, [0, 0, 0, 1]),
            "XOR: exactly one": (CORNERS, [0, 1, 1, 0]),
            "two clouds": _clouds(),
        }
    if not examples:
        raise ValueError("examples must hold at least one set of points, got none")
    checked = {}
    for name, (X, y) in examples.items():
        X = checks.floats(f"X of {name!r}", X, ("N", 2))
        checked[name] = X, checks.integers(f"y of {name!r}", y, (len(X),), high=2)
    return Learning(checked)


def _clouds() -> tuple[np.ndarray, np.ndarray]:
    """Return two clouds whose line does not go through the origin, on a grid of tenths."""
    X, y = data.blobs(12, rng=5, noise=0.6, n_classes=2)
    return (X @ [[0.3, 0.15], [-0.15, 0.3]] + [1, 0.8]).round(1), y


def _orders(rng) -> np.random.Generator:
    return InOrder() if rng is None else checks.generator(rng)


def _view(X: np.ndarray, runs: dict[str, dict]) -> list[float]:
    """Return the lower and the upper end of both axes: all points, all weights, some room."""
    shown = np.concatenate([X, *(run["w"] for run in runs.values())])
    low, high = shown.min(initial=0), shown.max(initial=1)
    return compact([low - 0.4, high + 0.4])


def _point(x) -> str:
    return f"({x[0]:g}, {x[1]:g})"
