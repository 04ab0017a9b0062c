"""Let the search and the index find what has a name: equations, and the ideas of the lectures.

`book/names.toml` tells what equations are called, `book/slides.toml` where the ideas are treated.
Entries lead to sections: Sphinx's search fails at a place that has no text of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


class Names(SphinxTransform):
    """Add index entries to a page, before Sphinx collects them."""

    default_priority = 840

    def apply(self, **options):
        """Change the page."""
        entries = [*equations(self.app, self.document), *ideas(self.app, self.document)]
        if entries:
            told = [("single", name, target, "main", None) for name, target in entries]
            self.document.insert(0, addnodes.index(entries=told))


def equations(app, document) -> Iterator[tuple[str, str]]:
    """Yield the names of a page's equations, and the section each stands in."""
    names = told_in(app, "names.toml")
    for formula in document.findall(nodes.math_block):
        for name in names.get(formula.get("label"), []):
            yield name, section_of(formula)["ids"][0]


def ideas(app, document) -> Iterator[tuple[str, str]]:
    """Yield the ideas that a page treats, and the section on each."""
    labels = {
        label: part["ids"][0] for part in document.findall(nodes.section) for label in part["ids"]
    }
    for idea in told_in(app, "slides.toml").get("idea", []):
        if idea["section"] in labels:
            yield idea["idea"], labels[idea["section"]]


def section_of(node: nodes.Node) -> nodes.section:
    """Return the innermost section around a node."""
    while not isinstance(node, nodes.section):
        node = node.parent
    return node


def told_in(app, file: str) -> dict:
    """Return what a file of the book tells, and have the page follow it."""
    path = Path(app.srcdir) / file
    if not path.exists():
        return {}
    app.env.note_dependency(path)
    return tomllib.loads(path.read_text(encoding="utf-8"))


def refuse_unknown(app, env) -> None:
    """Warn of names for equations that are not in the book."""
    path = Path(app.srcdir) / "names.toml"
    names = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for label in names.keys() - env.get_domain("math").equations.keys():
        LOGGER.warning("names.toml names %r, and no equation has this label.", label)
