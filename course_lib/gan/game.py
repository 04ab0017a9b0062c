"""The two networks, and the game between them."""

from __future__ import annotations

import numpy as np

from course_lib import checks, layers, optim
from course_lib.activations import sigmoid, tanh
from course_lib.gan.losses import KINDS, discriminator_loss, generator_loss
from course_lib.train import Progress


class GAN:
    """A generator and a discriminator, each with two hidden layers of tanh units.

    Parameters
    ----------
    noise, hidden, data : int
        Length of the noise, units of each hidden layer, length of a data vector.
    rng : numpy.random.Generator or int
        Draws the first weights; biases start at 0.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"G_W1"`` (hidden, noise), ``"G_b1"``, to ``"G_b3"``; ``"D_W1"`` (hidden, data) to
        ``"D_b3"``.
    center, scale : (data,) ndarray and float
        `fit` shifts the data to mean 0 and scales them to spread 1, and the networks work there.
    history : dict
        ``"d_loss"`` and ``"g_loss"`` of each epoch of the last `fit`; empty before. At the
        equilibrium they are ``2 log 2`` and ``log 2``: real and fake are even.

    Notes
    -----
    Source: IITK, Generative adversarial networks; Goodfellow 2014.
    """

    def __init__(self, noise, hidden, data, rng=0, dtype=np.float64):
        self.noise = checks.whole("noise", noise, low=1)
        self.hidden = checks.whole("hidden", hidden, low=1)
        self.data = checks.whole("data", data, low=1)
        self.dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)
        self.params: dict[str, np.ndarray] = {}
        for player, sizes in (
            ("G", (self.noise, self.hidden, self.hidden, self.data)),
            ("D", (self.data, self.hidden, self.hidden, 1)),
        ):
            for l in (1, 2, 3):
                W = layers.he(sizes[l], sizes[l - 1], rng, self.dtype)
                self.params[f"{player}_W{l}"] = W
                self.params[f"{player}_b{l}"] = np.zeros(sizes[l], self.dtype)
        self.center, self.scale = np.zeros(self.data, self.dtype), 1.0
        self.history: dict[str, list[float]] = {}

    # [gan]
    def _forward(self, player: str, x) -> list[np.ndarray]:
        """Return the activations of all layers of "G" or "D", the input first."""
        W1, b1, W2, b2, W3, b3 = self._params_of(player).values()
        h1 = tanh(x @ W1.T + b1)
        h2 = tanh(h1 @ W2.T + b2)
        return [x, h1, h2, h2 @ W3.T + b3]

    def _backward(self, player: str, d_out, a) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the gradients of the player's parameters, and of its first sums."""
        delta, grads = d_out, {}
        for l in (3, 2, 1):
            if l < 3:
                delta = delta @ self.params[f"{player}_W{l + 1}"] * (1 - a[l] ** 2)
            grads[f"{player}_W{l}"] = delta.T @ a[l - 1]
            grads[f"{player}_b{l}"] = delta.sum(axis=0)
        return grads, delta

    def discriminator_grads(self, real, fake) -> tuple[float, dict[str, np.ndarray]]:
        """Return the discriminator's loss and its gradients; the generator stays as it is.

        `real` (N, data) and `fake` (M, data) are in the units of the networks.
        """
        real, fake = self._rows("real", real, self.data), self._rows("fake", fake, self.data)
        a = self._forward("D", np.concatenate([real, fake]))
        logits = a[-1][:, 0]
        loss, d_real, d_fake = discriminator_loss(logits[: len(real)], logits[len(real) :])
        return loss, self._backward("D", np.concatenate([d_real, d_fake])[:, None], a)[0]

    def generator_grads(self, z, blur=0.0, kind="nonsaturating"):
        """Return the generator's loss on the noise `z` (M, noise), and its gradients.

        They come through the discriminator, which stays as it is: it tells in which direction a
        fake would look more real. `blur` (M, data) is added to the fakes on their way.
        """
        to_fake = self._forward("G", self._rows("z", z, self.noise))
        return self._generator_grads(to_fake, blur, kind)

    def _generator_grads(self, to_fake, blur, kind):
        to_logit = self._forward("D", to_fake[-1] + blur)
        loss, d_logits = generator_loss(to_logit[-1][:, 0], kind)
        _, delta = self._backward("D", d_logits[:, None], to_logit)
        return loss, self._backward("G", delta @ self.params["D_W1"], to_fake)[0]

    # [/gan]

    # [gan_fit]
    def fit(
        self,
        X,
        epochs=100,
        lr=2e-3,
        batch_size=64,
        rng=0,
        progress=False,
        kind="nonsaturating",
        blur=0.35,
    ) -> GAN:
        """Play the game: for each batch one step of Adam for each player.

        Parameters
        ----------
        X : (N, data) array_like
            Real data.
        epochs, batch_size : int
        lr : float
            Learning rate of both.
        rng : numpy.random.Generator or int
            Orders the examples, and draws the noise.
        progress : bool
            Show a progress bar.
        kind : {"nonsaturating", "minimax"}
            The generator's loss.
        blur : float
            Standard deviation, in spreads of the data, of what is added to all that the
            discriminator sees; it falls to 0 over three quarters of the epochs. With sharp data
            from the start, the generator may settle on few of their modes.

        Returns
        -------
        GAN
            The model itself.

        Notes
        -----
        Source: IITK, Generative adversarial networks; Sønderby 2017.
        """
        X, rng = self._rows("X", X, self.data), checks.generator(rng)
        epochs = checks.whole("epochs", epochs)
        batch_size = checks.whole("batch_size", batch_size, low=1)
        checks.one_of("kind", kind, KINDS)
        checks.number("blur", blur, low=0)
        rules = {player: optim.Adam(lr, beta1=0.5) for player in "DG"}
        self.center, self.scale = X.mean(axis=0), float(X.std()) or 1.0
        X = (X - self.center) / self.scale
        self.history = {"d_loss": [], "g_loss": []}

        with Progress(epochs, show=progress) as bar:
            for epoch in range(epochs):
                spread = blur * max(0.0, 1 - epoch / (0.75 * epochs))
                order, losses = rng.permutation(len(X)), np.zeros(2)
                for i in range(0, len(X), batch_size):
                    real = X[order[i : i + batch_size]]
                    z = self._normal(rng, len(real), self.noise)
                    blurs = (0.0, 0.0, 0.0)
                    if spread:
                        blurs = spread * self._normal(rng, 3, *real.shape)
                    losses += len(real) * self._turn(rules, real, z, blurs, kind)
                means = dict(zip(self.history, (losses / len(X)).tolist(), strict=True))
                for name, loss in means.items():
                    self.history[name].append(loss)
                bar.advance(**means)
        return self

    def _turn(self, rules, real, z, blurs, kind) -> np.ndarray:
        """Let each player make one step; return both losses (2,)."""
        to_fake = self._forward("G", z)
        fake = to_fake[-1]
        d_loss, grads = self.discriminator_grads(real + blurs[0], fake + blurs[1])
        rules["D"].step(self._params_of("D"), grads)
        g_loss, grads = self._generator_grads(to_fake, blurs[2], kind)
        rules["G"].step(self._params_of("G"), grads)
        return np.array([d_loss, g_loss])

    # [/gan_fit]

    def sample(self, n: int, rng) -> np.ndarray:
        """Return `n` fakes (n, data)."""
        z = self._normal(checks.generator(rng), checks.whole("n", n), self.noise)
        return self.center + self.scale * self._forward("G", z)[-1]

    def discriminate(self, X) -> np.ndarray:
        """Return the discriminator's probabilities (N,) that the rows of `X` (N, data) are real."""
        X = self._rows("X", X, self.data)
        return sigmoid(self._forward("D", (X - self.center) / self.scale)[-1][:, 0])

    def _params_of(self, player: str) -> dict[str, np.ndarray]:
        return {name: W for name, W in self.params.items() if name[0] == player}

    def _normal(self, rng, *shape) -> np.ndarray:
        return rng.standard_normal(shape, dtype=self.dtype)

    def _rows(self, name: str, X, length: int) -> np.ndarray:
        X = checks.floats(name, X, ("N", length)).astype(self.dtype, copy=False)
        if len(X) == 0:
            raise ValueError(f"{name} must hold at least one example, got none")
        return X

    def __repr__(self) -> str:
        return f"GAN(noise={self.noise}, hidden={self.hidden}, data={self.data})"
