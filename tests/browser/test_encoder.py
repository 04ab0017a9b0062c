"""The encoder as a reader meets it: epochs, curves, the turned cube, phone."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from course_lib.viz.encoder import EPOCHS, encoder

pytestmark = pytest.mark.browser
LAST = len(EPOCHS) - 1


@pytest.fixture(scope="module")
def training():
    return encoder()


def opened(page, address, training):
    page.goto(address(training))
    figure = page.locator(".explorable")
    figure.locator(".bubble").first.wait_for()
    return figure


def rounded(training, start, step):
    codes = np.round(training.frames[start]["codes"][step]).astype(int)
    return ["".join(map(str, code)) for code in codes]


def test_each_epoch_shows_codes_errors_and_the_table(page, address, training):
    figure = opened(page, address, training)
    figure.get_by_role("slider", name="Step").focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    frame = training.frames["0"]
    expect(figure.locator(".status")).to_contain_text(
        f"Epoch {EPOCHS[9]} of {EPOCHS[-1]}. Rounded, there are {frame['distinct'][9]} different"
    )
    total = sum(frame["errors"][9])
    expect(figure.locator(".status")).to_contain_text(f"in all: {total:.2f}")
    bits = rounded(training, "0", 9)
    for k, row in enumerate(figure.locator(".encoder tbody tr").all()):
        sharing = f" ×{bits.count(bits[k])}" if bits.count(bits[k]) > 1 else ""
        expect(row.locator("td").last).to_have_text(bits[k] + sharing)
        expect(row.locator("td").first).to_have_text(f"{frame['codes'][9][k][0]:.2f}")


def test_another_start_ends_with_other_codes(page, address, training):
    figure = opened(page, address, training)
    figure.get_by_role("combobox", name="Start").select_option("4")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    told = [
        row.locator("td").last.text_content() for row in figure.locator(".encoder tbody tr").all()
    ]
    assert told == rounded(training, "3", LAST)
    assert sorted(told) == [f"{code:03b}" for code in range(8)]
    said = figure.locator('.turned svg[role="img"]').get_attribute("aria-label")
    assert f"1 near {told[0]}, 2 near {told[1]}" in said


def test_each_view_has_its_curves(page, address, training):
    figure = opened(page, address, training)
    curves = figure.locator(".curves .curve")
    views = figure.get_by_role("combobox", name="Curves")
    for view, count in (
        ("errors of the outputs", 8),
        ("hidden values of 01000000", 3),
        ("weights into h₂", 9),
    ):
        views.select_option(view)
        expect(curves).to_have_count(count)
    bias, first = training.frames["0"]["weights"][0][1][:2]
    said = figure.locator('.curves svg[role="img"]').get_attribute("aria-label")
    assert f"b {bias:.2f}, 1 {first:.2f}" in said.replace("−", "-")


def test_the_cube_turns(page, address, training):
    figure = opened(page, address, training)
    bubble = figure.locator(".turned .bubble").first
    before = bubble.get_attribute("transform")
    figure.get_by_role("slider", name="Turn").focus()
    page.keyboard.press("ArrowRight")
    expect(bubble).not_to_have_attribute("transform", before)


def test_who_wants_no_motion_is_shown_the_end(new_page, address, training):
    page = new_page(reduced_motion="reduce")
    figure = opened(page, address, training)
    figure.get_by_role("button", name="Train").click()
    expect(figure.locator(".status")).to_contain_text(f"Epoch {EPOCHS[-1]} of")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, training, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, training)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
