"""The Hopfield recall: its frames are the network's own, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib.viz.explorable import bundle
from course_lib.viz.hopfield import STAMPS, damaged, hopfield, stamps
from course_lib.zoo import Hopfield


@pytest.fixture(scope="module")
def memory():
    return hopfield()


def replayed(key, frame):
    """The states of a frame, made of its start and its flips."""
    states = [np.array([1.0 if pixel == "1" else -1.0 for pixel in key.split(":")[1]])]
    for unit in frame["flips"]:
        states.append(states[-1].copy())
        states[-1][unit] *= -1
    return np.array(states)


def test_stamps_are_different_pictures():
    pictures = stamps()
    assert pictures.shape == (len(STAMPS), 64)
    assert set(np.unique(pictures)) == {-1, 1}
    alike = pictures @ pictures.T / 64
    assert np.abs(alike - np.eye(len(STAMPS))).max() < 0.5


def test_damage_hits_as_many_pixels_as_it_says():
    stamp = stamps(2)[1]
    ruined = damaged(stamp)
    hit = {name: int((state != stamp).sum()) for name, state in ruined.items()}
    assert [hit[name] for name in ("nothing", "1 pixel in 10", "3 pixels in 10")] == [0, 6, 19]
    assert hit["negative"] == 64
    assert (ruined["lower half gone"][32:] == -1).all()
    np.testing.assert_array_equal(ruined["lower half gone"][:32], stamp[:32])


@pytest.mark.parametrize("count", [1, 3, 8])
def test_a_frame_is_the_recall_of_its_start(memory, count):
    stored = stamps(count)
    net = Hopfield(64).fit(stored)
    for start in memory.settings["starts"][count - 1]:
        key = f"{count}:{start}"
        frame = memory.frames[key]
        states = replayed(key, frame)
        np.testing.assert_array_equal(states[-1], net.recall(states[0]))
        np.testing.assert_allclose(frame["energies"], [net.energy(x) for x in states], rtol=1e-5)
        np.testing.assert_array_equal(frame["agree"], (states[:, None] == stored).sum(axis=2))
        falls = 2 * np.abs(frame["inputs"])
        np.testing.assert_allclose(-np.diff(frame["energies"]), falls, atol=1e-3)


def test_where_it_ends_is_named(memory):
    sun, moon = memory.settings["starts"][0], memory.settings["starts"][2]
    assert memory.frames[f"3:{sun[3]}"]["end"] == "this is the sun"
    assert memory.frames[f"3:{sun[-1]}"]["end"] == "this is the sun in negative"
    assert memory.frames[f"4:{moon[4]}"]["end"] == "this is the cone"
    assert memory.frames[f"8:{sun[0]}"]["end"].startswith("this is no stamp")


def test_python_answers_for_a_start_that_is_not_stored(memory):
    key = "2:" + "01" * 32
    memory.wanted = key
    assert memory.choice == key
    states = replayed(key, memory.frames[key])
    np.testing.assert_array_equal(states[-1], Hopfield(64).fit(stamps(2)).recall(states[0]))
    memory.choice = f"3:{memory.settings['starts'][0][3]}"


@pytest.mark.parametrize(
    "key", ["", "3", "3:01", "0:" + "0" * 64, "9:" + "0" * 64, "3:" + "2" * 64]
)
def test_a_key_that_means_nothing(memory, key):
    with pytest.raises(ValueError, match="key must look like"):
        memory.frame(key)


def test_the_recall_is_told_without_a_drawing(memory):
    assert "<th>sun</th><td>45</td><td>64</td>" in memory.fallback()
    assert "after 19 flips: this is the sun." in memory.summary()


def test_it_adds_a_bearable_amount_to_its_page(memory):
    page = memory.to_html() + bundle("hopfield")
    assert len(gzip.compress(page.encode())) < 60_000
    assert not re.search(r"^import ", bundle("hopfield"), re.MULTILINE)
