"""What people write instead of a solution: right answers and misconceptions, as a cell's text."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType

from autograder import problem_sets
from autograder.check.beside import right_solutions

# What a student has; everything else that a function uses must come along with it.
FOR_STUDENTS = {"numpy", *sys.stdlib_module_names}
PLAIN = (bool, int, float, str, tuple, list, dict)


@dataclass(frozen=True)
class Answers:
    """What people write for one exercise.

    Parameters
    ----------
    right, wrong : tuple of function
        Only such as need nothing of ours.
    """

    right: tuple[FunctionType, ...] = ()
    wrong: tuple[FunctionType, ...] = ()


def answers_to(problem_set: Path) -> dict[str, Answers]:
    """Return what people write for each exercise of a problem set, by its name."""
    right = right_solutions(problem_set)
    return {
        name: Answers(
            tuple(filter(is_own, right.get(name, ()))),
            tuple(filter(is_own, (function for function, _ in exercise.misconceptions))),
        )
        for name, exercise in problem_sets.exercises(problem_set).items()
    }


def is_own(function) -> bool:
    """Whether a function needs only what a student has, and what can be written beside it."""
    return (
        inspect.isfunction(function)
        and function.__name__.isidentifier()
        and _can_be_told(function, [function])
    )


def code_of(function: FunctionType, name: str) -> str:
    """Return the text of a function under another name, with all that it needs before it."""
    imports, constants, functions = set(), {}, [function]
    for needed in functions:
        for known_as, used in used_by(needed):
            if _is_beside(used, function):
                functions += [] if used in functions else [used]
            elif _is_importable(used):
                imports.add(_import(known_as, used))
            else:
                constants[known_as] = f"{known_as} = {used!r}"
    texts = [inspect.getsource(needed).rstrip() for needed in reversed(functions)]
    texts[-1] = re.sub(rf"\b{function.__name__}\b", name, texts[-1])
    head = ["\n".join(sorted(lines)) for lines in (imports, constants.values()) if lines]
    return "\n\n\n".join(["\n\n".join(head), *texts] if head else texts)


def used_by(function: FunctionType) -> Iterator[tuple[str, object]]:
    """Yield the things of its module that a function uses, by the names they have there."""
    for name in sorted(_names_in(function.__code__) & function.__globals__.keys()):
        yield name, function.__globals__[name]


def _can_be_told(function: FunctionType, told: list[FunctionType]) -> bool:
    return not function.__closure__ and all(
        used in told or _can_be_told(used, [*told, used])
        if _is_beside(used, function)
        else _is_importable(used) or isinstance(used, PLAIN)
        for _, used in used_by(function)
    )


def _is_beside(used, function: FunctionType) -> bool:
    return inspect.isfunction(used) and used.__globals__ is function.__globals__


def _is_importable(used) -> bool:
    module = used.__name__ if isinstance(used, ModuleType) else getattr(used, "__module__", None)
    return bool(module) and module.split(".")[0] in FOR_STUDENTS


def _import(known_as: str, used) -> str:
    if isinstance(used, ModuleType):
        name = used.__name__
        return f"import {name}" if name == known_as else f"import {name} as {known_as}"
    name = used.__name__
    return f"from {used.__module__} import {name}" + ("" if name == known_as else f" as {known_as}")


def _names_in(code) -> set[str]:
    """Return the names that a function uses, those of the functions inside it too."""
    inner = [_names_in(constant) for constant in code.co_consts if inspect.iscode(constant)]
    return set(code.co_names).union(*inner)
