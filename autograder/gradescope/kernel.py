"""A kernel that belongs to another user, to whom the grader's files are closed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from copy import copy
from importlib import resources
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec

from autograder.sandbox import bubblewrap, policy
from autograder.sandbox.kernel import CHANNEL, PYTHON, GradingKernelManager
from autograder.sandbox.policy import Limits

# Nobody's, outside the numbers that boxes take theirs from.
STUDENT = 61_000
LESSER = [
    *("setpriv", f"--reuid={STUDENT}", f"--regid={STUDENT}", "--clear-groups"),
    *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
]


class OthersKernelManager(GradingKernelManager):
    """A kernel manager, of root's, whose kernels are the student's."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.run_folder.chmod(0o711)
        self.channels = self.run_folder / "channels"
        self.home = self.run_folder / "home"
        for folder in (self.channels, self.home):
            folder.mkdir()
            give(folder)
        self.ip = str(self.channels / CHANNEL)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command of the kernel, with the limits that hold for each of its processes."""
        spec = copy(PYTHON)
        spec.argv = ["prlimit", *_limits(self.limits), *LESSER, *PYTHON.argv]
        return spec

    def environment(self) -> dict[str, str]:
        """Return an environment with nothing of ours, and give the student what is theirs."""
        # Python lists the folders that it imports from, which the run folder does not allow.
        probe = self.run_folder / "probe" / Path(policy.PROBE).name
        inside = resources.files("autograder").joinpath("inside")
        shutil.copytree(str(inside), probe, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (probe.parent, probe, *probe.iterdir()):
            path.chmod(0o755)
        self.oracle_socket.parent.chmod(0o711)
        if self.oracle_socket.exists():
            self.oracle_socket.chmod(0o666)
        if self.folder is not None:
            give(self.folder)
        return policy.ENVIRONMENT | {
            "PATH": f"{sysconfig.get_path('scripts')}:{os.defpath}",
            "HOME": str(self.home),
            "MPLCONFIGDIR": str(self.home),
            "IPYTHONDIR": str(self.home),
            "COURSE_ORACLE": str(self.oracle_socket),
            "PYTHONPATH": str(probe.parent),
        }

    def write_connection_file(self, **kwargs) -> None:
        """Let the student's kernel read how it is to be reached."""
        super().write_connection_file(**kwargs)
        give(Path(self.connection_file))

    def seal(self) -> None:
        """Once the kernel listens, keep it from putting other things where its channels were."""
        os.chown(self.channels, 0, 0)


def end_all() -> None:
    """End whatever the student's code has left running."""
    subprocess.run([*LESSER, "kill", "-KILL", "--", "-1"], check=False, capture_output=True)


def give(path: Path) -> None:
    """Make the student the owner of a file, or of a folder with all that is in it."""
    for found in (path, *path.rglob("*")):
        os.chown(found, STUDENT, STUDENT, follow_symlinks=False)


def _limits(limits: Limits) -> list[str]:
    values = bubblewrap.resources(limits)
    return [f"--{name}={value}:{value}" for name, value in values.items()]
