"""Make everything ready, then fork a runner for each request.

The grader starts this with a socket for its standard input. The first message on it says how a box
looks from inside, the second is the filter of system calls; each one after it asks for a runner.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import json
import os
import signal
import socket
import sys
import tempfile

from ipykernel.zmqshell import ZMQInteractiveShell

from . import enter, runner, shell
from .rehearsal import rehearse

MAX_MESSAGE = 1 << 18


def main() -> None:
    """Fork runners until nobody can ask for one any more."""
    requests = socket.socket(fileno=os.dup(0))
    settings = json.loads(requests.recv(MAX_MESSAGE))
    program = requests.recv(MAX_MESSAGE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _reap)
    enter.be_a_template()
    gc.disable()
    ready = _prepare(settings)
    try:
        requests.send(b"ready")
    except BrokenPipeError:
        # Nobody waits any more.
        return
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_MESSAGE, 3)
        if not message:
            return
        if os.fork() == 0:
            requests.detach()
            _be_a_runner(ready, json.loads(message), descriptors, program)
        for descriptor in descriptors:
            os.close(descriptor)


def _prepare(settings: dict) -> ZMQInteractiveShell:
    """Import what notebooks need and make a shell; forget where this process was started."""
    sys.path[:] = settings["imports"]
    sys.path_importer_cache.clear()
    rehearse()
    made = shell.new_shell(ZMQInteractiveShell.instance)
    shell.move(made, settings["environment"]["IPYTHONDIR"])
    tempfile.tempdir = None
    if matplotlib := sys.modules.get("matplotlib"):
        # Both remember their first answer.
        matplotlib.get_configdir = inspect.unwrap(matplotlib.get_configdir)
        matplotlib.get_cachedir = inspect.unwrap(matplotlib.get_cachedir)
    os.environ.clear()
    os.environ.update(settings["environment"])
    sys.path[:] = settings["path"]
    sys.argv[:] = [""]
    for name in [name for name in sys.modules if name.split(".")[0] == __package__]:
        del sys.modules[name]
    gc.collect()
    gc.freeze()
    return made


def _reap(*_) -> None:
    """Let runners that have ended go, so that their boxes can end too."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_a_runner(
    ready: ZMQInteractiveShell, request: dict, descriptors: list[int], program: bytes
) -> None:
    """Enter a box, become a process of it, and run its cells; this never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        connection = _keep_only(descriptors)
        try:
            enter.enter_namespaces(request["box"])
            child = os.fork()
            if child:
                socket.send_fds(connection, [b"+"], [os.pidfd_open(child)])
                return
            _settle(ready, request, program, connection)
        except Exception as error:
            connection.sendall(f"-{error}".encode())
            return
        connection.sendall(b"+")
        runner.run(ready, connection)
    finally:
        os._exit(0)


def _keep_only(descriptors: list[int]) -> socket.socket:
    """Make these the standard output, the standard error and descriptor 3; close all others."""
    high = [os.dup(descriptor) for descriptor in descriptors]
    for number, descriptor in enumerate(high, start=1):
        os.dup2(descriptor, number, inheritable=number < 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=3)


def _settle(
    ready: ZMQInteractiveShell, request: dict, program: bytes, connection: socket.socket
) -> None:
    """Give up all rights, then be at home in the box."""
    enter.give_up_privileges(request["user"], request["limits"], program)
    enter.check(request["user"] or os.getuid())
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.chdir(os.environ["HOME"])
    shell.settle(ready, connection)
    gc.enable()
    # What a fork copies, and no two notebooks may share.
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


if __name__ == "__main__":
    main()
