"""A drawing for every tree: those of sentences, of Huffman codes, of a search."""

from __future__ import annotations

from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib import checks
from course_lib.viz.style import FAINT, INK, figure

LEAVES_AT_MOST = 40


@dataclass
class Node:
    """A node: what stands in it and at the branch that leads to it, and the nodes below.

    A faint one is context, not message.
    """

    text: str
    branch: str = ""
    faint: bool = False
    children: list[Node] = field(default_factory=list)

    def leaves(self) -> int:
        return sum(child.leaves() for child in self.children) or 1

    def depth(self) -> int:
        return 1 + max((child.depth() for child in self.children), default=-1)


def drawn(root: Node, upright: bool) -> Figure:
    """Return the figure of a tree that grows down (`upright`) or to the right, 40 leaves at most.

    One that grows down has its leaves in a row, to be read as a sentence. One that grows to the
    right has room for numbers beside the names.
    """
    leaves = checks.whole("the number of leaves", root.leaves(), low=1, high=LEAVES_AT_MOST)
    deep = root.depth()
    drawing, plot = figure(0.5 + 0.5 * deep if upright else 0.3 + 0.27 * leaves)
    plot.set_aspect("auto")
    _place(plot, root, 0, 0, upright)
    if upright:
        plot.set(xlim=(-0.6, leaves - 0.4), ylim=(-deep - 0.5, 0.3))
    else:
        plot.set(xlim=(-0.6, deep + 0.1), ylim=(0.6 - leaves, 0.7))
    return drawing


def _place(plot: Axes, node: Node, first: float, level: int, upright: bool) -> float:
    """Draw a part of the tree whose leaves begin at `first`; return where its root stands."""
    at, spots = first, []
    for child in node.children:
        spots.append(_place(plot, child, at, level + 1, upright))
        at += child.leaves()
    middle = (spots[0] + spots[-1]) / 2 if spots else first
    line = {"color": INK, "linewidth": 1}
    for child, spot in zip(node.children, spots, strict=True):
        look = line | ({"alpha": FAINT, "linestyle": "--"} if child.faint else {})
        if upright:
            plot.plot([middle, spot], [-level - 0.24, -level - 0.8], **look)
        else:
            plot.plot([level, level, level + 1], [-middle, -spot, -spot], **look)
            plot.text(level + 0.04, -spot - 0.06, child.branch, size=7, va="top")
    letters = {"size": 8.5, "alpha": 0.6 if node.faint else None}
    if upright:
        plot.text(middle, -level + 0.14, node.text, ha="center", va="top", **letters)
    else:
        plot.text(level - 0.05, 0.08 - middle, node.text, ha="right", va="bottom", **letters)
    return middle
