"""One look for every static picture: drawn once, readable on a light and on a dark page.

A picture is an SVG that stands in the page itself. What is drawn in black takes the colour of the
page's text; the colours of `STATES` stand out on white and on black (Okabe and Ito's palette, safe
for colour-blind readers).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "black"  # becomes the colour of the text around the picture
FAINT = 0.4  # opacity of what is context, not message
STATES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # cold, hot, and two more

# A picture is drawn for a phone, in points, and enlarged where there is room.
WIDTH = 4.4  # inches
ENLARGED = 1.6

LOOK = {
    "font.family": "DejaVu Sans",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "svg.fonttype": "none",  # letters stay letters: small, found by search, in the page's own font
    "svg.hashsalt": "hidden-states",  # the same picture is the same bytes
}


@dataclass(frozen=True)
class Picture:
    """A finished picture: a notebook shows the SVG, a screen reader speaks `alt`."""

    svg: str
    alt: str

    def _repr_html_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"


def figure(height: float, axes: bool = False) -> tuple[Figure, Axes]:
    """Return an empty figure of the book's width and its one plot.

    Parameters
    ----------
    height : float
        In inches.
    axes : bool
        True for a chart; False for a drawing, in which both directions have the same unit.
    """
    with mpl.rc_context(LOOK):
        drawing = Figure(figsize=(WIDTH, height))
        plot = drawing.add_subplot() if axes else drawing.add_axes((0, 0, 1, 1))
    if not axes:
        plot.set_axis_off()
        plot.set_aspect("equal")
    return drawing, plot


def beside(plot: Axes, x: float, y: float, text: str, offset, side: str) -> None:
    """Write next to a point of a chart, `offset` points away, with the point at the `side`."""
    plot.annotate(text, (x, y), offset, textcoords="offset points", ha=side, va="center")


def legend_above(plot: Axes, columns: int) -> None:
    """Name the lines of a chart above it, where they cover nothing."""
    above = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "ncols": columns}
    plot.legend(frameon=False, labelcolor=INK, **above)


def show(drawing: Figure, alt: str) -> Picture:
    """Return the figure as a picture for the page.

    Parameters
    ----------
    drawing : Figure
    alt : str
        What the picture says, in words; it must not be empty.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt must say what the picture shows, got {alt!r}")
    for plot in drawing.axes:
        plot.autoscale_view()  # circles and arrows do not widen the view by themselves
    out = io.StringIO()
    with mpl.rc_context(LOOK):
        drawing.savefig(
            out, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None}
        )
    return Picture(_for_the_page(out.getvalue(), alt), alt)


def _for_the_page(svg: str, alt: str) -> str:
    """Keep the drawing alone: what matplotlib says of itself would meet the page's own rules."""
    width, height = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups()
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    body = re.sub(r' id="image[^"]*"', "", body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    body = body.replace("'DejaVu Sans'", "system-ui, sans-serif").replace("#000000", "currentColor")
    look = f"display:block;margin:auto;width:100%;max-width:{float(width) * ENLARGED:.0f}px"
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(alt)}" '
        f'fill="currentColor" stroke-linejoin="round" style="{look}">{body.strip()}'
    )
