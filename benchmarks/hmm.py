"""Hidden Markov models against hmmlearn's C++: Viterbi, forward and Baum-Welch.

    python -m benchmarks.hmm [--quick]

Both sides start from the observations and end at what a user gets: paths (ours with all scores and
back pointers), log likelihoods, a model after some EM steps. hmmlearn's default implementation of
forward and EM is "log", its faster one "scaling". Needs the extra `peers`.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np
from hmmlearn.hmm import CategoricalHMM

from benchmarks.side_by_side import Row, compare, print_table
from course_lib.hmm import HMM, baum_welch

SYMBOLS = 20
STATES = (2, 10, 50)
SHORT = ((1000, 10), (1000, 50), (200, 500))
LONG = 100_000
EM_STEPS = 5


def main() -> None:
    """Run all comparisons and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repeats, one long length")
    quick = parser.parse_args().quick
    repeats = 3 if quick else 11
    print_table(short_sequences(repeats), "many short sequences, at once")
    print()
    print_table(long_sequence(repeats, (LONG // 10 if quick else LONG,)), "one long sequence")


def short_sequences(repeats: int) -> list[Row]:
    """Compare on many sequences of one length."""
    rows = []
    for K in STATES:
        for N, T in SHORT:
            xs = list(np.random.default_rng(1).integers(0, SYMBOLS, (N, T)))
            rows += comparisons(f"K={K}, {N:,} x {T}", K, xs, repeats, aim=1.0)
    return sorted(rows, key=lambda row: row.name.split(",")[0])


def long_sequence(repeats: int, lengths: tuple[int, ...]) -> list[Row]:
    """Compare on one sequence."""
    rows = []
    for K in STATES:
        for T in lengths:
            xs = [np.random.default_rng(1).integers(0, SYMBOLS, T)]
            rows += comparisons(f"K={K}, T={T:,}", K, xs, repeats, aim=3.0)
    return sorted(rows, key=lambda row: row.name.split(",")[0])


def comparisons(size: str, K: int, xs: list[np.ndarray], repeats: int, aim: float) -> list[Row]:
    """Return the rows of one problem size."""
    ours = random_model(K)
    X, lengths = np.concatenate(xs)[:, None], [len(x) for x in xs]
    rows = [
        compare(
            f"Viterbi, {size}",
            lambda: ours.viterbi_batch(xs) if len(xs) > 1 else ours.viterbi(xs[0]),
            lambda: peer(ours).decode(X, lengths),
            repeats,
            aim,
        )
    ]
    for implementation in ("log", "scaling"):
        rows.append(
            compare(
                f"log likelihood ({implementation}), {size}",
                lambda: ours.log_likelihood(xs),
                lambda how=implementation: peer(ours, how).score(X, lengths),
                repeats,
                aim,
            )
        )
        rows.append(
            compare(
                f"{EM_STEPS} EM steps ({implementation}), {size}",
                lambda: baum_welch(xs, K, SYMBOLS, 0, n_iter=EM_STEPS, tol=-1e9, init=ours),
                lambda how=implementation: peer(ours, how).fit(X, lengths),
                repeats,
                aim,
            )
        )
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
    warnings.filterwarnings("ignore", module="hmmlearn")
    main()
