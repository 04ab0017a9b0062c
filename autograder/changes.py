"""What grading again would change in the scores that are there already."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 20


@dataclass(frozen=True)
class Change:
    """A student's scores by machine, cell by cell, as they are and as they would be."""

    student: str
    old: dict[str, float | None]
    new: dict[str, float | None]

    def __bool__(self) -> bool:
        return self.old != self.new

    def __str__(self) -> str:
        old, new = (sum(score or 0 for score in scores.values()) for scores in (self.old, self.new))
        if old != new:
            return f"{self.student} {old:g} -> {new:g}"
        cells = [name for name in self.new if self.old.get(name) != self.new[name]]
        told = (
            f"{name} {_shown(self.old.get(name))} -> {_shown(self.new[name])}" for name in cells
        )
        return f"{self.student} ({', '.join(told)})"


def summary(changes: list[Change]) -> str:
    """Return all changes on one line, or as many of them as one wants to read."""
    in_order = sorted(changes, key=lambda change: change.student)
    said = ", ".join(map(str, in_order[:SHOWN]))
    more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    count = "1 score changes" if len(changes) == 1 else f"{len(changes)} scores change"
    return f"{count}: {said}{more}"


def _shown(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"
