"""Sample students: work that people might hand in, and what each of them must get for it.

In a problem set's `students/`, `NAME.md` holds what one student wrote or changed, as a text
notebook that is put onto the release. Its front matter says what must come of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder import problem_sets
from autograder.errors import CourseError
from autograder.probes import is_graded_code
from autograder.rebuild import release_of

KEYS = {"who", "score", "says", "refused", "deleted"}
FULL = "full"


@dataclass(frozen=True)
class Sample:
    """A student's work, and what must come of it.

    Parameters
    ----------
    name : str
        The student's id.
    work : bytes
        The file that is handed in.
    score : dict of str to float, or float, or None
        The points of each graded cell, or of all together; None for what must be refused.
    says : tuple of str
        Fragments of what the student must be told.
    refused : str or None
        A fragment of the reason why there is no grade.
    """

    name: str
    work: bytes
    score: dict[str, float] | float | None
    says: tuple[str, ...] = ()
    refused: str | None = None


class BadSample(CourseError):
    """A sample student's file that cannot be understood."""


def samples(problem_set: Path) -> list[Sample]:
    """Return a problem set's sample students by name."""
    source = problem_sets.source_notebook(problem_set)
    found = []
    for path in sorted(problem_set.glob("students/*.md")):
        try:
            found.append(_sample(path, source))
        except BadSample as error:
            raise CourseError(f"{problem_set.name}, students/{path.name}: {error}.") from None
    return found


def points_by_machine(source: NotebookNode) -> dict[str, float]:
    """Return what each cell that is graded by machine is worth."""
    roles = [cell.metadata.nbgrader for cell in source.cells if is_graded_code(cell)]
    return {role.grade_id: float(role.points) for role in roles}


def _sample(path: Path, source: NotebookNode) -> Sample:
    written = jupytext.read(path, fmt="md:myst")
    about = written.metadata
    unknown = about.keys() - KEYS - {"jupytext", "kernelspec"}
    if unknown:
        raise BadSample(f"the front matter knows no {', '.join(sorted(unknown))}")
    if not about.get("who"):
        raise BadSample("`who` must say in a line who this is")
    if ("score" in about) == ("refused" in about):
        raise BadSample("either `score` or `refused` must say what comes of it")
    own_file = path.with_suffix(".ipynb")
    if own_file.exists():
        if written.cells:
            raise BadSample(f"{own_file.name} is handed in as it is, so no cell can stand here")
        work = own_file.read_bytes()
    else:
        work = nbformat.writes(_merged(release_of(source), written)).encode()
    return Sample(
        name=path.stem,
        work=work,
        score=_score(about.get("score"), points_by_machine(source)),
        says=tuple(about.get("says", ())),
        refused=about.get("refused"),
    )


def _score(said, full: dict[str, float]) -> dict[str, float] | float | None:
    """Return the expected score; what a mapping leaves out must have full points."""
    if said == FULL:
        return full
    if isinstance(said, dict):
        unknown = said.keys() - full.keys()
        if unknown:
            raise BadSample(
                f"no cell {', '.join(sorted(unknown))} is graded; there are {', '.join(full)}"
            )
        return full | said
    if said is None or isinstance(said, (int, float)):
        return said
    raise BadSample(f"`score` must be {FULL}, a number, or points by graded cell, not {said!r}")


def _merged(release: NotebookNode, written: NotebookNode) -> NotebookNode:
    """Return the release with the student's answers, own cells and deletions."""
    cells = release.cells

    def place_of(name: str) -> int:
        for place, cell in enumerate(cells):
            if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
                return place
        raise BadSample(f"the release has no cell {name!r}")

    place = 0
    for cell in written.cells:
        name, after = cell.metadata.pop("cell", None), cell.metadata.pop("after", None)
        if name is not None:
            place = place_of(name)
            answered = cells.pop(place)
            answered.source = cell.source
            cell = answered
        else:
            # A random one would change the file, and with it the cases that are drawn.
            cell.id = f"own-{len(cells)}"
        if after is not None:
            place = place_of(after) + 1
        cells.insert(place, cell)
        place += 1
    for name in written.metadata.get("deleted", ()):
        del cells[place_of(name)]
    return release
