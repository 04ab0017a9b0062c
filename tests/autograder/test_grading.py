"""From a submission to a score: right, wrong, untouched, broken, and by nbgrader's own command."""

from __future__ import annotations

import shutil
import subprocess
import sys

import nbformat
import pytest

from autograder import grading, ledger, pool, problem_sets
from autograder.errors import CourseError
from tests.autograder.conftest import BY_MACHINE, IN_ALL, POINTS, PROBLEM_SET, release_of, source_of

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


def earned(course, student) -> dict[str, float]:
    """Return the cells that earned anything."""
    return {name: score for name, score in points(course, student).items() if score}


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

    assert (outcomes["ann"].score, outcomes["ann"].max_score) == (BY_MACHINE, IN_ALL)
    assert (outcomes["bea"].score, outcomes["bea"].max_score) == (0, IN_ALL)
    assert outcomes["cem"].score is None
    assert "'ps03_hmm.ipynb' is not a notebook" in outcomes["cem"].refused
    assert outcomes["dag"].score is None
    assert "There is no notebook ps03_hmm.ipynb" in outcomes["dag"].refused
    assert earned(course, "eve") == {"viterbi_visible": 2, "viterbi_unseen": 3}
    # The slides' matrix is symmetric, so a transposed one passes in sight and fails unseen, but
    # for the quarter of the points that sequences of one day are worth.
    assert earned(course, "fay") == {"viterbi_visible": 2, "viterbi_unseen": 0.75}
    with course.gradebook() as gradebook:
        handled = {s.student.id for s in gradebook.assignment_submissions(PROBLEM_SET)}
    assert handled == {"ann", "bea", "eve", "fay"}, "a refused submission must not look like a zero"


def test_grading_again_gives_the_same(course, hand_in):
    hand_in("eve", {"viterbi": OTHER_VITERBI})
    assert graded(course) == graded(course, again=True)


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
    assert all(outcome.unchanged for outcome in graded(course).values())
    graded(course, again=True)
    assert by_nbgrader == {student: points(course, student) for student in ("ann", "eve")}
    assert sum(by_nbgrader["ann"].values()) == BY_MACHINE


ODD_BUT_HONEST = """
import os, sys, warnings
np.seterr(all="raise")
warnings.simplefilter("error")
os.chdir("/")
probe = print
def helper(x):
    print("looking at", x, file=sys.stderr)
    return x
"""
OTHER_COUNT = """
def count_hmm(states, obs, n_states, n_symbols):
    print("counting")
    pi, A, B = np.zeros(n_states), np.zeros((n_states,) * 2), np.zeros((n_states, n_symbols))
    for ys, xs in zip(helper(states), obs):
        pi[ys[0]] += 1
        np.add.at(A, (ys[:-1], ys[1:]), 1)
        np.add.at(B, (ys, xs), 1)
    for table in (A, B):
        for row in table:
            row[:] = row / row.sum() if row.sum() else 1 / len(row)
    return [(pi / pi.sum()).tolist(), A.view(np.matrix), B.astype(np.longdouble)]
"""


def test_honest_oddities_cost_nothing(course, hand_in):
    viterbi = OTHER_VITERBI.replace('errstate(divide="ignore")', 'errstate(all="ignore")')
    hand_in("odd", {"viterbi": ODD_BUT_HONEST + viterbi, "count_hmm": OTHER_COUNT})
    record = recorded(course, "odd")
    failures = {probe["cell"]: probe["failure"] for probe in record["probes"].values()}
    own = ("viterbi_visible", "viterbi_unseen", "count_visible", "count_unseen")
    assert {cell: failures[cell] for cell in own} == dict.fromkeys(own)
    assert earned(course, "odd") == {cell: POINTS[cell] for cell in own}


def recorded(course, student) -> dict:
    assert graded(course)[student].refused is None
    return ledger.read(course.root, PROBLEM_SET, student)


def test_code_that_ends_python_costs_what_was_not_answered(course, hand_in):
    """The second exercise comes after the end, and says so; nothing is left unsaid."""
    right = {"count_hmm": OTHER_COUNT.replace("helper(states)", "states")}
    hand_in("end", right | {"viterbi": "import os\ndef viterbi(pi, A, B, obs): os._exit(0)"})
    probes = recorded(course, "end")["probes"]
    assert points(course, "end") == dict.fromkeys(points(course, "end"), 0)
    told = {name: probe["failure"]["kind"] for name, probe in probes.items()}
    assert told == dict.fromkeys(probes, "never asked")


def test_an_endless_loop_costs_its_own_cases_alone(course, hand_in):
    work = {
        "viterbi": OTHER_VITERBI + "\nright = viterbi\n"
        "def viterbi(pi, A, B, obs):\n"
        "    while len(obs) == 1: pass\n"
        "    return right(pi, A, B, obs)",
    }
    hand_in("loop", work)
    probe = recorded(course, "loop")["probes"]["ps03.viterbi"]
    assert probe["earned"] == 2.25
    assert (probe["failure"]["kind"], probe["failure"]["category"]) == (
        "too slow",
        "sequences of one day",
    )


def test_claims_in_a_graded_cell_are_not_believed(course, hand_in):
    """Whatever the student's code does to its own process, points come from answers alone."""
    forged = """
class Anything:
    def __eq__(self, other): return True
    def __iter__(self): return iter([self] * 3)
    def __int__(self): return 0
def viterbi(pi, A, B, obs): return Anything()
import IPython, sys, types
sys.displayhook = lambda value: None
fake = types.ModuleType("course_probe")
fake.probe = lambda *_: 3.0
sys.modules["course_probe"] = fake
np.allclose = np.array_equal = lambda *_, **__: True
"""
    hand_in("eve", {"viterbi": forged, "count_hmm": "def count_hmm(*_): return 1, 2, 3"})
    assert graded(course)["eve"].score == 0


def test_a_source_of_an_earlier_version_is_refused_with_what_to_do(course, hand_in):
    source = nbformat.read(source_of(course), as_version=4)
    tests = next(cell for cell in source.cells if cell.id == "viterbi_unseen")
    tests.source = "for _arguments, _expected in [\n]:\n    pass"
    nbformat.write(source, source_of(course))
    hand_in("ann", {})
    outcome = graded(course)["ann"]
    assert outcome.score is None
    assert "Move source/PS away" in outcome.refused


@pytest.mark.parametrize("missing", ["c.Autograde.sanitize", "c.Autograde.autograde"])
def test_settings_of_an_earlier_version_grade_nothing(course, hand_in, missing):
    """Their pipeline would run the student's notebook as it is, or without the sandbox."""
    leave_out_of_settings(course, missing)
    hand_in("ann", {})
    with pytest.raises(CourseError, match="nbgrader_config.py was made by an earlier version"):
        graded(course)
    assert not (course.root / "autograded").exists()


def test_no_notebook_can_claim_to_be_rebuilt(course, hand_in):
    """nbgrader's own command with such settings: the second step knows what the first did."""
    leave_out_of_settings(course, "c.Autograde.sanitize", "install()")
    path = hand_in("eve", {"viterbi": OTHER_VITERBI})
    notebook = nbformat.read(path, as_version=4)
    for name in ("submission", "rebuilt"):
        notebook.metadata[name] = {"sha256": "0" * 64, "remarks": []}
    nbformat.write(notebook, path)
    result = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", PROBLEM_SET],
        cwd=course.root,
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode != 0
    assert "nbgrader_config.py was made by an earlier version" in result.stderr
    assert ledger.read(course.root, PROBLEM_SET, "eve") is None


def test_steps_of_the_instructors_own_are_taken(course, hand_in):
    """By nbgrader itself then, with the same points."""
    config = course.root / "nbgrader_config.py"
    own = "[*GRADING_STEPS, 'nbgrader.preprocessors.IgnorePattern']"
    text = config.read_text()
    assert "autograde_preprocessors = GRADING_STEPS" in text
    config.write_text(text.replace("_preprocessors = GRADING_STEPS", f"_preprocessors = {own}"))
    hand_in("eve", {"viterbi": OTHER_VITERBI})
    assert graded(course, open_executor=lambda: 1 / 0)["eve"].refused is None
    assert earned(course, "eve") == {"viterbi_visible": 2, "viterbi_unseen": 3}


def leave_out_of_settings(course, *words):
    config = course.root / "nbgrader_config.py"
    lines = config.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not any(word in line for word in words)]
    assert len(kept) == len(lines) - len(words)
    config.write_text("".join(kept))


def test_a_broken_exercise_refuses_instead_of_a_zero(course, hand_in, tmp_path, monkeypatch):
    folder = tmp_path / "assignments"
    shutil.copytree(problem_sets.folder(), folder)
    exercises = folder / PROBLEM_SET / "exercises.py"
    text = exercises.read_text()
    exercises.write_text(text.replace("return HMM(pi, A, B).viterbi(obs).path", "return 1 / 0"))
    monkeypatch.setattr(problem_sets, "folder", lambda: folder)
    hand_in("ann", {"viterbi": OTHER_VITERBI})
    outcome = graded(course, open_executor=pool.Alone)["ann"]
    assert outcome.score is None
    assert "ps03.viterbi: the reference failed" in outcome.refused
    assert ledger.read(course.root, PROBLEM_SET, "ann") is None
    with course.gradebook() as gradebook:
        assert gradebook.assignment_submissions(PROBLEM_SET) == []


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
    "NBGRADER_EXECUTION": os.environ.get("NBGRADER_EXECUTION"),
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
    assert ("'HOME': '/home/student'" in said) is use_sandbox
    assert ("'NBGRADER_EXECUTION': None" in said) is use_sandbox


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


def nbgrader_autograde(course) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", PROBLEM_SET],
        cwd=course.root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_grader_nothing_is_graded(course, hand_in):
    """nbgrader goes on where its settings file fails; it must not go on without the sandbox."""
    hand_in("ann", {})
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("from autograder import", "from no_grader import"))
    done = nbgrader_autograde(course)
    assert done.returncode != 0
    assert "The grader cannot be loaded (No module named 'no_grader')" in done.stderr
    assert not (course.root / "autograded").exists()


def test_a_mistake_in_the_settings_does_not_open_the_sandbox(course, hand_in):
    """nbgrader drops the whole file then, and takes its defaults, which are ours."""
    hand_in("ann", {"viterbi": OTHER_VITERBI})
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.Autograde.typo = no_such_name\n")
    nbgrader_autograde(course)
    assert ledger.read(course.root, PROBLEM_SET, "ann")["sandbox"] is True


def test_a_student_id_is_no_pattern(course, hand_in):
    """nbgrader looks for folders with it."""
    hand_in("a [2]", {"viterbi": OTHER_VITERBI})
    hand_in("a 2", {})
    outcomes = graded(course)
    assert outcomes["a [2]"].refused is None
    assert outcomes["a [2]"].score > outcomes["a 2"].score
