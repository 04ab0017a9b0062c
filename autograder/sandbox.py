"""Run a student's kernel inside bubblewrap, as a Jupyter kernel provisioner.

Inside there is a read-only system, the Python environment, and the one folder that is graded. There
is no network, no home, no course directory, no other submission, and no process but the kernel's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from autograder.errors import CourseError

PROGRAM = "bwrap"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/fonts")
# Unix sockets refuse paths of more than 107 bytes, so their folder lies right below this one.
SOCKETS = Path(tempfile.gettempdir())


def check_available() -> None:
    """Refuse, in one line that names the remedy, where no sandbox can be made."""
    if shutil.which(PROGRAM) is None:
        raise CourseError(
            "Student code is only run in a sandbox, and its program (bwrap) is not installed. "
            "Install bubblewrap, for example: sudo apt-get install bubblewrap"
        )
    trial = subprocess.run(
        [PROGRAM, "--unshare-all", "--ro-bind", "/", "/", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if trial.returncode:
        raise CourseError(
            f"Student code is only run in a sandbox, and bwrap cannot make one here "
            f"({trial.stderr.strip()}). Allow unprivileged user namespaces, for example: "
            "sudo sysctl -w kernel.unprivileged_userns_clone=1"
        )


class SandboxedKernelManager(AsyncKernelManager):
    """A kernel manager whose kernels live in the sandbox, whatever their kernelspec says.

    Channels are Unix sockets, because the inside has no network to share with us.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.transport = "ipc"
        self._folder = tempfile.TemporaryDirectory(prefix="hs-", dir=SOCKETS)
        self.connection_file = str(Path(self._folder.name) / "kernel.json")

    @property
    def kernel_spec(self) -> KernelSpec:
        """The notebook's kernelspec, led to our provisioner."""
        spec = super().kernel_spec
        spec.interrupt_mode = "message"
        spec.metadata = spec.metadata | {
            "kernel_provisioner": {"provisioner_name": "bubblewrap"},
        }
        return spec

    def cleanup_connection_file(self) -> None:
        """Remove the sockets' folder too."""
        super().cleanup_connection_file()
        self._folder.cleanup()


class BubblewrapProvisioner(LocalProvisioner):
    """Start the kernel as jupyter_client would, with bubblewrap in front of its command."""

    async def launch_kernel(self, cmd, **kwargs):
        """Wrap the command, and give it nothing of our environment."""
        workplace = Path(kwargs["cwd"]).resolve()
        sockets = Path(self.parent.connection_file).parent
        kwargs["env"] = {"PATH": os.defpath}
        # What the kernel says outside its channels is no part of the submission.
        kwargs["stdout"] = kwargs["stderr"] = subprocess.DEVNULL
        return await super().launch_kernel(command(cmd, workplace, sockets), **kwargs)


def command(inner: list[str], workplace: Path, sockets: Path) -> list[str]:
    """Return the command that runs `inner` in the sandbox.

    Parameters
    ----------
    inner : list of str
        The kernel's own command.
    workplace : Path
        The one folder of the submission, writable and the working directory.
    sockets : Path
        The folder of the kernel's connection file and channels, writable.
    """
    readable = [path for path in (*SYSTEM, *_python()) if Path(path).exists()]
    environment = {
        "HOME": "/tmp/home",
        "LANG": "C.UTF-8",
        "PATH": f"{sysconfig.get_path('scripts')}:/usr/bin:/bin",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp/home",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    return [
        PROGRAM,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/tmp/home"),
        *(word for path in readable for word in ("--ro-bind", path, path)),
        *("--bind", str(sockets), str(sockets)),
        *("--bind", str(workplace), str(workplace), "--chdir", str(workplace)),
        *(word for name, value in environment.items() for word in ("--setenv", name, value)),
        *inner,
    ]


def _python() -> list[str]:
    """Return the folders that the running Python needs: its installation and this environment."""
    folders = {os.path.realpath(sys.base_prefix), sys.base_prefix, sys.prefix}
    return sorted(folders - {"/usr"})
