"""Computation graphs in the slides' convention, from the inputs below to the output above.

A picture's label says it in words: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path

from course_lib import checks
from course_lib.autodiff import Graph, Var
from course_lib.viz.layered import layout
from course_lib.viz.style import INK, STATES, WIDTH, figure

NODES_AT_MOST = 80
SIGNS = {"*": "×", "-": "−", "softmax cross entropy": "softmax\ncross entropy"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LAYER = 1.5  # between the middles of two layers
HEIGHT = 0.6  # of a rectangle
LETTER = 0.17  # width of a letter, about


def computation_graph(graph, values: bool = False, ax: Axes | None = None) -> Axes:
    """Draw a rectangle for every variable, parameter and constant of an algorithm.

    Inside stands the function that computes it, outside the variable's name. A parameter or
    constant is computed by nothing: there its value stands, or the shape of its array.

    Parameters
    ----------
    graph : Var or Graph
        With at most 80 nodes. What has been computed and has no name is called u with a number.
    values : bool
        Write under the name of a scalar its value, and after ``backward`` its gradient.
    ax : Axes, optional

    Returns
    -------
    Axes

    Notes
    -----
    Constants have a dashed frame. Source: CMU-G, Ways of drawing neural networks.
    """
    nodes, edges = _graph(graph)
    names = node_names(nodes)
    inside = [_inside(v) for v in nodes]
    outside = [_outside(name, v, values) for name, v in zip(names, nodes, strict=True)]
    wide = [max(0.9, 0.35 + _width(text)) for text in inside]
    room = [w / 2 + 0.35 + _width(text) for w, text in zip(wide, outside, strict=True)]
    x, layer, ways = layout(edges, [w / 2 for w in wide], room)

    left, right = min(x - np.array(wide) / 2) - 0.1, max(x + room)
    low, high = -HEIGHT, LAYER * layer.max() + HEIGHT
    if ax is None:
        ax = figure((high - low) * min(0.41, WIDTH / (right - left)))[1]
    ax.set(xlim=(left, right), ylim=(low, high), aspect="equal")
    ax.set_axis_off()
    size = _letters(ax)
    places = np.column_stack([x, LAYER * layer])
    for v, text, beside, w, at in zip(nodes, inside, outside, wide, places, strict=True):
        _box(ax, v, text, w, at, size)
        look = {"size": size, "ha": "left", "va": "center", "gid": "name"}
        ax.text(at[0] + w / 2 + 0.08, at[1], beside, color=INK, **look)
    for way, (j, share) in zip(ways, arrivals(edges, ways), strict=True):
        _arrow(ax, way, x[j] + share * wide[j])
    ax.set_label(_in_words(nodes, edges, names, inside))
    return ax


def _graph(graph) -> Graph:
    if isinstance(graph, Var):
        graph = graph.graph()
    if not isinstance(graph, Graph):
        raise TypeError(f"graph must be a Var or a Graph, got {type(graph).__name__}")
    checks.whole("graph: the number of nodes", len(graph.nodes), low=1, high=NODES_AT_MOST)
    return graph


def node_names(nodes) -> list[str]:
    """Return the nodes' names; what is computed and has none is u1, u2, ..., others have none."""
    unnamed = [v for v in nodes if v.name is None and v.function is not None]
    numbers = {v: str(i).translate(SUBSCRIPTS) for i, v in enumerate(unnamed, 1)}
    return [f"u{numbers[v]}" if v in numbers else v.name or "" for v in nodes]


def _inside(v) -> str:
    if v.function is not None:
        return SIGNS.get(v.function, v.function)
    return _number(v.value) if v.value.ndim == 0 else f"[{'×'.join(map(str, v.value.shape))}]"


def _outside(name: str, v, values: bool) -> str:
    lines = [name] if name else []
    if values and v.value.ndim == 0:
        if v.function is not None:
            lines.append(_number(v.value))
        if v.grad is not None:
            lines.append(f"∂ {_number(v.grad)}")
    return "\n".join(lines)


def _number(value) -> str:
    return f"{value + 0:.3g}"  # no minus before a zero


def _width(text: str) -> float:
    return LETTER * max(map(len, text.split("\n")))


def _letters(ax: Axes) -> float:
    """Return the size of letters that fits the rectangles, however small they are drawn."""
    inches = ax.get_window_extent().size / ax.figure.dpi
    units = np.diff([ax.get_xlim(), ax.get_ylim()])[:, 0]
    return min(9.0, 22 * float(min(inches / units)))


def _box(ax: Axes, v, text: str, w: float, at, size: float) -> None:
    """Draw a node: a solid frame for what has a gradient, a dashed one for a constant."""
    computed = v.function is not None
    colour = INK if v.constant else STATES[0] if computed else STATES[1]
    corner = at - np.array([w, HEIGHT]) / 2
    look = {"facecolor": (colour, 0.1), "edgecolor": colour, "linewidth": 1.5}
    ax.add_patch(Rectangle(corner, w, HEIGHT, linestyle="--" if v.constant else "-", **look))
    size = 0.8 * size if "\n" in text else size
    ax.text(*at, text, color=INK, size=size, ha="center", va="center", gid="function")


def arrivals(edges, ways) -> list[tuple[int, float]]:
    """Return for each edge where it enters its node: arrows from the left come in on the left."""
    into = defaultdict(list)
    for e, (_, j) in enumerate(edges):
        into[j].append(e)
    shares = {}
    for arriving in into.values():
        arriving.sort(key=lambda e: ways[e][-2][0])
        for k, e in enumerate(arriving, 1):
            shares[e] = k / (len(arriving) + 1) - 0.5
    return [(j, shares[e]) for e, (_, j) in enumerate(edges)]


def _arrow(ax: Axes, way, arrival: float) -> None:
    """Draw an arrow from the top of a node to the bottom of another, upright in each layer."""
    ends = [(x, LAYER * layer + side * HEIGHT / 2) for x, layer in way for side in (-1, 1)]
    points = [*ends[1:-2], (arrival, ends[-2][1])]
    vertices, codes = [points[0]], [Path.MOVETO]
    for (x, y), (u, v) in pairwise(points):
        vertices += [(x, (y + v) / 2), (u, (y + v) / 2), (u, v)]
        codes += [Path.CURVE4] * 3
    look = {"arrowstyle": "-|>", "mutation_scale": 8, "color": INK, "linewidth": 1}
    ax.add_patch(FancyArrowPatch(path=Path(vertices, codes), shrinkA=0, shrinkB=0, **look))


def _in_words(nodes, edges, names: list[str], inside: list[str]) -> str:
    """Return sentences that say of every node what it is, or from what it is computed."""
    given, computed = [], []
    for j, (v, name, text) in enumerate(zip(nodes, names, inside, strict=True)):
        inputs = [names[i] or inside[i] for i, user in edges if user == j]
        if v.function is None:
            given.append(f"{name} = {text}" if name else text)
        elif len(inputs) == 2 and not text[0].isalpha():
            computed.append(f"{name} = {inputs[0]} {text} {inputs[1]}")
        else:
            computed.append(f"{name} = {text}({', '.join(inputs)})".replace("\n", " "))
    steps = f" Computed: {'; '.join(computed)}." if computed else ""
    return f"A computation graph. Given: {'; '.join(given)}.{steps}"
