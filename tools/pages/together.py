"""Keep a formula and the mark behind it together: a browser may break a line between them."""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

MARKS = tuple(".,;:!?)]’”-–")
WORD_JOINER = "\u2060"


class Together(SphinxPostTransform):
    """Put a character that forbids a break, and cannot be seen, between formula and mark."""

    default_priority = 600
    formats = ("html",)

    def run(self, **options):
        """Change the page."""
        for formula in self.document.findall(nodes.math):
            text = formula.next_node(descend=False, siblings=True)
            if isinstance(text, nodes.Text) and text.startswith(MARKS):
                text.parent.replace(text, nodes.Text(WORD_JOINER + text))
