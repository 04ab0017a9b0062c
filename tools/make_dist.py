"""Make one folder, and a zip of it, that holds all there is to publish.

python tools/make_dist.py [student]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import yaml

import course_lib
from tools.build_book import BUILD, OUTPUTS, ROOT
from tools.folding import closed, leaks

NAME = "hidden-states"
PDF = f"{NAME}.pdf"
DIST = BUILD / "dist"
# A zip can tell no earlier time; with one time for all the same site is the same bytes.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
LEFT_OUT = shutil.ignore_patterns(".buildinfo", ".jupyterlite.doit.db", "_sources")
README = """\
Hidden States {version}, {edition}'s edition

This folder is a whole website. Copy its files to any place that serves files: a university's
web space, GitHub Pages, an object store, a learning platform, a USB stick with a small server.
It works at the root of a host and below any path, asks no other server for anything
and needs nothing installed. Open index.html through the web server, not as a file.

{parts}
VERSION tells what it was built from. The page publish.html tells more: GitHub Pages, hosts with
a Content-Security-Policy, Colab and Binder.
"""
BINDER = """\
# What Binder installs for the notebooks in this folder.
hidden-states[viz] @ git+{repository}
jupyterlab
"""


def main(edition: str) -> None:
    built = OUTPUTS[edition] / "_build"
    if not (built / "html" / "index.html").exists():
        sys.exit(f"There is no built site of the {edition}'s edition yet. First: make book")
    folder = DIST / NAME
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.copytree(built / "html", folder, ignore=LEFT_OUT)
    if is_of(built / PDF, built / "html" / "index.html"):
        shutil.copy(built / PDF, folder)
        link_pdf(folder)
    else:
        print("There is no PDF of this site, so none is added. To have one: make pdf dist")
    book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings = book["sphinx"]["config"]
    # The lab came after the build had looked at its own pages.
    shown = leaks(folder, closed(edition, settings["opens"], date.today()))
    if shown:
        shutil.rmtree(DIST)
        sys.exit("Code that is closed would be shown in\n" + "\n".join(shown))
    complete(folder, edition, settings["repository"])
    pack(folder, DIST / f"{NAME}.zip")
    print(f"{folder}\n{DIST / NAME}.zip")


def is_of(pdf: Path, page: Path) -> bool:
    """Whether the PDF was printed after the site was built."""
    return pdf.exists() and pdf.stat().st_mtime >= page.stat().st_mtime


def link_pdf(folder: Path) -> None:
    """Name the PDF on the first page, where the book cannot know that it was printed."""
    link = f'<p class="launch d-print-none"><a href="{PDF}">The whole book as a PDF</a></p>'
    for name in ("index.html", "intro.html"):
        page = folder / name
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("</h1>", f"</h1>\n{link}", 1), encoding="utf-8")


def complete(folder: Path, edition: str, repository: str) -> None:
    """Add what hosts and people want besides the pages."""
    version = f"{course_lib.__version__} {commit()}".strip()
    parts = {
        "lite/": "the lab, in which notebooks run in the reader's browser",
        PDF: "the whole book on paper",
    }
    told = "".join(f"{part:20}{what}\n" for part, what in parts.items() if (folder / part).exists())
    readme = README.format(version=version, edition=edition, parts=told)
    (folder / "README.txt").write_text(readme, encoding="utf-8")
    (folder / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    # GitHub Pages would leave out every folder whose name begins with a line.
    (folder / ".nojekyll").touch()
    if repository:
        (folder / "binder").mkdir()
        needed = BINDER.format(repository=repository)
        (folder / "binder" / "requirements.txt").write_text(needed, encoding="utf-8")


def commit() -> str:
    """Return the commit that is checked out, if that can be told."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()


def pack(folder: Path, target: Path) -> None:
    """Zip a folder; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder.parent).as_posix()
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "instructor")
