"""Learning step by step: the frames are Baum-Welch's, for the diary and each changed day."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise

import numpy as np
import pytest

from course_lib import data, hmm
from course_lib.viz.explorable import bundle
from course_lib.viz.learning import KEPT, learning

CONES, WEATHER = data.ice_cream_diary()
DIARY = "/".join(",".join(map(str, x)) for x in CONES)


@pytest.fixture(scope="module")
def jason():
    return learning()


@pytest.fixture(scope="module")
def small():
    start = hmm.HMM([0.5, 0.5], [[0.6, 0.4], [0.3, 0.7]], [[0.8, 0.2], [0.1, 0.9]])
    return learning({"a start": start, "<twin>": start}, [[0, 1, 1], [1]])


def test_each_kept_step_is_baum_welchs(jason):
    steps = jason.frames[f"0:{DIARY}"]["steps"]
    assert len(steps) == len(KEPT)
    for done, shown in zip(KEPT, steps, strict=True):
        model, logs = hmm.baum_welch(CONES, 2, 3, 0, n_iter=done, tol=-1, init=data.ice_cream())
        assert shown["log"] == pytest.approx(logs[-1], abs=1e-4)
        np.testing.assert_allclose(shown["B"], model.B, atol=6e-4)
        np.testing.assert_allclose(shown["A"], model.A, atol=6e-4)
        for x, hot in zip(CONES, shown["days"], strict=True):
            np.testing.assert_allclose(hot, 100 * model.posteriors(x)[0][:, 1], atol=0.6)


def test_a_page_stores_every_diary_with_one_day_changed(jason):
    stored = [key for key in jason.frames if key.startswith("1:")]
    assert len(stored) == 1 + 26 * 2
    changed = [x.copy() for x in CONES]
    changed[1][4] = 2
    key = "0:" + "/".join(",".join(map(str, x)) for x in changed)
    hot = data.ice_cream().posteriors(changed[1])[0][:, 1]
    np.testing.assert_allclose(jason.frames[key]["steps"][0]["days"][1], 100 * hot, atol=0.6)


def test_starts_that_are_alike_stay_alike(jason):
    number = jason.settings["starts"].index("All alike")
    steps = jason.frames[f"{number}:{DIARY}"]["steps"]
    assert {day for shown in steps for days in shown["days"] for day in days} == {50}
    assert steps[1]["B"] == steps[-1]["B"]


def test_the_restless_guess_climbs_the_higher_hill(jason):
    number = jason.settings["starts"].index("A restless guess")
    last = jason.frames[f"{number}:{DIARY}"]["steps"][-1]
    weather = jason.frames[f"0:{DIARY}"]["steps"][-1]
    assert last["log"] > weather["log"]
    assert last["A"][0][0] < 0.05
    assert last["B"][0][1] < 0.05


def test_it_never_goes_down(jason):
    for frame in jason.frames.values():
        logs = [shown["log"] for shown in frame["steps"]]
        assert all(after >= before - 1e-4 for before, after in pairwise(logs))


def test_python_answers_for_any_diary(small):
    small.wanted = "1:0,0,1,0/1,1"
    assert small.choice == "1:0,0,1,0/1,1"
    assert [len(days) for days in small.frames[small.choice]["steps"][0]["days"]] == [4, 2]


@pytest.mark.parametrize("key", ["", "0", "5:0,1/1", "0:a/1", "0:/"])
def test_a_key_that_means_nothing(small, key):
    with pytest.raises(ValueError, match="key must look like"):
        small.frame(key)


def test_a_symbol_that_no_state_shows_is_refused(small):
    with pytest.raises(ValueError, match="the diary"):
        small.frame("0:0,2/1")


def test_wrong_arguments_are_told():
    three = hmm.HMM(np.full(3, 1 / 3), np.full((3, 3), 1 / 3), np.full((3, 2), 0.5))
    with pytest.raises(ValueError, match="each of two states"):
        learning({"three": three}, [[0, 1]])
    with pytest.raises(ValueError, match="records must be given"):
        learning({"two": data.ice_cream()})
    with pytest.raises(ValueError, match=r"weather\[0\]"):
        learning({"two": data.ice_cream()}, [[0, 1]], weather=[[0, 2]])


def test_it_is_told_without_a_drawing(jason):
    assert "from -28.65 to -26.74" in jason.summary()
    assert "<td>0</td><td>-28.65</td>" in jason.fallback()


def test_it_adds_little_to_its_page(jason):
    page = jason.to_html() + bundle("learning")
    assert len(gzip.compress(page.encode())) < 90_000
    assert not re.search(r"^import ", bundle("learning"), re.MULTILINE)
