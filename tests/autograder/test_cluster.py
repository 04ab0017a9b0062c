"""On a Dask cluster of real processes, the grades are those of one machine."""

from __future__ import annotations

import json
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import grading, intake, ledger, pool, problem_sets, worker
from autograder.batch import Batch
from autograder.cluster import Cluster
from autograder.course import CONFIG, Course
from autograder.errors import CourseError
from autograder.students import samples
from tests.autograder.conftest import PROBLEM_SET, release_of
from tests.autograder.dask_cluster import ROOT, DaskCluster
from tests.autograder.test_gradebook import contents
from tests.autograder.test_pool import die_of_seven, squared
from tests.autograder.test_recovery import records

REAL = "from autograder.cli import main; main()"
QUICK = f"""
from autograder import grading
from tests.autograder import quick_answers
grading.attempt = quick_answers.slowly
{REAL}
"""
OTHER_NUMPY = """
from autograder import worker
worker.facts = lambda facts=worker.facts(): {**facts, "numpy": "1.0"}
"""


NO_GRADER = """
import sys
sys.modules["autograder"] = None
"""


@pytest.fixture
def cluster(tmp_path):
    """A scheduler, and no worker yet."""
    cluster = DaskCluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    yield cluster
    cluster.stop()


@pytest.fixture
def many(course, hand_in) -> Course:
    """A course in which forty have handed in."""
    for number in range(40):
        notebook = hand_in(f"s{number:02}", release_of(course))
        notebook.write_text(notebook.read_text() + " " * number)
    return course


def start(course: Course, address: str, code: str = REAL) -> subprocess.Popen:
    options = ["--course", str(course.root), "--dask", address, "--json"]
    return subprocess.Popen(
        [sys.executable, "-c", code, "grade", PROBLEM_SET, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def lines(said: str) -> tuple[list[dict], dict]:
    *outcomes, last = map(json.loads, said.splitlines())
    return outcomes, last["summary"]


def test_a_killed_workers_task_is_done_by_another(course, hand_in, cluster, tmp_path):
    works = [
        sample.work for sample in samples(problem_sets.find(PROBLEM_SET)) if not sample.refused
    ]
    for number in range(8):
        hand_in(f"s{number}", release_of(course)).write_bytes(works[number % len(works)])
    alone = Course(Path(shutil.copytree(course.root, tmp_path / "alone")))
    first, _ = cluster.add_worker("--no-nanny"), cluster.add_worker("--no-nanny")

    head = start(course, cluster.address)
    said = head.stdout.readline()
    first.kill()
    rest, errors = head.communicate(timeout=300)
    assert (head.returncode, errors) == (0, "")
    outcomes, summary = lines(said + rest)
    assert sorted(one["student"] for one in outcomes) == [f"s{number}" for number in range(8)]
    assert (summary["done"], summary["refused"], summary["left"]) == (8, 0, 0)

    for _ in grading.grade(alone, PROBLEM_SET, alone.selected(PROBLEM_SET, None)):
        pass
    assert contents(course) == contents(alone)
    assert records(course) == records(alone)


def test_workers_that_would_grade_otherwise_are_not_used(many, cluster, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    cluster.add_worker("--no-nanny", PATH=str(programs))
    for name, code in (("other_numpy.py", OTHER_NUMPY), ("no_grader.py", NO_GRADER)):
        (tmp_path / name).write_text(code)
        cluster.add_worker("--no-nanny", "--preload", str(tmp_path / name))

    head = start(many, cluster.address, QUICK)
    said, errors = head.communicate(timeout=300)
    assert head.returncode == 2
    *reasons, last = sorted(errors.splitlines(), key=lambda line: line.startswith("course:"))
    assert last == f"course: No worker of {cluster.address} can grade: see above."
    assert len(reasons) == 3
    assert all(line.startswith("Not used: tcp://127.0.0.1:") for line in reasons)
    numpy = worker.facts()["numpy"]
    assert any(f"numpy 1.0, not {numpy}. Install the same there" in line for line in reasons)
    assert any("it cannot be asked (" in line and "'autograder'" in line for line in reasons)
    assert any("bwrap) is not installed. Install bubblewrap" in line for line in reasons)
    assert not list(many.root.glob("ledger/*/*"))

    cluster.add_worker("--no-nanny")
    head = start(many, cluster.address, QUICK)
    said, errors = head.communicate(timeout=300)
    assert head.returncode == 0
    assert lines(said)[1]["done"] == 40
    assert sorted(errors.splitlines()) == sorted(reasons)


def test_a_scheduler_without_the_grader_is_not_used(many, tmp_path):
    (tmp_path / "no_grader.py").write_text(NO_GRADER)
    options = ("--host", "127.0.0.1", "--port", "0", "--preload", str(tmp_path / "no_grader.py"))
    cluster = DaskCluster(tmp_path, *options)
    try:
        with pytest.raises(CourseError, match="scheduler tcp.* is not used: it cannot be asked"):
            Cluster(cluster.address, print).open()
    finally:
        cluster.stop()


def test_ctrl_c_leaves_the_cluster_and_keeps_what_is_done(many, cluster):
    cluster.add_worker("--no-nanny")
    head = start(many, cluster.address, QUICK)
    head.stdout.readline()
    head.send_signal(signal.SIGINT)
    _, errors = head.communicate(timeout=60)
    assert head.returncode == 130
    (line,) = errors.splitlines()
    done = len(list(many.root.glob("ledger/*/*.json")))
    assert 1 <= done < 40
    assert f"{40 - done} of 40 are left. To go on: course grade {PROBLEM_SET} --dask" in line
    assert not list(many.root.glob(".received-*"))

    head = start(many, cluster.address, QUICK)
    said, _ = head.communicate(timeout=300)
    summary = lines(said)[1]
    assert (summary["unchanged"], summary["done"]) == (done, 40 - done)


def test_a_lost_scheduler_is_told_and_what_is_done_is_kept(many, cluster):
    cluster.add_worker("--no-nanny")
    head = start(many, cluster.address, QUICK)
    head.stdout.readline()
    cluster.scheduler.kill()
    _, errors = head.communicate(timeout=120)
    assert (head.returncode, errors.count("\n")) == (2, 1), errors
    (line,) = errors.splitlines()
    assert line.startswith(f"course: {cluster.address}: its scheduler ")
    assert "What is done is kept" in line
    assert 1 <= len(list(many.root.glob("ledger/*/*.json"))) < 40


def test_what_is_sent_holds_no_secret(course, hand_in, tmp_path):
    notebook = hand_in("ada.lovelace", release_of(course))
    settings = course.root / CONFIG
    password = "\nc.CourseDirectory.db_url = 'postgresql+psycopg://me:paper-clip@host/course'\n"
    settings.write_text(settings.read_text() + password)
    nbgrader = course.nbgrader()
    intake.receive(notebook.parent, PROBLEM_SET, tmp_path / "received")
    batch = Batch.of(nbgrader.coursedir, nbgrader.config, PROBLEM_SET, PROBLEM_SET)
    sent = pickle.dumps(batch.task("ada.lovelace", tmp_path / "received"))
    key = ledger.key_of(course.root)
    for secret in (key, key.hex().encode(), b"paper-clip", b"lovelace", str(course.root).encode()):
        assert secret not in sent


def test_no_scheduler_is_told_in_a_line(many):
    begun = time.monotonic()
    head = start(many, "tcp://127.0.0.1:9")
    _, errors = head.communicate(timeout=120)
    assert head.returncode == 2
    (line,) = errors.splitlines()
    assert line.startswith("course: No Dask scheduler answers at tcp://127.0.0.1:9 ")
    assert time.monotonic() - begun < 60


@pytest.fixture
def joined(cluster):
    """Join the cluster from this process; returns who does tasks and what was told."""
    told: list[str] = []
    return Cluster(cluster.address, told.append), told


def test_a_deadly_task_costs_the_others_nothing(cluster, joined):
    """The nannies start its workers again, and those are asked anew."""
    crew, told = joined
    for _ in range(2):
        cluster.add_worker()
    tasks = [(number, number) for number in range(20)]
    results = dict(pool.each(die_of_seven, tasks, crew.open, crew.count))
    assert isinstance(results.pop(7), pool.WorkerDied)
    assert results == {number: number**2 for number in range(20) if number != 7}
    assert told == []


def test_a_worker_that_comes_later_is_used(cluster, joined):
    """By two heads, as of two courses, which share what there is."""
    crew, _ = joined
    cluster.add_worker("--no-nanny")
    with crew.open(), Cluster(cluster.address, print).open() as other:
        assert crew.count() == other.count() == 1
        cluster.add_worker("--no-nanny")
        deadline = time.monotonic() + 120
        while crew.count() < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        calls = [one.submit(squared, number) for number in range(9) for one in (crew, other)]
        assert [call.result(60) for call in calls[::2]] == [number**2 for number in range(9)]
        assert [call.result(60) for call in calls[1::2]] == [number**2 for number in range(9)]


def test_without_workers_it_is_given_up(cluster, joined, monkeypatch):
    crew, _ = joined
    monkeypatch.setattr("autograder.cluster.PATIENCE_SECONDS", 2)
    with pytest.raises(CourseError, match="it has none. Start one: dask worker tcp://"):
        crew.open()
    last = cluster.add_worker("--no-nanny")
    with crew.open():
        last.kill()
        waiting = crew.submit(squared, 3)
        with pytest.raises(CourseError, match="no worker that can grade. What is done is kept"):
            waiting.result(60)
        with pytest.raises(CourseError, match="no worker that can grade"):
            crew.submit(squared, 3)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--dask", "10.0.0.1:8786"], "begins with tcp:// or tls://"),
        (["--dask", "tcp://h:1", "--workers", "2"], "--dask goes neither with --workers"),
        (["--dask", "tcp://h:1", "--unsafe-no-sandbox"], "in the sandbox alone"),
    ],
)
def test_wrong_use_is_told(many, monkeypatch, words, answer):
    from autograder import cli

    monkeypatch.setattr(
        sys, "argv", ["course", "grade", PROBLEM_SET, "--course", str(many.root), *words]
    )
    with pytest.raises(CourseError, match=answer):
        cli.app(standalone_mode=False)
