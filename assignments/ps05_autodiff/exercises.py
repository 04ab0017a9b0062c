"""What the grader asks in problem set 5: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import math
from graphlib import TopologicalSorter
from itertools import pairwise

import numpy as np
from comparing import first_difference, numbers, returned, same_numbers, whole_numbers

from course_lib import autodiff

# Exercise 1: topological_order


def the_numbered_graph(rng: np.random.Generator):
    """The graph that the visible check shows."""
    yield {"n": 7, "edges": [(v, u) for v, u, _ in NUMBERED]}


def any_numbers(rng: np.random.Generator):
    """Nodes have any numbers, edges come in any order."""
    for n in (6, 8, 11):
        yield _shape_of(_graph(rng, n))


def doubled_and_alone(rng: np.random.Generator):
    """A node that takes the same input twice, and nodes without any edge."""
    yield {"n": 1, "edges": []}
    yield _shape_of(_graph(rng, 7, doubled=2))
    yield _shape_of(_graph(rng, 7, alone=2))


def many_paths(rng: np.random.Generator):
    """So many paths that following each of them would take years."""
    yield _shape_of(_ladder(rng, 40))


def long_chains(rng: np.random.Generator):
    """Deeper than Python's recursion goes, from either end and wherever it begins."""
    between = rng.permutation(np.arange(1, CHAIN - 1)).tolist()
    for chain in ([0, *between, CHAIN - 1], [CHAIN - 1, *between, 0]):
        yield {"n": CHAIN, "edges": _shuffled(rng, list(pairwise(chain)))}


def topological_order_reference(n, edges):
    """Return one of the orders."""
    inputs = _inputs(n, edges)
    return list(TopologicalSorter(inputs).static_order())


def check_topological_order(answer, expected, n, edges):
    """Accept every order in which each node comes after its inputs."""
    returned("topological_order", answer)
    order = whole_numbers("your order", answer, below=n, shape=("nodes",)).tolist()
    for v in range(n):
        times = order.count(v) if n < 100 else 1
        assert times > 0, f"node {v} is missing in your order"
        assert times == 1, f"node {v} stands {times} times in your order"
    assert sorted(order) == list(range(n)), (
        f"your order must hold each of the {n} nodes once, and nothing else"
    )
    place = {v: i for i, v in enumerate(order)}
    for v, u in edges:
        assert place[v] < place[u], (
            f"node {u} stands before node {v}, though there is an edge from {v} to {u}: "
            f"{v} is computed first"
        )


def as_numbered(n, edges):
    return list(range(n))


def from_the_output(n, edges):
    return topological_order_reference(n, edges)[::-1]


def as_first_seen(n, edges):
    users, inputs = _users(n, edges), _inputs(n, edges)
    order = [v for v in range(n) if not inputs[v]]
    seen = set(order)
    for v in order:
        new = [u for u in dict.fromkeys(users[v]) if u not in seen]
        order += new
        seen |= set(new)
    return order


def as_first_met_in_depth(n, edges):
    users, inputs, order = _users(n, edges), _inputs(n, edges), {}
    waiting = [v for v in reversed(range(n)) if not inputs[v]]
    while waiting:
        v = waiting.pop()
        if v not in order:
            order[v] = True
            waiting += reversed(users[v])
    return list(order)


def fewest_inputs_first(n, edges):
    inputs = _inputs(n, edges)
    return sorted(range(n), key=lambda v: len(inputs[v]))


def only_nodes_with_edges(n, edges):
    seen = {v for edge in edges for v in edge}
    return [v for v in topological_order_reference(n, edges) if v in seen]


def doubled_edges_counted_once(n, edges):
    users, inputs = _users(n, edges), _inputs(n, edges)
    missing = [len(inputs[v]) for v in range(n)]
    order = [v for v in range(n) if not missing[v]]
    for v in order:
        for u in dict.fromkeys(users[v]):
            missing[u] -= 1
            if not missing[u]:
                order.append(u)
    return order


# Exercise 2: reverse_a


def the_graph_with_slopes(rng: np.random.Generator):
    """The graph that the visible check shows."""
    yield {"order": [1, 3, 4, 5, 6, 2, 0], "edges": [list(edge) for edge in NUMBERED]}


def graphs_with_slopes(rng: np.random.Generator):
    """Nodes have any numbers, edges come in any order."""
    for n in (6, 8, 11):
        yield _graph(rng, n)


def doubled_slopes(rng: np.random.Generator):
    """A node that takes the same input twice, each time with a slope of its own."""
    for n in (6, 9):
        yield _graph(rng, n, doubled=2)


def dead_ends(rng: np.random.Generator):
    """Nodes from which no path leads to the output; a graph of the output alone."""
    yield {"order": [0], "edges": []}
    for n in (6, 8):
        yield _graph(rng, n, dead=2)


def many_slopes(rng: np.random.Generator):
    """So many paths that following each of them would take years."""
    yield _ladder(rng, 40)


def reverse_a_reference(order, edges):
    """Return the derivatives that course_lib finds by version A."""
    return _by_var(order, edges, "A")


def check_reverse_a(answer, expected, order, edges):
    """Compare node by node, from the output back: the first wrong step comes first."""
    returned("reverse_a", answer)
    found = numbers("your answer", answer, (len(order),))
    for v in reversed(order):
        assert np.isclose(found[v], expected[v]), (
            f"dy/dv of node {v} should be {expected[v]:.6g}, got {found[v]:.6g} (the output is "
            f"node {order[-1]}; what comes after {v} in the order is right)"
        )


def last_use_alone(order, edges):
    return _collected(order, edges, lambda parts: parts[-1])


def first_use_alone(order, edges):
    return _collected(order, edges, lambda parts: parts[0])


def uses_multiplied(order, edges):
    return _collected(order, edges, math.prod)


def uses_averaged(order, edges):
    return _collected(order, edges, lambda parts: sum(parts) / len(parts))


def slopes_alone(order, edges):
    return _collected(order, edges, sum, product=lambda above, slope: slope)


def one_slope_for_two(order, edges):
    return reverse_a_reference(order, _merged(edges))


def in_order_of_numbers(order, edges):
    return _collected(sorted(order), edges, sum, output=order[-1])


def from_the_inputs_on(order, edges):
    return _collected(order[::-1], edges, sum, output=order[-1])


def nothing_to_begin_with(order, edges):
    return [0.0] * len(order)


def forward_mode(order, edges):
    inputs = [(u, v, slope) for v, u, slope in edges]
    return _collected(order[::-1], inputs, sum, output=order[0])


# Exercise 3: reverse_b


def reverse_b_reference(order, edges):
    """Return the derivatives as they stand before the first visit and after each."""
    return _increments(order, edges)


def check_reverse_b(answer, expected, order, edges):
    """Compare row by row: the first wrong step comes first."""
    returned("reverse_b", answer)
    found = numbers("your table", answer, (len(order) + 1, len(order)))
    first = first_difference("your table", found, expected)
    if first:
        row, v = first.place
        when = f"after the visit of node {order[-row]}" if row else "before the first visit"
        raise AssertionError(
            f"row {row}, {when}: dy/dv of node {v} should be {expected[row, v]:.6g}, "
            f"got {found[row, v]:.6g}"
        )


def overwritten(order, edges):
    return _increments(order, edges, add=lambda so_far, more: more)


def slopes_added(order, edges):
    return _increments(order, edges, add=lambda so_far, more: so_far + more, above=lambda g: 1.0)


def only_own_when_visited(order, edges):
    table = _increments(order, edges)
    for row, v in enumerate(reversed(order[:-1]), start=2):
        table[1:row, v] = 0
    return table


def visited_by_number(order, edges):
    return _increments([*sorted(set(order) - {order[-1]}), order[-1]], edges)


def visited_forward(order, edges):
    return _increments(order[::-1], edges, output=order[-1])


def ones_everywhere(order, edges):
    return _increments(order, edges) + [[0.0 if v == order[-1] else 1.0 for v in range(len(order))]]


def zero_at_the_output(order, edges):
    return np.zeros((len(order) + 1, len(order)))


def merged_in_b(order, edges):
    return _increments(order, _merged(edges))


def one_row_many_times(order, edges):
    table = _increments(order, edges)
    return np.tile(table[-1], (len(table), 1))


def first_row_missing(order, edges):
    return _increments(order, edges)[1:]


# Exercise 4: Var. The notebook runs programs on the student's class, as `_run` does here.


def the_program(rng: np.random.Generator):
    """The program that the visible check shows."""
    yield _asking([3.0, 2.0, -4.0], [("*", 0, 1), ("+", 3, 2), ("*", 4, 4), ("*", 5, 3)])


def one_operation(rng: np.random.Generator):
    """Each operation alone, and a chain in which nothing is used twice."""
    for name in ("+", "*"):
        yield _asking(_leaves(rng, 2), [(name, 0, 1)])
    for name in ("tanh", "exp", "log"):
        yield _asking(_leaves(rng, 1), [(name, 0)])
    yield _asking(_leaves(rng, 3), [("*", 0, 1), ("+", 3, 2), ("log", 4), ("tanh", 5), ("exp", 6)])


def used_again(rng: np.random.Generator):
    """A variable that is used twice, by one operation or by two."""
    yield _asking(_leaves(rng, 1), [("*", 0, 0)])
    yield _asking(_leaves(rng, 1), [("+", 0, 0)])
    yield _asking(_leaves(rng, 2), [("*", 0, 1), ("+", 2, 0)])
    yield _asking(_leaves(rng, 2), [("exp", 0), ("*", 2, 0), ("*", 1, 3), ("+", 4, 1)])


def shared_results(rng: np.random.Generator):
    """A result that is used twice, on paths of different length."""
    shared = [("*", 0, 1), ("tanh", 2), ("*", 2, 3)]
    yield _asking(_leaves(rng, 2), shared)
    yield _asking(_leaves(rng, 2), [*shared, ("exp", 4), ("+", 4, 5)])
    branches = [("+", 0, 1), ("tanh", 2), ("*", 2, 3), ("log", 2), ("*", 5, 4), ("+", 6, 3)]
    yield _asking(_leaves(rng, 2), branches)
    blocks, s = [], 0
    for _ in range(4):
        blocks += [("exp", s), ("*", s, s + 1), ("tanh", s + 2)]
        s += 3
    yield _asking(_leaves(rng, 1), blocks)


def backward_again(rng: np.random.Generator):
    """`backward` twice from one result, or from two that share variables."""
    steps = [("*", 0, 1), ("exp", 0), ("+", 2, 3)]
    yield _asking(_leaves(rng, 2), steps, starts=[4, 4])
    yield _asking(_leaves(rng, 2), steps, starts=[3, 2])
    steps = [("*", 0, 1), ("+", 3, 2), ("tanh", 4), ("*", 4, 5), ("+", 6, 0)]
    yield _asking(_leaves(rng, 3), steps, starts=[7, 4, 7])


def equal_values(rng: np.random.Generator):
    """Different variables that happen to have one value."""
    value = float(rng.uniform(0.5, 1.5))
    yield _asking([value, value], [("exp", 0), ("exp", 1), ("*", 2, 3)])
    yield _asking([value] * 3, [("*", 0, 1), ("*", 1, 2), ("+", 3, 4), ("tanh", 5)])


def many_uses(rng: np.random.Generator):
    """More paths than could be followed, and a chain deeper than Python's recursion goes."""
    a, s = float(rng.uniform(0.45, 0.5)), float(rng.uniform(0.5, 1.0))
    steps, last = [], 2
    for _ in range(40):
        steps += [("*", 0, last), ("*", 1, last), ("+", last + 1, last + 2)]
        last += 3
    yield _asking([a, 1.01 - a, s], steps)
    chain = [("+", 0, 1), *[("+", 1 + k, 1) for k in range(1, CHAIN)]]
    yield _asking(_leaves(rng, 2), chain, wanted=[0, 1, CHAIN + 1])


def var_reference(leaves, steps, starts, wanted):
    """Return what the program gives with course_lib's class."""
    return _run(autodiff.Var, leaves, steps, starts, wanted)


def check_var(answer, expected, leaves, steps, starts, wanted):
    """Compare the values in the order of the program, then the gradients from the output back."""
    assert isinstance(answer, dict), "the program could not be run with your class"
    assert {"values", "grads"} <= answer.keys(), "the program could not be run with your class"
    n = len(leaves) + len(steps)
    values = numbers("all .value together", answer["values"], (n,))
    for i in np.flatnonzero(~np.isclose(values, expected["values"]))[:1]:
        same_numbers("its value", values[i], expected["values"][i], _said(i, leaves, steps))
    assert isinstance(answer["grads"], (list, tuple)), "every Var must have a .grad"
    assert len(answer["grads"]) == len(wanted), "every Var must have a .grad"
    for i, grad, right in reversed([*zip(wanted, answer["grads"], expected["grads"], strict=True)]):
        about = f"{_said(i, leaves, steps)}, after node {starts[-1]}.backward()"
        same_numbers("its .grad", grad, right, about)


class _Var:
    """A right class for students' numbers, to be made wrong in one place each."""

    def __init__(self, value, inputs=(), slopes=()):
        self.value, self.inputs, self.slopes, self.grad = value, inputs, slopes, 0.0

    def __add__(self, other):
        return type(self)(self.value + other.value, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return type(self)(self.value * other.value, (self, other), (other.value, self.value))

    def tanh(self):
        u = math.tanh(self.value)
        return type(self)(u, (self,), (1 - u * u,))

    def exp(self):
        u = math.exp(self.value)
        return type(self)(u, (self,), (u,))

    def log(self):
        return type(self)(math.log(self.value), (self,), (1 / self.value,))

    def order(self):
        """Return the nodes below this one in reverse topological order."""
        inputs, waiting = {}, [self]
        while waiting:
            u = waiting.pop()
            if u not in inputs:
                inputs[u] = u.inputs
                waiting += u.inputs
        return list(TopologicalSorter(inputs).static_order())[::-1]

    def reset(self, nodes):
        for v in nodes:
            v.grad = 0.0

    def backward(self):
        nodes = self.order()
        self.reset(nodes)
        self.grad = 1.0
        for u in nodes:
            u.hand_on()

    def hand_on(self):
        for v, slope in zip(self.inputs, self.slopes, strict=True):
            v.grad += self.grad * slope


def _with(**methods):
    """Return a wrong implementation: the class with these methods in place of the right ones."""
    wrong = type("Var", (_Var,), methods)
    return lambda leaves, steps, starts, wanted: _run(wrong, leaves, steps, starts, wanted)


def grads_overwritten(leaves, steps, starts, wanted):
    def hand_on(self):
        for v, slope in zip(self.inputs, self.slopes, strict=True):
            v.grad = self.grad * slope

    return _with(hand_on=hand_on)(leaves, steps, starts, wanted)


def never_reset(leaves, steps, starts, wanted):
    return _with(reset=lambda self, nodes: None)(leaves, steps, starts, wanted)


def inputs_as_keys(leaves, steps, starts, wanted):
    def hand_on(self):
        for v, slope in dict(zip(self.inputs, self.slopes, strict=True)).items():
            v.grad += self.grad * slope

    return _with(hand_on=hand_on)(leaves, steps, starts, wanted)


def handed_on_too_early(leaves, steps, starts, wanted):
    def order(self):
        nodes = {self: True}
        waiting = [self]
        for u in waiting:
            waiting += [v for v in dict.fromkeys(u.inputs) if v not in nodes]
            nodes |= dict.fromkeys(u.inputs, True)
        return list(nodes)

    return _with(order=order)(leaves, steps, starts, wanted)


def handed_on_again_and_again(leaves, steps, starts, wanted):
    visits = 0

    def hand_on(self):
        nonlocal visits
        visits += 1
        if visits > 5000:
            raise TimeoutError("the real one would go on for years")
        for v, slope in zip(self.inputs, self.slopes, strict=True):
            v.grad += self.grad * slope
            v.hand_on()

    def backward(self):
        self.reset(self.order())
        self.grad = 1.0
        self.hand_on()

    return _with(hand_on=hand_on, backward=backward)(leaves, steps, starts, wanted)


def recognised_by_value(leaves, steps, starts, wanted):
    def order(self):
        seen, nodes = set(), []
        for u in _Var.order(self):
            if u.value not in seen:
                seen.add(u.value)
                nodes.append(u)
        return nodes

    return _with(order=order)(leaves, steps, starts, wanted)


def slope_of_the_other(leaves, steps, starts, wanted):
    def product(self, other):
        return type(self)(self.value * other.value, (self, other), (self.value, other.value))

    return _with(__mul__=product)(leaves, steps, starts, wanted)


def tanh_from_the_input(leaves, steps, starts, wanted):
    def tanh(self):
        return type(self)(math.tanh(self.value), (self,), (1 - self.value**2,))

    return _with(tanh=tanh)(leaves, steps, starts, wanted)


def tanh_without_the_square(leaves, steps, starts, wanted):
    def tanh(self):
        u = math.tanh(self.value)
        return type(self)(u, (self,), (1 - u,))

    return _with(tanh=tanh)(leaves, steps, starts, wanted)


def exp_from_the_input(leaves, steps, starts, wanted):
    def exp(self):
        return type(self)(math.exp(self.value), (self,), (self.value,))

    return _with(exp=exp)(leaves, steps, starts, wanted)


def log_from_the_output(leaves, steps, starts, wanted):
    def log(self):
        u = math.log(self.value)
        return type(self)(u, (self,), (1 / u,))

    return _with(log=log)(leaves, steps, starts, wanted)


def nothing_at_the_output(leaves, steps, starts, wanted):
    def backward(self):
        self.reset(self.order())

    return _with(backward=backward)(leaves, steps, starts, wanted)


# Exercise 5: sum_to_shape


def a_bias(rng: np.random.Generator):
    """The gradients that the visible check shows."""
    yield {"gradient": np.arange(1.0, 7.0).reshape(2, 3), "shape": (3,)}
    yield {"gradient": np.arange(1.0, 7.0).reshape(2, 3), "shape": (2, 1)}


def axes_in_front(rng: np.random.Generator):
    """The variable lacks axes; a square gradient shows from which side shapes are compared."""
    for big, shape in [((4, 3), (3,)), ((3, 3), (3,)), ((2, 3, 4), (4,)), ((5, 2, 3), (2, 3))]:
        yield _broadcast(rng, big, shape)


def axes_of_one(rng: np.random.Generator):
    """The variable has an axis of size 1 where the gradient has more."""
    for big, shape in [((4, 3), (4, 1)), ((4, 3), (1, 3)), ((2, 3, 4), (2, 1, 4))]:
        yield _broadcast(rng, big, shape)


def both_kinds(rng: np.random.Generator):
    """Axes in front and axes of size 1."""
    for big, shape in [((5, 4, 3), (4, 1)), ((2, 3, 4), (1, 4)), ((3, 2, 3, 4), (1, 3, 1))]:
        yield _broadcast(rng, big, shape)


def all_or_nothing(rng: np.random.Generator):
    """A variable of one number; one that was not copied at all; an axis that is 1 in both."""
    for big, shape in [((4, 3), ()), ((2, 3), (2, 3)), ((4, 1), (4, 1)), ((5,), (1,))]:
        yield _broadcast(rng, big, shape)


def sum_to_shape_reference(gradient, shape):
    """Return the gradient of a variable of this shape that was added to larger arrays."""
    v = autodiff.Var(np.zeros(shape))
    ((v + np.zeros(gradient.shape)) * gradient).sum().backward()
    return v.grad


def check_sum_to_shape(answer, expected, gradient, shape):
    """Compare shape, then entries."""
    returned("sum_to_shape", answer)
    same_numbers("the sum", answer, expected, f"from {gradient.shape} to {shape}")


def mean_of_copies(gradient, shape):
    copies = gradient.size / max(math.prod(shape), 1)
    return sum_to_shape_reference(gradient, shape) / copies


def one_copy_alone(gradient, shape):
    gradient = gradient[(0,) * (gradient.ndim - len(shape))]
    return gradient[tuple(slice(0, size) for size in shape)]


def only_in_front(gradient, shape):
    return gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))


def only_ones(gradient, shape):
    copied = tuple(i for i in range(-len(shape), 0) if shape[i] == 1)
    return gradient.sum(axis=copied, keepdims=True)


def ones_dropped(gradient, shape):
    front = gradient.ndim - len(shape)
    copied = tuple(i for i in range(gradient.ndim) if i < front or shape[i - front] == 1)
    return gradient.sum(axis=copied)


def compared_from_the_left(gradient, shape):
    gradient = gradient.sum(axis=tuple(range(len(shape), gradient.ndim)))
    copied = tuple(i for i, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=copied, keepdims=True)


def one_sum_for_all(gradient, shape):
    return np.full(shape, gradient.sum())


def as_it_came(gradient, shape):
    return gradient


# Python's recursion ends at a depth of 1000.
CHAIN = 1500

# y = t * u with u = x * w, s = u + b, t = s * s at x = 3, w = 2, b = -4: (from, to, slope).
# The nodes y, x, t, w, u, b, s have the numbers 0 to 6.
NUMBERED = [
    (1, 4, 2.0),
    (3, 4, 3.0),
    (4, 6, 1.0),
    (5, 6, 1.0),
    (6, 2, 2.0),
    (6, 2, 2.0),
    (2, 0, 6.0),
    (4, 0, 4.0),
]

EXERCISES = {
    "ps05.topological_order": {
        "example": the_numbered_graph,
        "unseen": {
            "nodes numbered in any way": any_numbers,
            "doubled edges, nodes without edges": doubled_and_alone,
            "graphs with very many paths": many_paths,
            "long chains": long_chains,
        },
        "reference": topological_order_reference,
        "check": check_topological_order,
        "seconds": 4,
        "misconceptions": [
            (
                as_numbered,
                "You took the nodes by their numbers. The numbers are only names: it is the edges "
                "that say what must be computed first.",
            ),
            (
                from_the_output,
                "Your order is the right one backwards. Inputs come before what is computed from "
                "them; the backward pass will turn it round.",
            ),
            (
                as_first_seen,
                "You took each node as soon as one of its inputs was there. It can be computed "
                "only when all of them are.",
            ),
            (
                as_first_met_in_depth,
                "You went down one path to its end before the others. A node on it may still wait "
                "for an input from another path.",
            ),
            (
                fewest_inputs_first,
                "How many inputs a node has says nothing about when they are there. A node with "
                "one input can come after a node with many.",
            ),
            (
                only_nodes_with_edges,
                "You took the nodes from the edges, so a node without edges is missing. It is part "
                "of the graph, and may come anywhere.",
            ),
            (
                doubled_edges_counted_once,
                "A node that takes the same input twice waits for ever in your order: you count "
                "two inputs, but take away only one.",
            ),
        ],
    },
    "ps05.reverse_a": {
        "example": the_graph_with_slopes,
        "unseen": {
            "nodes numbered in any way": graphs_with_slopes,
            "doubled edges": doubled_slopes,
            "dead ends": dead_ends,
            "graphs with very many paths": many_slopes,
        },
        "reference": reverse_a_reference,
        "check": check_reverse_a,
        "seconds": 4,
        "misconceptions": [
            (
                last_use_alone,
                "Of several uses of a node you keep the last. It acts on the output through all of "
                "them, and their shares add up.",
            ),
            (
                first_use_alone,
                "Of several uses of a node you keep the first. It acts on the output through all "
                "of them, and their shares add up.",
            ),
            (
                uses_multiplied,
                "You multiplied the shares of several uses. Along one path slopes multiply; where "
                "paths meet, they add up.",
            ),
            (
                uses_averaged,
                "You took the mean over the uses of a node. Each use does its part in full, so "
                "they add up.",
            ),
            (
                slopes_alone,
                "You added the slopes of the edges that leave a node. Each must first be "
                "multiplied by how much the output depends on the node it leads to.",
            ),
            (
                one_slope_for_two,
                "Of two edges between the same nodes you keep one. A node that takes the same "
                "input twice depends on it twice.",
            ),
            (
                in_order_of_numbers,
                "You visited the nodes by their numbers, so some derivatives were asked for before "
                "they were known. Walk the order that is given, from its end.",
            ),
            (
                from_the_inputs_on,
                "You walked the order from its beginning. There nothing is known yet: the one "
                "derivative that is known is that of the output, at the end.",
            ),
            (
                nothing_to_begin_with,
                "All your derivatives are zero. Something must be there to begin with: how much "
                "does the output change when the output changes?",
            ),
            (
                forward_mode,
                "You computed how much every node depends on the first one. Asked is how much the "
                "last one depends on every node.",
            ),
        ],
    },
    "ps05.reverse_b": {
        "example": the_graph_with_slopes,
        "unseen": {
            "nodes numbered in any way": graphs_with_slopes,
            "doubled edges": doubled_slopes,
            "dead ends": dead_ends,
            "graphs with very many paths": many_slopes,
        },
        "reference": reverse_b_reference,
        "check": check_reverse_b,
        "seconds": 4,
        "misconceptions": [
            (
                overwritten,
                "A second share replaces the first in your table. A node is used by several "
                "others, and what comes back from them adds up.",
            ),
            (
                slopes_added,
                "You added the slopes as they are. What a node hands on is its own derivative "
                "times the slope of the edge.",
            ),
            (
                only_own_when_visited,
                "This is version A: a node collects when it is visited. In version B the node that "
                "is visited hands on to its inputs, so theirs grow before their own visit.",
            ),
            (
                visited_by_number,
                "You visited the nodes by their numbers, so some handed on before they had all of "
                "their own. Walk the order that is given, from its end.",
            ),
            (
                visited_forward,
                "You walked the order from its beginning, where nothing is there to be handed on. "
                "Begin at the output.",
            ),
            (
                ones_everywhere,
                "Every node begins with a 1 in your table. Only the output does; the others begin "
                "with nothing.",
            ),
            (
                zero_at_the_output,
                "All your derivatives are zero. Something must be there to be handed on: how much "
                "does the output change when the output changes?",
            ),
            (
                merged_in_b,
                "Of two edges between the same nodes you keep one. A node that takes the same "
                "input twice hands on to it twice.",
            ),
            (
                one_row_many_times,
                "All rows of your table are the last one: they are one and the same list, which "
                "went on changing. Keep a copy of each state.",
            ),
            (
                first_row_missing,
                "Your table begins after the first visit. The row before it, with a single 1, is "
                "part of it.",
            ),
        ],
    },
    "ps05.var": {
        "example": the_program,
        "unseen": {
            "one operation at a time": (2, one_operation),
            "variables used more than once": (2, used_again),
            "shared results": (2, shared_results),
            "backward called again": (2, backward_again),
            "different variables of equal value": equal_values,
            "very many paths and long chains": many_uses,
        },
        "reference": var_reference,
        "check": check_var,
        "seconds": 4,
        "misconceptions": [
            (
                inputs_as_keys,
                "Where an operation takes the same variable twice, you remember one of the two "
                "slopes. Both uses count.",
            ),
            (
                grads_overwritten,
                "A second share replaces the first. A variable is used several times, and what "
                "comes back from each use adds up.",
            ),
            (
                never_reset,
                "What an earlier call of backward left behind is still there in the next. Each "
                "call answers a question of its own and begins from zero.",
            ),
            (
                handed_on_too_early,
                "A result handed on its gradient before all of its users had added their share. "
                "It must wait until everything computed from it has been visited.",
            ),
            (
                handed_on_again_and_again,
                "Each time something arrives at a result, you hand on all that it has so far, the "
                "old part once more. Wait until all has arrived, and hand on once.",
            ),
            (
                recognised_by_value,
                "You take two variables for one when their values are equal. A node is an object, "
                "not a number.",
            ),
            (
                slope_of_the_other,
                "The slopes of your product are interchanged. When one factor changes, it is the "
                "other that says by how much the product does.",
            ),
            (
                tanh_from_the_input,
                "You computed the slope of tanh from what goes in. The short formula for it, one "
                "minus a square, is about what comes out.",
            ),
            (
                tanh_without_the_square,
                "Your slope of tanh lacks a square: it is one minus the square of what comes out.",
            ),
            (
                exp_from_the_input,
                "You took what goes into exp for its slope. The exponential is its own slope: what "
                "comes out.",
            ),
            (
                log_from_the_output,
                "You divided by the logarithm. The slope of the logarithm is one over what goes "
                "in.",
            ),
            (
                nothing_at_the_output,
                "All gradients stay zero. Something must be there to be handed on: how much does "
                "the output change when the output changes?",
            ),
        ],
    },
    "ps05.sum_to_shape": {
        "example": a_bias,
        "unseen": {
            "axes in front": axes_in_front,
            "axes of size 1": axes_of_one,
            "both kinds": both_kinds,
            "one number, or nothing to sum": all_or_nothing,
        },
        "reference": sum_to_shape_reference,
        "check": check_sum_to_shape,
        "misconceptions": [
            (
                mean_of_copies,
                "You took the mean over the copies. Every copy acts on the output in full, so "
                "their gradients add up.",
            ),
            (
                one_copy_alone,
                "You kept the gradient of one copy. The variable acts through all of its copies, "
                "and their gradients add up.",
            ),
            (
                only_in_front,
                "You summed over the axes in front that the variable lacks. It was copied along "
                "its own axes of size 1, too.",
            ),
            (
                only_ones,
                "You summed over the axes of size 1. The variable was copied along the axes in "
                "front that it lacks, too.",
            ),
            (
                ones_dropped,
                "Your numbers are right, but axes of size 1 got lost. A gradient has the shape of "
                "its variable.",
            ),
            (
                compared_from_the_left,
                "You compared the shapes from the left. Broadcasting compares them from the right: "
                "axes that are missing are missing in front.",
            ),
            (
                one_sum_for_all,
                "Every entry of yours is the sum of all. An entry acts through its own copies "
                "alone.",
            ),
            (
                as_it_came,
                "You returned the gradient as it came. It has the shape of the result; that of the "
                "variable is smaller.",
            ),
        ],
    },
}


def _graph(rng, n: int, doubled=0, alone=0, dead=0) -> dict:
    """Draw a graph of n nodes and more whose output is the last in `order`.

    It holds what makes an order hard: two ways to one node, a way that is longer than another, and
    a node of one input behind a node of two.
    """
    edges = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, n - 1), (0, n - 1)]
    for u in range(5, n):
        edges.append((u - 1, u) if u > 5 else (4, 5))
        edges.append((int(rng.integers(u - 1)), u))
    edges = list(dict.fromkeys(edges))
    edges += [edges[i] for i in rng.choice(len(edges), doubled, replace=False)]
    edges += [(int(rng.integers(n - 1)), n + k) for k in range(dead)]
    order = [*range(n - 1), *range(n, n + alone + dead), n - 1]
    return _renumbered(rng, order, edges)


def _ladder(rng, rungs: int) -> dict:
    """Draw a graph of so many squares in a row: the paths through it double at each."""
    edges = []
    for k in range(0, 3 * rungs, 3):
        edges += [(k, k + 1), (k, k + 2), (k + 1, k + 3), (k + 2, k + 3)]
    return _renumbered(rng, list(range(3 * rungs + 1)), edges)


def _renumbered(rng, order: list[int], edges: list[tuple[int, int]]) -> dict:
    """Give the nodes other numbers, in which neither rising nor falling is an order, and slopes.

    Slopes are near one half, such that 2 to the 40 paths neither vanish nor explode.
    """
    numbers = rng.permutation(len(order)).tolist()
    while any(
        all(sign * (numbers[u] - numbers[v]) > 0 for v, u in edges[:6]) for sign in (1, -1)
    ) or numbers[order[-1]] in (0, len(order) - 1):
        numbers = rng.permutation(len(order)).tolist()
    slopes = rng.uniform(0.4, 0.6, size=len(edges)) * np.where(rng.random(len(edges)) < 0.1, -1, 1)
    edges = [
        [numbers[v], numbers[u], float(slope)] for (v, u), slope in zip(edges, slopes, strict=True)
    ]
    return {"order": [numbers[v] for v in order], "edges": _shuffled(rng, edges)}


def _shuffled(rng, items: list) -> list:
    return [items[i] for i in rng.permutation(len(items))]


def _shape_of(graph: dict) -> dict:
    return {"n": len(graph["order"]), "edges": [(v, u) for v, u, _ in graph["edges"]]}


def _inputs(n: int, edges) -> dict[int, list[int]]:
    inputs = {v: [] for v in range(n)}
    for v, u in edges:
        inputs[u].append(v)
    return inputs


def _users(n: int, edges) -> dict[int, list[int]]:
    return _inputs(n, [(u, v) for v, u in edges])


def _by_var(order, edges, version: str) -> list[float]:
    """Build the graph of `Var`s, each the sum of its inputs times the slopes, and go back."""
    nodes = {}
    for u in order:
        nodes[u] = sum((slope * nodes[v] for v, w, slope in edges if w == u), autodiff.Var(0.0))
    nodes[order[-1]].backward(version)
    grads = [nodes[v].grad for v in range(len(order))]
    return [0.0 if grad is None else float(grad) for grad in grads]


def _collected(order, edges, join, product=None, output=None) -> list[float]:
    """Go back by version A, where joining the uses of a node may be wrong."""
    output = order[-1] if output is None else output
    grads = [0.0] * len(order)
    for v in reversed(order):
        uses = [(grads[u], slope) for w, u, slope in edges if w == v]
        parts = [product(*use) if product else math.prod(use) for use in uses]
        grads[v] = float(join(parts)) if parts else 0.0
        if v == output:
            grads[v] = 1.0
    return grads


def _increments(order, edges, add=None, above=None, output=None) -> np.ndarray:
    """Go back by version B, where adding to what is there may be wrong."""
    grads = np.zeros(len(order))
    grads[order[-1] if output is None else output] = 1
    table = [grads.copy()]
    for u in reversed(order):
        for v, w, slope in edges:
            if w == u:
                more = (above(grads[u]) if above else grads[u]) * slope
                grads[v] = add(grads[v], more) if add else grads[v] + more
        table.append(grads.copy())
    return np.array(table)


def _merged(edges) -> list:
    return [[v, u, slope] for (v, u), slope in {(v, u): slope for v, u, slope in edges}.items()]


def _leaves(rng, n: int) -> list[float]:
    """Draw values that are different, positive, and neither 0 nor 1."""
    return (rng.permutation([0.4, 0.7, 1.3, 1.6])[:n] + rng.uniform(-0.08, 0.08, n)).tolist()


def _asking(leaves, steps, starts=None, wanted=None) -> dict:
    """Return a question: a program, where backward is called, and whose gradients are asked."""
    starts = [len(leaves) + len(steps) - 1] if starts is None else starts
    if wanted is None:
        needed = {starts[-1]}
        for i in reversed(range(len(leaves), starts[-1] + 1)):
            needed |= set(steps[i - len(leaves)][1:]) if i in needed else set()
        wanted = sorted(needed)
    return {"leaves": leaves, "steps": steps, "starts": starts, "wanted": wanted}


def _run(Var, leaves, steps, starts, wanted) -> dict:
    """Run a program with a class: node i is leaf i, or the result of a step."""
    nodes = [Var(value) for value in leaves]
    for name, *inputs in steps:
        v = [nodes[i] for i in inputs]
        if name == "+":
            nodes.append(v[0] + v[1])
        elif name == "*":
            nodes.append(v[0] * v[1])
        else:
            nodes.append(getattr(v[0], name)())
    for i in starts:
        nodes[i].backward()
    values = [float(node.value) for node in nodes]
    return {"values": values, "grads": [nodes[i].grad for i in wanted]}


def _said(i: int, leaves, steps) -> str:
    """Return what node i is, for a message."""
    if i < len(leaves):
        return f"node {i} = Var({leaves[i]:.4g})"
    name, *inputs = steps[i - len(leaves)]
    if name in "+*":
        return f"node {i} = node {inputs[0]} {name} node {inputs[1]}"
    return f"node {i} = node {inputs[0]}.{name}()"


def _broadcast(rng, big: tuple[int, ...], shape: tuple[int, ...]) -> dict:
    return {"gradient": rng.uniform(0.5, 2.0, size=big), "shape": shape}
