"""Run a notebook's cells by a runner, believing nothing of what it says."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.sandbox import contents, policy
from autograder.sandbox.bubblewrap import Box
from autograder.sandbox.outputs import Outputs, TooMuchOutput
from autograder.sandbox.policy import Limits
from autograder.sandbox.quick.paused import PausedBox
from autograder.sandbox.quick.talk import Talk
from autograder.sandbox.quick.template import TEMPLATE, Runner
from autograder.sandbox.report import (
    ERROR,
    NOT_RUN,
    OBEY_SECONDS,
    OK,
    TOO_SLOW,
    Allowance,
    Report,
    Stop,
    blank,
)
from autograder.sandbox.watch import Watch


@dataclass(frozen=True)
class Entrance:
    """What is known of a box before it is made.

    Parameters
    ----------
    oracle_socket : Path
        Where the oracle listens; the box finds it through `COURSE_ORACLE`.
    """

    oracle_socket: Path


def run_quickly(
    notebook: NotebookNode,
    folder: Path | None,
    limits: Limits,
    on_start: Callable[[Entrance], None] | None = None,
) -> Report:
    """Run every cell in a sandbox, as `run_notebook` does, but without starting a kernel.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place: outputs and execution counts. What it held of them is thrown away.
    folder : Path or None
        Where the submission's other files lie. The box gets copies of them.
    limits : Limits
        What the notebook may use up.
    on_start : callable
        Called with the box's entrance before the box is made; see `oracle_socket`.

    Returns
    -------
    Report

    Raises
    ------
    CourseError
        Only if the notebook's Python could not be started, so that no code of it has run.
    """
    allowance = Allowance(limits, time.monotonic())
    report = blank(notebook)
    with ExitStack() as opened:
        with TemporaryDirectory(prefix="hs-") as outside:
            entrance = Entrance(Path(outside, "oracle"))
            if on_start is not None:
                on_start(entrance)
            try:
                box = _box(folder, limits, entrance.oracle_socket)
                paused = opened.enter_context(PausedBox(box))
                runner = opened.enter_context(Runner(paused.pid, box))
            except OSError as error:
                raise CourseError(f"The notebook's Python could not be started: {error}") from None
        talk = Talk(runner, Watch(limits), paused.root)
        _run(notebook, report, allowance, talk)
    report.seconds = time.monotonic() - allowance.started
    return report


def _box(folder: Path | None, limits: Limits, oracle_socket: Path) -> Box:
    """Return the box of a submission; it reaches the oracle even if that moves away outside."""
    folders = {}
    if oracle_socket.exists():
        oracle_socket.chmod(0o666)
        folders[policy.ORACLE_SOCKET] = oracle_socket
    return Box(limits, TEMPLATE.contents() | contents.files_of(folder, limits), folders)


def _run(notebook: NotebookNode, report: Report, allowance: Allowance, talk: Talk) -> None:
    """Run the cells until the last, or until one leaves nothing to go on with."""
    try:
        for index, cell in enumerate(notebook.cells):
            if report.cells[index] == NOT_RUN:
                report.cells[index] = _run_cell(cell, allowance, talk)
    except Stop as stop:
        report.cells[index] = stop.ending
        report.stopped = str(stop)


def _run_cell(cell: NotebookNode, allowance: Allowance, talk: Talk) -> str:
    """Run one cell and return how it ended."""
    outputs = Outputs(allowance.room())
    try:
        talk.ask(cell.source)
        end = talk.listen(outputs, allowance.seconds())
        if end is None:
            talk.interrupt()
            if talk.listen(outputs, OBEY_SECONDS) is None or allowance.is_over():
                raise allowance.too_slow()
            return TOO_SLOW
    except TooMuchOutput:
        raise allowance.too_much(outputs.room) from None
    finally:
        cell.outputs = outputs.taken()
        allowance.shown += outputs.size
    count = end.get("execution_count")
    cell.execution_count = count if isinstance(count, int) else None
    return OK if end.get("ok") is True else ERROR
