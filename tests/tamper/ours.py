"""Our grader, as the suite runs it: with its own commands, and lower limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.tamper.submission import PROBLEM_SET

LIMITS = {
    "cell_seconds": 4,
    "total_seconds": 14,
    "cpu_seconds": 12,
    "memory_mb": 512,
    "processes": 40,
    "file_mb": 16,
    "space_mb": 32,
    "file_count": 2000,
    "cell_output_kb": 1024,
    "output_kb": 2048,
}
# A cell that does not obey is given a few seconds, and a box its end.
SLACK_SECONDS = 6


class Ours:
    """Hidden States' `course` command."""

    def __init__(self, unsafe: bool = False):
        self.unsafe = unsafe

    def make(self, course: Path, secret: str) -> None:
        """Make a course whose solutions hold a secret, with a released problem set."""
        _call("init", course)
        path = course / "source" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
        text = path.read_text()
        marked = text.replace("### BEGIN SOLUTION", f"### BEGIN SOLUTION\\n    # {secret}")
        path.write_text(marked)
        _call("release", PROBLEM_SET, "--course", course)
        with (course / "nbgrader_config.py").open("a") as config:
            config.write(f"\nc.ExecuteInSandbox.limits = {LIMITS}\n")

    def grading(self) -> list[str]:
        """Return the command that grades everyone."""
        unsafe = ["--unsafe-no-sandbox"] if self.unsafe else []
        return [*_COMMAND, "grade", PROBLEM_SET, *unsafe]

    def feedback(self) -> list[str]:
        """Return the command that writes everyone's page."""
        return [*_COMMAND, "feedback", PROBLEM_SET]

    def patience(self, submissions: int) -> float:
        """Return how long a batch may take."""
        return 60 + submissions * (LIMITS["total_seconds"] + SLACK_SECONDS)


_COMMAND = [sys.executable, "-c", "from autograder.cli import main; main()"]


def _call(*words) -> None:
    subprocess.run([*_COMMAND, *map(str, words)], check=True, capture_output=True)
