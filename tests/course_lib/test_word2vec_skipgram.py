"""SkipGram: blocks against pairs, steps against the losses' gradients, and what it learns."""

import numpy as np
import pytest

from course_lib.data.grammar import grammar_analogies, grammar_corpus
from course_lib.gradcheck import check
from course_lib.word2vec import SkipGram, skipgram_pairs
from course_lib.word2vec.blocks import SIZE, text_blocks
from course_lib.word2vec.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from course_lib.word2vec.pairs import noise_distribution

LOSSES = ["negative", "softmax", "hierarchical"]
every_loss = pytest.mark.parametrize("loss", LOSSES)
SENTENCES = [list("abacab"), list("dab"), list("e"), list("bade")]  # a 5, b 4, d and c and e fewer


def pairs_of(blocks):
    rows, contexts = blocks.pairs()
    return blocks.centers.ravel()[rows], contexts


def text(n, n_words, rng):
    tokens = rng.integers(n_words, size=n)
    return tokens, np.sort(rng.integers(1 + n // 9, size=n))


@pytest.mark.parametrize("n", [0, 1, 31, 32, 33, 200])
@pytest.mark.parametrize("n_blocks", [1, 3])
@pytest.mark.parametrize("window", [1, 4, 40])
def test_blocks_hold_the_pairs_of_each_sentence(n, n_blocks, window):
    tokens, sentence = text(n, 7, np.random.default_rng(n))
    reach = np.full(n, window)
    blocks = list(text_blocks(tokens, sentence, reach, window, n_blocks))
    found = np.concatenate([np.column_stack(pairs_of(some)) for some in blocks])
    expected = [skipgram_pairs(tokens[sentence == s], window) for s in np.unique(sentence)]
    assert found.tolist() == np.concatenate([np.zeros((0, 2)), *expected]).tolist()
    assert all(some.centers.shape[0] <= n_blocks for some in blocks)
    assert blocks[0].centers.shape[1] == SIZE == 32
    assert blocks[0].contexts.shape[1:] == (SIZE + 2 * window,)


def test_reach_narrows_the_window_of_its_center():
    tokens = np.arange(50)
    reach = 1 + tokens % 3
    (blocks,) = text_blocks(tokens, np.zeros(50, int), reach, 3, n_blocks=2)
    assert np.column_stack(pairs_of(blocks)).tolist() == [
        [t, s] for t in range(50) for s in range(50) if s != t and abs(s - t) <= reach[t]
    ]


def objectives(words, window):
    frequency = np.array([0.4, 0.1, 0.2, 0.05, 0.25])
    noise = noise_distribution(frequency)
    return {
        "softmax": FullSoftmax(frequency, words, window),
        "negative": NegativeSampling(frequency, words, window, noise, k=3),
        "many negatives": NegativeSampling(frequency, words, window, noise, k=70),
        "hierarchical": HierarchicalSoftmax(frequency, words, window),
    }


def one_step(name, lr, dtype=float, limits=True):
    """Return the tables before and after a step, its pairs, its objective, each pair's block."""
    rng = np.random.default_rng(8)
    tokens, sentence = text(70, 5, rng)
    (blocks,) = text_blocks(tokens, sentence, rng.integers(1, 4, size=70), 3, n_blocks=4)
    objective = objectives(70, 3)[name]
    if not limits:
        objective.limit_in = np.full_like(objective.limit_in, np.inf)
        objective.limit_out = np.full_like(objective.limit_out, np.inf)
    rows = 4 if name == "hierarchical" else 5
    before = rng.normal(size=(5, 6)).astype(dtype), rng.normal(size=(rows, 6)).astype(dtype)
    after = before[0].copy(), before[1].copy()
    objective.step(*after, blocks, lr, np.random.default_rng(9))
    return before, after, pairs_of(blocks), objective, blocks.pairs()[0] // SIZE


@pytest.mark.parametrize("name", ["softmax", "hierarchical"])
def test_a_step_follows_the_gradient_of_its_pairs(name):
    before, after, pairs, objective, _ = one_step(name, 0.02, limits=False)
    _, *gradients = objective.loss(*before, *pairs)
    for old, new, gradient in zip(before, after, gradients, strict=True):
        np.testing.assert_allclose(
            new, old - 0.02 * len(pairs[0]) * gradient, rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize(
    ("name", "shared", "weight"), [("negative", 16, 3 / 16), ("many negatives", 70, 1)]
)
def test_a_step_with_shared_noise_follows_the_weighted_gradient(name, shared, weight):
    before, after, pairs, objective, block = one_step(name, 0.02, limits=False)
    P = len(pairs[0])
    drawn = objective.draw(np.random.default_rng(9), (block[-1] + 1, shared))
    assert block[-1] == 2
    _, *alone = objective.loss(*before, *pairs, np.zeros((P, 0), int))
    _, *full = objective.loss(*before, *pairs, drawn[block])
    for old, new, text_part, both in zip(before, after, alone, full, strict=True):
        gradient = text_part + weight * (both - text_part)
        np.testing.assert_allclose(new, old - 0.02 * P * gradient, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["softmax", "negative", "hierarchical"])
def test_steps_end_at_their_limits(name):
    before, free, *_ = one_step(name, 1.0, limits=False)
    _, limited, *_ = one_step(name, 1.0)
    limits = objectives(70, 3)[name]
    for old, far, near, limit in zip(
        before, free, limited, (limits.limit_in, limits.limit_out), strict=True
    ):
        assert (limit < 1).all()
        np.testing.assert_allclose(near - old, limit[:, None] * (far - old), rtol=1e-10, atol=1e-12)
    small = one_step(name, limits.limit_out.min() / 10)
    free = one_step(name, limits.limit_out.min() / 10, limits=False)
    np.testing.assert_array_equal(small[1][0], free[1][0])
    np.testing.assert_array_equal(small[1][1], free[1][1])


def test_limits_by_hand():
    # 100 words a step, 4 contexts a word on average; each row counts one occurrence more.
    # A noise word meets the 32 words of its block; 100 words have 50 of them, 16 a block.
    noise = np.array([0.25, 0.75])
    negative = NegativeSampling(np.array([0.1, 0.9]), 100, 3, noise, k=2)
    np.testing.assert_allclose(1 / negative.limit_in, [11 * 4 * 3 / 4, 91 * 4 * 3 / 4])
    of_noise = 32 * 4 * 2 / 16 / 4 * np.array([13.5, 38.5])
    np.testing.assert_allclose(1 / negative.limit_out, [11 + of_noise[0], 91 + of_noise[1]])
    softmax = FullSoftmax(np.array([0.1, 0.9]), 100, 3)
    np.testing.assert_allclose(1 / softmax.limit_in, [22, 182])
    np.testing.assert_allclose(1 / softmax.limit_out, [44, 364])
    tree = HierarchicalSoftmax(np.array([0.5, 0.2, 0.3]), 100, 3)  # lengths 1, 2, 2
    np.testing.assert_allclose(1 / tree.limit_in, np.array([51, 21, 31]) * 4 * 1.5 / 4)
    np.testing.assert_allclose(1 / tree.limit_out, [101, 51])


def test_noise_is_drawn_from_its_distribution():
    noise = np.array([0.2, 0, 0.5, 0.3, 0])
    drawn = NegativeSampling(np.full(5, 0.2), 32, 2, noise, k=2).draw(
        np.random.default_rng(0), 20_000
    )
    np.testing.assert_allclose(np.bincount(drawn, minlength=5) / 20_000, noise, atol=0.012)
    assert not np.isin(drawn, [1, 4]).any()


@every_loss
def test_steps_keep_float32_and_stand_still_without_pairs(loss):
    _, after, _, objective, _ = one_step(loss, 0.1, np.float32)
    assert [table.dtype for table in after] == [np.float32] * 2
    (blocks,) = text_blocks(np.arange(5), np.arange(5), np.ones(5, int), 1, n_blocks=1)
    before = [table.copy() for table in after]
    objective.step(*after, blocks, 0.1, np.random.default_rng(0))
    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[1], before[1])


def test_vocabulary_goes_from_common_to_rare():
    model = SkipGram(4).fit(SENTENCES)
    assert model.vocab == {"a": 0, "b": 1, "d": 2, "e": 3, "c": 4}
    assert list(model.vocab) == ["a", "b", "d", "e", "c"]
    assert model.vectors.shape == model.params["W_out"].shape == (5, 4)
    assert model.vectors is model.params["W_in"]
    assert list(SkipGram(4, min_count=2).fit(SENTENCES).vocab) == ["a", "b", "d", "e"]
    assert SkipGram(4, loss="hierarchical").fit(SENTENCES).params["W_nodes"].shape == (4, 4)
    assert list(SkipGram(2).fit([(3, 1), [3, (2, 2)]]).vocab) == [3, 1, (2, 2)]


def test_rare_words_close_the_gap_they_leave():
    # x occurs once: without it a and b are neighbours, and the two sentences are the same
    kept = SkipGram(3, window=1, min_count=2).fit([list("axb"), list("ab")])
    same = SkipGram(3, window=1).fit([list("ab"), list("ab")])
    np.testing.assert_array_equal(kept.vectors, same.vectors)


@every_loss
def test_the_seed_is_all_that_matters(loss):
    first = SkipGram(3, loss=loss, rng=7, epochs=2)
    vectors = first.fit(SENTENCES).vectors.copy()
    np.testing.assert_array_equal(first.fit(SENTENCES).vectors, vectors)
    generator = np.random.default_rng(7)
    again = SkipGram(3, loss=loss, rng=generator, epochs=2).fit(iter(SENTENCES))
    np.testing.assert_array_equal(again.vectors, vectors)
    assert (SkipGram(3, loss=loss, rng=8, epochs=2).fit(SENTENCES).vectors != vectors).any()
    assert len(first.history["loss"]) == 2
    assert SkipGram(3, loss=loss, epochs=2).fit(SENTENCES).vectors.dtype == np.float64
    low = SkipGram(3, loss=loss, epochs=2, dtype=np.float32).fit(SENTENCES)
    assert [table.dtype for table in low.params.values()] == [np.float32] * 2


def test_without_epochs_the_first_vectors_stay():
    model = SkipGram(50, epochs=0).fit(SENTENCES)
    assert np.abs(model.vectors).max() <= 1 / 50
    assert np.abs(model.vectors).max() > 0.9 / 50
    assert model.vectors.min() < -0.9 / 50
    assert not model.params["W_out"].any()
    assert model.history == {"loss": []}


def test_the_learning_rate_falls_linearly_to_zero(monkeypatch):
    rates = []
    step = NegativeSampling.step
    monkeypatch.setattr(
        NegativeSampling, "step", lambda self, *a: (rates.append(a[3]), step(self, *a))
    )
    SkipGram(2, epochs=2, lr=0.4, batch_size=33).fit([["a", "b"] * 64])  # 128 words, 64 a step
    np.testing.assert_allclose(rates, [0.4, 0.3, 0.2, 0.1], rtol=1e-12)


def test_subsampling_thins_out_before_the_windows(monkeypatch):
    seen = []
    step = NegativeSampling.step
    monkeypatch.setattr(
        NegativeSampling, "step", lambda self, *a: (seen.append(a[2]), step(self, *a))
    )
    sentences = [["the", f"w{i % 40}"] * 4 for i in range(400)]
    SkipGram(2, window=1, epochs=1, threshold=0.02).fit(sentences)
    centers = np.concatenate([pairs_of(blocks)[0] for blocks in seen])
    together = np.concatenate([np.column_stack(pairs_of(blocks)) for blocks in seen])
    assert 0.1 < (centers == 0).mean() < 0.3  # kept: 0.2 of "the", 1600 / 5, and 0.8 of the others
    assert (together > 0).all(axis=1).any()  # two rare words became neighbours


@every_loss
def test_loss_falls_and_any_learning_rate_is_survived(loss):
    corpus = grammar_corpus(150, 0)
    for lr in (0.05, 30.0):
        history = SkipGram(8, loss=loss, epochs=6, lr=lr).fit(corpus).history["loss"]
        start = SkipGram(8, loss=loss, epochs=1, lr=1e-9).fit(corpus).history["loss"][0]
        assert np.isfinite(history).all()
        assert history[-1] < 0.9 * start


@every_loss
def test_planted_analogies_come_first(loss, learned):
    model = SkipGram(50, loss=loss, rng=1).fit(grammar_corpus(2000, rng=0))
    first = [model.analogy(a, b, c)[0][0] == d for a, b, c, d in grammar_analogies()]
    claim = f"skip-gram, {loss} loss: planted analogies that come first, of {len(first)}"
    learned(claim, sum(first), at_least=len(first))


@every_loss
def test_gradients_of_the_model_are_the_slopes(loss):
    model = SkipGram(3, loss=loss, lr=1.0).fit(SENTENCES)
    batch = [0, 4, 0, 2], [1, 1, 0, 3]
    if loss == "negative":
        batch += ([[4, 0], [1, 1], [2, 3], [0, 4]],)
    errors = check(model, *batch)
    assert list(errors) == list(model.params)
    assert max(errors.values()) < 1e-7


def fixed_model():
    model = SkipGram(2)
    model.vocab = dict(zip("abcdef", range(6), strict=True))
    model.params = {"W_in": np.array([[1.0, 0], [2, 0], [0, 3], [-1, 0], [1, 1], [0, 0]])}
    return model


def test_most_similar_by_hand():
    found = fixed_model().most_similar("a", 4)
    assert [word for word, _ in found] == ["b", "e", "c", "f"]
    np.testing.assert_allclose([cosine for _, cosine in found], [1, 0.5**0.5, 0, 0])
    assert type(found[0][1]) is float
    assert [word for word, _ in fixed_model().most_similar("a")] == ["b", "e", "c", "f", "d"]


def test_analogy_by_hand():
    model = fixed_model()  # b - a + c = (1, 3)
    found = model.analogy("a", "b", "c", k=2)
    assert [word for word, _ in found] == ["e", "f"]
    assert found[0][1] == pytest.approx(4 / 20**0.5)
    assert model.analogy("a", "b", "c") == found[:1]


BAD = [
    ({"dim": 0}, ValueError, "dim must be at least 1, got 0"),
    ({"dim": 2.0}, TypeError, "dim must be a whole number, got float"),
    ({"window": 0}, ValueError, "window must be at least 1"),
    ({"negatives": 0}, ValueError, "negatives must be at least 1"),
    ({"loss": "full"}, ValueError, "loss must be one of 'negative', 'softmax', 'hierarchical'"),
    ({"epochs": -1}, ValueError, "epochs must be at least 0"),
    ({"lr": 0}, ValueError, "lr must be more than 0, got 0"),
    ({"min_count": 0}, ValueError, "min_count must be at least 1"),
    ({"threshold": 0.0}, ValueError, "threshold must be more than 0"),
    ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
    ({"rng": None}, TypeError, "rng must be a numpy.random.Generator or a whole-number seed"),
    ({"dtype": int}, TypeError, "dtype must be float64 or float32"),
]


@pytest.mark.parametrize(("options", "error", "message"), BAD)
def test_bad_settings_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        SkipGram(**({"dim": 3} | options))


@pytest.mark.parametrize(
    ("sentences", "error", "message"),
    [
        (["the king"], TypeError, r"sentences\[0\] must be a list of words, got str"),
        ([[["a"], "b"]], TypeError, "sentences must hold hashable words: unhashable type: .list."),
        ([["a", "b"], 3], TypeError, r"sentences\[1\] must be a list of words, got int"),
        ([], ValueError, "got 0 words and 0 pairs of neighbours"),
        ([["a"], ["b"]], ValueError, "got 2 words and 0 pairs of neighbours"),
        ([["a", "a"]], ValueError, "got 1 words and 1 pairs of neighbours"),
    ],
)
def test_a_text_without_pairs_is_refused(sentences, error, message):
    with pytest.raises(error, match=message):
        SkipGram(3).fit(sentences)


def test_questions_need_a_fitted_model_and_known_words():
    with pytest.raises(ValueError, match="vectors need a text first: call fit"):
        _ = SkipGram(3).vectors
    model = fixed_model()
    with pytest.raises(ValueError, match="word must be one of the 6 known words, got 'z'"):
        model.most_similar("z", 1)
    for name, asked in (("a", "zab"), ("b", "azb"), ("c", "abz")):
        with pytest.raises(ValueError, match=f"{name} must be one of the 6 known words, got 'z'"):
            model.analogy(*asked)
    with pytest.raises(ValueError, match="k must be at least 1, got 0"):
        model.most_similar("a", 0)


def test_progress_is_shown_only_on_request(capsys):
    SkipGram(3).fit(SENTENCES)
    assert capsys.readouterr() == ("", "")
    SkipGram(3, epochs=3).fit(SENTENCES, progress=True)
    assert "3/3" in capsys.readouterr().err


def test_callback_sees_the_vectors_after_each_epoch():
    seen = []
    model = SkipGram(3, epochs=3, rng=4)
    model.fit(
        SENTENCES,
        callback=lambda given, epoch: seen.append(
            (given is model, epoch, len(given.history["loss"]), given.vectors.copy())
        ),
    )
    assert [told[:3] for told in seen] == [(True, 0, 1), (True, 1, 2), (True, 2, 3)]
    np.testing.assert_array_equal(seen[-1][3], model.vectors)
    np.testing.assert_array_equal(
        model.vectors, SkipGram(3, epochs=3, rng=4).fit(SENTENCES).vectors
    )
    assert not np.allclose(seen[0][3], seen[1][3])


def test_repr_names_the_settings():
    assert repr(SkipGram(3)) == "SkipGram(dim=3, window=5, loss='negative', not fitted)"
    fitted = SkipGram(3, window=2, loss="softmax").fit(SENTENCES)
    assert repr(fitted) == "SkipGram(dim=3, window=2, loss='softmax', 5 words)"
