"""What was kept of the problem sets: the visible cases, with the answers and what to say to them.

The grader's own code judges and tells. Only what the reference and the known mistakes answer was
computed beforehand.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.check.asking import verdict_on
from autograder.exercise import EXAMPLE, Category, Exercise
from autograder.inside import codec
from autograder.records import earned, explanation

SETS = Path(__file__).parent / "sets"


@cache
def releases() -> dict[str, str]:
    """Return the release of each problem set that the site has."""
    return _read("index")["releases"]


def cell_key(text: str) -> str:
    """Return what a cell is found by, whatever the spaces at its lines' ends."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Probe:
    """A visible check: the function it is about, and what the grader asks of it."""

    exercise: Exercise
    function: str
    points: float

    def explanation(self, function: Callable) -> str:
        """Return what the grader says of a function, about the cases that are shown."""
        (category,) = self.exercise.example
        verdict = verdict_on(function, self.exercise, "", (category,))
        counts = {
            "name": category.name,
            "weight": category.weight,
            "asked": len(verdict.attempts),
            "right": len(verdict.attempts) - len(verdict.failed),
            "is_right": verdict.is_right,
        }
        failure = verdict.judge.failure(verdict.attempts)
        said = {"categories": [counts], "seconds": 0.0, "failure": failure}
        record = earned(said, self.points) | {"points": self.points}
        return explanation(self.exercise.name + EXAMPLE, record)


def probe_behind(text: str) -> Probe | None:
    """Return what a cell checks, if it is one of the visible checks."""
    found = _read("index")["cells"].get(cell_key(text))
    return found and _probe(*found)


@cache
def _probe(problem_set: str, name: str) -> Probe:
    told = _read(problem_set)[name]
    cases, mistakes = told["cases"], told["mistakes"]
    questions = [base64.b64decode(question) for question, _ in cases]
    category = Category("the examples", 1.0, lambda rng: map(codec.decode, questions))
    exercise = Exercise(
        name=name,
        example=(category,),
        unseen=(),
        reference=_answers(questions, [expected for _, expected in cases]),
        check=getattr(importlib.import_module(f"lab_check.sets.{problem_set}"), told["check"]),
        misconceptions=tuple((_answers(questions, said), why) for why, said in mistakes),
        seconds=told["seconds"],
        keeps_arguments=told["keeps_arguments"],
    )
    return Probe(exercise, told["function"], told["points"])


def _answers(questions: list[bytes], answers: list[str | None]) -> Callable:
    """Return a function that answers as was noted, and raises where nothing was."""
    noted = {
        question: base64.b64decode(answer)
        for question, answer in zip(questions, answers, strict=True)
        if answer is not None
    }

    def answer(**arguments):
        return codec.decode(noted[codec.encode(arguments)])

    return answer


@cache
def _read(name: str) -> dict:
    return json.loads((SETS / f"{name}.json").read_text(encoding="utf-8"))
