"""`course status`: what became of everyone, and what is to be done next."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from autograder import late, ledger, overview, roster
from autograder.cli import app
from autograder.roster import Person
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of
from tests.autograder.term import grade, probe

DUE = datetime(2026, 12, 1, 12, 0)
RIGHT = {"ps03.viterbi": probe(3.0)}


@pytest.fixture
def term(course, hand_in):
    """Ada is graded, Bob handed in again since, Cy is to grade, Dan refused, Eve absent."""
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(PROBLEM_SET, duedate=DUE)
    people = [Person("ada", "Ada", "Doe", extra_hours=2), *map(Person, ("bob", "dan", "eve"))]
    roster.enrol(course, people)
    for student in ("ada", "bob", "cy", "dan"):
        hand_in(student, release_of(course))
    for student in ("ada", "bob"):
        grade(course, student, RIGHT)
    hand_in_again(course, "bob")
    ledger.refuse(course.root, PROBLEM_SET, "dan", "it is cut off")
    return course


def folder_of(course, student):
    return course.root / "submitted" / student / PROBLEM_SET


def hand_in_again(course, student):
    shutil.copy(source_of(course), folder_of(course, student))


def standings(course) -> dict[str, overview.Standing]:
    found = overview.progress(course, PROBLEM_SET).standings
    return {standing.student: standing for standing in found}


def test_everyone_is_where_they_are(term):
    found = standings(term)
    assert {student: found[student].state for student in found} == {
        "ada": overview.GRADED,
        "bob": overview.OUT_OF_DATE,
        "cy": overview.TO_GRADE,
        "dan": overview.REFUSED,
        "eve": overview.NOTHING,
    }
    assert found["dan"].reason == "it is cut off"
    assert found["bob"].reason == "handed in again since"
    assert (found["ada"].score, found["ada"].name) == (3.0, "Ada Doe")
    assert [student for student in found if not found[student].on_roster] == ["cy"]


def test_whoever_hands_in_again_after_a_refusal_is_to_be_graded(term):
    hand_in_again(term, "dan")
    later = ledger.refused_at(term.root, PROBLEM_SET, "dan").timestamp() + 1
    os.utime(folder_of(term, "dan") / f"{PROBLEM_SET}.ipynb", (later, later))
    assert standings(term)["dan"].state == overview.TO_GRADE
    assert standings(term)["dan"].reason == "handed in again since it was refused"


def test_a_changed_source_makes_grades_old(term):
    source_of(term).write_text(source_of(term).read_text() + "\n")
    assert standings(term)["ada"].reason == "the source has changed since"


def test_changed_exercises_make_grades_old(term):
    grade(term, "ada", RIGHT, exercises_sha256="older")
    assert standings(term)["ada"].reason == "the exercises have changed since"


def test_lateness_knows_extra_time_and_extensions(term):
    for student in ("ada", "cy"):
        late.write_time(folder_of(term, student), (DUE + timedelta(hours=3)).astimezone())
    found = standings(term)
    hours = {student: found[student].seconds_late / 3600 for student in ("ada", "cy", "dan")}
    offset = (DUE.astimezone().utcoffset() or timedelta()).total_seconds() / 3600
    assert hours == {"ada": 1 - offset, "cy": 3 - offset, "dan": 0}
    with term.gradebook() as gradebook:
        gradebook.grant_extension(PROBLEM_SET, "ada", days=1)
    assert standings(term)["ada"].seconds_late == 0


def test_cells_that_wait_for_a_person_are_counted(term):
    with term.gradebook() as gradebook:
        book = gradebook.find_submission_notebook(PROBLEM_SET, PROBLEM_SET, "ada")
        for cell in book.grades[:2]:
            cell.needs_manual_grade = True
        gradebook.db.commit()
    assert standings(term)["ada"].cells_waiting == 2


def test_feedback_older_than_the_grading_is_out_of_date(term):
    page = term.root / "feedback" / "ada" / PROBLEM_SET / f"{PROBLEM_SET}.html"
    assert standings(term)["ada"].feedback is None
    page.parent.mkdir(parents=True)
    page.write_text("page")
    assert standings(term)["ada"].feedback == "written"
    os.utime(page, (0, 0))
    assert standings(term)["ada"].feedback == "out of date"


@pytest.fixture
def run(term, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, [*words, "--course", str(term.root)])


def test_the_command_says_what_to_do(run):
    told = run("status", PROBLEM_SET).output
    assert "due 2026-12-01 12:00 UTC" in told
    assert "refused: it is cut off" in told
    assert "(not on the roster)" in told
    assert "2 to grade: course grade ps03_hmm" in told
    assert "2 without feedback as graded: course feedback ps03_hmm" in told


def test_without_a_problem_set_there_is_a_line_for_each(run):
    told = run("status").output
    assert "ps03_hmm" in told
    assert "1 nothing handed in, 1 to grade, 1 graded, 1 grade out of date, 1 refused" in told
    assert "waiting for manual grading" not in told, "what is nowhere is not shown"


def test_programs_get_json(run):
    (found,) = json.loads(run("status", "--json").output)
    assert found["due"] == "2026-12-01T12:00:00Z"
    assert found["count"]["grade out of date"] == 1
    assert [standing["student"] for standing in found["standings"]] == [
        *("ada", "bob", "cy", "dan", "eve")
    ]


def test_the_gradebook_is_asked_as_often_for_many_as_for_few(term, hand_in):
    def asked() -> int:
        statements = []

        def note(*call):
            statements.append(call[2])

        event.listen(Engine, "before_cursor_execute", note)
        overview.progress(term, PROBLEM_SET)
        event.remove(Engine, "before_cursor_execute", note)
        return len(statements)

    few = asked()
    for number in range(5):
        hand_in(f"s{number}", release_of(term))
        grade(term, f"s{number}", RIGHT)
    assert asked() == few


def test_columns_without_content_are_left_out_and_ids_are_whole(run, term, monkeypatch):
    long = "a.student.with.a.very.long.name@students.example.org"
    roster.enrol(term, [Person(long, "A", "B")])
    monkeypatch.setenv("COLUMNS", "80")
    told = run("status", PROBLEM_SET).output
    assert long in told
    assert "late" not in told
    assert "to read" not in told
