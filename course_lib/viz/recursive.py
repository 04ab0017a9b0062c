"""A picture of recursive networks: the tree that they climb."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.recursive import plant
from course_lib.viz.style import Picture, show
from course_lib.viz.trees import LEAVES_AT_MOST, Node, drawn


def recursive_tree(tree, names=None, labels=None) -> Picture:
    """Draw a tree of a recursive network, its leaves below in the order of the sentence.

    Parameters
    ----------
    tree : nested pairs of int
        As `RecursiveNet` takes them.
    names : sequence of str, optional
        Of the tokens; their numbers if left out.
    labels : list of str, optional
        What stands in the nodes: the root first, then the left part, then the right one.
    """
    forest = plant([tree], np.iinfo(np.int64).max)
    checks.whole("tree: the number of leaves", len(forest.tokens), high=LEAVES_AT_MOST)
    if names is not None:
        checks.integers("tree: tokens", forest.tokens, high=len(names))
    given = None if labels is None else [str(label) for label in checks.sequence("labels", labels)]
    count = 2 * len(forest.tokens) - 1
    if given is not None and len(given) != count:
        raise ValueError(f"labels must hold one for each of the {count} nodes, got {len(given)}")
    waiting = iter(given or [])

    def grow(part) -> Node:
        label = next(waiting, "")
        if isinstance(part, (tuple, list)):
            return Node(label or "•", children=[grow(child) for child in part])
        word = str(part) if names is None else str(names[part])
        return Node(f"{label}\n{word}" if label else word)

    drawing = drawn(grow(tree), upright=True)
    told = f" Labels, from the root: {', '.join(given)}." if given else ""
    return show(drawing, f"A tree of {len(forest.tokens)} leaves: {_bracketed(tree, names)}.{told}")


def _bracketed(tree, names) -> str:
    if isinstance(tree, (tuple, list)):
        return f"({' '.join(_bracketed(part, names) for part in tree)})"
    return str(tree) if names is None else str(names[tree])
