"""The whole book on one page, for paper: nothing is named twice, and every link leads."""

from __future__ import annotations

import re

import pytest

from tools.pdf import one_page

HEAD = '<link rel="stylesheet" type="text/css" href="_static/site.css?v=1" />'
ONE = """\
<section id="one"><h1>One<a class="headerlink" href="#one">#</a></h1>
<p id="eq-1" aria-labelledby="one eq-1">See <a href="two.html#here">two</a>,
<a href="two.html">all of it</a>, <a href="#eq-1">this</a>, <a href="genindex.html">index</a>,
<a href="_modules/lib.html#f">source</a> and <a href="https://example.org/#top">the world</a>.</p>
<svg><path id="c"/><use xlink:href="#c" clip-path="url(#c)"/></svg>
<figure class="explorable"><script type="application/json">{"frames":{},"step":0}</script></figure>
</section>"""
TWO = '<section id="here"><h1>Two &amp; more<a class="headerlink" href="#here">#</a></h1></section>'


@pytest.fixture
def paper(tmp_path, monkeypatch):
    monkeypatch.setattr(one_page, "contents", lambda: [("", ["one"]), ("Part & parcel", ["two"])])
    for name, body in (("one", ONE), ("two", TWO)):
        html = f'<html><head>{HEAD}</head><article class="bd-article">{body}</article></html>'
        (tmp_path / f"{name}.html").write_text(html)
    return one_page.one_page(tmp_path, "1.2.3")


def test_no_name_comes_twice_and_every_link_leads(paper):
    names = re.findall(r'\sid="([^"]*)"', paper)
    assert len(names) == len(set(names))
    links = re.findall(r'href="#([^"]*)"', paper)
    assert {"two--here", "two", "one--eq-1", "one--c"} <= set(links) <= set(names)
    assert "url(#one--c)" in paper
    assert 'aria-labelledby="one--one one--eq-1"' in paper


def test_what_is_not_on_paper_is_no_link(paper):
    assert "<a >index</a>" in paper
    assert "<a >source</a>" in paper
    assert 'href="https://example.org/#top"' in paper


def test_contents_tell_parts_and_titles_and_have_room_for_numbers(paper):
    table = re.search(r'<nav class="whole".*?</nav>', paper, re.DOTALL)[0]
    assert "Part &amp; parcel" in table
    assert '<span>Two &amp; more</span><span class="number" data-of="two"></span>' in table
    assert "Version 1.2.3" in paper


def test_figures_stand_at_their_end(paper):
    assert f'"step":{one_page.LAST_STEP}}}</script>' in paper


def test_the_style_of_the_site_is_the_style_of_the_paper(paper):
    assert paper.count('href="_static/site.css?v=1"') == 1


def test_all_pages_of_the_book_are_in_it():
    parts = one_page.contents()
    names = [name for _, pages in parts for name in pages]
    assert names[0] == "intro"
    assert len(names) == len(set(names))
    assert {"19-a-zoo-of-networks", "api-counting", "glossary"} <= set(names)
