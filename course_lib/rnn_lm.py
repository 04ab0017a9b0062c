"""Recurrent language models: the state remembers what an n-gram has to forget.

=======  ============================  ====================================================
letter   in code                       meaning
=======  ============================  ====================================================
x_t      a row of ``params["E"]``      embedding (V, D) of the token that was read
h_t      local, (N, T, H)              state, all that is known of the past
U, W, b  ``params["W_x"]``, ...        the recurrent layer's weights
V        ``params["W_y"]``, ``"b_y"``  (V, H), (V,): scores of the next token from the state
=======  ============================  ====================================================
"""

from __future__ import annotations

import numpy as np

from course_lib import checks, layers, losses, optim, train
from course_lib.activations import log_softmax, softmax
from course_lib.layers import cells


class RNNLanguageModel:
    """The probability of the next token given all tokens before it, by a recurrent network.

    Parameters
    ----------
    vocab : int
        Tokens V.
    embed, hidden : int
        Lengths D of an embedding and H of the state.
    cell : {"rnn", "lstm", "gru"}
    rng : numpy.random.Generator or int
        Draws the first weights.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params, history : dict

    Notes
    -----
    Source: CMU-G, RNN language models; CMU-M, language model.
    """

    def __init__(self, vocab, embed, hidden, cell="lstm", rng=0, dtype=np.float64):
        V = self.vocab = checks.whole("vocab", vocab, low=2)
        D = checks.whole("embed", embed, low=1)
        H = self.hidden = checks.whole("hidden", hidden, low=1)
        self.cell = checks.one_of("cell", cell, tuple(cells.CELLS))
        self.dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)
        W_x, W_h, b = cells.first_weights(cell, D, H, rng, self.dtype)
        self.params = {
            "E": rng.normal(size=(V, D)).astype(self.dtype),
            "W_x": W_x,
            "W_h": W_h,
            "b": b,
            "W_y": layers.glorot(V, H, rng, self.dtype),
            "b_y": np.zeros(V, self.dtype),
        }
        self.history: dict[str, list[float]] = {}
        self._frequencies = np.full(V, 1 / V)

    # [rnn_lm]
    def scores(self, x, state=None):
        """Return the scores of the token after each of `x`, and the state to go on from.

        Parameters
        ----------
        x : (N, T) array_like of int
            Tokens, at least one a row.
        state : tuple of (N, H) ndarray, optional
            What an earlier call returned; left out, nothing has been read before.

        Returns
        -------
        scores : (N, T, V) ndarray
            Before the softmax.
        state : tuple of (N, H) ndarray
        """
        scores, state, _ = self._forward(self._tokens("x", x), state)
        return scores, state

    def _forward(self, x, state=None):
        p = self.params
        if state is None:
            state = cells.first_state(self.cell, len(x), self.hidden, self.dtype)
        embedded, c_embed = layers.embedding_forward(x, p["E"])
        h, state, c_cell = cells.cell_forward(
            self.cell, embedded, state, p["W_x"], p["W_h"], p["b"]
        )
        scores, c_scores = layers.affine_forward(h.reshape(-1, self.hidden), p["W_y"], p["b_y"])
        return scores.reshape(*x.shape, self.vocab), state, (c_embed, c_cell, c_scores, h.shape)

    def loss_and_grads(self, x, y) -> tuple[float, dict[str, np.ndarray]]:
        """Return the cross entropy of the next tokens, mean over all, and its gradients.

        Parameters
        ----------
        x, y : (N, T) array_like of int
            Tokens, and for each the one that follows it.
        """
        x = self._tokens("x", x)
        y = checks.integers("y", y, x.shape, high=self.vocab)
        scores, state, (c_embed, c_cell, c_scores, shape) = self._forward(x)
        loss, dscores = losses.softmax_cross_entropy(scores, y)

        grads = {}
        dscores = dscores.reshape(-1, self.vocab)
        dh, grads["W_y"], grads["b_y"] = layers.affine_backward(dscores, c_scores)
        dlast = tuple(np.zeros_like(part) for part in state)
        dx, _, grads["W_x"], grads["W_h"], grads["b"] = cells.cell_backward(
            self.cell, dh.reshape(shape), dlast, c_cell
        )
        grads["E"] = layers.embedding_backward(dx, c_embed)
        return loss, {name: grads[name] for name in self.params}

    # [/rnn_lm]

    def fit(
        self, ids, epochs=10, lr=0.01, batch_size=32, rng=0, progress=False, steps=32
    ) -> RNNLanguageModel:
        """Learn from one long text by truncated backpropagation through time, with Adam.

        Parameters
        ----------
        ids : (n,) array_like of int
            At least two tokens.
        epochs, batch_size : int
        lr : float
        rng : numpy.random.Generator or int
            Orders the windows.
        progress : bool
        steps : int
            Length of a window: how far back a gradient can reach.
        """
        ids = self._text(ids)
        steps = min(checks.whole("steps", steps, low=1), len(ids) - 1)
        # The last window ends with the text, and so may overlap with the one before.
        starts = np.unique([*range(0, len(ids) - steps, steps), len(ids) - 1 - steps])
        windows = ids[starts[:, None] + np.arange(steps + 1)]
        self._frequencies = np.bincount(ids, minlength=self.vocab) / len(ids)
        return train.fit(
            self,
            (windows[:, :-1], windows[:, 1:]),
            optim.Adam(lr),
            epochs,
            batch_size,
            rng,
            progress=progress,
        )

    def log_prob(self, ids) -> float:
        """Return ``log P(ids[1:] | ids[0])``, in nats."""
        ids = self._text(ids)
        log_p = log_softmax(self.scores(ids[None, :-1])[0][0])
        return float(log_p[np.arange(len(ids) - 1), ids[1:]].sum(dtype=np.float64))

    def perplexity(self, ids) -> float:
        """Return ``exp(-log_prob / number of predicted tokens)``: among how many it wavers."""
        ids = self._text(ids)
        return float(np.exp(-self.log_prob(ids) / (len(ids) - 1)))

    # [sample]
    def sample(self, n, rng, temperature=1.0, prompt=()) -> np.ndarray:
        """Write n tokens, each drawn from what the model expects after those before it.

        Parameters
        ----------
        n : int
        rng : numpy.random.Generator or int
        temperature : float
            Below 1 the likely becomes likelier, above 1 everything becomes possible.
        prompt : (m,) array_like of int
            What to go on from. Without one the first token is drawn by its frequency in the text
            of `fit`.

        Returns
        -------
        (n,) ndarray of int
            Without the prompt.
        """
        n = checks.whole("n", n)
        temperature = checks.number("temperature", temperature, above=0)
        rng = checks.generator(rng)
        written = list(checks.integers("prompt", prompt, ("m",), high=self.vocab))
        read, state = len(written), None
        if not written and n > 0:
            written = [rng.choice(self.vocab, p=self._frequencies)]
        unread = written
        while len(written) < read + n:
            scores, state = self.scores(np.array([unread]), state)
            p = softmax(scores[0, -1].astype(np.float64) / temperature)
            unread = [rng.choice(self.vocab, p=p)]
            written += unread
        return np.array(written[read:], dtype=np.intp)

    # [/sample]

    def _tokens(self, name: str, x) -> np.ndarray:
        x = checks.integers(name, x, ("N", "T"), high=self.vocab)
        if x.size == 0:
            raise ValueError(f"{name} must hold at least one token, got shape {x.shape}")
        return x

    def _text(self, ids) -> np.ndarray:
        ids = checks.integers("ids", ids, ("n",), high=self.vocab)
        if len(ids) < 2:
            raise ValueError(f"ids must hold at least two tokens, got {len(ids)}")
        return ids
