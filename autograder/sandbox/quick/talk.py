"""Talk with a runner, which may say anything at any time."""

from __future__ import annotations

import json
import select
import signal
import struct
import time
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.outputs import NONSENSE, Outputs, TooMuchOutput
from autograder.sandbox.quick.template import Runner
from autograder.sandbox.report import Stop
from autograder.sandbox.watch import GONE, INTERVAL, Watch

HEADER = struct.Struct(">I")
PIECE = 1 << 16
TAKEN = b"+"
"""The answer to each message; the runner waits for it."""


class Talk:
    """What is said to a runner and heard from it, cell by cell.

    Parameters
    ----------
    runner : Runner
    watch : Watch
    root : Path
        The root of its box's files, seen from outside.
    """

    def __init__(self, runner: Runner, watch: Watch, root: Path):
        self.runner, self.watch, self.root = runner, watch, root
        self.next_look = time.monotonic() + INTERVAL
        self.pipes = {"stdout": runner.stdout, "stderr": runner.stderr}
        self.heard, self.to_say = bytearray(), bytearray()
        self.events = select.poll()
        for source in (runner.connection, *self.pipes.values(), runner.process):
            self.events.register(source, select.POLLIN)

    def ask(self, source: str) -> None:
        """Let the runner run a cell."""
        data = source.encode(errors="replace")
        self._say(HEADER.pack(len(data)) + data)

    def interrupt(self) -> None:
        """Ask the runner to give up the cell, as Ctrl-C does."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.runner.process, signal.SIGINT)

    def listen(self, outputs: Outputs, seconds: float) -> dict | None:
        """Take outputs until the cell is done; return what is said of its end, or None if it isn't.

        Raises
        ------
        Stop
            The runner is gone, or its box has passed a limit.
        TooMuchOutput
        """
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            if now >= self.next_look:
                self._look()
            pause = min(until, self.next_look) - now
            ready = dict(self.events.poll(max(1, 1000 * pause)))
            if ready.get(self.runner.connection.fileno(), 0) & select.POLLOUT:
                self._say(b"")
            self._hear()
            self._print(outputs)
            end = self._understood(outputs)
            while end is None and self.runner.process in ready:
                if not self._hear():
                    raise Stop(GONE.ending, GONE.sentence)
                end = self._understood(outputs)
            if end is not None:
                return end
        return None

    def _look(self) -> None:
        self.next_look = time.monotonic() + INTERVAL
        if trespass := self.watch.trespass(self.root):
            raise Stop(trespass.ending, trespass.sentence)

    def _say(self, data: bytes) -> None:
        """Send what can be sent now; what is left is sent when there is room for it."""
        self.to_say += data
        with suppress(OSError):
            del self.to_say[: self.runner.connection.send(self.to_say)]
        wanted = select.POLLIN | (select.POLLOUT if self.to_say else 0)
        with suppress(FileNotFoundError):
            self.events.modify(self.runner.connection, wanted)

    def _hear(self) -> bool:
        """Take a piece of what is said, and return whether there was any."""
        try:
            piece = self.runner.connection.recv(PIECE)
        except BlockingIOError:
            return False
        except OSError:
            piece = b""
        if not piece:
            with suppress(KeyError):
                self.events.unregister(self.runner.connection)
        self.heard += piece
        return bool(piece)

    def _print(self, outputs: Outputs) -> None:
        """Take all that has been printed."""
        for name, pipe in list(self.pipes.items()):
            while piece := pipe.read(PIECE):
                outputs.print(name, piece)
            if piece == b"":
                self.events.unregister(pipe)
                del self.pipes[name]

    def _understood(self, outputs: Outputs) -> dict | None:
        """Take the messages that have come whole, until one says that the cell is done."""
        while len(self.heard) >= HEADER.size:
            end = HEADER.size + HEADER.unpack_from(self.heard)[0]
            if end > outputs.room:
                raise TooMuchOutput
            if len(self.heard) < end:
                return None
            message = bytes(self.heard[HEADER.size : end])
            del self.heard[:end]
            # It was printed before the message was sent.
            self._print(outputs)
            outputs.count(len(message))
            kind, content = _kind_and_content(message)
            if kind == "done":
                return content
            outputs.take(kind, content)
            self._say(TAKEN)
        return None


def _kind_and_content(message: bytes) -> tuple[str, dict]:
    """Return what a message says, or that it says nothing."""
    try:
        match json.loads(message):
            case [str(kind), dict(content)]:
                return kind, content
    except NONSENSE:
        pass
    return "", {}
