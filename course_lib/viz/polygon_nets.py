"""Networks of threshold units that draw polygons, as an explorable: who fires where."""

from __future__ import annotations

import html
from collections.abc import Callable

import numpy as np

from course_lib import checks
from course_lib.data.points import POLYGONS
from course_lib.perceptron import threshold_network
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole

VIEW = (-2.2, 2.2)
MOST_SIDES = 8


# [sides]
def sides(corners) -> tuple[np.ndarray, np.ndarray]:
    """Return the half-planes whose common part is a convex polygon.

    Parameters
    ----------
    corners : (k, 2) array_like
        Counter-clockwise, so that the inside lies to the left of every side.

    Returns
    -------
    W : (k, 2) ndarray
        A row for each side: at right angles to it, pointing inwards.
    b : (k,) ndarray
    """
    corners = checks.floats("corners", corners, ("k", 2))
    along = np.roll(corners, -1, axis=0) - corners
    W = np.column_stack([-along[:, 1], along[:, 0]])
    return W, -(W * corners).sum(axis=1)


# [/sides]


# [polygon_net]
def polygon_net(polygons, needed=None) -> dict[str, np.ndarray]:
    """Return the threshold network that fires in one of several convex polygons.

    Parameters
    ----------
    polygons : list of (k, 2) array_like
        Corners, counter-clockwise.
    needed : int, optional
        Of how many polygons a point must be inside: 1, if left out, is their union.

    Returns
    -------
    dict
        ``"W1"``, ``"b1"``, ``"W2"``, ``"b2"``, ``"W3"``, ``"b3"``, for `threshold_network`.
    """
    parts = [sides(corners) for corners in polygons]
    counts = [len(b) for _, b in parts]
    n = len(polygons)
    return {
        "W1": np.vstack([W for W, _ in parts]),  # half-planes
        "b1": np.concatenate([b for _, b in parts]),
        "W2": np.repeat(np.eye(n), counts, axis=1),  # AND of each polygon's own sides
        "b2": 0.5 - np.array(counts),
        "W3": np.ones((1, n)),  # OR of the polygons
        "b3": np.array([0.5 - (needed or 1)]),
    }


# [/polygon_net]


def ring(count: int, needed: int) -> dict[str, np.ndarray]:
    """Return a network of `count` half-planes around the origin that fires where `needed` do."""
    turn = 2 * np.pi * np.arange(count) / count + 0.3
    return {
        "W1": -np.column_stack([np.cos(turn), np.sin(turn)]),
        "b1": np.ones(count),
        "W2": np.ones((1, count)),
        "b2": np.array([0.5 - needed]),
    }


def square_with_a_hole(inner: int) -> dict[str, np.ndarray]:
    """Return a network for a square and a smaller one inside, which counts `inner`."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    net = polygon_net([1.5 * corners, 0.7 * corners])
    return {**net, "W3": np.array([[1.0, inner]])}


def star(needed: int) -> dict[str, np.ndarray]:
    """Return a network of two triangles, the one upside down, of which `needed` must fire."""
    turn = 2 * np.pi * np.arange(3) / 3 + np.pi / 2
    triangle = 1.8 * np.column_stack([np.cos(turn), np.sin(turn)])
    return polygon_net([triangle, -triangle], needed)


# The name, what its dial chooses, the values of the dial, and the network for each.
MAPS: tuple[tuple[str, str, tuple[str, ...], Callable[[int], dict]], ...] = (
    (
        "two islands",
        "output fires for",
        ("either island", "both at once"),
        lambda i: polygon_net(POLYGONS, i + 1),
    ),
    (
        "two triangles",
        "output fires for",
        ("either triangle", "both at once"),
        lambda i: star(i + 1),
    ),
    (
        "two squares",
        "inner square counts",
        ("+1", "0", "−1"),
        lambda i: square_with_a_hole(1 - i),
    ),
    *(
        (
            f"{count} half-plane{'s' if count > 1 else ''}",
            "needed",
            tuple(str(needed) for needed in range(count, 0, -1)),
            lambda i, count=count: ring(count, count - i),
        )
        for count in range(1, MOST_SIDES + 1)
    ),
)


class PolygonNets(Explorable):
    """The explorable that :func:`polygon_nets` returns. Its keys are ``"map:choice"``."""

    module = "polygon_nets"
    _esm = bundle("polygon_nets")
    keys_like = '"0:1"'

    def __init__(self, **traits):
        settings = {
            "title": "Threshold nets draw polygons",
            "view": list(VIEW),
            "maps": [
                {"name": name, "dial": dial, "choices": list(choices)}
                for name, dial, choices, _ in MAPS
            ],
        }
        keys = [
            f"{m}:{i}" for m, (_, _, choices, _) in enumerate(MAPS) for i in range(len(choices))
        ]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice="0:0", step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return the network and the pieces into which its lines cut the plane.

        ``layers`` holds for each layer the rows of Theta, bias first. ``faces`` holds for each
        piece its ``corners`` and, layer by layer, which units fire in it, ``on``.
        """
        (_, _, choices, net), i = self.parts(key, entry(MAPS), whole())
        if i >= len(choices):
            raise self.misread(key)
        params = net(i)
        pieces = cut(params["W1"], params["b1"])
        middles = np.array([piece.mean(axis=0) for piece in pieces])
        on = [fires(params, layer, middles) for layer in range(1, len(params) // 2 + 1)]
        return {
            "layers": [
                compact(np.column_stack([params[f"b{layer}"], params[f"W{layer}"]]).round(4))
                for layer in range(1, len(on) + 1)
            ],
            "faces": [
                {"corners": compact(piece.round(3)), "on": [compact(layer[n]) for layer in on]}
                for n, piece in enumerate(pieces)
            ],
        }

    def summary(self) -> str:
        frame = self.frames[self.choice]
        units = "-".join(str(len(layer)) for layer in frame["layers"])
        inside = sum(face["on"][-1][0] for face in frame["faces"])
        return (
            f"{MAPS[int(self.choice.partition(':')[0])][0]}: a network of 2-{units} units. Its "
            f"lines cut the plane into {len(frame['faces'])} pieces; it fires in {inside} of them."
        )

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><td>{layer}</td><td>{unit}</td><td>{' '.join(f'{w:g}' for w in row)}</td></tr>"
            for layer, theta in enumerate(self.frames[self.choice]["layers"], start=2)
            for unit, row in enumerate(theta, start=1)
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Layer</th><th>Unit</th><th>Bias and weights</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def polygon_nets() -> PolygonNets:
    """Return threshold networks to look into: half-planes, polygons, unions of polygons.

    Notes
    -----
    Source: UCLA, A single neuron, two layers, three layers with threshold activations.
    """
    return PolygonNets()


def fires(params, layer: int, X) -> np.ndarray:
    """Return which units of a layer of a threshold network fire for the points `X` (N, 2).

    Returns
    -------
    (N, units) ndarray of int
    """
    below = {f"{letter}{l}": params[f"{letter}{l}"] for l in range(1, layer) for letter in "Wb"}
    rows = zip(params[f"W{layer}"], params[f"b{layer}"], strict=True)
    units = [{**below, f"W{layer}": [w], f"b{layer}": [b]} for w, b in rows]
    return np.column_stack([threshold_network(unit, X) for unit in units])


def cut(W, b) -> list[np.ndarray]:
    """Return the convex pieces, by their corners, into which lines cut the square of the view."""
    low, high = VIEW
    pieces = [np.array([[low, low], [high, low], [high, high], [low, high]])]
    for w, bias in zip(W, b, strict=True):
        halves = [_half(piece, sign * (piece @ w + bias)) for piece in pieces for sign in (1, -1)]
        pieces = [half for half in halves if len(half) > 2 and _area(half) > 1e-9]
    return pieces


def _half(corners: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the part of a convex polygon where `z`, given at its corners, is not negative."""
    kept = []
    for p, q, at_p, at_q in zip(corners, np.roll(corners, -1, 0), z, np.roll(z, -1), strict=True):
        if at_p >= 0:
            kept.append(p)
        if at_p * at_q < 0:
            kept.append(p + at_p / (at_p - at_q) * (q - p))
    return np.array(kept)


def _area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
