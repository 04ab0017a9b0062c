"""The stored frames of figures in files of their own: a page's text does not wait for them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

FOLDER = "_static/frames"
# What is smaller travels sooner with the page than by a request of its own.
WORTH_A_FILE = 4096
FIGURE = re.compile(
    r'(<figure class="explorable"[^>]*)(>.*?<script type="application/json">)(.*?)(</script>)',
    re.DOTALL,
)


def set_apart(app, pagename, templatename, context, doctree) -> None:
    """Move the frames of a page's figures into files beside it, which ``start.js`` fetches."""
    site, number = Path(app.outdir), 0

    def moved(figure: re.Match) -> str:
        nonlocal number
        number += 1
        opening, between, stored, end = figure.groups()
        data = json.loads(stored)
        frames = json.dumps(data.pop("frames"), separators=(",", ":")).encode()
        if len(frames) < WORTH_A_FILE:
            return figure[0]
        file = f"{FOLDER}/{pagename}-{number}.json"
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_bytes(frames)
        # Whoever has an older file in the browser's cache must not meet it on a newer page.
        address = f"{file}?v={hashlib.sha256(frames).hexdigest()[:8]}"
        rest = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
        return f'{opening} data-frames="{address}"{between}{rest}{end}'

    if "/" not in pagename:
        context["body"] = FIGURE.sub(moved, context.get("body", ""))
