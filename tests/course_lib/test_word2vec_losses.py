"""The three losses against loops and central differences; Huffman's tree against all trees."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.gradcheck import numerical_gradient, relative_error
from course_lib.word2vec import (
    hierarchical_softmax_loss,
    huffman,
    negative_sampling_loss,
    softmax_loss,
)
from course_lib.word2vec.losses import add_rows

V, D = 6, 3
CENTERS = np.array([0, 2, 2, 2, 5])  # word 2 three times, 1, 3 and 4 never
CONTEXTS = np.array([1, 2, 2, 0, 1])
NEGATIVES = np.array([[3, 3], [2, 0], [1, 4], [0, 0], [5, 1]])  # twice, the center, the context
TREE = huffman([5, 9, 1, 1, 3, 4])


def vectors(seed=0, dtype=float):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(V, D)).astype(dtype), rng.normal(size=(V, D)).astype(dtype)


def hierarchical(W_in, W_out, centers, contexts):
    return hierarchical_softmax_loss(W_in, W_out[: V - 1], centers, contexts, TREE)


LOSSES = {
    "softmax": softmax_loss,
    "one negative": lambda *a: negative_sampling_loss(*a, NEGATIVES[:, :1]),
    "two negatives": lambda *a: negative_sampling_loss(*a, NEGATIVES),
    "no negatives": lambda *a: negative_sampling_loss(*a, NEGATIVES[:, :0]),
    "hierarchical": hierarchical,
}
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


def log_sigmoid(s):
    return -math.log1p(math.exp(-s))


def softmax_by_loops(v, u):
    total = 0
    for c, o in zip(CENTERS, CONTEXTS, strict=True):
        total -= v[c] @ u[o] - math.log(sum(math.exp(v[c] @ u[w]) for w in range(V)))
    return total / len(CENTERS)


def negatives_by_loops(v, u):
    total = 0
    for c, o, noise in zip(CENTERS, CONTEXTS, NEGATIVES, strict=True):
        total -= log_sigmoid(v[c] @ u[o]) + sum(log_sigmoid(-v[c] @ u[n]) for n in noise)
    return total / len(CENTERS)


def paths_by_loops(v, w):
    total = 0
    for c, o in zip(CENTERS, CONTEXTS, strict=True):
        for node, bit in zip(TREE[0][o], TREE[1][o], strict=True):
            total -= log_sigmoid(v[c] @ w[node] if bit == 0 else -v[c] @ w[node])
    return total / len(CENTERS)


@pytest.mark.parametrize(
    ("name", "by_loops"),
    [
        ("softmax", softmax_by_loops),
        ("two negatives", negatives_by_loops),
        ("hierarchical", paths_by_loops),
    ],
)
def test_loss_is_that_of_the_loops(name, by_loops):
    v, u = vectors()
    loss = LOSSES[name](v, u, CENTERS, CONTEXTS)[0]
    assert type(loss) is float
    assert loss == pytest.approx(by_loops(v, u), rel=1e-12)


@every_loss
def test_gradients_are_the_slopes(loss):
    v, u = vectors(1)
    _, dv, du = loss(v, u, CENTERS, CONTEXTS)
    assert dv.shape == v.shape
    assert (
        relative_error(dv, numerical_gradient(lambda x: loss(x, u, CENTERS, CONTEXTS)[0], v)) < 1e-8
    )
    slopes = numerical_gradient(lambda x: loss(v, x, CENTERS, CONTEXTS)[0], u)
    assert du.shape == slopes[: len(du)].shape
    assert relative_error(du, slopes[: len(du)]) < 1e-8
    assert not dv[[1, 3, 4]].any()


@every_loss
def test_float32_stays_and_arguments_are_left_alone(loss):
    v, u = vectors(2, np.float32)
    before = v.copy(), u.copy()
    value, dv, du = loss(v, u, CENTERS, CONTEXTS)
    assert dv.dtype == du.dtype == np.float32
    assert type(value) is float
    np.testing.assert_array_equal(v, before[0])
    np.testing.assert_array_equal(u, before[1])
    exact = loss(v.astype(float), u.astype(float), CENTERS, CONTEXTS)
    assert value == pytest.approx(exact[0], rel=1e-5)
    np.testing.assert_allclose(dv, exact[1], atol=1e-6)
    mixed = loss(v, u.astype(float), CENTERS, CONTEXTS)
    assert mixed[1].dtype == mixed[2].dtype == np.float64


@every_loss
def test_large_scores_neither_overflow_nor_vanish(loss):
    v, u = vectors(3)
    value, dv, du = loss(300 * v, 300 * u, CENTERS, CONTEXTS)
    assert 1000 < value < np.inf
    assert np.isfinite(dv).all()
    assert np.isfinite(du).all()


def test_contexts_may_have_a_table_of_their_own_size():
    v, u = vectors()
    assert softmax_loss(v[:3], u, [2], [5])[2].shape == (6, 3)
    assert negative_sampling_loss(v[:3], u, [2], [5], [[4]])[1].shape == (3, 3)


def test_paths_give_a_distribution_over_words():
    v, u = vectors(4)
    for center in range(V):
        losses = [hierarchical(v, u, [center], [word])[0] for word in range(V)]
        assert np.exp(np.negative(losses)).sum() == pytest.approx(1, rel=1e-12)


def test_the_only_word_costs_nothing():
    loss, dv, dw = hierarchical_softmax_loss([[1.0, 2]], np.zeros((0, 2)), [0], [0], huffman([3]))
    assert loss == 0
    assert dv.tolist() == [[0, 0]]
    assert dw.shape == (0, 2)


def test_huffman_by_hand():
    paths, codes = huffman([5, 1, 2, 2])  # 1+2 = 3, then 2+3 = 5, then 5 (a word) before 5 (a node)
    assert [path.tolist() for path in paths] == [[0], [0, 1, 2], [0, 1, 2], [0, 1]]
    assert [code.tolist() for code in codes] == [[0], [1, 1, 0], [1, 1, 1], [1, 0]]
    assert [branch[0].tolist() for branch in huffman([4])] == [[], []]


def cheapest(weights):
    """Total weight times depth of the best of all binary trees, by trying every merge."""
    if len(weights) == 1:
        return 0
    best = math.inf
    for i, j in itertools.combinations(range(len(weights)), 2):
        rest = [w for k, w in enumerate(weights) if k not in (i, j)]
        both = weights[i] + weights[j]
        best = min(best, both + cheapest([*rest, both]))
    return best


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5).filter(any))
def test_huffman_is_as_short_as_any_tree(counts):
    paths, codes = huffman(counts)
    assert sum(n * len(code) for n, code in zip(counts, codes, strict=True)) == cheapest(counts)
    assert [len(path) for path in paths] == [len(code) for code in codes]


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=60).filter(any))
def test_huffman_is_one_tree(counts):
    paths, codes = huffman(counts)
    assert sum(2.0 ** -len(code) for code in codes) == 1
    came_by = {}  # a node is reached by one sequence of turns, and that sequence by no other
    for path, code in zip(paths, codes, strict=True):
        for depth, node in enumerate(path):
            turns = tuple(code[:depth])
            assert came_by.setdefault(int(node), turns) == turns
    assert sorted(came_by) == list(range(len(counts) - 1))
    assert len(set(came_by.values())) == len(counts) - 1
    assert came_by[0] == ()
    assert all((np.diff(path) > 0).all() for path in paths)
    heavier = np.argsort(counts)[::-1]
    assert all(
        len(codes[a]) <= len(codes[b])
        for a, b in itertools.pairwise(heavier)
        if counts[a] > counts[b]
    )


v, u = vectors()
BAD = [
    (
        softmax_loss,
        (v, u[:, :2], [0], [0]),
        ValueError,
        r"W_out must have shape \(V, 3\), got \(6, 2\)",
    ),
    (softmax_loss, (v[0], u, [0], [0]), ValueError, r"W_in must have shape \(V, D\), got \(3,\)"),
    (softmax_loss, (v * np.nan, u, [0], [0]), ValueError, "W_in must be finite, got nan"),
    (softmax_loss, (v, u, [6], [0]), ValueError, "centers must be in 0..5, got 6 at index 0"),
    (softmax_loss, (v, u, [0], [-1]), ValueError, "contexts must be in 0..5, got -1 at index 0"),
    (softmax_loss, (v, u, [0, 1], [0]), ValueError, r"contexts must have shape \(2,\), got \(1,\)"),
    (softmax_loss, (v, u, [], []), ValueError, "centers must not be empty"),
    (softmax_loss, (v, u, ["a"], [0]), TypeError, "centers must hold integers, got strings"),
    (
        negative_sampling_loss,
        (v, u, [0], [0], [1]),
        ValueError,
        r"negatives must have shape \(1, k\)",
    ),
    (
        negative_sampling_loss,
        (v, u, [0], [0], [[6]]),
        ValueError,
        "negatives must be in 0..5, got 6",
    ),
    (hierarchical_softmax_loss, (v, u, [0], [0], 3), TypeError, r"tree must be \(paths, codes\)"),
    (
        hierarchical_softmax_loss,
        (v, u, [0], [6], TREE),
        ValueError,
        "contexts must be in 0..5, got 6",
    ),
    (
        hierarchical_softmax_loss,
        (v, u[:2], [0], [2], TREE),
        ValueError,
        "tree: nodes must be in 0..1",
    ),
    (
        hierarchical_softmax_loss,
        (v, u[:, :1], [0], [0], TREE),
        ValueError,
        "W_nodes must have shape",
    ),
    (
        hierarchical_softmax_loss,
        (v, u, [0], [0], (TREE[0], TREE[1][:3])),
        ValueError,
        "tree must pair paths with codes, got 6 and 3",
    ),
    (
        hierarchical_softmax_loss,
        (v, u, [0], [0], ([[0, 1]], [[0]])),
        ValueError,
        r"tree: turns must have shape \(2,\), got \(1,\)",
    ),
    (
        hierarchical_softmax_loss,
        (v, u, [0], [0], ([[0, 1]], [[0, 2]])),
        ValueError,
        "tree: turns must be in 0..1, got 2 at index 1",
    ),
    (huffman, ([],), ValueError, "counts must hold at least one word"),
    (huffman, ([1, -2],), ValueError, "counts must not be negative, got -2.0 at index 1"),
    (huffman, (["a"],), TypeError, "counts must hold real numbers, got strings"),
]


@pytest.mark.parametrize(("function", "arguments", "error", "message"), BAD)
def test_bad_input_is_refused(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("D", [1, 6, 7])
def test_rows_with_the_same_id_are_all_added(dtype, D):
    rng = np.random.default_rng(0)
    ids, rows = rng.integers(5, size=(3, 4)), rng.normal(size=(3, 4, D)).astype(dtype)
    W = rng.normal(size=(5, D)).astype(dtype)
    expected = W.copy()
    for i, row in zip(ids.ravel(), rows.reshape(-1, D), strict=True):
        expected[i] += row
    otherwise_stored = np.asfortranarray(rows)
    assert add_rows(W, ids, otherwise_stored) is W
    np.testing.assert_array_equal(W, expected)
