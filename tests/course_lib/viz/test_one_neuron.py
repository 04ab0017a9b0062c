"""The neuron with dials: its answers are sums worked out here, its gates the usual tables."""

from __future__ import annotations

import gzip
import re

import pytest

from course_lib.viz.explorable import bundle
from course_lib.viz.one_neuron import CORNERS, one_neuron


@pytest.fixture(scope="module")
def figure():
    return one_neuron()


@pytest.mark.parametrize(("w1", "w2", "bias"), [(1, -2, 0.5), (-1.5, 0, -3), (2, 2, -2), (0, 0, 1)])
def test_a_frame_holds_the_sums_and_who_fires(figure, w1, w2, bias):
    (plane,) = figure.frames[f"2:{w1:g},{w2:g},{bias:g}"]["planes"]
    sums = [w1 * x1 + w2 * x2 + bias for x1, x2 in CORNERS]
    assert plane == {"bias": bias, "z": sums, "y": [int(z > 0) for z in sums]}


def test_the_third_input_moves_the_line(figure):
    off, on = figure.frames["3:1,1,-1.5"]["planes"]
    assert (off["bias"], on["bias"]) == (-1.5, -0.5)
    assert (off["y"], on["y"]) == ([0, 0, 0, 1], [0, 1, 1, 1])


def test_gates_have_the_usual_tables_and_all_but_one_can_be_built(figure):
    gates = {gate["name"].split()[0]: gate for gate in figure.settings["gates"]}
    assert {name: gate["wanted"] for name, gate in gates.items()} == {
        "AND": [[0, 0, 0, 1]],
        "OR": [[0, 1, 1, 1]],
        "NOT": [[1, 1, 0, 0]],
        "NAND": [[1, 1, 1, 0]],
        "NOR": [[1, 0, 0, 0]],
        "majority": [[0, 0, 0, 1], [0, 1, 1, 1]],
        "XOR:": [[0, 1, 1, 0]],
    }
    for name, gate in gates.items():
        if name == "XOR:":
            assert (gate["slide"], gate["best"]) == (None, 3)
            continue
        assert gate["best"] == 4 * len(gate["wanted"])
        assert [plane["y"] for plane in figure.frames[gate["slide"]]["planes"]] == gate["wanted"]


def test_python_answers_for_weights_that_are_not_stored():
    figure = one_neuron()
    figure.wanted = "2:20,20,-30"
    assert figure.choice == "2:20,20,-30"
    assert figure.frames["2:20,20,-30"]["planes"][0]["z"] == [-30, -10, -10, 10]
    assert "weights 20 and 20 and bias -30 answers 00 0, 01 0, 10 0, 11 1" in figure.summary()


@pytest.mark.parametrize("key", ["", "2:1,1", "4:1,1,1", "2:a,1,1", "2:inf,1,1", "1,1,1"])
def test_a_key_that_means_nothing(figure, key):
    with pytest.raises(ValueError, match=r'key must look like "2:1,1,-1.5"'):
        figure.frame(key)


def test_the_gates_are_told_without_a_drawing(figure):
    table = figure.fallback()
    assert "<th>AND</th><td>1, 1</td><td>-1.5</td><td>4 of 4</td>" in table
    assert "<th>majority of three</th><td>1, 1, 1</td><td>-1.5</td><td>8 of 8</td>" in table
    assert "<td>none will do</td><td></td><td>3 of 4</td>" in table


def test_it_adds_little_to_its_page(figure):
    page = figure.to_html() + bundle("one_neuron")
    assert len(gzip.compress(page.encode())) < 40_000
    assert not re.search(r"^import ", bundle("one_neuron"), re.MULTILINE)
