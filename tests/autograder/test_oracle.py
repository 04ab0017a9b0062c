"""Outside: each probe has one verdict, whatever the other side says, does or leaves undone."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from autograder.inside import codec, probe
from autograder.oracle import Oracle, OracleFailed, prepare, words
from tests.autograder.boxes import eventually

# An exercise about the sum of a list: two categories, of which the second is worth more.
EXERCISES = dedent("""
    import numpy as np

    def short(rng):
        yield {"x": [1, 2]}
        yield {"x": rng.integers(9, size=3).tolist()}

    def long(rng):
        for _ in range(3):
            yield {"x": rng.integers(1, 9, size=40)}

    def examples(rng):
        yield {"x": [1]}

    def total(x):
        return float(np.sum(x))

    def check(answer, expected, x):
        assert isinstance(answer, (int, float)), f"not a number but {answer!r}"
        assert answer == expected, f"the sum is {expected:g}, got {answer:g}"

    EXERCISES = {
        "ps.total": {
            "example": examples,
            "unseen": {"short": short, "long": (3, long)},
            "reference": total,
            "check": check,
            "misconceptions": [
                (lambda x: float(np.prod(x)), "You multiplied."),
                (lambda x: float(np.sum(x[1:])), "You forgot the first."),
                (lambda x: 1 / 0, "You divided by zero."),
                (lambda x: float(np.sum(x[:3])), "You stopped after three."),
            ],
            "seconds": 2,
        },
    }
""")
SEED = "5" * 32


@pytest.fixture
def oracle(tmp_path, monkeypatch):
    """Start an oracle of these exercises, listening where the probes will look for it."""
    started = []

    def start(text=EXERCISES, seed=SEED) -> Oracle:
        path = tmp_path / "ps" / "exercises.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        address = tmp_path / f"socket{len(started)}"
        started.append(Oracle(path, seed))
        started[-1].listen(address)
        monkeypatch.setenv("COURSE_ORACLE", str(address))
        return started[-1]

    yield start
    for one in started:
        one.close()


def verdict_on(oracle, function, name="ps.total") -> dict:
    probe(name, function)
    return oracle.report()["verdicts"][name]


def counts(verdict) -> list[tuple]:
    return [(c["name"], c["weight"], c["right"], c["asked"]) for c in verdict["categories"]]


def connection() -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    line.connect(os.environ["COURSE_ORACLE"])
    return line


def soon() -> float:
    return time.monotonic() + 10


def test_a_right_function(oracle):
    verdict = verdict_on(oracle(), lambda x: sum(int(value) for value in x))
    assert counts(verdict) == [("short", 1, 2, 2), ("long", 3, 3, 3)]
    assert [category["is_right"] for category in verdict["categories"]] == [True, True]
    assert verdict["failure"] is None


def test_a_wrong_one_is_shown_its_smallest_case_and_its_misconception(oracle):
    verdict = verdict_on(oracle(), lambda x: float(np.sum(x[:3])))
    assert counts(verdict) == [("short", 1, 2, 2), ("long", 3, 0, 3)]
    failure = verdict["failure"]
    assert (failure["category"], failure["case"]) == ("long", 1)
    assert failure["kind"] == "wrong answer"
    assert failure["message"].startswith("the sum is ")
    assert failure["question"].startswith("x = [")
    assert failure["expected"] in failure["message"]
    assert failure["got"] in failure["message"]
    assert failure["misconception"] == "You stopped after three."


def test_no_idea_is_imputed_that_explains_a_part_alone(oracle):
    """Right for long lists and multiplied for short ones is not what 'multiplied' says."""
    verdict = verdict_on(oracle(), lambda x: float(np.prod(x)) if len(x) < 4 else -1.0)
    assert verdict["failure"]["category"] == "short"
    assert verdict["failure"]["misconception"] is None


def test_the_first_verdict_is_final(oracle):
    started = oracle()
    probe("ps.total", lambda x: 0)
    calls = []
    probe("ps.total", calls.append)
    assert calls == []
    assert started.report()["verdicts"]["ps.total"]["failure"]["got"] == "0"


def test_whoever_looks_at_a_question_and_leaves_has_answered(oracle):
    started = oracle()
    with connection() as line:
        codec.send(line, codec.encode("ps.total"), soon())
        codec.receive(line, soon())
        assert codec.decode(codec.receive(line, soon())) == {"x": [1, 2]}
    probe("ps.total", sum)
    verdict = started.report()["verdicts"]["ps.total"]
    assert counts(verdict) == [("short", 1, 0, 1), ("long", 3, 0, 0)]
    assert verdict["failure"]["kind"] == "crashed"


def test_unknown_names_are_ignored(oracle):
    started = oracle()
    for name in ("ps.other", "", "ps.total.example.example"):
        probe(name, lambda x: pytest.fail("nothing may be asked"))
    assert started.report() == {
        "verdicts": {},
        "notes": [],
        "probes": ["ps.total", "ps.total.example"],
    }


def test_example_and_unseen_are_judged_apart(oracle):
    started = oracle()
    probe("ps.total.example", lambda x: 1)
    probe("ps.total", lambda x: 1)
    verdicts = started.report()["verdicts"]
    assert counts(verdicts["ps.total.example"]) == [("the examples", 1, 1, 1)]
    assert counts(verdicts["ps.total"])[1] == ("long", 3, 0, 3)


def test_questions_follow_from_the_seed(oracle):
    def asked(seed):
        questions = []
        started = oracle(seed=seed)
        probe("ps.total", lambda x: questions.append(codec.encode(x)))
        started.report()
        return questions

    assert asked("1" * 32) == asked("1" * 32)
    assert asked("1" * 32) != asked("2" * 32)


def misbehaving(kind):
    def f(x):
        if kind == "raises":
            raise ValueError("a bad day")
        if kind == "changes":
            answer = float(np.sum(x))
            x[0] = 100
            return answer
        if kind == "is not plain":
            return {1, 2}
        if kind == "eats":
            raise MemoryError
        time.sleep(30)
        return None

    return f


@pytest.mark.parametrize(
    ("behaviour", "kind", "told"),
    [
        ("raises", "exception", "ValueError: a bad day"),
        ("changes", "changed its arguments", "must leave `x` as it is"),
        ("is not plain", "not plain data", "a value of type set"),
        ("eats", "out of memory", "more memory"),
        ("sleeps", "too slow", "2 seconds"),
    ],
)
def test_each_way_to_fail_is_told_apart(oracle, behaviour, kind, told):
    start = time.monotonic()
    verdict = verdict_on(oracle(), misbehaving(behaviour))
    failure = verdict["failure"]
    assert (failure["kind"], failure["category"], failure["case"]) == (kind, "short", 1)
    assert told in failure["message"]
    assert failure["question"] == "x = [1, 2]"
    assert failure["got"] is None
    assert failure["misconception"] is None
    assert not any(category["is_right"] for category in verdict["categories"])
    assert time.monotonic() - start < 10


def test_arguments_may_change_where_the_exercise_says_so(oracle):
    text = EXERCISES.replace('"seconds": 2', '"keeps_arguments": False')
    assert verdict_on(oracle(text), misbehaving("changes"))["failure"] is None


def test_one_slow_kind_of_cases_leaves_the_others_their_time(oracle):
    def slow_where_short(x):
        if len(x) < 4:
            time.sleep(30)
        return float(np.sum(x))

    verdict = verdict_on(oracle(), slow_where_short)
    assert counts(verdict) == [("short", 1, 0, 1), ("long", 3, 3, 3)]


def raw(line, *frames: bytes):
    for frame in frames:
        codec.send(line, frame, soon())


def test_a_stranger_to_the_protocol_spoils_its_own_probe_alone(oracle):
    """Garbage, lies and silence: the oracle goes on, and the next probe is judged as ever."""
    started = oracle()
    rng = random.Random(1)
    for data in (b"", b"\xff\xff\xff\xff", struct.pack(">I", 10) + b"x", rng.randbytes(5000)):
        with connection() as line:
            line.sendall(data)
    nested = b"l\0\0\0\1" * 1_000_000
    with connection() as line:
        raw(line, codec.encode("ps.total.example"))
        codec.receive(line, soon())
        codec.receive(line, soon())
        raw(line, nested, nested)
        assert codec.decode(codec.receive(line, soon())) is None
    probe("ps.total", lambda x: float(np.sum(x)))
    verdicts = started.report()["verdicts"]
    assert verdicts["ps.total.example"]["failure"]["kind"] == "not plain data"
    assert verdicts["ps.total"]["failure"] is None


@pytest.mark.parametrize(
    "reply",
    [
        ("answer",),
        ("answer", 1, 2),
        ("exception", 1, 2, 3),
        ("verdict", True),
        {"earned": 3},
        None,
        ["answer", 1.0],
    ],
    ids=repr,
)
def test_no_reply_but_a_right_answer_is_right(oracle, reply):
    started = oracle()
    with connection() as line:
        raw(line, codec.encode("ps.total.example"))
        codec.receive(line, soon())
        raw(line, codec.encode(reply), codec.receive(line, soon()))
        codec.receive(line, soon())
    verdict = started.report()["verdicts"]["ps.total.example"]
    # A list in place of a tuple is the same reply; what counts is that it holds the right answer.
    assert verdict["categories"][0]["is_right"] is (reply == ["answer", 1.0])


def test_a_slow_writer_is_cut_off(oracle):
    started = oracle()
    start = time.monotonic()
    with connection() as line:
        raw(line, codec.encode("ps.total"))
        codec.receive(line, soon())
        codec.receive(line, soon())
        line.sendall(struct.pack(">I", 1_000_000))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() - start < 20:
                line.sendall(b"x")
                time.sleep(0.05)
    assert time.monotonic() - start < 10
    assert started.report()["verdicts"]["ps.total"]["failure"]["kind"] == "too slow"


WEIRD_CHECK = EXERCISES.replace(
    'assert isinstance(answer, (int, float)), f"not a number but {answer!r}"',
    "answer['no such thing']",
)


def test_a_check_that_stumbles_over_an_answer_judges_it_wrong_and_tells_the_instructor(oracle):
    started = oracle(WEIRD_CHECK)
    probe("ps.total", lambda x: 1.0)
    report = started.report()
    failure = report["verdicts"]["ps.total"]["failure"]
    assert failure["message"] == "The answer is not of the kind that was asked for."
    assert report["notes"] == [
        "ps.total: the check failed with TypeError on an answer of type float; it was judged wrong."
    ]


def test_an_answer_that_would_fill_the_memory_is_wrong(oracle):
    text = EXERCISES.replace(
        "    assert answer == expected", "    np.ones(3 << 30, 'u1')\n    assert 1"
    )
    started = oracle(text)
    probe("ps.total", lambda x: 1.0)
    report = started.report()
    assert report["verdicts"]["ps.total"]["failure"]["kind"] == "wrong answer"
    assert "MemoryError" in report["notes"][0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("return float(np.sum(x))", "return 1 / 0", "the reference failed on case 1 of 'short'"),
        ('yield {"x": [1, 2]}', "yield {'x': {1}}", "the cases of 'short' cannot be drawn"),
        ('yield {"x": [1, 2]}', "return; yield", "there are no cases of 'short'"),
        ("import numpy as np", "import numpy as np; 1 / 0", "line 2, cannot be loaded: ZeroDiv"),
        ('"check": check,', "", "key 'check': it is missing"),
    ],
)
def test_a_broken_exercise_gives_no_verdict_at_all(oracle, before, after, told):
    assert before in EXERCISES
    started = oracle(EXERCISES.replace(before, after))
    probe("ps.total", lambda x: 0.0)
    with pytest.raises(OracleFailed, match=told):
        started.report()


def test_an_oracle_that_died_gives_no_verdict_at_all(oracle):
    started = oracle(EXERCISES.replace("return float(np.sum(x))", "import os; os._exit(1)"))
    probe("ps.total", lambda x: 0.0)
    with pytest.raises(OracleFailed, match="ended early"):
        started.report()
    assert verdict_on(oracle(), lambda x: float(np.sum(x)))["failure"] is None


def test_exercises_loaded_beforehand_are_not_loaded_again(tmp_path, oracle):
    loads = tmp_path / "loads"
    text = f"open({str(loads)!r}, 'a').write('x')\n{EXERCISES}"
    path = tmp_path / "ps" / "exercises.py"
    path.parent.mkdir()
    path.write_text(text)
    prepare(path)
    eventually(loads.exists)
    before = path.stat().st_mtime_ns
    started = oracle(text)
    os.utime(path, ns=(before, before))
    assert verdict_on(started, lambda x: float(np.sum(x)))["failure"] is None
    assert loads.read_text() == "x"


def test_what_is_broken_beforehand_is_told_to_who_asks(tmp_path, oracle):
    path = tmp_path / "broken.py"
    path.write_text("1 / 0")
    prepare(path)
    assert verdict_on(oracle(), lambda x: float(np.sum(x)))["failure"] is None


def test_exercises_are_read_anew_when_they_change(oracle):
    assert verdict_on(oracle(), lambda x: float(np.sum(x)))["failure"] is None
    text = EXERCISES.replace("return float(np.sum(x))", "return float(np.max(x))")
    assert verdict_on(oracle(text), lambda x: float(np.max(x)))["failure"] is None


def test_no_process_is_left_behind(tmp_path):
    """Killed in the middle of a run, the grader takes its oracles with it."""
    (tmp_path / "exercises.py").write_text(EXERCISES)
    code = dedent(f"""
        import time
        from pathlib import Path
        from autograder.oracle import _SERVER, Oracle
        here = Path({str(tmp_path)!r})
        Oracle(here / "exercises.py", "seed").listen(here / "socket")
        print(_SERVER._process.pid, flush=True)
        time.sleep(60)
    """)
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    server = int(grader.stdout.readline())
    assert (Path("/proc") / str(server)).exists()
    grader.send_signal(signal.SIGKILL)
    grader.communicate()
    deadline = time.monotonic() + 20
    while is_running(server) or not refuses(tmp_path / "socket"):
        assert time.monotonic() < deadline, "the server or an oracle is still there"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def refuses(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(path))
        except OSError:
            return True
    return False


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([0, 2, 1], "[0, 2, 1]"),
        ({"a": (1.23456789, None)}, "{'a': (1.2346, None)}"),
        ((1,), "(1,)"),
        (np.array([[0.25, 1 / 3]]), "[[0.25, 0.33333]]"),
        (np.zeros((0, 3)), "an array of shape (0, 3)"),
        (np.float32(0.1), "0.1"),
        ("red\x1b[31m", "'red\\x1b[31m'"),
        (list(range(500)), None),
        ([[1] * 30] * 30, None),
        (np.zeros(500), None),
        ("x" * 500, None),
    ],
    ids=repr,
)
def test_values_in_words(value, text):
    assert words.shown(value) == text


def test_reports_are_plain_json(oracle):
    probe_report = oracle().report()
    assert json.loads(json.dumps(probe_report)) == probe_report
