"""Pictures of convolutional networks: one convolution, kernels, feature maps, and answers."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from course_lib import checks, layers
from course_lib.viz import tiles
from course_lib.viz.style import FAINT, INK, STATES, Picture, figure, show

NUMBERS_AT_MOST = 7  # rows and columns of a kernel whose weights are written out
ACROSS = 8  # maps in a row


def convolution(image, kernel, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Picture:
    """Draw an image, a kernel with its weights, and the feature map they make.

    Parameters
    ----------
    image : (H, W) array_like
    kernel : (KH, KW) array_like
        At most 7 x 7.
    bias : float
    stride, padding : int
    """
    image = checks.floats("image", image, ("H", "W"))
    kernel = checks.floats("kernel", kernel, ("KH", "KW"))
    checks.whole("kernel: the largest side", max(kernel.shape), high=NUMBERS_AT_MOST)
    found, _ = layers.conv2d_forward(
        image[None, None], kernel[None, None], [bias], stride=stride, padding=padding
    )
    found = found[0, 0]
    drawing, plot = figure(1.75)
    for x, array in ((0.0, image), (2.8, found)):
        tiles.tile(plot, array, x, array.shape[0] / array.shape[1] / 2, array.min(), array.max())
    _weights(plot, kernel, 1.9)
    for x, sign in ((1.2, "∗"), (2.6, "=")):
        plot.text(x, 0, sign, ha="center", va="center", size=14)
    for x, name, array in ((0.5, "image", image), (1.9, "kernel", kernel), (3.3, "map", found)):
        size = "×".join(map(str, array.shape))
        plot.text(x, -0.62, f"{name} {size}", ha="center", va="top", size=9)
    plot.set(xlim=(-0.05, 3.85), ylim=(-0.85, 0.6))
    return show(
        drawing,
        f"An image of {image.shape[0]} by {image.shape[1]} pixels, a kernel of {kernel.shape[0]} "
        f"by {kernel.shape[1]} weights from {kernel.min():.3g} to {kernel.max():.3g}, and their "
        f"feature map of {found.shape[0]} by {found.shape[1]}, from {found.min():.3g} (black) to "
        f"{found.max():.3g} (white).",
    )


def kernels(W, columns: int = ACROSS) -> Picture:
    """Draw the kernels of a first layer: grey is 0, white positive, black negative.

    Parameters
    ----------
    W : (F, 1, KH, KW) array_like
        Such as ``LeNet5().params["W1"]``.
    columns : int
        Kernels in a row.
    """
    images = tiles.as_images("W", W)
    peak = float(np.abs(images).max())
    captions = [f"{k + 1}" for k in range(len(images))]
    drawing, _ = tiles.grid(images, columns, captions, (-peak, peak))
    height, width = images.shape[1:]
    return show(
        drawing,
        f"{len(images)} kernels of {height} by {width} weights between {images.min():.3g} (black) "
        f"and {images.max():.3g} (white); zero is grey.",
    )


def feature_maps(maps, n: int = 0) -> Picture:
    """Draw what each layer of LeNet-5 makes of one picture.

    Parameters
    ----------
    maps : dict of str to (N, F, H, W) array_like
        From ``LeNet5.feature_maps(X)``.
    n : int
        Which picture.
    """
    if not isinstance(maps, dict) or not maps:
        raise TypeError(f"maps must be a dict of feature maps, got {type(maps).__name__}")
    maps = {
        name: checks.floats(name, values, ("N", "F", "H", "W")) for name, values in maps.items()
    }
    n = checks.whole("n", n, high=min(map(len, maps.values())) - 1)
    step = 1 + tiles.GAP
    rows = {name: -(-values.shape[1] // ACROSS) for name, values in maps.items()}
    height = sum(rows.values()) * step + 0.4 * len(rows)
    drawing, plot = figure(height * 4.4 / (ACROSS * step + 0.9))
    y, words = 0.0, []
    for name, values in maps.items():
        _, F, H, W = values.shape
        plot.text(-0.15, y - 0.5, f"{name}\n{H}×{W}", ha="right", va="center", size=9)
        for k, image in enumerate(values[n]):
            at = (k % ACROSS) * step, y - (k // ACROSS) * step
            tiles.tile(plot, image, *at, values[n].min(), values[n].max())
        y -= rows[name] * step + 0.4
        words.append(f"{name}, {F} maps of {H} by {W}")
    plot.set(xlim=(-0.95, ACROSS * step), ylim=(y + 0.4, 0.1))
    return show(drawing, f"Feature maps of one picture, layer by layer: {'; '.join(words)}.")


def answers(images, predicted, labels, names=None, columns: int = 6) -> Picture:
    """Draw pictures with the classes a network gave them; a wrong one has a dashed thick frame.

    Parameters
    ----------
    images : (N, 1, H, W) array_like
    predicted, labels : (N,) array_like of int
    names : sequence of str, optional
        Of the classes, such as `course_lib.data.images.POSES`; numbers if left out.
    columns : int
        Pictures in a row.
    """
    images = tiles.as_images("images", images)
    predicted = checks.integers("predicted", predicted, (len(images),))
    labels = checks.integers("labels", labels, (len(images),))
    known = 1 + max(predicted.max(), labels.max())
    names = [str(k) for k in range(known)] if names is None else list(checks.names("names", names))
    if len(names) < known:
        raise ValueError(f"names must hold at least {known} names, got {len(names)}")
    captions = [
        names[p] if p == y else f"✗ {names[p]}\nis {names[y]}"
        for p, y in zip(predicted, labels, strict=True)
    ]
    drawing, plot = tiles.grid(images, columns, captions, lines=2)
    frames = [patch for patch in plot.patches if isinstance(patch, Rectangle)]
    wrong = np.flatnonzero(predicted != labels)
    for n in wrong:
        frames[n].set(edgecolor=STATES[1], linewidth=3, linestyle=(0, (2, 1)))
    listed = [f"{names[labels[n]]} taken for {names[predicted[n]]}" for n in wrong]
    mistakes = f" Wrong: {', '.join(listed)}." if listed else ""
    return show(
        drawing,
        f"{len(images)} pictures with the network's answers, {len(images) - len(wrong)} of them "
        f"right.{mistakes}",
    )


def _weights(plot, kernel: np.ndarray, x: float) -> None:
    """Draw a kernel as a table of numbers, its middle at (x, 0)."""
    rows, columns = kernel.shape
    side = 1 / max(rows, columns)
    size = min(9.0, 40 * side)
    for i, j in np.ndindex(rows, columns):
        corner = x + (j - columns / 2) * side, (rows / 2 - i - 1) * side
        plot.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=(INK, FAINT)))
        middle = corner[0] + side / 2, corner[1] + side / 2
        number = f"{kernel[i, j] + 0:.2g}".replace("-", "−")
        plot.text(*middle, number, ha="center", va="center", size=size)
