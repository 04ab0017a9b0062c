"""The book's page of commands says what the command says, and its examples are commands."""

from __future__ import annotations

import shlex

import pytest
import typer

from autograder.cli import app
from autograder.commands.examples import EXAMPLES
from tools.write_commands import PAGE, commands, page

FOUND = dict(commands("course", typer.main.get_command(app)))
LINES = [(name, line) for name, examples in EXAMPLES.items() for line in examples]


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tools/write_commands.py"


def test_every_command_has_examples():
    assert {f"course {name}" for name in EXAMPLES} == set(FOUND)


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line for _, line in LINES])
def test_examples_are_commands_with_options_that_exist(name, line):
    words = shlex.split(line)[len(name.split()) + 1 :]
    FOUND[f"course {name}"].make_context(name, words)
