"""Grade one submission: bytes in, result out, with neither course nor gradebook at hand.

A worker process does this, on this machine or on another. The same task has the same result.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path

import nbformat
from nbconvert.preprocessors import Preprocessor
from nbformat.v4.rwbase import split_lines, strip_transient
from nbgrader.converters import NbGraderException
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import (
    compute_checksum,
    determine_grade,
    is_grade,
    is_solution,
    is_task,
    setenv,
)
from traitlets.config import Config

from autograder import ledger, problem_sets, sandbox
from autograder.challenge import Outcome, Road, challenge
from autograder.errors import CourseError
from autograder.preprocessors import CLEANING_STEPS
from autograder.rebuild import rebuild, release_of


@dataclass(frozen=True)
class Task:
    """All that the grade of one submission depends on.

    Parameters
    ----------
    problem_set : str
    notebook : bytes
        The submission as `intake` received it.
    own_files, given_files : dict of str to bytes
        The student's files beside it, and the instructor's, which come first, by their paths.
    source : bytes
        The instructor's notebook.
    seed : str
        What the cases are drawn from.
    limits : Limits
    sandbox : bool
    settings : dict
        The course's settings of the steps taken here, by the name of the step.
    """

    problem_set: str
    notebook: bytes
    own_files: dict[str, bytes]
    given_files: dict[str, bytes]
    source: bytes
    seed: str
    limits: sandbox.Limits
    sandbox: bool
    settings: dict[str, dict]

    def inputs(self) -> dict:
        """Return the ledger's words for all this: where they are the same, so is the grade."""
        return {
            "submission_sha256": submission_in(self.notebook)["sha256"],
            "files_sha256": _hash_of_files(self.own_files),
            "source_sha256": hashlib.sha256(self.source).hexdigest(),
            "given_files_sha256": _hash_of_files(self.given_files),
            "exercises_sha256": problem_sets.exercises_hash(self.problem_set),
            "settings_sha256": _hash_of(json.dumps(self.settings, sort_keys=True, default=repr)),
            "versions": ledger.versions(),
            "sandbox": self.sandbox,
            "limits": asdict(self.limits),
        }


@dataclass(frozen=True)
class Graded:
    """What came of a task.

    Parameters
    ----------
    notebook : bytes
        The graded notebook.
    scores : dict
        What the machine gives for each graded cell; None where a person has to.
    unanswered : list of str
        The cells that were handed in as they were given out.
    outcome : Outcome
    inputs : dict
        What it came from, by the program and the exercises of whoever did the task.
    """

    notebook: bytes
    scores: dict[str, float | None]
    unanswered: list[str]
    outcome: Outcome
    inputs: dict

    def record(self, student: str, task: Task) -> dict:
        """Return what the ledger keeps of it."""
        return ledger.record(
            task.problem_set, student, task.seed, self.inputs, self.outcome, self.scores
        )


@dataclass(frozen=True)
class Refusal:
    """Why a submission cannot be graded."""

    reason: str


def attempt(task: Task) -> Graded | Refusal:
    """Grade a submission on the quickest road, or say why it cannot be graded."""
    try:
        return perform(task, road(task.sandbox))
    except (CourseError, NbGraderException, ValidationError) as error:
        return Refusal(str(error))


def perform(task: Task, run: Road) -> Graded:
    """Grade a submission by letting its notebook take this road."""
    config = Config(task.settings)
    notebook = nbformat.reads(task.notebook, as_version=4)
    source, release = _given_out(task.source, pickle.dumps(task.settings))
    notebook, remarks = rebuild(notebook, source, config, release)
    check_roles(notebook)
    with (
        tempfile.TemporaryDirectory(prefix="own-") as folder,
        setenv(NBGRADER_EXECUTION="autograde"),
    ):
        _write_files(task.own_files | task.given_files, Path(folder))
        outcome = challenge(
            notebook,
            lambda: problem_sets.find(task.problem_set) / "exercises.py",
            task.seed,
            Path(folder),
            task.limits,
            run,
        )
    outcome.remarks[:0] = remarks
    notebook = through(CLEANING_STEPS, notebook, config)
    scores, unanswered = scores_of(notebook), unanswered_in(notebook)
    return Graded(_written(notebook), scores, unanswered, outcome, task.inputs())


@lru_cache(maxsize=4)
def _given_out(source: bytes, settings: bytes) -> tuple[nbformat.NotebookNode, ...]:
    """Return the instructor's notebook and its release, which most tasks of a batch share."""
    notebook = nbformat.reads(source, as_version=4)
    return notebook, release_of(notebook, Config(pickle.loads(settings)))


def _written(notebook: nbformat.NotebookNode) -> bytes:
    """Return a notebook as nbgrader writes it, taking it apart for that.

    A copy and a validation would cost as much again: its cells are the source's, and what they show
    was built anew.
    """
    lines = strip_transient(split_lines(notebook))
    text = json.dumps(lines, indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)
    return f"{text}\n".encode()


def road(use_sandbox: bool) -> Road:
    """Return the quickest road there is."""
    if not use_sandbox:
        return partial(sandbox.run_notebook, use_sandbox=False)
    return sandbox.quickest()


def through(
    steps: Iterable[type[Preprocessor]], notebook: nbformat.NotebookNode, config: Config
) -> nbformat.NotebookNode:
    """Return a notebook after nbgrader's or our own steps, those that are switched on."""
    for step in steps:
        notebook, _ = step(config=config)(notebook, {})
    return notebook


def check_roles(notebook: nbformat.NotebookNode) -> None:
    """Let nbgrader check the roles of the cells, which come from the source.

    It takes longer than all other steps together, and does not look at what students wrote: the
    same roles are checked once.
    """
    roles = [[cell.cell_type, cell.metadata] for cell in notebook.cells if cell.metadata]
    _check_roles(json.dumps(roles, sort_keys=True))


@lru_cache
def _check_roles(roles: str) -> None:
    cells = [
        nbformat.from_dict({"cell_type": kind, "metadata": metadata, "source": ""})
        for kind, metadata in json.loads(roles)
    ]
    CheckCellMetadata().preprocess(nbformat.NotebookNode(cells=cells), {})


def scores_of(notebook: nbformat.NotebookNode) -> dict[str, float | None]:
    """Return what nbgrader reads as the machine's score of each graded cell."""
    return {
        cell.metadata.nbgrader.grade_id: determine_grade(cell)[0]
        for cell in notebook.cells
        if is_grade(cell)
    }


def unanswered_in(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the solutions in which nbgrader sees no answer."""
    return [
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells
        if is_solution(cell)
        and not is_task(cell)
        and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    ]


def submission_in(notebook: bytes) -> dict:
    """Return what `intake` has noted of the file that was handed in."""
    return json.loads(notebook)["metadata"]["submission"]


def _write_files(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _hash_of_files(files: dict[str, bytes]) -> str:
    return _hash_of("\n".join(f"{_digest(files[name])} {name}" for name in sorted(files)))


def _hash_of(text: str) -> str:
    return _digest(text.encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
