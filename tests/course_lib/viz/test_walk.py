"""The walk: its frames are the chain's own draws, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import json
import re

import numpy as np
import pytest

from course_lib.markov import MarkovChain
from course_lib.viz.explorable import bundle
from course_lib.viz.walk import WALKS, walk

LOPSIDED = MarkovChain([0.2, 0.8], [[0.9, 0.1], [0.5, 0.5]], ["<a>", "b"])


def test_a_frame_is_a_draw_of_its_chain():
    figure = walk()
    for number, chain in enumerate(figure.chains):
        for seed in range(WALKS):
            drawn = [chain.states[k] for k in figure.frames[f"{number}:{seed}"]["path"]]
            assert drawn == chain.sample(60, seed)
    assert len({json.dumps(frame) for frame in figure.frames.values()}) == 2 * WALKS


def test_the_tables_are_those_of_the_chapter():
    los_angeles, seattle = walk().settings["chains"]
    assert los_angeles["transition"] == [[0.85, 0.1, 0.05], [0.2, 0.4, 0.4], [0.4, 0.2, 0.4]]
    np.testing.assert_allclose(los_angeles["stationary"], [2 / 3, 1 / 6, 1 / 6], atol=1e-6)
    assert seattle["initial"] == [0.25, 0.5, 0.25]


def test_python_answers_for_a_walk_that_is_not_stored():
    figure = walk(LOPSIDED, length=9)
    figure.wanted = "0:41"
    assert figure.choice == "0:41"
    drawn = [LOPSIDED.states[k] for k in figure.frames["0:41"]["path"]]
    assert drawn == LOPSIDED.sample(9, 41)


@pytest.mark.parametrize("key", ["", "0", "1:0", "0:-1", "x:0"])
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match="key must look like"):
        walk(LOPSIDED).frame(key)


def test_shares_are_told_without_a_drawing():
    figure = walk(LOPSIDED, length=8)
    path = figure.frames["0:0"]["path"]
    share = f"{path.count(0) / 8:.0%}"
    assert f"<th>&lt;a&gt;</th><td>{share}</td><td>83%</td>" in figure.fallback()
    assert share in figure.summary()


def test_chains_over_different_states_are_refused():
    other = MarkovChain([1, 0], [[0.5, 0.5], [0.5, 0.5]], ["b", "<a>"])
    with pytest.raises(ValueError, match="chains must share their states"):
        walk({"one": LOPSIDED, "two": other})
    with pytest.raises(ValueError, match="at least one chain"):
        walk({})


def test_it_adds_little_to_its_page():
    page = walk().to_html() + bundle("walk")
    assert len(gzip.compress(page.encode())) < 30_000
    assert not re.search(r"^import ", bundle("walk"), re.MULTILINE)
