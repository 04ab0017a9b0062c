"""Marks by forging the notebook: roles, points, tags, cells, kernel, saved outputs."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from tests.tamper.submission import (
    FULL,
    NOTHING,
    REFUSED,
    SECOND,
    Submission,
    grade_id,
    named,
    tests_of,
)
from tests.tamper.work import COUNT, EMPTY, RIGHT, VITERBI


def worth_a_thousand(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.setdefault("nbgrader", {}).update(points=1000, score=1000, max_score=1000)


def ids_swapped(notebook: NotebookNode) -> None:
    one, other = named(notebook, "viterbi_unseen"), named(notebook, "viterbi")
    one.metadata, other.metadata = other.metadata, one.metadata


def answers_swapped(notebook: NotebookNode) -> None:
    one, other = named(notebook, "viterbi"), named(notebook, "count_hmm")
    one.source, other.source = other.source, one.source


def tests_rewritten(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.source = "assert True"
        cell.metadata.nbgrader.update(locked=False, checksum="0" * 32)


def tests_deleted(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        notebook.cells.remove(cell)


def tagged(tag: str):
    def edit(notebook: NotebookNode) -> None:
        for cell in tests_of(notebook):
            cell.metadata.tags = [tag]

    return edit


def tests_of_another_kind(kind: str):
    def edit(notebook: NotebookNode) -> None:
        for cell in tests_of(notebook):
            cell.cell_type = kind
            cell.metadata.nbgrader.cell_type = kind
            cell.pop("outputs", None)
            cell.pop("execution_count", None)

    return edit


def everything_raw(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.cell_type = "raw"
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def tests_are_solutions(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.source = "3"
        cell.metadata.nbgrader.update(solution=True, grade=True, locked=False)


def tests_twice(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        twin = new_code_cell("pass", metadata=cell.metadata)
        notebook.cells.append(twin)
        notebook.cells.insert(0, twin)


def extra_points(notebook: NotebookNode) -> None:
    for name in ("bonus", "viterbi_bonus"):
        about = {"grade": True, "solution": False, "locked": True, "task": False}
        about |= {"grade_id": name, "points": 100, "schema_version": 3, "cell_type": "code"}
        notebook.cells.append(new_code_cell("100", metadata={"nbgrader": about}))


def saved_outputs(notebook: NotebookNode) -> None:
    notebook.metadata.trusted = True
    for number, cell in enumerate(tests_of(notebook), start=1):
        cell.execution_count = number
        cell.metadata.trusted = True
        cell.metadata.execution = {"shell.execute_reply": "2026-01-01T00:00:00Z"}
        cell.outputs = [
            new_output("execute_result", {"text/plain": "3"}, execution_count=number),
            new_output("stream", name="stdout", text="right"),
        ]


def other_kernel(name: str, **more):
    def edit(notebook: NotebookNode) -> None:
        notebook.metadata.kernelspec = {"name": name, "display_name": name, "language": name} | more
        notebook.metadata.language_info = {"name": name}

    return edit


def markers_forged(notebook: NotebookNode) -> None:
    cell = named(notebook, "viterbi")
    cell.source = f"### BEGIN HIDDEN TESTS\n### BEGIN SOLUTION\n{EMPTY}\n### END SOLUTION\n" + (
        "### BEGIN MARK SCHEME\n3\n### END HIDDEN TESTS"
    )


def metadata_of_wrong_kinds(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        cell.metadata = [[], {"nbgrader": []}, {"nbgrader": {"grade_id": ["x"]}}, None, 3][
            number % 5
        ]
    notebook.metadata = {"kernelspec": [], "language_info": 3, "nbgrader": [3]}


def checksums_forged(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if grade_id(cell):
            cell.metadata.nbgrader.checksum = "d41d8cd98f00b204e9800998ecf8427e"


def tests_wrapped(notebook: NotebookNode) -> None:
    """Put each check behind `if False`, and a cell magic in front of the whole."""
    for cell in tests_of(notebook):
        cell.source = "%%script true\n" + cell.source
    named(notebook, "viterbi").source = EMPTY + "\nif False: '''"


def same_ids(notebook: NotebookNode) -> None:
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        cell.id = "viterbi_unseen"


SUBMISSIONS = [
    Submission(
        "points-forged", "Makes each cell worth 1000 points.", NOTHING, edit=worth_a_thousand
    ),
    Submission(
        "points-forged-on-right-work",
        "Makes each cell of a right submission worth 1000 points.",
        FULL,
        RIGHT,
        edit=worth_a_thousand,
    ),
    Submission(
        "roles-swapped",
        "Gives its solution the role of the check, and the check the role of the solution.",
        NOTHING,
        {"viterbi": EMPTY},
        edit=ids_swapped,
    ),
    Submission(
        "answers-swapped",
        "Answers each question in the other question's cell, which is honest.",
        FULL,
        RIGHT,
        edit=answers_swapped,
    ),
    Submission(
        "tests-rewritten", "Writes `assert True` into every check.", NOTHING, edit=tests_rewritten
    ),
    Submission(
        "tests-deleted", "Deletes the checks.", NOTHING, {"viterbi": EMPTY}, edit=tests_deleted
    ),
    Submission(
        "tests-deleted-from-right-work",
        "Deletes the checks from a right submission.",
        FULL,
        RIGHT,
        edit=tests_deleted,
    ),
    Submission(
        "skip-execution",
        "Tags the checks so that they are not executed, and answers nothing.",
        NOTHING,
        edit=tagged("skip-execution"),
    ),
    Submission(
        "raises-exception",
        "Tags the checks as cells that are expected to fail.",
        NOTHING,
        edit=tagged("raises-exception"),
    ),
    Submission(
        "tests-as-markdown",
        "Turns the checks into text.",
        NOTHING,
        edit=tests_of_another_kind("markdown"),
    ),
    Submission(
        "tests-as-raw",
        "Turns the checks into raw cells.",
        NOTHING,
        edit=tests_of_another_kind("raw"),
    ),
    Submission(
        "all-cells-raw",
        "Turns every cell of a right submission into a raw one.",
        FULL,
        RIGHT,
        edit=everything_raw,
    ),
    Submission(
        "tests-as-solutions",
        "Declares the checks to be its own solutions, with a value.",
        NOTHING,
        edit=tests_are_solutions,
    ),
    Submission(
        "tests-twice",
        "Adds a passing twin of each check, before and behind.",
        NOTHING,
        edit=tests_twice,
    ),
    Submission(
        "bonus-cells", "Adds graded cells of its own, worth 200 points.", NOTHING, edit=extra_points
    ),
    Submission(
        "saved-outputs",
        "Comes with saved outputs that show points for every check.",
        NOTHING,
        edit=saved_outputs,
    ),
    Submission(
        "kernel-is-a-command",
        "Names a kernel whose command would be its own.",
        NOTHING,
        edit=other_kernel("../../@outside@", argv=["touch", "@outside@/kernel"]),
    ),
    Submission(
        "kernel-is-bash",
        "Asks for a kernel of another language.",
        FULL,
        RIGHT,
        edit=other_kernel("bash"),
    ),
    Submission(
        "markers-forged",
        "Puts nbgrader's own markers, unbalanced, into its answer.",
        SECOND,
        {"count_hmm": COUNT},
        edit=markers_forged,
    ),
    Submission(
        "metadata-of-wrong-kinds",
        "Replaces metadata by lists, numbers and nothing, around right answers.",
        FULL,
        RIGHT,
        edit=metadata_of_wrong_kinds,
    ),
    Submission(
        "checksums-forged",
        "Forges the checksums of an untouched notebook.",
        NOTHING,
        edit=checksums_forged,
    ),
    Submission(
        "tests-in-a-string",
        "Opens a string that it hopes swallows the checks.",
        NOTHING,
        edit=tests_wrapped,
    ),
    Submission("ids-all-alike", "Gives every cell the same id.", FULL, RIGHT, edit=same_ids),
    Submission(
        "only-test-cells",
        "Hands in nothing but cells with the checks' names, all passing.",
        REFUSED,
        edit=lambda notebook: notebook.update(
            cells=[
                new_code_cell("3", metadata={"nbgrader": {"grade_id": grade_id(cell)}})
                for cell in tests_of(notebook)
            ]
        ),
    ),
    Submission(
        "right-and-forged",
        "Answers the first question, and forges the second one's check.",
        (2, 3, 0, 0),
        {"viterbi": VITERBI},
        edit=lambda notebook: named(notebook, "count_unseen").update(source="3"),
    ),
]
