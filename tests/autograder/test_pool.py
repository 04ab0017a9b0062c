"""Tasks survive the death of a worker, and workers do not survive the death of their head."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import pool


def squared(number: int) -> int:
    return number**2


def die_of_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def die_once(path: str) -> str:
    if path.endswith("7") and not os.path.exists(path):
        open(path, "x").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def fail(number: int) -> int:
    raise ValueError(f"{number} is too much")


def two() -> pool.Processes:
    return pool.Processes(2)


def done(function, items) -> dict:
    return dict(pool.each(function, [(item, item) for item in items], two, workers=2))


def test_every_task_is_done():
    assert done(squared, range(50)) == {number: number**2 for number in range(50)}


def test_a_key_without_a_task_comes_back_at_once():
    assert list(pool.each(squared, [("a", None), ("b", 3)], two, 2)) == [("a", None), ("b", 9)]


def test_nothing_is_started_for_nothing():
    assert list(pool.each(squared, [("a", None)], lambda: 1 / 0, 2)) == [("a", None)]


def test_a_single_task_is_done_here():
    def whose(task: str) -> tuple[str, int]:
        return task, os.getpid()

    open_executor = pool.executor_for(1, workers=2)
    assert list(pool.each(whose, [("a", "x")], open_executor, 2)) == [("a", ("x", os.getpid()))]


def test_a_single_task_that_fails_here_fails_as_elsewhere():
    ((key, error),) = pool.each(fail, [("a", 3)], pool.executor_for(1, workers=2), 2)
    assert key == "a"
    assert isinstance(error, ValueError)


def test_ctrl_c_ends_a_single_task():
    def interrupted(task):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(pool.each(interrupted, [("a", 3)], pool.executor_for(1, workers=2), 2))


def test_several_tasks_have_processes():
    with pool.executor_for(2, workers=2)() as executor:
        assert executor.submit(os.getpid).result() != os.getpid()


def test_a_deadly_task_costs_the_others_nothing():
    results = done(die_of_seven, range(20))
    assert isinstance(results.pop(7), pool.WorkerDied)
    assert results == {number: number**2 for number in range(20) if number != 7}


def test_a_worker_that_dies_once_is_forgotten(tmp_path):
    paths = [str(tmp_path / str(number)) for number in range(10)]
    assert done(die_once, paths) == {path: path for path in paths}


def test_an_exception_is_a_result():
    (error,) = done(fail, [3]).values()
    assert isinstance(error, ValueError)
    assert str(error) == "3 is too much"


HEAD = """
import os, sys, time
from autograder import pool
from tests.autograder.test_pool import sleeper
list(pool.each(sleeper, [(n, sys.argv[1]) for n in range(9)], lambda: pool.Processes(2), 2))
"""


def sleeper(folder: str) -> None:
    """Tell who sleeps, and what would be left behind, and sleep."""
    import tempfile

    Path(folder, str(os.getpid())).write_text(tempfile.mkdtemp())
    time.sleep(600)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_head_ends_its_workers_end(tmp_path, sent):
    head = subprocess.Popen(
        [sys.executable, "-c", HEAD, str(tmp_path)], stderr=subprocess.DEVNULL, cwd=os.getcwd()
    )
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    workers = {int(path.name): Path(path.read_text()) for path in tmp_path.iterdir()}
    head.send_signal(sent)
    assert head.wait(timeout=60) != 0
    wait_until(lambda: not any(is_alive(worker) for worker in workers))
    wait_until(lambda: not any(left.exists() for left in workers.values()))


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
