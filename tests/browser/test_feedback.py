"""The feedback page in a browser: nothing a student wrote runs, and it reads well on a phone."""

from __future__ import annotations

import re

import pytest

from autograder.feedback import page as feedback
from tests.autograder import feedback_example as example
from tests.autograder import hostile_html
from tests.autograder.test_feedback_page import hostile_submission

pytestmark = pytest.mark.browser

# What a hand and a keyboard could set off on a page, on every element of it.
TRY_EVERYTHING = """() => {
    for (const element of document.querySelectorAll("main *")) {
        for (const type of ["mouseover", "mouseenter", "focus", "pointerdown", "toggle", "error"])
            element.dispatchEvent(new Event(type, { bubbles: true }));
        if (!element.closest("a")) element.click?.();
    }
}"""
LIVE_LINKS = """() => [...document.querySelectorAll("a[href]")]
    .map(link => link.protocol).filter(p => !["http:", "https:", "mailto:"].includes(p))"""
CONTRAST = """() => {
    const numbers = color => color.match(/[\\d.]+/g).map(Number);
    const light = color => {
        const [r, g, b] = numbers(color).map(c => (c /= 255) <= 0.03928 ? c / 12.92
            : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = element => {
        for (; element; element = element.parentElement) {
            const color = getComputedStyle(element).backgroundColor;
            if (numbers(color)[3] !== 0) return color;
        }
        return "rgb(255, 255, 255)";
    };
    const low = [];
    for (const element of document.querySelectorAll("main *")) {
        const text = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!text) continue;
        const pair = [light(getComputedStyle(element).color), light(behind(element))];
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (ratio < 4.5) low.push(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
    }
    return [...new Set(low)];
}"""


@pytest.fixture
def open_feedback(new_page, serve, tmp_path):
    """Write a feedback page and open it: ``open_feedback(html, width=360)``, or in a given tab."""
    address = serve(tmp_path, strict=False)

    def open_feedback(html: str, page=None, **options):
        (tmp_path / "feedback.html").write_text(html, encoding="utf-8")
        page = page or new_page(**options)
        page.goto(f"{address}/feedback.html")
        return page

    return open_feedback


@pytest.mark.parametrize("with_policy", [True, False])
def test_no_script_of_a_student_runs(open_feedback, with_policy):
    """Also where the page's own policy is not obeyed, what the student wrote is harmless."""
    page = None
    for payload in hostile_html.HTML + hostile_html.MARKDOWN:
        graded, ledger = hostile_submission(payload)
        html = feedback.render(graded, example.about(student=payload), ledger)
        if not with_policy:
            html, removed = re.subn(r"<meta http-equiv=[^>]*>", "", html)
            assert removed == 1
        page = open_feedback(html, page)
        page.evaluate(TRY_EVERYTHING)
        assert page.evaluate("window.pwned") is None, payload
        assert page.evaluate(LIVE_LINKS) == [], payload
        assert page.url.endswith("/feedback.html"), payload


def test_the_canary_can_sing(open_feedback):
    """The same page would run the script if it stood there unchanged."""
    html = feedback.render(example.graded(), example.about(), example.ledger())
    html = re.sub(r"<meta http-equiv=[^>]*>", "", html)
    page = open_feedback(html.replace("</main>", f"<script>{hostile_html.RUN}</script></main>"))
    assert page.evaluate("window.pwned") == 1


@pytest.mark.parametrize("width", [320, 360, 1000])
def test_the_page_does_not_scroll_sideways(open_feedback, width):
    html = feedback.render(example.graded(), example.about(), example.ledger())
    page = open_feedback(html, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    table = page.locator("table.summary").bounding_box()
    assert table["x"] + table["width"] <= width


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(open_feedback, color_scheme):
    html = feedback.render(example.graded(), example.about(late_penalty=1), example.ledger())
    page = open_feedback(html, color_scheme=color_scheme)
    assert page.evaluate(CONTRAST) == []


def test_the_page_is_named_to_a_screen_reader(open_feedback):
    page = open_feedback(feedback.render(example.graded(), example.about(), example.ledger()))
    for name in ("Score", "Points", "What to look at", "Your notebook, as it was graded"):
        assert page.get_by_role("region", name=name, exact=True).count() == 1
    assert page.get_by_role("table", name=re.compile("Points by exercise")).count() == 1
    assert page.get_by_role("rowheader", name="long sequences").count() == 1
