"""What the submissions of one problem set have in common, and a task out of each of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from nbgrader.utils import find_all_files
from traitlets.config import Config

from autograder import ledger
from autograder.errors import CourseError
from autograder.preprocessors import CLEANING_STEPS, ExecuteInSandbox
from autograder.sandbox import Limits
from autograder.task import Task, submission_in
from autograder.variants import source_for

STEPS = [ClearSolutions, ClearHiddenTests, ClearMarkScheme, *CLEANING_STEPS]


@dataclass(frozen=True)
class Batch:
    """The side of the course in every task of a problem set's notebook; see `Task`."""

    root: Path
    problem_set: str
    notebook: str
    source: Path
    given_files: dict[str, bytes]
    ignored: list[str]
    limits: Limits
    sandbox: bool
    settings: dict[str, dict]

    @classmethod
    def of(
        cls, coursedir: CourseDirectory, config: Config, problem_set: str, notebook: str
    ) -> Batch:
        """Gather it from a course, as its settings say."""
        folder = Path(coursedir.format_path(coursedir.source_directory, ".", problem_set))
        source = folder / f"{notebook}.ipynb"
        if not source.is_file():
            raise CourseError(f"{source} is missing: submissions are graded by what stands there.")
        ignored = [*coursedir.ignore, "*.ipynb"]
        students_own = config.Autograde.get("exclude_overwriting", {}).get(problem_set, [])
        given = files_in(folder, ignored)
        step = ExecuteInSandbox(config=config)
        return cls(
            root=Path(coursedir.root),
            problem_set=problem_set,
            notebook=notebook,
            source=source,
            given_files={name: given[name] for name in given if name not in students_own},
            ignored=ignored,
            limits=Limits.changed(step.limits),
            sandbox=step.sandbox,
            settings=settings_of(config),
        )

    def task(self, student: str, received: Path) -> Task:
        """Return the task for a submission that `intake.receive` has put into a folder."""
        notebook = (received / f"{self.notebook}.ipynb").read_bytes()
        sha256 = submission_in(notebook)["sha256"]
        return Task(
            problem_set=self.problem_set,
            notebook=notebook,
            own_files=files_in(received, self.ignored),
            given_files=self.given_files,
            source=source_for(self.root, self.problem_set, student, self.source).read_bytes(),
            seed=ledger.seed_of(self.root, self.problem_set, student, sha256),
            limits=self.limits,
            sandbox=self.sandbox,
            settings=self.settings,
        )


def files_in(folder: Path, ignored: list[str]) -> dict[str, bytes]:
    """Return the files that nbgrader would copy from a folder, by their paths in it."""
    return {
        os.path.relpath(path, folder): Path(path).read_bytes()
        for path in sorted(find_all_files(str(folder), ignored))
    }


def settings_of(config: Config) -> dict[str, dict]:
    """Return what a course's settings say about the steps of a task and their base classes."""
    names = {kind.__name__ for step in STEPS for kind in step.mro()}
    return {name: dict(config[name]) for name in sorted(names) if name in config}
