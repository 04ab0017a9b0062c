"""What the grader asks in problem set 9: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np
from comparing import numbers, returned, rounding, same_numbers, values, whole_numbers

from course_lib import word2vec
from course_lib.activations import log_softmax, sigmoid, softmax
from course_lib.word2vec.pairs import keep_probability

# Exercise 1: skipgram_pairs


def a_sentence(rng: np.random.Generator):
    """The sentence that the visible check shows."""
    for window in (1, 2):
        yield {"tokens": [0, 1, 2, 0, 3], "window": window}


def repeated_words(rng: np.random.Generator):
    """Words that stand beside themselves, or twice around the same word."""
    for n, V, window in [(9, 2, 2), (12, 3, 1), (10, 3, 3)]:
        tokens = rng.integers(V, size=n)
        tokens[4:6] = tokens[4]
        yield {"tokens": tokens.tolist(), "window": window}


def short_texts(rng: np.random.Generator):
    """Texts of two words, and of fewer than the window takes in."""
    for n, window in [(2, 1), (2, 3), (3, 5), (4, 4)]:
        yield {"tokens": rng.permutation(9)[:n].tolist(), "window": window}


def wide_windows(rng: np.random.Generator):
    """Windows of four to six words to either side."""
    for n, window in [(14, 4), (25, 6)]:
        yield {"tokens": rng.permutation(30)[:n].tolist(), "window": window}


def long_texts(rng: np.random.Generator):
    """Hundreds of words."""
    yield {"tokens": rng.integers(200, size=600).tolist(), "window": 5}


def skipgram_pairs_reference(tokens, window):
    """Return the pairs, a row each."""
    return word2vec.skipgram_pairs(tokens, window)


def check_skipgram_pairs(answer, expected, tokens, window):
    """Name the first pair that is another one."""
    returned("skipgram_pairs", answer)
    text = f"a text of {len(tokens)} words and a window of {window}"
    pairs = numbers(f"for {text}, the pairs", answer, ("n", 2))
    n = min(len(pairs), len(expected))
    wrong = np.flatnonzero((pairs[:n] != expected[:n]).any(axis=1))
    assert len(wrong) == 0, (
        f"{text}: pair {wrong[0]} should be {tuple(expected[wrong[0]].tolist())}, "
        f"got ({pairs[wrong[0], 0]:g}, {pairs[wrong[0], 1]:g})"
    )
    assert len(pairs) == len(expected), f"{text} give {len(expected)} pairs, got {len(pairs)}"


def itself_too(tokens, window):
    return _pairs(tokens, window, lambda t, s: True)


def words_to_the_right(tokens, window):
    return _pairs(tokens, window, lambda t, s: s > t)


def words_to_the_left(tokens, window):
    return _pairs(tokens, window, lambda t, s: s < t)


def last_word_missing(tokens, window):
    return _pairs(tokens, window, lambda t, s: s != t and s < t + window)


def round_the_corner(tokens, window):
    return [
        (tokens[t], tokens[s])
        for t in range(len(tokens))
        for s in range(t - window, min(t + window + 1, len(tokens)))
        if s != t
    ]


def context_first(tokens, window):
    return skipgram_pairs_reference(tokens, window)[:, ::-1]


def each_pair_once(tokens, window):
    return list(dict.fromkeys(map(tuple, skipgram_pairs_reference(tokens, window).tolist())))


def other_words_alone(tokens, window):
    return _pairs(tokens, window, lambda t, s: tokens[s] != tokens[t])


def places_for_words(tokens, window):
    return skipgram_pairs_reference(range(len(tokens)), window)


def only_full_windows(tokens, window):
    inner = range(window, len(tokens) - window)
    return _pairs(tokens, window, lambda t, s: s != t and t in inner)


def nearest_first(tokens, window):
    return [
        (tokens[t], tokens[s])
        for t in range(len(tokens))
        for distance in range(1, window + 1)
        for s in (t - distance, t + distance)
        if 0 <= s < len(tokens)
    ]


# Exercise 2: noise_distribution


def a_royal_text(rng: np.random.Generator):
    """The text of 100 words that the visible check shows."""
    yield {"counts": np.array(ROYAL)}


def usual_power(rng: np.random.Generator):
    """Texts of few words, for which the power is left out."""
    for V in (3, 6, 10):
        yield {"counts": _counts(rng, V)}


def other_powers(rng: np.random.Generator):
    """All words alike, as in the text, and in between."""
    for power, V in [(0.0, 4), (1.0, 5), (float(rng.uniform(0.3, 0.6)), 6)]:
        yield {"counts": _counts(rng, V), "power": power}


def unseen_words(rng: np.random.Generator):
    """Words that do not occur: they are never drawn."""
    for V in (4, 7):
        counts = _counts(rng, V)
        counts[rng.permutation(V)[: V // 2]] = 0
        yield {"counts": counts}


def many_words(rng: np.random.Generator):
    """A thousand words, with counts up to a billion."""
    yield {"counts": rng.permutation((1e9 / np.arange(1, 1001) ** 1.1).astype(np.int64))}


def noise_distribution_reference(counts, power=0.75):
    """Return the probabilities of all words."""
    return word2vec.noise_distribution(counts, power)


def check_noise_distribution(answer, expected, counts, power=0.75):
    """Compare the probabilities."""
    returned("noise_distribution", answer)
    same_numbers("the probability", answer, expected, near=rounding(expected))


def as_in_the_text(counts, power=0.75):
    return counts / counts.sum()


def one_power_for_all(counts, power=0.75):
    return noise_distribution_reference(counts)


def raised_last(counts, power=0.75):
    return (counts / counts.sum()) ** power


def never_scaled(counts, power=0.75):
    return counts**power


def all_alike(counts, power=0.75):
    return np.full(len(counts), 1 / len(counts))


def one_added(counts, power=0.75):
    return noise_distribution_reference(counts + 1, power)


def rare_words_most(counts, power=0.75):
    return _shares(np.where(counts > 0, np.maximum(counts, 1.0) ** -power, 0.0))


def power_of_the_wrong_side(counts, power=0.75):
    return _shares(power**counts)


# Exercise 3: keep_probability


def a_royal_threshold(rng: np.random.Generator):
    """The text of 100 words, at the threshold that the visible check shows."""
    yield {"counts": np.array(ROYAL), "threshold": 0.01}


def around_the_threshold(rng: np.random.Generator):
    """Words on both sides of the threshold."""
    for V in (4, 6, 9):
        counts = _counts(rng, V)
        yield {"counts": counts, "threshold": float(np.median(counts / counts.sum()))}


def low_and_high_thresholds(rng: np.random.Generator):
    """Every word is more frequent than the threshold, or none is."""
    for V, threshold in [(5, 1e-3), (4, 1e-5), (6, 0.9)]:
        yield {"counts": _counts(rng, V), "threshold": threshold}


def keep_unseen_words(rng: np.random.Generator):
    """Words that do not occur."""
    for V in (4, 7):
        counts = _counts(rng, V)
        counts[rng.permutation(V)[: V // 2]] = 0
        yield {"counts": counts, "threshold": 0.05}


def keep_many_words(rng: np.random.Generator):
    """A thousand words."""
    for counts in many_words(rng):
        yield counts | {"threshold": 1e-4}


def keep_probability_reference(counts, threshold):
    """Return for each word the probability that it stays."""
    return keep_probability(counts, threshold)


def check_keep_probability(answer, expected, counts, threshold):
    """Compare the probabilities."""
    returned("keep_probability", answer)
    same_numbers("the probability", answer, expected, near=rounding(expected))


def left_out_instead(counts, threshold):
    return 1 - keep_probability_reference(counts, threshold)


def no_root(counts, threshold):
    return np.minimum(1, threshold / np.maximum(counts / counts.sum(), 1e-300))


def above_one(counts, threshold):
    with np.errstate(divide="ignore"):
        return np.sqrt(threshold / (counts / counts.sum()))


def counts_for_frequencies(counts, threshold):
    return np.minimum(1, np.sqrt(threshold / np.maximum(counts, 1e-300)))


def upside_down(counts, threshold):
    return np.minimum(1, np.sqrt(counts / counts.sum() / threshold))


def all_or_nothing(counts, threshold):
    return np.where(counts / counts.sum() > threshold, 0.0, 1.0)


def the_unseen_go(counts, threshold):
    return np.where(counts > 0, keep_probability_reference(counts, threshold), 0.0)


def divided_by_the_vocabulary(counts, threshold):
    return np.minimum(1, np.sqrt(threshold / np.maximum(counts / len(counts), 1e-300)))


# Exercise 4: softmax_loss


def one_pair(rng: np.random.Generator):
    """The pair that the visible check shows."""
    yield TABLES | {"centers": np.array([0]), "contexts": np.array([1])}


def softmax_all_different(rng: np.random.Generator):
    """No two of V, D and P are equal."""
    for V, D, P in [(5, 3, 4), (7, 2, 5), (6, 4, 3)]:
        yield _asked(rng, V, D, P)


def softmax_repeats(rng: np.random.Generator):
    """A center in many pairs, a context in many pairs, and a pair twice."""
    for V, D, P in [(5, 2, 6), (6, 3, 8)]:
        yield _with_repeats(_asked(rng, V, D, P))


def softmax_square(rng: np.random.Generator):
    """As many words as dimensions, and as many pairs: what is turned round still fits."""
    for n in (3, 4):
        yield _asked(rng, n, n, n)


def softmax_single(rng: np.random.Generator):
    """One pair, one dimension."""
    for V, D, P in [(4, 3, 1), (3, 1, 2)]:
        yield _asked(rng, V, D, P)


def softmax_large(rng: np.random.Generator):
    """Scores whose exponentials overflow, and contexts whose probabilities underflow."""
    for V, D, P in [(4, 2, 3), (5, 3, 2)]:
        yield _large(_asked(rng, V, D, P))
    # All scores of a pair are around 1500, all of another around -1500.
    asked = _asked(rng, 4, 2, 4)
    asked["W_in"][:, 0], asked["W_out"][:, 0] = rng.permutation([50.0, 50.0, -50.0, -50.0]), 30.0
    yield asked | {"centers": rng.permutation(4)}


def softmax_loss_reference(W_in, W_out, centers, contexts):
    """Return the loss and both gradients."""
    return word2vec.softmax_loss(W_in, W_out, centers, contexts)


def check_softmax_loss(answer, expected, W_in, W_out, centers, contexts):
    """Compare the loss, then the gradients."""
    _same_loss("softmax_loss", answer, expected)


def softmax_summed(W_in, W_out, centers, contexts):
    P = len(centers)
    return tuple(P * part for part in softmax_loss_reference(W_in, W_out, centers, contexts))


def softmax_gradients_summed(W_in, W_out, centers, contexts):
    return _gradients_times(len(centers), softmax_loss_reference(W_in, W_out, centers, contexts))


def softmax_uphill(W_in, W_out, centers, contexts):
    return _gradients_times(-1, softmax_loss_reference(W_in, W_out, centers, contexts))


def softmax_tables_exchanged(W_in, W_out, centers, contexts):
    loss, dW_out, dW_in = softmax_loss_reference(W_out, W_in, centers, contexts)
    return loss, dW_in, dW_out


def softmax_gradients_exchanged(W_in, W_out, centers, contexts):
    loss, dW_in, dW_out = softmax_loss_reference(W_in, W_out, centers, contexts)
    return loss, dW_out, dW_in


def softmax_written_over(W_in, W_out, centers, contexts):
    loss, _, dW_out = softmax_loss_reference(W_in, W_out, centers, contexts)
    dW_in = np.zeros_like(W_in)
    dW_in[centers] += _d_scores(W_in, W_out, centers, contexts) @ W_out
    return loss, dW_in, dW_out


def context_row_alone(W_in, W_out, centers, contexts):
    loss, dW_in, _ = softmax_loss_reference(W_in, W_out, centers, contexts)
    d = _d_scores(W_in, W_out, centers, contexts)
    rows = d[np.arange(len(centers)), contexts][:, None] * W_in[centers]
    return loss, dW_in, _added(W_out, contexts, rows)


def context_pulls_alone(W_in, W_out, centers, contexts):
    loss, _, dW_out = softmax_loss_reference(W_in, W_out, centers, contexts)
    return loss, _added(W_in, centers, -W_out[contexts] / len(centers)), dW_out


def noise_pushes_alone(W_in, W_out, centers, contexts):
    loss, _, _ = softmax_loss_reference(W_in, W_out, centers, contexts)
    v = W_in[centers]
    p = softmax(v @ W_out.T) / len(centers)
    return loss, _added(W_in, centers, p @ W_out), p.T @ v


def softmax_over_pairs(W_in, W_out, centers, contexts):
    v = W_in[centers]
    p = softmax((v @ W_out.T).T).T
    pair = np.arange(len(centers))
    d = p.copy()
    d[pair, contexts] -= 1
    d /= len(centers)
    loss = float(-np.log(p[pair, contexts]).mean())
    return loss, _added(W_in, centers, d @ W_out), d.T @ v


def softmax_overflows(W_in, W_out, centers, contexts):
    v, pair = W_in[centers], np.arange(len(centers))
    e = np.exp(v @ W_out.T)
    p = e / e.sum(axis=1, keepdims=True)
    loss = float(-np.log(p[pair, contexts]).mean())
    p[pair, contexts] -= 1
    p /= len(centers)
    return loss, _added(W_in, centers, p @ W_out), p.T @ v


def one_largest_for_all(W_in, W_out, centers, contexts):
    v, pair = W_in[centers], np.arange(len(centers))
    scores = v @ W_out.T
    e = np.exp(scores - scores.max())
    total = e.sum(axis=1, keepdims=True)
    log_p = scores - scores.max() - np.log(total)
    d = e / total
    d[pair, contexts] -= 1
    d /= len(centers)
    return float(-log_p[pair, contexts].mean()), _added(W_in, centers, d @ W_out), d.T @ v


def softmax_logarithm_of_zero(W_in, W_out, centers, contexts):
    _, dW_in, dW_out = softmax_loss_reference(W_in, W_out, centers, contexts)
    p = softmax(W_in[centers] @ W_out.T)[np.arange(len(centers)), contexts]
    return float(-np.log(p).mean()), dW_in, dW_out


# Exercise 5: negative_sampling_loss


def one_pair_and_noise(rng: np.random.Generator):
    """The pairs that the visible check shows."""
    for negatives in ([[0]], [[0, 0]]):
        pair = {"centers": np.array([0]), "contexts": np.array([1])}
        yield TABLES | pair | {"negatives": np.array(negatives)}


def noise_all_different(rng: np.random.Generator):
    """No two of V, D, P and k are equal."""
    for V, D, P, k in [(13, 3, 4, 2), (12, 2, 3, 1), (18, 4, 3, 5)]:
        yield _with_noise(rng, _asked(rng, V, D, P), k)


def noise_repeats(rng: np.random.Generator):
    """Words in many pairs; noise words twice for a pair, and once the context itself."""
    for V, D, P, k in [(5, 2, 6, 3), (6, 3, 8, 4)]:
        asked = _with_repeats(_asked(rng, V, D, P))
        asked |= {"negatives": rng.integers(V, size=(P, k))}
        asked["negatives"][:, 1] = asked["negatives"][:, 0]
        asked["negatives"][0, 2] = asked["contexts"][0]
        yield asked


def noise_single(rng: np.random.Generator):
    """One pair, one noise word, one dimension."""
    for V, D, P, k in [(5, 3, 1, 3), (9, 2, 4, 1), (7, 1, 2, 2)]:
        yield _with_noise(rng, _asked(rng, V, D, P), k)


def noise_large(rng: np.random.Generator):
    """Contexts with scores far below zero, and noise words far above."""
    for V, D, k in [(4, 2, 2), (6, 3, 4)]:
        asked = _large(_asked(rng, V, D, 1))
        ranked = np.argsort(-(asked["W_in"][asked["centers"]] @ asked["W_out"].T))
        yield asked | {"negatives": ranked[:, :k]}


def negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives):
    """Return the loss and both gradients."""
    return word2vec.negative_sampling_loss(W_in, W_out, centers, contexts, negatives)


def check_negative_sampling_loss(answer, expected, W_in, W_out, centers, contexts, negatives):
    """Compare the loss, then the gradients."""
    _same_loss("negative_sampling_loss", answer, expected)


def noise_summed_over_pairs(W_in, W_out, centers, contexts, negatives):
    found = negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives)
    return tuple(len(centers) * part for part in found)


def noise_gradients_summed(W_in, W_out, centers, contexts, negatives):
    found = negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives)
    return _gradients_times(len(centers), found)


def noise_uphill(W_in, W_out, centers, contexts, negatives):
    found = negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives)
    return _gradients_times(-1, found)


def noise_not_turned(W_in, W_out, centers, contexts, negatives):
    return _noise(W_in, W_out, centers, contexts, negatives, sign=1)


def noise_averaged(W_in, W_out, centers, contexts, negatives):
    weight = 1 / negatives.shape[1]
    return _noise(W_in, W_out, centers, contexts, negatives, weight=weight)


def noise_left_alone(W_in, W_out, centers, contexts, negatives):
    found = negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives)
    return *found[:2], _noise(W_in, W_out, centers, contexts, negatives, weight=0)[2]


def noise_does_not_push(W_in, W_out, centers, contexts, negatives):
    loss, _, dW_out = negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives)
    return loss, _noise(W_in, W_out, centers, contexts, negatives, weight=0)[1], dW_out


def no_noise_at_all(W_in, W_out, centers, contexts, negatives):
    return _noise(W_in, W_out, centers, contexts, negatives, weight=0)


def noise_written_over(W_in, W_out, centers, contexts, negatives):
    return _noise(W_in, W_out, centers, contexts, negatives, add=_written)


def context_is_no_noise(W_in, W_out, centers, contexts, negatives):
    weight = (negatives != contexts[:, None]).astype(float)
    return _noise(W_in, W_out, centers, contexts, negatives, weight=weight)


def one_noise_for_all(W_in, W_out, centers, contexts, negatives):
    same = np.broadcast_to(negatives[0], negatives.shape)
    return negative_sampling_loss_reference(W_in, W_out, centers, contexts, same)


def noise_tables_exchanged(W_in, W_out, centers, contexts, negatives):
    loss, dW_out, dW_in = negative_sampling_loss_reference(
        W_out, W_in, centers, contexts, negatives
    )
    return loss, dW_in, dW_out


def noise_logarithm_of_zero(W_in, W_out, centers, contexts, negatives):
    _, *gradients = negative_sampling_loss_reference(W_in, W_out, centers, contexts, negatives)
    v = W_in[centers]
    right = sigmoid((v * W_out[contexts]).sum(axis=1))
    noise = sigmoid(np.einsum("pd,pkd->pk", v, W_out[negatives]))
    loss = -np.log(right).sum() - np.log(1 - noise).sum()
    return float(loss / len(centers)), *gradients


# Exercise 6: analogy


def at_court(rng: np.random.Generator):
    """The court that the visible check shows."""
    for k in (1, 2, 4):
        yield {"W": np.array(COURT), "a": 0, "b": 2, "c": 1, "k": k}


def different_lengths(rng: np.random.Generator):
    """Vectors of which some are ten times as long as others."""
    for V, D, k in [(20, 3, 5), (12, 4, 5), (25, 5, 6)]:
        yield _question(rng, V, D, k)


def all_that_are_left(rng: np.random.Generator):
    """As many answers as there are words not asked for."""
    for V, D in [(6, 2), (9, 3), (12, 4)]:
        yield _question(rng, V, D, V - 3)


def words_asked_twice(rng: np.random.Generator):
    """Two of the three words are the same."""
    for pick in ([0, 1, 0], [0, 1, 1], [0, 0, 1]):
        asked = _question(rng, 9, 3, 5)
        words = rng.permutation(9)[pick]
        yield asked | dict(zip("abc", words.tolist(), strict=True))


def a_large_vocabulary(rng: np.random.Generator):
    """Thousands of words."""
    for V in (2000, 3000):
        yield _question(rng, V, 10, 20)


def analogy_reference(W, a, b, c, k):
    """Return the nearest words with their cosines."""
    model = word2vec.SkipGram(W.shape[1])
    model.params, model.vocab = {"W_in": W}, {word: word for word in range(len(W))}
    return model.analogy(a, b, c, k)


def check_analogy(answer, expected, W, a, b, c, k):
    """Accept any order of words that are equally near."""
    returned("analogy", answer)
    pairs = numbers("the answer", answer)
    assert pairs.shape == (k, 2), (
        f"analogy must return {k} pairs (word, cosine), got an answer of shape {pairs.shape}"
    )
    words = whole_numbers("words", pairs[:, 0], below=len(W))
    asked = np.isin(words, [a, b, c])
    assert not asked.any(), f"word {words[asked][0]} was asked about, so it is no answer"
    assert len(set(words.tolist())) == k, "a word is among the answers twice"
    there = W[b] - W[a] + W[c]
    cosines = W[words] @ there / np.linalg.norm(W[words], axis=1) / np.linalg.norm(there)
    for place, (word, cosine) in enumerate(expected):
        assert abs(cosines[place] - cosine) < 1e-6, (
            f"place {place} should have word {word}, with a cosine of {cosine:.5g}; "
            f"got word {words[place]}, whose cosine is {cosines[place]:.5g}"
        )
        assert abs(pairs[place, 1] - cosine) < 1e-5, (
            f"word {words[place]} is right at place {place}; its cosine is {cosine:.5g}, "
            f"got {pairs[place, 1]:.5g}"
        )


def other_way_round(W, a, b, c, k):
    return analogy_reference(W, b, a, c, k)


def all_added(W, a, b, c, k):
    return _nearest(W, W[b] + W[a] + W[c], {a, b, c}, k)


def asked_words_stay(W, a, b, c, k):
    return _nearest(W, W[b] - W[a] + W[c], (), k)


def last_word_left_out(W, a, b, c, k):
    return _nearest(W, W[b] - W[a] + W[c], {c}, k)


def products_alone(W, a, b, c, k):
    return _nearest(W, W[b] - W[a] + W[c], {a, b, c}, k, lambda W, v: W @ v)


def shorter_products(W, a, b, c, k):
    def similarity(W, v):
        return W @ v / np.linalg.norm(W, axis=1)

    return _nearest(W, W[b] - W[a] + W[c], {a, b, c}, k, similarity)


def by_distance(W, a, b, c, k):
    there = W[b] - W[a] + W[c]
    found = _nearest(W, there, {a, b, c}, k, lambda W, v: -np.linalg.norm(W - v, axis=1))
    return [(word, float(_cosines(W, there)[word])) for word, _ in found]


def distances_too(W, a, b, c, k):
    there = W[b] - W[a] + W[c]
    found = _nearest(W, there, {a, b, c}, k, lambda W, v: -np.linalg.norm(W - v, axis=1))
    return [(word, -similarity) for word, similarity in found]


def farthest_first(W, a, b, c, k):
    there = W[b] - W[a] + W[c]
    found = _nearest(W, there, {a, b, c}, k, lambda W, v: -_cosines(W, v))
    return [(word, -similarity) for word, similarity in found]


def nearest_last(W, a, b, c, k):
    return analogy_reference(W, a, b, c, k)[::-1]


def unit_vectors_first(W, a, b, c, k):
    return analogy_reference(W / np.linalg.norm(W, axis=1, keepdims=True), a, b, c, k)


def like_the_last_word(W, a, b, c, k):
    return _nearest(W, W[c], {a, b, c}, k)


ROYAL = [81, 16, 1, 1, 1]
TABLES = {
    "W_in": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    "W_out": np.array([[np.log(2.0), 0.0], [0.0, 0.0], [0.0, 0.0]]),
}
COURT = [[1.0, 1.0], [-1.0, 1.0], [1.0, 3.0], [-2.0, 6.0], [1.0, 2.0], [-1.0, 2.0], [3.0, -1.0]]

EXERCISES = {
    "ps09.skipgram_pairs": {
        "example": a_sentence,
        "unseen": {
            "texts in which words repeat": repeated_words,
            "texts shorter than the window": short_texts,
            "wide windows": wide_windows,
            "long texts": long_texts,
        },
        "reference": skipgram_pairs_reference,
        "check": check_skipgram_pairs,
        "misconceptions": [
            (
                itself_too,
                "You pair each word with itself. A center is to predict the words around it.",
            ),
            (
                words_to_the_right,
                "You look to the right alone. The words before the center are around it, too.",
            ),
            (
                words_to_the_left,
                "You look to the left alone. The words after the center are around it, too.",
            ),
            (
                last_word_missing,
                "Your window reaches less far to the right than to the left: the last word is "
                "missing, as the end of a range does not belong to it.",
            ),
            (
                round_the_corner,
                "At the start of the text your window goes on at its end: a negative place counts "
                "from the back. There is nothing before the first word.",
            ),
            (
                context_first,
                "Your pairs are turned round: the center comes first, then the context.",
            ),
            (
                each_pair_once,
                "You keep each pair once. How often two words meet is what is to be learned, so "
                "every time counts.",
            ),
            (
                other_words_alone,
                "You leave out contexts that are the same word as the center. It is the center's "
                "own place that is left out, whatever words stand elsewhere.",
            ),
            (
                places_for_words,
                "These are places in the text. A pair holds the words that stand there.",
            ),
            (
                only_full_windows,
                "You left out the words near the ends. There the window is cut off, but what lies "
                "within the text counts.",
            ),
            (
                nearest_first,
                "You order a center's contexts by their distance. Text order is asked for: from "
                "the leftmost to the rightmost.",
            ),
        ],
    },
    "ps09.noise_distribution": {
        "example": a_royal_text,
        "unseen": {
            "the power left out": usual_power,
            "other powers": other_powers,
            "words that never occur": unseen_words,
            "many words": many_words,
        },
        "reference": noise_distribution_reference,
        "check": check_noise_distribution,
        "misconceptions": [
            (
                as_in_the_text,
                "You draw words as often as the text has them. The power raises the rare ones.",
            ),
            (
                one_power_for_all,
                "Your power is always 0.75. That is what it is if nobody says otherwise.",
            ),
            (
                raised_last,
                "You scaled first and took the power then, so your numbers do not sum to one.",
            ),
            (never_scaled, "These are weights. Divided by their sum they are probabilities."),
            (
                all_alike,
                "You draw all words equally often. A common word is still drawn more often than a "
                "rare one, if less so than in the text.",
            ),
            (
                one_added,
                "You added one to every count. That is smoothing, a good idea elsewhere; a word "
                "that never occurs is never drawn.",
            ),
            (
                rare_words_most,
                "With you rare words are drawn most. Common ones should lead, only by less than "
                "in the text.",
            ),
            (
                power_of_the_wrong_side,
                "Base and exponent have changed places: the count is raised to the power.",
            ),
        ],
    },
    "ps09.keep_probability": {
        "example": a_royal_threshold,
        "unseen": {
            "words on both sides of the threshold": around_the_threshold,
            "very low and very high thresholds": low_and_high_thresholds,
            "words that never occur": keep_unseen_words,
            "many words": keep_many_words,
        },
        "reference": keep_probability_reference,
        "check": check_keep_probability,
        "misconceptions": [
            (
                left_out_instead,
                "This is how probably a word goes. How probably it stays is asked for.",
            ),
            (
                no_root,
                "You thin out without the root. That would leave all common words equally often; "
                "the root makes them only more alike.",
            ),
            (above_one, "A probability ends at 1: a word rarer than the threshold simply stays."),
            (
                counts_for_frequencies,
                "You compared counts with the threshold. It is a share of the text, so what it is "
                "compared with must be one, too.",
            ),
            (
                upside_down,
                "You keep common words and lose rare ones: your fraction is upside down.",
            ),
            (
                all_or_nothing,
                "You drop every word above the threshold. Common words are thinned out, more the "
                "more common they are, but some always stay.",
            ),
            (
                the_unseen_go,
                "A word that never occurs is rarer than any threshold, so it would stay.",
            ),
            (
                divided_by_the_vocabulary,
                "You divided by the number of different words. A word's share of the text is its "
                "count by the length of the text.",
            ),
        ],
    },
    "ps09.softmax_loss": {
        "example": one_pair,
        "unseen": {
            "V, D and P all different": softmax_all_different,
            "words that repeat": softmax_repeats,
            "as many words as dimensions and pairs": softmax_square,
            "one pair or one dimension": softmax_single,
            "large scores": softmax_large,
        },
        "reference": softmax_loss_reference,
        "check": check_softmax_loss,
        "misconceptions": [
            (softmax_summed, "You summed over the pairs. The loss is their mean."),
            (
                softmax_gradients_summed,
                "Your loss is the mean over the pairs, but your gradients are those of the sum.",
            ),
            (
                softmax_uphill,
                "Your gradients point the other way: they raise the probability. The loss is "
                "minus its logarithm.",
            ),
            (
                softmax_tables_exchanged,
                "The tables have changed places. A center's vector is in W_in, a context's in "
                "W_out.",
            ),
            (
                softmax_gradients_exchanged,
                "Both gradients are right, but you return them in the other order.",
            ),
            (
                softmax_written_over,
                "A word that is the center of several pairs keeps what one of them found. With an "
                "array of places, += adds only once at each; what the pairs find must add up.",
            ),
            (
                context_row_alone,
                "In W_out only the contexts' rows get a gradient. The softmax looks at all words: "
                "what makes one more probable makes the others less so.",
            ),
            (
                context_pulls_alone,
                "The center's gradient knows only the context that pulls it. All words push it "
                "away, too, each by its probability.",
            ),
            (
                noise_pushes_alone,
                "Your gradients push the center away from all words, and nothing pulls it to its "
                "context: the 1 of the right word is missing.",
            ),
            (
                softmax_over_pairs,
                "Your softmax runs over the pairs. For one pair the words compete: their "
                "probabilities sum to one.",
            ),
            (
                softmax_overflows,
                "The exponential of a large score is infinite. Softmax does not change when the "
                "same number is subtracted from all scores of a pair.",
            ),
            (
                one_largest_for_all,
                "You subtracted the largest score of all pairs. Another pair's scores can all lie "
                "so far below it that none of their exponentials is left: each pair needs its own.",
            ),
            (
                softmax_logarithm_of_zero,
                "A probability can be too small for a floating-point number; its logarithm is "
                "not. Write it as a formula of the scores first.",
            ),
        ],
    },
    "ps09.negative_sampling_loss": {
        "example": one_pair_and_noise,
        "unseen": {
            "V, D, P and k all different": noise_all_different,
            "words that repeat": noise_repeats,
            "one pair, one noise word or one dimension": noise_single,
            "large scores": noise_large,
        },
        "reference": negative_sampling_loss_reference,
        "check": check_negative_sampling_loss,
        "misconceptions": [
            (noise_summed_over_pairs, "You summed over the pairs. The loss is their mean."),
            (
                noise_gradients_summed,
                "Your loss is the mean over the pairs, but your gradients are those of the sum.",
            ),
            (
                noise_uphill,
                "Your gradients point the other way: they pull the center to the noise.",
            ),
            (
                noise_not_turned,
                "You want noise words to score high, as contexts do. Noise should score low: its "
                "score enters with a minus.",
            ),
            (
                noise_averaged,
                "You averaged over a pair's noise words. They are summed; the mean is over pairs.",
            ),
            (
                noise_left_alone,
                "The noise words' own vectors get no gradient. They move away from the center, as "
                "it does from them.",
            ),
            (
                noise_does_not_push,
                "The center's gradient knows only its context. The noise words push it away, too.",
            ),
            (
                no_noise_at_all,
                "Your loss has only the true pairs. Without noise, all vectors alike would do.",
            ),
            (
                noise_written_over,
                "A word that occurs several times keeps what one occurrence found. With an array "
                "of places, += adds only once at each; what all of them find must add up.",
            ),
            (
                context_is_no_noise,
                "You left out noise words that happen to be the context. What is given as noise "
                "counts as noise.",
            ),
            (
                one_noise_for_all,
                "You used the first pair's noise words for all pairs. Each pair has its own row.",
            ),
            (
                noise_tables_exchanged,
                "The tables have changed places. A center's vector is in W_in; those of contexts "
                "and of noise words are in W_out.",
            ),
            (
                noise_logarithm_of_zero,
                "A sigmoid can be too close to 0 or 1 for a floating-point number; its logarithm "
                "is an ordinary one. Write it as a formula of the score first.",
            ),
        ],
    },
    "ps09.analogy": {
        "example": at_court,
        "unseen": {
            "vectors of different lengths": different_lengths,
            "all words that are left": all_that_are_left,
            "a word asked twice": words_asked_twice,
            "many words": a_large_vocabulary,
        },
        "reference": analogy_reference,
        "check": check_analogy,
        "misconceptions": [
            (
                other_way_round,
                "You went from b to a. The way from a to b is what is added to c.",
            ),
            (
                all_added,
                "You added all three. The way from a to b is a difference.",
            ),
            (
                asked_words_stay,
                "The words that were asked about are among your answers. They are often the "
                "nearest of all, and never what is meant.",
            ),
            (
                last_word_left_out,
                "You left out c alone. The other two words that were asked about are no answers, "
                "either.",
            ),
            (
                products_alone,
                "You compared by the product alone, which long vectors win. The cosine is about "
                "directions: the product, divided by both lengths.",
            ),
            (
                shorter_products,
                "You divided by the words' lengths, but not by that of b - a + c. The order is "
                "right, but these are no cosines.",
            ),
            (
                by_distance,
                "You looked for the shortest distance. Vectors that point the same way are alike, "
                "however long they are.",
            ),
            (
                distances_too,
                "These are distances. Vectors that point the same way are alike, however long "
                "they are.",
            ),
            (
                farthest_first,
                "You found the words that point the other way. The largest cosines are sought.",
            ),
            (
                nearest_last,
                "Your answers are the right ones, from the worst to the best. Turn them round.",
            ),
            (
                unit_vectors_first,
                "You scaled all vectors to the same length before you went from a to b. Here the "
                "way is between the vectors as they are.",
            ),
            (
                like_the_last_word,
                "You looked for words like c. Where the way from a to b leads from there is "
                "asked for.",
            ),
        ],
    },
}


def _same_loss(function: str, answer, expected) -> None:
    """Compare a loss and the gradients of both tables."""
    names = ("loss", "dW_in", "dW_out")
    for name, value, right in zip(names, values(function, answer, names), expected, strict=True):
        same_numbers(name, value, right, near=rounding(right))


def _pairs(tokens, window: int, counts) -> list[tuple]:
    """Return pairs within the window, of those places t and s that count."""
    n = len(tokens)
    return [
        (tokens[t], tokens[s])
        for t in range(n)
        for s in range(max(0, t - window), min(n, t + window + 1))
        if counts(t, s)
    ]


def _counts(rng, V: int) -> np.ndarray:
    """Draw counts that are far from each other, in any order."""
    return rng.permutation(np.cumsum(rng.integers(1, 9, size=V) * 2 ** np.arange(V)))


def _shares(weights) -> np.ndarray:
    return weights / weights.sum()


def _asked(rng, V: int, D: int, P: int) -> dict:
    """Draw tables whose scores are not large, and pairs without a word twice, if V allows."""
    draw = {
        name: rng.choice([-1.0, 1.0], size=(V, D)) * rng.uniform(0.3, 1.2, size=(V, D))
        for name in ("W_in", "W_out")
    }
    words = {name: np.resize(rng.permutation(V), P) for name in ("centers", "contexts")}
    return draw | words


def _with_repeats(asked: dict) -> dict:
    """Let the first center and the first context come back, once as the same pair."""
    centers, contexts = asked["centers"].copy(), asked["contexts"].copy()
    centers[1:4], contexts[3:6] = centers[0], contexts[0]
    return asked | {"centers": centers, "contexts": contexts}


def _with_noise(rng, asked: dict, k: int) -> dict:
    """Draw a context and k noise words for each pair, all of them different words."""
    V, P = len(asked["W_in"]), len(asked["centers"])
    words = rng.permutation(V)[: P * (k + 1)].reshape(P, k + 1)
    return asked | {"contexts": words[:, 0], "negatives": words[:, 1:]}


def _large(asked: dict) -> dict:
    """Bring the scores to 1500, and take for each center the context with the lowest."""
    W_in, W_out, centers = asked["W_in"], asked["W_out"], asked["centers"]
    scores = W_in[centers] @ W_out.T
    scale = 1500 / scores.flat[np.abs(scores).argmax()]
    scaled = {"W_in": W_in * np.sqrt(abs(scale)), "W_out": W_out * scale / np.sqrt(abs(scale))}
    return asked | scaled | {"contexts": (scores * scale).argmin(axis=1)}


def _added(W, ids, rows) -> np.ndarray:
    total = np.zeros_like(W)
    np.add.at(total, ids, rows)
    return total


def _written(W, ids, rows) -> np.ndarray:
    """Add rows as `+=` does: of those with the same id, one is left."""
    total = np.zeros_like(W)
    total[ids] += rows
    return total


def _d_scores(W_in, W_out, centers, contexts) -> np.ndarray:
    d = np.exp(log_softmax(W_in[centers] @ W_out.T))
    d[np.arange(len(centers)), contexts] -= 1
    return d / len(centers)


def _gradients_times(factor: float, found) -> tuple:
    loss, dW_in, dW_out = found
    return loss, factor * dW_in, factor * dW_out


def _noise(W_in, W_out, centers, contexts, negatives, sign=-1, weight=1.0, add=_added):
    """Return loss and gradients with noise whose sign or weight may be the wrong one."""
    P, D = len(centers), W_in.shape[1]
    v = W_in[centers]
    right = (v * W_out[contexts]).sum(axis=1)
    noise = sign * np.einsum("pd,pkd->pk", v, W_out[negatives])
    losses = np.logaddexp(0, -right) + (weight * np.logaddexp(0, -noise)).sum(axis=1)
    d_right, d_noise = -sigmoid(-right) / P, -sign * weight * sigmoid(-noise) / P
    dv = d_right[:, None] * W_out[contexts] + np.einsum("pk,pkd->pd", d_noise, W_out[negatives])
    du = add(W_out, contexts, d_right[:, None] * v)
    pushed = (d_noise[:, :, None] * v[:, None]).reshape(-1, D)
    return float(losses.mean()), add(W_in, centers, dv), du + add(W_out, negatives.ravel(), pushed)


def _question(rng, V: int, D: int, k: int) -> dict:
    """Draw vectors of any lengths; a is short, so that b and c lie near b - a + c."""
    W = rng.normal(size=(V, D))
    W *= rng.uniform(0.3, 3.0, size=(V, 1)) / np.linalg.norm(W, axis=1, keepdims=True)
    a, b, c = rng.permutation(V)[:3].tolist()
    W[a] *= 0.5 / np.linalg.norm(W[a])
    W[b] *= 2.0 / np.linalg.norm(W[b])
    W[c] = 0.2 * W[c] + 0.8 * W[b]
    return {"W": W, "a": a, "b": b, "c": c, "k": k}


def _cosines(W, v) -> np.ndarray:
    return W @ v / np.linalg.norm(W, axis=1) / np.linalg.norm(v)


def _nearest(W, there, left_out, k: int, similarity=_cosines) -> list[tuple]:
    found = similarity(W, there)
    ranked = [int(word) for word in np.argsort(-found, kind="stable") if word not in left_out]
    return [(word, float(found[word])) for word in ranked[:k]]
