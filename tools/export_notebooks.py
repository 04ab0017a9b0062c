"""Write every chapter, and every problem set with its solutions, as .ipynb for nbval to run.

python tools/export_notebooks.py _build/notebooks
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import jupytext
import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder import problem_sets

ROOT = Path(__file__).resolve().parent.parent


def main(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for chapter in sorted((ROOT / "book").glob("*.md")):
        notebook = jupytext.read(chapter, fmt="md:myst")
        if any(cell.cell_type == "code" for cell in notebook.cells):
            nbformat.write(notebook, target / f"{chapter.stem}.ipynb")
    for name in problem_sets.names():
        notebook = problem_sets.source_notebook(problem_sets.find(name))
        # There is no oracle here to answer to; the visible checks stay.
        notebook, _ = ClearHiddenTests().preprocess(notebook, {})
        nbformat.write(notebook, target / f"{name}.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
