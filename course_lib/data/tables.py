"""The tables and records printed on the lectures' slides."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.hmm import HMM


def ice_cream(stop: bool = False) -> HMM:
    """Return Jason's ice cream: cold and hot days behind one, two or three cones.

    Parameters
    ----------
    stop : bool
        False for the table used to decode by hand, True for the table with a STOP probability.

    Notes
    -----
    Source: UCLA, Jason's ice cream (without STOP); UCLA, Hidden Markov Model (with STOP).
    """
    names = {"states": ("C", "H"), "symbols": ("1", "2", "3")}
    if stop:
        cones = [[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]]
        return HMM([0.5, 0.5], [[0.8, 0.1], [0.1, 0.8]], cones, stop=[0.1, 0.1], **names)
    cones = [[0.5, 0.4, 0.1], [0.1, 0.2, 0.7]]
    return HMM([0.5, 0.5], [[0.8, 0.2], [0.2, 0.8]], cones, **names)


def ice_cream_diary() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the two labelled records of 13 days: cones as symbols, weather as states.

    Notes
    -----
    Source: UCLA, Jason's ice cream (history records).
    """
    records = [("1211233332312", "CCCCHHHHCCHHH"), ("3222231112322", "HHHCCHHCCHHHC")]
    xs = [np.array([int(cone) - 1 for cone in cones]) for cones, _ in records]
    ys = [np.array(["CH".index(day) for day in days]) for _, days in records]
    return xs, ys


def weather() -> dict[str, list[str]]:
    """Return two winters, a letter a day: (S)unny, (C)loudy, (R)ainy.

    Returns
    -------
    dict
        ``"Los Angeles"``, 22 days, and ``"Seattle"``, 21 days.

    Notes
    -----
    The lecture shows Los Angeles twice, the second time with one sunny day less at the end. This is
    the first, with 22 days. Source: UCLA, Weather forecast by Markov chain.
    """
    return {
        "Los Angeles": list("SSSSSSSSCCRRSSSSSSSSSS"),
        "Seattle": list("CCCCCCRRCSCCSCRRRRCCC"),
    }


def cows() -> list[list[str]]:
    """Return eleven sentences in which "cows eat" goes on with corn 4, grass 3, hay 2, if, which.

    Returns
    -------
    list of lists of str
        Lower case, without punctuation.

    Notes
    -----
    The counts are the lecture's, the sentences our own. Source: CMU-G, Learning an n-Gram Model.
    """
    sentences = """
        our cows eat corn in winter
        most cows eat corn and hay
        cows eat corn from the field
        the young cows eat corn every day
        cows eat grass in summer
        hungry cows eat grass and clover
        our cows eat grass all day
        cows eat hay in winter
        the old cows eat hay every day
        cows eat if they are hungry
        nobody knows which cows eat which flowers
    """
    return [sentence.split() for sentence in sentences.strip().splitlines()]


def one_hot(n: int) -> np.ndarray:
    """Return the n patterns with a single 1, as rows: what the 8-3-8 encoder has to reproduce.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    (n, n) ndarray

    Notes
    -----
    Source: CMU-M, Learning Hidden Layer Representations.
    """
    return np.eye(checks.whole("n", n, low=1))
