"""n-gram models against hand counts, sums over all sentences and simulation."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import exp, inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data
from course_lib.ngram import NGramModel

TINY = [["a", "b"], ["a", "a", "c"], ["b"], []]
CORPUS = st.lists(st.lists(st.sampled_from("abc"), max_size=5), min_size=1, max_size=6)


def windows(sentence, n):
    """Return (context, word) pairs of the padded sentence, written out one by one."""
    padded = ["<s>"] * (n - 1) + list(sentence) + ["</s>"]
    return [(tuple(padded[i - n + 1 : i]), padded[i]) for i in range(n - 1, len(padded))]


def test_cows_eat_what_the_lecture_says():
    model = NGramModel.fit(data.cows(), 3)
    assert model.counts["cows", "eat"] == {"corn": 4, "grass": 3, "hay": 2, "if": 1, "which": 1}
    expected = {"corn": 4 / 11, "grass": 3 / 11, "hay": 2 / 11, "if": 1 / 11, "which": 1 / 11}
    assert model.distribution(("cows", "eat")) == expected
    assert model.prob("corn", ("cows", "eat")) == 4 / 11
    assert model.prob("zebra", ("cows", "eat")) == 0


def test_fit_pads_both_ends():
    assert NGramModel.fit(TINY, 1).counts == {(): {"a": 3, "b": 2, "c": 1, "</s>": 4}}
    assert NGramModel.fit(TINY, 2).counts == {
        ("<s>",): {"a": 2, "b": 1, "</s>": 1},
        ("a",): {"a": 1, "b": 1, "c": 1},
        ("b",): {"</s>": 2},
        ("c",): {"</s>": 1},
    }
    assert NGramModel.fit([["x"]], 4).counts == {
        ("<s>", "<s>", "<s>"): {"x": 1},
        ("<s>", "<s>", "x"): {"</s>": 1},
    }


def test_vocab_is_sorted_and_holds_the_end_but_not_the_start():
    model = NGramModel.fit([["b", "Z"], ["a"]], 3)
    assert model.vocab == ("</s>", "Z", "a", "b")
    assert (model.n, model.smoothing) == (3, 0.0)
    assert NGramModel(3, model.counts).smoothing == 0


@given(CORPUS, st.integers(1, 4), st.sampled_from([0, Fraction(1, 2), 2]))
def test_probabilities_are_counts_divided(sentences, n, smoothing):
    model = NGramModel.fit(sentences, n, smoothing=float(smoothing))
    pairs = [pair for sentence in sentences for pair in windows(sentence, n)]
    vocab = sorted({word for _, word in pairs})
    assert list(model.vocab) == vocab
    for context in {context for context, _ in pairs}:
        following = [word for c, word in pairs if c == context]
        distribution = model.distribution(context)
        assert sum(distribution.values()) == pytest.approx(1, rel=1e-14)
        for word in vocab:
            hits = following.count(word) + smoothing
            expected = float(hits / Fraction(len(following) + smoothing * len(vocab)))
            assert model.prob(word, context) == pytest.approx(expected, rel=1e-15)
            assert distribution.get(word, 0) == model.prob(word, context)
        assert list(distribution) == (vocab if smoothing else sorted(set(following)))


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("smoothing", [0.0, 0.5])
def test_probabilities_of_all_sentences_sum_to_one(n, smoothing):
    model = NGramModel.fit(TINY, n, smoothing)
    words = [word for word in model.vocab if word != "</s>"]
    ended = sum(exp(model.log_prob(s)) for L in range(5) for s in product(words, repeat=L))
    going_on = 0.0  # the first five words, whatever comes then
    for beginning in product(words, repeat=5):
        going_on += np.prod([model.prob(w, c) for c, w in windows(beginning, n)[:-1]])
    assert ended + going_on == pytest.approx(1, rel=1e-12)


@given(CORPUS, CORPUS, st.integers(1, 4), st.sampled_from([0.0, 0.5]))
def test_log_prob_and_perplexity_multiply_prob_over_words_and_end(train, new, n, smoothing):
    model = NGramModel.fit(train, n, smoothing)
    logs = []
    for sentence in new:
        steps = [model.prob(word, context) for context, word in windows(sentence, n)]
        logs.append(sum(log(p) if p else -inf for p in steps))
        assert model.log_prob(sentence) == pytest.approx(logs[-1], rel=1e-13)
    words = sum(len(sentence) + 1 for sentence in new)
    assert model.perplexity(new) == pytest.approx(exp(-sum(logs) / words), rel=1e-12)


def test_perplexity_is_the_sides_of_a_fair_die():
    model = NGramModel.fit([["a", "b"], ["c"]], 2, smoothing=1e9)
    assert model.perplexity([["c", "b", "a"], []]) == pytest.approx(4, rel=1e-6)
    certain = NGramModel.fit([["a", "b"]], 2)
    assert certain.perplexity([["a", "b"]]) == 1
    assert certain.log_prob(["a", "b"]) == 0
    assert certain.perplexity([["a", "b"], ["b"]]) == inf
    assert certain.log_prob(["b"]) == -inf


def test_the_counted_model_fits_its_own_sentences_best():
    perplexities = [NGramModel.fit(data.cows(), 2, s).perplexity(data.cows()) for s in (0, 0.1, 1)]
    assert perplexities == sorted(perplexities)
    by_n = [NGramModel.fit(data.cows(), n).perplexity(data.cows()) for n in (1, 2, 3, 4)]
    assert by_n == sorted(by_n, reverse=True)


def test_only_the_last_words_of_a_context_count_and_a_short_one_is_a_beginning():
    model = NGramModel.fit(TINY, 3)
    assert model.distribution(("c", "b", "<s>", "a")) == model.distribution(("<s>", "a"))
    assert model.distribution(("a",)) == {"a": 1 / 2, "b": 1 / 2}
    assert model.distribution(("a",)) == model.distribution(["<s>", "a"])
    assert model.distribution(("a", "a")) == {"c": 1}
    assert model.distribution() == {"</s>": 1 / 4, "a": 1 / 2, "b": 1 / 4}
    assert model.prob("b") == 1 / 4
    unigram = NGramModel.fit(TINY, 1)
    assert unigram.prob("a", ("b", "c")) == unigram.prob("a", ()) == 3 / 10


def test_an_unseen_context_is_empty_without_smoothing_and_uniform_with_it():
    plain, smooth = NGramModel.fit(TINY, 2), NGramModel.fit(TINY, 2, smoothing=0.3)
    assert plain.distribution(("zebra",)) == {}
    assert plain.prob("a", ("zebra",)) == 0.0
    assert smooth.distribution(("zebra",)) == dict.fromkeys(["</s>", "a", "b", "c"], 1 / 4)
    assert smooth.prob("a", ("zebra",)) == 1 / 4


@pytest.mark.parametrize("smoothing", [0.0, 1.0])
def test_an_unknown_word_and_the_start_have_probability_zero(smoothing):
    model = NGramModel.fit(TINY, 2, smoothing)
    assert model.prob("zebra", ("a",)) == 0.0
    assert model.prob("<s>", ("a",)) == 0.0
    assert model.prob("</s>", ("b",)) == (2 + smoothing) / (2 + 4 * smoothing)
    assert model.log_prob(["a", "zebra"]) == -inf


def test_sample_is_repeated_by_its_seed():
    model = NGramModel.fit(data.cows(), 2)
    assert model.sample(1) == model.sample(np.random.default_rng(1))
    assert len({tuple(model.sample(seed)) for seed in range(20)}) > 5


@pytest.mark.parametrize("n", [1, 2, 3])
def test_samples_are_sentences_that_the_model_can_say_and_carry_no_markers(n):
    model = NGramModel.fit(data.cows(), n)
    rng = np.random.default_rng(0)
    for _ in range(50):
        words = model.sample(rng)
        assert not {"<s>", "</s>"} & set(words)
        assert model.log_prob(words) > -inf


def test_sample_rolls_the_die_of_its_context():
    model = NGramModel.fit(data.cows(), 3)
    rng, n = np.random.default_rng(0), 4_000
    seen = Counter(model.sample(rng, ("cows", "eat"), max_length=1)[0] for _ in range(n))
    assert set(seen) == {"corn", "grass", "hay", "if", "which"}
    for word, p in model.distribution(("cows", "eat")).items():
        assert abs(seen[word] / n - p) <= 5 * sqrt(p * (1 - p) / n)  # five standard errors


def test_whole_samples_are_as_frequent_as_they_are_probable():
    model = NGramModel.fit([["a", "b"], ["a"], ["b", "a"]], 2, smoothing=0.2)
    rng, n = np.random.default_rng(2), 4_000
    seen = Counter(tuple(model.sample(rng, max_length=30)) for _ in range(n))
    for sentence in [(), ("a",), ("b",), ("a", "b"), ("b", "a"), ("a", "a")]:
        p = exp(model.log_prob(sentence))
        assert abs(seen[sentence] / n - p) <= 5 * sqrt(p * (1 - p) / n), sentence


def test_sample_ends_at_the_end_or_at_max_length():
    endless = NGramModel.fit([["ha"] * 100], 1)
    assert endless.sample(0, max_length=7) == ["ha"] * 7
    assert endless.sample(0, max_length=0) == []
    sure = NGramModel.fit([["x", "y", "z"]], 2)
    assert sure.sample(0) == ["x", "y", "z"]
    assert sure.sample(0, ("x",)) == ["y", "z"]
    assert sure.sample(0, ("x",), 1) == ["y"]
    long = NGramModel.fit([[f"w{i}" for i in range(150)]], 2)
    assert long.sample(0) == [f"w{i}" for i in range(100)]


def test_sentences_are_left_alone_and_may_be_any_lists():
    sentences = [["a", "b"], ["b"]]
    model = NGramModel.fit(sentences, 2)
    assert sentences == [["a", "b"], ["b"]]
    same = NGramModel.fit((iter(s) for s in sentences), 2)
    assert same.counts == NGramModel.fit([np.array(s) for s in sentences], 2).counts == model.counts


MODEL = NGramModel.fit(TINY, 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: NGramModel.fit([], 2), ValueError, "sentences must hold at least one sentence"),
        (lambda: NGramModel.fit("a b", 2), TypeError, "sentences must be a list, got str 'a b'"),
        (lambda: NGramModel.fit(["a", "b"], 2), TypeError, "sentences must be a list, got str 'a'"),
        (lambda: NGramModel.fit(None, 2), TypeError, "sentences must be a list, got NoneType"),
        (
            lambda: NGramModel.fit([["a", 1]], 2),
            TypeError,
            "sentences must hold words as strings, got 1",
        ),
        (
            lambda: NGramModel.fit([["a", "</s>"]], 2),
            ValueError,
            "sentences must come without <s> and </s>",
        ),
        (
            lambda: NGramModel.fit([["<s>", "a"]], 2),
            ValueError,
            "sentences must come without <s> and </s>",
        ),
        (lambda: NGramModel.fit(TINY, 0), ValueError, "n must be at least 1, got 0"),
        (lambda: NGramModel.fit(TINY, 2.0), TypeError, "n must be a whole number"),
        (lambda: NGramModel.fit(TINY, 2, -1), ValueError, "smoothing must be at least 0, got -1"),
        (
            lambda: NGramModel.fit(TINY, 2, np.nan),
            ValueError,
            "smoothing must be at least 0, got nan",
        ),
        (lambda: NGramModel.fit(TINY, 2, "much"), TypeError, "smoothing must be a number, got str"),
        (lambda: NGramModel.fit(TINY, 0, "much"), ValueError, "n must be at least 1"),
        (lambda: MODEL.prob("a", "b"), TypeError, "context must be a list, got str 'b'"),
        (lambda: MODEL.prob("a", (1,)), TypeError, "context must hold words as strings, got 1"),
        (lambda: MODEL.prob(3, ("a",)), TypeError, "word must be a string, got int"),
        (lambda: MODEL.distribution("a"), TypeError, "context must be a list, got str 'a'"),
        (lambda: MODEL.log_prob("a"), TypeError, "sentence must be a list, got str 'a'"),
        (lambda: MODEL.log_prob(["</s>"]), ValueError, "sentence must come without <s> and </s>"),
        (lambda: MODEL.perplexity([]), ValueError, "sentences must hold at least one sentence"),
        (lambda: MODEL.perplexity(["a"]), TypeError, "sentences must be a list, got str 'a'"),
        (lambda: MODEL.sample(0.5), TypeError, "rng must be a numpy.random.Generator"),
        (lambda: MODEL.sample(0, "a"), TypeError, "context must be a list, got str 'a'"),
        (lambda: MODEL.sample(0, ("zebra",)), ValueError, r"context must be known.*\('zebra',\)"),
        (lambda: MODEL.sample(0, (), -1), ValueError, "max_length must be at least 0, got -1"),
        (lambda: NGramModel(2, {}), ValueError, "counts must hold at least one context"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
