"""The static pictures: what they say, that any page can show them, and that they never change."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from course_lib import data
from course_lib.hmm import HMM, viterbi_slide

pytest.importorskip("matplotlib")
from course_lib.viz import hmm as draw
from course_lib.viz import style

SVG = "{http://www.w3.org/2000/svg}"
LOPSIDED = HMM(
    [0.6, 0.0, 0.4],
    [[0.0, 0.7, 0.3], [0.15, 0.8, 0.05], [0.4, 0.6, 0.0]],
    [[0.9, 0.1], [0.25, 0.75], [0.35, 0.65]],
    states=["D", "N", "V"],
    symbols=["a", "b"],
)


def tree(picture) -> ET.Element:
    # The page knows what svg is; a bare XML parser must be told.
    told = picture.svg.replace(
        "<svg",
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
        1,
    )
    return ET.fromstring(told)


def letters(picture) -> list[str]:
    return ["".join(text.itertext()) for text in tree(picture).iter(f"{SVG}text")]


def every_picture() -> dict[str, style.Picture]:
    jason = data.ice_cream()
    x = np.tile(data.ice_cream_diary()[0][0], 60)
    _, score, _ = viterbi_slide(jason.pi, jason.A, jason.B, x)
    return {
        "model": draw.model(jason),
        "model with STOP": draw.model(data.ice_cream(stop=True)),
        "three states": draw.model(LOPSIDED),
        "one state": draw.model(HMM([1], [[1]], [[0.5, 0.5]])),
        "diary": draw.diary([1, 2, 1]),
        "paths": draw.paths(jason, [0, 1, 0], [0, 0, 0]),
        "cost": draw.cost(2, 60),
        "underflow": draw.underflow(jason.viterbi(x).scores.max(1), score.max(1)),
    }


PICTURES = every_picture()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_one_svg_that_speaks(name):
    root = tree(PICTURES[name])
    assert root.get("role") == "img"
    assert root.get("aria-label") == PICTURES[name].alt
    assert len(PICTURES[name].alt) > 20
    assert PICTURES[name]._repr_html_() == PICTURES[name].svg
    assert PICTURES[name].alt in repr(PICTURES[name])


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_takes_its_ink_from_the_page(name):
    root = tree(PICTURES[name])
    assert root.get("fill") == "currentColor"
    used = set(re.findall(r"#[0-9a-f]{6}", PICTURES[name].svg))
    assert used <= set(style.STATES)
    for text in root.iter(f"{SVG}text"):
        assert "fill" not in text.get("style", "").replace("fill-opacity", "")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_leaves_the_page_alone(name):
    svg = PICTURES[name].svg
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert "<g id" not in svg
    # What has a name is used by it.
    named = set(re.findall(r'\bid="([^"]+)"', svg))
    assert named == {name for name in named if f"#{name}" in svg}
    assert len(svg) < 25_000


def test_the_same_picture_is_the_same_bytes():
    again = every_picture()
    assert {name: picture.svg for name, picture in again.items()} == {
        name: picture.svg for name, picture in PICTURES.items()
    }


@pytest.mark.parametrize("paper", ["#ffffff", "#121212"])
@pytest.mark.parametrize("colour", style.STATES)
def test_colours_stand_out_on_light_and_on_dark(colour, paper):
    lighter, darker = sorted((luminance(colour), luminance(paper)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def luminance(colour: str) -> float:
    """Return the relative luminance as the web's accessibility guidelines define it."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_model_shows_every_number_of_the_three_tables():
    shown = letters(PICTURES["model"])
    assert sorted(shown) == sorted(
        ["START", "C", "H", "0.5", "0.5", "0.8", "0.2", "0.2", "0.8"]
        + ["1", "2", "3", "0.5", "0.4", "0.1"]
        + ["1", "2", "3", "0.1", "0.2", "0.7"]
    )
    assert PICTURES["model"].alt == (
        "A hidden Markov model. START: C 0.5, H 0.5. "
        "From C: C 0.8, H 0.2; C emits 1 0.5, 2 0.4, 3 0.1. "
        "From H: C 0.2, H 0.8; H emits 1 0.1, 2 0.2, 3 0.7."
    )


def test_model_shows_stop_where_there_is_one():
    assert "STOP" not in letters(PICTURES["model"])
    with_stop = letters(PICTURES["model with STOP"])
    assert with_stop.count("STOP") == 1
    assert "From H: C 0.1, H 0.8, STOP 0.1;" in PICTURES["model with STOP"].alt
    never = HMM([1, 0], [[0.5, 0.5], [0.3, 0.3]], np.full((2, 2), 0.5), stop=[0, 0.4])
    assert letters(draw.model(never)).count("0.4") == 1


def test_model_has_no_arrow_for_a_move_of_probability_zero():
    shown = letters(PICTURES["three states"])
    moves = ["0.6", "0.4", "0.7", "0.3", "0.15", "0.8", "0.05", "0.4", "0.6"]
    emissions = ["0.9", "0.1", "0.25", "0.75", "0.35", "0.65"]
    assert sorted(shown) == sorted(["START", "D", "N", "V", *"ababab", *moves, *emissions])


def test_diary_draws_the_cones_it_counts():
    assert letters(PICTURES["diary"]) == ["?", "day 1", "1", "?", "day 2", "2", "?", "day 3", "1"]
    assert PICTURES["diary"].alt == "3 days in a row. Weather: unknown. Cones seen: 1, 2, 1."
    patches = [picture.svg.count("<path") for picture in map(draw.diary, ([0], [1], [4]))]
    assert patches[1] - patches[0] == 2  # a wafer and a scoop
    assert patches[2] - patches[0] == 8


def test_paths_shows_the_factors_of_the_bold_path():
    picture = draw.paths(LOPSIDED, [0, 1], [2, 0])
    shown = letters(picture)
    assert "0.4 × 0.35" in shown
    assert "0.4 × 0.1" in shown
    assert [text for text in shown if text.startswith("sees")] == ["sees a", "sees b"]
    assert "All 9 paths of 2 days through 3 states" in picture.alt
    assert "in bold: V D, whose factors multiply to 0.0056." in picture.alt
    # The ground, six circles, and ten arrows (nine moves, one arrival) of a shaft and a head.
    assert picture.svg.count("<path") == 1 + 6 + 2 * 10


def test_cost_and_underflow_say_their_numbers():
    assert "1.2e+18 at 60 days" in PICTURES["cost"].alt
    assert "240 steps" in PICTURES["cost"].alt
    assert "all paths, 3ⁿ" in letters(draw.cost(3, 10))
    picture = draw.underflow([-1.0, -400.0, -800.0], [np.exp(-1.0), np.exp(-400.0), 0.0])
    assert "ends at the smallest float on day 2" in picture.alt
    assert "ten to the -347 on day 3" in picture.alt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw.diary([1, 5]), r"cones must be in 0\.\.4, got 5 at index 1"),
        (lambda: draw.diary(["1"]), "cones must hold integers, got strings"),
        (lambda: draw.paths(LOPSIDED, [0, 1], [0]), r"y must have shape \(2,\), got \(1,\)"),
        (lambda: draw.paths(LOPSIDED, [0, 1], [0, 3]), r"y must be in 0\.\.2, got 3"),
        (lambda: draw.paths(LOPSIDED, [0] * 4, [0] * 4), r"paths K\*\*n must be .* 64, got 81"),
        (lambda: draw.paths(LOPSIDED, [2], [0]), r"x must be in 0\.\.1, got 2"),
        (lambda: draw.cost(1, 10), "n_states must be at least 2, got 1"),
        (lambda: draw.cost(2, 1), "days must be at least 2, got 1"),
        (lambda: draw.underflow([0.0, -1.0], [1.0]), r"slide_scores must have shape \(2,\)"),
        (lambda: style.show(style.figure(1)[0], "  "), "alt must say what the picture shows"),
        (lambda: style.show(style.figure(1)[0], None), "alt must say .* got None"),
    ],
)
def test_bad_input_is_refused_with_its_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_the_alt_text_is_escaped():
    picture = style.show(style.figure(1, axes=True)[0], 'a < b & "c"')
    assert tree(picture).get("aria-label") == 'a < b & "c"'


def test_drawing_changes_no_global_setting():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    every_picture()
    assert dict(mpl.rcParams) == before
