"""Write the feedback pages of a class: grades are read here, pages are made by worker processes."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from autograder import ledger, pool
from autograder.course import Course, last_line
from autograder.feedback import page
from autograder.outcome import Outcome

READABLE = 0o644


@dataclass
class Marks:
    """What the gradebook says of one submission: by cell, and as a whole."""

    about: dict
    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """All that a page is made of."""

    graded: bytes
    marks: Marks
    points: dict[str, float]
    record: dict


def feedback(
    course: Course,
    name: str,
    submissions: dict[str, Path],
    workers: int | None = None,
    open_executor: Callable[[], Executor] | None = None,
) -> Iterator[Outcome]:
    """Yield an outcome per submission after writing its feedback page, or why there is no grade."""
    workers = workers or pool.cores()
    with course.gradebook() as gradebook:
        marks, points = marks_of(gradebook, name)
    pages = (
        _prepared(course, name, student, marks.get(student), points) for student in submissions
    )
    open_executor = open_executor or pool.executor_for(len(submissions), workers)
    for outcome, text in pool.each(made, pages, open_executor, workers):
        if isinstance(text, Exception):
            outcome = Outcome(outcome.student, refused=f"no page could be made: {text}")
        elif text is not None:
            _write(course, name, outcome.student, text)
        yield outcome


def _through_nbgrader(course: Course, name: str, submissions: dict[str, Path]) -> Iterator[Outcome]:
    """Let nbgrader write the pages of a problem set of several notebooks."""
    nbgrader = course.nbgrader()
    for student in submissions:
        reason = ledger.refusal(course.root, name, student)
        if reason is None:
            # nbgrader takes an id for a pattern.
            result = nbgrader.generate_feedback(name, glob.escape(student), force=True)
            reason = None if result["success"] else last_line(result)
        yield Outcome(student, refused=reason)


def made(about: Page) -> str:
    """Return a page, with nbgrader's grades put into the notebook as its own step does it."""
    notebook = nbformat.reads(about.graded, as_version=4)
    for cell in notebook.cells:
        roles = cell.metadata.get("nbgrader", {})
        cell_id = roles.get("grade_id")
        if cell_id in about.marks.comments:
            roles["comment"] = about.marks.comments[cell_id]
        if cell_id in about.marks.scores:
            roles["score"], roles["points"] = about.marks.scores[cell_id], about.points[cell_id]
    return page.render(notebook, about.marks.about, about.record)


def marks_of(gradebook: Gradebook, name: str) -> tuple[dict[str, Marks], dict[str, float]]:
    """Return everyone's marks for a problem set of one notebook, and the points of its cells."""
    assignment = gradebook.find_assignment(name)
    (notebook,) = assignment.notebooks
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}

    def rows(kind, *what):
        return gradebook.db.execute(
            select(SubmittedAssignment.student_id, BaseCell.name, *what)
            .select_from(kind)
            .join(BaseCell, BaseCell.id == kind.cell_id)
            .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .where(SubmittedNotebook.notebook_id == notebook.id)
        )

    found: dict[str, Marks] = {}
    for student, cell, score, waits, penalty in rows(
        Grade, Grade.score, waits_for_a_person(), SubmittedNotebook.late_submission_penalty
    ):
        marks = found.setdefault(student, Marks({"late_penalty": penalty or 0}))
        marks.scores[cell] = None if waits else score
    for student, cell, comment in rows(Comment, Comment.comment):
        found.setdefault(student, Marks({"late_penalty": 0})).comments[cell] = comment
    for student, marks in found.items():
        marks.about |= {
            "student": student,
            "assignment": name,
            "score": sum(filter(None, marks.scores.values())) - marks.about["late_penalty"],
            "max_score": sum(points.values()),
        }
    return found, points


def waits_for_a_person():
    """Say of a grade whether nobody has given it yet, for which nbgrader counts zero."""
    return Grade.auto_score.is_(None) & Grade.manual_score.is_(None)


def _prepared(
    course: Course, name: str, student: str, marks: Marks | None, points: dict[str, float]
) -> tuple[Outcome, Page | None]:
    """Return what becomes of a submission, and the page to make unless it is written already."""
    reason = ledger.refusal(course.root, name, student)
    if reason is not None:
        _write(course, name, student, page.refusal(name, student, reason))
        return Outcome(student, refused=reason), None
    graded = course.root / "autograded" / student / name / f"{name}.ipynb"
    if marks is None or not graded.is_file():
        return Outcome(student, refused=f"not graded yet; first: course grade {name}"), None
    record = ledger.read(course.root, name, student) or {}
    return Outcome(student), Page(graded.read_bytes(), marks, points, record)


def _write(course: Course, name: str, student: str, text: str) -> None:
    """Write a page as a whole; one that was there stays until then."""
    path = course.root / "feedback" / student / name / f"{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    with ledger.whole_file(path, text, mode=READABLE) as written:
        os.replace(written, path)
