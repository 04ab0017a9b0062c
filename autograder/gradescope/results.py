"""What Gradescope shows: points by exercise and kind of cases, and never a case nobody may know."""

from __future__ import annotations

import nbformat
from nbgrader.utils import is_grade

from autograder.exercise import EXAMPLE
from autograder.feedback.score import TITLES
from autograder.records import explanation
from autograder.task import Graded

VISIBLE, STAFF_ONLY = "visible", "hidden"
# Failures whose message tells of the student's own code; any other may tell what was asked.
OWN_MESSAGE = {"exception", "not plain data", "too slow", "out of memory", "crashed", "never asked"}


def of(graded: Graded, seed: str) -> dict:
    """Return the results of a graded submission, as Gradescope's ``results.json`` has them."""
    tests, by_hand = [], 0
    probes = graded.outcome.probes
    for cell in filter(is_grade, nbformat.reads(graded.notebook, as_version=4).cells):
        about = cell.metadata.nbgrader
        here = {name: probe for name, probe in probes.items() if probe["cell"] == about.grade_id}
        if here:
            for name, probe in here.items():
                tests += _tests(name, probe)
        elif graded.scores[about.grade_id] is None:
            by_hand += 1
        else:
            tests.append(_test(about.grade_id, graded.scores[about.grade_id], about.points))
    remarks = list(graded.outcome.remarks)
    if by_hand:
        remarks.append(f"Your instructor reads {by_hand} of your answers; they are not in here.")
    whole = "\n".join(explanation(name, probe) for name, probe in probes.items())
    tests.append(
        {"name": "How it came about", "output": whole, "visibility": STAFF_ONLY},
    )
    return {
        "score": round(sum(test.get("score", 0) for test in tests), 6),
        "execution_time": round(graded.outcome.seconds, 3),
        "output": "\n".join(remarks),
        "visibility": VISIBLE,
        "stdout_visibility": STAFF_ONLY,
        "extra_data": {"seed": seed, **graded.inputs},
        "tests": tests,
    }


def refusal(reason: str) -> dict:
    """Return the results of what cannot be graded; Gradescope insists on a number."""
    words = f"{reason}\n\nNothing was judged: this zero stands for no grade. Hand in again."
    test = {"name": "Not graded", "status": "failed", "output": words, "visibility": VISIBLE}
    return {
        "score": 0,
        "output": f"Not graded: {words}",
        "visibility": VISIBLE,
        "stdout_visibility": STAFF_ONLY,
        "tests": [test],
    }


def _tests(name: str, probe: dict) -> list[dict]:
    """Return a test for each kind of cases; the words stand with the kind that went wrong."""
    failure = probe["failure"]
    if not probe["categories"]:
        return [_test(name, 0.0, probe["points"], _words(name, failure))]
    tests = []
    for category in probe["categories"]:
        said = failure and (failure["category"] or category["name"]) == category["name"]
        words = _words(name, failure) if said else ""
        title = f"{name}: {category['name']}"
        tests.append(_test(title, category["earned"], category["points"], words))
    return tests


def _test(name: str, score: float, most: float, output: str = "") -> dict:
    return {
        "name": name,
        "score": score,
        "max_score": most,
        "status": "passed" if score >= most else "failed",
        "output": output,
        "visibility": VISIBLE,
    }


def _words(name: str, failure: dict | None) -> str:
    """Return what a student may read of a failure; an example's cases stand in the notebook."""
    if not failure:
        return ""
    lines = [f"{TITLES.get(failure['kind'], failure['kind'])}."]
    if name.endswith(EXAMPLE) or failure["kind"] in OWN_MESSAGE:
        lines.append(failure["message"])
    if name.endswith(EXAMPLE):
        lines += [
            f"{key}: {failure[key]}" for key in ("question", "expected", "got") if failure[key]
        ]
    if failure["misconception"]:
        lines.append(f"A likely reason: {failure['misconception']}")
    return "\n".join(lines)
