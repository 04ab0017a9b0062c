"""Activations against exact values, identities, SciPy and central differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib import activations
from course_lib.activations import (
    d_relu,
    d_sigmoid,
    d_tanh,
    linear,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    tanh,
    threshold,
)

ELEMENTWISE = [linear, threshold, sigmoid, tanh, relu, d_sigmoid, d_tanh, d_relu]
ALL = [*ELEMENTWISE, softmax, log_softmax]
every_function = pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)

moderate = st.floats(-30, 30)
matrices = arrays(np.float64, array_shapes(min_dims=1, max_dims=3, max_side=4), elements=moderate)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (linear, [-2, 0, 0.5, 3]),
        (threshold, [0, 0, 1, 1]),
        (relu, [0, 0, 0.5, 3]),
        (d_relu, [0, 0, 1, 1]),
        (sigmoid, [0.11920292202211755, 0.5, 0.6224593312018546, 0.9525741268224334]),
        (d_sigmoid, [0.10499358540350652, 0.25, 0.2350037122015945, 0.045176659730912144]),
        (tanh, [-0.9640275800758169, 0, 0.46211715726000973, 0.9950547536867305]),
        (d_tanh, [0.07065082485316446, 1, 0.7864477329659274, 0.00986603716544014]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_values_at_four_points(f, expected):
    np.testing.assert_allclose(f([-2, 0, 0.5, 3]), expected, rtol=1e-14, atol=0)


def test_the_threshold_unit_needs_more_than_zero():
    np.testing.assert_array_equal(threshold([-5e-324, -0.0, 0.0, 5e-324]), [0, 0, 0, 1])
    np.testing.assert_array_equal(d_relu([-5e-324, -0.0, 0.0, 5e-324]), [0, 0, 0, 1])


@pytest.mark.parametrize("x", [-700.0, -400.0, -37.0, -1.0])
def test_a_tiny_sigmoid_keeps_its_digits(x):
    # 1 / (1 + exp(-x)) = exp(x) - exp(2x) + exp(3x) - ...
    expected = np.exp(x) / (1 + np.exp(x))
    np.testing.assert_allclose(sigmoid(x), expected, rtol=1e-14)
    np.testing.assert_allclose(d_sigmoid(x), expected / (1 + np.exp(x)), rtol=1e-14)
    np.testing.assert_allclose(d_sigmoid(-x), d_sigmoid(x), rtol=1e-14)


def test_a_saturated_tanh_keeps_a_slope():
    np.testing.assert_allclose(d_tanh([-25, 25]), 4 * np.exp(-50), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_huge_inputs_reach_the_limits_without_a_warning(dtype):
    largest = np.finfo(dtype).max
    both = np.array([-largest, largest], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        np.testing.assert_array_equal(sigmoid(both), [0, 1])
        np.testing.assert_array_equal(tanh(both), [-1, 1])
        np.testing.assert_array_equal(d_sigmoid(both), [0, 0])
        np.testing.assert_array_equal(d_tanh(both), [0, 0])
        np.testing.assert_array_equal(relu(both), [0, largest])
        np.testing.assert_array_equal(softmax(both), [0, 1])
        np.testing.assert_array_equal(log_softmax(both), [-np.inf, 0])


def test_softmax_works_along_the_last_axis():
    x = np.log([[[1.0, 2, 5], [4, 4, 8]], [[1, 1, 2], [3, 1, 16]]])
    expected = [
        [[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 1 / 2]],
        [[1 / 4, 1 / 4, 1 / 2], [3 / 20, 1 / 20, 16 / 20]],
    ]
    np.testing.assert_allclose(softmax(x), expected, rtol=1e-14)
    np.testing.assert_allclose(log_softmax(x), np.log(expected), rtol=1e-13)


def test_softmax_of_one_class_is_certain():
    np.testing.assert_array_equal(softmax([[3.0], [-800.0]]), [[1], [1]])
    np.testing.assert_array_equal(log_softmax([[3.0], [-800.0]]), [[0], [0]])


def test_log_softmax_is_finite_where_softmax_underflows():
    np.testing.assert_array_equal(softmax([0, -2000, 5000]), [0, 0, 1])
    np.testing.assert_array_equal(log_softmax([0, -2000, 5000]), [-5000, -7000, 0])


@given(matrices)
def test_softmax_against_scipy(x):
    special = pytest.importorskip("scipy.special")
    np.testing.assert_allclose(softmax(x), special.softmax(x, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(log_softmax(x), special.log_softmax(x, axis=-1), atol=1e-13)
    np.testing.assert_allclose(sigmoid(x), special.expit(x), rtol=1e-13)


@given(matrices)
def test_identities(x):
    np.testing.assert_allclose(softmax(x).sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(x + 7.25), softmax(x), rtol=1e-12)
    np.testing.assert_allclose(sigmoid(x) + sigmoid(-x), 1, rtol=1e-14)
    np.testing.assert_allclose(tanh(x), 2 * sigmoid(2 * x) - 1, atol=1e-14)
    np.testing.assert_array_equal(relu(x) - relu(-x), x)


@pytest.mark.parametrize(("f", "d_f"), [(sigmoid, d_sigmoid), (tanh, d_tanh), (relu, d_relu)])
def test_derivatives_are_central_differences(f, d_f):
    x = np.array([[-3.1, -0.7, 0.2], [0.9, 2.4, 6.0]])
    h = 1e-6
    np.testing.assert_allclose(d_f(x), (f(x + h) - f(x - h)) / (2 * h), rtol=1e-6)


@every_function
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_precision_stay(f, dtype):
    x = np.linspace(-2, 2, 12, dtype=dtype).reshape(2, 3, 2)
    before = x.copy()
    out = f(x)
    assert out.shape == (2, 3, 2)
    assert out.dtype == dtype
    assert not np.shares_memory(out, x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(out, f(x.tolist()), rtol=1e-6 if dtype == np.float32 else 0)


@pytest.mark.parametrize("f", ELEMENTWISE, ids=lambda f: f.__name__)
def test_single_numbers_and_empty_arrays(f):
    assert f(1).shape == ()
    assert f(1).dtype == np.float64
    assert f(np.float32(1)).dtype == np.float32
    assert f(np.zeros((0, 3))).shape == (0, 3)


@every_function
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (["a"], TypeError, "x must hold real numbers, got strings"),
        ([1 + 2j], TypeError, "x must hold real numbers, got complex numbers"),
        (None, TypeError, "x must hold real numbers, got objects"),
        ([[1, 2], [3]], ValueError, "x must be rectangular, got rows of different lengths"),
        ([0, np.nan], ValueError, "x must be finite, got nan at index 1"),
        ([[0, 1], [-np.inf, 2]], ValueError, "x must be finite, got -inf at index (1, 0)"),
    ],
)
def test_bad_input_is_named(f, x, error, message):
    with pytest.raises(error) as caught:
        f(x)
    assert str(caught.value) == message


@pytest.mark.parametrize("f", [softmax, log_softmax])
@pytest.mark.parametrize(("x", "shape"), [(3.0, "()"), (np.zeros((2, 0)), "(2, 0)")])
def test_softmax_needs_a_class(f, x, shape):
    with pytest.raises(ValueError, match="x must have at least one class") as caught:
        f(x)
    assert str(caught.value).endswith(f"got shape {shape}")


def test_softmax_of_no_rows_has_no_rows():
    assert activations.softmax(np.zeros((0, 3))).shape == (0, 3)
