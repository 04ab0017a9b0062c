"""Reverse mode on a graph: every frame agrees with the library's gradients and with differences."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.autodiff import Var
from course_lib.viz.explorable import bundle
from course_lib.viz.reverse_mode import NODES_AT_MOST, Program, reverse_mode


def branching(a, b):
    return 2 * a * b + a if a.value > 0 else a * b


SHARED = Program(lambda a, b: (a * b + 3) * a * a, {"a": 1.5, "b": -2}, "a", (1.5, -0.5))
KEYS = list(reverse_mode().frames)


def final(frame: dict, figure, key: str) -> dict[int, float]:
    """Return the derivatives that the visits of a frame end with, by node."""
    edges = figure.settings["programs"][int(key[0])]["edges"]
    if key.endswith("A"):
        return {node: grad for node, _, grad in frame["visits"]}
    return {edges[e][0]: after for _, shares in frame["visits"] for e, _, after in shares}


@pytest.mark.parametrize("key", KEYS)
def test_visits_end_with_the_derivatives(key):
    figure = reverse_mode()
    number, value, _ = key.split(":")
    program = figure.programs[int(number)]
    names = figure.settings["programs"][int(number)]["names"]
    inputs = {**program.inputs, program.knob: float(value)}

    def run(values):
        given = dict(zip(inputs, values, strict=True))
        return program.run(**{name: Var(v) for name, v in given.items()}).value.item()

    by_differences = gradcheck.numerical_gradient(run, np.array(list(inputs.values())))
    found = final(figure.frames[key], figure, key)
    for name, slope in zip(inputs, by_differences, strict=True):
        np.testing.assert_allclose(found[names.index(name)], slope, rtol=1e-4, atol=1e-6)
    values = figure.frames[key]["values"]
    np.testing.assert_allclose(values[-1], run(inputs.values()), rtol=1e-5)


@pytest.mark.parametrize("key", KEYS)
def test_both_versions_visit_backwards_and_agree(key):
    figure = reverse_mode()
    a, b = (key[:-1] + version for version in "AB")
    collected, handed = (final(figure.frames[k], figure, k) for k in (a, b))
    assert collected.keys() == handed.keys()
    for node in collected:
        np.testing.assert_allclose(collected[node], handed[node], rtol=1e-5, atol=1e-9)
    for k in (a, b):
        order = [visit[0] for visit in figure.frames[k]["visits"]]
        assert order == sorted(order, reverse=True)


def test_a_sum_that_is_drawn_adds_up():
    figure = reverse_mode({"shared": SHARED})
    edges = figure.settings["programs"][0]["edges"]
    frame, other = figure.frames["0:1.5:A"], figure.frames["0:1.5:B"]
    slopes = frame["slopes"]
    grads = {len(frame["values"]) - 1: 1.0}
    for node, used, after in frame["visits"]:
        np.testing.assert_allclose(sum(grads[edges[e][1]] * slopes[e] for e in used), after)
        assert {e for e, (v, _) in enumerate(edges) if v == node} == set(used)
        grads[node] = after
    for node, shares in other["visits"]:
        for e, before, after in shares:
            assert edges[e][1] == node
            np.testing.assert_allclose(before + grads[node] * slopes[e], after)


def test_the_stand_is_that_of_the_chapter():
    figure = reverse_mode()
    assert figure.summary() == "y = 2.1; dy/dp = 2.6, dy/dt = 0.4, dy/dc = -3, dy/dk = -9."
    assert "<th>w</th><td>9</td><td>-0.1</td>" in figure.fallback()


def test_constants_are_nodes_without_a_derivative():
    program = Program(lambda x: 3 * x + 1, {"x": 2}, "x", (2,))
    figure = reverse_mode({"line": program})
    assert len(figure.settings["programs"][0]["names"]) == 5
    assert figure.summary() == "u₂ = 7; du₂/dx = 3."
    visited = {node for node, _, _ in figure.frames["0:2:A"]["visits"]}
    assert len(visited) == 2
    shares = [share for _, shares in figure.frames["0:2:B"]["visits"] for share in shares]
    assert len(shares) == 2


def test_python_answers_for_a_value_that_is_not_stored():
    figure = reverse_mode({"shared": SHARED})
    figure.wanted = "0:0.25:B"
    assert figure.choice == "0:0.25:B"
    assert figure.frames["0:0.25:B"]["values"][0] == 0.25


@pytest.mark.parametrize(
    "key", ["", "0:1", "1:1:A", "-1:1:A", "0:1:C", "0:x:A", "0:nan:A", "a:1:B"]
)
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match="key must look like"):
        reverse_mode({"shared": SHARED}).frame(key)


def test_programs_that_cannot_be_drawn_are_refused():
    def long(x):
        for _ in range(NODES_AT_MOST):
            x = x * x
        return x

    with pytest.raises(ValueError, match="nodes"):
        reverse_mode({"long": Program(long, {"x": 1}, "x", (1,))})
    with pytest.raises(ValueError, match="knob must be an input"):
        reverse_mode({"no": Program(long, {"x": 1}, "z", (1,))})
    with pytest.raises(ValueError, match="at least one number"):
        reverse_mode({"no": Program(long, {"x": 1}, "x", ())})
    with pytest.raises(ValueError, match="same graph"):
        reverse_mode({"if": Program(branching, {"a": 1, "b": 2}, "a", (1, -1))})
    with pytest.raises(ValueError, match="at least one Program"):
        reverse_mode({})


def test_rectangles_do_not_overlap():
    for drawn in reverse_mode().settings["programs"]:
        for level in set(drawn["layer"]):
            row = sorted(x for x, h in zip(drawn["x"], drawn["layer"], strict=True) if h == level)
            assert all(right - left >= 64 for left, right in pairwise(row))


def test_it_adds_little_to_its_page():
    page = reverse_mode().to_html() + bundle("reverse_mode")
    assert len(gzip.compress(page.encode())) < 30_000
    assert not re.search(r"^import ", bundle("reverse_mode"), re.MULTILINE)
