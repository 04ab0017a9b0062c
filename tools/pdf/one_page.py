"""All pages of the built site as one long page, in which every link between them leads."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
STYLE = Path(__file__).with_name("print.css")
ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
STYLESHEET = re.compile(r'<link\b[^>]*rel="stylesheet"[^>]*>')
TITLE = re.compile(r"<h1>(.*?)<a class=\"headerlink\"", re.DOTALL)
# Whatever names an element of the same page, and whatever an element is named by.
NAME = re.compile(r'(?<=[\s"])(id|for|aria-labelledby|aria-describedby|aria-controls)="([^"]*)"')
LINK = re.compile(r'(?<=[\s"])((?:xlink:)?href)="([^":#]*?)(?:#([^"]*))?"')
PAINT = re.compile(r"url\(#([^)]+)\)")
LAST_STEP = 10**6  # A figure stops at its last one.


class Page:
    """A page of the site: its name, its title, and its text with names that are its own."""

    def __init__(self, site: Path, name: str, names: set[str]):
        self.name = name
        self.names = names
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        self.styles = STYLESHEET.findall(html)
        article = ARTICLE.search(html)[1]
        self.title = re.sub(r"<[^>]*>", "", TITLE.search(article)[1])
        self.body = self._own_names(article)

    def _own_names(self, text: str) -> str:
        """Put the page's name before every name in it, which another page may have as well."""

        def name(found: re.Match) -> str:
            names = " ".join(f"{self.name}--{each}" for each in found[2].split())
            return f'{found[1]}="{names}"'

        def link(found: re.Match) -> str:
            attribute, file, place = found.groups()
            page = file.removesuffix(".html") or self.name
            if page not in self.names:
                return ""  # On paper there is no index, and no source code.
            return f'{attribute}="#{page}--{place}"' if place else f'{attribute}="#{page}"'

        text = NAME.sub(name, text)
        text = LINK.sub(link, text)
        text = PAINT.sub(rf"url(#{self.name}--\1)", text)
        # On paper a figure stands where it ends.
        return re.sub(r'"step":\d+\}</script>', f'"step":{LAST_STEP}}}</script>', text)


def contents() -> list[tuple[str, list[str]]]:
    """Return the parts of the book, each with the names of its pages."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [("", [toc["root"]])]
    for part in toc["parts"]:
        names = []
        for chapter in part["chapters"]:
            names += [chapter["file"], *(each["file"] for each in chapter.get("sections", []))]
        parts.append((part["caption"], names))
    return parts


def one_page(site: Path, version: str) -> str:
    """Return the book as one page of HTML.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    version : str
        Which is told on the title page.

    Notes
    -----
    The table of contents has a place for each page number: they are known once it is printed.
    """
    parts = contents()
    known = {name for _, names in parts for name in names}
    parts = [(part, [Page(site, name, known) for name in names]) for part, names in parts]
    first = parts[0][1][0]
    table, bodies = [], []
    for part, pages in parts:
        table.append(f'<p class="part">{escape(part)}</p>' if part else "")
        for page in pages:
            table.append(
                f'<a class="entry" href="#{page.name}"><span>{page.title}</span>'
                f'<span class="number" data-of="{page.name}"></span></a>'
            )
            head = f'<p class="part">{escape(part)}</p>' if part and page is pages[0] else ""
            bodies.append(
                f'<article class="bd-article" id="{page.name}">{head}{page.body}</article>'
            )
    return PAPER.format(
        styles="\n".join(first.styles),
        style=STYLE.read_text(encoding="utf-8"),
        title=first.title,
        version=escape(version),
        table="\n".join(table),
        bodies="\n".join(bodies),
    )


PAPER = """<!doctype html>
<html lang="en" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{styles}
<style>{style}</style>
<script type="module" src="_static/start.js"></script>
</head>
<body>
<header class="cover">
<img src="_static/logo.svg" alt="">
<p class="name">{title}</p>
<p>A companion to machine-learning lectures</p>
<p class="version">Version {version}</p>
</header>
<nav class="whole" aria-label="Contents">
<p class="name">Contents</p>
{table}
</nav>
<div class="bd-main"><div class="bd-content"><div class="bd-article-container">
{bodies}
</div></div></div>
</body>
</html>
"""
