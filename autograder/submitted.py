"""What the gradebook holds of everyone's submission of a problem set, in a single query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)


@dataclass
class Submitted:
    """One student's submission, as graded by machine and by people.

    Parameters
    ----------
    timestamp : datetime or None
        When it was handed in, in UTC.
    extension : timedelta
        How much later than others the student may hand in this problem set.
    cells : dict of str to float
        Points by graded cell.
    waiting : int
        Answers that a person has still to read.
    penalties : dict of str to float
        What lateness costs, by notebook.
    """

    timestamp: datetime | None
    extension: timedelta
    cells: dict[str, float] = field(default_factory=dict)
    waiting: int = 0
    penalties: dict[str, float] = field(default_factory=dict)

    @property
    def penalty(self) -> float:
        """The points taken off for lateness."""
        return sum(self.penalties.values())

    @property
    def score(self) -> float:
        """The points that are left, never fewer than none."""
        return max(0.0, sum(self.cells.values()) - self.penalty)


def of_everyone(gradebook: Gradebook, problem_set: str) -> dict[str, Submitted]:
    """Return the submissions that the gradebook knows, by student."""
    rows = (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Notebook.name,
            SubmittedNotebook.late_submission_penalty,
            BaseCell.name,
            Grade.score,
            Grade.needs_manual_grade,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .outerjoin(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .outerjoin(BaseCell, BaseCell.id == Grade.cell_id)
        .filter(Assignment.name == problem_set)
        .order_by(SubmittedAssignment.student_id, Notebook.name, BaseCell.name)
    )
    found: dict[str, Submitted] = {}
    for student, timestamp, extension, notebook, penalty, cell, score, waits in rows:
        submitted = found.setdefault(student, Submitted(timestamp, extension or timedelta()))
        if notebook is not None:
            submitted.penalties[notebook] = penalty or 0.0
        if cell is not None:
            submitted.cells[cell] = score
            submitted.waiting += waits
    return found
