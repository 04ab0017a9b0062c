"""Denial of service by amounts: memory, output, files, descriptors, and giant notebooks."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_output

from tests.tamper.submission import (
    FIRST,
    FULL,
    NOTHING,
    PROBLEM_SET,
    REFUSED,
    SECOND,
    Submission,
    Target,
    named,
)
from tests.tamper.work import COUNT, EMPTY, RIGHT, VITERBI, attack, beside


def slow(name: str, tries: str, scores, cells, **more) -> Submission:
    return Submission(name, tries, scores, cells, takes_seconds=True, **more)


def in_function(code: str) -> dict[str, str]:
    """Return cells of which the first function does this, and the second is right."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    return {"viterbi": f"def viterbi(pi, A, B, obs):\n{body}\n", "count_hmm": COUNT}


def giant_notebook(folder, target: Target) -> None:
    path = folder / f"{PROBLEM_SET}.ipynb"
    with path.open("r+b") as file:
        file.truncate(30_000_000)


def many_files(folder, target: Target) -> None:
    for number in range(300):
        (folder / f"{number}.txt").touch()


def nested_json(notebook) -> str:
    return '{"cells": ' + "[" * 200_000 + "]" * 200_000 + ', "nbformat": 4}'


def many_cells(notebook) -> None:
    notebook.cells.extend(new_code_cell("1") for _ in range(5000))


def long_cell(notebook) -> None:
    named(notebook, "viterbi").source = VITERBI + "#" * 3_000_000


def huge_number(notebook) -> str:
    return '{"cells": [], "nbformat": ' + "9" * 100_000 + "}"


def many_saved_outputs(notebook) -> None:
    named(notebook, "viterbi").outputs = [new_output("stream", text="x" * 1000)] * 5000


SUBMISSIONS = [
    Submission(
        "memory-bomb",
        "Takes all memory in one process.",
        SECOND,
        beside("hoard = []\nwhile True:\n    hoard.append(bytearray(50_000_000))\n"),
    ),
    Submission(
        "memory-in-function",
        "Asks for an array of a petabyte in its function.",
        SECOND,
        in_function("return np.zeros((2**17, 2**17, 2**17))"),
    ),
    slow(
        "memory-of-many",
        "Takes memory in many processes, each within its own limit.",
        NOTHING,
        attack("""
import os, time
for _ in range(12):
    if os.fork() == 0:
        hoard = bytearray(150_000_000)
        hoard[::4096] = b"x" * len(hoard[::4096])
        time.sleep(600)
time.sleep(600)
"""),
    ),
    slow(
        "shared-memory",
        "Fills /dev/shm and /tmp, which are memory.",
        SECOND,
        beside("""
for folder in ("/dev/shm", "/tmp"):
    try:
        for number in range(60):
            with open(f"{folder}/tamper-{number}", "wb") as file:
                file.write(bytes(10_000_000))
    except OSError as error:
        print(error)
"""),
    ),
    Submission(
        "endless-recursion",
        "Calls itself for ever.",
        SECOND,
        in_function("return viterbi(pi, A, B, obs)"),
    ),
    Submission(
        "stack-overflow",
        "Lifts the limit of recursion and overflows the C stack.",
        NOTHING,
        {
            "viterbi": "import sys\nsys.setrecursionlimit(10**9)\n"
            "def viterbi(*args, **kwargs):\n    return [*map(lambda x: viterbi(), [1])]",
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "segmentation-fault",
        "Writes to address zero.",
        NOTHING,
        attack("import ctypes\nctypes.string_at(0)"),
    ),
    Submission(
        "dies-after-the-first",
        "Answers the first exercise and ends its Python in the second.",
        FIRST,
        {"viterbi": VITERBI, "count_hmm": "import os\nos._exit(0)"},
    ),
    Submission(
        "dies-in-function",
        "Ends its Python while the function is asked.",
        (0, 0, 0, 0),
        {"viterbi": "import os\ndef viterbi(*args):\n    os._exit(3)", "count_hmm": COUNT},
    ),
    Submission(
        "kills-itself",
        "Kills its own process.",
        NOTHING,
        attack("import os\nos.kill(os.getpid(), 9)"),
    ),
    slow(
        "endless-output",
        "Prints for ever.",
        NOTHING,
        attack("while True:\n    print('x' * 10_000)\n"),
    ),
    slow(
        "endless-errors",
        "Writes to standard error for ever, below Python.",
        NOTHING,
        attack("import os\nwhile True:\n    os.write(2, b'x' * 10_000)\n"),
    ),
    slow(
        "endless-displays",
        "Shows, updates and clears outputs for ever.",
        NOTHING,
        attack("""
from IPython.display import clear_output, display
handle = display("x", display_id=True)
while True:
    handle.update("y" * 1000)
    display("z" * 1000)
    clear_output()
"""),
    ),
    Submission(
        "giant-output", "Prints 200 MB at once.", NOTHING, attack("print('x' * 200_000_000)\n")
    ),
    Submission(
        "output-in-function",
        "Prints a little too much in every call.",
        NOTHING,
        in_function("for _ in range(100_000):\n    print('looking ' * 100)\nreturn []"),
    ),
    Submission(
        "giant-exception",
        "Raises an exception of 100 MB.",
        NOTHING,
        attack("raise ValueError('x' * 100_000_000)\n"),
    ),
    slow(
        "full-disk",
        "Writes one file until the disk is full.",
        SECOND,
        beside("""
try:
    with open("big", "wb") as file:
        while True:
            file.write(bytes(10_000_000))
except OSError as error:
    print(error)
"""),
    ),
    slow(
        "many-files",
        "Makes files until there is no room for another.",
        NOTHING,
        attack("for number in range(10**7):\n    open(f'/tmp/f{number}', 'w').close()\n"),
    ),
    Submission(
        "asks-for-input",
        "Waits for somebody to type.",
        SECOND,
        beside("answer = input('points? ')\n"),
    ),
    Submission(
        "reads-standard-input",
        "Reads standard input below Python.",
        SECOND,
        beside("import os\nprint(os.read(0, 10))\n"),
    ),
    Submission(
        "closes-standard-streams",
        "Closes descriptors 0, 1 and 2, and answers honestly.",
        FULL,
        {
            "viterbi": "import os\nfor n in (0, 1, 2):\n    os.close(n)\n" + VITERBI,
            "count_hmm": COUNT,
        },
    ),
    slow(
        "closes-everything",
        "Closes every descriptor, also those to the grader.",
        NOTHING,
        attack("import os\nos.closerange(0, 1000)\n"),
    ),
    Submission(
        "no-descriptor-left",
        "Opens files until there is no descriptor left, and answers honestly.",
        FIRST,
        {
            "viterbi": VITERBI,
            "count_hmm": COUNT + "held = []\nwhile True:\n    held.append(open('/dev/null'))\n",
        },
    ),
    slow(
        "holds-the-oracle",
        "Opens hundreds of connections to the oracle, says nothing, and then answers honestly.",
        NOTHING,
        {
            "viterbi": """
import os, socket
held = []
for _ in range(200):
    line = socket.socket(socket.AF_UNIX)
    line.setblocking(False)
    try:
        line.connect(os.environ["COURSE_ORACLE"])
    except OSError:
        pass
    held.append(line)
"""
            + VITERBI,
            "count_hmm": COUNT,
        },
    ),
    slow(
        "answers-drop-by-drop",
        "Sends its answer one byte a second.",
        NOTHING,
        attack("""
import os, socket, time
from course_probe import codec
with socket.socket(socket.AF_UNIX) as line:
    line.connect(os.environ["COURSE_ORACLE"])
    codec.send(line, codec.encode("ps03.viterbi"), time.monotonic() + 9)
    line.recv(100_000)
    line.sendall(b"\\0\\0\\1\\0")
    while True:
        line.sendall(b"l")
        time.sleep(1)
"""),
    ),
    Submission("giant-notebook", "Hands in 30 MB.", REFUSED, arrange=giant_notebook),
    Submission("too-many-files", "Hands in 300 files.", REFUSED, arrange=many_files),
    Submission("nested-notebook", "Nests lists 200,000 deep.", REFUSED, edit=nested_json),
    Submission("too-many-cells", "Adds 5000 cells.", REFUSED, RIGHT, edit=many_cells),
    Submission(
        "giant-cell", "Writes three million characters into a cell.", REFUSED, edit=long_cell
    ),
    Submission("giant-number", "Writes a number of 100,000 digits.", REFUSED, edit=huge_number),
    Submission(
        "saved-output-flood",
        "Comes with 5 MB of saved outputs around right answers.",
        FULL,
        RIGHT,
        edit=many_saved_outputs,
    ),
    Submission(
        "comment-flood",
        "Defines functions with 20,000 lines of comments: long, and right.",
        FULL,
        {"viterbi": VITERBI + "# so it goes\n" * 20_000, "count_hmm": COUNT},
    ),
    Submission(
        "empty-answers",
        "Defines functions that give up politely.",
        NOTHING,
        {"viterbi": EMPTY},
    ),
]
