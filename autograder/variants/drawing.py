"""Draw a variant: what `variants.py` says that a student's notebook shows in place of what."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autograder.errors import CourseError, unloadable
from autograder.exercise import Exercise

FILE = "variants.py"
NEEDED, OPTIONAL = ("texts",), ("examples", "orders")


@dataclass(frozen=True)
class Variant:
    """One version of a problem set.

    Parameters
    ----------
    texts : dict of str to str
        What stands in the problem set's notebook, and what stands there instead.
    examples : dict of str to list of dict
        For each exercise whose numbers change, the arguments of each call that its visible cell
        shows.
    orders : dict of str to tuple of str
        For each exercise whose function takes its arguments in an order of its own, that order.
    """

    texts: Mapping[str, str]
    examples: Mapping[str, list[dict]]
    orders: Mapping[str, tuple[str, ...]]


def has_variants(problem_set: Path) -> bool:
    """Whether a problem set, whose folder this is, can be given out in variants."""
    return (problem_set / FILE).is_file()


def draw(problem_set: Path, seed: str) -> Variant:
    """Return the variant that follows from a seed."""
    path = problem_set / FILE
    spec = importlib.util.spec_from_file_location(f"variants_{problem_set.name}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        said = module.variant(np.random.default_rng(list(seed.encode())))
    except FileNotFoundError:
        raise CourseError(f"{problem_set.name} has no variants: there is no {path}.") from None
    except Exception as error:
        raise unloadable(path, error) from error
    return _checked(said, problem_set.name)


def with_examples(exercises: Mapping[str, Exercise], variant: Variant) -> dict[str, Exercise]:
    """Return the exercises; their visible cells ask what the variant shows there."""
    changed = dict(exercises)
    for name, cases in variant.examples.items():
        exercise = exercises.get(name)
        if exercise is None or not exercise.example:
            raise CourseError(f"{FILE} has examples of {name!r}, but no cell shows examples of it.")
        (shown,) = exercise.example
        asked = replace(shown, cases=lambda rng, cases=tuple(cases): cases)
        changed[name] = replace(exercise, example=(asked,))
    return changed


def _checked(said, problem_set: str) -> Variant:
    """Return what `variant(rng)` returned, or say what is wrong with it."""

    def require(condition, what: str) -> None:
        if not condition:
            raise CourseError(f"{problem_set}: {FILE}, variant(rng): {what}.")

    require(isinstance(said, Mapping), f"it must return a dictionary, got {type(said).__name__}")
    missing, unknown = set(NEEDED) - said.keys(), said.keys() - {*NEEDED, *OPTIONAL}
    require(not missing, f"the dictionary has no {', '.join(missing)}")
    require(not unknown, f"there is no key {', '.join(map(repr, unknown))}")
    for key in said:
        require(isinstance(said[key], Mapping), f"{key!r} must be a dictionary")
    for old, new in said["texts"].items():
        good = isinstance(old, str) and isinstance(new, str) and old.strip()
        require(good, f"'texts' must map texts to texts, but has {old!r}: {new!r}")
    return Variant(
        dict(said["texts"]),
        {name: list(cases) for name, cases in said.get("examples", {}).items()},
        {name: tuple(order) for name, order in said.get("orders", {}).items()},
    )
