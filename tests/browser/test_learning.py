"""Forward, backward and learning as a reader meets them: steps, changed days, keys, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.forward_backward import forward_backward
from course_lib.viz.learning import learning

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def diary():
    return learning()


def opened(page, address, explorable, ready):
    page.goto(address(explorable))
    figure = page.locator(".explorable")
    figure.locator(ready).first.wait_for()
    return figure


def steps(page, figure, count):
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    for _ in range(count):
        page.keyboard.press("ArrowRight")


def test_forward_then_backward_then_both(page, address):
    figure = opened(page, address, forward_backward(), ".cell")
    formula, said = figure.locator(".equation"), figure.locator(".status")
    steps(page, figure, 2)
    expect(formula).to_have_text("α₂(C) = sum(0.25 × 0.8, 0.05 × 0.2) × 0.4 = 0.084")
    steps(page, figure, 4)
    expect(formula).to_have_text("P(x) = sum(0.0354, 0.00312) = 0.03852")
    steps(page, figure, 7)
    expect(said).to_contain_text("Backward. Day 1")
    expect(formula).to_have_text("β₁(C) = sum(0.8 × 0.4 × 0.42, 0.2 × 0.2 × 0.18) = 0.1416")
    page.keyboard.press("End")
    expect(formula).to_have_text("γ₂(C) = 0.084 × 0.42 ÷ 0.03852 ≈ 0.9159")
    expect(figure.locator(".best")).to_contain_text("Best guess of each day")
    expect(figure.locator("[aria-live]").first).to_contain_text("0.9159")


def test_the_spike_of_the_chapter(page, address):
    """1, 3, 1: the best day 2 is hot, though the best story is not."""
    sums = forward_backward()
    figure = opened(page, address, sums, ".cell")
    day_2 = figure.get_by_role("group", name="cones on day 2")
    day_2.get_by_role("radio", name="2 cones").focus()
    page.keyboard.press("ArrowDown")
    steps(page, figure, 8)
    expect(figure.locator(".best .slots b")).to_have_text(["C", "H", "C"])
    hot = sums.frames["0:0,2,0"]["gamma"][1][1]
    expect(figure.locator(".cell", has_text=f"{hot:.4g}")).to_have_count(1)


def test_arrows_of_the_cell_in_focus_lead_the_right_way(page, address):
    figure = opened(page, address, forward_backward(), ".cell")
    steps(page, figure, 2)
    expect(figure.locator(".arrow.into text")).to_have_text(["0.2", "0.01"])
    steps(page, figure, 6)
    expect(figure.locator(".arrow.into text")).to_have_text(["0.4", "0.02"])


def test_a_changed_day_moves_its_neighbours(page, address, diary):
    figure = opened(page, address, diary, ".record")
    day = figure.get_by_role("group", name="Record 1").get_by_role("button").nth(4)
    expect(day).to_have_attribute("aria-label", "Day 5: 2 cones, 35 per cent hot. Press to change.")
    day.press("Enter")
    expect(figure.locator(".status")).to_contain_text(
        "Record 1, day 5: 3 cones in place of 2 cones"
    )
    expect(day).to_be_focused()
    expect(figure.locator(".column i:visible").first).to_be_visible()
    figure.get_by_role("button", name="Diary as it was").click()
    expect(figure.locator(".column i:visible")).to_have_count(0)


def test_steps_of_learning_change_tables_and_days(page, address, diary):
    figure = opened(page, address, diary, ".record")
    figure.get_by_label("Start from").select_option("A vague guess")
    steps(page, figure, 9)
    shown = diary.frames[next(key for key in diary.frames if key.startswith("1:"))]["steps"][-1]
    expect(figure.locator(".status")).to_contain_text("After 20 steps: ln P(diary) = −26.84")
    expect(figure.get_by_label("The tables").locator("tbody td").last).to_have_text(
        str(shown["B"][1][2])
    )
    figure.get_by_label("show the real weather").check()
    expect(figure.locator(".record b").first).to_have_text("C")


def test_other_starts_take_the_diary_as_it_was(page, address, diary):
    figure = opened(page, address, diary, ".record")
    days = figure.get_by_role("group", name="Record 2").get_by_role("button")
    days.first.click()
    figure.get_by_label("Start from").select_option("All alike")
    expect(days.first).to_be_disabled()
    expect(figure.locator(".status")).not_to_contain_text("in place of")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_fit_a_phone(new_page, address, diary, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    page.goto(address(forward_backward(), diary))
    page.locator(".record").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
