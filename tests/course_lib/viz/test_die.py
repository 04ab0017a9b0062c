"""The n-gram die: its frames are the models' own rolls, and its verdicts are Bayes' rule."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import data
from course_lib.ngram import NGramModel
from course_lib.viz.die import ORDERS, ROLLS, SIDES, TEXTS, die
from course_lib.viz.explorable import bundle

LINES = [["<b>", "b"], ["b", "a", "c"], ["c"]]


@pytest.fixture(scope="module")
def cows():
    return die({"cows": data.cows()})


def test_a_text_is_a_sample_of_its_model(cows):
    for n in ORDERS:
        for added in (0, 1):
            model = NGramModel.fit(data.cows(), n, added)
            for number in range(TEXTS):
                drawn = cows.frames[f"0:{n}:{added}:{number}"]
                assert drawn["words"] == model.sample(number, max_length=ROLLS)
                assert len(drawn["dice"]) == len(drawn["words"]) + drawn["ends"]


def test_the_die_of_cows_eat_is_the_lectures(cows):
    frame = cows.frames["0:3:0:0"]
    assert frame["words"][:4] == ["our", "cows", "eat", "corn"]
    shown = frame["dice"][3]
    counts = [4, 3, 2, 1, 1]
    assert [word for word, _ in shown["sides"]] == ["corn", "grass", "hay", "if", "which"]
    np.testing.assert_allclose([p for _, p in shown["sides"]], np.divide(counts, 11), atol=1e-6)
    assert (shown["seen"], shown["hit"], shown["rest"]) == (11, 0, [0, 0])


def test_every_roll_lies_on_the_side_that_came_up():
    """And all sides together are one, however many are not shown."""
    for frame in die().frames.values():
        for shown in frame["dice"]:
            shares = [p for _, p in shown["sides"]]
            assert sum(shares) + shown["rest"][1] == pytest.approx(1, abs=1e-4)
            assert len(shares) <= SIDES
            begin = sum(shares[: shown["hit"]])
            end = begin + shares[shown["hit"]] if shown["hit"] < SIDES else 1
            assert begin - 1e-4 <= shown["at"] <= end + 1e-4


def test_a_context_never_seen_is_told(cows):
    smoothed = cows.frames["0:5:1:0"]
    assert [shown["seen"] for shown in smoothed["dice"]][:1] == [11]
    assert smoothed["dice"][-1]["seen"] == 0
    assert smoothed["dice"][-1]["share"] == pytest.approx(1 / 29, abs=1e-6)
    assert "shares" not in smoothed


def test_orders_are_weighed_by_bayes_rule(cows):
    for key in cows.settings["riddles"][0]:
        frame = cows.frames[key]
        assert frame["ends"]
        models = [NGramModel.fit(data.cows(), n) for n in ORDERS]
        p = np.exp([model.log_prob(frame["words"]) for model in models])
        np.testing.assert_allclose(frame["shares"], p / p.sum(), atol=1e-5)
        assert [bool(clue) for clue in frame["clues"]] == (p == 0).tolist()


def test_what_rules_an_order_out_occurs_nowhere(cows):
    frame = cows.frames["0:3:0:1"]
    assert " ".join(frame["words"]) == "most cows eat which flowers"
    assert frame["clues"][:3] == ["", "", ""]
    assert frame["clues"][3] == "“most cows eat which”"
    assert frame["clues"][4] == "“most cows eat which” at the start"


def test_riddles_are_long_enough_and_differ(cows):
    texts = [tuple(cows.frames[key]["words"]) for key in cows.settings["riddles"][0]]
    assert len(set(texts)) == len(texts) > 5
    assert min(map(len, texts)) >= 4
    assert die({"short": LINES}).settings["riddles"][0], "short texts, where there are no others"


def test_python_writes_a_text_that_is_not_stored():
    figure = die({"lines": LINES})
    figure.wanted = "0:2:0:77"
    assert figure.choice == "0:2:0:77"
    assert figure.frames["0:2:0:77"]["words"] == NGramModel.fit(LINES, 2).sample(77)


@pytest.mark.parametrize("key", ["", "0", "1:2:0:0", "0:6:0:0", "0:2:3:0", "0:2:0:-1", "0:2:0:x"])
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match="key must look like"):
        die({"lines": LINES}).frame(key)


def test_corpora_by_name_are_asked_for():
    with pytest.raises(ValueError, match="corpora must be a dict"):
        die(LINES)


def test_texts_are_told_without_a_drawing():
    figure = die({"lines": LINES})
    words = " ".join(figure.frames["0:2:0:0"]["words"]).replace("<b>", "&lt;b&gt;")
    assert f"<td>2</td><td>{words}</td>" in figure.fallback()
    assert "lines, order 3: " in figure.summary()


def test_it_adds_little_to_its_page():
    page = die().to_html() + bundle("die")
    assert len(gzip.compress(page.encode())) < 60_000
    assert not re.search(r"^import ", bundle("die"), re.MULTILINE)
