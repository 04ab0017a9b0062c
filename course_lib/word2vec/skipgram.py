"""Skip-gram: word vectors from nothing but text, and what can be asked of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, count

import numpy as np

from course_lib import checks
from course_lib.train import Progress
from course_lib.word2vec.blocks import SIZE, text_blocks
from course_lib.word2vec.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from course_lib.word2vec.pairs import keep_probability, noise_distribution

LOSSES = ("negative", "softmax", "hierarchical")


class SkipGram:
    """Word vectors that predict the words around a word.

    Parameters
    ----------
    dim : int
        D, the length of a vector.
    window : int
        Each center takes as contexts 1 to `window` words on either side, drawn anew every time, so
        that near words count more.
    negatives : int
        k, noise words for each pair; for the loss "negative" alone.
    loss : {"negative", "softmax", "hierarchical"}
    epochs : int
        How often to read the text.
    lr : float
        Learning rate of one pair; it falls linearly to zero.
    min_count : int
        Words that occur less often are left out.
    threshold : float, optional
        Subsampling: words more frequent than this share of the text are thinned out before the
        windows are laid; see `subsample`. None keeps them all.
    batch_size : int
        Words of text a step, rounded up to whole blocks of 32.
    rng : numpy.random.Generator or int
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"W_in"`` (V, D), and ``"W_out"`` (V, D) or, for "hierarchical", ``"W_nodes"`` (V-1, D).
    vocab : dict
        From word to row, the commonest first; of equals the one that came first.
    history : dict
        ``"loss"``: after each epoch, the loss of up to 500 pairs of neighbours of the text.

    Notes
    -----
    Source: CMU-M, Word2Vec Word Embeddings; Mikolov 2013.
    """

    def __init__(
        self,
        dim,
        window=5,
        negatives=5,
        loss="negative",
        epochs=5,
        lr=0.05,
        min_count=1,
        threshold=None,
        batch_size=128,
        rng=0,
        dtype=np.float64,
    ):
        self.dim = checks.whole("dim", dim, low=1)
        self.window = checks.whole("window", window, low=1)
        self.negatives = checks.whole("negatives", negatives, low=1)
        self.loss = checks.one_of("loss", loss, LOSSES)
        self.epochs = checks.whole("epochs", epochs)
        self.lr = checks.number("lr", lr, above=0)
        self.min_count = checks.whole("min_count", min_count, low=1)
        self.threshold = (
            None if threshold is None else checks.number("threshold", threshold, above=0)
        )
        self.batch_size = checks.whole("batch_size", batch_size, low=1)
        checks.generator(rng)
        self.rng = rng  # a seed starts every `fit` alike
        self.dtype = checks.float_type("dtype", dtype)
        self.params: dict[str, np.ndarray] = {}
        self.vocab: dict = {}
        self.history: dict[str, list[float]] = {}

    @property
    def vectors(self) -> np.ndarray:
        """The word vectors (V, D): row ``vocab[word]`` is a word's."""
        if not self.params:
            raise ValueError("vectors need a text first: call fit")
        return self.params["W_in"]

    # [skipgram_fit]
    def fit(self, sentences, progress=False, callback=None) -> SkipGram:
        """Learn the vectors of all words of a text, starting anew.

        Parameters
        ----------
        sentences : list of lists of words
            A word is anything hashable; a pair lies within one sentence.
        progress : bool
            Show a progress bar.
        callback : callable, optional
            Called as ``callback(model, epoch)`` after each epoch 0, 1, and so on.

        Returns
        -------
        SkipGram
            The model itself.
        """
        self.vocab, counts, tokens, sentence = read(sentences, self.min_count)
        neighbours = np.flatnonzero(sentence[1:] == sentence[:-1])
        if len(counts) < 2 or len(neighbours) == 0:
            raise ValueError(
                "sentences must hold at least two different words, and a sentence of two, "
                f"got {len(counts)} words and {len(neighbours)} pairs of neighbours"
            )
        rng, window = checks.generator(self.rng), self.window
        keep = np.ones(len(counts))
        if self.threshold is not None:
            keep = keep_probability(counts, self.threshold)
        n_blocks = -(-self.batch_size // SIZE)
        self.objective = objective = self._objective(counts, keep, n_blocks * SIZE)
        W_in = rng.uniform(-1, 1, (len(counts), self.dim)).astype(self.dtype) / self.dim
        W_out = np.zeros((len(objective.limit_out), self.dim), self.dtype)
        self.params = {"W_in": W_in, objective.table: W_out}
        seen = rng.choice(neighbours, min(500, len(neighbours)), replace=False)
        check = tokens[seen], tokens[seen + 1]
        if self.loss == "negative":
            check += (objective.draw(rng, (len(seen), self.negatives)),)
        self.history = {"loss": []}

        with Progress(self.epochs, show=progress) as bar:
            for epoch in range(self.epochs):
                stays = rng.random(len(tokens)) < keep[tokens]
                text, text_sentence = tokens[stays], sentence[stays]
                reach = rng.integers(1, window + 1, size=len(text))
                done, words = epoch / self.epochs, max(1, len(text)) * self.epochs
                for blocks in text_blocks(text, text_sentence, reach, window, n_blocks):
                    objective.step(W_in, W_out, blocks, self.lr * (1 - done), rng)
                    done = min(1, done + blocks.centers.size / words)
                self.history["loss"].append(objective.loss(W_in, W_out, *check)[0])
                bar.advance(loss=self.history["loss"][-1])
                if callback is not None:
                    callback(self, epoch)
        return self

    # [/skipgram_fit]

    def _objective(self, counts, keep, words: int):
        frequency = keep * counts / (keep @ counts)
        if self.loss == "negative":
            noise = noise_distribution(counts)
            return NegativeSampling(frequency, words, self.window, noise, self.negatives)
        kind = FullSoftmax if self.loss == "softmax" else HierarchicalSoftmax
        return kind(frequency, words, self.window)

    def loss_and_grads(self, centers, contexts, negatives=None) -> tuple[float, dict]:
        """Return the loss of pairs of word numbers (P,), and a gradient for each of `params`.

        `negatives` (P, k) are for the loss "negative" alone, and needed there.
        """
        pairs = (centers, contexts, negatives) if self.loss == "negative" else (centers, contexts)
        loss, *gradients = self.objective.loss(*self.params.values(), *pairs)
        return loss, dict(zip(self.params, gradients, strict=True))

    # [most_similar]
    def most_similar(self, word, k: int = 10) -> list[tuple]:
        """Return the `k` words whose vectors point most nearly the way of `word`'s.

        Returns
        -------
        list of (word, cosine)
            The best first; of equals the commoner. `word` itself is left out.
        """
        return self._nearest(self._vector("word", word), k, {word})

    def analogy(self, a, b, c, k: int = 1) -> list[tuple]:
        """Return the `k` best answers to "`a` is to `b` as `c` is to what?".

        Returns
        -------
        list of (word, cosine)
            By the cosine with ``b - a + c``, the best first; the three words are left out.

        Notes
        -----
        Source: CMU-M, Skip-gram Word Embeddings.
        """
        there = self._vector("b", b) - self._vector("a", a) + self._vector("c", c)
        return self._nearest(there, k, {a, b, c})

    def _nearest(self, vector, k, left_out) -> list[tuple]:
        k = checks.whole("k", k, low=1)
        lengths = np.linalg.norm(self.vectors, axis=1) * np.linalg.norm(vector)
        products = self.vectors @ vector
        cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
        words = list(self.vocab)
        ranked = (i for i in np.argsort(-cosines, kind="stable") if words[i] not in left_out)
        return [(words[i], float(cosines[i])) for i, _ in zip(ranked, range(k), strict=False)]

    # [/most_similar]

    def _vector(self, name, word) -> np.ndarray:
        if word not in self.vocab:
            raise ValueError(
                f"{name} must be one of the {len(self.vocab)} known words, got {word!r}"
            )
        return self.vectors[self.vocab[word]]

    def __repr__(self) -> str:
        known = f"{len(self.vocab)} words" if self.vocab else "not fitted"
        return f"SkipGram(dim={self.dim}, window={self.window}, loss={self.loss!r}, {known})"


def read(sentences, min_count: int):
    """Return the words of a text with their rows, their counts, and the text as numbers.

    Returns
    -------
    vocab : dict from word to row
    counts : (V,) ndarray
    tokens, sentence : (n,) ndarray of int
        The rows of the words in the text, and the numbers of the sentences they stand in.
    """
    sentences = list(sentences)
    for i, words in enumerate(sentences):
        if isinstance(words, (str, bytes)) or not hasattr(words, "__len__"):
            raise TypeError(f"sentences[{i}] must be a list of words, got {type(words).__name__}")
    number = defaultdict(count().__next__)  # gives every new word the next number
    try:
        text = np.fromiter(map(number.__getitem__, chain.from_iterable(sentences)), dtype=np.intp)
    except TypeError as error:
        raise TypeError(f"sentences must hold hashable words: {error}") from None
    words, counts = list(number), np.bincount(text)
    ranked = np.argsort(-counts, kind="stable")
    ranked = ranked[counts[ranked] >= min_count]
    row = np.full(len(words), -1)
    row[ranked] = np.arange(len(ranked))
    tokens, sentence = row[text], np.repeat(np.arange(len(sentences)), list(map(len, sentences)))
    known = tokens >= 0
    vocab = {words[i]: row for row, i in enumerate(ranked)}
    return vocab, counts[ranked].astype(float), tokens[known], sentence[known]
