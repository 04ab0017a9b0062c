"""Deep probabilistic regression: a network gives the mean, and one number the spread around it.

========  ==================  ======================================================
letter    in code             meaning
========  ==================  ======================================================
NN(x)     ``predict(X)``      the network's output, the mean of y given x
beta      ``beta``            precision: y given x is normal with variance 1 / beta
========  ==================  ======================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks, optim, train
from course_lib.mlp import MLP


# [deep_regression]
class DeepGaussianRegression:
    """The model ``y ~ N(NN(x), 1 / beta)``, fitted by maximum likelihood.

    For any beta the likelihood is highest where the squared error is lowest, so the network is
    fitted first, and beta then has a closed form: one over the mean squared residual.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, inputs first, outputs last.
    activation : {"sigmoid", "tanh", "relu", "linear"}
        What the hidden units do.
    rng : numpy.random.Generator or int
        Draws the first weights.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    network : MLP
    beta : float or None
        None before `fit`.
    history : dict
        ``"loss"``: the mean over examples of half the squared error, one number an epoch.

    Notes
    -----
    Source: IITK, Deep probabilistic models.
    """

    def __init__(self, sizes, activation="tanh", rng=0, dtype=np.float64):
        self.network = MLP(sizes, activation=activation, output="linear", rng=rng, dtype=dtype)
        self.beta: float | None = None

    @property
    def params(self) -> dict[str, np.ndarray]:
        """The network's weights and biases, named as in `MLP`."""
        return self.network.params

    @property
    def history(self) -> dict[str, list[float]]:
        """What the last `fit` recorded."""
        return self.network.history

    def loss_and_grads(self, X, y) -> tuple[float, dict[str, np.ndarray]]:
        """Return half the squared error, mean over the batch, and its gradients."""
        return self.network.loss_and_grads(X, y)

    def fit(
        self, X, y, epochs=200, lr=0.01, batch_size=32, rng=0, progress=False
    ) -> DeepGaussianRegression:
        """Fit the network to `X` (N, D) and `y` (N,) or (N, K) by Adam, then beta."""
        train.fit(self.network, (X, y), optim.Adam(lr), epochs, batch_size, rng, progress=progress)
        squared = self._residuals(X, y) ** 2
        with np.errstate(divide="ignore"):  # a perfect fit leaves no spread: beta is infinite
            self.beta = float(1 / np.float64(squared.mean()))
        return self

    def predict(self, X) -> np.ndarray:
        """Return the mean of y given each row of `X` (N, D): (N,) for one output, else (N, K)."""
        return self.network.predict(X)

    def log_likelihood(self, X, y) -> float:
        """Return ``sum_n log N(y_n | NN(x_n), 1 / beta)``, over outputs too, in nats."""
        if self.beta is None:
            raise ValueError("the model has no beta yet; call fit(X, y) first")
        residuals = self._residuals(X, y)
        return float(
            residuals.size * 0.5 * np.log(self.beta / (2 * np.pi))
            - 0.5 * self.beta * (residuals**2).sum()
        )

    def _residuals(self, X, y) -> np.ndarray:
        means = self.predict(X)
        y = checks.floats("y", y)
        if means.ndim == 1 and y.ndim == 2:
            means = means[:, None]
        checks.has_shape("y", y, means.shape)
        return (y - means).astype(np.float64)


# [/deep_regression]
