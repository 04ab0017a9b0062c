"""Turn what a student wrote into HTML in which nothing runs, loads or hides."""

from __future__ import annotations

import base64
import re
from html import escape

import bleach
from markupsafe import Markup
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

MAX_RICH = 20_000
SIGNATURES = {
    "image/png": b"\x89PNG\r\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
BLOCKS = ["blockquote", "br", "dd", "div", "dl", "dt", "hr", "li", "ol", "p", "pre", "ul"]
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
TABLES = ["caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"]
WORDS = ["a", "b", "code", "del", "em", "i", "img", "kbd", "s", "span", "strong", "sub", "sup"]
# Characters no screen shows, and those that make text read in another order than it runs.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
UNSHOWN_BLOCKS = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def plain(text: object) -> str:
    """Return text without control characters; the template escapes the rest."""
    text = strip_ansi(str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("\ufffd", text.encode("utf-8", "replace").decode())


def code(source: str) -> Markup:
    """Return Python code with its words marked by class, for the page's style to colour."""
    source = plain(source)
    if len(source) > MAX_RICH:
        return Markup(escape(source))
    return Markup(highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)))


def markdown(source: str, attachments: dict | None = None, last_heading: int = 2) -> Markup:
    """Return Markdown as HTML, its headings one level below `last_heading` at most."""
    source = plain(source)
    if len(source) > MAX_RICH:
        return Markup(f"<pre>{escape(source)}</pre>")
    renderer = Renderer(escape=False, attachments=attachments or {})
    return html(MarkdownWithMath(renderer=renderer).render(source), last_heading)


def html(source: str, last_heading: int = 2) -> Markup:
    """Return HTML with nothing in it but text, tables, pictures and links to web pages."""
    source = UNSHOWN_BLOCKS.sub("", plain(source))
    if len(source) > 10 * MAX_RICH:
        return Markup(f"<pre>{escape(source[:MAX_RICH])}</pre>")
    try:
        clean = bleach.clean(
            source,
            tags={*BLOCKS, *HEADINGS, *TABLES, *WORDS},
            attributes=_allowed,
            protocols=["http", "https", "mailto", "data"],
            strip=True,
        )
    except RecursionError:
        return Markup(f"<pre>{escape(source[:MAX_RICH])}</pre>")
    return Markup(_in_order(clean, last_heading))


def picture(kind: str, data: object) -> str | None:
    """Return the address of a picture that lies in the page itself, or None if it is none."""
    data = "".join(data) if isinstance(data, list) else data
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (AttributeError, ValueError):
        return None
    signature = SIGNATURES.get(kind)
    if signature is None or not content.startswith(signature):
        return None
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


class Renderer(IPythonRenderer):
    """Markdown as the notebook shows it, but with formulas as TeX and pictures from inside only."""

    def heading(self, text: str, level: int, **attributes) -> str:
        """Leave out the anchors that notebooks put into headings."""
        return f"<h{level}>{text}</h{level}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        """Show code as it is, in whatever language."""
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def inline_math(self, body: str) -> str:
        """Show a formula as its TeX source."""
        return f"<code>{escape(body)}</code>"

    def block_math(self, body: str) -> str:
        """Show a formula as its TeX source, on lines of its own."""
        return f"<pre><code>{escape(body.strip())}</code></pre>"

    def multiline_math(self, text: str) -> str:
        """Show a formula as its TeX source, without the dollar signs."""
        return self.block_math(text.strip().strip("$"))

    def latex_environment(self, name: str, body: str) -> str:
        """Show an environment as its TeX source."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show a picture that was pasted into the cell; name any other."""
        for kind, data in self.attachments.get(url.removeprefix("attachment:"), {}).items():
            source = picture(kind, data)
            if source:
                return f'<img src="{source}" alt="{escape(text) or "picture"}">'
        return f"[picture: {escape(text or url)}]"


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay."""
    if tag == "a":
        return name == "href" and value.startswith(("http://", "https://", "mailto:"))
    if tag == "img":
        kinds = tuple(f"data:{kind};base64," for kind in SIGNATURES)
        return name == "alt" or (name == "src" and value.startswith(kinds))
    if tag in ("td", "th"):
        return name in ("colspan", "rowspan") and value.isdecimal() and int(value[:3]) < 100
    return False


def _in_order(page: str, last: int) -> str:
    """Renumber headings so that none is more than one level below the one before it."""
    level = last

    def renumbered(tag: re.Match) -> str:
        nonlocal level
        if not tag["slash"]:
            level = min(int(tag["level"]) + last, level + 1, 6)
        return f"<{tag['slash']}h{level}>"

    return re.sub(r"<(?P<slash>/?)h(?P<level>[1-6])>", renumbered, page)
