"""The backward pass: a graph in topological order, and the slides' two ways of walking back."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from course_lib.autodiff.var import Var


class Graph(NamedTuple):
    """A computation graph: one node for every variable, parameter and constant.

    Attributes
    ----------
    nodes : list of Var
        In topological order, inputs before what is computed from them, the output last.
    edges : list of (int, int)
        Positions in `nodes`, from an input to its user; an input used twice has two edges.
    """

    nodes: list[Var]
    edges: list[tuple[int, int]]


# [topological_order]
def topological_order(y) -> list[Var]:
    """Return `y` and all that it was computed from, inputs first, `y` last.

    Notes
    -----
    A node is made after its inputs, so the order in which nodes were made is topological.
    """
    found, waiting = {y}, [y]
    while waiting:
        for v in waiting.pop().inputs:
            if v not in found:
                found.add(v)
                waiting.append(v)
    return sorted(found, key=attrgetter("number"))


# [/topological_order]


def graph(y) -> Graph:
    """Return the nodes `y` was computed from, itself last, and the edges between them."""
    nodes = topological_order(y)
    place = {v: i for i, v in enumerate(nodes)}
    return Graph(nodes, [(place[v], j) for j, u in enumerate(nodes) for v in u.inputs])


# [version_a]
def version_a(nodes) -> None:
    """Collect, at every node v_j, from the nodes u_1, ..., u_M that have it as an input.

    ``dy/dv_j`` is the sum over i of ``(dy/du_i)(du_i/dv_j)``.

    Parameters
    ----------
    nodes : list of Var
        In topological order; the last one is y. Sets their ``.grad``.

    Notes
    -----
    Source: CMU-G, Automatic differentiation: reverse mode, version A.
    """
    users = {v: [] for v in nodes}
    for u in reversed(nodes):
        for v, chain in zip(u.inputs, u.chain, strict=True):
            users[v].append((u, chain))

    *others, y = variables(nodes)
    y.grad = np.ones_like(y.value)
    for v in reversed(others):
        v.grad = zeros_like(v)
        for u, chain in users[v]:
            v.grad += summed_to(v.value.shape, chain(u.grad))


# [/version_a]


# [version_b]
def version_b(nodes) -> None:
    """Hand on, from every node u_i, to each of its inputs v_1, ..., v_N.

    ``dy/dv_j`` begins as 0 and is incremented by ``(dy/du_i)(du_i/dv_j)``.

    Parameters
    ----------
    nodes : list of Var
        In topological order; the last one is y. Sets their ``.grad``.

    Notes
    -----
    Source: CMU-G, Automatic differentiation: reverse mode, version B.
    """
    nodes = variables(nodes)
    for v in nodes:
        v.grad = zeros_like(v)
    nodes[-1].grad += 1

    for u in reversed(nodes):
        for v, chain in zip(u.inputs, u.chain, strict=True):
            if not v.constant:
                v.grad += summed_to(v.value.shape, chain(u.grad))


# [/version_b]


def variables(nodes) -> list[Var]:
    """Return the nodes that are not constants."""
    return [v for v in nodes if not v.constant]


def zeros_like(v) -> np.ndarray:
    """Return the gradient to begin with (several times faster than NumPy's own `zeros_like`)."""
    return np.zeros(v.value.shape, v.value.dtype)


def summed_to(shape, contribution) -> np.ndarray:
    """Sum over the axes along which broadcasting copied an input of this shape.

    What is smaller than `shape` stays as it is: adding it to the gradient broadcasts it.
    """
    if contribution.shape == shape:
        return contribution
    extra = max(contribution.ndim - len(shape), 0)
    contribution = contribution.sum(axis=tuple(range(extra)))
    copied = tuple(i for i in range(-contribution.ndim, 0) if shape[i] == 1)
    return contribution.sum(axis=copied, keepdims=True)
