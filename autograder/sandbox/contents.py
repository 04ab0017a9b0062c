"""What a box finds inside: the probe, the submission's files, matplotlib's list of fonts."""

from __future__ import annotations

import functools
import importlib.util
import os
import stat
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from autograder.sandbox import policy
from autograder.sandbox.policy import Limits

MEGABYTE = 2**20


@functools.cache
def ours() -> dict[str, bytes]:
    """Return the probe and matplotlib's list of fonts, by their paths inside."""
    return probe() | _fonts()


@functools.cache
def probe() -> dict[str, bytes]:
    """Return the probe, by its files' paths inside."""
    return {
        f"{policy.PROBE}/{entry.name}": entry.read_bytes()
        for entry in resources.files("autograder").joinpath("inside").iterdir()
        if entry.name.endswith(".py")
    }


def fonts_inside(folder: Path) -> dict[str, bytes]:
    """Return the list of fonts that matplotlib left in this folder, by its path inside."""
    inside = policy.ENVIRONMENT["MPLCONFIGDIR"]
    return {f"{inside}/{path.name}": path.read_bytes() for path in folder.glob("fontlist-*.json")}


def _fonts() -> dict[str, bytes]:
    """Return matplotlib's list of fonts; making it anew takes a second and writes a warning.

    It is made with an empty home, so that it names no font, and no path, of the instructor's own.
    """
    if importlib.util.find_spec("matplotlib") is None:
        return {}
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [sys.executable, "-c", "import matplotlib.font_manager"],
            env={"HOME": home, "MPLCONFIGDIR": home, "PATH": os.defpath},
            check=False,
            capture_output=True,
        )
        return fonts_inside(Path(home))


def files_of(folder: Path | None, limits: Limits) -> dict[str, bytes]:
    """Return a submission's own files by their paths inside; links, devices, notebooks stay out.

    Parameters
    ----------
    folder : Path or None
        Where the submission's files lie.
    limits : Limits
        Files beyond `own_files` or `own_files_mb` are left out, the last in alphabetical order.
    """
    found: dict[str, bytes] = {}
    room = limits.own_files_mb * MEGABYTE
    for path in _regular_files(folder) if folder else ():
        content = _content(path, room)
        if content is None or len(found) == limits.own_files:
            continue
        room -= len(content)
        found[f"{policy.HOME}/{path.relative_to(folder)}"] = content
    return found


def _regular_files(folder: Path) -> list[Path]:
    return sorted(
        Path(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if not name.endswith(".ipynb")
    )


def _content(path: Path, room: int) -> bytes | None:
    """Return a regular file's content if it fits into the room that is left."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > room:
            return None
        return file.read(room)
