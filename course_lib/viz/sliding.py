"""A filter that slides over a small picture as an explorable: padding, stride, place by place."""

from __future__ import annotations

import html

import numpy as np

from course_lib import layers
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole

SIZE = 6
PADDINGS = (0, 1, 2)
STRIDES = (1, 2, 3)
INK = str.maketrans({".": "0", "#": "1", " ": None})

PICTURES = {
    "a seven": "...... .####. ....#. ...#.. ..#... ..#...",
    "the seven, one to the right": "...... ..#### .....# ....#. ...#.. ...#..",
    "bright on the right": "...### ...### ...### ...### ...### ...###",
}
KERNELS = {
    "brighter on the right": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    "brighter above": ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
    "a stroke like /": ((-1, -1, 2), (-1, 2, -1), (2, -1, -1)),
    "all ink of the window": ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    "the middle alone": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
}


class Sliding(Explorable):
    """The explorable that :func:`sliding` returns.

    Its keys are ``"ink:filter:padding:stride"``, the ink 36 zeros and ones, row by row.
    """

    module = "sliding"
    _esm = bundle("sliding")
    keys_like = f'"0110...:0:1:2", with {SIZE * SIZE} zeros and ones for the picture'

    def __init__(self, **traits):
        inks = {name: drawn.translate(INK) for name, drawn in PICTURES.items()}
        settings = {
            "title": "A filter slides over a picture",
            "size": SIZE,
            "pictures": [{"name": name, "ink": ink} for name, ink in inks.items()],
            "kernels": [{"name": name, "weights": rows} for name, rows in KERNELS.items()],
            "paddings": PADDINGS,
            "strides": STRIDES,
        }
        keys = [
            f"{ink}:{kernel}:{padding}:{stride}"
            for ink in inks.values()
            for kernel in range(len(KERNELS))
            for padding in PADDINGS
            for stride in STRIDES
        ]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=keys[0], step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return the padded picture, the products at each place, and their sums, the map."""
        picture, kernel, padding, stride = self.parts(
            key,
            _picture,
            entry([np.array(rows, float) for rows in KERNELS.values()]),
            whole(high=PADDINGS[-1]),
            whole(STRIDES[0], STRIDES[-1]),
        )
        maps, _ = layers.conv2d_forward(
            picture[None, None], kernel[None, None], [0.0], stride=stride, padding=padding
        )
        padded = np.pad(picture, padding)
        windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
        products = windows[::stride, ::stride] * kernel
        return {
            "picture": compact(padded),
            "products": compact(products.reshape(-1, kernel.size)),
            "map": compact(maps[0, 0]),
        }

    def summary(self) -> str:
        _, kernel, padding, stride = self.choice.split(":")
        found = np.array(self.frames[self.choice]["map"])
        name = self.settings["kernels"][int(kernel)]["name"]
        return (
            f'The filter "{name}" with padding {padding} and stride {stride} makes a map of '
            f"{found.shape[0]} by {found.shape[1]}, from {found.min():g} to {found.max():g}."
        )

    def fallback(self) -> str:
        frame = self.frames[self.choice]
        tables = "".join(
            f"<table><caption>{name}</caption><tbody>"
            + "".join(
                "<tr>" + "".join(f"<td>{value:g}</td>" for value in row) + "</tr>" for row in rows
            )
            + "</tbody></table>"
            for name, rows in (
                ("Picture", frame["picture"]),
                ("Filter", list(KERNELS.values())[int(self.choice.split(":")[1])]),
                ("Map", frame["map"]),
            )
        )
        title = html.escape(self.settings["title"])
        return f"<p><strong>{title}</strong></p>{tables}<p>{html.escape(self.summary())}</p>"


def sliding() -> Sliding:
    """Return a picture of 6 x 6 pixels, filters to slide over it, padding and stride to choose.

    Notes
    -----
    A page stores three pictures; in a live notebook each pixel can be switched.
    Source: CMU-M, Convolution example; Convolution with padding.
    """
    return Sliding()


def _picture(ink: str) -> np.ndarray:
    return np.array([{"0": 0.0, "1": 1.0}[pixel] for pixel in ink]).reshape(SIZE, SIZE)
