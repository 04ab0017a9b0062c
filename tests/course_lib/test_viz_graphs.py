"""Computation graphs by their artists, and the layout by its promises."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from course_lib.autodiff import Var, concatenate, softmax_cross_entropy
from course_lib.viz import layered
from course_lib.viz.graphs import computation_graph


def small_graph():
    w, x, b = Var(2.0, "w"), Var(3.0, "x"), Var(1.0, "b")
    u = w * x
    y = (u + b) * u
    y.name = "y"
    return y


def boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def texts(ax, kind):
    return [text for text in ax.texts if text.get_gid() == kind and text.get_text()]


def box_of(ax, text):
    """Return the box in whose middle the text stands, or at whose right side."""
    x, y = text.get_position()
    for box in boxes(ax):
        (left, low), wide, high = box.get_xy(), box.get_width(), box.get_height()
        level = low + high / 2 == pytest.approx(y)
        if text.get_gid() == "function" and left + wide / 2 == pytest.approx(x) and level:
            return box
        if text.get_gid() == "name" and 0 < x - (left + wide) < 0.2 and level:
            return box
    raise AssertionError(f"no box for {text.get_text()}")


def test_boxes_with_the_function_inside_and_the_name_outside():
    ax = computation_graph(small_graph())
    assert len(boxes(ax)) == 6
    functions = {box_of(ax, text): text.get_text() for text in texts(ax, "function")}
    names = {box_of(ax, text): text.get_text() for text in texts(ax, "name")}
    found = Counter((functions[box], names[box]) for box in boxes(ax))
    assert found == Counter(
        [("2", "w"), ("3", "x"), ("1", "b"), ("×", "u₁"), ("+", "u₂"), ("×", "y")]
    )


def test_an_arrow_for_every_use_of_an_input():
    ax = computation_graph(small_graph())
    assert len(arrows(ax)) == 6
    ends = []
    for arrow in arrows(ax):
        start, tip = ends_of(arrow)
        ends.append((standing_on(ax, *start, top=True), standing_on(ax, *tip, top=False)))
    middle = {text.get_text(): box_of(ax, text) for text in texts(ax, "name")}
    expected = [("w", "u₁"), ("x", "u₁"), ("u₁", "u₂"), ("b", "u₂"), ("u₂", "y"), ("u₁", "y")]
    assert Counter(ends) == Counter((middle[a], middle[b]) for a, b in expected)


def ends_of(arrow):
    path = arrow.get_path()
    vertices = path.vertices[path.codes != path.CLOSEPOLY]
    return vertices[vertices[:, 1].argmin()], vertices[vertices[:, 1].argmax()]


def standing_on(ax, x, y, top):
    """Return the box whose upper or lower side holds the point."""
    for box in boxes(ax):
        left, low = box.get_xy()
        side = low + box.get_height() if top else low
        if left <= x <= left + box.get_width() and abs(side - y) < 0.05:
            return box
    raise AssertionError("the arrow ends nowhere")


def test_arrows_of_one_input_used_twice_end_apart():
    v = Var(3.0, "v")
    ax = computation_graph(v * v)
    first, second = (ends_of(arrow)[1][0] for arrow in arrows(ax))
    assert abs(first - second) > 0.2


def test_constants_are_dashed_and_without_gradient_colour():
    given = Var([1.0, 2.0], "x", constant=True)
    y = (Var([3.0, 4.0], "w") * given + 5).sum()
    ax = computation_graph(y)
    dashed = [box for box in boxes(ax) if box.get_linestyle() == "--"]
    inside = {box_of(ax, text): text.get_text() for text in texts(ax, "function")}
    assert sorted(inside[box] for box in dashed) == ["5", "[2]"]
    assert Counter(inside.values()) == Counter(["[2]", "[2]", "5", "×", "+", "sum"])
    solid = {inside[box]: box.get_edgecolor() for box in boxes(ax) if box not in dashed}
    assert len({*solid.values()}) == 2
    assert solid["×"] == solid["+"] == solid["sum"] != solid["[2]"]
    assert all(box.get_edgecolor() not in solid.values() for box in dashed)


def test_values_and_gradients_on_request():
    y = small_graph()
    plain = [text.get_text() for text in texts(computation_graph(y), "name")]
    before = [text.get_text() for text in texts(computation_graph(y, values=True), "name")]
    y.backward()
    after = [text.get_text() for text in texts(computation_graph(y, values=True), "name")]
    assert sorted(plain) == sorted(["w", "x", "b", "u₁", "u₂", "y"])
    assert sorted(before) == sorted(["w", "x", "b", "u₁\n6", "u₂\n7", "y\n42"])
    assert sorted(after) == sorted(
        ["w\n∂ 39", "x\n∂ 26", "b\n∂ 6", "u₁\n6\n∂ 13", "u₂\n7\n∂ 6", "y\n42\n∂ 1"]
    )


def test_arrays_show_their_shape_and_no_values():
    W, x = Var(np.ones((4, 3)), "W"), Var(np.ones(3), "x", constant=True)
    y = (W @ x).relu().sum()
    y.backward()
    ax = computation_graph(y, values=True)
    functions = {text.get_text() for text in texts(ax, "function")}
    assert functions == {"[4×3]", "[3]", "@", "relu", "sum"}
    names = {text.get_text() for text in texts(ax, "name")}
    assert names == {"W", "x", "u₁", "u₂", "u₃\n12\n∂ 1"}


def test_the_picture_in_words():
    label = computation_graph(small_graph()).get_label()
    assert label == (
        "A computation graph. Given: w = 2; x = 3; b = 1. "
        "Computed: u₁ = w × x; u₂ = u₁ + b; y = u₂ × u₁."
    )
    logits = Var(np.ones((2, 3)), "z")
    loss = -softmax_cross_entropy(logits, [0, 2])
    assert computation_graph(loss).get_label() == (
        "A computation graph. Given: z = [2×3]; [2]. "
        "Computed: u₁ = softmax cross entropy(z, [2]); u₂ = −(u₁)."
    )


def test_a_single_node_and_a_graph():
    v = Var(-0.0, "v")
    ax = computation_graph(v.graph())
    assert (len(boxes(ax)), len(arrows(ax))) == (1, 0)
    assert [text.get_text() for text in texts(ax, "function")] == ["0"]
    assert ax.get_label() == "A computation graph. Given: v = 0."


def test_given_axes_are_drawn_in():
    ax = Figure().add_subplot()
    assert computation_graph(small_graph(), ax=ax) is ax
    assert not ax.axison
    assert ax.get_aspect() == 1
    assert computation_graph(small_graph()) is not ax


def test_everything_lies_within_the_axes_and_no_boxes_overlap():
    v = Var(0.5, "v")
    y = v
    for _ in range(4):
        y = (y * v + v).sigmoid() * y
    ax = computation_graph(y)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    places = []
    for box in boxes(ax):
        (x, b), w, h = box.get_xy(), box.get_width(), box.get_height()
        assert left < x < x + w < right
        assert low < b < b + h < high
        places.append((x, b, x + w, b + h))
    for (a, b, c, d), (e, f, g, h) in permutations(places, 2):
        assert c < e or g < a or d < f or h < b


def test_letters_shrink_with_the_rectangles():
    terms = [Var(float(i), "x") * i for i in range(9)]
    y = concatenate([term.reshape(1) for term in terms]).sum()
    wide, narrow = computation_graph(y), computation_graph(small_graph())
    sizes = [{text.get_size() for text in texts(ax, "name")} for ax in (wide, narrow)]
    assert sizes[1] == {9}
    assert len(sizes[0]) == 1
    assert 2 < sizes[0].pop() < 6


@pytest.mark.parametrize(
    ("graph", "kind", "message"),
    [
        (3.0, TypeError, "graph must be a Var or a Graph, got float"),
        (None, TypeError, "graph must be a Var or a Graph, got NoneType"),
    ],
)
def test_bad_graphs(graph, kind, message):
    with pytest.raises(kind, match=message):
        computation_graph(graph)


def test_large_graphs_are_refused():
    y = Var(1.0)
    for _ in range(79):
        y = -y
    assert len(boxes(computation_graph(y))) == 80
    with pytest.raises(ValueError, match="number of nodes must be between 1 and 80, got 81"):
        computation_graph(-y)


@st.composite
def acyclic(draw):
    """Return n and edges from each node but the last to a later one, and some more."""
    n = draw(st.integers(1, 12))
    edges = [(i, draw(st.integers(i + 1, n - 1))) for i in range(n - 1)]
    more = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=8))
    return n, sorted(edges + [(i, j) for i, j in more if i < j], key=lambda edge: edge[::-1])


@settings(deadline=None, max_examples=60)
@given(acyclic(), st.integers(0, 1000))
def test_the_layout_keeps_its_promises(graph, seed):
    n, edges = graph
    left, right = np.random.default_rng(seed).uniform(0.2, 1, size=(2, n))
    x, layer, ways = layered.layout(edges, left, right)
    assert len(x) == len(layer) == n
    assert len(ways) == len(edges)
    assert layer.min() == 0
    for (i, j), way in zip(edges, ways, strict=True):
        assert way[0] == (x[i], layer[i])
        assert way[-1] == (x[j], layer[j])
        assert [height for _, height in way] == list(range(layer[i], layer[j] + 1))
    users = defaultdict(list)
    for i, j in edges:
        users[i].append(layer[j])
    assert all(layer[i] == min(above) - 1 for i, above in users.items())
    for h in set(layer.tolist()):
        row = sorted(np.flatnonzero(layer == h), key=lambda k: x[k])
        assert all(x[b] - x[a] >= right[a] + left[b] - 1e-9 for a, b in pairwise(row))


def test_crossings_are_undone():
    edges = [(0, 4), (1, 3), (2, 5), (3, 6), (4, 6), (5, 6)]
    neighbours = defaultdict(list)
    for i, j in edges:
        neighbours[i].append(j)
        neighbours[j].append(i)
    crossed = [[0, 1, 2], [3, 4, 5], [6]]
    assert layered.crossings(crossed, neighbours) == 1
    rows = layered.order([0, 0, 0, 1, 1, 1, 2], neighbours)
    assert layered.crossings(rows, neighbours) == 0
    assert [sorted(row) for row in rows] == crossed


def test_crossings_by_brute_force():
    neighbours = {0: [3, 4], 1: [3, 5], 2: [4, 5], 3: [0, 1], 4: [0, 2], 5: [1, 2]}
    place = {k: i for i, k in enumerate([3, 4, 5])}
    edges = [(i, place[v]) for i in range(3) for v in neighbours[i]]
    crossed = sum(a < b and u > v for (a, u), (b, v) in product(edges, edges))
    assert layered.crossings([[0, 1, 2], [3, 4, 5]], neighbours) == crossed == 2


def test_a_chain_is_straight_and_its_parameters_stand_beside():
    edges = [(0, 2), (1, 2), (2, 4), (3, 4), (4, 6), (5, 6)]
    x, layer, _ = layered.layout(edges, [0.5] * 7, [0.5] * 7)
    assert layer.tolist() == [0, 0, 1, 1, 2, 2, 3]
    assert np.ptp(x[[2, 4, 6]]) < 0.4
    assert np.ptp(x) < 1.6


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 10)), min_size=1, max_size=5))
def test_the_nearest_rising_sequence(pairs):
    values, weights = np.array(pairs, dtype=float).T
    found = layered.nearest_rising(values, weights)
    assert (np.diff(found) >= 0).all()

    def distance(sequence):
        return float((weights * (sequence - values) ** 2).sum())

    best = distance(found)
    for step in (-0.05, 0.05):
        for i, j in product(range(len(values)), repeat=2):
            other = found.copy()
            other[min(i, j) : max(i, j) + 1] += step
            if (np.diff(other) >= 0).all():
                assert distance(other) >= best - 1e-9
