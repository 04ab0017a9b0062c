"""Heat maps in one colour: the page shows through where a value is low.

So the same picture is right on light and on dark paper, and dark against light never changes sides.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from course_lib.viz.style import INK, STATES

BEHIND_LETTERS = 0.75  # opacity of the highest value where a number stands in it


def cells(plot: Axes, values: np.ndarray, place, limits=(0.0, 1.0), full: float = 1.0) -> None:
    """Draw an array (rows, columns) in a rectangle, its first row on top.

    Parameters
    ----------
    plot : Axes
    values : (rows, columns) ndarray
    place : (left, right, bottom, top)
        In the plot's units.
    limits : (low, high)
        The value that is blank, and the one that is full.
    full : float
        Opacity of the highest value.
    """
    low, high = limits
    colour = np.empty((*values.shape, 4))
    colour[..., :3] = to_rgb(STATES[0])
    colour[..., 3] = full * np.clip((values - low) / (high - low), 0, 1)
    plot.imshow(colour, extent=place, interpolation="none", aspect=plot.get_aspect())


def table(plot: Axes, values: np.ndarray, rows, columns, limits=(0.0, 1.0), digits=2) -> None:
    """Draw an array with the names of its rows and columns, and each number in its cell.

    Parameters
    ----------
    plot : Axes
    values : (rows, columns) ndarray
    rows, columns : lists of str
    limits : (low, high)
    digits : int or None
        Behind the point; None writes no numbers.
    """
    R, C = values.shape
    cells(plot, values, (0, C, R, 0), limits, 1.0 if digits is None else BEHIND_LETTERS)
    plot.set(xlim=(0, C), ylim=(R, 0))
    plot.set_xticks(np.arange(C) + 0.5, columns)
    plot.set_yticks(np.arange(R) + 0.5, rows)
    plot.tick_params(length=0)
    plot.xaxis.tick_top()
    plot.xaxis.set_label_position("top")
    for side in plot.spines.values():
        side.set(visible=True, color=INK, linewidth=0.7)
    if digits is None:
        return
    for i, j in np.ndindex(R, C):
        number = f"{values[i, j]:.{digits}f}"
        plot.text(j + 0.5, i + 0.5, number, ha="center", va="center", size=8)
