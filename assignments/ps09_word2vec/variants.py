"""Variants of problem set 9: what the king does, the scores of a pair, the vectors at court, and
the order in which two functions take their arguments.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from course_lib.word2vec import negative_sampling_loss, softmax_loss

# As long as the word they replace, which stands in a drawing.
DEEDS = ["sees", "hugs", "pays", "asks", "hits"]
COURT = ["man", "woman", "king", "queen", "prince", "princess", "apple"]
# The exponentials of the scores are this and two ones.
FACTORS = [2, 3, 4, 6, 8]
ORDERS = (
    [("tokens", "window"), ("window", "tokens")],
    [("counts", "threshold"), ("threshold", "counts")],
)


def variant(rng: np.random.Generator) -> dict:
    """Draw a deed, a score whose exponential is a whole number, and a taller or smaller court."""
    factor = FACTORS[rng.integers(len(FACTORS))]
    king, prince, queen = int(rng.integers(3, 6)), 2, int(rng.integers(2, 4))
    vectors = [[1, 1], [-1, 1], [1, king], [-queen, queen * king], [1, prince], [-1, prince]]
    vectors.append([int(rng.integers(2, 5)), -1])
    W = np.array(vectors, dtype=float)
    pairs, keep = (orders[rng.integers(2)] for orders in ORDERS)
    tables = {
        "W_in": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
        "W_out": np.array([[np.log(factor), 0.0], [0.0, 0.0], [0.0, 0.0]]),
        "centers": np.array([0]),
        "contexts": np.array([1]),
    }
    deed = DEEDS[rng.integers(len(DEEDS))]
    return {
        "texts": {
            "sees": deed,
            # What the king does, the computer need not.
            "A computer sees": "A computer sees",
            "SEES": deed.upper(),
            **_softmax(factor, tables),
            **_noise(factor, tables),
            **_court(vectors, W),
        },
        "examples": {
            "ps09.softmax_loss": [tables],
            "ps09.negative_sampling_loss": [
                tables | {"negatives": np.array(noise)} for noise in ([[0]], [[0, 0]])
            ],
            "ps09.analogy": [{"W": W, "a": 0, "b": 2, "c": 1, "k": k} for k in (1, 2, 4)],
        },
        "orders": {"ps09.skipgram_pairs": pairs, "ps09.keep_probability": keep},
    }


def _softmax(factor: int, tables: dict) -> dict[str, str]:
    loss, dW_in, dW_out = softmax_loss(**tables)
    p, rest = Fraction(factor, factor + 2), Fraction(1, factor + 2)
    return {
        r"are $\log 2$, 0, 0": rf"are $\log {factor}$, 0, 0",
        "probabilities are 1/2, 1/4, 1/4": f"probabilities are {p}, {rest}, {rest}",
        "np.log(2.0), 0.0]": f"np.log({factor}.0), 0.0]",
        'np.log(4)), f"word 1 has probability 1/4: the loss is log 4 = 1.3863': (
            f'np.log({factor + 2})), f"word 1 has probability {rest}: the loss is '
            f"log {factor + 2} = {loss:.4f}"
        ),
        "[[1 / 2, 0], [-3 / 4, 0], [1 / 4, 0]]": _fractions(dW_out),
        "pulled by 1/4 - 1, the others are pushed by 1/2 and 1/4": (
            f"pulled by {rest} - 1, the others are pushed by {p} and {rest}"
        ),
        "[[np.log(2) / 2, 0]": f"[[{p.numerator} / {p.denominator} * np.log({factor}), 0]",
        "by 1/2 of u_0, which is 0.3466 and 0": f"by {p} of u_0, which is {dW_in[0, 0]:.4f} and 0",
    }


def _noise(factor: int, tables: dict) -> dict[str, str]:
    once, twice = (
        negative_sampling_loss(**tables, negatives=np.array(noise)) for noise in ([[0]], [[0, 0]])
    )
    sigma = Fraction(factor, factor + 1)
    push, double = (f"{p.numerator} / {p.denominator}" for p in (sigma, 2 * sigma))
    return {
        r"Its score is $\log 2$": rf"Its score is $\log {factor}$",
        r"$\sigma(\log 2)$ is 2/3": rf"$\sigma(\log {factor})$ is {sigma}",
        'np.log(2) + np.log(3)), f"the loss is log 2 + log 3 = 1.7918': (
            f'np.log(2) + np.log({factor + 1})), f"the loss is log 2 + log {factor + 1} = '
            f"{once[0]:.4f}"
        ),
        "[[2 / 3, 0], [-1 / 2, 0], [0, 0]]": _fractions(once[2]),
        "pushed by 2/3, the context": f"pushed by {sigma}, the context",
        "[[2 / 3 * np.log(2), 0]": f"[[{push} * np.log({factor}), 0]",
        "by 2/3 of u_0 (u_1 is zero)": f"by {sigma} of u_0 (u_1 is zero)",
        "2 * np.log(3)": f"2 * np.log({factor + 1})",
        "counts twice: 2.8904": f"counts twice: {twice[0]:.4f}",
        '[4 / 3, 0]), f"noise that comes twice is pushed twice, by 4/3': (
            f'[{double}, 0]), f"noise that comes twice is pushed twice, by {2 * sigma}'
        ),
    }


def _court(vectors: list[list[int]], W: np.ndarray) -> dict[str, str]:
    there = W[2] - W[0] + W[1]
    second = COURT.index("princess")
    product, (one, other) = W[second] @ there, [v @ v for v in (there, W[second])]
    cosine = product / np.sqrt(one * other)
    return {
        "[[1, 1], [-1, 1], [1, 3], [-2, 6], [1, 2], [-1, 2], [3, -1]]": str(vectors),
        "(x, 3), (x, 1)": f"(x, {vectors[2][1]}), (x, 1)",
        "ylim=(-1.5, 6.8)": f"ylim=(-1.5, {vectors[3][1] + 0.8})",
        '7 / np.sqrt(50)), f"its cosine is 7 / sqrt(10 * 5) = 0.9899': (
            f'{product:g} / np.sqrt({one * other:g})), f"its cosine is {product:g} / '
            f"sqrt({one:g} * {other:g}) = {cosine:.4f}"
        ),
    }


def _fractions(table) -> str:
    """Return a table of simple fractions."""
    rows = []
    for row in table:
        exact = [Fraction(p).limit_denominator(60) for p in row]
        rows.append(", ".join(f"{p.numerator} / {p.denominator}" if p else "0" for p in exact))
    return "[" + ", ".join(f"[{row}]" for row in rows) + "]"
