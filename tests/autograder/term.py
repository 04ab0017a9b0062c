"""A small class whose gradings are written down, not run: gradebook, ledger, files."""

from __future__ import annotations

from autograder import ledger, problem_sets
from autograder.course import Course
from tests.autograder.conftest import PROBLEM_SET, source_of

IDEA = "The row is where you come from, the column where you go."


def failure(kind: str = "wrong answer", misconception: str | None = None) -> dict:
    about = dict.fromkeys(("category", "case", "question", "expected", "got"))
    return about | {"kind": kind, "message": "No.", "misconception": misconception}


def probe(earned: float, points: float = 3.0, **others) -> dict:
    categories = [
        {"name": "one day", "points": 1.0, "earned": min(earned, 1.0), "asked": 8, "right": 8},
        {"name": "long", "points": 2.0, "earned": max(earned - 1, 0), "asked": 2, "right": 2},
    ]
    return {
        "cell": "viterbi_unseen",
        "points": points,
        "earned": earned,
        "seconds": 0.1,
        "verdict": "right" if earned == points else "partly right",
        "categories": categories,
        "failure": None,
    } | others


def grade(course: Course, student: str, probes: dict, **others) -> None:
    """Write a grading down as the grader would, of the notebook that lies there now."""
    notebook = course.root / "submitted" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    ledger.write(
        course.root,
        {
            "problem_set": PROBLEM_SET,
            "student": student,
            "graded_at": "2026-05-01T10:00:00+00:00",
            "submission_sha256": ledger.hash_of(notebook),
            "source_sha256": ledger.hash_of(source_of(course)),
            "exercises_sha256": problem_sets.exercises_hash(PROBLEM_SET),
            "sandbox": True,
            "seconds": 1.5,
            "remarks": [],
            "notes": [],
            "probes": probes,
        }
        | others,
    )
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(PROBLEM_SET, student)
        for cell in gradebook.find_submission_notebook(PROBLEM_SET, PROBLEM_SET, student).grades:
            name = cell.name
            cell.auto_score = sum(
                each["earned"] for each in probes.values() if each["cell"] == name
            )
            cell.needs_manual_grade = False
        gradebook.db.commit()
