"""Skip-gram with negative sampling beside gensim's C: words a second, and how good vectors are.

    python -m benchmarks.word2vec [--quick]

Both read a generated text of one million words once, from lists of words to vectors, with 100
dimensions, windows up to 5, 5 negatives and the same learning rate, on one thread. Words follow
Zipf's law; half of a sentence's words belong to its topic, so there is something to learn. A speed
says little alone: beside it stand the loss on pairs of an unseen text, and the share of the ten
nearest neighbours of middling words that share their topic. Needs the extra `peers`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from gensim.models import Word2Vec

from benchmarks.side_by_side import Row, Table, compare, run
from course_lib.word2vec import SkipGram, negative_sampling_loss, noise_distribution, skipgram_pairs

WORDS, DIM, WINDOW, NEGATIVES = 10_000, 100, 5, 5
TOPICS, LENGTH = 100, 20
MIDDLING = slice(500, 3000)  # neither in every sentence nor hardly ever


def text(n_tokens: int, seed: int) -> np.ndarray:
    """Return sentences (n, LENGTH) of numbers, 0 the commonest; two last digits are a topic."""
    rng = np.random.default_rng(seed)
    shape = n_tokens // LENGTH, LENGTH
    topic = rng.integers(TOPICS, size=(shape[0], 1))
    anything = rng.choice(WORDS, size=shape, p=zipf(WORDS))
    of_topic = topic + TOPICS * rng.choice(WORDS // TOPICS, size=shape, p=zipf(WORDS // TOPICS))
    return np.where(rng.random(shape) < 0.5, of_topic, anything)


def zipf(n: int) -> np.ndarray:
    """Return probabilities of n words, each as likely as one over its rank."""
    weights = 1 / np.arange(1, n + 1)
    return weights / weights.sum()


def quality(vectors, context_vectors, names, unseen: np.ndarray) -> tuple[float, float]:
    """Return the loss on unseen pairs, and the share of neighbours with the same topic."""
    number = np.array([int(name) for name in names])
    row = np.full(WORDS, -1)
    row[number] = np.arange(len(number))
    rng = np.random.default_rng(1)
    pairs = np.concatenate([skipgram_pairs(row[s][row[s] >= 0], WINDOW) for s in unseen])
    pairs = pairs[rng.choice(len(pairs), 50_000, replace=False)]
    noise = noise_distribution(np.bincount(unseen.ravel(), minlength=WORDS)[number])
    negatives = rng.choice(len(number), size=(len(pairs), NEGATIVES), p=noise)
    loss, _, _ = negative_sampling_loss(vectors, context_vectors, *pairs.T, negatives)

    middling = vectors[row[MIDDLING][row[MIDDLING] >= 0]]
    topic = np.arange(WORDS)[MIDDLING][row[MIDDLING] >= 0] % TOPICS
    unit = middling / np.linalg.norm(middling, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argpartition(-cosines, 10, axis=1)[:, :10]
    return loss, float((topic[nearest] == topic[:, None]).mean())


def beside_gensim(
    n_tokens: int, dtype, lr: float, batch_size: int, repeats: int
) -> tuple[Row, str]:
    """Compare the time to learn, and say how good both results are."""
    sentences = [[str(word) for word in sentence] for sentence in text(n_tokens, seed=0).tolist()]
    ours = SkipGram(DIM, WINDOW, NEGATIVES, epochs=1, lr=lr, batch_size=batch_size, dtype=dtype)
    peers = []

    def peer():
        model = Word2Vec(
            sentences,
            vector_size=DIM,
            window=WINDOW,
            negative=NEGATIVES,
            alpha=lr,
            min_alpha=0,
            sg=1,
            sample=0,
            min_count=1,
            epochs=1,
            workers=1,
            seed=1,
        )
        peers[:] = [model]

    name = f"{n_tokens // 1000:,}k words, lr {lr:g}, ours {np.dtype(dtype)}, {batch_size} a step"
    aim = 0.55 if dtype is np.float32 else 1.0  # gensim knows float32 alone
    row = compare(name, lambda: ours.fit(sentences), peer, repeats, aim)
    unseen = text(n_tokens // 10, seed=5)
    (peer_model,) = peers
    results = [
        (ours.vectors, ours.params["W_out"], ours.vocab, row.ours),
        (peer_model.wv.vectors, peer_model.syn1neg, peer_model.wv.index_to_key, row.peer),
    ]
    text_of = []
    for who, (vectors, contexts, names, seconds) in zip(("ours", "peer"), results, strict=True):
        loss, share = quality(vectors, contexts, names, unseen)
        speed = n_tokens / seconds / 1000
        text_of.append(
            f"{who} {speed:.0f}k words/s, unseen loss {loss:.3f}, same topic {share:.3f}"
        )
    return row, f"{name}: " + "; ".join(text_of)


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    n_tokens, repeats = (200_000, 3) if quick else (1_000_000, 5)
    results = [
        beside_gensim(n_tokens, dtype, lr, batch_size, repeats)
        for dtype, lr, batch_size in (
            (np.float32, 0.025, 128),
            (np.float32, 0.05, 128),
            (np.float32, 0.025, 512),
            (np.float64, 0.025, 128),
        )
    ]
    rows, qualities = zip(*results, strict=True)
    yield Table("skip-gram, against gensim", list(rows), qualities)


if __name__ == "__main__":
    run(tables, __doc__)
