"""Hidden representations: the 8-3-8 encoder, autoencoders of several kinds, and PCA beside them.

========  ==========================  =========================================================
letter    in code                     meaning
========  ==========================  =========================================================
W, b      ``params["W1"]``, ``"b1"``  weights (out, in) and biases (out,) of a layer
a         local, (N, units)           activations of each layer, the inputs first
z         ``encode(X)``, (N, K)       the code: activations of the narrowest layer
delta     local, (N, units)           gradient of the loss with respect to a layer
========  ==========================  =========================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import activations, checks, layers, optim, train
from course_lib.losses import squared_error
from course_lib.mlp import MLP


# [encoder_8_3_8]
def encoder_8_3_8(rng) -> tuple[MLP, dict]:
    """Train eight inputs, three hidden units and eight outputs to give back their input.

    Each pattern has a single 1. To tell eight of them apart with three units, the network must
    invent the binary numbers, in an order of its own.

    Parameters
    ----------
    rng : numpy.random.Generator or int
        Draws the first weights.

    Returns
    -------
    net : MLP
        Its hidden values, rounded, are eight different codes, and its largest output is at the 1.
    history : dict
        One entry an epoch, E in all: ``"loss"``, a list; ``"errors"`` (E, 8), the sum of squared
        errors of each output; ``"codes"`` (E, 8, 3), the hidden values of each pattern;
        ``"weights"`` (E, 3, 9), those of the hidden units, biases in column 0.

    Notes
    -----
    About one start in thirty ends where two codes round to the same; then it starts again from
    new weights. Source: CMU-M, Learning Hidden Layer Representations.
    """
    rng = checks.generator(rng)
    X = np.eye(8)
    while True:
        net = MLP([8, 3, 8], activation="sigmoid", output="sigmoid", rng=rng)
        trace = {"errors": [], "codes": [], "weights": []}

        def record(net, epoch, trace=trace):
            trace["errors"].append(((net.forward(X) - X) ** 2).sum(axis=0))
            trace["codes"].append(net.hidden(X)[0])
            trace["weights"].append(np.column_stack([net.params["b1"], net.params["W1"]]))

        rule = optim.RMSProp(lr=0.05)  # goes on when slopes get small, until units have decided
        train.fit(net, (X, X), rule, epochs=600, batch_size=8, rng=rng, callback=record)
        if _has_eight_codes(net, X):
            return net, net.history | {name: np.array(rows) for name, rows in trace.items()}


def _has_eight_codes(net: MLP, X: np.ndarray) -> bool:
    codes = net.hidden(X)[0]
    decided = np.abs(codes - 0.5).min() > 0.1  # none near enough to a half to round either way
    found = len(np.unique(codes.round(), axis=0)) == 8
    return bool(decided and found and (net.forward(X).argmax(axis=1) == np.arange(8)).all())


# [/encoder_8_3_8]


class Autoencoder:
    """A network that gives back its input, through a layer that must tell what matters.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, inputs first. The last equals the first; the narrowest layer between
        them, of equals the first, is the code.
    linear : bool
        Units that only sum; otherwise the hidden ones are sigmoid. Outputs always only sum.
    noise : float
        Denoising: standard deviation of what `fit` adds to the inputs, anew in each epoch; the
        targets stay clean.
    sparsity : float
        Weight of the sum of the code's absolute values in the loss, so that few units are on.
    rng : numpy.random.Generator or int
        Draws the first weights; biases start at 0.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"W1"`` (out, in), ``"b1"`` (out,), ``"W2"``, ``"b2"``, and so on.
    history : dict
        ``"loss"`` of each epoch of the last `fit`; empty before.

    Notes
    -----
    Source: IITK, Deep Neural Networks for Unsupervised Learning.
    """

    def __init__(self, sizes, linear=False, noise=0.0, sparsity=0.0, rng=0, dtype=np.float64):
        self.sizes = tuple(checks.whole("sizes", size, low=1) for size in sizes)
        if len(self.sizes) < 3 or self.sizes[0] != self.sizes[-1]:
            raise ValueError(
                f"sizes must hold inputs, a code and as many outputs as inputs, got {self.sizes}"
            )
        self.linear = bool(linear)
        self.noise = checks.number("noise", noise, low=0)
        self.sparsity = checks.number("sparsity", sparsity, low=0)
        self.dtype = checks.float_type("dtype", dtype)
        self.params = MLP(
            self.sizes, "linear" if linear else "sigmoid", "linear", rng, dtype
        ).params
        self.history: dict[str, list[float]] = {}
        self.n_layers = len(self.sizes) - 1
        self.code = 1 + int(np.argmin(self.sizes[1:-1]))  # the number of the layer

    # [autoencoder]
    def _forward(self, a: np.ndarray, first: int, last: int) -> list[np.ndarray]:
        """Return the activations before and after each of the layers `first` to `last`."""
        found = [a]
        for l in range(first, last + 1):
            a, _ = layers.affine_forward(a, self.params[f"W{l}"], self.params[f"b{l}"])
            if not self.linear and l < self.n_layers:
                a = activations.sigmoid(a)
            found.append(a)
        return found

    def loss_and_grads(self, X, target=None) -> tuple[float, dict[str, np.ndarray]]:
        """Return the loss of giving back `target` for the inputs `X`, and its gradients.

        Parameters
        ----------
        X : (N, D) array_like
        target : (N, D) array_like, optional
            What should come out where `X` is noisy; `X` itself if left out.

        Returns
        -------
        loss : float
            Half the squared error, and `sparsity` times the sum of the code's absolute values,
            summed over units, mean over the batch.
        grads : dict
            The same keys and shapes as `params`.
        """
        X = self._inputs("X", X)
        target = X if target is None else checks.like("target", target, X)
        a = self._forward(X, 1, self.n_layers)
        loss, delta = squared_error(a[-1], target)
        loss += self.sparsity * float(np.abs(a[self.code]).sum()) / len(X)

        grads = {}
        for l in range(self.n_layers, 0, -1):
            if l == self.code:
                delta = delta + self.sparsity / len(X) * np.sign(a[l])
            if not self.linear and l < self.n_layers:
                delta = layers.sigmoid_backward(delta, a[l])
            cache = a[l - 1], self.params[f"W{l}"], self.params[f"b{l}"]
            delta, grads[f"W{l}"], grads[f"b{l}"] = layers.affine_backward(delta, cache)
        return loss, {name: grads[name] for name in self.params}

    # [/autoencoder]

    # [autoencoder_fit]
    def fit(self, X, epochs=100, lr=0.01, batch_size=32, rng=0, progress=False) -> Autoencoder:
        """Learn to give back the rows of `X` (N, D) with Adam.

        Parameters
        ----------
        X : (N, D) array_like
        epochs, batch_size : int
        lr : float
            Learning rate.
        rng : numpy.random.Generator or int
            Orders the examples, and draws the noise.
        progress : bool
            Show a progress bar.

        Returns
        -------
        Autoencoder
            The network itself.
        """
        X = self._inputs("X", X)
        rng = checks.generator(rng)
        noisy = X.copy()

        def spoil(*_):
            if self.noise:
                noisy[...] = X + self.noise * rng.normal(size=X.shape)

        spoil()
        rule = optim.Adam(lr)
        return train.fit(
            self, (noisy, X), rule, epochs, batch_size, rng, progress=progress, callback=spoil
        )

    # [/autoencoder_fit]

    def encode(self, X) -> np.ndarray:
        """Return the codes (N, K) of the inputs `X` (N, D)."""
        return self._forward(self._inputs("X", X), 1, self.code)[-1]

    def decode(self, Z) -> np.ndarray:
        """Return what the codes `Z` (N, K) stand for, (N, D)."""
        Z = checks.floats("Z", Z, ("N", self.sizes[self.code])).astype(self.dtype, copy=False)
        return self._forward(Z, self.code + 1, self.n_layers)[-1]

    def _inputs(self, name: str, X) -> np.ndarray:
        X = checks.floats(name, X, ("N", self.sizes[0]))
        if len(X) == 0:
            raise ValueError(f"{name} must hold at least one example, got none")
        return X.astype(self.dtype, copy=False)

    def __repr__(self) -> str:
        units = "-".join(map(str, self.sizes))
        kind = "linear" if self.linear else "sigmoid"
        return f"Autoencoder({units}, {kind}, noise={self.noise:g}, sparsity={self.sparsity:g})"


# [pca]
def pca(X, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the `k` directions in which the rows of `X` vary most, and how much they do.

    Parameters
    ----------
    X : (N, D) array_like
        At least two rows.
    k : int
        At most the lesser of N and D.

    Returns
    -------
    components : (k, D) ndarray
        Rows of length 1, at right angles to each other; the largest entry of each is positive.
    explained_variance : (k,) ndarray
        Variances along them, with N - 1, the largest first.

    Notes
    -----
    Source: IITK, Deep Neural Networks for Unsupervised Learning; Pearson 1901.
    """
    X = checks.floats("X", X, ("N", "D"))
    if len(X) < 2:
        raise ValueError(f"X must hold at least two rows, got {len(X)}")
    k = checks.whole("k", k, low=1, high=min(X.shape))
    _, scale, components = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    components, scale = components[:k], scale[:k]
    largest = np.abs(components).argmax(axis=1)
    components = components * np.sign(components[np.arange(k), largest])[:, None]
    return components, scale**2 / (len(X) - 1)


# [/pca]
