"""The command that makes a box: bubblewrap, and inside it the limits and the lesser user."""

from __future__ import annotations

import os
import random
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.sandbox import policy, seccomp
from autograder.sandbox.policy import Limits

PROGRAM = "bwrap"
MEGABYTE = 2**20
# Numbers of users that nobody hands out (systemd's list of user numbers), if this machine has them.
UNUSED_USERS = range(0x70000000, 0x7FFB0000)


@dataclass(frozen=True)
class Box:
    """One box: what is put into it, and who lives there.

    Parameters
    ----------
    limits : Limits
        What the box may use up.
    files : mapping of str to bytes
        What the box finds at these paths, as its own copies.
    folders : mapping of str to Path
        Folders outside that can be read inside, at these paths.
    """

    limits: Limits
    files: Mapping[str, bytes]
    folders: Mapping[str, Path]

    @cached_property
    def user(self) -> int:
        """The user's number outside. When root makes the box it is a user of this box alone."""
        if os.geteuid() != 0:
            return os.geteuid()
        return random.SystemRandom().choice(_known_users())

    def command(
        self, inner: Iterable[str], news: int | None = None, limited: bool = True
    ) -> tuple[list[str], list[int]]:
        """Return the command that runs `inner` in the box, and the descriptors it must inherit.

        The caller closes the descriptors. They carry what must not be read inside: process 1 of the
        box is bubblewrap, and everyone may read the words it was started with. Through the
        descriptor `news` it tells which process that is. Only a program of ours, which does nothing
        of a submission's, may go without the limits and the lesser user.
        """
        descriptors = [memory(seccomp.program())]
        words = [*self._namespaces(), "--seccomp", str(descriptors[0]), *self._folders()]
        for path, content in self._all_files():
            descriptors.append(memory(content))
            words += ["--perms", "0644", "--file", str(descriptors[-1]), path]
        for path, folder in self.folders.items():
            words += ["--ro-bind", str(folder), path]
        # What bubblewrap made room for with memory of no limit: its own root and /dev.
        words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", policy.HOME]
        words += ["--clearenv"]
        for name, value in environment().items():
            words += ["--setenv", name, value]
        words += [] if news is None else ["--info-fd", str(news)]
        descriptors.append(memory("".join(f"{word}\0" for word in words).encode()))
        return [
            shutil.which(PROGRAM) or PROGRAM,
            "--args",
            str(descriptors[-1]),
            *(self._limited(inner) if limited else inner),
        ], descriptors

    def run(self, inner: Iterable[str], **options) -> subprocess.CompletedProcess:
        """Run a command in the box and return what it said, as `subprocess.run` does."""
        command, descriptors = self.command(inner)
        try:
            return subprocess.run(
                command,
                pass_fds=descriptors,
                env={"PATH": os.defpath},
                capture_output=True,
                text=True,
                check=False,
                **options,
            )
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _namespaces(self) -> Iterator[str]:
        yield from ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
        yield from ("--unshare-cgroup-try", "--hostname", policy.HOSTNAME)
        yield from ("--die-with-parent", "--new-session")
        if os.geteuid() == 0:
            # Just enough to become the lesser user; `setpriv` drops these too.
            yield from ("--cap-drop", "ALL")
            for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
                yield from ("--cap-add", capability)
        else:
            yield from ("--unshare-user", "--disable-userns")

    def _folders(self) -> Iterator[str]:
        python = {sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix} - {"/usr"}
        readable = [path for path in (*policy.SYSTEM, *sorted(python)) if os.path.exists(path)]
        yield from ("--proc", "/proc", "--dev", "/dev")
        # First: the environment may itself lie below one of these, and must not be covered.
        for path in policy.WRITABLE:
            size = str(self.limits.space_mb * MEGABYTE)
            yield from ("--perms", "1777", "--size", size, "--tmpfs", path)
        # Folders that bubblewrap makes on the way to another are closed to everyone but root.
        for parent in sorted({parent for path in readable for parent in Path(path).parents}):
            yield from ("--perms", "0755", "--dir", str(parent))
        for path in (policy.GRADER, policy.ORACLE):
            yield from ("--perms", "0755", "--dir", path)
        for path in readable:
            yield from ("--ro-bind", path, path)
        for path in _hidden():
            yield from ("--perms", "0555", "--tmpfs", path, "--remount-ro", path)

    def _all_files(self) -> Iterator[tuple[str, bytes]]:
        user = f"{policy.USER}:x:{self.user}:{self.user}::{policy.HOME}:/bin/sh\n"
        yield "/etc/passwd", user.encode()
        yield from self.files.items()

    def _limited(self, inner: Iterable[str]) -> Iterator[str]:
        yield "prlimit"
        yield from (f"--{name}={value}:{value}" for name, value in resources(self.limits).items())
        if os.geteuid() == 0:
            yield from ("setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups")
            yield from ("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all")
        yield from inner


def resources(limits: Limits) -> dict[str, int]:
    """Return the kernel's limits as `prlimit` names them."""
    return {
        "as": limits.memory_mb * MEGABYTE,
        "cpu": limits.cpu_seconds,
        "fsize": limits.file_mb * MEGABYTE,
        "nofile": limits.open_files,
        "nproc": limits.processes,
        "core": 0,
        "memlock": 0,
    }


def environment() -> dict[str, str]:
    """Return the variables that a box's processes find."""
    return {**policy.ENVIRONMENT, "PATH": f"{sysconfig.get_path('scripts')}:/usr/bin:/bin"}


def _hidden() -> Iterator[str]:
    """Yield the folders of our own packages that lie in the environment bound into the box."""
    for folder in sorted({os.path.realpath(path) for path in site.getsitepackages()}):
        for package in policy.HIDDEN_PACKAGES:
            if os.path.isdir(f"{folder}/{package}"):
                yield f"{folder}/{package}"


def _known_users() -> range:
    """Return the numbers to choose a user from; a container may know only some."""
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    maps = [tuple(map(int, line.split())) for line in lines]
    low, high = UNUSED_USERS[0], UNUSED_USERS[-1]
    if any(first <= low and high < first + count for first, _, count in maps):
        return UNUSED_USERS
    first, _, count = max(maps, key=lambda line: line[2])
    return range(first + count // 2, first + count - 2)


def memory(content: bytes) -> int:
    """Return a descriptor from which a child process reads this content."""
    descriptor = os.memfd_create("box")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
