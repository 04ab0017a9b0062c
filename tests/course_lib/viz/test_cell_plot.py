"""The step of an LSTM: all its parts are named, and the picture is fit for a page."""

from __future__ import annotations

from course_lib.viz.cell import lstm_cell
from course_lib.viz.style import STATES
from tests.course_lib.viz.reading import count_styled, fits_a_page, letters


def test_a_step_shows_its_gates_its_operations_and_both_lines():
    picture = lstm_cell()
    fits_a_page(picture)
    shown = letters(picture)
    for name in ("f", "i", "c̃", "o", "c before", "x, h before", "c", "h", "tanh"):
        assert shown.count(name) == 1
    assert [shown.count(sign) for sign in "×+"] == [3, 1]
    assert count_styled(picture, f"stroke: {STATES[2]}") == 3
    assert count_styled(picture, f"stroke: {STATES[0]}") == 1
    assert "multiplied by the forget gate f" in picture.alt
