"""The most probable path: Viterbi as on the slides, in log space, and by brute force."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

from course_lib import checks


class Decoding(NamedTuple):
    """What Viterbi found, and the tables it found it with.

    Attributes
    ----------
    path : (n,) ndarray of int
        The most probable states; a tie goes to the lowest state, from the last day
        backwards.
    log_prob : float
        ``log P(x, path)``, STOP included where the model has it; ``-inf`` if `x` is
        impossible.
    scores : (n, K) ndarray
        ``scores[t, k]``: log probability of the best path that ends in state k on
        day t.
    backpointers : (n, K) ndarray of int
        ``backpointers[t, k]``: the state before k on that path; zeros on the first day.
    """

    path: np.ndarray
    log_prob: float
    scores: np.ndarray
    backpointers: np.ndarray


# [viterbi_slide]
def viterbi_slide(pi, A, B, x):
    """Viterbi as on the slide: probabilities, loops, and the slide's letters.

    Parameters
    ----------
    pi : (K,) array_like, ``pi[s] = P(y_1 = s)``
    A : (K, K) array_like, ``A[r, s] = P(y_{i+1} = s | y_i = r)``
    B : (K, M) array_like, ``B[s, m] = P(x_i = m | y_i = s)``
    x : (n,) array_like of int, the observations

    Returns
    -------
    path : (n,) ndarray of int
        The most probable states; a tie goes to the lowest state. Paths that tie on paper
        may differ here in the last digit, and then the larger product wins.
    score : (n, K) ndarray
        Probabilities, not logarithms: long sequences underflow to 0.
    back : (n, K) ndarray of int

    Notes
    -----
    Source: UCLA, Viterbi algorithm.
    """
    pi, A, B = np.asarray(pi), np.asarray(A), np.asarray(B)
    n, K = len(x), len(pi)
    score = np.zeros((n, K))
    back = np.zeros((n, K), dtype=int)

    for s in range(K):  # 1. initial
        score[0, s] = pi[s] * B[s, x[0]]

    for i in range(1, n):  # 2. recurrence
        for s in range(K):
            candidates = [score[i - 1, r] * A[r, s] * B[s, x[i]] for r in range(K)]
            back[i, s] = np.argmax(candidates)
            score[i, s] = candidates[back[i, s]]

    path = np.zeros(n, dtype=int)  # 3. final state, then follow the back pointers
    path[-1] = np.argmax(score[-1])
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path, score, back


# [/viterbi_slide]


# [viterbi]
def viterbi(hmm, x) -> Decoding:
    """Return the most probable path of states for the observations `x`.

    The slide's recurrence with sums of logarithms in place of products, so that 100,000
    days do not underflow, and with all K x K candidates of a day at once.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int

    Returns
    -------
    Decoding
        Ties go to the lowest state.

    Notes
    -----
    Time n K^2, memory n K.
    Source: UCLA, Viterbi algorithm; Complexity of inference.
    """
    x = hmm.observations("x", x)
    n, K = len(x), hmm.n_states
    scores = np.empty((n, K), dtype=hmm.log_A.dtype)
    backpointers = np.zeros((n, K), dtype=np.intp)
    emitted = hmm.log_B.T[x]

    scores[0] = hmm.log_pi + emitted[0]
    for t in range(1, n):
        candidates = scores[t - 1][:, None] + hmm.log_A
        backpointers[t] = candidates.argmax(axis=0)
        scores[t] = candidates.max(axis=0) + emitted[t]

    final = scores[-1] + hmm.log_stop
    path = np.empty(n, dtype=np.intp)
    path[-1] = final.argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = backpointers[t, path[t]]
    return Decoding(path, float(final.max()), scores, backpointers)


# [/viterbi]


# [brute_force]
def brute_force(hmm, x) -> tuple[np.ndarray, float]:
    """Return the best path and its log probability by trying all ``K**n`` paths.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int
        Short: more than ``2**20`` paths are refused.

    Returns
    -------
    path : (n,) ndarray of int
        The first best path in counting order.
    log_prob : float
    """
    x = hmm.observations("x", x)
    n, K = len(x), hmm.n_states
    checks.whole("x: the number of paths K**n", K**n, low=1, high=2**20)
    paths = product(range(K), repeat=n)
    best = max(paths, key=lambda y: hmm.joint_log_prob(x, y))
    return np.array(best), hmm.joint_log_prob(x, best)


# [/brute_force]
