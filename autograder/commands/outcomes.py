"""Show what becomes of each submission: while it is done, and at the end, to people or programs."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.errors import CourseError

SOME_REFUSED, INTERRUPTED = 1, 130
"""The exit status that shells give to what Ctrl-C has ended."""


class Display:
    """One command's progress, table and lines of JSON.

    Parameters
    ----------
    title : str
    total : int
        How many submissions there are.
    again : str
        The command that goes on with what is left.
    quiet, as_json : bool
        No progress and no table; a line of JSON for each outcome, and one in the end.
    """

    def __init__(
        self, title: str, total: int, again: str, quiet: bool = False, as_json: bool = False
    ):
        self.title, self.total, self.again = title, total, again
        self.quiet, self.as_json = quiet, as_json
        self.started = time.monotonic()
        self.outcomes: list = []
        self.is_stopped = False
        self.console, self.errors = Console(), Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[refused]} refused · {task.fields[rate]} ·"),
            TimeRemainingColumn(),
            console=self.errors,
            transient=True,
            disable=quiet or as_json or not self.errors.is_terminal,
        )

    def show(self, outcomes: Iterable) -> None:
        """Show outcomes as they come and all of them at the end.

        Raises
        ------
        CourseError
            Some were refused, or somebody has interrupted it.
        """
        with self._interruptible(), self.progress, contextlib.closing(outcomes):
            bar = self.progress.add_task(self.title, total=self.total, refused=0, rate="")
            for outcome in outcomes:
                self.outcomes.append(outcome)
                if self.is_stopped:
                    raise KeyboardInterrupt
                if self.as_json:
                    print(json.dumps(_facts(outcome)), flush=True)
                self.progress.update(
                    bar, advance=1, refused=self._count()["refused"], rate=self._rate()
                )
        self._finish()
        refused = self._count()["refused"]
        if refused:
            raise CourseError(
                f"{refused} of {self.total} submissions were refused; see the remarks.",
                SOME_REFUSED,
            )

    def tell(self, line: str) -> None:
        """Say something on the standard error stream, above the progress."""
        self.errors.print(line, markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to a question."""
        self.progress.stop()
        yield
        self.progress.start()

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        # Python swallows what is raised while it lets an object go; so Ctrl-C is also remembered.
        before = signal.signal(signal.SIGINT, self._stop)
        try:
            yield
        except KeyboardInterrupt:
            self._finish()
            left = self.total - len(self.outcomes)
            raise CourseError(
                f"Stopped. What is done is kept; {left} of {self.total} are left. "
                f"To go on: {self.again}",
                INTERRUPTED,
            ) from None
        finally:
            signal.signal(signal.SIGINT, before)

    def _stop(self, *_) -> None:
        self.is_stopped = True
        raise KeyboardInterrupt

    def _finish(self) -> None:
        if self.as_json:
            seconds = round(time.monotonic() - self.started, 2)
            left = self.total - len(self.outcomes)
            print(json.dumps({"summary": {**self._count(), "left": left, "seconds": seconds}}))
        elif not self.quiet:
            self.console.print(self._table())
        else:
            for outcome in self.outcomes:
                if outcome.refused is not None:
                    self.tell(f"{outcome.student} refused: {outcome.refused}")

    def _table(self) -> Table:
        table = Table("student", "score", "of", "remark", title=self.title)
        for outcome in sorted(self.outcomes, key=lambda outcome: outcome.student):
            table.add_row(
                escape(outcome.student),
                "" if outcome.score is None else f"{outcome.score:g}",
                "" if outcome.max_score is None else f"{outcome.max_score:g}",
                escape(_remark(outcome)),
            )
        return table

    def _count(self) -> dict[str, int]:
        states = Counter(_state(outcome) for outcome in self.outcomes)
        return {state: states[state] for state in ("done", "unchanged", "refused")}

    def _rate(self) -> str:
        seconds = time.monotonic() - self.started
        return f"{len(self.outcomes) / seconds:.1f} a second" if seconds else ""


def _state(outcome) -> str:
    if outcome.refused is not None:
        return "refused"
    return "unchanged" if outcome.unchanged else "done"


def _facts(outcome) -> dict:
    return {
        "student": outcome.student,
        "state": _state(outcome),
        "score": outcome.score,
        "max_score": outcome.max_score,
        "waiting": outcome.waiting,
        "reason": outcome.refused,
    }


def _remark(outcome) -> str:
    if outcome.refused is not None:
        return f"refused: {outcome.refused}"
    remarks = ["unchanged"] if outcome.unchanged else []
    if outcome.waiting:
        several = f"{outcome.waiting} answers wait" if outcome.waiting > 1 else "an answer waits"
        remarks.append(f"{several} for a person")
    return "; ".join(remarks)
