"""The kingdom's vectors: frames are skip-gram's own, and it is readable without its drawing."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib.data.grammar import grammar_analogies, grammar_corpus
from course_lib.viz.analogies import BEST, EPOCHS, SENTENCES, SIZES, analogies
from course_lib.viz.explorable import bundle
from course_lib.word2vec import SkipGram


@pytest.fixture(scope="module")
def kingdom():
    return analogies()


@pytest.fixture(scope="module")
def trained():
    corpus = grammar_corpus(SENTENCES, rng=0)
    return {epochs: SkipGram(5, epochs=epochs, rng=1).fit(corpus).vectors for epochs in (0, EPOCHS)}


def test_questions_are_those_of_the_language(kingdom):
    asked = {
        (*one, *other) for way in kingdom.pairs for one in way for other in way if one != other
    }
    assert len(asked) == kingdom.frames["5"]["asked"]
    assert asked < set(grammar_analogies())


@pytest.mark.parametrize("epochs", [0, EPOCHS])
def test_distances_in_the_plane_are_those_of_the_best_plane(kingdom, trained, epochs):
    for way, pairs in enumerate(kingdom.pairs):
        rows = [kingdom.settings["words"].index(word) for pair in pairs for word in pair]
        last = trained[EPOCHS][rows]
        _, _, axes = np.linalg.svd(last - last.mean(axis=0))
        at = trained[epochs][rows] @ axes[:2].T
        shown = np.array(kingdom.frames["5"]["places"][way][epochs])
        apart = np.linalg.norm(at[:, None] - at, axis=2)
        np.testing.assert_allclose(
            np.linalg.norm(shown[:, None] - shown, axis=2), apart, atol=0.015
        )
        assert np.abs(shown).max() <= kingdom.frames["5"]["reach"][way]


@pytest.mark.parametrize("epochs", [0, EPOCHS])
def test_answers_are_the_largest_cosines(kingdom, trained, epochs):
    W, words = trained[epochs], kingdom.settings["words"]
    for one, other in [(0, 1), (4, 2)]:
        (a, b), (c, _) = kingdom.pairs[3][one], kingdom.pairs[3][other]
        va, vb, vc = (W[words.index(word)] for word in (a, b, c))
        t = vb - va + vc
        cosines = W @ t / np.linalg.norm(W, axis=1) / np.linalg.norm(t)
        best = [w for w in np.argsort(-cosines) if words[w] not in (a, b, c)][:BEST]
        told = kingdom.frames["5"]["answers"][3][one][other][epochs]
        assert [word for word, _ in told] == best
        np.testing.assert_allclose([cosine for _, cosine in told], cosines[best], atol=0.0051)


def test_longer_vectors_answer_more(kingdom):
    right = [kingdom.frames[str(size)]["right"] for size in SIZES]
    assert all(len(counts) == EPOCHS + 1 for counts in right)
    assert right[0][-1] < right[1][-1] < right[2][-1] == 120
    assert max(counts[0] for counts in right) < 12


def test_python_answers_for_a_length_that_is_not_stored(kingdom):
    kingdom.wanted = "3"
    assert kingdom.choice == "3"
    assert len(kingdom.frames["3"]["places"][0]) == EPOCHS + 1
    kingdom.frames = {key: frame for key, frame in kingdom.frames.items() if key != "3"}
    kingdom.choice = "20"


@pytest.mark.parametrize("key", ["", "x", "0", "-2", "2.5"])
def test_a_key_that_means_nothing(kingdom, key):
    with pytest.raises(ValueError, match='key must look like "20", got'):
        kingdom.frame(key)


def test_answers_are_told_without_a_drawing(kingdom):
    assert "<td>man is to woman</td><td>as king is to</td><td>queen</td>" in kingdom.fallback()
    assert "120 of 120" in kingdom.summary()


def test_it_adds_a_bearable_amount_to_its_page(kingdom):
    page = kingdom.to_html() + bundle("analogies")
    assert len(gzip.compress(page.encode())) < 90_000
    assert not re.search(r"^import ", bundle("analogies"), re.MULTILINE)
