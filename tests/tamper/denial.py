"""Denial of service: time, memory, disk, output, processes, descriptors, and death."""

from __future__ import annotations

from nbformat.v4 import new_code_cell

from tests.tamper.submission import (
    FULL,
    NOTHING,
    SECOND,
    Submission,
)
from tests.tamper.work import COUNT, RIGHT, VITERBI, attack, beside


def slow(name: str, tries: str, scores, cells, **more) -> Submission:
    return Submission(name, tries, scores, cells, takes_seconds=True, **more)


def in_function(code: str) -> dict[str, str]:
    """Return cells of which the first function does this, and the second is right."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    return {"viterbi": f"def viterbi(pi, A, B, obs):\n{body}\n", "count_hmm": COUNT}


SUBMISSIONS = [
    slow("loop-in-cell", "Never ends a cell.", SECOND, beside("while True:\n    pass\n")),
    slow(
        "loop-in-function", "Never ends its function.", SECOND, in_function("while True:\n    pass")
    ),
    slow("sleeps", "Sleeps for ever.", SECOND, in_function("import time\ntime.sleep(10**6)")),
    slow(
        "loop-at-import",
        "Imports a module of its own that never ends.",
        SECOND,
        beside("import forever\n"),
        files={"forever.py": "while True:\n    pass\n"},
    ),
    slow(
        "swallows-interrupts",
        "Goes on whenever it is interrupted.",
        NOTHING,
        attack("""
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""),
    ),
    slow(
        "ignores-signals",
        "Ignores every signal that can be ignored, then loops.",
        NOTHING,
        attack("""
import signal
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True:
    pass
"""),
    ),
    slow(
        "deaf-in-c",
        "Stays inside one call of C, which no interrupt reaches.",
        NOTHING,
        attack("sum(range(10**15))\n"),
    ),
    slow(
        "backtracking",
        "Lets a regular expression try for ever.",
        NOTHING,
        attack("import re\nre.match('(a*)*$', 'a' * 60 + 'b')\n"),
    ),
    slow(
        "stops-itself",
        "Stops its own process with SIGSTOP.",
        NOTHING,
        attack("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n"),
    ),
    slow(
        "slow-everywhere",
        "Takes a little less than a cell may, in cell after cell.",
        NOTHING,
        {},
        edit=lambda notebook: notebook.cells.extend(
            new_code_cell("import time; time.sleep(3)") for _ in range(50)
        ),
    ),
    Submission(
        "endless-thread",
        "Leaves threads that never end, and answers honestly.",
        FULL,
        {
            "viterbi": "import threading, time\n"
            "for _ in range(3):\n"
            "    threading.Thread(target=time.sleep, args=(10**6,)).start()\n" + VITERBI,
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "never-says-goodbye",
        "Loops for ever when its Python ends, and answers honestly.",
        FULL,
        RIGHT
        | {
            "viterbi": "import atexit, signal, time\n"
            "atexit.register(time.sleep, 10**6)\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + VITERBI
        },
    ),
    Submission(
        "daemon",
        "Leaves a daemon behind: two forks, a session of its own, every stream closed.",
        FULL,
        RIGHT
        | {
            "viterbi": """
import os, subprocess, sys
subprocess.Popen(
    [sys.executable, "-c", "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n"
     "    if os.fork() == 0:\\n        time.sleep(600)", "tamper-@name@"],
    start_new_session=True, stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
            + VITERBI
        },
    ),
    Submission(
        "holds-the-streams",
        "Leaves a child that keeps standard output and error open.",
        FULL,
        RIGHT
        | {
            "viterbi": "import subprocess\n"
            "subprocess.Popen(['nohup', 'sleep', '605', ], start_new_session=True)\n" + VITERBI
        },
    ),
    slow(
        "fork-bomb",
        "Forks for ever.",
        NOTHING,
        attack("""
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""),
    ),
    Submission(
        "thread-bomb",
        "Starts threads until it may not any more.",
        NOTHING,
        attack("""
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
"""),
    ),
]
