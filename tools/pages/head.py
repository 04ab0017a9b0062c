"""What stands in a page's head: its description, its card for sharing, the fonts it needs first."""

from __future__ import annotations

import textwrap
from pathlib import Path

from docutils import nodes

from . import card
from .findable import address

LONGEST_DESCRIPTION = 160
ICON_FONT = "_static/icons.woff"
# A formula changes its size when its font arrives. So a page asks at once for those it will need,
# which the classes of its formulas tell.
FORMULA_FONTS = {
    'class="katex': "Main-Regular",
    "mathnormal": "Math-Italic",
    "mathbf": "Main-Bold",
    "boldsymbol": "Math-BoldItalic",
    "mathcal": "Caligraphic-Regular",
    "delimsizing size1": "Size1-Regular",
    "delimsizing size2": "Size2-Regular",
}


def complete(app, pagename, templatename, context, doctree) -> None:
    """Give the templates what they put into the head of a page."""
    context["description"] = first_words(doctree) or context.get("description", "")
    text = context.get("body", "")
    needed = [font for sign, font in FORMULA_FONTS.items() if sign in text]
    context["fonts"] = [ICON_FONT, *(f"_static/katex/fonts/KaTeX_{font}.woff2" for font in needed)]
    if doctree and context.get("pageurl"):
        file = Path("_static", "cards", f"{pagename.replace('/', '-')}.png")
        card.draw(app.outdir / file, context["docstitle"], context["pagetitle"])
        context["card"] = address(app, file.as_posix())


def first_words(doctree) -> str:
    """Return how a page begins, or nothing where it does not begin with words."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else []:
        if isinstance(paragraph.parent, nodes.section) and not paragraph.next_node(nodes.math):
            return textwrap.shorten(paragraph.astext(), LONGEST_DESCRIPTION, placeholder=" …")
    return ""
