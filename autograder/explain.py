"""Say how a grade came about, and grade the same submission again to prove it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat

from autograder import intake, ledger, problem_sets, sandbox
from autograder.challenge import challenge
from autograder.course import Course
from autograder.errors import CourseError
from autograder.rebuild import rebuild
from autograder.verdicts import explanation

# What a record says of a probe that does not depend on how fast the machine was.
LASTING = ("cell", "points", "earned", "verdict", "categories", "failure")


def record_of(course: Course, problem_set: str, student: str) -> dict:
    """Return a submission's record, or say that it has not been graded."""
    record = ledger.read(course.root, problem_set, student)
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
    name = record["problem_set"]
    sandbox.check_available()
    with tempfile.TemporaryDirectory(prefix="replay-") as scratch:
        folder = Path(scratch, name)
        try:
            notebook = _rebuilt(course, record, folder)
        except intake.Refused as error:
            raise CourseError(str(error), exit_status=1) from None
        outcome = challenge(
            notebook,
            lambda: problem_sets.find(name) / "exercises.py",
            record["seed"],
            folder,
            sandbox.Limits.changed(record["limits"]),
        )
    differences = [
        f"{probe}: {key} was {_shown(old.get(key))}, is {_shown(new.get(key))}"
        for probe, old, new in _both(record["probes"], outcome.probes)
        for key in LASTING
        if old.get(key) != new.get(key)
    ]
    return differences and _changes(course, record) + differences


def _rebuilt(course: Course, record: dict, folder: Path) -> nbformat.NotebookNode:
    """Return the notebook that was graded, and put the files beside it into a folder."""
    name, student = record["problem_set"], record["student"]
    intake.receive(course.root / "submitted" / student / name, name, folder)
    submitted = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    if submitted.metadata.submission.sha256 != record["submission_sha256"]:
        raise CourseError(
            f"{student} has handed in another notebook since it was graded; first: "
            f"course grade {name} --student {student}",
            exit_status=1,
        )
    source = nbformat.read(course.source_of(name), as_version=4)
    return rebuild(submitted, source, course.nbgrader().config)[0]


def _both(old: dict, new: dict):
    for probe in dict.fromkeys([*old, *new]):
        yield probe, old.get(probe, {}), new.get(probe, {})


def _changes(course: Course, record: dict) -> list[str]:
    """Name what has changed since the grading, which may be why the verdicts did."""
    name = record["problem_set"]
    now = {
        "the source": (record["source_sha256"], ledger.hash_of(course.source_of(name))),
        "exercises.py": (record["exercises_sha256"], problem_sets.exercises_hash(name)),
    }
    now |= {
        f"the version of {package}": (record["versions"].get(package), version)
        for package, version in ledger.versions().items()
    }
    return [
        f"{what} has changed since the grading" for what, (old, new) in now.items() if old != new
    ]


def _pairs(values: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _shown(value) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."
