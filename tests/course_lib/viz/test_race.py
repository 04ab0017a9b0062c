"""The race: each way is its optimiser's own, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib.train import descend
from course_lib.viz.explorable import bundle
from course_lib.viz.race import BEST, RATES, RULES, race
from course_lib.viz.surfaces import SURFACES, Surface

BOWL = Surface(lambda x, y: x**2 + 3 * y**2, ((-3, 3), (-2, 2)), ((-2, 1), (1, 1.5)), (0, 0))


@pytest.fixture(scope="module")
def whole():
    return race()


@pytest.fixture
def small():
    return race({"<bowl>": BOWL}, steps=8)


def test_a_frame_is_the_way_of_each_rule(small):
    frame = small.frames["0:1:2"]
    for (name, rule), path, heights in zip(
        RULES.items(), frame["paths"], frame["heights"], strict=True
    ):
        way = descend(BOWL.f, (1, 1.5), rule(RATES[2]), 8)
        np.testing.assert_allclose(path, way, atol=5.1e-4, err_msg=name)
        np.testing.assert_allclose(heights, way[:, 0] ** 2 + 3 * way[:, 1] ** 2, rtol=0.006)


def test_the_best_rate_is_that_of_the_lowest_way(small):
    best = small.frames[f"0:0:{BEST}"]
    assert len(set(best["rates"])) > 1
    for k, rate in enumerate(best["rates"]):
        means = {}
        for number, tried in enumerate(RATES):
            heights = small.frames[f"0:0:{number}"]["heights"][k]
            means[tried] = np.mean(heights) if len(heights) == 9 else np.inf
        assert means[rate] == min(means.values())
        assert best["paths"][k] == small.frames[f"0:0:{RATES.index(rate)}"]["paths"][k]


def test_who_is_lost_stops(whole):
    """Plain descent with this rate climbs out of the long valley: 0.1 is above 2 / 25."""
    frame = whole.frames["0:0:2"]
    ends = dict(zip(RULES, map(len, frame["paths"]), strict=True))
    assert ends["SGD"] < 61
    assert ends["Adam"] == 61
    assert abs(frame["paths"][0][-1][1]) > 6 > abs(frame["paths"][0][-2][1])
    whole.choice = "0:0:2"
    assert whole.results()[0] == ("SGD", 0.1, None)
    assert "SGD lost" in whole.summary()
    whole.choice = f"0:0:{BEST}"


@pytest.mark.parametrize("name", SURFACES)
def test_the_lowest_point_is_the_lowest(name):
    surface = SURFACES[name]
    axes = [np.linspace(low, high, 301) for low, high in surface.limits]
    assert surface.above_ground(np.stack(np.meshgrid(*axes), axis=-1)).min() > -1e-9
    assert surface.above_ground(surface.lowest) == 0
    assert not any(surface.is_lost(start) for start in surface.starts)


def test_level_lines_enclose_what_is_lower(whole):
    for told, surface in zip(whole.settings["surfaces"], SURFACES.values(), strict=True):
        lowest = [
            surface.above_ground(np.concatenate(rings)).max() for rings in told["levels"] if rings
        ]
        assert len(lowest) >= 11
        assert lowest == sorted(lowest)


def test_python_answers_for_what_is_not_stored(small):
    small.frames = {key: frame for key, frame in small.frames.items() if key != "0:1:0"}
    small.wanted = "0:1:0"
    assert small.choice == "0:1:0"
    assert small.frames["0:1:0"]["rates"] == [0.01] * 6


@pytest.mark.parametrize("key", ["", "0", "0:0", "1:0:0", "0:2:0", "0:0:6", "-1:0:0", "0:x:0"])
def test_a_key_that_means_nothing(small, key):
    with pytest.raises(ValueError, match='key must look like "0:1:2", got'):
        small.frame(key)


def test_surfaces_are_needed():
    with pytest.raises(TypeError, match="at least one Surface"):
        race({})
    with pytest.raises(ValueError, match="steps must be at least 1"):
        race(steps=0)


def test_heights_are_told_without_a_drawing(small):
    rule, rate, height = small.results()[0]
    assert f"<th>{rule}</th><td>{rate:g}</td><td>{height:.3g}</td>" in small.fallback()
    assert "&lt;bowl&gt;" in small.fallback()
    assert "<bowl>" not in small.fallback()


def test_it_adds_a_bearable_amount_to_its_page(whole):
    page = whole.to_html() + bundle("race")
    assert len(gzip.compress(page.encode())) < 150_000
    assert not re.search(r"^import ", bundle("race"), re.MULTILINE)
