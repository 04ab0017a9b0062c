"""The plots of neurons show the numbers they are given; read back from the drawing itself."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import perceptron
from course_lib.viz import neurons
from course_lib.viz.style import INK, STATES, show

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


class Xor:
    def predict(self, X):
        return perceptron.threshold_network(perceptron.xor_network(), X)


PLOTS = {
    "activation_curves": lambda ax: neurons.activation_curves(ax=ax),
    "slopes": lambda ax: neurons.activation_curves(["tanh", "relu"], derivatives=True, ax=ax),
    "decision_line": lambda ax: neurons.decision_line([1, 1], -1.5, CORNERS, [0, 0, 0, 1], ax=ax),
    "decision_regions": lambda ax: neurons.decision_regions(Xor(), CORNERS, [0, 1, 1, 0], ax=ax),
    "loss_curves": lambda ax: neurons.loss_curves({"loss": [3, 2, 1.5]}, ax=ax),
    "network_diagram": lambda ax: neurons.network_diagram([2, 3, 1], ax=ax),
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


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def test_activation_curves_are_the_functions():
    ax = neurons.activation_curves(["sigmoid", "relu"])
    sigmoid, relu = ax.lines
    x = sigmoid.get_xdata()
    assert (x[0], x[-1]) == (-4, 4)
    np.testing.assert_allclose(sigmoid.get_ydata(), 1 / (1 + np.exp(-x)), rtol=1e-14)
    np.testing.assert_array_equal(relu.get_ydata(), np.maximum(x, 0))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sigmoid", "ReLU"]
    assert "sigmoid, relu" in ax.get_label()
    assert len(neurons.activation_curves().lines) == 5


def test_slopes_are_the_derivatives():
    ax = neurons.activation_curves(["tanh"], derivatives=True)
    x, slope = ax.lines[0].get_data()
    np.testing.assert_allclose(slope, 1 - np.tanh(x) ** 2, rtol=1e-9)
    assert "slopes" in ax.get_label()


def test_curves_differ_in_more_than_colour():
    lines = neurons.activation_curves().lines
    assert len({str(line._dash_pattern) for line in lines}) == 5


def test_decision_line_lies_where_the_unit_switches():
    ax = neurons.decision_line([2, -1], [0.5], [[3, 1], [-2, 0.5]], [1, 0])
    line = next(c for c in ax.collections if c.get_linewidths()[0] == 2)
    assert to_hex(line.get_edgecolor()[0]) == to_hex(INK)
    x = np.concatenate([path.vertices for path in line.get_paths()])
    np.testing.assert_allclose(x @ [2, -1] + 0.5, 0, atol=1e-9)
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert low < -2 < 3 < high
    assert bottom < 0 < 1 < top
    assert "2 x1 -1 x2 +0.5 is greater than 0" in ax.get_label()
    assert ax.get_label().endswith("Points: 1 of class 0, 1 of class 1.")


def test_decision_line_shades_the_side_that_fires():
    ax = neurons.decision_line([1, 0], -0.5)
    shaded = next(c for c in ax.collections if c.get_alpha() == 0.15)
    assert to_hex(shaded.get_facecolor()[0]) == to_hex(STATES[1])
    x = np.concatenate([path.vertices for path in shaded.get_paths()])
    assert x[:, 0].min() > 0.45
    assert x[:, 0].max() == ax.get_xlim()[1]
    assert "Points" not in ax.get_label()


@pytest.mark.parametrize("b", [-1.0, 1.0])
def test_a_unit_without_weights_has_no_line(b):
    ax = neurons.decision_line([0, 0], b)
    assert not ax.texts
    filled = [path for c in ax.collections for path in c.get_paths() if len(path.vertices)]
    assert bool(filled) == (b > 0)


def test_points_of_a_class_share_colour_and_shape():
    ax = neurons.decision_regions(Xor(), CORNERS, [0, 1, 1, 0])
    dots = {c.get_label(): c for c in ax.collections if c.get_label() in {"0", "1"}}
    np.testing.assert_array_equal(dots["0"].get_offsets(), [[0, 0], [1, 1]])
    np.testing.assert_array_equal(dots["1"].get_offsets(), [[0, 1], [1, 0]])
    assert [to_hex(dots[k].get_facecolor()[0]) for k in "01"] == [
        to_hex(colour) for colour in STATES[:2]
    ]
    shapes = [dots[k].get_paths()[0].vertices for k in "01"]
    assert shapes[0].shape != shapes[1].shape
    assert ax.get_label().endswith("It answers 4 of 4 points rightly.")


def test_decision_regions_of_a_model_that_knows_one_answer():
    class Always:
        def predict(self, X):
            return np.zeros(len(X), dtype=int)

    ax = neurons.decision_regions(Always(), CORNERS, [0, 1, 1, 0])
    assert ax.get_label().endswith("It answers 2 of 4 points rightly.")


def test_loss_curves_show_each_list_by_epoch():
    history = {"loss": [3, 2, 1.5], "val_loss": [4, 3]}
    ax = neurons.loss_curves(history)
    for line, values in zip(ax.lines, history.values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(1, len(values) + 1))
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loss", "val_loss"]
    assert ax.get_yscale() == "linear"
    assert neurons.loss_curves(history, log=True).get_yscale() == "log"
    words = "loss: from 3 to 1.5 in 3 epochs. val_loss: from 4 to 3 in 2 epochs."
    assert ax.get_label() == words
    assert neurons.loss_curves({"loss": []}).get_label() == "loss: nothing recorded."


def test_network_diagram_keeps_the_convention():
    ax = neurons.network_diagram([2, 3, 1])
    circles = [patch for patch in ax.patches if isinstance(patch, Circle)]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(circles) == 2 + 3 + 1  # no bias, no loss
    assert len(arrows) == 2 * 3 + 3 * 1
    assert texts(ax, "unit") == ["x₁", "x₂", "z₁", "z₂", "z₃", "y"]
    assert texts(ax, "weight") == ["α₁₁", "α₁₂", "α₂₁", "α₂₂", "α₃₁", "α₃₂", "β₁₁", "β₁₂", "β₁₃"]
    assert "2-3-1" in ax.get_label()


def test_network_diagram_names_layers_and_outputs():
    ax = neurons.network_diagram([1, 2, 1, 2])
    assert texts(ax, "unit") == ["x₁", "z¹₁", "z¹₂", "z²₁", "y₁", "y₂"]


def test_network_diagram_writes_weights_on_their_edges():
    params = {"W1": [[1, 2], [3, 4], [5, 6]], "W2": [[-7, 8, 0.123456]]}
    ax = neurons.network_diagram([2, 3, 1], params)
    assert texts(ax, "weight") == ["1", "2", "3", "4", "5", "6", "−7", "8", "0.123"]
    # each number lies on the line from its input to its unit
    at = dict(
        zip(texts(ax, "unit"), [p.center for p in ax.patches if isinstance(p, Circle)], strict=True)
    )
    edges = {"2": ("x₂", "z₁"), "5": ("x₁", "z₃"), "8": ("z₂", "y")}
    for text in ax.texts:
        if text.get_text() in edges:
            start, end = (np.array(at[name]) for name in edges[text.get_text()])
            way, place = end - start, np.array(text.get_position()) - start
            assert way[0] * place[1] - way[1] * place[0] == pytest.approx(0, abs=1e-12)
            assert 0.05 < place @ way / (way @ way) < 0.95


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: neurons.activation_curves(["gelu"]),
            ValueError,
            "names must be one of 'linear', 'threshold', 'sigmoid', 'tanh', 'relu', got 'gelu'",
        ),
        (
            lambda: neurons.activation_curves(["linear"], derivatives=True),
            ValueError,
            "names must be one of 'sigmoid', 'tanh', 'relu', got 'linear'",
        ),
        (
            lambda: neurons.decision_line([1, 2, 3], 0),
            ValueError,
            "w must have shape (2,), got (3,)",
        ),
        (
            lambda: neurons.decision_line([1, 2], [0, 1]),
            ValueError,
            "b must have shape (1,), got (2,)",
        ),
        (
            lambda: neurons.decision_line([1, 2], 0, [[1, 2, 3]]),
            ValueError,
            "X must have shape (N, 2), got (1, 3)",
        ),
        (
            lambda: neurons.decision_regions(Xor(), CORNERS, [0, 1]),
            ValueError,
            "y must have shape (4,), got (2,)",
        ),
        (
            lambda: neurons.loss_curves([1, 2]),
            TypeError,
            "history must be a dict of at least one list, got [1, 2]",
        ),
        (
            lambda: neurons.loss_curves({}),
            TypeError,
            "history must be a dict of at least one list, got {}",
        ),
        (
            lambda: neurons.loss_curves({"loss": [[1]]}),
            ValueError,
            "history['loss'] must have shape (epochs,), got (1, 1)",
        ),
        (
            lambda: neurons.network_diagram([784, 2]),
            ValueError,
            "sizes: the largest layer must be between 0 and 8, got 784",
        ),
        (
            lambda: neurons.network_diagram([2, 1], {"b1": [0]}),
            ValueError,
            "params must hold W1, got ['b1']",
        ),
        (
            lambda: neurons.network_diagram([2, 1], {"W1": [[1], [2]]}),
            ValueError,
            "W1 must have shape (1, 2), got (2, 1)",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
