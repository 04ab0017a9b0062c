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


def test_bad_input_is_named():
    s, h, real, W_a, W_c = arguments()
    with pytest.raises(ValueError, match="real must leave at least one source step"):
        attention_forward(s, h, np.zeros_like(real), W_a, W_c)
    with pytest.raises(ValueError, match=r"W_c must have shape \(4, 8\)"):
        attention_forward(s, h, real, W_a, W_a)
