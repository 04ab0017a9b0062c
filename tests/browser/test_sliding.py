"""The sliding filter as a reader meets it: keys, menus, the map, a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.sliding import PICTURES, sliding

pytestmark = pytest.mark.browser
MINUS = str.maketrans("-", "−")


def opened(page, address):
    figure_of = sliding()
    page.goto(address(figure_of))
    figure = page.locator(".explorable")
    figure.locator(".window").first.wait_for()
    return figure_of, figure


def numbers(figure):
    return figure.locator(".part:last-child .pixel text")


def test_keys_fill_the_map_place_by_place(page, address):
    _, figure = opened(page, address)
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    told = "Place 8 of 16. Row 2, column 4 of the map: −1 − 1 = −2."
    expect(figure.locator(".status")).to_have_text(told)
    expect(numbers(figure)).to_have_text(["1", "0", "1", "−1", "1", "1", "1", "−2"] + [""] * 8)


def test_menus_change_the_picture_the_filter_and_the_places(page, address):
    figure_of, figure = opened(page, address)
    figure.get_by_role("combobox", name="Picture").select_option("bright on the right")
    figure.get_by_role("combobox", name="Filter").select_option("brighter above")
    figure.get_by_label("Padding").select_option("1")
    figure.get_by_label("Stride").select_option("3")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    ink = figure_of.settings["pictures"][list(PICTURES).index("bright on the right")]["ink"]
    expected = figure_of.frames[f"{ink}:1:1:3"]["map"]
    shown = [f"{value}".translate(MINUS) for row in expected for value in row]
    expect(numbers(figure)).to_have_text(shown)
    expect(figure.locator(".picture .caption")).to_have_text("Picture, padded 8 × 8")
    expect(figure.locator(".pixel.padding")).to_have_count(64 - 36)


def test_a_press_on_the_map_goes_there(page, address):
    _, figure = opened(page, address)
    figure.locator(".part:last-child .pixel").nth(12).click()
    expect(figure.locator(".status")).to_contain_text("Place 13 of 16. Row 4, column 1")
    expect(figure.get_by_role("img", name="The picture, the filter on rows 4")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
