"""A chapter as a notebook to download: it needs no Sphinx to be read, and no kernel but ours."""

from __future__ import annotations

import re

import nbformat
import pytest
from sphinx.errors import ConfigError

from tools import chapter_notebooks, launch
from tools.plain_markdown import BOOK, plain

CHAPTERS = chapter_notebooks.chapters()
VITERBI = BOOK / "03-hidden-markov-models.md"
ONLY_SPHINX = re.compile(r"\{[a-z:]+\}`|^:::|^```\{|^\([\w-]+\)=$|\$\$ \([\w-]+\)$", re.MULTILINE)
HOME = "https://github.com/someone/course"


def text_of(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_a_notebook_speaks_plain_markdown(chapter):
    notebook = chapter_notebooks.notebook(chapter)
    nbformat.validate(notebook)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not [found[0] for text in texts for found in ONLY_SPHINX.finditer(text)]
    assert "myst_nb" not in text_of(notebook)
    for text in texts:
        assert text.count("```") % 2 == 0
        assert text.count("<details>") == text.count("</details>")


def test_every_picture_is_shown_where_the_book_shows_it():
    notebook = chapter_notebooks.notebook(VITERBI)
    sources = [cell.source for cell in notebook.cells]
    shown = [i for i, source in enumerate(sources) if source.startswith('glued_pictures["')]
    assert len(shown) == VITERBI.read_text(encoding="utf-8").count("{glue:figure}")
    for number, place in enumerate(shown, 1):
        assert sources[place + 1].startswith(f"**Figure {number}.** ")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a {term}`chain`", "a chain"),
        ("{term}`Bayes' rule <Bayes rule>`", "Bayes' rule"),
        ("see {ref}`Chapter 1 <markov-chains>`", "see Chapter 1"),
        ("{doc}`errata`", "Errata of the sources"),
        ("{cite:t}`manning1999`", "Manning and Schütze (1999)"),
        ("{cite:p}`manning1999`", "(Manning and Schütze, 1999)"),
        ("by {eq}`eq-bayes`", "by (1) of 1. Markov chains"),
        ("(here)=\n## Here", "## Here"),
        ("::::{grid} 2\n:gutter: 2\n\nIn it.\n::::", "\nIn it."),
        (":::{dropdown} `a` < b\n:class-container: right\nYes.\n:::", None),
    ],
)
def test_what_only_sphinx_knows_is_put_in_words(written, read):
    if read is None:
        read = "<details><summary><code>a</code> &lt; b</summary>\n\nYes.\n\n</details>"
    assert plain(written, VITERBI, ()).strip() == read.strip()


def test_equations_are_numbered_and_named_by_their_numbers():
    text = plain("$$\nx\n$$ (eq-bayes)\n\nIn {eq}`eq-bayes`.", BOOK / "01-markov-chains.md", ())
    assert text == "$$\nx\n\\tag{1}\n$$\n\nIn (1)."


def test_a_notebook_folds_what_is_closed():
    line = "back[i, s] = np.argmax(candidates)"
    assert line in text_of(chapter_notebooks.notebook(VITERBI))
    student = text_of(chapter_notebooks.notebook(VITERBI, {"ps03": None}))
    assert line not in student
    assert "...  # yours to write: problem set 3, viterbi" in student
    assert line in text_of(chapter_notebooks.notebook(VITERBI, {"ps04": None}))


def test_a_notebook_brings_the_library_if_it_knows_from_where():
    first, second, *_ = chapter_notebooks.notebook(VITERBI, (), HOME).cells
    assert "the first cell installs it" in first.source
    assert f'%pip install --quiet "hidden-states[viz] @ git+{HOME}"' in second.source
    alone = text_of(chapter_notebooks.notebook(VITERBI))
    assert "%pip" not in alone


def test_without_an_address_there_is_only_the_download():
    assert launch.links("01-markov-chains", "") == [
        ("Download as notebook", "01-markov-chains.ipynb")
    ]


def test_colab_and_binder_open_what_is_published():
    _, colab, binder = launch.links("01-x", f"{HOME}.git")
    assert colab[1].endswith("/github/someone/course/blob/gh-pages/01-x.ipynb")
    assert binder[1].endswith("/gh/someone/course/gh-pages?urlpath=lab/tree/01-x.ipynb")


def test_an_address_that_neither_finds_is_refused():
    with pytest.raises(ConfigError, match="like https://github.com/someone/course, got"):
        launch.links("01-x", "https://example.org/course")
