"""Keep a formula and the mark behind it together: a browser may break a line between them."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

MARKS = re.compile(r"[.,;:!?)\]’”–-]+")


class Together(SphinxPostTransform):
    """Put formula and mark into one piece, which the style sheet holds together."""

    default_priority = 600
    formats = ("html",)

    def run(self, **options):
        """Change the page."""
        for formula in list(self.document.findall(nodes.math)):
            text = formula.next_node(descend=False, siblings=True)
            mark = MARKS.match(text) if isinstance(text, nodes.Text) else None
            if mark:
                parent = text.parent
                parent.replace(text, nodes.Text(text[mark.end() :]))
                held = nodes.inline(classes=["held"])
                parent.replace(formula, held)
                held += [formula, nodes.Text(mark[0])]
