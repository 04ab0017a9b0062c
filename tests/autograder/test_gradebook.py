"""`course grade` leaves the same gradebook and the same files as nbgrader's own command."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from sqlalchemy import create_engine, inspect, text

from autograder import grading, pool
from autograder.course import Course
from autograder.gradebook import Grades
from tests.autograder import quick_answers
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of
from tests.autograder.test_grading import OTHER_VITERBI, TRANSPOSED_VITERBI

# Every table that a grading may touch, with names in place of the ids that are drawn by chance.
TABLES = {
    "student": "SELECT * FROM student",
    "submitted_assignment": """
        SELECT assignment.name, student_id, timestamp, extension FROM submitted_assignment
        JOIN assignment ON assignment.id = assignment_id""",
    "submitted_notebook": """
        SELECT student_id, notebook.name, flagged, late_submission_penalty FROM submitted_notebook
        JOIN submitted_assignment AS submission ON submission.id = submitted_notebook.assignment_id
        JOIN notebook ON notebook.id = notebook_id""",
    "grade": """
        SELECT student_id, base_cell.name, auto_score, manual_score, extra_credit,
            needs_manual_grade FROM grade
        JOIN submitted_notebook AS book ON book.id = grade.notebook_id
        JOIN submitted_assignment AS submission ON submission.id = book.assignment_id
        JOIN base_cell ON base_cell.id = cell_id""",
    "comment": """
        SELECT student_id, base_cell.name, auto_comment, manual_comment FROM comment
        JOIN submitted_notebook AS book ON book.id = comment.notebook_id
        JOIN submitted_assignment AS submission ON submission.id = book.assignment_id
        JOIN base_cell ON base_cell.id = cell_id""",
}
OF_THE_RELEASE = {
    *("alembic_version", "assignment", "base_cell", "course", "grade_cells", "notebook"),
    *("solution_cells", "source_cell", "task_cells"),
}


def contents(course) -> dict[str, list]:
    """Return all rows of the gradebook, in an order of their own, whatever its database."""
    engine = create_engine(course.nbgrader().coursedir.db_url)
    assert set(inspect(engine).get_table_names()) == TABLES.keys() | OF_THE_RELEASE
    queries = TABLES | {name: f"SELECT * FROM {name}" for name in OF_THE_RELEASE}
    with engine.connect() as database:
        found = {name: list(database.execute(text(query))) for name, query in queries.items()}
    engine.dispose()
    return {name: sorted(repr(tuple(map(plain, row))) for row in found[name]) for name in found}


def plain(value):
    """Return a value as SQLite stores it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return int(value) if isinstance(value, bool) else value


def tree(folder) -> dict[str, tuple[int, bytes]]:
    """Return each file below a folder with its mode and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def by_nbgrader(course) -> None:
    assert course.nbgrader().autograde(PROBLEM_SET, "*", force=True, create=True)["success"]


def by_us(course, **options) -> None:
    submissions = course.selected(PROBLEM_SET, None)
    outcomes = list(grading.grade(course, PROBLEM_SET, submissions, **options))
    assert [outcome.refused for outcome in outcomes] == [None] * len(submissions)


def mark_by_hand(course) -> None:
    """Let a person read two answers and overrule the machine once."""
    with course.gradebook() as gradebook:
        for student, cell, score in (
            ("ann", "words", 1.0),
            ("cem", "words", 0.5),
            ("cem", "viterbi_unseen", 2.0),
        ):
            grade = gradebook.find_grade(cell, PROBLEM_SET, PROBLEM_SET, student)
            grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.find_grade("viterbi_unseen", PROBLEM_SET, PROBLEM_SET, "ann").extra_credit = 0.25
        gradebook.find_comment(
            "viterbi", PROBLEM_SET, PROBLEM_SET, "cem"
        ).manual_comment = "As good as right."
        gradebook.db.commit()


def test_the_same_as_nbgraders_own_grading(course, hand_in, tmp_path):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(PROBLEM_SET, duedate=datetime(2026, 1, 1))
        gradebook.add_student("ann", first_name="Ann")
    (course.root / "source" / PROBLEM_SET / "given.csv").write_text("1,2")
    ann = hand_in("ann", source_of(course)).parent
    (ann / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    (ann / "data").mkdir()
    (ann / "data" / "own.txt").write_text("mine")
    (ann / "given.csv").write_text("changed")
    hand_in("bea", release_of(course))
    hand_in(
        "cem", {"viterbi": OTHER_VITERBI + "\n1/0", "count_hmm": "print('nothing', flush=True)"}
    )
    hand_in("dag", {"viterbi": TRANSPOSED_VITERBI, "words": "Because."})
    other = Course.open(shutil.copytree(course.root, tmp_path / "other"))

    for marks in (lambda course: None, mark_by_hand):
        marks(course)
        marks(other)
        by_nbgrader(course)
        by_us(other, again=True)
        assert contents(other) == contents(course)
        assert tree(other.root / "autograded") == tree(course.root / "autograded")
        folders = sorted(path.name for path in other.root.iterdir())
        assert folders == sorted(path.name for path in course.root.iterdir())
    assert "'ann', 'ps03_hmm', 0, 20.25" in str(contents(other)["submitted_notebook"]), "late"
    assert "'cem', 'viterbi_unseen', 3.0, 2.0, None, 1" in str(contents(other)["grade"])


@pytest.fixture
def quick(monkeypatch):
    """Grade without running anything."""
    monkeypatch.setattr(grading, "attempt", quick_answers.attempt)
    return {"open_executor": pool.Alone}


def test_a_cell_that_was_never_released_refuses_and_leaves_no_row(course, hand_in, quick):
    source = nbformat.read(source_of(course), as_version=4)
    next(cell for cell in source.cells if cell.id == "words").metadata.nbgrader.grade_id = "prose"
    nbformat.write(source, source_of(course))
    hand_in("ann", release_of(course))
    before = contents(course)
    (outcome,) = grading.grade(course, PROBLEM_SET, course.selected(PROBLEM_SET, None), **quick)
    assert "does not know (prose). First: course release ps03_hmm" in outcome.refused
    assert contents(course) == before
    assert not (course.root / "autograded").exists()


def test_a_later_submission_has_its_own_time(course, hand_in, quick):
    """And one whose time nobody knows keeps the earlier one's, as nbgrader has it."""
    notebook = hand_in("ann", release_of(course))
    times = []
    for time in ("2026-01-02 03:04:05 UTC", "2026-01-03 03:04:05 UTC", None):
        stamp = notebook.with_name("timestamp.txt")
        stamp.write_text(time) if time else stamp.unlink()
        by_us(course, **quick)
        with course.gradebook() as gradebook:
            times.append(gradebook.find_submission(PROBLEM_SET, "ann").timestamp)
    assert times == [
        datetime(2026, 1, 2, 3, 4, 5),
        datetime(2026, 1, 3, 3, 4, 5),
        datetime(2026, 1, 3, 3, 4, 5),
    ]


def test_what_is_read_back_is_what_was_written(course, hand_in, quick):
    hand_in("ann", source_of(course))
    by_us(course, **quick)
    with Grades(course, PROBLEM_SET) as grades, course.gradebook() as gradebook:
        standing = grades.standings()["ann"]
        submission = gradebook.find_submission(PROBLEM_SET, "ann")
        assert (standing.score, grades.max_score) == (submission.score, submission.max_score)
        assert standing.waiting == 1
        assert standing.by_machine["words"] is None


def test_a_grade_is_written_whole_or_not_at_all(course, hand_in, quick, monkeypatch):
    hand_in("ann", release_of(course))
    before = contents(course)
    monkeypatch.setattr(Grades, "_save_comments", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        by_us(course, **quick)
    assert contents(course) == before
    assert not (course.root / "autograded").exists()
    assert not Path(course.root, "ledger", PROBLEM_SET, "ann.json").exists()
