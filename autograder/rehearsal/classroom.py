"""Who of a made-up class hands in what, when, and what goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from autograder.rehearsal.people import in_order, made_up
from autograder.rehearsal.works import Works, copied
from autograder.roster import Person

FEWEST = 12
"""With so many, whatever can go wrong happens to somebody, and most have no trouble."""


@dataclass(frozen=True)
class HandIn:
    """The latest file that somebody handed in.

    Parameters
    ----------
    person : Person
    file : str
        Its name, as the student gave it.
    content : bytes
    again : bool
        Whether another one came before it.
    late : bool
    """

    person: Person
    file: str
    content: bytes
    again: bool = False
    late: bool = False


@dataclass(frozen=True)
class Classroom:
    """A made-up class: who is in it, and what there is when it is due, and some days later."""

    people: list[Person]
    when_due: list[HandIn]
    days_later: list[HandIn]


def make(problem_set: Path, size: int, seed: int) -> Classroom:
    """Make up a class; the same seed makes the same one.

    Parameters
    ----------
    problem_set : Path
    size, seed : int
    """
    chance, works = np.random.default_rng(seed), Works(problem_set)
    *people, stranger = chance.permutation(made_up(chance, size + 1))
    whole = {who: works.work(chance, chance.beta(5, 2)) for who in (*people, stranger)}
    away, cut_off, as_pdf, friend, copier, better, twice, renamed, *others = people
    whole[copier] = copied(whole[friend])
    file = f"{problem_set.name}.ipynb"
    del whole[away]
    first = {who: HandIn(who, file, _bytes(work)) for who, work in whole.items()}
    first[cut_off] = HandIn(cut_off, file, first[cut_off].content[:20_000])
    first[as_pdf] = HandIn(as_pdf, f"{problem_set.name}.pdf", b"%PDF-1.7\n")
    first[twice] = HandIn(twice, file, first[twice].content, again=True)
    first[renamed] = HandIn(renamed, "homework_final.ipynb", first[renamed].content)
    for who in others[:3]:
        first[who] = HandIn(who, file, first[who].content, late=True)
    whole[better] = works.work(chance, 1.0)
    second = first | {
        who: HandIn(who, file, _bytes(whole[who]), again=True, late=True)
        for who in (cut_off, as_pdf, better)
    }
    return Classroom(in_order(people), _by_name(first), _by_name(second))


def _by_name(hand_ins: dict[Person, HandIn]) -> list[HandIn]:
    return [hand_ins[who] for who in in_order(hand_ins)]


def _bytes(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()
