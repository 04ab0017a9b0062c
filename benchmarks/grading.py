"""Grading a class: `course grade` against nbgrader's own command, in turn.

    python -m benchmarks.grading [--quick]

A class is made up of right answers, misconceptions and sample students. Ours runs each submission
in a sandbox and asks all exercises; nbgrader runs it as it is, with the hidden tests of two
exercises as asserts in the notebook (or, for another problem set, with none). Processor time is the
whole machine's: let nothing else run. Needs bubblewrap.
"""

from __future__ import annotations

import copy
import inspect
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import perf_counter, sleep
from types import FunctionType, ModuleType

import nbformat
import numpy as np

from autograder import problem_sets
from autograder.check.beside import right_solutions
from autograder.check.solution import parts_of
from autograder.course import Course
from autograder.students import samples
from benchmarks.side_by_side import Row, Table, run
from tests.tamper import plain

PEER = "nbgrader"
TYPICAL, HEAVIEST = "ps03_hmm", "ps11_generative"
COURSE = [sys.executable, "-c", "from autograder.cli import main; main()"]
IMPORTS = "\n\nimport math\nimport itertools\nfrom itertools import pairwise\nimport numpy as np"
TICKS = os.sysconf("SC_CLK_TCK")
# nbgrader calls a program that lies beside it.
ENVIRONMENT = os.environ | {"PATH": f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"}


@dataclass(frozen=True)
class Size:
    """How much is measured: submissions for us, for nbgrader, and rounds."""

    ours: int = 200
    peer: int = 25
    rounds: int = 3


@dataclass(frozen=True)
class Measured:
    """One command's cost: seconds a submission by the clock, and of all processors together.

    `drift` is what a submission of the last quarter took, compared with one of the first; `memory`
    the most that one process held, in MB.
    """

    seconds: float
    cpu: float
    drift: float
    memory: float


def tables(quick: bool) -> Iterator[Table]:
    """Yield a table for the typical problem set, and one for that with the most to compute."""
    yield compared(TYPICAL, Size(12, 3, 1) if quick else Size())
    if not quick:
        yield compared(HEAVIEST, Size(100, 10, 3))


def compared(name: str, size: Size) -> Table:
    """Grade a class of a problem set by both, some rounds in turn."""
    rounds = []
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        works = list(works_of(problem_sets.find(name), size.ours))
        for number in range(size.rounds):
            grade = {
                1: partial(ours, Path(scratch), name, works, 1),
                2: partial(ours, Path(scratch), name, works, 2),
                PEER: partial(peer, Path(scratch), name, works[: size.peer]),
            }
            order = list(grade) if number % 2 else list(reversed(grade))
            rounds.append({who: grade[who]() for who in order})
    middle = {who: median([found[who] for found in rounds]) for who in rounds[0]}
    rows = [
        row(
            f"a submission, {what}",
            [(getattr(f[who], key), getattr(f["nbgrader"], key)) for f in rounds],
        )
        for what, who, key in (
            ("one worker", 1, "seconds"),
            ("two workers", 2, "seconds"),
            ("processor time", 2, "cpu"),
        )
    ]
    gain = middle[1].seconds / middle[2].seconds
    remarks = (
        f"{1 / middle[1].seconds:.1f} submissions a second with one worker, "
        f"{1 / middle[2].seconds:.1f} with two ({50 * gain:.0f} % of linear), "
        f"{1 / middle[PEER].seconds:.2f} by nbgrader.",
        f"The last quarter takes {middle[2].drift:.2f} times as long as the first; "
        f"no process holds more than {middle[2].memory:.0f} MB.",
    )
    return Table(f"grading {size.ours} submissions of {name}, against nbgrader", rows, remarks)


def row(name: str, pairs: list[tuple[float, float]]) -> Row:
    """Return the medians of both, and of their ratio."""
    times = np.array(pairs)
    low, ratio, high = np.quantile(times[:, 0] / times[:, 1], [0.25, 0.5, 0.75])
    mine, theirs = np.median(times, axis=0)
    return Row(name, float(mine), float(theirs), float(ratio), float(low), float(high), 0.05)


def median(found: list[Measured]) -> Measured:
    """Return the median of each quantity."""
    return Measured(*np.median([list(vars(one).values()) for one in found], axis=0))


def ours(scratch: Path, name: str, works: list[bytes], workers: int) -> Measured:
    """Grade a class with `course grade` in a course of its own."""
    root = scratch / "ours"
    course = Course.create(root)
    course.release(name)
    hand_in(root, name, works)
    options = ["--course", str(root), "--workers", str(workers), "--json"]
    try:
        return measured([*COURSE, "grade", name, *options], scratch, len(works))
    finally:
        shutil.rmtree(root)


def peer(scratch: Path, name: str, works: list[bytes]) -> Measured:
    """Grade a class with `nbgrader autograde`, in a course with nbgrader's default settings."""
    root = scratch / "peer"
    (root / "source" / name).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(plain.CONFIG)
    nbformat.write(asserting(name), root / "source" / name / f"{name}.ipynb")
    nbgrader = [sys.executable, "-m", "nbgrader"]
    subprocess.run(
        [*nbgrader, "generate_assignment", name],
        cwd=root,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    hand_in(root, name, works)
    try:
        return measured([*nbgrader, "autograde", name], root, len(works))
    finally:
        shutil.rmtree(root)


def asserting(name: str) -> nbformat.NotebookNode:
    """Return a problem set's source as nbgrader's users write it."""
    if name == TYPICAL:
        return plain.source()
    notebook = problem_sets.source_notebook(problem_sets.find(name))
    for cell in notebook.cells:
        cell.source = plain.PROBE.sub("", cell.source)
    return notebook


def hand_in(root: Path, name: str, works: list[bytes]) -> None:
    """Put each work where a submission belongs."""
    for number, work in enumerate(works):
        path = root / "submitted" / f"s{number:05}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(work)


def measured(command: list[str], folder: Path, count: int) -> Measured:
    """Run a command that writes a line for each submission, or none."""
    start, busy = perf_counter(), busy_seconds()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        memory = Memory(process.pid)
        times = [perf_counter() - start for _ in process.stdout]
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    seconds, busy = perf_counter() - start, busy_seconds() - busy
    quarter = len(times) // 4
    drift = (times[-1] - times[-1 - quarter]) / (times[quarter] - times[0]) if quarter else 1.0
    return Measured(seconds / count, busy / count, drift, memory.end())


def busy_seconds() -> float:
    """Return how long all processors together have worked since the machine was started."""
    user, nice, system, _idle, _waiting, *rest = Path("/proc/stat").read_text().split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) / TICKS


class Memory(threading.Thread):
    """Watch the most memory that any process below one has held; `end` returns it in MB."""

    def __init__(self, process: int):
        super().__init__(daemon=True)
        self.process, self.most, self.is_over = process, 0, False
        self.start()

    def run(self) -> None:
        """Look several times a second."""
        while not self.is_over:
            for process in below(self.process):
                try:
                    status = Path(f"/proc/{process}/status").read_text()
                except OSError:
                    continue
                peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
                self.most = max(self.most, *map(int, peak or [0]))
            sleep(0.2)

    def end(self) -> float:
        """Stop looking."""
        self.is_over = True
        return self.most / 1024


def below(process: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from below(int(child))


def works_of(problem_set: Path, count: int) -> Iterator[bytes]:
    """Yield what a class hands in: each exercise right, or wrong, or as the solution has it."""
    source = problem_sets.source_notebook(problem_set)
    parts = parts_of(source)
    sample = [one.work for one in samples(problem_set) if one.refused is None]
    for number in range(count):
        # No two submissions are the same file, or they would draw the same cases.
        mark = b" " * number
        if number % 10 == 0:
            yield sample[number // 10 % len(sample)] + mark
            continue
        chance, notebook = np.random.default_rng(number), copy.deepcopy(source)
        for part in parts:
            for exercise, function in part.probes.items():
                answers = answers_to(problem_set, exercise)
                if answers and chance.random() < 0.8:
                    answer = answers[chance.integers(len(answers))]
                    append(notebook, part.solutions[-1], code_of(answer, function))
        yield nbformat.writes(notebook).encode() + mark


def append(notebook: nbformat.NotebookNode, source: str, code: str) -> None:
    """Let the student go on in the cell that begins with this source."""
    for cell in notebook.cells:
        if cell.source.startswith(source):
            cell.source += code


@cache
def answers_to(folder: Path, exercise: str) -> list[FunctionType]:
    """Return functions that people write, right and wrong, and that need nothing of ours."""
    declared = problem_sets.exercises(folder).get(exercise)
    wrong = [function for function, _ in declared.misconceptions] if declared else []
    return [f for f in (*right_solutions(folder).get(exercise, []), *wrong) if is_own(f)]


def is_own(function: FunctionType) -> bool:
    """Whether a function uses NumPy, the standard library and its own helpers alone."""
    return all(
        used.__name__ in ("numpy", "math", "itertools")
        if isinstance(used, ModuleType)
        else inspect.isfunction(used)
        and used.__globals__ is function.__globals__
        and (used is function or is_own(used))
        for used in used_by(function)
    )


def used_by(function: FunctionType) -> list:
    """Return the things of its module that a function uses."""
    names = names_in(function.__code__) & function.__globals__.keys()
    return [function.__globals__[name] for name in sorted(names)]


def names_in(code) -> set[str]:
    """Return the names that a function uses, those of the functions inside it too."""
    inner = [names_in(constant) for constant in code.co_consts if inspect.iscode(constant)]
    return set(code.co_names).union(*inner)


def code_of(function: FunctionType, name: str) -> str:
    """Return the text of a function and its helpers, which then takes a name for its own."""
    needed, todo = [], [function]
    while todo:
        needed.append(todo.pop())
        todo += [
            used
            for used in used_by(needed[-1])
            if inspect.isfunction(used) and used not in (*needed, *todo)
        ]
    return "\n\n".join([IMPORTS, *map(inspect.getsource, needed), f"{name} = {function.__name__}"])


if __name__ == "__main__":
    run(tables, __doc__)
