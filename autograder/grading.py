"""Grade submissions and say what became of each: what is done is done once, and never half.

Worker processes do the tasks; this one reads submissions and writes what came of them. For each it
writes the gradebook first, then the graded notebook, and the ledger's record last: where that is
there and agrees with the other two, the submission is done. Killed in between, the next grading
does it again, with the same cases.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SAWarning

from autograder import intake, ledger, nbgraders_road, pool
from autograder.batch import Batch
from autograder.changes import Change
from autograder.course import Course
from autograder.errors import CourseError
from autograder.feedback.everyone import feedback
from autograder.gradebook import Grades, Standing
from autograder.outcome import Outcome
from autograder.preprocessors import check_settings
from autograder.task import Graded, Refusal, Task, attempt
from autograder.turns import turn

# nbgrader's own queries set these off; they mean nothing to an instructor.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")

__all__ = ["feedback", "grade"]

READ_ONLY = 0o444
ROOM_MB = 200
"""What must be free on the disk for a submission to be received and its grade written."""


def grade(
    course: Course,
    name: str,
    submissions: dict[str, Path],
    use_sandbox: bool = True,
    again: bool = False,
    ask: Callable[[list[Change]], None] = lambda changes: None,
    workers: int | Callable[[], int] | None = None,
    open_executor: Callable[[], Executor] | None = None,
) -> Iterator[Outcome]:
    """Yield an outcome per submission. A refused one has no score, and does not stop the rest.

    Parameters
    ----------
    course : Course
    name : str
        The problem set.
    submissions : dict of str to Path
        The notebook that each student handed in.
    use_sandbox : bool
    again : bool
        Also grade what has not changed since it was graded.
    ask : callable
        Called, if a submission that was graded before would now get other scores, with all such
        changes. Raises an exception if they shall not be written.
    workers : int or callable, optional
        How many submissions are run at a time; if left out, as many as there are cores. A callable,
        where that changes.
    open_executor : callable, optional
        Returns the executor that does the tasks, if that shall not be processes on this machine.
    """
    workers = workers or pool.cores()
    nbgrader = course.nbgrader()
    check_settings(nbgrader.config)
    nbgrader.config.ExecuteInSandbox.sandbox = use_sandbox
    if nbgraders_road.is_needed(nbgrader, name):
        yield from nbgraders_road.grade(course, nbgrader, name, submissions)
        return
    batch = Batch.of(nbgrader.coursedir, nbgrader.config, name, name)
    with turn(course.root) as scratch, Grades(course, name) as grades:
        grading = _Grading(course, batch, grades, scratch, again)
        yield from grading.outcomes(
            submissions, open_executor or pool.executor_for(len(submissions), workers), workers
        )
        yield from grading.overwritten(ask)


@dataclass
class _Submission:
    """One submission on its way, and its outcome as soon as that is known."""

    student: str
    task: Task | None = None
    inputs: dict | None = None
    standing: Standing | None = None
    is_graded_before: bool = False
    outcome: Outcome | None = None


class _Grading:
    """One run of grading, which holds the course and its gradebook."""

    def __init__(self, course: Course, batch: Batch, grades: Grades, scratch: Path, again: bool):
        self.course, self.batch, self.grades, self.scratch = course, batch, grades, scratch
        self.again = again
        self.name = batch.problem_set
        self.standings = grades.standings()
        self.held: list[tuple[Change, Path]] = []

    def outcomes(
        self,
        submissions: dict[str, Path],
        open_executor: Callable[[], Executor],
        workers: int | Callable[[], int],
    ) -> Iterator[Outcome]:
        """Yield what became of each; new scores of what was graded before are held back."""
        prepared = (
            (submission, submission.task)
            for submission in (
                self._prepared(student, path.parent) for student, path in submissions.items()
            )
        )
        for submission, result in pool.each(attempt, prepared, open_executor, workers):
            outcome = submission.outcome or self._settled(submission, result)
            if outcome is not None:
                yield outcome

    def overwritten(self, ask: Callable[[list[Change]], None]) -> Iterator[Outcome]:
        """Ask about the changes that were held back, if there are any, and write them."""
        changes = [change for change, _ in self.held if change]
        if changes:
            ask(changes)
        for _, path in self.held:
            yield self._saved(*pickle.loads(path.read_bytes()))

    def _prepared(self, student: str, folder: Path) -> _Submission:
        """Receive a submission; the task is left out where nothing is to be done."""
        free = shutil.disk_usage(self.scratch).free // 10**6
        if free < ROOM_MB:
            raise CourseError(
                f"The disk is full: {free} MB are left, and at least {ROOM_MB} are needed. What is "
                f"done is kept; to go on, make room and: course grade {self.name}"
            )
        try:
            with tempfile.TemporaryDirectory(dir=self.scratch) as received:
                intake.receive(folder, self.name, Path(received))
                task = self.batch.task(student, Path(received))
        except intake.Refused as refused:
            return _Submission(student, outcome=self._refused(student, str(refused)))
        inputs, standing = task.inputs(), self.standings.get(student)
        record = self._record(student)
        if self._is_done(student, record, inputs, standing) and not self.again:
            return _Submission(student, outcome=self._graded(student, standing, unchanged=True))
        is_graded_before = standing is not None and ledger.is_of(record, inputs)
        return _Submission(student, task, inputs, standing, is_graded_before)

    def _record(self, student: str) -> dict | None:
        """Return the record of an earlier grading, if it can be read; there will be another."""
        try:
            return ledger.read(self.course.root, self.name, student)
        except CourseError:
            return None

    def _is_done(self, student: str, record, inputs: dict, standing: Standing | None) -> bool:
        """Whether ledger, gradebook and graded notebook agree that nothing is left to do."""
        return (
            record is not None
            and standing is not None
            and all(record.get(name) == value for name, value in inputs.items())
            and record.get("scores") == standing.by_machine
            and (self._autograded(student) / f"{self.name}.ipynb").is_file()
            and ledger.refusal(self.course.root, self.name, student) is None
        )

    def _settled(self, submission: _Submission, result) -> Outcome | None:
        """Write what came of a task; None if it waits until somebody was asked."""
        student = submission.student
        if isinstance(result, pool.WorkerDied):
            return self._refused(student, str(result))
        if isinstance(result, Exception):
            return self._refused(student, f"The grader failed: {type(result).__name__}: {result}")
        if isinstance(result, Refusal):
            return self._refused(student, result.reason)
        if result.inputs != submission.inputs:
            differing = ", ".join(
                name for name, value in submission.inputs.items() if result.inputs[name] != value
            )
            return self._refused(
                student, f"The worker that graded it has others than this machine: {differing}."
            )
        if not submission.is_graded_before:
            return self._saved(student, submission.task, result)
        path = self.scratch / f"{len(self.held)}.held"
        path.write_bytes(pickle.dumps((student, submission.task, result)))
        change = Change(student, submission.standing.by_machine, result.scores)
        self.held.append((change, path))
        return None

    def _refused(self, student: str, reason: str) -> Outcome:
        ledger.refuse(self.course.root, self.name, student, reason)
        return Outcome(student, refused=reason)

    def _saved(self, student: str, task: Task, graded: Graded) -> Outcome:
        """Write a grade: all that takes room first, then the gradebook, the ledger last."""
        try:
            with tempfile.TemporaryDirectory(dir=self.scratch) as staged:
                new = Path(staged, "new")
                _write_folder(new, task, graded)
                record = graded.record(student, task)
                with ledger.staged(self.course.root, record) as publish:
                    timestamp = task.own_files.get(intake.TIMESTAMP, b"").decode().strip()
                    standing = self.grades.save(student, graded, timestamp)
                    _put(new, self._autograded(student), Path(staged, "old"))
                    publish()
        except CourseError as error:
            return self._refused(student, str(error))
        except (OSError, DBAPIError) as error:
            reason = getattr(error, "strerror", None) or str(getattr(error, "orig", error))
            raise CourseError(
                f"The grade of {student} cannot be written ({reason}). Those before it are. "
                f"When that is mended: course grade {self.name}"
            ) from None
        return self._graded(student, standing)

    def _graded(self, student: str, standing: Standing, unchanged: bool = False) -> Outcome:
        return Outcome(
            student,
            standing.score,
            self.grades.max_score,
            unchanged=unchanged,
            waiting=standing.waiting,
        )

    def _autograded(self, student: str) -> Path:
        return self.course.root / "autograded" / student / self.name


def _write_folder(folder: Path, task: Task, graded: Graded) -> None:
    """Write what nbgrader would leave for a graded submission, on the disk when this returns."""
    files = task.own_files | task.given_files | {f"{task.problem_set}.ipynb": graded.notebook}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), READ_ONLY)
            file.flush()
            os.fsync(file.fileno())


def _put(new: Path, place: Path, old: Path) -> None:
    """Put a folder into its place, and what was there before elsewhere."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
