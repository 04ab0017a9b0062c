"""Learning the three tables from observations alone: Baum-Welch, which is EM for HMMs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_lib import checks
from course_lib.hmm import inference, scaled
from course_lib.hmm.learning import normalise
from course_lib.hmm.model import HMM


class Counts(NamedTuple):
    """What counting would find, in expectation, and how probable the sequences are.

    Attributes
    ----------
    starts, ends : (K,) ndarray
        How often a sequence begins, and ends, in each state.
    moves : (K, K) ndarray
        How often state j follows state i.
    emissions : (K, M) ndarray
        How often state k shows symbol m.
    log_likelihood : float
    """

    starts: np.ndarray
    ends: np.ndarray
    moves: np.ndarray
    emissions: np.ndarray
    log_likelihood: float


# [baum_welch]
def baum_welch(
    xs, n_states, n_symbols, rng, n_iter=100, tol=1e-6, init=None, smoothing=0.0
) -> tuple[HMM, list[float]]:
    """Learn an HMM from observations alone, by expectation and maximisation in turn.

    Parameters
    ----------
    xs : list of (n_i,) array_like of int
        Observations, one array a sequence.
    n_states, n_symbols : int
        K and M.
    rng : numpy.random.Generator or int
        Draws the first model, unless there is an `init`.
    n_iter : int
        Largest number of steps.
    tol : float
        Stop after a step that gains less log likelihood.
    init : HMM, optional
        The first model. What it holds for impossible stays impossible; one with STOP learns STOP.
    smoothing : float
        Added to every expected count; the likelihood may then fall.

    Returns
    -------
    hmm : HMM
        The last model.
    log_likelihoods : list of float
        Of `xs`, before the first step and after each one.

    Notes
    -----
    A row about which `xs` says nothing stays as it was. Source: Rabiner 1989.
    """
    hmm, x, lengths = _checked(xs, n_states, n_symbols, rng, n_iter, tol, init, smoothing)
    counts = expected_counts(hmm, x, lengths)
    log_likelihoods = [counts.log_likelihood]
    for _ in range(n_iter):
        hmm = maximise(hmm, counts, smoothing)
        counts = expected_counts(hmm, x, lengths)
        log_likelihoods.append(counts.log_likelihood)
        if log_likelihoods[-1] - log_likelihoods[-2] < tol:
            break
    return hmm, log_likelihoods


# [/baum_welch]


# [maximise]
def maximise(hmm, counts: Counts, smoothing: float = 0.0) -> HMM:
    """Return the model that makes the counts most probable: divide, as if they had been seen.

    Parameters
    ----------
    hmm : HMM
        The model the counts were expected with; a row without counts is taken from it.
    counts : Counts
    smoothing : float
    """
    dtype = hmm.A.dtype
    moves, before = counts.moves, hmm.A
    if hmm.stop is not None:
        moves = np.column_stack([moves, counts.ends])
        before = np.column_stack([hmm.A, hmm.stop])
    K = hmm.n_states
    pi = normalise(counts.starts + smoothing, hmm.pi).astype(dtype)
    A = normalise(moves + smoothing, before).astype(dtype)
    B = normalise(counts.emissions + smoothing, hmm.B).astype(dtype)
    stop = None if hmm.stop is None else A[:, K]
    return HMM(pi, A[:, :K], B, stop=stop, states=hmm.states, symbols=hmm.symbols)


# [/maximise]


# [expected_counts_slide]
def expected_counts_slide(hmm, x, name="x") -> Counts:
    """Return the expected counts of one sequence, day by day, from the posteriors in log space.

    Parameters
    ----------
    hmm : HMM
    x : (n,) array_like of int
        Possible under the model.
    name : str
        What a message calls it.

    Notes
    -----
    The pairwise posteriors are added up one day at a time and never kept.
    Source: Rabiner 1989.
    """
    x = hmm.observations(name, x)
    log_alpha, log_likelihood = inference.forward(hmm, x)
    inference.refuse_impossible(name, log_likelihood)
    log_beta = inference.backward(hmm, x)
    gamma = np.exp(log_alpha + log_beta - log_likelihood)

    emissions = np.zeros((hmm.n_symbols, hmm.n_states))
    np.add.at(emissions, x, gamma)
    moves = np.zeros((hmm.n_states, hmm.n_states))
    arriving = hmm.log_B.T[x] + log_beta
    for t in range(len(x) - 1):
        moves += np.exp(log_alpha[t][:, None] + hmm.log_A + arriving[t + 1] - log_likelihood)
    return Counts(gamma[0], gamma[-1], moves, emissions.T, log_likelihood)


# [/expected_counts_slide]


def expected_counts(hmm, x, lengths) -> Counts:
    """Return the expected counts of all sequences at once.

    Parameters
    ----------
    hmm : HMM
    x : (n,) ndarray of int
        The sequences, joined.
    lengths : (N,) ndarray of int

    Notes
    -----
    With scaled messages the pairwise posteriors of all days are one product, (K, n) times (n, K).
    Sequences for which scaling gives out are counted in log space.
    """
    found = scaled.messages(hmm, x, lengths)
    trusted = ~found.doubtful
    last = np.cumsum(lengths) - 1
    first = last - lengths + 1

    evidence = np.where(np.repeat(trusted, lengths), found.evidence, np.inf)[:, None]
    gamma = found.beta  # its memory is done with
    gamma *= found.alpha
    gamma /= evidence
    emissions = [np.bincount(x, weights, minlength=hmm.n_symbols) for weights in gamma.T]
    arriving = found.arriving[1:]
    arriving /= evidence[:-1]
    arriving[last[:-1]] = 0  # a day that opens a sequence was not arrived at
    moves = hmm.A * (found.alpha[:-1].T @ arriving)
    total = found.log_likelihoods[trusted].sum()
    counts = Counts(
        gamma[first].sum(axis=0), gamma[last].sum(axis=0), moves, np.array(emissions), total
    )
    for i in np.flatnonzero(found.doubtful):
        one = expected_counts_slide(hmm, x[first[i] : last[i] + 1], name=f"xs[{i}]")
        counts = Counts(*(a + b for a, b in zip(counts, one, strict=True)))
    return counts._replace(log_likelihood=float(counts.log_likelihood))


def _checked(xs, n_states, n_symbols, rng, n_iter, tol, init, smoothing):
    """Check the arguments of Baum-Welch; return the first model, `xs` joined, and its lengths."""
    K = checks.whole("n_states", n_states, low=1)
    M = checks.whole("n_symbols", n_symbols, low=1)
    checks.whole("n_iter", n_iter)
    checks.number("tol", tol)
    checks.number("smoothing", smoothing, low=0)
    rng = checks.generator(rng)
    if init is None:
        pi, A, B = (rng.dirichlet(np.ones(n), size) for n, size in ((K, None), (K, K), (M, K)))
        init = HMM(pi, A, B)
    elif not isinstance(init, HMM):
        raise TypeError(f"init must be an HMM, got {type(init).__name__}")
    elif (init.n_states, init.n_symbols) != (K, M):
        raise ValueError(
            f"init must have {K} states and {M} symbols (n_states, n_symbols), got {init}"
        )
    x, lengths = init.joined_observations("xs", xs)
    if not lengths.size:
        raise ValueError("xs must hold at least one sequence, got none")
    return init, x, lengths
