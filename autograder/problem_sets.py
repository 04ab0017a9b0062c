"""Find problem sets, and turn one into the instructor's notebook that nbgrader works from.

A problem set is a folder: `notebook.md` is the assignment with its solutions, `exercises.py` what
the grader asks. Exercises are loaded by path, never by name, so that nothing here depends on them.
"""

from __future__ import annotations

import importlib.util
import re
import secrets
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import numpy as np

from autograder import hidden_tests
from autograder.errors import CourseError

PROBE = re.compile(r'^probe\("(?P<name>[\w.]+)", (?P<function>\w+)\)$', re.MULTILINE)


def folder() -> Path:
    """Return where the problem sets lie: inside an installed package, or beside it in a clone."""
    here = Path(__file__).resolve().parent
    installed = here / "problem_sets"
    return installed if installed.is_dir() else here.parent / "assignments"


def names() -> list[str]:
    """Return the names of all problem sets."""
    return sorted(path.parent.name for path in folder().glob("*/notebook.md"))


def find(name: str) -> Path:
    """Return the folder of one problem set."""
    if name not in names():
        raise CourseError(
            f"There is no problem set {name!r}. There are: {', '.join(names()) or 'none'}."
        )
    return folder() / name


def exercises(problem_set: Path) -> ModuleType:
    """Load a problem set's `exercises.py` by its path."""
    path = problem_set / "exercises.py"
    spec = importlib.util.spec_from_file_location(f"exercises_{problem_set.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def source_notebook(problem_set: Path, seed: int | None = None) -> nbformat.NotebookNode:
    """Return the instructor's notebook, each probe replaced by the hidden tests behind it.

    Parameters
    ----------
    problem_set : Path
        The problem set's folder.
    seed : int, optional
        What the unseen cases are drawn from; left out, a secret one, so that nobody who reads this
        repository knows a course's cases.
    """
    notebook = jupytext.read(problem_set / "notebook.md")
    module = exercises(problem_set)
    rng = np.random.default_rng(secrets.randbits(128) if seed is None else seed)

    def tests_behind(probe: re.Match) -> str:
        name = probe["name"]
        if name not in module.EXERCISES:
            raise CourseError(f"{problem_set.name}: exercises.py has no exercise {name!r}.")
        return hidden_tests.render(module.EXERCISES[name], probe["function"], rng)

    for number, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number}")
        if cell.cell_type == "code":
            cell.source = PROBE.sub(tests_behind, cell.source)
    # What jupytext needs to know is of no use to a student, and nbgrader keeps all metadata.
    notebook.metadata.pop("jupytext", None)
    return notebook
