"""The lab's kernel tells below a visible check what the grader would say of its cases.

An IPython extension. What it needs of the problem sets lies beside it in `sets`, made by
`tools/lab/self_check.py`: of the visible cases alone, and without anybody's solution.
"""

from __future__ import annotations

import ast
import json
import signal
import sys
from pathlib import Path

from lab_check import kept

IN_THE_GRADER = {"numpy", "matplotlib"}
NEWER = """\
There is a newer release of {name} on the site. The copy you work on stays as it is.
To get the new one: close its tab, and in the list of files download yours and delete it, both by
right click. The new release stands in its place, and you can copy your answers into it."""


def load_ipython_extension(shell) -> None:
    """Look at each cell before and after it runs."""
    if not hasattr(signal, "setitimer"):
        # WebAssembly has no timer: what never ends is ended by Kernel, Restart.
        signal.ITIMER_REAL, signal.setitimer = 0, lambda *_: None
    watch = Watch(shell)
    shell.events.register("pre_run_cell", watch.before)
    shell.events.register("post_run_cell", watch.after)


class Watch:
    """Sees the cells of one kernel."""

    def __init__(self, shell):
        self.shell = shell
        self.greeted = False

    def before(self, info) -> None:
        """Say once that there is a newer release, and of an import that the grader lacks."""
        name = Path.cwd().name
        if name not in kept.releases():
            return
        if not self.greeted:
            self.greeted = True
            if is_outdated(Path.cwd() / f"{name}.ipynb", name):
                print(NEWER.format(name=name))
        for module in sorted(imports(info.raw_cell) - IN_THE_GRADER - sys.stdlib_module_names):
            print(f"Where problem sets are graded there is no {module}: this import fails there.")

    def after(self, result) -> None:
        """Tell what the grader says of the cases that a visible check shows."""
        error = result.error_before_exec or result.error_in_exec
        probe = kept.probe_behind(result.info.raw_cell)
        function = probe and self.shell.user_ns.get(probe.function)
        if callable(function) and not isinstance(error, NotImplementedError):
            print(probe.explanation(function))


def is_outdated(notebook: Path, name: str) -> bool:
    """Whether a notebook is of another release than the site's; False if that cannot be known."""
    try:
        release = json.loads(notebook.read_text())["metadata"]["hidden_states"]["release"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return release != kept.releases()[name]


def imports(code: str) -> set[str]:
    """Return the names of the packages that a cell imports; none, if it cannot be read."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    found = [
        [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
    ]
    return {name.partition(".")[0] for names in found for name in names}
