"""A layered layout for graphs without cycles: every arrow points up, few of them cross.

After Sugiyama, Tagawa and Toda (1981): give every node a layer; let arrows over several layers
bend in each; order every layer by where its neighbours are; then pull neighbours together.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np

SWEEPS = 8


def layout(edges, left, right) -> tuple[np.ndarray, np.ndarray, list[list[tuple[float, int]]]]:
    """Return a place for every node, and a way for every arrow.

    Parameters
    ----------
    edges : list of (int, int)
        From a node to one with a higher number.
    left, right : (n,) sequences of float
        Room that each node needs to either side of its place.

    Returns
    -------
    x : (n,) ndarray
    layer : (n,) ndarray of int
        0 is the lowest.
    ways : list of lists of (x, layer)
        For each edge the places it goes through, both ends included.
    """
    n = len(left)
    layer = layers(n, edges)
    chains, layer = bend(edges, layer)
    bends = len(layer) - n
    left, right = ([*room, *[0.25] * bends] for room in (left, right))
    neighbours = defaultdict(list)
    for chain in chains:
        for a, b in pairwise(chain):
            neighbours[a].append(b)
            neighbours[b].append(a)
    rows = order(layer, neighbours)
    x = pull_together(rows, neighbours, left, right)
    ways = [[(float(x[node]), layer[node]) for node in chain] for chain in chains]
    return x[:n], np.array(layer[:n]), ways


def layers(n: int, edges) -> list[int]:
    """Return the layer of every node, as high as its users allow, so that arrows are short."""
    depth = [0] * n
    for i, j in sorted(edges, reverse=True):
        depth[i] = max(depth[i], depth[j] + 1)
    return [max(depth) - d for d in depth]


def bend(edges, layer: list[int]) -> tuple[list[list[int]], list[int]]:
    """Return for every edge its nodes, with a new one in each layer that it passes through."""
    layer, chains = list(layer), []
    for i, j in edges:
        passed = range(layer[i] + 1, layer[j])
        chains.append([i, *range(len(layer), len(layer) + len(passed)), j])
        layer.extend(passed)
    return chains, layer


def order(layer: list[int], neighbours) -> list[list[int]]:
    """Return the nodes of every layer from left to right: of several sweeps the best."""
    rows = [[k for k, height in enumerate(layer) if height == h] for h in range(max(layer) + 1)]
    best = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        pairs = list(pairwise(rows))
        for lower, upper in reversed(pairs) if down else pairs:
            fixed, free = (upper, lower) if down else (lower, upper)
            place = {k: i for i, k in enumerate(fixed)}
            own = {k: i for i, k in enumerate(free)}

            def middle(k, place=place, own=own):
                seen = [place[v] for v in neighbours[k] if v in place]
                return float(np.mean(seen)) if seen else own[k]

            free.sort(key=middle)
        if crossings(rows, neighbours) < crossings(best, neighbours):
            best = [list(row) for row in rows]
    return best


def crossings(rows: list[list[int]], neighbours) -> int:
    """Count the pairs of arrows between neighbouring layers that cross."""
    total = 0
    for lower, upper in pairwise(rows):
        place = {k: i for i, k in enumerate(upper)}
        ends = [[place[v] for v in neighbours[k] if v in place] for k in lower]
        total += sum(
            b < a for i, row in enumerate(ends) for a in row for r in ends[i + 1 :] for b in r
        )
    return total


def pull_together(rows: list[list[int]], neighbours, left, right) -> np.ndarray:
    """Return each node's x: near the mean of its neighbours, with room between those in a layer.

    A node with one neighbour goes where there is room; a chain of others stays straight.
    """
    tied = {k: len(neighbours[k]) > 1 for row in rows for k in row}
    x = np.zeros(len(left))
    for sweep in range(4 * SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            gaps = [right[a] + left[b] for a, b in pairwise(row)]
            start = np.cumsum([0, *gaps])
            wanted = [
                np.mean(x[[v for v in neighbours[k] if tied[v]] or neighbours[k] or [k]])
                for k in row
            ]
            weights = [10 if tied[k] else 1 for k in row]
            x[row] = start + nearest_rising(wanted - start, weights)
    return x


def nearest_rising(values, weights) -> np.ndarray:
    """Return the rising sequence nearest to `values` in the weighted sum of squares.

    Neighbours in the wrong order become one block at their mean, until none are left.
    """
    blocks: list[tuple[float, float, int]] = []
    for block in zip(values, weights, [1] * len(weights), strict=True):
        while blocks and blocks[-1][0] > block[0]:
            (a, u, m), (b, v, n) = blocks.pop(), block
            block = ((u * a + v * b) / (u + v), u + v, m + n)
        blocks.append(block)
    return np.repeat([mean for mean, _, _ in blocks], [count for _, _, count in blocks])
