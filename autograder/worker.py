"""A worker on another machine: what it has, and whether it would grade as the head does."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import metadata, util
from pathlib import Path

from autograder import doctor, exercise, ledger, sandbox
from autograder.errors import CourseError

CODE = "code of grader and exercises"
# Where an installed package has them, inside of it.
PROBLEM_SETS = "problem_sets"
SHOWN = 3


@cache
def facts() -> dict[str, str]:
    """Return all that grading depends on besides the task, as this process has loaded it.

    What is installed later does not count: it would be another program's verdicts.
    """
    return {
        **ledger.versions(),
        "distributed": metadata.version("distributed"),
        CODE: _hash_of_code()[:12],
    }


async def ask(head: dict[str, str], mark: str, dask_worker) -> str | None:
    """Take the mark if this worker can grade; return why it cannot. Dask calls this in a worker.

    Parameters
    ----------
    head : dict of str to str
        The `facts` of who asks.
    mark : str
        The Dask resource that tasks will need.
    dask_worker : distributed.Worker
        Dask puts it in.
    """
    reason = await asyncio.to_thread(why_not, head)
    if reason is None:
        await dask_worker.set_resources(**{mark: 1})
    return reason


def why_not(head: dict[str, str]) -> str | None:
    """Return why this worker cannot grade for a head, in a line, or None if it can."""
    return differs(head) or _sandbox_fails()


def differs(head: dict[str, str]) -> str | None:
    """Return what is not as it is at a head, in a line, or None if all is."""
    mine = facts()
    found = [
        f"{name} {mine.get(name, 'none')}, not {theirs}"
        for name, theirs in head.items()
        if mine.get(name) != theirs
    ]
    if not found:
        return None
    return (
        f"it has other versions than this machine: {'; '.join(found)}. "
        "Install the same there and start it again"
    )


def as_reason(answer: str | Exception) -> str:
    """Return why somebody cannot grade, from what was answered to the question."""
    if isinstance(answer, OSError):
        return f"it does not answer ({answer})"
    if isinstance(answer, Exception):
        return f"it cannot be asked ({answer}). Install there what is installed here"
    return answer


def by_reason(refused: dict[str, str]) -> Iterator[str]:
    """Yield a line for each reason, with some of those it holds for."""
    alike = defaultdict(list)
    for name, why in refused.items():
        alike[why].append(name)
    for why, names in alike.items():
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"Not used: {', '.join(names[:SHOWN])}{more}: {why.rstrip('.')}."


@cache
def _sandbox_fails() -> str | None:
    """Try the sandbox once, as `course doctor` does: honest work and forbidden things."""
    try:
        sandbox.check_available()
        run, limits = sandbox.quickest(), sandbox.Limits()
        findings = [doctor.honest_work(limits, run), *doctor.forbidden_things(limits, run)]
    except CourseError as error:
        return str(error)
    broken = [f"{one.tried}: {one.happened}" for one in findings if not one.held]
    return f"its sandbox does not hold ({'; '.join(broken)})" if broken else None


def _hash_of_code() -> str:
    """Hash the code that grades by its names and content, installed or in a clone."""
    found = hashlib.sha256()
    for package, folder in _folders():
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and not any(map(_is_none_of_it, inner.parts)):
                found.update(f"{package}/{inner.as_posix()} {ledger.hash_of(path)}\n".encode())
    return found.hexdigest()


def _folders() -> Iterator[tuple[str, Path]]:
    for package in ("autograder", "course_lib"):
        yield package, Path(util.find_spec(package).origin).parent
    yield PROBLEM_SETS, exercise.folder()


def _is_none_of_it(name: str) -> bool:
    return name.startswith(".") or name in ("__pycache__", PROBLEM_SETS)
