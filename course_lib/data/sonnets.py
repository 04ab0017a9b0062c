"""Twenty sonnets of Shakespeare's: a real text that is small enough to count."""

from __future__ import annotations

from pathlib import Path

VERSES = Path(__file__).with_suffix(".txt")


def sonnets() -> list[list[list[str]]]:
    """Return twenty sonnets, each a list of its fourteen verses, each verse a list of words.

    Returns
    -------
    list of lists of lists of str
        Lower case, without punctuation, in modern spelling: the sonnets 1, 2, 12, 18, 19, 27, 29,
        30, 33, 55, 60, 64, 65, 71, 73, 104, 106, 116, 130 and 138.

    Notes
    -----
    Source: Shakespeare 1609.
    """
    poems = VERSES.read_text(encoding="utf-8").strip().split("\n\n")
    return [[verse.split() for verse in poem.splitlines()] for poem in poems]
