"""A number in a chapter's text is also in its code, where a run asserts or makes it."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
NUMBER = re.compile(r"(?<![\w.])\d+\.\d{2,}(?![\w.]*\d)")


def told_and_run(chapter: Path) -> tuple[set[str], str]:
    """Return the decimal numbers of a chapter's text, and all of its code."""
    cells = jupytext.read(chapter, fmt="md:myst").cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return set(NUMBER.findall(text)), code


@pytest.mark.parametrize("chapter", sorted(BOOK.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_numbers_of_the_text_are_run(chapter):
    told, code = told_and_run(chapter)
    assert len(told) > 5
    unproved = sorted(number for number in told if number not in code)
    assert unproved == [], "assert these in a cell tagged remove-cell, or glue them in"
