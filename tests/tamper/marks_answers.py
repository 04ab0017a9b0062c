"""Marks by answers that lie about what they are, or that are of no kind anybody asked for."""

from tests.tamper.submission import NOTHING, SECOND, Submission
from tests.tamper.work import COUNT, answering

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
        "equal-to-everything",
        "Returns objects that are equal to all others and agree to every comparison.",
        NOTHING,
        returning(
            "[Equal() for _ in obs]",
            "(Equal(), Equal(), Equal())",
            """
class Equal:
    __eq__ = __ge__ = __le__ = __gt__ = __lt__ = __and__ = __rand__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __int__ = __index__ = lambda self: 0
    __hash__ = lambda self: 0
    __array__ = lambda self, *args, **kwargs: np.array(0)
""",
        ),
    ),
    Submission(
        "equal-list",
        "Returns a list whose class says that it equals every other list.",
        NOTHING,
        returning(
            "Equal()",
            "Equal()",
            """
class Equal(list):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    def __iter__(self):
        import sys
        expected = sys._getframe(1).f_globals
        return iter([Int(0), Int(0), Int(0)])
class Int(int):
    __int__ = lambda self: self
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__
""",
        ),
    ),
    Submission(
        "lying-array",
        "Returns an ndarray subclass that overrides comparison, ufuncs, functions and shape.",
        NOTHING,
        returning(
            "Lying.of(obs)",
            f"tuple(np.zeros(s).view(Lying) for s in {SHAPES})",
            """
class Lying(np.ndarray):
    @classmethod
    def of(cls, obs):
        return np.zeros(len(obs), dtype=int).view(cls)
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.bool_(True)
    def __array_function__(self, function, types, args, kwargs):
        return True
    __eq__ = lambda self, other: np.bool_(True)
    def __iter__(self):
        class Any(int):
            __eq__ = lambda self, other: True
            __int__ = lambda self: self
        return iter([Any()] * len(self))
""",
        ),
    ),
    Submission(
        "lying-about-class",
        "Returns an object whose __class__ claims to be a list.",
        NOTHING,
        returning(
            "Claims()",
            "Claims()",
            """
class Claims:
    __class__ = list
    __len__ = lambda self: 3
    __iter__ = lambda self: iter([0, 0, 0])
    __eq__ = lambda self, other: True
""",
        ),
    ),
    Submission(
        "lying-about-length",
        "Returns a list subclass whose length, items and iterator disagree.",
        NOTHING,
        returning(
            "Rubber(range(7))",
            "Rubber([1, 2])",
            """
class Rubber(list):
    __len__ = lambda self: 3
    __getitem__ = lambda self, index: 0
    __iter__ = lambda self: iter([0] * 10**6)
""",
        ),
    ),
    Submission(
        "endless-list",
        "Returns a list subclass whose iterator never ends.",
        SECOND,
        {
            "viterbi": """
import itertools
class Endless(list):
    __iter__ = lambda self: itertools.repeat(0)
def viterbi(pi, A, B, obs):
    return Endless([0])
""",
            "count_hmm": COUNT,
        },
        takes_seconds=True,
    ),
    Submission(
        "dict-subclass",
        "Returns a dictionary that has every key, with a value for each question.",
        NOTHING,
        returning(
            "Every()",
            "Every()",
            """
class Every(dict):
    __missing__ = lambda self, key: 0
    __len__ = lambda self: 3
    keys = lambda self: ["pi", "A", "B"]
""",
        ),
    ),
    Submission(
        "refuses-to-be-looked-at",
        "Returns an object that raises whatever is done with it.",
        NOTHING,
        returning(
            "Mine()",
            "[Mine()] * 3",
            "class Mine:\n    def __getattribute__(self, name):\n        raise MemoryError(name)\n",
        ),
    ),
    Submission(
        "generator",
        "Yields the right path state by state, where a list or an array was asked for.",
        (0, 0, 2, 3),
        only_path("(state for state in path)"),
    ),
]
