"""What skip-gram may learn by: each of the three losses as a step down, on blocks of text.

The losses' own gradients have a row for every word and a product for every pair. A step touches few
words, and its pairs share them, so here a product of two matrices scores all pairs at once.

A step adds up the slopes of all its pairs. A common word has hundreds of them, all taken at the
same place, and together they would carry it far beyond the valley. So no row moves by more than
one over its curvature: 1/4 for each logistic decision, times the decisions that fall on it in a
step (and times the squared length of a vector, which is left out: about 1).
"""

from __future__ import annotations

import numpy as np

from course_lib.activations import sigmoid
from course_lib.word2vec.blocks import SIZE, Blocks
from course_lib.word2vec.huffman import hierarchical_softmax_loss, huffman, path_steps
from course_lib.word2vec.losses import add_rows, negative_sampling_loss, softmax_loss

SHARED = 16  # noise words that all pairs of a block share


class Objective:
    """What the three have in common.

    Parameters
    ----------
    words, window : int
        Words of text a step; a word has ``window + 1`` contexts on average.

    Attributes
    ----------
    limit_in, limit_out : (rows,) ndarray
        The largest steps of the rows of the two tables.
    """

    table = "W_out"

    def __init__(self, words: int, window: int):
        self.words, self.contexts = words, window + 1

    def curvature(self, share, per_pair: float):
        """Return what a row collects in a step in which it occurs, as `share` of all words do."""
        return (1 + self.words * share) * self.contexts * per_pair

    def step(self, W_in, W_out, blocks: Blocks, lr: float, rng) -> None:
        """Go down the summed losses of all pairs of the blocks; changes `W_in` and `W_out`."""
        raise NotImplementedError


class FullSoftmax(Objective):
    """Each context against all words."""

    loss = staticmethod(softmax_loss)

    def __init__(self, frequency, words, window):
        super().__init__(words, window)
        self.limit_in = 1 / self.curvature(frequency, 1 / 2)
        self.limit_out = 1 / self.curvature(frequency, 1)

    def step(self, W_in, W_out, blocks, lr, rng):
        rows, contexts = blocks.pairs()
        if len(rows) == 0:
            return
        centers = blocks.centers.ravel()[rows]
        _, dW_in, dW_out = softmax_loss(W_in, W_out, centers, contexts)
        W_in -= rates(lr, self.limit_in, W_in) * len(centers) * dW_in
        W_out -= rates(lr, self.limit_out, W_out) * len(centers) * dW_out


# [negative_step]
class NegativeSampling(Objective):
    """Each context against noise, of which all pairs of a block share the same words.

    Negatives of their own for every pair would mean a vector to fetch and to change for each. So
    `SHARED` noise words meet all pairs of a block, each counting ``k / SHARED``: on average the
    same loss. They stand behind the block's contexts, and all scores are one product.
    """

    loss = staticmethod(negative_sampling_loss)

    def __init__(self, frequency, words, window, noise: np.ndarray, k: int):
        super().__init__(words, window)
        self.n_shared = max(k, SHARED)
        self.weight = k / self.n_shared
        self.cumulative = noise.cumsum() / noise.cumsum()[-1]
        meetings = 1 + words / SIZE * self.n_shared * noise  # with blocks of SIZE centers
        of_noise = meetings * SIZE * self.contexts * self.weight / 4
        self.limit_in = 1 / self.curvature(frequency, (1 + k) / 4)
        self.limit_out = 1 / (self.curvature(frequency, 1 / 4) + of_noise)

    def draw(self, rng, shape) -> np.ndarray:
        """Return noise words."""
        return np.searchsorted(self.cumulative, rng.random(shape), side="right")

    def step(self, W_in, W_out, blocks, lr, rng):
        centers, contexts, is_pair = blocks
        H = contexts.shape[1]
        words = np.concatenate([contexts, self.draw(rng, (len(centers), self.n_shared))], axis=1)
        v = W_in.take(centers, axis=0)  # (G, B, D); take is twice as fast as W_in[centers]
        u = W_out.take(words, axis=0)  # (G, H + K, D)

        slopes = sigmoid(v @ u.mT)  # (G, B, H + K)
        text, noise = slopes[..., :H], slopes[..., H:]
        text -= 1
        text *= is_pair
        noise *= is_pair.sum(axis=2, keepdims=True, dtype=v.dtype) * self.weight
        descend(W_in, centers, slopes @ u, lr, self.limit_in)
        descend(W_out, words, slopes.mT @ v, lr, self.limit_out)


# [/negative_step]


class HierarchicalSoftmax(Objective):
    """Each context as a path down the Huffman tree of all words."""

    table = "W_nodes"

    def __init__(self, frequency, words, window):
        super().__init__(words, window)
        self.tree = paths, _ = huffman(frequency)
        length = np.array([len(path) for path in paths])
        passing = np.zeros(len(paths) - 1)
        np.add.at(passing, np.concatenate(paths), np.repeat(frequency, length))
        self.limit_in = 1 / self.curvature(frequency, frequency @ length / 4)
        self.limit_out = 1 / self.curvature(passing, 1 / 4)

    def loss(self, W_in, W_nodes, centers, contexts):
        return hierarchical_softmax_loss(W_in, W_nodes, centers, contexts, self.tree)

    def step(self, W_in, W_nodes, blocks, lr, rng):
        rows, contexts = blocks.pairs()
        if len(rows) == 0:
            return
        pair, nodes, turns = path_steps(contexts, self.tree, len(W_nodes))
        nodes, column = np.unique(nodes, return_inverse=True)
        centers = blocks.centers.ravel()
        v, w = W_in[centers], W_nodes[nodes]
        scores = v @ w.T  # (C, U): of these, the steps of the paths take some, and often the same
        place = rows[pair] * len(nodes) + column
        sign = 1 - 2 * turns
        slopes = -sign * sigmoid(-sign * scores.ravel()[place])
        d_scores = np.bincount(place, slopes, scores.size).reshape(scores.shape).astype(v.dtype)
        descend(W_in, centers, d_scores @ w, lr, self.limit_in)
        descend(W_nodes, nodes, d_scores.T @ v, lr, self.limit_out)


def rates(lr: float, limit: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return `lr`, or the limit where that is less, as a column in the float type of `W`."""
    return np.minimum(lr, limit)[..., None].astype(W.dtype, copy=False)


def descend(W: np.ndarray, ids: np.ndarray, slopes: np.ndarray, lr: float, limit) -> None:
    """Move the rows `ids` of `W` down their slopes (..., D), which it changes."""
    slopes *= -rates(lr, limit.take(ids), W)
    add_rows(W, ids, slopes)
