"""The game of forgers as a reader meets it: epochs, losses, starts, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.forgery import EPOCHS, forgery

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def game():
    return forgery()


def opened(page, address, game):
    page.goto(address(game))
    figure = page.locator(".explorable")
    figure.locator("path.says").wait_for()
    return figure


def told(frame, epoch):
    real, fake = frame["means"][epoch]
    return (
        f"Epoch {epoch} of {EPOCHS}. {100 * frame['apart'][epoch]:.0f} % of the fakes would have "
        f"to weigh something else. The detective says {real:.2f} of real coins and {fake:.2f} of "
        "fakes."
    )


def test_each_epoch_has_its_densities_and_its_sentence(page, address, game):
    figure = opened(page, address, game)
    frame = game.frames["0:0"]
    expect(figure.locator(".status")).to_have_text(told(frame, 0))
    before = {kind: figure.locator(f"path.{kind}").get_attribute("d") for kind in ("fake", "real")}
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(figure.locator(".status")).to_have_text(told(frame, 3))
    expect(figure.locator('[aria-live="polite"]')).to_have_text(told(frame, 3))
    assert figure.locator("path.fake").get_attribute("d") != before["fake"]
    assert figure.locator("path.real").get_attribute("d") == before["real"]


def test_the_detectives_curve_is_as_high_as_she_says(page, address, game):
    figure = opened(page, address, game)
    says = game.frames["0:0"]["says"][0]
    way = figure.locator("path.says").get_attribute("d")
    heights = [float(point.split(",")[1]) for point in way[1:].split("L")]
    highest, lowest = says.index(max(says)), says.index(min(says))
    assert heights[highest] == min(heights)
    assert heights[lowest] == max(heights)
    at_4 = next(i for i, edge in enumerate(game.settings["edges"]) if edge > 4) - 1
    label = figure.locator('svg[role="img"]').get_attribute("aria-label")
    assert f"{says[at_4] / 100:.2f} at 4 g" in label


def test_another_game_keeps_the_epoch(page, address, game):
    figure = opened(page, address, game)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    figure.get_by_role("combobox", name="Forger's loss").select_option("minimax")
    figure.get_by_role("combobox", name="Start").select_option("2")
    expect(figure.locator(".status")).to_have_text(told(game.frames["1:1"], EPOCHS))


def test_who_wants_no_motion_is_shown_the_end(new_page, address, game):
    page = new_page(reduced_motion="reduce")
    figure = opened(page, address, game)
    figure.get_by_role("button", name="Play").click()
    expect(figure.locator(".status")).to_have_text(told(game.frames["0:0"], EPOCHS))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, game, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, game)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
