"""The picture that a chat or a social network shows beside a link to a page."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from pathlib import Path

from matplotlib.figure import Figure

INK, PAPER, SOFT = "#1b2530", "#ffffff", "#55616e"
STATES = ["#00598f", "#a43b00"]
BEST = [0, 0, 0, 1, 1, 0]


def draw(path: Path, site: str, title: str) -> None:
    """Draw a card of 1200 by 630 pixels: the page's title over a trellis with its best path."""
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    draw_trellis(axes)
    axes.text(0.8, 5.45, site, size=26, color=SOFT)
    words = textwrap.fill(title, 26, max_lines=2, placeholder=" …")
    axes.text(0.8, 4.9, words, size=48, color=INK, weight="bold", va="top", parse_math=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def draw_trellis(axes) -> None:
    """Two hidden states, day by day, with the best path through them."""
    columns = [1.1 + 1.95 * day for day in range(len(BEST))]
    rows = [1.75, 0.65]
    for left, right in pairwise(columns):
        for start in rows:
            for end in rows:
                axes.plot([left, right], [start, end], color=SOFT, linewidth=1, alpha=0.4)
    axes.plot(columns, [rows[state] for state in BEST], color="#ffd84d", linewidth=14, alpha=0.9)
    for state, (height, color) in enumerate(zip(rows, STATES, strict=True)):
        for column, best in zip(columns, BEST, strict=True):
            face = color if best == state else PAPER
            axes.plot(column, height, "o", ms=34, mfc=face, mec=color, mew=3)
