"""A picture of one step of an LSTM: values flow along arrows, circles are operations."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from course_lib.viz.style import INK, STATES, Picture, figure, show

GATE, CONTENT = STATES[2], STATES[0]
BOXES = {"f": (1.4, "forget", GATE), "i": (2.8, "input", GATE), "c̃": (4.2, "content", CONTENT),
         "o": (5.6, "output", GATE)}  # fmt: skip
LINE = 2.6  # The height of the cell's own line.
RADIUS = 0.24


def lstm_cell() -> Picture:
    """Draw one step of an LSTM as a computation graph."""
    drawing, plot = figure(3.1)
    for name, (x, word, colour) in BOXES.items():
        box = {"facecolor": (colour, 0.18), "edgecolor": colour, "linewidth": 1.6}
        plot.add_patch(Rectangle((x - 0.42, 0), 0.84, 0.62, **box))
        plot.text(x, 0.31, name, ha="center", va="center", size=9.5)
        plot.text(x - 0.08, 0.72, word, ha="right", va="bottom", size=7)
        _line(plot, [(x, -0.6), (x, 0)])
    _line(plot, [(0.2, -0.6), (BOXES["o"][0], -0.6)], arrow=False)
    plot.text(0.1, -0.6, "x, h before", ha="right", va="center", size=8.5)

    forget, write, add = (1.4, LINE), (2.8, 1.5), (3.5, LINE)
    squeeze, shown = (5.6, 2.0), (5.6, 1.25)
    _line(plot, [(0.2, LINE), (forget[0] - RADIUS, LINE)], wide=True)
    _line(plot, [(forget[0] + RADIUS, LINE), (add[0] - RADIUS, LINE)], wide=True)
    _line(plot, [(add[0] + RADIUS, LINE), (6.9, LINE)], wide=True)
    _line(plot, [(1.4, 0.62), (1.4, LINE - RADIUS)])
    _line(plot, [(2.8, 0.62), (2.8, write[1] - RADIUS)])
    _line(plot, [(4.2, 0.62), (4.2, write[1]), (write[0] + RADIUS, write[1])])
    _line(plot, [(2.8, write[1] + RADIUS), (2.8, 2.05), (3.5, 2.05), (3.5, LINE - RADIUS)])
    _line(plot, [(5.6, LINE), (5.6, squeeze[1] + 0.18)])
    _line(plot, [(5.6, squeeze[1] - 0.18), (5.6, shown[1] + RADIUS)])
    _line(plot, [(5.6, 0.62), (5.6, shown[1] - RADIUS)])
    _line(plot, [(shown[0] + RADIUS, shown[1]), (6.9, shown[1])])
    for place, sign in ((forget, "×"), (write, "×"), (add, "+"), (shown, "×")):
        plot.add_patch(Circle(place, RADIUS, facecolor="none", edgecolor=INK, linewidth=1.2))
        plot.text(*place, sign, ha="center", va="center", size=10)
    plot.text(*squeeze, "tanh", ha="center", va="center", size=8)
    plot.text(0.1, LINE, "c before", ha="right", va="center", size=8.5)
    plot.text(7.0, LINE, "c", va="center", size=9.5)
    plot.text(7.0, shown[1], "h", va="center", size=9.5)
    plot.set(xlim=(-1.1, 7.3), ylim=(-0.85, 3.0))
    return show(
        drawing,
        "One step of an LSTM. A thick line leads from the old cell to the new one. On it the cell "
        "is multiplied by the forget gate f, and the content, multiplied by the input gate i, is "
        "added. The new cell, through tanh and multiplied by the output gate o, is the new state "
        "h. All gates and the content read the input x and the state before.",
    )


def _line(plot, points, arrow: bool = True, wide: bool = False) -> None:
    """Draw a way of straight pieces, with a head at its end."""
    width = 2.4 if wide else 1.1
    look = {"color": INK, "linewidth": width, "shrinkA": 0, "shrinkB": 0}
    for k, (start, end) in enumerate(pairwise(points)):
        head = "-|>" if arrow and k == len(points) - 2 else "-"
        plot.add_patch(FancyArrowPatch(start, end, arrowstyle=head, mutation_scale=9, **look))
