"""The pictures: right shapes and labels, and each knob turns what it says."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.data import images, strokes


def test_real_digits_are_scikit_learns():
    load_digits = pytest.importorskip("sklearn.datasets").load_digits
    X, y = images.digits()
    assert X.shape == (1797, 1, 8, 8)
    assert (X.min(), X.max()) == (0, 1)
    np.testing.assert_array_equal(X[:, 0] * 16, load_digits().images)
    np.testing.assert_array_equal(y, load_digits().target)


def test_distance_to_segments_by_hand():
    segments = np.array([[[0.0, 0.0], [1.0, 0.0]], [[3.0, 3.0], [3.0, 3.0]]])
    points = np.array([[0.5, 2.0], [-3.0, 4.0], [1.0, 0.0], [3.0, 4.5]])
    np.testing.assert_allclose(strokes.distance_to_segments(points, segments), [2.0, 5.0, 0.0, 1.5])


def test_pixel_centres_run_along_rows_first():
    np.testing.assert_allclose(
        strokes.pixel_centres(2), [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]
    )


def test_ink_covers_half_the_width_on_each_side():
    distance = np.array([0.0, 0.04, 0.05, 0.055, 0.06, 0.2])
    np.testing.assert_allclose(
        strokes.ink(distance, 0.1, 0.02), [1, 1, 0.5, 0.25, 0, 0], atol=1e-12
    )


@pytest.mark.parametrize("draw", [images.synthetic_digits, images.faces])
def test_the_same_seed_draws_the_same(draw):
    first, labels = draw(12, 5)
    again, labels_again = draw(12, np.random.default_rng(5))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(labels, labels_again)
    other, _ = draw(12, 6)
    assert (first != other).any()
    assert first.shape == (12, 1, 32, 32)
    assert first.min() >= 0
    assert first.max() <= 1


def test_labels_are_balanced():
    _, digits = images.synthetic_digits(40, 0, size=12)
    assert np.bincount(digits).tolist() == [4] * 10
    _, poses = images.faces(41, 0, size=16)
    assert np.bincount(poses).tolist() == [11, 10, 10, 10]
    assert digits.tolist() != sorted(digits.tolist()), "shuffled"


def ink_of(**knobs) -> float:
    return images.synthetic_digits(30, 0, **knobs)[0].mean()


def extent(X, axis) -> float:
    """Mean share of rows (axis=3) or columns (axis=2) that any ink touches."""
    return (X.max(axis=axis) > 0.5).mean()


def test_each_knob_turns_what_it_says():
    plain, _ = images.synthetic_digits(30, 0)
    small, _ = images.synthetic_digits(30, 0, scale=0.5)
    narrow, _ = images.synthetic_digits(30, 0, squeeze=0.5)
    assert extent(small, 3) < 0.7 * extent(plain, 3)
    assert extent(narrow, 2) < 0.8 * extent(plain, 2)
    assert extent(narrow, 3) == pytest.approx(extent(plain, 3), rel=0.02)
    assert ink_of(stroke=0.18) > 1.6 * ink_of(stroke=0.09)
    assert plain.shape[2:] == (32, 32)
    assert images.synthetic_digits(3, 0, size=20)[0].shape == (3, 1, 20, 20)


def test_noise_replaces_its_share_of_pixels():
    clean, _ = images.synthetic_digits(50, 0)
    noisy, _ = images.synthetic_digits(50, 0, noise=0.3)
    changed = (clean != noisy).mean()
    # Half of the replaced pixels get a value that a black background already had.
    assert 0.12 < changed < 0.19
    full, _ = images.synthetic_digits(50, 0, noise=1.0)
    assert full.mean() == pytest.approx(0.5, abs=0.02)


def test_a_nearest_neighbour_reads_drawn_digits_and_poses():
    """Labels belong to their pictures: a plain classifier gets unseen ones right."""
    for draw, n, least in [(images.synthetic_digits, 600, 0.97), (images.faces, 600, 0.8)]:
        X, y = draw(n, 1, size=16)
        X = X.reshape(n, -1)
        X = X - X.mean(axis=1, keepdims=True)
        train, test = slice(0, 500), slice(500, n)
        squared = ((X[test, None] - X[None, train]) ** 2).sum(axis=2)
        assert (y[train][squared.argmin(axis=1)] == y[test]).mean() >= least


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: images.synthetic_digits(0, 0), "n must be at least 1, got 0"),
        (lambda: images.synthetic_digits(3, 0, size=4), "size must be at least 8, got 4"),
        (lambda: images.synthetic_digits(3, 0, scale=0), "scale must be more than 0, got 0"),
        (lambda: images.synthetic_digits(3, 0, stroke=-1), "stroke must be more than 0, got -1"),
        (lambda: images.synthetic_digits(3, 0, noise=2), "noise must be at least 0 and at most 1"),
        (lambda: images.faces(3, 0, size=8), "size must be at least 16, got 8"),
        (lambda: images.faces(3, "seed"), "rng must be a numpy.random.Generator"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
