"""The pictures of hidden representations show the numbers they are given."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib.autoencoder import Autoencoder, pca
from course_lib.viz import autoencoder as draw
from course_lib.viz.heat import BEHIND_LETTERS
from tests.course_lib.viz.reading import fits_a_page, greys, letters, opacities

rng = np.random.default_rng(0)
BITS = np.array([[k >> 2 & 1, k >> 1 & 1, k & 1] for k in (3, 0, 7, 5, 1, 6, 2, 4)])
HIDDEN = np.abs(BITS - rng.uniform(0, 0.4, (8, 3)))
CODES = ["011", "000", "111", "101", "001", "110", "010", "100"]
TOLD = "Codes: " + ", ".join(f"pattern {k} {code}" for k, code in enumerate(CODES, 1)) + "."


def test_codes_are_a_table_of_numbers_and_bits():
    picture = draw.codes(HIDDEN)
    fits_a_page(picture)
    assert picture.alt == f"Three hidden values for each of eight patterns. {TOLD}"
    found = letters(picture)
    assert [text for text in found if "→" in text] == [f"→ {code}" for code in CODES]
    numbers = [text for text in found if "." in text]
    assert numbers == [f"{value:.2f}" for value in HIDDEN.ravel()]
    assert {"10000000", "00000001", "h₁", "h₃"} <= set(found)
    (shades,) = opacities(picture)
    np.testing.assert_allclose(shades, BEHIND_LETTERS * HIDDEN, atol=0.005)


def test_cube_names_all_corners_and_patterns():
    picture = draw.cube(HIDDEN)
    fits_a_page(picture)
    assert picture.alt.endswith(f"8 of them taken. {TOLD}")
    found = letters(picture)
    assert [text for text in found if len(text) == 3] == sorted(CODES)
    assert [text for text in found if len(text) == 1] == list("12345678")
    assert "1 of them taken" in draw.cube(np.zeros((8, 3))).alt


def test_reconstructions_stand_below_their_inputs_with_their_errors():
    X, back = rng.random((3, 6)), rng.random((3, 6))
    picture = draw.reconstructions(X, back, (2, 3))
    fits_a_page(picture)
    errors = [f"{error:.3g}" for error in ((X - back) ** 2).sum(axis=1)]
    assert letters(picture)[:6] == ["input"] * 3 + errors
    assert f"Squared errors: {', '.join(errors)}." in picture.alt
    both = np.concatenate([X, back])
    both = ((both - both.min()) / (both.max() - both.min())).reshape(-1, 2, 3)
    np.testing.assert_allclose(greys(picture), both, atol=0.01)


def test_directions_tell_the_angle_between_pca_and_the_autoencoder():
    X = rng.normal(size=(60, 2)) * [3, 1]
    net = Autoencoder([2, 1, 2], linear=True)
    components, variances = pca(X, 2)
    net.params["W2"][:, 0] = 5 * components[0]
    picture = draw.directions(net, X)
    fits_a_page(picture)
    assert f"holds {variances[0] / variances.sum():.0%} of the variance" in picture.alt
    assert float(picture.alt.split("line is ")[1].split(" ")[0]) < 1e-5
    net.params["W2"][:, 0] = components[0] + components[1]
    assert "the linear autoencoder's line is 45 degrees from it." in draw.directions(net, X).alt
    assert {"PCA 1", "PCA 2", "autoencoder", "data"} <= set(letters(picture))


BAD = [
    (lambda: draw.codes(np.zeros((7, 3))), ValueError, r"hidden must have shape \(8, 3\)"),
    (lambda: draw.codes(HIDDEN + 1), ValueError, "hidden must lie between 0 and 1"),
    (lambda: draw.cube([["a"]]), TypeError, "hidden must hold real numbers"),
    (lambda: draw.reconstructions([[1, 2]], [[1, 2]], (2, 2)), ValueError, "got 2 x 2"),
    (
        lambda: draw.reconstructions([[1, 2]], [[1, 2], [3, 4]], 1),
        ValueError,
        r"shape must hold the 2 numbers of a row of X, got 1 x 1",
    ),
    (
        lambda: draw.reconstructions([[1, 2]], [[1, 2], [3, 4]], (1, 2)),
        ValueError,
        r"back must have shape \(1, 1, 2\), got \(2, 1, 2\)",
    ),
    (
        lambda: draw.reconstructions(np.ones((11, 1)), np.ones((11, 1)), (1, 1)),
        ValueError,
        "the number of pictures must be between 1 and 10, got 11",
    ),
    (lambda: draw.directions(3, [[1, 2]]), TypeError, "net must be an Autoencoder, got int"),
    (
        lambda: draw.directions(Autoencoder([2, 1, 2]), [[1, 2]]),
        ValueError,
        r"net must be a linear autoencoder of sizes \(2, 1, 2\), got Autoencoder\(2-1-2, sigmoid",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
