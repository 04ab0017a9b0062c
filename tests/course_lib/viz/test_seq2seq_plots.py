"""The pictures of attention and beam search show the numbers of the model."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib.seq2seq import Seq2Seq
from course_lib.viz import seq2seq as draw
from course_lib.viz.heat import BEHIND_LETTERS
from tests.course_lib.viz.reading import count_styled, fits_a_page, letters, opacities

WEIGHTS = np.array([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]])


def test_attention_is_a_table_with_tokens_on_both_sides():
    picture = draw.attention(WEIGHTS, ["je", "te", "vois"], ["see", "end"])
    fits_a_page(picture)
    assert picture.alt == (
        "Attention over 3 source tokens while 2 are written. Each looks most: "
        "see at je (0.70), end at vois (0.50)."
    )
    found = letters(picture)
    assert [text for text in found if "." in text] == [
        "0.70",
        "0.20",
        "0.10",
        "0.25",
        "0.25",
        "0.50",
    ]
    assert {"je", "te", "vois", "see", "end", "source", "written"} <= set(found)
    (shades,) = opacities(picture)
    np.testing.assert_allclose(shades, BEHIND_LETTERS * WEIGHTS, atol=0.005)


def test_a_long_sentence_has_shades_alone_up_to_its_highest_weight():
    weights = np.random.default_rng(0).dirichlet(np.ones(9), size=4)
    picture = draw.attention(weights, list("abcdefghi"), list("wxyz"))
    assert not any("." in text for text in letters(picture))
    np.testing.assert_allclose(opacities(picture)[0], weights / weights.max(), atol=0.005)


@pytest.mark.parametrize("seed", range(3))
def test_beam_tree_holds_what_beam_search_kept(seed):
    model = Seq2Seq(4, 3, 5, 6, attention=True, rng=seed)
    rng = np.random.default_rng(seed)
    for param in model.params.values():
        param[...] = rng.normal(0, 0.8, param.shape)
    src, width = [0, 3, 1], 2
    picture = draw.beam_tree(model, src, width, 3, list("abc"))
    fits_a_page(picture)
    (best, log_p), *_ = model.beam(src, width, 3)
    told = " ".join(["abc"[token] for token in best] + ["end"] * (len(best) < 3))
    assert picture.alt.endswith(f"The best is {told}, log probability {log_p:.3g}.")
    found = letters(picture)
    assert "start" in found
    for tokens, p in model.beam(src, width, 1):  # the first step's beginnings and their numbers
        first = f"{'abc'[tokens[0]]} {p:.2g}" if tokens else f"end {p:.2g}"
        assert first in [" ".join(text.split()) for text in found]
    kept = {tuple(t) for k in range(4) for t, _ in model.beam(src, width, k) if len(t) == k and k}
    ended = {tuple(t) for k in range(4) for t, _ in model.beam(src, width, k) if len(t) < k}
    assert len([text for text in found if text not in ("", "start")]) == len(kept) + len(ended)


def test_beginnings_that_were_dropped_are_dashed():
    model = Seq2Seq(4, 3, 5, 6, rng=0)
    model.params["b_y"][...] = [3, 2.5, 0, -9]  # both beginnings go on; then one wins
    picture = draw.beam_tree(model, [1], 1, 3)
    assert count_styled(picture, "stroke-dasharray") == 0
    wide = draw.beam_tree(model, [1], 2, 4)
    final = {tuple(tokens[:k]) for tokens, _ in model.beam([1], 2, 4) for k in range(1, 5)}
    kept = {tuple(t) for k in range(1, 5) for t, _ in model.beam([1], 2, k)}
    assert count_styled(wide, "stroke-dasharray") == len(kept - final)


BAD = [
    (lambda: draw.beam_tree(3, [0], 2, 2), TypeError, "model must be a Seq2Seq, got int"),
    (
        lambda: draw.beam_tree(Seq2Seq(2, 3, 2, 2), [0], 2, 2, ["a", "b"]),
        ValueError,
        "names must hold 3 tokens, got 2",
    ),
    (
        lambda: draw.beam_tree(Seq2Seq(2, 3, 2, 2), [0], 0, 2),
        ValueError,
        "width must be at least 1, got 0",
    ),
    (lambda: draw.attention([[0.5, 0.6]], "ab", "c"), ValueError, "weights must sum to 1, got 1.1"),
    (lambda: draw.attention([0.5, 0.5], ["a"], ["b"]), ValueError, r"must have shape \(U, T\)"),
    (lambda: draw.attention(WEIGHTS, ["a"], ["b", "c"]), ValueError, "source must hold 3 tokens"),
    (lambda: draw.attention(WEIGHTS, list("abc"), ["b"]), ValueError, "target must hold 2 tokens"),
    (lambda: draw.attention(WEIGHTS, "abc", ["b", "c"]), TypeError, "source must be a list"),
    (
        lambda: draw.attention(np.eye(41), list(range(41)), list(range(41))),
        ValueError,
        "the longer side must be between 1 and 40, got 41",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
