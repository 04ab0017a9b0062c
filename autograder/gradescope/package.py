"""Write the archive that is uploaded to Gradescope as a problem set's autograder."""

from __future__ import annotations

import hashlib
import hmac
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from importlib import metadata, resources
from pathlib import Path

from packaging.requirements import Requirement

from autograder import ledger, problem_sets
from autograder.batch import Batch
from autograder.course import Course
from autograder.errors import CourseError
from autograder.variants import students_with

PROJECT = "hidden-states"
PACKAGES = ("autograder", "course_lib")
# What a student may import, beside what the grader itself needs.
STUDENTS_OWN = ("ipykernel", "matplotlib")
SETTINGS = "problem_set.json"
SCRIPTS = ("setup.sh", "run_autograder")


def write(course: Course, problem_set: str, path: Path) -> None:
    """Write the archive; one that is there is replaced.

    Raises
    ------
    CourseError
        Students have variants. There is one autograder for all of an assignment on Gradescope.
    """
    course.check_released(problem_set)
    if own := students_with(course.root, problem_set):
        raise CourseError(
            f"Gradescope grades everyone by the same notebook, but {', '.join(own[:3])}"
            f"{' and others' if len(own) > 3 else ''} got variants of {problem_set}. Grade here "
            f"what Gradescope collects: course collect {problem_set} FILE --from gradescope"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(course, problem_set):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in SCRIPTS else 0o644) << 16
            archive.writestr(entry, content)
    part.replace(path)


def _files(course: Course, problem_set: str) -> Iterator[tuple[str, bytes]]:
    for name in SCRIPTS:
        yield name, resources.files(__package__).joinpath("files", name).read_bytes()
    yield "requirements.txt", "\n".join([*sorted(requirements()), ""]).encode()
    nbgrader = course.nbgrader()
    batch = Batch.of(nbgrader.coursedir, nbgrader.config, problem_set, problem_set)
    about = {
        "problem_set": problem_set,
        "limits": asdict(batch.limits),
        "settings": batch.settings,
        "ignored": batch.ignored,
    }
    yield SETTINGS, json.dumps(about, indent=1, default=str).encode()
    yield ledger.KEY, _key(course, problem_set).encode()
    yield f"notebook/{problem_set}.ipynb", batch.source.read_bytes()
    for name, content in batch.given_files.items():
        yield f"given/{name}", content
    yield from _program(problem_set)


def _key(course: Course, problem_set: str) -> str:
    """Return a key of its own: who gets hold of the archive learns nothing of the course's."""
    message = f"gradescope {problem_set}".encode()
    return hmac.new(ledger.key_of(course.root), message, hashlib.sha256).hexdigest()


def _program(problem_set: str) -> Iterator[tuple[str, bytes]]:
    """Yield the grader and the reference, with this problem set's exercises alone."""
    for package in PACKAGES:
        folder = Path(str(resources.files(package)))
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not {"__pycache__", "problem_sets"} & set(inside.parts):
                yield f"packages/{package}/{inside}", path.read_bytes()
    everything = problem_sets.folder()
    for path in sorted([*everything.glob("*.py"), *(everything / problem_set).glob("*.*")]):
        inside = path.relative_to(everything)
        yield f"packages/autograder/problem_sets/{inside}", path.read_bytes()
    about = metadata.distribution(PROJECT)
    folder = f"{PROJECT.replace('-', '_')}-{about.version}.dist-info"
    yield f"packages/{folder}/METADATA", about.read_text("METADATA").encode()


def requirements() -> set[str]:
    """Return what the grader needs, in the very versions that are installed here."""
    found: dict[str, str] = {}
    waiting = [Requirement(f"{PROJECT}[grader]"), *map(Requirement, STUDENTS_OWN)]
    while waiting:
        wanted = waiting.pop()
        key = f"{wanted.name.casefold()}{sorted(wanted.extras)}"
        if key in found:
            continue
        found[key] = f"{wanted.name}=={metadata.version(wanted.name)}"
        for line in metadata.requires(wanted.name) or ():
            needed = Requirement(line)
            extras = wanted.extras or {""}
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(needed)
    return {line for line in found.values() if not line.startswith(f"{PROJECT}==")}
