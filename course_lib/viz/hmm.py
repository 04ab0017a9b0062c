"""Pictures of hidden Markov models: the model, a diary, its paths, and what they cost."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Polygon

from course_lib import checks
from course_lib.hmm import HMM
from course_lib.viz.style import FAINT, INK, STATES, Picture, beside, figure, show

RADIUS = 0.34
PATHS_AT_MOST = 64
ARROW = {"arrowstyle": "-|>", "mutation_scale": 9, "linewidth": 1.1}


def model(hmm: HMM) -> Picture:
    """Draw the three tables: states in circles, moves as arrows, emissions as bars below.

    Parameters
    ----------
    hmm : HMM
        A move of probability zero has no arrow.
    """
    K = hmm.n_states
    drawing, plot = figure(2.4 + 0.2 * hmm.n_symbols)
    gap = 3.0 if K < 3 else 2.3
    xs = [(k - (K - 1) / 2) * gap for k in range(K)]
    circles = [_state(plot, (x, 0), hmm.states[k], k) for k, x in enumerate(xs)]
    deepest = 0.11 * (K - 1) ** 2 * gap  # how far the longest bent arrow reaches up and down
    start, stop = (0, 1.3 + deepest), (0, -1.2 - deepest)
    plot.text(*start, "START", ha="center", va="center")
    if hmm.stop is not None:
        plot.text(*stop, "STOP", ha="center", va="center")
    for k, circle in enumerate(circles):
        outward = -1 if xs[k] < 0 else 1
        _arrow(plot, start, circle, _label(hmm.pi[k]), side=outward)
        for j in range(K):
            if j != k:
                _arrow(plot, circle, circles[j], _label(hmm.A[k, j]), bend=-0.22 * abs(k - j))
        _loop(plot, circle, outward, _label(hmm.A[k, k]))
        if hmm.stop is not None:
            _arrow(plot, circle, stop, _label(hmm.stop[k]), side=-outward)
        _bars(plot, (xs[k] + 0.1 * outward, -0.85 - deepest), hmm.symbols, hmm.B[k], _colour(k))
    plot.set_xlim(xs[0] - 1.4, xs[-1] + 1.4)
    return show(drawing, _in_words(hmm))


def diary(cones) -> Picture:
    """Draw days in a row: the ice creams that were seen, and above them the unknown weather.

    Parameters
    ----------
    cones : (n,) array_like of int
        0 to 4 a day.
    """
    cones = checks.integers("cones", cones, ("n",), high=5)
    drawing, plot = figure(1.6)
    before = None
    for day, count in enumerate(cones):
        x = 1.5 * day
        circle = _state(plot, (x, 0), "?", None)
        if before:
            _arrow(plot, before, circle)
        _arrow(plot, circle, (x, -1.3))
        _ice_creams(plot, (x, -1.3), count)
        plot.text(x, 0.52, f"day {day + 1}", ha="center")
        plot.text(x, -1.92, str(count), ha="center", va="top")
        before = circle
    seen = ", ".join(str(count) for count in cones)
    return show(drawing, f"{len(cones)} days in a row. Weather: unknown. Cones seen: {seen}.")


def paths(hmm: HMM, x, y) -> Picture:
    """Draw every path through the days faintly, and one of them boldly with its factors.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int
        Observations; ``K**n`` may be 64 at most.
    y : (n,) array_like of int
        The states of the bold path.
    """
    x = hmm.observations("x", x)
    K, n = hmm.n_states, len(x)
    y = checks.integers("y", y, (n,), high=K)
    checks.whole("x: the number of paths K**n", K**n, high=PATHS_AT_MOST)
    drawing, plot = figure(0.95 + 0.55 * K)
    before = []
    for t in range(n):
        centre = 2.2 * t
        plot.text(centre, 0.85, f"day {t + 1}", ha="center")
        plot.text(centre, 0.52, f"sees {hmm.symbols[x[t]]}", ha="center")
        circles = [
            _state(plot, (centre, -1.15 * k), hmm.states[k], k, faint=k != y[t]) for k in range(K)
        ]
        for j in range(len(before)):
            for k in range(K):
                if (j, k) != (y[t - 1], y[t]):
                    _arrow(plot, before[j], circles[k], alpha=FAINT)
        arriving = hmm.A[y[t - 1], y[t]] if t else hmm.pi[y[0]]
        origin = before[y[t - 1]] if t else (-2.2, circles[y[0]].center[1])
        label = f"{arriving:.3g} × {hmm.B[y[t], x[t]]:.3g}"
        _arrow(plot, origin, circles[y[t]], label, colour=_colour(y[t]), linewidth=2.2)
        before = circles
    story = " ".join(hmm.states[k] for k in y)
    return show(
        drawing,
        f"All {K**n} paths of {n} days through {K} states, and one of them in bold: {story}, "
        f"whose factors multiply to {np.exp(hmm.joint_log_prob(x, y)):.4g}.",
    )


def cost(n_states: int, days: int) -> Picture:
    """Draw how the work grows with the days: K**n paths against n K**2 steps of Viterbi."""
    n = np.arange(1, checks.whole("days", days, low=2) + 1)
    K = checks.whole("n_states", n_states, low=2)
    drawing, plot = figure(2.6, axes=True)
    plot.semilogy(n, float(K) ** n, color=STATES[1], linewidth=2)
    plot.semilogy(n, n * K**2, color=STATES[0], linewidth=2, linestyle="--")
    beside(plot, n[-1] * 0.8, float(K) ** (n[-1] * 0.8), f"all paths, {K}ⁿ", (-8, 0), "right")
    beside(plot, n[-1], n[-1] * K**2, f"Viterbi, n·{K}²", (0, 8), "right")
    plot.set(xlabel="days n", ylabel="steps", xlim=(1, n[-1]))
    return show(
        drawing,
        f"Work against days on a logarithmic scale, for {K} states. Trying all paths climbs in a "
        f"straight line to {float(K) ** n[-1]:.1e} at {days} days; Viterbi stays flat at "
        f"{days * K**2} steps.",
    )


def underflow(log_scores, slide_scores) -> Picture:
    """Draw the best score of each day, in logarithms and as the slide's plain probability.

    Parameters
    ----------
    log_scores : (n,) array_like
        Natural logarithms.
    slide_scores : (n,) array_like
        Probabilities; their line ends where they have become 0.
    """
    log_scores = checks.floats("log_scores", log_scores, ("n",))
    slide_scores = checks.floats("slide_scores", slide_scores, (len(log_scores),))
    n = np.arange(1, len(log_scores) + 1)
    alive = int(np.count_nonzero(slide_scores))
    powers = log_scores / np.log(10)
    drawing, plot = figure(2.8, axes=True)
    plot.axhline(-323.3, color=INK, linewidth=1, linestyle=":")
    plot.plot(n, powers, color=STATES[0], linewidth=2, linestyle="--")
    plot.plot(n[:alive], powers[:alive], color=STATES[1], linewidth=3)
    plot.plot(n[alive - 1], powers[alive - 1], "X", color=STATES[1], markersize=9)
    third, late = alive // 3, (alive + 2 * len(n)) // 3
    beside(plot, n[third], powers[third], "product of probabilities", (8, 4), "left")
    beside(plot, n[late], powers[late], "sum of logarithms", (-8, -4), "right")
    beside(plot, 0, -323.3, "smallest float64", (0, -8), "left")
    plot.set(xlabel="day", ylabel="best score, power of ten")
    return show(
        drawing,
        "The best score of each day falls in a straight line on a logarithmic scale. The product "
        f"of probabilities ends at the smallest float on day {alive}; the sum of logarithms goes "
        f"on to ten to the {powers[-1]:.0f} on day {len(n)}.",
    )


def _colour(k: int) -> str:
    return STATES[k % len(STATES)]


def _label(probability: float) -> str:
    """Return the number beside an arrow; nothing means that there is no such arrow."""
    return f"{probability:.3g}" if probability > 0 else ""


def _state(plot: Axes, at, name: str, k: int | None, faint: bool = False) -> Circle:
    """Draw one state's circle; `k` picks its colour, none for an unknown state."""
    colour = INK if k is None else _colour(k)
    circle = Circle(at, RADIUS, facecolor=(colour, 0.18), edgecolor=colour, linewidth=2)
    if k is None or faint:
        circle.set(facecolor="none", linestyle=(0, (3, 2)))
    plot.add_patch(circle)
    plot.text(*at, name, ha="center", va="center", weight="bold", size=12)
    return circle


def _arrow(plot: Axes, start, end, label=None, side=1, bend=0.0, colour=INK, **look) -> None:
    """Draw an arrow between circles or points; its label stands at the left (`side` 1) or right."""
    if label == "":
        return
    (x0, y0), (x1, y1) = (getattr(place, "center", place) for place in (start, end))
    ends = {}
    for letter, place in (("A", start), ("B", end)):
        circle = isinstance(place, Circle)
        ends |= {
            f"patch{letter}": place if circle else None,
            f"shrink{letter}": 2 if circle else 11,
        }
    shape = {"connectionstyle": f"arc3,rad={bend}", "color": colour}
    plot.add_patch(FancyArrowPatch((x0, y0), (x1, y1), **ARROW | ends | shape | look))
    if label:
        across = np.array([y0 - y1, x1 - x0])
        away = -bend / 2 + side * 0.22 / np.hypot(*across)
        middle = np.array([x0 + x1, y0 + y1]) / 2 + away * across
        plot.text(*middle, label, ha="center", va="center")


def _loop(plot: Axes, circle: Circle, side: int, label: str) -> None:
    """Draw the arrow of a state to itself, left (`side` -1) or right of it."""
    if label == "":
        return
    x, y = circle.center
    ends = [(x + 0.3 * side, y + 0.2), (x + 0.3 * side, y - 0.2)]
    shape = {"connectionstyle": f"arc3,rad={-2.2 * side}", "color": INK}
    plot.add_patch(FancyArrowPatch(*ends, **ARROW | shape))
    plot.text(x + side * 0.85, y, label, ha="right" if side < 0 else "left", va="center")


def _bars(plot: Axes, at, symbols, probabilities, colour: str) -> None:
    """Draw one state's emissions: a bar and its number for each symbol."""
    x, y = at
    for m, (symbol, p) in enumerate(zip(symbols, probabilities, strict=True)):
        row = y - 0.36 * m
        plot.text(x - 0.5, row, symbol, ha="right", va="center")
        plot.barh(row, 0.9 * p, left=x - 0.4, height=0.24, color=colour)
        plot.text(x - 0.32 + 0.9 * p, row, f"{p:.3g}", va="center")


def _ice_creams(plot: Axes, at, count: int) -> None:
    x, y = at
    for i in range(count):
        left = x + 0.34 * (i - (count - 1) / 2)
        wafer = [(left - 0.12, y - 0.12), (left + 0.12, y - 0.12), (left, y - 0.52)]
        plot.add_patch(Polygon(wafer, facecolor="none", edgecolor=INK, linewidth=1.2))
        plot.add_patch(Circle((left, y - 0.06), 0.14, facecolor=(INK, 0.25), edgecolor=INK))


def _in_words(hmm: HMM) -> str:
    """Say the three tables, for who cannot see the drawing."""

    def row(names, numbers) -> str:
        return ", ".join(f"{n} {p:.3g}" for n, p in zip(names, numbers, strict=True))

    sentences = [f"A hidden Markov model. START: {row(hmm.states, hmm.pi)}."]
    for k, state in enumerate(hmm.states):
        ending = "" if hmm.stop is None else f", STOP {hmm.stop[k]:.3g}"
        sentences.append(
            f"From {state}: {row(hmm.states, hmm.A[k])}{ending}; "
            f"{state} emits {row(hmm.symbols, hmm.B[k])}."
        )
    return " ".join(sentences)
