"""Threshold nets as a reader meets them: units, places, maps, keys, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.polygon_nets import polygon_nets

pytestmark = pytest.mark.browser


def opened(page, address):
    nets = polygon_nets()
    page.goto(address(nets))
    figure = page.locator(".explorable")
    figure.locator(".unit").first.wait_for()
    return nets, figure


def shaded(figure):
    return figure.locator(".face.fires").count()


def test_a_place_shows_who_fires_there(page, address):
    nets, figure = opened(page, address)
    faces = nets.frames["0:0"]["faces"]
    ashore = next(n for n, face in enumerate(faces) if face["on"][2][0])
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(ashore):
        page.keyboard.press("ArrowRight")
    count = sum(faces[ashore]["on"][0])
    expect(figure.locator(".status")).to_contain_text(f"{count} of 7 units of layer 2 fire")
    expect(figure.locator(".status")).to_contain_text("the output fires")
    assert figure.locator(".unit.on").count() == count + 2
    at_sea = next(n for n, face in enumerate(faces) if not face["on"][2][0])
    figure.locator(f'.face[data-face="{at_sea}"]').dispatch_event("click")
    expect(figure.locator(".status")).to_contain_text("the output is silent")


def test_a_unit_shows_where_it_fires_and_why(page, address):
    nets, figure = opened(page, address)
    faces = nets.frames["0:0"]["faces"]
    assert shaded(figure) == sum(face["on"][2][0] for face in faces)
    expect(figure.locator(".sum")).to_contain_text("−0.5 + 1 a₁ + 1 a₂ > 0")
    side = figure.get_by_role("button", name="Unit 1 of layer 2")
    side.focus()
    page.keyboard.press("Enter")
    expect(figure.locator(".sum")).to_contain_text("1.88 − 0.4 x₁ + 1.8 x₂ > 0")
    assert shaded(figure) == sum(face["on"][0][0] for face in faces)
    expect(side).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shaded(figure) == sum(face["on"][0][1] for face in faces)
    figure.get_by_role("button", name="Unit 2 of layer 3").click()
    expect(figure.locator(".sum")).to_contain_text("−3.5 + 1 a₄ + 1 a₅ + 1 a₆ + 1 a₇ > 0")
    assert shaded(figure) == sum(face["on"][1][1] for face in faces)


def test_another_map_and_another_threshold(page, address):
    nets, figure = opened(page, address)
    figure.get_by_label("Map").select_option("5 half-planes")
    assert figure.locator(".unit").count() == 6
    assert shaded(figure) == 1
    figure.get_by_label("needed").select_option("4")
    expect(figure.locator(".sum")).to_contain_text("−3.5 + 1 a₁")
    assert shaded(figure) == 6
    figure.get_by_label("Map").select_option("two squares")
    figure.get_by_label("inner square counts").select_option("−1")
    expect(figure.locator(".sum")).to_contain_text("−0.5 + 1 a₁ − 1 a₂ > 0")
    faces = nets.frames["2:2"]["faces"]
    assert shaded(figure) == sum(face["on"][2][0] for face in faces)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
