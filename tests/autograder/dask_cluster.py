"""A scheduler and workers as processes of their own, for tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


class DaskCluster:
    """A scheduler on this machine, and the workers that were started for it.

    Parameters
    ----------
    folder : Path
        For what they write.
    options : str
        Of the scheduler; on a free port, if left out.
    settings : str
        Variables that all of them find.
    """

    def __init__(self, folder: Path, *options: str, **settings: str):
        self.folder, self.settings = folder, settings
        self.processes: list[subprocess.Popen] = []
        options = options or ("--host", "127.0.0.1", "--port", "0")
        self.scheduler = self._start("scheduler", *options)
        self.address = self._said(self.scheduler, r"Scheduler at:\s+(\S+)")

    def add_worker(self, *options: str, **environment: str) -> subprocess.Popen:
        """Start a worker and wait until the scheduler knows it."""
        options = ("--local-directory", str(self.folder), *options)
        process = self._start("worker", self.address, *options, **environment)
        self._said(process, r"Registered to:\s+(\S+)")
        return process

    def stop(self) -> None:
        """End all of it."""
        # A worker whose scheduler is gone looks for it a while before it ends.
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, *words: str, **environment: str) -> subprocess.Popen:
        log = self._log(len(self.processes))
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)} | self.settings | environment,
                stdout=file,
                stderr=file,
            )
        self.processes.append(process)
        return process

    def _log(self, number: int) -> Path:
        return self.folder / f"dask-{number}.log"

    def _said(self, process: subprocess.Popen, pattern: str) -> str:
        """Wait until a process says something."""
        log, deadline = self._log(self.processes.index(process)), time.monotonic() + SECONDS
        while not (found := re.search(pattern, log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        return found[1]
