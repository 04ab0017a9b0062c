"""A Jupyter kernel in a box: a kernel manager, and the provisioner that starts the box."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import sys
import tempfile
from copy import copy
from importlib import resources
from pathlib import Path

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Instance, Type, default

from autograder.sandbox import contents, policy
from autograder.sandbox.bubblewrap import Box
from autograder.sandbox.policy import Limits

CONNECTION = "connection.json"
CHANNEL = "channel"
# A file of the submission that is called like a part of the kernel must not replace it: until the
# kernel runs, its folder is not on the path. IPython puts it there, behind the standard library.
LAUNCH = """
import sys
sys.path = list(filter(None, sys.path))
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""
PYTHON = KernelSpec(
    argv=[sys.executable, "-c", LAUNCH, "-f", "{connection_file}"],
    display_name="Python",
    language="python",
    interrupt_mode="message",
)


class BoundedClient(AsyncKernelClient):
    """A client that holds no more than a few messages, and none longer than a cell's output."""

    @default("context")
    def _bounded_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, self.parent.limits.cell_output_kb * 1024)
        context.setsockopt(zmq.RCVHWM, 64)
        # How often, in milliseconds, to look whether a starting kernel listens yet.
        context.setsockopt(zmq.RECONNECT_IVL, 10)
        return context


class GradingKernelManager(AsyncKernelManager):
    """A kernel manager with a run folder, for the sockets of one submission's kernel and oracle.

    The folder has a short name: Unix sockets refuse paths of more than 107 bytes. A notebook's
    kernel name is ignored; its kernel is this environment's Python.
    """

    limits = Instance(Limits, args=())
    folder = Instance(Path, allow_none=True, help="Where the submission's other files lie.")
    client_factory = Type(BoundedClient)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.transport = "ipc"
        self._run_folder = tempfile.TemporaryDirectory(prefix="hs-", ignore_cleanup_errors=True)
        self.run_folder = Path(self._run_folder.name)
        self.oracle_socket.parent.mkdir()
        self.connection_file = str(self.run_folder / CONNECTION)
        self.ip = str(self.run_folder / CHANNEL)

    @property
    def oracle_socket(self) -> Path:
        """Where the oracle listens; the kernel finds it through `COURSE_ORACLE`."""
        return self.run_folder / "oracle" / "socket"

    @property
    def box(self) -> Path | None:
        """The root of the box's files, seen from outside, if there is a box."""
        return None

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command of the kernel."""
        return PYTHON

    def environment(self) -> dict[str, str]:
        """Return the environment of a kernel outside the sandbox, with the probe in reach."""
        probe = self.run_folder / Path(policy.PROBE).name
        if not probe.exists():
            probe.symlink_to(resources.files("autograder").joinpath("inside"))
        settings = {"COURSE_ORACLE": str(self.oracle_socket), "PYTHONPATH": str(self.run_folder)}
        return os.environ | settings

    def seal(self) -> None:
        """Called once the kernel listens on its channels."""

    def cleanup_connection_file(self) -> None:
        """Remove the run folder too."""
        super().cleanup_connection_file()
        self._run_folder.cleanup()


class SandboxedKernelManager(GradingKernelManager):
    """A kernel manager whose kernels live in the sandbox.

    Channels are Unix sockets, because the inside has no network to share with us. They lie in the
    box, and are reached through its process 1: nothing of ours can be written from inside.
    """

    @property
    def box(self) -> Path | None:
        """The root of the box's files, seen from outside."""
        pid = getattr(self.provisioner, "box_pid", None)
        return None if pid is None else Path(f"/proc/{pid}/root")

    def seal(self) -> None:
        """Once the kernel listens, keep it from putting other things where its channels were."""
        Path(f"{self.box}{policy.CHANNELS}").chmod(0o555)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command of the kernel, led to our provisioner."""
        spec = copy(PYTHON)
        spec.metadata = {"kernel_provisioner": {"provisioner_name": "bubblewrap"}}
        return spec

    def environment(self) -> dict[str, str]:
        """Return nothing: the box has an environment of its own."""
        return {}


class BubblewrapProvisioner(LocalProvisioner):
    """Start the kernel as jupyter_client would, but in a box, and end the box as a whole."""

    box_process: int | None = None
    """Process 1 of the box, as a descriptor; all others die with it."""
    box_pid: int | None = None

    async def launch_kernel(self, cmd, **kwargs):
        """Make the box and start the command in it, with nothing of our environment."""
        manager = self.parent
        if not isinstance(manager, SandboxedKernelManager):
            raise TypeError("The bubblewrap provisioner needs a SandboxedKernelManager.")
        box = Box(
            limits=manager.limits,
            files={
                **contents.ours(),
                **contents.files_of(manager.folder, manager.limits),
                f"{policy.GRADER}/{CONNECTION}": _connection_inside(manager),
            },
            folders={policy.ORACLE: manager.oracle_socket.parent},
        )
        if manager.oracle_socket.exists():
            manager.oracle_socket.chmod(0o666)
        inner = [word.replace(str(manager.run_folder), policy.GRADER) for word in cmd]
        news, news_inside = os.pipe()
        command, descriptors = box.command(inner, news_inside)
        kwargs |= {"cwd": "/", "env": {"PATH": os.defpath}}
        try:
            info = await super().launch_kernel(
                command, pass_fds=(*descriptors, news_inside), **kwargs
            )
        finally:
            for descriptor in (*descriptors, news_inside):
                os.close(descriptor)
        with os.fdopen(news) as answer:
            self._remember(answer.read())
        manager.ip = f"{manager.box}{policy.CHANNELS}/{CHANNEL}"
        return {**info, "ip": manager.ip}

    def _remember(self, news: str) -> None:
        """Hold on to process 1 of the box; without news the box could not be made."""
        if not news:
            raise RuntimeError("bubblewrap could not make the box.")
        self.box_pid = json.loads(news)["child-pid"]
        self.box_process = os.pidfd_open(self.box_pid)

    async def send_signal(self, signum: int) -> None:
        """Signal the box; killing it kills all that lives in it, and waits for that."""
        if signum == signal.SIGKILL:
            await self._kill_box()
        await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """See to it that nothing of the box is left."""
        await self._kill_box()
        await super().cleanup(restart)

    async def _kill_box(self) -> None:
        if self.box_process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.box_process, signal.SIGKILL)
        while not is_over(self.box_process):
            await asyncio.sleep(0.005)
        os.close(self.box_process)
        self.box_process = self.box_pid = None
        # bubblewrap itself, outside the box, has nothing left to wait for.
        self.process.wait()


def is_over(process: int) -> bool:
    """Whether the process behind a descriptor has ended, and with it, for process 1, its box."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(0))


def _connection_inside(manager: SandboxedKernelManager) -> bytes:
    """Return what the kernel reads about its channels, with the paths it knows them by."""
    connection = json.loads(Path(manager.connection_file).read_text())
    connection["ip"] = f"{policy.CHANNELS}/{CHANNEL}"
    return json.dumps(connection).encode()
