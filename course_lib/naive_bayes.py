"""Naive Bayes: first the label is drawn, then each feature by itself (chapter 1)."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.hmm.learning import normalise
from course_lib.hmm.log_space import log, log_sum_exp


class NaiveBayes:
    """A classifier of categorical features that are independent once the label is known.

    Usually made by :meth:`fit`.

    Parameters
    ----------
    prior : (C,) array_like
        ``prior[c] = P(y = classes[c])``.
    tables : list of D array_likes, each (C, M_j)
        ``tables[j][c, m] = P(x_j = categories[j][m] | y = classes[c])``.
    classes : C different labels
    categories : list of D sequences, each of M_j different values

    Notes
    -----
    Source: UCLA, Prediction under a generative model.
    """

    def __init__(self, prior, tables, classes, categories):
        self.prior = checks.distribution("prior", prior, ("C",))
        C = len(self.prior)
        self.classes = np.asarray(checks.names("classes", classes, C))
        self.tables = [
            checks.distribution(f"tables[{j}]", table, (C, "M")) for j, table in enumerate(tables)
        ]
        if len(categories) != len(self.tables):
            raise ValueError(
                f"categories must pair up with the {len(self.tables)} tables, got {len(categories)}"
            )
        self.categories = [
            checks.names(f"categories[{j}]", values, self.tables[j].shape[1])
            for j, values in enumerate(categories)
        ]

    # [fit]
    @classmethod
    def fit(cls, X, y, smoothing: float = 1.0) -> NaiveBayes:
        """Return the classifier that makes the examples most probable: count, then divide.

        Parameters
        ----------
        X : (N, D) array_like
            Either strings, or category numbers from 0: a number below the highest one of its
            column is a category even if it never occurs.
        y : (N,) array_like
            Labels: numbers or names.
        smoothing : float
            Added to every count of a feature (Laplace's rule if 1), never to those of labels.

        Returns
        -------
        NaiveBayes

        Notes
        -----
        Source: UCLA, Prediction under a generative model.
        """
        X, y = _features(X), _labels(y)
        if len(X) != len(y):
            raise ValueError(f"X and y must pair up, got {len(X)} and {len(y)} examples")
        smoothing = checks.number("smoothing", smoothing, low=0)
        classes, label = np.unique(y, return_inverse=True)

        tables, categories = [], []
        for x in X.T:
            values = np.arange(x.max() + 1) if x.dtype.kind == "i" else np.unique(x)
            counts = np.full((len(classes), len(values)), smoothing)
            np.add.at(counts, (label, np.searchsorted(values, x)), 1)
            tables.append(normalise(counts))
            categories.append(values.tolist())
        return cls(normalise(np.bincount(label).astype(float)), tables, classes, categories)

    # [/fit]

    # [predict]
    def joint_log_prob(self, X) -> np.ndarray:
        """Return ``log P(y) + sum_j log P(x_j | y)``, shape (N, C): -inf where impossible."""
        X = _features(X)
        if X.shape[1] != len(self.tables):
            raise ValueError(f"X must have {len(self.tables)} columns, got {X.shape[1]}")
        codes = [_encode(j, x, self.categories[j]) for j, x in enumerate(X.T)]
        joint = np.tile(log(self.prior), (len(X), 1))
        for table, code in zip(self.tables, codes, strict=True):
            joint += log(table).T[code]
        return joint

    def predict_log_proba(self, X) -> np.ndarray:
        """Return ``log P(y | x)``, shape (N, C), normalised over the classes of each row.

        A row that no class can produce is refused.
        """
        joint = self.joint_log_prob(X)
        evidence = log_sum_exp(joint, axis=1)
        if (evidence == -np.inf).any():
            row = evidence.argmin()
            raise ValueError(f"X must be possible in some class, got probability 0 for X[{row}]")
        return joint - evidence[:, None]

    def predict(self, X) -> np.ndarray:
        """Return the most probable label of each row, shape (N,); a tie goes to the first class."""
        return self.classes[self.predict_log_proba(X).argmax(axis=1)]

    # [/predict]


def _features(X) -> np.ndarray:
    """Return (N, D) strings or integers, N and D at least 1."""
    X = np.asarray(X)
    if X.dtype.kind == "b":
        X = X.astype(np.intp)
    if X.dtype.kind not in "iuUS":
        raise TypeError(f"X must hold category numbers or strings, got {X.dtype}")
    checks.has_shape("X", X, ("N", "D"))
    if X.size == 0:
        raise ValueError(f"X must hold at least one example and one feature, got shape {X.shape}")
    return X if X.dtype.kind in "US" else checks.integers("X", X)


def _labels(y) -> np.ndarray:
    y = np.asarray(y)
    if y.dtype.kind not in "biuUS":
        y = checks.floats("y", y)
    checks.has_shape("y", y, ("N",))
    return y


def _encode(j: int, x: np.ndarray, categories: tuple) -> np.ndarray:
    """Return the position of each value of column j among its categories."""
    number = {value: m for m, value in enumerate(categories)}
    try:
        return np.array([number[value] for value in x.tolist()])
    except KeyError as error:
        raise ValueError(f"X must hold categories seen by fit, got {error} in column {j}") from None
