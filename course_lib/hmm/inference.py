"""What a sequence says about its hidden states: forward, backward and posteriors."""

from __future__ import annotations

import numpy as np

from course_lib.hmm.log_space import log_sum_exp


# [forward_slide]
def forward_slide(pi, A, B, x):
    """Forward in probabilities: Viterbi's loops with a sum in place of the maximum.

    Parameters
    ----------
    pi : (K,) array_like, ``pi[s] = P(y_1 = s)``
    A : (K, K) array_like, ``A[r, s] = P(y_{i+1} = s | y_i = r)``
    B : (K, M) array_like, ``B[s, m] = P(x_i = m | y_i = s)``
    x : (n,) array_like of int, the observations

    Returns
    -------
    alpha : (n, K) ndarray
        ``alpha[i, s] = P(x_1 .. x_i, y_i = s)``, not logarithms: long sequences underflow to 0.

    Notes
    -----
    The last row sums to P(x). Source: Rabiner 1989.
    """
    pi, A, B = np.asarray(pi), np.asarray(A), np.asarray(B)
    n, K = len(x), len(pi)
    alpha = np.zeros((n, K))

    for s in range(K):  # 1. initial
        alpha[0, s] = pi[s] * B[s, x[0]]

    for i in range(1, n):  # 2. recurrence
        for s in range(K):
            alpha[i, s] = sum(alpha[i - 1, r] * A[r, s] * B[s, x[i]] for r in range(K))

    return alpha


# [/forward_slide]


# [backward_slide]
def backward_slide(pi, A, B, x):
    """Backward in probabilities: the same sum, from the last day to the first.

    Parameters
    ----------
    pi, A, B, x
        As for :func:`forward_slide`.

    Returns
    -------
    beta : (n, K) ndarray
        ``beta[i, s] = P(x_{i+1} .. x_n | y_i = s)``, not logarithms; ones on the last day.

    Notes
    -----
    On every day ``sum(alpha[i] * beta[i])`` is P(x). Source: Rabiner 1989.
    """
    pi, A, B = np.asarray(pi), np.asarray(A), np.asarray(B)
    n, K = len(x), len(pi)
    beta = np.zeros((n, K))

    for s in range(K):  # 1. nothing is left to explain
        beta[n - 1, s] = 1

    for i in range(n - 2, -1, -1):  # 2. recurrence
        for r in range(K):
            beta[i, r] = sum(A[r, s] * B[s, x[i + 1]] * beta[i + 1, s] for s in range(K))

    return beta


# [/backward_slide]


# [forward]
def forward(hmm, x) -> tuple[np.ndarray, float]:
    """Return the forward table of `x` and its log likelihood.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int

    Returns
    -------
    log_alpha : (n, K) ndarray
        ``log P(x_1 .. x_t, y_t = k)``; ``-inf`` for what cannot be.
    log_likelihood : float
        ``log P(x)``, STOP included where the model has it; ``-inf`` if `x` is impossible.

    Notes
    -----
    Time n K^2, memory n K. Source: Rabiner 1989.
    """
    x = hmm.observations("x", x)
    emitted = hmm.log_B.T[x]
    log_alpha = np.empty_like(emitted)

    log_alpha[0] = hmm.log_pi + emitted[0]
    for t in range(1, len(x)):
        log_alpha[t] = log_sum_exp(log_alpha[t - 1][:, None] + hmm.log_A) + emitted[t]
    return log_alpha, float(log_sum_exp(log_alpha[-1] + hmm.log_stop))


# [/forward]


# [backward]
def backward(hmm, x) -> np.ndarray:
    """Return the backward table of `x`.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int

    Returns
    -------
    log_beta : (n, K) ndarray
        ``log P(x_{t+1} .. x_n | y_t = k)``, STOP included where the model has it.

    Notes
    -----
    Time n K^2, memory n K. Source: Rabiner 1989.
    """
    x = hmm.observations("x", x)
    emitted = hmm.log_B.T[x]
    log_beta = np.empty_like(emitted)

    log_beta[-1] = hmm.log_stop
    for t in range(len(x) - 2, -1, -1):
        log_beta[t] = log_sum_exp(hmm.log_A + emitted[t + 1] + log_beta[t + 1], axis=1)
    return log_beta


# [/backward]


# [posteriors]
def posteriors(hmm, x, pairwise=True) -> tuple[np.ndarray, np.ndarray | None]:
    """Return how probable each state, and each pair of neighbours, is once all of `x` is known.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int
        A possible sequence: one of probability zero has no posteriors.
    pairwise : bool
        Compute `xi` too, which takes K times the memory of the tables.

    Returns
    -------
    gamma : (n, K) ndarray
        ``gamma[t, k] = P(y_t = k | x)``, probabilities; each row sums to one.
    xi : (n - 1, K, K) ndarray or None
        ``xi[t, i, j] = P(y_t = i, y_{t+1} = j | x)``, probabilities; each table sums to one.

    Notes
    -----
    Source: Rabiner 1989.
    """
    x = hmm.observations("x", x)
    log_alpha, log_likelihood = forward(hmm, x)
    refuse_impossible("x", log_likelihood)
    log_beta = backward(hmm, x)
    gamma = np.exp(log_alpha + log_beta - log_likelihood)
    if not pairwise:
        return gamma, None

    arriving = (hmm.log_B.T[x] + log_beta)[1:, None, :]
    xi = np.exp(log_alpha[:-1, :, None] + hmm.log_A + arriving - log_likelihood)
    return gamma, xi


# [/posteriors]


def refuse_impossible(name: str, log_likelihood: float) -> None:
    """Raise a ValueError for a sequence that the model cannot produce."""
    if log_likelihood == -np.inf:
        raise ValueError(f"{name} must be possible under the model, got one of probability 0")
