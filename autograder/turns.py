"""One grading at a time in a course, and nothing left of one that was killed."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder import ledger
from autograder.errors import CourseError

SCRATCH = ".received-"
"""How the names of folders begin that hold what is not in its place yet."""


@contextlib.contextmanager
def turn(root: Path) -> Iterator[Path]:
    """Hold a course for one grading, and lend a folder in it for what has no place yet.

    Raises
    ------
    CourseError
        Another grading holds it. When that ends, however it ends, the course is free.
    """
    ledger.key_of(root)
    with (root / ledger.KEY).open("r+b") as key:
        try:
            fcntl.flock(key, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                f"Another grading is at work in {root}. Wait until it has ended."
            ) from None
        for left in root.glob(f"{SCRATCH}*"):
            shutil.rmtree(left)
        ledger.clear_parts(root)
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=root) as scratch:
            yield Path(scratch)
