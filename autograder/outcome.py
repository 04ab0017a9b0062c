"""What became of one submission."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Points, or the reason why there are none.

    Parameters
    ----------
    student : str
    score, max_score : float or None
    refused : str or None
        Why it could not be handled.
    unchanged : bool
        Whether it had been graded before and was left as it was.
    waiting : int
        The answers that a person has still to read.
    """

    student: str
    score: float | None = None
    max_score: float | None = None
    refused: str | None = None
    unchanged: bool = False
    waiting: int = 0
