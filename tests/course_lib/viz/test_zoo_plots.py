"""The pictures of the zoo show energies, weights, centres, and every network's name."""

import re

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib import data
from course_lib.viz import chart as charts
from course_lib.viz import zoo as draw
from course_lib.zoo import RBM, Hopfield, RBFNetwork
from tests.course_lib.viz.reading import count_styled, fits_a_page, greys, letters

PATTERN = np.array([1, -1, 1, 1, -1, -1.0])
NET = Hopfield(6).fit([PATTERN])


def test_recall_shows_states_and_falling_energies():
    start = PATTERN * [-1, 1, 1, 1, -1, 1]
    _, states = NET.recall(start, trace=True)
    picture = draw.recall(NET, start, (2, 3))
    fits_a_page(picture)
    assert len(states) == 3
    np.testing.assert_array_equal(greys(picture), (states.reshape(-1, 2, 3) + 1) / 2)
    energies = [NET.energy(state) for state in states]
    told = " ".join(letters(picture))
    assert re.findall(r"E = (\S+)", told) == [f"{energy:.4g}" for energy in energies]
    assert "start" in told
    assert "1 flip " in told
    assert "2 flips" in told
    assert "settles after 2 flips; its energy falls:" in picture.alt


def test_a_pattern_at_rest_is_one_picture():
    assert len(greys(draw.recall(NET, PATTERN, (2, 3)))) == 1


def test_a_long_recall_shows_five_of_its_states():
    rng = np.random.default_rng(0)
    net = Hopfield(64).fit(np.where(rng.random((2, 64)) < 0.5, -1, 1))
    start = np.where(rng.random(64) < 0.5, -1, 1)
    _, states = net.recall(start, trace=True)
    assert len(states) > 6
    shown = greys(draw.recall(net, start, (8, 8)))
    assert len(shown) == 5
    np.testing.assert_array_equal(shown[0], (start.reshape(8, 8) + 1) / 2)
    np.testing.assert_array_equal(shown[-1], (states[-1].reshape(8, 8) + 1) / 2)


def test_filters_are_the_weights():
    rbm = RBM(6, 4, rng=1)
    picture = draw.filters(rbm, (3, 2), columns=2)
    fits_a_page(picture)
    W = rbm.params["W"]
    peak = np.abs(W).max()
    expected = ((W + peak) / (2 * peak)).reshape(4, 3, 2)
    np.testing.assert_allclose(greys(picture), expected, atol=0.01)
    assert f"between {W.min():.3g} (black) and {W.max():.3g} (white)" in picture.alt


def test_bells_have_a_circle_each():
    X, y = data.rings(60, 0)
    net = RBFNetwork(5, width=0.8).fit(X, y)
    picture = draw.bells(net, X, y)
    fits_a_page(picture, most=110_000)
    assert count_styled(picture, "fill: none", "stroke-dasharray") == 5
    assert "5 crosses are the centres of the bells, the dotted circles their width 0.8." in (
        picture.alt
    )
    right = np.count_nonzero(net.predict(X) == y)
    assert f"It answers {right} of 60 points rightly." in picture.alt


def test_chart_names_every_network_and_every_kind_of_unit():
    picture = charts.chart()
    fits_a_page(picture, most=60_000)
    found = letters(picture)
    for network in charts.NETWORKS:
        assert f"{network.name}, {network.chapter}" in " ".join(found)
        assert f"{network.name}, chapter {network.chapter}" in picture.alt
    assert {unit.name for unit in charts.UNITS.values()} <= set(found)
    assert len({(unit.marker, kind in charts.HOLLOW) for kind, unit in charts.UNITS.items()}) >= 7
    kinds = set("".join("".join(network.layers) for network in charts.NETWORKS))
    assert kinds == set(charts.UNITS)


def test_chart_draws_a_line_for_every_pair_that_is_joined():
    one = charts.chart([charts.Network("one", 1, ("ii", "hhh", "o"))])
    ring = charts.chart([charts.Network("ring", 1, ("pppp",), ring=True)])
    for picture, joined in ((one, 2 * 3 + 3), (ring, 6)):
        lines = re.findall(r'<path d="([^"]+)"[^>]*stroke-opacity: 0.4', picture.svg)
        assert sum(line.count("M ") for line in lines) == joined


BAD = [
    (lambda: draw.recall(3, PATTERN, (2, 3)), TypeError, "net must be a Hopfield, got int"),
    (lambda: draw.recall(NET, PATTERN[:5], (2, 3)), ValueError, r"x must have shape \(6,\)"),
    (lambda: draw.recall(NET, PATTERN, (2, 2)), ValueError, "shape must hold the 6 numbers"),
    (lambda: draw.filters(3, (2, 3)), TypeError, "rbm must be an RBM, got int"),
    (lambda: draw.filters(RBM(6, 2), (2, 2)), ValueError, "shape must hold the 6 numbers"),
    (lambda: draw.bells(3, [[0, 0]], [1]), TypeError, "net must be an RBFNetwork, got int"),
    (lambda: draw.bells(RBFNetwork(1), [[0, 0]], [1]), ValueError, "must be fitted to classes"),
    (
        lambda: draw.bells(RBFNetwork(1).fit([[0.0]], [1]), [[0, 0]], [1]),
        ValueError,
        "points in the plane",
    ),
    (lambda: charts.chart([]), TypeError, "networks must be a sequence of Network"),
    (lambda: charts.chart(["RBF"]), TypeError, "networks must be a sequence of Network"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
