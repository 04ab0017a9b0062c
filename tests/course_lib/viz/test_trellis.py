"""The trellis: its frames are what course_lib computes, and they survive the way into a page."""

from __future__ import annotations

import gzip
import html
import json
import re
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from course_lib import data, hmm
from course_lib.viz.explorable import WEB, Explorable, bundle, compact
from course_lib.viz.trellis import key_of, trellis, viterbi_frame

TABLES = [
    data.ice_cream(),
    data.ice_cream(stop=True),
    hmm.fit_supervised(*data.ice_cream_diary(), 2, 3),
]
# An asymmetric model with more symbols than states, a zero probability and a STOP.
LOPSIDED = hmm.HMM(
    [0.6, 0.3, 0.1],
    [[0.5, 0.3, 0.1], [0.0, 0.6, 0.2], [0.25, 0.25, 0.2]],
    [[0.1, 0.2, 0.3, 0.4, 0.0], [0.3, 0.1, 0.2, 0.2, 0.2], [0.0, 0.0, 0.5, 0.25, 0.25]],
    stop=[0.1, 0.2, 0.3],
    states=["a", "<b>", "c"],
    symbols=["u", "v", "w", "</script>", "z"],
)


@pytest.fixture(scope="module")
def ice_cream():
    return trellis()


def stored(page: str) -> dict:
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


# Frames


@pytest.mark.parametrize(
    ("table", "x", "path", "best"),
    [
        (0, (0, 1, 0), [0, 0, 0], 0.032),
        (0, (2, 2, 1), [1, 1, 1], 0.03136),
        (1, (0, 1, 0), [0, 0, 0], 0.003136),
        (1, (2, 2, 1), [1, 1, 1], 0.003136),
    ],
)
def test_the_slides_paths(ice_cream, table, x, path, best):
    frame = ice_cream.frames[key_of(table, x)]
    assert frame["path"] == path
    assert frame["best"] == best


def test_every_number_of_the_slides_1_2_1(ice_cream):
    assert ice_cream.frames["0:0,1,0"] == {
        "log": False,
        "score": [[0.25, 0.05], [0.08, 0.01], [0.032, 0.0016]],
        "candidates": [[[0.2, 0.01], [0.05, 0.04]], [[0.064, 0.002], [0.016, 0.008]]],
        "back": [[0, 0], [0, 0]],
        "end": [0.032, 0.0016],
        "path": [0, 0, 0],
        "best": 0.032,
        "possible": True,
    }


def test_stop_enters_the_end_and_nothing_before_it(ice_cream):
    frame = ice_cream.frames["1:0,1,0"]
    assert frame["score"][-1] == [0.03136, 0.00064]
    assert frame["end"] == [0.003136, 6.4e-05]


def exact(model, x):
    """Viterbi in fractions, where a tie is a tie: scores, back pointers, ends and path."""
    pi, A, B, stop = (
        [[Fraction(float(p)).limit_denominator(100) for p in row] for row in np.atleast_2d(table)]
        for table in (model.pi, model.A, model.B, 1 if model.stop is None else model.stop)
    )
    states = range(model.n_states)
    scores = [[pi[0][s] * B[s][x[0]] for s in states]]
    back = []
    for seen in x[1:]:
        into = [[scores[-1][r] * A[r][s] for r in states] for s in states]
        back.append([ways.index(max(ways)) for ways in into])
        scores.append([max(into[s]) * B[s][seen] for s in states])
    end = [score * stop[0][s % len(stop[0])] for s, score in enumerate(scores[-1])]
    path = [end.index(max(end))]
    for pointers in back[::-1]:
        path.insert(0, pointers[path[0]])
    return scores, back, end, path


@pytest.mark.parametrize("table", range(3))
def test_every_stored_frame_is_right_in_exact_fractions(ice_cream, table):
    for x in product(range(3), repeat=3):
        scores, back, end, path = exact(TABLES[table], x)
        frame = ice_cream.frames[key_of(table, x)]
        assert frame["path"] == path
        assert frame["back"] == back
        assert (frame["log"], frame["possible"]) == (False, True)
        np.testing.assert_allclose(frame["score"], np.array(scores, float), rtol=5e-6)
        np.testing.assert_allclose(frame["end"], np.array(end, float), rtol=5e-6)
        np.testing.assert_allclose(frame["best"], float(max(end)), rtol=5e-6)


@pytest.mark.parametrize("table", range(3))
def test_every_stored_frame_has_the_slide_versions_numbers(ice_cream, table):
    model = TABLES[table]
    for x in product(range(3), repeat=3):
        _, score, _ = hmm.viterbi_slide(model.pi, model.A, model.B, x)
        frame = ice_cream.frames[key_of(table, x)]
        np.testing.assert_allclose(frame["score"], score, rtol=5e-6)
        into = [(score[t][:, None] * model.A).T for t in range(2)]
        np.testing.assert_allclose(frame["candidates"], into, rtol=5e-6)


def test_exactly_the_sequences_of_three_days_are_stored(ice_cream):
    wanted = {key_of(table, x) for table in range(3) for x in product(range(3), repeat=3)}
    assert set(ice_cream.frames) == wanted
    assert ice_cream.choice == "0:0,1,0"


def test_the_tables_are_those_of_the_models(ice_cream):
    tables = ice_cream.settings["tables"]
    names = ["Slides, without STOP", "Slides, with STOP", "Counted from the diary"]
    assert [table["name"] for table in tables] == names
    for table, model in zip(tables, TABLES, strict=True):
        np.testing.assert_allclose(table["pi"], model.pi, rtol=5e-6)
        np.testing.assert_allclose(table["A"], model.A, rtol=5e-6)
        np.testing.assert_allclose(table["B"], model.B, rtol=5e-6)
    assert [table["stop"] for table in tables] == [None, [0.1, 0.1], None]
    assert tables[2]["A"][0] == [0.6, 0.4]
    assert tables[2]["B"][1] == [0.133333, 0.4, 0.466667]


def test_the_end_of_a_lopsided_stop_may_overrule_the_last_score():
    x = [0, 2, 4]
    frame = viterbi_frame(LOPSIDED, x)
    path, log_prob = hmm.brute_force(LOPSIDED, x)
    assert frame["path"] == path.tolist()
    assert frame["best"] == pytest.approx(np.exp(log_prob), rel=5e-6)
    assert np.argmax(frame["end"]) == frame["path"][-1]
    assert frame["candidates"][0][0][1] == 0  # From <b> to a: impossible, and exactly so.
    assert frame["candidates"][0][1][0] == pytest.approx(0.6 * 0.1 * 0.3)


def test_a_tie_goes_to_the_lowest_state():
    even = hmm.HMM([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]])
    frame = viterbi_frame(even, [0, 1, 0])
    assert frame["path"] == [0, 0, 0]
    assert frame["back"] == [[0, 0], [0, 0]]


def test_one_day_has_no_candidates():
    frame = viterbi_frame(TABLES[0], [2])
    assert frame["score"] == [[0.05, 0.35]]
    assert (frame["candidates"], frame["back"], frame["path"]) == ([], [], [1])


def test_observations_that_cannot_be():
    frame = viterbi_frame(hmm.HMM([1, 0], [[1, 0], [0, 1]], [[1, 0], [0, 1]]), [1, 0])
    assert frame["possible"] is False
    assert frame["best"] == 0
    assert frame["score"] == [[0, 0], [0, 0]]


@pytest.mark.parametrize(("days", "log"), [(20, False), (21, True)])
def test_long_sequences_are_shown_in_logarithms(days, log):
    x = np.arange(days) % 3
    frame = viterbi_frame(TABLES[0], x)
    assert frame["log"] is log
    expected = hmm.viterbi(TABLES[0], x).log_prob
    assert frame["best"] == pytest.approx(expected if log else np.exp(expected), rel=5e-6)


def test_logarithms_of_zero_are_null():
    frame = viterbi_frame(hmm.HMM([1, 0], [[1, 0], [0, 1]], [[1, 0], [0, 1]]), [0] * 21)
    assert frame["score"][0] == [0, None]
    assert json.loads(json.dumps(frame, allow_nan=False)) == frame


# What Python does when a live drawing asks


def test_a_wanted_frame_is_computed_and_chosen():
    figure = trellis()
    figure.wanted = "1:0,1,0,2,2"
    assert figure.choice == "1:0,1,0,2,2"
    assert figure.frames["1:0,1,0,2,2"] == viterbi_frame(TABLES[1], [0, 1, 0, 2, 2])
    assert len(figure.frames) == 82


def test_a_frame_that_is_stored_is_not_computed_again(monkeypatch):
    figure = trellis()
    monkeypatch.setattr(figure, "frame", lambda key: pytest.fail(f"computed {key}"))
    figure.show("2:2,2,2")
    assert figure.choice == "2:2,2,2"


@pytest.mark.parametrize("key", ["", "0", "0:", "0:a", "x:0", "3:0,1", "0:0,,1"])
def test_a_key_that_means_nothing(ice_cream, key):
    with pytest.raises(ValueError, match="key must look like"):
        ice_cream.frame(key)


def test_a_key_with_an_unknown_symbol(ice_cream):
    with pytest.raises(ValueError, match=r"observations must be in 0\.\.2, got 3 at index 1"):
        ice_cream.frame("0:0,3")


# What it can be asked for


def test_one_model_with_too_many_sequences_stores_its_own_alone():
    figure = trellis(LOPSIDED, [0, 2, 4])
    assert list(figure.frames) == ["0:0,2,4"]
    assert figure.settings["tables"][0]["name"] == "the model"
    assert figure.settings["picture"] is None


@pytest.mark.parametrize(("symbols", "frames"), [(10, 100), (11, 1)])
def test_a_hundred_frames_are_the_most_that_are_stored(symbols, frames):
    flat = hmm.HMM([1.0], [[1.0]], [np.full(symbols, 1 / symbols)])
    assert len(trellis(flat, [0, 1]).frames) == frames


def test_words_and_pictures():
    figure = trellis(data.ice_cream(), words={"C": "chilly"}, picture="cone")
    assert figure.settings["words"] == {"C": "chilly"}
    assert (figure.settings["picture"], figure.settings["seen"]) == ("cone", "cones")
    assert trellis().settings["words"]["H"] == "hot"
    assert trellis(words={"H": "boiling"}).settings["words"] == {"H": "boiling"}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"models": {}}, ValueError, "models must hold at least one HMM"),
        ({"models": [data.ice_cream()]}, TypeError, "models must be an HMM or a dict of HMMs"),
        ({"models": {"one": 1}}, TypeError, "models must be an HMM or a dict of HMMs"),
        (
            {"models": {"one": data.ice_cream(), "two": LOPSIDED}},
            ValueError,
            r"models must agree on states and symbols, got \[\(2, 3\), \(3, 5\)\]",
        ),
        ({"observations": [0, 3]}, ValueError, r"observations must be in 0\.\.2"),
        ({"observations": []}, ValueError, "observations must hold at least one"),
        ({"picture": "cup"}, ValueError, "picture must be one of 'cone'"),
        (
            {"models": LOPSIDED, "picture": "cone"},
            ValueError,
            "picture='cone' needs symbols that are numbers",
        ),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        trellis(**arguments)


# The way into a page


def test_it_shows_itself_as_a_widget_as_a_page_and_as_text(ice_cream):
    shown, _ = ice_cream._repr_mimebundle_()
    view = shown["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == ice_cream.model_id
    assert shown["text/html"] == ice_cream.to_html()
    assert shown["text/plain"] == (
        "Slides, without STOP: the best path for 1, 2, 1 is C C C, probability 0.032."
    )


def test_the_page_stores_what_the_widget_holds(ice_cream):
    page = stored(ice_cream.to_html())
    assert page["frames"] == ice_cream.frames
    assert page["choice"] == "0:0,1,0"
    assert page["step"] == 2
    assert page["settings"] == json.loads(json.dumps(ice_cream.settings))
    assert "live" not in page


def test_without_javascript_the_scores_and_the_path_can_be_read(ice_cream):
    page = re.sub(r"<script.*?</script>", "", ice_cream.to_html(), flags=re.DOTALL)
    assert "<tr><th>C</th><td>0.25</td><td>0.08</td><td>0.032</td></tr>" in page
    assert "<tr><th>H</th><td>0.05</td><td>0.01</td><td>0.0016</td></tr>" in page
    assert "the best path for 1, 2, 1 is C C C, probability 0.032." in page


def test_the_page_says_what_the_drawing_needs_before_it_is_there(ice_cream):
    assert '<figure class="explorable" data-module="trellis"' in ice_cream.to_html()
    assert 'style="--states:2;--rows:3"' in ice_cream.to_html()
    assert 'style="--states:3;--rows:1"' in trellis(LOPSIDED, [0]).to_html()


def test_names_cannot_break_out_of_the_page():
    page = trellis({"a < b & c": LOPSIDED}, [3, 0]).to_html()
    assert page.count("</script>") == 1
    assert stored(page)["settings"]["symbols"][3] == "</script>"
    assert "<b>" not in page
    assert "<th>&lt;b&gt;</th>" in page
    assert html.escape("a < b & c: the best path for </script>, u is") in page


def test_a_long_or_impossible_result_is_told_too():
    certain = hmm.HMM([1, 0], [[1, 0], [0, 1]], [[1, 0], [0, 1]])
    assert trellis(certain, [1, 0]).summary() == "the model: no path can give 1, 0."
    told = trellis(certain, [0] * 21)
    assert told.summary().endswith("0 0 0, log probability 0.")
    assert "<th>1</th><td>−∞</td>" in told.to_html()
    long = trellis(data.ice_cream(), [0, 1, 2] * 10).summary()
    assert re.search(r"log probability -\d\d\.\d\d\.$", long)


def test_the_figure_is_light(ice_cream):
    page = ice_cream.to_html().encode()
    assert len(page) < 60_000
    assert len(gzip.compress(page)) < 15_000


def test_drawing_modules_are_joined_into_one():
    text = bundle("trellis")
    assert "import " not in re.sub(r"//.*", "", text)
    assert re.findall(r"^export.*", text, re.MULTILINE) == [
        "export default explorable(Stage, viterbi);"
    ]
    for module in ["frame", "parts", "grid", "panels", "viterbi"]:
        own = (WEB / f"{module}.js").read_text(encoding="utf-8").splitlines()[0]
        assert text.count(own) == 1


def test_numbers_are_stored_with_six_digits():
    assert compact(np.array([[1 / 3, 1.0], [-np.inf, 1234567.0]])) == [
        [0.333333, 1],
        [None, 1234570],
    ]
    assert isinstance(compact(np.float64(2.0)), int)


def test_an_explorable_says_what_a_subclass_owes():
    blank = Explorable()
    for owed in (lambda: blank.frame(""), blank.fallback, blank.summary):
        with pytest.raises(NotImplementedError):
            owed()
    assert blank.sizes() == {}
