"""Forward and backward as a reader meets it: slider, menus, keys, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.passes import passes

pytestmark = pytest.mark.browser


def opened(page, address):
    figure_of = passes()
    page.goto(address(figure_of))
    figure = page.locator(".explorable")
    figure.locator(".cell").first.wait_for()
    return figure_of, figure


def values(figure, row):
    return figure.get_by_role("row", name=row, exact=False).locator("td")


def test_forward_then_backward(page, address):
    _, figure = opened(page, address)
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(figure.locator(".formula")).to_contain_text("z₂ = σ(a₂)")
    expect(figure.locator(".formula")).to_contain_text("σ(1.386) ≈ 0.8")
    expect(values(figure, "z₂").first).to_have_text("0.8")
    expect(values(figure, "b").first).to_have_text("")
    expect(figure.locator(".cell.focus .name")).to_have_text("z₂")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(figure.locator(".formula")).to_contain_text("½ (2.1 − 3)² = 0.405")
    said = figure.locator('svg[role="img"]').get_attribute("aria-label")
    assert said == "The network: output 2.1, loss 0.405; right is 3."
    expect(figure.locator(".delta", has_text="0")).to_have_count(0)
    page.keyboard.press("End")
    expect(figure.locator(".delta", has_text="−0.576")).to_have_count(1)
    expect(values(figure, "α₂₂").nth(1)).to_have_text("−0.576")
    expect(figure.locator("[aria-live]")).to_contain_text("Every weight has its gradient.")


def test_each_step_is_spoken_with_its_numbers(page, address):
    _, figure = opened(page, address)
    forward = figure.get_by_role("button", name="Step on")
    for _ in range(10):
        forward.click()
    spoken = figure.locator("[aria-live]")
    expect(spoken).to_contain_text("∂J/∂β₂ = ∂J/∂b · z₂")
    expect(spoken).to_contain_text("(−0.9) × 0.8 = −0.72")
    expect(figure.locator(".arrow.won")).to_have_count(2)


def test_another_output_another_day_and_an_update(page, address):
    network, figure = opened(page, address)
    figure.get_by_label("Output").select_option("more than one cone?")
    figure.get_by_label("Day").select_option(index=1)
    figure.get_by_label("Updates").select_option("5")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    frame = network.frames["1:1:5"]
    shown = values(figure, "J").first.inner_text()
    assert abs(float(shown) - frame["J"]) < 1e-3
    page.keyboard.press("Home")
    expect(values(figure, "J").first).to_have_text("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=900, color_scheme=scheme)
    _, figure = opened(page, address)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
