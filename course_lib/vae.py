"""Variational autoencoders: a deep network that says how likely data are, and makes new ones.

==========  ======================  =========================================================
letter      in code                 meaning
==========  ======================  =========================================================
x           ``X``, (N, D)           data
z           local, (N, K)           what lies behind them: P(z) is the standard normal
h, g        local, (N, hidden)      hidden units of the encoder and of the decoder
mu, sigma   ``encode``, (N, K)      q(z | x), a normal with mean mu and log variance log_var
eps         argument, (N, K)        standard normal noise, so that z = mu + sigma eps
==========  ======================  =========================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks, layers, losses, optim, train
from course_lib.activations import relu, sigmoid

_LOG_2_PI = float(np.log(2 * np.pi))


# [reparameterize]
def reparameterize(mu, log_var, eps) -> np.ndarray:
    """Return draws from normals as a function of their parameters: ``mu + exp(log_var / 2) eps``.

    The noise is drawn beforehand and stays constant, so gradients reach `mu` and `log_var`.

    Parameters
    ----------
    mu, log_var : (N, K) array_like
        Means, and logarithms of the variances.
    eps : (N, K) array_like
        Draws from the standard normal.

    Returns
    -------
    z : (N, K) ndarray

    Notes
    -----
    Source: Kingma 2014.
    """
    mu, log_var = _normals(mu, log_var)
    return mu + np.exp(log_var / 2) * checks.like("eps", eps, mu)


# [/reparameterize]


# [gaussian_kl]
def gaussian_kl(mu, log_var) -> np.ndarray:
    """Return how far each normal is from the standard normal: ``KL(N(mu, sigma^2) || N(0, I))``.

    Parameters
    ----------
    mu, log_var : (N, K) array_like
        Means, and logarithms of the variances, of K independent dimensions.

    Returns
    -------
    (N,) ndarray
        In nats, ``1/2 sum_k (sigma_k^2 + mu_k^2 - 1 - log sigma_k^2)``; 0 for the standard normal.

    Notes
    -----
    Source: Kingma 2014.
    """
    mu, log_var = _normals(mu, log_var)
    return (np.expm1(log_var) - log_var + mu**2).sum(axis=1) / 2


# [/gaussian_kl]


class VAE:
    """A variational autoencoder with one hidden layer of rectified linear units on either side.

    Parameters
    ----------
    inputs, hidden, latent : int
        D, the units of each hidden layer, and K.
    likelihood : {"bernoulli", "gaussian"}
        Of x given z: probabilities of a 1, for data in [0, 1], or normals of variance 1.
    rng : numpy.random.Generator or int
        Draws the first weights; biases start at 0.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        The encoder's ``"W1"`` (hidden, D), ``"W_mu"`` and ``"W_log_var"`` (K, hidden), the
        decoder's ``"W2"`` (hidden, K) and ``"W3"`` (D, hidden), each with its bias ``"b1"``, ...
    history : dict
        ``"loss"``, the negative ELBO, of each epoch of the last `fit`; empty before.

    Notes
    -----
    Source: IITK, Deep probabilistic models; Kingma 2014.
    """

    def __init__(self, inputs, hidden, latent, likelihood="bernoulli", rng=0, dtype=np.float64):
        self.inputs = D = checks.whole("inputs", inputs, low=1)
        self.hidden = H = checks.whole("hidden", hidden, low=1)
        self.latent = K = checks.whole("latent", latent, low=1)
        self.likelihood = checks.one_of("likelihood", likelihood, ("bernoulli", "gaussian"))
        self.dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)
        self.params: dict[str, np.ndarray] = {}
        for name, first_weights, n_out, n_in in (
            ("1", layers.he, H, D),
            ("_mu", layers.glorot, K, H),
            ("_log_var", layers.glorot, K, H),
            ("2", layers.he, H, K),
            ("3", layers.glorot, D, H),
        ):
            self.params[f"W{name}"] = first_weights(n_out, n_in, rng, self.dtype)
            self.params[f"b{name}"] = np.zeros(n_out, self.dtype)
        self.history: dict[str, list[float]] = {}

    # [vae]
    def loss_and_grads(self, X, eps) -> tuple[float, dict[str, np.ndarray]]:
        """Return the negative ELBO, ``KL(q(z | x) || P(z)) - E_q log P(x | z)``, and its gradients.

        Parameters
        ----------
        X : (N, D) array_like
        eps : (N, K) array_like
            One draw from the standard normal for each example stands for the expectation.

        Returns
        -------
        loss : float
            Mean over the batch.
        grads : dict
            The same keys and shapes as `params`.
        """
        X = self._data(X)
        N = len(X)
        eps = checks.floats("eps", eps, (N, self.latent)).astype(self.dtype, copy=False)
        h, mu, log_var = self._encode(X)
        z = reparameterize(mu, log_var, eps)
        g, out = self._decode(z)
        surprise, d_out = self._surprise(out, X)
        loss = surprise + float(gaussian_kl(mu, log_var).sum()) / N

        p = self.params
        d_g = d_out @ p["W3"] * (g > 0)
        dz = d_g @ p["W2"]
        d_mu = dz + mu / N
        d_log_var = dz * (z - mu) / 2 + np.expm1(log_var) / (2 * N)
        d_h = (d_mu @ p["W_mu"] + d_log_var @ p["W_log_var"]) * (h > 0)
        grads = {}
        for layer, delta, a in (
            ("1", d_h, X),
            ("_mu", d_mu, h),
            ("_log_var", d_log_var, h),
            ("2", d_g, z),
            ("3", d_out, g),
        ):
            grads[f"W{layer}"], grads[f"b{layer}"] = delta.T @ a, delta.sum(axis=0)
        return loss, grads

    def _encode(self, X) -> tuple[np.ndarray, ...]:
        p = self.params
        h = relu(X @ p["W1"].T + p["b1"])
        return h, h @ p["W_mu"].T + p["b_mu"], h @ p["W_log_var"].T + p["b_log_var"]

    def _decode(self, z) -> tuple[np.ndarray, np.ndarray]:
        p = self.params
        g = relu(z @ p["W2"].T + p["b2"])
        return g, g @ p["W3"].T + p["b3"]

    def _surprise(self, out, X) -> tuple[float, np.ndarray]:
        """Return ``-log P(x | z)``, mean over the batch, and its gradient with respect to `out`."""
        if self.likelihood == "bernoulli":
            return losses.binary_cross_entropy_with_logits(out, X)
        half_square, d_out = losses.squared_error(out, X)
        return half_square + self.inputs * _LOG_2_PI / 2, d_out

    # [/vae]

    # [vae_fit]
    def fit(self, X, epochs=50, lr=1e-3, batch_size=64, rng=0, progress=False) -> VAE:
        """Raise the ELBO of the rows of `X` (N, D) with Adam.

        Parameters
        ----------
        X : (N, D) array_like
        epochs, batch_size : int
        lr : float
            Learning rate.
        rng : numpy.random.Generator or int
            Orders the examples, and draws fresh noise in each epoch.
        progress : bool
            Show a progress bar.

        Returns
        -------
        VAE
            The model itself.
        """
        X = self._data(X)
        rng = checks.generator(rng)
        eps = np.empty((len(X), self.latent), self.dtype)

        def draw(*_):
            eps[...] = rng.normal(size=eps.shape)

        draw()
        rule = optim.Adam(lr)
        return train.fit(
            self, (X, eps), rule, epochs, batch_size, rng, progress=progress, callback=draw
        )

    # [/vae_fit]

    def encode(self, X) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and log variance, (N, K) each, of what lies behind the data `X` (N, D)."""
        return self._encode(self._data(X))[1:]

    def decode(self, z) -> np.ndarray:
        """Return the means (N, D) of the data that `z` (N, K) gives rise to."""
        z = checks.floats("z", z, ("N", self.latent)).astype(self.dtype, copy=False)
        out = self._decode(z)[1]
        return sigmoid(out) if self.likelihood == "bernoulli" else out

    def sample(self, n: int, rng) -> np.ndarray:
        """Return the means (n, D) of `n` new data, from z drawn from the standard normal."""
        n = checks.whole("n", n)
        return self.decode(checks.generator(rng).normal(size=(n, self.latent)))

    def _data(self, X) -> np.ndarray:
        X = checks.floats("X", X, ("N", self.inputs)).astype(self.dtype, copy=False)
        if len(X) == 0:
            raise ValueError("X must hold at least one example, got none")
        return checks.within_0_and_1("X", X) if self.likelihood == "bernoulli" else X

    def __repr__(self) -> str:
        units = f"{self.inputs}-{self.hidden}-{self.latent}"
        return f"VAE({units}, likelihood={self.likelihood!r})"


def _normals(mu, log_var) -> tuple[np.ndarray, np.ndarray]:
    mu = checks.floats("mu", mu, ("N", "K"))
    return mu, checks.like("log_var", log_var, mu)
