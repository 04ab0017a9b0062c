"""What lies beside `exercises.py` for its exam: right answers, and survivors that were judged."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Callable
from pathlib import Path

from autograder.errors import CourseError, unloadable


def right_solutions(problem_set: Path) -> dict[str, list[Callable]]:
    """Return the differently written right solutions of each exercise."""
    path = problem_set / "right.py"
    if not path.exists():
        return {}
    spec = importlib.util.spec_from_file_location(f"right_{problem_set.name}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise unloadable(path, error) from error
    found = getattr(module, "RIGHT", None)
    if not isinstance(found, dict):
        raise CourseError(f"{path} must define RIGHT: for each exercise, a list of functions.")
    return found


def judged_equal(problem_set: Path) -> set[tuple[str, str]]:
    """Return the lines before and after of mutants that are as right as the solution.

    A `[[survivor]]` in `survivors.toml` has them, and says `why`.
    """
    path = problem_set / "survivors.toml"
    if not path.exists():
        return set()
    try:
        survivors = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    except ValueError as error:
        raise unloadable(path, error) from error
    for survivor in survivors:
        if not all(survivor.get(key) for key in ("after", "why")) or "before" not in survivor:
            raise CourseError(f"{path}: a survivor needs before, after and why, not {survivor}.")
    return {(survivor["before"].strip(), survivor["after"].strip()) for survivor in survivors}
