"""How well word vectors predict neighbours: the full softmax, and negative sampling in its place.

========  ====================  =========================================================
letter    in code               meaning
========  ====================  =========================================================
v         ``W_in``, (V, D)      vectors of the words as centers; these are kept in the end
u         ``W_out``, (V, D)     vectors of the words as contexts
c, o, n   arguments             numbers of centers (P,), contexts (P,), negatives (P, k)
========  ====================  =========================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy

Gradients = tuple[float, np.ndarray, np.ndarray]


# [softmax_loss]
def softmax_loss(W_in, W_out, centers, contexts) -> Gradients:
    """Return minus the log probability of each context given its center, among all words.

    Parameters
    ----------
    W_in, W_out : (V, D) array_like
        A row for each word, as a center and as a context.
    centers, contexts : (P,) array_like of int
        The pairs; words may be repeated.

    Returns
    -------
    loss : float
        Mean over the pairs.
    dW_in, dW_out : (V, D) ndarray

    Notes
    -----
    ``p(o | c) = exp(u_o . v_c) / sum_w exp(u_w . v_c)``: every step costs V vectors, which is why
    there are other losses. Source: CMU-M, Word2Vec Word Embeddings.
    """
    W_in, W_out, centers, contexts = pairs(W_in, W_out, centers, contexts)
    v = W_in[centers]
    loss, d_scores = softmax_cross_entropy(v @ W_out.T, contexts)
    dW_in = add_rows(np.zeros_like(W_in), centers, d_scores @ W_out)
    return loss, dW_in, d_scores.T @ v


# [/softmax_loss]


# [negative_sampling_loss]
def negative_sampling_loss(W_in, W_out, centers, contexts, negatives) -> Gradients:
    """Return the loss of telling each true context from k words of noise.

    Parameters
    ----------
    W_in, W_out : (V, D) array_like
        A row for each word, as a center and as a context.
    centers, contexts : (P,) array_like of int
        The pairs; words may be repeated.
    negatives : (P, k) array_like of int
        Noise words for each pair.

    Returns
    -------
    loss : float
        ``-log sigmoid(u_o . v_c) - sum_n log sigmoid(-u_n . v_c)``, mean over the pairs.
    dW_in, dW_out : (V, D) ndarray

    Notes
    -----
    Source: CMU-M, Word2Vec Word Embeddings; Mikolov 2013.
    """
    W_in, W_out, centers, contexts = pairs(W_in, W_out, centers, contexts)
    negatives = checks.integers("negatives", negatives, (len(centers), "k"), high=len(W_out))
    v = W_in[centers]
    candidates = np.column_stack([contexts, negatives])
    u = W_out[candidates]
    scores = np.einsum("pd,pkd->pk", v, u)
    from_text = np.zeros_like(scores)
    from_text[:, 0] = 1
    loss, d_scores = binary_cross_entropy_with_logits(scores, from_text)

    dW_in = add_rows(np.zeros_like(W_in), centers, np.einsum("pk,pkd->pd", d_scores, u))
    du = d_scores[:, :, None] * v[:, None]
    return loss, dW_in, add_rows(np.zeros_like(W_out), candidates, du)


# [/negative_sampling_loss]


# [add_rows]
def add_rows(W: np.ndarray, ids: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Add ``rows[i]`` to ``W[ids[i]]`` for each i, repeated ids included; changes and returns `W`.

    Parameters
    ----------
    W : (V, D) ndarray, contiguous
    ids : ndarray of int
    rows : (..., D) ndarray
        One row for each id.

    Notes
    -----
    ``W[ids] += rows`` would keep only one of the rows with the same id. ``np.add.at`` on the
    flattened array takes about a sixth of its time on rows; and a complex number is two numbers
    that are added at once.
    """
    flat, rows = W.reshape(-1), np.ascontiguousarray(rows, W.dtype).reshape(-1)
    D = W.shape[1]
    if D % 2 == 0:
        two = np.result_type(W.dtype, np.complex64)
        flat, rows, D = flat.view(two), rows.view(two), D // 2
    places = ids.reshape(-1, 1) * D + np.arange(D)
    np.add.at(flat, places.ravel(), rows)
    return W


# [/add_rows]


def pairs(W_in, W_out, centers, contexts, out: str = "W_out", n_contexts: int | None = None):
    """Check two tables of vectors, brought to one float type, and the pairs that point into them.

    `out` is the second table's name. Its rows are the contexts, unless `n_contexts` says how many
    of those there are.
    """
    W_in = checks.floats("W_in", W_in, ("V", "D"))
    W_out = checks.floats(out, W_out, ("V", W_in.shape[1]))
    float_type = np.result_type(W_in, W_out)
    n_contexts = len(W_out) if n_contexts is None else n_contexts
    centers = checks.labels("centers", centers, len(W_in))
    contexts = checks.integers("contexts", contexts, (len(centers),), high=n_contexts)
    return (
        W_in.astype(float_type, copy=False),
        W_out.astype(float_type, copy=False),
        centers,
        contexts,
    )
