"""Hierarchical softmax: a word's probability as a path of left-or-right decisions down a tree."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from course_lib import checks
from course_lib.activations import sigmoid
from course_lib.word2vec.losses import Gradients, add_rows, pairs
from course_lib.word2vec.pairs import word_counts

Tree = tuple[list[np.ndarray], list[np.ndarray]]


# [huffman]
def huffman(counts) -> Tree:
    """Return the binary tree in which common words are near the root.

    Parameters
    ----------
    counts : (V,) array_like
        How often each word occurs.

    Returns
    -------
    paths : list of ndarray of int
        For each word its inner nodes, from the root down. The V - 1 inner nodes are numbered from
        the root, 0, which was made last.
    codes : list of ndarray of int
        For each word the turn taken at each of those nodes: 0 to the rarer side, 1 to the other.

    Notes
    -----
    Joins the two rarest until one is left; a tie goes to words before nodes, and to what came
    first. No other tree has a smaller mean length of code. Source: Huffman 1952; CMU-M, Word2Vec
    Word Embeddings.
    """
    counts = word_counts(counts).tolist()
    V = len(counts)
    root = 2 * V - 2
    heap = [(count, word) for word, count in enumerate(counts)]
    heapify(heap)
    children = {}
    for node in range(V, 2 * V - 1):
        (rarest, left), (rarer, right) = heappop(heap), heappop(heap)
        children[node] = left, right
        heappush(heap, (rarest + rarer, node))

    paths, codes = {root: []}, {root: []}
    for node in range(root, V - 1, -1):
        for bit, child in enumerate(children[node]):
            paths[child] = [*paths[node], root - node]
            codes[child] = [*codes[node], bit]
    words = range(V)
    return (
        [np.array(paths[word], dtype=np.intp) for word in words],
        [np.array(codes[word], dtype=np.intp) for word in words],
    )


# [/huffman]


# [hierarchical_softmax_loss]
def hierarchical_softmax_loss(W_in, W_nodes, centers, contexts, tree: Tree) -> Gradients:
    """Return minus the log probability of each context given its center, down the tree.

    Parameters
    ----------
    W_in : (V, D) array_like
        A row for each word as a center.
    W_nodes : (V-1, D) array_like
        A row for each inner node of the tree.
    centers, contexts : (P,) array_like of int
        The pairs; words may be repeated.
    tree : (paths, codes)
        From `huffman`.

    Returns
    -------
    loss : float
        Mean over the pairs.
    dW_in : (V, D) ndarray
    dW_nodes : (V-1, D) ndarray

    Notes
    -----
    At a node with score ``s = w . v_c`` the turn 0 has probability ``sigmoid(s)`` and the turn 1
    ``sigmoid(-s)``, so that the probabilities of all words sum to one, at the cost of a path
    instead of V vectors. Source: CMU-M, Word2Vec Word Embeddings; Mikolov 2013.
    """
    W_in, W_nodes, centers, contexts = pairs(
        W_in, W_nodes, centers, contexts, "W_nodes", n_contexts=len(_branches(tree)[0])
    )
    P = len(centers)
    pair, nodes, turns = path_steps(contexts, tree, len(W_nodes))
    v, w = W_in[centers[pair]], W_nodes[nodes]  # (M, D) for the M steps of all paths
    sign = (1 - 2 * turns).astype(v.dtype)
    agreement = sign * np.einsum("md,md->m", v, w)
    loss = float(np.logaddexp(0, -agreement).sum() / P)

    d_scores = (-sign * sigmoid(-agreement) / P)[:, None]
    dW_in = add_rows(np.zeros_like(W_in), centers[pair], d_scores * w)
    return loss, dW_in, add_rows(np.zeros_like(W_nodes), nodes, d_scores * v)


# [/hierarchical_softmax_loss]


def path_steps(contexts, tree: Tree, n_nodes: int):
    """Return the steps of the paths to all contexts (P,), one after the other.

    Returns
    -------
    pair, nodes, turns : (M,) ndarray of int
        Which context a step is for, the node it is taken at, and which way it goes.
    """
    paths, codes = ([branch[o] for o in contexts] for branch in tree)
    pair = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    nodes = checks.integers("tree: nodes", np.concatenate(paths), high=n_nodes)
    turns = checks.integers("tree: turns", np.concatenate(codes), nodes.shape, high=2)
    return pair, nodes, turns


def _branches(tree) -> Tree:
    if not isinstance(tree, tuple) or len(tree) != 2:
        raise TypeError(f"tree must be (paths, codes), as huffman returns it, got {tree!r}")
    paths, codes = tree
    if len(paths) != len(codes):
        raise ValueError(f"tree must pair paths with codes, got {len(paths)} and {len(codes)}")
    return tree
