"""The restricted Boltzmann machine: visible and hidden units that dream each other up.

========  =================  ====================================================================
letter    in code            meaning
========  =================  ====================================================================
v, h      locals             visible (N, V) and hidden (N, H) units, 0 or 1
W         ``params["W"]``    weights (H, V) between them
b, c      ``params["b"]``    biases of the visible (V,) and, ``"c"``, of the hidden units (H,)
========  =================  ====================================================================

The energy is ``E(v, h) = -b'v - c'h - h'Wv``, and a state's probability is proportional to
``exp(-E)``.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks, losses, optim, train
from course_lib.activations import sigmoid


class RBM:
    """A restricted Boltzmann machine with binary units, learned by contrastive divergence.

    Parameters
    ----------
    visible, hidden : int
        Units of each kind; V and H.
    rng : numpy.random.Generator or int
        Draws the first weights, small and normal; biases start at 0.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"W"`` (H, V), ``"b"`` (V,), ``"c"`` (H,).
    history : dict
        ``"loss"``: cross entropy between the data and its reconstruction, one number an epoch.

    Notes
    -----
    Source: UCLA, chart of neural networks; Hinton 2002.
    """

    def __init__(self, visible, hidden, rng=0, dtype=np.float64):
        visible = checks.whole("visible", visible, low=1)
        hidden = checks.whole("hidden", hidden, low=1)
        self.dtype = checks.float_type("dtype", dtype)
        W = checks.generator(rng).normal(0, 0.01, size=(hidden, visible))
        self.params = {
            "W": W.astype(self.dtype),
            "b": np.zeros(visible, self.dtype),
            "c": np.zeros(hidden, self.dtype),
        }
        self.history: dict[str, list[float]] = {}
        self._rng = np.random.default_rng(0)

    def hidden_probabilities(self, v) -> np.ndarray:
        """Return ``P(h_j = 1 | v)``, shape (N, H), for visible units `v` (N, V) in [0, 1]."""
        W, c = self.params["W"], self.params["c"]
        return sigmoid(self._units("v", v, W.shape[1]) @ W.T + c)

    def visible_probabilities(self, h) -> np.ndarray:
        """Return ``P(v_i = 1 | h)``, shape (N, V), for hidden units `h` (N, H) in [0, 1]."""
        W, b = self.params["W"], self.params["b"]
        return sigmoid(self._units("h", h, W.shape[0]) @ W + b)

    def free_energy(self, v) -> np.ndarray:
        """Return ``F(v) = -log sum_h exp(-E(v, h))``, shape (N,): low for likely pictures."""
        W, b, c = self.params["W"], self.params["b"], self.params["c"]
        v = self._units("v", v, W.shape[1])
        return -v @ b - np.logaddexp(0, v @ W.T + c).sum(axis=1)

    # [contrastive_divergence]
    def loss_and_grads(self, v) -> tuple[float, dict[str, np.ndarray]]:
        """Return the reconstruction's cross entropy, and the step of contrastive divergence.

        One dream: hidden units drawn given the data, visible ones given those, hidden ones again.
        The gradients are of ``F(data) - F(dream)``, not of the loss that is reported.

        Parameters
        ----------
        v : (N, V) array_like in [0, 1]
        """
        v = self._units("v", v, self.params["b"].size)
        h = self.hidden_probabilities(v)
        drawn = (self._rng.random(h.shape) < h).astype(self.dtype)
        dream = self.visible_probabilities(drawn)
        h_dream = self.hidden_probabilities(dream)
        grads = {
            "W": -(h.T @ v - h_dream.T @ dream) / len(v),
            "b": -(v - dream).mean(axis=0),
            "c": -(h - h_dream).mean(axis=0),
        }
        return losses.binary_cross_entropy(dream, v)[0], grads

    # [/contrastive_divergence]

    def fit(self, X, epochs=20, lr=0.1, batch_size=32, rng=0, progress=False) -> RBM:
        """Learn from pictures `X` (N, V) in [0, 1] by stochastic contrastive divergence."""
        X = self._units("X", X, self.params["b"].size)
        rng = checks.generator(rng)
        self._rng = rng.spawn(1)[0]
        return train.fit(self, (X,), optim.SGD(lr), epochs, batch_size, rng, progress=progress)

    def sample(self, n, rng, steps=200) -> np.ndarray:
        """Draw `n` pictures (n, V) of zeros and ones by Gibbs sampling from random starts."""
        rng = checks.generator(rng)
        v = rng.random((checks.whole("n", n, low=1), self.params["b"].size)) < 0.5
        for _ in range(checks.whole("steps", steps, low=1)):
            p = self.hidden_probabilities(v.astype(self.dtype))
            p = self.visible_probabilities((rng.random(p.shape) < p).astype(self.dtype))
            v = rng.random(p.shape) < p
        return v.astype(self.dtype)

    def _units(self, name: str, value, units: int) -> np.ndarray:
        value = checks.floats(name, value, ("N", units)).astype(self.dtype, copy=False)
        if len(value) == 0:
            raise ValueError(f"{name} must hold at least one row, got none")
        return checks.within_0_and_1(name, value)
