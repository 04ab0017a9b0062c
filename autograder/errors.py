"""The one kind of error an instructor is meant to read."""

from __future__ import annotations

import traceback
from pathlib import Path


class CourseError(Exception):
    """Something the user can put right; its message is the line they see.

    Parameters
    ----------
    message : str
        What was expected, what came, and what to do.
    exit_status : int
        2 for a call that could not be carried out, 1 for one carried out with failures.
    """

    def __init__(self, message: str, exit_status: int = 2):
        super().__init__(message)
        self.exit_status = exit_status


def unloadable(path: Path, error: Exception) -> CourseError:
    """Return what to tell of a file that cannot be run or read, with the line where it failed."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    where = f"{path}, line {lines[-1]}," if lines else str(path)
    return CourseError(f"{where} cannot be loaded: {type(error).__name__}: {error}.")
