"""Drawing with numbers: a picture is a distance to a shape, looked up at every pixel."""

from __future__ import annotations

import numpy as np


def pixel_centres(size: int) -> np.ndarray:
    """Return the centres of size x size pixels in the unit square, shape (size * size, 2), x first.

    The origin is the upper left corner, and y grows downwards.
    """
    ticks = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(ticks, ticks)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def distance_to_segments(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Return each point's distance to the nearest segment.

    Parameters
    ----------
    points : (P, 2) ndarray
    segments : (S, 2, 2) ndarray
        Start and end of each segment.

    Returns
    -------
    (P,) ndarray
    """
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    offset = points[:, None] - start
    length_squared = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((offset * along).sum(axis=2) / length_squared, 0, 1)
    return np.sqrt(((offset - share[..., None] * along) ** 2).sum(axis=2).min(axis=1))


def ink(distance: np.ndarray, width: float, pixel: float) -> np.ndarray:
    """Return the ink of a stroke: 1 within half its width, 0 outside, smooth over one pixel."""
    return np.clip((width / 2 - distance) / pixel + 0.5, 0, 1)


def arc(centre, radii, degrees, pieces: int = 12) -> np.ndarray:
    """Return points on an ellipse's arc, shape (pieces + 1, 2); 0 degrees is right, 90 is down."""
    angles = np.radians(np.linspace(*degrees, pieces + 1))
    return np.asarray(centre) + np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii


def polyline(points: np.ndarray) -> np.ndarray:
    """Return the segments between neighbouring points, shape (n - 1, 2, 2)."""
    points = np.asarray(points, dtype=float)
    return np.stack([points[:-1], points[1:]], axis=1)
