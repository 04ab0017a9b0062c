"""Right solutions of problem set 10, each written differently; all must get full marks."""

from __future__ import annotations

import heapq
import math
from itertools import zip_longest

import numpy as np

# Exercise 1: decoder_batch


def batch_with_loops(targets, start, end, pad):
    longest = max(len(words) for words in targets) + 1
    read, due, real = [], [], []
    for words in targets:
        rest = longest - len(words) - 1
        read.append([start, *words] + [pad] * rest)
        due.append([*words, end] + [pad] * rest)
        real.append([True] * (len(words) + 1) + [False] * rest)
    return read, due, real


def batch_in_arrays(targets, start, end, pad):
    lengths = np.array([len(words) for words in targets])
    read = np.full((len(targets), lengths.max() + 1), pad)
    due = read.copy()
    for n, words in enumerate(targets):
        due[n, : len(words)] = words
        due[n, len(words)] = end
        read[n, 0] = start
        read[n, 1 : len(words) + 1] = words
    real = np.arange(read.shape[1])[None] <= lengths[:, None]
    return read.astype(np.int32), due.astype(float), real.astype(int)


def batch_by_columns(targets, start, end, pad):
    gone = object()
    due = list(zip_longest(*([*words, end] for words in targets), fillvalue=gone))
    read = list(zip_longest(*([start, *words] for words in targets), fillvalue=pad))
    real = [[word is not gone for word in row] for row in zip(*due, strict=True)]
    due = [[pad if word is gone else word for word in row] for row in zip(*due, strict=True)]
    return [np.array(read).T, due, np.array(real)]


# Exercise 2: masked_loss


def loss_with_loops(logits, due, real):
    N, U, K = logits.shape
    loss, gradient = 0.0, np.zeros((N, U, K)).tolist()
    for n in range(N):
        for t in range(U):
            if real[n, t]:
                row = logits[n, t].tolist()
                top = max(row)
                log_total = top + math.log(sum(math.exp(z - top) for z in row))
                loss += (log_total - row[due[n, t]]) / N
                for k in range(K):
                    p = math.exp(row[k] - log_total)
                    gradient[n][t][k] = (p - (k == due[n, t])) / N
    return loss, gradient


def loss_in_arrays(logits, due, real):
    one_hot = np.arange(logits.shape[2]) == due[..., None]
    log_p = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    picked = np.where(one_hot & real[..., None], log_p, 0)
    gradient = np.where(real[..., None], np.exp(log_p) - one_hot, 0) / len(logits)
    return np.array(-picked.sum() / len(logits)), gradient


def loss_of_flat_words(logits, due, real):
    place = np.flatnonzero(real)
    flat = logits.reshape(-1, logits.shape[-1])[place]
    label = due.ravel()[place]
    shifted = flat - flat.max(axis=1)[:, None]
    total = np.exp(shifted).sum(axis=1)
    every = np.arange(len(place))
    slope = np.exp(shifted) / total[:, None]
    slope[every, label] -= 1
    gradient = np.zeros((real.size, logits.shape[-1]))
    gradient[place] = slope / len(logits)
    loss = np.sum(np.log(total) - shifted[every, label]) / len(logits)
    return [loss, gradient.reshape(logits.shape)]


# Exercise 3: beam_search


def beam_of_lists(log_p, start, end, width, max_length):
    beam = [(0.0, [start])]
    for _ in range(max_length):
        grown = []
        for total, words in beam:
            if words[-1] == end:
                grown.append((total, words))
            else:
                for word, step in enumerate(log_p[words[-1]]):
                    if step > -math.inf:
                        grown.append((total + step, [*words, word]))
        grown.sort(reverse=True)
        beam = grown[:width]
    return [(words[1:-1] if words[-1] == end else words[1:], total) for total, words in beam]


def beam_of_arrays(log_p, start, end, width, max_length):
    totals, words = np.zeros(1), np.zeros((1, 0), dtype=int)
    last = np.array([start])
    stay = np.full(len(log_p), -np.inf)
    stay[end] = 0
    for _ in range(max_length):
        steps = np.where((last == end)[:, None], stay, log_p[last])
        candidates = (totals[:, None] + steps).ravel()
        chosen = np.argsort(-candidates, kind="stable")[:width]
        chosen = chosen[np.isfinite(candidates[chosen])]
        rows, last = np.divmod(chosen, len(log_p))
        totals = candidates[chosen]
        words = np.hstack([words[rows], last[:, None]])
    return [[row[row != end], total] for row, total in zip(words, totals, strict=True)]


def beam_from_the_other_end_of_ties(log_p, start, end, width, max_length):
    """Among equally probable beginnings keep the other one."""
    alive, ended = [(0.0, ())], []
    for _ in range(max_length):
        grown = [
            (total + float(log_p[words[-1] if words else start, word]), (*words, word))
            for total, words in alive
            for word in reversed(range(len(log_p)))
            if np.isfinite(log_p[words[-1] if words else start, word])
        ]
        kept = heapq.nlargest(width, ended + grown, key=lambda entry: round(entry[0], 9))
        ended = [entry for entry in kept if entry[1][-1] == end]
        alive = [entry for entry in kept if entry[1][-1] != end]
    found = [(words[:-1], total) for total, words in ended]
    found += [(words, total) for total, words in alive]
    return tuple(sorted(found, key=lambda entry: entry[1], reverse=True))


# Exercise 4: attend


def attend_with_loops(s, h, real, W):
    N, U, H = s.shape
    T = h.shape[1]
    weights, context = np.zeros((N, U, T)), np.zeros((N, U, H))
    for n in range(N):
        steps = [t for t in range(T) if real[n, t]]
        for u in range(U):
            scores = [s[n, u] @ W @ h[n, t] for t in steps]
            shares = [math.exp(score - max(scores)) for score in scores]
            for t, share in zip(steps, shares, strict=True):
                weights[n, u, t] = share / sum(shares)
                context[n, u] += weights[n, u, t] * h[n, t]
    return weights.tolist(), context.tolist()


def attend_in_arrays(s, h, real, W):
    scores = np.where(real[:, None, :], s @ W @ h.transpose(0, 2, 1), -np.inf)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = shares / shares.sum(axis=-1, keepdims=True)
    return weights, weights @ h


def attend_by_einsum(s, h, real, W):
    scores = np.einsum("nui,ij,ntj->nut", s, W, h)
    scores[~np.broadcast_to(real[:, None], scores.shape)] = -1e30
    log_weights = scores - np.logaddexp.reduce(scores, axis=2)[..., None]
    weights = np.exp(log_weights)
    return [weights, np.einsum("nut,nth->nuh", weights, h)]


RIGHT = {
    "ps10.decoder_batch": [batch_with_loops, batch_in_arrays, batch_by_columns],
    "ps10.masked_loss": [loss_with_loops, loss_in_arrays, loss_of_flat_words],
    "ps10.beam_search": [beam_of_lists, beam_of_arrays, beam_from_the_other_end_of_ties],
    "ps10.attend": [attend_with_loops, attend_in_arrays, attend_by_einsum],
}
