"""Build the book into `_build/html`: executed, every warning an error, nothing from elsewhere."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
CACHE = BUILD / ".jupyter_cache"


def main() -> None:
    collect_vendored()
    forget_stale_outputs()
    command = [
        *(str(Path(sys.executable).parent / "jupyter-book"), "build", "book"),
        *("--config", "_config.yml", "--toc", str(ROOT / "_toc.yml"), "--path-output", "."),
        *("-n", "-W", "--keep-going", "-q"),
    ]
    print("Building the book", flush=True)
    log = BUILD / "book.log"
    with log.open("w") as file:
        build = subprocess.run(command, cwd=ROOT, stdout=file, stderr=file, check=False)
    if build.returncode:
        print(log.read_text())
        sys.exit("The book has warnings, listed above; each is an error.")
    drop_widget_states()
    broken = broken_formulas()
    if broken:
        sys.exit("Formulas that KaTeX cannot read:\n" + "\n".join(broken))


def collect_vendored() -> None:
    """Lay the style and the fonts of the formulas where the site will serve them from."""
    source, target = ROOT / "node_modules" / "katex" / "dist", BUILD / "vendor" / "katex"
    shutil.rmtree(target, ignore_errors=True)
    (target / "fonts").mkdir(parents=True)
    shutil.copy(source / "katex.min.css", target)
    for font in (source / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def forget_stale_outputs() -> None:
    """Throw the stored outputs away when the code that made them has changed.

    The cache compares a chapter's cells alone: it does not see `course_lib` change behind them.
    """
    digest = hashlib.sha256()
    for path in [*sorted((ROOT / "course_lib").rglob("*.py")), ROOT / "requirements.txt"]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    stamp = BUILD / "course_lib.sha256"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        shutil.rmtree(CACHE, ignore_errors=True)
        # Sphinx keeps pages of its own, with the old outputs in them.
        shutil.rmtree(HTML, ignore_errors=True)
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    stamp.write_text(digest.hexdigest())


def drop_widget_states() -> None:
    """Take the widgets' stored state out of the pages: they show their figures without it."""
    state = re.compile(
        r'<script type="application/vnd.jupyter.widget-state\+json">.*?</script>', re.DOTALL
    )
    for page in HTML.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if state.search(text):
            page.write_text(state.sub("", text), encoding="utf-8")


def broken_formulas() -> list[str]:
    """Return the formulas that were printed in red instead of set."""
    wrong = re.compile(r'class="katex-error" title="([^"]*)"')
    return [
        f"  {page.relative_to(HTML)}: {message}"
        for page in sorted(HTML.rglob("*.html"))
        for message in wrong.findall(page.read_text(encoding="utf-8"))
    ]


if __name__ == "__main__":
    main()
