"""The race as a reader meets it: menus, keys, the button that lets it run, phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from course_lib.viz.race import BEST, RULES, race

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def whole():
    return race()


def opened(page, address, whole):
    page.goto(address(whole))
    figure = page.locator(".explorable")
    figure.locator(".bubble").first.wait_for()
    return figure


def lowest(whole, key, step, rules=tuple(RULES)):
    heights = dict(zip(RULES, whole.frames[key]["heights"], strict=True))
    return min((heights[rule][step], rule) for rule in rules if len(heights[rule]) > step)


def test_keys_move_the_race_and_the_table_follows(page, address, whole):
    figure = opened(page, address, whole)
    expect(figure.locator(".status")).to_contain_text("All stand at the start")
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    height, rule = lowest(whole, f"0:0:{BEST}", 4)
    expect(figure.locator(".status")).to_contain_text(f"Step 4 of 60. Lowest: {rule}, {height:g}")
    sgd = whole.frames[f"0:0:{BEST}"]["heights"][0][4]
    expect(figure.locator(".race tbody tr").first).to_contain_text(f"{sgd:g}")
    assert figure.locator(".racer .line").first.get_attribute("d").count("L") == 4


def test_one_rate_for_all_loses_some(page, address, whole):
    figure = opened(page, address, whole)
    figure.get_by_label("Learning rate").select_option("0.1")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(figure.locator(".status")).to_contain_text("Lost: SGD, Nesterov.")
    expect(figure.locator(".race tbody tr").first).to_contain_text("lost")
    expect(figure.locator(".bubble:not([hidden])")).to_have_count(4)


def test_another_surface_and_fewer_racers(page, address, whole):
    figure = opened(page, address, whole)
    figure.get_by_label("Surface").select_option("Two hollows")
    figure.get_by_role("combobox", name="Start").select_option("2")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    for rule in ("Momentum", "Nesterov", "Adagrad", "RMSProp"):
        figure.get_by_role("checkbox", name=rule).uncheck()
    height, rule = lowest(whole, f"3:1:{BEST}", 60, ("SGD", "Adam"))
    expect(figure.locator(".status")).to_contain_text(f"Lowest: {rule}, {height:g} above")
    expect(figure.locator(".bubble:not([hidden])")).to_have_count(2)
    said = figure.locator('svg[role="img"]').get_attribute("aria-label")
    assert said.startswith("Map of two hollows")


def test_it_runs_by_itself_and_can_be_paused(page, address, whole):
    figure = opened(page, address, whole)
    button = figure.get_by_role("button", name="Race")
    button.click()
    expect(figure.locator(".status")).to_contain_text(re.compile(r"Step [1-9]\d? of 60"))
    figure.get_by_role("button", name="Pause").click()
    stopped = figure.locator(".status").text_content()
    page.wait_for_timeout(300)
    assert figure.locator(".status").text_content() == stopped
    expect(button).to_be_visible()


def test_who_wants_no_motion_is_shown_the_end(new_page, address, whole):
    page = new_page(reduced_motion="reduce")
    figure = opened(page, address, whole)
    figure.get_by_role("button", name="Race").click()
    expect(figure.locator(".status")).to_contain_text("Step 60 of 60")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, whole, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, whole)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
