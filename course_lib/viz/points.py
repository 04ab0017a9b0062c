"""Plots of point sets: the points alone, the regions of any prediction, polygons around them.

Each takes the axes to draw in, or makes its own, and returns them. Their label says the picture in
words, for who cannot see it: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from course_lib import checks
from course_lib.viz import neurons
from course_lib.viz.neurons import MARKERS
from course_lib.viz.style import INK, STATES, figure


def point_set(X, labels, ax: Axes | None = None) -> Axes:
    """Draw points, each class in its own colour and its own shape.

    Parameters
    ----------
    X : (N, 2) array_like
    labels : (N,) array_like of int
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    X = checks.floats("X", X, ("N", 2))
    labels = checks.integers("labels", labels, (len(X),))
    ax = figure(3.4, axes=True)[1] if ax is None else ax
    for k in np.unique(labels):
        look = {"color": STATES[k % len(STATES)], "marker": MARKERS[k % len(MARKERS)]}
        ax.scatter(*X[labels == k].T, edgecolors=INK, linewidths=0.5, label=f"class {k}", **look)
    ax.set(xlabel="x₁", ylabel="x₂", aspect="equal")
    ax.legend(frameon=False, labelcolor=INK, loc="upper left", bbox_to_anchor=(1, 1))
    counts = [f"{np.count_nonzero(labels == k)} of class {k}" for k in np.unique(labels)]
    ax.set_label(f"Points in the plane: {', '.join(counts)}.")
    return ax


def decision_regions(predict: Callable, X, labels, ax: Axes | None = None) -> Axes:
    """Draw which class a function gives to each place, and the points beside it.

    Parameters
    ----------
    predict : callable
        From points (N, 2) to classes (N,); for a model with a method of that name there is
        :func:`course_lib.viz.neurons.decision_regions`, which does the work here too.
    X : (N, 2) array_like
    labels : (N,) array_like of int
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if not callable(predict):
        raise TypeError(f"predict must be a function of the points, got {type(predict).__name__}")
    return neurons.decision_regions(SimpleNamespace(predict=predict), X, labels, ax=ax)


def outlines(polygons, ax: Axes | None = None) -> Axes:
    """Draw the borders of polygons, for example `course_lib.data.points.POLYGONS`.

    Parameters
    ----------
    polygons : list of (k, 2) array_like
        Corners in order; the last is joined to the first.
    ax : Axes, optional

    Returns
    -------
    Axes
        What its label said before stays in front of what it says of the polygons.
    """
    corners = [
        checks.floats(f"polygons[{i}]", polygon, ("k", 2)) for i, polygon in enumerate(polygons)
    ]
    ax = figure(3.4, axes=True)[1] if ax is None else ax
    for polygon in corners:
        ax.add_patch(Polygon(polygon, fill=False, edgecolor=INK, linewidth=2, linestyle="--"))
    ax.set(xlabel="x₁", ylabel="x₂", aspect="equal")
    ax.autoscale_view()
    sides = ", ".join(str(len(polygon)) for polygon in corners)
    ax.set_label(f"{ax.get_label()} Dashed: polygons with {sides} sides.".strip())
    return ax
