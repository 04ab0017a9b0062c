"""The built site as a reader meets it, served from a sub-folder as a course might publish it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
CHAPTER = "03-hidden-markov-models.html"
PAGES = sorted(
    path.name
    for path in HTML.glob("*.html")
    if path.name not in {"genindex.html", "index.html", "search.html"}
)


@pytest.fixture
def site(serve) -> str:
    """Where the site is: not at the root of its host."""
    if not (HTML / "index.html").exists():
        pytest.fail("There is no built site. First: make book", pytrace=False)
    return f"{serve(HTML.parent)}/{HTML.name}"


def test_the_site_has_its_pages(site):
    assert {"intro.html", CHAPTER, "glossary.html", "notation.html", "errata.html"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_cleanly_and_asks_nobody_else(site, new_page, name):
    """The page fixture fails on a console error, a missing file and a request that leaves here."""
    page = new_page()
    missing = []
    page.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)
    page.goto(f"{site}/{name}")
    page.mouse.wheel(0, 20_000)
    page.wait_for_load_state("networkidle")
    assert missing == []


def test_a_reader_drags_the_trellis_and_watches_the_path_appear(site, page):
    page.goto(f"{site}/{CHAPTER}")
    figure = page.locator("figure.explorable").first
    slider = figure.get_by_role("slider", name="Step")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=5)
    page.mouse.up()
    best = " ".join(figure.locator("p.best").inner_text().split())
    assert best == "Best path C C C P = 0.032"


def test_formulas_are_set_without_a_script(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}/{CHAPTER}")
    assert page.locator(".katex").count() > 20
    assert page.locator(".katex-error").count() == 0
    fonts = page.locator(".katex").first.evaluate("node => getComputedStyle(node).fontFamily")
    assert "KaTeX_Main" in fonts


def test_without_a_script_the_chapter_still_tells_its_numbers(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}/{CHAPTER}")
    text = page.locator("article").inner_text()
    for number in ("0.032", "0.03852", "0.03136", "0.05268", "0.003136"):
        assert number in text
    fallback = page.locator("figure.explorable").first
    assert fallback.get_by_role("table").first.is_visible()
    assert "C C C" in " ".join(fallback.inner_text().split())


def test_every_picture_says_what_it_shows(site, page):
    for name in PAGES:
        page.goto(f"{site}/{name}")
        silent = page.locator("article img:not([alt]), article svg[role=img]:not([aria-label])")
        assert silent.count() == 0, name
    assert page.locator("article").count() == 1


def test_a_phone_does_not_scroll_sideways(site, new_page):
    page = new_page(width=360, height=740)
    for name in PAGES:
        page.goto(f"{site}/{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, name
