"""Forward and backward in probabilities that are scaled to sum to one, day by day.

Scaling replaces the exponentials of log space by one matrix product a day, for all sequences side
by side. It gives out where a probability leaves the range of floats next to one that decides the
sequence; every function here notices that and goes back to :mod:`course_lib.hmm.inference`.
All work is done in float64; a float32 model gets float32 tables.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_lib.hmm import inference
from course_lib.hmm.log_space import log, log_sum_exp
from course_lib.hmm.relay import LONG, Pieces, cut, relay

TINY = 1e-290  # products of two floats below this may round to zero
NEGLIGIBLE = 1e-200  # against this, what rounded to zero is nothing

LONG_ALONE = 200  # days from which scaling and cuts gain, where few sequences share a step
CROWD = 20


class Messages(NamedTuple):
    """Scaled forward and backward tables of N sequences, joined; each row has a scale of its own.

    Attributes
    ----------
    alpha : (n, K) ndarray
        ``P(y_t | x_1 .. x_t)``, probabilities; each row sums to one.
    beta : (n, K) ndarray
        Proportional to ``P(x_{t+1} .. | y_t)``: exactly ``A @ arriving[t + 1]``.
    arriving : (n, K) ndarray
        Proportional to ``P(x_t, x_{t+1} .. | y_t)``; each row sums to one.
    evidence : (n,) ndarray
        ``sum(alpha * beta, axis=1)``.
    log_likelihoods : (N,) ndarray
    doubtful : (N,) ndarray of bool
        Sequences for which scaling gave out, or that are impossible.
    """

    alpha: np.ndarray
    beta: np.ndarray
    arriving: np.ndarray
    evidence: np.ndarray
    log_likelihoods: np.ndarray
    doubtful: np.ndarray


def forward(hmm, x) -> tuple[np.ndarray, float]:
    """Return what :func:`course_lib.hmm.inference.forward` does, for a long sequence."""
    pi, A, B, _ = tables(hmm)
    alpha, norms, unsettled = _sweep(x, np.array([len(x)]), pi, A.T, B)
    if unsettled.size or _may_have_rounded_to_zero(alpha, pi, A, B):
        return inference.forward(hmm, x)
    log_alpha = log(alpha) + np.cumsum(np.log(norms))[:, None]
    log_likelihood = float(log_sum_exp(log_alpha[-1] + hmm.log_stop))
    return log_alpha.astype(hmm.A.dtype, copy=False), log_likelihood


def backward(hmm, x) -> np.ndarray:
    """Return what :func:`course_lib.hmm.inference.backward` does, for a long sequence."""
    _, A, B, stop = tables(hmm)
    beta = np.empty((len(x), hmm.n_states))
    arriving, norms, unsettled = _sweep(x[::-1], np.array([len(x)]), stop, A, B, beta)
    if unsettled.size or _may_have_rounded_to_zero(arriving, stop, A, B):
        return inference.backward(hmm, x)
    scale = np.cumsum(np.log(norms)) - np.log(norms)
    return (log(beta) + scale[:, None])[::-1].astype(hmm.A.dtype)


def posteriors(hmm, x, pairwise=True) -> tuple[np.ndarray, np.ndarray | None]:
    """Return what :func:`course_lib.hmm.inference.posteriors` does, for a long sequence."""
    found = messages(hmm, x, np.array([len(x)]))
    if found.doubtful.any():
        return inference.posteriors(hmm, x, pairwise)
    dtype = hmm.A.dtype
    gamma = found.alpha * found.beta / found.evidence[:, None]
    if not pairwise:
        return gamma.astype(dtype, copy=False), None
    xi = np.multiply(found.alpha[:-1, :, None], hmm.A, dtype=dtype)
    xi *= (found.arriving[1:] / found.evidence[:-1, None])[:, None, :].astype(dtype, copy=False)
    return gamma.astype(dtype, copy=False), xi


def log_likelihoods(hmm, x, lengths) -> np.ndarray:
    """Return ``log P(x)`` of each of the joined sequences, shape (N,)."""
    if not lengths.size:
        return np.zeros(0)
    pi, A, B, stop = tables(hmm)
    alpha, norms, unsettled = _sweep(x, lengths, pi, A.T, B)
    values = _log_likelihoods(alpha, norms, lengths, stop)
    doubtful = np.isin(np.arange(len(lengths)), unsettled)
    if _may_have_rounded_to_zero(alpha, pi, A, B):
        doubtful |= messages(hmm, x, lengths).doubtful
    ends = np.cumsum(lengths)
    for i in np.flatnonzero(doubtful):
        values[i] = inference.forward(hmm, x[ends[i] - lengths[i] : ends[i]])[1]
    return values


def messages(hmm, x, lengths) -> Messages:
    """Return the scaled tables of joined sequences.

    Parameters
    ----------
    hmm : HMM
    x : (n,) ndarray of int
        All sequences, one after the other.
    lengths : (N,) ndarray of int

    Notes
    -----
    A sequence is doubtful if, on some day, what is known of its past and of its future have next
    to nothing in common: then entries that rounded to zero may be the ones that count.
    Source: Rabiner 1989.
    """
    pi, A, B, stop = tables(hmm)
    alpha, norms, unsettled = _sweep(x, lengths, pi, A.T, B)
    beta = np.empty_like(alpha)
    arriving, _, unsettled_back = _sweep(x[::-1], lengths[::-1], stop, A, B, beta)
    beta, arriving = beta[::-1], arriving[::-1]
    evidence = np.einsum("tk,tk->t", alpha, beta)

    N = len(lengths)
    first = np.cumsum(lengths) - lengths
    doubtful = np.minimum.reduceat(np.minimum(evidence, norms), first) < NEGLIGIBLE
    doubtful[unsettled] = doubtful[N - 1 - unsettled_back] = True
    values = _log_likelihoods(alpha, norms, lengths, stop)
    return Messages(alpha, beta, arriving, evidence, values, doubtful)


def tables(hmm) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return pi, A, B and stop in float64; a model without STOP may stop in any state."""
    stop = np.ones(hmm.n_states) if hmm.stop is None else hmm.stop
    return tuple(table.astype(np.float64, copy=False) for table in (hmm.pi, hmm.A, hmm.B, stop))


def _sweep(x, lengths, start, into, B, predicted=None):
    """Carry a message through all sequences: from each day `into` the next, then the observation.

    Parameters
    ----------
    x : (n,) ndarray of int
    lengths : (N,) ndarray of int
    start : (K,) ndarray
        The message before the first observation.
    into : (K, K) ndarray
        ``into[s, r]`` leads from state r to state s.
    B : (K, M) ndarray
    predicted : (n, K) ndarray, optional
        Filled with the messages before each day's observation.

    Returns
    -------
    message : (n, K) ndarray
        After each day's observation, divided by the day's norm.
    norms : (n,) ndarray
    unsettled : ndarray of int
        As :func:`relay` returns them.
    """

    def run(pieces: Pieces, batons):
        now = np.exp(batons)
        for step, (running, days) in enumerate(pieces.steps()):
            arrived = into @ now[:, :running]
            if step == 0:
                arrived[:, pieces.opens] = start[:, None]
            now = arrived * B.take(x[days], axis=1)
            norm = np.maximum(np.add.reduce(now), TINY)
            now /= norm
            yield now, norm, arrived

    message, norms = np.empty((len(x), len(start))), np.empty(len(x))
    tables = (message, norms) if predicted is None else (message, norms, predicted)
    uniform = np.full(len(start), -np.log(len(start)))
    pieces = cut(lengths, len(start), LONG_ALONE if len(lengths) < CROWD else LONG)
    unsettled = relay(pieces, run, log, tables, uniform, tolerance=1e-12)
    return message, norms, unsettled


def _log_likelihoods(alpha, norms, lengths, stop) -> np.ndarray:
    last = np.cumsum(lengths) - 1
    return np.add.reduceat(np.log(norms), last - lengths + 1) + log(alpha[last] @ stop)


def _may_have_rounded_to_zero(message, start, into, B) -> bool:
    """Say whether a product of positive numbers can have been rounded to zero in a sweep.

    If even the smallest factors that occurred have a product in the range of floats, none was.
    """
    carried = min(_smallest(message) * _smallest(into), _smallest(start))
    return carried * _smallest(B) < TINY


def _smallest(table: np.ndarray) -> float:
    """Return the smallest positive entry."""
    return float(np.min(table, where=table > 0, initial=1.0))
