"""What lies in the lab: each chapter, and each problem set as it is released."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import Course
from tools import chapter_notebooks

# The lab's kernel; for one of another name JupyterLab would ask which to start.
KERNEL = {"name": "python", "display_name": "Python (Pyodide)"}


def write_chapters(folder: Path) -> None:
    """Write all chapters as notebooks."""
    folder.mkdir(parents=True)
    for path in chapter_notebooks.chapters():
        notebook = chapter_notebooks.notebook(path)
        # The first cell tells how to install what is installed here.
        del notebook.cells[0]
        notebook.metadata = {"kernelspec": KERNEL}
        nbformat.write(notebook, folder / f"{path.stem}.ipynb")


def write_problem_sets(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Write the release of each problem set, and return what tells it from earlier releases."""
    releases = {}
    with tempfile.TemporaryDirectory() as scratch:
        course = Course.create(Path(scratch) / "course")
        for name in names:
            released = nbformat.read(course.release(name) / f"{name}.ipynb", as_version=4)
            releases[name] = release_of(released)
            released.metadata = {
                "kernelspec": KERNEL,
                "hidden_states": {"release": releases[name]},
            }
            target = folder / name / f"{name}.ipynb"
            target.parent.mkdir(parents=True)
            nbformat.write(released, target)
    return releases


def release_of(notebook: NotebookNode) -> str:
    """Return a name for what a release asks: it changes with the text of any cell."""
    text = "\0".join(cell.source for cell in notebook.cells)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
