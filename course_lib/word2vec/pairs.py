"""From a text to what word2vec learns from: pairs of words, fewer common words, noise words."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [skipgram_pairs]
def skipgram_pairs(tokens, window: int) -> np.ndarray:
    """Return every word of a text with each word around it.

    Parameters
    ----------
    tokens : (n,) array_like of int
        The text, as word numbers.
    window : int
        How many words to either side count as around.

    Returns
    -------
    (P, 2) ndarray of int
        Rows (center, context) in text order: by center, then by context.

    Notes
    -----
    Source: CMU-M, Word2Vec Word Embeddings.
    """
    tokens = checks.integers("tokens", tokens, ("n",))
    window = checks.whole("window", window, low=1)
    n = len(tokens)
    reach = min(window, max(n - 1, 0))
    offsets = np.r_[-reach:0, 1 : reach + 1]
    t = np.arange(n)[:, None]
    inside = (t + offsets >= 0) & (t + offsets < n)
    centers, contexts = np.broadcast_to(t, inside.shape)[inside], (t + offsets)[inside]
    return np.column_stack([tokens[centers], tokens[contexts]])


# [/skipgram_pairs]


# [subsample]
def subsample(tokens, counts, threshold: float, rng) -> np.ndarray:
    """Leave out some of the common words, which say little about their neighbours.

    Parameters
    ----------
    tokens : (n,) array_like of int
        The text, as word numbers.
    counts : (V,) array_like
        How often each word occurs.
    threshold : float
        A word of relative frequency f stays with probability ``min(1, sqrt(threshold / f))``, so
        every word rarer than this stays.
    rng : numpy.random.Generator or int

    Returns
    -------
    ndarray of int
        The words that stay, in their order.

    Notes
    -----
    Source: CMU-M, Word2Vec Word Embeddings; Mikolov 2013.
    """
    counts = word_counts(counts)
    tokens = checks.integers("tokens", tokens, ("n",), high=len(counts))
    stays = keep_probability(counts, threshold)[tokens]
    return tokens[checks.generator(rng).random(len(tokens)) < stays]


def keep_probability(counts: np.ndarray, threshold: float) -> np.ndarray:
    """Return for each word (V,) the probability that `subsample` keeps it."""
    threshold = checks.number("threshold", threshold, above=0)
    frequency = counts / counts.sum()
    common = frequency > threshold
    return np.sqrt(np.divide(threshold, frequency, out=np.ones_like(frequency), where=common))


# [/subsample]


# [noise_distribution]
def noise_distribution(counts, power: float = 0.75) -> np.ndarray:
    """Return the probabilities with which negative sampling draws its noise words.

    Parameters
    ----------
    counts : (V,) array_like
        How often each word occurs.
    power : float
        1 draws words as often as the text has them, 0 all equally often; in between, rare words
        are drawn more often than they occur.

    Returns
    -------
    (V,) ndarray
        ``counts**power``, scaled to sum to one.

    Notes
    -----
    Source: CMU-M, Word2Vec Word Embeddings; Mikolov 2013.
    """
    weights = word_counts(counts) ** checks.number("power", power, low=0)
    return weights / weights.sum()


# [/noise_distribution]


def word_counts(counts) -> np.ndarray:
    """Check how often each word occurs: a vector of numbers, not negative, not all zero."""
    counts = checks.not_negative("counts", counts, ("V",))
    if not counts.any():
        raise ValueError(f"counts must hold at least one word that occurs, got {counts}")
    return counts
