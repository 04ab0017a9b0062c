"""Recurrent networks that read tokens: all that does not depend on what they answer.

=======  ==========================================  ===============================================
letter   in code                                     meaning
=======  ==========================================  ===============================================
x_t      a row of ``params["E"]`` (V, D)             embedding of a token
h_t      local, (N, T, H), or 2H in two directions   states of a layer
U, W, b  ``params["W_x1"]``, ``"W_h1"``, ``"b1"``    layer 1; with ``_back`` what reads from the end
V        ``params["W_y"]``, ``"b_y"``                scores of the classes from the states
=======  ==========================================  ===============================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks, losses, optim, train
from course_lib import layers as pairs
from course_lib.layers import cells
from course_lib.layers.recurrent import has_ended

LOWEST = np.iinfo(np.intp).min  # behind the end of a sequence any number may stand
LONGEST = 5  # the first biases spread memory times up to 1 + exp(5) steps, about 150


class SequenceModel:
    """Embeddings, recurrent layers, and scores from some of their states.

    A subclass says where an answer is due (`_place`) and which labels it takes (`_labels`).

    Parameters
    ----------
    vocab : int
        Number of tokens V.
    hidden : int
        Length H of the states, in each layer and direction.
    classes : int
    cell : {"rnn", "lstm", "gru"}
    bidirectional : bool
        Give each layer a second half that reads from the end.
    rng : numpy.random.Generator or int
        Draws the first weights.
    layers : int
        How many recurrent layers; each reads the states of the one below.
    embed : int, optional
        Length D of the embeddings; `hidden` if left out.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params : dict
        By the table above.
    history : dict
        What the last `fit` recorded; empty before.

    Notes
    -----
    What lies behind a length never matters, in both directions. Source: UW, Many uses of RNNs;
    CMU-G, Bidirectional RNN; IITK, RNN; Tallec 2018 (first biases).
    """

    def __init__(
        self,
        vocab,
        hidden,
        classes,
        cell="rnn",
        bidirectional=False,
        rng=0,
        layers=1,
        embed=None,
        dtype=np.float64,
    ):
        self.vocab = checks.whole("vocab", vocab, low=1)
        self.hidden = checks.whole("hidden", hidden, low=1)
        self.classes = checks.whole("classes", classes, low=2)
        self.cell = checks.one_of("cell", cell, tuple(cells.CELLS))
        self.directions = ("", "_back") if bidirectional else ("",)
        self.layers = checks.whole("layers", layers, low=1)
        self.dtype = checks.float_type("dtype", dtype)
        D = self.hidden if embed is None else checks.whole("embed", embed, low=1)
        self.params = self._first_params(D, checks.generator(rng))
        self.history: dict[str, list[float]] = {}

    # [first_params]
    def _first_params(self, D: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Draw the first weights; the units of LSTM and GRU remember for different times."""
        H = self.hidden
        both = H * len(self.directions)
        params = {"E": rng.normal(size=(self.vocab, D)).astype(self.dtype)}
        for l in range(1, self.layers + 1):
            for way in self.directions:
                n_in = D if l == 1 else both
                weights = cells.first_weights(self.cell, n_in, H, rng, self.dtype, spread=LONGEST)
                params |= dict(zip(self._names(l, way), weights, strict=True))
        params["W_y"] = pairs.glorot(self.classes, both, rng, self.dtype)
        params["b_y"] = np.zeros(self.classes, self.dtype)
        return params

    # [/first_params]

    def loss_and_grads(self, x, y, lengths=None) -> tuple[float, dict[str, np.ndarray]]:
        """Return the cross entropy and its gradients.

        Parameters
        ----------
        x : (N, T) array_like of int
            Tokens.
        y : array_like of int
            Classes: (N,) for the classifier, (N, T) for the tagger.
        lengths : (N,) array_like of int, optional
            Tokens of each sequence, 0 to T; all T if left out.

        Returns
        -------
        loss : float
            Mean over the sequences; for the tagger, over all tokens that are not behind an end.
        grads : dict
            The same keys and shapes as `params`.

        Notes
        -----
        Source: UCLA, RNN training; CMU-M, Training recurrent networks.
        """
        return self.loss_and_all_grads(x, y, lengths)[:2]

    # [sequence_model]
    def loss_and_all_grads(self, x, y, lengths=None) -> tuple[float, dict, np.ndarray]:
        """Return the loss, its gradients, and those of the embedded tokens, (N, T, D)."""
        x, real = self._tokens(x, lengths)
        y = self._labels(y, real)
        h, caches = self._read(x, real)
        scores, cache = self._score(h, real)
        if len(y) == 0:  # every sequence is empty, and says nothing
            loss, dscores = 0.0, scores
        else:
            loss, dscores = losses.softmax_cross_entropy(scores, y)

        dread, dW_y, db_y = pairs.affine_backward(dscores, cache)
        dh = np.zeros_like(h)
        for way, half, dhalf in zip(
            self.directions, self._halves(dh), self._halves(dread), strict=True
        ):
            half[self._place(real, way)] = dhalf
        grads, dembedded = self._unread(dh, caches)
        grads |= {"W_y": dW_y, "b_y": db_y}
        return loss, {name: grads[name] for name in self.params}, dembedded

    def _score(self, h, real) -> tuple[np.ndarray, tuple]:
        """Return the scores (answers, classes) from the states where an answer is due."""
        halves = zip(self.directions, self._halves(h), strict=True)
        read = np.concatenate([half[self._place(real, way)] for way, half in halves], axis=-1)
        return pairs.affine_forward(read, self.params["W_y"], self.params["b_y"])

    def _read(self, x, real) -> tuple[np.ndarray, dict]:
        """Return the states of the top layer (N, T, H or 2H), and the caches of all layers."""
        lengths = real.sum(axis=1)
        first = cells.first_state(self.cell, len(x), self.hidden, self.dtype)
        caches = {"turned": turned(real)}
        h, caches["E"] = pairs.embedding_forward(x, self.params["E"])
        for l in range(1, self.layers + 1):
            halves = []
            for way in self.directions:
                weights = [self.params[name] for name in self._names(l, way)]
                inputs = h[caches["turned"]] if way else h
                half, _, caches[l, way] = cells.cell_forward(
                    self.cell, inputs, first, *weights, lengths
                )
                halves.append(half[caches["turned"]] if way else half)
            h = np.concatenate(halves, axis=-1)
        return h, caches

    def _unread(self, dh, caches) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the gradients of all that `_read` used, and of the embedded tokens."""
        grads = {}
        for l in range(self.layers, 0, -1):
            dinputs = []
            for way, half in zip(self.directions, self._halves(dh), strict=True):
                half = half[caches["turned"]] if way else half
                dx, _, *dweights = cells.cell_backward(self.cell, half, None, caches[l, way])
                dinputs.append(dx[caches["turned"]] if way else dx)
                grads |= dict(zip(self._names(l, way), dweights, strict=True))
            dh = sum(dinputs)
        grads["E"] = pairs.embedding_backward(dh, caches["E"])
        return grads, dh

    # [/sequence_model]

    def fit(self, x, y, lengths=None, epochs=10, lr=0.01, batch_size=32, rng=0, progress=False):
        """Learn by Adam; `train.fit` offers more choices.

        Parameters
        ----------
        x, y, lengths : as for `loss_and_grads`
        epochs, batch_size : int
        lr : float
            Learning rate.
        rng : numpy.random.Generator or int
            Orders the sequences.
        progress : bool
            Show a progress bar.

        Returns
        -------
        The model itself; `history` holds the loss of each epoch.
        """
        self._labels(y, self._tokens(x, lengths)[1])
        data = [np.asarray(array) for array in (x, y, lengths) if array is not None]
        return train.fit(
            self, data, optim.Adam(lr), epochs, batch_size=batch_size, rng=rng, progress=progress
        )

    def _predict(self, x, lengths) -> tuple[np.ndarray, np.ndarray]:
        """Return the best class of each answer, and which places (N, T) are real."""
        x, real = self._tokens(x, lengths)
        return self._score(self._read(x, real)[0], real)[0].argmax(axis=-1), real

    def _tokens(self, x, lengths) -> tuple[np.ndarray, np.ndarray]:
        """Return the tokens, 0 behind the end of a sequence, and which places (N, T) are real."""
        x = checks.integers("x", x, ("N", "T"), low=LOWEST)
        if x.size == 0:
            raise ValueError(f"x must hold at least one token, got shape {x.shape}")
        ended = has_ended(lengths, *x.shape)
        real = np.ones(x.shape, bool) if ended is None else ~ended.T
        return checks.integers("x", np.where(real, x, 0), high=self.vocab), real

    @staticmethod
    def _names(l: int, way: str) -> list[str]:
        """Return the names of a layer's parameters in one direction."""
        return [f"{name}{l}{way}" for name in ("W_x", "W_h", "b")]

    def _halves(self, array: np.ndarray) -> list[np.ndarray]:
        """Cut the last axis into views, one a direction."""
        return np.split(array, len(self.directions), axis=-1)

    def __repr__(self) -> str:
        ways = "both directions" if len(self.directions) == 2 else "forward"
        size = f"{self.vocab} tokens, {self.layers} x {self.hidden}, {self.classes} classes"
        return f"{type(self).__name__}({self.cell}, {ways}, {size})"


def turned(real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the index that lets each sequence run from its end to its start, the rest in place.

    It is its own inverse.
    """
    N, T = real.shape
    lengths = real.sum(axis=1)[:, None]
    return np.arange(N)[:, None], np.where(real, lengths - 1 - np.arange(T), np.arange(T))
