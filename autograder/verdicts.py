"""From the oracle's verdicts to the ledger's records, and to a graded cell's outputs."""

from __future__ import annotations

import nbformat

from autograder.oracle.words import plain
from autograder.records import NEVER_ASKED, RIGHT, earned, explanation

# How a cell ended, where that is why a probe has no answer.
ENDINGS = {
    "too slow": "The cell took too long and was stopped.",
    "too much output": "The cell printed too much, and the run was stopped.",
    "out of memory": "The notebook needed more memory than there is.",
    "died": "The notebook's Python ended in this cell.",
    "not run": "The cell was not reached.",
}


def settle(
    cell: nbformat.NotebookNode,
    names: list[str],
    verdicts: dict[str, dict],
    ending: str,
    stopped: str | None,
) -> dict[str, dict]:
    """Return the ledger's record of each of a cell's probes, which share its points equally.

    Parameters
    ----------
    cell : NotebookNode
        A graded cell, with the outputs of the run.
    names : list of str
        Its probes.
    verdicts : dict
        The oracle's, by probe.
    ending, stopped
        How the run left the cell, and why it stopped before the notebook's end, if it did.
    """
    points = float(cell.metadata.nbgrader["points"]) / len(names)
    about = {"cell": cell.metadata.nbgrader["grade_id"], "points": points}
    settled = {}
    for name in names:
        if verdicts.get(name):
            settled[name] = about | earned(verdicts[name], points)
            _blame_the_run(settled[name]["failure"], ending)
        else:
            settled[name] = about | {
                "earned": 0.0,
                "seconds": 0.0,
                "verdict": NEVER_ASKED,
                "categories": [],
                "failure": _never_asked(cell, ending, stopped),
            }
    return settled


def outputs(cell: nbformat.NotebookNode, records: dict[str, dict]) -> list[nbformat.NotebookNode]:
    """Return a cell's outputs: its points, as nbgrader reads them, and words about them."""
    points = float(cell.metadata.nbgrader["points"])
    if all(record["verdict"] == RIGHT for record in records.values()):
        earned = points
    else:
        earned = min(points, round(sum(record["earned"] for record in records.values()), 6))
    words = "\n".join(explanation(name, record) for name, record in records.items())
    # As `new_output` makes them, which takes longer than all else here to check them.
    result = {"output_type": "execute_result", "execution_count": None, "metadata": {}}
    result["data"] = {"text/plain": str(earned)}
    told = {"output_type": "stream", "name": "stdout", "text": f"{words}\n"}
    return [nbformat.from_dict(result), nbformat.from_dict(told)]


def leave_to_nbgrader(cell: nbformat.NotebookNode, ending: str) -> None:
    """Let nbgrader's own rule judge a cell without probes, where it ran to its end.

    A warning is no failure, and a cell that did not run is no success.
    """
    cell.outputs = [
        output
        for output in cell.outputs
        if not (output.output_type == "stream" and output.name == "stderr")
    ]
    has_error = any(output.output_type == "error" for output in cell.outputs)
    if ending in ENDINGS and not has_error:
        words = ENDINGS[ending]
        cell.outputs = [
            nbformat.v4.new_output("error", ename="Stopped", evalue=words, traceback=[words])
        ]


def _blame_the_run(failure: dict | None, ending: str) -> None:
    """Say why the notebook's Python ended, where the oracle only saw that it did."""
    if failure and failure["kind"] == "crashed" and ending in ("too slow", "out of memory"):
        failure["kind"], failure["message"] = ending, ENDINGS[ending]


def _never_asked(cell: nbformat.NotebookNode, ending: str, stopped: str | None) -> dict:
    """Return the failure of a probe that was not reached, with what the kernel said."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if errors:
        message = f"{errors[-1].ename}: {errors[-1].evalue}".removesuffix(": ")
    else:
        message = ENDINGS.get(ending, "The function was not asked.")
        if ending == "not run" and stopped:
            message = f"{message} {stopped}"
    nothing = dict.fromkeys(("category", "case", "question", "expected", "got", "misconception"))
    return nothing | {"kind": NEVER_ASKED, "message": plain(message)}
