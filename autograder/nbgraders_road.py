"""Grade through nbgrader itself, where a course asks for what only nbgrader does."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

from nbgrader.apps import NbGraderAPI

from autograder import database, ledger
from autograder.autograde import SafeAutograde
from autograder.course import Course, last_line
from autograder.outcome import Outcome
from autograder.preprocessors import GRADING_STEPS, SANITIZING_STEPS


def is_needed(nbgrader: NbGraderAPI, name: str) -> bool:
    """Whether our own grading would leave something out.

    It would, if the course's settings name steps or hooks of their own or share its files with a
    group, or if the problem set is not one notebook of its own name.
    """
    autograde = SafeAutograde(coursedir=nbgrader.coursedir, parent=nbgrader)
    with database.opened(nbgrader.coursedir) as gradebook:
        notebooks = [notebook.name for notebook in gradebook.find_assignment(name).notebooks]
    is_usual = (
        notebooks == [name]
        and autograde.sanitize_preprocessors == SANITIZING_STEPS
        and autograde.autograde_preprocessors == GRADING_STEPS
        and autograde.pre_convert_hook is None
        and autograde.post_convert_hook is None
        and not nbgrader.coursedir.groupshared
    )
    return not is_usual


def grade(
    course: Course, nbgrader: NbGraderAPI, name: str, submissions: dict[str, Path]
) -> Iterator[Outcome]:
    """Yield an outcome per submission, one after the other, changed since it was graded or not."""
    for student in submissions:
        # nbgrader takes an id for a pattern.
        result = nbgrader.autograde(name, glob.escape(student), force=True, create=True)
        if not result["success"]:
            reason = last_line(result).removeprefix(f"{student} was not graded: ")
            ledger.refuse(course.root, name, student, reason)
            yield Outcome(student, refused=reason)
            continue
        with course.gradebook() as gradebook:
            submission = gradebook.find_submission(name, student)
            yield Outcome(student, submission.score, submission.max_score)
