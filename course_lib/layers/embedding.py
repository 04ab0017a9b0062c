"""The embedding layer: a table with one row for each token."""

from __future__ import annotations

import numpy as np

from course_lib import checks


# [embedding]
def embedding_forward(ids, E) -> tuple[np.ndarray, tuple]:
    """Return for each token its row of the table.

    Parameters
    ----------
    ids : array_like of int, any shape
        Tokens in ``range(V)``.
    E : (V, D) array_like
        One row a token.

    Returns
    -------
    out : (*ids.shape, D) ndarray
    cache : for `embedding_backward`

    Notes
    -----
    The same as multiplying a one-hot vector with `E`, without the multiplications by zero.
    Source: CMU-M, Word embeddings.
    """
    E = checks.floats("E", E, ("V", "D"))
    ids = checks.integers("ids", ids, high=len(E))
    return E[ids], (ids, E.shape, E.dtype)


def embedding_backward(dout, cache) -> np.ndarray:
    """Return the gradient with respect to `E`; tokens have none.

    Parameters
    ----------
    dout : ``(*ids.shape, D)`` array_like
        Gradient with respect to the output.
    cache : from `embedding_forward`

    Returns
    -------
    dE : (V, D) ndarray
        A row is the sum over all places where its token stands, zero if it stands nowhere.

    Notes
    -----
    Source: CMU-M, Word embeddings.
    """
    ids, (V, D), dtype = cache
    dout = checks.floats("dout", dout, (*ids.shape, D), finite=False).astype(dtype, copy=False)
    dE = np.zeros((V, D), dtype)
    # One index for each number: NumPy adds single numbers several times faster than rows.
    np.add.at(dE.reshape(-1), ids.reshape(-1, 1) * D + np.arange(D), dout.reshape(-1, D))
    return dE


# [/embedding]
