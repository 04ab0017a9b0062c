"""The plots of point sets show every point where it is; read back from the drawing."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course_lib import data
from course_lib.data.points import POLYGONS, in_polygons
from course_lib.viz import points
from course_lib.viz.style import STATES, show

X, LABELS = data.blobs(13, 0, n_classes=3)

PLOTS = {
    "point_set": lambda ax: points.point_set(X, LABELS, ax=ax),
    "decision_regions": lambda ax: points.decision_regions(in_polygons, X, LABELS, ax=ax),
    "outlines": lambda ax: points.outlines(POLYGONS, ax=ax),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_every_plot_draws_in_given_axes_or_its_own_and_speaks(plot):
    given = Figure().add_subplot()
    assert plot(given) is given
    own = plot(None)
    assert own is not given
    picture = show(own.figure, own.get_label())
    assert picture.alt == own.get_label() == given.get_label()
    assert picture.alt.endswith(".")


def test_point_set_draws_each_class_with_its_colour_and_shape():
    ax = points.point_set(X, LABELS)
    assert len(ax.collections) == 3
    shapes = set()
    for k, drawn in enumerate(ax.collections):
        np.testing.assert_array_equal(drawn.get_offsets(), X[k == LABELS])
        assert to_hex(drawn.get_facecolor()[0]) == STATES[k]
        shapes.add(drawn.get_paths()[0].vertices.tobytes())
    assert len(shapes) == 3
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["class 0", "class 1", "class 2"]
    assert ax.get_label() == "Points in the plane: 5 of class 0, 4 of class 1, 4 of class 2."


def test_decision_regions_ask_the_function_and_count_its_right_answers():
    asked = []

    def predict(places):
        asked.append(places)
        return (places[:, 0] > 0).astype(int)

    ax = points.decision_regions(predict, [[-1, 0], [1, 0], [2, 2]], [0, 1, 0])
    assert all(places.shape[1] == 2 for places in asked)
    assert "2 of 3 points" in ax.get_label()


def test_outlines_are_drawn_over_points_and_both_are_told():
    ax = points.outlines(POLYGONS, points.point_set(X, LABELS))
    for patch, corners in zip(ax.patches, POLYGONS, strict=True):
        np.testing.assert_array_equal(patch.get_xy()[:-1], corners)
        assert not patch.get_fill()
    assert ax.get_label() == (
        "Points in the plane: 5 of class 0, 4 of class 1, 4 of class 2. "
        "Dashed: polygons with 3, 4 sides."
    )
    left, right = points.outlines(POLYGONS).get_xlim()
    assert left <= -1.6 < 1.6 <= right


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: points.point_set([[1, 2, 3]], [0]), ValueError, r"X must have shape \(N, 2\)"),
        (lambda: points.point_set([[1, 2]], [0, 1]), ValueError, r"labels must have shape \(1,\)"),
        (lambda: points.point_set([[1, 2]], ["a"]), TypeError, "labels must hold integers"),
        (lambda: points.decision_regions(3, X, LABELS), TypeError, "predict must be a function"),
        (lambda: points.outlines([[1, 2]]), ValueError, r"polygons\[0\] must have shape \(k, 2\)"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
