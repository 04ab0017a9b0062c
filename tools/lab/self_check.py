"""Keep of each problem set what its visible checks need, to be told in the browser.

For every case that a visible check shows: the reference's answer, and those of the known mistakes.
The check itself comes along as source, cut out of `exercises.py` with what it calls, and nothing
else does: neither the reference nor a mistake nor how unseen cases are drawn.
"""

from __future__ import annotations

import ast
import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from autograder import problem_sets
from autograder.check.hidden import SOLUTION, TELLING
from autograder.exercise import Exercise
from autograder.inside import codec
from autograder.oracle.judge import cases_of
from autograder.rebuild import release_of

sys.path.append(str(Path(__file__).resolve().parent / "browser"))
from lab_check.kept import cell_key

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS\n?", re.DOTALL)
PROBE = re.compile(r'probe\("(?P<name>[\w.]+)\.example", (?P<function>\w+)\)')


def visible_checks(source: NotebookNode) -> Iterator[tuple[NotebookNode, str, str]]:
    """Yield each cell with a visible check, the exercise it is about and the student's function.

    A function that is asked by way of another, which only the hidden part of the cell defines, is
    left out: that part stays hidden.
    """
    for cell in source.cells:
        hidden = "".join(HIDDEN.findall(cell.source)).strip()
        probe = PROBE.fullmatch(hidden)
        if probe:
            yield cell, probe["name"], probe["function"]


def kept(name: str) -> tuple[dict, dict[str, str], str]:
    """Return what is kept of a problem set.

    Returns
    -------
    exercises : dict
        By name, as plain data; bytes of the codec in base 64.
    cells : dict of str to str
        The exercise that a visible check is about, by the key of the cell as it is released.
    source : str
        A module with the checks.
    """
    folder = problem_sets.find(name)
    notebook = problem_sets.source_notebook(folder)
    declared = problem_sets.exercises(folder)
    source = (folder / "exercises.py").read_text(encoding="utf-8")
    secret = secret_lines(notebook)
    exercises, cells = {}, {}
    for cell, exercise, function in visible_checks(notebook):
        check = declared[exercise].check.__name__
        # A check that works as the solution does would give it away.
        tells = secret & lines_of(cut_out(source, [check]))
        if tells or not declared[exercise].shows_expected:
            continue
        cells[cell_key(HIDDEN.sub("", cell.source))] = exercise
        exercises[exercise] = {
            "function": function,
            "points": float(cell.metadata.nbgrader.points),
            "check": check,
            **_kept_of(declared[exercise]),
        }
    return exercises, cells, cut_out(source, [told["check"] for told in exercises.values()])


def secret_lines(source: NotebookNode) -> set[str]:
    """Return the lines of solutions and hidden tests that the release neither has nor quotes."""
    told = " ".join("\n".join(cell.source for cell in release_of(source).cells).split())
    regions = (
        region
        for cell in source.cells
        for region in SOLUTION.findall(cell.source) + HIDDEN.findall(cell.source)
    )
    lines = set().union(*map(lines_of, regions))
    return {line for line in lines if len(line) >= TELLING and line not in told}


def lines_of(text: str) -> set[str]:
    """Return the lines of a text, however they are indented."""
    return {" ".join(line.split()) for line in text.splitlines()}


def _kept_of(exercise: Exercise) -> dict:
    (category,) = exercise.example
    questions = cases_of(exercise, category, "")
    return {
        "seconds": exercise.seconds,
        "keeps_arguments": exercise.keeps_arguments,
        "cases": [
            [_text(question), _text(codec.encode(exercise.reference(**codec.decode(question))))]
            for question in questions
        ],
        "mistakes": [
            [sentence, [_mistaken(wrong, question) for question in questions]]
            for wrong, sentence in exercise.misconceptions
        ],
    }


def _mistaken(wrong, question: bytes) -> str | None:
    """Return the answer of a known mistake, or None if it does not survive the case."""
    try:
        with np.errstate(all="ignore"):
            return _text(codec.encode(wrong(**codec.decode(question))))
    except Exception:
        return None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def cut_out(source: str, names: list[str]) -> str:
    """Return a module with some of a module's functions, and all that they use of it."""
    tree = ast.parse(source)
    needed, waiting = set(), list(names)
    defined = {name: node for node in tree.body for name in _defines(node)}
    while waiting:
        name = waiting.pop()
        if name in defined and name not in needed:
            needed.add(name)
            if not isinstance(defined[name], (ast.Import, ast.ImportFrom)):
                used = ast.walk(defined[name])
                waiting += [node.id for node in used if isinstance(node, ast.Name)]
    lines, found = source.splitlines(), ["from __future__ import annotations"]
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            node.names = [alias for alias in node.names if (alias.asname or alias.name) in needed]
            if node.names and getattr(node, "module", None) != "__future__":
                found.append(ast.unparse(node))
        elif needed.intersection(_defines(node)):
            decorators = getattr(node, "decorator_list", [])
            begin = min(part.lineno for part in (node, *decorators))
            found += lines[begin - 1 : node.end_lineno]
    return "\n".join(found) + "\n"


def _defines(node: ast.stmt) -> list[str]:
    """Return the names that a statement of a module gives a meaning."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name for alias in node.names]
    return [
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    ]
