"""A Sphinx directive that says where a lecture's slides are treated, as `book/slides.toml` tells.

The body is the lecture's short name, such as ``UCLA``.
"""

from __future__ import annotations

import tomllib
from operator import itemgetter
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parent.parent
SLIDES = ROOT / "book" / "slides.toml"
HEAD = ("On the slides", "In this book")


class Slides(SphinxDirective):
    """A table: the topics of a lecture in the order of its slides, and the sections on them."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        for source in (SLIDES, ROOT / "_toc.yml"):
            self.env.note_dependency(source)
        told = tomllib.loads(SLIDES.read_text(encoding="utf-8"))
        lectures = {lecture["name"]: lecture["slides"] for lecture in told["lecture"]}
        name = self.arguments[0]
        if name not in lectures:
            raise self.error(f"slides: there is no lecture {name!r}; there are {[*lectures]}.")
        ideas = {idea["idea"]: idea for idea in told["idea"]}
        rows = [
            ([nodes.paragraph("", topic)], self.places([ideas[each] for each in carried]))
            for topic, *carried in lectures[name]
        ]
        return [table(rows)]

    def places(self, ideas: list[dict]) -> list[nodes.Node]:
        """Return a line for each section that treats one of the ideas, each section once."""
        found = dict.fromkeys((idea["chapter"], self.section(idea)) for idea in ideas)
        return [
            nodes.paragraph("", f"{chapter}. ", link(section))
            if section
            else nodes.paragraph("", f"{chapter}. Not yet written")
            for chapter, section in sorted(found, key=itemgetter(0))
        ]

    def section(self, idea: dict) -> str:
        """Return the label of an idea's section, or "" while its chapter is not in the book."""
        begin = f"{idea['chapter']:02}-"
        written = any(name.startswith(begin) for name in self.env.found_docs)
        return idea["section"] if written else ""


def link(label: str) -> nodes.Node:
    """Return a reference to a section, in the words of its heading."""
    text = nodes.inline("", label, classes=["xref", "std", "std-ref"])
    about = {"reftype": "ref", "refdomain": "std", "reftarget": label, "refexplicit": False}
    return pending_xref("", text, refwarn=True, **about)


def table(rows: list[tuple[list[nodes.Node], list[nodes.Node]]]) -> nodes.table:
    """Return a table of two columns under `HEAD`."""
    head = tuple([nodes.paragraph("", title)] for title in HEAD)
    columns = (nodes.colspec(colwidth=1) for _ in HEAD)
    group = nodes.tgroup("", *columns, nodes.thead("", row(head)), cols=len(HEAD))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", group)


def row(cells) -> nodes.row:
    """Return a row of a table."""
    return nodes.row("", *(nodes.entry("", *cell) for cell in cells))


def setup(app):
    """Register with Sphinx."""
    app.add_directive("slides", Slides)
    return {"parallel_read_safe": True}
