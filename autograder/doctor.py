"""Try each forbidden thing in a real box on this machine, and tell what came of it."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook

from autograder import attempts
from autograder.sandbox import Limits, Report, policy, run_notebook, seccomp

Road = Callable[..., Report]

ATTEMPTS: dict[str, Callable] = {
    "read the course": attempts.read_the_course,
    "read the home of whoever grades": attempts.read_the_home,
    "read the system's passwords": attempts.read_passwords,
    "import the reference or the grader": attempts.import_the_reference,
    "read the grader's environment": attempts.read_the_environment,
    "find the course's path": attempts.learn_the_path,
    "read files the grader left open": attempts.inherit_a_file,
    "write outside its folders": attempts.write_outside,
    "change the machine's settings": attempts.change_the_kernel,
    "connect to a port": attempts.connect,
    "connect to a local server": attempts.connect_by_name,
    "see processes outside": attempts.see_processes,
    "become root": attempts.become_root,
    "make refused system calls": attempts.refused_calls,
    "make namespaces": attempts.new_namespace,
    "type into the terminal": attempts.type_into_the_terminal,
    "open strange sockets": attempts.strange_sockets,
    "start too many processes": attempts.many_processes,
    "take too much memory": attempts.much_memory,
    "write too big a file": attempts.giant_file,
    "fill the disk": attempts.full_disk,
    "open too many files": attempts.many_files,
}

HONEST = """
import getpass, numpy as np
%matplotlib inline
import matplotlib.pyplot as plt
plt.plot(np.arange(3))
plt.show()
open("notes.txt", "w").write(getpass.getuser())
"""


@dataclass(frozen=True)
class Finding:
    """What was tried, what came of it, and whether the policy held."""

    tried: str
    happened: str
    held: bool


def examine(limits: Limits | None = None, run: Road = run_notebook) -> Iterator[Finding]:
    """Yield a finding for each thing a submission must not do, and first for what it must.

    Parameters
    ----------
    limits : Limits
        The course's limits. Times are shortened, so that the doctor takes seconds.
    run : callable
        The road into the box: `run_notebook` or `run_quickly`.
    """
    limits = limits or Limits()
    yield honest_work(limits, run)
    yield from forbidden_things(limits, run)
    yield from exhaustions(limits, run)
    yield a_daemon(limits, run)


def honest_work(limits: Limits, run: Road = run_notebook) -> Finding:
    """Compute, plot and write; a box in which nothing works proves nothing."""
    report, said = _run(HONEST, limits, run)
    works = report.cells == ["ok"] and "image/png" in said and "stderr" not in said
    return Finding("honest: compute, plot, write", "works" if works else said[-200:], works)


def forbidden_things(limits: Limits, run: Road = run_notebook) -> Iterator[Finding]:
    """Try each thing of `ATTEMPTS`, all of them in one box."""
    with _bait() as bait:
        facts = asdict(limits) | bait
        cells = [new_code_cell(_cell(code, facts)) for code in ATTEMPTS.values()]
        report = run(new_notebook(cells=cells), None, limits)
    for tried, cell, ending in zip(ATTEMPTS, cells, report.cells, strict=True):
        answer = _answer(cell) if ending == "ok" else None
        if answer is None:
            yield Finding(tried, f"no answer: {report.stopped or ending}", held=False)
        else:
            yield Finding(tried, answer["happened"], answer["held"])


def exhaustions(limits: Limits, run: Road) -> Iterator[Finding]:
    """Use up what is watched from outside, each time in a box of its own."""
    short = Limits(**{**asdict(limits), "cell_seconds": 2, "total_seconds": 20})
    hogs = f"""
import os, time
for child in range(4):
    if os.fork() == 0:
        hog = b"x" * ({limits.memory_mb} * 2**20 // 3)
        time.sleep(60)
time.sleep(60)
"""
    patient = Limits(**{**asdict(limits), "cell_seconds": 20, "total_seconds": 30})
    busy = Limits(**{**asdict(patient), "cpu_seconds": 1})
    files = "for number in range(10**7): open(f'/tmp/{number}', 'x').close()"
    cases = [
        ("take memory with many processes", hogs, patient, "out of memory"),
        ("make files without end", files, patient, "died"),
        ("compute without end", "while True: pass", busy, "died"),
        ("sleep and ignore interrupts", IGNORE_INTERRUPTS, short, "too slow"),
        (
            "print without end",
            "while True: print('x' * 10_000, flush=True)",
            patient,
            "too much output",
        ),
    ]
    for tried, code, tight, ending in cases:
        report, _ = _run(code, tight, run)
        yield Finding(tried, report.stopped or report.cells[0], report.cells == [ending])


IGNORE_INTERRUPTS = """
import time
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


def a_daemon(limits: Limits, run: Road) -> Finding:
    """Leave a process behind that ignores every signal it can."""
    mark = f"{secrets.randbelow(10**9) + 10**9}"
    code = f"""
import os, signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in set(signal.Signals) - {{signal.SIGKILL, signal.SIGSTOP}}:
            signal.signal(number, signal.SIG_IGN)
        os.execvp("sleep", ["sleep", "{mark}"])
    os._exit(0)
os.wait()
"""
    report, said = _run(code, limits, run)
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _read(path)]
    happened = f"still alive: {left[0].parent.name}" if left else "ended with the box"
    if report.cells != ["ok"]:
        happened = f"no daemon was started: {said[-200:]}"
    return Finding("leave a process behind", happened, not left and report.cells == ["ok"])


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _run(code: str, limits: Limits, run: Road) -> tuple[Report, str]:
    notebook = new_notebook(cells=[new_code_cell(code)])
    report = run(notebook, None, limits)
    return report, report.stopped or json.dumps(notebook.cells[0].outputs)


@contextlib.contextmanager
def _bait() -> Iterator[dict]:
    """Lay out what must not be reached, and yield the facts that the attempts are told.

    Outside there are a file in a folder like a course's, an open descriptor of it, a variable in
    the environment, a server on a port, one with a name, and a process.
    """
    token = secrets.token_hex(16)
    abstract = f"doctor-{token}"
    with contextlib.ExitStack() as stack:
        course = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="course-")))
        secret_file = course / "gradebook.db"
        secret_file.write_text(token)
        secret_file.chmod(0o644)
        course.chmod(0o755)
        file = stack.enter_context(secret_file.open())
        os.set_inheritable(file.fileno(), True)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        named = stack.enter_context(socket.socket(socket.AF_UNIX))
        named.bind(f"\0{abstract}")
        named.listen()
        sleeper = f"{secrets.randbelow(10**9) + 10**9}"
        process = subprocess.Popen(["sleep", sleeper])
        stack.callback(process.wait)
        stack.callback(process.kill)
        os.environ["COURSE_DOCTOR"] = token
        stack.callback(os.environ.pop, "COURSE_DOCTOR")
        yield {
            "token": token,
            "course": str(course),
            "secret_file": str(secret_file),
            "home": str(Path.home()),
            "packages": policy.HIDDEN_PACKAGES,
            "port": server.getsockname()[1],
            "abstract": abstract,
            "sleeper": sleeper,
            "writable": policy.WRITABLE,
            "kinds": policy.SOCKETS,
            "namespaces": seccomp.NEW_NAMESPACE,
            "clone": seccomp.numbers(["clone"])["clone"],
            "refused": seccomp.numbers(call for calls in policy.REFUSED.values() for call in calls),
        }


def _cell(code: Callable, facts: dict) -> str:
    """Return a cell that makes an attempt and tells what came of it.

    Only a refusal by the system shows that the policy holds; any other error is one of ours.
    """
    return "\n".join(
        [
            inspect.getsource(code),
            "import json",
            "try:",
            f"    got = {code.__name__}(**json.loads({json.dumps(facts)!r}))",
            "    answer = got or 'got nothing', not got",
            "except (OSError, MemoryError) as error:",
            "    answer = getattr(error, 'strerror', None) or type(error).__name__, True",
            "except Exception as error:",
            "    answer = f'{type(error).__name__}: {error}', False",
            "print(json.dumps(dict(zip(('happened', 'held'), answer))))",
        ]
    )


def _answer(cell) -> dict | None:
    said = "".join(output.get("text", "") for output in cell.outputs)
    try:
        return json.loads(said.splitlines()[-1])
    except (IndexError, ValueError):
        return None
