"""Reverse mode against hand-written gradients, central differences and PyTorch."""

from __future__ import annotations

import gc
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import autodiff
from course_lib.autodiff import Var, concatenate, grad, no_grad, reverse, softmax_cross_entropy
from course_lib.gradcheck import numerical_gradient

both_versions = pytest.mark.parametrize("version", ["A", "B"])


def uniform(*shape, seed=0, low=-2.0, high=2.0):
    return np.random.default_rng([seed, *shape]).uniform(low, high, size=shape)


def weighed(u):
    """Return a scalar with a different slope for every element of `u`."""
    weights = np.cos(np.arange(u.value.size)) + 0.3
    return (u * weights.reshape(u.value.shape)).sum()


def assert_gradients_agree(f, *arrays, version="B"):
    """Compare the gradients of ``weighed(f(...))`` with central differences."""
    inputs = [Var(a) for a in arrays]
    weighed(f(*inputs)).backward(version)
    for i, v in enumerate(inputs):

        def at(x, i=i):
            return weighed(f(*[Var(x if j == i else a) for j, a in enumerate(arrays)])).value

        assert v.grad.shape == np.shape(arrays[i])
        expected = numerical_gradient(at, arrays[i])
        np.testing.assert_allclose(v.grad, expected, rtol=1e-6, atol=1e-7)


A, B = np.array([[2.0, -3.0], [0.5, 4.0]]), np.array([[1.0, 5.0], [-2.0, 0.25]])


@both_versions
@pytest.mark.parametrize(
    ("function", "f", "value", "by_a", "by_b"),
    [
        ("+", operator.add, A + B, np.ones((2, 2)), np.ones((2, 2))),
        ("-", operator.sub, A - B, np.ones((2, 2)), -np.ones((2, 2))),
        ("*", operator.mul, A * B, B, A),
        ("/", operator.truediv, A / B, 1 / B, -A / B**2),
        ("@", operator.matmul, A @ B, [[6, -1.75], [6, -1.75]], [[2.5, 2.5], [1, 1]]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_binary_operations_by_hand(version, function, f, value, by_a, by_b):
    a, b = Var(A), Var(B)
    u = f(a, b)
    np.testing.assert_array_equal(u.value, value)
    assert u.function == function
    assert u.inputs == (a, b)
    u.sum().backward(version)
    np.testing.assert_allclose(a.grad, by_a, rtol=1e-15)
    np.testing.assert_allclose(b.grad, by_b, rtol=1e-15)


X = np.array([[0.5, -1.0, 2.0]])
S = 1 / (1 + np.exp(-X))


@both_versions
@pytest.mark.parametrize(
    ("function", "f", "x", "value", "slope"),
    [
        ("-", operator.neg, X, -X, -np.ones((1, 3))),
        ("exp", Var.exp, X, np.exp(X), np.exp(X)),
        ("log", Var.log, X**2, np.log(X**2), 1 / X**2),
        ("tanh", Var.tanh, X, np.tanh(X), 1 / np.cosh(X) ** 2),
        ("sigmoid", Var.sigmoid, X, S, S * (1 - S)),
        ("relu", Var.relu, X, [[0.5, 0, 2]], [[1, 0, 1]]),
        ("sum", Var.sum, X, 1.5, np.ones((1, 3))),
        ("mean", Var.mean, X, 0.5, np.full((1, 3), 1 / 3)),
        ("T", lambda v: v.T, X, X.T, np.ones((1, 3))),
        ("reshape", lambda v: v.reshape(3, 1), X, X.T, np.ones((1, 3))),
        ("[ ]", lambda v: v[0, 1], X, -1, [[0, 1, 0]]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unary_operations_by_hand(version, function, f, x, value, slope):
    v = Var(x)
    u = f(v)
    np.testing.assert_allclose(u.value, value, rtol=1e-15)
    assert u.value.shape == np.shape(value)
    assert (u.function, u.inputs) == (function, (v,))
    (u * 3).sum().backward(version)
    np.testing.assert_allclose(v.grad, 3 * np.array(slope), rtol=1e-14)
    assert v.grad.shape == x.shape


def test_relu_is_flat_at_zero():
    v = Var([-1.0, 0.0, 1e-300])
    v.relu().sum().backward()
    np.testing.assert_array_equal(v.grad, [0, 0, 1])


def test_sigmoid_of_large_numbers():
    v = Var([-1e4, -700.0, 0.0, 1e4])
    u = v.sigmoid()
    np.testing.assert_allclose(u.value, [0, np.exp(-700), 0.5, 1], rtol=1e-12)
    u.sum().backward()
    np.testing.assert_allclose(v.grad, [0, np.exp(-700), 0.25, 0], rtol=1e-12)


@both_versions
@pytest.mark.parametrize(
    "f", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3,), (3,)),
        ((), (2, 3)),
        ((2, 3), ()),
        ((3,), (2, 3)),
        ((2, 1), (3,)),
        ((1, 3), (2, 1)),
        ((1,), (4,)),
        ((1, 1), (1,)),
        ((4, 1, 3), (2, 1)),
        ((2, 1, 1), (5, 1, 3, 2)),
        ((0, 3), (1, 3)),
    ],
    ids=str,
)
def test_broadcasting(version, f, a, b):
    positive = {"low": 0.5, "high": 2.0}
    arrays = uniform(*a, seed=1, **positive), uniform(*b, seed=2, **positive)
    assert_gradients_agree(f, *arrays, version=version)


@both_versions
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3,), (3,)),
        ((3,), (3, 4)),
        ((2, 3), (3,)),
        ((2, 3), (3, 4)),
        ((1, 3), (3, 1)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((5, 1, 2, 3), (6, 3, 4)),
        ((1, 2, 3), (5, 3, 4)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (3,)),
        ((1,), (1, 1)),
    ],
    ids=str,
)
def test_matrix_products(version, a, b):
    arrays = uniform(*a, seed=1), uniform(*b, seed=2)
    assert_gradients_agree(operator.matmul, *arrays, version=version)


@both_versions
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (1,), (-1, 0), (0, 1, 2)])
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_sums_and_means(version, name, axis, keepdims):
    x = uniform(2, 3, 4)
    reduced = getattr(Var(x), name)(axis=axis, keepdims=keepdims)
    expected = getattr(x, name)(axis=axis, keepdims=keepdims)
    np.testing.assert_array_equal(reduced.value, expected)
    assert reduced.value.shape == expected.shape

    def f(v):
        return getattr(v, name)(axis, keepdims)

    assert_gradients_agree(f, x, version=version)


def test_sums_and_means_take_all_by_default():
    assert Var(uniform(2, 3)).sum().value.shape == ()
    assert Var(uniform(2, 3)).mean().value.shape == ()
    assert Var(uniform(2, 3)).sum(0).value.shape == (3,)
    assert Var(uniform(2, 3)).mean(1).value.shape == (2,)


@both_versions
@pytest.mark.parametrize(
    "index",
    [
        1,
        -1,
        np.int64(2),
        (1, 2),
        (0, ..., -1),
        slice(1, None),
        slice(None, None, -2),
        (slice(None), 1),
        (None, 2, slice(0, 2)),
        ...,
        [0, 2, 2, 0, 2],
        np.array([[1, 1], [0, 1]]),
        ([2, 2, 0], [1, 1, 3]),
        (slice(None), [3, 3, 1]),
        ((0, 0), (1, 1)),
        np.array([True, False, True]),
        np.array(1),
        uniform(3, 4) > 0,
        [],
    ],
    ids=lambda index: repr(index).replace("\n", ""),
)
def test_indexing(version, index):
    x = uniform(3, 4)
    np.testing.assert_array_equal(Var(x)[index].value, x[index])
    assert_gradients_agree(lambda v: v[index], x, version=version)


@both_versions
def test_a_repeated_index_adds_its_gradients_up(version):
    v = Var([5.0, 6.0, 7.0])
    (v[[2, 0, 2, 2]] * np.array([1.0, 10.0, 100.0, 1000.0])).sum().backward(version)
    np.testing.assert_array_equal(v.grad, [10, 0, 1101])


def test_unpacking():
    v = Var([2.0, 3.0])
    x, y = v
    (x * x * y).backward()
    np.testing.assert_array_equal(v.grad, [12, 4])
    rows = list(Var(uniform(2, 3)))
    assert [row.value.shape for row in rows] == [(3,), (3,)]
    with pytest.raises(TypeError, match="unsized"):
        list(Var(2.0))


@both_versions
@pytest.mark.parametrize("shape", [(4, 3), ((4, 3),), (2, 6), (-1,), (3, -1), (1, 12, 1), (12,)])
def test_reshape(version, shape):
    x = uniform(2, 6)
    np.testing.assert_array_equal(Var(x).reshape(*shape).value, x.reshape(*shape))
    assert_gradients_agree(lambda v: v.reshape(*shape), x, version=version)


@both_versions
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)])
def test_transpose(version, shape):
    x = uniform(*shape)
    np.testing.assert_array_equal(Var(x).T.value, x.T)
    assert_gradients_agree(lambda v: v.T, x, version=version)


@both_versions
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_concatenate(version, axis):
    shapes = [[2, 3, 4], [2, 3, 4], [2, 3, 4]]
    for shape, length in zip(shapes, (1, 5, 2), strict=True):
        shape[axis] = length
    arrays = [uniform(*shape, seed=i) for i, shape in enumerate(shapes)]
    joined = concatenate([Var(a) for a in arrays], axis)
    np.testing.assert_array_equal(joined.value, np.concatenate(arrays, axis))
    assert joined.function == "concatenate"
    assert_gradients_agree(lambda *parts: concatenate(parts, axis), *arrays, version=version)


def test_concatenate_joins_rows_by_default_and_takes_arrays():
    v = Var([[1.0, 2.0]])
    joined = concatenate([np.zeros((2, 2)), v, [[3.0, 4.0]], v])
    np.testing.assert_array_equal(joined.value, [[0, 0], [0, 0], [1, 2], [3, 4], [1, 2]])
    (joined * np.arange(10.0).reshape(5, 2)).sum().backward()
    np.testing.assert_array_equal(v.grad, [[4 + 8, 5 + 9]])
    assert [u.constant for u in joined.inputs] == [True, False, True, False]


@both_versions
@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 4, 3)])
def test_softmax_cross_entropy(version, shape):
    z = uniform(*shape)
    labels = np.random.default_rng(3).integers(0, 3, size=shape[:-1])
    logits = Var(z)
    u = softmax_cross_entropy(logits, labels)
    probabilities = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    right = np.take_along_axis(probabilities, labels[..., None], axis=-1)
    np.testing.assert_allclose(u.value, -np.log(right).mean(), rtol=1e-14)
    assert (u.value.shape, u.function) == ((), "softmax cross entropy")
    (-2.5 * u).backward(version)
    expected = (probabilities - np.eye(3)[labels]) / labels.size * -2.5
    np.testing.assert_allclose(logits.grad, expected, rtol=1e-12, atol=1e-15)


def test_softmax_cross_entropy_of_plain_logits_is_a_constant():
    u = softmax_cross_entropy([[0.0, 0.0, 0.0]], [1])
    assert u.constant
    assert u.value == pytest.approx(np.log(3), rel=1e-15)


def test_labels_are_a_constant_of_the_graph():
    labels = [2, 0]
    logits = Var(uniform(2, 3))
    nodes, edges = softmax_cross_entropy(logits, labels).graph()
    assert nodes[0] is logits
    assert nodes[1].constant
    np.testing.assert_array_equal(nodes[1].value, labels)
    assert edges == [(0, 2), (1, 2)]


@pytest.mark.parametrize(
    ("b", "p", "value", "slope"),
    [
        (-2.0, 3, -8, 12),
        (-2.0, 3.0, -8, 12),
        (-2.0, -1, -0.5, -0.25),
        (-2.0, 0, 1, 0),
        (0.0, 3, 0, 0),
        (0.0, 2, 0, 0),
        (0.0, 1, 0, 1),
        (0.0, 0, 1, 0),
        (4.0, 0.5, 2, 0.25),
        (4.0, -0.5, 0.5, -0.0625),
        (0.0, 0.5, 0, np.inf),
    ],
)
def test_powers_with_a_constant_exponent(b, p, value, slope):
    v = Var(b)
    u = v**p
    assert u.value == value
    u.backward()
    assert v.grad == slope


def test_an_array_of_exponents():
    v = Var([-2.0, -2.0, 0.0, 0.0, 3.0])
    (v ** np.array([2.0, 3.0, 2.0, 1.0, 0.0])).sum().backward()
    np.testing.assert_array_equal(v.grad, [-4, 12, 0, 1, 0])


@pytest.mark.parametrize(
    ("b", "p", "by_base", "by_exponent"),
    [
        (2.0, 3.0, 12, 8 * np.log(2)),
        (0.5, -1.0, -4, 2 * np.log(0.5)),
        (0.0, 2.0, 0, 0),
        (0.0, 0.0, 0, 0),
        (1.0, 5.0, 5, 0),
        (-2.0, 2.0, -4, np.nan),
    ],
)
def test_powers_of_two_variables(b, p, by_base, by_exponent):
    base, exponent = Var(b), Var(p)
    (3 * base**exponent).backward()
    np.testing.assert_allclose(base.grad, 3 * by_base, rtol=1e-15)
    np.testing.assert_allclose(exponent.grad, 3 * by_exponent, rtol=1e-15)


def test_a_constant_base():
    p = Var([0.0, 1.0, 3.0])
    (2**p).sum().backward()
    np.testing.assert_allclose(p.grad, np.log(2) * np.array([1, 2, 8]), rtol=1e-15)


@pytest.mark.parametrize("left", [np.array([[1.0, 2.0], [3.0, 5.0]]), [[1, 2], [3, 5]]], ids=type)
@pytest.mark.parametrize(
    "f",
    [
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        operator.pow,
        operator.matmul,
    ],
)
def test_plain_arrays_on_either_side(f, left):
    x = uniform(2, 2, low=0.5)
    plain = np.array(left, dtype=float)
    on_the_right, on_the_left = f(Var(x), left), f(left, Var(x))
    assert type(on_the_right) is type(on_the_left) is Var
    np.testing.assert_array_equal(on_the_right.value, f(x, plain))
    np.testing.assert_array_equal(on_the_left.value, f(plain, x))
    assert [v.constant for v in on_the_right.inputs] == [False, True]
    assert [v.constant for v in on_the_left.inputs] == [True, False]
    assert_gradients_agree(lambda v: f(v, left), x)
    assert_gradients_agree(lambda v: f(left, v), x)


def test_plain_numbers_on_the_left():
    v = Var(4.0)
    values = [2 + v, 2 - v, 2 * v, 2 / v, 2**v, np.float64(2) + v]
    assert [float(u.value) for u in values] == [6, -2, 8, 0.5, 16, 6]
    slopes = [float(grad(f)(4.0)[0]) for f in (lambda v: 2 - v, lambda v: 2 / v)]
    assert slopes == [-1, -0.125]


def test_numpy_functions_refuse_a_var():
    with pytest.raises(TypeError, match="Var"):
        np.exp(Var(1.0))


def test_the_example_of_a_sum_of_paths():
    # y = u1 u2 + u1 with u1 = x1 x2, u2 = x1 + u1: every path counts once.
    x1, x2 = Var(3.0), Var(-2.0)
    u1 = x1 * x2
    u2 = x1 + u1
    y = u1 * u2 + u1
    for version in ("A", "B"):
        y.backward(version)
        # y = x1^2 x2 + x1^2 x2^2 + x1 x2
        assert x1.grad == 2 * 3 * -2 + 2 * 3 * 4 - 2
        assert x2.grad == 9 + 2 * 9 * -2 + 3
        assert u2.grad == -6
        assert u1.grad == (3 - 6) - 6 + 1
        assert y.grad == 1


def test_the_slides_network_with_one_hidden_layer():
    x = np.array([1.0, 0.3, -0.7])  # with its leading 1
    alpha, beta, y_star = uniform(4, 3), uniform(5, seed=1), 1.0
    inputs = Var(alpha), Var(beta), Var(x)
    a = inputs[0] @ inputs[2]
    z = concatenate([np.ones(1), a.sigmoid()])
    b = inputs[1] @ z
    y = b.sigmoid()
    J = -(y_star * y.log() + (1 - y_star) * (1 - y).log())
    J.backward()

    dJ_db = y.value - y_star
    dJ_da = dJ_db * beta[1:] * z.value[1:] * (1 - z.value[1:])
    np.testing.assert_allclose(b.grad, dJ_db, rtol=1e-13)
    np.testing.assert_allclose(inputs[1].grad, dJ_db * z.value, rtol=1e-13)
    np.testing.assert_allclose(a.grad, dJ_da, rtol=1e-13)
    np.testing.assert_allclose(inputs[0].grad, np.outer(dJ_da, x), rtol=1e-13)
    np.testing.assert_allclose(inputs[2].grad, alpha.T @ dJ_da, rtol=1e-13)


def test_grad_is_none_before_and_starts_from_zero_each_time():
    v, w = Var([1.0, 2.0]), Var(3.0)
    u = v * w
    y = u.sum()
    assert v.grad is w.grad is u.grad is y.grad is None
    y.backward()
    first = v.grad
    y.backward("A")
    y.backward("B")
    np.testing.assert_array_equal(first, [3, 3])
    np.testing.assert_array_equal(v.grad, [3, 3])
    (v * 5).sum().backward()
    np.testing.assert_array_equal(v.grad, [5, 5])
    assert w.grad == 3


@both_versions
def test_gradients_share_no_memory(version):
    a, b, c = Var(uniform(3)), Var(uniform(3)), Var(uniform(3))
    (a + b - (-c)).reshape(3).T.sum().backward(version)
    a.grad += 100
    np.testing.assert_array_equal(b.grad, np.ones(3))
    np.testing.assert_array_equal(c.grad, np.ones(3))
    assert all(isinstance(v.grad, np.ndarray) for v in (a, b, c))


@both_versions
def test_values_and_gradients_are_arrays_even_if_scalar(version):
    v = Var(2)
    y = v * v + 1
    y.backward(version)
    for found in (v.value, y.value, v.grad, y.grad):
        assert type(found) is np.ndarray
        assert (found.shape, found.dtype) == ((), np.float64)


@both_versions
def test_a_leaf_can_start_backward(version):
    v = Var(7.0)
    v.backward(version)
    assert v.grad == 1


@both_versions
def test_float32_stays_float32(version):
    x, W = uniform(3, 4).astype(np.float32), uniform(2, 4).astype(np.float32)
    v, w = Var(x), Var(W)
    z = (v @ w.T + 1) * 0.5 / 3.0 - np.float64(2)
    z = concatenate([z.tanh(), z.sigmoid(), (-z).exp(), (2 ** z.relu() + 3).log()])
    y = (1.0 - z.mean(axis=0) ** 2)[[0, 0, 1]].sum() + softmax_cross_entropy(z, [0, 1] * 6)
    y.backward(version)
    assert {node.value.dtype for node in y.graph().nodes if node.function} == {np.dtype("f4")}
    assert v.grad.dtype == w.grad.dtype == np.float32


@both_versions
def test_a_gradient_has_the_precision_of_its_variable(version):
    single, double = Var(np.ones(2, np.float32)), Var([3.0, 1 / 3])
    (single * double).sum().backward(version)
    assert (single.grad.dtype, double.grad.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(single.grad, np.array([3, 1 / 3], np.float32))


def test_inputs_are_kept_and_never_changed():
    x = uniform(2, 3)
    before = x.copy()
    v = Var(x)
    assert v.value is x
    y = ((v * 2 - v) ** 2)[0].sum() + v.T.reshape(6)[1:].sum()
    y.backward("A")
    y.backward("B")
    np.testing.assert_array_equal(x, before)


def test_graph_of_a_small_expression():
    w, x, b = Var(2.0, "w"), Var(3.0, "x"), Var(1.0, "b")
    u = w * x
    y = (u + b) * u
    graph = y.graph()
    nodes, edges = graph
    assert isinstance(graph, autodiff.Graph)
    assert nodes[:3] == [w, x, b]
    assert [v.function for v in nodes] == [None, None, None, "*", "+", "*"]
    assert nodes[3] is u
    assert nodes[-1] is y
    assert sorted(edges) == [(0, 3), (1, 3), (2, 4), (3, 4), (3, 5), (4, 5)]
    assert [v.name for v in nodes] == ["w", "x", "b", None, None, None]


def test_an_input_used_twice_has_two_edges():
    v = Var(3.0)
    assert (v * v).graph().edges == [(0, 1), (0, 1)]
    assert v.graph() == ([v], [])


def test_constants_are_nodes_without_gradients():
    v, given = Var(2.0, "v"), Var([1.0, 4.0], "given", constant=True)
    product = given * 3
    y = (v * product + 5).sum()
    nodes = y.graph().nodes
    assert [float(u.value) for u in nodes if u.value.shape == () and u.constant] == [3, 5]
    assert given in nodes
    assert product.constant
    assert not y.constant
    for version in ("A", "B"):
        y.backward(version)
        assert [u.grad for u in nodes if u.constant] == [None] * 4
        assert v.grad == 15


def test_no_grad_records_nothing():
    v = Var([1.0, 2.0])
    with no_grad():
        u = (v * 2).sum()
        with no_grad():
            pass
        inside = Var(1.0) + v
    assert (u.value, u.inputs, u.chain, u.function, u.constant) == (6, (), (), None, True)
    assert inside.inputs == ()
    after = (v * u).sum()
    assert after.inputs != ()
    after.backward()
    np.testing.assert_array_equal(v.grad, [6, 6])
    assert u.grad is None


def test_no_grad_ends_with_an_error():
    def fail():
        with no_grad():
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (Var(1.0) * 2).inputs != ()


def test_grad_of_a_function():
    W, x = uniform(2, 3), uniform(3, seed=1)
    gradients = grad(lambda W, x, unused: ((W @ x) ** 2).sum() * 0.5)(W, x, [1, 2])
    assert type(gradients) is tuple
    by_W, by_x, by_unused = gradients
    np.testing.assert_allclose(by_W, np.outer(W @ x, x), rtol=1e-14)
    np.testing.assert_allclose(by_x, W.T @ W @ x, rtol=1e-14)
    np.testing.assert_array_equal(by_unused, [0, 0])
    assert by_unused.dtype == np.float64
    (slope,) = grad(lambda x: x * x)(3)
    assert (slope, slope.shape) == (6, ())


@pytest.mark.parametrize(("version", "walk"), [("A", "version_a"), ("B", "version_b")])
def test_the_version_asked_for_is_run(monkeypatch, version, walk):
    called = []
    for name in ("version_a", "version_b"):
        monkeypatch.setattr(reverse, name, lambda nodes, name=name: called.append((name, nodes)))
    y = Var(1.0) * 2
    y.backward(version)
    assert called == [(walk, y.graph().nodes)]


def test_version_b_is_the_default(monkeypatch):
    called = []
    monkeypatch.setattr(reverse, "version_b", called.append)
    (Var(1.0) * 2).backward()
    assert len(called) == 1


@both_versions
def test_each_local_derivative_is_computed_once(version):
    calls = []
    v = Var(3.0)
    u = v * v
    y = u * u + u
    for node in (u, y):
        node.chain = tuple(
            lambda g, f=f, node=node: (calls.append(node), f(g))[1] for f in node.chain
        )
    y.backward(version)
    assert v.grad == 2 * 3 * (2 * 9 + 1)
    assert (calls.count(u), calls.count(y)) == (2, 2)


@both_versions
def test_shared_results_are_visited_once(version):
    v = Var(1.0)
    y = v
    for _ in range(100):  # 2**100 paths lead from y to v
        y = (y + y) * 0.5
    y.backward(version)
    assert v.grad == 1


def test_a_graph_of_100_000_operations():
    v = Var(0.5)
    y = v
    for _ in range(100_000):
        y = -y
    y = y * v
    assert len(y.graph().nodes) == 100_002
    for version in ("A", "B"):
        y.backward(version)
        assert v.grad == 1
    del y
    gc.collect()


@pytest.mark.parametrize(
    ("do", "kind", "message"),
    [
        (lambda: Var("a"), TypeError, "value must hold real numbers, got strings"),
        (lambda: Var(None), TypeError, "value must hold real numbers, got objects"),
        (lambda: Var(Var(1.0)), TypeError, "value must hold real numbers, got objects"),
        (lambda: Var([1, np.nan]), ValueError, "value must be finite, got nan at index 1"),
        (lambda: Var([[1], [2, 3]]), ValueError, "value must be rectangular"),
        (lambda: Var(1.0, 2.0), TypeError, "name must be a string, got float"),
        (lambda: Var(1.0) + "a", TypeError, "operand must hold real numbers, got strings"),
        (lambda: "a" - Var(1.0), TypeError, "operand must hold real numbers, got strings"),
        (lambda: Var(1.0) * np.inf, ValueError, "operand must be finite, got inf"),
        (lambda: [np.inf] * Var(1.0), ValueError, "operand must be finite, got inf at index 0"),
        (lambda: Var(1.0) / True, TypeError, "operand must be a number, got bool"),
        (lambda: Var([1.0, 2.0]) + [1, 2, 3], ValueError, r"operands .* \(2,\) \(3,\)"),
        (lambda: Var([1.0, 2.0]) @ [1, 2, 3], ValueError, "matmul: .* is different from 2"),
        (lambda: Var([1.0, 2.0])[2], IndexError, "index 2 is out of bounds"),
        (lambda: Var([1.0, 2.0]).reshape(3), ValueError, "cannot reshape"),
        (lambda: Var(1.0) < Var(2.0), TypeError, "'<' not supported"),
        (lambda: concatenate(Var(1.0)), TypeError, "len.. of unsized"),
        (lambda: concatenate(3), TypeError, "parts must be a list, got int"),
        (lambda: concatenate([]), ValueError, "need at least one array"),
        (lambda: softmax_cross_entropy(Var([1.0, 2.0]), 2), ValueError, "labels must be in 0..1"),
        (lambda: softmax_cross_entropy(Var([1.0, 2.0]), 0.5), TypeError, "labels must hold int"),
        (lambda: Var(1.0).backward("C"), ValueError, "version must be one of 'A', 'B', got 'C'"),
        (
            lambda: Var([1.0]).backward(),
            ValueError,
            r"backward must start at a scalar, got shape \(1,\)",
        ),
        (
            lambda: Var([[1.0, 2.0]]).backward(),
            ValueError,
            r"backward must start at a scalar, got shape \(1, 2\)",
        ),
        (
            lambda: Var(1.0, constant=True).backward(),
            ValueError,
            "backward must start at a result of v",
        ),
        (lambda: grad(lambda x: x.value)(1.0), TypeError, "f must return a Var, got ndarray"),
        (lambda: grad(lambda x: x)([1.0, 2.0]), ValueError, "backward must start at a scalar"),
        (lambda: grad(lambda x: x)("a"), TypeError, "value must hold real numbers"),
    ],
)
def test_bad_input(do, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        do()


def test_repr_shows_value_and_name():
    assert repr(Var(2.5)) == "Var(2.5)"
    assert repr(Var([1.0, 2.0], "x")) == "Var([1. 2.], name='x')"


UNARY = ["neg", "exp", "tanh", "sigmoid", "relu", "log", "sum", "mean", "T", "cube", "rows"]
BINARY = ["+", "-", "*", "/", "@"]


def apply(name, a, b, lead):
    """Apply an operation that `Var` and torch tensors both know; `lead` is the first axis."""
    safe = b * b + 1
    return {
        "neg": lambda: -a,
        "exp": lambda: a.tanh().exp(),
        "tanh": a.tanh,
        "sigmoid": a.sigmoid,
        "relu": a.relu,
        "log": lambda: (a * a + 0.5).log(),
        "sum": lambda: a.sum(axis=-1, keepdims=True),
        "mean": lambda: a.mean(axis=0),
        "T": lambda: a.T,
        "cube": lambda: a.tanh() ** 3,
        "rows": lambda: a[[0, lead - 1, 0]],
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "/": lambda: a / safe,
        "@": lambda: (a @ b).tanh(),
    }[name]()


def run(program, leaves, shape_of):
    """Run a random program over growing list of nodes; operations that do not fit are left out."""
    nodes = list(leaves)
    for name, i, j in program:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        shape, other = shape_of(a), shape_of(b)
        if name in ("sum", "mean", "T", "rows") and len(shape) != 2:
            continue
        if name == "@" and (len(shape) != 2 or len(other) != 2 or shape[1] != other[0]):
            continue
        if name in BINARY and name != "@" and not fits(shape, other):
            continue
        nodes.append(apply(name, a, b, shape[0] if shape else 0))
    total = nodes[-1].sum()
    for node in nodes[:-1]:
        total = total + node.tanh().mean() * 0.3
    return total


def fits(shape, other):
    try:
        np.broadcast_shapes(shape, other)
    except ValueError:
        return False
    return True


programs = st.lists(
    st.tuples(st.sampled_from(UNARY + BINARY * 2), st.integers(0, 50), st.integers(0, 50)),
    min_size=1,
    max_size=12,
)
seeds = st.integers(0, 10_000)


random_graphs = settings(deadline=None, max_examples=60)


def leaves_of(seed):
    return [uniform(*shape, seed=seed) for shape in [(2, 3), (3, 2), (3,), (1, 3), ()]]


@random_graphs
@given(programs, seeds)
def test_versions_a_and_b_agree_on_random_graphs(program, seed):
    leaves = [Var(a) for a in leaves_of(seed)]
    y = run(program, leaves, lambda v: v.value.shape)
    y.backward("A")
    nodes = y.graph().nodes
    by_a = [v.grad for v in nodes]
    y.backward("B")
    for a, v in zip(by_a, nodes, strict=True):
        assert (a is None) == v.constant
        if not v.constant:
            np.testing.assert_array_equal(v.grad, a)


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


@random_graphs
@given(program=programs, seed=seeds)
def test_random_graphs_against_torch(torch, program, seed):
    arrays = leaves_of(seed)
    ours = [Var(a) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = run(program, ours, lambda v: v.value.shape)
    y_torch = run(program, theirs, lambda v: tuple(v.shape))
    np.testing.assert_allclose(y.value, y_torch.detach().numpy(), rtol=1e-10, atol=1e-12)
    y.backward()
    y_torch.backward()
    for v, w in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(v.grad, w.grad.numpy(), rtol=1e-9, atol=1e-10)


@random_graphs
@given(programs, seeds)
def test_graphs_are_in_topological_order(program, seed):
    y = run(program, [Var(a) for a in leaves_of(seed)], lambda v: v.value.shape)
    nodes, edges = y.graph()
    assert len(set(nodes)) == len(nodes)
    assert nodes[-1] is y
    assert all(i < j for i, j in edges)
    assert len(edges) == sum(len(v.inputs) for v in nodes)
    assert all(nodes[i] in nodes[j].inputs for i, j in edges)


def test_a_power_is_a_power_in_the_graph():
    assert (Var(3.0) ** Var(2.0)).function == "**"
