"""Plots of counted models: a Markov chain, where it ends up, and what word may come next.

Each takes the axes to draw in, or makes its own, and returns them. Their label says the picture in
words, for who cannot see it: ``show(ax.figure, ax.get_label())`` is a picture for the page.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import checks
from course_lib.markov import MarkovChain
from course_lib.viz.style import FAINT, INK, STATES, figure

RADIUS = 0.36  # of a state's circle
BEND = 0.22  # of a move, so that the way back has a line of its own
LABEL_AT = 0.36  # of a move's way: where it ends it would meet other moves' labels
LOOP = 0.55  # radians between a loop's ends and its middle


def markov_chain(chain: MarkovChain, ax: Axes | None = None) -> Axes:
    """Draw the states in a ring and each possible move as an arrow, wider if more probable.

    Readable up to four states, or more if few moves are possible.

    Parameters
    ----------
    chain : MarkovChain
        A move of probability zero has no arrow.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    K = len(chain.states)
    ring = 0.0 if K == 1 else max(2.0, 0.5 * K)
    turns = np.pi - 2 * np.pi * np.arange(K) / K  # from the left, clockwise
    outward = np.column_stack([np.cos(turns), np.sin(turns)])
    ax = figure(2.4 + 0.2 * min(K, 10))[1] if ax is None else ax
    ax.set_axis_off()
    ax.set_aspect("equal")

    for k, state in enumerate(chain.states):
        at, colour = ring * outward[k], STATES[k % len(STATES)]
        look = {"facecolor": (colour, 0.18), "edgecolor": colour, "linewidth": 2}
        ax.add_patch(Circle(tuple(at), RADIUS, **look))
        letters = {"weight": "bold", "size": min(11, 30 / max(len(str(state)), 1))}
        ax.text(*at, str(state), color=INK, ha="center", va="center", gid="state", **letters)
    for i, j in np.argwhere(chain.transition > 0):
        p = chain.transition[i, j]
        if i == j:
            _loop(ax, ring * outward[i], turns[i], p)
        else:
            _move(ax, ring * outward[i], ring * outward[j], p)
    reach = ring + 3 * RADIUS + 0.4
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    ax.set_label(_in_words(chain))
    return ax


def stationary_bars(chain: MarkovChain, ax: Axes | None = None) -> Axes:
    """Draw the chain's stationary distribution, a bar a state in the state's colour.

    Parameters
    ----------
    chain : MarkovChain
        With a single stationary distribution.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    pi = chain.stationary()
    ax = _bars(chain.states, pi, [STATES[k % len(STATES)] for k in range(len(pi))], ax)
    ax.set(xlabel="share of time in the long run")
    ax.set_label(f"Share of time in the long run: {_listed(chain.states, pi)}.")
    return ax


def forecasts(chain: MarkovChain, state, days: int = 10, ax: Axes | None = None) -> Axes:
    """Draw how probable a state is so many days ahead, a line for each state of today.

    Parameters
    ----------
    chain : MarkovChain
        With a single stationary distribution, which is drawn as a dotted line.
    state : one of the chain's states
    days : int
        How far ahead, at least 1.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    days = checks.whole("days", days, low=1)
    checks.one_of("state", state, chain.states)
    column = chain.states.index(state)
    lasting = chain.stationary()[column]
    ahead = [np.linalg.matrix_power(chain.transition, k)[:, column] for k in range(days + 1)]
    ax = figure(2.2, axes=True)[1] if ax is None else ax
    ax.axhline(lasting, color=INK, linestyle=":", linewidth=1)
    styles = ("-", "--", "-.", (0, (1, 1)))
    for k, (today, line) in enumerate(zip(chain.states, np.transpose(ahead), strict=True)):
        look = {"color": STATES[k % len(STATES)], "linestyle": styles[k % len(styles)]}
        ax.plot(line, label=f"today {today}", **look)
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(chain.states))
    ax.set(xlabel="days ahead", ylabel=f"P({state})", ylim=(-0.03, 1.03))
    ends = ", ".join(
        f"{line[1]:.3g} after {today}"
        for today, line in zip(chain.states, np.transpose(ahead), strict=True)
    )
    ax.set_label(
        f"The probability of {state}, 0 to {days} days ahead. Tomorrow {ends}; "
        f"all lines come close to {lasting:.3g}."
    )
    return ax


def next_words(distribution: Mapping, top: int = 10, ax: Axes | None = None) -> Axes:
    """Draw what may come next: a bar a word, the most probable on top.

    Parameters
    ----------
    distribution : dict
        Probability by word, as ``NGramModel.distribution`` or ``MarkovChain.predict`` return it.
    top : int
        So many words have a bar of their own; all others share a pale one. Of equally probable
        words the first in `distribution` comes first.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if not isinstance(distribution, Mapping) or not distribution:
        raise TypeError(f"distribution must be a dict of words, got {distribution!r:.60}")
    checks.distribution("distribution", list(distribution.values()))
    top = checks.whole("top", top, low=1)
    ranked = sorted(distribution, key=distribution.get, reverse=True)
    names, colours = ranked[:top], [STATES[0]] * min(top, len(ranked))
    probabilities = [distribution[word] for word in names]
    if rest := ranked[top:]:
        names = [*names, f"{len(rest)} others"]
        probabilities.append(sum(distribution[word] for word in rest))
        colours.append((STATES[0], FAINT))
    ax = _bars(names, probabilities, colours, ax)
    ax.set(xlabel="probability")
    ax.set_label(f"What comes next: {_listed(names, probabilities)}.")
    return ax


def _bars(names, probabilities, colours, ax: Axes | None) -> Axes:
    """Draw horizontal bars from the top, each with its number behind."""
    ax = figure(0.7 + 0.28 * len(names), axes=True)[1] if ax is None else ax
    rows = np.arange(len(names))
    bars = ax.barh(rows, probabilities, color=colours, height=0.7)
    ax.bar_label(bars, [f"{p:.3g}" for p in probabilities], padding=3)
    ax.set_yticks(rows, [str(name) for name in names])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.2 * max(probabilities))  # room for the numbers
    return ax


def _move(ax: Axes, start: np.ndarray, end: np.ndarray, p: float) -> None:
    """Draw a bent arrow between two circles, its probability nearer to where it starts."""
    way = end - start
    left = np.array([-way[1], way[0]])
    turned = np.arctan(2 * BEND)  # at this angle to the straight one the bent line leaves
    along, aside = RADIUS * np.array([np.cos(turned), np.sin(turned)]) / np.hypot(*way)
    a, b = start + along * way + aside * left, end - along * way + aside * left
    _arrow(ax, a, b, -BEND, p)
    t = LABEL_AT
    on_line = (1 - t) * a + t * b + 2 * t * (1 - t) * BEND * (1 - 2 * along) * left
    normal = left / np.hypot(*way)
    half = abs(normal) @ [0.07 * len(_number(p)), 0.08]  # of the number, seen from the line
    _label(ax, on_line + (0.1 + half) * normal, p)


def _loop(ax: Axes, at: np.ndarray, turn: float, p: float) -> None:
    """Draw the arrow of a state that stays, on the side that looks out of the ring."""
    ends = [at + RADIUS * np.array([np.cos(a), np.sin(a)]) for a in (turn + LOOP, turn - LOOP)]
    _arrow(ax, *ends, -2.2, p)
    reach = RADIUS * (np.cos(LOOP) + 2.2 * np.sin(LOOP)) + 0.16 + 0.14 * abs(np.sin(turn))
    outward = np.array([np.cos(turn), np.sin(turn)])
    sides = ["right", "center", "left"]
    _label(ax, at + reach * outward, p, ha=sides[1 + round(outward[0])])


def _label(ax: Axes, at: np.ndarray, p: float, ha: str = "center") -> None:
    ax.text(*at, _number(p), color=INK, size=9, ha=ha, va="center", gid="move")


def _number(p: float) -> str:
    return f"{p:.2g}"


def _arrow(ax: Axes, start, end, bend: float, p: float) -> None:
    look = {"arrowstyle": "-|>", "mutation_scale": 10, "color": INK, "linewidth": 0.7 + 2 * p}
    way = {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 1}
    ax.add_patch(FancyArrowPatch(tuple(start), tuple(end), **way, **look))


def _listed(names, probabilities) -> str:
    return ", ".join(f"{name} {p:.3g}" for name, p in zip(names, probabilities, strict=True))


def _in_words(chain: MarkovChain) -> str:
    """Say the moves, for who cannot see the arrows."""
    rows = [
        f"From {state}: {_listed(*zip(*moves, strict=True))}."
        for state in chain.states
        if (moves := [(name, p) for name, p in chain.predict(state).items() if p > 0])
    ]
    return f"A Markov chain with {len(rows)} states. {' '.join(rows)}"
