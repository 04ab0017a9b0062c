"""The pictures of recurrent networks: what is read and said, gates, and gradients."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib.recurrent import SequenceClassifier, SequenceTagger, gate_values, gradient_norms
from course_lib.viz import recurrent as draw
from tests.course_lib.viz.reading import fits_a_page, letters, opacities

X = np.array([3, 1, 4, 1, 5])


def test_unrolled_shows_every_step_and_the_shared_weights():
    picture = draw.unrolled(["the", "Fed", "raises"], ["", "N", "V"])
    fits_a_page(picture)
    found = letters(picture)
    assert [text for text in found if text.startswith("h")] == ["h", "h₁", "h₂", "h₃"]
    assert found.count("W") == 3  # in the loop, and between the steps
    assert found.count("U") == found.count("V") - 1 == 1  # "V" is also a tag
    assert {"the", "Fed", "raises", "N", "x", "y"} <= set(found)
    assert picture.alt.endswith(
        "Its 3 steps: reads the and says nothing, reads Fed and says N, reads raises and says V."
    )


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_are_those_of_the_forward_pass(cell):
    values = gate_values(SequenceTagger(6, 4, 2, cell, rng=1), X)
    picture = draw.gates(values, list("dbebf"))
    fits_a_page(picture)
    found = opacities(picture)
    assert len(found) == len(values) == (4 if cell == "lstm" else 3)
    for shades, (name, array) in zip(found, values.items(), strict=True):
        expected = array.T if "gate" in name else (array.T + 1) / 2
        np.testing.assert_allclose(shades, expected, atol=0.005)
        assert f"{name} {array.mean():.2f} (from {array.min():.2f} to" in picture.alt
    told = " ".join(letters(picture))
    assert "d b e b f" in told
    assert told.count("blank 0, full 1") == len(values) - 1
    assert told.count("blank -1, full 1") == 1
    assert picture.alt.startswith("Gates of 4 units over 5 steps.")


def test_many_tokens_stay_unnamed():
    values = {"input gate": np.full((41, 2), 0.5)}
    assert "tok" not in letters(draw.gates(values, ["tok"] * 41))
    assert letters(draw.gates({"input gate": np.ones((2, 2))}, ["tok"] * 2)).count("tok") == 2


def test_bands_of_several_units_say_so():
    assert "step, 2 units in each band" in letters(draw.gates({"input gate": np.ones((3, 2))}))
    assert "step" in letters(draw.gates({"input gate": np.ones((3, 1))}))


def test_gradient_reach_tells_both_ends():
    tokens = np.tile(X, 8)
    norms = {c: gradient_norms(SequenceClassifier(6, 4, 2, c), tokens) for c in ("rnn", "gru")}
    picture = draw.gradient_reach(norms)
    fits_a_page(picture)
    assert {"rnn", "gru", "step", "length of the gradient"} <= set(letters(picture))
    for name, values in norms.items():
        first, last = f"{values[0]:.2g}", f"{values[-1]:.2g}"
        assert f"{name} from {last} at the last step to {first} at the first" in picture.alt


def test_a_gradient_that_has_vanished_has_no_point():
    fits_a_page(draw.gradient_reach({"rnn": [0.0, 0.0, 1e-300, 1e-3, 0.5]}))


BAD = [
    (lambda: draw.unrolled([], []), ValueError, "steps must be between 1 and 12, got 0"),
    (lambda: draw.unrolled("abc", ["", "", ""]), TypeError, "inputs must be a list, got str"),
    (lambda: draw.unrolled(["a"], []), ValueError, "outputs must hold one text for each input"),
    (lambda: draw.gates({}), TypeError, "values must be a dict of at least one array"),
    (lambda: draw.gates({"i": [1.0]}), ValueError, r"values\['i'\] must have shape \(T, H\)"),
    (
        lambda: draw.gates({"i": np.ones((2, 3)), "f": np.ones((3, 3))}),
        ValueError,
        r"values\['f'\] must have shape \(2, 3\), got \(3, 3\)",
    ),
    (lambda: draw.gates({"i": [[1.0]]}, ["a", "b"]), ValueError, "tokens must hold 1 names, got 2"),
    (lambda: draw.gates({"i": np.ones((0, 3))}), ValueError, "values must hold at least one step"),
    (lambda: draw.gradient_reach([1]), TypeError, "norms must be a dict"),
    (lambda: draw.gradient_reach({"rnn": [0, 0]}), ValueError, r"norms\['rnn'\] must hold lengths"),
    (lambda: draw.gradient_reach({"a": [1, -1]}), ValueError, r"norms\['a'\] must hold lengths"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
