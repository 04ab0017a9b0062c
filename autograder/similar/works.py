"""Take out of each submission what its student wrote into the solution cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.utils import is_solution

from autograder import intake
from autograder.course import Course
from autograder.errors import CourseError
from autograder.feedback import harmless
from autograder.rebuild import rebuild, release_of
from autograder.variants import source_for


@dataclass(frozen=True)
class Work:
    """A student's answers in code, one below the other.

    Parameters
    ----------
    name : str
        The student's id; of another term, with the folder's name before it.
    code : str
    is_ours : bool
        Whether it was handed in in this course.
    """

    name: str
    code: str
    is_ours: bool = True


def of_course(course: Course, problem_set: str, left_out: list[str]) -> Iterator[Work]:
    """Yield this course's works; what cannot be read is told in `left_out`."""
    source = course.source_of(problem_set)
    for student, path in course.submissions(problem_set).items():
        own = source_for(course.root, problem_set, student, source)
        yield from _work(course, problem_set, own, path.parent, student, True, left_out)


def of_folder(
    course: Course, problem_set: str, folder: Path, left_out: list[str]
) -> Iterator[Work]:
    """Yield the works in another term's ``submitted/``, which lie as they do in this one's."""
    found = sorted(folder.glob(f"*/{problem_set}"))
    if not found:
        raise CourseError(
            f"{folder} holds no submissions of {problem_set}; looked for "
            f"{folder}/STUDENT/{problem_set}/{problem_set}.ipynb"
        )
    whole = folder.resolve()
    term = whole.parent.name if whole.name == "submitted" else whole.name
    source = course.source_of(problem_set)
    for path in found:
        name = f"{term}/{path.parent.name}"
        yield from _work(course, problem_set, source, path, name, False, left_out)


def known_to_all(course: Course, problem_set: str) -> list[str]:
    """Return what everyone may have: the cells as they were given out, and the book's solutions."""
    source = nbformat.read(course.source_of(problem_set), as_version=4)
    released = release_of(source, course.nbgrader().config)
    return [_code(notebook.cells) for notebook in (released, source)]


def _work(
    course: Course,
    problem_set: str,
    source: Path,
    folder: Path,
    name: str,
    is_ours: bool,
    left_out: list[str],
) -> Iterator[Work]:
    try:
        submitted = intake.examine(folder, problem_set)
        instructors = nbformat.read(source, as_version=4)
        notebook, _ = rebuild(submitted, instructors, course.nbgrader().config)
    except intake.Refused as reason:
        left_out.append(f"{name}: {reason}")
        return
    yield Work(name, _code(notebook.cells), is_ours)


def _code(cells: Iterable) -> str:
    sources = [cell.source for cell in cells if cell.cell_type == "code" and is_solution(cell)]
    return "\n\n".join(harmless.plain(source).strip() for source in sources)
