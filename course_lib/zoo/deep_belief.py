"""The deep belief net: Boltzmann machines on top of each other, learned one layer at a time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from course_lib import checks
from course_lib.zoo.boltzmann import RBM


# [deep_belief]
class DeepBeliefNet:
    """A stack of restricted Boltzmann machines, each learning what the one below makes of data.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, the visible ones first.
    rng : numpy.random.Generator or int
        Draws the first weights.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    machines : list of RBM
        From the bottom up.
    history : dict
        ``"loss_1"``, ``"loss_2"`` and so on: each machine's loss, one number an epoch.

    Notes
    -----
    Source: UW, layer-wise pre-training; Hinton 2006.
    """

    def __init__(self, sizes, rng=0, dtype=np.float64):
        sizes = checks.layer_sizes("sizes", sizes)
        rng = checks.generator(rng)
        self.machines = [RBM(below, above, rng, dtype) for below, above in pairwise(sizes)]
        self.history: dict[str, list[float]] = {}

    def fit(self, X, epochs=20, lr=0.1, batch_size=32, rng=0, progress=False) -> DeepBeliefNet:
        """Learn layer by layer from pictures `X` (N, V) in [0, 1]; each layer has `epochs`."""
        rng = checks.generator(rng)
        for level, machine in enumerate(self.machines, start=1):
            machine.fit(X, epochs, lr, batch_size, rng, progress)
            self.history[f"loss_{level}"] = machine.history["loss"]
            X = machine.hidden_probabilities(X)
        return self

    def transform(self, X) -> np.ndarray:
        """Return the top layer's probabilities (N, sizes[-1]) for pictures `X` (N, V)."""
        for machine in self.machines:
            X = machine.hidden_probabilities(X)
        return X

    def layer_params(self) -> dict[str, np.ndarray]:
        """Return copies of the upward weights and biases, named as `mlp.MLP` names its own.

        ``network.params.update(belief_net.layer_params())`` starts a sigmoid network from them.
        """
        params = {}
        for level, machine in enumerate(self.machines, start=1):
            params[f"W{level}"] = machine.params["W"].copy()
            params[f"b{level}"] = machine.params["c"].copy()
        return params


# [/deep_belief]
