"""Pictures of recurrent networks with several rows of states: deep ones, and two directions."""

from __future__ import annotations

from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import checks
from course_lib.viz.style import INK, STATES, Picture, figure, show

RADIUS = 0.27
STEPS_AT_MOST = 8
LAYERS_AT_MOST = 4


def deep(inputs, outputs, layers: int = 2) -> Picture:
    """Draw layers of states over a sequence, each layer reading the states of the one below.

    Parameters
    ----------
    inputs, outputs : lists of str
        What is read and what is answered at each step, at most 8; "" for nothing.
    layers : int
        1 to 4.
    """
    inputs, outputs = _texts(inputs, outputs)
    layers = checks.whole("layers", layers, low=1, high=LAYERS_AT_MOST)
    drawing, plot = figure(1.1 + 0.6 * layers)
    for row in range(layers):
        _states(plot, row, len(inputs), onward=True)
        for t in range(len(inputs) if row else 0):
            _arrow(plot, (t, row - 1 + RADIUS), (t, row - RADIUS))
    _ends(plot, inputs, outputs, layers)
    for t, (read, said) in enumerate(zip(inputs, outputs, strict=True)):
        if read:
            _arrow(plot, (t, -0.75), (t, -RADIUS))
        if said:
            _arrow(plot, (t, layers - 1 + RADIUS), (t, layers - 0.25))
    return show(
        drawing,
        f"A recurrent network of {layers} layers over {len(inputs)} steps. In each layer an arrow "
        "leads from every state to the next; between layers, from every state to the one above.",
    )


def both_ways(inputs, outputs) -> Picture:
    """Draw one row of states that reads from the start, and one that reads from the end.

    Parameters
    ----------
    inputs, outputs : lists of str
        What is read and what is answered at each step, at most 8; "" for nothing.
    """
    inputs, outputs = _texts(inputs, outputs)
    drawing, plot = figure(2.4)
    for row, onward in enumerate((True, False)):
        _states(plot, row, len(inputs), onward)
    _ends(plot, inputs, outputs, 2)
    aside = {"connectionstyle": "arc3,rad=-0.55"}
    for t, (read, said) in enumerate(zip(inputs, outputs, strict=True)):
        if read:
            _arrow(plot, (t, -0.75), (t, -RADIUS))
            _arrow(plot, (t - 0.08, -0.75), (t - 0.19, 1 - 0.19), **aside)
        if said:
            _arrow(plot, (t, 1 + RADIUS), (t, 1.75))
            _arrow(plot, (t + 0.19, 0.19), (t + 0.08, 1.75), connectionstyle="arc3,rad=0.55")
    return show(
        drawing,
        f"A bidirectional recurrent network over {len(inputs)} steps: a lower row of states whose "
        "arrows run from left to right, and an upper row whose arrows run from right to left. Each "
        "input goes to both rows, and each output comes from both.",
    )


def _texts(inputs, outputs) -> tuple[list[str], list[str]]:
    inputs, outputs = checks.sequence("inputs", inputs), checks.sequence("outputs", outputs)
    T = checks.whole("inputs: the number of steps", len(inputs), low=1, high=STEPS_AT_MOST)
    if len(outputs) != T:
        raise ValueError(f"outputs must hold one text for each input, got {len(outputs)} for {T}")
    return [str(text) for text in inputs], [str(text) for text in outputs]


def _states(plot, row: int, T: int, onward: bool) -> None:
    """Draw a row of states, and the arrows along it."""
    colour = STATES[0 if onward else 1]
    for t in range(T):
        circle = {"facecolor": (colour, 0.18), "edgecolor": colour, "linewidth": 1.6}
        plot.add_patch(Circle((t, row), RADIUS, **circle))
        if t:
            left, right = (t - 1 + RADIUS, row), (t - RADIUS, row)
            _arrow(plot, *((left, right) if onward else (right, left)))


def _ends(plot, inputs: list[str], outputs: list[str], rows: int) -> None:
    """Write what is read below the rows, and what is answered above them."""
    for texts, height in ((inputs, -0.95), (outputs, rows - 0.05)):
        for t, text in enumerate(texts):
            plot.text(t, height, text, ha="center", va="center", size=8.5)
    plot.set(xlim=(-0.6, len(inputs) - 0.4), ylim=(-1.2, rows + 0.2))


def _arrow(plot, start, end, **shape) -> None:
    look = {"arrowstyle": "-|>", "mutation_scale": 8, "color": INK, "shrinkA": 0, "shrinkB": 0}
    plot.add_patch(FancyArrowPatch(start, end, **look | shape))
