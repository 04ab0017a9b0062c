"""The walk as a reader meets it: slider, menus, keys, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.walk import walk

pytestmark = pytest.mark.browser
WORDS = {"S": "sunny", "C": "cloudy", "R": "rainy"}


def opened(page, address):
    figure_of = walk()
    page.goto(address(figure_of))
    figure = page.locator(".explorable")
    figure.locator(".cell").first.wait_for()
    return figure_of, figure


def test_each_step_shows_the_day_its_arrow_and_the_shares(page, address):
    chains, figure = opened(page, address)
    path = chains.frames["0:0"]["path"]
    slider = figure.get_by_role("slider", name="Step")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    states = chains.settings["states"]
    today, before = states[path[3]], states[path[2]]
    expect(figure.locator(".status")).to_contain_text(f"Day 4: {WORDS[today]}. After a")
    p = chains.chains[0].predict(before)[today]
    expect(figure.locator(".status")).to_contain_text(f"{p:.3g}")
    expect(figure.locator(".arrow.path")).to_have_count(1)
    expect(figure.locator(".cell.focus .name")).to_have_text(today)
    expect(figure.locator(".strip b")).to_have_text([states[k] for k in path[:4]])
    share = round(100 * path[:4].count(0) / 4)
    expect(figure.locator(".walk tbody tr").first).to_contain_text(f"{share} %")
    expect(figure.locator(".walk tbody tr").first).to_contain_text("67 %")


def test_another_city_and_another_walk(page, address):
    chains, figure = opened(page, address)
    figure.get_by_label("City").select_option("Seattle")
    figure.get_by_label("Walk").select_option("3")
    slider = figure.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("End")
    path = chains.frames["1:2"]["path"]
    share = round(100 * path.count(1) / len(path))
    expect(figure.locator(".walk tbody tr").nth(1)).to_contain_text(f"{share} %")
    expect(figure.locator(".walk tbody tr").nth(1)).to_contain_text("52 %")
    said = figure.locator('svg[role="img"]').get_attribute("aria-label")
    assert "S to C 0.6" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
