"""The probes in a graded cell: where the oracle takes over from checks in the student's process.

A probe stands on a line of its own, between nbgrader's marks for hidden tests:
``probe("ps03.viterbi", viterbi)``.
"""

from __future__ import annotations

import re
from itertools import chain

import nbformat

from autograder.errors import CourseError

PROBE = re.compile(r'^probe\("(?P<name>[\w.]+)", (?P<function>\w+)\)$', re.MULTILINE)
MEANT = re.compile(r"^\s*probe\(", re.MULTILINE)
# The call reaches our probe whatever the student's names mean, and leaves no name behind.
CALL = r'__import__("course_probe").probe("\g<name>", \g<function>)'
OLD_TESTS = "_arguments, _expected in ["


def is_graded_code(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell's points come from running it."""
    roles = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and roles.get("grade", False) and not roles.get("solution")


def probes_in(notebook: nbformat.NotebookNode) -> dict[int, list[str]]:
    """Return the names of the probes in each graded cell that has any, by the cell's number.

    Raises
    ------
    CourseError
        A probe is written in another way or stands there twice, or the notebook is of an earlier
        version, which had the unseen tests themselves in it.
    """
    found: dict[int, list[str]] = {}
    for number, cell in enumerate(notebook.cells):
        if not is_graded_code(cell):
            continue
        name = cell.metadata.nbgrader.grade_id
        if OLD_TESTS in cell.source:
            raise CourseError(
                f"The source's cell {name} holds its unseen tests themselves, as an earlier "
                "version wrote them. Move source/PS away and run: course release PS"
            )
        probes = [probe["name"] for probe in PROBE.finditer(cell.source)]
        if len(probes) < len(MEANT.findall(cell.source)):
            raise CourseError(
                f"The source's cell {name} has a probe that is not written "
                'probe("psNN.exercise", function) on a line of its own.'
            )
        if probes:
            found[number] = probes
    asked = list(chain.from_iterable(found.values()))
    twice = sorted({probe for probe in asked if asked.count(probe) > 1})
    if twice:
        raise CourseError(
            f"The source asks the probe {twice[0]} more than once; it has one verdict."
        )
    return found


def as_calls(source: str) -> str:
    """Return a cell's text as it is run: each probe a call of ours."""
    return PROBE.sub(CALL, source)
