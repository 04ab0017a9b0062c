"""Small faults of the programs that make our pages, mended for readers who listen to them."""

from __future__ import annotations

import re

# A name that says less than what stands there is worse than none.
HIDDEN_CODE = ' aria-label="Toggle hidden content"'
# A heading that is a formula alone has no words to be called by.
FORMULA_ALONE = re.compile(r'(?<=<span class="sd-summary-text">)(?=<span class="math)')
# A list of references whose entries do not say that they are entries of a list.
LIST_OF_REFERENCES = ' role="list" class="citation-list"'
IN_WORDS = '<span class="visually-hidden">Formula </span>'


def mend(app, pagename, templatename, context, doctree) -> None:
    """Mend what a page's text says to a screen reader."""
    text = context.get("body", "").replace(HIDDEN_CODE, "")
    text = text.replace(LIST_OF_REFERENCES, ' class="citation-list"')
    context["body"] = FORMULA_ALONE.sub(IN_WORDS, text)
