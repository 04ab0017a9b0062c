"""Write grades into nbgrader's gradebook as its own grading does, a submission a transaction.

nbgrader opens the gradebook nine times for each submission and commits at every step. This opens
it once, for the one process that writes, so that what is stored is whole at every instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import OperationalError

from autograder import database
from autograder.course import Course
from autograder.errors import CourseError
from autograder.task import Graded

NO_RESPONSE = "No response."
# What is told of each cell; see `Standing.add`.
FACTS = (BaseCell.name, Grade.auto_score, Grade.score, Grade.needs_manual_grade)


@dataclass
class Standing:
    """What the gradebook holds of a submission.

    Parameters
    ----------
    score : float
    by_machine : dict
        The machine's score of each graded cell.
    waiting : int
        The cells that a person has still to read.
    """

    score: float = 0.0
    by_machine: dict[str, float | None] = field(default_factory=dict)
    waiting: int = 0

    def add(self, cell: str, by_machine: float | None, score: float, waits: bool) -> None:
        """Count one cell."""
        self.by_machine[cell] = by_machine
        self.score += score
        self.waiting += waits


class Grades:
    """The grades of a problem set that is one notebook; a context manager.

    Parameters
    ----------
    course : Course
    problem_set : str
    """

    def __init__(self, course: Course, problem_set: str):
        nbgrader = course.nbgrader()
        self.problem_set = problem_set
        self._penalties = AssignLatePenalties(config=nbgrader.config)
        self._penalties.init_plugin()
        self._url = nbgrader.coursedir.db_url
        self._gradebook = database.connected(nbgrader.coursedir)
        self._db = self._gradebook.db
        assignment = self._gradebook.find_assignment(problem_set)
        self.max_score: float = assignment.max_score
        (notebook,) = assignment.notebooks
        self._assignment_id, self._notebook_id = assignment.id, notebook.id
        self._is_due = assignment.duedate is not None
        self._graded_cells = {
            cell.id: cell.name for cell in (*notebook.grade_cells, *notebook.task_cells)
        }
        self._answered_cells = {
            cell.id: cell.name for cell in (*notebook.solution_cells, *notebook.task_cells)
        }

    def __enter__(self) -> Grades:
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._gradebook.close()
        if isinstance(error, OperationalError):
            raise database.unusable(self._url, error) from None

    def standings(self) -> dict[str, Standing]:
        """Return what the gradebook holds, by student."""
        found: dict[str, Standing] = {}
        rows = (
            self._db.query(SubmittedAssignment.student_id, *FACTS)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .filter(SubmittedAssignment.assignment_id == self._assignment_id)
        )
        for student, *facts in rows:
            found.setdefault(student, Standing()).add(*facts)
        self._db.rollback()
        return found

    def save(self, student: str, graded: Graded, timestamp: str | None) -> Standing:
        """Write a submission's grades; what a person gave is kept."""
        try:
            notebook = self._notebook_of(student, timestamp)
            self._save_scores(notebook, graded.scores)
            self._save_comments(notebook, graded.unanswered)
            self._save_penalty(student, notebook)
            standing = Standing()
            for facts in self._db.execute(
                select(*FACTS).where(
                    BaseCell.id == Grade.cell_id, *self._among(Grade, notebook, self._graded_cells)
                )
            ):
                standing.add(*facts)
        except BaseException:
            self._db.rollback()
            raise
        self._db.commit()
        return standing

    def _notebook_of(self, student: str, timestamp: str | None) -> str:
        """Return the id of a student's notebook, which is made with all its rows if it is new."""
        when = {"timestamp": parse_utc(timestamp)} if timestamp else {}
        place = {"assignment_id": self._assignment_id, "student_id": student}
        submission = self._db.scalar(select(SubmittedAssignment.id).filter_by(**place))
        if submission is not None:
            if when:
                self._db.execute(
                    update(SubmittedAssignment)
                    .where(SubmittedAssignment.id == submission)
                    .values(**when)
                )
            return self._db.scalar(
                select(SubmittedNotebook.id).filter_by(
                    assignment_id=submission, notebook_id=self._notebook_id
                )
            )
        if self._db.get(Student, student) is None:
            self._insert(Student, {"id": student})
        submission, notebook = new_uuid(), new_uuid()
        self._insert(SubmittedAssignment, {"id": submission, **place, **when})
        self._insert(
            SubmittedNotebook,
            {"id": notebook, "assignment_id": submission, "notebook_id": self._notebook_id},
        )
        for kind, cells in ((Grade, self._graded_cells), (Comment, self._answered_cells)):
            self._insert(kind, *({"cell_id": cell, "notebook_id": notebook} for cell in cells))
        return notebook

    def _insert(self, kind, *rows: dict) -> None:
        if rows:
            self._db.execute(insert(kind.__table__), list(rows))

    def _save_scores(self, notebook: str, scores: dict[str, float | None]) -> None:
        names = {cell: name for cell, name in self._graded_cells.items() if name in scores}
        rows = self._db.execute(
            select(Grade.id, Grade.cell_id, Grade.manual_score).where(
                *self._among(Grade, notebook, names)
            )
        ).all()
        unknown = scores.keys() - {names[cell] for _, cell, _ in rows}
        if unknown:
            raise CourseError(
                f"The source has graded cells that the gradebook does not know "
                f"({', '.join(sorted(unknown))}). First: course release {self.problem_set}"
            )
        found = []
        for row, cell, manual in rows:
            score = scores[names[cell]]
            waits = manual is not None or score is None
            found.append({"row": row, "auto_score": score, "needs_manual_grade": waits})
        self._update(Grade, found)

    def _save_comments(self, notebook: str, unanswered: list[str]) -> None:
        rows = self._db.execute(
            select(Comment.id, Comment.cell_id).where(
                *self._among(Comment, notebook, self._answered_cells)
            )
        )
        found = []
        for row, cell in rows:
            is_empty = self._answered_cells[cell] in unanswered
            found.append({"row": row, "auto_comment": NO_RESPONSE if is_empty else None})
        self._update(Comment, found)

    def _update(self, kind, rows: list[dict]) -> None:
        if rows:
            table = kind.__table__
            self._db.execute(update(table).where(table.c.id == bindparam("row")), rows)

    def _among(self, kind, notebook: str, cells: Iterable[str]) -> tuple:
        # By cell and notebook together, as the index goes: the class may be large.
        return kind.cell_id.in_(list(cells)), kind.notebook_id == notebook

    def _save_penalty(self, student: str, notebook_id: str) -> None:
        """Assign the penalty as nbgrader's own step does, which cannot be lent a gradebook."""
        self._db.execute(
            update(SubmittedNotebook)
            .where(SubmittedNotebook.id == notebook_id)
            .values(late_submission_penalty=None)
        )
        if not self._is_due:
            return
        submission = self._gradebook.find_submission(self.problem_set, student)
        notebook = self._db.get(SubmittedNotebook, notebook_id)
        late = submission.total_seconds_late
        if late > 0:
            plugin = self._penalties.plugin_inst
            penalty = plugin.late_submission_penalty(student, notebook.score, late)
            if penalty is not None:
                penalty = self._penalties._check_late_penalty(notebook, penalty)
                notebook.late_submission_penalty = penalty
