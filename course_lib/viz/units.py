"""Pictures of single units: what one is made of, and what it makes of the corners of a square."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import checks
from course_lib.viz.neurons import DASHES, MARKERS
from course_lib.viz.style import INK, LOOK, STATES, WIDTH, Picture, figure, show

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
LOW, HIGH = -0.5, 1.5  # of the plane that is drawn


def anatomy(inputs=("x₁", "x₂", "x₃"), weights=("w₁", "w₂", "w₃")) -> Picture:
    """Draw one unit: inputs and the bias's 1, a weight on each edge, the sum, the activation.

    Parameters
    ----------
    inputs, weights : sequences of str, of the same length
    """
    if len(inputs) != len(weights) or not inputs:
        raise ValueError(f"each input needs a weight, got {inputs!r} and {weights!r}")
    drawing, plot = figure(0.55 * (len(inputs) + 1))
    names, labels = ["1", *inputs], ["b", *weights]
    middle = 0.5 * len(inputs)
    for i, (name, label) in enumerate(zip(names, labels, strict=True)):
        at = (0, 2 * middle - i)
        _circle(plot, at, name, 0.3, dashed=i == 0)
        _arrow(plot, at, (2.4, middle), (0.3, 0.45))
        share = 0.42
        x, y = 2.4 * share, at[1] + share * (middle - at[1])
        plot.text(x, y + 0.08, label, color=INK, ha="center", va="bottom")
    _circle(plot, (2.4, middle), "Σ", 0.45)
    _circle(plot, (4.1, middle), "g", 0.45)
    _arrow(plot, (2.4, middle), (4.1, middle), (0.45, 0.45))
    plot.text(3.25, middle + 0.08, "z", color=INK, ha="center", va="bottom")
    _arrow(plot, (4.1, middle), (5.3, middle), (0.45, 0))
    plot.text(5.4, middle, "g(z)", color=INK, ha="left", va="center")
    plot.set(xlim=(-0.4, 6.1), ylim=(-0.4, 2 * middle + 0.4))
    listed = ", ".join(
        f"{name} with weight {label}" for name, label in zip(inputs, weights, strict=True)
    )
    return show(
        drawing,
        f"One unit. A constant 1 with weight b and the inputs {listed} are added up to z. "
        "The activation function g turns z into the unit's answer.",
    )


def corners(functions: Mapping, units: Mapping | None = None) -> Picture:
    """Draw Boolean functions of two inputs side by side, and units that compute them.

    Parameters
    ----------
    functions : dict of str to four 0 or 1
        By name, the answers for 00, 01, 10 and 11.
    units : dict of str to list of (w, b), optional
        For some of the names the units to draw: each fires in the half-plane that is shaded, and
        its line is where its sum is 0.

    Returns
    -------
    Picture
    """
    if not isinstance(functions, Mapping) or not functions:
        raise TypeError(f"functions must be a dict of at least one table, got {functions!r:.60}")
    units = units or {}
    tables = {
        name: checks.integers(f"functions[{name!r}]", table, (4,), high=2)
        for name, table in functions.items()
    }
    with mpl.rc_context(LOOK):
        drawing = Figure(figsize=(WIDTH, WIDTH / max(len(tables), 2) + 0.3))
        plots = drawing.subplots(1, len(tables), sharey=True, squeeze=False)[0]
    told = []
    for plot, (name, table) in zip(plots, tables.items(), strict=True):
        _square(plot, name)
        for i, (w, b) in enumerate(units.get(name, ())):
            _half_plane(plot, checks.floats("w", w, (2,)), float(b), i)
        for k in (0, 1):
            places = [corner for corner, answer in zip(CORNERS, table, strict=True) if answer == k]
            look = {"color": STATES[k], "marker": MARKERS[k], "edgecolors": INK, "zorder": 3}
            if places:
                plot.scatter(*np.transpose(places), s=60, **look)
        fires = ", ".join(f"{x1}{x2}" for (x1, x2), y in zip(CORNERS, table, strict=True) if y)
        lines = len(units.get(name, ()))
        cut = f", with {lines} line{'s' if lines > 1 else ''}" if lines else ""
        told.append(f"{name}{cut}: fires at {fires or 'none'}")
    return show(drawing, f"The four corners of a square. {'; '.join(told)}.")


def _square(plot: Axes, name: str) -> None:
    plot.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), aspect="equal", xticks=[0, 1], yticks=[0, 1])
    plot.set_title(name, color=INK, size=10)
    plot.set_xlabel("x₁")
    if plot.get_subplotspec().is_first_col():
        plot.set_ylabel("x₂")


def _half_plane(plot: Axes, w: np.ndarray, b: float, i: int) -> None:
    u, v = np.meshgrid(np.linspace(LOW, HIGH, 101), np.linspace(LOW, HIGH, 101))
    z = w[0] * u + w[1] * v + b
    plot.contourf(u, v, z > 0, levels=[0.5, 1.5], colors=[STATES[1 + i]], alpha=0.2)
    if z.min() < 0 < z.max():
        plot.contour(u, v, z, levels=[0], colors=[INK], linewidths=1.5, linestyles=[DASHES[i]])


def _circle(plot: Axes, at, name: str, radius: float, dashed: bool = False) -> None:
    line = "--" if dashed else "-"
    plot.add_patch(
        Circle(at, radius, facecolor="none", edgecolor=INK, linewidth=1.5, linestyle=line)
    )
    plot.text(*at, name, color=INK, ha="center", va="center")


def _arrow(plot: Axes, start, end, rooms) -> None:
    """Draw an arrow between two circles of the given radii."""
    start, end = np.array(start, dtype=float), np.array(end, dtype=float)
    way = (end - start) / np.hypot(*(end - start))
    look = {"arrowstyle": "-|>", "mutation_scale": 9, "color": INK, "shrinkA": 0, "shrinkB": 0}
    plot.add_patch(FancyArrowPatch(start + rooms[0] * way, end - rooms[1] * way, **look))
