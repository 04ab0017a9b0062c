"""A graded submission to make feedback pages of, without grading one."""

from __future__ import annotations

import base64
import copy
import functools

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from autograder import problem_sets

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
FAILURE = {
    "category": "models where A is not symmetric",
    "case": 2,
    "kind": "wrong answer",
    "message": "There is a more probable path for these 6 observations: yours has log "
    "probability -9.1240, the best has -7.8812.",
    "question": "pi = [0.6, 0.4]\nA = [[0.9, 0.1], [0.5, 0.5]]\n"
    "B = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]\nobs = [0, 2, 1, 0, 0, 2]",
    "expected": "[0, 1, 1, 0, 0, 1]",
    "got": "[0, 1, 0, 0, 0, 1]",
    "misconception": "You read A[s, r] as the step from r to s. The row is where you come from, "
    "the column where you go: A[r, s]. On a symmetric A both are the same, which is why the "
    "example in the notebook did not show it.",
}


def ledger() -> dict:
    """Return a ledger in which one probe is partly right and one was never asked."""
    categories = [
        ("one day", 0.75, 0.75),
        ("models where A is not symmetric", 0.75, 0.0),
        ("tables with zeros", 0.75, 0.75),
        ("long sequences", 0.75, 0.0),
    ]
    return {
        "problem_set": "ps03_hmm",
        "student": "ada",
        "graded_at": "2026-11-21T13:00:00+00:00",
        "remarks": [
            "The notebook 'ps03_hmm (1).ipynb' was taken for ps03_hmm.ipynb.",
            "Graded as they were given out, with your version below: setup.",
        ],
        "probes": {
            "ps03.viterbi.example": probe("viterbi_visible", 2.0, [("the example", 2.0, 2.0)]),
            "ps03.viterbi": probe("viterbi_unseen", 3.0, categories, dict(FAILURE)),
            "ps03.count_hmm.example": probe("count_visible", 2.0, [("the example", 2.0, 2.0)]),
            "ps03.count_hmm": probe(
                "count_unseen",
                3.0,
                [],
                {
                    "category": None,
                    "case": None,
                    "kind": "never asked",
                    "message": "NameError: name 'count_hmm' is not defined",
                    "question": None,
                    "expected": None,
                    "got": None,
                    "misconception": None,
                },
            ),
        },
    }


def probe(cell: str, points: float, categories: list[tuple], failure: dict | None = None) -> dict:
    """Return one probe's record; without categories it was never asked."""
    earned = sum(category[2] for category in categories)
    verdict = "right" if earned == points else "partly right" if earned else "wrong"
    return {
        "cell": cell,
        "points": points,
        "earned": earned,
        "seconds": 0.31,
        "verdict": verdict if categories else "never asked",
        "categories": [
            {"name": name, "points": total, "earned": got, "asked": 3, "right": 3 if got else 1}
            for name, total, got in categories
        ],
        "failure": failure,
    }


def graded(extra: list | None = None) -> nbformat.NotebookNode:
    """Return the graded problem set, with grades as nbgrader leaves them and cells added behind."""
    notebook = copy.deepcopy(_problem_set())
    scores = {"viterbi_visible": 2, "viterbi_unseen": 1.5, "count_visible": 2, "count_unseen": 0}
    for number, cell in enumerate(notebook.cells):
        about = cell.metadata.get("nbgrader", {})
        cell.id = about.get("grade_id", f"cell-{number}")
        if about.get("grade"):
            about.score = scores.get(cell.id, 0)
        if about.get("solution"):
            about.comment = None
    notebook.cells.extend(extra if extra is not None else own_cells())
    return nbformat.from_dict(notebook)


@functools.cache
def _problem_set() -> nbformat.NotebookNode:
    return jupytext.read(problem_sets.find("ps03_hmm") / "notebook.md")


def own_cells() -> list:
    """Return an answer in words, and cells of the student's own with outputs of every kind."""
    roles = {"grade": True, "solution": True, "locked": False, "points": 3, "schema_version": 3}
    comment = "Well put. Say also **why** the maximum may be taken inside."
    why = {"nbgrader": roles | {"grade_id": "why", "task": False, "score": 2.5, "comment": comment}}
    rows = "".join(f"<tr><th>{n}</th><td>{n * n}</td><td>{n**3}</td></tr>" for n in range(3))
    outputs = [
        new_output("stream", name="stdout", text="\x1b[31mdecoded\x1b[0m 3 days\n" + "x" * 9000),
        new_output("stream", name="stderr", text="RuntimeWarning: divide by zero\n"),
        new_output("display_data", {"image/png": PIXEL, "text/plain": "<Figure size 640x480>"}),
        new_output(
            "execute_result",
            {
                "text/html": f"<style scoped>td {{}}</style><table border=1>{rows}</table>",
                "text/plain": "0 1",
            },
            execution_count=1,
        ),
        new_output("error", ename="ValueError", evalue="a scratch cell", traceback=["Traceback"]),
    ]
    code = (
        "import matplotlib.pyplot as plt\n\n# A long line: " + "word " * 40 + "\nplt.plot([1, 2])"
    )
    return [
        new_markdown_cell(
            "## Exercise 3: in words\n\nSay why Viterbi's algorithm is right.", id="q"
        ),
        new_markdown_cell(
            "Because $\\max$ distributes over products of *non-negative* numbers:\n\n"
            "$$\\max_{a,b} f(a) g(a, b) = \\max_a f(a) \\max_b g(a, b)$$",
            id="why",
            metadata=why,
        ),
        new_code_cell(code, id="student-1", outputs=outputs),
        new_raw_cell("A raw note.", id="student-2"),
    ]


def about(**more) -> dict:
    """Return what nbgrader's `GetGrades` says of the submission."""
    known = {"student": "ada", "assignment": "ps03_hmm", "notebook": "ps03_hmm"}
    return known | {"score": 8.0, "max_score": 13.0, "late_penalty": 0} | more


def picture_of(size: int) -> str:
    """Return a picture that is a pixel and so many bytes."""
    return base64.b64encode(base64.b64decode(PIXEL) + bytes(size)).decode()
