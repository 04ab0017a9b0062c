"""With its gradebook in PostgreSQL a course is the same as with a file, or says what is wrong."""

from __future__ import annotations

import random
import shutil
import sys
import time

import pytest
from sqlalchemy import create_engine, text

from autograder import grading, late, overview, pool, roster
from autograder.course import CONFIG, Course
from autograder.errors import CourseError
from autograder.lms.grades import grades_of
from tests.autograder import quick_answers
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of
from tests.autograder.postgres_server import PASSWORD, PostgresServer, program
from tests.autograder.test_gradebook import by_nbgrader, by_us, contents, mark_by_hand, tree
from tests.autograder.test_recovery import records, scores, start  # noqa: F401, a fixture

pytestmark = pytest.mark.skipif(
    program("initdb") is None, reason="no PostgreSQL server here: sudo apt-get install postgresql"
)


@pytest.fixture(scope="module")
def server():
    """A server of this module's own."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def url(server, monkeypatch) -> str:
    """An empty database, and its password where PostgreSQL's own programs look for it."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return server.new_database()


@pytest.fixture
def moved(url, course, tmp_path):
    """Copy the course, and move the copy's gradebook to the server."""

    def moved() -> Course:
        other = Course.open(shutil.copytree(course.root, tmp_path / "moved"))
        other.move_gradebook(url)
        (other.root / "gradebook.db").unlink()
        return other

    return moved


@pytest.fixture
def quick(monkeypatch):
    """Grade without running anything."""
    monkeypatch.setattr(grading, "attempt", quick_answers.attempt)
    return {"open_executor": pool.Alone}


def test_every_command_finds_the_same_as_in_a_file(course, hand_in, moved, quick):
    people = [roster.Person("ann", "Ann", lms_id="7"), roster.Person("cem", extra_hours=24)]
    roster.enrol(course, people)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(PROBLEM_SET, duedate=late.due_date("2026-01-01 UTC"))
    for student in ("ann", "bea", "cem"):
        notebook = hand_in(student, source_of(course))
        notebook.with_name("timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    other = moved()
    assert contents(other) == contents(course)
    for one in (course, other):
        by_us(one, **quick)
        mark_by_hand(one)
        by_us(one, again=True, **quick)
        settings = (one.root / CONFIG).read_text()
        (one.root / CONFIG).write_text(f"{settings}\nc.LatePolicy.percent_per_day = 10\n")
    for found in (
        contents,
        lambda course: late.settle(course, PROBLEM_SET),
        lambda course: roster.people(course),
        lambda course: grades_of(course, PROBLEM_SET),
        lambda course: sorted(map(str, grading.feedback(course, PROBLEM_SET, everyone(course)))),
        lambda course: overview.progress(course, PROBLEM_SET),
        lambda course: tree(course.root / "feedback").keys(),
        contents,
    ):
        assert found(other) == found(course)
    assert "'ann', 'viterbi_unseen'" in str(contents(other)["grade"])
    assert late.settle(other, PROBLEM_SET)[0].penalty > 0
    assert not (other.root / "gradebook.db").exists()


def everyone(course):
    return course.selected(PROBLEM_SET, None)


def test_a_course_begun_there_is_graded_by_nbgraders_own_command_too(url, tmp_path):
    course = Course.create(tmp_path / "new", url)
    course.release(PROBLEM_SET)
    for student in ("ann", "bea"):
        target = course.root / "submitted" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy((source_of if student == "ann" else release_of)(course), target)
    by_nbgrader(course)
    first = contents(course)
    by_us(course, again=True)
    assert contents(course) == first
    assert scores(course)["ann"] != scores(course)["bea"]
    assert not (course.root / "gradebook.db").exists()


@pytest.mark.parametrize("kills", [4])
def test_killed_at_random_instants(course, hand_in, moved, start, kills):  # noqa: F811
    for number in range(12):
        notebook = hand_in(f"s{number:02}", release_of(course))
        notebook.write_text(notebook.read_text() + " " * number)
    other = moved()
    # The process that graders are forked from may be older than this test's environment.
    settings = other.root / CONFIG
    settings.write_text(settings.read_text().replace("grader@", f"grader:{PASSWORD}@"))
    start(course.root, True).join()
    right, chance = scores(course), random.Random(kills)
    for kill in range(kills):
        process = start(other.root, True, kill % 2 == 1)
        while process.is_alive() and not list(other.root.glob(".received-*")):
            time.sleep(0.005)
        process.join(chance.uniform(0, 1.5))
        process.kill()
        process.join()
        found = scores(other)
        assert found == {student: right[student] for student in found}, "whole or not at all"
        assert records(other).keys() <= found.keys(), "the record comes last"
    start(other.root, True).join()
    assert contents(other) == contents(course)
    assert records(other) == records(course)


def test_a_connection_cut_meanwhile_is_told_and_grading_goes_on_later(
    course, hand_in, moved, quick, url, monkeypatch
):
    for number in range(4):
        hand_in(f"s{number}", release_of(course))
    other = moved()
    outcomes = grading.grade(other, PROBLEM_SET, everyone(other), **quick)
    next(outcomes)
    with create_engine(url).connect() as database:
        database.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid != pg_backend_pid()"
            )
        )
    with pytest.raises(
        CourseError, match="cannot be written .*terminating connection.* course grade"
    ):
        list(outcomes)
    by_us(other, **quick)
    by_us(course, **quick)
    assert contents(other) == contents(course)


def test_a_wrong_password_is_told_and_never_shown(moved, monkeypatch):
    other = moved()
    monkeypatch.setenv("PGPASSWORD", "battery-staple")
    with pytest.raises(
        CourseError, match='password authentication failed for user "grader"'
    ) as told:
        other.selected(PROBLEM_SET, None)
    assert "battery-staple" not in str(told.value)
    settings = other.root / CONFIG
    settings.write_text(settings.read_text().replace("grader@", "grader:paper-clip@"))
    with pytest.raises(CourseError, match="grader:\\*\\*\\*@") as told:
        other.selected(PROBLEM_SET, None)
    assert "paper-clip" not in str(told.value)
    with pytest.raises(CourseError, match="password on the command line is seen by others"):
        Course.create(other.root / "new", "postgresql+psycopg://grader:paper-clip@/course")
    assert not (other.root / "new").exists()


def test_no_server_is_told(moved, server):
    other = moved()
    server.stop()
    try:
        with pytest.raises(CourseError, match="cannot be used: .*Is the server running"):
            other.selected(PROBLEM_SET, None)
    finally:
        server.start()
    assert other.is_released(PROBLEM_SET)


def test_a_database_in_use_is_left_alone(course, moved, url, tmp_path):
    other = moved()
    before = contents(other)
    with pytest.raises(CourseError, match="holds a gradebook already"):
        Course.create(tmp_path / "new", url)
    assert not (tmp_path / "new").exists()
    settings = (course.root / CONFIG).read_text()
    with pytest.raises(CourseError, match="holds a gradebook already"):
        course.move_gradebook(url)
    assert (course.root / CONFIG).read_text() == settings
    assert contents(other) == before


def test_a_missing_driver_is_told(course, url, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match=r"needs the package psycopg: pip install .*\[postgres\]"):
        course.move_gradebook(url)
