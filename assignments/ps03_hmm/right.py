"""Right answers to problem set 3, written as different people write them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np


def log_of(number: float) -> float:
    return math.log(number) if number > 0 else -math.inf


def log_of_sum(logs) -> float:
    largest = max(logs)
    if largest == -math.inf:
        return -math.inf
    return largest + math.log(sum(math.exp(log - largest) for log in logs))


# Exercise 1: viterbi


def viterbi_loops(pi, A, B, obs):
    """Lists, loops, and of equal paths the one through the highest states."""
    K = len(pi)
    scores = [log_of(pi[s]) + log_of(B[s][obs[0]]) for s in range(K)]
    winners = []
    for x in obs[1:]:
        best = [max((scores[r] + log_of(A[r][s]), r) for r in range(K)) for s in range(K)]
        scores = [score + log_of(B[s][x]) for s, (score, _) in enumerate(best)]
        winners.append([r for _, r in best])
    path = [max(range(K), key=lambda s: (scores[s], s))]
    for row in reversed(winners):
        path.insert(0, row[path[0]])
    return path


def viterbi_from_the_end(pi, A, B, obs):
    """The best future of each state, filled from the last day; then the path in one go."""
    with np.errstate(divide="ignore"):
        log_pi, log_A, log_B = np.log(pi), np.log(A), np.log(B)
    n = len(obs)
    future = np.zeros((n, len(log_pi)))
    for i in range(n - 1, 0, -1):
        future[i - 1] = (log_A + log_B[:, obs[i]] + future[i]).max(axis=1)
    path = np.zeros(n, dtype=np.int32)
    path[0] = np.argmax(log_pi + log_B[:, obs[0]] + future[0])
    for i in range(1, n):
        path[i] = np.argmax(log_A[path[i - 1]] + log_B[:, obs[i]] + future[i])
    return path


def viterbi_scaled(pi, A, B, obs):
    """Products, brought back to a largest score of one each day; states as floats."""
    score = np.asarray(pi) * B[:, obs[0]]
    back = []
    for x in obs[1:]:
        score = score / score.max()
        ways = score[:, None] * A
        back.append(ways.argmax(axis=0))
        score = ways.max(axis=0) * B[:, x]
    path = [float(score.argmax())]
    for row in back[::-1]:
        path.append(float(row[int(path[-1])]))
    return np.array(path[::-1])


# Exercise 2: count_hmm


def count_with_dictionaries(states, obs, n_states, n_symbols):
    starts, steps, shown = {}, {}, {}
    for ys, xs in zip(states, obs, strict=True):
        starts[ys[0]] = starts.get(ys[0], 0) + 1
        for pair in pairwise(ys):
            steps[pair] = steps.get(pair, 0) + 1
        for pair in zip(ys, xs, strict=True):
            shown[pair] = shown.get(pair, 0) + 1

    def rows(counts, width):
        table = []
        for s in range(n_states):
            row = [counts.get((s, column), 0) for column in range(width)]
            total = sum(row)
            table.append([n / total for n in row] if total else [1 / width] * width)
        return table

    pi = [starts.get(s, 0) / len(states) for s in range(n_states)]
    return pi, rows(steps, n_states), rows(shown, n_symbols)


def count_with_one_hot(states, obs, n_states, n_symbols):
    one_state, one_symbol = np.eye(n_states), np.eye(n_symbols)
    pi = sum(one_state[ys[0]] for ys in states)
    A = sum(one_state[list(ys[:-1])].T @ one_state[list(ys[1:])] for ys in states)
    B = sum(
        one_state[list(ys)].T @ one_symbol[list(xs)] for ys, xs in zip(states, obs, strict=True)
    )
    for table in (A, B):
        table[table.sum(axis=1) == 0] = 1
        table /= table.sum(axis=1)[:, None]
    return [pi / pi.sum(), A, B]


def count_with_histograms(states, obs, n_states, n_symbols):
    pi = np.bincount([ys[0] for ys in states], minlength=n_states) / len(states)
    now = np.array([y for ys in states for y in ys[:-1]], dtype=int)
    after = np.array([y for ys in states for y in ys[1:]], dtype=int)
    all_days, all_symbols = np.concatenate(states), np.concatenate(obs)
    A = np.bincount(now * n_states + after, minlength=n_states**2).reshape(n_states, n_states)
    B = np.bincount(all_days * n_symbols + all_symbols, minlength=n_states * n_symbols)
    B = B.reshape(n_states, n_symbols)
    with np.errstate(invalid="ignore"):
        A, B = A / A.sum(1, keepdims=True), B / B.sum(1, keepdims=True)
    return pi, np.nan_to_num(A, nan=1 / n_states), np.nan_to_num(B, nan=1 / n_symbols)


# Exercise 3: forward


def forward_loops(pi, A, B, obs):
    K = len(pi)
    table = [[log_of(pi[s]) + log_of(B[s][obs[0]]) for s in range(K)]]
    for x in obs[1:]:
        table.append(
            [
                log_of_sum([table[-1][r] + log_of(A[r][s]) for r in range(K)]) + log_of(B[s][x])
                for s in range(K)
            ]
        )
    return table, log_of_sum(table[-1])


def forward_scaled(pi, A, B, obs):
    """Shares of each day, and the logarithm of all that was divided by."""
    log_alpha, shares, so_far = [], np.asarray(pi), 0.0
    for i, x in enumerate(obs):
        alpha = (shares @ A if i else shares) * B[:, x]
        shares, so_far = alpha / alpha.sum(), so_far + np.log(alpha.sum())
        with np.errstate(divide="ignore"):
            log_alpha.append(np.log(shares) + so_far)
    return np.array(log_alpha), np.float64(so_far)


def forward_largest_out(pi, A, B, obs):
    """The largest logarithm taken out of each sum by hand."""
    with np.errstate(divide="ignore"):
        log_pi, log_A, log_B = np.log(pi), np.log(A), np.log(B)
        log_alpha = np.full((len(obs), len(log_pi)), -np.inf)
        log_alpha[0] = log_pi + log_B[:, obs[0]]
        for i in range(1, len(obs)):
            largest = log_alpha[i - 1].max()
            log_alpha[i] = np.log(np.exp(log_alpha[i - 1] - largest) @ np.exp(log_A))
            log_alpha[i] += largest + log_B[:, obs[i]]
    largest = log_alpha[-1].max()
    return [log_alpha, [largest + np.log(np.sum(np.exp(log_alpha[-1] - largest)))][0]]


# Exercise 4: posteriors


def posteriors_loops(A, B, obs, log_alpha):
    n, K = len(obs), len(A)
    log_beta = [[0.0] * K for _ in range(n)]
    for i in range(n - 2, -1, -1):
        for r in range(K):
            log_beta[i][r] = log_of_sum(
                [log_of(A[r][s]) + log_of(B[s][obs[i + 1]]) + log_beta[i + 1][s] for s in range(K)]
            )
    gamma = []
    for i in range(n):
        joint = [log_alpha[i][s] + log_beta[i][s] for s in range(K)]
        total = log_of_sum(joint)
        gamma.append([math.exp(log - total) for log in joint])
    return log_beta, gamma


def posteriors_by_the_likelihood(A, B, obs, log_alpha):
    """Every day's normaliser is the same number: the likelihood, from the last row of alpha."""
    with np.errstate(divide="ignore"):
        log_A, log_B = np.log(A), np.log(B)
    rows = [np.zeros(len(log_A))]
    for x in obs[:0:-1]:
        rows.insert(0, np.logaddexp.reduce(log_A + (log_B[:, x] + rows[0])[None, :], axis=1))
    log_beta = np.vstack(rows)
    return log_beta, np.exp(log_alpha + log_beta - np.logaddexp.reduce(log_alpha[-1]))


def posteriors_scaled(A, B, obs, log_alpha):
    """Products, divided by their largest each day; the divisors' logarithms are added back."""
    beta, taken_out = np.ones(np.shape(log_alpha)), np.zeros(len(obs))
    for i in reversed(range(len(obs) - 1)):
        beta[i] = A @ (B[:, obs[i + 1]] * beta[i + 1])
        taken_out[i] = taken_out[i + 1] + np.log(beta[i].max())
        beta[i] /= beta[i].max()
    alpha = np.exp(log_alpha - log_alpha.max(axis=1, keepdims=True))
    gamma = alpha * beta
    with np.errstate(divide="ignore"):
        log_beta = np.log(beta) + taken_out[:, None]
    return log_beta, gamma / gamma.sum(axis=1, keepdims=True)


# Exercise 5: em_step


def em_loops(A, B, xs, log_alphas, log_betas):
    K, M = len(A), len(B[0])
    starts, steps = [0.0] * K, [[0.0] * K for _ in range(K)]
    shown = [[0.0] * M for _ in range(K)]
    for x, a, b in zip(xs, log_alphas, log_betas, strict=True):
        total = log_of_sum(a[-1])
        for i in range(len(x)):
            for s in range(K):
                gamma = math.exp(a[i][s] + b[i][s] - total)
                starts[s] += gamma if i == 0 else 0
                shown[s][x[i]] += gamma
                for r in range(K if i else 0):
                    way = a[i - 1][r] + log_of(A[r][s]) + log_of(B[s][x[i]]) + b[i][s]
                    steps[r][s] += math.exp(way - total)

    def share(row, before):
        return [n / sum(row) for n in row] if sum(row) > 0 else list(before)

    return (
        [n / len(xs) for n in starts],
        [share(row, before) for row, before in zip(steps, A, strict=True)],
        [share(row, before) for row, before in zip(shown, B, strict=True)],
    )


def em_all_days_at_once(A, B, xs, log_alphas, log_betas):
    pi, new_A, new_B = np.zeros(len(A)), np.zeros_like(A), np.zeros_like(B)
    with np.errstate(divide="ignore"):
        log_A, log_B = np.log(A), np.log(B)
    for x, log_alpha, log_beta in zip(xs, log_alphas, log_betas, strict=True):
        total = np.logaddexp.reduce(log_alpha[0] + log_beta[0])
        gamma = np.exp(log_alpha + log_beta - total)
        pi += gamma[0] / len(xs)
        new_B += gamma.T @ np.eye(B.shape[1])[x]
        xi = log_alpha[:-1, :, None] + log_A + (log_B.T[x[1:]] + log_beta[1:])[:, None, :]
        new_A += np.exp(xi - total).sum(axis=0)
    for table, before in ((new_A, A), (new_B, B)):
        empty = table.sum(axis=1) == 0
        table[empty] = before[empty]
        table /= table.sum(axis=1, keepdims=True)
    return pi, new_A, new_B


def em_day_by_day(A, B, xs, log_alphas, log_betas):
    """Each day's pairs are shares that sum to one, so no likelihood is needed."""
    starts, steps, shown = [], np.zeros(A.shape), np.zeros(B.shape)
    with np.errstate(divide="ignore"):
        log_joint = np.log(A)[:, :, None] + np.log(B)[None, :, :]
    for x, log_alpha, log_beta in zip(xs, log_alphas, log_betas, strict=True):
        for i, symbol in enumerate(x):
            day = log_alpha[i] + log_beta[i]
            day = np.exp(day - day.max())
            shown[:, symbol] += day / day.sum()
            if i == 0:
                starts.append(day / day.sum())
            else:
                pair = log_alpha[i - 1][:, None] + log_joint[:, :, symbol] + log_beta[i]
                pair = np.exp(pair - pair.max())
                steps += pair / pair.sum()
    new_A, new_B = A.copy(), B.copy()
    left, seen = steps.sum(axis=1) > 0, shown.sum(axis=1) > 0
    new_A[left] = steps[left] / steps[left].sum(axis=1, keepdims=True)
    new_B[seen] = shown[seen] / shown[seen].sum(axis=1, keepdims=True)
    return [np.mean(starts, axis=0), new_A, new_B]


RIGHT = {
    "ps03.viterbi": [viterbi_loops, viterbi_from_the_end, viterbi_scaled],
    "ps03.count_hmm": [count_with_dictionaries, count_with_one_hot, count_with_histograms],
    "ps03.forward": [forward_loops, forward_scaled, forward_largest_out],
    "ps03.posteriors": [posteriors_loops, posteriors_by_the_likelihood, posteriors_scaled],
    "ps03.em_step": [em_loops, em_all_days_at_once, em_day_by_day],
}
