"""Remember the name under which a system handed out each submission: so it takes feedback back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.errors import CourseError


@dataclass(frozen=True)
class Origin:
    """The system a submission came from, and the name of its file or folder there."""

    system: str
    name: str


def note(root: Path, problem_set: str, found: dict[str, Origin]) -> None:
    """Remember where students' latest submissions came from."""
    if not found:
        return
    path = _path(root, problem_set)
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {
        student: asdict(origin) for student, origin in {**of(root, problem_set), **found}.items()
    }
    part = path.with_suffix(".part")
    part.write_text(json.dumps(known, indent=1, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def of(root: Path, problem_set: str) -> dict[str, Origin]:
    """Return where each student's submission came from, as far as it was collected."""
    path = _path(root, problem_set)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {student: Origin(**origin) for student, origin in known.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        raise CourseError(
            f"{path} cannot be read. Remove it and collect the download again: course collect "
            f"{problem_set} FILE --from SYSTEM"
        ) from None


def _path(root: Path, problem_set: str) -> Path:
    return root / "collected" / f"{problem_set}.json"
