"""Variants of a problem set: the same questions, with other numbers, names and conventions.

A problem set has variants if `variants.py` lies beside its `exercises.py`. A student who was given
one is graded by it, whatever notebook comes back.
"""

from __future__ import annotations

from pathlib import Path

RELEASES = "variants"
SOURCES = "variant_sources"


def path_in(root: Path, folder: str, problem_set: str, student: str) -> Path:
    """Return where one student's notebook lies in one of the two folders above."""
    return root / folder / student / problem_set / f"{problem_set}.ipynb"


def source_for(root: Path, problem_set: str, student: str, original: Path) -> Path:
    """Return the instructor's notebook that a student's work is graded by.

    Parameters
    ----------
    root : Path
        The course directory.
    problem_set, student : str
    original : Path
        The source for all who were given no variant.
    """
    own = path_in(root, SOURCES, problem_set, student).with_name(original.name)
    return own if own.is_file() else original


def students_with(root: Path, problem_set: str) -> list[str]:
    """Return the students who were given a variant of a problem set."""
    return sorted(path.parent.name for path in (root / SOURCES).glob(f"*/{problem_set}"))
