"""Threshold nets over the plane: pieces that cover it, and who fires where, as geometry has it."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest
from matplotlib.path import Path

from course_lib.data.points import POLYGONS, in_polygons
from course_lib.perceptron import threshold_network
from course_lib.viz.explorable import bundle
from course_lib.viz.polygon_nets import MAPS, VIEW, fires, polygon_net, polygon_nets, sides


@pytest.fixture(scope="module")
def figure():
    return polygon_nets()


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(0).uniform(*VIEW, (400, 2))


def test_sides_point_inwards():
    W, b = sides(POLYGONS[0])
    np.testing.assert_allclose(np.c_[W, b][0], [-0.4, 1.8, 1.88])
    assert (W @ np.mean(POLYGONS[0], axis=0) + b > 0).all()
    assert ((W @ [3, 3] + b > 0) == [True, False, True]).all()


def test_the_islands_are_where_the_polygons_are(points):
    net = polygon_net(POLYGONS)
    assert [net[name].shape for name in ("W1", "W2", "W3")] == [(7, 2), (2, 7), (1, 2)]
    np.testing.assert_array_equal(threshold_network(net, points), in_polygons(points))
    assert not threshold_network(polygon_net(POLYGONS, needed=2), points).any()
    each = np.column_stack([Path(corners).contains_points(points) for corners in POLYGONS])
    np.testing.assert_array_equal(fires(net, 2, points), each)


def test_each_piece_tells_who_fires_at_every_place_in_it(figure, points):
    for key, frame in figure.frames.items():
        number, choice = map(int, key.split(":"))
        params = MAPS[number][3](choice)
        paths = [Path(face["corners"]) for face in frame["faces"]]
        held = np.column_stack([path.contains_points(points) for path in paths])
        # Corners are rounded, so a place on a border may lie in none or in two.
        clear = held.sum(axis=1) == 1
        assert clear.mean() > 0.98
        here = held[clear].argmax(axis=1)
        for layer in range(1, len(params) // 2 + 1):
            told = np.array([face["on"][layer - 1] for face in frame["faces"]])[here]
            wrong = told != fires(params, layer, points[clear])
            assert wrong.mean() < 0.01, key


def test_the_weights_shown_are_rows_of_theta(figure):
    first, second, third = figure.frames["0:0"]["layers"]
    assert first[0] == [1.88, -0.4, 1.8]
    assert second == [[-2.5, 1, 1, 1, 0, 0, 0, 0], [-3.5, 0, 0, 0, 1, 1, 1, 1]]
    assert third == [[-0.5, 1, 1]]


def test_two_squares_can_be_joined_or_subtracted(figure):
    def outputs(key, squares):
        faces = figure.frames[key]["faces"]
        return {face["on"][2][0] for face in faces if face["on"][1] == squares}

    assert [outputs(f"2:{choice}", [1, 1]) for choice in range(3)] == [{1}, {1}, {0}]
    assert outputs("2:2", [1, 0]) == {1}
    assert outputs("2:2", [0, 0]) == {0}


@pytest.mark.parametrize("key", ["", "0", "99:0", "-1:0", "0:7", "0:-1", "x:0"])
def test_a_key_that_means_nothing(figure, key):
    with pytest.raises(ValueError, match="key must look like"):
        figure.frame(key)


def test_it_is_told_without_a_drawing(figure):
    assert "2-7-2-1 units" in figure.summary()
    assert "fires in 4 of them" in figure.summary()
    assert "<td>2</td><td>1</td><td>1.88 -0.4 1.8</td>" in figure.fallback()


def test_it_adds_little_to_its_page(figure):
    page = figure.to_html() + bundle("polygon_nets")
    assert len(gzip.compress(page.encode())) < 20_000
    assert not re.search(r"^import ", bundle("polygon_nets"), re.MULTILINE)
