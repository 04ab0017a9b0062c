"""The oracle: a process of its own that asks a submission's functions and judges their answers."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

REPORT_SECONDS = 120


class OracleFailed(Exception):
    """No verdict can be had, through no fault of the submission."""


class Oracle:
    """One submission's oracle; listening from `listen` on, ended by `report`.

    Parameters
    ----------
    exercises : Path
        The problem set's `exercises.py`.
    seed : str
        What the cases are drawn from.
    variant : str, optional
        What the student's variant of the problem set was drawn from.
    """

    def __init__(self, exercises: Path, seed: str, variant: str | None = None):
        self.request = {"exercises": str(exercises.resolve()), "seed": seed, "variant": variant}
        self._control: socket.socket | None = None

    def listen(self, path: Path) -> None:
        """Wait for probes at a socket of this path."""
        self._control, theirs = socket.socketpair()
        with theirs, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            _SERVER.ask_for(self.request, listener, theirs)

    def report(self) -> dict:
        """End the questioning and return `verdicts` by probe, and `notes` for the instructor.

        Raises
        ------
        OracleFailed
            The exercises are broken, or the oracle is gone: the submission has no grade.
        """
        if self._control is None:
            raise OracleFailed("the oracle was never asked to listen")
        with self._control as control:
            control.shutdown(socket.SHUT_WR)
            text = _everything(control, time.monotonic() + REPORT_SECONDS)
        try:
            report = json.loads(text)
        except ValueError:
            # Whatever it was, the next oracle shall not be forked from what may be dying.
            _SERVER.stop()
            raise OracleFailed("the process that judges the answers ended early") from None
        if "broken" in report:
            raise OracleFailed(report["broken"])
        return report

    def close(self) -> None:
        """Let the oracle end, whether or not anybody wanted its report."""
        if self._control is not None:
            self._control.close()


def _everything(control: socket.socket, deadline: float) -> bytes:
    """Return what is written until the other side closes."""
    found = bytearray()
    while True:
        control.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            piece = control.recv(1 << 16)
        except OSError:
            return b""
        if not piece:
            return bytes(found)
        found += piece


def prepare(exercises: Path) -> None:
    """Let the process that oracles are forked from start, and load these, while others do more."""
    _SERVER.ask_for({"exercises": str(exercises.resolve())})


class _Server:
    """The process that forks oracles, started when the first one is needed."""

    def __init__(self):
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None
        self._process: subprocess.Popen | None = None

    def ask_for(self, request: dict, *sockets: socket.socket) -> None:
        """Let it fork an oracle that holds these sockets; without any, only load the exercises."""
        message = json.dumps(request).encode()
        descriptors = [one.fileno() for one in sockets]
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            try:
                socket.send_fds(self._requests, [message], descriptors)
            except ConnectionError:
                # It has died just now.
                self._start()
                socket.send_fds(self._requests, [message], descriptors)

    def _start(self) -> None:
        self._end()
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        here = str(Path(__file__).resolve().parents[2])
        paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", f"{__name__}.server"],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                env=os.environ
                | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"},
            )

    def stop(self) -> None:
        """End it; it also ends by itself when this process does."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._requests.close()
            self._process.wait()
            self._process = None


_SERVER = _Server()
atexit.register(_SERVER.stop)
