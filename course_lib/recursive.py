"""Recursive networks: the same small network at every node of a tree, from the leaves to the root.

========  ==========================  ==========================================================
letter    in code                     meaning
========  ==========================  ==========================================================
E         ``params["E"]``             embeddings (V, H): the vector of a leaf is its token's row
L, R, b   ``params["L"]``, ...        (H, H), (H, H), (H,): a node is ``tanh(L left + R right + b)``
U, c      ``params["U"]``, ``"c"``    (K, H), (K,): the classes' scores from the root's vector
========  ==========================  ==========================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_lib import checks, layers, losses, optim, train


class Forest(NamedTuple):
    """The nodes of many trees, numbered so that a whole level can be computed at once.

    Attributes
    ----------
    tokens : (leaves,) ndarray
        The leaves come first; node ``i < leaves`` is token ``tokens[i]``.
    levels : list of (parents, lefts, rights)
        Node numbers; a level's children lie in the levels below it.
    roots : (N,) ndarray
        The root of each tree.
    """

    tokens: np.ndarray
    levels: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
    roots: np.ndarray


# [recursive]
class RecursiveNet:
    """Classify binary trees by a vector that is built from the leaves up.

    Parameters
    ----------
    vocab : int
        Tokens V; a leaf is a token number.
    hidden : int
        Length H of every node's vector.
    classes : int
        Number of classes K.
    rng : numpy.random.Generator or int
        Draws the first weights.
    dtype : numpy dtype
        float64 or float32.

    Notes
    -----
    A tree is a token or a pair of trees: ``((0, 4), 2)``. One with a single leaf is its token.
    Source: UW, Recursive neural networks; Socher 2011.
    """

    def __init__(self, vocab, hidden, classes, rng=0, dtype=np.float64):
        self.vocab = checks.whole("vocab", vocab, low=1)
        H = checks.whole("hidden", hidden, low=1)
        K = checks.whole("classes", classes, low=2)
        dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)
        self.params = {
            "E": rng.normal(0, 0.5, size=(vocab, H)).astype(dtype),
            "L": layers.glorot(H, H, rng, dtype),
            "R": layers.glorot(H, H, rng, dtype),
            "b": np.zeros(H, dtype),
            "U": layers.glorot(K, H, rng, dtype),
            "c": np.zeros(K, dtype),
        }
        self.history: dict[str, list[float]] = {}

    def vectors(self, trees) -> np.ndarray:
        """Return the root's vector (N, H) of each tree."""
        forest = plant(trees, self.vocab)
        return self._grow(forest)[forest.roots]

    def predict(self, trees) -> np.ndarray:
        """Return the most probable class (N,) of each tree; the lowest one in a tie."""
        return (self.vectors(trees) @ self.params["U"].T + self.params["c"]).argmax(axis=1)

    def loss_and_grads(self, trees, labels) -> tuple[float, dict[str, np.ndarray]]:
        """Return the cross entropy, mean over the trees, and its gradients, keyed like `params`."""
        L, R, U = self.params["L"], self.params["R"], self.params["U"]
        forest = plant(trees, self.vocab)
        labels = checks.integers("labels", labels, (len(forest.roots),), high=len(U))
        h = self._grow(forest)
        root = h[forest.roots]
        loss, dscores = losses.softmax_cross_entropy(root @ U.T + self.params["c"], labels)

        grads = {name: np.zeros_like(param) for name, param in self.params.items()}
        grads["U"], grads["c"] = dscores.T @ root, dscores.sum(axis=0)
        dh = np.zeros_like(h)
        dh[forest.roots] = dscores @ U
        for parents, lefts, rights in reversed(forest.levels):
            da = dh[parents] * (1 - h[parents] ** 2)
            grads["L"] += da.T @ h[lefts]
            grads["R"] += da.T @ h[rights]
            grads["b"] += da.sum(axis=0)
            dh[lefts], dh[rights] = da @ L, da @ R  # a node has one parent: nothing adds up
        np.add.at(grads["E"], forest.tokens, dh[: len(forest.tokens)])
        return loss, grads

    def _grow(self, forest: Forest) -> np.ndarray:
        """Return the vectors of all nodes (nodes, H), one level after the other."""
        E, L, R, b = (self.params[name] for name in "ELRb")
        nodes = len(forest.tokens) + sum(len(parents) for parents, _, _ in forest.levels)
        h = np.empty((nodes, E.shape[1]), E.dtype)
        h[: len(forest.tokens)] = E[forest.tokens]
        for parents, lefts, rights in forest.levels:
            h[parents] = np.tanh(h[lefts] @ L.T + h[rights] @ R.T + b)
        return h

    # [/recursive]

    def fit(
        self, trees, labels, epochs=20, lr=0.01, batch_size=32, rng=0, progress=False
    ) -> RecursiveNet:
        """Learn from trees and their classes by Adam; return the network."""
        plant(trees, self.vocab)
        data = (train.as_objects(trees), labels)
        return train.fit(self, data, optim.Adam(lr), epochs, batch_size, rng, progress=progress)


def plant(trees, vocab: int) -> Forest:
    """Number the nodes of all trees, leaves first and then by height.

    Parameters
    ----------
    trees : list of nested pairs of int
    vocab : int
        Tokens are in ``range(vocab)``.
    """
    if isinstance(trees, (str, tuple)) or not hasattr(trees, "__len__"):
        raise TypeError(f"trees must be a list of trees, got {type(trees).__name__}")
    if len(trees) == 0:
        raise ValueError("trees must hold at least one tree, got none")
    tokens: list[int] = []
    levels: list[list[tuple]] = []  # of each node: its key, and its children's keys
    roots = [_number(f"trees[{i}]", tree, vocab, tokens, levels) for i, tree in enumerate(trees)]

    first = np.cumsum([len(tokens), *(len(level) for level in levels)])

    def number(key) -> int:
        height, place = key
        return place if height == 0 else int(first[height - 1]) + place

    numbered = [
        (
            np.arange(len(level)) + first[height],
            np.array([number(left) for left, _ in level]),
            np.array([number(right) for _, right in level]),
        )
        for height, level in enumerate(levels)
    ]
    return Forest(np.array(tokens), numbered, np.array([number(root) for root in roots]))


def _number(name: str, tree, vocab: int, tokens: list, levels: list) -> tuple[int, int]:
    """File one tree's nodes by height and return the root's (height, place in its level).

    The stack is our own, so that a tree may be deeper than Python's recursion goes.
    """
    stack, done = [(tree, False)], []
    while stack:
        node, children_done = stack.pop()
        if children_done:
            right, left = done.pop(), done.pop()
            height = max(left[0], right[0]) + 1
            if height > len(levels):
                levels.append([])
            levels[height - 1].append((left, right))
            done.append((height, len(levels[height - 1]) - 1))
        elif isinstance(node, (tuple, list)):
            if len(node) != 2:
                raise ValueError(f"{name} must branch in two, got a node of {len(node)}")
            stack += [(node, True), (node[1], False), (node[0], False)]
        else:
            tokens.append(checks.whole(f"a leaf of {name}", node, high=vocab - 1))
            done.append((0, len(tokens) - 1))
    return done[0]
