"""Let worker processes do tasks, a few ahead at a time, and outlive a worker that dies."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import TypeVar

AHEAD = 2
"""Tasks under way or waiting for each worker, so that none has to wait for the head."""
IMPORTED = ["autograder.task", "autograder.feedback.everyone"]

Key, Task, Result = TypeVar("Key"), TypeVar("Task"), TypeVar("Result")


class WorkerDied(Exception):
    """A task whose worker has died twice; the second time it was the only one."""


def executor_for(tasks: int, workers: int) -> Callable[[], Executor]:
    """Return what opens an executor on this machine that fits so many tasks."""
    return Alone if tasks == 1 else lambda: Processes(workers)


def prepare() -> None:
    """Start the process that workers are forked from, which imports while this one does more."""
    forkserver.set_forkserver_preload(IMPORTED)
    forkserver.ensure_running()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def each(
    function: Callable[[Task], Result],
    tasks: Iterable[tuple[Key, Task | None]],
    open_executor: Callable[[], Executor],
    workers: int | Callable[[], int],
) -> Iterator[tuple[Key, Result | Exception | None]]:
    """Do tasks in any order, and yield the key of each with its result or its exception.

    A task that fails is tried once more at the end, by itself: when a worker dies, the tasks of the
    others are lost with it, and whose fault it was can only be seen when there are no others.

    Parameters
    ----------
    function : callable
        What a worker does with a task; it and the tasks are sent to the workers.
    tasks : iterable of (key, task)
        Taken as they are needed. One that is None needs no worker.
    open_executor : callable
        Returns any `concurrent.futures` executor; called again where one has broken.
    workers : int or callable
        How many there are; a callable, where they come and go.
    """
    crew = _Crew(function, open_executor)
    count = workers if callable(workers) else lambda: workers
    try:
        again = []
        for key, task, result in crew.do(tasks, lambda: AHEAD * count()):
            if isinstance(result, Exception):
                again.append((key, task))
            else:
                yield key, result
        for key, _, result in crew.do(again, lambda: 1):
            if isinstance(result, BrokenExecutor):
                result = WorkerDied("The process that graded it died twice: out of memory?")
            yield key, result
    finally:
        crew.leave()


class _Crew:
    """An executor, opened when the first task comes, and another one if it breaks."""

    def __init__(self, function: Callable, open_executor: Callable[[], Executor]):
        self._function = function
        self._open = open_executor
        self._executor: Executor | None = None

    def do(self, tasks: Iterable[tuple], ahead: Callable[[], int]) -> Iterator[tuple]:
        """Yield key, task and result of each task, not more than `ahead()` of them under way."""
        tasks, running = iter(tasks), {}
        for key, task in tasks:
            if task is None:
                yield key, None, None
                continue
            running[self._submit(task)] = key, task
            if len(running) >= ahead():
                yield from self._finished(running)
        while running:
            yield from self._finished(running)

    def leave(self) -> None:
        """Let the executor go, whatever it is doing."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def _submit(self, task) -> Future:
        if self._executor is None:
            self._executor = self._open()
        try:
            return self._executor.submit(self._function, task)
        except BrokenExecutor as error:
            failed: Future = Future()
            failed.set_exception(error)
            return failed

    def _finished(self, running: dict[Future, tuple]) -> Iterator[tuple]:
        """Wait for at least one, and yield those that are done."""
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        if any(isinstance(future.exception(), BrokenExecutor) for future in done):
            # All others break too, and are not to be taken for failures of the next executor.
            done, _ = wait(running)
            self.leave()
        for future in done:
            yield (*running.pop(future), future.exception() or future.result())


class Alone(Executor):
    """Does a task at once, here: to start processes for a single one takes longer than to do it."""

    def submit(self, function: Callable, /, *arguments, **named) -> Future:
        """Return what has come of it."""
        future: Future = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(ProcessPoolExecutor):
    """Worker processes on this machine, all of which end when this process does, however it does.

    Each holds the end of a pipe that nobody writes to. When it is cut, by `shutdown` or by the
    death of this process, the worker clears its temporary files away and ends at once.
    """

    def __init__(self, count: int):
        # A worker is forked from a process that has imported what it needs and nothing else: no
        # open gradebook, no thread.
        prepare()
        context = multiprocessing.get_context("forkserver")
        rope, self._rope = context.Pipe(duplex=False)
        self._scratch = tempfile.mkdtemp(prefix="hs-")
        super().__init__(
            count, mp_context=context, initializer=_begin, initargs=(rope, self._scratch)
        )

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers, at once unless they are to be waited for."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._rope.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


def _begin(rope: Connection, scratch: str) -> None:
    """Be a worker."""
    # Ctrl-C reaches all processes of a terminal. The head decides what becomes of it; what is
    # started from here must not inherit that it is ignored.
    signal.signal(signal.SIGINT, lambda *_: None)
    tempfile.tempdir = scratch
    threading.Thread(target=_end_with, args=(rope, scratch), daemon=True).start()


def _end_with(rope: Connection, scratch: str) -> None:
    try:
        rope.recv_bytes()
    except (EOFError, OSError):
        # By a process that is still there when this one writes no more.
        subprocess.Popen(["rm", "-rf", scratch])
        os._exit(1)
