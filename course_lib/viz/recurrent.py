"""Pictures of recurrent networks: unrolled, their gates over time, how far gradients reach."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from course_lib import checks
from course_lib.viz import heat
from course_lib.viz.neurons import DASHES, MARKERS
from course_lib.viz.style import INK, STATES, Picture, figure, legend_above, show

RADIUS = 0.3
STEPS_AT_MOST = 12
NAMES_AT_MOST = 40  # tokens whose names fit below a heat map


def unrolled(inputs, outputs) -> Picture:
    """Draw a recurrent network folded, and unrolled over a sequence.

    Parameters
    ----------
    inputs, outputs : lists of str
        What is read and what is answered at each step, at most 12; "" for nothing. So one picture
        serves to classify, to tag, and to write.
    """
    inputs, outputs = checks.sequence("inputs", inputs), checks.sequence("outputs", outputs)
    T = checks.whole("inputs: the number of steps", len(inputs), low=1, high=STEPS_AT_MOST)
    if len(outputs) != T:
        raise ValueError(f"outputs must hold one text for each input, got {len(outputs)} for {T}")
    gap = max(1.3, 0.28 + 0.16 * max(len(str(text)) for text in [*inputs, *outputs]))
    wide = 2.2 + gap * T
    drawing, plot = figure(min(2.4, 3.6 * 4.4 / wide))
    size = float(min(10.0, 44.0 / wide * 1.6))
    _step(plot, 0, "h", "x", "y", size, weights=True)
    loop = {"connectionstyle": "arc3,rad=-1.9", "shrinkA": 0, "shrinkB": 0}
    _arrow(plot, (0.22, 0.2), (0.22, -0.2), **loop)
    plot.text(0.85, 0, "W", size=size, va="center")
    for t, (read, said) in enumerate(zip(inputs, outputs, strict=True), 1):
        x = 0.9 + gap * t
        _step(plot, x, f"h{_index(t)}", str(read), str(said), size)
        if t > 1:
            _arrow(plot, (x - gap + RADIUS, 0), (x - RADIUS, 0))
            plot.text(x - gap / 2, 0.08, "W", ha="center", va="bottom", size=size)
    plot.set(xlim=(-0.8, 0.9 + gap * (T + 0.55)), ylim=(-1.7, 1.7))
    told = ", ".join(
        f"reads {r or 'nothing'} and says {s or 'nothing'}"
        for r, s in zip(inputs, outputs, strict=True)
    )
    return show(
        drawing,
        "A recurrent network as a loop, and unrolled in time with the same weights in every step. "
        f"Its {T} steps: {told}.",
    )


def gates(values, tokens=None) -> Picture:
    """Draw how far the gates of an LSTM or a GRU open, step by step.

    Parameters
    ----------
    values : dict of str to (T, H) array_like
        From `recurrent.gate_values`: gates from 0 to 1, and what they let in, from -1 to 1.
    tokens : list of str, optional
        What is read at each step.
    """
    values = _by_name("values", values, ("T", "H"))
    T, H = next(iter(values.values())).shape
    for name, array in values.items():
        checks.has_shape(f"values[{name!r}]", array, (T, H))
    tokens = None if tokens is None else [str(token) for token in checks.sequence("tokens", tokens)]
    if tokens is not None and len(tokens) != T:
        raise ValueError(f"tokens must hold {T} names, got {len(tokens)}")
    drawing, plot = figure(0.6 + 0.75 * len(values), axes=True)
    plot.set_aspect("auto")
    middles, names, words = [], [], []
    for k, (name, array) in enumerate(values.items()):
        low = -1 if "gate" not in name else 0
        top = -1.15 * k
        heat.cells(plot, array.T, (0, T, top - 1, top), (low, 1))
        plot.add_patch(Rectangle((0, top - 1), T, 1, fill=False, edgecolor=INK, linewidth=0.7))
        middles.append(top - 0.5)
        names.append(f"{name}\nblank {low}, full 1")
        words.append(f"{name} {array.mean():.2f} (from {array.min():.2f} to {array.max():.2f})")
    steps = "step" if H == 1 else f"step, {H} units in each band"
    plot.set(xlim=(0, T), ylim=(middles[-1] - 0.52, 0.02), xlabel=steps)
    plot.set_yticks(middles, names, size=8)
    if tokens is not None and T <= NAMES_AT_MOST:
        turn = {"rotation": 90} if max(map(len, tokens)) > 2 else {}
        plot.set_xticks(np.arange(T) + 0.5, tokens, size=8, **turn)
    plot.tick_params(axis="y", length=0)
    for side in plot.spines.values():
        side.set_visible(False)
    return show(drawing, f"Gates of {H} units over {T} steps. On average: {', '.join(words)}.")


def gradient_reach(norms) -> Picture:
    """Draw how long the gradient is at each step back in time, for several cells, in powers of ten.

    Parameters
    ----------
    norms : dict of str to (T,) array_like
        For each cell what `recurrent.gradient_norms` returned; a norm of 0 has no point.
    """
    norms = _by_name("norms", norms, ("T",))
    drawing, plot = figure(2.9, axes=True)
    words = []
    for k, (name, values) in enumerate(norms.items()):
        if (values < 0).any() or not values.any():
            raise ValueError(f"norms[{name!r}] must hold lengths, not all of them 0")
        alive = np.flatnonzero(values)
        look = {"color": STATES[k % len(STATES)], "linestyle": DASHES[k % len(DASHES)]}
        marks = {"marker": MARKERS[k % len(MARKERS)], "markevery": max(1, len(alive) // 8)}
        plot.semilogy(alive + 1, values[alive], label=name, markersize=4, **look, **marks)
        words.append(
            f"{name} from {values[-1]:.2g} at the last step to {values[0]:.2g} at the first"
        )
    plot.set(xlabel="step", ylabel="length of the gradient")
    legend_above(plot, 4)
    return show(
        drawing, f"Length of the gradient at each step, on a logarithmic scale: {'; '.join(words)}."
    )


def _by_name(name: str, value, shape) -> dict[str, np.ndarray]:
    if not isinstance(value, Mapping) or not value:
        raise TypeError(f"{name} must be a dict of at least one array, got {type(value).__name__}")
    found = {key: checks.floats(f"{name}[{key!r}]", array, shape) for key, array in value.items()}
    if any(array.size == 0 for array in found.values()):
        raise ValueError(f"{name} must hold at least one step")
    return found


def _step(plot, x: float, state: str, read: str, said: str, size: float, weights=False) -> None:
    """Draw one step: the state in its circle, below what is read, above what is answered."""
    circle = {"facecolor": (STATES[0], 0.18), "edgecolor": STATES[0], "linewidth": 1.6}
    plot.add_patch(Circle((x, 0), RADIUS, **circle))
    plot.text(x, 0, state, ha="center", va="center", size=size)
    for side, text, weight in ((-1, read, "U"), (1, said, "V")):
        if not text:
            continue
        near, far = (x, side * RADIUS), (x, side * 1.05)
        _arrow(plot, *((far, near) if side < 0 else (near, far)))
        plot.text(x, side * 1.35, text, ha="center", va="center", size=size)
        if weights:
            plot.text(x + 0.1, side * 0.7, weight, va="center", size=size)


def _arrow(plot, start, end, **shape) -> None:
    look = {"arrowstyle": "-|>", "mutation_scale": 8, "color": INK, "shrinkA": 0, "shrinkB": 0}
    plot.add_patch(FancyArrowPatch(start, end, **look | shape))


def _index(t: int) -> str:
    return str(t).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
