"""The perceptron that learns: each step is the rule's, and the end is that of a plain fit."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib.perceptron import Perceptron
from course_lib.viz.explorable import bundle
from course_lib.viz.perceptron import EPOCHS, learning, met


@pytest.fixture(scope="module")
def figure():
    return learning()


def test_every_step_follows_the_rule(figure):
    for key, frame in figure.frames.items():
        X, y = figure.examples[int(key[0])]
        w, b = np.zeros(2), 0.0
        for step, i in enumerate(frame["order"]):
            np.testing.assert_allclose([*frame["w"][step], frame["b"][step]], [*w, b], atol=1e-5)
            z = w @ X[i] + b
            assert frame["z"][step] == pytest.approx(z, abs=1e-5)
            assert frame["said"][step] == int(z > 0)
            w, b = w + (y[i] - int(z > 0)) * X[i], b + y[i] - int(z > 0)
        np.testing.assert_allclose([*frame["w"][-1], frame["b"][-1]], [*w, b], atol=1e-5)


def test_a_shuffled_run_is_that_of_fit(figure):
    X, y = figure.examples[1]
    unit = Perceptron(2).fit(X, y, EPOCHS, rng=3)
    frame = figure.frames["1:3"]
    assert frame["mistakes"] == unit.mistakes
    assert [*frame["w"][-1], frame["b"][-1]] == [*unit.params["w"], *unit.params["b"]]
    assert frame["order"] != sorted(frame["order"])


def test_as_listed_or_is_learned_and_xor_goes_round_in_circles(figure):
    assert figure.frames["0:0"]["mistakes"] == [1, 2, 1, 0]
    xor = figure.frames["2:0"]
    assert xor["mistakes"][:3] == [2, 3, 4]
    assert len(xor["mistakes"]) == EPOCHS
    assert xor["w"][8] == xor["w"][12]


def test_examples_of_ones_own_and_an_order_that_is_not_stored():
    figure = learning({"<mine>": ([[0, 2], [3, 0]], [1, 0])})
    figure.wanted = "0:17"
    assert figure.frames["0:17"]["mistakes"][-1] == 0
    assert "&lt;mine&gt;: " in figure.fallback()
    assert "It has learned" in figure.summary()


@pytest.mark.parametrize("key", ["", "0", "9:0", "0:-1", "x:0"])
def test_a_key_that_means_nothing(figure, key):
    with pytest.raises(ValueError, match="key must look like"):
        figure.frame(key)


def test_what_it_cannot_draw_is_refused():
    with pytest.raises(ValueError, match="at least one set of points"):
        learning({})
    with pytest.raises(ValueError, match="X of 'three'"):
        learning({"three": ([[1, 2, 3]], [1])})
    with pytest.raises(ValueError, match="y of 'plus and minus'"):
        learning({"plus and minus": ([[1, 2], [2, 1]], [1, -1])})


def test_met_tells_the_state_after_each_example():
    learned, order, after = met([[1.0], [-1.0]], [0, 1])
    assert order == [0, 1] * len(learned.mistakes)
    assert [unit.params["w"][0] for unit in after] == [0, 0, -1, -1, -1]
    assert [unit.params["b"][0] for unit in after][:3] == [0, 0, 1]


def test_it_adds_little_to_its_page(figure):
    page = figure.to_html() + bundle("perceptron")
    assert len(gzip.compress(page.encode())) < 20_000
    assert not re.search(r"^import ", bundle("perceptron"), re.MULTILINE)
