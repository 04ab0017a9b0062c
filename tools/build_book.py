"""Build the book into `_build/html`: executed, every warning an error, nothing from elsewhere.

python tools/build_book.py [student]

The student's edition, which folds away what problem sets ask for, goes into `_build/student`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import vendored

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
# jsonschema would load a grammar of addresses with this package, a second for nothing asked here.
JUPYTER_BOOK = """\
import sys
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
main(prog_name="jupyter-book")
"""
# Where Jupyter Book puts its own `_build` for each edition.
OUTPUTS = {"instructor": ROOT, "student": BUILD / "student"}


def main(edition: str) -> None:
    if edition not in OUTPUTS:
        sys.exit(f"There is no edition {edition!r}: make book EDITION=student, or leave it out.")
    vendored.collect()
    forget_what_is_stale()
    output = OUTPUTS[edition]
    share_stored_outputs(output / "_build")
    command = [
        *(sys.executable, "-c", JUPYTER_BOOK, "build", "book"),
        *("--config", "_config.yml", "--toc", str(ROOT / "_toc.yml"), "--path-output", str(output)),
        *("-n", "-W", "--keep-going", "-q"),
    ]
    print("Building the book" + (", student's edition" if edition == "student" else ""), flush=True)
    log = output / "_build" / "book.log"
    chosen = os.environ | {"EDITION": edition}
    with log.open("w") as file:
        build = subprocess.run(command, cwd=ROOT, stdout=file, stderr=file, env=chosen, check=False)
    if build.returncode:
        print(log.read_text())
        sys.exit("The book has warnings, listed above; each is an error.")
    site = output / "_build" / "html"
    drop_widget_states(site)
    broken = broken_formulas(site)
    if broken:
        sys.exit("Formulas that KaTeX cannot read:\n" + "\n".join(broken))


def forget_what_is_stale() -> None:
    """Throw away what Sphinx and its cache take for up to date: they follow the texts alone.

    A chapter's stored outputs depend on `course_lib` too, a page on our tools as they read it, and
    on styles, scripts and templates as they write it.
    """
    web = files_in("course_lib/viz/web")
    library = [path for path in files_in("course_lib", "requirements.txt") if path not in web]
    outputs = has_changed("course_lib", library)
    tools = has_changed("tools", files_in("tools"))
    looks = has_changed("looks", [*files_in("book/style", "book/templates"), *web])
    if outputs:
        shutil.rmtree(CACHE, ignore_errors=True)
    for output in OUTPUTS.values():
        if outputs or tools:
            # Sphinx keeps pages of its own, with the old outputs in them.
            shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
        if outputs or tools or looks:
            shutil.rmtree(output / "_build" / "html", ignore_errors=True)


def files_in(*places: str) -> list[Path]:
    """Return all files at these places that somebody wrote."""
    found = []
    for place in map(ROOT.joinpath, places):
        inside = [place] if place.is_file() else place.rglob("*")
        found += [path for path in inside if path.is_file()]
    made = {"__pycache__", "node_modules"}
    return sorted(path for path in found if not made.intersection(path.parts))


def has_changed(name: str, files: list[Path]) -> bool:
    """Whether files are not as they were when this was asked last."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    stamp = BUILD / f"{name}.sha256"
    changed = not stamp.exists() or stamp.read_text() != digest.hexdigest()
    BUILD.mkdir(exist_ok=True)
    stamp.write_text(digest.hexdigest())
    return changed


def share_stored_outputs(build: Path) -> None:
    """Let another edition take what the chapters' cells gave: it is the same in all."""
    build.mkdir(parents=True, exist_ok=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    shared = build / CACHE.name
    if not shared.exists():
        shared.symlink_to(CACHE)


def drop_widget_states(site: Path) -> None:
    """Take the widgets' stored state out of the pages: they show their figures without it."""
    state = re.compile(
        r'<script type="application/vnd.jupyter.widget-state\+json">.*?</script>', re.DOTALL
    )
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if state.search(text):
            page.write_text(state.sub("", text), encoding="utf-8")


def broken_formulas(site: Path) -> list[str]:
    """Return the formulas that were printed in red instead of set."""
    wrong = re.compile(r'class="katex-error" title="([^"]*)"')
    return [
        f"  {page.relative_to(site)}: {message}"
        for page in sorted(site.rglob("*.html"))
        for message in wrong.findall(page.read_text(encoding="utf-8"))
    ]


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "instructor")
