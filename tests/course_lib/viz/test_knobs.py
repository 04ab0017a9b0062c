"""The four knobs: the maps and answers are the networks' own, for the digit that is drawn."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import data
from course_lib.conv import LeNet5
from course_lib.viz.explorable import bundle
from course_lib.viz.knobs import DRAWN, HAND, LEVELS, OTHER_HANDS, Knobs, knobs, shades

NETWORKS = {
    "<one>": LeNet5(rng=1, dtype=np.float32),
    "other": LeNet5(rng=2, dtype=np.float32),
}


@pytest.fixture(scope="module")
def figure() -> Knobs:
    return knobs(NETWORKS, (4, 7, 8))


def test_one_knob_turned_is_stored_for_each_digit(figure):
    assert len(figure.frames) == 3 * (1 + 4 + 4 + 4 + 2)
    assert figure.choice == "4:3,2,3,0"
    assert {"8:0,2,3,0", "7:3,0,3,0", "4:3,2,4,0", "4:3,2,3,2"} <= set(figure.frames)


def test_a_frame_is_what_the_networks_make_of_the_drawn_digit(figure):
    frame = figure.frames["7:3,2,0,0"]
    images, labels = data.synthetic_digits(10, HAND, squeeze=0.4)
    image = images[labels == 7]
    assert frame["picture"] == shades(image[0, 0], 0, 1)
    other = NETWORKS["other"]
    for name, maps in other.feature_maps(image).items():
        assert [len(rows) for rows in frame["maps"][name]] == [maps.shape[2]] * maps.shape[1]
        for rows, values in zip(frame["maps"][name], maps[0], strict=True):
            read = np.array([[LEVELS.index(letter) for letter in row] for row in rows])
            np.testing.assert_allclose(read / 4.5 - 1, values, atol=0.112)
    np.testing.assert_array_equal(frame["says"][1], np.rint(100 * other.forward(image)[0]))
    drawn, labels = data.synthetic_digits(DRAWN, OTHER_HANDS, squeeze=0.4)
    right = [(network.predict(drawn) == labels).sum() for network in NETWORKS.values()]
    assert frame["right"] == right


def test_shades_are_the_nearest_of_ten_levels():
    assert shades(np.array([[0, 1], [0.55, 7]]), 0, 1) == ["09", "59"]
    assert shades(np.array([[-1, 0.12, 1]]), -1, 1) == ["059"]


def test_python_answers_for_two_knobs_at_once():
    figure = knobs({"one": NETWORKS["other"]}, (3,))
    figure.wanted = "3:0,0,3,0"
    assert figure.choice == "3:0,0,3,0"
    assert figure.frames["3:0,0,3,0"]["picture"] != figure.frames["3:0,2,3,0"]["picture"]


@pytest.mark.parametrize("key", ["", "7", "7:1,2", "x:3,2,3,0", "10:3,2,3,0", "7:3,2,3,3"])
def test_a_key_that_means_nothing(figure, key):
    with pytest.raises(ValueError, match="key must look like"):
        figure.frame(key)


def test_answers_are_told_without_a_drawing(figure):
    says, right = (figure.frames[figure.choice][name] for name in ("says", "right"))
    told = f"says {int(np.argmax(says[0]))} ({max(says[0])} %), reads {right[0]} of {DRAWN} digits"
    assert f"&lt;one&gt;: {told}" in figure.fallback()
    assert "A 4 with scale 1, stroke 0.09, squeeze 1, noise 0." in figure.summary()


def test_other_networks_are_refused():
    with pytest.raises(ValueError, match="at least one network"):
        knobs({})
    with pytest.raises(ValueError, match="ten digits of 32 x 32 pixels, got, for 'four', LeNet5"):
        knobs({"four": LeNet5(4)})


def test_it_adds_at_most_150_kilobytes_to_its_page(figure):
    page = figure.to_html() + bundle("knobs")
    print(len(gzip.compress(page.encode())))
    assert len(gzip.compress(page.encode())) < 150_000
    assert not re.search(r"^import ", bundle("knobs"), re.MULTILINE)
