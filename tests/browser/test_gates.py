"""Gates as a reader meets them: opened by mouse and keys, learned ones looked at, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.gates import gates

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def figure_of():
    return gates()


def opened(page, address, figure_of):
    page.goto(address(figure_of))
    figure = page.locator(".explorable")
    figure.locator(".gate").first.wait_for()
    return figure


def values(figure, name):
    return figure.get_by_role("row", name=name).locator("td")


def to_the_end(page, figure):
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")


def test_a_closed_cell_keeps_what_it_holds(page, address, figure_of):
    figure = opened(page, address, figure_of)
    to_the_end(page, figure)
    for t in range(5):
        expect(values(figure, "cell c").nth(t)).to_have_text("0.76")
    expect(values(figure, "state h").nth(3)).to_have_text("0")
    expect(values(figure, "state h").nth(4)).to_have_text("0.64")
    expect(figure.locator("[aria-live]")).to_contain_text("c₅ = f₅ c₄ + i₅ g₅")
    expect(figure.locator("[aria-live]")).to_contain_text("input shut, forget open, output open")


def test_gates_open_by_mouse_and_by_key(page, address, figure_of):
    figure = opened(page, address, figure_of)
    to_the_end(page, figure)
    gate = figure.get_by_role("button", name="forget gate f, hour 3")
    gate.click()
    expect(gate).to_have_attribute("aria-pressed", "false")
    for t, text in enumerate(["0.76", "0.76", "0", "0", "0"]):
        expect(values(figure, "cell c").nth(t)).to_have_text(text)
    expect(values(figure, "gradient").first).to_have_text("0")
    figure.get_by_role("button", name="input gate i, hour 3").focus()
    page.keyboard.press("Enter")
    expect(values(figure, "cell c").nth(4)).to_have_text("−0.46")
    expect(figure.get_by_role("button", name="input gate i, hour 3")).to_be_focused()
    figure.get_by_role("button", name="output gate o, hour 4").click()
    expect(values(figure, "state h").nth(3)).to_have_text("−0.43")


def test_a_gru_that_has_learned(page, address, figure_of):
    figure = opened(page, address, figure_of)
    figure.get_by_label("Cell").select_option("GRU, learned")
    figure.get_by_label("Night").select_option("front, back, front")
    to_the_end(page, figure)
    said = values(figure, "says").all_text_contents()
    assert said == figure_of.frames["gru-learned:3"]["says"]
    expect(figure.locator(".status")).to_contain_text("It says: front.")
    figure.get_by_label("Cell").select_option("GRU, gates set by hand")
    expect(figure.get_by_role("button", name="reset gate r, hour 1")).to_be_visible()
    expect(figure.get_by_label("Night")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, figure_of, scheme):
    page = new_page(width=360, height=900, color_scheme=scheme)
    figure = opened(page, address, figure_of)
    to_the_end(page, figure)
    assert figure.locator(".scroll").evaluate("table => table.scrollWidth - table.clientWidth") == 0
    figure.get_by_label("Cell").select_option("LSTM, learned")
    to_the_end(page, figure)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
