"""Viterbi for many sequences, or for the pieces of a long one, side by side."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from course_lib.hmm.decoding import Decoding, viterbi
from course_lib.hmm.relay import Pieces, cut, relay


def viterbi_batch(hmm, xs) -> list[Decoding]:
    """Return the most probable path of every sequence, all of them worked on at once.

    Parameters
    ----------
    hmm : HMM
    xs : list of (n_i,) array_like of int

    Returns
    -------
    list of Decoding
        In the order of `xs`; ties go to the lowest state. Their arrays are views of joint tables.

    Notes
    -----
    Below 500 days the result is, bit for bit, that of :func:`viterbi`. Longer sequences are cut;
    their scores are sums in another order, equal up to rounding, which may decide another way
    between equally good paths. Time n K^2, memory n K.
    Source: UCLA, Viterbi algorithm; Complexity of inference.
    """
    x, lengths = hmm.joined_observations("xs", xs)
    if not lengths.size:
        return []
    pieces = cut(lengths, hmm.n_states)
    scores = np.empty((len(x), hmm.n_states), dtype=hmm.log_A.dtype)
    backpointers = np.empty(scores.shape, dtype=np.intp)
    unsettled = relay(
        pieces,
        run=lambda pieces, batons: _advance(hmm, x, pieces, batons),
        baton=lambda scores: scores - _peaks(scores),
        tables=(scores, backpointers),
        guess=np.zeros_like(hmm.log_pi),
        tolerance=2**14 * np.finfo(scores.dtype).eps,
    )
    _add_up(pieces, scores)
    ends = np.cumsum(lengths)
    final = scores[ends - 1] + hmm.log_stop
    path = _follow(pieces, backpointers, final.argmax(axis=1))

    spans = [slice(first, end) for first, end in pairwise([0, *ends.tolist()])]
    decodings = [
        Decoding(path[days], best, scores[days], backpointers[days])
        for days, best in zip(spans, final.max(axis=1).tolist(), strict=True)
    ]
    for i in unsettled:
        decodings[i] = viterbi(hmm, x[spans[i]])
    return decodings


def _advance(hmm, x, pieces: Pieces, batons):
    """Run Viterbi's recurrence for all pieces, a column each; yield scores and back pointers."""
    scores = batons
    for step, (running, days) in enumerate(pieces.steps()):
        scores, pointers = best_predecessors(scores[:, :running], hmm.log_A)
        if step == 0:
            scores[:, pieces.opens] = hmm.log_pi[:, None]
            pointers[:, pieces.opens] = 0
        scores += hmm.log_B.take(x[days], axis=1)
        yield scores, pointers.astype(np.intp)


# [best_predecessors]
def best_predecessors(before, log_A) -> tuple[np.ndarray, np.ndarray]:
    """Return the best way into every state, for many sequences at once.

    Parameters
    ----------
    before : (K, P) ndarray
        Scores of the day before, a column a sequence.
    log_A : (K, K) ndarray

    Returns
    -------
    best : (K, P) ndarray
        ``best[s, p]`` is the maximum over r of ``before[r, p] + log_A[r, s]``.
    pointer : (K, P) ndarray of int
        The lowest r that attains it.

    Notes
    -----
    One predecessor after the other, so that all arrays are (K, P) and stay in the cache. A later
    one takes over only where it is strictly better: the pointer is the last that ever did.
    """
    K = len(log_A)
    best = before[0] + log_A[0][:, None]
    pointer = np.zeros(best.shape, dtype=np.min_scalar_type(K - 1))
    candidate, better = np.empty_like(best), np.empty(best.shape, dtype=bool)
    for r in range(1, K):
        np.add(before[r], log_A[r][:, None], out=candidate)
        np.greater(candidate, best, out=better)
        np.maximum(best, candidate, out=best)
        np.maximum(pointer, better.view(np.uint8) * pointer.dtype.type(r), out=pointer)
    return best, pointer


# [/best_predecessors]


def _add_up(pieces: Pieces, scores: np.ndarray) -> None:
    """Raise the scores of each piece, which start from a baton near zero, by what came before."""
    if pieces.opens.all():
        return
    in_order = np.argsort(pieces.start)
    handed = _peaks(scores[pieces.start - 1].T).astype(np.float64)
    total = 0.0
    for piece in in_order:
        total = 0.0 if pieces.opens[piece] else total + handed[piece]
        handed[piece] = total
    scores += np.repeat(handed[in_order], pieces.length[in_order])[:, None]


def _peaks(scores: np.ndarray) -> np.ndarray:
    """Return the largest score of each column (K, P), 0 for a column of nothing but -inf."""
    peaks = scores.max(axis=0)
    return np.where(np.isneginf(peaks), 0, peaks)


def _follow(pieces: Pieces, backpointers: np.ndarray, final: np.ndarray) -> np.ndarray:
    """Follow the back pointers in all pieces at once; `final` (N,) holds the last day's states."""
    last = final[pieces.sequence]
    if not pieces.opens.all():
        ends = np.arange(backpointers.shape[1])[:, None]
        leads_to = np.repeat(ends, len(last), axis=1)
        for _ in _walk_back(pieces, backpointers, leads_to):
            pass
        for piece, predecessor in pairwise(np.argsort(-pieces.start)):
            if not pieces.opens[piece]:
                last[predecessor] = leads_to[last[piece], piece]

    path = np.empty(len(backpointers), dtype=np.intp)
    for days, states in _walk_back(pieces, backpointers, last):
        path[days] = states
    return path


def _walk_back(pieces: Pieces, backpointers: np.ndarray, state: np.ndarray):
    """Yield days and the states there, from the last day back; `state` (..., P) ends up before."""
    n, K = backpointers.shape
    flat = backpointers.reshape(n * K)
    for days in pieces.steps_back():
        now = state[..., : len(days)]
        yield days, now
        now[:] = flat.take(days * K + now)
