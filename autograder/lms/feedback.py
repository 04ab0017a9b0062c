"""Pack feedback pages the way a learning management system, or a folder, takes them back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.course import Course
from autograder.errors import CourseError
from autograder.lms import origins
from autograder.lms.origins import Origin

BODY = re.compile(r"<main>.*</main>", re.DOTALL)


@dataclass
class Packed:
    """Whose feedback is in the archive, and whose is not, with the reason."""

    students: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def pack(course: Course, problem_set: str, system: str, path: Path) -> Packed:
    """Write a zip archive with everyone's feedback page, by the names that a system matches.

    Parameters
    ----------
    course : Course
    problem_set : str
    system : str
        A key of `SYSTEMS`.
    path : Path
        The archive; one that is there is replaced.
    """
    course.check_released(problem_set)
    pages = sorted((course.root / "feedback").glob(f"*/{problem_set}/{problem_set}.html"))
    if not pages:
        raise CourseError(
            f"There is no feedback for {problem_set} yet. First: course feedback {problem_set}"
        )
    known, packed = origins.of(course.root, problem_set), Packed()
    if system != FOLDER and not any(origin.system == system for origin in known.values()):
        raise CourseError(
            f"No submission of {problem_set} was collected from {system}, so its names there are "
            f"not known. A page for each student: course return {problem_set} --to {FOLDER}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            student = page.parents[1].name
            origin = known.get(student)
            if system != FOLDER and (origin is None or origin.system != system):
                packed.left_out.append(
                    f"{student}: the submission was not collected from {system}, so its name "
                    "there is not known"
                )
                continue
            name, content = SYSTEMS[system](student, problem_set, origin, page.read_text("utf-8"))
            archive.writestr(name, content)
            packed.students.append(student)
    part.replace(path)
    return packed


def moodle(student: str, problem_set: str, origin: Origin, page: str) -> tuple[str, str]:
    """Return name and content for Moodle's "Upload multiple feedback files in a zip".

    It matches the participant's number in the name of the folder that it handed out.
    """
    return f"{origin.name}/{problem_set}-feedback.html", page


def canvas(student: str, problem_set: str, origin: Origin, page: str) -> tuple[str, str]:
    """Return name and content for Canvas' "Upload submissions" in the gradebook.

    It matches the numbers of student and file in the name, and shows what it got under the name of
    the file that was handed in, which is a notebook's. So a notebook it is.
    """
    return origin.name, as_notebook(page)


def folder(student: str, problem_set: str, origin: Origin | None, page: str) -> tuple[str, str]:
    """Return name and content for whoever sends pages by other means."""
    return f"{student}/{problem_set}.html", page


FOLDER = "folder"
SYSTEMS: dict[str, Callable[[str, str, Origin | None, str], tuple[str, str]]] = {
    "canvas": canvas,
    FOLDER: folder,
    "moodle": moodle,
}


def as_notebook(page: str) -> str:
    """Return a page's content as a notebook that shows it; Jupyter makes HTML harmless itself."""
    shown = nbformat.v4.new_output("display_data", data={"text/html": BODY.search(page).group()})
    cell = nbformat.v4.new_code_cell("# Your feedback", id="feedback", outputs=[shown])
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
