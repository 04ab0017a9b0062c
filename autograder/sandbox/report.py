"""What both roads say about a run: how its cells ended, and why it did not go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.sandbox.policy import Limits

OK, ERROR, TOO_SLOW, TOO_MUCH_OUTPUT = "ok", "error", "too slow", "too much output"
OUT_OF_MEMORY, DIED, NOT_RUN, NOT_CODE = "out of memory", "died", "not run", ""

OBEY_SECONDS = 3
"""How long an interrupted cell may take to give in."""


@dataclass
class Report:
    """What became of a notebook's cells.

    Parameters
    ----------
    cells : list of str
        For each cell how it ended: "ok", "error", "too slow", "too much output", "out of memory",
        "died", "not run", or "" where it is not code.
    stopped : str or None
        Why the run ended before the last cell, in a sentence for people.
    seconds : float
        Wall time of the run, from starting the notebook's Python to the end of the box.
    """

    cells: list[str]
    stopped: str | None = None
    seconds: float = 0.0


class Stop(Exception):
    """The run is over before its last cell: how this one ended, and a sentence about it."""

    def __init__(self, ending: str, sentence: str):
        super().__init__(sentence)
        self.ending = ending


def blank(notebook: NotebookNode) -> Report:
    """Throw away what a notebook holds of outputs; return the report of a run not yet begun."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return Report([NOT_RUN if is_code(cell) else NOT_CODE for cell in notebook.cells])


def is_code(cell: NotebookNode) -> bool:
    """Whether there is something in the cell to run."""
    return cell.cell_type == "code" and bool(cell.source.strip())


@dataclass
class Allowance:
    """What a notebook has left of its time and of its room for outputs.

    Parameters
    ----------
    limits : Limits
    started : float
        When the run began, a time of `time.monotonic`.
    """

    limits: Limits
    started: float
    shown: int = field(default=0, init=False)

    @property
    def deadline(self) -> float:
        """When the whole notebook's time is up."""
        return self.started + self.limits.total_seconds

    def seconds(self) -> float:
        """Return how long the next cell may run."""
        return min(self.limits.cell_seconds, self.deadline - time.monotonic())

    def is_over(self) -> bool:
        """Whether the whole notebook's time is up."""
        return time.monotonic() >= self.deadline

    def room(self) -> int:
        """Return how many bytes of outputs the next cell may send."""
        return min(self.limits.cell_output_kb * 1024, self.limits.output_kb * 1024 - self.shown)

    def too_slow(self) -> Stop:
        """Return the end of a run whose cell did not give in."""
        if self.is_over():
            sentence = f"The whole notebook took more than {self.limits.total_seconds} seconds."
        else:
            sentence = (
                f"A cell ran for more than {self.limits.cell_seconds} seconds and ignored the "
                "interrupt."
            )
        return Stop(TOO_SLOW, sentence)

    def too_much(self, room: int) -> Stop:
        """Return the end of a run whose cell had this room for outputs, and sent more."""
        if room < self.limits.cell_output_kb * 1024:
            sentence = f"The whole notebook's output was more than {self.limits.output_kb} KB."
        else:
            sentence = f"A cell's output was more than {self.limits.cell_output_kb} KB."
        return Stop(TOO_MUCH_OUTPUT, sentence)
