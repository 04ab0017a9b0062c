"""The shell that runs the cells: ipykernel's own, with a socket in place of its channels."""

from __future__ import annotations

import ast
import builtins
import getpass
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.inputtransformer2 import TransformerManager
from jupyter_client.session import Session
from traitlets.config import Config

HEADER = struct.Struct(">I")
# Otherwise a thread would write all inputs into a database.
SETTINGS = Config({"HistoryManager": {"enabled": False}})


class Channel(Session):
    """What the shell sends its messages through, to the grader instead of to a notebook's page.

    Each message is answered before the process goes on. So what was printed before it lies in the
    pipes when the grader takes it, and what is printed after it does not.
    """

    owner: int | None = None
    """The process that messages come from, once there is one."""

    def open(self, connection: socket.socket) -> None:
        """Send messages to this socket from now on."""
        self.connection, self.owner = connection, os.getpid()
        self.lock = threading.Lock()

    def send(self, stream, message, content=None, *_arguments, **_options) -> None:
        """Send a message, given as a whole or as its kind and content, and wait for the answer."""
        if os.getpid() != self.owner:
            return
        if isinstance(message, dict):
            message, content = message["msg_type"], message["content"]
        with self.lock:
            # Not even an alarm may come between the halves of a message.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            try:
                self.tell(message, content)
                self.connection.recv(1)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def tell(self, kind: str, content: dict) -> None:
        """Send a message that is not answered."""
        frame = self.pack([kind, content])
        self.connection.sendall(HEADER.pack(len(frame)) + frame)


class Transformers(TransformerManager):
    """IPython's own, but for its tokenizer, which takes longer than most cells and is written in
    Python: what is Python already holds none of the magics that it looks for.
    """

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """Return the lines with magics replaced by calls."""
        return lines if _is_python("".join(lines)) else super().do_token_transforms(lines)


def _is_python(code: str) -> bool:
    if "\\" in code:
        # A wrong escape would be warned of twice.
        return False
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def new_shell(make: Callable[..., ZMQInteractiveShell] = ZMQInteractiveShell):
    """Return a shell that needs no thread and no channel, and has run nothing yet.

    Parameters
    ----------
    make : callable
        What makes it; `ZMQInteractiveShell.instance`, if it is to be the one of this process.
    """
    shell = make(config=SETTINGS, compiler_class=XCachingCompiler)
    shell.display_pub.session = shell.displayhook.session = Channel()
    shell.kernel = SimpleNamespace(eventloop=None, shell=shell)
    shell.enable_gui = _no_windows
    shell.extension_manager.load_extension("storemagic")
    shell.input_transformer_manager = Transformers()
    # IPython lays out every error a second time, for a history that is switched off.
    shell._format_exception_for_storage = lambda error, *_arguments, **_options: str(error)
    return shell


def move(shell: ZMQInteractiveShell, home: str) -> None:
    """Change where a shell keeps its own files, without making the folder, here and now."""
    folder = shell.profile_dir
    for owner, name, path in (
        (shell, "ipython_dir", home),
        (folder, "location", f"{home}/{os.path.basename(folder.location)}"),
    ):
        owner.unobserve_all(name)
        setattr(owner, name, path)


def settle(shell: ZMQInteractiveShell, connection: socket.socket) -> None:
    """Let a shell that was made elsewhere work here: with these pipes, this socket, this folder."""
    sys.stdout = sys.__stdout__ = _stream(1)
    sys.stderr = sys.__stderr__ = _stream(2)
    shell.display_pub.session.open(connection)
    shell.starting_dir = os.getcwd()
    shell.init_environment()
    builtins.input, getpass.getpass = _no_input("raw_input"), _no_input("getpass")


def _stream(number: int):
    return open(number, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)


def _no_windows(gui: str | None = None) -> None:
    if gui not in (None, "inline"):
        raise UsageError(f"There is no screen here, so no window of {gui} can be opened.")


def _no_input(name: str):
    def refuse(*_arguments, **_options):
        __tracebackhide__ = True
        raise StdinNotImplementedError(
            f"{name} was called, but this frontend does not support input requests."
        )

    return refuse
