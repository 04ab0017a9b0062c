"""The latent plane: its pictures are the networks' own, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

pytest.importorskip("sklearn")

from course_lib import data
from course_lib.autoencoder import Autoencoder
from course_lib.vae import VAE
from course_lib.viz.explorable import bundle
from course_lib.viz.latent_plane import LEVELS, TICKS, latent_plane, learned_plane, nearest_digits


@pytest.fixture(scope="module")
def plane():
    return latent_plane()


@pytest.fixture(scope="module")
def digits():
    images, labels = data.digits()
    order = np.random.default_rng(0).permutation(len(images))[:1000]
    return images[order].reshape(1000, 64), labels[order]


def greys(picture):
    return np.array([LEVELS.index(level) for level in picture]) / (len(LEVELS) - 1)


def test_pictures_are_decoded_and_numerals_encoded_by_the_vae(plane, digits):
    X, labels = digits
    vae = VAE(64, 128, 2, rng=1, dtype=np.float32).fit(X, epochs=60, lr=3e-3, rng=1)
    frame = plane.frames["0:1"]
    assert len(frame["pictures"]) == len(TICKS) ** 2
    for column, row in ((0, 0), (3, 20), (24, 7)):
        (expected,) = vae.decode([[TICKS[column], TICKS[row]]])
        picture = greys(frame["pictures"][row * len(TICKS) + column])
        np.testing.assert_allclose(picture, expected, atol=0.02)
    for i in (0, 57, 199):
        np.testing.assert_allclose(frame["points"][i][:2], vae.encode(X[[i]])[0][0], atol=0.01)
        assert frame["points"][i][2] == labels[i]


def test_codes_of_the_plain_autoencoder_are_shifted_and_stretched_and_back():
    X = np.random.default_rng(0).random((30, 5))
    codes, decode = learned_plane("plain autoencoder", 3, X)
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(codes.std(axis=0), 1, atol=1e-5)
    plain = Autoencoder([5, 128, 2, 128, 5], rng=3, dtype=np.float32)
    plain.fit(X, epochs=60, lr=5e-3, rng=3)
    np.testing.assert_allclose(decode(codes), plain.decode(plain.encode(X)), atol=1e-5)


def test_nearest_digits_by_looking_at_all():
    rng = np.random.default_rng(0)
    pictures, X = rng.random((4, 6)), rng.random((9, 6))
    nearest, far = nearest_digits(pictures, X)
    all_far = np.linalg.norm(pictures[:, None] - X, axis=2)
    np.testing.assert_array_equal(nearest, all_far.argmin(axis=1))
    np.testing.assert_allclose(far, all_far.min(axis=1))


def test_nearest_is_told_for_the_picture_of_the_same_place(plane, digits):
    X, labels = digits
    frame = plane.frames["1:0"]
    for place in (0, 100, 333):
        far = np.linalg.norm(greys(frame["pictures"][place]) - X, axis=1)
        assert labels[far.argmin()] == frame["nearest"][place]
        assert far.min() == pytest.approx(frame["far"][place], abs=0.1)


def test_python_answers_for_a_start_that_is_not_stored(plane):
    plane.wanted = "0:7"
    assert plane.choice == "0:7"
    assert plane.frames["0:7"]["pictures"] != plane.frames["0:0"]["pictures"]
    plane.frames = {key: frame for key, frame in plane.frames.items() if key != "0:7"}
    plane.choice = "0:0"


@pytest.mark.parametrize("key", ["", "0", "x:0", "2:0", "0:-1", "0:0:0"])
def test_a_key_that_means_nothing(plane, key):
    with pytest.raises(ValueError, match='key must look like "0:1", got'):
        plane.frame(key)


def test_the_plane_is_told_without_a_drawing(plane):
    side = len(TICKS)
    column, row = np.flatnonzero(TICKS == 1)[0], np.flatnonzero(TICKS == -2)[0]
    label = plane.frames["0:0"]["nearest"][row * side + column]
    assert plane.rows()[-1][3] == label
    cells = "".join(f"<td>{n}</td>" for n in plane.rows()[-1])
    assert f"<th>-2</th>{cells}" in plane.fallback()
    assert "variational autoencoder" in plane.summary()


def test_it_adds_a_bearable_amount_to_its_page(plane):
    page = plane.to_html() + bundle("latent_plane")
    assert len(gzip.compress(page.encode())) < 120_000
    assert not re.search(r"^import ", bundle("latent_plane"), re.MULTILINE)
