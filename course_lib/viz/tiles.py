"""Small grey pictures in rows: digits, faces, feature maps, filters, what a network imagined.

Black is the lowest value and white the highest, on a light and on a dark page alike; a frame in the
page's ink parts them from it.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_lib import checks
from course_lib.viz.style import INK, WIDTH, figure

TILES_AT_MOST = 200
GAP = 0.12  # between tiles, in widths of a tile
LINE = 0.2  # inches that a line of text takes


def as_images(name: str, value) -> np.ndarray:
    """Return pictures of one channel, (N, H, W), from (N, H, W) or (N, 1, H, W)."""
    images = checks.floats(name, value)
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    checks.has_shape(name, images, ("N", "H", "W"))
    if 0 in images.shape:
        raise ValueError(f"{name} must hold at least one picture, got shape {images.shape}")
    return images


def as_rows(name: str, value, shape) -> np.ndarray:
    """Return rows (N, D) as the pictures they are, of `shape` (H, W) with ``H W = D``."""
    rows = checks.floats(name, value, ("N", "D"))
    height, width = checks.pair("shape", shape, low=1)
    if height * width != rows.shape[1]:
        raise ValueError(
            f"shape must hold the {rows.shape[1]} numbers of a row of {name}, "
            f"got {height} x {width}"
        )
    return as_images(name, rows.reshape(-1, height, width))


def tile(plot: Axes, image, x: float, y: float, low: float, high: float) -> None:
    """Draw a picture one unit wide, its upper left corner at (x, y)."""
    height = image.shape[0] / image.shape[1]
    place = (x, x + 1, y - height, y)
    look = {"cmap": "gray", "vmin": low, "vmax": high if high > low else low + 1}
    plot.imshow(image, extent=place, interpolation="none", **look)
    frame = {"fill": False, "edgecolor": INK, "linewidth": 0.7}
    plot.add_patch(Rectangle((x, y - height), 1, height, **frame))


def grid(images, columns: int, captions=None, limits=None, lines: int = 1) -> tuple[Figure, Axes]:
    """Return a figure of pictures (N, H, W) in rows, each with its caption below.

    Parameters
    ----------
    images : (N, H, W) ndarray
    columns : int
        Pictures in a full row.
    captions : list of str, optional
    limits : (low, high), optional
        What is black and what is white; the lowest and the highest value if left out.
    lines : int
        Lines that a caption may have.
    """
    checks.whole("the number of pictures", len(images), low=1, high=TILES_AT_MOST)
    columns = min(checks.whole("columns", columns, low=1), len(images))
    low, high = (images.min(), images.max()) if limits is None else limits
    rows = -(-len(images) // columns)
    size = min(0.9, WIDTH / (columns * (1 + GAP)))  # inches of a tile
    room = LINE * lines / size if captions else 0.0
    step = images.shape[1] / images.shape[2] + GAP + room
    drawing, plot = figure(size * step * rows)
    for n, image in enumerate(images):
        x, y = (n % columns) * (1 + GAP), -(n // columns) * step
        tile(plot, image, x, y, low, high)
        if captions:
            at = x + 0.5, y - step + room + GAP * 0.6
            plot.text(*at, captions[n], ha="center", va="top", size=8)
    wide = max(columns * (1 + GAP), WIDTH / size)  # few tiles stay small
    middle = (columns * (1 + GAP) - GAP) / 2
    plot.set(xlim=(middle - wide / 2, middle + wide / 2), ylim=(-rows * step, GAP / 2))
    return drawing, plot
