"""The writers: texts are the models' own draws, riddles hold what they say, errors are told."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import data
from course_lib.ngram import END, NGramModel
from course_lib.rnn_lm import RNNLanguageModel
from course_lib.viz.explorable import bundle
from course_lib.viz.writers import LENGTH, RIDDLES, SIDES, TEMPERATURES, TEXTS, VERSE, writers

VERSES = [" ".join(verse) for poem in data.sonnets()[:6] for verse in poem]
READ, UNSEEN = VERSES[:70], VERSES[70:]
LETTERS = "".join(sorted({"\n", *"".join(VERSES)}))
NETWORK = RNNLanguageModel(len(LETTERS), 4, 6, cell="gru", rng=1)


@pytest.fixture(scope="module")
def figure():
    return writers(NETWORK, LETTERS, READ, UNSEEN)


def test_the_network_writes_as_its_own_sampling_does(figure):
    start = [LETTERS.index("\n")]
    for k, temperature in enumerate(TEMPERATURES):
        for seed in range(TEXTS):
            drawn = NETWORK.sample(LENGTH, seed, temperature, prompt=start)
            text = "".join(LETTERS[i] for i in drawn)
            assert figure.frames[f"3:{k}:{seed}"]["text"] == text


def test_an_n_gram_rolls_the_die_of_its_last_letters(figure):
    model = NGramModel.fit([list(verse) for verse in READ], 4)
    for k, temperature in enumerate(TEMPERATURES):
        frame = figure.frames[f"1:{k}:1"]
        for i in (0, 3, 40, LENGTH - 1):
            verse = frame["text"][:i].rpartition("\n")[2]
            die = model.distribution(tuple(verse))
            powers = {side: p ** (1 / temperature) for side, p in die.items()}
            shares = {side: p / sum(powers.values()) for side, p in powers.items()}
            rolled = frame["text"][i].replace("\n", END)
            assert frame["share"][i] == pytest.approx(shares[rolled], rel=6e-3)
            largest = sorted(shares.values(), reverse=True)[:SIDES]
            told = frame["dice"][i][1]
            np.testing.assert_allclose(told[: len(largest)], 100 * np.array(largest), atol=0.51)
            assert sum(told[len(largest) :]) == 0


def test_the_place_of_what_was_rolled(figure):
    for frame in figure.frames.values():
        for letter, (sides, _), hit in zip(frame["text"], frame["dice"], frame["hit"], strict=True):
            assert (sides + letter).index(letter) == hit


def test_riddles_have_one_real_verse_each(figure):
    riddles = figure.settings["riddles"]
    assert [len(some) for some in riddles] == [RIDDLES] * len(TEMPERATURES)
    words = set(" ".join(READ).split())
    read = "\n".join(READ)
    places = set()
    for riddle in (riddle for some in riddles for riddle in some):
        assert sorted(verse["author"] for verse in riddle) == ["4-gram", "GRU", "real"]
        for place, verse in enumerate(riddle):
            if verse["author"] == "real":
                places.add(place)
                assert verse["text"] in UNSEEN
                assert VERSE[0] <= len(verse["text"]) <= VERSE[1]
            assert verse["text"] not in READ
            assert set(verse["unknown"]) == set(verse["text"].split()) - words
            assert verse["copied"] in verse["text"]
            assert verse["copied"] in read
    assert places == {0, 1, 2}


def test_the_longest_piece_that_was_read(figure):
    for riddle in figure.settings["riddles"][1]:
        for verse in riddle:
            n = len(verse["copied"]) + 3  # two spaces at its ends are not told
            pieces = [verse["text"][i : i + n] for i in range(len(verse["text"]) - n + 1)]
            assert not any(piece in "\n".join(READ) for piece in pieces)


def test_python_answers_for_a_text_that_is_not_stored(figure):
    figure.wanted = "0:2:41"
    assert figure.choice == "0:2:41"
    assert len(figure.frames["0:2:41"]["text"]) == LENGTH
    figure.frames = {key: frame for key, frame in figure.frames.items() if key != "0:2:41"}
    figure.choice = "3:1:0"


@pytest.mark.parametrize("key", ["", "0:0", "4:0:0", "0:4:0", "0:0:-1", "a:0:0"])
def test_a_key_that_means_nothing(figure, key):
    with pytest.raises(ValueError, match='key must look like "0:1:2", got'):
        figure.frame(key)


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="the line break among them"):
        writers(NETWORK, LETTERS.replace("\n", "ß"), READ, UNSEEN)
    with pytest.raises(ValueError, match=f"the {len(LETTERS)} letters of the network"):
        writers(NETWORK, LETTERS[:-1], READ, UNSEEN)
    with pytest.raises(ValueError, match="nothing but letters, got 'ß'"):
        writers(NETWORK, LETTERS, READ, ["ß"])
    with pytest.raises(ValueError, match=f"unseen must hold at least {RIDDLES} verses"):
        writers(NETWORK, LETTERS, READ, UNSEEN[:2])


def test_texts_are_told_without_a_drawing(figure):
    first = figure.frames["2:1:0"]["text"].split("\n")[0]
    assert f"<th>6-gram</th><td>{first}".replace("'", "&#x27;") in figure.fallback()
    assert figure.summary().startswith("GRU, temperature 0.6: ")


def test_it_adds_a_bearable_amount_to_its_page(figure):
    page = figure.to_html() + bundle("writers")
    assert len(gzip.compress(page.encode())) < 60_000
    assert not re.search(r"^import ", bundle("writers"), re.MULTILINE)
