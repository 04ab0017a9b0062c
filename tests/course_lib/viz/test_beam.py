"""The beam: who competes and who is kept is what the search of course_lib keeps."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise

import numpy as np
import pytest

from course_lib.seq2seq import Seq2Seq
from course_lib.viz.beam import NEVER, SHOWN, WIDTHS, Table, beam_tree
from course_lib.viz.explorable import bundle

FORECAST = Table(
    {
        "START": {"very": 0.6, "cold": 0.4},
        "very": {"cold": 0.5, "very": 0.3, "END": 0.2},
        "cold": {"<day>": 0.9, "END": 0.1},
        "<day>": {"END": 1.0},
    }
)
MODEL = Seq2Seq(4, 5, 6, 7, rng=3)
EXAMPLES = {"<a table>": (FORECAST, [0], FORECAST.words), "a network": (MODEL, [2, 0, 1], "abcde")}


def steps_of(figure, key):
    return figure.frames[key]["steps"]


def words_of(steps, k, place):
    """Return the numbers of the words of a competitor."""
    before, word, *_ = steps[k][place]
    start = words_of(steps, k - 1, before) if k else []
    return start if word is None else [*start, word]


def test_a_table_knows_its_words_and_searches():
    assert FORECAST.words == ["very", "cold", "<day>"]
    everything = FORECAST.beam([0], 1000, 4)
    p = {tuple(words): np.exp(log_p) for words, log_p in everything}
    assert p[1, 2] == pytest.approx(0.36)
    assert p[0, 1, 2] == pytest.approx(0.27)
    assert (2,) not in p
    assert all(log_p > NEVER / 2 for _, log_p in everything)
    assert FORECAST.beam([0], 1, 6)[0][0] == [0, 1, 2]


def test_rows_of_a_table_must_sum_to_one():
    with pytest.raises(ValueError, match="next_words"):
        Table({"START": {"a": 0.5}, "a": {"END": 1.0}})


def test_the_table_of_the_chapter_step_by_step():
    steps = steps_of(beam_tree(EXAMPLES, 6), "0:2")
    assert steps[0] == [[0, 0, 0.6, 0.6, 1], [0, 1, 0.4, 0.4, 2]]
    assert [(p, rank) for *_, p, rank in steps[1]] == [
        (0.3, 2),
        (0.18, 0),
        (0.12, 0),
        (0.36, 1),
        (0.04, 0),
    ]
    assert [entry[1:] for entry in steps[3]] == [[3, 1, 0.27, 2], [None, 1, 0.36, 1]]
    assert len(steps) == 4


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_kept_is_what_the_search_keeps(width):
    steps = steps_of(beam_tree(EXAMPLES, 4), f"1:{width}")
    for k, column in enumerate(steps):
        kept = sorted((rank, place) for place, (*_, rank) in enumerate(column) if rank)
        assert [rank for rank, _ in kept] == list(range(1, len(kept) + 1))
        found = MODEL.beam([2, 0, 1], width, k + 1)
        for (_, place), (tokens, log_p) in zip(kept, found, strict=True):
            assert [word for word in words_of(steps, k, place) if word != 5] == tokens
            assert column[place][3] == pytest.approx(np.exp(log_p), rel=1e-5)


def test_probabilities_multiply_and_the_best_continuations_are_shown():
    steps = steps_of(beam_tree(EXAMPLES, 4), "1:3")
    for before, column in pairwise(steps):
        for place, _, step, whole, _ in column:
            assert whole == pytest.approx(before[place][3] * step, rel=1e-4)
            assert before[place][4]
    scores, _, _ = MODEL.decode(np.array([[5]]), (e := MODEL.encode([[2, 0, 1]])), e["state"])
    best = np.argsort(-scores[0, 0])[:SHOWN].tolist()
    assert [word for _, word, *_ in steps[0]][:SHOWN] == best


def test_python_answers_for_a_width_that_is_not_stored():
    figure = beam_tree(EXAMPLES, 3)
    figure.wanted = "1:30"
    assert figure.choice == "1:30"
    assert sum(1 for *_, rank in figure.frames["1:30"]["steps"][-1] if rank) == 30


@pytest.mark.parametrize("key", ["", "0", "2:1", "-1:1", "0:0", "x:1"])
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match="key must look like"):
        beam_tree(EXAMPLES, 2).frame(key)


def test_what_is_found_is_told_without_a_drawing():
    figure = beam_tree(EXAMPLES, 6)
    figure.choice = "0:2"
    assert (
        figure.summary() == '<a table>: with width 2 the beam finds "cold <day>", probability 0.36.'
    )
    assert "<td>cold &lt;day&gt;</td><td>0.36</td>" in figure.fallback()
    assert "<td>very cold &lt;day&gt;</td><td>0.27</td>" in figure.fallback()
    with pytest.raises(ValueError, match="at least one search"):
        beam_tree({}, 3)


def test_it_adds_little_to_its_page():
    page = beam_tree(EXAMPLES, 8).to_html() + bundle("beam")
    assert len(gzip.compress(page.encode())) < 15_000
    assert not re.search(r"^import ", bundle("beam"), re.MULTILINE)
