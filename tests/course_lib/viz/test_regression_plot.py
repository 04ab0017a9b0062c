"""The picture of deep regression counts the points inside its band."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib.deep_regression import DeepGaussianRegression
from course_lib.viz.regression import band
from tests.course_lib.viz.reading import fits_a_page, letters

X = np.linspace(-1, 1, 8)


def flat(mean, beta):
    model = DeepGaussianRegression([1, 2, 1])
    model.params["W2"][...] = 0
    model.params["b2"][...] = mean
    model.beta = beta
    return model


def test_band_is_two_standard_deviations_wide():
    y = 3 + np.array([0.0, 0.1, -0.3, 0.9, -0.99, 1.01, 2, -5])
    picture = band(flat(3.0, 4.0), X, y)
    fits_a_page(picture)
    assert picture.alt == (
        "8 points, the model's mean from 3 to 3, and a band of two standard deviations, "
        "each 0.5; 62% of the points lie in it."
    )
    assert {"mean ± 2σ", "mean", "data"} <= set(letters(picture))
    assert "100% of the points" in band(flat(3.0, 0.1), X, y).alt


BAD = [
    (lambda: band(3, X, X), TypeError, "model must be a DeepGaussianRegression, got int"),
    (lambda: band(flat(0, None), X, X), ValueError, "the model has no beta yet; call fit"),
    (lambda: band(flat(0, 1.0), X, X[1:]), ValueError, r"y must have shape \(8,\), got \(7,\)"),
    (lambda: band(flat(0, 1.0), [], []), ValueError, "x must hold at least one point, got none"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
