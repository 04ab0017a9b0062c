"""Surfaces over the plane for optimisers to go down, and their maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import contourpy
import numpy as np

from course_lib.autodiff import Var, no_grad
from course_lib.viz.explorable import compact

LINES = 12  # level lines on a map
GRID = 61  # heights along either side from which they are found


@dataclass(frozen=True)
class Surface:
    """A surface to race on.

    Parameters
    ----------
    f : callable
        The height, of two `Var`s, element by element.
    limits : ((float, float), (float, float))
        What the map shows of either axis.
    starts : sequence of (float, float)
    lowest : (float, float)
        A lowest point.
    """

    f: Callable
    limits: tuple[tuple[float, float], tuple[float, float]]
    starts: tuple[tuple[float, float], ...]
    lowest: tuple[float, float]

    def above_ground(self, points) -> np.ndarray:
        """Return how high points (..., 2) lie above the lowest one."""
        x, y = np.moveaxis(np.asarray(points, float), -1, 0)
        with no_grad():
            heights, ground = (self.f(Var(u), Var(v)) for u, v in ((x, y), self.lowest))
        return heights.value - ground.value

    def is_lost(self, point) -> bool:
        """Return whether a point is further from the map than the map is wide."""
        low, high = np.transpose(self.limits)
        return bool((np.abs(point - (low + high) / 2) > 1.5 * (high - low)).any())


SURFACES = {
    "A long valley": Surface(
        lambda x, y: 0.5 * x**2 + 12.5 * y**2,
        ((-5, 2), (-2, 2)),
        ((-4, 1), (-2.5, -1.5)),
        (0, 0),
    ),
    "A valley with a bend": Surface(
        lambda x, y: (1 - x) ** 2 + 5 * (y - x**2) ** 2,
        ((-2, 2), (-1, 3)),
        ((-1.5, 0.5), (0.2, 2.5)),
        (1, 1),
    ),
    "A saddle": Surface(
        lambda x, y: x**2 - y**2 + 0.25 * y**4,
        ((-2.5, 2.5), (-2.5, 2.5)),
        ((-2, 0.05), (-2, 0)),
        (0, 2**0.5),
    ),
    "Two hollows": Surface(
        lambda x, y: 0.25 * x**4 - x**2 + 0.25 * x + y**2,
        ((-2.6, 2.6), (-2, 2)),
        ((2.2, 1.5), (0.4, -1.5)),
        (-1.4729976, 0),
    ),
    "A plain with a hole": Surface(
        lambda x, y: 1 - (-0.5 * (x**2 + y**2)).exp(),
        ((-4, 3), (-3, 3)),
        ((-3, 1.5), (-1.5, -1.5)),
        (0, 0),
    ),
}


def surface_map(name: str, surface: Surface) -> dict:
    """Return what a drawing shows of a surface.

    Returns
    -------
    dict
        ``name``, ``limits``, ``starts``, ``lowest``; ``levels``, for each level line the rings
        [point][axis] around what is lower.
    """
    axes = [np.linspace(low, high, GRID) for low, high in surface.limits]
    heights = surface.above_ground(np.stack(np.meshgrid(*axes), axis=-1))
    # Closer where it is low, as that is where ways end.
    levels = heights.max() * np.linspace(0.05, 1, LINES, endpoint=False) ** 2
    lines = contourpy.contour_generator(*axes, heights, fill_type="OuterOffset")
    return {
        "name": name,
        "limits": compact(surface.limits),
        "starts": compact(surface.starts),
        "lowest": compact(np.round(surface.lowest, 3)),
        "levels": [_rings(*lines.filled(heights.min() - 1, level)) for level in levels],
    }


def _rings(points, offsets) -> list:
    return [
        compact(ring.round(2))
        for polygon, ends in zip(points, offsets, strict=True)
        for ring in np.split(polygon, ends[1:-1])
    ]
