"""The neuron with dials as a reader meets it: sliders, handles, gates, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.one_neuron import one_neuron

pytestmark = pytest.mark.browser


@pytest.fixture
def figure(page, address):
    page.goto(address(one_neuron()))
    figure = page.locator(".explorable")
    figure.locator(".point").first.wait_for()
    return figure


def answers(figure):
    rows = figure.locator(".side tbody tr").all_inner_texts()
    return [row.split()[-3] for row in rows]


def test_keys_on_the_dials_change_what_it_answers(figure, page):
    expect(figure.locator(".status")).to_have_text("2 of 4 right.")
    figure.get_by_role("slider", name="w₂").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    figure.get_by_role("slider", name="bias b").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(figure.locator(".sum")).to_have_text("Fires if 1 x₁ + 1 x₂ − 1.5 > 0")
    expect(figure.locator(".status")).to_have_text("4 of 4 right.")
    assert answers(figure) == ["0", "0", "0", "1"]
    assert figure.locator(".point.wrong").count() == 0
    slider = figure.get_by_role("slider", name="bias b")
    assert slider.get_attribute("aria-valuetext") == "−1.5"


def drag(page, handle, by, at=(0.5, 0.5)):
    box = handle.bounding_box()
    x, y = box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=5)
    page.mouse.up()


def unit_of(figure) -> float:
    """Return how many pixels the points (0, 0) and (1, 0) are apart."""
    circles = [figure.locator(".point").nth(i).bounding_box() for i in (0, 2)]
    return circles[1]["x"] - circles[0]["x"]


def test_the_arrow_and_the_line_can_be_dragged(figure, page):
    unit = unit_of(figure)
    drag(page, figure.locator("circle.handle"), (0, -2 * unit))
    expect(figure.locator(".sum")).to_have_text("Fires if 1 x₁ + 1 x₂ + 0.5 > 0")
    # Past the middle of the line, away from the arrow's own handle.
    drag(page, figure.locator("line.handle"), (2 * unit, 0), at=(0.25, 0.25))
    expect(figure.locator(".sum")).to_have_text("Fires if 1 x₁ + 1 x₂ − 1.5 > 0")
    expect(figure.locator(".status")).to_have_text("4 of 4 right.")


def test_gates_show_their_weights_and_xor_has_none(figure):
    gates = figure.get_by_label("Gate")
    show = figure.get_by_role("button", name="slides’ weights")
    gates.select_option("majority of three")
    assert figure.locator(".plane").count() == 2
    show.click()
    expect(figure.locator(".sum")).to_have_text("Fires if 1 x₁ + 1 x₂ + 1 x₃ − 1.5 > 0")
    expect(figure.locator(".status")).to_have_text("8 of 8 right.")
    gates.select_option("OR")
    show.click()
    gates.select_option("XOR: exactly one")
    expect(figure.locator(".status")).to_have_text("3 of 4 right. No setting does better.")
    expect(show).to_be_hidden()
    assert figure.locator(".plane").count() == 1
    assert figure.locator(".point.wrong").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    page.goto(address(one_neuron()))
    page.get_by_label("Gate").select_option("majority of three")
    assert page.locator(".plane").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
