"""What the grader asks in problem set 3: the cases, the reference's answers, a fair comparison.

The checks are copied into the graded notebook, so each stands on its own and needs NumPy alone.
"""

from __future__ import annotations

import numpy as np

from course_lib.hmm import HMM, fit_supervised


def viterbi_cases(rng: np.random.Generator):
    """Yield the arguments of each unseen call."""
    yield _model(rng, K=3, M=4) | {"obs": [2]}
    for K, M, n in [(2, 3, 6), (3, 2, 8), (4, 5, 12)]:
        yield _model(rng, K, M) | {"obs": rng.integers(M, size=n)}
    left_to_right = _model(rng, K=3, M=3)
    left_to_right["pi"] = np.array([1.0, 0.0, 0.0])
    left_to_right["A"] = np.array([[0.6, 0.4, 0.0], [0.0, 0.7, 0.3], [0.0, 0.0, 1.0]])
    yield left_to_right | {"obs": rng.integers(3, size=7)}
    yield _model(rng, K=2, M=3) | {"obs": rng.integers(3, size=2000)}


def viterbi_reference(pi, A, B, obs) -> float:
    """Return the log probability of the best path; which path has it may be a tie."""
    return HMM(pi, A, B).viterbi(obs).log_prob


def check_viterbi(answer, expected, pi, A, B, obs):
    """Accept every path that is as probable as the best one."""
    path = np.asarray(answer)
    assert path.shape == (len(obs),), (
        f"viterbi must return one state for each of the {len(obs)} observations, "
        f"got an answer of shape {path.shape}"
    )
    assert path.dtype.kind in "iuf", f"viterbi must return state numbers, got {path.dtype}"
    path = path.astype(int)
    assert ((path >= 0) & (path < len(pi))).all(), (
        f"states must be numbers from 0 to {len(pi) - 1}, got {path.min()} to {path.max()}"
    )
    with np.errstate(divide="ignore"):
        log_prob = (
            np.log(pi[path[0]]) + np.log(A[path[:-1], path[1:]]).sum() + np.log(B[path, obs]).sum()
        )
    assert log_prob >= expected - 1e-6 * max(1, abs(expected)), (
        f"for {len(obs)} observations, {len(pi)} states and {B.shape[1]} symbols there is a more "
        f"probable path: yours has log probability {log_prob:.4f}, the best has {expected:.4f}"
    )


def count_hmm_cases(rng: np.random.Generator):
    """Yield the arguments of each unseen call."""
    for K, M, lengths in [(2, 3, [5, 9, 2]), (3, 5, [20, 1, 30]), (4, 2, [200])]:
        yield _records(rng, K, M, lengths)
    yield {"states": [[0, 1]], "obs": [[1, 2]], "n_states": 3, "n_symbols": 4}
    yield {"states": [[1], [0]], "obs": [[0], [1]], "n_states": 2, "n_symbols": 3}


def count_hmm_reference(states, obs, n_states, n_symbols):
    """Return the three tables of the counted model."""
    counted = fit_supervised(obs, states, n_states, n_symbols)
    return [counted.pi, counted.A, counted.B]


def check_count_hmm(answer, expected, states, obs, n_states, n_symbols):
    """Compare the three tables entry by entry."""
    assert isinstance(answer, (tuple, list)), (
        f"count_hmm must return the three tables (pi, A, B), got {type(answer).__name__}"
    )
    assert len(answer) == 3, f"count_hmm must return three tables (pi, A, B), got {len(answer)}"
    lengths = ", ".join(str(len(record)) for record in states)
    for name, table, right in zip(("pi", "A", "B"), answer, expected, strict=True):
        table, right = np.asarray(table, dtype=float), np.asarray(right)
        assert table.shape == right.shape, (
            f"{name} must have shape {right.shape}, got {table.shape}"
        )
        wrong = np.argwhere(~np.isclose(table, right, rtol=1e-6, atol=1e-9))
        assert len(wrong) == 0, (
            f"for records of length {lengths}, {n_states} states and {n_symbols} symbols, "
            f"{name}{wrong[0].tolist()} should be {right[tuple(wrong[0])]:.4f}, "
            f"got {table[tuple(wrong[0])]:.4f}"
        )


EXERCISES = {
    "ps03.viterbi": (viterbi_cases, viterbi_reference, check_viterbi),
    "ps03.count_hmm": (count_hmm_cases, count_hmm_reference, check_count_hmm),
}


def _model(rng, K: int, M: int) -> dict:
    """Draw a model whose best path is clear and whose transitions are far from symmetric."""
    return {
        "pi": rng.dirichlet(np.ones(K)),
        "A": rng.dirichlet(np.full(K, 0.5), size=K),
        "B": rng.dirichlet(np.full(M, 0.7), size=K),
    }


def _records(rng, K: int, M: int, lengths: list[int]) -> dict:
    return {
        "states": [rng.integers(K, size=n).tolist() for n in lengths],
        "obs": [rng.integers(M, size=n).tolist() for n in lengths],
        "n_states": K,
        "n_symbols": M,
    }
