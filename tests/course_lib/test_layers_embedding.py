"""The embedding table against one-hot products, central differences and PyTorch."""

import numpy as np
import pytest

from course_lib import layers
from course_lib.gradcheck import numerical_gradient

rng = np.random.default_rng(0)
E = rng.normal(size=(5, 3))


def test_by_hand():
    out, cache = layers.embedding_forward([2, 0, 2], [[1, 2], [3, 4], [5, 6]])
    np.testing.assert_array_equal(out, [[5, 6], [1, 2], [5, 6]])
    dE = layers.embedding_backward([[1, 2], [10, 20], [100, 200]], cache)
    assert isinstance(dE, np.ndarray)
    np.testing.assert_array_equal(dE, [[10, 20], [0, 0], [101, 202]])


@pytest.mark.parametrize("shape", [(4,), (2, 6), (2, 3, 4), (), (0,), (3, 0)])
def test_is_a_product_with_one_hot_vectors(shape):
    ids = rng.integers(0, 5, size=shape)
    one_hot = np.eye(5)[ids]
    out, cache = layers.embedding_forward(ids, E)
    assert out.shape == (*shape, 3)
    np.testing.assert_array_equal(out, one_hot @ E)
    dout = rng.normal(size=out.shape)
    dE = layers.embedding_backward(dout, cache)
    expected = one_hot.reshape(-1, 5).T @ dout.reshape(-1, 3)
    np.testing.assert_allclose(dE, expected, rtol=1e-13, atol=1e-15)


def test_gradient_is_a_central_difference():
    ids = [[0, 3, 3], [1, 3, 0]]
    out, cache = layers.embedding_forward(ids, E)
    dout = rng.normal(size=out.shape)
    numerical = numerical_gradient(lambda E: (dout * layers.embedding_forward(ids, E)[0]).sum(), E)
    np.testing.assert_allclose(layers.embedding_backward(dout, cache), numerical, atol=1e-8)


def test_against_pytorch():
    torch = pytest.importorskip("torch")
    ids = rng.integers(0, 5, size=(4, 7))
    table = torch.tensor(E, requires_grad=True)
    theirs = torch.nn.functional.embedding(torch.tensor(ids), table)
    dout = rng.normal(size=theirs.shape)
    theirs.backward(torch.tensor(dout))
    out, cache = layers.embedding_forward(ids, E)
    np.testing.assert_array_equal(out, theirs.detach().numpy())
    np.testing.assert_allclose(layers.embedding_backward(dout, cache), table.grad, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_precision_and_its_arguments(dtype):
    table, ids, dout = E.astype(dtype), np.array([1, 1]), np.ones((2, 3))
    out, cache = layers.embedding_forward(ids, table)
    out += 1  # the caller's own
    assert out.dtype == layers.embedding_backward(dout, cache).dtype == dtype
    np.testing.assert_array_equal(table, E.astype(dtype))
    np.testing.assert_array_equal(ids, [1, 1])
    np.testing.assert_array_equal(dout, np.ones((2, 3)))


@pytest.mark.parametrize(
    ("ids", "table", "error", "message"),
    [
        ([5], E, ValueError, "ids must be in 0..4, got 5 at index 0"),
        ([[0, -1]], E, ValueError, "ids must be in 0..4, got -1 at index (0, 1)"),
        ([1.0], E, TypeError, "ids must hold integers, got float64"),
        (["a"], E, TypeError, "ids must hold integers, got strings"),
        ([True], E, TypeError, "ids must hold integers, got booleans"),
        ([0], E[0], ValueError, "E must have shape (V, D), got (3,)"),
        ([0], E * [1, np.inf, 1], ValueError, "E must be finite, got -inf at index (0, 1)"),
        ([0], [["a"]], TypeError, "E must hold real numbers, got strings"),
    ],
)
def test_names_a_bad_input(ids, table, error, message):
    with pytest.raises(error) as caught:
        layers.embedding_forward(ids, table)
    assert str(caught.value) == message


def test_names_a_bad_gradient():
    _, cache = layers.embedding_forward([[0, 1]], E)
    with pytest.raises(ValueError, match=r"dout must have shape \(1, 2, 3\), got \(2, 3\)"):
        layers.embedding_backward(np.ones((2, 3)), cache)


def test_an_infinite_upstream_gradient_is_let_through():
    _, cache = layers.embedding_forward([1], [[5.0], [6.0]])
    np.testing.assert_array_equal(layers.embedding_backward([[-np.inf]], cache), [[0], [-np.inf]])
