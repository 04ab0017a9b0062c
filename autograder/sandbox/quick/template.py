"""The template process, and the runners that are forked from it."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import io
import json
import os
import site
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from autograder.sandbox import bubblewrap, contents, seccomp
from autograder.sandbox.bubblewrap import Box
from autograder.sandbox.policy import Limits

PACKAGE = "course_runner"
START_SECONDS = 60
SEALED = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
PRINT_PATH = "import json, sys; print(json.dumps([path for path in sys.path if path]))"


class Template:
    """The process that runners are forked from, started when it is first needed."""

    def __init__(self):
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None
        self._process: subprocess.Popen | None = None
        self._fonts: dict[str, bytes] = {}

    def contents(self) -> dict[str, bytes]:
        """Return what of ours its runners need in their boxes, by the paths inside."""
        with self._lock:
            self._start_if_needed()
            return contents.probe() | self._fonts

    def ask(self, request: dict, descriptors: list[int]) -> None:
        """Let it fork a runner that holds these descriptors."""
        message = json.dumps(request).encode()
        with self._lock:
            self._start_if_needed()
            try:
                socket.send_fds(self._requests, [message], descriptors)
            except ConnectionError:
                # It has died just now.
                self._start()
                socket.send_fds(self._requests, [message], descriptors)

    def _start_if_needed(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._start()

    def _start(self) -> None:
        self.stop()
        try:
            self._begin()
        except BaseException:
            self.stop()
            raise

    def _begin(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryDirectory(prefix="hs-") as folder, theirs:
            _copy_inside(Path(folder, PACKAGE))
            python = _python()
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", PACKAGE],
                    executable=f"/proc/self/fd/{python}",
                    pass_fds=[python],
                    stdin=theirs,
                    stdout=subprocess.DEVNULL,
                    cwd="/",
                    env=_environment(folder),
                )
            finally:
                os.close(python)
            theirs.close()
            self._requests.settimeout(START_SECONDS)
            ready = b""
            with contextlib.suppress(ConnectionError):
                self._requests.send(json.dumps(_settings()).encode())
                self._requests.send(seccomp.program())
                ready = self._requests.recv(16)
            if not ready:
                raise OSError("the process that notebooks are forked from ended early")
            self._fonts = contents.fonts_inside(Path(folder))

    def stop(self) -> None:
        """End it; it also ends by itself when this process does."""
        if self._process is not None:
            self._process.kill()
        if self._requests is not None:
            # Closing alone would not reach somebody who waits at this socket in another thread.
            with contextlib.suppress(OSError):
                self._requests.shutdown(socket.SHUT_RDWR)
            self._requests.close()
        if self._process is not None:
            self._process.wait()
            self._process = None


TEMPLATE = Template()
atexit.register(TEMPLATE.stop)


class Runner:
    """A copy of the template in a box, ready for cells.

    Parameters
    ----------
    pid : int
        A process of the box.
    box : Box

    Raises
    ------
    OSError
        No copy could be made, or it could not enter the box.
    """

    def __init__(self, pid: int, box: Box):
        with contextlib.ExitStack() as opened:
            self.connection, theirs = map(opened.enter_context, socket.socketpair())
            self.stdout, stdout = map(opened.enter_context, _pipe())
            self.stderr, stderr = map(opened.enter_context, _pipe())
            request = {
                "box": pid,
                "user": box.user if os.geteuid() == 0 else None,
                "limits": bubblewrap.resources(box.limits),
            }
            TEMPLATE.ask(request, [end.fileno() for end in (stdout, stderr, theirs)])
            for end in (stdout, stderr, theirs):
                end.close()
            self.connection.settimeout(START_SECONDS)
            self.process = _welcomed(self.connection)
            opened.callback(os.close, self.process)
            self.connection.setblocking(False)
            for end in (self.stdout, self.stderr):
                os.set_blocking(end.fileno(), False)
            self._opened = opened.pop_all()

    def __enter__(self) -> Runner:
        """Return itself; what it has open is closed at the end."""
        return self

    def __exit__(self, *_) -> None:
        """Close what is open. The runner itself ends with its box."""
        self._opened.close()


def _pipe() -> Iterator[io.FileIO]:
    reading, writing = os.pipe()
    yield os.fdopen(reading, "rb", buffering=0)
    yield os.fdopen(writing, "wb", buffering=0)


def _welcomed(connection: socket.socket) -> int:
    """Return a descriptor of the runner's process, once it is in the box and has no rights left.

    It says so itself, and whoever forked it sends the descriptor, in either order.
    """
    found: list[int] = []
    for _ in range(2):
        word, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        found += descriptors
        if word != b"+":
            for descriptor in found:
                os.close(descriptor)
            reason = connection.recv(1000).decode(errors="replace") if word else "no answer"
            raise OSError(f"no process could enter the box: {reason}")
    return found[0]


def _python() -> int:
    """Return a descriptor of a copy of this Python's program.

    A process can reach the program it runs, and change its rights if it owns it, past all that is
    read-only in its box. A runner reaches this copy.
    """
    program = os.memfd_create("python", os.MFD_ALLOW_SEALING)
    content = memoryview(Path(sys.executable).read_bytes())
    while content:
        content = content[os.write(program, content) :]
    fcntl.fcntl(program, fcntl.F_ADD_SEALS, SEALED)
    return program


def _copy_inside(folder: Path) -> None:
    """Copy what runs in the template, so that it names no folder of the grader's."""
    folder.mkdir()
    for entry in resources.files("autograder.sandbox.quick").joinpath("inside").iterdir():
        if entry.name.endswith(".py"):
            (folder / entry.name).write_bytes(entry.read_bytes())


def _environment(folder: str) -> dict[str, str]:
    """Return a box's variables, with this folder for all that is written outside of a box."""
    ours = ("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "PYTHONPATH")
    return bubblewrap.environment() | dict.fromkeys(ours, folder)


def _settings() -> dict:
    """Return what the template must know about boxes."""
    asked = Box(Limits(), {}, {}).run([sys.executable, "-c", PRINT_PATH])
    if asked.returncode:
        raise OSError(f"no box can be made: {' '.join(asked.stderr.split())}")
    path = json.loads(asked.stdout)
    # Outside there may be more in a folder than inside, except in those of Python.
    python = (sys.prefix, sys.base_prefix)
    imports = [folder for folder in path if any(map(Path(folder).is_relative_to, python))]
    # The notebook's own folder, where IPython has it too: behind the standard library.
    packages = set(site.getsitepackages())
    path.insert(next((n for n, one in enumerate(path) if one in packages), len(path)), "")
    return {"path": path, "imports": imports, "environment": bubblewrap.environment()}
