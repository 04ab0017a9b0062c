"""n-gram language models: the next word depends on the n - 1 words before it (chapter 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import exp, inf, log

from course_lib import checks

START, END = "<s>", "</s>"


class NGramModel:
    """A language model that has counted which word follows which n - 1 words.

    Usually made by :meth:`fit`.

    Parameters
    ----------
    n : int
        1 for single words, 2 for bigrams, 3 for trigrams ...
    counts : dict of dicts
        ``counts[context][word]``: how often `word` came after the tuple `context` of n - 1 words.
    smoothing : float
        Added to the count of every word of the vocabulary, after every context.

    Attributes
    ----------
    vocab : tuple of str
        What may come next, sorted: the words seen and the end ``</s>``, but not the start ``<s>``.

    Notes
    -----
    Source: CMU-G, n-Gram Model.
    """

    def __init__(self, n: int, counts: dict, smoothing: float = 0.0):
        self.n = checks.whole("n", n, low=1)
        self.smoothing = checks.number("smoothing", smoothing, low=0)
        if not counts:
            raise ValueError("counts must hold at least one context, got none")
        self.counts = counts
        self.vocab = tuple(sorted(set().union(*counts.values())))
        self._known = frozenset(self.vocab)
        self._totals = {context: sum(words.values()) for context, words in counts.items()}

    # [fit]
    @classmethod
    def fit(cls, sentences, n: int, smoothing: float = 0.0) -> NGramModel:
        """Return the model that makes the sentences most probable: count, then divide.

        Parameters
        ----------
        sentences : list of lists of str
            Without markers: `fit` puts n - 1 ``<s>`` in front of each and one ``</s>`` behind.
        n : int
        smoothing : float

        Returns
        -------
        NGramModel

        Notes
        -----
        Source: CMU-G, Learning an n-Gram Model.
        """
        n, smoothing = checks.whole("n", n, low=1), checks.number("smoothing", smoothing, low=0)
        counts: dict[tuple, dict[str, int]] = {}
        for ngram, times in Counter(_ngrams(_sentences(sentences), n)).items():
            counts.setdefault(ngram[:-1], {})[ngram[-1]] = times
        return cls(n, counts, smoothing)

    # [/fit]

    # [prob]
    def prob(self, word: str, context=()) -> float:
        """Return P(word | context).

        Parameters
        ----------
        word : str
            ``</s>`` asks for the end. A word outside the vocabulary has probability 0.
        context : tuple of str
            Its last n - 1 words count; a shorter one is a beginning, padded with ``<s>``. After a
            context never seen everything has probability 0 or, with smoothing, the same.
        """
        if not isinstance(word, str):
            raise TypeError(f"word must be a string, got {type(word).__name__}")
        return self._prob(word, self._context(context))

    def _prob(self, word: str, context: tuple) -> float:
        count = self.counts.get(context, {}).get(word, 0) + self.smoothing
        total = self._totals.get(context, 0) + self.smoothing * len(self.vocab)
        return count / total if total and word in self._known else 0.0

    # [/prob]

    def distribution(self, context=()) -> dict[str, float]:
        """Return P(word | context) of each possible word, sorted by word.

        Without smoothing only the words that followed the context, so none if it was never seen;
        with smoothing the whole vocabulary. A context is read as in :meth:`prob`.
        """
        context = self._context(context)
        words = self.vocab if self.smoothing else sorted(self.counts.get(context, ()))
        return {word: self._prob(word, context) for word in words}

    # [log_prob]
    def log_prob(self, sentence) -> float:
        """Return the log probability of a list of words and its end; ``-inf`` if impossible."""
        return self._log_prob(_ngrams(_sentences([sentence], "sentence"), self.n))

    def perplexity(self, sentences) -> float:
        """Return the perplexity per predicted word, ends included; ``inf`` if one is impossible.

        It is the number of sides of a fair die that would be as hard to predict.
        """
        ngrams = list(_ngrams(_sentences(sentences), self.n))
        return exp(-self._log_prob(ngrams) / len(ngrams))

    def _log_prob(self, ngrams) -> float:
        total = 0.0
        for ngram in ngrams:
            p = self._prob(ngram[-1], ngram[:-1])
            total += log(p) if p else -inf
        return total

    # [/log_prob]

    # [sample]
    def sample(self, rng, context=(), max_length: int = 100) -> list[str]:
        """Return words drawn one after another, each from the die that the last n - 1 choose.

        Parameters
        ----------
        rng : numpy.random.Generator or int
        context : tuple of str
            What stands before the sample: not returned. Left out, a sentence is begun.
        max_length : int
            At most so many words; fewer if the end is drawn.

        Returns
        -------
        list of str
            Without markers.

        Notes
        -----
        Source: CMU-G, Sampling from a language model.
        """
        rng, context = checks.generator(rng), self._context(context)
        words: list[str] = []
        for _ in range(checks.whole("max_length", max_length)):
            die = self.distribution(context)
            if not die:
                raise ValueError(f"context must be known to a model not smoothed, got {context}")
            word = list(die)[rng.choice(len(die), p=list(die.values()))]
            if word == END:
                break
            words.append(word)
            context = (*context, word)[1:]
        return words

    # [/sample]

    def _context(self, context) -> tuple:
        """Return exactly n - 1 words: the last ones, padded in front."""
        words = checks.sequence("context", context)
        _refuse_no_words("context", words)
        padded = [START] * (self.n - 1) + words
        return tuple(padded[len(words) :])


def _ngrams(sentences: list[list[str]], n: int) -> Iterator[tuple]:
    """Yield every n-gram of the padded sentences, from left to right."""
    for words in sentences:
        padded = [START] * (n - 1) + words + [END]
        yield from zip(*(padded[i:] for i in range(n)), strict=False)


def _sentences(sentences, name: str = "sentences") -> list[list[str]]:
    """Return a list of lists of words, none of them a marker."""
    sentences = [checks.sequence(name, words) for words in checks.sequence("sentences", sentences)]
    if not sentences:
        raise ValueError("sentences must hold at least one sentence, got none")
    for words in sentences:
        _refuse_no_words(name, words)
        if START in words or END in words:
            raise ValueError(f"{name} must come without {START} and {END}, got {words}")
    return sentences


def _refuse_no_words(name: str, words: list) -> None:
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"{name} must hold words as strings, got {word!r}")
