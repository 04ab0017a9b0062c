"""The tables and records printed on the lectures' slides."""

from __future__ import annotations

import numpy as np

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
