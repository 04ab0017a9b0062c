"""Find pairs of works with long passages alike, by copydetect's winnowed fingerprints.

Names, comments and blanks do not count: two passages are alike if they are the same code with other
names. What everyone was given, and what many have, is subtracted.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path

import numpy as np

from autograder.course import Course
from autograder.errors import CourseError
from autograder.similar import works
from autograder.similar.works import Work

# In characters, each name being one: nothing shorter counts, and nothing longer is overlooked.
SHORTEST, SURELY_SEEN = 25, 30
# A pair with fewer characters alike is no evidence of anything.
FEWEST = 80
# A passage that more people of the class than this have is an idiom.
COMMON = 10


@dataclass(frozen=True)
class Pair:
    """Two works with passages alike.

    Parameters
    ----------
    one, other : Work
    size : int
        Characters alike, each name being one.
    share : float
        What part they are of the work of whom they are the larger part.
    places : pair of (2, n) arrays
        In each work where the passages begin and where they end.
    """

    one: Work
    other: Work
    size: int
    share: float
    places: tuple[np.ndarray, np.ndarray]


@dataclass
class Found:
    """The pairs most alike first, how many works were compared, and what could not be read."""

    pairs: list[Pair] = field(default_factory=list)
    compared: int = 0
    left_out: list[str] = field(default_factory=list)


def find(course: Course, problem_set: str, also: list[Path], most: int) -> Found:
    """Compare everyone's answers with each other's, and with those of other terms.

    Parameters
    ----------
    course : Course
    problem_set : str
    also : list of Path
        Other terms' ``submitted/``. Theirs are not compared with each other.
    most : int
        How many pairs to return.
    """
    course.check_released(problem_set)
    found = Found()
    compared = list(works.of_course(course, problem_set, found.left_out))
    for folder in also:
        compared += works.of_folder(course, problem_set, folder, found.left_out)
    found.compared = len(compared)
    pairs = alike(compared, works.known_to_all(course, problem_set))
    found.pairs = sorted(pairs, key=lambda pair: -pair.share * pair.size)[:most]
    return found


def alike(compared: list[Work], known: Iterable[str]) -> list[Pair]:
    """Return the pairs of works with enough alike that is not known to all."""
    copydetect = _copydetect()
    given = set(chain.from_iterable(_prints(code, set(), window=1).hashes for code in known))
    holders = Counter(
        chain.from_iterable(
            set(_prints(work.code, given, window=1).hashes) for work in compared if work.is_ours
        )
    )
    given |= {mark for mark, number in holders.items() if number > COMMON}
    prints = [_prints(work.code, given) for work in compared]
    pairs = []
    for one, other in _candidates(prints):
        if not (compared[one].is_ours or compared[other].is_ours):
            continue
        size, shares, places = copydetect.compare_files(prints[one], prints[other])
        if size >= FEWEST:
            share = float(min(1.0, max(shares)))
            pairs.append(Pair(compared[one], compared[other], int(size), share, places))
    return pairs


def _candidates(prints: list) -> set[tuple[int, int]]:
    """Return the pairs that have any mark in common, without looking at each pair."""
    holders = defaultdict(list)
    for number, marks in enumerate(prints):
        for mark in marks.hashes:
            holders[mark].append(number)
    return set(chain.from_iterable(combinations(numbers, 2) for numbers in holders.values()))


def _prints(code: str, given: set[int], window: int = SURELY_SEEN - SHORTEST + 1):
    """Return copydetect's fingerprints of code, without those that are given to all."""
    return _copydetect().CodeFingerprint(
        "answer.py", SHORTEST, window, boilerplate=list(given), fp=io.StringIO(code)
    )


def _copydetect():
    try:
        import copydetect.utils
    except ImportError:
        raise CourseError(
            "Comparing submissions needs the package copydetect. Install it: "
            "pip install 'hidden-states[similar]'"
        ) from None
    # Python's own differs in every process, and with it the passages that are looked at.
    copydetect.utils.hash = _lasting_hash
    return copydetect


def _lasting_hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
