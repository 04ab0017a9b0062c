"""Deep probabilistic regression: beta at its maximum, and the likelihood against scipy's."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.deep_regression import DeepGaussianRegression


def noisy_sine(n, seed, spread=0.2):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, size=(n, 1))
    return X, np.sin(X[:, 0]) + rng.normal(0, spread, size=n)


@pytest.fixture(scope="module")
def fitted():
    return DeepGaussianRegression([1, 16, 1]).fit(*noisy_sine(300, 0))


def test_it_learns_the_mean_and_the_spread(fitted):
    X = np.linspace(-2.5, 2.5, 50)[:, None]
    assert np.abs(fitted.predict(X) - np.sin(X[:, 0])).max() < 0.15
    assert 1 / np.sqrt(fitted.beta) == pytest.approx(0.2, rel=0.15)
    assert len(fitted.history["loss"]) == 200
    assert fitted.history["loss"][-1] < 0.2 * fitted.history["loss"][0]


def test_log_likelihood_is_a_sum_of_normal_densities(fitted):
    norm = pytest.importorskip("scipy.stats").norm
    X, y = noisy_sine(40, 1)
    expected = norm.logpdf(y, fitted.predict(X), 1 / np.sqrt(fitted.beta)).sum()
    assert fitted.log_likelihood(X, y) == pytest.approx(expected)
    assert fitted.log_likelihood(X, y[:, None]) == pytest.approx(expected)


def test_beta_maximises_the_training_likelihood(fitted):
    X, y = noisy_sine(300, 0)
    best, beta = fitted.log_likelihood(X, y), fitted.beta
    for factor in (0.9, 1.1):
        fitted.beta = beta * factor
        assert fitted.log_likelihood(X, y) < best
    fitted.beta = beta


def test_several_outputs_and_float32():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    model = DeepGaussianRegression([3, 4, 2], dtype=np.float32, rng=1).fit(X, Y, epochs=2)
    residuals = Y - model.predict(X)
    assert model.predict(X).dtype == np.float32
    assert model.beta == pytest.approx(1 / (residuals**2).mean())
    assert np.isfinite(model.log_likelihood(X, Y))


def test_the_same_seed_gives_the_same():
    X, y = noisy_sine(50, 0)
    first, again, other = (
        DeepGaussianRegression([1, 5, 1], rng=2).fit(X, y, epochs=3, rng=rng).beta
        for rng in (1, 1, 9)
    )
    assert first == again != other


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="call fit"):
        DeepGaussianRegression([1, 2, 1]).log_likelihood([[1.0]], [1.0])
    model = DeepGaussianRegression([1, 2, 1]).fit([[0.0], [1.0]], [0.0, 1.0], epochs=1)
    with pytest.raises(ValueError, match="y must have shape"):
        model.log_likelihood([[0.0], [1.0]], [1.0])
    with pytest.raises(ValueError, match="activation must be one of"):
        DeepGaussianRegression([1, 2, 1], activation="swish")
