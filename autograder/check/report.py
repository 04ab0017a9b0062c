"""What an exam found, of each exercise and of the whole problem set."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.check.mutants import Mutant


@dataclass
class Count:
    """How many of all."""

    good: int = 0
    all: int = 0

    def __str__(self):
        return f"{self.good}/{self.all}"

    def add(self, is_good: bool) -> None:
        self.good += is_good
        self.all += 1


@dataclass
class Row:
    """What the exam of one exercise found.

    Parameters
    ----------
    exercise : str
    accepted : Count
        Right solutions, on every seed.
    refused : Count
        Wrong ones: misconceptions, mutants, and answers that answer nothing.
    named : Count
        Misconceptions that are told their own sentence.
    killed : Count
        Mutants of the solution, without those judged to be as right as it is.
    holes : list of str
    survivors : list of Mutant
        The mutants that nothing noticed.
    seconds : float
    """

    exercise: str
    accepted: Count = field(default_factory=Count)
    refused: Count = field(default_factory=Count)
    named: Count = field(default_factory=Count)
    killed: Count = field(default_factory=Count)
    holes: list[str] = field(default_factory=list)
    survivors: list[Mutant] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Report:
    """The exam of a whole problem set; `holes` are those of no single exercise."""

    problem_set: str
    rows: list[Row] = field(default_factory=list)
    holes: list[str] = field(default_factory=list)

    def total(self, kind: str) -> Count:
        """Return one of the counts of all exercises together."""
        counts = [getattr(row, kind) for row in self.rows]
        return Count(sum(count.good for count in counts), sum(count.all for count in counts))

    @property
    def seconds(self) -> float:
        """How long the exam took, on one processor."""
        return sum(row.seconds for row in self.rows)

    def all_holes(self) -> list[str]:
        """Return every hole, each with the name of what has it."""
        own = [f"{self.problem_set}: {hole}" for hole in self.holes]
        return own + [f"{row.exercise}: {hole}" for row in self.rows for hole in row.holes]
