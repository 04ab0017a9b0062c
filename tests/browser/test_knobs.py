"""The four knobs as a reader meets them: sliders, keys, pictures, a phone."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from course_lib.conv import LeNet5
from course_lib.viz.knobs import DRAWN, knobs

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def networks():
    return {"One": LeNet5(rng=1, dtype=np.float32), "Other": LeNet5(rng=2, dtype=np.float32)}


def opened(page, address, networks):
    figure_of = knobs(networks, (4, 7))
    page.goto(address(figure_of))
    figure = page.locator(".explorable")
    figure.locator("canvas").first.wait_for()
    return figure_of, figure


def expect_told(figure, frame):
    for n, name in enumerate(("One", "Other")):
        shares = frame["says"][n]
        told = f"{name}: says {int(np.argmax(shares))} ({max(shares)} %), reads {frame['right'][n]}"
        told += f" of {DRAWN} digits drawn like this."
        expect(figure.locator(".answer p").nth(n)).to_have_text(told)
        expect(figure.locator("[aria-live]")).to_contain_text(told)


def test_keys_turn_one_knob_and_the_others_go_back(page, address, networks):
    figure_of, figure = opened(page, address, networks)
    expect(figure.locator("canvas")).to_have_count(1 + 6 + 6 + 16 + 16)
    before = figure.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")
    figure.get_by_role("slider", name="scale").focus()
    page.keyboard.press("Home")
    expect_told(figure, figure_of.frames["4:0,2,3,0"])
    assert figure.locator("canvas").first.evaluate("canvas => canvas.toDataURL()") != before
    figure.get_by_role("slider", name="noise").focus()
    page.keyboard.press("ArrowRight")
    expect_told(figure, figure_of.frames["4:3,2,3,1"])
    expect(figure.get_by_role("slider", name="scale")).to_have_attribute("aria-valuetext", "1")


def test_a_map_is_painted_as_it_is_stored(page, address, networks):
    figure_of, figure = opened(page, address, networks)
    figure.get_by_label("Digit").select_option("7")
    frame = figure_of.frames["7:3,2,3,0"]
    expect_told(figure, frame)
    pixels = figure.get_by_role("img", name="C3, map 2", exact=True).evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(0, 0, 10, 10).data]"
    )
    stored = [int(level) for level in "".join(frame["maps"]["C3"][1])]
    assert pixels[::4] == [round(255 * level / 9) for level in stored]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, networks, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, networks)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
