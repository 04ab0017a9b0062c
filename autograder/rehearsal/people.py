"""Made-up people, with the names and numbers that Canvas would know them by."""

from __future__ import annotations

from collections.abc import Iterable

from numpy.random import Generator

from autograder.lms.names import plain
from autograder.roster import Person

FIRST = (
    *(
        "Aaliyah",
        "Aiko",
        "Amara",
        "Anton",
        "Beatriz",
        "Bilal",
        "Carmen",
        "Chiara",
        "Daniel",
        "Dmitri",
    ),
    *(
        "Elif",
        "Emeka",
        "Farah",
        "Finn",
        "Grace",
        "Hannah",
        "Hiro",
        "Ines",
        "Ivan",
        "Jamal",
        "Joanna",
    ),
    *(
        "Kofi",
        "Lena",
        "Luca",
        "Maya",
        "Mehmet",
        "Nadia",
        "Noah",
        "Olga",
        "Omar",
        "Priya",
        "Quentin",
    ),
    *("Rosa", "Samir", "Søren", "Tala", "Uma", "Viktor", "Wei", "Yara", "Zoë"),
)
LAST = (
    *("Abadi", "Andersen", "Bauer", "Becker", "Costa", "Diallo", "Eriksson", "Fischer", "García"),
    *("Haddad", "Huber", "Ito", "Jensen", "Kaya", "Kim", "Kowalski", "Larsen", "Li", "Moreau"),
    *("Mwangi", "Nguyen", "Novák", "O'Brien", "Okafor", "Patel", "Pereira", "Quinn", "Rossi"),
    *("Sato", "Schmidt", "Silva", "Singh", "Tanaka", "Torres", "Usman", "Varga", "Weber", "Yılmaz"),
)
MOST = len(FIRST) * len(LAST)


def made_up(chance: Generator, number: int) -> list[Person]:
    """Return people of different names and ids, at most `MOST`."""
    places = chance.choice(MOST, number, replace=False)
    names = [(FIRST[place // len(LAST)], LAST[place % len(LAST)]) for place in places]
    return [
        Person(f"{_ascii(first)}.{_ascii(last)}", first, last, lms_id=str(20417 + 13 * place))
        for place, (first, last) in enumerate(names)
    ]


def in_order(people: Iterable[Person]) -> list[Person]:
    """Return people in the order of a class list, by last name."""
    return sorted(people, key=lambda person: (plain(person.last_name), person.student))


def _ascii(name: str) -> str:
    return plain(name).replace("ø", "o").replace("ı", "i")
