"""A night forward and back as a reader meets it: slider, menu, weight, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.fading import HOURS, fading

pytestmark = pytest.mark.browser


def opened(page, address):
    page.goto(address(fading()))
    figure = page.locator(".explorable")
    figure.locator(".cell").first.wait_for()
    return figure


def test_forward_then_back(page, address):
    figure = opened(page, address)
    slider = figure.get_by_role("slider", name="Step")
    slider.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(figure.locator(".status")).to_have_text("Hour 2: nothing is heard. The state is 0.642.")
    expect(figure.locator(".formula")).to_contain_text("h₂ = tanh(x₂ + W h₁)")
    expect(figure.locator(".formula")).to_contain_text("tanh(0 + 1 × 0.762) ≈ 0.642")
    expect(figure.locator(".cell.reached")).to_have_count(2)
    expect(figure.locator(".bar")).to_have_count(0)
    page.keyboard.press("End")
    expect(figure.locator(".bar")).to_have_count(HOURS)
    expect(figure.locator("[aria-live]")).to_contain_text("dW = Σ dzₜ hₜ₋₁ ≈ 1.8")
    said = figure.locator('svg[role="img"]').get_attribute("aria-label")
    assert "hour 1 0.0409, hour 2 0.0974" in said


def test_another_night_and_weight(page, address):
    figure = opened(page, address)
    figure.get_by_label("Night").select_option("a quiet night")
    figure.get_by_role("slider", name="W", exact=True).focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(figure.get_by_role("slider", name="W", exact=True)).to_have_attribute(
        "aria-valuetext", "2"
    )
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(figure.locator(".status")).to_contain_text("512 times as much")
    figure.get_by_role("button", name="Step back").click()
    expect(figure.locator(".formula")).to_contain_text("= 2 × 128 × (1 − 0²) = 256")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=900, color_scheme=scheme)
    figure = opened(page, address)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
