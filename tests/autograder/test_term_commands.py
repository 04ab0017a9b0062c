"""The commands of a term, called as an instructor calls them: what they say, and how they end."""

from __future__ import annotations

import json
import sys
import zipfile

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import CourseError
from tests.autograder.conftest import PROBLEM_SET, release_of
from tests.autograder.term import grade, probe


@pytest.fixture
def run(course, monkeypatch):
    """Call a command in the course; return its output and its error, if it ended with one."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        result = CliRunner().invoke(app, [*words, "--course", str(course.root)])
        error = result.exception
        assert error is None or isinstance(error, (CourseError, SystemExit)), result.exc_info
        return result.output, error

    return run


def test_the_roster_from_a_table_to_a_list(run, tmp_path):
    table = tmp_path / "students.csv"
    table.write_text("id,first_name,last_name,extra_hours\nada,Ada,Doe,24\n,Nobody,,\n")
    told, error = run("roster", "import", str(table))
    assert "a table of your own, 1 students" in told
    assert "1 new: ada" in told
    assert "left out: line 3: Nobody has no id" in told
    assert error.exit_status == 1
    assert run("roster", "add", "bob", "--last", "Roe")[0] == "1 new: bob\n"
    assert "24 h" in run("roster", "list")[0]
    people = json.loads(run("roster", "list", "--json")[0])
    assert [person["student"] for person in people] == ["ada", "bob"]
    assert "cannot be read: No such file" in str(run("roster", "import", "gone.csv")[1])


def test_lateness_is_told(run, course, hand_in):
    hand_in("ada", release_of(course))
    (course.root / "submitted" / "ada" / PROBLEM_SET / "timestamp.txt").write_text(
        "2026-12-02 08:00:00 UTC"
    )
    told, _ = run("release", PROBLEM_SET, "--due", "2026-12-01 23:59 Europe/Vienna")
    assert "Due 2026-12-01 22:59 UTC." in told
    assert "9 h 1 min" in run("status", PROBLEM_SET)[0]
    grade(course, "ada", {"ps03.viterbi": probe(3.0)})
    with course.gradebook() as gradebook:
        gradebook.update_or_create_submission(
            PROBLEM_SET, "ada", timestamp="2026-12-02 08:00:00 UTC"
        )
    settings = course.root / "nbgrader_config.py"
    settings.write_text(f"{settings.read_text()}\nc.LatePolicy.percent_per_day = 50\n")
    assert run("late", PROBLEM_SET)[0] == (
        "ada: 9 h 1 min late, 1.5 points off (before: 0)\n1 late.\n"
    )
    assert "1.5" in run("status", PROBLEM_SET)[0]
    run("roster", "add", "ada", "--extra-time", "10")
    assert run("late", PROBLEM_SET)[0] == (
        "ada: in time, 0 points off (before: 1.5)\nNobody whose time is known was late.\n"
    )
    run("roster", "add", "ada", "--extra-time", "0")
    assert "There is no due date." in run("release", PROBLEM_SET, "--due", "none")[0]
    assert "1.5 points off" not in run("late", PROBLEM_SET)[0]


def test_export_takes_its_share_of_points_given_since(run, course, hand_in):
    hand_in("ada", release_of(course))
    run("release", PROBLEM_SET, "--due", "2026-12-01 23:59 Europe/Vienna")
    settings = course.root / "nbgrader_config.py"
    settings.write_text(f"{settings.read_text()}\nc.LatePolicy.percent_per_day = 50\n")
    grade(course, "ada", {"ps03.viterbi": probe(3.0)})
    with course.gradebook() as gradebook:
        gradebook.update_or_create_submission(
            PROBLEM_SET, "ada", timestamp="2026-12-02 08:00:00 UTC"
        )
    assert "ada: 1.5 points off (before: 0)" in run("export", PROBLEM_SET)[0]
    assert "points off" not in run("export", PROBLEM_SET)[0]
    with course.gradebook() as gradebook:
        (words,) = (
            cell
            for cell in gradebook.find_submission_notebook(PROBLEM_SET, PROBLEM_SET, "ada").grades
            if cell.name == "words"
        )
        words.manual_score = 2.0
        gradebook.db.commit()
    assert "ada: 2.5 points off (before: 1.5)" in run("export", PROBLEM_SET)[0]
    assert "2.5" in run("status", PROBLEM_SET)[0]


def test_export_tells_of_grades_out_of_date(run, course, hand_in):
    work = hand_in("ada", release_of(course))
    grade(course, "ada", {"ps03.viterbi": probe(3.0)})
    assert "out of date" not in run("export", PROBLEM_SET)[0]
    work.write_text(work.read_text() + "\n")
    assert "out of date: 1 of them." in run("export", PROBLEM_SET)[0]


def test_feedback_shows_the_penalty_that_export_takes(run, course, hand_in, monkeypatch):
    hand_in("ada", release_of(course))
    settled = []
    monkeypatch.setattr("autograder.late.settle", lambda *about: settled.append(about[1]))
    run("feedback", PROBLEM_SET)
    assert settled == [PROBLEM_SET]


def test_problem_sets_complete_with_the_tab_key(run):
    for command in ("grade", "status"):
        told = CliRunner().invoke(
            app,
            env={"_COURSE_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
            | {"COMP_WORDS": f"course {command} ps0"},
            prog_name="course",
        )
        assert "ps01_markov\nps02_neuron\n" in told.output


def test_a_report_is_written(run, course):
    told, _ = run("report", PROBLEM_SET)
    assert told.strip() == str(course.root / "reports" / f"{PROBLEM_SET}.html")
    assert "how the class did" in (course.root / "reports" / f"{PROBLEM_SET}.html").read_text()


def test_similar_needs_its_package_and_says_so(run, course, hand_in, monkeypatch):
    hand_in("ada", release_of(course))
    assert "Side by side:" in run("similar", PROBLEM_SET)[0]
    monkeypatch.setitem(sys.modules, "copydetect", None)
    assert "pip install 'hidden-states[similar]'" in str(run("similar", PROBLEM_SET)[1])


def test_feedback_goes_back(run, course):
    page = course.root / "feedback" / "ada" / PROBLEM_SET / f"{PROBLEM_SET}.html"
    page.parent.mkdir(parents=True)
    page.write_text("<main>Well done</main>")
    assert "feedback for 1 students" in run("return", PROBLEM_SET)[0]
    with zipfile.ZipFile(course.root / "exported" / f"{PROBLEM_SET}-feedback-folder.zip") as back:
        assert back.namelist() == [f"ada/{PROBLEM_SET}.html"]
    _, error = run("return", PROBLEM_SET, "--to", "moodle")
    assert "No submission of ps03_hmm was collected from moodle" in str(error)
    assert "--to must be one of canvas, folder, moodle" in str(
        run("return", PROBLEM_SET, "--to", "email")[1]
    )


@pytest.mark.parametrize("command", ["status", "late", "report", "similar", "return", "gradescope"])
def test_what_is_not_released_is_told(run, command):
    _, error = run(command, "ps01_markov")
    assert "First: course release ps01_markov" in str(error)
