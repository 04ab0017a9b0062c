"""The kingdom's vectors as a reader meets them: epochs, questions, lengths, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.viz.analogies import EPOCHS, analogies

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def kingdom():
    return analogies()


def opened(page, address, kingdom):
    page.goto(address(kingdom))
    figure = page.locator(".explorable")
    figure.locator(".dot").first.wait_for()
    return figure


def answers(kingdom, size, way, one, other, epoch):
    words = kingdom.settings["words"]
    told = kingdom.frames[size]["answers"][way][one][other][epoch]
    return [words[word] for word, _ in told]


def test_each_epoch_has_its_answer(page, address, kingdom):
    figure = opened(page, address, kingdom)
    status = figure.locator(".status")
    expect(status).to_contain_text(f"After epoch {EPOCHS} of {EPOCHS}: man is to woman as king is")
    expect(status).to_contain_text("queen. Right.")
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    first = answers(kingdom, "20", 0, 1, 0, 0)
    expect(status).to_have_text(
        f"Before the first epoch: man is to woman as king is to {first[0]}. It should be queen."
    )
    rows = figure.locator(".side tbody th")
    expect(rows).to_have_text(first)
    place = figure.locator(".dot circle").first.get_attribute("cx")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(status).to_contain_text(f"After epoch 2 of {EPOCHS}")
    assert figure.locator(".dot circle").first.get_attribute("cx") != place
    right = kingdom.frames["20"]["right"][2]
    expect(figure.locator(".side")).to_contain_text(f"Of 120 such questions {right} are answered")


def test_another_question(page, address, kingdom):
    figure = opened(page, address, kingdom)
    figure.get_by_label("Way").select_option("man → men")
    figure.get_by_label("If").select_option("boy is to boys")
    figure.get_by_label("then").select_option("prince is to …")
    expect(figure.locator(".status")).to_contain_text("boy is to boys as prince is to princes.")
    expect(figure.locator(".side tbody th").first).to_have_text("princes ✓")
    expect(figure.locator("text.name.asked")).to_have_count(4)
    said = figure.locator('svg[role="img"]').get_attribute("aria-label")
    assert "The arrow from boy to boys, put at prince" in said


def test_a_pair_is_not_asked_about_itself(page, address, kingdom):
    figure = opened(page, address, kingdom)
    figure.get_by_label("then").select_option("man is to …")
    expect(figure.locator(".status")).to_contain_text("boy is to girl as man is to")


def test_short_vectors_answer_less(page, address, kingdom):
    figure = opened(page, address, kingdom)
    figure.get_by_label("Numbers a word").select_option("2")
    expect(figure.locator(".status")).to_contain_text(answers(kingdom, "2", 0, 1, 0, EPOCHS)[0])
    right = kingdom.frames["2"]["right"][-1]
    expect(figure.locator(".side")).to_contain_text(f"{right} are answered right")


def test_who_wants_no_motion_is_shown_the_end(new_page, address, kingdom):
    page = new_page(reduced_motion="reduce")
    figure = opened(page, address, kingdom)
    figure.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    figure.get_by_role("button", name="Train").click()
    expect(figure.locator(".status")).to_contain_text(f"After epoch {EPOCHS} of")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, address, kingdom, scheme):
    page = new_page(width=360, height=800, color_scheme=scheme)
    opened(page, address, kingdom)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
