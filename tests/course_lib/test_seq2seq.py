"""Sequence to sequence: gradients, masks, exhaustive search, and strings it has never seen."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.seq2seq import Seq2Seq
from course_lib.seq2seq.search import best, until

SRC = [[2, 0, 1], [3], [1, 3, 3, 0, 2]]
TGT = [[0, 1], [], [2, 2, 1, 0]]
KINDS = [(cell, attention) for cell in ("rnn", "lstm", "gru") for attention in (False, True)]


def random_model(cell="gru", attention=False, **kwargs):
    """A model over 4 source and 3 target tokens, every parameter at random, biases too."""
    model = Seq2Seq(4, 3, 5, 6, cell=cell, attention=attention, rng=0, **kwargs)
    rng = np.random.default_rng(1)
    for name, param in model.params.items():
        model.params[name] = rng.normal(0, 0.7, size=param.shape).astype(param.dtype)
    return model


@pytest.mark.parametrize(("cell", "attention"), KINDS)
def test_gradients_by_finite_differences(cell, attention):
    model = random_model(cell, attention)
    errors = gradcheck.check(model, SRC, TGT, samples=12)
    assert set(errors) == set(model.params)
    assert max(errors.values()) < 1e-6


@pytest.mark.parametrize(("cell", "attention"), KINDS)
def test_padding_does_not_matter(cell, attention):
    model = random_model(cell, attention)
    together, grads = model.loss_and_grads(SRC, TGT)
    alone = [model.loss_and_grads([x], [y]) for x, y in zip(SRC, TGT, strict=True)]
    assert together == pytest.approx(np.mean([loss for loss, _ in alone]))
    for name in grads:
        np.testing.assert_allclose(
            grads[name], np.mean([g[name] for _, g in alone], axis=0), atol=1e-12
        )


@pytest.mark.parametrize(("cell", "attention"), KINDS)
def test_log_prob_is_a_product_over_steps(cell, attention):
    """Step by step through `decode`, its state carried on, as a decoder without a teacher would."""
    model = random_model(cell, attention)
    src, tgt = SRC[0], [1, 0, 2]
    encoded = model.encode([src])
    state, total = encoded["state"], 0.0
    for read, due in zip([3, *tgt], [*tgt, 3], strict=True):
        scores, state, _ = model.decode(np.array([[read]]), encoded, state)
        p = np.exp(scores[0, 0])
        total += np.log(p[due] / p.sum())
    assert model.log_prob(src, tgt) == pytest.approx(total)


@pytest.mark.parametrize("attention", [False, True])
def test_a_wide_beam_finds_what_trying_all_finds(attention):
    model = random_model(attention=attention)
    src, max_length = SRC[2], 3
    ended = [t for n in range(max_length) for t in product(range(3), repeat=n)]
    everything = {t: model.log_prob(src, list(t)) for t in ended}
    for t in product(range(3), repeat=max_length):
        encoded = model.encode([src])
        scores, _, _ = model.decode(np.array([[3, *t[:-1]]]), encoded, encoded["state"])
        log_p = scores[0] - np.log(np.exp(scores[0]).sum(axis=1, keepdims=True))
        everything[t] = log_p[np.arange(max_length), t].sum()
    expected = sorted(everything.items(), key=lambda item: -item[1])

    found = model.beam(src, width=100, max_length=max_length)

    assert len(found) == len(expected) == 1 + 3 + 9 + 27
    for (tokens, log_p), (right, right_p) in zip(found, expected, strict=True):
        assert log_p == pytest.approx(right_p)
        assert tuple(tokens) == right


@pytest.mark.parametrize("attention", [False, True])
def test_a_beam_of_one_is_greedy_and_a_wider_one_is_never_worse(attention):
    model = random_model("lstm", attention)
    for src in SRC:
        ((tokens, log_p),) = model.beam(src, width=1, max_length=6)
        assert tokens == model.greedy(src, 6)
        wider = model.beam(src, width=4, max_length=6)
        assert len(wider) == 4
        assert wider[0][1] >= log_p - 1e-12
        assert [p for _, p in wider] == sorted((p for _, p in wider), reverse=True)


def test_greedy_in_a_batch_is_greedy_alone():
    model = random_model(attention=True)
    assert model.greedy_batch(SRC, 5) == [model.greedy(src, 5) for src in SRC]
    assert model.greedy(SRC[0], 0) == []
    assert all(len(tokens) <= 2 for tokens in model.greedy_batch(SRC, 2))


def test_an_ended_row_is_cut_at_its_end():
    assert until([4, 2, 9, 1, 9], end=9) == [4, 2]
    assert until(np.array([9, 1]), end=9) == []
    assert until([1, 2], end=9) == [1, 2]


def test_best_breaks_ties_by_order():
    table = np.array([[0.5, 0.1], [0.5, 0.7]])
    assert best(table, 3) == [(1, 1), (0, 0), (1, 0)]


def unseen(n, seed, alphabet=6, longest=6):
    """Random strings, those of another seed left out."""
    rng = np.random.default_rng(seed)
    return [rng.integers(alphabet, size=rng.integers(2, longest + 1)).tolist() for _ in range(n)]


def solved(model, src, tgt) -> float:
    written = model.greedy_batch(src, max(map(len, tgt)) + 1)
    return np.mean([a == b for a, b in zip(written, tgt, strict=True)])


@pytest.mark.parametrize(
    ("cell", "attention", "hidden"), [("lstm", False, 64), ("gru", False, 96), ("gru", True, 64)]
)
def test_it_reverses_strings_it_has_never_seen(cell, attention, hidden, learned):
    train_src = unseen(4000, 0)
    known = {tuple(src) for src in train_src}
    test_src = [src for src in unseen(400, 1) if tuple(src) not in known]
    assert len(test_src) > 100
    model = Seq2Seq(6, 6, 16, hidden, cell, attention, rng=0, dtype=np.float32)
    model.fit(train_src, [src[::-1] for src in train_src], epochs=20, lr=0.003, rng=0)
    right = solved(model, test_src, [src[::-1] for src in test_src])
    name = f"{cell.upper()}{' with attention' if attention else ''}"
    learned(f"seq2seq, {name}: unseen strings it reverses", right, at_least=0.95)
    assert model.history["loss"][-1] < 0.1 * model.history["loss"][0]


def test_it_adds_numbers_it_has_never_seen(learned):
    """Digits of two numbers below 100, last digit first, and their sum."""
    rng = np.random.default_rng(0)
    pairs = rng.permutation([(a, b) for a in range(100) for b in range(100)])[:6000]

    def written(number):
        return [int(digit) for digit in str(number)[::-1].ljust(2, "0")]

    src = [[*written(a), 10, *written(b)] for a, b in pairs]
    tgt = [[int(digit) for digit in str(a + b)[::-1]] for a, b in pairs]
    model = Seq2Seq(11, 10, 16, 64, rng=0, dtype=np.float32)
    model.fit(src[:5500], tgt[:5500], epochs=20, lr=0.005, rng=0)
    right = solved(model, src[5500:], tgt[5500:])
    learned("seq2seq, GRU: unseen pairs of numbers it adds", right, at_least=0.95)


def test_float32_and_seeds():
    model = random_model(attention=True, dtype=np.float32)
    assert {g.dtype for g in model.loss_and_grads(SRC, TGT)[1].values()} == {np.dtype(np.float32)}
    first, again = (
        Seq2Seq(4, 3, 5, 6, rng=2).fit(SRC, TGT, epochs=2, rng=1).params["W_y"] for _ in range(2)
    )
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: m.loss_and_grads([], []), ValueError, "src must hold at least one sequence"),
        (lambda m: m.loss_and_grads([[]], [[0]]), ValueError, r"src\[0\] must hold at least one"),
        (lambda m: m.loss_and_grads([[4]], [[0]]), ValueError, r"src\[0\] must be in 0..3, got 4"),
        (lambda m: m.loss_and_grads([[0]], [[3]]), ValueError, r"tgt\[0\] must be in 0..2, got 3"),
        (lambda m: m.loss_and_grads([[0]], [[0], [1]]), ValueError, "must pair up, got 1 and 2"),
        (lambda m: m.fit([[0]], [[0], [1]]), ValueError, "must pair up, got 1 and 2"),
        (lambda m: m.greedy("abc", 3), TypeError, r"src\[0\] must hold integers, got strings"),
        (lambda m: m.greedy([0], -1), ValueError, "max_length must be at least 0"),
        (lambda m: m.beam([0], 0, 3), ValueError, "width must be at least 1"),
        (lambda m: Seq2Seq(4, 3, 5, 6, cell="elman"), ValueError, "cell must be one of"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call(random_model())
