"""What a page has besides its text, and what a site has besides its pages."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sphinx.testing.util import SphinxTestApp

from course_lib import __version__
from tools.pages import styles

BOOK = Path(__file__).resolve().parents[2] / "book"
ADDRESS = "https://example.org/a/course"
CONF = f"""\
project = html_title = "A book"
root_doc = "start"
extensions = ["tools.pages"]
html_theme = "sphinx_book_theme"
templates_path = [{str(BOOK / "templates")!r}]
html_static_path = [{str(BOOK / "style")!r}]
html_context = {{"default_mode": "light", "description": "Of the whole book."}}
html_theme_options = {{"footer_content_items": ["version.html"]}}
html_baseurl = "%s"
mathjax_options = {{"defer": "defer"}}
"""
FIRST = """\
First & foremost
================

.. note:: Not this.

A page that *says* what it < is about & why.

Not this either.

.. toctree::

   second
"""
SECOND = f"""\
Second
======

Where the formula is, :math:`x^2`, there are no plain words. And :math:`y` here.

The rule
--------

.. math:: x^2
   :label: eq-square

{"It goes on and on " * 20}.
"""


def build(folder: Path, address: str, names: str = 'eq-square = ["Square rule"]') -> Path:
    folder.mkdir()
    (folder / "names.toml").write_text(names)
    (folder / "conf.py").write_text(CONF % address)
    (folder / "start.rst").write_text(FIRST)
    (folder / "second.rst").write_text(SECOND)
    app = SphinxTestApp("html", srcdir=folder)
    app.build()
    warnings = app.warning.getvalue()
    app.cleanup()
    assert warnings == ""
    return Path(app.outdir)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A site whose owner has told its address."""
    return build(tmp_path_factory.mktemp("site") / "published", f"{ADDRESS}/")


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """A site that does not know where it will be."""
    return build(tmp_path_factory.mktemp("site") / "private", "")


def metadata(page: Path) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page.read_text())
    return dict(found)


def test_a_page_is_described_by_its_first_words(private):
    described = metadata(private / "start.html")["description"]
    assert described == "A page that says what it &lt; is about &amp; why."


def test_a_long_beginning_is_cut_between_words(private):
    described = metadata(private / "second.html")["description"]
    assert described.startswith("It goes on and on It goes")
    assert re.search(r"(goes|on|and|It) …$", described)
    assert len(described) <= 160


def test_a_page_without_words_is_described_by_the_book(private):
    assert metadata(private / "genindex.html")["description"] == "Of the whole book."


def test_a_site_begins_with_its_first_page(private):
    assert (private / "index.html").read_text() == (private / "start.html").read_text()


def test_the_footer_names_the_version_of_the_library(private):
    assert f"Version {__version__} of the book" in (private / "start.html").read_text()


def test_no_script_stands_in_a_page_and_none_holds_its_text_up(private):
    for name in ("start.html", "second.html", "search.html", "genindex.html"):
        scripts = re.findall(
            r"<script([^>]*)>(.*?)</script>", (private / name).read_text(), re.DOTALL
        )
        assert [inline for _, inline in scripts if inline] == []
        waiting = [each for each, _ in scripts if "defer" not in each]
        assert len(waiting) == 1
        assert "mode.js" in waiting[0]


def test_without_an_address_nothing_is_said_about_it(private):
    assert not any(
        name.startswith(("og:", "twitter:")) for name in metadata(private / "start.html")
    )
    assert 'rel="canonical"' not in (private / "start.html").read_text()
    assert not (private / "sitemap.xml").exists()
    assert not (private / "robots.txt").exists()
    assert not (private / "_static" / "cards").exists()


def test_an_address_makes_canonical_links_and_cards(published):
    page = (published / "second.html").read_text()
    assert f'<link rel="canonical" href="{ADDRESS}/second.html" />' in page
    told = metadata(published / "second.html")
    assert told["og:title"] == "Second"
    assert told["og:url"] == f"{ADDRESS}/second.html"
    assert told["og:description"] == told["description"]
    drawn = published / told["og:image"].removeprefix(f"{ADDRESS}/")
    width, height = struct.unpack(">II", drawn.read_bytes()[16:24])
    assert (
        (width, height)
        == (1200, 630)
        == tuple(int(told[f"og:image:{a}"]) for a in ("width", "height"))
    )


def test_an_address_makes_a_map_of_all_pages(published):
    tree = ElementTree.parse(published / "sitemap.xml")
    found = {each.text for each in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert found == {f"{ADDRESS}/start.html", f"{ADDRESS}/second.html"}
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (published / "robots.txt").read_text()


def test_the_page_for_lost_readers_leads_back_by_the_address(published):
    page = (published / "404.html").read_text()
    places = re.findall(r'(?:href|action)="([^"]+html)"', page)
    assert len(places) > 3
    assert all(place.startswith(f"{ADDRESS}/") for place in places)
    assert "<script" not in page


def test_no_line_begins_with_the_mark_behind_a_formula(private):
    page = (private / "second.html").read_text()
    held = re.findall(
        r'<span class="held"><span class="math[^>]*>.*?</span>([^<]*)</span>(.)', page
    )
    assert held == [(",", " ")]


def test_a_named_equation_is_found_by_its_name(private):
    index = (private / "genindex.html").read_text()
    assert re.search(r'href="second.html#the-rule">(<strong>)?Square rule', index)
    found = (private / "searchindex.js").read_text()
    assert '"squarerule":[[0,"the-rule",true]]' in found.replace(" ", "")


def test_a_page_that_is_not_written_again_is_still_found_by_its_names(tmp_path):
    folder = tmp_path / "site"
    site = build(folder, "")
    (folder / "start.rst").write_text(FIRST.replace("Not this either", "Changed"))
    app = SphinxTestApp("html", srcdir=folder, freshenv=False)
    app.build()
    app.cleanup()
    assert "Changed" in (site / "start.html").read_text()
    assert '"square rule"' in (site / "searchindex.js").read_text()


def test_a_name_for_an_equation_that_is_not_there_is_a_warning(tmp_path):
    with pytest.raises(AssertionError, match="names 'eq-gone', and no equation has this label"):
        build(tmp_path / "book", "", names='eq-gone = ["Lost"]')


def test_a_style_stays_if_a_script_makes_its_class_from_a_number():
    sheet = ".state-3 { color: red } .state-x { color: blue } .gone-3 { color: green }"
    assert styles.pruned(sheet, {"state-"}).strip() == ".state-3{ color: red }"
