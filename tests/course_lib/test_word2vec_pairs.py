"""Pairs, subsampling and noise against two loops, formulas and counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.word2vec import noise_distribution, skipgram_pairs, subsample

texts = st.lists(st.integers(0, 5), max_size=12)


def pairs_by_loops(tokens, window):
    return [
        [tokens[t], tokens[s]]
        for t in range(len(tokens))
        for s in range(len(tokens))
        if s != t and abs(s - t) <= window
    ]


@given(texts, st.integers(1, 14))
def test_pairs_are_those_of_two_loops_in_their_order(tokens, window):
    pairs = skipgram_pairs(tokens, window)
    assert pairs.tolist() == pairs_by_loops(tokens, window)
    assert pairs.shape == (len(pairs), 2)
    assert pairs.dtype == np.intp


def test_pairs_by_hand():
    assert skipgram_pairs([7, 3, 3, 9], 1).tolist() == [
        [7, 3],
        [3, 7],
        [3, 3],
        [3, 3],
        [3, 9],
        [9, 3],
    ]
    assert skipgram_pairs([4, 5, 6], 10**9).tolist() == pairs_by_loops([4, 5, 6], 2)


def test_subsample_keeps_by_the_formula():
    counts = [800, 150, 50, 0]  # frequencies 0.8, 0.15, 0.05 and 0; kept sqrt(0.1 / f), at most 1
    tokens = np.repeat([0, 1, 2, 3], 20_000)
    kept = subsample(tokens, counts, 0.1, rng=4)
    shares = np.bincount(kept, minlength=4) / 20_000
    np.testing.assert_allclose(shares[:2], [0.125**0.5, (2 / 3) ** 0.5], atol=0.015)
    assert shares[2:].tolist() == [1, 1]
    assert (np.diff(kept) >= 0).all()


def test_subsample_draws_one_number_a_token():
    tokens = np.array([0, 1, 0, 2, 0, 1])
    stays = np.random.default_rng(5).random(6) < np.sqrt([0.5, 1, 0.5, 1, 0.5, 1])
    expected = tokens[stays]
    assert 0 < len(expected) < 6
    assert subsample(tokens, [6, 3, 3], 0.25, rng=5).tolist() == expected.tolist()
    assert subsample(tokens, [6, 3, 3], 0.25, np.random.default_rng(5)).tolist() == [*expected]


def test_subsample_keeps_all_at_and_below_the_threshold():
    tokens = np.tile([0, 1], 500)
    assert subsample(tokens, [5, 5], 0.5, rng=0).tolist() == tokens.tolist()
    assert subsample([], [5, 5], 0.5, rng=0).tolist() == []


def test_noise_distribution_by_hand():
    np.testing.assert_allclose(noise_distribution([1, 16, 0, 81]), [1 / 36, 8 / 36, 0, 27 / 36])
    np.testing.assert_allclose(noise_distribution([1, 3, 0], power=1), [0.25, 0.75, 0])
    np.testing.assert_allclose(noise_distribution([1, 3], power=0), [0.5, 0.5])
    assert noise_distribution(np.float32([1, 2])).dtype == np.float32


BAD = [
    (skipgram_pairs, ([0.5, 1], 2), TypeError, "tokens must hold integers, got float64"),
    (skipgram_pairs, (["a", "b"], 2), TypeError, "tokens must hold integers, got strings"),
    (skipgram_pairs, ([[0, 1]], 2), ValueError, r"tokens must have shape \(n,\), got \(1, 2\)"),
    (skipgram_pairs, ([0, -1], 2), ValueError, "tokens must be at least 0, got -1 at index 1"),
    (skipgram_pairs, ([0, 1], 0), ValueError, "window must be at least 1, got 0"),
    (skipgram_pairs, ([0, 1], 1.0), TypeError, "window must be a whole number, got float"),
    (subsample, ([0, 2], [1, 1], 0.1, 0), ValueError, "tokens must be in 0..1, got 2 at index 1"),
    (subsample, ([0], [1, 1], 0, 0), ValueError, "threshold must be more than 0, got 0"),
    (subsample, ([0], [1, 1], 0.1, None), TypeError, "rng must be a numpy.random.Generator"),
    (subsample, ([0], [1, -1], 0.1, 0), ValueError, "counts must not be negative, got -1.0"),
    (noise_distribution, ([0, 0],), ValueError, "counts must hold at least one word that occurs"),
    (noise_distribution, ([],), ValueError, "counts must hold at least one word that occurs"),
    (noise_distribution, ([1, np.nan],), ValueError, "counts must be finite, got nan at index 1"),
    (noise_distribution, ([[1, 2]],), ValueError, r"counts must have shape \(V,\), got \(1, 2\)"),
    (noise_distribution, ([1, 2], -1), ValueError, "power must be at least 0, got -1"),
]


@pytest.mark.parametrize(("function", "arguments", "error", "message"), BAD)
def test_bad_input_is_refused(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)
