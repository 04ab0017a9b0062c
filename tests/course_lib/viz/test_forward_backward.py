"""The trellis of sums: its frames are what the slide versions compute, arrow by arrow."""

from __future__ import annotations

import gzip
import re
from itertools import product

import numpy as np
import pytest

from course_lib import data, hmm
from course_lib.viz.explorable import bundle
from course_lib.viz.forward_backward import forward_backward, sums_frame
from course_lib.viz.trellis import key_of

LOPSIDED = hmm.HMM(
    [0.6, 0.3, 0.1],
    [[0.5, 0.3, 0.1], [0.0, 0.6, 0.2], [0.25, 0.25, 0.2]],
    [[0.1, 0.2, 0.3, 0.4], [0.3, 0.1, 0.4, 0.2], [0.0, 0.0, 0.5, 0.5]],
    stop=[0.1, 0.2, 0.3],
    states=["a", "<b>", "c"],
    symbols=["u", "v", "w", "z"],
)


@pytest.fixture(scope="module")
def ice_cream():
    return forward_backward()


def test_the_tables_of_1_2_1(ice_cream):
    frame = ice_cream.frames[key_of(0, (0, 1, 0))]
    assert frame["alpha"] == [[0.25, 0.05], [0.084, 0.018], [0.0354, 0.00312]]
    assert frame["beta"] == [[0.1416, 0.0624], [0.42, 0.18], [1, 1]]
    assert frame["total"] == 0.03852
    np.testing.assert_allclose(frame["gamma"][1], [0.915888, 0.0841121])
    assert frame["arriving"][0][0] == [0.2, 0.01]
    assert frame["leaving"][1][1] == [0.02, 0.08]
    assert frame["guess"] == [0, 0, 0]


def test_every_stored_frame_has_the_slide_versions_sums(ice_cream):
    model = data.ice_cream()
    for x in product(range(3), repeat=3):
        frame = ice_cream.frames[key_of(0, x)]
        alpha = hmm.forward_slide(model.pi, model.A, model.B, x)
        beta = hmm.backward_slide(model.pi, model.A, model.B, x)
        np.testing.assert_allclose(frame["alpha"], alpha, rtol=1e-5)
        np.testing.assert_allclose(frame["beta"], beta, rtol=1e-5)
        np.testing.assert_allclose(frame["gamma"], alpha * beta / alpha[-1].sum(), rtol=1e-4)


def test_arrows_add_up_to_cells():
    """Forward into a cell, before its emission; backward out of it; posteriors both ways."""
    x = [3, 0, 2, 1]
    frame = {name: np.array(value) for name, value in sums_frame(LOPSIDED, x).items()}
    emitted = LOPSIDED.B[:, x].T
    into = frame["arriving"].sum(axis=2) * emitted[1:]
    np.testing.assert_allclose(into, frame["alpha"][1:], rtol=1e-4)
    np.testing.assert_allclose(frame["leaving"].sum(axis=1), frame["beta"][:-1], rtol=1e-4)
    np.testing.assert_allclose(frame["xi"].sum(axis=2), frame["gamma"][1:], atol=1e-5)
    np.testing.assert_allclose(frame["xi"].sum(axis=1), frame["gamma"][:-1], atol=1e-5)
    np.testing.assert_allclose(frame["end"].sum(), frame["total"], rtol=1e-5)
    np.testing.assert_allclose(frame["beta"][-1], LOPSIDED.stop)


def test_more_than_twenty_days_are_shown_as_logarithms():
    model, x = data.ice_cream(), [0, 1, 2] * 7
    frame = sums_frame(model, x)
    assert frame["log"]
    assert frame["total"] == pytest.approx(model.forward(x)[1], rel=1e-5)
    np.testing.assert_allclose(np.sum(frame["gamma"], axis=1), 1, atol=1e-5)


def test_what_cannot_be_is_told():
    model = hmm.HMM([1, 0], [[1, 0], [0, 1]], [[1, 0], [0, 1]], states="ab", symbols="uv")
    frame = sums_frame(model, [0, 1])
    assert not frame["possible"]
    assert frame["total"] == 0
    figure = forward_backward(model, (0, 1))
    assert figure.summary() == "the model: no path can give u, v."
    assert "<th>b</th>" in figure.fallback()


def test_it_is_told_without_a_drawing(ice_cream):
    said = ice_cream.summary()
    assert "the probability of 1, 2, 1 is 0.03852" in said
    assert "C C C (92%, 92%, 92%)" in said
    assert "<th>Posterior</th>" in ice_cream.fallback()
    assert "0.9159" in ice_cream.fallback()


def test_python_answers_for_a_sequence_that_is_not_stored():
    figure = forward_backward(LOPSIDED, (0, 1, 2, 3))
    figure.wanted = "0:2,2"
    assert figure.frames["0:2,2"] == sums_frame(LOPSIDED, [2, 2])


def test_it_adds_little_to_its_page(ice_cream):
    page = ice_cream.to_html() + bundle("forward_backward")
    assert len(gzip.compress(page.encode())) < 40_000
    assert not re.search(r"^import ", bundle("forward_backward"), re.MULTILINE)
    defined = re.findall(r"^(?:const|function|class) (\w+)", bundle("forward_backward"), re.M)
    assert len(defined) == len(set(defined)), "a notebook has all modules in one room"
