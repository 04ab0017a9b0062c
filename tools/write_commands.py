"""Write the book's page of all commands, from what the `course` command says of itself.

python tools/write_commands.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from autograder.cli import app
from autograder.commands.examples import EXAMPLES

PAGE = Path(__file__).resolve().parent.parent / "book" / "commands.md"
HEAD = """\
# All commands

What `course COMMAND --help` says, on one page. A command that needs a course works in its
directory, or on another with `--course DIR`. Each can be run again.

`course --install-completion` teaches your shell to complete commands and options with the tab key.

## Exit codes

- **0**: all was done.
- **1**: it was carried out, but not for all: something was refused, left out or does not hold. What
  and why stands above the last line.
- **2**: it could not be carried out, for a mistake in the call, the settings or the course. Nothing
  was changed.
- **130**: you stopped it with Ctrl-C.

A script may go on after 1 and must not after 2. An error is one line on the standard error stream,
`course: ` and what was expected, what came, what to do.
"""


def page() -> str:
    """Return the page as Markdown."""
    command = typer.main.get_command(app)
    parts = [HEAD]
    for words, found in commands("course", command):
        parts.append("\n".join(_section(words, found)))
    return "\n".join(parts)


def commands(words: str, command) -> Iterator[tuple[str, object]]:
    """Yield every command that does something, with the words that call it."""
    for name, found in getattr(command, "commands", {}).items():
        yield from commands(f"{words} {name}", found)
    if not hasattr(command, "commands"):
        yield words, command


def _section(words: str, command) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    # A name that must be there says so by having no brackets.
    called = " ".join([words, *(each.metavar for each in arguments)])
    yield f"## {called}\n"
    yield f"{' '.join(command.help.split())}\n"
    yield "| | |\n| --- | --- |"
    for each in arguments:
        yield f"| `{each.metavar}` | {each.help} |"
    for each in options:
        metavar = "" if each.is_flag else f" {each.metavar or each.name.upper()}"
        yield f"| `{each.opts[0]}{metavar}` | {each.help or ''} |"
    yield "\n```"
    examples = EXAMPLES[words.removeprefix("course ")]
    width = max(map(len, examples))
    yield from (f"{line:{width}}  # {what}" for line, what in examples.items())
    yield "```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
