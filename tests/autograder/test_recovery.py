"""Killed at any instant, a grading is finished by the next one as if nothing had happened."""

from __future__ import annotations

import json
import multiprocessing
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from autograder import grading, problem_sets
from autograder.course import Course
from autograder.students import samples
from tests.autograder import quick_answers
from tests.autograder.conftest import PROBLEM_SET, release_of
from tests.autograder.test_gradebook import contents, tree

STUDENTS = 12
# What a grading is given to write in, at the longest, before it is killed.
SECONDS = {True: 1.5, False: 6.0}


def grade(root: Path, is_quick: bool, again: bool = False) -> None:
    """Grade the course in a process of its own, with two workers."""
    if is_quick:
        grading.attempt = quick_answers.attempt
    course = Course.open(root)
    submissions = course.selected(PROBLEM_SET, None)
    for _ in grading.grade(course, PROBLEM_SET, submissions, again=again, workers=2):
        pass


@pytest.fixture
def start():
    """Start a grading; returns the process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.grading"])
    started = []

    def start(*arguments):
        process = context.Process(target=grade, args=arguments)
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


@pytest.fixture
def graded(course, hand_in, start, tmp_path):
    """A class's submissions, and another course in which they were graded undisturbed."""

    def graded(is_quick: bool) -> Course:
        works = [sample.work for sample in samples(problem_sets.find(PROBLEM_SET))]
        for number in range(STUDENTS):
            notebook = hand_in(f"s{number:02}", release_of(course))
            if not is_quick:
                notebook.write_bytes(works[number % len(works)])
            else:
                notebook.write_text(notebook.read_text() + " " * number)
        other = Course(Path(shutil.copytree(course.root, tmp_path / "undisturbed")))
        start(other.root, is_quick).join()
        return other

    return graded


@pytest.mark.parametrize(
    ("kills", "is_quick"),
    [
        pytest.param(6, True, id="6"),
        pytest.param(100, True, marks=pytest.mark.exhaustive, id="100"),
        pytest.param(30, False, marks=pytest.mark.exhaustive, id="30-in-the-sandbox"),
    ],
)
def test_killed_at_random_instants(course, graded, start, kills, is_quick):
    other, chance = graded(is_quick), random.Random(kills)
    right = scores(other)
    for kill in range(kills):
        process = start(course.root, is_quick, kill % 3 == 2)
        while process.is_alive() and not list(course.root.glob(".received-*")):
            time.sleep(0.005)
        process.join(chance.uniform(0, SECONDS[is_quick]))
        process.kill()
        process.join()
        look(course, right)
    start(course.root, is_quick).join()
    assert contents(course) == contents(other)
    assert lasting(tree(course.root / "autograded")) == lasting(tree(other.root / "autograded"))
    assert records(course) == records(other)
    assert sorted(tree(course.root)) == sorted(tree(other.root))


def look(course: Course, right: dict) -> None:
    """Between two gradings: the gradebook is sound, and each grade is there whole or not at all."""
    with sqlite3.connect(course.root / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = scores(course)
    assert found == {student: right[student] for student in found}
    done = records(course)
    assert done.keys() <= found.keys(), "the record comes last"
    for student in done:
        notebook = course.root / "autograded" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
        assert not notebook.exists() or json.loads(notebook.read_text())["cells"]


def scores(course: Course) -> dict[str, dict]:
    with grading.Grades(course, PROBLEM_SET) as grades:
        return {student: found.by_machine for student, found in grades.standings().items()}


def records(course: Course) -> dict[str, dict]:
    """Return the ledger without what differs from one run of the same to the next."""
    found = {}
    for path in (course.root / "ledger" / PROBLEM_SET).glob("*.json"):
        record = json.loads(path.read_text())
        del record["graded_at"], record["seconds"]
        for probe in record["probes"].values():
            del probe["seconds"]
        found[path.stem] = record
    return found


def lasting(files: dict) -> dict:
    return {name: mode for name, (mode, _) in files.items()}
