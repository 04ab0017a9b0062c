"""Readers of all kinds: with keys alone, on paper, without scripts, searching, and lost."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
CHAPTERS = sorted(path.name for path in HTML.glob("[0-9][0-9]-*.html"))
CHAPTER = "03-hidden-markov-models.html"
# A menu is left out: its list would keep the keys to itself.
CONTROLS = "button:enabled, input:enabled, [tabindex='0']"


@pytest.fixture(scope="module")
def site(serve) -> str:
    if not (HTML / "index.html").exists():
        pytest.fail("There is no built site. First: make book", pytrace=False)
    return serve(HTML)


def test_every_explorable_moves_by_keys_alone_in_a_folder_of_another_site(serve, page):
    folder, still = f"{serve(HTML.parent)}/{HTML.name}", []
    for name in CHAPTERS:
        page.goto(f"{folder}/{name}")
        for figure in page.locator("figure.explorable").all():
            expect(figure.locator(".explorable-fallback")).to_be_hidden()
            if not moves_by_keys(page, figure):
                still.append((name, figure.get_attribute("aria-label")))
    assert still == []


def moves_by_keys(page, figure) -> bool:
    """Whether the figure shows something else after keys were pressed on its first controls."""
    before = figure.inner_text()
    for control in figure.locator(CONTROLS).locator("visible=true").all()[:8]:
        control.focus()
        for key in ("ArrowLeft", "ArrowRight", "ArrowDown", "Enter"):
            page.keyboard.press(key)
            if figure.inner_text() != before:
                return True
    return False


def test_without_scripts_every_chapter_has_its_figures_and_results(site, new_page):
    page = new_page(java_script_enabled=False)
    for name in CHAPTERS:
        page.goto(f"{site}/{name}")
        for fallback in page.locator(".explorable-fallback").all():
            assert fallback.is_visible(), name
            assert len(fallback.inner_text()) > 20, name
        pictures = page.locator("article svg[role=img], article img")
        heights = pictures.evaluate_all("all => all.map((it) => it.getBoundingClientRect().height)")
        assert heights, name
        assert min(heights) > 10, name


def test_on_a_phone_the_contents_give_way_to_the_chosen_section(site, new_page):
    page = new_page(width=390, height=844, has_touch=True)
    page.goto(f"{site}/{CHAPTER}")
    page.locator("button.secondary-toggle").click()
    contents = page.locator("dialog[open]")
    link = contents.locator("a[href^='#']").nth(4)
    section = page.locator(link.get_attribute("href"))
    link.click()
    expect(contents).to_have_count(0)
    expect(section).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280, 1500])
def test_without_its_sidebar_a_page_is_whole(site, new_page, width):
    page = new_page(width=width, height=800)
    page.goto(f"{site}/{CHAPTER}")
    toggle = page.locator("button.primary-toggle").locator("visible=true").first
    toggle.click()
    page.wait_for_timeout(500)
    assert page.locator("article h1").bounding_box()["x"] >= 0
    assert toggle.bounding_box()["x"] >= 0


def test_the_focus_can_be_seen_on_what_is_folded(site, page):
    page.goto(f"{site}/{CHAPTER}")
    folded = page.locator("details.sd-dropdown > summary").first
    folded.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    shown = folded.evaluate(
        "it => [getComputedStyle(it).outlineWidth, getComputedStyle(it).outlineOffset]"
    )
    assert shown == ["3px", "-3px"]


def test_where_a_link_leads_to_stays_in_place_without_the_browsers_help(site, new_page):
    page = new_page(width=390, height=844)
    page.add_init_script(
        "CSS.supports = () => false; document.addEventListener('DOMContentLoaded',"
        " () => (document.documentElement.style.overflowAnchor = 'none'))"
    )
    page.goto(f"{site}/12-convolutional-networks.html#check-yourself")
    for fallback in page.locator(".explorable-fallback").all():
        expect(fallback).to_be_hidden()
    assert 0 <= page.locator("#check-yourself").bounding_box()["y"] < 200


def test_on_paper_a_chapter_is_text_and_pictures(site, new_page):
    page = new_page(width=794, height=1123, color_scheme="dark")
    page.goto(f"{site}/{CHAPTER}")
    figure = page.locator("figure.explorable").first
    expect(figure.locator("svg").first).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for gone in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-footer", ".headerlink"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator("article h1").is_visible()
    assert figure.locator("svg").first.is_visible()
    assert figure.locator("button").locator("visible=true").count() == 0
    answer = page.locator("details.sd-dropdown:not([open]) .sd-card-body").first
    assert answer.bounding_box()["height"] > 10
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_whoever_asked_for_less_motion_gets_none(site, new_page):
    page = new_page(reduced_motion="reduce")
    page.goto(f"{site}/{CHAPTER}")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].map((it) => getComputedStyle(it)).filter("
        "(it) => parseFloat(it.transitionDuration) > 0 || it.animationName !== 'none').length"
    )
    assert moving == 0


@pytest.mark.parametrize(
    ("words", "page_found"),
    [
        ("viterbi", "03-hidden-markov-models.html"),
        ("GRU", "14-lstm-and-gru.html"),
        ("Bayes' rule", "01-markov-chains.html"),
        ("backward recursion", "04-learning-an-hmm.html"),
        ("vanishing gradient", "13-recurrent-networks.html"),
        ("forget gate", "14-lstm-and-gru.html"),
        ("gradcheck", "api-neurons.html"),
        ("softmax", "06-feed-forward-networks.html"),
        ("chain rule", "07-backpropagation.html"),
    ],
)
def test_a_search_finds_the_right_page_first(site, page, words, page_found):
    page.goto(f"{site}/search.html?q={quote_plus(words)}")
    page.locator("#search-results .search-summary", has_text="found").wait_for()
    links = page.locator("#search-results ul.search > li > a").all()
    found = [link.get_attribute("href").partition("#")[0] for link in links[:3]]
    assert page_found in found


@pytest.mark.parametrize("lost", ["nowhere.html", "deep/er/nowhere.html"])
def test_a_lost_reader_finds_back_from_any_depth(serve, browser, tmp_path, lost):
    site = tmp_path / "host" / "a" / "site"
    (site / "_static").mkdir(parents=True)
    for name in ("search.html", "glossary.html", "_static/lost.js"):
        shutil.copy(HTML / name, site / name)
    # What a host shows in place of whatever is not there.
    shutil.copy(HTML / "404.html", tmp_path / "host")
    address = f"{serve(tmp_path / 'host')}/a/site"
    page = browser.new_page()
    assert page.goto(f"{address}/{lost}").status == 404
    page.get_by_role("link", name="The glossary").click()
    assert page.url == f"{address}/glossary.html"
    page.close()
