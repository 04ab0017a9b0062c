"""The sliding filter: its frames are course_lib's convolutions, place by place."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import layers
from course_lib.viz.explorable import bundle
from course_lib.viz.sliding import KERNELS, sliding

FIGURE = sliding()


def test_maps_and_products_are_those_of_the_slide():
    assert len(FIGURE.frames) == 3 * 5 * 3 * 3
    for key, frame in FIGURE.frames.items():
        ink, kernel, padding, stride = key.split(":")
        picture = np.array(list(ink), float).reshape(1, 6, 6)
        weights = np.array(list(KERNELS.values())[int(kernel)], float)[None, None]
        expected = layers.conv2d_slide(picture, weights, [0], int(stride), int(padding))[0]
        np.testing.assert_array_equal(frame["map"], expected)
        np.testing.assert_array_equal(np.sum(frame["products"], axis=1), expected.ravel())
        assert np.shape(frame["picture"]) == (6 + 2 * int(padding),) * 2
        assert np.sum(frame["picture"]) == ink.count("1")


def test_python_answers_for_a_picture_of_ones_own():
    figure = sliding()
    key = f"{'1' + 35 * '0'}:3:0:1"
    figure.wanted = key
    assert figure.choice == key
    assert figure.frames[key]["map"] == [[1, 0, 0, 0], [0] * 4, [0] * 4, [0] * 4]
    assert figure.frames[key]["products"][0] == [1, 0, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "key",
    ["", "01:0:0:1", f"{36 * '2'}:0:0:1", f"{36 * '0'}:9:0:1", f"{36 * '0'}:0:0", "x:y:z:w"]
    + [f"{36 * '0'}:{rest}" for rest in ("-1:0:1", "0:3:1", "0:0:0", "0:0:4")],
)
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match="key must look like"):
        FIGURE.frame(key)


def test_the_map_is_told_without_a_drawing():
    told = FIGURE.fallback()
    assert "<tr><td>2</td><td>1</td><td>-2</td><td>-1</td></tr>" in told
    assert "a map of 4 by 4, from -2 to 2" in told
    assert FIGURE.summary() in told.replace("&quot;", '"')


def test_it_adds_little_to_its_page():
    page = FIGURE.to_html() + bundle("sliding")
    assert len(gzip.compress(page.encode())) < 15_000
    assert not re.search(r"^import ", bundle("sliding"), re.MULTILINE)
