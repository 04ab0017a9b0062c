"""Plots of training: what a fit recorded, and the ways optimisers take down a surface.

Each takes the axes to draw in, or makes its own, and returns them. Their label says the picture in
words, for who cannot see it: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from course_lib import checks
from course_lib.autodiff import Var, no_grad
from course_lib.viz.neurons import DASHES, MARKERS, loss_curves
from course_lib.viz.style import FAINT, INK, STATES, figure


def learning_curves(history, log: bool = False, ax: Axes | None = None) -> Axes:
    """Draw what `train.fit` recorded, and where early stopping would have stopped.

    Parameters
    ----------
    history : dict of str to sequences of float
        A model's ``history``. With ``"val_loss"`` a ring marks its lowest point, of equals the
        first.
    log : bool
        Use a logarithmic scale.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = loss_curves(history, log, ax)
    val_loss = history.get("val_loss", ())
    if len(val_loss):
        best = int(np.argmin(val_loss))
        ax.plot(best + 1, val_loss[best], "o", color=INK, fillstyle="none", gid="best")
        words = f"The lowest val_loss, {val_loss[best]:.3g}, is that of epoch {best + 1}."
        ax.set_label(f"{ax.get_label()} {words}")
    return ax


def optimiser_paths(f, paths, limits=None, ax: Axes | None = None) -> Axes:
    """Draw the level lines of a function of two numbers, and optimisers' ways down.

    Parameters
    ----------
    f : callable
        The function that `train.descend` took: of two `Var`s, element by element. The lines lie
        closer where it is low.
    paths : dict of str to (steps + 1, 2) array_like
        For each optimiser what `train.descend` returned. A ring marks the start.
    limits : ((float, float), (float, float)), optional
        What to show of either axis; left out, all paths with some room around.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if not isinstance(paths, Mapping) or not paths:
        raise TypeError(f"paths must be a dict of at least one path, got {paths!r:.60}")
    paths = {
        name: checks.floats(f"paths[{name!r}]", path, ("steps + 1", 2))
        for name, path in paths.items()
    }
    limits = _room(paths) if limits is None else checks.floats("limits", limits, (2, 2))
    ax = figure(3.6, axes=True)[1] if ax is None else ax
    u, v = np.meshgrid(np.linspace(*limits[0], 121), np.linspace(*limits[1], 121))
    z = _heights(f, u, v)
    levels = z.min() + (z.max() - z.min()) * np.linspace(0.03, 1, 16) ** 2
    ax.contour(u, v, z, levels=np.unique(levels), colors=[INK], alpha=FAINT, linewidths=0.7)
    for i, (name, path) in enumerate(paths.items()):
        look = {"color": STATES[i % len(STATES)], "linestyle": DASHES[i % len(DASHES)]}
        ax.plot(*path.T, label=name, marker=MARKERS[i % len(MARKERS)], markersize=3, **look)
        ax.plot(*path[0], "o", color=INK, fillstyle="none", markersize=9, gid="start")
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="x", ylabel="y")
    above = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "ncols": 3}
    ax.legend(frameon=False, labelcolor=INK, **above)
    ax.set_label(" ".join(_way_in_words(f, name, path) for name, path in paths.items()))
    return ax


def _room(paths) -> np.ndarray:
    """Return limits that hold all paths and a tenth more to either side, at least a unit wide."""
    points = np.concatenate(list(paths.values()))
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum(0.1 * (high - low), (1 - (high - low)) / 2)
    return np.column_stack([low - room, high + room])


def _heights(f, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    with no_grad():
        z = f(Var(u), Var(v))
    if not isinstance(z, Var) or z.value.shape != u.shape:
        got = f"shape {z.value.shape}" if isinstance(z, Var) else type(z).__name__
        raise ValueError(f"f must return a Var of the shape of its inputs {u.shape}, got {got}")
    return z.value


def _way_in_words(f, name: str, path: np.ndarray) -> str:
    first, last = _heights(f, *path[[0, -1]].T)
    return (
        f"{name}: {len(path) - 1} steps, from ({path[0, 0]:.3g}, {path[0, 1]:.3g}) to "
        f"({path[-1, 0]:.3g}, {path[-1, 1]:.3g}), the function from {first:.3g} to {last:.3g}."
    )
