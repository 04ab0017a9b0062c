"""Grades for other systems: their columns, quoting, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest

from autograder.lms import export
from autograder.lms.grades import Grade, grades_of
from tests.autograder.conftest import PROBLEM_SET


def grade(student="ada", score=7.25, **others) -> Grade:
    known = {"first_name": "Ada", "last_name": "Doe, Jr.", "email": "ada@x.org", "lms_id": "101"}
    return Grade(student, score=score, max_score=10.0, **{**known, **others})


GRADES = [
    grade(cells={"viterbi_visible": 2.0, "viterbi_unseen": 0.755}, submitted=datetime(2026, 5, 1)),
    grade("bob", None, first_name='=HYPERLINK("x")', last_name="", lms_id=""),
    grade("cy", 3.0, waits=True),
    grade("dan", 8.0, refused="'ps03_hmm.ipynb' is cut off"),
]


def written(tmp_path, kind, grades=GRADES) -> list[list[str]]:
    path = tmp_path / "grades.csv"
    export.write(path, kind, "ps03_hmm", grades)
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_canvas_finds_its_columns(tmp_path):
    header, possible, ada, bob, cy, dan = written(tmp_path, "canvas")
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert header[-2:] == ["Section", "ps03_hmm"]
    assert "Points Possible" in possible[0]
    assert possible[-1] == "10"
    assert ada == ["Doe, Jr., Ada", "101", "", "ada", "", "7.25"]
    assert [row[-1] for row in (bob, cy, dan)] == ["", "", ""], "what is not final is not told"


def test_moodle_gets_numbers_alone(tmp_path):
    assert written(tmp_path, "moodle") == [
        ["username", "email", "ps03_hmm"],
        ["ada", "ada@x.org", "7.25"],
    ]


def test_gradescope_has_a_line_for_everyone(tmp_path):
    rows = written(tmp_path, "gradescope")
    assert rows[0][:4] == ["First Name", "Last Name", "SID", "Email"]
    assert [row[4] for row in rows[1:]] == ["7.25", "", "", ""]


def test_the_plain_table_has_every_cell_and_says_how_far_a_grade_is(tmp_path):
    header, *rows = written(tmp_path, "csv")
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert table[0]["viterbi_unseen"] == "0.76"
    assert table[0]["submitted"] == "2026-05-01 00:00:00 UTC"
    assert [row["score"] for row in table] == ["7.25", "", "3", "8"]
    assert [row["state"].split(":")[0] for row in table] == [
        "graded",
        "nothing graded",
        "waits for manual grading",
        "refused",
    ]


@pytest.mark.parametrize("kind", export.KINDS)
@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_text_becomes_a_formula_and_no_number_a_text(tmp_path, kind, evil):
    who = dict.fromkeys(("student", "first_name", "last_name", "email", "lms_id"), evil)
    rows = written(tmp_path, kind, [grade(score=-0.5, **who)])
    fields = [field for row in rows for field in row]
    assert not [field for field in fields if field.startswith(tuple("=+@\t\r"))]
    assert [field for field in fields if field.startswith("-")] == ["-0.5"]


def test_an_empty_course_has_a_header(tmp_path):
    for kind in export.KINDS:
        assert written(tmp_path, kind, [])


def test_a_gradebook_without_submissions(course):
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("eve", first_name="Eve", lms_user_id="7")
    (eve,) = grades_of(course, PROBLEM_SET)
    assert (eve.score, eve.lms_id, eve.is_final) == (None, "7", False)
    assert eve.max_score > 0
