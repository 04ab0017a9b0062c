"""What `course grade` tells people and programs, and how it is stopped."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from autograder.changes import Change, summary
from autograder.commands.grading import _ask
from autograder.commands.outcomes import Display
from autograder.errors import CourseError
from autograder.outcome import Outcome
from tests.autograder.conftest import PROBLEM_SET, release_of

OUTCOMES = [
    Outcome("cem", refused="[b]is empty[/b]"),
    Outcome("ann", 19.0, 20.0, waiting=1),
    Outcome("bea", 7.5, 20.0, unchanged=True, waiting=2),
]
CHANGES = [Change("ann", {"a": 1.0, "b": None}, {"a": 3.0, "b": None})]


def three():
    yield from OUTCOMES


def shown(capsys, outcomes=three, **options):
    display = Display("Grading", 3, "course grade ps", **options)
    with pytest.raises(CourseError) as told:
        display.show(outcomes())
    said = capsys.readouterr()
    return said.out, said.err, told.value


def test_a_row_for_each_in_the_order_of_names(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "150")
    table, _, told = shown(capsys)
    rows = [line for line in table.splitlines() if any(o.student in line for o in OUTCOMES)]
    assert [row.split()[1] for row in rows] == ["ann", "bea", "cem"]
    assert "an answer waits for a person" in rows[0]
    assert "unchanged; 2 answers wait for a person" in rows[1]
    assert "refused: [b]is empty[/b]" in rows[2]
    assert str(told) == "1 of 3 submissions were refused; see the remarks."
    assert told.exit_status == 1


def test_a_line_of_json_for_each_and_one_in_the_end(capsys):
    said, _, _ = shown(capsys, as_json=True)
    *lines, last = map(json.loads, said.splitlines())
    assert [line["student"] for line in lines] == ["cem", "ann", "bea"]
    assert [line["state"] for line in lines] == ["refused", "done", "unchanged"]
    assert lines[2] == {
        "student": "bea",
        "state": "unchanged",
        "score": 7.5,
        "max_score": 20.0,
        "waiting": 2,
        "reason": None,
    }
    del last["summary"]["seconds"]
    assert last == {"summary": {"done": 1, "unchanged": 1, "refused": 1, "left": 0}}


def test_quietly_only_refusals_are_told(capsys):
    said, errors, _ = shown(capsys, quiet=True)
    assert said == ""
    assert errors == "cem refused: [b]is empty[/b]\n"


def test_an_interrupted_grading_tells_how_to_go_on(capsys):
    def interrupted():
        yield OUTCOMES[1]
        raise KeyboardInterrupt

    said, _, told = shown(capsys, interrupted)
    assert "ann" in said
    assert "2 of 3 are left. To go on: course grade ps" in str(told)
    assert told.exit_status == 130


def test_changes_are_told_on_a_line():
    hidden = Change("bea", {"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 1.0})
    assert summary(CHANGES + [hidden]) == ("2 scores change: ann 1 -> 3, bea (a 1 -> 2, b 2 -> 1)")
    assert summary(CHANGES * 50).endswith(", ann 1 -> 3 and 30 more")


def test_without_a_terminal_nothing_is_overwritten_unasked(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(CourseError, match="Nothing was overwritten.*course grade ps --yes") as told:
        _ask(CHANGES, False, "course grade ps")
    assert told.value.exit_status == 2
    assert capsys.readouterr().err == "1 score changes: ann 1 -> 3\n"
    _ask(CHANGES, True, "course grade ps")
    assert "ann 1 -> 3" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "goes_on"), [("y", True), ("n", False), ("", False)])
def test_at_a_terminal_somebody_decides(monkeypatch, answer, goes_on):
    terminal = io.StringIO(f"{answer}\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    if goes_on:
        _ask(CHANGES, False, "course grade ps")
    else:
        with pytest.raises(CourseError, match="Nothing was overwritten"):
            _ask(CHANGES, False, "course grade ps")


COMMAND = """
from autograder import grading
from tests.autograder import quick_answers
grading.attempt = quick_answers.slowly
from autograder.cli import main
main()
"""


def test_ctrl_c_keeps_what_is_done(course, hand_in):
    """Pressed in a terminal, it reaches the head and every worker."""
    for number in range(60):
        notebook = hand_in(f"s{number:02}", release_of(course))
        notebook.write_text(notebook.read_text() + " " * number)
    command = [sys.executable, "-c", COMMAND, "grade", PROBLEM_SET, "--course", str(course.root)]
    head = subprocess.Popen(
        [*command, "--workers", "2", "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    records = course.root / "ledger" / PROBLEM_SET
    while head.poll() is None and len(list(records.glob("*.json"))) < 3:
        time.sleep(0.01)
    os.killpg(head.pid, signal.SIGINT)
    _, said = head.communicate(timeout=120)
    assert head.returncode == 130, said
    (line,) = said.splitlines()
    done = len(list(records.glob("*.json")))
    assert 3 <= done < 60
    left = int(re.search(r"(\d+) of 60 are left. To go on: course grade ps03_hmm", line)[1])
    # It may have been pressed when one was written and not told yet.
    assert left in (60 - done, 61 - done)
    assert not list(course.root.glob(".received-*"))

    again = subprocess.run(
        [*command, "--json"], stdout=subprocess.PIPE, text=True, check=True, timeout=300
    )
    last = json.loads(again.stdout.splitlines()[-1])["summary"]
    assert (last["unchanged"], last["done"]) == (done, 60 - done)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_is_not_lost_where_python_swallows_it():
    """What is raised while an object is let go is only printed; the command must stop anyway."""

    class Parting:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def outcomes():
        for number in range(5):
            parting = Parting() if number == 1 else None
            del parting
            yield Outcome(f"s{number}", 1.0, 1.0)

    display = Display("Grading", 5, "course grade", quiet=True)
    with pytest.raises(CourseError, match="3 of 5 are left"):
        display.show(outcomes())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
