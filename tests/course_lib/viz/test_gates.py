"""Gates by hand and learned: frames are the layers' own, and what was learned is what is shown."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import recurrent
from course_lib.viz.explorable import bundle
from course_lib.viz.gates import HEARD, NIGHTS, TOKENS, doors, gates

X = np.array(list(HEARD.values()))


@pytest.fixture(scope="module")
def figure():
    return gates()


def cell_by_hand(let_in, keep):
    """Return the cell after each hour, and its last value's slope for each hour's input."""
    c, cells = 0.0, []
    for x, i, f in zip(X, let_in, keep, strict=True):
        c = f * c + i * np.tanh(x)
        cells.append(c)
    kept_to_the_end = np.append(np.cumprod(keep[:0:-1])[::-1], 1)
    return cells, let_in * (1 - np.tanh(X) ** 2) * kept_to_the_end


@pytest.mark.parametrize("bits", ["1000011111", "1010111011", "0111010101", "0000000000"])
def test_an_lstm_lets_in_and_keeps_what_its_gates_say(figure, bits):
    let_in, keep = np.reshape([int(bit) for bit in bits], (2, -1))
    frame = figure.frames[f"lstm:{bits}"]
    cells, slopes = cell_by_hand(let_in, keep)
    np.testing.assert_allclose(frame["kept"], cells, atol=6e-4)
    np.testing.assert_allclose(frame["shown"], np.tanh(cells), atol=6e-4)
    np.testing.assert_allclose(frame["reach"], slopes, atol=6e-4)


@pytest.mark.parametrize("bits", ["1000011111", "1011100110", "0101011111"])
def test_a_gru_renews_what_its_gates_say(figure, bits):
    new, heard = np.reshape([int(bit) for bit in bits], (2, -1))

    def states(x):
        h, found = 0.0, []
        for t in range(len(x)):
            made = np.tanh(x[t] + heard[t] * h)
            h = made if new[t] else h
            found.append((made, h))
        return np.array(found)

    frame = figure.frames[f"gru:{bits}"]
    np.testing.assert_allclose(frame["made"], states(X)[:, 0], atol=6e-4)
    np.testing.assert_allclose(frame["kept"], states(X)[:, 1], atol=6e-4)
    turned = [(states(X + e)[-1, 1] - states(X - e)[-1, 1]) / 2e-4 for e in 1e-4 * np.eye(len(X))]
    np.testing.assert_allclose(frame["reach"], turned, atol=6e-4)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_what_was_learned_is_right_and_its_gates_are_the_models_own(figure, cell):
    model = figure.learned[cell]
    x, y = doors(100, 40, 7)
    assert (model.predict(x) == y).mean() > 0.98
    assert (np.diff(y[x.min(axis=1) < 2], axis=1) != 0).any()
    for number, night in enumerate(NIGHTS.values()):
        frame = figure.frames[f"{cell}-learned:{number}"]
        found = list(recurrent.gate_values(model, night).values())
        np.testing.assert_allclose(frame["rows"][: len(found)], [g[:, 0] for g in found], atol=6e-4)
        last, told = None, []
        for token in night:
            last = token if token < 2 else last
            told.append(TOKENS[last])
        assert frame["says"] == told


def test_the_learned_gru_opens_when_a_door_does(figure):
    update = np.array(figure.frames["gru-learned:3"]["rows"][0])
    is_door = np.array(NIGHTS["front, back, front"]) < 2
    assert update[is_door].min() > 0.8
    assert update[~is_door].max() < 0.2


def test_learned_rows_fit_together(figure):
    i, f, o, g, c, h = np.array(figure.frames["lstm-learned:2"]["rows"])
    np.testing.assert_allclose(c[1:], f[1:] * c[:-1] + i[1:] * g[1:], atol=5e-3)
    np.testing.assert_allclose(h, o * np.tanh(c), atol=5e-3)
    z, _, made, h = np.array(figure.frames["gru-learned:2"]["rows"])
    np.testing.assert_allclose(h[1:], (1 - z[1:]) * h[:-1] + z[1:] * made[1:], atol=5e-3)


@pytest.mark.parametrize("key", ["", "lstm", "lstm:10", "lstm:2000011111", "rnn-learned:0",
                                 "gru-learned:5", "gru-learned:x", "gru-other:1"])  # fmt: skip
def test_a_key_that_means_nothing(figure, key):
    with pytest.raises(ValueError, match='key must look like "lstm:1000011111"'):
        figure.frame(key)


def test_gates_are_told_without_a_drawing(figure):
    page = figure.fallback()
    assert "<th>forget gate</th><td>o</td>" in page
    assert "its cell holds 0.762, 0.762, 0.762, 0.762, 0.762" in page


def test_it_adds_a_bearable_amount_to_its_page(figure):
    page = figure.to_html() + bundle("gates")
    assert len(gzip.compress(page.encode())) < 40_000
    assert not re.search(r"^import ", bundle("gates"), re.MULTILINE)
