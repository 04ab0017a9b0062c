"""Variants of problem set 1: the two cities and their winters, the prior, who eats what, some rolls
of the dice, and the order in which `perplexity` and `write` take their arguments.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import prod

import numpy as np

from course_lib import data
from course_lib.markov import MarkovChain, count, stationary
from course_lib.ngram import END, START

WEATHER = ["S", "C", "R"]
# The two postcards, and a prior that knows nothing.
FIRST, SECOND = [0, 0, 1, 2], [0, 0, 1, 0]
EVEN = [Fraction(1, 2), Fraction(1, 2)]
CITIES = [
    ("Los Angeles", "Seattle"),
    ("San Diego", "Portland"),
    ("Athens", "Glasgow"),
    ("Cairo", "Bergen"),
    ("Lisbon", "Dublin"),
]
TENTHS = {9: "nine", 8: "eight", 7: "seven"}
# As long as the words they replace, which stand in drawings.
EATERS = ["cows", "pigs", "ewes", "elks", "yaks", "emus"]
FOODS = [
    ["corn", "oats", "rice", "peas", "figs"],
    ["grass", "beets", "herbs", "roots", "wheat"],
    ["hay", "rye", "ivy"],
]
# A larger one is no longer found on paper.
LARGEST_DENOMINATOR = 250
ORDERS = [("dice", "sentences"), ("sentences", "dice")], [("dice", "rolls"), ("rolls", "dice")]


def variant(rng: np.random.Generator) -> dict:
    """Draw two winters that differ as the original's do, new words, and new rolls."""
    cities = CITIES[rng.integers(len(CITIES))]
    winters, prior = _winters(rng)
    eater = EATERS[rng.integers(len(EATERS))]
    foods = [names[rng.integers(len(names))] for names in FOODS]
    dice = _dice(eater, *foods)
    first = [_tenths(rng, 6, 9), 0.2, 0.1, _tenths(rng, 4, 8), 0.5]
    second = [_tenths(rng, 1, 4), 0.8, _tenths(rng, 1, 3), _tenths(rng, 2, 7), 0.9]
    perplexity, write = (orders[rng.integers(2)] for orders in ORDERS)
    return {
        "texts": {
            **_cities(cities),
            **_counted(winters),
            **_postcards(winters, prior),
            **_long_run(winters),
            **_words(eater, foods),
            **_rolled(dice, eater, foods, first, second),
        },
        "examples": {
            **_chains(winters, prior),
            **_texts(eater, foods, dice),
            "ps01.write": [
                {"dice": dice, "rolls": rolls}
                for rolls in (first, second, [0.5, 0.0], [0.5, 0.5, 0.5, 0.95, 0.0])
            ],
        },
        "orders": {"ps01.perplexity": perplexity, "ps01.write": write},
    }


def _winters(rng) -> tuple[list[list[str]], list[Fraction]]:
    """Draw a sunny winter, a cloudy one and a prior, for which the postcards tell what they should.

    An even prior finds the sunny city for the first postcard, the other prior does not. Neither
    city has seen all moves of the second; the sunny one is ahead as soon as they are smoothed.
    """
    while True:
        winters = [_sunny(rng), _cloudy(rng)]
        likely = Fraction(int(rng.choice(list(TENTHS))), 10)
        prior = [1 - likely, likely]
        even, uneven = (_posterior(winters, FIRST, p) for p in (EVEN, prior))
        ahead = _posterior(winters, SECOND, EVEN)[0]
        hard = max(even[0].denominator, uneven[0].denominator) > LARGEST_DENOMINATOR
        if not hard and even[0] > 0.55 and uneven[0] < 0.45 and 0.55 < ahead < 0.9:
            return winters, prior


def _sunny(rng) -> list[str]:
    """Return sunny days around a few clouds and a few days of rain."""
    lengths = rng.integers([6, 2, 2, 6], [10, 4, 5, 12])
    return list("".join(day * n for day, n in zip("SCRS", lengths, strict=True)))


def _cloudy(rng) -> list[str]:
    """Return clouds between which there is one sunny day at a time, or some days of rain."""
    suns = ["S"] * int(rng.integers(2, 4))
    rains = ["R" * int(n) for n in rng.integers(2, 5, size=2)]
    between = rng.permutation(suns + rains)
    clouds = ["C" * int(n) for n in rng.integers(1, 5, size=len(between) + 1)]
    days = clouds[0] + "".join(a + b for a, b in zip(between, clouds[1:], strict=True))
    return list(days) if "CC" in days else _cloudy(rng)


def _factors(days: list[str], postcard: list[int]) -> list[tuple[int, int]]:
    """Return what a city, smoothed with 1, gives to the start and the moves, as fractions."""
    starts, moves, _ = count([days], WEATHER)
    shares = [(starts + 1, postcard[0]), *((moves[i] + 1, j) for i, j in pairwise(postcard))]
    return [(int(counts[state]), int(counts.sum())) for counts, state in shares]


def _posterior(winters, postcard: list[int], prior: list[Fraction]) -> list[Fraction]:
    joint = [
        p * prod(Fraction(*factor) for factor in _factors(days, postcard))
        for days, p in zip(winters, prior, strict=True)
    ]
    return [p / sum(joint) for p in joint]


def _cities(cities: tuple[str, str]) -> dict[str, str]:
    texts = {}
    for old, new in zip(CITIES[0], cities, strict=True):
        name, new_name = (city.replace(" ", "_") for city in (old, new))
        texts |= {old: new, name.upper(): new_name.upper(), name.lower(): new_name.lower()}
    return texts


def _counted(winters) -> dict[str, str]:
    sunny, cloudy = winters
    (_, moves, _), (_, other, _) = (count([days], WEATHER) for days in winters)
    return {
        "SSSSSSSSCCRRSSSSSSSSSS": "".join(sunny),
        "CCCCCCRRCSCCSCRRRRCCC": "".join(cloudy),
        "[[16 / 17, 1 / 17, 0], [0, 1 / 2, 1 / 2], [1 / 2, 0, 1 / 2]]": _table(moves),
        "[[0, 1, 0], [2 / 12, 8 / 12, 2 / 12], [0, 2 / 6, 4 / 6]]": _table(other),
        "[[17 / 20, 2 / 20, 1 / 20], [1 / 5, 2 / 5, 2 / 5], [2 / 5, 1 / 5, 2 / 5]]": (
            _table(moves + 1)
        ),
        "[[1 / 5, 3 / 5, 1 / 5], [3 / 15, 9 / 15, 3 / 15], [1 / 9, 3 / 9, 5 / 9]]": (
            _table(other + 1)
        ),
        "16 of 17 moves": f"{moves[0, 0]:g} of {moves[0].sum():g} moves",
        "8 of 12 moves": f"{other[1, 1]:g} of {other[1].sum():g} moves",
    }


def _postcards(winters, prior: list[Fraction]) -> dict[str, str]:
    first, second = ([_factors(days, card) for days in winters] for card in (FIRST, SECOND))
    odds = [prod(Fraction(*factor) for factor in factors) for factors in first]
    tenths = int(10 * prior[1])
    products = [" · ".join(f"{a}/{b}" for a, b in factors) for factors in second]
    values = [float(prod(Fraction(*factor) for factor in factors)) for factors in second]
    return {
        "2 / 4 * 17 / 20 * 2 / 20 * 2 / 5, 1 / 4 * 1 / 5 * 3 / 5 * 3 / 15": ", ".join(
            " * ".join(f"{a} / {b}" for a, b in factors) for factors in first
        ),
        "[17 / 23, 6 / 23]": _row(_posterior(winters, FIRST, EVEN)),
        "0.017 against 0.006": f"{float(odds[0]):.2g} against {float(odds[1]):.2g}",
        "[0.1, 0.9]": f"[{float(prior[0])}, {float(prior[1])}]",
        "[17 / 71, 54 / 71]": _row(_posterior(winters, FIRST, prior)),
        "nine of ten friends": f"{TENTHS[tenths]} of ten friends",
        "(C to C and C to R were seen once each)": "(only C to C and C to R were seen)",
        "1/2 · 17/20 · 2/20 · 1/5 = 0.0085": f"{products[0]} = {values[0]:.2g}",
        "1/4 · 1/5 · 3/5 · 1/5 = 0.006": f"{products[1]} = {values[1]:.2g}",
        "0.59": f"{float(_posterior(winters, SECOND, EVEN)[0]):.2f}",
    }


def _long_run(winters) -> dict[str, str]:
    shares = [stationary(MarkovChain.fit([days], WEATHER).transition) for days in winters]
    exact = [[Fraction(p).limit_denominator(60) for p in share] for share in shares]
    told = [f"{row[0].numerator} of {row[0].denominator} days are sunny" for row in exact]
    return {
        "[17 / 21, 2 / 21, 2 / 21]": _row(exact[0]),
        "17 sunny days of 21": told[0],
        "[1 / 10, 6 / 10, 3 / 10]": _row(exact[1]),
        "one sunny day of ten": told[1],
    }


def _words(eater: str, foods: list[str]) -> dict[str, str]:
    return {
        "cows": eater,
        "COWS": eater.upper(),
        "cow_dice": f"{eater[:-1]}_dice",
        **dict(zip(("corn", "grass", "hay"), foods, strict=True)),
    }


def _dice(eater: str, corn: str, grass: str, hay: str) -> dict:
    """Return the bigram model of the notebook in other words."""
    return {
        START: {eater: 0.5, "our": 0.5},
        "our": {eater: 1.0},
        eater: {"eat": 1.0},
        "eat": {corn: 4 / 11, grass: 3 / 11, hay: 2 / 11, "if": 1 / 11, "which": 1 / 11},
        corn: {END: 0.75, "and": 0.25},
        grass: {END: 1.0},
        hay: {END: 1.0},
        "if": {eater: 1.0},
        "which": {eater: 1.0},
        "and": {hay: 1.0},
    }


def _rolled(dice, eater, foods, first: list[float], second: list[float]) -> dict[str, str]:
    corn = foods[0]
    totals = np.cumsum(list(dice["eat"].values()))
    came = list(dice["eat"])[int((totals <= first[3]).sum())]
    return {
        "[0.9, 0.2, 0.1, 0.5, 0.5]": str(first),
        '"grass"], f"0.9 rolls our, then 0.5 grass': (
            f'"{came}"], f"{first[0]} rolls our, then {first[3]} {came}'
        ),
        "[0.3, 0.8, 0.1, 0.7, 0.9]": str(second),
        "0.7 after corn": f"{second[3]} after {corn}",
    }


def _chains(winters, prior: list[Fraction]) -> dict[str, list[dict]]:
    smoothed = [MarkovChain.fit([days], WEATHER, 1.0) for days in winters]
    chains = {
        "initials": np.array([chain.initial for chain in smoothed]),
        "transitions": np.array([chain.transition for chain in smoothed]),
        "sequence": FIRST,
    }
    shown = [(winters[0], 0.0), (winters[1], 0.0), (winters[0], 1.0)]
    return {
        "ps01.count_chain": [
            {"sequences": [days], "states": WEATHER, "smoothing": smoothing}
            for days, smoothing in shown
        ],
        "ps01.which_chain": [chains | {"prior": np.array(p, dtype=float)} for p in (EVEN, prior)],
        "ps01.stationary": [
            {"transition": MarkovChain.fit([days], WEATHER).transition} for days in winters
        ],
    }


def _texts(eater: str, foods: list[str], dice: dict) -> dict[str, list[dict]]:
    words = _words(eater, foods)
    sentences = [[words.get(word, word) for word in sentence] for sentence in data.cows()]
    six = dict.fromkeys(("1", "2", "3", "4", "5", END), 1 / 6)
    fair = dict.fromkeys((START, "1", "2", "3", "4", "5"), six)
    return {
        "ps01.ngram_die": [
            {"sentences": sentences, "n": 3, "context": context, "smoothing": smoothing}
            for context, smoothing in [((eater, "eat"), 0.0), ((), 0.0), ((eater, "eat"), 1.0)]
        ],
        "ps01.perplexity": [
            {"dice": fair, "sentences": [["3", "1"], ["5"]]},
            {"dice": dice, "sentences": [[eater, "eat", foods[0]]]},
            {"dice": dice, "sentences": [[eater, "eat", "clover"]]},
        ],
    }


def _tenths(rng, low: int, high: int) -> float:
    return int(rng.integers(low, high, endpoint=True)) / 10


def _table(counts) -> str:
    """Return each row's shares as fractions that are not reduced, but for 0 and 1."""
    rows = []
    for row in counts.astype(int).tolist():
        exact = {0: "0", sum(row): "1"}
        rows.append(", ".join(exact.get(n, f"{n} / {sum(row)}") for n in row))
    return "[" + ", ".join(f"[{row}]" for row in rows) + "]"


def _row(fractions: list[Fraction]) -> str:
    return "[" + ", ".join(f"{p.numerator} / {p.denominator}" for p in fractions) + "]"
