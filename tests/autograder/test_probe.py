"""Inside: the student's function is called on each question, and whatever it does is told."""

from __future__ import annotations

import contextlib
import linecache
import os
import signal
import socket
import threading
import time
import warnings

import numpy as np
import pytest

from autograder.inside import codec, probe


class FakeOracle:
    """Asks the questions it was given, and keeps what it is told."""

    def __init__(self, path, questions, seconds=10.0):
        self.questions, self.seconds = questions, seconds
        self.asked_by, self.replies, self.after = None, [], []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        connection, _ = self.listener.accept()
        deadline = time.monotonic() + 20
        # A probe that is interrupted hangs up.
        with self.listener, connection, contextlib.suppress(ConnectionError):
            self.asked_by = codec.decode(codec.receive(connection, deadline))
            for question in self.questions:
                codec.send(connection, codec.encode(self.seconds), deadline)
                codec.send(connection, codec.encode(question), deadline)
                self.replies.append(codec.decode(codec.receive(connection, deadline)))
                self.after.append(codec.receive(connection, deadline))
            codec.send(connection, codec.encode(None), deadline)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Let a function be asked, and return the replies."""

    def asked(function, *questions, seconds=10.0) -> FakeOracle:
        questions = questions or ({"x": 3},)
        oracle = FakeOracle(tmp_path / "socket", questions, seconds)
        monkeypatch.setenv("COURSE_ORACLE", str(tmp_path / "socket"))
        assert probe("ps.f", function) is None
        oracle.thread.join()
        return oracle

    return asked


def students(source: str, name: str = "f"):
    """Return a function as a notebook's cell defines it."""
    filename = "<cell 7>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = {"__name__": "__main__", "np": np}
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]


def test_every_question_is_answered_in_turn(asked, capsys):
    oracle = asked(lambda x: x * 2, {"x": 3}, {"x": np.array([1.5])}, {"x": "ab"})
    assert oracle.asked_by == "ps.f"
    assert oracle.replies == [("answer", 6), ("answer", np.array([3.0])), ("answer", "abab")]
    assert oracle.after == [codec.encode({"x": x}) for x in (3, np.array([1.5]), "ab")]
    assert capsys.readouterr() == ("", "")


def test_an_argument_is_the_students_own_to_change_and_the_change_shows(asked):
    def f(x):
        x[0] = -1
        return x

    oracle = asked(f, {"x": np.array([1, 2])})
    assert oracle.after == [codec.encode({"x": np.array([-1, 2])})]


def test_an_argument_that_is_no_longer_plain_is_changed(asked):
    assert asked(lambda x: x.append(print), {"x": [1]}).after == [b""]


def test_an_exception_is_told_by_the_students_own_lines(asked):
    f = students(
        "import json\n"
        "def read(text):\n"
        "    return json.loads(text)\n"
        "def f(x):\n"
        "    return read('{' * x)\n"
    )
    ((kind, name, message, lines),) = asked(f).replies
    assert (kind, name) == ("exception", "JSONDecodeError")
    assert "Expecting property name" in message
    assert lines == [
        "line 5 of f: return read('{' * x)",
        "line 3 of read: return json.loads(text)",
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise SystemExit(3)", ("exception", "SystemExit", "3")),
        ("raise type('Own', (BaseException,), {})('x')", ("exception", "Own", "x")),
        ("return f(x)", ("exception", "RecursionError", "maximum recursion depth exceeded")),
        ("raise MemoryError", ("out of memory",)),
        ("return {1, 2}", ("not plain data", "a value of type set is not plain data")),
        ("return (i for i in x)", ("exception", "TypeError", "'int' object is not iterable")),
        ("return type('Own', (list,), {'__len__': lambda s: 1 / 0})()", ("not plain data",)),
    ],
)
def test_whatever_goes_wrong_is_told_and_raised_nowhere(asked, body, told):
    (reply,) = asked(students(f"def f(x):\n    {body}\n")).replies
    assert reply[: len(told)] == told


def test_an_exception_that_cannot_be_printed(asked):
    f = students(
        "class Shy(Exception):\n"
        "    def __str__(self): raise ValueError\n"
        "def f(x): raise Shy\n"
    )  # fmt: skip
    assert asked(f).replies[0][:3] == ("exception", "Shy", "")


def test_what_is_no_function_is_told_as_python_does(asked):
    assert asked(3).replies[0][2] == "'int' object is not callable"


def test_other_names_of_arguments_do_not_matter(asked):
    """A notebook calls by place, so a student may choose other names, as its checks let them."""
    question = {"minuend": 7, "subtrahend": 2}
    assert asked(lambda a, b: a - b, question).replies == [("answer", 5)]


def test_the_wrong_number_of_arguments_is_told_as_python_does(asked):
    (reply,) = asked(lambda a, b: a - b).replies
    assert reply[:2] == ("exception", "TypeError")
    assert "missing 1 required positional argument: 'b'" in reply[2]


def test_a_slow_answer_is_cut_off_and_the_next_question_comes(asked):
    f = students(
        "import time\n"
        "def f(x):\n"
        "    while x:\n"
        "        try: time.sleep(0.01)\n"
        "        except Exception: pass\n"
        "    return 'done'\n"
    )  # fmt: skip
    start = time.monotonic()
    assert asked(f, {"x": 1}, {"x": 0}, seconds=0.3).replies == [("too slow",), ("answer", "done")]
    assert time.monotonic() - start < 5


def test_the_clock_is_left_as_it_was(asked):
    def mine(number, frame):
        raise AssertionError

    before = signal.signal(signal.SIGALRM, mine)
    try:
        asked(lambda x: x)
        assert signal.getsignal(signal.SIGALRM) is mine
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_the_kernels_interrupt_goes_through(asked, tmp_path):
    def f(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(f)


def test_honest_oddities(asked, tmp_path, monkeypatch, capfd):
    """Prints, warnings as errors, a NumPy that raises, another working directory."""

    def f(x):
        os.chdir(tmp_path)
        print("at", x)
        return np.longdouble(x) / 3

    monkeypatch.chdir(tmp_path)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        ((kind, answer),) = asked(f).replies
    assert kind == "answer"
    assert answer == 1.0
    assert capfd.readouterr().out == "at 3\n"


def test_without_an_oracle_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_ORACLE", str(tmp_path / "nobody"))
    calls = []
    probe("ps.f", calls.append)
    assert calls == []
