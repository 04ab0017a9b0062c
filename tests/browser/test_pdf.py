"""The book on paper, of a few of its pages: printed by Chromium, and read again."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from tools.build_book import OUTPUTS
from tools.folding import squeezed
from tools.pdf import __main__ as pdf
from tools.pdf import one_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = [("", ["intro"]), ("Counting", ["01-markov-chains", "02-n-grams"]), ("More", ["glossary"])]
A4 = (595, 842)  # points


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The PDF of four pages of the built site."""
    folder = tmp_path_factory.mktemp("pdf")
    site = OUTPUTS["instructor"] / "_build" / "html"
    (folder / "_build").mkdir()
    (folder / "_build" / "html").symlink_to(site)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_page, "contents", lambda: PAGES)
        patch.setattr(pdf, "OUTPUTS", {"instructor": folder})
        pdf.main("instructor")
    return PdfReader(folder / "_build" / "hidden-states.pdf")


@pytest.fixture(scope="module")
def texts(printed):
    return [page.extract_text() for page in printed.pages]


def test_contents_lead_to_where_the_chapters_begin(printed, texts):
    titles = ["Hidden States", "1. Markov chains", "2. n-gram language models", "Glossary"]
    names = [name for _, pages in PAGES for name in pages]
    told = texts[1].split()[-len(names) :]
    for name, title, number in zip(names, titles, told, strict=True):
        place = printed.named_destinations[f"/{name}"]
        page = printed.get_destination_page_number(place)
        assert number == str(page + 1)
        assert number in (texts[page].split()[0], texts[page].split()[-1]), "at the page's edge"
        assert squeezed(title) in squeezed(texts[page])


def test_bookmarks_are_the_headings(printed):
    titles = [mark.title for mark in printed.outline if not isinstance(mark, list)]
    assert titles == ["Hidden States", "1. Markov chains", "2. n-gram language models", "Glossary"]
    sections = [mark.title for mark in printed.outline[3] if not isinstance(mark, list)]
    assert "A story about how the data came about" in sections


def test_a_page_is_a4_and_none_is_empty(printed, texts):
    assert len(texts) > 40
    for page, text in zip(printed.pages, texts, strict=True):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
        assert len(text) > 40 or page.images or "/Font" in page["/Resources"]


def test_figures_stand_still_and_answers_lie_open(texts):
    text = squeezed("".join(texts))
    assert "undefined" not in text
    assert squeezed("A walk along the arrows") in text
    assert squeezed("It was told to. Within its assumption the 61 % are right.") in text
    assert "✓" in text
    for button in ("Download as notebook", "Start over"):
        assert squeezed(button) not in text


def test_formulas_are_letters_of_their_own_fonts(printed):
    fonts = {
        font.get_object().get("/BaseFont", "")
        for page in printed.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert any("KaTeX_Math" in name for name in fonts)
