"""Pooling against loops, central differences and PyTorch."""

import numpy as np
import pytest

from course_lib import layers
from course_lib.gradcheck import numerical_gradient

POOLS = {
    "max": (layers.max_pool2d_forward, layers.max_pool2d_backward, np.max),
    "avg": (layers.avg_pool2d_forward, layers.avg_pool2d_backward, np.mean),
}
every_pool = pytest.mark.parametrize(("forward", "backward", "rule"), POOLS.values(), ids=POOLS)

# (N, C, H, W), size, stride
CASES = {
    "tiles": ((2, 3, 4, 6), 2, None),
    "tiles that leave a rest": ((2, 3, 5, 8), (2, 3), None),
    "overlap": ((2, 2, 5, 6), 3, 1),
    "overlap down only": ((2, 2, 6, 6), (3, 2), (2, 2)),
    "gaps": ((2, 1, 7, 9), (2, 1), (3, 4)),
    "short steps down, long ones across": ((2, 1, 9, 7), (2, 2), (2, 5)),
    "single pixels": ((1, 2, 3, 2), 1, None),
    "the whole map": ((3, 2, 4, 3), (4, 3), None),
    "stride larger than the map": ((1, 1, 3, 4), (2, 3), (6, 7)),
}
every_case = pytest.mark.parametrize(("shape", "size", "stride"), CASES.values(), ids=CASES)


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def by_loops(x, rule, size, stride):
    (h, w), (sh, sw) = both(size), both(size if stride is None else stride)
    N, C, H, W = x.shape
    rows, columns = range(0, H - h + 1, sh), range(0, W - w + 1, sw)
    out = np.zeros((N, C, len(rows), len(columns)))
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = rule(x[n, c, rows[i] : rows[i] + h, columns[j] : columns[j] + w])
    return out


@every_pool
@every_case
def test_forward_is_the_definition(forward, backward, rule, shape, size, stride):
    x = np.random.default_rng(0).normal(size=shape)
    out, _ = forward(x, size, stride)
    expected = by_loops(x, rule, size, stride)
    assert out.shape == expected.shape
    np.testing.assert_allclose(out, expected, rtol=1e-14, atol=1e-15)


@every_pool
@every_case
def test_gradients_are_central_differences(forward, backward, rule, shape, size, stride):
    rng = np.random.default_rng(1)
    x = rng.permutation(np.prod(shape)).reshape(shape) / 10  # no ties within reach of a step
    out, cache = forward(x, size, stride)
    dout = rng.normal(size=out.shape)
    dx = backward(dout, cache)
    assert isinstance(dx, np.ndarray)
    assert dx.shape == shape
    numerical = numerical_gradient(lambda x: (dout * forward(x, size, stride)[0]).sum(), x)
    np.testing.assert_allclose(dx, numerical, rtol=1e-6, atol=1e-7)


@every_pool
@every_case
def test_against_pytorch(forward, backward, rule, shape, size, stride):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    x = rng.integers(0, 4, size=shape).astype(float)  # full of ties: PyTorch takes the first too
    tensor = torch.tensor(x, requires_grad=True)
    name = "max_pool2d" if rule is np.max else "avg_pool2d"
    theirs = getattr(torch.nn.functional, name)(tensor, size, stride)
    dout = rng.normal(size=theirs.shape)
    theirs.backward(torch.tensor(dout))
    out, cache = forward(x, size, stride=stride)
    np.testing.assert_allclose(out, theirs.detach().numpy(), rtol=1e-14)
    np.testing.assert_allclose(backward(dout, cache), tensor.grad.numpy(), rtol=1e-13, atol=1e-15)


def test_by_hand():
    x = [[[[1, 2, 5, 6], [3, 4, 7, 0]]]]
    np.testing.assert_array_equal(layers.max_pool2d_forward(x, 2)[0], [[[[4, 7]]]])
    np.testing.assert_array_equal(layers.avg_pool2d_forward(x, 2)[0], [[[[2.5, 4.5]]]])
    _, cache = layers.avg_pool2d_forward(x, 2)
    np.testing.assert_array_equal(
        layers.avg_pool2d_backward([[[[4, 8]]]], cache), [[[[1, 1, 2, 2], [1, 1, 2, 2]]]]
    )


@pytest.mark.parametrize(
    ("window", "first"),
    [
        ([[5, 5], [5, 5]], [[1, 0], [0, 0]]),
        ([[1, 5], [5, 5]], [[0, 1], [0, 0]]),
        ([[1, 2], [5, 5]], [[0, 0], [1, 0]]),
        ([[-3, -3], [-4, -3]], [[1, 0], [0, 0]]),
        ([[0.0, -0.0], [-0.0, 0.0]], [[1, 0], [0, 0]]),
    ],
)
def test_a_tie_goes_to_the_first_row_by_row(window, first):
    _, cache = layers.max_pool2d_forward([[window]], 2)
    dx = layers.max_pool2d_backward([[[[7]]]], cache)
    np.testing.assert_array_equal(dx, 7 * np.array([[first]]))


def test_a_pixel_that_wins_two_windows_gets_both_gradients():
    _, cache = layers.max_pool2d_forward([[[[1, 9, 2]]]], (1, 2), 1)
    np.testing.assert_array_equal(layers.max_pool2d_backward([[[[3, 4]]]], cache), [[[[0, 7, 0]]]])


@every_pool
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_precision_and_its_arguments(forward, backward, rule, dtype):
    rng = np.random.default_rng(3)
    x, dout = rng.normal(size=(2, 2, 4, 5)).astype(dtype), rng.normal(size=(2, 2, 2, 2))
    before, dout_before = x.copy(), dout.copy()
    out, cache = forward(x, 2)
    dx = backward(dout, cache)
    assert out.dtype == dx.dtype == dtype
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dout, dout_before)


@every_pool
def test_takes_integers_and_an_empty_batch(forward, backward, rule):
    out, cache = forward(np.zeros((0, 2, 4, 4), int), 2)
    assert out.shape == (0, 2, 2, 2)
    assert backward(out, cache).shape == (0, 2, 4, 4)
    out, cache = forward([[[[1, 2]]]], (1, 2))
    assert out.dtype == backward([[[[1]]]], cache).dtype == np.float64


@every_pool
@pytest.mark.parametrize(
    ("x", "size", "stride", "error", "message"),
    [
        (np.ones((2, 3, 4)), 2, 1, ValueError, "x must have shape (N, C, H, W), got (2, 3, 4)"),
        (np.full((1, 1, 2, 2), np.nan), 1, 1, ValueError, "x must be finite, got nan at index"),
        (np.full((1, 1, 2, 2), -np.inf), 1, 1, ValueError, "x must be finite, got -inf at index"),
        (np.full((1, 1, 2, 2), "a"), 1, 1, TypeError, "x must hold real numbers, got strings"),
        (np.ones((1, 1, 4, 5)), 0, 1, ValueError, "size must be at least 1, got 0"),
        (np.ones((1, 1, 4, 5)), 5, 1, ValueError, "size must fit into x, (H, W) = (4, 5), got (5"),
        (np.ones((1, 1, 4, 5)), (4, 6), 1, ValueError, "size must fit into x, (H, W) = (4, 5)"),
        (np.ones((1, 1, 4, 5)), 2.0, 1, TypeError, "size must be a whole number, got float"),
        (np.ones((1, 1, 4, 5)), 2, 0, ValueError, "stride must be at least 1, got 0"),
        (np.ones((1, 1, 4, 5)), 2, "2", TypeError, "stride must be a whole number, got str"),
    ],
)
def test_names_a_bad_input(forward, backward, rule, x, size, stride, error, message):
    with pytest.raises(error) as caught:
        forward(x, size, stride)
    assert str(caught.value).startswith(message)


@every_pool
def test_names_a_bad_gradient(forward, backward, rule):
    _, cache = forward(np.ones((1, 2, 4, 6)), 2)
    with pytest.raises(ValueError, match=r"dout must have shape \(1, 2, 2, 3\), got \(1, 2, 2\)"):
        backward(np.ones((1, 2, 2)), cache)


@every_pool
def test_an_infinite_upstream_gradient_is_let_through(forward, backward, rule):
    _, cache = forward([[[[1.0, 2.0, 3.0]]]], 1)
    np.testing.assert_array_equal(backward([[[[0, np.inf, 4]]]], cache), [[[[0, np.inf, 4]]]])
