"""A problem set's notebook in parts: solution cells, and those that ask for what they define."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from autograder.exercise import EXAMPLE
from autograder.oracle.judge import at_most
from autograder.probes import PROBE
from autograder.rebuild import release_of

# What a cell may take that only defines, or checks a few examples.
CELL_SECONDS = 5
HIDDEN = re.compile(
    r"^### BEGIN HIDDEN TESTS\n(.*?)^### END HIDDEN TESTS", re.DOTALL | re.MULTILINE
)


class BrokenSolution(Exception):
    """The notebook's own cells do not run."""


@dataclass
class Part:
    """Solution cells in a row, with the graded cells behind them.

    Parameters
    ----------
    before : list of str
        The code that runs before: the notebook's own, and the solutions of the parts before.
    solutions, stubs : list of str
        The solution cells, as the instructor and as students have them.
    graded : list of str
        The cells that check them.
    """

    before: list[str]
    solutions: list[str] = field(default_factory=list)
    stubs: list[str] = field(default_factory=list)
    graded: list[str] = field(default_factory=list)

    @property
    def probes(self) -> dict[str, str]:
        """The function that each probe asks, by name."""
        found = (probe for source in self.graded for probe in PROBE.finditer(source))
        return {probe["name"]: probe["function"] for probe in found}

    @cached_property
    def _ready(self) -> dict:
        """The names that are there before the first solution cell runs."""
        names = {"__name__": "__main__"}
        for source in self.before:
            exec(source, names)
        return names

    def functions(self, solutions: Sequence[str] | None = None) -> dict[str, Callable]:
        """Return what each probe asks, after running these solution cells, or the instructor's."""
        names = dict(self._ready)
        found: dict[str, Callable] = {}
        with at_most(CELL_SECONDS):
            for source in self.solutions if solutions is None else solutions:
                exec(source, names)
            names["probe"] = found.__setitem__
            for source in self.graded:
                exec(_asking(source), names)
        return found

    def own_functions(self) -> dict[str, Callable]:
        """Return what each probe asks of the instructor's own solutions."""
        try:
            return self.functions()
        except Exception as error:
            first = self.solutions[0].strip().splitlines()[0]
            raise BrokenSolution(
                f"the solution that begins with {first!r}, or a cell before it, ends with "
                f"{type(error).__name__}: {error}"
            ) from None

    def refusal(self, name: str, function: Callable) -> str | None:
        """Return why the visible check of an exercise stops at a solution, or None.

        An exercise whose function stands behind an adapter cannot be looked at in this way.
        """
        asked = self.probes.get(name + EXAMPLE)
        names = dict(self._ready)
        for source in self.solutions:
            exec(source, names)
        if asked not in names:
            return None
        names |= {asked: function, "probe": lambda name, function: None}
        visible = next(s for s in self.graded if f'probe("{name}{EXAMPLE}"' in s)
        try:
            with at_most(CELL_SECONDS):
                exec(visible, names)
        except Exception as error:
            return f"{type(error).__name__}: {error}".removesuffix(": ")
        return None


def parts_of(source: NotebookNode) -> list[Part]:
    """Return the parts of an instructor's notebook in order."""
    parts: list[Part] = []
    before: list[str] = []
    for cell, released in zip(source.cells, release_of(source).cells, strict=True):
        if cell.cell_type != "code":
            continue
        if is_solution(cell):
            if not parts or parts[-1].graded:
                parts.append(Part(list(before)))
            parts[-1].solutions.append(cell.source)
            parts[-1].stubs.append(released.source)
            before.append(cell.source)
        elif is_grade(cell):
            if parts:
                parts[-1].graded.append(cell.source)
        else:
            before.append(cell.source)
    return parts


def _asking(graded: str) -> str:
    """Return what a graded cell runs to ask, without its visible checks if they are many.

    The checks of a cell with examples are for students; only what stands with the probe counts.
    """
    if any(probe["name"].endswith(EXAMPLE) for probe in PROBE.finditer(graded)):
        return "\n".join(HIDDEN.findall(graded))
    return graded
