"""Trigrams against nltk: counting a text, and the perplexity of another.

    python -m benchmarks.ngram [--quick]

Both start from lists of words. nltk also counts single words and pairs, which its models back off
to; there is no way to leave that out. Needs the extra `peers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from nltk.lm import Laplace
from nltk.lm.preprocessing import pad_both_ends, padded_everygram_pipeline
from nltk.util import ngrams

from benchmarks.side_by_side import Table, compare, run
from course_lib.data import grammar_corpus
from course_lib.ngram import NGramModel

N = 3


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    repeats, n_sentences = (3, 2_000) if quick else (11, 20_000)
    text = grammar_corpus(n_sentences, rng=0)
    unseen = grammar_corpus(n_sentences // 20, rng=1)
    ours, peer = NGramModel.fit(text, N, smoothing=1.0), nltk_fit(text)
    words = sum(map(len, text))
    rows = [
        compare(
            f"counting {words:,} words",
            lambda: NGramModel.fit(text, N, smoothing=1.0),
            lambda: nltk_fit(text),
            repeats,
            aim=1.0,
        ),
        compare(
            f"perplexity of {sum(map(len, unseen)):,} words",
            lambda: ours.perplexity(unseen),
            lambda: nltk_perplexity(peer, unseen),
            repeats,
            aim=1.0,
        ),
    ]
    yield Table("trigrams, against nltk", rows)


def nltk_fit(sentences: list[list[str]]) -> Laplace:
    """Return nltk's trigram model with one added to every count."""
    model = Laplace(N)
    model.fit(*padded_everygram_pipeline(N, sentences))
    return model


def nltk_perplexity(model: Laplace, sentences: list[list[str]]) -> float:
    """Return nltk's perplexity of sentences, padded as for its fit."""
    padded = (gram for words in sentences for gram in ngrams(pad_both_ends(words, n=N), N))
    return model.perplexity(list(padded))


if __name__ == "__main__":
    run(tables, __doc__)
