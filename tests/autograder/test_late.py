"""Lateness: the policy by itself, through nbgrader's own step, and after a change."""

from __future__ import annotations

from datetime import datetime, timedelta

import nbformat
import pytest
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder import late, roster
from autograder.errors import CourseError
from autograder.roster import Person
from tests.autograder.conftest import PROBLEM_SET

DUE = datetime(2026, 12, 1, 22, 59)
DAY = 86_400


def policy(**settings) -> late.LatePolicy:
    return late.LatePolicy(**{"percent_per_day": 10.0, "most_percent": 25.0} | settings)


@pytest.mark.parametrize(
    ("seconds", "percent"),
    [(-5, 0), (0, 0), (1, 10), (DAY, 10), (DAY + 1, 20), (2 * DAY + 1, 25), (99 * DAY, 25)],
)
def test_each_day_begun_costs_up_to_the_most(seconds, percent):
    assert policy().percent(seconds) == percent
    assert policy(grace_minutes=15).percent(seconds + 900) == percent


def test_nbgraders_own_method_is_kept():
    assert policy(penalty_method="zero").percent(1) == 100
    assert policy(penalty_method="zero").percent(0) == 0


@pytest.fixture
def graded(course):
    """A course with a submission of eight points, handed in 30 hours late."""
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(PROBLEM_SET, duedate=DUE)
        gradebook.add_student("ada")
        gradebook.add_submission(PROBLEM_SET, "ada", timestamp=DUE + timedelta(hours=30))
        book = gradebook.find_submission_notebook(PROBLEM_SET, PROBLEM_SET, "ada")
        for grade in book.grades[:2]:
            grade.auto_score = 4.0
        gradebook.db.commit()
    settle(course, percent_per_day=10)
    return course


def settle(course, **settings):
    """Write the policy into the course's settings, as an instructor would."""
    path = course.root / "nbgrader_config.py"
    lines = [f"c.LatePolicy.{name} = {value}" for name, value in settings.items()]
    path.write_text("\n".join([path.read_text(), *lines, ""]))


def penalty(course) -> float | None:
    with course.gradebook() as gradebook:
        book = gradebook.find_submission_notebook(PROBLEM_SET, PROBLEM_SET, "ada")
        return book.late_submission_penalty


def test_nbgraders_own_step_takes_the_policy_from_the_settings(graded):
    nbgrader = graded.nbgrader()
    about = {"notebook": PROBLEM_SET, "assignment": PROBLEM_SET, "student": "ada"}
    resources = {"nbgrader": about | {"db_url": nbgrader.coursedir.db_url}}
    AssignLatePenalties(config=nbgrader.config).preprocess(nbformat.v4.new_notebook(), resources)
    assert penalty(graded) == 1.6, "two days begun, 20 % of eight points"


def test_without_a_setting_lateness_costs_nothing():
    assert late.LatePolicy(config=Config()).percent(99 * DAY) == 0


def test_penalties_follow_extra_time_due_date_and_policy(graded):
    (ada,) = late.settle(graded, PROBLEM_SET)
    assert (ada.seconds, ada.penalty, ada.before) == (30 * 3600, 1.6, 0.0)
    roster.enrol(graded, [Person("ada", extra_hours=24)])
    (ada,) = late.settle(graded, PROBLEM_SET)
    assert (ada.seconds, ada.penalty, ada.before) == (6 * 3600, 0.8, 1.6)
    settle(graded, grace_minutes=6 * 60)
    (ada,) = late.settle(graded, PROBLEM_SET)
    assert (ada.penalty, ada.before) == (0.0, 0.8)
    with graded.gradebook() as gradebook:
        gradebook.update_or_create_assignment(PROBLEM_SET, duedate=DUE + timedelta(days=2))
    assert late.settle(graded, PROBLEM_SET) == []


def test_an_extension_of_nbgraders_own_counts_too(graded):
    with graded.gradebook() as gradebook:
        gradebook.grant_extension(PROBLEM_SET, "ada", hours=29)
    (ada,) = late.settle(graded, PROBLEM_SET)
    assert (ada.seconds, ada.penalty) == (3600, 0.8)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01 23:59 Europe/Vienna", DUE),
        ("2026-07-01 23:59 Europe/Vienna", datetime(2026, 7, 1, 21, 59)),
        ("2026-12-01 23:59 +01:00", DUE),
        ("2026-12-01T22:59 UTC", DUE),
        ("none", None),
    ],
)
def test_due_dates(text, moment):
    assert late.due_date(text) == moment


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-12-01 23:59", "2026-13-01 23:59 UTC", "2026-12-01 23:59 Mars/X"]
)
def test_a_due_date_names_its_time_zone(text):
    with pytest.raises(CourseError, match="must name its day, time and time zone"):
        late.due_date(text)


def test_releasing_again_keeps_the_due_date(graded):
    graded.release(PROBLEM_SET)
    with graded.gradebook() as gradebook:
        assert gradebook.find_assignment(PROBLEM_SET).duedate == DUE


def test_times_are_read_as_they_are_written(tmp_path):
    assert late.handed_in_at(tmp_path) is None
    late.write_time(tmp_path, datetime.fromisoformat("2026-12-01T23:59:30+01:00"))
    assert late.handed_in_at(tmp_path) == datetime(2026, 12, 1, 22, 59, 30)
    late.write_time(tmp_path, None)
    assert late.handed_in_at(tmp_path) is None
    (tmp_path / late.TIMESTAMP).write_text("yesterday, honestly")
    assert late.handed_in_at(tmp_path) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 min"), (3600, "1 h"), (3660, "1 h 1 min"), (DAY, "1 d"), (DAY + 3 * 3600, "1 d 3 h")],
)
def test_times_in_words(seconds, words):
    assert late.in_words(seconds) == words
