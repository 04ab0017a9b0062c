"""The latent plane as a reader meets it: pointer, sliders, the walk around, networks, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytest.importorskip("sklearn")

from course_lib.viz.latent_plane import LEVELS, TICKS, latent_plane

pytestmark = pytest.mark.browser
SIDE = len(TICKS)


@pytest.fixture(scope="module")
def plane():
    return latent_plane()


def opened(page, address, plane):
    page.goto(address(plane))
    figure = page.locator(".explorable")
    figure.locator(".place").wait_for()
    return figure


def told(frame, column, row):
    at = row * SIDE + column
    return f"is a {frame['nearest'][at]}, at distance {frame['far'][at]:.1f}."


def fills(figure):
    return figure.locator(".decoded rect").evaluate_all(
        "rects => rects.map((rect) => rect.getAttribute('fill'))"
    )


def test_sliders_go_from_place_to_place(page, address, plane):
    figure = opened(page, address, plane)
    frame = plane.frames["0:0"]
    figure.get_by_role("slider", name="z₁").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    figure.get_by_role("slider", name="z₂").focus()
    page.keyboard.press("Home")
    status = figure.locator(".status")
    expect(status).to_contain_text("z = (1, −3).")
    expect(status).to_contain_text(told(frame, 16, 0))
    expect(figure.locator('[aria-live="polite"]')).to_have_text(status.text_content())
    greys = [
        round(255 * LEVELS.index(level) / (len(LEVELS) - 1)) for level in frame["pictures"][16]
    ]
    assert fills(figure) == [f"rgb({grey}, {grey}, {grey})".replace(" ", "") for grey in greys]


def test_what_lies_under_the_pointer_is_decoded(page, address, plane):
    figure = opened(page, address, plane)
    before = fills(figure)
    box = figure.locator(".latent").bounding_box()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"])
    status = figure.locator(".status")
    expect(status).not_to_contain_text("z = (0, 0)")
    assert fills(figure) != before
    spoken = figure.locator('[aria-live="polite"]')
    expect(spoken).to_contain_text("z = (0, 0)")  # passing by is not told aloud
    page.mouse.down()
    page.mouse.up()
    expect(spoken).to_have_text(status.text_content())


def test_another_network_has_another_plane(page, address, plane):
    figure = opened(page, address, plane)
    before = fills(figure)
    figure.get_by_role("combobox", name="Network").select_option("plain autoencoder")
    figure.get_by_role("combobox", name="Start").select_option("2")
    expect(figure.locator(".status")).to_contain_text(told(plane.frames["1:1"], 12, 12))
    assert fills(figure) != before
    assert figure.locator(".latent .name").count() == len(plane.frames["1:1"]["points"])


def test_who_wants_no_motion_is_shown_the_end_of_the_walk(new_page, address, plane):
    page = new_page(reduced_motion="reduce")
    figure = opened(page, address, plane)
    figure.get_by_role("button", name="Walk around").click()
    expect(figure.locator(".status")).to_contain_text("z = (1.5, 0)")
    expect(figure.locator('[aria-live="polite"]')).to_contain_text("z = (1.5, 0)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, plane, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, plane)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
