"""Right answers in unusual notebooks: cells, formats, files, magics."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from tests.tamper.submission import FULL, Submission, grade_id, named
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


def stripped(notebook: NotebookNode) -> None:
    """Take away all metadata, as some editors do."""
    notebook.metadata = {}
    for cell in notebook.cells:
        cell.metadata = {}
        cell.pop("id", None)


def reordered(notebook: NotebookNode) -> None:
    notebook.cells.sort(key=lambda cell: "count" not in (grade_id(cell) or ""))
    notebook.cells.insert(
        0, notebook.cells.pop([grade_id(c) for c in notebook.cells].index("setup"))
    )


def old_outputs(notebook: NotebookNode) -> None:
    picture = "iVBORw0KGgo" + "A" * 1_000_000
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                new_output("display_data", {"image/png": picture, "text/plain": "plot"})
            ]
            cell.execution_count = 99


def defined_in_own_cell(notebook: NotebookNode) -> None:
    place = notebook.cells.index(named(notebook, "viterbi"))
    notebook.cells.insert(place, new_code_cell(VITERBI))
    notebook.cells.remove(named(notebook, "viterbi"))


def check_changed(notebook: NotebookNode) -> None:
    named(notebook, "viterbi_visible").source += "\nprint('looks good')"


def another_beside(folder, target) -> None:
    (folder / "scratch.ipynb").write_text("not even a notebook")


SUBMISSIONS = [
    Submission(
        "own-probe-variable",
        "Uses the name `probe`, and the names of our modules, for its own things.",
        FULL,
        before("probe = 3\ncourse_probe = codec = oracle = None\n"),
    ),
    Submission(
        "names-of-builtins",
        "Calls its variables sum, list, max and type.",
        FULL,
        RIGHT,
        own_cells=("sum = list = max = type = 3",),
    ),
    Submission(
        "shadowed-builtins-first",
        "Shadows input, id, dict and isinstance before it answers.",
        FULL,
        before("id = dict = input = isinstance = 3\n"),
    ),
    Submission(
        "unicode-names",
        "Writes its algorithm in Greek.",
        FULL,
        before("π = 3\nδ = ψ = π\nprint('✓', 'naïve', '数')\n"),
    ),
    Submission(
        "magics",
        "Uses magics and commands of the shell.",
        FULL,
        before("%timeit -n1 -r1 1 + 1\n!ls\nfiles = !pwd\n%load_ext autoreload\n"),
        own_cells=("%%time\nprint(1)", "%%bash\necho hello"),
    ),
    Submission(
        "global-randomness",
        "Seeds and uses NumPy's global random numbers.",
        FULL,
        before("np.random.seed(0)\nimport random\nrandom.seed(0)\n"),
        own_cells=("np.random.rand(3)",),
    ),
    Submission(
        "errors-raised",
        "Lets NumPy raise instead of warn.",
        FULL,
        {"viterbi": "np.seterr(all='raise')\n" + VITERBI, "count_hmm": COUNT},
    ),
    Submission(
        "warnings-as-errors",
        "Turns its warnings into errors.",
        FULL,
        before("import warnings\nwarnings.simplefilter('error')\n"),
    ),
    Submission(
        "changes-folder",
        "Works in another folder.",
        FULL,
        before(
            "import os\nos.makedirs('work', exist_ok=True)\nos.chdir('work')\n"
            "open('notes.txt', 'w').write('x')\n"
        ),
    ),
    Submission(
        "deleted-folder",
        "Removes the folder that it works in.",
        FULL,
        before("import os\nos.makedirs('/tmp/w')\nos.chdir('/tmp/w')\nos.rmdir('/tmp/w')\n"),
    ),
    Submission(
        "recursion",
        "Recurs instead of looping, deeper than Python's own limit.",
        FULL,
        around(
            "path",
            first="import sys\nsys.setrecursionlimit(20_000)\n"
            "def down(n):\n    return n and down(n - 1)\ndown(3000)",
        ),
    ),
    Submission(
        "classes",
        "Wraps its algorithm in a class with type hints and a callable instance.",
        FULL,
        {
            "viterbi": VITERBI
            + """
from dataclasses import dataclass
@dataclass
class Decoder:
    name: str = "viterbi"
    def __call__(self, pi: np.ndarray, A: np.ndarray, B: np.ndarray, obs: "list[int]") -> list:
        return plain(pi, A, B, obs)
plain = viterbi
viterbi = Decoder()
""",
            "count_hmm": "from functools import wraps, lru_cache\n"
            + COUNT
            + "count_hmm = (lambda f: wraps(f)(lambda *a, **k: f(*a, **k)))(count_hmm)\n",
        },
    ),
    Submission(
        "default-arguments",
        "Adds arguments with defaults of its own.",
        FULL,
        {
            "viterbi": VITERBI.replace("B, obs)", "B, obs, verbose=False, *rest, **more)"),
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "data-file",
        "Reads a data file that it brings.",
        FULL,
        before("print(open('data/notes.csv').read())\n"),
        files={"data/notes.csv": "1,2\n3,4\n"},
    ),
    Submission(
        "own-module",
        "Imports a module that it brings.",
        FULL,
        {"viterbi": "from decoding import viterbi", "count_hmm": COUNT},
        files={"decoding.py": "import numpy as np\n" + VITERBI},
    ),
    Submission(
        "slow-but-in-time",
        "Takes a second and a half for one question.",
        FULL,
        {
            "viterbi": VITERBI
            + """
_v = viterbi
def viterbi(pi, A, B, obs):
    import time
    time.sleep(1.5 if len(obs) == 2000 else 0)
    return _v(pi, A, B, obs)
""",
            "count_hmm": COUNT,
        },
        takes_seconds=True,
    ),
    Submission(
        "subprocesses",
        "Lets processes and threads compute.",
        FULL,
        before(
            """
from concurrent.futures import ThreadPoolExecutor
import multiprocessing, subprocess, sys
print(list(ThreadPoolExecutor(4).map(abs, [-1])))
with multiprocessing.Pool(2) as pool:
    print(pool.map(abs, [-1, 2]))
print(subprocess.check_output([sys.executable, '-c', 'print(1)']))
"""
        ),
        takes_seconds=True,
    ),
    Submission(
        "async-cells",
        "Awaits in its cells.",
        FULL,
        before("import asyncio\nawait asyncio.sleep(0)\n"),
    ),
    Submission(
        "own-alarm",
        "Uses the alarm signal for its own time limit.",
        FULL,
        before(
            "import signal\nsignal.signal(signal.SIGALRM, lambda *args: None)\nsignal.alarm(1)\n"
        ),
    ),
    Submission(
        "traced",
        "Traces and profiles its own functions.",
        FULL,
        before("import sys\nsys.setprofile(lambda *args: None)\n"),
    ),
    Submission(
        "test-of-its-own",
        "Adds asserts and a failing unittest of its own.",
        FULL,
        RIGHT,
        own_cells=("import unittest\nassert False, 'mine'", "raise SystemExit"),
    ),
    Submission(
        "answered-elsewhere",
        "Has deleted a solution cell and answers in one of its own.",
        FULL,
        RIGHT,
        edit=defined_in_own_cell,
    ),
    Submission(
        "check-changed", "Has added a print to a visible check.", FULL, RIGHT, edit=check_changed
    ),
    Submission(
        "kernel-name-missing",
        "Names no kernel.",
        FULL,
        RIGHT,
        edit=lambda notebook: notebook.update(metadata={}),
    ),
    Submission(
        "metadata-stripped",
        "Comes from an editor that strips metadata and ids.",
        FULL,
        RIGHT,
        edit=stripped,
    ),
    Submission(
        "cells-reordered", "Answers the second exercise first.", FULL, RIGHT, edit=reordered
    ),
    Submission(
        "another-beside",
        "Brings a second notebook, which is broken.",
        FULL,
        RIGHT,
        arrange=another_beside,
    ),
    Submission(
        "big-outputs", "Comes with large pictures in its outputs.", FULL, RIGHT, edit=old_outputs
    ),
    Submission(
        "text-as-lists",
        "Stores each cell's text as a list of lines.",
        FULL,
        RIGHT,
        edit=lambda notebook: (
            [cell.update(source=cell.source.splitlines(True)) for cell in notebook.cells] and None
        ),
    ),
    Submission(
        "overwrites-examples",
        "Reuses the names of the checks' own variables.",
        FULL,
        RIGHT,
        own_cells=("pi = A = B = None",),
    ),
    Submission(
        "silent-first-try",
        "Keeps a first, wrong try in a cell before the right answer.",
        FULL,
        RIGHT,
        edit=lambda notebook: notebook.cells.insert(
            2, new_code_cell("def viterbi(*args):\n    return 0")
        ),
    ),
    Submission(
        "crash-after-the-answer",
        "Crashes at the end of the cell that holds the right answer.",
        FULL,
        {"viterbi": VITERBI + "\n1 / 0\n", "count_hmm": COUNT},
    ),
]
