"""Attention: the definition by loops, and every gradient by finite differences."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.layers.attention import attention_backward, attention_forward


def arguments(seed=0):
    rng = np.random.default_rng(seed)
    s, h = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4))
    real = np.arange(5) < np.array([[5], [2]])
    return s, h, real, rng.normal(size=(4, 4)), rng.normal(size=(4, 8))


def test_by_loops():
    s, h, real, W_a, W_c = arguments()
    out, cache = attention_forward(s, h, real, W_a, W_c)
    for n, u in product(range(2), range(3)):
        steps = np.flatnonzero(real[n])
        weights = np.exp([s[n, u] @ W_a @ h[n, t] for t in steps])
        weights /= weights.sum()
        seen = sum(a * h[n, t] for a, t in zip(weights, steps, strict=True))
        np.testing.assert_allclose(out[n, u], np.tanh(W_c @ np.r_[seen, s[n, u]]))
        np.testing.assert_allclose(cache[1][n, u, steps], weights)
    assert (cache[1][1, :, 2:] == 0).all(), "what is not there is not looked at"


def test_gradients_by_finite_differences():
    given = list(arguments())
    dout = np.random.default_rng(3).normal(size=(2, 3, 4))
    grads = attention_backward(dout, attention_forward(*given)[1])
    for place, grad in zip((0, 1, 3, 4), grads, strict=True):

        def f(value, place=place):
            changed = [*given[:place], value, *given[place + 1 :]]
            return float((attention_forward(*changed)[0] * dout).sum())

        numerical = gradcheck.numerical_gradient(f, given[place])
        assert gradcheck.relative_error(grad, numerical) < 1e-8


SWAPPED = np.ones((4, 2, 3))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"s": np.ones((2, 4))}, ValueError, r"^s must have shape \(N, U, H\), got \(2, 4\)"),
        ({"s": [["a"]]}, TypeError, r"^s must hold real numbers"),
        ({"h": SWAPPED}, ValueError, r"^h must have shape \(2, T, 4\), got \(4, 2, 3\)"),
        ({"h": np.full((2, 5, 4), np.nan)}, ValueError, r"^h must be finite"),
        ({"real": np.ones((5, 2), bool)}, ValueError, r"^real must have shape \(2, 5\)"),
        ({"real": np.zeros((2, 5))}, ValueError, r"^real must leave at least one source step"),
        ({"real": [[1, 1, 1, 0, 0], [0] * 5]}, ValueError, r"^real must leave at least one"),
        ({"W_a": np.ones((4, 8))}, ValueError, r"^W_a must have shape \(4, 4\)"),
        ({"W_a": "four by four"}, TypeError, r"^W_a must hold real numbers"),
        ({"W_c": np.ones((4, 4))}, ValueError, r"^W_c must have shape \(4, 8\)"),
    ],
)
def test_bad_input_is_named(change, error, message):
    given = dict(zip(("s", "h", "real", "W_a", "W_c"), arguments(), strict=True)) | change
    with pytest.raises(error, match=message):
        attention_forward(**given)


def test_real_may_be_zeros_and_ones():
    s, h, real, W_a, W_c = arguments()
    out, _ = attention_forward(s, h, real, W_a, W_c)
    same, _ = attention_forward(s, h, real.astype(int).tolist(), W_a, W_c)
    np.testing.assert_array_equal(same, out)


def test_float32_stays():
    given = [a.astype(np.float32) if a.dtype == float else a for a in arguments()]
    out, cache = attention_forward(*given)
    assert out.dtype == np.float32
    assert (cache[1][1, :, 2:] == 0).all()
