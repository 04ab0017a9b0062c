"""Recurrent language models: gradients, certainty in sum, and memory past an n-gram."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.ngram import NGramModel
from course_lib.rnn_lm import RNNLanguageModel

CELLS = ("rnn", "lstm", "gru")


def random_model(cell="lstm", vocab=3, **kwargs):
    model = RNNLanguageModel(vocab, 4, 5, cell=cell, rng=0, **kwargs)
    rng = np.random.default_rng(1)
    for name, param in model.params.items():
        model.params[name] = rng.normal(0, 0.7, size=param.shape).astype(param.dtype)
    return model


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_by_finite_differences(cell):
    x, y = [[0, 2, 1, 1], [2, 2, 0, 1]], [[2, 1, 1, 0], [2, 0, 1, 1]]
    errors = gradcheck.check(random_model(cell), x, y, samples=15)
    assert set(errors) == {"E", "W_x", "W_h", "b", "W_y", "b_y"}
    assert max(errors.values()) < 1e-6


@pytest.mark.parametrize("cell", CELLS)
def test_all_continuations_together_are_certain(cell):
    model = random_model(cell)
    total = sum(np.exp(model.log_prob([1, *rest])) for rest in product(range(3), repeat=3))
    assert total == pytest.approx(1)


@pytest.mark.parametrize("cell", CELLS)
def test_the_state_carries_all_that_was_read(cell):
    model = random_model(cell)
    ids = np.array([[0, 2, 2, 1, 0, 1]])
    whole, end = model.scores(ids)
    first, state = model.scores(ids[:, :2])
    second, end_again = model.scores(ids[:, 2:], state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole)
    for part, again in zip(end, end_again, strict=True):
        np.testing.assert_allclose(part, again)


def test_log_prob_and_perplexity_follow_from_the_loss():
    model = random_model()
    ids = np.array([0, 2, 2, 1, 0])
    loss, _ = model.loss_and_grads(ids[None, :-1], ids[None, 1:])
    assert model.log_prob(ids) == pytest.approx(-4 * loss)
    assert model.perplexity(ids) == pytest.approx(np.exp(loss))


def test_samples_follow_the_model():
    """Among many samples, pairs come as often as their probability says."""
    model = random_model()
    rng = np.random.default_rng(0)
    pairs = [tuple(model.sample(2, rng, prompt=[1]).tolist()) for _ in range(3000)]
    for pair in product(range(3), repeat=2):
        p = np.exp(model.log_prob([1, *pair]))
        # Four standard deviations of a share of 3000.
        assert abs(pairs.count(pair) / 3000 - p) < 4 * np.sqrt(p * (1 - p) / 3000) + 1e-9


def test_temperature_sharpens_and_flattens():
    model = random_model()
    scores = model.scores([[1]])[0][0, -1]
    cold = [int(model.sample(1, seed, temperature=0.01, prompt=[1])[0]) for seed in range(20)]
    assert set(cold) == {int(scores.argmax())}
    hot = [int(model.sample(1, seed, temperature=100.0, prompt=[1])[0]) for seed in range(300)]
    assert min(np.bincount(hot, minlength=3)) > 60


def test_sample_without_a_prompt_starts_as_the_text_does():
    model = RNNLanguageModel(4, 3, 3).fit([2, 2, 2, 2, 1, 2], epochs=1)
    firsts = [int(model.sample(1, seed)[0]) for seed in range(60)]
    assert set(firsts) == {1, 2}
    assert firsts.count(2) > firsts.count(1)
    assert len(model.sample(7, 0)) == 7
    assert model.sample(0, 0).shape == (0,)


def test_windows_cover_the_whole_text(monkeypatch):
    from course_lib import rnn_lm

    seen = {}
    monkeypatch.setattr(rnn_lm.train, "fit", lambda model, data, *a, **k: seen.update(data=data))
    RNNLanguageModel(20, 2, 2).fit(np.arange(11), steps=4)
    x, y = seen["data"]
    assert x.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [6, 7, 8, 9]]
    np.testing.assert_array_equal(y, x + 1)
    RNNLanguageModel(20, 2, 2).fit(np.arange(3), steps=50)
    assert [part.tolist() for part in seen["data"]] == [[[0, 1]], [[1, 2]]]


def agreement(n_sentences, seed):
    """Sentences whose last word must agree with their first, words of no use between."""
    rng = np.random.default_rng(seed)
    text = []
    for _ in range(n_sentences):
        number = int(rng.integers(2))
        filler = rng.integers(4, 8, size=rng.integers(3, 7))
        text += [number, *filler.tolist(), 2 + number, 8]
    return np.array(text)


def test_it_remembers_what_an_n_gram_forgets(learned):
    """On long agreement its perplexity is below the best n-gram's, whatever n is."""
    train_ids, test_ids = agreement(1500, 0), agreement(300, 1)

    def words(ids):
        return [str(i) for i in ids]

    best_ngram = min(
        NGramModel.fit([words(train_ids)], n, smoothing=0.1).perplexity([words(test_ids)])
        for n in (1, 2, 3, 4, 5)
    )
    model = RNNLanguageModel(9, 8, 24, cell="lstm", dtype=np.float32)
    model.fit(train_ids, epochs=10, lr=0.02, steps=48)
    share = model.perplexity(test_ids) / best_ngram
    learned("LSTM language model: perplexity as a share of the best n-gram's", share, at_most=0.92)

    # The last word's number is certain, though up to six words lie between.
    certain = []
    for number in (0, 1):
        scores = model.scores([[8, number, 4, 5, 6, 7, 5, 4]])[0][0, -1]
        certain.append(scores[2 + number] - scores[3 - number])
    assert min(certain) > 3


def test_float32_and_seeds():
    model = random_model(dtype=np.float32)
    _, grads = model.loss_and_grads([[0, 1]], [[1, 2]])
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}
    ids = np.arange(40) % 5
    first, again = (
        RNNLanguageModel(5, 3, 4, rng=1).fit(ids, epochs=2, rng=3).params["W_y"] for _ in range(2)
    )
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(model.sample(9, 4), model.sample(9, np.random.default_rng(4)))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: m.log_prob([1]), ValueError, "ids must hold at least two tokens, got 1"),
        (lambda m: m.fit([0]), ValueError, "ids must hold at least two tokens, got 1"),
        (lambda m: m.log_prob([1, 3]), ValueError, "ids must be in 0..2, got 3 at index 1"),
        (lambda m: m.log_prob("ab"), TypeError, "ids must hold integers, got strings"),
        (lambda m: m.scores([[]]), ValueError, "x must hold at least one token"),
        (lambda m: m.loss_and_grads([[0]], [[0, 1]]), ValueError, r"y must have shape \(1, 1\)"),
        (lambda m: m.sample(3, 0, temperature=0), ValueError, "temperature must be more than 0"),
        (lambda m: m.sample(3, 0, prompt=[5]), ValueError, "prompt must be in 0..2, got 5"),
        (lambda m: RNNLanguageModel(3, 2, 2, cell="elman"), ValueError, "cell must be one of"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call(random_model())
