"""Watch a running box from outside for what the kernel's own limits do not hold.

Those limits hold for each process alone. What all processes of a box use together is looked up
several times a second, through the box's own /proc and mounts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import policy
from autograder.sandbox.policy import Limits

INTERVAL = 0.2
GRADER_MB = 512
"""How much the grader itself may grow while a notebook runs."""
MEGABYTE = 2**20


@dataclass(frozen=True)
class Trespass:
    """How the cell ended during which the box died or passed a limit, and a sentence about it."""

    ending: str
    sentence: str


GONE = Trespass("died", "The notebook's Python ended before the notebook did.")


class Watch:
    """What a run may not pass, looked up from its beginning on.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._most = resident() + GRADER_MB * MEGABYTE

    def trespass(self, box: Path | None) -> Trespass | None:
        """Return the limit that is passed, if any.

        Parameters
        ----------
        box : Path or None
            The root of the box's files, seen from outside, if there is a box.
        """
        if box is not None and (trespass := _trespass(self.limits, box)):
            return trespass
        # Not even a message that never ends may fill the grader's own memory.
        if resident() > self._most:
            return Trespass("too much output", "The notebook sent more than the grader can hold.")
        return None


def _trespass(limits: Limits, box: Path) -> Trespass | None:
    try:
        usage = [os.statvfs(f"{box}{folder}") for folder in policy.WRITABLE]
        written = sum((disk.f_blocks - disk.f_bfree) * disk.f_frsize for disk in usage)
        files = max(disk.f_files - disk.f_ffree for disk in usage)
        crowded = written + memory(box, limits.memory_mb * MEGABYTE) > limits.memory_mb * MEGABYTE
    except OSError:
        # The box is about to go, which the next look will tell.
        return None
    if crowded:
        return Trespass(
            "out of memory",
            f"The notebook's processes and files took more than {limits.memory_mb} MB of memory.",
        )
    if files > limits.file_count:
        return Trespass("died", f"The notebook made more than {limits.file_count} files.")
    return None


def memory(box: Path, enough: int) -> int:
    """Return the bytes of memory that a box's processes hold.

    Processes share what they have not changed since a fork. The quick sum counts that for each of
    them; if it comes to more than `enough`, the slow and exact one decides.
    """
    processes = [f"{box}/proc/{entry}" for entry in os.listdir(f"{box}/proc") if entry.isdigit()]
    quick = sum(resident(process) for process in processes)
    return quick if quick <= enough else sum(_proportional(process) for process in processes)


def resident(process: str = "/proc/self") -> int:
    """Return the bytes of memory that a process holds for itself or shares since a fork."""
    try:
        _, held, shared, *_ = Path(process, "statm").read_text().split()
    except OSError:
        return 0
    return (int(held) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def _proportional(process: str) -> int:
    """Return a process's bytes of memory, shared ones divided among those who share them."""
    try:
        lines = Path(process, "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
