"""Decoding: which target to write, one likeliest token at a time or several beginnings at once."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.activations import log_softmax


# [greedy]
def greedy_batch(model, src, max_length) -> list[list[int]]:
    """Translate sources by taking the likeliest token at every step.

    Parameters
    ----------
    model : Seq2Seq
    src : list of N lists of int
    max_length : int
        Write at most so many tokens, the end not counted.

    Notes
    -----
    Source: UW, Sequence to sequence.
    """
    max_length = checks.whole("max_length", max_length)
    encoded = model.encode(src)
    state = encoded["state"]
    token = np.full((len(encoded["h"]), 1), model.target_vocab)
    written = np.empty((len(token), 0), dtype=int)
    # A row behind its end is written on because others are; `until` cuts it off.
    while written.shape[1] < max_length and not (written == model.target_vocab).any(axis=1).all():
        scores, state, _ = model.decode(token, encoded, state)
        token = scores.argmax(axis=2)
        written = np.concatenate([written, token], axis=1)
    return [until(row, model.target_vocab) for row in written]


# [/greedy]


# [beam]
def beam(model, src, width, max_length) -> list[tuple[list[int], float]]:
    """Keep the `width` best beginnings at every step instead of one.

    Parameters
    ----------
    model : Seq2Seq
    src : list of int
    width : int
    max_length : int
        Write at most so many tokens, the end not counted.

    Returns
    -------
    list of (sequence, log probability)
        At most `width`, best first. One that has not ended after `max_length` tokens keeps the log
        probability it has so far.

    Notes
    -----
    Source: Sutskever 2014.
    """
    width = checks.whole("width", width, low=1)
    encoded = model.encode([src])
    end, state = model.target_vocab, encoded["state"]
    ended, alive = [], [([], 0.0)]
    token = np.array([[end]])  # the start has the same number
    for _ in range(checks.whole("max_length", max_length)):
        look_back = {name: encoded[name].repeat(len(alive), axis=0) for name in ("h", "real")}
        scores, state, _ = model.decode(token, look_back, state)
        total = log_softmax(scores[:, 0]) + np.array([log_p for _, log_p in alive])[:, None]
        grown = [
            (alive[row][0] + [token], float(total[row, token]), row)
            for row, token in best(total, width)
        ]
        kept = sorted([*ended, *grown], key=lambda entry: -entry[1])[:width]
        ended = [entry for entry in kept if entry[0][-1] == end]
        going = [entry for entry in kept if entry[0][-1] != end]
        alive = [(tokens, log_p) for tokens, log_p, _ in going]
        if not alive:
            break
        rows = [row for _, _, row in going]
        state = tuple(part[rows] for part in state)
        token = np.array([[tokens[-1]] for tokens, _ in alive])
    found = [(tokens[:-1], log_p) for tokens, log_p, _ in ended] + alive
    return sorted(found, key=lambda entry: -entry[1])


# [/beam]


def until(tokens, end: int) -> list[int]:
    """Return the tokens before the first `end`."""
    tokens = [int(token) for token in tokens]
    return tokens[: tokens.index(end)] if end in tokens else tokens


def best(table: np.ndarray, k: int) -> list[tuple[int, int]]:
    """Return (row, column) of the k largest entries, largest first, of equals the first."""
    order = np.argsort(-table, axis=None, kind="stable")[:k]
    rows, columns = np.unravel_index(order, table.shape)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
