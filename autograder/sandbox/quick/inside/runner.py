"""Run cells, one after the other, as ipykernel does, and say how each of them ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.interactiveshell import ExecutionResult

from .shell import HEADER


def run(shell: ZMQInteractiveShell, connection: socket.socket) -> None:
    """Run the cells that come from the connection, until it ends."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_run(shell, connection))


async def _run(shell: ZMQInteractiveShell, connection: socket.socket) -> None:
    """Run cells inside of the loop: what they leave running goes on between them."""
    process = os.getpid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while not shell.exit_now:
        await _until_readable(connection)
        header = connection.recv(HEADER.size, socket.MSG_WAITALL)
        if len(header) < HEADER.size:
            return
        source = connection.recv(HEADER.unpack(header)[0], socket.MSG_WAITALL).decode()
        is_ok = False
        # The interrupt may also come when the cell has just ended.
        with contextlib.suppress(KeyboardInterrupt), _interruptible():
            is_ok = await _cell(shell, source)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        if os.getpid() != process:
            # A cell that forks comes here twice. The copy has nobody to talk to.
            return
        shell.payload_manager.clear_payload()
        shell.display_pub.session.tell(
            "done", {"ok": is_ok, "execution_count": shell.execution_count - 1}
        )


async def _cell(shell: ZMQInteractiveShell, source: str) -> bool:
    """Run a cell; return whether it came to its end, and its result could be shown."""
    about = _about_waiting(shell, source)
    if about is None:
        result = shell.run_cell(source, store_history=True)
    else:
        result = await _awaited(shell, source, about)
    unshown = getattr(shell, "_last_traceback_during_displayhook", False)
    return result is not None and result.success and not unshown


def _about_waiting(shell: ZMQInteractiveShell, source: str) -> dict | None:
    """Return what the shell has to know of a cell that awaits something, or None if it doesn't."""
    if "await" not in source and "async" not in source:
        # As nearly all do, and a closer look costs as much as many a cell.
        return None
    try:
        transformed, failure = shell.transform_cell(source), None
    except Exception:
        transformed, failure = source, sys.exc_info()
    about = {"transformed_cell": transformed, "preprocessing_exc_tuple": failure}
    return about if shell.should_run_async(source, **about) else None


async def _awaited(shell: ZMQInteractiveShell, source: str, about: dict) -> ExecutionResult | None:
    """Run a cell that awaits something."""
    # As the shell does for the others.
    shell._last_traceback, shell._last_traceback_during_displayhook = None, False
    work = asyncio.ensure_future(shell.run_cell_async(source, store_history=True, **about))
    loop, result = asyncio.get_running_loop(), None
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(work.cancel))
    try:
        result = await work
    except asyncio.CancelledError:
        shell.showtraceback()
    finally:
        shell.events.trigger("post_execute")
        shell.events.trigger("post_run_cell", result)
    return result


@contextlib.contextmanager
def _interruptible():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


async def _until_readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(connection, ready.set_result, None)
    try:
        await ready
    finally:
        loop.remove_reader(connection)
