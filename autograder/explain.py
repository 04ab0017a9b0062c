"""Say how a grade came about, and grade the same submission again to prove it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from nbgrader.converters import NbGraderException

from autograder import intake, ledger, sandbox
from autograder.batch import Batch
from autograder.course import Course
from autograder.errors import CourseError
from autograder.records import explanation
from autograder.task import Task, perform, road

# What a verdict may depend on besides the notebook, by the record's names.
INPUTS = {
    "source_sha256": "the source",
    "exercises_sha256": "exercises.py",
    "files_sha256": "a file beside the notebook",
    "given_files_sha256": "a file beside the source",
    "settings_sha256": "a setting of the course",
}
# What a record says of a probe that does not depend on how fast the machine was.
LASTING = ("cell", "points", "earned", "verdict", "categories", "failure")


def record_of(course: Course, problem_set: str, student: str) -> dict:
    """Return a submission's record, or say that it has not been graded."""
    record = ledger.read(course.root, problem_set, student)
    refused = ledger.refusal(course.root, problem_set, student)
    if record is None and refused is not None:
        raise CourseError(f"{student} has no grade for {problem_set}. Refused: {refused}", 1)
    if record is None:
        raise CourseError(
            f"{student} has no grade for {problem_set} in this course. "
            f"First: course grade {problem_set} --student {student}"
        )
    return record


def text(record: dict) -> str:
    """Return all that is known about a grading, for an instructor to read."""
    probes = record["probes"]
    earned, points = (sum(probe[key] for probe in probes.values()) for key in ("earned", "points"))
    where = "in the sandbox" if record["sandbox"] else "WITHOUT the sandbox"
    lines = [
        f"{record['student']}, {record['problem_set']}: {earned:g} of {points:g} points by probes",
        f"graded {record['graded_at']} {where}, in {record['seconds']:g} s",
        "",
    ]
    for name, probe in probes.items():
        lines += [explanation(name, probe), f"    {probe['seconds']:g} s, cell {probe['cell']}"]
    for title, key in (("Remarks", "remarks"), ("Notes for the instructor", "notes")):
        if record[key]:
            lines += ["", f"{title}:", *(f"  {remark}" for remark in record[key])]
    lines += [
        "",
        f"seed        {record['seed']}",
        f"submission  {record['submission_sha256']}",
        f"source      {record['source_sha256']}",
        f"exercises   {record['exercises_sha256']}",
        f"limits      {_pairs(record['limits'])}",
        f"versions    {_pairs(record['versions'])}",
        "",
        "The same submission, the same cases, again: "
        f"course explain {record['problem_set']} --student {record['student']} --replay",
    ]
    return "\n".join(lines)


def replay(course: Course, record: dict) -> list[str]:
    """Grade a recorded submission again, in a place of its own, with the recorded cases.

    Returns
    -------
    list of str
        How the verdicts differ; empty if they are the same. Nothing in the course is changed.
    """
    sandbox.check_available()
    task = _recorded(course, record)
    try:
        graded = perform(task, road(use_sandbox=True))
    except NbGraderException as error:
        raise CourseError(str(error), exit_status=1) from None
    differences = [
        f"{probe}: {key} was {_shown(old.get(key))}, is {_shown(new.get(key))}"
        for probe, old, new in _both(record["probes"], graded.outcome.probes)
        for key in LASTING
        if old.get(key) != new.get(key)
    ]
    return differences and _changes(record, graded.inputs) + differences


def _recorded(course: Course, record: dict) -> Task:
    """Return the task that a record tells of, as far as it is the same today."""
    name, student = record["problem_set"], record["student"]
    nbgrader = course.nbgrader()
    with tempfile.TemporaryDirectory(prefix="replay-") as received:
        try:
            intake.receive(course.root / "submitted" / student / name, name, Path(received))
        except intake.Refused as error:
            raise CourseError(str(error), exit_status=1) from None
        batch = Batch.of(nbgrader.coursedir, nbgrader.config, name, name)
        task = batch.task(student, Path(received))
    if task.inputs()["submission_sha256"] != record["submission_sha256"]:
        raise CourseError(
            f"{student} has handed in another notebook since it was graded; first: "
            f"course grade {name} --student {student}",
            exit_status=1,
        )
    limits = sandbox.Limits.changed(record["limits"])
    return replace(task, seed=record["seed"], limits=limits, sandbox=True)


def _both(old: dict, new: dict):
    for probe in dict.fromkeys([*old, *new]):
        yield probe, old.get(probe, {}), new.get(probe, {})


def _changes(record: dict, inputs: dict) -> list[str]:
    """Name what has changed since the grading, which may be why the verdicts did."""
    now = {what: (record.get(key), inputs[key]) for key, what in INPUTS.items()}
    now |= {
        f"the version of {package}": (record["versions"].get(package), version)
        for package, version in inputs["versions"].items()
    }
    return [
        f"{what} has changed since the grading"
        for what, (old, new) in now.items()
        if old is not None and old != new
    ]


def _pairs(values: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _shown(value) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."
