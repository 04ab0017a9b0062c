"""What the grader asks about one exercise, as its problem set declares it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.errors import CourseError, unloadable

Cases = Callable[[np.random.Generator], Iterable[dict]]

NEEDED = ("unseen", "reference", "check", "misconceptions")
OPTIONAL = ("example", "seconds", "keeps_arguments", "shows_expected")
FEWEST_MISCONCEPTIONS = 4
EXAMPLE = ".example"


@dataclass(frozen=True)
class Category:
    """One kind of cases; its points are earned by answering every one of them."""

    name: str
    weight: float
    cases: Cases


@dataclass(frozen=True)
class Exercise:
    """An exercise of a problem set.

    Parameters
    ----------
    name : str
        Such as ``"ps03.viterbi"``.
    example : tuple of Category
        What ``probe(name + ".example", function)`` asks, in the cell whose checks are visible.
    unseen : tuple of Category
        What ``probe(name, function)`` asks.
    reference : callable
        ``reference(**arguments)`` gives the right answer.
    check : callable
        ``check(answer, expected, **arguments)`` raises an `AssertionError` that tells the student
        what is wrong.
    misconceptions : tuple of (callable, str)
        Wrong implementations, and the sentence on the idea behind each.
    seconds : float
        How long all answers to one probe may take together.
    keeps_arguments : bool
        Whether the function must leave its arguments as they are.
    shows_expected : bool
        Whether a student may see the right answer to the case that failed.
    """

    name: str
    example: tuple[Category, ...]
    unseen: tuple[Category, ...]
    reference: Callable
    check: Callable
    misconceptions: tuple[tuple[Callable, str], ...]
    seconds: float = 10.0
    keeps_arguments: bool = True
    shows_expected: bool = True

    def probes(self) -> dict[str, tuple[Category, ...]]:
        """Return what each of the exercise's probes asks."""
        asked = {self.name: self.unseen}
        return asked | {self.name + EXAMPLE: self.example} if self.example else asked


def folder() -> Path:
    """Return where the problem sets lie: inside an installed package, or beside it in a clone."""
    here = Path(__file__).resolve().parent
    installed = here / "problem_sets"
    return installed if installed.is_dir() else here.parent / "assignments"


def load(path: Path) -> dict[str, Exercise]:
    """Return the exercises of a problem set's `exercises.py`, loaded by its path.

    Wherever it lies, it may import what lies beside our own problem sets: `comparing`.
    """
    spec = importlib.util.spec_from_file_location(f"exercises_{path.parent.name}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        with _importable(folder()):
            spec.loader.exec_module(module)
    except FileNotFoundError:
        raise CourseError(f"{path} is missing: a problem set with probes needs it.") from None
    except Exception as error:
        raise unloadable(path, error) from error
    declared = getattr(module, "EXERCISES", None)
    if not isinstance(declared, Mapping):
        raise CourseError(f"{path} must define EXERCISES, a dictionary of exercises by name.")
    problem_set = path.parent.name
    return {name: declared_as(name, value, problem_set) for name, value in declared.items()}


@contextmanager
def _importable(where: Path):
    """Let modules of a folder be imported by name in the block."""
    sys.path.insert(0, str(where))
    try:
        yield
    finally:
        sys.path.remove(str(where))


def declared_as(name: str, declaration, problem_set: str) -> Exercise:
    """Return the exercise that a dictionary declares, or say which key of it is wrong."""

    def require(condition, key: str, what: str) -> None:
        if not condition:
            raise CourseError(f"{problem_set}: exercise {name!r}, key {key!r}: {what}.")

    if not isinstance(name, str) or name.endswith(EXAMPLE):
        raise CourseError(
            f"{problem_set}: an exercise's name must be a text like 'ps03.viterbi' that does not "
            f"end in {EXAMPLE!r}, got {name!r}."
        )
    if not isinstance(declaration, Mapping):
        raise CourseError(
            f"{problem_set}: exercise {name!r} must be a dictionary with the keys "
            f"{', '.join(NEEDED)}, got {type(declaration).__name__}."
        )
    for key in NEEDED:
        require(key in declaration, key, "it is missing")
    for key in declaration:
        known = ", ".join(NEEDED + OPTIONAL)
        require(key in NEEDED + OPTIONAL, key, f"there is no such key; there are {known}")
    for key in ("reference", "check"):
        require(callable(declaration[key]), key, "it must be a function")

    unseen = declaration["unseen"]
    require(isinstance(unseen, Mapping) and unseen, "unseen", "it must map categories to cases")
    categories = []
    for category, value in unseen.items():
        weight, cases = value if isinstance(value, tuple) and len(value) == 2 else (1, value)
        require(isinstance(category, str), "unseen", f"a category's name must be text: {category}")
        good_weight = isinstance(weight, (int, float)) and 0 < weight < float("inf")
        require(good_weight, "unseen", f"{category!r} has the weight {weight!r}, not one above 0")
        require(callable(cases), "unseen", f"{category!r} must be cases(rng) or (weight, cases)")
        categories.append(Category(category, float(weight), cases))

    misconceptions = declaration["misconceptions"]
    good_pairs = isinstance(misconceptions, (list, tuple)) and all(
        isinstance(pair, tuple)
        and len(pair) == 2
        and callable(pair[0])
        and isinstance(pair[1], str)
        and pair[1].strip()
        for pair in misconceptions
    )
    require(good_pairs, "misconceptions", "it must be a list of (wrong function, sentence)")
    enough = len(misconceptions) >= FEWEST_MISCONCEPTIONS
    require(enough, "misconceptions", f"at least {FEWEST_MISCONCEPTIONS} are needed")

    example = declaration.get("example")
    require(example is None or callable(example), "example", "it must be a function cases(rng)")
    seconds = declaration.get("seconds", Exercise.seconds)
    good_seconds = isinstance(seconds, (int, float)) and 0 < seconds <= 600
    require(good_seconds, "seconds", f"it must be a number above 0 and up to 600, got {seconds!r}")
    switches = {key: declaration.get(key, True) for key in ("keeps_arguments", "shows_expected")}
    for key, value in switches.items():
        require(isinstance(value, bool), key, "it must be True or False")
    return Exercise(
        name=name,
        example=(Category("the examples", 1.0, example),) if example else (),
        unseen=tuple(categories),
        reference=declaration["reference"],
        check=declaration["check"],
        misconceptions=tuple(misconceptions),
        seconds=float(seconds),
        **switches,
    )
