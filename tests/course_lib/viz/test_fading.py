"""A night forward and back: the frames are the layer's own, and tell where the gradient goes."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.viz.explorable import bundle
from course_lib.viz.fading import HOURS, WEIGHTS, fading

TWO = {"<one>": [1.0, 0.0, -0.5, 0.2], "two": [0.0, 0.3, 0.0, 0.0]}


def last_state(heard, W):
    h = 0.0
    for x in heard:
        h = np.tanh(x + W * h)
    return h


@pytest.mark.parametrize("W", [-1.5, 0.75, 2.0])
def test_a_frame_is_the_unit_and_its_slopes(W):
    frame = fading(TWO, [W]).frames[f"0:{W:g}"]
    x = np.array(TWO["<one>"])
    states = [last_state(x[:t], W) for t in range(5)]
    np.testing.assert_allclose(frame["h"], states, rtol=1e-5)
    slopes = gradcheck.numerical_gradient(lambda x: last_state(x, W), x)
    np.testing.assert_allclose(frame["dz"], slopes, rtol=1e-4)
    slope = gradcheck.numerical_gradient(lambda W: last_state(x, W[0]), np.array([W]))
    np.testing.assert_allclose(frame["dW"], slope[0], rtol=1e-4)
    np.testing.assert_allclose(frame["dU"], slopes @ x, rtol=1e-4)
    np.testing.assert_allclose(frame["db"], slopes.sum(), rtol=1e-4)


def test_each_night_is_stored_with_each_weight():
    night = fading()
    assert len(night.frames) == len(night.settings["nights"]) * len(WEIGHTS)
    assert {len(x) for x in night.settings["inputs"]} == {HOURS}
    assert night.choice == "0:1"
    assert fading(TWO, [0.5, 2]).choice == "0:0.5"


def test_the_gradient_vanishes_or_explodes():
    frames = fading().frames
    quiet = fading().settings["nights"].index("a quiet night")
    assert frames[f"{quiet}:2"]["dz"] == [2**k for k in reversed(range(HOURS))]
    assert frames["0:0.5"]["dz"][0] < 0.001
    assert frames["0:2"]["h"][-1] > 0.95
    assert frames["0:2"]["dz"][0] < 1e-6


def test_python_answers_for_another_weight():
    night = fading(TWO, [1.0])
    night.wanted = "1:0.3"
    assert night.choice == "1:0.3"
    np.testing.assert_allclose(night.frames["1:0.3"]["h"][-1], last_state(TWO["two"], 0.3), 1e-5)


@pytest.mark.parametrize("key", ["", "0", "2:1", "-1:1", "a:1", "0:b", "0:nan", "0:1:2"])
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match='key must look like "0:1.5"'):
        fading(TWO, [1.0]).frame(key)


def test_nights_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="at least one night"):
        fading({})
    with pytest.raises(ValueError, match="the hours"):
        fading({"long": np.zeros(17)})
    with pytest.raises(ValueError, match="shape"):
        fading({"one": [1.0, 0.0], "other": [1.0]})
    with pytest.raises(ValueError, match="at least one number"):
        fading(TWO, [])


def test_a_night_is_told_without_a_drawing():
    page = fading().fallback()
    assert "<tr><th>1</th><td>1</td><td>0.7616</td><td>0.04091</td></tr>" in page
    assert "With W = 1 the gradient is 0.873 in the last hour and 0.0409 in the first." in page


def test_it_adds_little_to_its_page():
    page = fading().to_html() + bundle("fading")
    assert len(gzip.compress(page.encode())) < 30_000
    assert not re.search(r"^import ", bundle("fading"), re.MULTILINE)
