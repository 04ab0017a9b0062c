"""Tell which submitted cell answers which question of a problem set."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from autograder.intake import Refused

ALIKE = 0.5
CLEARLY = 0.8
DEFINED = re.compile(
    r"^(?:async +def|def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)
# The lines that nbgrader puts in place of a solution say nothing about which one it was.
FILLING = {"# YOUR CODE HERE", "raise NotImplementedError()", "YOUR ANSWER HERE"}


@dataclass(frozen=True)
class Content:
    """What a cell is recognised by."""

    text: str
    kind: str
    grade_id: str | None
    solution: bool
    lines: Counter
    names: frozenset

    @classmethod
    def of(cls, cell: NotebookNode) -> Content:
        """Read it off a cell."""
        lines = [line.strip() for line in cell.source.splitlines()]
        return cls(
            text=text_of(cell),
            kind=cell.cell_type,
            grade_id=cell.metadata.get("nbgrader", {}).get("grade_id"),
            solution=bool(is_solution(cell)),
            lines=Counter(line for line in lines if line and line not in FILLING),
            names=names_in(cell.source),
        )


def text_of(cell: NotebookNode) -> str:
    """Return a cell's text without the blanks at its end, which some editors take away."""
    return "\n".join(line.rstrip() for line in cell.source.rstrip().split("\n"))


def names_in(code: str) -> frozenset:
    """Return the names that code defines in its outermost lines."""
    return frozenset(name for names in DEFINED.findall(code) for name in names if name)


def affinity(asked: Content, given: Content) -> float:
    """Return how far a submitted cell looks like the one in the release, from 0 to 1."""
    if asked.text == given.text:
        return 1.0
    total = asked.lines.total() + given.lines.total()
    alike = 2 * (asked.lines & given.lines).total() / total if total else 0.0
    if not asked.solution or not asked.names:
        return alike
    return max(alike, len(asked.names & given.names) / len(asked.names))


class Matching:
    """The pairs found so far between a release's cells and the submitted ones.

    Parameters
    ----------
    released, submitted : list of NotebookNode

    Attributes
    ----------
    pairs : dict of int to int
        From the number of a release's cell to the position of the submitted one.
    """

    def __init__(self, released: list[NotebookNode], submitted: list[NotebookNode]):
        self.released = [Content.of(cell) for cell in released]
        self.submitted = [Content.of(cell) for cell in submitted]
        self.pairs: dict[int, int] = {}
        self._unchanged()
        self._by_grade_id()
        self._alike()
        self._check_recognised()
        self._by_place()

    def _free(self) -> list[int]:
        taken = set(self.pairs.values())
        return [place for place in range(len(self.submitted)) if place not in taken]

    def _open(self) -> list[int]:
        return [number for number in range(len(self.released)) if number not in self.pairs]

    def _unchanged(self) -> None:
        """Match the questions and checks that stand in the submission as they were given out."""
        released = [None if asked.solution else asked.text for asked in self.released]
        submitted = [given.text for given in self.submitted]
        for block in SequenceMatcher(None, released, submitted, False).get_matching_blocks():
            for step in range(block.size):
                self.pairs[block.a + step] = block.b + step
        for number in self._open():
            places = [place for place in self._free() if submitted[place] == released[number]]
            self._choose(number, places)

    def _by_grade_id(self) -> None:
        """Believe a `grade_id` unless the cell is clearly another one."""
        for number in self._open():
            asked = self.released[number]
            bearers = [
                place
                for place in self._free()
                if asked.grade_id is not None
                and self.submitted[place].grade_id == asked.grade_id
                and not self._is_another(number, self.submitted[place])
            ]
            self._choose(number, bearers)

    def _is_another(self, number: int, given: Content) -> bool:
        return affinity(self.released[number], given) < ALIKE and any(
            affinity(other, given) >= CLEARLY
            for position, other in enumerate(self.released)
            if position != number
        )

    def _alike(self) -> None:
        """Match by content: what was changed, first, and then the answers."""
        for number in sorted(self._open(), key=lambda number: self.released[number].solution):
            asked = self.released[number]
            alike = [
                place for place in self._free() if affinity(asked, self.submitted[place]) >= ALIKE
            ]
            self._choose(number, alike)

    def _choose(self, number: int, places: list[int]) -> None:
        """Take the place that fits best; of two attempts the later one, as in a run."""
        asked, between = self.released[number], self._between(number)

        def fit(place: int) -> tuple:
            given = self.submitted[place]
            return (
                given.kind == asked.kind,
                affinity(asked, given) >= ALIKE,
                place in between,
                given.text != asked.text if asked.solution else given.text == asked.text,
                place,
            )

        if places:
            self.pairs[number] = max(places, key=fit)

    def _between(self, number: int) -> range:
        """Return the places between the nearest matched cells before and behind."""
        before = [other for other in self.pairs if other < number]
        start = self.pairs[max(before)] + 1 if before else 0
        behind = [place for place in self.pairs.values() if place >= start]
        return range(start, min(behind, default=len(self.submitted)))

    def _check_recognised(self) -> None:
        """Refuse what is not this problem set at all."""
        fitting = [
            number
            for number, place in self.pairs.items()
            if affinity(self.released[number], self.submitted[place]) >= ALIKE
        ]
        answered = any(self.released[number].solution for number in fitting)
        if not answered and 3 * len(fitting) < len(self.released):
            raise Refused(
                f"The notebook is not this problem set: of its {len(self.submitted)} cells "
                f"{len(fitting) or 'none'} could be recognised. Hand in the one you were given."
            )

    def _by_place(self) -> None:
        """Match answers that carry no sign of their own by where they stand."""
        asked: dict[range, list[int]] = {}
        for number in self._open():
            content = self.released[number]
            if content.solution and not content.names:
                asked.setdefault(self._between(number), []).append(number)
        for between, numbers in asked.items():
            free = set(self._free()).intersection(between)
            kinds = {self.released[number].kind for number in numbers}
            places = sorted(place for place in free if self.submitted[place].kind in kinds)
            if len(places) == len(numbers):
                self.pairs.update(zip(numbers, places, strict=True))
            elif len(numbers) == 1 and places:
                self._choose(numbers[0], places)
            elif places or self._may_stand_elsewhere(kinds):
                names = ", ".join(str(self.released[number].grade_id) for number in numbers)
                raise Refused(
                    f"Which cell answers which question ({names}) is not clear: cells have lost "
                    "their grade_id. Copy your answers into a fresh notebook."
                )

    def _may_stand_elsewhere(self, kinds: set[str]) -> bool:
        """Whether an answer without a sign of its own may be one of the cells left over."""
        believed = all(
            self.released[number].grade_id in (None, self.submitted[place].grade_id)
            for number, place in self.pairs.items()
        )
        left_over = any(self.submitted[place].kind in kinds for place in self._free())
        return left_over and not believed
