"""Recurrent networks of several rows: every state, every arrow, and words that fit the page."""

from __future__ import annotations

import pytest

from course_lib.viz import rows
from course_lib.viz.style import STATES
from tests.course_lib.viz.reading import count_styled, fits_a_page, letters


def arrows(picture):
    """Return how many shafts are drawn: paths that are stroked and not filled."""
    return count_styled(picture, "fill: none", "stroke: ")


def test_a_deep_network_has_its_layers_and_its_arrows():
    picture = rows.deep(["a", "b", "c", ""], ["", "", "", "yes"], layers=3)
    fits_a_page(picture)
    assert letters(picture) == ["a", "b", "c", "yes"]
    assert count_styled(picture, f"stroke: {STATES[0]}") == 12
    along, up, read, said = 3 * 3, 2 * 4, 3, 1
    assert arrows(picture) == along + up + read + said
    assert "3 layers over 4 steps" in picture.alt


def test_two_directions_share_inputs_and_outputs():
    picture = rows.both_ways(["a", "b", "c"], ["x", "", "z"])
    fits_a_page(picture)
    assert count_styled(picture, f"stroke: {STATES[0]}") == 3
    assert count_styled(picture, f"stroke: {STATES[1]}") == 3
    assert arrows(picture) == 2 * 2 + 2 * 3 + 2 * 2


def test_rows_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="one text for each input"):
        rows.deep(["a"], [])
    with pytest.raises(ValueError, match="number of steps"):
        rows.both_ways(["a"] * 9, ["b"] * 9)
    with pytest.raises(ValueError, match="layers"):
        rows.deep(["a"], ["b"], layers=5)
