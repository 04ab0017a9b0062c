"""nbgrader's grading, with every submission received safely before anything else is done with it.

nbgrader copies a submitted folder, through its links, before any preprocessor runs, and swallows
what its hooks raise. So its `Autograde` is replaced by a subclass that gives it a clean copy.
"""

from __future__ import annotations

import fnmatch
import glob
import re
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import api, autogradeapp, generatefeedbackapp
from nbgrader.converters import Autograde, NbGraderException
from traitlets import List

from autograder import intake, ledger
from autograder.batch import Batch
from autograder.errors import CourseError
from autograder.feedback.page import FeedbackPages
from autograder.preprocessors import GRADING_STEPS, SANITIZING_STEPS
from autograder.task import scores_of
from autograder.turns import turn


def install() -> None:
    """Let nbgrader's commands, its API and formgrader's buttons take our classes for its own."""
    api.Autograde = autogradeapp.Autograde = SafeAutograde
    api.GenerateFeedback = generatefeedbackapp.GenerateFeedback = FeedbackPages


class SafeAutograde(Autograde):
    """Grade each submission by itself: one that fails is named at the end and stops no other.

    Our steps are the defaults: nbgrader goes on where a course's settings cannot be read.
    """

    sanitize_preprocessors = List(SANITIZING_STEPS).tag(config=True)
    autograde_preprocessors = List(GRADING_STEPS).tag(config=True)

    def init_notebooks(self) -> None:
        """Find what was handed in, also where the notebook is missing or of another name."""
        course = self.coursedir
        pattern = self._format_source(course.assignment_id, course.student_id)
        names = [
            name
            for name in self._asked_notebooks()
            if fnmatch.fnmatchcase(name, course.notebook_id)
        ]
        self.assignments = {
            folder: [str(Path(folder, f"{name}.ipynb")) for name in names]
            for folder in glob.glob(pattern)
        }
        if not self.assignments:
            raise NbGraderException(f"No submission was found at {pattern}")

    def _asked_notebooks(self) -> list[str]:
        """Return the names of the notebooks that the assignment consists of."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                assignment = gradebook.find_assignment(course.assignment_id)
            except MissingEntry:
                raise NbGraderException(
                    f"{course.assignment_id} has not been released in this course."
                ) from None
            return [notebook.name for notebook in assignment.notebooks]

    def convert_notebooks(self) -> None:
        """Grade one after the other; at the end, say which could not be graded."""
        try:
            with turn(Path(self.coursedir.root)) as scratch:
                self._convert_all(scratch)
        except CourseError as error:
            raise NbGraderException(str(error)) from None

    def _convert_all(self, scratch: Path) -> None:
        course, refused = self.coursedir, {}
        students = re.compile(
            self._format_source(course.assignment_id, "(?P<student>.*)", escape=True)
        )
        for folder, notebooks in sorted(self.assignments.items()):
            student, self.reason = students.fullmatch(folder)["student"], None
            names = [Path(path).stem for path in notebooks]
            try:
                self._convert_safely(Path(folder), student, names, scratch)
            except Exception as error:
                refused[student] = self.reason or error
                if not isinstance(error, NbGraderException):
                    self.log.exception("Grading %s failed", student)
        for student, reason in refused.items():
            self.log.error("%s was not graded: %s", student, reason)
            ledger.refuse(Path(course.root), course.assignment_id, student, str(reason))
        if refused:
            raise NbGraderException(f"Not graded: {', '.join(refused)}.")

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Grade a notebook, and then note in the ledger how it came about.

        Of a failure, nbgrader only says that there was one; its reason is kept.
        """
        path = Path(notebook_filename)
        course = self.coursedir
        try:
            batch = Batch.of(course, self.config, course.assignment_id, path.stem)
            task = batch.task(self.student, path.parent)
            self.task = (course.assignment_id, self.student, path.stem), task
            super().convert_single_notebook(notebook_filename)
            graded = nbformat.read(Path(self.writer.build_directory, path.name), as_version=4)
        except CourseError as error:
            self.reason = NbGraderException(str(error))
            raise self.reason from None
        except Exception as error:
            self.reason = error
            raise
        ledger.write(
            Path(course.root),
            ledger.record(
                course.assignment_id,
                self.student,
                task.seed,
                task.inputs(),
                self.outcome,
                scores_of(graded),
            ),
        )

    def _convert_safely(self, folder: Path, student: str, names: list[str], scratch: Path) -> None:
        """Let nbgrader grade a clean copy of one submission."""
        course, submitted = self.coursedir, self.coursedir.submitted_directory
        is_new = not self._is_in_gradebook(student)
        self.student = student
        try:
            course.submitted_directory = scratch.name
            copy = self._format_source(course.assignment_id, student)
            for name in names:
                intake.receive(folder, name, Path(copy))
            self.assignments = {copy: [str(Path(copy, f"{name}.ipynb")) for name in names]}
            super().convert_notebooks()
        except BaseException:
            if is_new:
                self._forget(student)
            raise
        finally:
            course.submitted_directory = submitted

    def _is_in_gradebook(self, student: str) -> bool:
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                gradebook.find_submission(course.assignment_id, student)
            except MissingEntry:
                return False
            return True

    def _forget(self, student: str) -> None:
        """Remove the row of a submission that never got a score: it would look like a zero."""
        if self._is_in_gradebook(student):
            course = self.coursedir
            with Gradebook(course.db_url, course.course_id) as gradebook:
                gradebook.remove_submission(course.assignment_id, student)
