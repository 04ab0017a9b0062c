"""The pictures of models that make data: latent spaces, samples, terms of a loss, two players."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib.gan import GAN
from course_lib.vae import VAE
from course_lib.viz import generative as draw
from tests.course_lib.viz.reading import count_styled, fits_a_page, greys, letters

rng = np.random.default_rng(0)
REAL, FAKE = rng.normal(size=(9, 2)), rng.normal(size=(5, 2)) + 3


def gan():
    model = GAN(2, 4, 2, rng=1)
    model.params["D_W3"] *= 20  # sure of itself somewhere
    return model


def test_latent_space_tells_where_each_label_lies():
    z, labels = np.array([[1.0, 2], [3, 4], [-1, 0]]), [7, 7, 2]
    picture = draw.latent_space(z, labels)
    fits_a_page(picture)
    assert picture.alt == (
        "3 points of a latent plane by label: 2 around (-1, 0), 7 around (2, 3)."
    )
    seven = draw.latent_space(z, [7, 7, 7]).svg
    assert seven != draw.latent_space(z, [3, 3, 3]).svg  # of one colour, yet another shape


def test_samples_are_the_pictures():
    X = rng.random((5, 6))
    picture = draw.samples(X, (3, 2), columns=4)
    fits_a_page(picture)
    expected = (X - X.min()) / (X.max() - X.min())
    np.testing.assert_allclose(greys(picture), expected.reshape(5, 3, 2), atol=0.01)
    assert picture.alt.startswith("5 pictures of 3 by 2 pixels that the model made, values from")


def test_decoded_plane_has_z1_to_the_right_and_z2_upwards():
    vae = VAE(4, 6, 2, rng=2)
    picture = draw.decoded_plane(vae, (2, 2), side=3, reach=1.5)
    fits_a_page(picture)
    places = [(z1, z2) for z2 in (1.5, 0, -1.5) for z1 in (-1.5, 0, 1.5)]
    images = vae.decode(places)
    expected = (images - images.min()) / (images.max() - images.min())
    np.testing.assert_allclose(greys(picture), expected.reshape(9, 2, 2), atol=0.01)
    assert letters(picture) == ["z₁ = -1.5", "z₁ = 0", "z₁ = 1.5"]


def test_elbo_is_the_sum_of_its_terms():
    picture = draw.elbo([40.0, 30.0, 25.0], [1.0, 3.0, 4.5])
    fits_a_page(picture)
    assert picture.alt == (
        "−ELBO: from 41 to 29.5 in 3 epochs. reconstruction: from 40 to 25 in 3 epochs. "
        "KL: from 1 to 4.5 in 3 epochs."
    )
    assert {"−ELBO", "reconstruction", "KL", "nats", "epoch"} <= set(letters(picture))


def test_players_are_drawn_beside_the_equilibrium():
    picture = draw.players({"d_loss": [1.2, 1.38], "g_loss": [0.9, 0.7]})
    fits_a_page(picture)
    assert "discriminator: from 1.2 to 1.38 in 2 epochs." in picture.alt
    assert "generator: from 0.9 to 0.7 in 2 epochs." in picture.alt
    assert {"2 log 2", "log 2", "discriminator", "generator"} <= set(letters(picture))


def test_real_and_fake_are_told_apart_by_shape():
    picture = draw.real_and_fake(REAL, FAKE)
    fits_a_page(picture)
    middle = FAKE.mean(axis=0)
    assert f"5 generated points around ({middle[0]:.2g}, {middle[1]:.2g})" in picture.alt
    assert picture.alt.startswith("9 real points around")
    assert {"real", "generated"} <= set(letters(picture))
    assert count_styled(picture, "fill: none", "stroke: #0072b2") > 0
    assert count_styled(picture, "stroke: #d55e00") > 0


def test_discriminator_tells_its_probabilities():
    model = gan()
    picture = draw.discriminator(model, REAL, FAKE)
    fits_a_page(picture, most=100_000)
    means = model.discriminate(REAL).mean(), model.discriminate(FAKE).mean()
    assert f"9 real points {means[0]:.2f} on average" in picture.alt
    assert f"5 generated ones {means[1]:.2f}." in picture.alt
    model.params["D_W3"] *= 0  # even everywhere: no line
    assert "from 0.50 to 0.50" in draw.discriminator(model, REAL, FAKE).alt


BAD = [
    (lambda: draw.latent_space([[1, 2, 3]], [0]), ValueError, r"z must have shape \(N, 2\)"),
    (lambda: draw.latent_space([[1, 2]], [10]), ValueError, r"labels must be in 0\.\.9, got 10"),
    (lambda: draw.latent_space(np.ones((0, 2)), []), ValueError, "z must hold at least one point"),
    (lambda: draw.samples([[1, 2]], (1, 3)), ValueError, "shape must hold the 2 numbers"),
    (lambda: draw.samples(np.ones((0, 2)), (1, 2)), ValueError, "X must hold at least one picture"),
    (lambda: draw.decoded_plane(3, (2, 2)), TypeError, "vae must be a VAE, got int"),
    (lambda: draw.decoded_plane(VAE(4, 2, 3), (2, 2)), ValueError, "2 latent dimensions, got 3"),
    (
        lambda: draw.decoded_plane(VAE(4, 2, 2), (2, 2), side=13),
        ValueError,
        "side must be between 2 and 12, got 13",
    ),
    (
        lambda: draw.decoded_plane(VAE(4, 2, 2), (2, 2), reach=0),
        ValueError,
        "reach must be more than 0",
    ),
    (lambda: draw.elbo([1, 2], [1]), ValueError, r"kl must have shape \(2,\), got \(1,\)"),
    (lambda: draw.elbo([1], [-1]), ValueError, "kl must not be negative"),
    (lambda: draw.players({"loss": [1]}), ValueError, "history must hold d_loss and g_loss, got"),
    (lambda: draw.real_and_fake(REAL, [[1]]), ValueError, r"fake must have shape \(M, 2\)"),
    (lambda: draw.real_and_fake(REAL[:0], FAKE), ValueError, "real must hold at least one point"),
    (lambda: draw.discriminator(3, REAL, FAKE), TypeError, "gan must be a GAN, got int"),
    (
        lambda: draw.discriminator(GAN(2, 2, 3), REAL, FAKE),
        ValueError,
        "gan must make points of the plane, got data of length 3",
    ),
    (
        lambda: draw.discriminator(gan(), REAL, FAKE[:0]),
        ValueError,
        "fake must hold at least one point",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
