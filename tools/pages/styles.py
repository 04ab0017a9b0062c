"""One small style sheet in place of a dozen large ones: a page waits for its style before it shows.

The theme brings a style for whatever anybody may want to write. What names a class that no page
and no script of ours ever mentions cannot show, and is left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container
from pathlib import Path
from string import digits

# What the theme itself links and imports, without telling Sphinx.
THEME = ["basic.css", "styles/pydata-sphinx-theme.css"]

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
EMPTY = re.compile(r"@(?:media|supports|container|layer)[^{};]*\{\s*\}")
WITHIN_PARENTHESES = re.compile(r"\([^()]*\)")
CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
PLACE = re.compile(r"url\((['\"]?)(?!data:|#)([^'\")]+)\1\)")


def bundle(app, error) -> None:
    """Write `_static/style.css`, which every page links."""
    if error or app.builder.name != "html":
        return
    static = app.outdir / "_static"
    files = [*THEME, *(Path(css.filename).relative_to("_static") for css in app.builder._css_files)]
    known = mentioned(app.outdir)
    sheets = [pruned(moved(static, Path(file)), known) for file in files]
    (static / "style.css").write_text("\n".join(sheets), encoding="utf-8")


def mentioned(site: Path) -> set[str]:
    """Return every class that a page has, and every word of every script."""
    found = set()
    for page in [*site.glob("*.html"), *site.glob("_modules/**/*.html")]:
        for classes in set(re.findall(r'class="([^"]+)"', page.read_text(encoding="utf-8"))):
            found.update(classes.split())
    for script in site.glob("_static/**/*.js"):
        found.update(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    return found


def moved(static: Path, file: Path) -> str:
    """Return a style sheet for the folder above, with the places it names seen from there."""

    def seen_from_above(place: re.Match) -> str:
        return f'url("{posixpath.normpath(file.parent / place[2])}")'

    return PLACE.sub(seen_from_above, (static / file).read_text(encoding="utf-8"))


def pruned(sheet: str, known: Container[str]) -> str:
    """Return a style sheet without the selectors that need a class nobody knows."""

    def keep(rule: re.Match) -> str:
        selectors, body = rule[1].strip(), rule[2]
        if not selectors.startswith("@"):
            selectors = ",".join(each for each in split(selectors) if may_match(each, known))
        return f"{selectors}{{{body}}}" if selectors else ""

    sheet, left = RULE.sub(keep, COMMENT.sub("", sheet)), 1
    while left:
        sheet, left = EMPTY.subn("", sheet)
    return sheet


def split(selectors: str) -> list[str]:
    """Return the parts of a list of selectors; a comma within parentheses does not part them."""
    return re.split(r",(?![^(]*\))", selectors)


def may_match(selector: str, known: Container[str]) -> bool:
    """Whether all classes are known that a selector cannot do without.

    Of a class with a number, such as ``state-3``, a script may name what stands before it alone.
    """
    before = None
    while before != selector:
        before, selector = selector, WITHIN_PARENTHESES.sub("", selector)
    return all(name in known or name.rstrip(digits) in known for name in CLASS.findall(selector))
