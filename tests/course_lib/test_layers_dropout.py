"""Dropout: its zeros are counted, its scale and gradient are exact."""

import numpy as np
import pytest

from course_lib.layers import dropout_backward, dropout_forward

X = np.random.default_rng(1).normal(size=(4, 6)) + 3  # no entry is 0


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5, 0.9])
def test_survivors_are_scaled_and_zeros_as_frequent_as_p(p):
    x = np.random.default_rng(2).normal(size=(200, 250)) + 9
    out, _ = dropout_forward(x, p, rng=0)
    survives = out != 0
    np.testing.assert_allclose(out[survives], x[survives] / (1 - p), rtol=1e-14)
    sigma = (p * (1 - p) / x.size) ** 0.5
    assert abs((~survives).mean() - p) < 4 * sigma
    # as many in each row as in each column, within chance
    assert np.abs((~survives).mean(axis=0) - p).max() < 5 * (p * (1 - p) / 200) ** 0.5
    assert np.abs((~survives).mean(axis=1) - p).max() < 5 * (p * (1 - p) / 250) ** 0.5


def test_gradient_goes_where_the_signal_went():
    dout = np.random.default_rng(3).normal(size=X.shape)
    out, cache = dropout_forward(X, 0.3, rng=4)
    dx = dropout_backward(dout, cache)
    assert isinstance(dx, np.ndarray)
    assert 0 < np.count_nonzero(out == 0) < out.size
    np.testing.assert_allclose(dx, dout * out / X, rtol=1e-14)


def test_an_infinite_upstream_gradient_is_let_through():
    _, cache = dropout_forward([1.0, 2], 0.5, None, train=False)
    np.testing.assert_array_equal(dropout_backward([np.inf, 3], cache), [np.inf, 3])


def test_prediction_is_the_identity_and_draws_nothing():
    rng = np.random.default_rng(5)
    dout = np.arange(24.0).reshape(4, 6)
    out, cache = dropout_forward(X, 0.7, rng, train=False)
    np.testing.assert_array_equal(out, X)
    assert not np.shares_memory(out, X)
    np.testing.assert_array_equal(dropout_backward(dout, cache), dout)
    assert rng.random() == np.random.default_rng(5).random()
    np.testing.assert_array_equal(dropout_forward(X, 0.7, None, train=False)[0], X)


def test_the_ends_of_p():
    np.testing.assert_array_equal(dropout_forward(X, 0, rng=0)[0], X)
    out, cache = dropout_forward(X, 1, rng=0)
    np.testing.assert_array_equal(out, np.zeros_like(X))
    np.testing.assert_array_equal(dropout_backward(np.ones_like(X), cache), np.zeros_like(X))


def test_the_same_seed_silences_the_same_units():
    first, _ = dropout_forward(X, 0.5, rng=7)
    np.testing.assert_array_equal(dropout_forward(X, 0.5, rng=7)[0], first)
    np.testing.assert_array_equal(dropout_forward(X, 0.5, np.random.default_rng(7))[0], first)
    assert not np.array_equal(dropout_forward(X, 0.5, rng=8)[0], first)
    single, _ = dropout_forward(X.astype(np.float32), 0.5, rng=7)
    np.testing.assert_array_equal(single == 0, first == 0)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_and_arguments_stay(dtype, train):
    x, dout = X.astype(dtype), np.ones(X.shape)
    before = x.copy()
    out, cache = dropout_forward(x, 0.4, 0, train=train)
    assert out.dtype == dropout_backward(dout, cache).dtype == dtype
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dout, np.ones(X.shape))
    assert dropout_forward([1, 2], 0.4, 0, train=train)[0].dtype == np.float64


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X, 1.5, 0), ValueError, "p must be at least 0 and at most 1, got 1.5"),
        ((X, -0.1, 0), ValueError, "p must be at least 0 and at most 1, got -0.1"),
        ((X, np.nan, 0), ValueError, "p must be at least 0 and at most 1, got nan"),
        ((X, "half", 0), TypeError, "p must be a number, got str"),
        ((X, 2, 0, False), ValueError, "p must be at least 0 and at most 1, got 2"),
        (
            (X, 0.5, None),
            TypeError,
            "rng must be a numpy.random.Generator or a whole-number seed, got NoneType",
        ),
        (([np.nan], 0.5, 0), ValueError, "x must be finite, got nan at index 0"),
        (([np.inf], 0.5, 0, False), ValueError, "x must be finite, got inf at index 0"),
        ((["a"], 0.5, 0), TypeError, "x must hold real numbers, got strings"),
    ],
)
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error) as caught:
        dropout_forward(*arguments)
    assert str(caught.value) == message


def test_a_bad_gradient_is_named():
    _, cache = dropout_forward(X, 0.5, 0)
    with pytest.raises(ValueError, match=r"dout must have shape \(4, 6\), got \(6,\)"):
        dropout_backward(np.ones(6), cache)
