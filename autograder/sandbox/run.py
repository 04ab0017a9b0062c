"""Run a notebook's cells, whatever they do: nothing in it can stop, hang or flood the grader."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.utils import run_sync
from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.sandbox.kernel import GradingKernelManager, SandboxedKernelManager
from autograder.sandbox.messages import collect, cut, reply
from autograder.sandbox.outputs import Outputs, TooMuchOutput
from autograder.sandbox.policy import Limits
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
from autograder.sandbox.watch import GONE, INTERVAL, Trespass, Watch

START_SECONDS = 60


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
    allowance = Allowance(limits, time.monotonic())
    report = blank(notebook)
    kind = SandboxedKernelManager if use_sandbox else GradingKernelManager
    manager = kind(limits=limits, folder=folder)
    try:
        if on_start is not None:
            on_start(manager)
        async with _kernel(manager) as client:
            await _Run(notebook, report, manager, client, allowance).cells()
    finally:
        manager.cleanup_connection_file()
    report.seconds = time.monotonic() - allowance.started
    return report


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
    allowance: Allowance

    async def cells(self) -> None:
        """Run the cells until the last, or until one leaves nothing to go on with."""
        guards = [asyncio.ensure_future(work) for work in (self._watch(), cut(self.client))]
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

    async def _watch(self) -> Trespass:
        """Return when the kernel has died, or a box has passed a limit of all its processes."""
        watch = Watch(self.manager.limits)
        while await self.manager.is_alive():
            if trespass := watch.trespass(self.manager.box):
                return trespass
            await asyncio.sleep(INTERVAL)
        return GONE

    async def _cell(
        self, cell: NotebookNode, watching: asyncio.Future, cutting: asyncio.Future
    ) -> str:
        """Run one cell and return how it ended."""
        outputs = Outputs(self.allowance.room())
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
            if await ended(self.allowance.seconds()):
                return work.result()
            await self.manager.interrupt_kernel()
            if await ended(OBEY_SECONDS) and not self.allowance.is_over():
                return TOO_SLOW
            raise self.allowance.too_slow()
        except TooMuchOutput:
            raise self.allowance.too_much(outputs.room) from None
        finally:
            work.cancel()
            cell.outputs = outputs.taken()
            self.allowance.shown += outputs.size

    async def _execute(self, cell: NotebookNode, outputs: Outputs) -> str:
        """Send a cell to the kernel, and take its outputs until the kernel is done with it."""
        request = self.client.execute(cell.source, allow_stdin=False, stop_on_error=False)
        await collect(self.client, request, outputs)
        answer = await reply(self.client, request, outputs)
        count = answer.get("execution_count")
        cell.execution_count = count if isinstance(count, int) else None
        return OK if answer.get("status") == "ok" else ERROR
