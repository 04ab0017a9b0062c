"""The n-gram die as a reader meets it: rolls, menus, riddles, keys, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.die import TEXTS, die

pytestmark = pytest.mark.browser


def opened(page, address):
    dice = die()
    page.goto(address(dice))
    figure = page.locator(".explorable")
    figure.locator(".sides span").first.wait_for()
    return dice, figure


def test_the_roll_after_cows_eat(page, address):
    _, figure = opened(page, address)
    said = figure.locator(".status")
    expect(said).to_have_text(
        "Roll 4, after “cows eat” (seen 11 times), shows “corn”. Probability 0.364."
    )
    rows = figure.locator(".shares tbody tr")
    expect(rows.locator("th")).to_have_text(["corn", "grass", "hay", "if", "which"])
    expect(figure.locator(".shares .won th")).to_have_text("corn")
    expect(figure.locator(".strip .state-0")).to_have_text(["cows", "eat"])
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    expect(said).to_contain_text("Not rolled yet")
    expect(figure.locator(".shares .won")).to_have_count(0)
    page.keyboard.press("End")
    expect(said).to_contain_text("shows the end")
    expect(figure.locator("[aria-live]").first).to_contain_text("shows the end")


def test_another_order_another_text_and_smoothing(page, address):
    dice, figure = opened(page, address)
    figure.get_by_label("Counted from").select_option("Sonnets")
    figure.get_by_label("Order").select_option("5")
    figure.get_by_label("Add to each count").select_option("1")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(figure.locator(".status")).to_contain_text("never seen: all sides are alike")
    expect(figure.locator(".shares tbody tr")).to_have_count(7)
    figure.get_by_role("button", name="Another text").click()
    words = dice.frames["2:5:1:1"]["words"]
    expect(figure.locator(".strip b").last).to_have_text(words[-1])
    for _ in range(TEXTS - 1):
        figure.get_by_role("button", name="Another text").click()
    expect(figure.locator(".strip b").last).to_have_text(dice.frames["2:5:1:0"]["words"][-1])


def test_guessing_the_order(page, address):
    dice, figure = opened(page, address)
    figure.get_by_role("button", name="Guess the order").click()
    first, second = dice.settings["riddles"][0][:2]
    expect(figure.locator(".riddle")).to_have_text(" ".join(dice.frames[first]["words"]))
    truth = first.split(":")[1]
    figure.get_by_role("group", name="Your guess").get_by_role("button", name=truth).press("Enter")
    verdict = figure.locator(".verdict")
    expect(verdict).to_contain_text(f"Yes, order {truth}.")
    expect(verdict).to_contain_text("Right so far: 1 of 1.")
    shown = figure.get_by_label("What each order says").locator("tbody tr").nth(int(truth) - 1)
    share = round(100 * dice.frames[first]["shares"][int(truth) - 1])
    expect(shown).to_contain_text(f"{share} %")
    figure.get_by_role("button", name="Next text").click()
    expect(figure.locator(".riddle")).to_have_text(" ".join(dice.frames[second]["words"]))
    wrong = "1" if second.split(":")[1] != "1" else "2"
    figure.get_by_role("group", name="Your guess").get_by_role("button", name=wrong).click()
    expect(verdict).to_contain_text(f"No, it was order {second.split(':')[1]}.")
    expect(verdict).to_contain_text("Right so far: 1 of 2.")
    figure.get_by_label("Counted from").select_option("Sonnets")
    sonnet = dice.settings["riddles"][2][0]
    expect(figure.locator(".riddle")).to_have_text(" ".join(dice.frames[sonnet]["words"]))
    figure.get_by_role("button", name="Back to the dice").click()
    expect(figure.get_by_role("slider", name="Step")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    _, figure = opened(page, address)
    figure.get_by_label("Counted from").select_option("Sonnets")
    figure.get_by_label("Order").select_option("5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    figure.get_by_role("button", name="Guess the order").click()
    figure.get_by_role("group", name="Your guess").get_by_role("button", name="1").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
