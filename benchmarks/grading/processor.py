"""The processor time of a command and of all that it starts, whatever else runs on the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import sleep

# Where control groups of the second version are, alone or beside those of the first.
GROUPS = [Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")]
INTO_GROUP = 'echo $$ > "$0"; exec "$@"'
TICKS = os.sysconf("SC_CLK_TCK")


class Count:
    """Counts a command's time in a control group; the whole machine's where there can be none."""

    def __init__(self, group: Path | None):
        self._group = group
        self._start = self._now()

    def inside(self, command: list[str]) -> list[str]:
        """Return the command that starts it in the group."""
        if self._group is None:
            return command
        return ["sh", "-c", INTO_GROUP, str(self._group / "cgroup.procs"), *command]

    def seconds(self) -> float:
        """Return the seconds since this was made, of all processors together."""
        return self._now() - self._start

    def _now(self) -> float:
        if self._group is None:
            user, nice, system, _, _, *rest = Path("/proc/stat").read_text().split()[1:9]
            return sum(map(int, (user, nice, system, *rest))) / TICKS
        return int((self._group / "cpu.stat").read_text().split()[1]) / 1e6


@contextmanager
def counted() -> Iterator[Count]:
    """Lend a count, with a group of its own if this user may make one."""
    group = _group()
    try:
        yield Count(group)
    finally:
        if group is not None:
            _remove(group)


def is_exact() -> bool:
    """Whether only the command's own time is counted."""
    group = _group()
    if group is not None:
        group.rmdir()
    return group is not None


def _remove(group: Path) -> None:
    """Remove a group as soon as the last of its processes has ended."""
    for _ in range(100):
        try:
            group.rmdir()
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError(f"Processes are left in {group}.")


def _group() -> Path | None:
    for parent in GROUPS:
        try:
            group = Path(mkdtemp(prefix="bench-", dir=parent))
        except OSError:
            continue
        if (group / "cpu.stat").exists() and os.access(group / "cgroup.procs", os.W_OK):
            return group
        group.rmdir()
    return None
