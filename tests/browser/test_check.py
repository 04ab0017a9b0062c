""" "Check yourself" on a built page: what a reader opened is marked, counted and remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
# The theme itself needs a storage that can be read, so ours alone is full.
FULL = """
const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, value) {
  if (name.startsWith("hidden-states")) throw new DOMException("full", "QuotaExceededError");
  set.call(this, name, value);
};
"""


@pytest.fixture
def site(serve) -> str:
    if not (HTML / "index.html").exists():
        pytest.fail("There is no built site. First: make book", pytrace=False)
    return serve(HTML)


def opened(page, site, chapter="01-markov-chains"):
    page.goto(f"{site}/{chapter}.html")
    return page.locator("#check-yourself")


def answers(section, question):
    """Return the answers of a question, counted from 1, and which of them is right."""
    first = section.locator(f"p:has(> strong:text-matches('^{question}\\.')) + details")
    rest = first.locator("xpath=following-sibling::*")
    count = 1
    while count < 4 and rest.nth(count - 1).evaluate("node => node.tagName") == "DETAILS":
        count += 1
    found = [first, *(rest.nth(i) for i in range(count - 1))]
    return found, [a.evaluate("a => a.classList.contains('right')") for a in found].index(True)


def test_first_tries_are_counted_by_mouse_and_by_key(site, page):
    section = opened(page, site)
    score, again = section.get_by_role("status"), section.get_by_role("button", name="Start over")
    expect(score).to_be_empty()
    expect(again).to_be_hidden()

    found, right = answers(section, 1)
    wrong = 1 if right == 0 else 0
    found[wrong].locator("summary").click()
    expect(found[wrong].locator("summary")).to_contain_text("✗(wrong)")
    expect(score).to_have_text("Wrong. 0 of 1 right at first try, 4 to go.")
    found[right].locator("summary").click()
    expect(found[right].locator("summary")).to_contain_text("✓(right)")
    expect(score).to_have_text("Right. 0 of 1 right at first try, 4 to go.")

    found, right = answers(section, 2)
    found[right].locator("summary").focus()
    page.keyboard.press("Enter")
    expect(found[right].locator(".sd-summary-content")).to_be_visible()
    expect(score).to_have_text("Right. 1 of 2 right at first try, 3 to go.")
    page.keyboard.press("Enter")
    expect(score).to_have_text("Right. 1 of 2 right at first try, 3 to go.")
    for question in (3, 4, 5):
        found, right = answers(section, question)
        found[right].locator("summary").click()
    expect(score).to_have_text("Right. 4 of 5 right at first try.")


def test_a_page_remembers_its_own_answers_and_forgets_on_request(site, page):
    section = opened(page, site)
    found, right = answers(section, 3)
    found[right].locator("summary").click()
    page.reload()
    assert found[right].get_attribute("open") is None
    expect(section.locator(".check-mark")).to_have_count(1)
    expect(section.get_by_role("status")).to_have_text("1 of 1 right at first try, 4 to go.")

    other = opened(page, site, "03-hidden-markov-models")
    expect(other.locator(".check-foot")).to_have_count(1)
    expect(other.locator(".check-mark")).to_have_count(0)

    section = opened(page, site)
    found[right].locator("summary").click()
    section.get_by_role("button", name="Start over").focus()
    page.keyboard.press("Enter")
    expect(section.locator(".check-mark")).to_have_count(0)
    expect(section.locator("details[open]")).to_have_count(0)
    expect(section.locator("summary").first).to_be_focused()
    expect(section.get_by_role("status")).to_have_text("All answers are closed and forgotten.")
    page.reload()
    expect(section.locator(".check-foot")).to_have_count(1)
    expect(section.locator(".check-mark")).to_have_count(0)


def test_opening_an_answer_tells_nobody(site, page):
    section = opened(page, site)
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for summary in section.locator("summary").all()[:4]:
        summary.click()
    expect(section.locator(".check-mark")).to_have_count(4)
    assert asked == []


@pytest.mark.parametrize("without", ["storage", "script"])
def test_answers_open_without_storage_and_without_a_script(site, new_page, without):
    page = new_page(java_script_enabled=without != "script")
    if without == "storage":
        page.add_init_script(FULL)
    section = opened(page, site)
    section.locator("summary").first.click()
    expect(section.locator(".sd-summary-content").first).to_be_visible()
    expect(section.locator(".check-mark, .check-foot")).to_have_count(0)
