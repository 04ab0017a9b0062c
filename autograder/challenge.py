"""Run one notebook while its oracle asks, and settle what each graded cell has earned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import nbformat

from autograder import verdicts
from autograder.errors import CourseError
from autograder.oracle import Oracle, OracleFailed
from autograder.probes import as_calls, is_graded_code, probes_in
from autograder.sandbox import Limits, Report, run_notebook

# Runs a notebook's cells under limits, beside a submission's other files; see `run_notebook`.
Road = Callable[..., Report]


@dataclass
class Outcome:
    """What became of one notebook.

    Parameters
    ----------
    probes : dict
        The ledger's record of each probe, by its name.
    seconds : float
        Wall time of the run.
    remarks : list of str
        For the student.
    notes : list of str
        For the instructor.
    """

    probes: dict[str, dict]
    seconds: float
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def challenge(
    notebook: nbformat.NotebookNode,
    exercises: Callable[[], Path],
    seed: str,
    folder: Path | None,
    limits: Limits,
    run: Road = run_notebook,
) -> Outcome:
    """Run a notebook and rewrite the outputs of its graded cells.

    Parameters
    ----------
    notebook : NotebookNode
        The one to grade, changed in place: the outputs of a cell with probes become one result,
        its points, and the explanation in words.
    exercises : callable
        Returns the path of the problem set's `exercises.py`; called only if there are probes.
    seed : str
        What the cases are drawn from.
    folder : Path or None
        Where the submission's other files lie.
    limits : Limits
    run : callable
        The road that the notebook takes, with the arguments of `run_notebook` up to `on_start`.

    Raises
    ------
    CourseError
        The submission cannot be graded, through no fault of its own.
    """
    probes = probes_in(notebook)
    if probes:
        oracle = Oracle(exercises(), seed, notebook.metadata.get("variant"))
        report, said = _questioned(notebook, probes, oracle, folder, limits, run)
    else:
        report = run(notebook, folder, limits)
        said = {"verdicts": {}, "notes": []}

    outcome = Outcome({}, round(report.seconds, 3), notes=said["notes"])
    if report.stopped:
        outcome.remarks.append(report.stopped)
    for number, cell in enumerate(notebook.cells):
        ending = report.cells[number]
        if number in probes:
            records = verdicts.settle(
                cell, probes[number], said["verdicts"], ending, report.stopped
            )
            outcome.probes |= records
            cell.outputs = verdicts.outputs(cell, records)
        elif is_graded_code(cell):
            verdicts.leave_to_nbgrader(cell, ending)
            outcome.notes.append(
                f"The cell {cell.metadata.nbgrader.grade_id} has no probe: its own checks, which "
                "run in the student's process, decided."
            )
    return outcome


def _questioned(
    notebook: nbformat.NotebookNode,
    probes: dict[int, list[str]],
    oracle: Oracle,
    folder: Path | None,
    limits: Limits,
    run: Road,
) -> tuple[Report, dict]:
    """Run the notebook with its probes called; return the run's report and the oracle's."""
    sources = {number: notebook.cells[number].source for number in probes}
    try:
        for number, source in sources.items():
            notebook.cells[number].source = as_calls(source)
        report = run(
            notebook,
            folder,
            limits,
            on_start=lambda manager: oracle.listen(manager.oracle_socket),
        )
        said = oracle.report()
    except OracleFailed as error:
        raise CourseError(f"The answers could not be judged: {error}.") from None
    finally:
        oracle.close()
        for number, source in sources.items():
            notebook.cells[number].source = source
    for name in chain.from_iterable(probes.values()):
        if name not in said["probes"]:
            raise CourseError(
                f"The source asks the probe {name}, which exercises.py does not declare. "
                f"There are: {', '.join(said['probes'])}."
            )
    return report, said
