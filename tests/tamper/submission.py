"""What a submission of the suite is, and how it is handed in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

PROBLEM_SET = "ps03_hmm"
GRADED = ("viterbi_visible", "viterbi_unseen", "count_visible", "count_unseen")
REFUSED = None
NOTHING, FULL = (0, 0, 0, 0), (2, 3, 2, 3)
FIRST, SECOND = (2, 3, 0, 0), (0, 0, 2, 3)


@dataclass(frozen=True)
class Submission:
    """A student's work, and what must come of it.

    Parameters
    ----------
    name : str
        Its name, and its student's id unless `student` is given.
    tries : str
        What it tries, in one plain sentence.
    scores : tuple of float, or None
        The points of the four graded cells, in order; `REFUSED` if it must not be graded.
    cells : mapping of str to str
        The code of solution cells; what is left out stays unanswered. ``@outside@``, ``@course@``,
        ``@port@``, ``@grader@`` and ``@name@`` stand for what `Target` knows.
    own_cells : sequence of str
        Cells of the student's own, behind all others.
    edit : callable, optional
        Changes the notebook after that; what it returns, if anything, is the file's content.
    files : mapping of str to str
        Other files in the submitted folder, by path, with the same words replaced.
    arrange : callable, optional
        ``arrange(folder, target)`` does to the folder what a notebook cannot.
    student : str
        The student's id, where it is part of the attack.
    takes_seconds : bool
        Whether it has to be waited for: left to the slow tests.
    page_shows : tuple of str
        What the student's feedback page must say, in whatever mark-up.
    """

    name: str
    tries: str
    scores: tuple[float, ...] | None
    cells: Mapping[str, str] = field(default_factory=dict)
    own_cells: tuple[str, ...] = ()
    edit: Callable[[NotebookNode], object] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    arrange: Callable[[Path, Target], None] | None = None
    student: str = ""
    takes_seconds: bool = False
    page_shows: tuple[str, ...] = ()

    @property
    def student_id(self) -> str:
        """Under which the submission is handed in."""
        return self.student or self.name


@dataclass(frozen=True)
class Target:
    """What an attacker who knows everything about the machine would aim at.

    Parameters
    ----------
    course : Path
        The instructor's course directory.
    outside : Path
        A folder that everyone may write to, and nobody should.
    port : int
        Where somebody listens on 127.0.0.1.
    grader : int
        The number of a process of the instructor's.
    """

    course: Path
    outside: Path
    port: int
    grader: int

    def words(self, name: str) -> dict[str, str]:
        """Return what the words between @ signs stand for."""
        return {
            "@course@": str(self.course),
            "@outside@": str(self.outside),
            "@port@": str(self.port),
            "@grader@": str(self.grader),
            "@name@": name,
        }


def hand_in(submission: Submission, release: NotebookNode, target: Target) -> Path:
    """Write a submission into the course's `submitted` folder, and return its own folder."""
    words = target.words(submission.name)
    folder = target.course / "submitted" / submission.student_id / PROBLEM_SET
    folder.mkdir(parents=True)
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        cell.source = submission.cells.get(grade_id(cell), cell.source)
    for source in submission.own_cells:
        notebook.cells.append(nbformat.v4.new_code_cell(source))
    content = submission.edit(notebook) if submission.edit else None
    if content is None:
        content = json.dumps(notebook, indent=1)
    if isinstance(content, str):
        content = _filled(content, words).encode()
    (folder / f"{PROBLEM_SET}.ipynb").write_bytes(content)
    for place, text in submission.files.items():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_filled(text, words))
    if submission.arrange:
        submission.arrange(folder, target)
    return folder


def grade_id(cell: NotebookNode) -> str | None:
    """Return a cell's name in the problem set, if it has one."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def named(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return the cell of this name."""
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def tests_of(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the graded cells."""
    return [named(notebook, name) for name in GRADED]


def _filled(text: str, words: dict[str, str]) -> str:
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text
