"""The forgery: its frames are the game's own, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib.gan import GAN
from course_lib.viz.explorable import bundle
from course_lib.viz.forgery import (
    COINS,
    EDGES,
    EPOCHS,
    FAKES,
    WatchedGAN,
    best_discriminator,
    forgery,
    purse,
    shares,
)


@pytest.fixture(scope="module")
def game():
    return forgery()


def test_the_purse_holds_two_kinds():
    weights = purse(20_000, 0)[:, 0]
    light = weights[weights < 4.1]
    assert len(light) / 20_000 == pytest.approx(0.6, abs=0.02)
    assert light.mean() == pytest.approx(2.8, abs=0.02)
    assert weights[weights > 4.1].mean() == pytest.approx(5.5, abs=0.02)
    np.testing.assert_array_equal(purse(5, 3), purse(5, np.random.default_rng(3)))


def test_watching_does_not_change_the_game():
    X, seen = purse(50, 0), []
    watched = WatchedGAN(2, 3, 1, rng=1, turns=3, watch=lambda: seen.append(watched.sample(4, 0)))
    watched.fit(X, epochs=4, batch_size=20, rng=2)
    plain = GAN(2, 3, 1, rng=1).fit(X, epochs=4, batch_size=20, rng=2)
    assert len(seen) == 5
    np.testing.assert_array_equal(seen[-1], plain.sample(4, 0))
    assert watched.history == plain.history


@pytest.mark.parametrize(
    ("key", "kind", "blur"),
    [("0:1", "nonsaturating", 0.5), ("1:0", "minimax", 0.5), ("2:1", "nonsaturating", 0.0)],
)
def test_the_last_epoch_is_that_of_the_plain_game(game, key, kind, blur):
    start = int(key[-1])
    gan = GAN(8, 64, 1, rng=start, dtype=np.float32)
    gan.fit(purse(COINS, 0), EPOCHS, 1e-3, 200, start, kind=kind, blur=blur)
    frame = game.frames[key]
    fakes = gan.sample(FAKES, 2)
    counts = np.histogram(fakes, EDGES)[0]
    np.testing.assert_allclose(frame["fake"][-1], counts / 4, atol=1.6)
    middles = (EDGES[:-1] + EDGES[1:])[:, None] / 2
    np.testing.assert_allclose(frame["says"][-1], 100 * gan.discriminate(middles), atol=0.6)
    assert frame["means"][-1][1] == pytest.approx(gan.discriminate(fakes).mean(), abs=0.006)


def test_every_epoch_is_shown_and_fakes_come_near(game):
    for frame in game.frames.values():
        for name in ("fake", "says", "best", "means", "apart"):
            assert len(frame[name]) == EPOCHS + 1
        assert frame["apart"][0] > 0.3
        assert np.mean(frame["apart"][-10:]) < 0.22
        real, fake = np.array(frame["real"]), np.array(frame["fake"][20])
        assert frame["apart"][20] == pytest.approx(
            np.maximum(real - fake, 0).sum() / 1000, abs=0.03
        )


def test_the_best_discriminator_by_hand():
    real, fake = np.array([0.5, 0.25, 0.25, 0.001]), np.array([0.25, 0.25, 0.5, 0])
    assert best_discriminator(real, fake) == [67, 50, 33, None]


def test_shares_leave_out_what_lies_beyond():
    found = shares(np.array([-5.0, 1.01, 1.02, 99.0]))
    assert found[0] == 0.5
    assert found.sum() == 0.5


def test_python_answers_for_a_start_that_is_not_stored(game):
    game.wanted = "0:5"
    assert game.choice == "0:5"
    assert game.frames["0:5"]["fake"] != game.frames["0:0"]["fake"]
    game.frames = {key: frame for key, frame in game.frames.items() if key != "0:5"}
    game.choice = "0:0"


@pytest.mark.parametrize("key", ["", "0", "x:0", "3:0", "0:-1", "0:0:0"])
def test_a_key_that_means_nothing(game, key):
    with pytest.raises(ValueError, match='key must look like "1:0", got'):
        game.frame(key)


def test_the_game_is_told_without_a_drawing(game):
    real, fake = game.frames["0:0"]["means"][EPOCHS]
    last = f"The detective says {real:.2f} of real coins and {fake:.2f} of fakes."
    assert last in game.summary()
    assert f"<li>Epoch {EPOCHS}: " in game.fallback()
    assert last in game.fallback()


def test_it_adds_a_bearable_amount_to_its_page(game):
    page = game.to_html() + bundle("forgery")
    assert len(gzip.compress(page.encode())) < 100_000
    assert not re.search(r"^import ", bundle("forgery"), re.MULTILINE)
