"""A Sphinx extension for two editions of the book from one source.

The instructor's edition shows everything. The student's shows a note in place of code that a
problem set asks for, in the chapters and behind the links from the reference to the source.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx.directives.code import LiteralInclude, LiteralIncludeReader
from sphinx.errors import ConfigError, ExtensionError
from sphinx.pycode import ModuleAnalyzer
from sphinx_design.shared import create_component

from tools.folding import GRADED, ROOT, closed, folded, folds, leaks, problem_set

# What sphinx_design's own directive makes of a dropdown that is closed.
FOLDED = {
    **{"type": "dropdown", "opened": False, "has_title": True, "icon": None, "chevron": None},
    **{"container_classes": ["yours"], "title_classes": [], "body_classes": []},
}


class Listing(LiteralInclude):
    """A piece of a file, or a folded note where it holds code that is closed."""

    def run(self) -> list[nodes.Node]:
        """Return the listing or the note."""
        _, name = self.env.relfn2path(self.arguments[0])
        path = Path(name).resolve()
        sets = self.config.closed
        hidden = folds(path, sets)
        if not hidden:
            return super().run()
        self.env.note_dependency(str(path))
        self.env.note_dependency(str(GRADED))
        # Only so does the reader count the lines that it skips.
        reader = LiteralIncludeReader(name, {**self.options, "lineno-match": None}, self.config)
        text, count = reader.read()
        here = range(reader.lineno_start, reader.lineno_start + count)
        touched = [fold for fold in hidden if set(fold.lines) & set(here)]
        if not touched:
            return super().run()
        left = "".join(folded(text.splitlines(keepends=True), touched, here.start)).rstrip()
        return [note(touched, sets, left)]


def note(touched, sets, left: str) -> nodes.Node:
    """Return the note that stands for closed code, with what is left of the code."""
    asked = list(dict.fromkeys(str(fold) for fold in touched))
    days = [sets[problem_set(fold.exercise)] for fold in touched]
    until = f" until {max(days):%-d %B %Y}" if all(days) else ""
    box = create_component("dropdown", **FOLDED)
    box += nodes.rubric("", f"Yours to write: {'; '.join(asked)}")
    box += nodes.paragraph("", f"You are asked for this code yourself. It is folded away{until}.")
    box += nodes.literal_block(left, left, language="python")
    return box


def source_of(app, module: str):
    """Answer `sphinx.ext.viewcode`: a module's source with closed code folded, and its names."""
    path = ROOT.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if app.config.edition == "instructor" or not path.exists():
        return None
    # Answered for open code, too: else Sphinx would keep a page from before the code opened.
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    source = "".join(folded(lines, folds(path, app.config.closed)))
    analyzer = ModuleAnalyzer.for_string(source, module)
    return source, analyzer.find_tags()


def decide(app, config) -> None:
    """Note whose code is closed; when that changes, Sphinx reads all pages again."""
    try:
        config.closed = closed(config.edition, config.opens, date.today())
    except ValueError as error:
        raise ConfigError(str(error)) from None


def prove(app, error) -> None:
    """Look whether anything is shown that is closed."""
    shown = leaks(Path(app.outdir), app.config.closed) if error is None else []
    if shown:
        raise ExtensionError("Code that is closed is shown in\n" + "\n".join(shown))


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("edition", os.environ.get("EDITION") or "instructor", "env")
    app.add_config_value("opens", {}, "")
    app.add_config_value("closed", {}, "env")
    app.add_directive("literalinclude", Listing, override=True)
    app.connect("config-inited", decide)
    app.connect("build-finished", prove)
    # After the extensions: sphinx.ext.viewcode announces the event that it asks.
    app.connect("builder-inited", lambda app: app.connect("viewcode-find-source", source_of))
    return {"parallel_read_safe": True}
