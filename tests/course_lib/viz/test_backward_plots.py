"""The pictures of derivatives show what they say, and fit a page."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from course_lib.viz import backward
from course_lib.viz.style import show
from tests.course_lib.viz.reading import fits_a_page, letters


def test_each_way_has_two_arrows():
    ax = backward.chain_rule()
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 2 * (1 + 2 + 3)
    picture = show(ax.figure, ax.get_label())
    fits_a_page(picture)
    assert [text for text in letters(picture) if "way" in text] == ["one way", "two ways", "n ways"]


def test_errors_fall_and_rise_and_both_sides_are_better():
    ax = backward.difference_errors(np.exp, np.exp(0.5), 0.5)
    one, both = ax.lines
    assert [line.get_label() for line in ax.lines] == ["to one side", "to both sides"]
    step, error = one.get_xdata(), {"one": one.get_ydata(), "both": both.get_ydata()}
    assert 1e-9 < step[error["one"].argmin()] < 1e-6 < step[error["both"].argmin()] < 1e-3
    assert error["both"].min() < 1e-9
    tenth = [error["both"][np.abs(step - h).argmin()] for h in (1e-1, 1e-2)]
    np.testing.assert_allclose(tenth[0] / tenth[1], 100, rtol=0.01)
    fits_a_page(show(ax.figure, ax.get_label()))


def test_axes_may_be_given_and_a_flat_place_is_refused():
    given = Figure().add_subplot()
    assert backward.chain_rule(given) is given
    assert backward.difference_errors(np.exp, 1, 0, given) is given
    with pytest.raises(ValueError, match="slope must not be 0"):
        backward.difference_errors(np.cos, 0, 0)
