"""The pictures of convolutional networks show the pixels, weights and answers they are given."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib import layers
from course_lib.conv import LeNet5
from course_lib.data.images import POSES
from course_lib.viz import convolution as draw
from tests.course_lib.viz.reading import count_styled, fits_a_page, greys, letters

rng = np.random.default_rng(0)
IMAGE, KERNEL = rng.random((5, 7)), np.array([[1.0, -2.0, 0.25], [0.0, 3.0, -0.5]])


def stretched(array):
    return (array - array.min()) / (array.max() - array.min())


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1)])
def test_convolution_shows_image_weights_and_map(stride, padding):
    picture = draw.convolution(IMAGE, KERNEL, 0.5, stride, padding)
    fits_a_page(picture)
    found = layers.conv2d_slide(IMAGE[None], KERNEL[None, None], [0.5], stride, padding)[0]
    image, feature_map = greys(picture)
    np.testing.assert_allclose(image, stretched(IMAGE), atol=0.01)
    np.testing.assert_allclose(feature_map, stretched(found), atol=0.01)
    assert letters(picture)[:6] == ["1", "−2", "0.25", "0", "3", "−0.5"]
    size = "×".join(map(str, found.shape))
    assert {"image 5×7", "kernel 2×3", f"map {size}"} <= set(letters(picture))
    assert f"from {found.min():.3g} (black) to {found.max():.3g} (white)." in picture.alt


def test_kernels_have_zero_in_the_middle_of_their_greys():
    W = rng.normal(size=(3, 1, 2, 4))
    picture = draw.kernels(W, columns=2)
    fits_a_page(picture)
    peak = np.abs(W).max()
    np.testing.assert_allclose(greys(picture), (W[:, 0] + peak) / (2 * peak), atol=0.01)
    assert letters(picture) == ["1", "2", "3"]
    assert f"between {W.min():.3g} (black) and {W.max():.3g} (white); zero is grey" in picture.alt


def test_feature_maps_go_layer_by_layer():
    maps = LeNet5(image_size=20).feature_maps(rng.random((3, 1, 20, 20)))
    picture = draw.feature_maps(maps, n=2)
    fits_a_page(picture, most=60_000)
    assert letters(picture) == ["C1\n16×16", "S2\n8×8", "C3\n4×4", "S4\n2×2"] or letters(
        picture
    ) == [part for name in ("C1 16×16", "S2 8×8", "C3 4×4", "S4 2×2") for part in name.split()]
    found = greys(picture)
    assert len(found) == 6 + 6 + 16 + 16
    drawn = [image for name in maps for image in maps[name][2]]
    limits = [(maps[name][2].min(), maps[name][2].max()) for name in maps for _ in maps[name][2]]
    for image, values, (low, high) in zip(found, drawn, limits, strict=True):
        np.testing.assert_allclose(image, (values - low) / (high - low), atol=0.01)
    assert "C1, 6 maps of 16 by 16; S2, 6 maps of 8 by 8; C3, 16 maps of 4 by 4" in picture.alt


def test_wrong_answers_are_told_in_words_and_have_a_frame_of_their_own():
    images = rng.random((4, 1, 3, 3))
    picture = draw.answers(images, [0, 2, 3, 1], [0, 1, 3, 2], POSES)
    fits_a_page(picture)
    assert picture.alt == (
        "4 pictures with the network's answers, 2 of them right. "
        "Wrong: straight taken for right, right taken for straight."
    )
    told = " ".join(letters(picture))
    assert "✗ right" in told
    assert "is straight" in told
    assert count_styled(picture, "stroke: #d55e00", "stroke-dasharray") == 2
    right = draw.answers(images[:2], [7, 8], [7, 8])
    assert letters(right) == ["7", "8"]
    assert right.alt == "2 pictures with the network's answers, 2 of them right."
    assert count_styled(right, "stroke-dasharray") == 0


def test_a_picture_of_one_shade_is_drawn():
    fits_a_page(draw.answers(np.ones((1, 1, 2, 2)), [1], [1]))
    fits_a_page(draw.kernels(np.zeros((1, 1, 2, 2))))


BAD = [
    (lambda: draw.convolution(IMAGE[0], KERNEL), ValueError, r"image must have shape \(H, W\)"),
    (lambda: draw.convolution(IMAGE, np.ones((2, 8))), ValueError, "between 0 and 7, got 8"),
    (lambda: draw.kernels(np.ones((2, 3, 5, 5))), ValueError, r"W must have shape \(N, H, W\)"),
    (lambda: draw.kernels(np.ones((0, 1, 5, 5))), ValueError, "W must hold at least one picture"),
    (lambda: draw.kernels(np.ones((201, 1, 1, 1))), ValueError, "between 1 and 200, got 201"),
    (lambda: draw.kernels(np.ones((2, 1, 5, 5)), 0), ValueError, "columns must be at least 1"),
    (lambda: draw.feature_maps([]), TypeError, "maps must be a dict of feature maps, got list"),
    (lambda: draw.feature_maps({"C1": [1]}), ValueError, r"C1 must have shape \(N, F, H, W\)"),
    (
        lambda: draw.feature_maps({"C1": np.ones((2, 1, 3, 3))}, 2),
        ValueError,
        "n must be between 0 and 1, got 2",
    ),
    (
        lambda: draw.answers(np.ones((2, 3, 3)), [0], [0, 1]),
        ValueError,
        r"predicted must have shape \(2,\), got \(1,\)",
    ),
    (
        lambda: draw.answers(np.ones((1, 3, 3)), [4], [0], POSES),
        ValueError,
        "names must hold at least 5 names, got 4",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
