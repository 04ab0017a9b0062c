"""The generated language: what it says of a noun, and the analogies that follow."""

from collections import Counter

import numpy as np
import pytest

from course_lib.data.grammar import GENDERS, NUMBERS, ROLES, grammar_analogies, grammar_corpus

NOUNS = {
    noun: (role, i // 2, i % 2)
    for role, (nouns, _, _) in ROLES.items()
    for i, noun in enumerate(nouns.split())
}


def test_words_around_a_noun_tell_its_role_gender_and_number():
    corpus = grammar_corpus(3000, rng=1)
    assert len(corpus) == 3000
    for determiner, adjective, noun, form, verb, the, thing, *ending in corpus:
        role, gender, number = NOUNS[noun]
        assert determiner in NUMBERS[number][0].split()
        assert form in NUMBERS[number][1].split()
        assert adjective in GENDERS[gender].split()
        assert verb in ROLES[role][1].split()
        assert thing in ROLES[role][2].split()
        assert the == "the"
        assert len(ending) <= 2
    assert {tuple(s[7:]) for s in corpus} == {
        ("today",),
        ("again",),
        ("at", "dawn"),
        ("every", "year"),
        (),
    }
    seen = Counter(sentence[2] for sentence in corpus)
    assert set(seen) == set(NOUNS)
    assert min(seen.values()) > 3000 / 24 * 0.7
    assert max(seen.values()) < 3000 / 24 * 1.4
    assert len({word for sentence in corpus for word in sentence}) == 71


def test_role_gender_and_number_are_drawn_independently():
    facts = np.array(
        [
            (list(ROLES).index(role), gender, number)
            for role, gender, number in (NOUNS[s[2]] for s in grammar_corpus(6000, rng=2))
        ]
    )
    np.testing.assert_allclose(np.corrcoef(facts.T), np.eye(3), atol=0.04)


def test_analogies_are_squares_of_nouns():
    analogies = grammar_analogies()
    assert ("man", "woman", "king", "queen") in analogies
    assert ("queens", "queen", "actresses", "actress") in analogies
    assert len(analogies) == len(set(analogies)) == 6 * 5 * 8
    for a, b, c, d in analogies:
        (role, *here), (same, *there) = NOUNS[a], NOUNS[b]
        assert role == same
        assert sum(x != y for x, y in zip(here, there, strict=True)) == 1
        assert NOUNS[c][1:] == tuple(here)
        assert NOUNS[d][1:] == tuple(there)
        assert NOUNS[c][0] == NOUNS[d][0] != role


def test_the_seed_is_all_that_matters():
    assert grammar_corpus(20, 3) == grammar_corpus(20, np.random.default_rng(3))
    assert grammar_corpus(20, 3) != grammar_corpus(20, 4)
    assert grammar_corpus(0, 3) == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((-1, 0), ValueError, "n_sentences must be at least 0, got -1"),
        ((2.0, 0), TypeError, "n_sentences must be a whole number, got float"),
        ((2, None), TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_bad_input_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        grammar_corpus(*arguments)
