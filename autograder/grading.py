"""Grade submissions through nbgrader, one after the other, and say what became of each."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from sqlalchemy.exc import SAWarning

from autograder.course import Course, last_line

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
    nbgrader.config.ExecuteInSandbox.sandbox = use_sandbox
    for student, notebook in submissions.items():
        reason = unreadable(notebook)
        if reason is None:
            result = nbgrader.autograde(name, student, force=True, create=True)
            reason = None if result["success"] else last_line(result)
        if reason is not None:
            yield Outcome(student, refused=reason)
            continue
        with course.gradebook() as gradebook:
            submission = gradebook.find_submission(name, student)
            yield Outcome(student, submission.score, submission.max_score)


def feedback(course: Course, name: str, submissions: dict[str, Path]) -> Iterator[Outcome]:
    """Yield an outcome per submission after writing its feedback page."""
    nbgrader = course.nbgrader()
    for student in submissions:
        if not (course.root / "autograded" / student / name).is_dir():
            yield Outcome(student, refused=f"not graded yet; first: course grade {name}")
            continue
        result = nbgrader.generate_feedback(name, student, force=True)
        yield Outcome(student, refused=None if result["success"] else last_line(result))


def unreadable(notebook: Path) -> str | None:
    """Say why a submitted file cannot be read as a notebook, or None if it can."""
    if not notebook.is_file():
        return f"{notebook.name} is missing"
    try:
        nbformat.read(notebook, as_version=4)
    except (UnicodeDecodeError, nbformat.reader.NotJSONError):
        return f"{notebook.name} is not a notebook file"
    except (nbformat.ValidationError, KeyError, AttributeError, TypeError) as error:
        return f"{notebook.name} is not a valid notebook: {str(error).splitlines()[0]}"
    return None
