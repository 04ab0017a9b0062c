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
from importlib import metadata
from pathlib import Path

import numpy as np

from autograder.errors import CourseError

KEY = "secret.key"


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
    path = path_of(root, record["problem_set"], record["student"])
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    with _whole_file(path, text) as written:
        os.replace(written, path)
    _refusal_path(root, record["problem_set"], record["student"]).unlink(missing_ok=True)
    return path


def refuse(root: Path, problem_set: str, student: str, reason: str) -> None:
    """Note that the latest submission could not be graded; a grade before it stays as it is."""
    path = _refusal_path(root, problem_set, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _whole_file(path, reason) as written:
        os.replace(written, path)


def refusal(root: Path, problem_set: str, student: str) -> str | None:
    """Return why the latest submission could not be graded, or None if it could."""
    path = _refusal_path(root, problem_set, student)
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def _refusal_path(root: Path, problem_set: str, student: str) -> Path:
    return path_of(root, problem_set, student).with_suffix(".refused")


def key_of(root: Path) -> bytes:
    """Return the course's key, made where there is none yet; only its owner may read it."""
    path = root / KEY
    if not path.exists():
        with (
            _whole_file(path, secrets.token_hex(32)) as written,
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


def versions() -> dict[str, str]:
    """Return the versions of all that a verdict may depend on."""
    return {
        "hidden-states": metadata.version("hidden-states"),
        "nbgrader": metadata.version("nbgrader"),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


@contextlib.contextmanager
def _whole_file(path: Path, text: str):
    """Write a file of its own beside `path`, readable by its owner alone, for the block to use."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".", suffix=".part", delete=False
    ) as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        yield file.name
    finally:
        Path(file.name).unlink(missing_ok=True)
