"""Whether a box can be made on this machine, and the remedy where it cannot."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from autograder.errors import CourseError
from autograder.sandbox import bubblewrap
from autograder.sandbox.policy import Limits

OLDEST = (0, 8)
PROGRAMS = {"bwrap": "bubblewrap", "prlimit": "util-linux", "setpriv": "util-linux"}
# Settings of the kernel that forbid ordinary users a namespace of their own.
SWITCHES = {
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "user.max_user_namespaces": ("0", "10000"),
}


def check_available() -> None:
    """Refuse, in one line that names the remedy, where no box can be made."""
    for program, package in PROGRAMS.items():
        if shutil.which(program) is None:
            raise CourseError(
                f"Student code is only run in a sandbox, and its program ({program}) is not "
                f"installed. Install {package}, for example: sudo apt-get install {package}"
            )
    answer = bubblewrap.Box(Limits(), {}, {}).run(["true"])
    if answer.returncode:
        complaint = " ".join(answer.stderr.split())
        raise CourseError(
            f"Student code is only run in a sandbox, and bwrap cannot make one here "
            f"({complaint}). {_remedy()}"
        )


def _remedy() -> str:
    version = subprocess.run(
        [bubblewrap.PROGRAM, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = tuple(map(int, re.findall(r"\d+", version)))
    if found and found < OLDEST:
        return "bubblewrap 0.8 or newer is needed; install it from your system's newer release."
    for switch, (forbidding, allowing) in SWITCHES.items():
        path = Path("/proc/sys", *switch.split("."))
        if path.exists() and path.read_text().strip() == forbidding:
            return f"Allow user namespaces: sudo sysctl -w {switch}={allowing}"
    return (
        "In a container, start that with leave to make namespaces, for example: "
        "docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined "
        "--security-opt apparmor=unconfined"
    )
