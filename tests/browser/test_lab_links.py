"""Links into the lab, on the pages of the built site: there for who has a lab, else unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from autograder import problem_sets
from tools import chapter_notebooks, lab_links

pytestmark = pytest.mark.browser

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"


@pytest.fixture
def open_page(serve, new_page):
    """Open a page of the site, with or without a lab in it."""
    site = serve(HTML.parent)

    def opened(name: str, has_lab: bool):
        page = new_page()
        page.route(
            re.compile(r"/_static/lab\.js"),
            lambda route: route.fulfill(
                body=lab_links.script_for(has_lab), content_type="text/javascript"
            ),
        )
        page.goto(f"{site}/{HTML.name}/{name}")
        return page

    return opened


def test_a_chapter_and_its_problem_set_open_in_the_lab_if_there_is_one(open_page):
    for shown in (False, True):
        page = open_page("03-hidden-markov-models.html", shown)
        for path in ("chapters/03-hidden-markov-models.ipynb", "ps03_hmm/ps03_hmm.ipynb"):
            link = page.locator(f'a[href="{lab_links.address(path)}"]').first
            expect(link).to_be_visible(visible=shown)


def test_the_labs_page_lists_every_problem_set(open_page):
    page = open_page(f"{lab_links.PAGE}.html", True)
    for name in problem_sets.names():
        expect(
            page.locator(f'a[href="{lab_links.address(f"{name}/{name}.ipynb")}"]')
        ).to_be_visible()
    expect(page.locator(".no-lab")).to_be_hidden()
    expect(open_page(f"{lab_links.PAGE}.html", False).locator(".no-lab")).to_be_visible()


def test_every_chapter_has_its_link():
    for chapter in chapter_notebooks.chapters():
        text = (HTML / f"{chapter.stem}.html").read_text(encoding="utf-8")
        assert lab_links.address(f"chapters/{chapter.stem}.ipynb") in text, chapter.stem
