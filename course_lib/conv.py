"""LeNet-5: a convolutional network that reads handwritten digits.

=========  ======================  ============================================================
layer      parameters              what it is
=========  ======================  ============================================================
C1         ``W1`` (6, 1, 5, 5)     six filters on the picture
S2                                 means of 2 x 2 pixels: half the height, half the width
C3         ``W3`` (16, 6, 5, 5)    sixteen filters, each on all six maps
S4                                 means of 2 x 2 pixels
C5         ``W5`` (120, S4)        all pixels of all maps, connected to 120 units
F6         ``W6`` (84, 120)        84 units
output     ``W7`` (classes, 84)    one score a class
=========  ======================  ============================================================

Each has its biases, ``b1`` and so on, and all but the output and the means their tanh.
"""

from __future__ import annotations

import numpy as np

from course_lib import activations, checks, layers, losses, optim, train
from course_lib.layers.conv import conv2d_weight_gradients

FILTER, POOL = 5, 2
AT_A_TIME = 256


class LeNet5:
    """Convolution, subsampling, convolution, subsampling, and three dense layers.

    Parameters
    ----------
    n_classes : int
    rng : numpy.random.Generator or int
        Draws the first weights, Glorot's. Biases start at 0.
    image_size : int
        Height and width of the pictures, 16 at least.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        ``"W1", "b1", "W3", "b3", "W5", "b5", "W6", "b6", "W7", "b7"``, by the table above.
    history : dict
        What the last `fit` recorded; empty before.

    Notes
    -----
    The original's C3 leaves out some maps, its subsampling has weights, and its output measures
    distances. Source: CMU-M, LeNet5; LeCun 1998.
    """

    def __init__(self, n_classes=10, rng=0, image_size=32, dtype=np.float64):
        self.n_classes = checks.whole("n_classes", n_classes, low=2)
        self.image_size = checks.whole("image_size", image_size, low=16)
        self.dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)
        s4 = ((image_size - FILTER + 1) // POOL - FILTER + 1) // POOL
        shapes = {
            1: (6, 1, FILTER, FILTER),
            3: (16, 6, FILTER, FILTER),
            5: (120, 16 * s4**2),
            6: (84, 120),
            7: (self.n_classes, 84),
        }
        self.params: dict[str, np.ndarray] = {}
        for l, (n_out, *each) in shapes.items():
            W = layers.glorot(n_out, int(np.prod(each)), rng, self.dtype)
            self.params[f"W{l}"] = W.reshape(n_out, *each)
            self.params[f"b{l}"] = np.zeros(n_out, self.dtype)
        self.history: dict[str, list[float]] = {}

    def forward(self, X) -> np.ndarray:
        """Return the probability of each class, (N, n_classes), for pictures (N, 1, size, size)."""
        return activations.softmax(self._scores(X))

    def predict(self, X) -> np.ndarray:
        """Return the most probable class (N,) of each picture; the lowest one in a tie."""
        return self._scores(X).argmax(axis=1)

    def feature_maps(self, X) -> dict[str, np.ndarray]:
        """Return what the layers C1, S2, C3 and S4 make of pictures (N, 1, size, size).

        Returns
        -------
        dict
            ``"C1"`` (N, 6, ., .) and ``"C3"`` (N, 16, ., .) after their tanh, ``"S2"`` and ``"S4"``
            of half the size.
        """
        return self._forward(self._pictures(X))[1]

    # [lenet5]
    def _forward(self, X: np.ndarray) -> tuple[np.ndarray, dict, dict]:
        """Return the scores (N, n_classes), the feature maps, and the caches for the way back."""
        a, caches, maps = X, {}, {}
        for l in (1, 3):
            a, caches[l] = layers.conv2d_forward(a, self.params[f"W{l}"], self.params[f"b{l}"])
            a, caches[f"tanh {l}"] = layers.tanh_forward(a)
            maps[f"C{l}"] = a
            a, caches[l + 1] = layers.avg_pool2d_forward(a, POOL)
            maps[f"S{l + 1}"] = a
        a = a.reshape(len(a), -1)
        for l in (5, 6, 7):
            a, caches[l] = layers.affine_forward(a, self.params[f"W{l}"], self.params[f"b{l}"])
            if l < 7:
                a, caches[f"tanh {l}"] = layers.tanh_forward(a)
        return a, maps, caches

    def loss_and_grads(self, X, y) -> tuple[float, dict[str, np.ndarray]]:
        """Return the cross entropy and its gradients.

        Parameters
        ----------
        X : (N, 1, size, size) array_like
        y : (N,) array_like of int
            Classes.

        Returns
        -------
        loss : float
            Mean over the batch.
        grads : dict
            The same keys and shapes as `params`.

        Notes
        -----
        Source: CMU-M, LeNet5.
        """
        X, y = self._pictures(X), checks.labels("y", y, self.n_classes)
        checks.has_shape("y", y, (len(X),))
        scores, maps, caches = self._forward(X)
        loss, delta = losses.softmax_cross_entropy(scores, y)
        grads = {}
        for l in (7, 6, 5):
            if l < 7:
                delta = layers.tanh_backward(delta, caches[f"tanh {l}"])
            delta, grads[f"W{l}"], grads[f"b{l}"] = layers.affine_backward(delta, caches[l])
        delta = delta.reshape(maps["S4"].shape)
        for l in (3, 1):
            delta = layers.avg_pool2d_backward(delta, caches[l + 1])
            delta = layers.tanh_backward(delta, caches[f"tanh {l}"])
            if l == 3:
                delta, grads["W3"], grads["b3"] = layers.conv2d_backward(delta, caches[3])
            else:  # nobody asks how the picture should change
                grads["W1"], grads["b1"] = conv2d_weight_gradients(delta, caches[1])
        return loss, {name: grads[name] for name in self.params}

    # [/lenet5]

    def fit(self, X, y, epochs=10, lr=0.002, batch_size=32, rng=0, progress=False) -> LeNet5:
        """Learn by Adam; `train.fit` offers more choices.

        Parameters
        ----------
        X, y : as for `loss_and_grads`
        epochs, batch_size : int
        lr : float
            Learning rate.
        rng : numpy.random.Generator or int
            Orders the pictures.
        progress : bool
            Show a progress bar.

        Returns
        -------
        LeNet5
            The network itself; `history` holds the loss of each epoch.
        """
        return train.fit(
            self, (X, y), optim.Adam(lr), epochs, batch_size=batch_size, rng=rng, progress=progress
        )

    def _scores(self, X) -> np.ndarray:
        """Return the scores of many pictures, some at a time: their maps need much memory."""
        X = self._pictures(X)
        scores = np.empty((len(X), self.n_classes), self.dtype)
        for start in range(0, len(X), AT_A_TIME):
            some = slice(start, start + AT_A_TIME)
            scores[some] = self._forward(X[some])[0]
        return scores

    def _pictures(self, X) -> np.ndarray:
        X = checks.floats("X", X, ("N", 1, self.image_size, self.image_size))
        return X.astype(self.dtype, copy=False)

    def __repr__(self) -> str:
        return f"LeNet5({self.n_classes} classes, {self.image_size} x {self.image_size} pixels)"
