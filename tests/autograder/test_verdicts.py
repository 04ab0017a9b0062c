"""From verdicts to points: exact, bounded, and never a point for what did not run."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder import verdicts


def graded(points: float, *outputs):
    cell = nbformat.v4.new_code_cell("probe", outputs=list(outputs))
    cell.metadata["nbgrader"] = {
        "grade_id": "cell", "grade": True, "solution": False, "points": points, "schema_version": 3
    }  # fmt: skip
    return nbformat.from_dict(cell)


def verdict(*right: bool, weights=None, failure=None) -> dict:
    weights = weights or [1.0] * len(right)
    return {
        "categories": [
            {"name": f"c{n}", "weight": weight, "asked": 2, "right": 2 * ok, "is_right": ok}
            for n, (ok, weight) in enumerate(zip(right, weights, strict=True))
        ],
        "seconds": 0.1,
        "failure": failure,
    }


def failure(kind="wrong answer", message="No."):
    nothing = dict.fromkeys(("category", "case", "question", "expected", "got", "misconception"))
    return nothing | {"kind": kind, "message": message}


def settled(cell, probes: dict, ending="ok", stopped=None):
    """Return the records, and the points that nbgrader reads from the outputs."""
    records = verdicts.settle(cell, list(probes), probes, ending, stopped)
    cell.outputs = verdicts.outputs(cell, records)
    nbformat.v4.nbbase.validate(cell, "code_cell")
    return records, determine_grade(cell)[0]


@pytest.mark.parametrize("points", [0, 1, 1.5, 5 / 3, 1e-7, 12345678.9])
@pytest.mark.parametrize("probes", [1, 3, 7])
@pytest.mark.parametrize("categories", [1, 3, 7])
def test_all_right_is_all_points_to_the_last_digit(points, probes, categories):
    verdict_of = {f"p{n}": verdict(*[True] * categories) for n in range(probes)}
    records, score = settled(graded(points), verdict_of)
    assert score == points
    assert {record["verdict"] for record in records.values()} == {"right"}


@pytest.mark.parametrize("points", [1, 5 / 3, 0.7])
def test_parts_never_exceed_the_whole(points):
    for right in range(7):
        records, score = settled(
            graded(points), {"p": verdict(*[n < right for n in range(7)], failure=failure())}
        )
        assert score == pytest.approx(points * right / 7, abs=1e-6)
        assert records["p"]["verdict"] == ("partly right" if right else "wrong")


def test_weights_share_the_points():
    records, score = settled(graded(4), {"p": verdict(True, False, weights=[3, 1])})
    assert score == 3
    assert [(c["points"], c["earned"]) for c in records["p"]["categories"]] == [(3, 3), (1, 0)]


def test_probes_of_a_cell_share_its_points_and_one_never_asked_has_none():
    probes = {"a": verdict(True), "b": None}
    records, score = settled(graded(4), probes)
    assert score == 2
    assert records["b"]["verdict"] == "never asked"


def error(name="AssertionError", value="1 is not 2"):
    return nbformat.v4.new_output("error", ename=name, evalue=value, traceback=["secret"])


@pytest.mark.parametrize(
    ("outputs", "ending", "stopped", "told"),
    [
        ([error()], "error", None, "AssertionError: 1 is not 2"),
        ([error("NotImplementedError", "")], "error", None, "NotImplementedError"),
        ([error("E", "a\x1b[31mb")], "error", None, "E: a[31mb"),
        ([], "too slow", None, "The cell took too long"),
        ([], "died", None, "ended in this cell"),
        ([], "not run", "It ended before.", "The cell was not reached. It ended before."),
        ([], "ok", None, "The function was not asked."),
    ],
)
def test_why_a_probe_was_never_asked(outputs, ending, stopped, told):
    records, score = settled(graded(2, *outputs), {"p": None}, ending, stopped)
    assert score == 0
    assert records["p"]["failure"]["kind"] == "never asked"
    assert told in records["p"]["failure"]["message"]


def test_what_stands_in_a_cell_earns_nothing():
    """A result that claims full marks, and a warning, are gone before nbgrader looks."""
    claim = nbformat.v4.new_output("execute_result", data={"text/plain": "100"})
    warning = nbformat.v4.new_output("stream", name="stderr", text="RuntimeWarning")
    wrong = verdict(True, False, failure=failure())
    _, score = settled(graded(2, claim, warning, error()), {"p": wrong})
    assert score == 1


@pytest.mark.parametrize("ending", ["too slow", "out of memory"])
def test_the_run_knows_why_python_ended(ending):
    crashed = verdict(False, failure=failure("crashed", "It ended."))
    records, _ = settled(graded(2), {"p": crashed}, ending)
    assert records["p"]["failure"]["kind"] == ending


@pytest.mark.parametrize(
    ("ending", "outputs", "score"),
    [
        ("ok", [], 2),
        ("ok", [nbformat.v4.new_output("stream", name="stderr", text="a warning")], 2),
        ("error", [error()], 0),
        ("not run", [], 0),
        ("too slow", [nbformat.v4.new_output("stream", text="half")], 0),
        ("died", [], 0),
        ("too much output", [], 0),
        ("out of memory", [], 0),
    ],
)
def test_a_cell_without_probes_is_nbgraders_if_it_ran_to_its_end(ending, outputs, score):
    cell = graded(2, *outputs)
    verdicts.leave_to_nbgrader(cell, ending)
    assert determine_grade(cell)[0] == score
