"""Hidden Markov models against hmmlearn's C++: Viterbi, likelihood and Baum-Welch.

    python -m benchmarks.hmm [--quick]

Both sides start from the observations and end at what a user gets: paths (ours with all scores and
back pointers), log likelihoods, a model after some EM steps. hmmlearn does the latter two in log
space by default and faster, if asked, by "scaling"; both are rows here. Needs the extra `peers`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
from hmmlearn.hmm import CategoricalHMM

from benchmarks.side_by_side import Row, Table, compare, run
from course_lib.hmm import HMM, baum_welch

SYMBOLS = 20
EM_STEPS = 3
SHORT = ((1000, 10), (1000, 50), (200, 500))
LONG = 100_000


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    repeats = 3 if quick else 11
    rows = many_short(repeats, SHORT[:2] if quick else SHORT)
    yield Table("many short sequences at once, against hmmlearn", rows)
    rows = one_long(repeats, LONG // 10 if quick else LONG)
    yield Table("one long sequence, against hmmlearn", rows)


def many_short(repeats: int, sizes: tuple[tuple[int, int], ...]) -> list[Row]:
    """Compare on N sequences of T days each."""
    rng = np.random.default_rng(1)
    rows = []
    for K in (2, 10, 50):
        for N, T in sizes:
            xs = list(rng.integers(0, SYMBOLS, (N, T)))
            rows += comparisons(f"K={K}, {N:,} x {T}", K, xs, repeats, aim=1.0)
    return by_task(rows)


def one_long(repeats: int, T: int) -> list[Row]:
    """Compare on one sequence of T days."""
    x = np.random.default_rng(1).integers(0, SYMBOLS, T)
    rows = []
    for K in (2, 5, 10, 50):
        rows += comparisons(f"K={K}, T={T:,}", K, [x], repeats, aim=3.0)
    return by_task(rows)


def by_task(rows: list[Row]) -> list[Row]:
    """Sort rows by what comes before the comma, else leave them in order."""
    return sorted(rows, key=lambda row: row.name.split(",")[0])


def comparisons(size: str, K: int, xs: list[np.ndarray], repeats: int, aim: float) -> list[Row]:
    """Return the rows of one problem."""
    ours = random_model(K)
    X, lengths = np.concatenate(xs)[:, None], [len(x) for x in xs]

    def decode():
        return ours.viterbi(xs[0]) if len(xs) == 1 else ours.viterbi_batch(xs)

    def learn():
        return baum_welch(xs, K, SYMBOLS, 0, n_iter=EM_STEPS, tol=-1e9, init=ours)

    rows = [
        compare(f"Viterbi, {size}", decode, lambda: peer(ours).decode(X, lengths), repeats, aim)
    ]
    for way in ("log", "scaling"):
        if way == "log" and K == 50:
            if repeats == 3:
                continue  # the peer alone takes minutes
            repeats = 3
        tasks = {
            f"likelihood ({way}), {size}": (
                lambda: ours.log_likelihood(xs),
                lambda way=way: peer(ours, way).score(X, lengths),
            ),
            f"{EM_STEPS} EM steps ({way}), {size}": (
                learn,
                lambda way=way: peer(ours, way).fit(X, lengths),
            ),
        }
        rows += [compare(name, *pair, repeats, aim) for name, pair in tasks.items()]
    return rows


def random_model(K: int) -> HMM:
    """Return a model without zeros, ties or symmetry."""
    rng = np.random.default_rng(K)
    return HMM(*(rng.dirichlet(np.ones(n), size) for n, size in ((K, None), (K, K), (SYMBOLS, K))))


def peer(model: HMM, implementation: str = "log") -> CategoricalHMM:
    """Return hmmlearn's model with the same tables, set to run all EM steps."""
    twin = CategoricalHMM(
        model.n_states,
        n_features=SYMBOLS,
        n_iter=EM_STEPS,
        tol=-np.inf,
        init_params="",
        implementation=implementation,
    )
    twin.startprob_, twin.transmat_, twin.emissionprob_ = (
        table.copy() for table in (model.pi, model.A, model.B)
    )
    return twin


if __name__ == "__main__":
    run(tables, __doc__)
