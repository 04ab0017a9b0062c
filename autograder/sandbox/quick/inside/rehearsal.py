"""Do once what every notebook does, so that no copy of this process has to import it again."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys

from .shell import new_shell

# What notebooks import themselves.
COMMON = (
    *("numpy", "numpy.random", "numpy.linalg", "matplotlib.pyplot"),
    *("collections", "copy", "csv", "dataclasses", "datetime", "fractions", "functools"),
    *("itertools", "json", "math", "pathlib", "random", "re", "statistics", "string", "subprocess"),
    *("tempfile", "textwrap", "time", "typing", "unittest"),
)
CELLS = ("1", "print(2)", "1 / 0", "1 +", "def f(): pass", "f?", "%time 1", "%matplotlib --list")


def rehearse() -> None:
    """Import what notebooks import, run cells in a shell of no consequence, draw a plot."""
    for name in COMMON:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _run_cells()
    with contextlib.suppress(ImportError):
        _draw()


def _run_cells() -> None:
    """Run cells of every kind, and leave no trace of them."""
    shell, nowhere = new_shell(), io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        for cell in CELLS:
            shell.run_cell(cell, store_history=True)
    shell.history_manager.outputs.clear()
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)


def _draw() -> None:
    """Draw as the inline backend does, but without a word to pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib_inline import backend_inline  # noqa: F401

    figure = Figure()
    figure.subplots().set_title("Title")
    FigureCanvasAgg(figure).print_figure(io.BytesIO(), format="png", bbox_inches="tight")
