"""Collect the styles and fonts that the site serves itself, from the packages that own them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "_build" / "vendor"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
ICON_FONT = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"
# The icons that pages show. For one that is not among them a browser loads the theme's whole font.
ICONS = [
    *("angle-left", "angle-right", "arrow-up", "arrow-up-right-from-square", "bars", "bell"),
    *("chevron-down", "circle-check", "circle-exclamation", "circle-half-stroke", "circle-info"),
    *("circle-xmark", "code", "download", "file", "file-pdf", "lightbulb", "list"),
    *("magnifying-glass", "moon", "pencil", "play", "rocket", "share", "sun"),
    *("triangle-exclamation", "xmark"),
]


def collect() -> None:
    """Lay everything where the site will serve it from."""
    collect_katex(VENDOR / "katex")
    write_icons(VENDOR / "icons.woff")


def collect_katex(folder: Path) -> None:
    """Copy the style and the fonts of the formulas."""
    source = ROOT / "node_modules" / "katex" / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "fonts").mkdir(parents=True)
    shutil.copy(source / "katex.min.css", folder)
    for font in (source / "fonts").glob("*.woff2"):
        shutil.copy(font, folder / "fonts")


def write_icons(path: Path) -> None:
    """Write the theme's font with our icons alone, a hundredth of its size."""
    options = subset.Options(flavor="woff", glyph_names=False, layout_features=[])
    font = subset.load_font(ICON_FONT, options)
    chosen = subset.Subsetter(options)
    chosen.populate(glyphs=ICONS)
    chosen.subset(font)
    subset.save_font(font, path, options)
