"""The Hopfield recall as a reader meets it: flips, menus, energies, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.hopfield import hopfield

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def memory():
    return hopfield()


def opened(page, address, memory):
    page.goto(address(memory))
    figure = page.locator(".explorable")
    figure.locator(".picture rect").first.wait_for()
    return figure


def inked(figure):
    return figure.locator(".picture g").evaluate_all(
        "units => units.map((unit) => (unit.classList.contains('on') ? '1' : '0')).join('')"
    )


def test_each_flip_is_shown_and_told(page, address, memory):
    figure = opened(page, address, memory)
    start = memory.settings["starts"][0][3]
    frame = memory.frames[f"3:{start}"]
    assert inked(figure) == start
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("ArrowRight")
    unit = frame["flips"][0]
    expect(figure.locator(".status")).to_contain_text(
        f"Flip 1 of 19: the unit in row {unit // 8 + 1}, column {unit % 8 + 1} hears"
    )
    now = inked(figure)
    assert [i for i in range(64) if now[i] != start[i]] == [unit]
    assert figure.locator(".alike tbody tr").first.locator("td").last.text_content() == str(
        frame["agree"][1][0]
    )
    page.keyboard.press("End")
    expect(figure.locator(".unseen[aria-live]")).to_contain_text(
        "No unit wants to change: this is the sun."
    )
    assert inked(figure) == memory.settings["stamps"][0]["ink"]


def test_too_many_stamps_are_no_longer_kept(page, address, memory):
    figure = opened(page, address, memory)
    figure.get_by_role("combobox", name="Damage").select_option("nothing")
    expect(figure.locator(".status")).to_contain_text("this is the sun")
    figure.get_by_role("combobox", name="Stored").select_option("8")
    expect(figure.locator(".alike tbody tr")).to_have_count(8)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(figure.locator(".status")).to_contain_text("this is no stamp")


def test_a_stamp_that_is_no_longer_stored_gives_way(page, address, memory):
    figure = opened(page, address, memory)
    figure.get_by_role("combobox", name="Stamp").select_option("moon")
    figure.get_by_role("combobox", name="Stored").select_option("2")
    expect(figure.get_by_role("combobox", name="Stamp")).to_have_value("rain")
    assert inked(figure) == memory.settings["starts"][1][3]
    expect(figure.locator("option", has_text="moon")).to_be_disabled()


def test_who_wants_no_motion_is_shown_the_end(new_page, address, memory):
    page = new_page(reduced_motion="reduce")
    figure = opened(page, address, memory)
    figure.get_by_role("button", name="Let it roll").click()
    expect(figure.locator(".status")).to_contain_text("Flip 19 of 19")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, memory, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, memory)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
