"""The perceptron that learns, as a reader meets it: slider, menus, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.perceptron import learning

pytestmark = pytest.mark.browser


def opened(page, address):
    page.goto(address(learning()))
    figure = page.locator(".explorable")
    figure.locator(".point").first.wait_for()
    return figure


def weights(figure):
    return [row.split() for row in figure.locator(".side tbody tr").all_inner_texts()]


def test_each_step_tells_the_sum_the_answer_and_the_change(page, address):
    figure = opened(page, address)
    expect(figure.locator(".status")).to_contain_text("All weights are 0")
    assert figure.locator(".point.now").count() == 0
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("ArrowRight")
    expect(figure.locator(".status")).to_contain_text("(0, 0) has the sum 0, so the unit says 0")
    expect(figure.locator(".status")).to_contain_text("Right: nothing changes.")
    page.keyboard.press("ArrowRight")
    expect(figure.locator(".status")).to_contain_text("Wrong! Add the example")
    assert weights(figure) == [
        ["w₁", "0", "+", "(0)", "0"],
        ["w₂", "0", "+", "(1)", "1"],
        ["bias", "b", "0", "+", "(1)", "1"],
    ]
    assert figure.locator(".point.now").count() == 1
    page.keyboard.press("End")
    expect(figure.locator(".status")).to_contain_text("it has learned")
    expect(figure.locator(".epochs b")).to_have_text(["1", "2", "1", "0"])


def test_other_examples_and_another_order(page, address):
    figure = opened(page, address)
    figure.get_by_label("Examples").select_option("XOR: exactly one")
    expect(figure.locator(".status")).to_contain_text("All weights are 0")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(figure.locator(".status")).to_contain_text("12 epochs, and no end in sight")
    figure.get_by_label("Examples").select_option("two clouds")
    figure.get_by_label("Order").select_option("shuffled, 2")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(figure.locator(".epochs b")).to_have_text(["6", "2", "0"])
    assert figure.locator(".point").count() == 12


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    figure = opened(page, address)
    figure.get_by_label("Examples").select_option("two clouds")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
