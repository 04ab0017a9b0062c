"""The built site as a reader meets it, served from a sub-folder as a course might publish it.

Every page is visited once on a laptop and once on a phone; the tests look at what the visits noted.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from course_lib import __version__
from tests.browser.conftest import watch

pytestmark = pytest.mark.browser

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
CHAPTER = "03-hidden-markov-models.html"
PAGES = sorted(path.name for path in HTML.glob("*.html") if path.name != "404.html")
LAPTOP, PHONE = (1280, 800), (360, 740)

# What a page may weigh before anybody touches it, as files and as a host sends them.
MOST_BYTES, MOST_PACKED = 2_500_000, 1_000_000
# Above a tenth, search engines call a page unsteady.
MOST_JUMPING = 0.1

NOTE_JUMPS = """
window.jumps = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
DRAWN = """
() => document.readyState === "complete"
  && document.fonts.status === "loaded"
  && [...document.querySelectorAll("figure.explorable > .explorable-fallback")]
    .every((fallback) => fallback.hidden)
"""
LOOK = """
() => ({
  jumps: window.jumps,
  too_wide: document.documentElement.scrollWidth - innerWidth,
  silent: [...document.querySelectorAll("article img, article svg")]
    .filter((it) => !it.closest("[aria-hidden=true], .explorable, button"))
    .filter((it) => !(it.getAttribute("alt") ?? it.getAttribute("aria-label")))
    .map((it) => it.outerHTML.slice(0, 120)),
  description: document.querySelector("meta[name=description]")?.content ?? "",
})
"""


@dataclass
class Visit:
    """What was noted on a page: its troubles, what it asked for, and how it looked."""

    problems: list[str]
    missing: list[str]
    asked: set[str]
    jumps: float
    too_wide: int
    silent: list[str]
    description: str


@pytest.fixture(scope="module")
def site(serve) -> str:
    """Where the site is: not at the root of its host."""
    if not (HTML / "index.html").exists():
        pytest.fail("There is no built site. First: make book", pytrace=False)
    return f"{serve(HTML.parent)}/{HTML.name}"


@pytest.fixture(scope="module")
def visits(browser, site):
    """Visit every page: ``visits(LAPTOP)["intro.html"]`` is what was noted there."""

    @cache
    def tour(size: tuple[int, int]) -> dict[str, Visit]:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        context.add_init_script(NOTE_JUMPS)
        noted = {name: visit(context, f"{site}/{name}") for name in PAGES}
        context.close()
        return noted

    return tour


def visit(context, address: str) -> Visit:
    """Open a page, wait until all is drawn, scroll to its end, and note what came of it."""
    page = context.new_page()
    problems, missing, asked = [], [], set()
    watch(page, problems)
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    page.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)
    page.goto(address)
    page.wait_for_function(DRAWN)
    page.mouse.wheel(0, 100_000)
    seen = page.evaluate(LOOK)
    page.close()
    return Visit(problems, missing, asked, **seen)


@cache
def weight(path: Path) -> tuple[int, int]:
    """Return the size of a file, plain and as a host sends it."""
    content = path.read_bytes()
    shrinks = path.suffix in {".css", ".html", ".js", ".svg"}
    return len(content), len(gzip.compress(content)) if shrinks else len(content)


def test_the_site_has_its_pages():
    assert {"index.html", "intro.html", CHAPTER, "glossary.html"} <= set(PAGES)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_every_page_opens_cleanly_and_asks_nobody_else(visits, size):
    noted = {name: each.problems + each.missing for name, each in visits(size).items()}
    assert {name: each for name, each in noted.items() if each} == {}


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_nothing_jumps_while_a_page_loads(visits, size):
    jumps = {name: round(each.jumps, 3) for name, each in visits(size).items()}
    assert {name: each for name, each in jumps.items() if each > MOST_JUMPING} == {}


def test_a_phone_does_not_scroll_sideways(visits):
    wide = {name: each.too_wide for name, each in visits(PHONE).items()}
    assert {name: each for name, each in wide.items() if each > 0} == {}


def test_every_page_is_light(visits):
    heavy = {}
    for name, each in visits(LAPTOP).items():
        files = [HTML.parent / path.lstrip("/") for path in each.asked]
        plain, packed = map(sum, zip(*map(weight, files), strict=True))
        if plain > MOST_BYTES or packed > MOST_PACKED:
            heavy[name] = (plain, packed)
    assert heavy == {}


def test_every_picture_says_what_it_shows(visits):
    silent = {name: each.silent for name, each in visits(LAPTOP).items()}
    assert {name: each for name, each in silent.items() if each} == {}


def test_every_page_says_what_it_is_about(visits):
    noted = visits(LAPTOP)
    short = {name for name, each in noted.items() if len(each.description) < 20}
    assert short == set()
    chapters = [each.description for name, each in noted.items() if name[0].isdigit()]
    assert len(set(chapters)) == len(chapters)


def test_the_footer_names_the_version_of_the_library(site, page):
    page.goto(f"{site}/{CHAPTER}")
    assert page.locator("footer .version").inner_text().startswith(f"Version {__version__} ")


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


@pytest.mark.parametrize("chapter", ["12-convolutional-networks", "17-variational-autoencoders"])
def test_no_equation_reaches_under_its_number_on_a_phone(browser, serve, chapter):
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{serve(HTML)}/{chapter}.html")
    rooms = page.evaluate(
        """() => [...document.querySelectorAll("div.math:has(.eqno)")].map((one) =>
        one.querySelector(".eqno").getBoundingClientRect().left
        - one.querySelector(".katex-display").getBoundingClientRect().right)"""
    )
    page.close()
    assert len(rooms) > 3
    assert min(rooms) >= 0
