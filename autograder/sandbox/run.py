"""Run a notebook's cells, whatever they do: nothing in it can stop, hang or flood the grader."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_core.utils import run_sync
from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.sandbox.kernel import GradingKernelManager, SandboxedKernelManager
from autograder.sandbox.outputs import Outputs, TooMuchOutput, cut
from autograder.sandbox.policy import Limits
from autograder.sandbox.watch import Trespass, watch

START_SECONDS = 60
OBEY_SECONDS = 3
"""How long an interrupted cell may take to give in."""

OK, ERROR, TOO_SLOW, TOO_MUCH_OUTPUT = "ok", "error", "too slow", "too much output"
OUT_OF_MEMORY, DIED, NOT_RUN, NOT_CODE = "out of memory", "died", "not run", ""


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
        Wall time of the run, from starting the kernel to the end of the box.
    """

    cells: list[str]
    stopped: str | None = None
    seconds: float = 0.0


class Stop(Exception):
    """The run is over before its last cell: how this one ended, and a sentence about it."""

    def __init__(self, ending: str, sentence: str):
        super().__init__(sentence)
        self.ending = ending


def run_notebook(
    notebook: NotebookNode,
    folder: Path | None,
    limits: Limits,
    on_start: Callable[[GradingKernelManager], None] | None = None,
    use_sandbox: bool = True,
) -> Report:
    """Run every cell and write its outputs into the notebook; a cell's error stops nothing.

    When this returns, nothing that the notebook started in the sandbox is alive. Notebooks can run
    at the same time in several processes, but not in threads of one: its memory is watched.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place: outputs and execution counts. What it held of them is thrown away.
    folder : Path or None
        Where the submission's other files lie. The box gets copies of them.
    limits : Limits
        What the notebook may use up.
    on_start : callable
        Called with the kernel manager before its kernel starts; see `oracle_socket`.
    use_sandbox : bool
        Without the sandbox the notebook can do all that the grader can; time and output alone are
        limited.

    Returns
    -------
    Report

    Raises
    ------
    CourseError
        Only if no kernel could be started, so that no code of the submission has run.
    """
    return run_sync(_run)(notebook, folder, limits, on_start, use_sandbox)


async def _run(notebook, folder, limits, on_start, use_sandbox) -> Report:
    started = time.monotonic()
    report = Report([NOT_RUN if is_code(cell) else NOT_CODE for cell in notebook.cells])
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    kind = SandboxedKernelManager if use_sandbox else GradingKernelManager
    manager = kind(limits=limits, folder=folder)
    try:
        if on_start is not None:
            on_start(manager)
        async with _kernel(manager) as client:
            deadline = started + limits.total_seconds
            await _Run(notebook, report, manager, client, deadline).cells()
    finally:
        manager.cleanup_connection_file()
    report.seconds = time.monotonic() - started
    return report


def is_code(cell: NotebookNode) -> bool:
    """Whether there is something in the cell to run."""
    return cell.cell_type == "code" and bool(cell.source.strip())


@contextlib.asynccontextmanager
async def _kernel(manager: GradingKernelManager):
    """Start a kernel; whatever happens, end it with everything it started."""
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    client = None
    try:
        try:
            await manager.start_kernel(
                cwd=str(manager.folder or "/"), env=manager.environment(), **quiet
            )
            client = manager.client()
            client.start_channels(stdin=False, hb=False)
            await client.wait_for_ready(timeout=START_SECONDS)
            manager.seal()
        except (RuntimeError, OSError) as error:
            raise CourseError(f"The notebook's Python could not be started: {error}") from None
        yield client
    finally:
        if client is not None:
            client.stop_channels()
        await manager.shutdown_kernel(now=True)


@dataclass
class _Run:
    """The cells of one notebook, run one after the other by one kernel."""

    notebook: NotebookNode
    report: Report
    manager: GradingKernelManager
    client: object
    deadline: float
    shown: int = field(default=0, init=False)

    async def cells(self) -> None:
        """Run the cells until the last, or until one leaves nothing to go on with."""
        guards = [asyncio.ensure_future(work) for work in (watch(self.manager), cut(self.client))]
        try:
            for index, cell in enumerate(self.notebook.cells):
                if self.report.cells[index] == NOT_RUN:
                    self.report.cells[index] = await self._cell(cell, *guards)
        except Stop as stop:
            self.report.cells[index] = stop.ending
            self.report.stopped = str(stop)
        finally:
            for guard in guards:
                guard.cancel()

    async def _cell(
        self, cell: NotebookNode, watching: asyncio.Future, cutting: asyncio.Future
    ) -> str:
        """Run one cell and return how it ended."""
        limits = self.manager.limits
        left = limits.output_kb * 1024 - self.shown
        outputs = Outputs(min(limits.cell_output_kb * 1024, left))
        work = asyncio.ensure_future(self._execute(cell, outputs))

        async def ended(seconds: float) -> bool:
            await asyncio.wait(
                {work, watching, cutting},
                timeout=max(0, seconds),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if work.done():
                return True
            if watching.done():
                trespass: Trespass = watching.result()
                raise Stop(trespass.ending, trespass.sentence)
            if cutting.done():
                raise TooMuchOutput
            return False

        try:
            seconds = min(limits.cell_seconds, self.deadline - time.monotonic())
            if await ended(seconds):
                return work.result()
            await self.manager.interrupt_kernel()
            if await ended(OBEY_SECONDS) and time.monotonic() < self.deadline:
                return TOO_SLOW
            raise Stop(TOO_SLOW, self._too_slow())
        except TooMuchOutput:
            raise Stop(TOO_MUCH_OUTPUT, self._too_much(outputs)) from None
        finally:
            work.cancel()
            cell.outputs = outputs.taken()
            self.shown += outputs.size

    def _too_much(self, outputs: Outputs) -> str:
        limits = self.manager.limits
        if outputs.room < limits.cell_output_kb * 1024:
            return f"The whole notebook's output was more than {limits.output_kb} KB."
        return f"A cell's output was more than {limits.cell_output_kb} KB."

    def _too_slow(self) -> str:
        limits = self.manager.limits
        if time.monotonic() >= self.deadline:
            return f"The whole notebook took more than {limits.total_seconds} seconds."
        return f"A cell ran for more than {limits.cell_seconds} seconds and ignored the interrupt."

    async def _execute(self, cell: NotebookNode, outputs: Outputs) -> str:
        """Send a cell to the kernel, and take its outputs until the kernel is done with it."""
        request = self.client.execute(cell.source, allow_stdin=False, stop_on_error=False)
        await outputs.collect(self.client, request)
        reply = await outputs.reply(self.client, request)
        count = reply.get("execution_count")
        cell.execution_count = count if isinstance(count, int) else None
        return OK if reply.get("status") == "ok" else ERROR
