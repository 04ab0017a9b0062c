"""Gather what each exercise earned, and what its student should look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape
from nbgrader.utils import is_grade, is_solution, is_task

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$", re.MULTILINE)
MAX_MESSAGE = 2000
# How the ledger tells that a visible check stopped the cell before its probe was reached.
FAILED_CHECK = "AssertionError: "
TITLES = {
    "wrong answer": "A wrong answer",
    "exception": "Your code stopped with an error",
    "too slow": "Your code took too long",
    "out of memory": "Your code needed too much memory",
    "crashed": "Python itself crashed",
    "not plain data": "The answer was of a kind that cannot be judged",
    "changed its arguments": "The arguments were changed",
    "never asked": "Your function was not asked",
}


@dataclass(frozen=True)
class Part:
    """One row of the table: what was judged, in a word, and what it earned."""

    name: str
    word: str
    earned: float | None
    points: float
    comment: str | None = None


@dataclass(frozen=True)
class Failure:
    """What a failed probe found, ready to be shown."""

    title: str
    where: str
    message: str
    question: str | None
    expected: Markup | None
    got: Markup | None
    misconception: str | None


@dataclass
class Exercise:
    """The graded cells below one heading."""

    name: str
    anchor: str
    parts: list[Part] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def points(self) -> float:
        """The points there are."""
        return sum(part.points for part in self.parts)

    @property
    def earned(self) -> float:
        """The points earned so far."""
        return sum(part.earned or 0 for part in self.parts)


def title(cells: list) -> str | None:
    """Return the problem set's own title."""
    headings = (heading for cell in cells if _is_ours(cell) for heading in _headings(cell))
    return next((text for level, text in headings if level == 1), None)


def exercises(cells: list, probes: dict) -> list[Exercise]:
    """Return the exercises of a graded notebook in their order.

    Parameters
    ----------
    cells : list of NotebookNode
        With `score`, `points` and `comment` in nbgrader's metadata.
    probes : dict
        The ledger's, by name.
    """
    found: list[Exercise] = []
    heading = "Problem set"
    for cell in cells:
        if _is_ours(cell):
            heading = next((text for _, text in reversed(_headings(cell))), heading)
        if not (is_grade(cell) or is_task(cell)):
            continue
        if not found or found[-1].name != heading:
            found.append(Exercise(heading, f"exercise-{len(found) + 1}"))
        here = [
            probe for probe in probes.values() if probe["cell"] == cell.metadata.nbgrader.grade_id
        ]
        found[-1].parts.extend(_parts(cell, here))
        found[-1].failures.extend(_failure(p["failure"]) for p in here if p.get("failure"))
    return found


def points(value: float | None) -> str:
    """Return points as people write them: 2, 2.5, 0.33."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _is_ours(cell) -> bool:
    """Whether the cell is the instructor's: `rebuild` names the student's own ones."""
    return cell.cell_type == "markdown" and not (
        cell.get("id", "").startswith("student-") or is_solution(cell)
    )


def _headings(cell) -> list[tuple[int, str]]:
    return [(len(marks), text) for marks, text in HEADING.findall(cell.source)]


def _parts(cell, probes: list[dict]) -> list[Part]:
    """Return the rows of one graded cell."""
    about = cell.metadata.nbgrader
    total, comment = about.get("score"), about.get("comment")
    if not probes:
        by_hand = is_solution(cell) or is_task(cell)
        name = "Your own words" if by_hand else "Checks in the notebook"
        waiting = by_hand and total is None
        word = "not graded yet" if waiting else _word(total or 0, about.points)
        return [Part(name, word, total, about.points, comment)]
    parts = []
    for probe in probes:
        if probe["verdict"] == "never asked":
            by_check = (probe["failure"] or {}).get("message", "").startswith(FAILED_CHECK)
            name, word = ("the examples", "wrong") if by_check else ("not reached", "not run")
            parts.append(Part(name, word, probe["earned"], probe["points"]))
            continue
        for category in probe["categories"]:
            earned, points = category["earned"], category["points"]
            parts.append(Part(category["name"], _word(earned, points), earned, points))
    difference = (total or 0) - sum(part.earned for part in parts)
    # Shares of a cell's points are rounded, and points are shown with two digits.
    if abs(difference) > 0.005 or comment:
        parts.append(Part("Set by your instructor", "by hand", difference, 0, comment))
    return parts


def _word(earned: float, points: float) -> str:
    if earned >= points:
        return "right"
    return "partly right" if earned > 0 else "wrong"


def _failure(failure: dict) -> Failure:
    expected, got = _marked(_in_rows(failure.get("expected")), _in_rows(failure.get("got")))
    title, message = TITLES.get(failure["kind"], failure["kind"]), failure["message"]
    if failure["kind"] == "never asked" and message.startswith(FAILED_CHECK):
        title, message = "A check in the notebook failed", message.removeprefix(FAILED_CHECK)
    if message.startswith("NotImplementedError"):
        title = "The function is not written yet"
    question = re.sub(r", (?=\w+ = )", "\n", failure.get("question") or "")
    return Failure(
        title=title,
        where=failure.get("category") or "",
        message=message[:MAX_MESSAGE],
        question=_in_rows(question) or None,
        expected=expected,
        got=got,
        misconception=failure.get("misconception"),
    )


def _in_rows(text: str | None) -> str | None:
    """Return arrays with each row on a line of its own."""
    return text and text[:MAX_MESSAGE].replace("], [", "],\n [")


def _marked(expected: str | None, got: str | None) -> tuple[Markup | None, Markup | None]:
    """Return both texts with the first word in which they differ marked."""
    if expected is None or got is None:
        return None, None
    pieces = [re.findall(r"[\w.+-]+|\s+|.", text, re.DOTALL) for text in (expected, got)]
    same = 0
    while same < min(map(len, pieces)) and pieces[0][same] == pieces[1][same]:
        same += 1
    return tuple(_with_mark(piece, same) for piece in pieces)


def _with_mark(pieces: list[str], place: int) -> Markup:
    before, different, behind = pieces[:place], pieces[place : place + 1], pieces[place + 1 :]
    marked = Markup("<mark>{}</mark>").format("".join(different)) if different else ""
    return escape("".join(before)) + marked + escape("".join(behind))
