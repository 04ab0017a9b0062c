"""A chapter's MyST text as Markdown that every notebook program reads.

What only Sphinx knows is put in words: the text of a link in place of the link, the name and year
of a source, an equation's number, the code of a listing.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from pybtex.database import parse_file

from tools.folding import ROOT, folded, folds

BOOK = ROOT / "book"
ROLE = re.compile(r"\{([a-z]+(?::[a-z]+)?)\}`([^`]+)`")
EXPLICIT = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
LABEL = re.compile(r"^\(([\w-]+)\)=\n", re.MULTILINE)
HEADING = re.compile(r"^\(([\w-]+)\)=\n(?:\([\w-]+\)=\n)*#+ (.+)$", re.MULTILINE)
EQUATION = re.compile(r"^\$\$ \(([\w-]+)\)$", re.MULTILINE)
FIGURE_LABEL = re.compile(r"^```\{glue:figure\} .*\n:name: (.+)$", re.MULTILINE)
OPEN = re.compile(r"^(:{3,}|`{3,})\{([\w:-]+)\} *(.*)$")
OPTION = re.compile(r"^:([\w-]+):(.*)$")


def plain(text: str, chapter: Path, sets) -> str:
    """Return the text of a chapter's cell; `sets` are the problem sets whose code is closed."""
    text = directives(text.splitlines(), chapter, sets)
    text = LABEL.sub("", text)
    numbers = equations(chapter)
    text = EQUATION.sub(lambda found: rf"\tag{{{numbers[found[1]]}}}" + "\n$$", text)
    text = ROLE.sub(lambda found: role(found[1], found[2], chapter), text)
    return re.sub(r"\n{3,}", "\n\n", text)


def directives(lines: list[str], chapter: Path, sets) -> str:
    """Return the lines with each directive, between its fences, as Markdown or HTML."""
    done, closing = [], []
    lines = list(lines)
    while lines:
        line = lines.pop(0)
        opened = OPEN.match(line)
        if opened:
            fence, name, title = opened.groups()
            options = {}
            while lines and (option := OPTION.match(lines[0])):
                options[option[1]] = option[2].strip().strip('"')
                lines.pop(0)
            begin, end = STANDS_FOR.get(name, heading)(title, options, chapter, sets)
            done.append(begin)
            closing.append((fence, end))
        elif closing and line == closing[-1][0]:
            done.append(closing.pop()[1])
        else:
            done.append(line)
    return "\n".join(done)


def heading(title, *_) -> tuple[str, str]:
    """A box of text: its title in bold."""
    return (f"**{title}**\n" if title else ""), ""


def exercise(title, *_) -> tuple[str, str]:
    """An exercise: its title in bold."""
    return f"**Exercise: {title}**\n", ""


def dropdown(title, *_) -> tuple[str, str]:
    """An answer that opens on a click."""
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(title, quote=False))
    return f"<details><summary>{shown}</summary>\n", "\n</details>\n"


def mistakes(names, *_) -> tuple[str, str]:
    """The list of usual mistakes, as the problem sets tell them."""
    from tools.mistakes import exercises_file, misconceptions

    told = []
    for name in names.split():
        sentences = misconceptions(name, exercises_file(name))
        if len(names.split()) > 1:
            told.append(f"\n`{name.partition('.')[2]}`\n")
        told += [f"{i}. {sentence}" for i, sentence in enumerate(sentences, 1)]
    return "\n".join(told), ""


def listing(name, options, chapter, sets) -> tuple[str, str]:
    """A piece of the library's code; what is closed is folded."""
    path = (chapter.parent / name).resolve()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)

    def line_of(text: str, start: int = 0) -> int:
        return next(i for i, line in enumerate(lines) if i >= start and text in line)

    start = line_of(options.get("start-after") or options["start-at"])
    end = line_of(options.get("end-before") or options["end-at"], start + 1)
    first = start + ("start-after" in options)
    code = folded(lines[first : end + ("end-at" in options)], folds(path, sets), first + 1)
    dedent = int(options.get("dedent") or 0)
    return "```python\n" + "".join(line[dedent:] or "\n" for line in code).rstrip() + "\n```", ""


STANDS_FOR = {
    "dropdown": dropdown,
    "exercise": exercise,
    "grid": lambda *_: ("", ""),
    "literalinclude": listing,
    "mistakes": mistakes,
}


def role(kind: str, body: str, chapter: Path) -> str:
    """Return a role's text, such as the words that a link shows."""
    explicit = EXPLICIT.fullmatch(body)
    text, target = explicit.groups() if explicit else (None, body)
    if kind == "eq":
        return equation(target, chapter)
    if kind.startswith("cite"):
        return "; ".join(source(key, kind) for key in target.split(","))
    if kind == "glue:text":
        return f"`{target}`"
    if kind == "numref":
        return f"figure {figures(chapter)[target]}"
    return text or titles().get(target, target)


def equation(label: str, chapter: Path) -> str:
    """Return an equation's number, and where it stands if that is elsewhere."""
    if label in equations(chapter):
        return f"({equations(chapter)[label]})"
    for other in sorted(BOOK.glob("*.md")):
        if label in equations(other):
            return f"({equations(other)[label]}) of {titles()[other.stem]}"
    raise ValueError(f"{chapter.name} refers to the equation {label!r}, which is nowhere.")


@cache
def equations(chapter: Path) -> dict[str, int]:
    """Return the numbers of a chapter's equations by their labels."""
    labels = EQUATION.findall(chapter.read_text(encoding="utf-8"))
    return {label: number for number, label in enumerate(labels, 1)}


@cache
def figures(chapter: Path) -> dict[str, int]:
    """Return the numbers of a chapter's pictures by their labels."""
    labels = FIGURE_LABEL.findall(chapter.read_text(encoding="utf-8"))
    return {label: number for number, label in enumerate(labels, 1)}


@cache
def titles() -> dict[str, str]:
    """Return the headings of the book by their labels, and those of its pages by their names."""
    found = {}
    for page in BOOK.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        found |= dict(HEADING.findall(text))
        exercises = re.findall(r"\{exercise\} (.+)\n:label: ([\w-]+)", text)
        found |= {label: title for title, label in exercises}
        found[page.stem] = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
    return found


def source(key: str, kind: str) -> str:
    """Return a source as it is cited: its authors and its year."""
    entry = sources()[key.strip()]
    people = entry.persons.get("author") or entry.persons["editor"]
    names = [
        " ".join(map(str, person.rich_prelast_names + person.rich_last_names)) for person in people
    ]
    who = names[0] if len(names) == 1 else f"{names[0]} and {names[1]}"
    who = f"{names[0]} and others" if len(names) > 2 else who
    year = entry.fields["year"]
    return f"{who} ({year})" if kind == "cite:t" else f"({who}, {year})"


@cache
def sources():
    """Return the entries of the bibliography by their keys."""
    return parse_file(str(BOOK / "references.bib")).entries
