"""Make the notebook that is graded: the instructor's, with the student's answers put into it."""

from __future__ import annotations

import copy

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution
from traitlets.config import Config

from autograder.matching import Matching, names_in, text_of

ELSEWHERE = "# This cell was missing; what it asks for stands in another cell."


def rebuild(
    submitted: nbformat.NotebookNode,
    source: nbformat.NotebookNode,
    config: Config | None = None,
    release: nbformat.NotebookNode | None = None,
) -> tuple[nbformat.NotebookNode, list[str]]:
    """Return the notebook to grade, and remarks for its author.

    Parameters
    ----------
    submitted : NotebookNode
        What `intake.examine` returned.
    source : NotebookNode
        The instructor's notebook, with solutions and hidden tests.
    config : Config, optional
        The course's settings, for the texts that nbgrader puts in place of solutions.
    release : NotebookNode, optional
        What `release_of` returns for them, if it is known already.

    Returns
    -------
    notebook : NotebookNode
        The source's cells, each solution replaced by the student's answer or, where there is none,
        by what the release has there. The student's own cells stand behind the cell they followed.
    remarks : list of str
        What was put right, those of `intake` first.
    """
    released = (release or release_of(source, config)).cells
    given = submitted.cells
    pairs = Matching(released, given).pairs
    followers, changed = _followers(given, released, pairs)
    missing = [number for number in range(len(released)) if number not in pairs]

    solved = [given[pairs[number]] for number in pairs if is_solution(released[number])]
    own = [cell for cells in followers.values() for cell in cells]
    defined = names_in("\n".join(cell.source for cell in solved + own if cell.cell_type == "code"))
    cells = followers.get(None, [])
    for number, (cell, stub) in enumerate(zip(source.cells, released, strict=True)):
        answer = given[pairs[number]] if number in pairs else None
        cells.append(_graded(cell, stub, answer, defined))
        cells.extend(followers.get(number, []))

    notebook = nbformat.from_dict({**source, "cells": cells})
    notebook.nbformat_minor = max(5, source.nbformat_minor)
    remarks = list(submitted.metadata.get("submission", {}).get("remarks", []))
    return notebook, remarks + _remarks(released, given, pairs, changed, missing)


def release_of(
    source: nbformat.NotebookNode, config: Config | None = None
) -> nbformat.NotebookNode:
    """Return the source as students got it: no solutions, no hidden tests."""
    released = copy.deepcopy(source)
    for step in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        released, _ = step(config=config).preprocess(released, {})
    return released


def _followers(given: list, released: list, pairs: dict[int, int]):
    """Return the student's own cells by the number of the cell they followed.

    A version of a question or a check that the student changed is one of them; an untouched copy
    of a check or of an empty answer is not.
    """
    number_at = {place: number for number, place in pairs.items()}
    copies = {text_of(cell) for cell in released if is_grade(cell) or is_solution(cell)}
    followers: dict[int | None, list] = {}
    changed, last = [], None
    for place, cell in enumerate(given):
        text = text_of(cell)
        if place in number_at:
            last = number_at[place]
            if is_solution(released[last]) or text == text_of(released[last]):
                continue
            changed.append(last)
        elif text in copies or not text:
            continue
        followers.setdefault(last, []).append(_own(cell, place))
    return followers, changed


def _own(cell: nbformat.NotebookNode, place: int) -> nbformat.NotebookNode:
    """Return a student's own cell, which plays no role in grading."""
    cell = copy.deepcopy(cell)
    cell.metadata = nbformat.NotebookNode()
    cell.id = f"student-{place + 1}"
    return cell


def _graded(cell, stub, answer, defined: frozenset) -> nbformat.NotebookNode:
    """Return a source's cell with the student's answer, or with the release's empty one."""
    cell = copy.deepcopy(cell)
    original = copy.copy(cell)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    if is_solution(cell):
        cell.source = original.source = stub.source
        if answer is not None:
            cell.source = answer.source
            if "attachments" in answer:
                cell.attachments = copy.deepcopy(answer.attachments)
        elif cell.cell_type == "code" and names_in(stub.source) & defined:
            cell.source = ELSEWHERE
    if is_grade(cell) or is_solution(cell) or is_locked(cell):
        # nbgrader takes an answer with this sum for none at all.
        cell.metadata.nbgrader.checksum = compute_checksum(original)
    return cell


def _remarks(released, given, pairs, changed, missing) -> list[str]:
    """Say what was put right."""

    def names(numbers) -> str:
        ids = (released[number].metadata.get("nbgrader", {}).get("grade_id") for number in numbers)
        return ", ".join(name for name in ids if name)

    def has_role(number) -> bool:
        return is_grade(released[number]) or is_solution(released[number])

    by_content = [
        number
        for number, place in pairs.items()
        if has_role(number)
        and given[place].metadata.get("nbgrader", {}).get("grade_id")
        != released[number].metadata.nbgrader.grade_id
    ]
    other_kind = [
        n for n, place in pairs.items() if given[place].cell_type != released[n].cell_type
    ]
    said = {
        "Recognised by their content, because they had lost their grade_id: {}.": names(by_content),
        "Brought back to their own kind of cell: {}.": names(other_kind),
        "Graded as they were given out, with your version below: {}.": names(changed),
        "Missing, and put back as they were given out: {}.": names(missing),
    }
    return [text.format(cells) for text, cells in said.items() if cells]
