"""Count what the ledger and the gradebook know about a problem set; names stay out of it."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import nbformat
from nbgrader.utils import is_solution

from autograder import ledger, overview
from autograder.course import Course
from autograder.exercise import EXAMPLE
from autograder.feedback.score import HEADING, TITLES
from autograder.overview import Progress, Standing

BINS = 10
# What students chose, such as the names of their files, stands in quotes in our sentences.
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass
class Category:
    """One kind of cases of one exercise: of how many students how many earned it."""

    exercise: str
    name: str
    students: int = 0
    right: int = 0

    @property
    def share(self) -> float:
        """The share of students who earned it."""
        return self.right / self.students


@dataclass
class Exercise:
    """What all students together earned in one exercise."""

    name: str
    title: str
    earned: float = 0.0
    points: float = 0.0
    full: int = 0
    students: int = 0
    categories: dict[tuple[str, str], Category] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of the points that was earned."""
        return self.earned / self.points if self.points else 0.0


@dataclass(frozen=True)
class Look:
    """A submission that a person should look at, and why."""

    standing: Standing
    reasons: tuple[str, ...]


@dataclass
class Facts:
    """All that the page shows.

    Parameters
    ----------
    progress : Progress
    scores : list of float
        Of everyone with a grade, as shares of the points there are.
    exercises : list of Exercise
        In the order of the notebook.
    misconceptions : list of (str, str, int)
        Exercise, sentence, and how many hold it; the commonest first.
    failures : list of (str, int)
        How probes failed, in words, and how often.
    seconds : list of float
        How long each submission ran.
    looks : list of Look
    """

    progress: Progress
    scores: list[float]
    exercises: list[Exercise]
    misconceptions: list[tuple[str, str, int]]
    failures: list[tuple[str, int]]
    seconds: list[float]
    looks: list[Look]

    def histogram(self) -> list[int]:
        """Return how many scores lie in each tenth; full marks are in the last."""
        counts = Counter(min(int(score * BINS + 1e-9), BINS - 1) for score in self.scores)
        return [counts[number] for number in range(BINS)]

    def hardest(self, most: int = 10) -> list[Category]:
        """Return the categories that the fewest earned, of those that somebody missed."""
        categories = [c for e in self.exercises for c in e.categories.values()]
        missed = [category for category in categories if category.right < category.students]
        return sorted(missed, key=lambda category: category.share)[:most]

    def run_times(self) -> dict[str, float]:
        """Return the middle, the ninth tenth and the longest of the run times."""
        if not self.seconds:
            return {}
        ordered = sorted(self.seconds)
        return {
            "half of them at most": statistics.median(ordered),
            "nine in ten at most": ordered[int(0.9 * (len(ordered) - 1))],
            "the longest": ordered[-1],
        }


def gather(course: Course, problem_set: str, names: bool = False) -> Facts:
    """Return the facts of a problem set; without names no text tells what a student chose."""
    progress = overview.progress(course, problem_set)
    records = {
        standing.student: record
        for standing in progress.standings
        if standing.score is not None
        and (record := ledger.read(course.root, problem_set, standing.student)) is not None
    }
    exercises, holders, failures, asked = {}, defaultdict(set), Counter(), Counter()
    titles = _titles(course, problem_set)
    for student, record in records.items():
        for name, probe in record["probes"].items():
            base = name.removesuffix(EXAMPLE)
            title = titles.get(probe["cell"], base)
            exercise = exercises.setdefault(base, Exercise(base, title))
            _count(exercise, name, probe)
            asked[name] += 1
            failure = probe["failure"] or {}
            if failure:
                failures[TITLES.get(failure["kind"], failure["kind"])] += 1
            if failure.get("misconception"):
                holders[title, failure["misconception"]].add(student)
        _count_students(exercises, record)
    for exercise in exercises.values():
        for (name, _), category in exercise.categories.items():
            # Whoever never got as far has not earned it either.
            category.students = asked[name]
    ranked = sorted(holders.items(), key=lambda held: -len(held[1]))
    return Facts(
        progress=progress,
        scores=[
            who.score / who.max_score
            for who in progress.standings
            if who.score is not None and who.max_score
        ],
        exercises=list(exercises.values()),
        misconceptions=[(title, idea, len(who)) for (title, idea), who in ranked],
        failures=failures.most_common(),
        seconds=[record["seconds"] for record in records.values()],
        looks=_looks(progress, records, names),
    )


def _titles(course: Course, problem_set: str) -> dict[str, str]:
    """Return the heading above each cell of the instructor's notebook that has a `grade_id`."""
    path = course.source_of(problem_set)
    if not path.is_file():
        return {}
    titles, heading = {}, ""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and not is_solution(cell):
            found = HEADING.findall(cell.source)
            heading = found[-1][1] if found else heading
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name and heading:
            titles[name] = heading
    return titles


def _count(exercise: Exercise, name: str, probe: dict) -> None:
    exercise.earned += probe["earned"]
    exercise.points += probe["points"]
    for category in probe["categories"]:
        found = exercise.categories.setdefault(
            (name, category["name"]), Category(exercise.title, category["name"])
        )
        found.right += category["earned"] >= category["points"]


def _count_students(exercises: dict[str, Exercise], record: dict) -> None:
    earned, points = Counter(), Counter()
    for name, probe in record["probes"].items():
        earned[name.removesuffix(EXAMPLE)] += probe["earned"]
        points[name.removesuffix(EXAMPLE)] += probe["points"]
    for name, most in points.items():
        exercises[name].students += 1
        exercises[name].full += earned[name] >= most - 1e-6


def _looks(progress: Progress, records: dict[str, dict], names: bool) -> list[Look]:
    looks = []
    for standing in progress.standings:
        record = records.get(standing.student)
        reasons = []
        if standing.reason:
            reasons.append(f"{standing.state}: {standing.reason}")
        if record:
            reasons += [*record["remarks"], *record["notes"]]
            if not record["sandbox"]:
                reasons.append("graded without the sandbox")
        if reasons:
            shown = tuple(reasons if names else (QUOTED.sub("…", text) for text in reasons))
            looks.append(Look(standing, shown))
    # Without names the order must not tell them either.
    return (
        looks if names else sorted(looks, key=lambda look: (look.reasons, look.standing.score or 0))
    )
