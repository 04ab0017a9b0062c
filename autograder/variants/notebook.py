"""Make a variant's notebook from the problem set's own."""

from __future__ import annotations

import copy
import re

from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.variants.drawing import FILE, Variant
from autograder.variants.order import reorder


def varied(source: NotebookNode, variant: Variant, name: str) -> NotebookNode:
    """Return the instructor's notebook of a variant; `name` is the problem set's, for messages.

    All texts are exchanged at once, the longest first, and as whole words: what stands there
    afterwards is never exchanged again. Where a text has a space, its line may end.
    """
    notebook = copy.deepcopy(source)
    news = {_in_a_line(old): new for old, new in variant.texts.items()}
    missing = dict.fromkeys(news)

    def exchange(found: re.Match) -> str:
        missing.pop(_in_a_line(found[0]), None)
        return news[_in_a_line(found[0])]

    if news:
        longest_first = sorted(variant.texts, key=len, reverse=True)
        pattern = re.compile("|".join(map(_whole, longest_first)))
        for cell in notebook.cells:
            cell.source = pattern.sub(exchange, cell.source)
    if missing:
        raise CourseError(
            f"{name}: {FILE} changes {next(iter(missing))!r}, which does not stand in the notebook."
        )
    for exercise, order in variant.orders.items():
        reorder(notebook.cells, exercise, order)
    return notebook


def _whole(text: str) -> str:
    """Return a pattern of a text that is not part of a longer word or number."""
    before = r"(?<!\w)" if re.match(r"\w", text) else ""
    after = r"(?!\w)" if re.search(r"\w$", text) else ""
    return before + r"(?: |\n *)".join(map(re.escape, text.split(" "))) + after


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
