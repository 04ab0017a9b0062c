"""A made-up class: the same from the same seed, whole, and with all that goes wrong in one."""

from __future__ import annotations

import csv
import json
import zipfile

import nbformat
import numpy as np
import pytest
from typer.testing import CliRunner

from autograder import problem_sets, roster
from autograder.check.asking import verdict_on
from autograder.cli import app
from autograder.errors import CourseError
from autograder.lms import rosters
from autograder.lms.collect import collect
from autograder.rehearsal import canvas, classroom
from autograder.rehearsal.answers import answers_to, code_of
from autograder.rehearsal.people import MOST, made_up
from tests.autograder.conftest import PROBLEM_SET

FOLDER = problem_sets.find(PROBLEM_SET)


@pytest.fixture(scope="module")
def made():
    return classroom.make(FOLDER, 30, seed=1)


@pytest.mark.parametrize("name", problem_sets.names())
def test_every_problem_set_has_a_class_of_different_notebooks(name):
    made = classroom.make(problem_sets.find(name), classroom.FEWEST, seed=5)
    works = [one.content for one in made.when_due if one.file.endswith(".ipynb")]
    assert len(set(works)) == len(works) >= classroom.FEWEST - 2
    for work in made.days_later:
        nbformat.validate(nbformat.reads(work.content.decode(), 4))


def test_the_same_seed_makes_the_same_class(made):
    assert classroom.make(FOLDER, 30, seed=1) == made
    assert classroom.make(FOLDER, 30, seed=2).when_due != made.when_due


def test_what_goes_wrong(made):
    assert len(made.people) == 30
    known = set(made.people)
    first = {one.person: one for one in made.when_due}
    assert len(known - set(first)) == 1, "somebody hands in nothing"
    assert len(set(first) - known) == 1, "somebody is not on the list"
    assert sum(one.late for one in made.when_due) == 3
    assert sum(one.again for one in made.when_due) == 1
    assert sum(one.file != f"{PROBLEM_SET}.ipynb" for one in made.when_due) == 2
    (broken,) = (one for one in made.when_due if one.file.endswith("nb") and not is_whole(one))
    later = {one.person: one for one in made.days_later}
    assert is_whole(later[broken.person])
    assert sum(later[who] != first[who] for who in first) == 3


def is_whole(one) -> bool:
    try:
        json.loads(one.content)
    except ValueError:
        return False
    return True


def test_a_course_takes_the_files_as_canvas_own(course, made, tmp_path):
    table, when_due, later = canvas.write(made, FOLDER, tmp_path)
    with table.open(newline="") as file:
        assert [row[0] for row in csv.reader(file)][:2] == ["Student", "    Points Possible"]
    kind, people, left_out = rosters.read(table)
    assert (kind, len(people), left_out) == ("Canvas", 30, [])
    roster.enrol(course, people)
    found = collect(course, PROBLEM_SET, when_due, "canvas")
    assert (len(found.new), len(found.late), len(found.left_out)) == (28, 3, 2)
    found = collect(course, PROBLEM_SET, later, "canvas")
    assert (len(found.new), len(found.replaced), len(found.unchanged)) == (1, 2, 26)
    assert len(found.left_out) == 1


def test_names_and_ids_are_different_and_ids_can_be_folders():
    people = made_up(np.random.default_rng(0), MOST)
    assert len({person.student for person in people}) == MOST
    assert len({person.lms_id for person in people}) == MOST
    assert all(roster.STUDENT_ID.fullmatch(person.student) for person in people)
    assert all(person.student.isascii() for person in people)


@pytest.mark.parametrize("exercise", ["ps01.count_chain", "ps01.ngram_die"])
def test_an_answers_text_does_what_the_function_does(exercise):
    folder = problem_sets.find("ps01_markov")
    answers, asked = answers_to(folder)[exercise], problem_sets.exercises(folder)[exercise]
    assert answers.right
    assert len(answers.wrong) > 3
    for function in (*answers.right, *answers.wrong):
        names = {}
        exec(code_of(function, "answer"), names)
        assert function.__name__ not in names
        share = verdict_on(names["answer"], asked, "seed").share
        assert share == verdict_on(function, asked, "seed").share


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["rehearse", PROBLEM_SET, "--students", "12"])
    assert told.exit_code == 0, told.output
    assert "the gradebook of a class of 12" in told.output
    with zipfile.ZipFile("rehearsal/submissions.zip") as archive:
        assert len(archive.namelist()) == 12
    for words, message in (
        (["--students", "3"], "must be from 12 to"),
        (["/dev/null/here"], "cannot be written"),
    ):
        error = CliRunner().invoke(app, ["rehearse", PROBLEM_SET, *words]).exception
        assert isinstance(error, CourseError)
        assert message in str(error)


def test_nothing_of_ours_is_in_it(made):
    for one in made.days_later:
        assert b"course_lib" not in one.content
        assert b"import comparing" not in one.content
