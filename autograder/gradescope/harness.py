"""Grade the one submission of a Gradescope container: `python -m autograder.gradescope.harness`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from autograder import intake, ledger, sandbox
from autograder.batch import files_in
from autograder.errors import CourseError
from autograder.gradescope import kernel, results
from autograder.gradescope.package import SETTINGS
from autograder.sandbox import run
from autograder.task import Task, perform

ROOT = "GRADESCOPE_ROOT"


def main() -> None:
    """Grade, and write ``results/results.json``; without it Gradescope tells of a failure."""
    if os.geteuid() != 0:
        sys.exit("The harness must run as root, as it does at Gradescope, to be another user.")
    root = Path(os.environ.get(ROOT, "/autograder"))
    try:
        found = grade(root)
    except CourseError as error:
        sys.exit(f"The submission could not be judged, through no fault of its own: {error}")
    finally:
        kernel.end_all()
    target = root / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1), encoding="utf-8")


def grade(root: Path) -> dict:
    """Return the results of the submission that lies below `root`."""
    source = root / "source"
    about = json.loads((source / SETTINGS).read_text(encoding="utf-8"))
    name = about["problem_set"]
    with tempfile.TemporaryDirectory(prefix="received-") as received:
        try:
            intake.receive(root / "submission", name, Path(received))
            task = _task(source, about, Path(received), _student(root))
            return results.of(perform(task, _as_another()), task.seed)
        except intake.Refused as reason:
            return results.refusal(str(reason))


def _task(source: Path, about: dict, received: Path, student: str) -> Task:
    name = about["problem_set"]
    notebook = (received / f"{name}.ipynb").read_bytes()
    sha256 = json.loads(notebook)["metadata"]["submission"]["sha256"]
    given = source / "given"
    return Task(
        problem_set=name,
        notebook=notebook,
        own_files=files_in(received, about["ignored"]),
        given_files=files_in(given, about["ignored"]) if given.is_dir() else {},
        source=(source / "notebook" / f"{name}.ipynb").read_bytes(),
        seed=ledger.seed_of(source, name, student, sha256),
        limits=sandbox.Limits.changed(about["limits"]),
        sandbox=False,
        settings=about["settings"],
    )


def _as_another():
    """Return the road on which the notebook's kernel belongs to another user."""
    # A run without the sandbox takes this kind of kernel; in this process there is no other.
    run.GradingKernelManager = kernel.OthersKernelManager
    return partial(sandbox.run_notebook, use_sandbox=False)


def _student(root: Path) -> str:
    """Return who handed in, as far as Gradescope tells; the cases are drawn from it too."""
    try:
        told = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
        return str(told["users"][0]["email"])
    except (OSError, ValueError, LookupError, TypeError):
        return "unknown"


if __name__ == "__main__":
    main()
