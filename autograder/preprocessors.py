"""The steps this project puts into nbgrader's pipelines.

`task.py` takes the same ones where `course grade` grades; what needs the gradebook is left out
there, for `gradebook.py` to do.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Bool, Dict

from autograder import problem_sets, sandbox
from autograder.challenge import challenge
from autograder.errors import CourseError
from autograder.feedback.outputs import HarmlessOutputs
from autograder.rebuild import rebuild

OLD_CONFIG = (
    "The course's nbgrader_config.py was made by an earlier version. Move it away, take the one "
    "that `course init` makes in a new directory, and put your own settings into it."
)


class RebuildFromSource(NbGraderPreprocessor):
    """Put the student's answers into the instructor's notebook, which is then graded."""

    def preprocess(self, nb, resources):
        """Return the notebook to grade."""
        task = task_of(self, resources)
        source = nbformat.reads(task.source, as_version=4)
        nb, remarks = rebuild(nb, source, self.config)
        # A note in the notebook could be a student's own; this one the next step alone can read.
        converter_of(self).rebuilt = (nb_key(resources), remarks)
        return nb, resources


class ExecuteInSandbox(NbGraderPreprocessor):
    """Run the notebook in the sandbox, and let the oracle ask."""

    sandbox = Bool(True, help="Run student code in the sandbox. Off, it can do all you can.").tag(
        config=True
    )
    limits = Dict(help="What a submission may use up; see autograder/sandbox/policy.py.").tag(
        config=True
    )

    def preprocess(self, nb, resources):
        """Grade the notebook; the outputs of its graded cells become what the ledger will say."""
        try:
            return self._grade(nb, resources)
        except CourseError as error:
            # nbgrader expects its own kind: it goes on with the next submission.
            raise NbGraderException(str(error)) from None

    def _grade(self, nb, resources):
        task = task_of(self, resources)
        if task.sandbox:
            sandbox.check_available()
        rebuilt, remarks = getattr(converter_of(self), "rebuilt", (None, None))
        if rebuilt != nb_key(resources):
            raise CourseError(OLD_CONFIG)
        outcome = challenge(
            nb,
            lambda: problem_sets.find(task.problem_set) / "exercises.py",
            task.seed,
            Path(resources["metadata"]["path"]).resolve(),
            task.limits,
            partial(sandbox.run_notebook, use_sandbox=task.sandbox),
        )
        outcome.remarks[:0] = remarks
        converter_of(self).outcome = outcome
        return nb, resources


def converter_of(step: NbGraderPreprocessor):
    """Return nbgrader's grading that a step is part of, by way of its exporter."""
    return step.parent.parent


def nb_key(resources) -> tuple[str, str, str]:
    """Return whose notebook a step is given, and which."""
    about = resources["nbgrader"]
    return about["assignment"], about["student"], about["notebook"]


def task_of(step: NbGraderPreprocessor, resources):
    """Return the task behind the notebook that a step is given, which `SafeAutograde` noted."""
    key, task = getattr(converter_of(step), "task", (None, None))
    if key != nb_key(resources):
        raise NbGraderException(OLD_CONFIG)
    return task


def check_settings(config) -> None:
    """Refuse a course whose settings do not name our steps, so that none is left out unnoticed."""
    named = {
        step if isinstance(step, str) else step.__name__
        for key in ("sanitize_preprocessors", "autograde_preprocessors")
        for step in config.Autograde.get(key, [])
    }
    for step in (RebuildFromSource, ExecuteInSandbox):
        if not any(name.endswith(step.__name__) for name in named):
            raise CourseError(OLD_CONFIG)


CLEANING_STEPS: list[type[NbGraderPreprocessor]] = [
    HarmlessOutputs,
    ClearMetadataPreprocessor,
    LimitOutput,
]

SANITIZING_STEPS: list[type[NbGraderPreprocessor]] = [RebuildFromSource, CheckCellMetadata]

GRADING_STEPS: list[type[NbGraderPreprocessor]] = [
    ExecuteInSandbox,
    *CLEANING_STEPS,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
