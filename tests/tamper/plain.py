"""Plain nbgrader, to compare with: its default set-up, and hidden tests as asserts."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
import numpy as np

from autograder import exercise, problem_sets
from autograder.probes import PROBE
from tests.tamper.ours import LIMITS
from tests.tamper.submission import PROBLEM_SET

CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "hidden-states"
c.ExecutePreprocessor.timeout = {LIMITS["cell_seconds"]}
c.Execute.timeout = {LIMITS["cell_seconds"]}
"""
# What stands in every feedback page that shows the hidden tests.
HIDDEN = "the hidden tests of "
COMPARED = ("ps03.viterbi", "ps03.count_hmm")
TESTS = """
# {hidden}{function}
import copy as _copy
from numpy import array, inf, int64
{helpers}
for _arguments, _expected in [
{cases}
]:
    _given = _copy.deepcopy(_arguments)
    _answer = {function}(**_given)
    np.testing.assert_equal(_given, _arguments)
    {check}(_answer, _expected, **_arguments)
"""


class Plain:
    """`nbgrader autograde` and `nbgrader generate_feedback`.

    Parameters
    ----------
    template : Path, optional
        A course that `make` has made before, to be copied.
    """

    def __init__(self, template: Path | None = None):
        self.template = template

    def make(self, course: Path, secret: str) -> None:
        """Make an nbgrader course whose solutions hold a secret, with a released problem set."""
        if self.template is not None:
            shutil.copytree(self.template, course)
            path = course / "source" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
            path.write_text(path.read_text().replace("@secret@", secret))
            return
        (course / "source" / PROBLEM_SET).mkdir(parents=True)
        (course / "nbgrader_config.py").write_text(CONFIG)
        (course / "secret.key").write_text("")
        notebook = source()
        for cell in notebook.cells:
            cell.source = cell.source.replace("BEGIN SOLUTION", f"BEGIN SOLUTION\n    # {secret}")
        nbformat.write(notebook, course / "source" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb")
        command = [*_NBGRADER, "generate_assignment", PROBLEM_SET]
        subprocess.run(command, cwd=course, check=True, capture_output=True)

    def grading(self) -> list[str]:
        """Return the command that grades everyone."""
        return [*_NBGRADER, "autograde", PROBLEM_SET]

    def feedback(self) -> list[str]:
        """Return the command that writes everyone's page."""
        return [*_NBGRADER, "generate_feedback", PROBLEM_SET]

    def patience(self, submissions: int) -> float:
        """Return how long a batch may take: nbgrader has no limit of its own."""
        return 60 + 20 * submissions


# It starts alembic by name.
_PATH = f"PATH={sysconfig.get_path('scripts')}:{os.defpath}"
_NBGRADER = ["env", _PATH, sys.executable, "-m", "nbgrader"]


def source() -> nbformat.NotebookNode:
    """Return the problem set with its hidden tests written out, as nbgrader's users write them."""
    folder = problem_sets.find(PROBLEM_SET)
    exercises = exercise.load(folder / "exercises.py")
    notebook = jupytext.read(folder / "notebook.md")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = PROBE.sub(
                lambda probe: _tests(exercises, **probe.groupdict()), cell.source
            )
    return notebook


def _tests(exercises: dict, name: str, function: str) -> str:
    if name not in exercises:
        return ""
    if name not in COMPARED:
        return "raise NotImplementedError  # No submission of the suite answers this one."
    asked = exercises[name]
    helpers = list(_with_helpers(asked.check))
    rng = np.random.default_rng(3)
    with np.printoptions(threshold=sys.maxsize, floatmode="unique", linewidth=100):
        cases = [
            f"    ({arguments!r},\n     {asked.reference(**arguments)!r}),"
            for category in asked.unseen
            for arguments in category.cases(rng)
        ]
    return TESTS.format(
        hidden=HIDDEN,
        helpers="\n".join(map(inspect.getsource, helpers)),
        cases="\n".join(cases),
        check=asked.check.__name__,
        function=function,
    )


def _with_helpers(function) -> Iterator:
    """Yield a function and the functions of its module that it calls."""
    yield function
    for name in function.__code__.co_names:
        if inspect.isfunction(function.__globals__.get(name)):
            yield from _with_helpers(function.__globals__[name])
