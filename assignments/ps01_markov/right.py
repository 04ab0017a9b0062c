"""Right answers to problem set 1, as different people would write them: all must get full marks."""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter, defaultdict
from itertools import accumulate, pairwise

import numpy as np


def count_with_loops(sequences, states, smoothing):
    initial = [smoothing] * len(states)
    transition = [[smoothing] * len(states) for _ in states]
    for sequence in sequences:
        initial[states.index(sequence[0])] += 1
        for t in range(len(sequence) - 1):
            transition[states.index(sequence[t])][states.index(sequence[t + 1])] += 1
    for i, row in enumerate(transition):
        if sum(row) == 0:
            transition[i] = [1 / len(row) for _ in row]
        else:
            transition[i] = [count / sum(row) for count in row]
    return [count / sum(initial) for count in initial], transition


def count_with_counters(sequences, states, smoothing):
    starts = Counter(sequence[0] for sequence in sequences)
    moves = Counter(move for sequence in sequences for move in pairwise(sequence))
    left = Counter(state for sequence in sequences for state in sequence[:-1])
    K = len(states)

    def share(count, total):
        return (count + smoothing) / (total + K * smoothing) if total or smoothing else 1 / K

    initial = tuple(share(starts[state], len(sequences)) for state in states)
    return initial, [[share(moves[a, b], left[a]) for b in states] for a in states]


def count_with_matrices(sequences, states, smoothing):
    one_hot = np.eye(len(states))
    number = {state: k for k, state in enumerate(states)}
    encoded = [one_hot[[number[state] for state in sequence]] for sequence in sequences]
    initial = sum(rows[0] for rows in encoded) + smoothing
    transition = sum(rows[:-1].T @ rows[1:] for rows in encoded) + smoothing
    totals = transition.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shares = np.nan_to_num(transition / totals, nan=1 / len(states))
    return initial / initial.sum(), shares


def which_with_loops(initials, transitions, prior, sequence):
    log_probs = []
    for initial, transition in zip(initials, transitions, strict=True):
        factors = [initial[sequence[0]]]
        for now, following in pairwise(sequence):
            factors.append(transition[now][following])
        possible = all(factor > 0 for factor in factors)
        log_probs.append(sum(math.log(f) for f in factors) if possible else -math.inf)
    best = max(log_probs)
    weights = [p * math.exp(log_prob - best) for p, log_prob in zip(prior, log_probs, strict=True)]
    return log_probs, [weight / sum(weights) for weight in weights]


def which_by_odds(initials, transitions, prior, sequence):
    with np.errstate(divide="ignore"):
        log_A, log_prob = np.log(transitions), np.log(initials[:, sequence[0]])
        log_prior = np.log(prior)
    for t in range(1, len(sequence)):
        log_prob = log_prob + log_A[:, sequence[t - 1], sequence[t]]
    joint = log_prob + log_prior
    # How much more probable is every other chain than this one?
    with np.errstate(over="ignore", invalid="ignore"):
        posterior = [0.0 if np.isinf(own) else 1 / np.exp(joint - own).sum() for own in joint]
    return log_prob, posterior


def which_with_logaddexp(initials, transitions, prior, sequence):
    K = initials.shape[1]
    now, following = np.array(sequence[:-1], dtype=int), np.array(sequence[1:], dtype=int)
    moves = np.bincount(now * K + following, minlength=K * K).reshape(K, K)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(moves > 0, moves * np.log(transitions), 0)
        log_probs = np.log(initials[:, sequence[0]]) + terms.sum(axis=(1, 2))
    joint = log_probs + np.log(prior)
    return list(log_probs), np.exp(joint - np.logaddexp.reduce(joint))


def stationary_by_eigenvector(transition):
    values, vectors = np.linalg.eig(transition.T)
    vector = vectors[:, np.argmin(np.abs(values - 1))].real
    return vector / vector.sum()


def stationary_by_solving(transition):
    K = len(transition)
    equations = transition.T - np.eye(K)
    equations[-1] = 1
    return np.linalg.solve(equations, np.eye(K)[-1]).tolist()


def stationary_by_lazy_squaring(transition):
    # A chain that stays with one half has the same long run and no period; then 2^40 steps.
    steps = (np.array(transition) + np.eye(len(transition))) / 2
    for _ in range(40):
        steps = steps @ steps
        steps /= steps.sum(axis=1, keepdims=True)
    return tuple(steps[0])


def die_by_slices(sentences, n, context, smoothing):
    context = (["<s>"] * n + list(context))[len(context) + 1 :]
    followers, vocabulary = [], []
    for sentence in sentences:
        words = ["<s>"] * (n - 1) + sentence + ["</s>"]
        vocabulary += words[n - 1 :]
        followers += [
            words[i + n - 1] for i in range(len(words) - n + 1) if words[i : i + n - 1] == context
        ]
    vocabulary = sorted(set(vocabulary))
    total = len(followers) + smoothing * len(vocabulary)
    return {word: (followers.count(word) + smoothing) / total for word in vocabulary}


def die_from_all_counts(sentences, n, context, smoothing):
    counts = defaultdict(Counter)
    vocabulary = {"</s>"}
    for sentence in sentences:
        vocabulary |= set(sentence)
        history = ("<s>",) * (n - 1)
        for word in [*sentence, "</s>"]:
            counts[history][word] += 1
            history = (*history, word)[1:]
    history = (("<s>",) * (n - 1) + tuple(context))[len(context) :]
    seen = counts[history]
    if smoothing == 0:
        return {word: count / seen.total() for word, count in seen.items()}
    denominator = seen.total() + smoothing * len(vocabulary)
    return {word: (seen[word] + smoothing) / denominator for word in vocabulary}


def die_as_array(sentences, n, context, smoothing):
    context = list(context)
    if len(context) < n - 1:
        context = ["<s>"] * (n - 1 - len(context)) + context
    context = context[len(context) - (n - 1) :]
    words = np.array(sorted({word for sentence in sentences for word in sentence} | {"</s>"}))
    counts = np.full(len(words), smoothing)
    for sentence in sentences:
        for end in range(len(sentence) + 1):
            before = (["<s>"] * (n - 1) + sentence[:end])[end:]
            if before == context:
                counts += words == [*sentence, "</s>"][end]
    shares = counts / counts.sum()
    return {str(word): np.float64(share) for word, share in zip(words, shares, strict=True)}


def perplexity_of_arrays(dice, sentences):
    p = np.array(
        [
            dice.get(a, {}).get(b, 0.0)
            for words in sentences
            for a, b in pairwise(["<s>", *words, "</s>"])
        ]
    )
    with np.errstate(divide="ignore"):
        return np.exp(-np.log(p).mean())


def perplexity_in_bits(dice, sentences):
    bits, rolls = 0.0, 0
    for sentence in sentences:
        before = "<s>"
        for word in [*sentence, "</s>"]:
            if before not in dice or not dice[before].get(word):
                return math.inf
            bits += math.log2(dice[before][word])
            rolls += 1
            before = word
    return 2 ** (-bits / rolls)


def perplexity_of_roots(dice, sentences):
    rolls = sum(len(words) for words in sentences) + len(sentences)
    product = 1.0
    for words in sentences:
        for before, word in zip(["<s>", *words], [*words, "</s>"], strict=True):
            try:
                product *= (1 / dice[before][word]) ** (1 / rolls)
            except (KeyError, ZeroDivisionError):
                return float("inf")
    return np.array(product)


def write_with_totals(dice, rolls):
    words, die = [], dice["<s>"]
    for u in rolls:
        sides = [(word, p) for word, p in die.items() if p > 0]
        totals = list(accumulate(p for _, p in sides))
        word = next((w for (w, _), total in zip(sides, totals, strict=True) if u < total), None)
        word = sides[-1][0] if word is None else word
        if word == "</s>":
            return words
        words.append(word)
        die = dice[word]
    return words


def write_with_searchsorted(dice, rolls):
    text = ["<s>"]
    for u in rolls:
        sides = [word for word in dice[text[-1]] if dice[text[-1]][word] != 0]
        totals = np.cumsum([dice[text[-1]][word] for word in sides])
        totals[-1] = 1.0
        text.append(sides[np.searchsorted(totals, u, side="right")])
        if text[-1] == "</s>":
            break
    return [word for word in text if word not in ("<s>", "</s>")]


def write_recursively(dice, rolls, before="<s>"):
    if not rolls:
        return []
    sides = {word: p for word, p in dice[before].items() if p}
    place = bisect(list(accumulate(sides.values())), rolls[0])
    word = list(sides)[min(place, len(sides) - 1)]
    return [] if word == "</s>" else [word, *write_recursively(dice, rolls[1:], word)]


RIGHT = {
    "ps01.count_chain": [count_with_loops, count_with_counters, count_with_matrices],
    "ps01.which_chain": [which_with_loops, which_by_odds, which_with_logaddexp],
    "ps01.stationary": [
        stationary_by_eigenvector,
        stationary_by_solving,
        stationary_by_lazy_squaring,
    ],
    "ps01.ngram_die": [die_by_slices, die_from_all_counts, die_as_array],
    "ps01.perplexity": [perplexity_of_arrays, perplexity_in_bits, perplexity_of_roots],
    "ps01.write": [write_with_totals, write_with_searchsorted, write_recursively],
}
