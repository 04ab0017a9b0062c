"""What there is to export: one line for each student, read from the gradebook and the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nbformat

from autograder import ledger, submitted
from autograder.course import Course
from autograder.submitted import Submitted


@dataclass(frozen=True)
class Grade:
    """A student's grade in one problem set.

    Parameters
    ----------
    student, first_name, last_name, email, lms_id : str
        As in the gradebook; empty where it has nothing.
    score : float or None
        With penalty and manual points; None where there is no grade.
    max_score : float
    penalty : float
        Points taken off for lateness, already in `score`.
    submitted : datetime or None
        In UTC.
    waits : bool
        Whether an answer still waits for manual grading, so that the score can rise.
    refused : str or None
        Why the latest submission could not be graded.
    cells : dict of str to float
        Points by graded cell.
    """

    student: str
    first_name: str
    last_name: str
    email: str
    lms_id: str
    score: float | None
    max_score: float
    penalty: float = 0.0
    submitted: datetime | None = None
    waits: bool = False
    refused: str | None = None
    cells: dict[str, float] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether the score may be told: there is one, and nothing of it is still open."""
        return self.score is not None and not self.waits and self.refused is None


def grades_of(course: Course, problem_set: str) -> list[Grade]:
    """Return the grade of everyone in the gradebook, in the order of their ids."""
    course.check_released(problem_set)
    places = _places(course.source_of(problem_set))
    with course.gradebook() as gradebook:
        most = gradebook.find_assignment(problem_set).max_score
        found = submitted.of_everyone(gradebook, problem_set)
        grades = []
        for student in sorted(gradebook.students, key=lambda student: student.id):
            who = {
                "student": student.id,
                "first_name": student.first_name or "",
                "last_name": student.last_name or "",
                "email": student.email or "",
                "lms_id": student.lms_user_id or "",
                "refused": ledger.refusal(course.root, problem_set, student.id),
            }
            grades.append(_grade(who, most, found.get(student.id), places))
    return grades


def _grade(who: dict, most: float, known: Submitted | None, places: dict[str, int]) -> Grade:
    if known is None:
        return Grade(**who, score=None, max_score=most)
    names = sorted(known.cells, key=lambda name: (places.get(name, len(places)), name))
    return Grade(
        **who,
        score=known.score,
        max_score=most,
        penalty=known.penalty,
        submitted=known.timestamp,
        waits=known.waiting > 0,
        cells={name: known.cells[name] for name in names},
    )


def _places(source: Path) -> dict[str, int]:
    """Return where each cell with a `grade_id` stands; the gradebook does not know."""
    if not source.is_file():
        return {}
    cells = nbformat.read(source, as_version=4).cells
    return {
        cell.metadata.nbgrader.grade_id: place
        for place, cell in enumerate(cells)
        if "nbgrader" in cell.metadata
    }
