"""Write every chapter, and every problem set with its solutions, as .ipynb for nbval to run.

python tools/export_notebooks.py _build/notebooks
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder import problem_sets
from tools import chapter_notebooks


def main(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    chapter_notebooks.write(target, chapter_notebooks.chapters())
    for name in problem_sets.names():
        notebook = problem_sets.source_notebook(problem_sets.find(name))
        # There is no oracle here to answer to; the visible checks stay.
        notebook, _ = ClearHiddenTests().preprocess(notebook, {})
        nbformat.write(notebook, target / f"{name}.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
