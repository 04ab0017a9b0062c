"""Find problem sets, and turn one into the instructor's notebook that nbgrader works from.

A problem set is a folder: `notebook.md` is the assignment with its solutions, `exercises.py` what
the grader asks. Exercises are loaded by path, never by name, so that nothing here depends on them.
"""

from __future__ import annotations

import hashlib
from itertools import chain
from pathlib import Path

import nbformat

from autograder import exercise
from autograder.errors import CourseError
from autograder.exercise import Exercise, folder
from autograder.probes import probes_in


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


def exercises(problem_set: Path) -> dict[str, Exercise]:
    """Return a problem set's exercises by name."""
    return exercise.load(problem_set / "exercises.py")


def exercises_hash(name: str) -> str | None:
    """Return the hash of a problem set's `exercises.py` and of what all of them compare with.

    An instructor's own set has none.
    """
    if name not in names():
        return None
    files = (find(name) / "exercises.py", exercise.folder() / "comparing.py")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def source_notebook(problem_set: Path) -> nbformat.NotebookNode:
    """Return the instructor's notebook, each of its probes known to name something to ask."""
    # Loading it takes as long as most commands do, which ask for no notebook.
    import jupytext

    notebook = jupytext.read(problem_set / "notebook.md")
    for number, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number}")
    known = {name for declared in exercises(problem_set).values() for name in declared.probes()}
    unknown = set(chain.from_iterable(probes_in(notebook).values())) - known
    if unknown:
        raise CourseError(
            f"{problem_set.name}: the notebook probes {', '.join(sorted(unknown))}, which "
            f"exercises.py does not declare. There are: {', '.join(sorted(known))}."
        )
    # What jupytext needs to know is of no use to a student, and nbgrader keeps all metadata.
    notebook.metadata.pop("jupytext", None)
    return notebook
