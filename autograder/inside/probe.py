"""Ask for questions, call the student's function, send its answers. Nothing is judged here."""

from __future__ import annotations

import contextlib
import inspect
import linecache
import os
import signal
import socket
import time
import traceback

from . import codec

# The oracle's deadlines decide; these only end a wait for an oracle that is gone.
PATIENCE = 60
MAX_MESSAGE = 1000
MAX_LINES = 5


class TooSlow(BaseException):
    """Raised inside the student's function when its time is up; no `except Exception` holds it."""


def probe(name: str, function) -> None:
    """Let the oracle question a function.

    Parameters
    ----------
    name : str
        What is asked, such as ``"ps03.viterbi"``.
    function : callable
        The student's. Whatever it raises, prints or returns, nothing is raised here but the
        kernel's own interrupt.
    """
    with contextlib.suppress(OSError, codec.CodecError), socket.socket(socket.AF_UNIX) as oracle:
        oracle.settimeout(PATIENCE)
        oracle.connect(os.environ["COURSE_ORACLE"])
        codec.send(oracle, codec.encode(name), time.monotonic() + PATIENCE)
        while True:
            seconds = codec.decode(codec.receive(oracle, time.monotonic() + PATIENCE))
            if seconds is None:
                return
            arguments = codec.decode(codec.receive(oracle, time.monotonic() + PATIENCE))
            for frame in answer(function, arguments, seconds):
                codec.send(oracle, frame, time.monotonic() + PATIENCE)


def answer(function, arguments: dict, seconds: float) -> tuple[bytes, bytes]:
    """Return the answer, or what went wrong, and the arguments as the function left them."""
    try:
        with _limited_to(seconds):
            reply = ("answer", _called(function, arguments))
    except KeyboardInterrupt:
        raise
    except TooSlow:
        reply = ("too slow",)
    except MemoryError:
        reply = ("out of memory",)
    except BaseException as error:
        reply = ("exception", type(error).__name__, _message(error), _own_lines(error))
    return _encoded(reply), _arguments_after(arguments)


def _called(function, arguments: dict):
    """Call by name or, where the student chose other names, in the order of the question."""
    try:
        inspect.signature(function).bind(**arguments)
    except (TypeError, ValueError):
        return function(*arguments.values())
    return function(**arguments)


def _encoded(reply: tuple) -> bytes:
    try:
        return codec.encode(reply)
    except codec.CodecError as error:
        return codec.encode(("not plain data", str(error)))
    except MemoryError:
        return codec.encode(("out of memory",))
    except Exception:
        # A class of the student's own, which cannot even be looked through.
        return codec.encode(("not plain data", "the value cannot be read"))


def _arguments_after(arguments: dict) -> bytes:
    try:
        return codec.encode(arguments)
    except Exception:
        return b""


@contextlib.contextmanager
def _limited_to(seconds: float):
    """Raise `TooSlow` in the block after so many seconds."""

    def stop(number, frame):
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _message(error: BaseException) -> str:
    try:
        return str(error).encode(errors="replace").decode()[:MAX_MESSAGE]
    except Exception:
        return ""


def _own_lines(error: BaseException) -> list[str]:
    """Return the student's lines that the error came through, the innermost last."""
    lines = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("__name__") == "__main__":
            text = linecache.getline(frame.f_code.co_filename, number).strip()
            text = text.encode(errors="replace").decode()[:MAX_MESSAGE]
            lines.append(f"line {number} of {frame.f_code.co_name}: {text}")
    return lines[-MAX_LINES:]
