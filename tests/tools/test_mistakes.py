"""The directive `mistakes` prints what the problem sets say, and notices when they change."""

from __future__ import annotations

import re

import pytest
from sphinx.testing.util import SphinxTestApp

from autograder import exercise

EXERCISES = """\
def right(**arguments):
    return 0

NAMED = {{"unseen": {{"all": right}}, "reference": right, "check": right}}
EXERCISES = {{
    "ps07.add": NAMED | {{"misconceptions": [(right, f"Add {{n}} & {word}.") for n in "1234"]}},
    "ps07.take": NAMED | {{"misconceptions": [(right, "The same.")] * 4}},
}}
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Return `build(text)`: the page's HTML and the warnings of a book with one problem set."""
    declared = tmp_path / "sets" / "ps07_sums" / "exercises.py"
    declared.parent.mkdir(parents=True)
    monkeypatch.setattr(exercise, "folder", lambda: tmp_path / "sets")
    source = tmp_path / "book"
    source.mkdir()
    (source / "conf.py").write_text("extensions = ['tools.mistakes']")
    page = source / "index.rst"

    def build(text=None, word="one"):
        declared.write_text(EXERCISES.format(word=word))
        if text is not None:
            page.write_text(f"Title\n=====\n\n{text}\n")
        app = SphinxTestApp("html", srcdir=source, freshenv=text is not None)
        app.build()
        html = (app.outdir / "index.html").read_text(encoding="utf-8")
        warnings = app.warning.getvalue()
        app.cleanup()
        return html, warnings

    return build


def items(html):
    return re.findall(r"<li><p>(.*?)</p>", html)


def test_one_exercise_is_one_ordered_list(book):
    html, warnings = book(".. mistakes:: ps07.add")
    assert warnings == ""
    assert html.count("<ol") == 1
    assert items(html) == [f"Add {n} &amp; one." for n in "1234"]
    assert ">add</span>" not in html


def test_several_exercises_are_told_apart_by_their_functions(book):
    html, _ = book(".. mistakes:: ps07.take\n   ps07.add")
    take, add = html.index(">take</span>"), html.index(">add</span>")
    assert take < html.index("The same.") < add < html.index("Add 1")


def test_a_sentence_for_several_wrong_answers_is_told_once(book):
    html, _ = book(".. mistakes:: ps07.take")
    assert items(html) == ["The same."]


def test_a_page_follows_its_exercises(book):
    book(".. mistakes:: ps07.add")
    html, _ = book(word="other")
    assert items(html) == [f"Add {n} &amp; other." for n in "1234"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ps07.ad", "there is no exercise 'ps07.ad'; ps07_sums has ps07.add, ps07.take."),
        ("ps70.add", "'ps70.add' is in no problem set; there are ps07_sums."),
        ("", "1 argument(s) required"),
    ],
)
def test_an_unknown_exercise_is_an_error_that_says_what_exists(book, name, told):
    _, warnings = book(f".. mistakes:: {name}")
    assert told in warnings
