"""Grade submissions through nbgrader, one after the other, and say what became of each."""

from __future__ import annotations

import glob
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SAWarning

from autograder import ledger
from autograder.course import Course, last_line
from autograder.feedback.page import refusal
from autograder.preprocessors import check_settings

# nbgrader's own queries set these off; they mean nothing to an instructor.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: points, or the reason why it could not be handled."""

    student: str
    score: float | None = None
    max_score: float | None = None
    refused: str | None = None


def grade(
    course: Course, name: str, submissions: dict[str, Path], use_sandbox: bool = True
) -> Iterator[Outcome]:
    """Yield an outcome per submission. A refused one has no score, and does not stop the rest."""
    nbgrader = course.nbgrader()
    check_settings(nbgrader.config)
    nbgrader.config.ExecuteInSandbox.sandbox = use_sandbox
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


def feedback(course: Course, name: str, submissions: dict[str, Path]) -> Iterator[Outcome]:
    """Yield an outcome per submission after writing its feedback page, or why there is no grade."""
    nbgrader = course.nbgrader()
    for student in submissions:
        reason = ledger.refusal(course.root, name, student)
        if reason is not None:
            page = course.root / "feedback" / student / name / f"{name}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(refusal(name, student, reason), encoding="utf-8")
            yield Outcome(student, refused=reason)
            continue
        if not (course.root / "autograded" / student / name).is_dir():
            yield Outcome(student, refused=f"not graded yet; first: course grade {name}")
            continue
        result = nbgrader.generate_feedback(name, glob.escape(student), force=True)
        yield Outcome(student, refused=None if result["success"] else last_line(result))
