"""Variants of problem set 3: whose ice creams, the names of the two states, all tables and diaries,
and the order in which `posteriors` takes its arguments.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from course_lib.hmm import HMM, baum_welch, fit_supervised

PEOPLE = ["Jason", "Emil", "Ravi", "Omar", "Luca"]
# The state in which few ice creams are eaten, then the other.
STATES = [("cold", "hot"), ("dull", "sunny"), ("rainy", "dry"), ("windy", "calm")]
STARTS = [[0.5, 0.5], [0.6, 0.4], [0.4, 0.6]]
STAYS = [0.6, 0.7, 0.8, 0.9]
FEW = [[0.5, 0.4, 0.1], [0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.7, 0.2, 0.1]]
MANY = [[0.1, 0.2, 0.7], [0.1, 0.3, 0.6], [0.2, 0.3, 0.5], [0.1, 0.4, 0.5]]
# How many times as probable as every other path the best one must be.
MARGIN = 1.25
DAYS = 13
# So many more steps one way than the other must be expected, or a transposed table is right, too.
APART = 0.03
ORDERS = [
    ("A", "B", "obs", "log_alpha"),
    ("obs", "log_alpha", "A", "B"),
    ("log_alpha", "obs", "A", "B"),
    ("obs", "A", "B", "log_alpha"),
]


def variant(rng: np.random.Generator) -> dict:
    """Draw a model, two short diaries whose best paths are clear, and two long ones to count."""
    names = STATES[rng.integers(len(STATES))]
    hmm, first, second = _decoded(rng)
    xs, ys = _diaries(rng, hmm)
    model = {"pi": hmm.pi, "A": hmm.A, "B": hmm.B}
    log_alphas = [hmm.forward(x)[0] for x in (first, second)]
    log_betas = [hmm.backward(x) for x in (first, second)]
    step = {"xs": [first, second], "log_alphas": log_alphas, "log_betas": log_betas}
    return {
        "texts": {
            "Jason": PEOPLE[rng.integers(len(PEOPLE))],
            **_states(names),
            **_tables(hmm),
            **_short_diaries(first, second),
            **_drawn(hmm, first, names),
            **_long_diaries(xs, ys, names),
            **_by_hand(hmm, first, log_alphas[0], log_betas[0]),
            **_one_step(hmm, **step),
        },
        "examples": {
            "ps03.viterbi": [model | {"obs": first}, model | {"obs": second}],
            "ps03.count_hmm": [{"states": ys, "obs": xs, "n_states": 2, "n_symbols": 3}],
            "ps03.forward": [model | {"obs": first}],
            "ps03.posteriors": [{"A": hmm.A, "B": hmm.B, "obs": first, "log_alpha": log_alphas[0]}],
            "ps03.em_step": [{"A": hmm.A, "B": hmm.B, **step}],
        },
        "orders": {"ps03.posteriors": ORDERS[rng.integers(len(ORDERS))]},
    }


def _decoded(rng) -> tuple[HMM, list[int], list[int]]:
    """Draw a model, three days that are all in state 0, and three that are all in state 1."""
    while True:
        pi = STARTS[rng.integers(len(STARTS))]
        stay, back = rng.choice(STAYS, size=2)
        B = [FEW[rng.integers(len(FEW))], MANY[rng.integers(len(MANY))]]
        if np.equal(*B).any():
            continue  # such a symbol would say nothing about the state
        hmm = HMM(pi, np.round([[stay, 1 - stay], [1 - back, back]], 1), B)
        days = [x for x in product(range(3), repeat=3) if len(set(x)) > 1]
        found = [[x for x in days if _surely(hmm, x) == (state,) * 3] for state in (0, 1)]
        found[0] = [x for x in found[0] if not hmm.viterbi(x).backpointers.any()]
        if all(found):
            first, second = (list(xs[rng.integers(len(xs))]) for xs in found)
            steps = sum(hmm.posteriors(x)[1].sum(axis=0) for x in (first, second))
            if abs(steps[0, 1] - steps[1, 0]) > APART:
                return hmm, first, second


def _surely(hmm: HMM, x) -> tuple[int, ...] | None:
    """Return the most probable path, if it is so by far."""
    probs = {y: np.exp(hmm.joint_log_prob(x, y)) for y in product(range(2), repeat=len(x))}
    second, best = sorted(probs, key=probs.get)[-2:]
    return best if probs[best] > MARGIN * probs[second] else None


def _diaries(rng, hmm: HMM) -> tuple[list, list]:
    """Draw two labelled records, one from each start, in which everything happens."""
    while True:
        xs, ys = zip(*(hmm.sample(DAYS, rng) for _ in range(2)), strict=True)
        counted = fit_supervised(xs, ys, 2, 3)
        both = ys[0][0] != ys[1][0] and all(len(set(y)) == 2 for y in ys)
        if both and counted.A.all() and counted.B.all():
            return [x.tolist() for x in xs], [y.tolist() for y in ys]


def _states(names: tuple[str, str]) -> dict[str, str]:
    low, high = names
    L, H = (name[0].upper() for name in names)
    return {
        "COLD": low.upper(),
        "HOT": high.upper(),
        "cold": low,
        "hot": high,
        "cold_days": f"{low}_days",
        "hot_days": f"{high}_days",
        "C C C": f"{L} {L} {L}",
        "H H H": f"{H} {H} {H}",
        '"CH"': f'"{L}{H}"',
    }


def _tables(hmm: HMM) -> dict[str, str]:
    return {
        "pi = np.array([0.5, 0.5])": f"pi = np.array({_shown(hmm.pi)})",
        "A = np.array([[0.8, 0.2], [0.2, 0.8]])": f"A = np.array({_shown(hmm.A)})",
        "B = np.array([[0.5, 0.4, 0.1], [0.1, 0.2, 0.7]])": f"B = np.array({_shown(hmm.B)})",
        "the numbers of chapter 3": "numbers like those of chapter 3",
        "the numbers of the chapter": "numbers like those of the chapter",
        "the numbers of the chapter (1 point)": "the model of exercise 1 (1 point)",
    }


def _short_diaries(first: list[int], second: list[int]) -> dict[str, str]:
    one, other = (", ".join(str(symbol + 1) for symbol in x) for x in (first, second))
    return {
        "[0, 1, 0]": str(first),
        "[2, 2, 1]": str(second),
        "1, 2, 1 cones": f"{one} cones",
        "3, 3, 2 cones": f"{other} cones",
        "1, 2, 1 and 3, 3, 2 cones": f"{one} and {other} cones",
        "P(1, 2, 1)": f"P({one})",
    }


def _drawn(hmm: HMM, x: list[int], names: tuple[str, str]) -> dict[str, str]:
    """Return the drawing of Viterbi's table, in which all arrows leave the upper row."""
    (v1, w1), (v2, w2), (v3, w3) = (
        [f"{p:.4g}" for p in row] for row in np.exp(hmm.viterbi(x).scores)
    )
    one, two, three = (str(symbol + 1) for symbol in x)
    return {
        "cones      1              2              1\n"
        "cold     0.25 ────┬───> 0.08 ────┬───> 0.032\n"
        "hot      0.05     └───> 0.01     └───> 0.0016": "\n".join(
            [
                f"cones    {one:<16}{two:<18}{three}",
                f"{names[0]:<9}{v1:<6}───┬───>  {v2:<8}───┬───>  {v3}",
                f"{names[1]:<9}{w1:<6}   └───>  {w2:<8}   └───>  {w3}",
            ]
        )
    }


def _long_diaries(xs, ys, names: tuple[str, str]) -> dict[str, str]:
    cones = ['"' + "".join(str(symbol + 1) for symbol in x) + '"' for x in xs]
    weather = ['"' + "".join(names[state][0].upper() for state in y) + '"' for y in ys]
    counted = fit_supervised(xs, ys, 2, 3)
    (stay, _), (_, stay_other) = counted.A
    one, two, three = map(_share, counted.B[0])
    return {
        '("1211233332312", "3222231112322")': f"({', '.join(cones)})",
        '("CCCCHHHHCCHHH", "HHHCCHHCCHHHC")': f"({', '.join(weather)})",
        "[[6 / 10, 4 / 10], [4 / 14, 10 / 14]]": _shares(counted.A),
        "6 of 10 steps from cold and 10 of 14 from hot stay there": (
            f"a share of {_share(stay)} of the steps from {names[0]} and {_share(stay_other)} from "
            f"{names[1]} stay there"
        ),
        "[[5 / 11, 5 / 11, 1 / 11], [2 / 15, 6 / 15, 7 / 15]]": _shares(counted.B),
        "of 11 cold days 5 show one cone, 5 two, 1 three": (
            f"of the {names[0]} days {one} show one cone, {two} two, {three} three"
        ),
    }


def _by_hand(hmm: HMM, x: list[int], log_alpha, log_beta) -> dict[str, str]:
    alpha, beta = np.exp(log_alpha), np.exp(log_beta)
    P = _shown(np.exp(hmm.log_likelihood([x])))
    first_day = ", ".join(f"{_shown(alpha[0, k])} * {_shown(beta[0, k])} / {P}" for k in (0, 1))
    return {
        "[[0.25, 0.05], [0.084, 0.018], [0.0354, 0.00312]]": _shown(alpha),
        "[[0.1416, 0.0624], [0.42, 0.18], [1, 1]]": _shown(beta),
        "0.03852": P,
        "[0.25 * 0.1416 / 0.03852, 0.05 * 0.0624 / 0.03852]": f"[{first_day}]",
    }


def _one_step(hmm: HMM, xs, log_alphas, log_betas) -> dict[str, str]:
    after, _ = baum_welch(xs, 2, 3, rng=0, n_iter=1, init=hmm)
    alphas, betas = (
        "[" + ", ".join(_shown(np.exp(table)) for table in tables) + "]"
        for tables in (log_alphas, log_betas)
    )
    return {
        "[[[0.25, 0.05], [0.084, 0.018], [0.0354, 0.00312]], [[0.05, 0.35], [0.011, 0.203], "
        "[0.01976, 0.03292]]]": alphas,
        "[[[0.1416, 0.0624], [0.42, 0.18], [1, 1]], [[0.0624, 0.1416], [0.36, 0.24], [1, 1]]]": (
            betas
        ),
        "[0.489114, 0.510886]": _shown(after.pi, 6),
        "[[0.933689, 0.066311], [0.219851, 0.780149]]": _shown(after.A, 6),
        "[[0.563221, 0.395596, 0.041183], [0.059195, 0.259086, 0.681720]]": _shown(after.B, 6),
    }


def _shown(numbers, digits: int = 8) -> str:
    """Return numbers as they are typed; eight digits are all that three days by hand have."""
    return str(np.round(numbers, digits).tolist())


def _shares(table) -> str:
    """Return a table of shares as fractions."""
    return "[" + ", ".join(f"[{', '.join(map(_share, row))}]" for row in table) + "]"


def _share(p: float) -> str:
    share = Fraction(p).limit_denominator(2 * DAYS)
    return f"{share.numerator} / {share.denominator}"
