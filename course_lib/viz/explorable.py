"""An explorable: a widget where a kernel lives, the same drawing of stored frames where none does.

The drawing is one ES module in ``web/``; it computes nothing. In a notebook the module is handed
the widget's model and asks Python for frames it lacks. On a page ``web/start.js`` hands it the
frames that were stored in the page.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from course_lib import checks

WEB = Path(__file__).parent / "web"


def bundle(module: str) -> str:
    """Return a drawing module as one text: a widget has no folder to import its neighbours from.

    Parameters
    ----------
    module : str
        The name of a file in ``web/``, without its ``.js``. Its imports, and theirs, are replaced
        by what they name, each file once.
    """
    return _joined(module, {module})


def _joined(module: str, seen: set[str]) -> str:
    def inline(found: re.Match) -> str:
        neighbour = found[1]
        if neighbour in seen:
            return ""
        seen.add(neighbour)
        return re.sub(r"^export ", "", _joined(neighbour, seen), flags=re.MULTILINE)

    text = (WEB / f"{module}.js").read_text(encoding="utf-8")
    return re.sub(r'^import .* from "\./(\w+)\.js";\n', inline, text, flags=re.MULTILINE)


def compact(array) -> list | float | None:
    """Return an array as nested lists of numbers with six digits; minus infinity is ``None``."""
    if isinstance(array, (np.ndarray, list, tuple)):
        return [compact(part) for part in array]
    if array == -np.inf:
        return None
    short = float(f"{array:.6g}")
    return int(short) if short.is_integer() else short


def whole(low: int = 0, high: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers for :meth:`Explorable.parts`."""
    return lambda text: checks.whole("a part of the key", int(text), low, high)


def entry(items: Sequence) -> Callable[[str], object]:
    """Return a reader for :meth:`Explorable.parts` that takes the number of one of the items."""
    read = whole(high=len(items) - 1)
    return lambda text: items[read(text)]


def real(text: str) -> float:
    """Read a finite number, for :meth:`Explorable.parts`."""
    return checks.number("a part of the key", float(text))


class Explorable(anywidget.AnyWidget):
    """What every explorable is: settings, frames by key, and the key of the frame that is shown.

    A subclass names its drawing `module`, sets ``_esm = bundle(module)``, shows in `keys_like` a
    key, and says how a frame is computed (:meth:`frame`) and told in words (:meth:`fallback`,
    :meth:`summary`).

    Attributes
    ----------
    settings : dict
        What does not change: titles, names, tables.
    frames : dict of str to dict
        Everything a drawing shows, one frame for each key; all that a page without a kernel has.
    choice : str
        The key of the frame that is shown.
    step : int
        How far the reader has gone in it.
    wanted : str
        Set by the drawing to a key that has no frame yet; Python answers by adding the frame.
    live : bool
        Whether there is a Python to ask; a page without a kernel does not have this.
    """

    module = ""
    keys_like = ""
    _css = WEB / "explorable.css"

    settings = traitlets.Dict().tag(sync=True)
    frames = traitlets.Dict().tag(sync=True)
    choice = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    wanted = traitlets.Unicode().tag(sync=True)
    live = traitlets.Bool(True, read_only=True).tag(sync=True)

    def frame(self, key: str) -> dict:
        """Compute the frame of a key; raise ValueError for a key that means nothing."""
        raise NotImplementedError

    def parts(self, key: str, *readers: Callable[[str], object]) -> list:
        """Return what the parts of a key mean, which colons separate: each has its own reader.

        A reader takes a text, and raises a ValueError or a LookupError where it means nothing.
        """
        try:
            return [read(part) for read, part in zip(readers, key.split(":"), strict=True)]
        except (ValueError, LookupError):
            raise self.misread(key) from None

    def misread(self, key: str) -> ValueError:
        """Return the error for a key that means nothing."""
        return ValueError(f"key must look like {self.keys_like}, got {key!r}")

    def fallback(self) -> str:
        """Return the result as HTML for readers without JavaScript."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return the result as one line of text."""
        raise NotImplementedError

    def sizes(self) -> dict[str, int]:
        """Return the counts that the drawing's height depends on, for the style sheet."""
        return {}

    @traitlets.observe("wanted")
    def _answer(self, change) -> None:
        if change["new"]:
            self.show(change["new"])

    def show(self, key: str) -> None:
        """Show the frame of a key, computed first if it is not stored yet."""
        if key not in self.frames:
            self.frames = {**self.frames, key: self.frame(key)}
        self.choice = key

    def to_html(self) -> str:
        """Return the figure as a piece of a page: readable as it is, and drawn by ``start.js``."""
        names = ("settings", "frames", "choice", "step")
        stored = json.dumps({name: getattr(self, name) for name in names}, separators=(",", ":"))
        # "<" could end the script element from inside a string.
        stored = stored.replace("<", "\\u003c")
        sizes = ";".join(f"--{name}:{count}" for name, count in self.sizes().items())
        title = html.escape(self.settings.get("title", ""))
        return (
            f'<figure class="explorable" data-module="{self.module}" style="{sizes}"'
            f' aria-label="{title}">'
            f'<div class="explorable-fallback">{self.fallback()}</div>'
            f'<script type="application/json">{stored}</script></figure>'
        )

    def _repr_mimebundle_(self, **options):
        shown = super()._repr_mimebundle_(**options)
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        return {**data, "text/plain": self.summary(), "text/html": self.to_html()}, metadata
