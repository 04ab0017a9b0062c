"""Write the page that shows pairs of submissions side by side."""

from __future__ import annotations

from markupsafe import Markup, escape

from autograder import pages
from autograder.similar.pairs import COMMON, Found


def render(problem_set: str, found: Found) -> str:
    """Return the page, with the passages alike marked in both works of each pair."""
    shown = [
        (pair, _marked(pair.one.code, pair.places[0]), _marked(pair.other.code, pair.places[1]))
        for pair in found.pairs
    ]
    return pages.template(__package__, "similar.html.j2").render(
        problem_set=problem_set, found=found, shown=shown, common=COMMON
    )


def _marked(code: str, places) -> Markup:
    """Return code with the passages between the places marked."""
    text, end = Markup(""), 0
    for start, stop in sorted(zip(*places.astype(int).tolist(), strict=True)):
        start = max(start, end)
        text += escape(code[end:start]) + Markup("<mark>{}</mark>").format(code[start:stop])
        end = max(stop, end)
    return text + escape(code[end:])
