"""Plots of neurons and networks: activations, decision lines and regions, losses, diagrams.

Each takes the axes to draw in, or makes its own, and returns them. Their label says the picture in
words, for who cannot see it: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from course_lib import activations, checks
from course_lib.viz.network import network_diagram
from course_lib.viz.style import INK, STATES, figure

__all__ = [
    "activation_curves",
    "decision_line",
    "decision_regions",
    "loss_curves",
    "network_diagram",
]

CURVES = ("linear", "threshold", "sigmoid", "tanh", "relu")
DASHES = ("-", "--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)))
MARKERS = ("o", "^", "s", "D")


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
        shown = "ReLU" if name == "relu" else name
        ax.plot(x, g(x), color=STATES[i % len(STATES)], linestyle=DASHES[i], label=shown)
    within_one = derivatives or {*names} <= {"threshold", "sigmoid"}
    ax.set(xlabel="weighted sum", ylabel="slope" if derivatives else "output")
    ax.set(xlim=(-4, 4), ylim=(-0.1, 1.1) if within_one else (-1.5, 2.5))
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


def _axes(ax: Axes | None, height: float) -> Axes:
    return figure(height, axes=True)[1] if ax is None else ax


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
    """Return places so close together that a slanted border between them looks straight."""
    return np.meshgrid(np.linspace(*ax.get_xlim(), 301), np.linspace(*ax.get_ylim(), 301))


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
