"""Models and an oracle that knows nothing of the library: every path, one by one."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.hmm import HMM


def _random_model(K, M, seed=0, stop=False, zeros=False, dtype=np.float64):
    """Return a model with asymmetric tables; with `zeros`, a third of each row cannot be."""
    rng = np.random.default_rng(seed)

    def rows(n, width):
        table = rng.dirichlet(np.ones(width), n)
        if zeros:
            table[rng.random(table.shape) < 0.35] = 0
            table[np.arange(n), rng.integers(0, width, n)] += 0.1
            table /= table.sum(axis=1, keepdims=True)
        return table

    moves = rows(K, K + stop)
    pi, A, B = (t.astype(dtype) for t in (rows(1, K)[0], moves[:, :K], rows(K, M)))
    return HMM(pi, A, B, stop=moves[:, K].astype(dtype) if stop else None)


def _all_paths(hmm, x):
    """Return {path: P(x, path)} by multiplying the factors in plain floats."""
    pi, A, B = hmm.pi.tolist(), hmm.A.tolist(), hmm.B.tolist()
    stop = [1.0] * len(pi) if hmm.stop is None else hmm.stop.tolist()
    joint = {}
    for y in product(range(len(pi)), repeat=len(x)):
        p = pi[y[0]] * B[y[0]][x[0]]
        for t in range(1, len(x)):
            p *= A[y[t - 1]][y[t]] * B[y[t]][x[t]]
        joint[y] = p * stop[y[-1]]
    return joint


def _sums(hmm, x):
    """Return the posteriors gamma and xi, and P(x) as `total`, by summing over all paths."""
    K, n = hmm.n_states, len(x)
    joint = _all_paths(hmm, x)
    gamma, xi = np.zeros((n, K)), np.zeros((n - 1, K, K))
    for y, p in joint.items():
        gamma[np.arange(n), y] += p
        xi[np.arange(n - 1), y[:-1], y[1:]] += p
    total = sum(joint.values())
    return SimpleNamespace(gamma=gamma / total, xi=xi / total, total=total)


@pytest.fixture(scope="session")
def random_model():
    return _random_model


@pytest.fixture(scope="session")
def all_paths():
    return _all_paths


@pytest.fixture(scope="session")
def sums_over_paths():
    return _sums
