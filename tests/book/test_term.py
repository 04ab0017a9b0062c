"""The page of a term: its commands are carried out, and say what the page tells."""

from __future__ import annotations

import shlex

import pytest
import typer

from autograder.cli import app
from tools.write_commands import commands
from tools.write_term import BLOCK, PAGE, Step, commands_in, lasting, play, rewritten

TEXT = PAGE.read_text(encoding="utf-8")
KNOWN = dict(commands("course", typer.main.get_command(app)))
CALLED = [
    shlex.split(command.partition("|")[0])
    for block in BLOCK.finditer(TEXT)
    for command, _ in commands_in(block["text"])
    if command.startswith("course ")
]


@pytest.mark.slow
def test_every_command_says_what_the_page_tells(tmp_path):
    differing = [step for step in play(TEXT, tmp_path) if lasting(step.told) != lasting(step.tells)]
    shown = "\n\n".join(f"$ {step.command}\n{step.tells}" for step in differing)
    assert not differing, f"{shown}\n\nIf it shall be so: python tools/write_term.py"


@pytest.mark.parametrize("words", CALLED, ids=" ".join)
def test_its_commands_exist_with_these_options(words):
    name = " ".join(words[:3] if words[1] == "roster" else words[:2])
    KNOWN[name].make_context(name, words[len(name.split()) :])


PLAYED = """\
A file:

```{code-block} python
:caption: two.py

print("two")
```

```console
$ mkdir here
$ cd here
$ python ../two.py; pwd
once
$ echo "it took 0.25 s on $(date -u +%FT%TZ)"
it took 99.8 s, more or less
```
"""


def test_a_page_is_played_and_rewritten(tmp_path):
    (tmp_path / "one").mkdir()
    *_, python, seconds = play(PLAYED, tmp_path / "one")
    assert python == Step("python ../two.py; pwd", "once\n", "two\n/home/you/here\n")
    assert seconds.told == "it took 99.8 s, more or less\n"
    (tmp_path / "two").mkdir()
    again = rewritten(PLAYED, tmp_path / "two")
    assert "once" not in again
    assert "$ python ../two.py; pwd\ntwo\n/home/you/here\n$ echo" in again
    assert again.startswith(PLAYED[: PLAYED.index("once")].rpartition("$ python")[0])


def test_only_what_must_vary_is_passed_over():
    assert lasting("graded in 0.608 s\n") == lasting("graded in 12 s\n")
    assert lasting("at 2026-11-21T20:24:42+00:00") == lasting("at 2027-01-01T00:00:00+00:00")
    assert lasting("seed        " + "a1" * 16) == lasting("seed        " + "b2" * 16)
    assert lasting("18 -> 20") != lasting("18 -> 21")
