"""First weights: their interval, their variance, and that nothing is drawn globally."""

import numpy as np
import pytest

from course_lib.layers import glorot, he

RULES = {"glorot": (glorot, 2 / (300 + 200)), "he": (he, 2 / 200)}


@pytest.mark.parametrize(("rule", "variance"), RULES.values(), ids=RULES)
def test_weights_fill_the_interval_of_their_variance(rule, variance):
    W = rule(300, 200, rng=0)
    assert W.shape == (300, 200)
    assert W.var() == pytest.approx(variance, rel=0.02)
    assert abs(W.mean()) < 4 * (variance / W.size) ** 0.5
    half = (3 * variance) ** 0.5
    assert 0.999 * half < np.abs(W).max() <= half
    np.testing.assert_array_equal(W, rule(300, 200, np.random.default_rng(0)))
    assert not np.array_equal(W, rule(300, 200, rng=1))


def test_glorot_looks_both_ways_and_he_only_back():
    np.testing.assert_allclose(glorot(3, 5, 0).ravel(), glorot(5, 3, 0).ravel())
    np.testing.assert_allclose(he(3, 5, 0).ravel(), he(5, 3, 0).ravel() * (3 / 5) ** 0.5)


@pytest.mark.parametrize("rule", [glorot, he])
def test_precision(rule):
    assert rule(3, 5, 0).dtype == np.float64
    single = rule(3, 5, 0, np.float32)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, rule(3, 5, 0).astype(np.float32))


@pytest.mark.parametrize("rule", [glorot, he])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 1, 0), ValueError, "n_out must be at least 1, got 0"),
        ((1, 0, 0), ValueError, "n_in must be at least 1, got 0"),
        ((1.0, 1, 0), TypeError, "n_out must be a whole number, got float"),
        (
            (1, 1, "0"),
            TypeError,
            "rng must be a numpy.random.Generator or a whole-number seed, got str",
        ),
        ((1, 1, 0, int), TypeError, "dtype must be float64 or float32, got <class 'int'>"),
    ],
)
def test_bad_input_is_named(rule, arguments, error, message):
    with pytest.raises(error) as caught:
        rule(*arguments)
    assert str(caught.value) == message
