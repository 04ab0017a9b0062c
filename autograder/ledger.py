"""The record of each grading: what was asked of whom, what came of it, and by which program.

The grade is computed from it alone, and it is enough to grade the same submission again.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import platform
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

from autograder.errors import CourseError

KEY = "secret.key"
PART = ".part"


def path_of(root: Path, problem_set: str, student: str) -> Path:
    """Return where a submission's record lies."""
    return root / "ledger" / problem_set / f"{student}.json"


def read(root: Path, problem_set: str, student: str) -> dict | None:
    """Return a submission's record, or None if it has not been graded."""
    path = path_of(root, problem_set, student)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise CourseError(
            f"{path} cannot be read as a record. Grade again: "
            f"course grade {problem_set} --student {student}"
        ) from None


def write(root: Path, record: dict) -> Path:
    """Write a record as a whole or not at all; one that was there stays until then."""
    with staged(root, record) as publish:
        publish()
    return path_of(root, record["problem_set"], record["student"])


@contextlib.contextmanager
def staged(root: Path, record: dict) -> Iterator[Callable[[], None]]:
    """Write a record to the disk, and let the block publish it, which then takes no room."""
    path = path_of(root, record["problem_set"], record["student"])
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)

    def publish() -> None:
        os.replace(written, path)
        _refusal_path(root, record["problem_set"], record["student"]).unlink(missing_ok=True)

    with whole_file(path, f"{text}\n") as written:
        yield publish


def is_of(record: dict | None, inputs: dict) -> bool:
    """Whether a record tells of the same submission."""
    return record is not None and all(
        record.get(name, inputs[name]) == inputs[name]
        for name in ("submission_sha256", "files_sha256")
    )


def clear_parts(root: Path) -> None:
    """Remove records and refusals that a killed grading had begun to write."""
    for path in root.glob(f"ledger/*/.*{PART}"):
        path.unlink()


def refuse(root: Path, problem_set: str, student: str, reason: str) -> None:
    """Note that the latest submission could not be graded; a grade before it stays as it is."""
    path = _refusal_path(root, problem_set, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, f"{reason}\n") as written:
        os.replace(written, path)


def refusal(root: Path, problem_set: str, student: str) -> str | None:
    """Return why the latest submission could not be graded, or None if it could."""
    path = _refusal_path(root, problem_set, student)
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def refused_at(root: Path, problem_set: str, student: str) -> datetime | None:
    """Return when the latest submission was refused, in UTC."""
    path = _refusal_path(root, problem_set, student)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.is_file() else None


def _refusal_path(root: Path, problem_set: str, student: str) -> Path:
    return path_of(root, problem_set, student).with_suffix(".refused")


def key_of(root: Path) -> bytes:
    """Return the course's key, made where there is none yet; only its owner may read it."""
    path = root / KEY
    if not path.exists():
        with (
            whole_file(path, f"{secrets.token_hex(32)}\n") as written,
            contextlib.suppress(FileExistsError),
        ):
            # Another grader may make it at the same moment; the first one's stays.
            os.link(written, path)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) < 32:
        raise CourseError(
            f"{path} must hold 64 hexadecimal digits. Bring it back from a backup; without it no "
            "earlier grading can be repeated. To begin anew, remove it: a new one is made."
        )
    return key


def seed_of(root: Path, problem_set: str, student: str, submission_sha256: str) -> str:
    """Return what a submission's cases are drawn from: the same whenever it is graded again."""
    message = json.dumps([problem_set, student, submission_sha256]).encode()
    return hmac.new(key_of(root), message, hashlib.sha256).hexdigest()[:32]


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record(problem_set: str, student: str, seed: str, inputs: dict, outcome, scores: dict) -> dict:
    """Return the record of a grading that has just been done.

    Parameters
    ----------
    problem_set, student, seed : str
    inputs : dict
        What the grade depends on: hashes, versions, limits.
    outcome : Outcome
        Of the challenge.
    scores : dict
        The machine's score of each graded cell, None where a person has to read.
    """
    return {
        "problem_set": problem_set,
        "student": student,
        "graded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        **inputs,
        "seconds": outcome.seconds,
        "remarks": outcome.remarks,
        "notes": outcome.notes,
        "probes": outcome.probes,
        "scores": scores,
    }


@cache
def versions() -> dict[str, str]:
    """Return the versions of all that a verdict may depend on."""
    return {
        "hidden-states": metadata.version("hidden-states"),
        "nbgrader": metadata.version("nbgrader"),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


@contextlib.contextmanager
def whole_file(path: Path, text: str, mode: int = 0o600) -> Iterator[str]:
    """Write a file of its own beside `path`, as readable as `mode` says, for the block to use."""
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=PART)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(handle, mode)
            file.flush()
            os.fsync(handle)
        yield written
    finally:
        Path(written).unlink(missing_ok=True)
