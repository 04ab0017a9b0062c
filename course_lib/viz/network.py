"""The diagram of a network: units, and the weights between them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import checks
from course_lib.viz.style import FAINT, INK, figure

RADIUS = 0.3
UNITS_AT_MOST = 8
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def network_diagram(sizes, params=None, ax: Axes | None = None) -> Axes:
    """Draw a network in the convention of the slides.

    Units are circles with the name of their variable, edges are arrows with their weight. Biases
    are part of the unit, and the loss is not part of the network: neither is shown.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, inputs first; at most 8 each.
    params : dict, optional
        ``"W1"`` (out, in), ``"W2"`` and so on, whose numbers are written at the edges. Without
        them the edges carry the slides' letters: alpha for the first layer, beta for the second.
    ax : Axes, optional

    Returns
    -------
    Axes

    Notes
    -----
    Source: CMU-G, Ways of drawing neural networks.
    """
    sizes = checks.layer_sizes("sizes", sizes)
    checks.whole("sizes: the largest layer", max(sizes), high=UNITS_AT_MOST)
    weights = None if params is None else _weights(params, sizes)
    ax = figure(0.5 + 0.62 * max(sizes))[1] if ax is None else ax
    at = [[(3.0 * l, 1.2 * ((n - 1) / 2 - i)) for i in range(n)] for l, n in enumerate(sizes)]
    for l in range(1, len(sizes)):
        for j, i in np.ndindex(sizes[l], sizes[l - 1]):
            label = _edge_name(l, j, i) if weights is None else _number(weights[l - 1][j, i])
            share = _label_place(sizes[l - 1], sizes[l])
            _edge(ax, np.array(at[l - 1][i]), np.array(at[l][j]), label, share)
    for l, places in enumerate(at):
        for i, place in enumerate(places):
            ax.add_patch(Circle(place, RADIUS, facecolor="none", edgecolor=INK, linewidth=1.5))
            name = _unit_name(l, i, sizes)
            ax.text(*place, name, color=INK, ha="center", va="center", gid="unit")
    ax.autoscale_view()
    layers = "-".join(map(str, sizes))
    ax.set_label(f"A network of {layers} units, each joined to every unit of the layer before.")
    return ax


def _weights(params, sizes: tuple[int, ...]) -> list[np.ndarray]:
    missing = [f"W{l}" for l in range(1, len(sizes)) if f"W{l}" not in params]
    if missing:
        raise ValueError(f"params must hold {', '.join(missing)}, got {list(params)}")
    shapes = zip(sizes[1:], sizes[:-1], strict=True)
    return [checks.floats(f"W{l}", params[f"W{l}"], shape) for l, shape in enumerate(shapes, 1)]


def _unit_name(l: int, i: int, sizes: tuple[int, ...]) -> str:
    """Return x for inputs, y for outputs, z for hidden units (with its layer, if need be)."""
    index = str(i + 1).translate(SUBSCRIPTS)
    if l == 0:
        return f"x{index}"
    if l == len(sizes) - 1:
        return f"y{index}" if sizes[-1] > 1 else "y"
    return f"z{str(l).translate(SUPERSCRIPTS) if len(sizes) > 3 else ''}{index}"


def _number(weight: float) -> str:
    return f"{weight:.3g}".replace("-", "−")


def _edge_name(l: int, j: int, i: int) -> str:
    """Return alpha, beta, ... with the units the edge goes to and comes from."""
    return chr(ord("α") + l - 1) + f"{j + 1}{i + 1}".translate(SUBSCRIPTS)


def _label_place(n_in: int, n_out: int) -> float:
    """Return how far along its edge a label sits, so that all labels are evenly spaced.

    The labels stand near the end where fewer edges meet.
    """
    share = 1 / (min(n_in, n_out) + 1)
    return share if n_out <= n_in else 1 - share


def _edge(ax: Axes, start: np.ndarray, end: np.ndarray, label: str, share: float) -> None:
    """Draw an arrow from circle to circle, its label along it."""
    way = end - start
    along = RADIUS * way / np.hypot(*way)
    look = {"arrowstyle": "-|>", "mutation_scale": 8, "color": INK, "alpha": FAINT}
    ax.add_patch(FancyArrowPatch(start + along, end - along, shrinkA=0, shrinkB=0, **look))
    angle = np.degrees(np.arctan2(way[1], way[0]))
    turned = {"rotation": angle, "rotation_mode": "anchor", "ha": "center", "va": "bottom"}
    ax.text(*(start + share * way), label, color=INK, size=8, gid="weight", **turned)
