"""Give out variants: each student's notebook, and beside it the source that it is graded by."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells

from autograder import ledger, problem_sets
from autograder.check.quiet import quietly
from autograder.check.varied import holes_in
from autograder.course import Course
from autograder.errors import CourseError
from autograder.roster import STUDENT_ID
from autograder.variants import RELEASES, SOURCES, path_in
from autograder.variants.drawing import draw, has_variants
from autograder.variants.notebook import varied

ATTEMPTS = 5


def release(course: Course, name: str, students: Iterable[str]) -> Iterator[Path]:
    """Yield each student's notebook, written into the course with all that belongs to it.

    What is drawn follows from the course's key and the student. A source that was written before
    stays as it is, and so does the student's version.
    """
    problem_set = problem_sets.find(name)
    if not has_variants(problem_set):
        raise CourseError(f"{name} has no variants. Everyone gets the same: course release {name}")
    students = list(students)
    for student in students:
        if not STUDENT_ID.fullmatch(student):
            raise CourseError(f"{student!r} cannot be a student's id. Nothing was released.")
    if not course.is_released(name):
        course.release(name)
    for student in students:
        source = _source(course, problem_set, student)
        path = path_in(course.root, RELEASES, name, student)
        shutil.copytree(course.root / "release" / name, path.parent, dirs_exist_ok=True)
        nbformat.write(_released(course, nbformat.read(source, as_version=4)), path)
        yield path


def _source(course: Course, problem_set: Path, student: str) -> Path:
    """Return the instructor's notebook of a variant, written if it is not there yet."""
    name = problem_set.name
    path = path_in(course.root, SOURCES, name, student)
    if not path.exists():
        original = nbformat.read(course.source_of(name), as_version=4)
        seed = _sound_seed(
            problem_set, original, ledger.seed_of(course.root, name, student, "variant")
        )
        notebook = varied(original, draw(problem_set, seed), name)
        # The oracle draws the variant again, to ask for what this notebook shows.
        notebook.metadata.variant = seed
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
    return path


def _sound_seed(problem_set: Path, original: NotebookNode, seed: str) -> str:
    """Return the first seed, of this one and those that follow from it, whose variant is sound."""
    tried = [seed, *(f"{seed}-{number}" for number in range(1, ATTEMPTS))]
    for one in tried:
        with quietly():
            holes = holes_in(problem_set, original, one)
        if not holes:
            return one
    raise CourseError(
        f"{problem_set.name}: of {ATTEMPTS} variants none is as sound as the source. The last: "
        f"{holes[0]}. Nothing was written for this student."
    )


def _released(course: Course, source: NotebookNode) -> NotebookNode:
    """Return the student's version as nbgrader makes it, which keeps the gradebook's own cells."""
    nbgrader = course.nbgrader()
    making = GenerateAssignment(coursedir=nbgrader.coursedir, config=nbgrader.config)
    released = source
    for step in making.preprocessors:
        if step is not SaveCells:
            released, _ = step(config=nbgrader.config).preprocess(released, {})
    del released.metadata["variant"]
    return released
