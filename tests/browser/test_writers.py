"""The writers as a reader meets them: riddles, letters, temperatures, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib import data
from course_lib.rnn_lm import RNNLanguageModel
from course_lib.viz.writers import LENGTH, writers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def machines():
    verses = [" ".join(verse) for poem in data.sonnets()[:6] for verse in poem]
    letters = "".join(sorted({"\n", *"".join(verses)}))
    network = RNNLanguageModel(len(letters), 4, 6, cell="gru", rng=1)
    return writers(network, letters, verses[:70], verses[70:])


def opened(page, address, machines):
    page.goto(address(machines))
    figure = page.locator(".explorable")
    figure.locator(".card").first.wait_for()
    return figure


def answer(figure, riddle, right):
    """Choose the real verse, or the first that is not."""
    wanted = next(k for k, verse in enumerate(riddle) if (verse["author"] == "real") == right)
    figure.locator(".card").nth(wanted).click()


def test_riddles_are_judged_and_counted(page, address, machines):
    figure = opened(page, address, machines)
    riddles = machines.settings["riddles"]
    temperature = machines.choice.split(":")[1]
    some = riddles[int(temperature)]
    expect(figure.locator(".card span")).to_have_text([verse["text"] for verse in some[0]])
    answer(figure, some[0], right=True)
    expect(figure.locator(".verdict")).to_have_text("Yes. Right so far: 1 of 1.")
    real = next(verse for verse in some[0] if verse["author"] == "real")
    told = figure.locator(".card", has_text="Shakespeare ✓")
    expect(told).to_contain_text(f"“{real['copied']}”")
    figure.locator(".card").last.click(force=True)  # a second answer does not count
    figure.get_by_role("button", name="Next three").click()
    answer(figure, some[1], right=False)
    expect(figure.locator(".verdict")).to_contain_text("Right so far: 1 of 2.")
    expect(figure.locator(".verdict")).to_contain_text("No, that was the")


def test_another_temperature_has_other_riddles(page, address, machines):
    figure = opened(page, address, machines)
    figure.get_by_label("Temperature").select_option("1.5")
    texts = [verse["text"] for verse in machines.settings["riddles"][3][0]]
    expect(figure.locator(".card span")).to_have_text(texts)


def test_letters_appear_one_by_one(page, address, machines):
    figure = opened(page, address, machines)
    figure.get_by_role("button", name="See them write").click()
    figure.get_by_label("Writer").select_option("4-gram")
    figure.get_by_label("Temperature").select_option("1")
    frame = machines.frames["1:2:0"]
    status = figure.locator(".status")
    expect(status).to_contain_text(f"Letter {LENGTH}: ")
    slider = figure.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("Home")
    expect(status).to_contain_text("Nothing is written yet")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(status).to_contain_text(f"probability {frame['share'][8]:g}. Its die was chosen by")
    assert figure.locator(".written").inner_text() == frame["text"][:9].replace("\n", "↵")
    if frame["hit"][8] < 5:
        expect(figure.locator(".won th")).to_have_text(frame["text"][8].replace(" ", "␣"))
    figure.get_by_label("Writer").select_option("GRU")
    page.keyboard.press("End")
    figure.get_by_role("button", name="Back to the riddles").click()
    expect(figure.locator(".card")).to_have_count(3)


def test_the_network_looks_at_everything(page, address, machines):
    figure = opened(page, address, machines)
    figure.get_by_role("button", name="See them write").click()
    expect(figure.locator(".status")).to_contain_text(f"has read all {LENGTH - 1} letters before")
    figure.get_by_role("button", name="Another text").click()
    text = machines.frames["3:1:1"]["text"]
    expect(figure.locator(".written .last")).to_have_text(text[-1].replace("\n", "↵"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, machines, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    figure = opened(page, address, machines)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    figure.get_by_role("button", name="See them write").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
