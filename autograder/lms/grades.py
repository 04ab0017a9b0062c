"""What there is to export: one line for each student, read from the gradebook and the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from nbgrader.api import Gradebook, MissingEntry

from autograder import ledger
from autograder.course import Course


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
    with course.gradebook() as gradebook:
        assignment = gradebook.find_assignment(problem_set)
        students = sorted(gradebook.students, key=lambda student: student.id)
        return [
            _grade(course, gradebook, student, problem_set, assignment.max_score)
            for student in students
        ]


def _grade(course: Course, gradebook: Gradebook, student, problem_set: str, most: float) -> Grade:
    who = {
        "student": student.id,
        "first_name": student.first_name or "",
        "last_name": student.last_name or "",
        "email": student.email or "",
        "lms_id": student.lms_user_id or "",
        "refused": ledger.refusal(course.root, problem_set, student.id),
    }
    try:
        submission = gradebook.find_submission(problem_set, student.id)
    except MissingEntry:
        return Grade(**who, score=None, max_score=most)
    penalty = submission.late_submission_penalty or 0.0
    return Grade(
        **who,
        score=max(0.0, submission.score - penalty),
        max_score=most,
        penalty=penalty,
        submitted=submission.timestamp,
        waits=submission.needs_manual_grade,
        cells={grade.name: grade.score for book in submission.notebooks for grade in book.grades},
    )
