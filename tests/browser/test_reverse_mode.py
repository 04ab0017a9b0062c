"""A computation graph as a reader meets it: slider, menus, keys, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.reverse_mode import reverse_mode

pytestmark = pytest.mark.browser
FORWARD = 6  # steps of Jason's stand until its profit is known


def opened(page, address):
    page.goto(address(reverse_mode()))
    figure = page.locator(".explorable")
    figure.locator(".cell").first.wait_for()
    return figure


def press(page, figure, key, times=1):
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(times):
        page.keyboard.press(key)


def node(figure, name):
    return figure.locator(".cell", has=figure.page.get_by_text(name, exact=True))


def test_forward_in_topological_order(page, address):
    figure = opened(page, address)
    expect(figure.locator(".cell.reached")).to_have_count(4)
    press(page, figure, "ArrowRight")
    expect(figure.locator(".status")).to_contain_text("d is computed")
    expect(figure.locator(".formula")).to_contain_text("d = t − p")
    expect(figure.locator(".formula")).to_contain_text("5 − 2 = 3")
    expect(figure.locator(".arrow.won")).to_have_count(2)
    press(page, figure, "ArrowRight", FORWARD - 1)
    expect(figure.locator(".cell.reached")).to_have_count(10)
    expect(node(figure, "y").locator(".score")).to_have_text("2.1")
    expect(node(figure, "y").locator(".delta")).to_have_text("")


def test_version_a_collects(page, address):
    figure = opened(page, address)
    press(page, figure, "ArrowRight", FORWARD + 1 + 5)
    expect(figure.locator("[aria-live]")).to_contain_text("Version A visits d: it collects")
    expect(figure.locator("[aria-live]")).to_contain_text("1 × 1 + (−0.1) × 3 + (−0.1) × 3 = 0.4")
    expect(figure.locator(".arrow.into")).to_have_count(3)
    expect(node(figure, "d").locator(".delta")).to_have_text("0.4")
    expect(node(figure, "p").locator(".delta")).to_have_text("")


def test_version_b_hands_on(page, address):
    figure = opened(page, address)
    figure.get_by_label("Backward").select_option("version B")
    press(page, figure, "ArrowRight", FORWARD + 1 + 3)
    expect(figure.locator(".status")).to_contain_text("Version B visits w: it hands on")
    expect(figure.locator(".formula")).to_contain_text("(−0.3) + (−0.1) × 3 = −0.6")
    expect(node(figure, "d").locator(".delta")).to_have_text("−0.6")
    expect(node(figure, "p").locator(".delta")).to_have_text("0")
    press(page, figure, "End")
    expect(node(figure, "p").locator(".delta")).to_have_text("2.6")


def test_another_program_and_another_value(page, address):
    figure = opened(page, address)
    figure.get_by_label("Program").select_option("x to the eighth power")
    expect(figure.locator(".cell")).to_have_count(4)
    expect(figure.locator(".arrow")).to_have_count(6)
    press(page, figure, "End")
    expect(node(figure, "x").locator(".delta")).to_have_text("1024")
    figure.locator("select").nth(1).select_option("-1")
    expect(node(figure, "x").locator(".delta")).to_have_text("−8")
    expect(node(figure, "y").locator(".score")).to_have_text("1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=900, color_scheme=scheme)
    figure = opened(page, address)
    press(page, figure, "End")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    inside = figure.locator(".scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
    assert inside
