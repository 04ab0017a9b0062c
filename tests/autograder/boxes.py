"""What the tests of the sandbox share: running code in a box, and being an ordinary user."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

import autograder
from autograder.sandbox import Limits, Report, run_notebook

REPOSITORY = Path(autograder.__file__).parents[1]
NOBODY = 65534


def run(
    *cells: str, folder: Path | None = None, road=run_notebook, **limits: int
) -> tuple[Report, list[str]]:
    """Run cells in a box; return the report and what each cell printed or showed as text."""
    notebook = notebook_of(*cells)
    report = road(notebook, folder, Limits(**limits))
    return report, [text_of(cell.outputs) for cell in notebook.cells]


def notebook_of(*cells: str) -> NotebookNode:
    """Return a notebook with these cells of code."""
    return new_notebook(cells=[new_code_cell(cell) for cell in cells])


def text_of(outputs: list) -> str:
    """Return what a cell printed, what it showed, and the name of its error."""
    shown = [output.get("data", {}).get("text/plain", "") for output in outputs]
    told = [output.get("text", "") + output.get("ename", "") for output in outputs]
    return "".join(told + shown)


def eventually(holds, seconds: float = 20) -> bool:
    """Wait until something holds, and return whether it does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not holds():
        time.sleep(0.05)
    return holds()


def as_ordinary_user(script: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a Python script as a user without privileges, whose home is `folder`.

    Root becomes that user. Folders of root's own on the way to Python or to this repository are
    closed to others; a second view of the machine has them open.
    """
    command = [sys.executable, "-c", script]
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        command = [*open_view(folder), *become_nobody(), *command]
    return subprocess.run(
        command,
        env={"HOME": str(folder), "PATH": os.defpath, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def become_nobody() -> list[str]:
    drop = ["--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", *drop]


def open_view(folder: Path) -> list[str]:
    """Return a command that shows what Python needs, each folder of it open to everyone."""
    needed = {sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix), str(REPOSITORY)}
    needed |= {str(folder)}
    closed = {
        str(parent)
        for path in needed
        for parent in Path(path).parents
        if not parent.stat().st_mode & 0o001
    }
    words = ["bwrap", "--dev-bind", "/", "/"]
    for top in sorted(closed):
        words += ["--perms", "0755", "--tmpfs", top]
        for path in sorted(path for path in needed if path.startswith(f"{top}/")):
            for parent in sorted(Path(path).parents):
                if str(parent).startswith(f"{top}/"):
                    words += ["--perms", "0755", "--dir", str(parent)]
            words += ["--bind", path, path]
    return [*words, "--chdir", str(folder), "--"]
