"""What the student's edition folds away: the code in `course_lib` that problem sets ask for.

`book/editions.toml` names that code. A problem set's code opens on its day, if it has one.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRADED = ROOT / "book" / "editions.toml"
EDITIONS = ("instructor", "student")
SHORTEST_LEAK = 60  # letters


@dataclass(frozen=True)
class Fold:
    """The body of a function that an exercise asks for.

    Parameters
    ----------
    exercise : str
        Such as ``"ps03.viterbi"``.
    lines : range
        Its lines in the file, counted from one; the signature and the docstring stay.
    """

    exercise: str
    lines: range

    def __str__(self) -> str:
        number, _, name = self.exercise.partition(".")
        return f"problem set {int(number.removeprefix('ps'))}, {name}"


def problem_set(exercise: str) -> str:
    """Return the problem set of an exercise, such as ``"ps03"``."""
    return exercise.partition(".")[0]


def graded() -> dict[str, list[str]]:
    """Return the names below `course_lib` that each exercise asks for."""
    return tomllib.loads(GRADED.read_text(encoding="utf-8"))


def closed(edition: str, opens: Mapping[str, date], today: date) -> dict[str, date | None]:
    """Return the problem sets whose code is folded away, each with the day on which it opens."""
    if edition not in EDITIONS:
        raise ValueError(f"There is no edition {edition!r}; there are {', '.join(EDITIONS)}.")
    sets = sorted({problem_set(exercise) for exercise in graded()})
    for name, day in opens.items():
        if name not in sets or type(day) is not date:
            raise ValueError(
                f"opens must give a day for problem sets, such as ps03: 2026-12-01, got "
                f"{name}: {day}; there are {', '.join(sets)}."
            )
    if edition == "instructor":
        return {}
    return {name: opens.get(name) for name in sets if name not in opens or opens[name] > today}


def folds(path: Path, sets) -> list[Fold]:
    """Return what is folded in a file of `course_lib` while the code of these sets is closed."""
    library = ROOT / "course_lib"
    if not path.is_relative_to(library):
        return []
    module = ".".join(path.relative_to(library).with_suffix("").parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        Fold(exercise, lines)
        for exercise, names in graded().items()
        if problem_set(exercise) in sets
        for name in names
        if name.startswith(f"{module}.")
        for lines in bodies(tree, name.removeprefix(f"{module}."))
    ]


def bodies(tree: ast.Module, name: str) -> list[range]:
    """Return the lines of a function's body, or of the bodies of all functions of a class."""
    node: ast.AST = tree
    for part in name.split("."):
        parts = {getattr(child, "name", None): child for child in node.body}
        if part not in parts:
            raise ValueError(f"{GRADED.name} names {name!r}, and there is no such function.")
        node = parts[part]
    functions = [child for child in ast.walk(node) if isinstance(child, ast.FunctionDef)]
    return [lines for function in functions if (lines := body(function))]


def body(function: ast.FunctionDef) -> range:
    """Return the lines of a function's body, without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    start = first.end_lineno + 1 if documented else first.lineno
    return range(start, function.end_lineno + 1)


def folded(lines: list[str], folds: list[Fold], first: int = 1) -> list[str]:
    """Return lines of a file, from line `first` on, with three dots for each folded body."""
    left = []
    begun = set()
    for number, line in enumerate(lines, first):
        fold = next((fold for fold in folds if number in fold.lines), None)
        if fold is None:
            left.append(line)
        elif fold.lines not in begun:
            begun.add(fold.lines)
            indent = line[: len(line) - len(line.lstrip())]
            left.append(f"{indent}...  # yours to write: {fold}\n")
    return left


def leaks(site: Path, sets) -> list[str]:
    """Return where a built site shows code that is closed, a line each.

    Bodies of a few words are left out: they may stand anywhere.
    """
    bodies = {}
    for path in sorted((ROOT / "course_lib").rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for fold in folds(path, sets):
            code = squeezed("".join(lines[fold.lines.start - 1 : fold.lines.stop - 1]))
            if len(code) > SHORTEST_LEAK:
                bodies[code] = fold
    return [
        f"  {page.relative_to(site)}: {fold}"
        for page in sorted([*site.rglob("*.html"), *site.rglob("*.ipynb")])
        for text in [squeezed(text_of(page))]
        for code, fold in bodies.items()
        if code in text
    ]


def text_of(page: Path) -> str:
    """Return what a reader of a page or of a notebook sees."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        return "".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return unescape(re.sub(r"<[^>]*>", "", text))


def squeezed(text: str) -> str:
    """Return a text without spaces."""
    return "".join(text.split())
