"""The encoder: its frames are the training's own, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib.autoencoder import encoder_8_3_8
from course_lib.viz.encoder import EPOCHS, STARTS, encoder
from course_lib.viz.explorable import bundle


@pytest.fixture(scope="module")
def training():
    return encoder()


def test_a_frame_is_the_history_of_its_start(training):
    net, history = encoder_8_3_8(2)
    frame = training.frames["2"]
    assert len(frame["codes"]) == len(EPOCHS)
    for step in (0, 11, len(EPOCHS) - 1):
        epoch = EPOCHS[step] - 1
        for name, digits in (("errors", 3), ("codes", 3), ("weights", 2)):
            np.testing.assert_allclose(
                frame[name][step], history[name][epoch], atol=0.51 * 10**-digits
            )
        assert frame["distinct"][step] == len({tuple(h) for h in history["codes"][epoch].round()})
    assert net.hidden(np.eye(8))[0].round().tolist() == np.round(frame["codes"][-1]).tolist()


def test_starts_differ_and_all_come_to_eight_codes(training):
    assert list(training.frames) == [str(start) for start in range(STARTS)]
    codes = []
    for start in training.frames:
        training.choice = start
        codes.append(tuple(bits for *_, bits in training.final_codes()))
        assert training.frames[start]["distinct"][-1] == 8
        assert len(set(codes[-1])) == 8
    assert len(set(codes)) == STARTS
    training.choice = "0"


def test_python_answers_for_a_start_that_is_not_stored(training):
    training.wanted = "9"
    assert training.choice == "9"
    last = encoder_8_3_8(9)[1]["codes"][EPOCHS[-1] - 1]
    np.testing.assert_allclose(training.frames["9"]["codes"][-1], last, atol=5.1e-4)
    training.frames = {key: frame for key, frame in training.frames.items() if key != "9"}
    training.choice = "0"


@pytest.mark.parametrize("key", ["", "x", "1:0", "-1"])
def test_a_key_that_means_nothing(training, key):
    with pytest.raises(ValueError, match='key must look like "3", got'):
        training.frame(key)


def test_codes_are_told_without_a_drawing(training):
    pattern, values, bits = training.final_codes()[5]
    assert pattern == "00000100"
    shown = " ".join(f"{value:.2f}" for value in values)
    assert f"<th>00000100</th><td>{shown}</td><td>{bits}</td>" in training.fallback()
    assert "8 different codes" in training.summary()


def test_it_adds_a_bearable_amount_to_its_page(training):
    page = training.to_html() + bundle("encoder")
    assert len(gzip.compress(page.encode())) < 100_000
    assert not re.search(r"^import ", bundle("encoder"), re.MULTILINE)
