"""Read a finished picture back: its letters, its rasters, what a page needs of it."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

from course_lib.viz.style import STATES, Picture

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


def tree(picture: Picture) -> ET.Element:
    # The page knows what svg is; a bare XML parser must be told.
    told = picture.svg.replace(
        "<svg",
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
        1,
    )
    return ET.fromstring(told)


def letters(picture: Picture) -> list[str]:
    """Return every text of the picture, in the order of drawing."""
    return ["".join(text.itertext()) for text in tree(picture).iter(f"{SVG}text")]


def rasters(picture: Picture) -> list[np.ndarray]:
    """Return the pixels (H, W, 4) of every raster, in the order of drawing."""
    found = []
    for image in tree(picture).iter(f"{SVG}image"):
        data = base64.b64decode(image.get(LINK).partition("base64,")[2])
        found.append(np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")))
    return found


def greys(picture: Picture) -> list[np.ndarray]:
    """Return every grey raster as numbers from 0, black, to 1, white."""
    return [raster[..., 0] / 255 for raster in rasters(picture)]


def opacities(picture: Picture) -> list[np.ndarray]:
    """Return every heat map as opacities from 0 to 1."""
    return [raster[..., 3] / 255 for raster in rasters(picture)]


def count_styled(picture: Picture, *wanted: str) -> int:
    """Return how many drawn things have all these words in their style."""
    styles = (item.get("style", "") for item in tree(picture).iter())
    return sum(all(word in style for word in wanted) for style in styles)


def fits_a_page(picture: Picture, most: int = 30_000) -> None:
    """Refuse a picture that does not speak, brings its own ink, or reaches out into the page."""
    root = tree(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.alt
    assert len(picture.alt) > 20
    assert picture.alt.endswith(".")
    assert set(re.findall(r"#[0-9a-f]{6}\b", picture.svg)) <= set(STATES)
    for text in root.iter(f"{SVG}text"):
        assert "fill:" not in text.get("style", "")
    assert not any(word in picture.svg for word in ("<style", "<metadata", "<g id", "nan", "http"))
    named = set(re.findall(r'\bid="([^"]+)"', picture.svg))
    assert named == {name for name in named if f"#{name}" in picture.svg}
    assert len(picture.svg) < most
