"""The beam as a reader meets it: keys, menus, what is kept, a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.seq2seq import Seq2Seq
from course_lib.viz.beam import Table, beam_tree

pytestmark = pytest.mark.browser
FORECAST = Table(
    {
        "START": {"very": 0.6, "cold": 0.4},
        "very": {"cold": 0.5, "very": 0.3, "END": 0.2},
        "cold": {"day": 0.9, "END": 0.1},
        "day": {"END": 1.0},
    }
)


def opened(page, address):
    network = Seq2Seq(4, 5, 6, 7, rng=3)
    examples = {
        "the forecast": (FORECAST, [0], FORECAST.words),
        "a network": (network, [2, 0, 1], "abcde"),
    }
    page.goto(address(beam_tree(examples, 6)))
    figure = page.locator(".explorable")
    figure.locator(".competitor").first.wait_for()
    return figure


def kept(figure):
    return figure.locator(".kept li")


def test_keys_grow_the_beam_step_by_step(page, address):
    figure = opened(page, address)
    figure.get_by_role("combobox", name="Width").select_option("2")
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(kept(figure)).to_have_text(["cold day 0.36", "very cold 0.3"])
    told = "Step 2: beginnings compete for 2 places. The best is cold day = 0.36."
    expect(figure.locator(".status")).to_have_text(told)
    expect(figure.locator(".competitor.dropped:visible")).to_have_count(3)
    page.keyboard.press("End")
    expect(kept(figure)).to_have_text(["cold day END 0.36", "very cold day END 0.27"])
    expect(figure.locator(".status")).to_contain_text("all on the beam have ended")


def test_a_beam_of_one_is_greedy(page, address):
    figure = opened(page, address)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(kept(figure)).to_have_text(["very cold day END 0.27"])


def test_another_example_begins_anew(page, address):
    figure = opened(page, address)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    figure.get_by_role("combobox", name="Read").select_option("a network")
    expect(figure.locator(".status")).to_contain_text("Nothing is written yet")
    expect(kept(figure)).to_have_text(["START 1"])
    expect(figure.locator(".competitor:visible")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
