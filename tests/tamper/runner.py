"""Grade a batch of submissions in a course of its own, and look at what became of everything.

`python -m tests.tamper.runner FOLDER` reads ``FOLDER/batch.json`` and writes ``FOLDER/found.json``.
It is a process of its own, so that it can be run as another user, or in a box of its own, and so
that whatever is left running belongs to it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from tests.tamper import groups
from tests.tamper.canaries import SIGNS, Canaries, LiveParts
from tests.tamper.ours import Ours
from tests.tamper.plain import Plain
from tests.tamper.submission import GRADED, PROBLEM_SET, Submission, Target, hand_in


def main() -> None:
    """Grade one batch."""
    folder = Path(sys.argv[1])
    batch = json.loads((folder / "batch.json").read_text())
    submissions = [groups.CONTROLS[0], *map(groups.find, batch["names"]), groups.CONTROLS[1]]
    grader = Plain(batch["template"]) if "template" in batch else Ours(batch["unsafe"])
    found = run(folder, submissions, grader)
    (folder / "found.json").write_text(json.dumps(found, indent=1))


def run(folder: Path, submissions: list[Submission], grader) -> dict:
    """Hand in, grade, give feedback, and return all that was found."""
    canaries = Canaries(folder / "outside")
    try:
        course = folder / "course"
        grader.make(course, canaries.secrets["source"])
        with gradebook_of(course) as gradebook:
            gradebook.add_student("absent", last_name=canaries.secrets["gradebook"])
        release = nbformat.read(
            course / "release" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb", as_version=4
        )
        target = Target(course, canaries.outside, canaries.port, canaries.bystander.pid)
        for submission in submissions:
            hand_in(submission, release, target)
        _hide(canaries.secrets["submission"], course / "submitted" / groups.CONTROLS[0].name)
        canaries.begin(course)

        started = time.monotonic()
        graded, peak = _run(grader.grading(), course, canaries, grader.patience(len(submissions)))
        seconds = time.monotonic() - started
        harm = canaries.harm([submission.name for submission in submissions])
        fed_back, _ = _run(grader.feedback(), course, canaries, 10 * len(submissions))
        return {
            "exit": graded.returncode,
            "said": graded.stdout[-20_000:] + graded.stderr[-20_000:] + fed_back.stderr[-3000:],
            "seconds": seconds,
            "peak_mb": peak,
            "harm": harm,
            "results": {
                submission.name: _result(submission, course, canaries, graded.stdout)
                for submission in submissions
            },
        }
    finally:
        canaries.end()


def gradebook_of(course: Path) -> Gradebook:
    """Open a course's gradebook."""
    return Gradebook(f"sqlite:///{course}/gradebook.db", "hidden-states")


def _run(command: list[str], course: Path, canaries: Canaries, patience: float):
    """Run a command of the grader's; return what it said, and the most memory it held, in MB."""
    with (
        (canaries.outside.parent / "stdout").open("w+") as out,
        (canaries.outside.parent / "stderr").open("w+") as err,
    ):
        process = subprocess.Popen(
            command,
            cwd=course,
            env=canaries.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        usage, deadline = None, time.monotonic() + patience
        while usage is None:
            pid, status, usage_now = os.wait4(process.pid, os.WNOHANG)
            if pid:
                usage, process.returncode = usage_now, os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                process.kill()
            time.sleep(0.05)
        out.seek(0)
        err.seek(0)
        said = subprocess.CompletedProcess(command, process.returncode, out.read(), err.read())
        return said, usage.ru_maxrss / 1024


def _result(submission: Submission, course: Path, canaries: Canaries, said: str) -> dict:
    """Return what became of one submission."""
    student = submission.student_id
    ledger = course / "ledger" / PROBLEM_SET / f"{student}.json"
    graded = course / "autograded" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    page = course / "feedback" / student / PROBLEM_SET / f"{PROBLEM_SET}.html"
    record = json.loads(ledger.read_text()) if ledger.exists() else {}
    shown = page.read_text(errors="replace") if page.exists() else ""
    outputs = _outputs(graded) if graded.exists() else ""
    secrets = canaries.seen_in(outputs + shown)
    if submission in groups.CONTROLS:
        secrets.remove("submission") if "submission" in secrets else None
    rows = [line for line in said.splitlines() if student in line]
    return {
        "scores": scores_of(course, student),
        "refused": rows[-1].partition("refused: ")[2].strip(" │") if rows else "",
        "seconds": record.get("seconds"),
        "harm": [f"it saw the secret of the {where}" for where in secrets]
        + [f"it printed {sign!r}" for sign in SIGNS if sign in outputs]
        + [f"its page holds {part}" for part in LiveParts(shown).found]
        + _marks_left(submission, course),
        "page": shown,
        "failures": [
            f"{name}: {probe['failure']['kind']}: {probe['failure']['message'][:200]}"
            for name, probe in record.get("probes", {}).items()
            if probe["failure"]
        ],
        "stopped": [remark for remark in record.get("remarks", []) if remark],
    }


def scores_of(course: Path, student: str) -> list[float] | None:
    """Return the scores of the four cells, and any earned elsewhere; None if it has no grade."""
    with gradebook_of(course) as gradebook:
        try:
            submission = gradebook.find_submission(PROBLEM_SET, student)
        except MissingEntry:
            return None
        scores = {grade.name: grade.score for grade in submission.notebooks[0].grades}
    return [scores.pop(name) for name in GRADED] + [score for score in scores.values() if score]


def _outputs(path: Path) -> str:
    try:
        notebook = json.loads(path.read_text(errors="replace"))
    except ValueError:
        return ""
    return "".join(
        "".join(text) if isinstance(text, list) else str(text)
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for text in (output.get("text", ""), output.get("data", ""), output.get("evalue", ""))
    )


def _marks_left(submission: Submission, course: Path) -> list[str]:
    """Return the places of others in which a submission has left its name."""
    mark = f"{submission.name} was here".encode()
    own = {
        course / part / submission.student_id for part in ("submitted", "autograded", "feedback")
    }
    return [
        f"it wrote into {path.relative_to(course)}"
        for path in course.rglob("*")
        if path.is_file() and not path.is_symlink() and not own.intersection(path.parents)
        if mark in path.read_bytes()
    ]


def _hide(secret: str, folder: Path) -> None:
    """Put a secret into what a student has handed in."""
    path = folder / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    path.write_text(path.read_text().replace("def viterbi", f"# {secret}\\ndef viterbi", 1))


if __name__ == "__main__":
    main()
