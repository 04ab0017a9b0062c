"""The archive for Gradescope: it grades as we do, by itself, and tells no student too much."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from autograder import ledger
from autograder.errors import CourseError
from autograder.gradescope import package, results
from autograder.grading import grade
from tests.autograder.conftest import BY_MACHINE, PROBLEM_SET, source_of

HALF_RIGHT = """
def viterbi(pi, A, B, obs):
    best, back = np.array(pi) * np.array(B)[:, obs[0]], []
    for symbol in obs[1:]:
        steps = best[:, None] * A
        back.append(steps.argmax(axis=0))
        best = steps.max(axis=0) * np.array(B)[:, symbol]
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]
"""
# What a student's code finds when it looks around in the container.
SPY = """
import json, os
LOOKED_AT = {}
for place in ("source", "submission", "results", "submission_metadata.json"):
    try:
        LOOKED_AT[place] = str(os.listdir(os.path.join(ROOT, place)))
    except OSError as error:
        LOOKED_AT[place] = type(error).__name__
try:
    import course_lib
    LOOKED_AT["course_lib"] = "the container's" if ROOT in course_lib.__file__ else "elsewhere"
except ImportError:
    LOOKED_AT["course_lib"] = "ImportError"
try:
    open(os.path.join(ROOT, "results", "results.json"), "w")
    LOOKED_AT["write"] = "written"
except OSError as error:
    LOOKED_AT["write"] = type(error).__name__

def viterbi(pi, A, B, obs):
    raise RuntimeError(f"{os.getuid()} {LOOKED_AT} {'PYTHONPATH' in os.environ}")
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="Gradescope's harness runs as root")


@pytest.fixture
def container(course, tmp_path):
    """Return a function that grades a submission as a container of Gradescope's would."""
    package.write(course, PROBLEM_SET, tmp_path / "autograder.zip")
    root = tmp_path / "container"
    (root / "submission").mkdir(parents=True)
    (root / "results").mkdir()
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(root / "source")

    def run(notebook) -> dict:
        if notebook is not None:
            shutil.copy(notebook, root / "submission")
        done = subprocess.run(
            ["bash", root / "source" / "run_autograder"],
            env={"PATH": os.environ["PATH"], "GRADESCOPE_ROOT": str(root)}
            | {"GRADESCOPE_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads((root / "results" / "results.json").read_text())

    run.root = root
    return run


@needs_root
def test_the_same_score_as_course_grade(course, hand_in, container):
    work = hand_in("ada", {"viterbi": HALF_RIGHT})
    (outcome,) = grade(course, PROBLEM_SET, {"ada": work})
    assert outcome.refused is None
    found = container(work)
    assert 0 < outcome.score < BY_MACHINE
    assert found["score"] == pytest.approx(outcome.score)
    recorded = ledger.read(course.root, PROBLEM_SET, "ada")["probes"]
    points = {f"{n}: {c['name']}": c["earned"] for n in recorded for c in recorded[n]["categories"]}
    told = {test["name"]: test["score"] for test in found["tests"] if "score" in test}
    assert points.items() <= told.items()


@needs_root
def test_the_instructors_own_solution_gets_full_points(course, container):
    found = container(source_of(course))
    assert found["score"] == BY_MACHINE
    assert sum(test.get("max_score", 0) for test in found["tests"]) == BY_MACHINE
    assert {test["status"] for test in found["tests"] if "score" in test} == {"passed"}


@needs_root
def test_student_code_is_another_user_to_whom_all_is_closed(hand_in, container):
    spy = SPY.replace("ROOT", repr(str(container.root)))
    found = container(hand_in("spy", {"viterbi": spy}))
    (said,) = {
        line
        for test in found["tests"]
        for line in test["output"].splitlines()
        if "RuntimeError: 61000" in line and test["visibility"] == "visible"
    }
    assert said.count("PermissionError") == 5
    assert "the container's" not in said, "only this environment has another, at Gradescope none"


@needs_root
def test_what_cannot_be_graded_says_so(container):
    found = container(None)
    assert found["score"] == 0
    assert "Not graded: There is no notebook ps03_hmm.ipynb" in found["output"]
    assert "this zero stands for no grade" in found["output"]


FAILURE = {
    "kind": "wrong answer",
    "category": "long",
    "case": 2,
    "message": "expected state 1",
    "question": "obs = [0, 1]",
    "expected": "[0, 1]",
    "got": "[1, 1]",
    "misconception": "The row is where you come from.",
}
PROBE = {
    "categories": [
        {"name": "one day", "points": 1.0, "earned": 1.0},
        {"name": "long", "points": 2.0, "earned": 0.0},
    ],
    "points": 3.0,
    "failure": FAILURE,
}


def test_a_hidden_case_stays_hidden():
    one_day, long = results._tests("ps03.viterbi", PROBE)
    assert (one_day["score"], one_day["output"]) == (1.0, "")
    assert (long["score"], long["max_score"], long["status"]) == (0.0, 2.0, "failed")
    assert FAILURE["misconception"] in long["output"]
    for secret in ("message", "question", "expected", "got"):
        assert FAILURE[secret] not in long["output"]


def test_an_example_is_shown_as_in_the_notebook():
    _, long = results._tests("ps03.viterbi.example", PROBE)
    for shown in ("message", "question", "expected", "got"):
        assert FAILURE[shown] in long["output"]


def test_the_archive_holds_this_problem_set_and_no_key_of_the_course(course, tmp_path):
    package.write(course, PROBLEM_SET, tmp_path / "autograder.zip")
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        names = archive.namelist()
        assert archive.read(ledger.KEY).decode() != ledger.key_of(course.root).hex()
        assert archive.getinfo("run_autograder").external_attr >> 16 == 0o755
        needed = archive.read("requirements.txt").decode()
    assert not [name for name in names if "ps01_markov" in name or "students/" in name]
    assert "packages/autograder/problem_sets/ps03_hmm/exercises.py" in names
    for package_name in ("numpy==", "nbgrader==", "ipykernel==", "matplotlib=="):
        assert package_name in needed
    assert "hidden" not in needed


def test_variants_are_refused(course, tmp_path):
    for student in ("ada", "bob"):
        shutil.copytree(
            source_of(course).parent, course.root / "variant_sources" / student / PROBLEM_SET
        )
    with pytest.raises(CourseError, match="but ada, bob got variants of ps03_hmm. Grade here"):
        package.write(course, PROBLEM_SET, tmp_path / "autograder.zip")
    assert not (tmp_path / "autograder.zip").exists()
