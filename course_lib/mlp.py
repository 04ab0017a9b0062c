"""Feed-forward networks: any number of layers at once, and the slides' one hidden layer by hand.

========  ==========================  ==================================================
letter    in code                     meaning
========  ==========================  ==================================================
W, b      ``params["W1"]``, ``"b1"``  weights (out, in) and biases (out,) of a layer
z         local, (out, N)             weighted sums ``W a + b``
a         local, (out, N)             activations ``g(z)``; the first ones are the inputs
delta     local, (out, N)             gradient of the loss with respect to z
========  ==========================  ==================================================

Outside, an example is a row, as everywhere; inside, it is a column: the equations are then the
slides', and ``W @ a`` is faster than ``a.T @ W.T``.
"""

from __future__ import annotations

import numpy as np

from course_lib import activations, checks, layers, losses, optim, train

_UNITS = {  # a hidden unit's function, its backward (from the output), its first weights
    "sigmoid": (activations.sigmoid, layers.sigmoid_backward, layers.glorot),
    "tanh": (activations.tanh, layers.tanh_backward, layers.glorot),
    "relu": (activations.relu, layers.relu_backward, layers.he),
    "linear": (activations.linear, lambda da, a: da, layers.glorot),
}
_OUTPUTS = {  # the output function, and the loss that goes with it, taken from z
    "softmax": (activations.softmax, losses.softmax_cross_entropy),
    "sigmoid": (activations.sigmoid, losses.binary_cross_entropy_with_logits),
    "linear": (activations.linear, losses.squared_error),
}


class MLP:
    """A feed-forward network, every unit connected to every unit of the layer before.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, inputs first, outputs last.
    activation : {"sigmoid", "tanh", "relu", "linear"}
        What the hidden units do with their weighted sums.
    output : {"softmax", "sigmoid", "linear"}
        What the outputs do with theirs. It picks the loss: cross entropy, binary cross entropy, or
        squared error.
    rng : numpy.random.Generator or int
        Draws the first weights: He's for "relu", Glorot's otherwise. Biases start at 0.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"W1"`` (out, in), ``"b1"`` (out,), ``"W2"``, ``"b2"``, and so on.
    history : dict
        What the last `fit` recorded; empty before.

    Notes
    -----
    Source: UCLA, Vector representation; UW, Backprop recursion.
    """

    def __init__(self, sizes, activation="sigmoid", output="softmax", rng=0, dtype=np.float64):
        self.sizes = checks.layer_sizes("sizes", sizes)
        self.activation = checks.one_of("activation", activation, _UNITS)
        self.output = checks.one_of("output", output, _OUTPUTS)
        self.dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)
        first_weights = _UNITS[activation][2]
        self.params: dict[str, np.ndarray] = {}
        for l, (n_in, n_out) in enumerate(zip(self.sizes, self.sizes[1:], strict=False), start=1):
            self.params[f"W{l}"] = first_weights(n_out, n_in, rng, self.dtype)
            self.params[f"b{l}"] = np.zeros(n_out, self.dtype)
        self.history: dict[str, list[float]] = {}

    def forward(self, X) -> np.ndarray:
        """Return the outputs (N, K), after the output function, for the inputs `X` (N, D)."""
        _, z = self._sums(X)
        return _OUTPUTS[self.output][0](z.T)

    def hidden(self, X) -> list[np.ndarray]:
        """Return the activations (N, units) of each hidden layer for the inputs `X` (N, D)."""
        return [a.T for a in self._sums(X)[0][1:]]

    def predict(self, X) -> np.ndarray:
        """Return the network's answers for the inputs `X` (N, D).

        Returns
        -------
        ndarray
            The most probable class (N,) for "softmax", the lowest one in a tie; 1 where the
            probability exceeds one half, else 0, for "sigmoid"; the outputs for "linear". The
            latter two are (N, K), or (N,) for a single output.
        """
        _, z = self._sums(X)
        if self.output == "softmax":
            return z.argmax(axis=0)
        answers = (z > 0).astype(np.intp) if self.output == "sigmoid" else z
        return answers[0] if self.sizes[-1] == 1 else answers.T

    # [mlp]
    def _sums(self, X) -> tuple[list[np.ndarray], np.ndarray]:
        """Go forward: return the activations, inputs first, and the outputs' weighted sums."""
        g = _UNITS[self.activation][0]
        X = checks.floats("X", X, ("N", self.sizes[0])).astype(self.dtype, copy=False)
        a = [X.T]
        for l in range(1, len(self.sizes)):
            z = self.params[f"W{l}"] @ a[-1] + self.params[f"b{l}"][:, None]
            checks.floats(f"W{l} a + b{l}", z.T)
            if l < len(self.sizes) - 1:
                a.append(g(z))
        return a, z

    def loss_and_grads(self, X, y) -> tuple[float, dict[str, np.ndarray]]:
        """Return the loss and its gradients: forward, then backpropagation.

        Parameters
        ----------
        X : (N, D) array_like
        y : array_like
            Classes (N,) of int for "softmax"; targets (N, K), in [0, 1] for "sigmoid", any for
            "linear". With one output (N,) will do.

        Returns
        -------
        loss : float
            Mean over the batch.
        grads : dict
            The same keys and shapes as `params`.

        Notes
        -----
        Source: UW, Backprop recursion.
        """
        a, z = self._sums(X)
        loss, dz = _OUTPUTS[self.output][1](z.T, self._targets(y, z.shape[1]))
        delta = dz.T
        g_backward = _UNITS[self.activation][1]
        grads = {}
        for l in range(len(self.sizes) - 1, 0, -1):
            grads[f"W{l}"] = delta @ a[l - 1].T
            grads[f"b{l}"] = delta.sum(axis=1)
            if l > 1:
                delta = g_backward(self.params[f"W{l}"].T @ delta, a[l - 1])
        return loss, {name: grads[name] for name in self.params}

    # [/mlp]

    def fit(self, X, y, epochs=100, lr=0.1, batch_size=32, rng=0, progress=False) -> MLP:
        """Learn by stochastic gradient descent; `train.fit` offers more choices.

        Parameters
        ----------
        X, y : as for `loss_and_grads`
        epochs, batch_size : int
        lr : float
            Learning rate.
        rng : numpy.random.Generator or int
            Orders the examples.
        progress : bool
            Show a progress bar.

        Returns
        -------
        MLP
            The network itself; `history` holds the loss of each epoch.

        Notes
        -----
        Source: CMU-G, Algorithm 1.
        """
        return train.fit(
            self, (X, y), optim.SGD(lr), epochs, batch_size=batch_size, rng=rng, progress=progress
        )

    def _targets(self, y, N: int) -> np.ndarray:
        if N == 0:
            raise ValueError("X must hold at least one example, got none")
        K = self.sizes[-1]
        if self.output == "softmax":
            return checks.integers("y", y, (N,), high=K)
        y = checks.floats("y", y)
        if K == 1 and y.ndim == 1:
            y = y[:, None]
        checks.has_shape("y", y, (N, K))
        return checks.within_0_and_1("y", y) if self.output == "sigmoid" else y

    def __repr__(self) -> str:
        units = "-".join(map(str, self.sizes))
        return f"MLP({units}, activation={self.activation!r}, output={self.output!r})"


# [nn_forward]
def nn_forward(x, y, alpha, beta) -> dict:
    """Compute a network with one hidden layer on one example, as on the slides.

    Parameters
    ----------
    x : (M,) array_like
        The inputs, without the leading 1.
    y : (K,) array_like
        The target, one-hot.
    alpha : (D, M+1) array_like
        First layer; column 0 holds the biases.
    beta : (K, D+1) array_like
        Second layer; column 0 holds the biases.

    Returns
    -------
    dict
        ``x`` (M+1,) and ``z`` (D+1,) with their leading 1, the sums ``a`` (D,) and ``b`` (K,), the
        probabilities ``y_hat`` (K,), and the loss ``J``, a float.

    Notes
    -----
    Source: CMU-G, Algorithm 1; Forward computation for a neural network.
    """
    x, y, alpha, beta = _example(x, y, alpha, beta)
    x = np.concatenate([[1], x], dtype=x.dtype)
    a = alpha @ x
    z = np.concatenate([[1], activations.sigmoid(a)], dtype=a.dtype)
    b = beta @ z
    y_hat = activations.softmax(b)
    J = -float(y @ activations.log_softmax(b))  # log y_hat, also where y_hat underflows to 0
    return {"x": x, "a": a, "b": b, "z": z, "y_hat": y_hat, "J": J}


# [/nn_forward]


# [nn_backward]
def nn_backward(x, y, alpha, beta, o) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the loss J with respect to `alpha` and `beta`.

    Parameters
    ----------
    x, y, alpha, beta : as for `nn_forward`
    o : dict
        What `nn_forward` returned for them.

    Returns
    -------
    g_alpha : (D, M+1) ndarray
    g_beta : (K, D+1) ndarray

    Notes
    -----
    Source: CMU-G, Algorithm 1; Backpropagation for a neural network.
    """
    x, y, alpha, beta = _example(x, y, alpha, beta)
    x, z, y_hat = _stored(o, x=len(x) + 1, z=len(alpha) + 1, y_hat=len(beta))
    g_b = y_hat - y
    g_beta = np.outer(g_b, z)
    g_z = beta[:, 1:].T @ g_b  # the leading 1 of z is a constant: nothing flows into it
    g_a = g_z * z[1:] * (1 - z[1:])
    g_alpha = np.outer(g_a, x)
    return g_alpha, g_beta


# [/nn_backward]


def _example(x, y, alpha, beta) -> tuple[np.ndarray, ...]:
    x = checks.floats("x", x, ("M",))
    alpha = checks.floats("alpha", alpha, ("D", len(x) + 1))
    beta = checks.floats("beta", beta, ("K", len(alpha) + 1))
    return x, checks.distribution("y", y, (len(beta),)), alpha, beta


def _stored(o, **lengths: int) -> list[np.ndarray]:
    """Return the vectors of these names and lengths out of what `nn_forward` returned."""
    if not isinstance(o, dict) or not lengths.keys() <= o.keys():
        raise TypeError(f"o must be the dict that nn_forward returned, got {o!r:.80}")
    return [checks.floats(f"o[{name!r}]", o[name], (length,)) for name, length in lengths.items()]
