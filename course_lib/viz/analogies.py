"""Word vectors in the plane as an explorable: analogies as arrows, epoch by epoch."""

from __future__ import annotations

import html
from itertools import permutations

import numpy as np

from course_lib.autoencoder import pca
from course_lib.data.grammar import ROLES, grammar_corpus
from course_lib.viz.explorable import Explorable, bundle, whole
from course_lib.word2vec import SkipGram

SIZES = (2, 5, 20)
"""The lengths of vectors that a page stores."""
SENTENCES, EPOCHS = 400, 20
BEST = 3  # answers that are shown

# A role's nouns are male, male plural, female, female plural; a way leads from one to another.
WAYS = ((0, 2), (1, 3), (0, 1), (2, 3))


class Analogies(Explorable):
    """The explorable that :func:`analogies` returns. Its keys are the lengths of the vectors."""

    module = "analogies"
    _esm = bundle("analogies")
    keys_like = '"20"'

    def __init__(self, **traits):
        self.corpus = grammar_corpus(SENTENCES, rng=0)
        self.pairs = [way_pairs(way) for way in WAYS]
        start = _trained(self.corpus, 1, epochs=0)
        settings = {
            "title": "From man to woman, and from king to …",
            "words": list(start.vocab),
            "sizes": list(SIZES),
            "pairs": self.pairs,
            "epochs": EPOCHS,
        }
        frames = {str(size): self.frame(str(size)) for size in SIZES}
        super().__init__(
            settings=settings, frames=frames, choice=str(SIZES[-1]), step=EPOCHS, **traits
        )

    def frame(self, key: str) -> dict:
        """Return a training run; its lists of epochs begin with the start, before the first.

        Returns
        -------
        dict
            ``places`` [way][epoch][word], two coordinates each: the words of the way's pairs, one
            after the other, around their mean, along the two principal components that they have
            in the end; ``reach`` [way], how far from the middle all of them stay; ``answers``
            [way][from pair][to pair][epoch], the best answers as word number and cosine;
            ``right`` [epoch], how many first answers are right of all ``asked``.
        """
        (size,) = self.parts(key, whole(low=1))
        history = [_trained(self.corpus, size, epochs=0).vectors]
        model = _trained(
            self.corpus, size, EPOCHS, lambda model, _: history.append(model.vectors.copy())
        )
        places = [_places(model.vocab, history, pairs) for pairs in self.pairs]
        answers = [_answers(model, history, pairs) for pairs in self.pairs]
        words = list(model.vocab)
        asked = [
            [words[best[0][0]] == pairs[to][1] for best in answers[way][a][to]]
            for way, pairs in enumerate(self.pairs)
            for a, to in permutations(range(len(pairs)), 2)
        ]
        return {
            "places": [way.round(2).tolist() for way in places],
            "reach": [round(float(1.2 * _reach(way)), 2) for way in places],
            "answers": answers,
            "right": np.sum(asked, axis=0).tolist(),
            "asked": len(asked),
        }

    def first_answers(self) -> list[tuple[str, str, str, str]]:
        """Return, after the last epoch, each analogy from the second pair of the first way."""
        frame, words = self.frames[self.choice], self.settings["words"]
        pairs = self.pairs[0]
        a, b = pairs[1]
        return [
            (a, b, c, words[frame["answers"][0][1][to][-1][0][0]])
            for to, (c, _) in enumerate(pairs)
            if to != 1
        ]

    def summary(self) -> str:
        frame = self.frames[self.choice]
        return (
            f"Vectors of {self.choice} numbers: after {EPOCHS} epochs the first answer is right "
            f"for {frame['right'][-1]} of {frame['asked']} analogies."
        )

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><td>{a} is to {b}</td><td>as {c} is to</td><td>{d}</td></tr>"
            for a, b, c, d in self.first_answers()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            f"<table><tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def analogies() -> Analogies:
    """Return skip-gram's vectors of a small language in the plane, and its answers, by epoch.

    Notes
    -----
    The language is that of `data.grammar.grammar_corpus`, the model `word2vec.SkipGram` with
    negative sampling. Source: CMU-M, Skip-gram Word Embeddings.
    """
    return Analogies()


def way_pairs(way: tuple[int, int]) -> list[tuple[str, str]]:
    """Return for each role the two nouns between which a way leads."""
    nouns = [words.split() for words, _, _ in ROLES.values()]
    return [(role[way[0]], role[way[1]]) for role in nouns]


def _trained(corpus, size: int, epochs: int, callback=None) -> SkipGram:
    return SkipGram(size, epochs=epochs, rng=1).fit(corpus, callback=callback)


def _places(vocab: dict, history: list[np.ndarray], pairs) -> np.ndarray:
    """Return the words (epoch, word, 2) along the components that they have in the end."""
    rows = [vocab[word] for pair in pairs for word in pair]
    vectors = np.stack([W[rows] for W in history])
    components, _ = pca(vectors[-1], 2)
    at = (vectors - vectors.mean(axis=1, keepdims=True)) @ components.T
    # The way leads to the right, whichever sign the component came with.
    mean_way = (at[-1, 1::2] - at[-1, ::2]).mean(axis=0)
    return at * np.where(mean_way < 0, -1, 1)


def _reach(at: np.ndarray) -> float:
    """Return how far from the middle any word is, and in the end any place that is asked for."""
    one, other = at[-1, ::2], at[-1, 1::2]
    targets = (other - one)[:, None] + one
    return max(np.abs(at).max(), np.abs(targets).max())


def _answers(model: SkipGram, history: list[np.ndarray], pairs) -> list:
    """Return for each two pairs and each epoch the best answers: word number and cosine."""

    def best(W, a, b, c):
        model.params["W_in"] = W
        found = model.analogy(a, b, c, k=BEST)
        return [[model.vocab[word], round(cosine, 2)] for word, cosine in found]

    last = model.params["W_in"]
    told = [[[best(W, *pair, c) for W in history] for c, _ in pairs] for pair in pairs]
    model.params["W_in"] = last
    return told
