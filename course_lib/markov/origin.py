"""Bayes' rule on whole sequences: which of several chains wrote this one?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np

from course_lib import checks
from course_lib.hmm.log_space import log


# [classify]
def classify(sequence, chains: Mapping, prior=None) -> dict[Hashable, float]:
    """Return P(chain | sequence) for each chain: which city wrote this weather?

    Parameters
    ----------
    sequence : list of states
    chains : dict of MarkovChain
        By name. Any model with a ``log_prob`` will do.
    prior : dict or array_like, optional
        P(chain), by name or in the order of `chains`; left out, all alike.

    Returns
    -------
    dict
        Posterior probabilities, in the order of `chains`; they sum to one.

    Raises
    ------
    ValueError
        If no chain can produce the sequence.

    Notes
    -----
    Bayes' rule in log space. The largest term is taken out before leaving it, so that the
    posteriors of a long sequence do not all underflow to 0.
    Source: UCLA, Weather forecast by Markov chain; Prediction under a generative model.
    """
    names, prior = _named_prior(chains, prior)
    joint = log(prior) + [chains[name].log_prob(sequence) for name in names]
    largest = joint.max()
    if largest == -np.inf:
        raise ValueError("sequence must be possible in at least one chain, got probability 0")
    weights = np.exp(joint - largest)
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


# [/classify]


def _named_prior(chains, prior) -> tuple[list, np.ndarray]:
    if not isinstance(chains, Mapping):
        raise TypeError(f"chains must be a dict of chains by name, got {type(chains).__name__}")
    for name, chain in chains.items():
        if not hasattr(chain, "log_prob"):
            raise TypeError(f"chains[{name!r}] must be a chain, got {type(chain).__name__}")
    names = list(checks.names("chains", chains))
    if prior is None:
        prior = np.full(len(names), 1 / len(names))
    elif isinstance(prior, Mapping):
        if set(prior) != set(names):
            raise ValueError(f"prior must name the chains {names}, got {list(prior)}")
        prior = [prior[name] for name in names]
    return names, checks.distribution("prior", prior, (len(names),))
