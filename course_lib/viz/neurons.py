"""Plots of neurons and networks: activations, decision lines and regions, losses, diagrams.

Each takes the axes to draw in, or makes its own, and returns them. Their label says the picture in
words, for who cannot see it: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import activations, checks
from course_lib.viz.style import FAINT, INK, STATES, figure

CURVES = ("linear", "threshold", "sigmoid", "tanh", "relu")
DASHES = ("-", "--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)))
MARKERS = ("o", "^", "s", "D")
RADIUS = 0.3
UNITS_AT_MOST = 8
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def activation_curves(names=CURVES, derivatives: bool = False, ax: Axes | None = None) -> Axes:
    """Draw activation functions between -4 and 4.

    Parameters
    ----------
    names : sequence of {"linear", "threshold", "sigmoid", "tanh", "relu"}
    derivatives : bool
        Draw their slopes instead; "sigmoid", "tanh" and "relu" have one.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    known = ("sigmoid", "tanh", "relu") if derivatives else CURVES
    names = [checks.one_of("names", name, known) for name in names]
    ax = _axes(ax, 2.8)
    x = np.linspace(-4, 4, 801)
    for name in names:
        g = getattr(activations, f"d_{name}" if derivatives else name)
        i = CURVES.index(name)
        ax.plot(x, g(x), color=STATES[i % len(STATES)], linestyle=DASHES[i], label=name)
    title = "g′(x)" if derivatives else "g(x)"
    ax.set(xlabel="x", ylabel=title, xlim=(-4, 4), ylim=(-0.1, 1.1) if derivatives else (-1.5, 2.5))
    _legend(ax)
    what = "slopes of the activation functions" if derivatives else "activation functions"
    ax.set_label(f"The {what} {', '.join(names)}, for inputs from -4 to 4.")
    return ax


def decision_line(w, b, X=None, y=None, ax: Axes | None = None) -> Axes:
    """Draw where a threshold unit with two inputs fires: the half-plane with ``w x + b > 0``.

    Parameters
    ----------
    w : (2,) array_like
        Weights; an arrow along them points into the half-plane.
    b : float
        Bias; an array of shape (1,) will do.
    X : (N, 2) array_like, optional
        Points to show.
    y : (N,) array_like of int, optional
        Their labels, 0 or 1.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    w = checks.floats("w", w, (2,))
    b = checks.floats("b", np.reshape(b, -1), (1,))[0]
    X, y = _points(np.empty((0, 2)) if X is None else X, y)
    ax = _axes(ax, 3.4)
    _limits(ax, X)
    u, v = _grid(ax)
    z = w[0] * u + w[1] * v + b
    ax.contourf(u, v, z > 0, levels=[0.5, 1.5], colors=[STATES[1]], alpha=0.15)
    if w.any():
        ax.contour(u, v, z, levels=[0], colors=[INK], linewidths=2)
        foot, tip = -b * w / (w @ w), (0.5 - b / np.hypot(*w)) * w / np.hypot(*w)
        ax.annotate("", tip, foot, arrowprops={"arrowstyle": "-|>", "color": INK})
        ax.text(*tip, " w", color=INK, va="center", clip_on=True)
    _scatter(ax, X, y)
    ax.set_label(
        f"The plane of two inputs. The unit fires where {w[0]:.3g} x1 {w[1]:+.3g} x2 {b:+.3g} "
        f"is greater than 0.{_points_in_words(y)}"
    )
    return ax


def decision_regions(model, X, y, ax: Axes | None = None) -> Axes:
    """Draw which class a model with two inputs gives to each place, and the points it learned.

    Parameters
    ----------
    model : object
        With ``predict(X)`` from (N, 2) to (N,) classes.
    X : (N, 2) array_like
    y : (N,) array_like of int
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    X, y = _points(X, y)
    ax = _axes(ax, 3.4)
    _limits(ax, X)
    u, v = _grid(ax)
    regions = np.reshape(model.predict(np.column_stack([u.ravel(), v.ravel()])), u.shape)
    classes = np.unique(np.concatenate([regions.ravel(), y]))
    for k in classes:
        inside, colour = regions == k, STATES[int(k) % len(STATES)]
        ax.contourf(u, v, inside, levels=[0.5, 1.5], colors=[colour], alpha=0.15)
        if inside.any() and not inside.all():
            ax.contour(u, v, inside, levels=[0.5], colors=[INK], linewidths=1)
    _scatter(ax, X, y)
    ax.set_label(
        f"The plane of two inputs, coloured by the model's answer.{_points_in_words(y)} "
        f"It answers {np.count_nonzero(model.predict(X) == y)} of {len(y)} points rightly."
    )
    return ax


def loss_curves(history, log: bool = False, ax: Axes | None = None) -> Axes:
    """Draw what a fit recorded, a line for each name, a value for each epoch.

    Parameters
    ----------
    history : dict of str to sequences of float
        A model's ``history``, or ``{"mistakes": perceptron.mistakes}``.
    log : bool
        Use a logarithmic scale.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if not isinstance(history, Mapping) or not history:
        raise TypeError(f"history must be a dict of at least one list, got {history!r:.60}")
    lines = {
        name: checks.floats(f"history[{name!r}]", values, ("epochs",))
        for name, values in history.items()
    }
    ax = _axes(ax, 2.6)
    for i, (name, values) in enumerate(lines.items()):
        colour, dash = STATES[i % len(STATES)], DASHES[i % len(DASHES)]
        ax.plot(np.arange(1, len(values) + 1), values, color=colour, linestyle=dash, label=name)
    ax.set(xlabel="epoch", ylabel=" / ".join(lines), yscale="log" if log else "linear")
    _legend(ax)
    ax.set_label(" ".join(_course_in_words(name, values) for name, values in lines.items()))
    return ax


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
    ax = _axes(ax, 0.5 + 0.62 * max(sizes), drawing=True)
    at = [[(3.0 * l, 1.2 * ((n - 1) / 2 - i)) for i in range(n)] for l, n in enumerate(sizes)]
    for l in range(1, len(sizes)):
        for j, i in np.ndindex(sizes[l], sizes[l - 1]):
            label = _edge_name(l, j, i) if weights is None else f"{weights[l - 1][j, i]:.3g}"
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


def _axes(ax: Axes | None, height: float, drawing: bool = False) -> Axes:
    return figure(height, axes=not drawing)[1] if ax is None else ax


def _legend(ax: Axes) -> None:
    ax.legend(frameon=False, labelcolor=INK)


def _points(X, y) -> tuple[np.ndarray, np.ndarray]:
    X = checks.floats("X", X, ("N", 2))
    y = np.zeros(len(X), np.intp) if y is None else checks.integers("y", y, (len(X),))
    return X, y


def _limits(ax: Axes, X: np.ndarray) -> None:
    """Show all points with some room around, and at least the corners of the unit square."""
    for set_limits, values in ((ax.set_xlim, X[:, 0]), (ax.set_ylim, X[:, 1])):
        low, high = values.min(initial=0), values.max(initial=1)
        room = 0.25 * (high - low)
        set_limits(low - room, high + room)
    ax.set(xlabel="x₁", ylabel="x₂")


def _grid(ax: Axes) -> list[np.ndarray]:
    return np.meshgrid(np.linspace(*ax.get_xlim(), 201), np.linspace(*ax.get_ylim(), 201))


def _scatter(ax: Axes, X: np.ndarray, y: np.ndarray) -> None:
    """Draw each class in its own colour and its own shape."""
    for k in np.unique(y):
        look = {"color": STATES[k % len(STATES)], "marker": MARKERS[k % len(MARKERS)]}
        ax.scatter(*X[y == k].T, edgecolors=INK, label=str(k), zorder=3, **look)


def _points_in_words(y: np.ndarray) -> str:
    counts = [f"{np.count_nonzero(y == k)} of class {k}" for k in np.unique(y)]
    return f" Points: {', '.join(counts)}." if counts else ""


def _course_in_words(name: str, values: np.ndarray) -> str:
    if len(values) == 0:
        return f"{name}: nothing recorded."
    return f"{name}: from {values[0]:.3g} to {values[-1]:.3g} in {len(values)} epochs."


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
