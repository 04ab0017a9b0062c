"""Which road notebooks take on this machine."""

from __future__ import annotations

import contextlib
import functools
import subprocess
import threading
from collections.abc import Callable

from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import CourseError
from autograder.sandbox.policy import Limits
from autograder.sandbox.quick import run_quickly
from autograder.sandbox.quick.template import TEMPLATE
from autograder.sandbox.report import OK, Report
from autograder.sandbox.run import run_notebook


def quickest() -> Callable[..., Report]:
    """Return `run_quickly` where it works, and `run_notebook` elsewhere."""
    return run_quickly if why_not_quickly() is None else run_notebook


def prepare() -> None:
    """Start in the background what the quick road needs; who takes that waits for the rest."""
    threading.Thread(target=_start_template, daemon=True).start()


def _start_template() -> None:
    # What is wrong shows to whoever needs it.
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        TEMPLATE.contents()


@functools.cache
def why_not_quickly() -> str | None:
    """Return why no notebook can take the quick road here, in a line, or None if it can."""
    notebook = new_notebook(cells=[new_code_cell("None")])
    try:
        report = run_quickly(notebook, None, Limits())
    except CourseError as error:
        return str(error)
    ending = report.cells[0]
    return None if ending == OK else report.stopped or f"A cell of one word ended with: {ending}."
