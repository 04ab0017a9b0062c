"""Pictures of derivatives: the chain rule's ways, and how exact finite differences are.

A picture's label says it in words: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from course_lib import checks
from course_lib.viz.style import INK, STATES, figure, legend_above

FORMS = ((["y"], "one way"), (["y₁", "y₂"], "two ways"), (["y₁", "y₂", "⋮", "yₙ"], "n ways"))
BOX = 0.5


def chain_rule(ax: Axes | None = None) -> Axes:
    """Draw how z depends on x: through one variable, through two, through n.

    Returns
    -------
    Axes

    Notes
    -----
    Source: UCLA, Reminder: chain rule for derivatives.
    """
    ax = figure(1.7)[1] if ax is None else ax
    for k, (middle, title) in enumerate(FORMS):
        left = 3.6 * k
        ax.text(left + 1.2, -1.75, title, color=INK, size=9, ha="center", gid="title")
        _box(ax, left, 0, "x", STATES[1])
        _box(ax, left + 2.4, 0, "z", STATES[0])
        for i, name in enumerate(middle):
            y = 0.75 * ((len(middle) - 1) / 2 - i)
            if name == "⋮":
                ax.text(left + 1.2, y, name, color=INK, ha="center", va="center", gid="name")
                continue
            _box(ax, left + 1.2, y, name, STATES[0])
            _arrow(ax, left, 0, left + 1.2, y)
            _arrow(ax, left + 1.2, y, left + 2.4, 0)
    ax.set_label(
        "Three graphs. In the first x leads to y, and y to z. In the second two ways lead from x "
        "to z, through y1 and y2. In the third there are n ways."
    )
    return ax


def difference_errors(f, slope: float, x: float, ax: Axes | None = None) -> Axes:
    """Draw the relative error of finite differences over the size of the step.

    Parameters
    ----------
    f : callable
        Takes a number and returns one.
    slope : float
        Its derivative at `x`, not 0.
    x : float
    ax : Axes, optional

    Returns
    -------
    Axes

    Notes
    -----
    Source: CMU-G, Finite difference method.
    """
    slope, x = checks.number("slope", slope), checks.number("x", x)
    if slope == 0:
        raise ValueError("slope must not be 0, for there is no relative error then")
    steps = np.logspace(-13, 0, 53)
    sides = {
        "to one side": [(f(x + h) - f(x)) / h for h in steps],
        "to both sides": [(f(x + h) - f(x - h)) / (2 * h) for h in steps],
    }
    ax = figure(2.6, axes=True)[1] if ax is None else ax
    for (name, found), colour, dash in zip(sides.items(), STATES, ("--", "-"), strict=False):
        error = np.abs(np.array(found) - slope) / abs(slope)
        ax.loglog(steps, np.maximum(error, 1e-16), color=colour, linestyle=dash, label=name)
    ax.set(xlabel="step ε", ylabel="relative error")
    legend_above(ax, 2)
    ax.set_label(
        "Relative error of finite differences over the step, both axes logarithmic. Each curve "
        "falls as the step shrinks, until rounding makes it rise again; steps to both sides are "
        "far more exact, and best at a larger step."
    )
    return ax


def _box(ax: Axes, x: float, y: float, name: str, colour: str) -> None:
    look = {"facecolor": (colour, 0.1), "edgecolor": colour, "linewidth": 1.5}
    ax.add_patch(Rectangle((x - BOX / 2, y - BOX / 2), BOX, BOX, **look))
    ax.text(x, y, name, color=INK, size=9, ha="center", va="center", gid="name")


def _arrow(ax: Axes, x: float, y: float, u: float, v: float) -> None:
    look = {"arrowstyle": "-|>", "mutation_scale": 8, "color": INK, "linewidth": 1}
    ends = (x + BOX / 2, y), (u - BOX / 2, v)
    ax.add_patch(FancyArrowPatch(*ends, shrinkA=1, shrinkB=1, **look))
