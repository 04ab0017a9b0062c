"""A stand-in for what grades one submission: it runs nothing, and is done in milliseconds.

What it gives follows from the submission alone, so that gradings can be compared.
"""

from __future__ import annotations

import hashlib
import os
import time

import nbformat
from nbgrader.utils import is_grade, is_solution

from autograder.challenge import Outcome
from autograder.task import Graded, Refusal, Task, scores_of, unanswered_in

REFUSE, KILL = b"please refuse", b"please kill the worker"


def attempt(task: Task) -> Graded | Refusal:
    """Return the source with some points in each graded cell."""
    if REFUSE in task.notebook:
        return Refusal("It asked for it.")
    if KILL in task.notebook:
        os.kill(os.getpid(), 9)
    inputs = task.inputs()
    notebook = nbformat.reads(task.source, as_version=4)
    for cell in notebook.cells:
        if is_grade(cell) and not is_solution(cell):
            text = str(points_of(inputs, cell))
            output = nbformat.v4.new_output("execute_result", data={"text/plain": text})
            cell.outputs = [output]
    return Graded(
        f"{nbformat.writes(notebook)}\n".encode(),
        scores_of(notebook),
        unanswered_in(notebook),
        Outcome({}, 0.001),
        inputs,
    )


def points_of(inputs: dict, cell) -> float:
    """Return nothing, half or all of a cell's points, by chance but always the same."""
    roles = cell.metadata.nbgrader
    drawn = f"{inputs['submission_sha256']} {inputs['source_sha256']} {roles['grade_id']}"
    return roles["points"] * (hashlib.sha256(drawn.encode()).digest()[0] % 3) / 2


def slowly(task: Task) -> Graded | Refusal:
    """Take a tenth of a second for it."""
    time.sleep(0.1)
    return attempt(task)
