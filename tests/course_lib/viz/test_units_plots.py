"""Pictures of single units: what they say in words, and that they refuse what they cannot draw."""

from __future__ import annotations

import pytest

from course_lib.perceptron import gate
from course_lib.viz import units


def test_a_unit_has_its_parts():
    picture = units.anatomy(("heat", "sun"), ("p", "q"))
    assert "heat with weight p, sun with weight q" in picture.alt
    for letter in ("heat", "sun", ">p<", ">q<", ">b<", "Σ"):
        assert letter in picture.svg
    with pytest.raises(ValueError, match="each input needs a weight"):
        units.anatomy(("x",), ())


def test_corners_tell_who_fires_and_who_is_cut():
    picture = units.corners({"OR": [0, 1, 1, 1], "never": [0, 0, 0, 0]}, {"OR": [gate("or")]})
    assert "OR, with 1 line: fires at 01, 10, 11; never: fires at none." in picture.alt
    plain = units.corners({"OR": [0, 1, 1, 1], "never": [0, 0, 0, 0]})
    assert "line" not in plain.alt
    assert len(plain.svg) < len(picture.svg)


@pytest.mark.parametrize("table", [[0, 1, 1], [0, 1, 1, 2]])
def test_a_table_that_is_none(table):
    with pytest.raises(ValueError, match=r"functions\['odd'\]"):
        units.corners({"odd": table})


def test_corners_need_a_table():
    with pytest.raises(TypeError, match="dict of at least one table"):
        units.corners({})
