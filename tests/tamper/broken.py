"""Broken submissions, as they come every week: files, formats, and code that does not work."""

from __future__ import annotations

import json

import nbformat
from nbformat import NotebookNode

from tests.tamper.submission import (
    FIRST,
    FULL,
    NOTHING,
    PROBLEM_SET,
    REFUSED,
    SECOND,
    Submission,
    Target,
    named,
)
from tests.tamper.work import COUNT, RIGHT, VITERBI


def as_text(notebook: NotebookNode) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def encoded(encoding: str, newline: str = "\n"):
    def edit(notebook: NotebookNode) -> bytes:
        named(notebook, "viterbi").source += "\n# für Käthe\n"
        return as_text(notebook).replace("\n", newline).encode(encoding, "replace")

    return edit


def format_three(notebook: NotebookNode) -> str:
    return nbformat.writes(nbformat.convert(nbformat.from_dict(notebook), 3), version=3)


def another_notebook(notebook: NotebookNode) -> None:
    cells = [nbformat.v4.new_markdown_cell("# Another course"), nbformat.v4.new_code_cell("x = 1")]
    notebook.cells = cells


def without_solution_cell(notebook: NotebookNode) -> None:
    notebook.cells.remove(named(notebook, "count_hmm"))


def no_notebook(folder, target: Target) -> None:
    (folder / f"{PROBLEM_SET}.ipynb").rename(folder / "answers.txt")


def renamed(folder, target: Target) -> None:
    (folder / f"{PROBLEM_SET}.ipynb").rename(folder / "ps03 final (2).ipynb")


def two_notebooks(folder, target: Target) -> None:
    path = folder / f"{PROBLEM_SET}.ipynb"
    (folder / "one.ipynb").write_bytes(path.read_bytes())
    path.rename(folder / "two.ipynb")


def a_folder(folder, target: Target) -> None:
    (folder / f"{PROBLEM_SET}.ipynb").unlink()
    (folder / f"{PROBLEM_SET}.ipynb").mkdir()


def nothing_at_all(folder, target: Target) -> None:
    (folder / f"{PROBLEM_SET}.ipynb").unlink()


def file(name: str, tries: str, content) -> Submission:
    """Return a submission whose file is this and can't be graded."""
    return Submission(name, tries, REFUSED, edit=lambda notebook: content)


SUBMISSIONS = [
    Submission("untouched", "Hands in what was given out.", NOTHING),
    file("empty-file", "Hands in an empty file.", b""),
    file("blank-file", "Hands in blanks and line ends.", b" \n\n"),
    file("text-file", "Hands in a text.", "My answers are in the mail."),
    file(
        "zip-file",
        "Hands in an archive under the notebook's name.",
        b"PK\x03\x04" + bytes(range(256)),
    ),
    file(
        "web-page",
        "Hands in the page of an error instead of the notebook.",
        "<!DOCTYPE html><html>",
    ),
    file("a-list", "Hands in JSON that is a list.", "[]"),
    file("a-number", "Hands in JSON that is a number.", "3"),
    file(
        "no-cells",
        "Hands in a notebook without cells.",
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    ),
    file(
        "cells-no-list",
        "Hands in a notebook whose cells are a text.",
        '{"cells": "x", "nbformat": 4}',
    ),
    file(
        "format-five", "Hands in a format that does not exist yet.", '{"cells": [], "nbformat": 5}'
    ),
    Submission(
        "cut-off",
        "Hands in the first half of the file.",
        REFUSED,
        RIGHT,
        edit=lambda notebook: as_text(notebook)[: len(as_text(notebook)) // 2],
    ),
    Submission(
        "merge-conflict",
        "Hands in a file with the marks of a merge that failed.",
        REFUSED,
        RIGHT,
        edit=lambda notebook: as_text(notebook).replace(
            ' "metadata"', '<<<<<<< HEAD\n "metadata"', 1
        ),
    ),
    Submission(
        "another-notebook",
        "Hands in the notebook of another course.",
        REFUSED,
        edit=another_notebook,
    ),
    Submission(
        "no-notebook", "Hands in a folder without a notebook.", REFUSED, arrange=no_notebook
    ),
    Submission("empty-folder", "Hands in an empty folder.", REFUSED, arrange=nothing_at_all),
    Submission(
        "notebook-is-a-folder", "Hands in a folder for a notebook.", REFUSED, arrange=a_folder
    ),
    Submission(
        "two-notebooks",
        "Hands in two notebooks of other names.",
        REFUSED,
        RIGHT,
        arrange=two_notebooks,
    ),
    Submission(
        "renamed", "Hands in the notebook under another name.", FULL, RIGHT, arrange=renamed
    ),
    Submission("utf-16", "Saves the file in UTF-16.", FULL, RIGHT, edit=encoded("utf-16")),
    Submission(
        "byte-order-mark",
        "Saves the file with a byte order mark.",
        FULL,
        RIGHT,
        edit=encoded("utf-8-sig"),
    ),
    Submission("latin-1", "Saves the file in Latin-1.", FULL, RIGHT, edit=encoded("latin-1")),
    Submission(
        "old-line-ends",
        "Saves the file with the line ends of Windows.",
        FULL,
        RIGHT,
        edit=encoded("utf-8", "\r\n"),
    ),
    Submission(
        "format-three",
        "Hands in the old format 3, which keeps no roles.",
        FULL,
        RIGHT,
        edit=format_three,
    ),
    Submission(
        "solution-cell-deleted",
        "Has deleted one of the solution cells.",
        FIRST,
        RIGHT,
        edit=without_solution_cell,
    ),
    Submission(
        "syntax-error",
        "Forgets a bracket in one answer.",
        SECOND,
        {"viterbi": VITERBI + "print((1", "count_hmm": COUNT},
        page_shows=("SyntaxError",),
    ),
    Submission(
        "indentation-error",
        "Indents one answer wrongly.",
        SECOND,
        {"viterbi": VITERBI + "\n   x = 1\n  y = 2", "count_hmm": COUNT},
    ),
    Submission("half-of-it", "Answers the first exercise only.", FIRST, {"viterbi": VITERBI}),
    Submission("other-half", "Answers the second exercise only.", SECOND, {"count_hmm": COUNT}),
    Submission(
        "misspelt-name",
        "Names a function in another way.",
        SECOND,
        {"viterbi": VITERBI.replace("def viterbi", "def Viterbi"), "count_hmm": COUNT},
        page_shows=("viterbi",),
    ),
    Submission(
        "returns-nothing",
        "Forgets the return.",
        SECOND,
        {"viterbi": VITERBI.replace("return path", "path"), "count_hmm": COUNT},
    ),
    Submission(
        "prints-instead",
        "Prints the path instead of returning it.",
        SECOND,
        {"viterbi": VITERBI.replace("return path", "print(path)"), "count_hmm": COUNT},
    ),
    Submission(
        "missing-import",
        "Imports a package that is not there.",
        SECOND,
        {"viterbi": "import hmmlearn_pro\n" + VITERBI, "count_hmm": COUNT},
    ),
    Submission(
        "raises-always",
        "Raises an exception in one exercise.",
        SECOND,
        {"viterbi": "def viterbi(pi, A, B, obs):\n    return obs[len(obs)]", "count_hmm": COUNT},
        page_shows=("IndexError",),
    ),
    Submission(
        "no-logarithms",
        "Multiplies probabilities, which fails on long sequences alone.",
        (2, 2.25, 2, 3),
        {
            "viterbi": VITERBI.replace(
                "np.log(pi), np.log(A), np.log(B)", "np.array(pi), np.array(A), np.array(B)"
            )
            .replace("log_pi + ", "log_pi * ")
            .replace("[:, None] + ", "[:, None] * ")
            .replace("(axis=0) + ", "(axis=0) * "),
            "count_hmm": COUNT,
        },
        page_shows=("Add logarithms",),
    ),
]
