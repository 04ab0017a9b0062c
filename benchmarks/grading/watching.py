"""What a command costs: time by the clock, of all processors, and memory while it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.grading.processor import counted

COURSE = [sys.executable, "-c", "from autograder.cli import main; main()"]
# nbgrader calls a program that lies beside it.
ENVIRONMENT = os.environ | {"PATH": f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"}
LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Measured:
    """One command's cost.

    Parameters
    ----------
    seconds, cpu : float
        By the clock, and of all processors together; see `processor`.
    first : float
        Until the first line came.
    each : float
        By the clock, from one line to the next.
    drift : float
        What a line of the last quarter took, compared with one of the first.
    largest : float
        The most that one process held, in MB.
    below : float
        What all that the command started held together, in MB: the median of the last quarter of
        the time. What processes share is counted once.
    growth : float
        The same, compared with the second quarter, when all are at work.
    """

    seconds: float
    cpu: float
    first: float
    each: float
    drift: float
    largest: float
    below: float
    growth: float


def measured(command: list[str], folder: Path) -> Measured:
    """Run a command that writes a line for each submission, or none."""
    with counted() as count:
        start = perf_counter()
        with subprocess.Popen(
            count.inside(command),
            cwd=folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            memory = Memory(process.pid)
            times = [perf_counter() - start for _ in process.stdout]
            largest, totals = memory.end()
        seconds, cpu = perf_counter() - start, count.seconds()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    quarter = len(times) // 4
    _, second, _, last = (np.median(part) if len(part) else 0 for part in np.array_split(totals, 4))
    return Measured(
        seconds,
        cpu,
        times[0] if times else seconds,
        (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else seconds,
        (times[-1] - times[-1 - quarter]) / (times[quarter] - times[0]) if quarter else 1.0,
        largest,
        float(last),
        float(last / second) if second else 1.0,
    )


class Memory(threading.Thread):
    """Watch the memory of a process and of all below it, several times a second, until `end`."""

    def __init__(self, process: int):
        super().__init__(daemon=True)
        self._process, self._largest = process, 0
        self._totals: list[float] = []
        self._is_over = threading.Event()
        self.start()

    def run(self) -> None:
        """Look until it is over."""
        while not self._is_over.wait(LOOK_SECONDS):
            _, *others = found = list(below(self._process))
            self._largest = max(self._largest, *(held(one, "status", "VmHWM") for one in found))
            self._totals.append(sum(held(one, "smaps_rollup", "Pss") for one in others) / 1024)

    def end(self) -> tuple[float, list[float]]:
        """Stop looking; return the most that one process held, and all others' sum over time."""
        self._is_over.set()
        self.join()
        return self._largest / 1024, self._totals


def held(process: int, file: str, key: str) -> int:
    """Return a line of what the system tells of a process, in kB; 0 if that has ended."""
    try:
        lines = Path(f"/proc/{process}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{key}:")), 0)


def below(process: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from below(int(child))
