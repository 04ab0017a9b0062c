"""Marks by answers of a kind that nobody asked for."""

from tests.tamper.submission import FULL, NOTHING, SECOND, Submission
from tests.tamper.work import COUNT, VITERBI, answering

SHAPES = "[n_states, (n_states,) * 2, (n_states, n_symbols)]"


def returning(viterbi: str, count_hmm: str, before: str = "") -> dict[str, str]:
    """Return the cells of functions that know nothing and return this."""
    return {
        "viterbi": f"{before}\ndef viterbi(pi, A, B, obs):\n    return {viterbi}\n",
        "count_hmm": f"def count_hmm(states, obs, n_states, n_symbols):\n    return {count_hmm}\n",
    }


def only_path(viterbi: str) -> dict[str, str]:
    """Return the cells in which `viterbi` returns this in place of the right path."""
    return {**answering(viterbi, "tables"), "count_hmm": COUNT}


SUBMISSIONS = [
    Submission(
        "masked-arrays",
        "Returns arrays in which every entry is masked, so that every comparison is masked too.",
        NOTHING,
        returning(
            "np.ma.masked_all(len(obs), dtype=int)",
            f"tuple(np.ma.masked_all(s) for s in {SHAPES})",
        ),
    ),
    Submission(
        "object-arrays",
        "Returns object arrays of objects that are equal to everything.",
        NOTHING,
        returning(
            "np.array([Equal() for _ in obs], dtype=object)",
            "(np.array([Equal()]),) * 3",
            "class Equal:\n    __eq__ = lambda self, other: True\n    __int__ = lambda self: 0\n"
            "    __sub__ = __rsub__ = lambda self, other: 0\n    __hash__ = None\n",
        ),
    ),
    Submission(
        "structured-dtype",
        "Returns the right states in a structured array with fields.",
        SECOND,
        only_path("np.array([(s,) for s in path], dtype=[('state', int)])"),
    ),
    Submission(
        "zero-strides",
        "Returns views that claim to hold 10**15 numbers in eight bytes.",
        NOTHING,
        returning(
            "np.broadcast_to(np.int64(0), (10**15,))", "(np.broadcast_to(0.5, (10**8, 10**6)),) * 3"
        ),
    ),
    Submission(
        "texts-of-numbers",
        "Returns the right states as texts.",
        SECOND,
        only_path("[str(state) for state in path]"),
    ),
    Submission(
        "nan-everywhere",
        "Returns NaN wherever a number belongs.",
        NOTHING,
        returning(
            "np.full(len(obs), np.nan)",
            f"tuple(np.full(s, np.nan) for s in {SHAPES})",
        ),
    ),
    Submission(
        "infinite-tables",
        "Returns infinity and huge numbers in every table.",
        NOTHING,
        returning(
            "[float('inf')] * len(obs)",
            f"tuple(np.full(s, 1e308) * 10 for s in {SHAPES})",
        ),
    ),
    Submission(
        "huge-integers",
        "Returns integers of a million digits.",
        NOTHING,
        returning("[10**1_000_000] * len(obs)", "(10**1_000_000,) * 3"),
    ),
    Submission(
        "integers-beyond-64-bits",
        "Returns states just too large for a machine integer.",
        NOTHING,
        returning("[2**64] * len(obs)", "([2**64], [[2**70]], [[-2**64]])"),
    ),
    Submission(
        "truth-values",
        "Returns True for every day and every table.",
        NOTHING,
        returning("[True] * len(obs)", "(True, True, True)"),
    ),
    Submission(
        "negative-states",
        "Returns the right states counted from behind, -1 for the last.",
        SECOND,
        only_path("[state - len(pi) for state in path]"),
    ),
    Submission(
        "fractions-of-states",
        "Returns states a little above the right ones, hoping they are rounded.",
        SECOND,
        only_path("[state + 0.4 for state in path]"),
    ),
    Submission(
        "complex-states",
        "Returns the right states with an imaginary part.",
        SECOND,
        only_path("np.array(path) + 0j"),
    ),
    Submission(
        "path-too-long",
        "Returns the right path twice over.",
        SECOND,
        only_path("path + path"),
    ),
    Submission(
        "path-too-short",
        "Leaves the last day out.",
        SECOND,
        only_path("path[:-1]"),
    ),
    Submission(
        "path-as-column",
        "Returns the right path as a column of a two-dimensional array.",
        SECOND,
        only_path("np.array(path)[:, None]"),
    ),
    Submission(
        "all-paths-at-once",
        "Returns one row for each possible state, one of which is right each day.",
        SECOND,
        only_path("np.tile(np.arange(len(pi))[:, None], len(obs))"),
    ),
    Submission(
        "itself",
        "Returns a list that contains itself.",
        NOTHING,
        returning("loop", "(loop, loop, loop)", "loop = []\nloop.append(loop)"),
    ),
    Submission(
        "nested-too-deep",
        "Returns a list nested a hundred thousand deep.",
        NOTHING,
        returning("deep", "[deep] * 3", "deep = []\nfor _ in range(100_000):\n    deep = [deep]\n"),
    ),
    Submission(
        "dates-and-bytes",
        "Returns dates, bytes and types.",
        NOTHING,
        returning("np.zeros(len(obs), 'datetime64[D]')", "(b'1', bytearray(3), int)"),
    ),
    Submission(
        "hard-coded",
        "Knows the answers of the visible checks by heart and nothing else.",
        (2, 0, 2, 0),
        returning(
            "[0, 0, 0] if list(obs) == [0, 1, 0] else [1] * len(obs)",
            "([.5, .5], [[.6, .4], [4 / 14, 10 / 14]], "
            "[[5 / 11, 5 / 11, 1 / 11], [2 / 15, 6 / 15, 7 / 15]])",
        ),
    ),
    Submission(
        "arguments-overwritten",
        "Answers rightly, but makes the question's tables fit its answer.",
        (0, 0, 2, 3),
        {
            "viterbi": VITERBI
            + """
right = viterbi
def viterbi(pi, A, B, obs):
    path = right(pi, A, B, obs)
    A[:] = np.eye(len(A))
    return path
""",
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "arguments-made-to-fit",
        "Makes every path equally probable by writing into the tables, then returns zeros.",
        SECOND,
        {
            "viterbi": """
def viterbi(pi, A, B, obs):
    kept = pi.copy(), A.copy(), B.copy()
    pi[:], A[:], B[:] = 1 / len(pi), 1 / len(pi), 1 / B.shape[1]
    import threading, time
    def put_back():
        time.sleep(0.001)
        pi[:], A[:], B[:] = kept
    threading.Thread(target=put_back).start()
    return [0] * len(obs)
""",
            "count_hmm": COUNT,
        },
    ),
    Submission(
        "arguments-borrowed",
        "Works in the given tables and puts everything back: unusual, and right.",
        FULL,
        {
            "viterbi": VITERBI
            + """
right = viterbi
def viterbi(pi, A, B, obs):
    kept = A.copy()
    path = right(pi, A, B, obs)
    A[:] = 0
    A[:] = kept
    return path
""",
            "count_hmm": COUNT,
        },
    ),
]
