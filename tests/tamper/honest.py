"""Right answers of unusual kinds. Each must get every mark that it deserves."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.tamper.submission import FULL, Submission, named
from tests.tamper.work import COUNT, RIGHT, VITERBI


def before(code: str) -> dict[str, str]:
    """Return right answers that begin with this."""
    return {"viterbi": code + VITERBI, "count_hmm": COUNT}


def around(viterbi: str, count_hmm: str = "tables", first: str = "") -> dict[str, str]:
    """Return right answers, given back in another form and after this."""
    first = "\n".join(f"    {line}" for line in first.splitlines())
    return {
        "viterbi": f"{VITERBI}\n_inner = viterbi\ndef viterbi(pi, A, B, obs):\n{first}\n"
        f"    path = _inner(pi, A, B, obs)\n    return {viterbi}\n",
        "count_hmm": f"{COUNT}\n_count = count_hmm\n"
        "def count_hmm(states, obs, n_states, n_symbols):\n"
        f"{first}\n    tables = _count(states, obs, n_states, n_symbols)\n    return {count_hmm}\n",
    }


def helper_in_own_cell(notebook: NotebookNode) -> None:
    place = notebook.cells.index(named(notebook, "viterbi"))
    notebook.cells.insert(place, new_code_cell("def log(table):\n    return np.log(table)"))
    notebook.cells.insert(place, new_markdown_cell("My helper, which needs no floor:"))


def scratch_cells(notebook: NotebookNode) -> None:
    for number in (9, 5, 3, 1):
        notebook.cells.insert(number, new_code_cell("1 / 0"))


SUBMISSIONS = [
    Submission("plain", "Answers both questions.", FULL, RIGHT),
    Submission(
        "lists-for-arrays",
        "Returns lists where arrays are usual.",
        FULL,
        around("[int(s) for s in path]", "[table.tolist() for table in tables]"),
    ),
    Submission(
        "tuples-and-arrays",
        "Returns tuples and arrays.",
        FULL,
        around("tuple(path)", "tuple(tables)"),
    ),
    Submission(
        "numpy-integers",
        "Returns a list of NumPy's integers.",
        FULL,
        around("[np.int64(s) for s in path]"),
    ),
    Submission(
        "small-integers", "Returns an array of bytes.", FULL, around("np.array(path, np.uint8)")
    ),
    Submission(
        "whole-floats",
        "Returns states as whole floats, and tables in single precision.",
        FULL,
        around("np.array(path, float)", "tuple(t.astype('f4') for t in tables)"),
    ),
    Submission(
        "big-endian",
        "Returns arrays of another byte order and layout.",
        FULL,
        around("np.array(path, '>i8')", "[np.asfortranarray(t.astype('>f8')) for t in tables]"),
    ),
    Submission(
        "views-and-subclasses",
        "Returns views, reversed slices and np.matrix.",
        FULL,
        around(
            "np.array(path)[::-1][::-1]", "(tables[0], np.matrix(tables[1]), np.matrix(tables[2]))"
        ),
    ),
    Submission(
        "named-tuple",
        "Returns a named tuple.",
        FULL,
        around(
            "path",
            "Model(*tables)",
            "from collections import namedtuple\nModel = namedtuple('Model', 'pi A B')",
        ),
    ),
    Submission(
        "warnings",
        "Lets NumPy warn about log(0), and warns and logs on its own.",
        FULL,
        around(
            "path",
            first="import logging, warnings\nwarnings.warn('careful')\n"
            "logging.warning('so it goes')\nnp.log(np.zeros(2))",
        ),
    ),
    Submission(
        "writes-to-stderr",
        "Writes to standard error in every way.",
        FULL,
        before("import os, sys\nprint('note', file=sys.stderr)\nos.system('echo note >&2')\n"),
    ),
    Submission(
        "prints-much",
        "Prints its tables at every step.",
        FULL,
        around("path", first="print('step')\nprint(np.arange(50))"),
    ),
    Submission(
        "plots",
        "Draws with matplotlib while it is asked.",
        FULL,
        before("import matplotlib.pyplot as plt\n%matplotlib inline\n")
        | {"count_hmm": COUNT + "plt.plot([1, 2, 3])\nplt.show()\n"},
    ),
    Submission(
        "helper-cells",
        "Keeps helper functions in cells of its own.",
        FULL,
        {"viterbi": VITERBI.replace("np.log(", "log("), "count_hmm": COUNT},
        edit=helper_in_own_cell,
    ),
    Submission(
        "crashing-scratch",
        "Leaves scratch cells that crash between the others.",
        FULL,
        RIGHT,
        edit=scratch_cells,
    ),
    Submission(
        "scratch-that-exits",
        "Ends with a cell that leaves Python.",
        FULL,
        RIGHT,
        own_cells=("exit()",),
    ),
    Submission(
        "other-argument-names",
        "Takes the arguments under other names.",
        FULL,
        {
            "viterbi": VITERBI.replace("(pi, A, B, obs)", "(start, A, B, obs)").replace(
                "np.log(pi)", "np.log(start)"
            ),
            "count_hmm": COUNT,
        },
    ),
]
