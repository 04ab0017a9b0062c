"""Let the workers of a Dask cluster do tasks: an executor for `pool.each`.

Whoever starts a worker may have installed something else there. So each worker is asked, when it is
first seen, whether it would grade as this machine does. One that would gets a mark, a Dask
*resource*, and tasks go only where the mark is. A worker has one, and so does one task at a time: a
task changes the environment of its process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, InvalidStateError
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from functools import partial

from autograder import worker
from autograder.errors import CourseError
from autograder.pool import WorkerDied

CONNECT_SECONDS = 10
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
"""How long there may be no worker that can grade, until the grading is given up."""


@dataclass(eq=False)
class _Call:
    """A function with its arguments, and Dask's own future of it."""

    words: tuple
    theirs: Future | None = None


class Cluster(Executor):
    """The workers of a Dask scheduler that grade as this machine does.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    tell : callable
        Called with a line on workers that are not used, and why.

    Raises
    ------
    CourseError
        By `open`: there is no such scheduler, or no worker that can grade. By `submit`: all of it
        is lost.
    """

    def __init__(self, address: str, tell: Callable[[str], None]):
        if not address.startswith(("tcp://", "tls://")):
            raise CourseError(
                "The address of a scheduler begins with tcp:// or tls://, such as "
                f"tcp://10.0.0.1:8786, got {address!r}."
            )
        self.address, self._tell = address, tell
        self._refused: dict[str, str] = {}
        self._running: dict[Future, _Call] = {}
        self._lock = threading.Lock()
        self._count = 0
        self._lost: str | None = None
        self._is_over = threading.Event()

    def open(self) -> Cluster:
        """Connect and ask the workers that are there; those that come later are asked then."""
        self._is_over.clear()
        self._client = _connected(self.address)
        facts = json.dumps(worker.facts(), sort_keys=True)
        self._mark = f"hidden-states-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"
        self._executor = self._client.get_executor(pure=False, resources={self._mark: 1})
        try:
            self._check_scheduler()
            self._look()
            if not self._count:
                why = "see above." if self._refused else f"it has none. Start one: {self._start()}"
                raise CourseError(f"No worker of {self.address} can grade: {why}")
        except BaseException:
            self.shutdown(wait=False)
            raise
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def count(self) -> int:
        """Return how many workers can grade now; at least one, who is waited for."""
        return max(1, self._count)

    def submit(self, function, /, *arguments) -> Future:
        """Let a worker call a function. If the worker is lost meanwhile, another one does."""
        if self._lost is not None:
            raise CourseError(self._lost)
        ours, call = Future(), _Call((function, *arguments))
        with self._lock:
            self._running[ours] = call
            self._send(ours, call)
        ours.add_done_callback(self._running.pop)
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; what runs there is not wanted any more, unless it is waited for."""
        if wait:
            wait_for(self._running.copy())
        self._is_over.set()
        for future in self._running.copy():
            future.cancel()
        self._client.close(CONNECT_SECONDS)

    def _send(self, ours: Future, call: _Call) -> None:
        theirs = call.theirs = self._executor.submit(*call.words)
        theirs.add_done_callback(partial(self._pass_on, ours, call))

    def _send_again(self) -> None:
        """Hand in all that runs anew: Dask has put it aside and would not look at it again."""
        with self._lock:
            for ours, call in self._running.copy().items():
                before = call.theirs
                self._send(ours, call)
                before.cancel()

    def _pass_on(self, ours: Future, call: _Call, theirs: Future) -> None:
        from distributed import KilledWorker

        if call.theirs is not theirs:
            return
        # It may have been given up or cancelled just now.
        with contextlib.suppress(InvalidStateError):
            if theirs.cancelled():
                self._give_up("its scheduler has gone")
            elif isinstance(theirs.exception(), KilledWorker):
                ours.set_exception(WorkerDied("Each worker that graded it died: out of memory?"))
            elif theirs.exception() is not None:
                ours.set_exception(theirs.exception())
            else:
                ours.set_result(theirs.result())

    def _watch(self) -> None:
        """Look for workers that come and go, until nothing is to be hoped for."""
        last = time.monotonic()
        while not self._is_over.wait(LOOK_SECONDS):
            try:
                self._look()
            except Exception as error:
                self._give_up(f"its scheduler does not answer ({type(error).__name__})")
                return
            if self._count:
                last = time.monotonic()
            elif time.monotonic() - last > PATIENCE_SECONDS:
                self._give_up(f"for {PATIENCE_SECONDS:.0f} seconds it had no worker that can grade")
                return

    def _give_up(self, why: str) -> None:
        self._lost = f"{self.address}: {why}. What is done is kept; to go on, grade again."
        for future in self._running.copy():
            with contextlib.suppress(InvalidStateError):
                future.set_exception(CourseError(self._lost))

    def _look(self) -> None:
        """Ask the workers that are new, and count those that have the mark."""
        found = self._workers()
        before = self._marked(found)
        new = found.keys() - before - self._refused.keys()
        if new:
            refused = self._asked(sorted(new))
            for line in worker.by_reason(refused):
                self._tell(line)
            self._refused |= refused
            found = self._workers()
        marked = self._marked(found)
        if marked and not marked & before:
            self._send_again()
        self._refused = {name: why for name, why in self._refused.items() if name in found}
        self._count = len(marked)

    def _asked(self, names: list[str]) -> dict[str, str]:
        answers = self._client.run(
            worker.ask, worker.facts(), self._mark, workers=names, on_error="return"
        )
        return {
            name: worker.as_reason(answer) for name, answer in answers.items() if answer is not None
        }

    def _check_scheduler(self) -> None:
        """Refuse a scheduler of other versions: tasks pass through it."""
        try:
            why = self._client.run_on_scheduler(worker.differs, worker.facts())
        except Exception as error:
            why = worker.as_reason(error)
        if why is not None:
            raise CourseError(f"The scheduler {self.address} is not used: {why}.")

    def _workers(self) -> dict[str, dict]:
        # Not `scheduler_info`, whose answer Dask may replace by one without workers.
        return self._client.sync(self._client.scheduler.identity, n_workers=-1)["workers"]

    def _marked(self, workers: dict[str, dict]) -> set[str]:
        return {name for name, about in workers.items() if self._mark in about["resources"]}

    def _start(self) -> str:
        return f"dask worker {self.address} --nworkers {os.cpu_count()} --nthreads 1"


def _connected(address: str):
    """Return Dask's client of a scheduler, which then is silent: what matters, we tell."""
    try:
        import dask
        import distributed
        from distributed.versions import VersionMismatchWarning
    except ImportError:
        raise CourseError(
            "Grading on a cluster needs the package distributed: pip install 'hidden-states[dask]'"
        ) from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})
    try:
        with warnings.catch_warnings(action="ignore", category=VersionMismatchWarning):
            return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        said = " ".join(str(error).split())
        raise CourseError(
            f"No Dask scheduler answers at {address} ({said}). Start one, or mend the address: "
            "dask scheduler"
        ) from None
