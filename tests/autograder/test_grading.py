"""From a submission to a score: right, wrong, untouched, broken, and by nbgrader's own command."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest

from autograder import grading
from tests.autograder.conftest import PROBLEM_SET, release_of, source_of

# Right, but not the reference: other loops, lists instead of arrays, an extra print.
OTHER_VITERBI = """
def viterbi(pi, A, B, obs):
    with np.errstate(divide="ignore"):
        log = [np.log(np.array(table)) for table in (pi, A, B)]
    states = range(len(pi))
    best = {s: (log[0][s] + log[2][s, obs[0]], [s]) for s in states}
    for x in obs[1:]:
        best = {
            s: max((best[r][0] + log[1][r, s] + log[2][s, x], best[r][1] + [s]) for r in states)
            for s in states
        }
    print("decoded", len(obs), "days")
    return max(best.values())[1]
"""
TRANSPOSED_VITERBI = """
def viterbi(pi, A, B, obs):
    score, back = np.log(pi) + np.log(B[:, obs[0]]), []
    for x in obs[1:]:
        candidates = score[:, None] + np.log(A.T)
        back.append(candidates.argmax(axis=0))
        score = candidates.max(axis=0) + np.log(B[:, x])
    path = [score.argmax()]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]
"""
COUNTS_LAST_DAY = """
def count_hmm(states, obs, n_states, n_symbols):
    pi, A = np.zeros(n_states), np.zeros((n_states, n_states))
    B, days = np.zeros((n_states, n_symbols)), np.zeros(n_states)
    for ys, xs in zip(states, obs):
        pi[ys[0]] += 1
        for t, (y, x) in enumerate(zip(ys, xs)):
            days[y] += 1
            B[y, x] += 1
            if t + 1 < len(ys):
                A[y, ys[t + 1]] += 1
    return pi / pi.sum(), A / days[:, None], B / days[:, None]
"""


def graded(course, **kwargs):
    submissions = course.selected(PROBLEM_SET, None)
    outcomes = list(grading.grade(course, PROBLEM_SET, submissions, **kwargs))
    return {outcome.student: outcome for outcome in outcomes}


def points(course, student) -> dict[str, float]:
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(PROBLEM_SET, student)
        return {grade.name: grade.score for grade in submission.notebooks[0].grades}


def test_scores_and_refusals_in_one_batch(course, hand_in, tmp_path):
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{ this is no notebook")
    hand_in("ann", source_of(course))
    hand_in("bea", release_of(course))
    hand_in("cem", broken)
    hand_in("dag", source_of(course)).unlink()
    hand_in("eve", {"viterbi": OTHER_VITERBI})
    hand_in("fay", {"viterbi": TRANSPOSED_VITERBI, "count_hmm": COUNTS_LAST_DAY})

    outcomes = graded(course)

    assert (outcomes["ann"].score, outcomes["ann"].max_score) == (10, 10)
    assert (outcomes["bea"].score, outcomes["bea"].max_score) == (0, 10)
    assert (outcomes["cem"].score, outcomes["cem"].refused) == (
        None,
        "ps03_hmm.ipynb is not a notebook file",
    )
    assert (outcomes["dag"].score, outcomes["dag"].refused) == (None, "ps03_hmm.ipynb is missing")
    assert points(course, "eve") == {
        "viterbi_visible": 2,
        "viterbi_unseen": 3,
        "count_visible": 0,
        "count_unseen": 0,
    }
    # The slides' matrix is symmetric, so a transposed one passes in sight and fails unseen.
    assert points(course, "fay") == {
        "viterbi_visible": 2,
        "viterbi_unseen": 0,
        "count_visible": 0,
        "count_unseen": 0,
    }
    with course.gradebook() as gradebook:
        handled = {s.student.id for s in gradebook.assignment_submissions(PROBLEM_SET)}
    assert handled == {"ann", "bea", "eve", "fay"}, "a refused submission must not look like a zero"


def test_grading_again_gives_the_same(course, hand_in):
    hand_in("eve", {"viterbi": OTHER_VITERBI})
    assert graded(course) == graded(course)


def test_nbgrader_itself_grades_the_course_alike(course, hand_in):
    hand_in("ann", source_of(course))
    hand_in("eve", {"viterbi": OTHER_VITERBI})
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", PROBLEM_SET],
        cwd=course.root,
        check=True,
        capture_output=True,
    )
    by_nbgrader = {student: points(course, student) for student in ("ann", "eve")}
    graded(course)
    assert by_nbgrader == {student: points(course, student) for student in ("ann", "eve")}
    assert sum(by_nbgrader["ann"].values()) == 10


@pytest.mark.parametrize("use_sandbox", [True, False], ids=["sandbox", "no-sandbox"])
def test_a_submission_that_looks_around(course, hand_in, use_sandbox):
    """Inside the sandbox there is no course, no library of ours and no network."""
    look_around = f"""
import os, socket
def seen(path):
    return os.path.exists(path)
def reach():
    try:
        socket.create_connection(("127.0.0.1", {port_of_a_listener()}), timeout=2).close()
        return True
    except OSError:
        return False
def importable(name):
    import importlib.util
    return importlib.util.find_spec(name) is not None
found = {{
    "gradebook": seen({str(course.root / "gradebook.db")!r}),
    "source": seen({str(course.root / "source")!r}),
    "course_lib": importable("course_lib"),
    "network": reach(),
    "HOME": os.environ.get("HOME"),
}}
print("FOUND", found)
"""
    hand_in("spy", {"viterbi": look_around})
    graded(course, use_sandbox=use_sandbox)
    notebook = nbformat.read(
        course.root / "autograded" / "spy" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb", as_version=4
    )
    said = "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and "FOUND" in output.text
    )
    assert said, "the submission's own output is missing"
    for thing in ("gradebook", "source", "course_lib", "network"):
        assert f"'{thing}': {not use_sandbox}" in said, said
    assert ("'HOME': '/tmp/home'" in said) is use_sandbox


def port_of_a_listener() -> int:
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    LISTENERS.append(listener)
    return listener.getsockname()[1]


LISTENERS = []


@pytest.fixture(autouse=True)
def close_listeners():
    yield
    while LISTENERS:
        LISTENERS.pop().close()
