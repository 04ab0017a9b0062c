"""Marks by talking to the oracle oneself, or by standing between it and the probe."""

from tests.tamper.submission import FULL, NOTHING, SECOND, Submission
from tests.tamper.work import COUNT, EMPTY, RIGHT, VITERBI, attack, beside

TALK = """
import os, socket, struct, time
def connected():
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(5)
    line.connect(os.environ["COURSE_ORACLE"])
    return line
def interview(name, answer):
    from course_probe import codec
    seen = []
    later = time.monotonic() + 20
    with connected() as line:
        codec.send(line, codec.encode(name), later)
        while True:
            if codec.decode(codec.receive(line, later)) is None:
                return seen
            question = codec.receive(line, later)
            seen.append(codec.decode(question))
            codec.send(line, codec.encode(("answer", answer(**codec.decode(question)))), later)
            codec.send(line, question, later)
NAMES = ["ps03.viterbi.example", "ps03.viterbi", "ps03.count_hmm.example", "ps03.count_hmm"]
"""

SUBMISSIONS = [
    Submission(
        "fake-course-probe",
        "Puts a module named course_probe into sys.modules whose probe does nothing.",
        NOTHING,
        attack("""
import sys, types
fake = types.ModuleType("course_probe")
fake.probe = lambda *args, **kwargs: 3.0
fake.codec = fake
sys.modules["course_probe"] = sys.modules["course_probe.probe"] = fake
"""),
    ),
    Submission(
        "codec-patched",
        "Makes the codec send other bytes than the answer's.",
        SECOND,
        beside("""
from course_probe import codec
real = codec.encode
class Yes:
    __eq__ = lambda self, other: True
codec.encode = lambda value: real(value) if not isinstance(value, tuple) else real(("right", 3.0))
def undo():
    codec.encode = real
get_ipython().events.register("pre_run_cell", lambda info: "count_" in info.raw_cell and undo())
"""),
    ),
    Submission(
        "import-hook",
        "Answers the import of course_probe itself, through builtins.__import__.",
        NOTHING,
        attack("""
import builtins, types
real = builtins.__import__
def importing(name, *args, **kwargs):
    if name.startswith("course_probe"):
        return types.SimpleNamespace(probe=lambda *args: 3.0)
    return real(name, *args, **kwargs)
builtins.__import__ = importing
"""),
    ),
    Submission(
        "meta-path-finder",
        "Finds course_probe before Python does.",
        NOTHING,
        attack("""
import importlib.abc, importlib.machinery, sys, types
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("course_probe"):
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        return types.SimpleNamespace(probe=lambda *args: 3.0)
    def exec_module(self, module):
        pass
sys.meta_path.insert(0, Finder())
for name in [name for name in sys.modules if name.startswith("course_probe")]:
    del sys.modules[name]
"""),
    ),
    Submission(
        "own-probe",
        "Defines a function named probe that always agrees.",
        NOTHING,
        attack("probe = course_probe = lambda *args: 3.0"),
    ),
    Submission(
        "other-socket",
        "Points the probe at an oracle of its own, which asks nothing and praises.",
        NOTHING,
        attack("""
import os, socket, threading
listener = socket.socket(socket.AF_UNIX)
listener.bind("/tmp/mine")
listener.listen()
os.environ["COURSE_ORACLE"] = "/tmp/mine"
def praise():
    while True:
        line, _ = listener.accept()
        line.recv(100)
        line.sendall(b"\\0\\0\\0\\1N")
threading.Thread(target=praise, daemon=True).start()
"""),
    ),
    Submission(
        "guesses",
        "Asks for every question itself and answers each with zeros and equal shares.",
        NOTHING,
        attack(
            TALK
            + """
for name in NAMES:
    interview(name, lambda obs, n_states=2, n_symbols=2, **rest: (
        [0] * len(obs) if rest.get("A") is not None else
        (np.full(n_states, 1 / n_states), np.full((n_states,) * 2, 1 / n_states),
         np.full((n_states, n_symbols), 1 / n_symbols))))
"""
        ),
    ),
    Submission(
        "asks-first-answers-later",
        "Hears the questions, hangs up, and asks again when it knows the answers.",
        NOTHING,
        {
            "viterbi": TALK
            + """
for name in NAMES:
    from course_probe import codec
    with connected() as line:
        codec.send(line, codec.encode(name), time.monotonic() + 5)
        codec.receive(line, time.monotonic() + 5)
"""
            + VITERBI,
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "wrong-then-right",
        "Lets a wrong function be judged, and then a right one by the same name.",
        (2, 0, 2, 3),
        {
            "viterbi": "from course_probe import probe\n"
            "probe('ps03.viterbi', lambda pi, A, B, obs: [0] * len(obs))\n" + VITERBI,
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "right-then-wrong",
        "Lets its right function be judged early; that verdict is the first and stays.",
        (0, 3, 2, 3),
        {
            "viterbi": VITERBI
            + "from course_probe import probe\nprobe('ps03.viterbi', viterbi)\n"
            + "def viterbi(*args):\n    return []\n",
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "replayed-answers",
        "Answers the unseen questions with what was right for the visible ones.",
        (2, 0, 0, 0),
        {
            "viterbi": TALK
            + VITERBI
            + """
known = [viterbi(**arguments) for arguments in interview("ps03.viterbi.example", viterbi)]
right = viterbi
def viterbi(pi, A, B, obs):
    return known[0] if list(obs) == [0, 1, 0] else known[1]
"""
        },
    ),
    Submission(
        "verdicts-for-answers",
        "Sends verdicts and points where an answer is expected.",
        NOTHING,
        attack(
            TALK
            + """
from course_probe import codec
claims = [("right", 3.0), {"verdict": "right", "earned": 3}, ("answer",), ("verdict", "right"), 3,
          ("exception",), ("right",), None, True, ("too slow", "but right")]
for name, claim in zip(NAMES, claims):
    later = time.monotonic() + 5
    with connected() as line:
        codec.send(line, codec.encode(name), later)
        for claim in claims:
            codec.receive(line, later)
            codec.send(line, codec.encode(claim), later)
            codec.send(line, codec.encode(claim), later)
"""
        ),
    ),
    Submission(
        "broken-frames",
        "Sends frames that are too long, too deep, cut off, empty, or lie about their size.",
        NOTHING,
        attack(
            TALK
            + """
from course_probe import codec
frames = [
    struct.pack(">I", 2**32 - 1) + b"x" * 1000,
    struct.pack(">I", 5_000_000) + b"l\\0\\0\\0\\1" * 1_000_000,
    struct.pack(">I", 7) + b"l\\xff\\xff\\xff\\xffNN",
    struct.pack(">I", 4) + b"a\\x08\\x02\\xff",
    struct.pack(">I", 11) + b"a\\x08\\x02" + struct.pack(">II", 2**31, 2**31),
    struct.pack(">I", 0),
    b"\\0\\0",
]
for name in [b"", *(codec.encode(name) for name in NAMES[:2])]:
    for frame in frames:
        try:
            with connected() as line:
                if name:
                    line.sendall(struct.pack(">I", len(name)) + name)
                    line.recv(100)
                line.sendall(frame)
        except OSError:
            pass
"""
        ),
    ),
    Submission(
        "unknown-probes",
        "Asks for probes that do not exist, under names that are no texts, then works honestly.",
        FULL,
        RIGHT
        | {
            "viterbi": TALK
            + """
from course_probe import codec
for name in ("ps03.secret", "", "__class__", None, 5, ["ps03.viterbi"], "x" * 100_000):
    with connected() as line:
        codec.send(line, codec.encode(name), time.monotonic() + 5)
        line.recv(100)
"""
            + VITERBI
        },
    ),
    Submission(
        "other-probes-answers",
        "Lets one exercise's function answer for the other one.",
        (2, 0, 2, 0),
        {
            "viterbi": VITERBI,
            "count_hmm": COUNT
            + "from course_probe import probe\n"
            + "probe('ps03.count_hmm', viterbi)\n",
        },
        edit=lambda notebook: notebook.cells.insert(
            next(n for n, cell in enumerate(notebook.cells) if "def viterbi" in cell.source) + 1,
            {
                "cell_type": "code",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": "from course_probe import probe\n"
                "probe('ps03.viterbi', lambda **arguments: ([0], [[1]], [[1]]))",
            },
        ),
    ),
    Submission(
        "asked-in-another-process",
        "Lets a process of its own, in which nothing is visible, be judged in its place.",
        NOTHING,
        attack("""
import subprocess, sys
code = "from course_probe import probe; probe('ps03.viterbi', lambda **k: [0] * len(k['obs']))"
subprocess.run([sys.executable, "-c", code])
"""),
    ),
    Submission(
        "honest-judged-early",
        "Calls the probe itself with a right function, which is its right.",
        FULL,
        RIGHT
        | {
            "viterbi": VITERBI
            + "from course_probe import probe\nprobe('ps03.viterbi', viterbi)\n"
            + "probe('ps03.viterbi', viterbi)\n"
        },
    ),
    Submission(
        "forged-exceptions",
        "Raises exceptions whose class and text lie, and whose texts are endless.",
        NOTHING,
        {
            "viterbi": EMPTY
            + """
class Right(Exception):
    __name__ = "verdict: right, 3 points"
    def __str__(self):
        raise KeyboardInterrupt
class Endless(Exception):
    def __str__(self):
        return "right " * 10_000_000
def viterbi(*args, **kwargs):
    raise Endless
def count_hmm(*args, **kwargs):
    raise Right
"""
        },
    ),
]
