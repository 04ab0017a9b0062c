"""What a recurrent network may answer: a class for the sequence, or a tag for each token."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.layers import cells
from course_lib.recurrent.model import LOWEST, SequenceModel


# [classifier]
class SequenceClassifier(SequenceModel):
    """One class for a whole sequence, from the last state; the arguments are `SequenceModel`'s.

    In two directions, what reads from the end has its last state at the start.
    """

    def predict(self, x, lengths=None) -> np.ndarray:
        """Return the most probable class (N,) of sequences (N, T); the lowest one in a tie."""
        return self._predict(x, lengths)[0]

    def _place(self, real: np.ndarray, way: str) -> tuple:
        """Return where the last state (N,) stands: after all steps, or before them."""
        return slice(None), 0 if way else -1

    def _labels(self, y, real: np.ndarray) -> np.ndarray:
        return checks.integers("y", y, (len(real),), high=self.classes)


# [/classifier]


# [tagger]
class SequenceTagger(SequenceModel):
    """One class for each token, from its state; the arguments are `SequenceModel`'s."""

    def predict(self, x, lengths=None) -> np.ndarray:
        """Return the most probable class of each token (N, T), the lowest one in a tie.

        Behind the end of a sequence stands -1: no token, no class.
        """
        classes, real = self._predict(x, lengths)
        tags = np.full(real.shape, -1)
        tags[real] = classes
        return tags

    def _place(self, real: np.ndarray, way: str) -> np.ndarray:
        """Return where a token stands (N, T)."""
        return real

    def _labels(self, y, real: np.ndarray) -> np.ndarray:
        y = checks.integers("y", y, real.shape, low=LOWEST)
        return checks.integers("y", np.where(real, y, 0), high=self.classes)[real]


# [/tagger]


# [gradient_norms]
def gradient_norms(model: SequenceModel, x) -> np.ndarray:
    """Return how strongly each token of a sequence can still teach the model something.

    Parameters
    ----------
    model : SequenceClassifier or SequenceTagger
    x : (T,) array_like of int

    Returns
    -------
    (T,) ndarray
        The length of the loss's gradient with respect to the embedding at each step; the loss is
        the model's, with 0 as label.

    Notes
    -----
    Source: UCLA, RNN training; UW, Vanishing gradient problem for RNNs; Preservation of gradient
    information by LSTM.
    """
    x = checks.integers("x", x, ("T",), low=LOWEST)[None]
    y = np.zeros(x.shape if isinstance(model, SequenceTagger) else 1, int)
    dembedded = model.loss_and_all_grads(x, y)[2]
    return np.linalg.norm(dembedded[0], axis=-1)


# [/gradient_norms]


# [gate_values]
def gate_values(model: SequenceModel, x) -> dict[str, np.ndarray]:
    """Return how far each gate of the first layer opens while the model reads a sequence.

    Parameters
    ----------
    model : SequenceClassifier or SequenceTagger
        Of LSTM or GRU cells.
    x : (T,) array_like of int

    Returns
    -------
    dict of str to (T, H) ndarray
        From 0, shut, to 1, open; the last, from -1 to 1, is what the gates let in.

    Notes
    -----
    Source: UW, LSTMs; UW, GRUs.
    """
    x, real = model._tokens(checks.integers("x", x, ("T",), low=LOWEST)[None], None)
    _, caches = model._read(x, real)
    return {name: values[0] for name, values in cells.cell_gates(model.cell, caches[1, ""]).items()}


# [/gate_values]
