"""Examine the exercises of one part of a problem set, and note every hole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter, process_time

from autograder.check.asking import verdict_on
from autograder.check.garbage import changed_arguments, garbage
from autograder.check.mutants import mutants_of
from autograder.check.report import Row
from autograder.check.solution import Part
from autograder.exercise import Category, Exercise
from autograder.oracle.judge import Attempt, Judge, cases_of, same

SEEDS = tuple(f"{number:032x}" for number in range(20))
FEW_SEEDS = SEEDS[:8]
FEWEST_RIGHT = 3
KILLED = 0.97
# A mutant that takes so many times as long as the solution, and this on top, never ends.
PATIENCE, MUTANT_SECONDS = 10, 1.0
ENDLESS_SECONDS = 0.1


def examine(
    part: Part,
    exercises: dict[str, Exercise],
    right: dict[str, list[Callable]],
    equal: set[tuple[str, str]],
) -> list[Row]:
    """Return a row for each exercise that a part of the notebook asks for.

    Parameters
    ----------
    part : Part
    exercises : dict of str to Exercise
    right : dict of str to list of callable
    equal : set of (str, str)
        The mutants judged to be as right as the solution.
    """
    rows = []
    solution = part.own_functions()
    for name in (name for name in part.probes if name in exercises):
        start, exercise, row = process_time(), exercises[name], Row(name)
        _right(row, part, exercise, solution, right.get(name, ()))
        _unanswered(row, part, exercise)
        _misconceptions(row, exercise)
        _garbage(row, exercise)
        row.seconds = process_time() - start
        rows.append(row)
    if rows:
        # A cell may answer several exercises; what breaks it shows in the first of its rows.
        start = process_time()
        _mutants(rows[0], part, [exercises[row.exercise] for row in rows], equal)
        rows[0].seconds += process_time() - start
    return rows


def _right(
    row: Row,
    part: Part,
    exercise: Exercise,
    solution: dict[str, Callable],
    others: Iterable[Callable],
) -> None:
    """Every right solution has full marks, from every seed, for the examples and the unseen."""
    for probe, categories in exercise.probes().items():
        if probe not in solution:
            row.holes.append(f"no cell of the notebook asks the probe {probe}")
            continue
        functions = {
            "the notebook's solution": solution[probe],
            "the reference": exercise.reference,
        }
        functions |= {f"the right solution {other.__name__}": other for other in others}
        for which, function in functions.items():
            found = (verdict_on(function, exercise, seed, categories) for seed in SEEDS)
            wrong = next((verdict for verdict in found if not verdict.is_right), None)
            row.accepted.add(wrong is None)
            if wrong is not None:
                row.holes.append(f"{which} loses marks: {wrong.first_problem()}")
    for other in others:
        refusal = part.refusal(exercise.name, other)
        if refusal:
            row.holes.append(f"the visible check stops at {other.__name__}: {refusal}")
    if len(list(others)) < FEWEST_RIGHT:
        row.holes.append(f"right.py has {len(list(others))} right solutions, not {FEWEST_RIGHT}")


def _unanswered(row: Row, part: Part, exercise: Exercise) -> None:
    """The release as it was given out earns nothing."""
    try:
        functions = part.functions(part.stubs)
    except Exception:
        # It stops before anything is asked, and so earns nothing.
        return
    for probe, categories in exercise.probes().items():
        if probe in functions:
            verdict = verdict_on(functions[probe], exercise, SEEDS[0], categories)
            row.refused.add(verdict.share == 0)
            if verdict.share:
                row.holes.append(f"unanswered, {probe} earns {verdict.share:.0%} of its points")


def _misconceptions(row: Row, exercise: Exercise) -> None:
    """Every misconception loses marks, and is told its own sentence."""
    for wrong, sentence in exercise.misconceptions:
        verdicts = [verdict_on(wrong, exercise, seed) for seed in FEW_SEEDS]
        right = sum(verdict.is_right for verdict in verdicts)
        others = [v.diagnosis for v in verdicts if not v.is_right and v.diagnosis != sentence]
        row.refused.add(not right)
        row.named.add(not right and not others)
        if right:
            row.holes.append(
                f"the misconception {wrong.__name__} has full marks from {right} of "
                f"{len(FEW_SEEDS)} seeds"
            )
        elif others:
            told = f"{others[0]!r}" if others[0] else "nothing"
            row.holes.append(
                f"the misconception {wrong.__name__} is told {told} from {len(others)} of "
                f"{len(FEW_SEEDS)} seeds"
            )


def _garbage(row: Row, exercise: Exercise) -> None:
    """What answers nothing earns nothing, is told so, and breaks no check."""
    functions = dict(garbage(exercise.reference))
    if exercise.keeps_arguments:
        functions["the right answer, but it changes its arguments"] = changed_arguments(
            exercise.reference
        )
    for which, function in functions.items():
        verdict = verdict_on(function, exercise, SEEDS[0])
        row.refused.add(verdict.share == 0)
        if verdict.share:
            row.holes.append(f"{which}: earns {verdict.share:.0%} of the points")
        elif not all(attempt.message.strip() for attempt in verdict.failed):
            row.holes.append(f"{which}: is refused without a word")
    for category in exercise.unseen:
        if _one_answer(exercise, category):
            row.holes.append(
                f"every case of {category.name!r} has the same answer, and who always gives it is "
                "right"
            )
    endless = verdict_on(_endless, replace(exercise, seconds=ENDLESS_SECONDS), SEEDS[0])
    row.refused.add(endless.share == 0)
    if {attempt.kind for attempt in endless.failed} != {"too slow"}:
        row.holes.append("a loop without an end is not called too slow")


def _one_answer(exercise: Exercise, category: Category) -> bool:
    """Whether all answers of a category are the same, whatever the seed."""
    judge, answers = Judge(exercise), []
    for seed in SEEDS[:3]:
        questions = cases_of(exercise, category, seed)
        answers += [judge.expected(Attempt(category.name, 1, question)) for question in questions]
    return all(same(answers[0], other) for other in answers[1:])


def _endless(**arguments):
    while True:
        pass


def _mutants(row: Row, part: Part, exercises: list[Exercise], equal: set[tuple[str, str]]) -> None:
    """Mutants of the solution lose marks, but for a few."""
    solution, hurried = part.functions(), []
    for exercise in exercises:
        start = perf_counter()
        verdict_on(solution[exercise.name], exercise, SEEDS[0])
        limit = MUTANT_SECONDS + PATIENCE * (perf_counter() - start)
        hurried.append(replace(exercise, seconds=limit))
    for number, source in enumerate(part.solutions):
        for mutant in mutants_of(source):
            cells = [*part.solutions]
            cells[number] = mutant.source
            if _is_noticed(part, cells, hurried):
                row.killed.add(True)
                row.refused.add(True)
            elif (mutant.before, mutant.after) not in equal:
                row.killed.add(False)
                row.refused.add(False)
                row.survivors.append(mutant)
    if row.killed.good < KILLED * row.killed.all:
        row.holes.append(
            f"of {row.killed.all} mutants of the solution {row.killed.good} lose marks, fewer than "
            f"{KILLED:.0%}"
        )


def _is_noticed(part: Part, cells: list[str], exercises: list[Exercise]) -> bool:
    try:
        functions = part.functions(cells)
    except Exception:
        return True
    return any(
        not verdict_on(functions[exercise.name], exercise, SEEDS[0], until_wrong=True).is_right
        for exercise in exercises
    )
