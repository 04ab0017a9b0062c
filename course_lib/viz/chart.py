"""The chart of networks: every kind of the course as a small drawing, with where to read of it."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from textwrap import fill
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from course_lib.viz.style import FAINT, INK, STATES, Picture, figure, show

COLUMNS = 3
SIZE = 0.15  # of a unit, out to where lines end
WIDE, HIGH = 2.5, 2.2  # of a network's place
LETTER, LETTERS = 9, 18  # size of the letters in points, and how many a line of a name may hold


class Unit(NamedTuple):
    """A kind of unit: a shape of its own; colour only helps."""

    name: str
    marker: str
    colour: str


UNITS = {
    "i": Unit("input", "s", STATES[0]),
    "n": Unit("spoilt input", "s", STATES[0]),
    "h": Unit("hidden", "o", STATES[1]),
    "o": Unit("output", "D", STATES[2]),
    "m": Unit("remembers", "o", STATES[3]),
    "p": Unit("by chance", "o", STATES[0]),
    "b": Unit("bell", "^", STATES[1]),
    "k": Unit("shared filter", "h", STATES[2]),
}
HOLLOW = "pn"  # kinds with chance in them


class Network(NamedTuple):
    """A network's name, where the book treats it, its layers, and whether all join all."""

    name: str
    chapter: int
    layers: tuple[str, ...]
    ring: bool = False


NETWORKS = (
    Network("perceptron", 5, ("ii", "o")),
    Network("feed-forward", 6, ("ii", "hhh", "o")),
    Network("deep", 9, ("iii", "hhhh", "hhhh", "oo")),
    Network("RBF", 19, ("ii", "bbb", "o")),
    Network("convolutional", 12, ("iiii", "kkk", "kk", "hh", "o")),
    Network("recurrent", 13, ("ii", "mmm", "oo")),
    Network("LSTM, GRU", 14, ("ii", "mmm", "mmm", "oo")),
    Network("sequence to sequence", 16, ("ii", "mm", "mm", "oo")),
    Network("autoencoder", 10, ("iiii", "hh", "oooo")),
    Network("denoising autoencoder", 10, ("nnnn", "hh", "oooo")),
    Network("sparse autoencoder", 10, ("ii", "hhhh", "oo")),
    Network("variational autoencoder", 17, ("iiii", "hhh", "pp", "hhh", "oooo")),
    Network("adversarial", 18, ("pp", "hhh", "ii", "hhh", "o")),
    Network("Markov chain", 1, ("ppppp",), ring=True),
    Network("Hopfield", 19, ("mmmmm",), ring=True),
    Network("Boltzmann", 19, ("ppppp",), ring=True),
    Network("restricted Boltzmann", 19, ("pppp", "ppp")),
    Network("deep belief", 19, ("pppp", "ppp", "ppp", "pp")),
)


def chart(networks=NETWORKS) -> Picture:
    """Draw the networks of the course, each unit in the shape of its kind.

    Parameters
    ----------
    networks : sequence of Network

    Notes
    -----
    Source: UCLA, chart of neural networks.
    """
    if not networks or not all(isinstance(network, Network) for network in networks):
        raise TypeError(f"networks must be a sequence of Network, got {networks!r:.60}")
    rows = -(-len(networks) // COLUMNS)
    high = rows * HIGH + 1.7
    drawing, plot = figure(high * 4.4 / (COLUMNS * WIDE))
    for n, network in enumerate(networks):
        middle = (n % COLUMNS + 0.5) * WIDE, -(n // COLUMNS + 0.5) * HIGH
        _network(plot, network, np.array(middle))
    _key(plot, -rows * HIGH - 0.6)
    plot.set(xlim=(0, COLUMNS * WIDE), ylim=(-rows * HIGH - 1.6, 0.1))
    listed = "; ".join(f"{name}, chapter {chapter}" for name, chapter, *_ in networks)
    return show(drawing, f"{len(networks)} networks of the course drawn small: {listed}.")


def _network(plot: Axes, network: Network, middle: np.ndarray) -> None:
    places = [spots + middle for spots in _places(network)]
    joined = list(combinations(places[0], 2)) if network.ring else []
    joined += [ends for below, above in pairwise(places) for ends in product(below, above)]
    lines = []
    for start, end in joined:
        gap = SIZE * (end - start) / np.hypot(*(end - start))
        lines += [start + gap, end - gap, (np.nan, np.nan)]
    plot.plot(*np.array(lines).T, color=INK, linewidth=0.5, alpha=FAINT)
    kinds, spots = "".join(network.layers), np.concatenate(places)
    for kind in sorted(set(kinds)):
        _units(plot, kind, spots[[k == kind for k in kinds]])
    text = fill(f"{network.name}, {network.chapter}", LETTERS)
    plot.text(middle[0], middle[1] - 0.8, text, ha="center", va="top", size=LETTER)


def _places(network: Network) -> list[np.ndarray]:
    """Return for each layer where its units stand around (0, 0): from the left, or in a ring."""
    if network.ring:
        (kinds,) = network.layers
        turns = np.pi / 2 + 2 * np.pi * np.arange(len(kinds)) / len(kinds)
        return [0.6 * np.column_stack([np.cos(turns), np.sin(turns)])]
    reach = min(0.95, 0.42 * (len(network.layers) - 1))
    across = np.linspace(-reach, reach, len(network.layers))
    return [
        np.column_stack(
            [np.full(len(kinds), x), 0.36 * (np.arange(len(kinds)) - len(kinds) / 2 + 0.5)]
        )
        for x, kinds in zip(across, network.layers, strict=True)
    ]


def _units(plot: Axes, kind: str, spots: np.ndarray) -> None:
    """Draw units (n, 2) in the shape of their kind."""
    marker, colour = UNITS[kind].marker, UNITS[kind].colour
    inside = "none" if kind in HOLLOW else colour
    look = {"linestyle": "", "markersize": 7, "markeredgewidth": 1.5}
    plot.plot(*spots.T, marker, color=colour, markerfacecolor=inside, **look)
    if kind == "m":  # a ring in the middle: what it said comes back to it
        plot.plot(*spots.T, "o", color=INK, fillstyle="none", linestyle="", markersize=3)


def _key(plot: Axes, y: float) -> None:
    """Draw one unit of each kind with its name."""
    plot.text(0.18, y - 0.8, "The number is the chapter.", va="center", size=LETTER)
    for k, kind in enumerate(UNITS):
        x = 0.25 + (k % 4) * 1.8
        row = y - 0.4 * (k // 4)
        _units(plot, kind, np.array([(x, row)]))
        plot.text(x + 0.25, row, UNITS[kind].name, va="center", size=LETTER)
