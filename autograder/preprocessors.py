"""The steps this project puts into nbgrader's pipelines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
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

from autograder import ledger, problem_sets, sandbox
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
        submission = nb.metadata.get("submission")
        if submission is None:
            raise NbGraderException(OLD_CONFIG)
        source = nbformat.read(source_of(self, resources), as_version=4)
        nb, remarks = rebuild(nb, source, self.config)
        # A note in the notebook could be a student's own; this one the next step alone can read.
        converter_of(self).rebuilt = (nb_key(resources), submission.sha256, remarks)
        return nb, resources


class ExecuteInSandbox(NbGraderPreprocessor):
    """Run the notebook in the sandbox, let the oracle ask, and write the ledger."""

    sandbox = Bool(True, help="Run student code in the sandbox. Off, it can do all you can.").tag(
        config=True
    )
    limits = Dict(help="What a submission may use up; see autograder/sandbox/policy.py.").tag(
        config=True
    )

    def preprocess(self, nb, resources):
        """Grade the notebook; the outputs of its graded cells become what the ledger says."""
        try:
            return self._grade(nb, resources)
        except CourseError as error:
            # nbgrader expects its own kind: it goes on with the next submission.
            raise NbGraderException(str(error)) from None

    def _grade(self, nb, resources):
        if self.sandbox:
            sandbox.check_available()
        about = resources["nbgrader"]
        problem_set, student = about["assignment"], about["student"]
        root, source = Path(converter_of(self).coursedir.root), source_of(self, resources)
        limits = sandbox.Limits.changed(self.limits)
        rebuilt, sha256, remarks = getattr(converter_of(self), "rebuilt", (None, None, None))
        if rebuilt != nb_key(resources):
            raise CourseError(OLD_CONFIG)
        seed = ledger.seed_of(root, problem_set, student, sha256)
        outcome = challenge(
            nb,
            lambda: problem_sets.find(problem_set) / "exercises.py",
            seed,
            Path(resources["metadata"]["path"]).resolve(),
            limits,
            self.sandbox,
        )
        ledger.write(
            root,
            {
                "problem_set": problem_set,
                "student": student,
                "graded_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "seed": seed,
                "submission_sha256": sha256,
                "source_sha256": ledger.hash_of(source),
                "exercises_sha256": problem_sets.exercises_hash(problem_set),
                "versions": ledger.versions(),
                "sandbox": self.sandbox,
                "limits": asdict(limits),
                "seconds": outcome.seconds,
                "remarks": [*remarks, *outcome.remarks],
                "notes": outcome.notes,
                "probes": outcome.probes,
            },
        )
        return nb, resources


def converter_of(step: NbGraderPreprocessor):
    """Return nbgrader's grading that a step is part of, by way of its exporter."""
    return step.parent.parent


def nb_key(resources) -> tuple[str, str, str]:
    """Return whose notebook a step is given, and which."""
    about = resources["nbgrader"]
    return about["assignment"], about["student"], about["notebook"]


def source_of(step: NbGraderPreprocessor, resources) -> Path:
    """Return the instructor's notebook behind the one that is graded."""
    coursedir, about = converter_of(step).coursedir, resources["nbgrader"]
    folder = coursedir.format_path(coursedir.source_directory, ".", about["assignment"])
    return Path(coursedir.root, folder, f"{about['notebook']}.ipynb")


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


SANITIZING_STEPS: list[type[NbGraderPreprocessor]] = [RebuildFromSource, CheckCellMetadata]

GRADING_STEPS: list[type[NbGraderPreprocessor]] = [
    ExecuteInSandbox,
    HarmlessOutputs,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
