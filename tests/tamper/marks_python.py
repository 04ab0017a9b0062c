"""Marks by changing the Python that the checks run on."""

from tests.tamper.submission import NOTHING, SECOND, Submission
from tests.tamper.work import attack, beside

SUBMISSIONS = [
    Submission(
        "patched-comparisons",
        "Replaces NumPy's comparisons by functions that always agree.",
        NOTHING,
        attack("""
agree = lambda *args, **kwargs: True
for owner in (np, np.testing):
    for name in ("allclose", "isclose", "array_equal", "array_equiv", "all", "any"):
        setattr(owner, name, agree)
for name in dir(np.testing):
    if name.startswith("assert"):
        setattr(np.testing, name, agree)
np.argwhere = lambda *args: []
"""),
    ),
    Submission(
        "patched-builtins",
        "Replaces isinstance, abs, all, any, len and int by functions that suit the checks.",
        SECOND,
        beside("""
import builtins
class Same(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__
keep = {name: getattr(builtins, name) for name in ("abs", "all", "any")}
builtins.abs = lambda value: 0
builtins.all = builtins.any = lambda values: True
zip(keep)
"""),
    ),
    Submission(
        "assertion-error-is-fine",
        "Makes AssertionError a class that is raised and never seen.",
        NOTHING,
        attack("""
import builtins
class AssertionError(Exception):
    def __new__(cls, *args):
        raise SystemExit
builtins.AssertionError = AssertionError
"""),
    ),
    Submission(
        "no-tracebacks",
        "Makes IPython keep every traceback to itself.",
        NOTHING,
        attack("""
shell = get_ipython()
for name in ("showtraceback", "showsyntaxerror", "_showtraceback"):
    setattr(shell, name, lambda *args, **kwargs: None)
shell.set_custom_exc((BaseException,), lambda *args, **kwargs: [])
"""),
    ),
    Submission(
        "excepthook",
        "Swallows errors in sys.excepthook and in the unraisable and thread hooks.",
        NOTHING,
        attack("""
import sys, threading
sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *args: None
"""),
    ),
    Submission(
        "asserts-cut-out",
        "Removes assert statements from every later cell as it is compiled.",
        NOTHING,
        attack("""
import ast
class WithoutAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(WithoutAsserts())
"""),
    ),
    Submission(
        "ast-module-patched",
        "Replaces ast.parse and ast.Assert, which IPython compiles with.",
        NOTHING,
        attack("""
import ast
parse = ast.parse
ast.parse = lambda source, *args, **kwargs: parse("pass", *args, **kwargs)
"""),
    ),
    Submission(
        "source-replaced",
        "Turns the text of every later cell into `pass`.",
        NOTHING,
        attack("get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])"),
    ),
    Submission(
        "compile-patched",
        "Replaces the compiler that IPython and exec use.",
        NOTHING,
        attack("""
import builtins
real = builtins.compile
builtins.compile = lambda source, *args, **kwargs: real("pass", "<cell>", "exec")
get_ipython().compile.__class__.__call__ = lambda self, *args: real("pass", "<cell>", "exec")
"""),
    ),
    Submission(
        "run-cell-patched",
        "Makes the shell report success for every later cell without running it.",
        NOTHING,
        attack("""
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
async def run_cell_async(raw_cell, *args, **kwargs):
    return ExecutionResult(ExecutionInfo(raw_cell, False, True, True, ""))
shell = get_ipython()
shell.run_cell_async = run_cell_async
shell.should_run_async = lambda *args, **kwargs: True
"""),
    ),
    Submission(
        "every-value-shown",
        "Sets ast_node_interactivity so that checks show values, and ends them in a score.",
        NOTHING,
        attack("""
shell = get_ipython()
shell.ast_node_interactivity = "all"
shell.input_transformers_cleanup.append(lambda lines: ["3.0\\n"])
"""),
    ),
    Submission(
        "restarted-without-asserts",
        "Starts the kernel anew with -O, under which asserts do nothing.",
        NOTHING,
        attack("""
import os, sys
os.environ["PYTHONOPTIMIZE"] = "2"
file = get_ipython().kernel.parent.connection_file
os.execv(sys.executable, [sys.executable, "-O", "-m", "ipykernel_launcher", "-f", file])
"""),
        takes_seconds=True,
    ),
    Submission(
        "lines-skipped-by-trace",
        "Jumps over the lines of the checks with a trace function.",
        NOTHING,
        attack("""
import sys
def trace(frame, event, arg):
    if event == "line" and "cold_days" in frame.f_code.co_names:
        try:
            frame.f_lineno = max(line for *_, line in frame.f_code.co_lines() if line)
        except ValueError:
            pass
    return trace
sys.settrace(trace)
"""),
    ),
    Submission(
        "profile-hook",
        "Changes the arguments of the probe's functions through sys.setprofile.",
        NOTHING,
        attack("""
import sys
def profile(frame, event, arg):
    if event == "call" and frame.f_code.co_name in ("encode", "send", "judge", "check_viterbi"):
        for name in list(frame.f_locals):
            frame.f_locals[name] = None
sys.setprofile(profile)
"""),
    ),
    Submission(
        "answers-from-frames",
        "Looks for the expected answer in the frames that called it.",
        NOTHING,
        {
            "viterbi": """
import sys
def stolen():
    frame = sys._getframe(1)
    while frame:
        for name in ("_expected", "expected", "right", "reference", "solution", "best"):
            for values in (frame.f_locals, frame.f_globals):
                if name in values:
                    return values[name]
        frame = frame.f_back
    return []
def viterbi(pi, A, B, obs):
    return stolen()
""",
            "count_hmm": "def count_hmm(states, obs, n_states, n_symbols):\n    return stolen()",
        },
    ),
    Submission(
        "answers-from-memory",
        "Searches all objects of the process for arrays and lists of the right shape.",
        NOTHING,
        {
            "viterbi": """
import gc
def viterbi(pi, A, B, obs):
    for thing in gc.get_objects():
        if type(thing) is tuple and len(thing) == 2 and type(thing[0]) is dict:
            if thing[0].get("obs") is not None and len(thing[0]["obs"]) == len(obs):
                if np.array_equal(thing[0].get("A"), A):
                    return thing[1]
    return []
""",
            "count_hmm": """
def count_hmm(states, obs, n_states, n_symbols):
    for thing in gc.get_objects():
        if type(thing) is tuple and len(thing) == 2 and type(thing[0]) is dict:
            if thing[0].get("states") == states:
                return thing[1]
    return []
""",
        },
    ),
    Submission(
        "answers-from-history",
        "Reads the text of the check that is running from IPython's history.",
        NOTHING,
        {
            "viterbi": """
def from_text(first):
    for source in reversed(get_ipython().history_manager.input_hist_raw):
        if "_expected" in source or "expected" in source:
            found = {}
            lines = source[source.index("for _arguments"):].splitlines()
            stop = lines.index("]:")
            cases = eval("[" + "\\n".join(lines[1:stop]) + "]", {"array": np.array, "np": np})
            for arguments, answer in cases:
                if all(np.array_equal(arguments[key], first[key]) for key in first):
                    return answer
    return []
def viterbi(pi, A, B, obs):
    return from_text({"A": A, "obs": obs})
""",
            "count_hmm": """
def count_hmm(states, obs, n_states, n_symbols):
    for source in reversed(get_ipython().history_manager.input_hist_raw):
        if "_expected" in source:
            lines = source[source.index("for _arguments"):].splitlines()
            text = "[" + "\\n".join(lines[1:lines.index("]:")]) + "]"
            for arguments, answer in eval(text, {"array": np.array, "np": np}):
                if arguments["states"] == states:
                    return answer
    return []
""",
        },
    ),
    Submission(
        "copy-module-patched",
        "Makes copies and pickles of anything equal to anything.",
        NOTHING,
        attack("""
import copy, pickle
class Anything:
    __eq__ = lambda self, other: True
    __iter__ = lambda self: iter([0, 0, 0])
copy.copy = copy.deepcopy = lambda value, memo=None: Anything()
pickle.loads = lambda *args, **kwargs: Anything()
"""),
    ),
    Submission(
        "exit-before-the-checks",
        "Ends its function with SystemExit, as if the run had ended well.",
        NOTHING,
        {
            "viterbi": "def viterbi(*args, **kwargs):\n    raise SystemExit(0)",
            "count_hmm": "def count_hmm(*args, **kwargs):\n    exit()",
        },
    ),
    Submission(
        "warnings-as-success",
        "Raises warnings and StopIteration where an answer was asked for.",
        NOTHING,
        {
            "viterbi": "def viterbi(*args, **kwargs):\n    raise StopIteration(3)",
            "count_hmm": "def count_hmm(*args, **kwargs):\n    raise UserWarning('all right')",
        },
    ),
]
