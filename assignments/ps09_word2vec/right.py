"""Right solutions of problem set 9, each written differently; all must get full marks."""

from __future__ import annotations

import heapq
import math

import numpy as np

# Exercise 1: skipgram_pairs


def pairs_with_loops(tokens, window):
    found = []
    for t in range(len(tokens)):
        for offset in range(-window, window + 1):
            if offset != 0 and 0 <= t + offset < len(tokens):
                found.append([tokens[t], tokens[t + offset]])
    return found


def pairs_with_arrays(tokens, window):
    tokens = np.array(tokens)
    place = np.arange(len(tokens))
    distance = np.abs(place[:, None] - place)
    centers, contexts = np.nonzero((distance > 0) & (distance <= window))
    return np.stack([tokens[centers], tokens[contexts]], axis=1)


def pairs_from_slices(tokens, window):
    pairs = []
    for t, center in enumerate(tokens):
        around = [*tokens[max(t - window, 0) : t], *tokens[t + 1 : t + 1 + window]]
        pairs += zip([center] * len(around), around, strict=True)
    return np.array(pairs, dtype=float)


# Exercise 2: noise_distribution


def noise_with_loops(counts, power=0.75):
    weights = [int(count) ** power for count in counts]
    return [weight / sum(weights) for weight in weights]


def noise_from_shares(counts, power=0.75):
    shares = np.power(counts / np.sum(counts), power)
    return shares / np.sum(shares)


def noise_from_logarithms(counts, power=0.75):
    with np.errstate(divide="ignore"):
        logs = power * np.log(counts)
    return np.exp(logs - np.logaddexp.reduce(logs))


# Exercise 3: keep_probability


def keep_with_loops(counts, threshold):
    kept = []
    for count in counts:
        share = count / sum(counts)
        kept.append(math.sqrt(threshold / share) if share > threshold else 1.0)
    return kept


def keep_by_minimum(counts, threshold):
    with np.errstate(divide="ignore"):
        return np.minimum(1, np.sqrt(threshold * counts.sum() / counts))


def keep_by_clipping(counts, threshold):
    share = np.clip(counts / counts.sum(), threshold, None)
    return (threshold / share) ** 0.5


# Exercise 4: softmax_loss


def softmax_with_loops(W_in, W_out, centers, contexts):
    V, D = W_in.shape
    P = len(centers)
    loss, dW_in, dW_out = 0.0, [[0.0] * D for _ in range(V)], [[0.0] * D for _ in range(V)]
    for c, o in zip(centers.tolist(), contexts.tolist(), strict=True):
        scores = [float(sum(W_out[w, d] * W_in[c, d] for d in range(D))) for w in range(V)]
        top = max(scores)
        log_total = top + math.log(sum(math.exp(score - top) for score in scores))
        loss += (log_total - scores[o]) / P
        for w in range(V):
            slope = (math.exp(scores[w] - log_total) - (w == o)) / P
            for d in range(D):
                dW_in[c][d] += slope * float(W_out[w, d])
                dW_out[w][d] += slope * float(W_in[c, d])
    return loss, dW_in, dW_out


def softmax_by_one_hot(W_in, W_out, centers, contexts):
    words = np.eye(len(W_in))
    C, O = words[centers], words[contexts]
    scores = C @ W_in @ W_out.T
    log_p = scores - np.logaddexp.reduce(scores, axis=1)[:, None]
    slopes = (np.exp(log_p) - O) / len(C)
    return -np.mean((log_p * O).sum(axis=1)), C.T @ (slopes @ W_out), slopes.T @ C @ W_in


def softmax_pair_by_pair(W_in, W_out, centers, contexts):
    found = []
    for c, o in zip(centers, contexts, strict=True):
        scores = W_out @ W_in[c]
        scores = scores - scores.max()
        p = np.exp(scores) / np.exp(scores).sum()
        slopes = p - (np.arange(len(p)) == o)
        dW_in = np.zeros(W_in.shape)
        dW_in[c] = slopes @ W_out
        found.append((np.log(np.exp(scores).sum()) - scores[o], dW_in, np.outer(slopes, W_in[c])))
    return [np.mean(part, axis=0) for part in zip(*found, strict=True)]


# Exercise 5: negative_sampling_loss


def noise_loss_with_loops(W_in, W_out, centers, contexts, negatives):
    def sigmoid(s):
        return 1 / (1 + math.exp(-s)) if s > -700 else 0.0

    def minus_log_sigmoid(s):
        return math.log1p(math.exp(-s)) if s > -700 else -s

    loss, dW_in, dW_out = 0.0, np.zeros(W_in.shape), np.zeros(W_out.shape)
    for i in range(len(centers)):
        v, u = W_in[centers[i]], W_out[contexts[i]]
        s = float(u @ v)
        loss += minus_log_sigmoid(s)
        dv = (sigmoid(s) - 1) * u
        dW_out[contexts[i]] += (sigmoid(s) - 1) * v
        for n in negatives[i]:
            s = float(W_out[n] @ v)
            loss += minus_log_sigmoid(-s)
            dv = dv + sigmoid(s) * W_out[n]
            dW_out[n] += sigmoid(s) * v
        dW_in[centers[i]] += dv
    return loss / len(centers), (dW_in / len(centers)).tolist(), (dW_out / len(centers)).tolist()


def noise_loss_with_arrays(W_in, W_out, centers, contexts, negatives):
    P, D = len(centers), W_in.shape[1]
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    sign = np.full(words.shape, -1.0)
    sign[:, 0] = 1
    v, u = W_in[centers], W_out[words]
    agreement = sign * (u @ v[:, :, None])[:, :, 0]
    slopes = -sign * np.exp(-np.logaddexp(0, agreement)) / P
    dW_in, dW_out = np.zeros_like(W_in), np.zeros_like(W_out)
    np.add.at(dW_in, centers, (slopes[:, :, None] * u).sum(axis=1))
    np.add.at(dW_out, words.ravel(), (slopes[:, :, None] * v[:, None]).reshape(-1, D))
    return np.logaddexp(0, -agreement).sum() / P, dW_in, dW_out


def noise_loss_by_counting(W_in, W_out, centers, contexts, negatives):
    """Count for each pair how often a word is context or noise, and work with all words."""
    words = np.eye(len(W_in))
    C, right, noise = words[centers], words[contexts], words[negatives].sum(axis=1)
    scores = C @ W_in @ W_out.T
    sigmoid = 0.5 * (1 + np.tanh(scores / 2))
    loss = (right * np.logaddexp(0, -scores) + noise * np.logaddexp(0, scores)).sum()
    slopes = right * (sigmoid - 1) + noise * sigmoid
    P = len(C)
    return [loss / P, C.T @ slopes @ W_out / P, slopes.T @ C @ W_in / P]


# Exercise 6: analogy


def analogy_with_loops(W, a, b, c, k):
    there = [float(W[b, d] - W[a, d] + W[c, d]) for d in range(W.shape[1])]
    length = math.sqrt(sum(value * value for value in there))
    found = []
    for word, vector in enumerate(W.tolist()):
        if word not in (a, b, c):
            product = sum(x * y for x, y in zip(vector, there, strict=True))
            found.append((product / length / math.sqrt(sum(x * x for x in vector)), word))
    return [(word, cosine) for cosine, word in sorted(found, reverse=True)[:k]]


def analogy_by_unit_vectors(W, a, b, c, k):
    t = W[b] - W[a] + W[c]
    cosines = (W / np.sqrt((W**2).sum(axis=1, keepdims=True))) @ (t / np.sqrt(t @ t))
    cosines[[a, b, c]] = -np.inf
    best = np.argsort(cosines)[::-1][:k]
    return np.column_stack([best, cosines[best]])


def analogy_by_heap(W, a, b, c, k):
    there = W[[b, c]].sum(axis=0) - W[a]
    cosines = {
        word: float(np.dot(W[word], there) / np.linalg.norm(W[word]) / np.linalg.norm(there))
        for word in set(range(len(W))) - {a, b, c}
    }
    return [[word, cosines[word]] for word in heapq.nlargest(k, cosines, key=cosines.get)]


RIGHT = {
    "ps09.skipgram_pairs": [pairs_with_loops, pairs_with_arrays, pairs_from_slices],
    "ps09.noise_distribution": [noise_with_loops, noise_from_shares, noise_from_logarithms],
    "ps09.keep_probability": [keep_with_loops, keep_by_minimum, keep_by_clipping],
    "ps09.softmax_loss": [softmax_with_loops, softmax_by_one_hot, softmax_pair_by_pair],
    "ps09.negative_sampling_loss": [
        noise_loss_with_loops,
        noise_loss_with_arrays,
        noise_loss_by_counting,
    ],
    "ps09.analogy": [analogy_with_loops, analogy_by_unit_vectors, analogy_by_heap],
}
