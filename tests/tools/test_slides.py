"""The directive `slides` leads from a lecture's topics to the sections that treat them."""

from __future__ import annotations

import re

import pytest
from sphinx.testing.util import SphinxTestApp

from tools import slides

TOLD = """\
[[idea]]
chapter = 1
idea = "counting"
section = "sec-01-counting"

[[idea]]
chapter = 1
idea = "dividing"
section = "sec-01-counting"

[[idea]]
chapter = 12
idea = "seeing"
section = "sec-12-seeing"

[[lecture]]
name = "A-B"
slides = [["Later & earlier", "seeing", "dividing", "counting"], ["Counting", "counting"]]
"""


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Return `build(lecture)`: the HTML of a page that shows it, and the warnings."""
    told = tmp_path / "slides.toml"
    told.write_text(TOLD)
    monkeypatch.setattr(slides, "SLIDES", told)
    source = tmp_path / "book"
    source.mkdir()
    (source / "conf.py").write_text("extensions = ['tools.slides']\nnitpicky = True")
    chapter = "One\n===\n\n.. _sec-01-counting:\n\nHow to count\n------------\n\nSo.\n"
    (source / "01-one.rst").write_text(chapter)

    def build(lecture):
        text = f"Title\n=====\n\n.. toctree::\n\n   01-one\n\n.. slides:: {lecture}\n"
        (source / "index.rst").write_text(text)
        app = SphinxTestApp("html", srcdir=source, freshenv=True)
        app.build()
        html = (app.outdir / "index.html").read_text(encoding="utf-8")
        warnings = app.warning.getvalue()
        app.cleanup()
        return html, warnings

    return build


def test_topics_lead_to_sections_in_the_words_of_their_headings(page):
    html, warnings = page("A-B")
    assert warnings == ""
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    assert len(rows) == 3
    assert "Later &amp; earlier" in rows[1]
    for row in rows[1:]:
        assert re.findall(r'href="01-one.html#sec-01-counting">.*?How to count', row)
        assert row.count("How to count") == 1


def test_what_is_not_written_is_said_plainly_and_leads_nowhere(page):
    html, _ = page("A-B")
    assert html.count("12. Not yet written") == 1
    assert "sec-12" not in html


def test_an_unknown_lecture_is_an_error_that_says_what_exists(page):
    _, warnings = page("C")
    assert "there is no lecture 'C'; there are ['A-B']" in warnings
