"""Plots of training by their artists."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib.optim import SGD, Momentum
from course_lib.train import descend
from course_lib.viz.training import learning_curves, optimiser_paths


def with_gid(ax, gid):
    return [line for line in ax.lines if line.get_gid() == gid]


def test_learning_curves_ring_the_best_epoch():
    history = {"loss": [3.0, 2.0, 1.0, 0.5], "val_loss": [3.5, 2.25, 2.75, 2.25]}
    ax = learning_curves(history)
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn["loss"] == [[1, 3], [2, 2], [3, 1], [4, 0.5]]
    assert drawn["val_loss"] == [[1, 3.5], [2, 2.25], [3, 2.75], [4, 2.25]]
    (ring,) = with_gid(ax, "best")
    assert ring.get_xydata().tolist() == [[2, 2.25]]
    assert "The lowest val_loss, 2.25, is that of epoch 2." in ax.get_label()
    assert "loss: from 3 to 0.5 in 4 epochs." in ax.get_label()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loss", "val_loss"]


@pytest.mark.parametrize("history", [{"loss": [2.0, 1.0]}, {"loss": [], "val_loss": []}])
def test_learning_curves_without_validation(history):
    given = Figure().add_subplot()
    ax = learning_curves(history, log=True, ax=given)
    assert ax is given
    assert ax.get_yscale() == "log"
    assert with_gid(ax, "best") == []
    assert "lowest" not in ax.get_label()


def bowl(x, y):
    return 0.5 * x**2 + 2 * y**2


def two_paths():
    start = [3.0, -1.0]
    return {
        "SGD": descend(bowl, start, SGD(0.1), 5),
        "rolling": descend(bowl, start, Momentum(0.1), 7),
    }


def test_optimiser_paths():
    paths = two_paths()
    ax = optimiser_paths(bowl, paths)
    drawn = {line.get_label(): line for line in ax.lines}
    for name, path in paths.items():
        np.testing.assert_array_equal(drawn[name].get_xydata(), path)
    assert drawn["SGD"].get_color() != drawn["rolling"].get_color()
    assert drawn["SGD"].get_linestyle() != drawn["rolling"].get_linestyle()
    assert [line.get_xydata().tolist() for line in with_gid(ax, "start")] == [[[3, -1]]] * 2
    assert len(ax.collections) == 1
    points = np.concatenate(list(paths.values()))
    for (low, high), column in zip((ax.get_xlim(), ax.get_ylim()), points.T, strict=True):
        assert low < column.min()
        assert column.max() < high
    (x, y), (last_x, last_y) = paths["SGD"][[0, -1]]
    assert (
        f"SGD: 5 steps, from (3, -1) to ({last_x:.3g}, {last_y:.3g}), the function from 6.5 to "
        f"{bowl(last_x, last_y):.3g}."
    ) in ax.get_label()
    assert (x, y) == (3, -1)


def test_level_lines_are_those_of_the_function():
    ax = optimiser_paths(bowl, two_paths(), limits=((-4, 4), (-2, 2)))
    (lines,) = ax.collections
    assert len(lines.levels) == 16
    assert (np.diff(lines.levels, 2) > 0).all()
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        np.testing.assert_allclose(bowl(*path.vertices.T), level, rtol=0.02, atol=0.01)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-4, 4), (-2, 2))


def test_a_path_that_never_moved_has_room_around_it():
    ax = optimiser_paths(bowl, {"still": [[1.0, 2.0], [1.0, 2.0]]}, ax=Figure().add_subplot())
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.5, 1.5), (1.5, 2.5))


@pytest.mark.parametrize(
    ("f", "paths", "kind", "message"),
    [
        (bowl, {}, TypeError, "paths must be a dict of at least one path"),
        (bowl, [[0.0, 1.0]], TypeError, "paths must be a dict of at least one path"),
        (bowl, {"a": [0.0, 1.0]}, ValueError, r"paths\['a'\] must have shape \(steps \+ 1, 2\)"),
        (bowl, {"a": [[0.0, np.inf]]}, ValueError, r"paths\['a'\] must be finite"),
        (lambda x, y: x.sum(), {"a": [[0.0, 1.0]]}, ValueError, r"f must return .* got shape \(\)"),
        (lambda x, y: 1.0, {"a": [[0.0, 1.0]]}, ValueError, "f must return a Var .* got float"),
    ],
)
def test_bad_input(f, paths, kind, message):
    with pytest.raises(kind, match=message):
        optimiser_paths(f, paths)
