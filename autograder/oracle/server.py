"""The process that oracles are forked from, with NumPy and the exercises loaded once.

It is started as `python -m autograder.oracle.server` with a socket for its standard input. Each
message on it is a request in JSON, with two open sockets: where the probes will connect, and where
the grader waits for the verdicts. One without sockets asks to load exercises for later. Nothing of
the grader's own, such as its gradebook, is here.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import signal
import socket
import sys
import warnings
from itertools import chain
from pathlib import Path

from autograder import exercise
from autograder.errors import CourseError
from autograder.oracle.judge import Attempt, BrokenExercise, Judge, at_most, cases_of
from autograder.oracle.session import Session
from autograder.variants.drawing import draw, with_examples

MAX_REQUEST = 65_536
MEMORY = 2 << 30
CPU_SECONDS = 600
REHEARSAL_SECONDS = 0.5


def main() -> None:
    """Fork an oracle for each request, until nobody can send one any more."""
    requests = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loaded: dict[tuple, dict] = {}
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, 2)
        if not message:
            return
        request = json.loads(message)
        if not descriptors:
            # Nobody waits for these yet. What is wrong with them is told to whoever does.
            with contextlib.suppress(Exception):
                _exercises(Path(request["exercises"]), loaded)
            continue
        listener, control = (socket.socket(fileno=number) for number in descriptors)
        with listener, control:
            try:
                path = Path(request["exercises"])
                exercises = _exercises(path, loaded)
                if request["variant"] is not None:
                    exercises = with_examples(exercises, draw(path.parent, request["variant"]))
            except Exception as error:
                _report(control, {"broken": _reason(error)})
                continue
            if os.fork() == 0:
                requests.close()
                _be_an_oracle(listener, control, exercises, request["seed"])


def _exercises(path: Path, loaded: dict) -> dict:
    """Return a problem set's exercises, loaded anew only when the file has changed."""
    key = (path, path.stat().st_mtime_ns)
    if key not in loaded:
        loaded[key] = exercise.load(path)
        _rehearse(loaded[key])
        # What an oracle shares with this process stays shared until somebody touches it.
        gc.collect()
        gc.freeze()
    return loaded[key]


def _rehearse(exercises: dict) -> None:
    """Draw and answer cases as an oracle will: what is slow only at first is so here, once.

    What is broken shows when an oracle finds it, in words for whoever grades.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    with contextlib.suppress(Exception), at_most(REHEARSAL_SECONDS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in exercises.values():
            judge = Judge(one)
            for category in chain.from_iterable(one.probes().values()):
                for number, question in enumerate(cases_of(one, category, "rehearsal")):
                    attempt = Attempt(category.name, number, question)
                    attempt.answer = judge.expected(attempt)
                    judge.judge(attempt, question)
    resource.setrlimit(resource.RLIMIT_AS, before)


def _be_an_oracle(listener, control, exercises, seed) -> None:
    """Serve one submission, report, and end this process."""
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        warnings.simplefilter("ignore")
        session = Session(exercises, seed)
        try:
            session.serve(listener, control)
            report = session.report()
        except BrokenExercise as error:
            report = {"broken": str(error)}
        _report(control, report)
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def _report(control: socket.socket, report: dict) -> None:
    control.sendall(json.dumps(report).encode())


def _reason(error: Exception) -> str:
    """Say in a line why there are no exercises."""
    if isinstance(error, CourseError):
        return str(error)
    return " ".join(f"exercises.py failed with {type(error).__name__}: {error}".split())


if __name__ == "__main__":
    main()
