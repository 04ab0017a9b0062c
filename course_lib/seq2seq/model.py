"""Sequence to sequence: one network reads, a second one writes what the first has understood.

=======  ==============================  =======================================================
letter   in code                         meaning
=======  ==============================  =======================================================
x        ``src``                         source tokens, in ``range(source_vocab)``
y        ``tgt``                         target tokens, in ``range(target_vocab)``
h_t      local, (N, T, H)                the encoder's states; the last one starts the decoder
s_t      local, (N, U, H)                the decoder's states, one for each token to write
=======  ==============================  =======================================================

Start and end are the model's own: the decoder first reads the embedding ``E_tgt[target_vocab]``,
and its score number ``target_vocab`` stands for the end.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks, layers, optim, train
from course_lib.activations import log_softmax
from course_lib.layers import cells
from course_lib.layers.attention import attention_backward, attention_forward
from course_lib.seq2seq import search
from course_lib.seq2seq.batches import pad


class Seq2Seq:
    """An encoder, a decoder that starts from its last state, and attention if wanted.

    Parameters
    ----------
    source_vocab, target_vocab : int
        Tokens of each side.
    embed, hidden : int
        Lengths of an embedding and of a state, on both sides.
    cell : {"rnn", "lstm", "gru"}
    attention : bool
        Let every target step look back at all source states.
    rng : numpy.random.Generator or int
        Draws the first weights.
    dtype : numpy dtype
        float64 or float32.

    Attributes
    ----------
    params, history : dict

    Notes
    -----
    Source: UW, Sequence to sequence; CMU-M, sequence to sequence; Sutskever 2014.
    """

    def __init__(
        self,
        source_vocab,
        target_vocab,
        embed,
        hidden,
        cell="gru",
        attention=False,
        rng=0,
        dtype=np.float64,
    ):
        self.source_vocab = checks.whole("source_vocab", source_vocab, low=1)
        self.target_vocab = checks.whole("target_vocab", target_vocab, low=1)
        D = checks.whole("embed", embed, low=1)
        H = self.hidden = checks.whole("hidden", hidden, low=1)
        self.cell = checks.one_of("cell", cell, tuple(cells.CELLS))
        self.attention = bool(attention)
        self.dtype = checks.float_type("dtype", dtype)
        rng = checks.generator(rng)

        K = self.target_vocab + 1  # with the end, or with the start
        self.params = {
            "E_src": rng.normal(size=(self.source_vocab, D)).astype(self.dtype),
            "E_tgt": rng.normal(size=(K, D)).astype(self.dtype),
        }
        for part in ("enc", "dec"):
            weights = cells.first_weights(cell, D, H, rng, self.dtype)
            self.params |= dict(zip(weight_names(part), weights, strict=True))
        if self.attention:
            self.params["W_a"] = layers.glorot(H, H, rng, self.dtype)
            self.params["W_c"] = layers.glorot(H, 2 * H, rng, self.dtype)
        self.params["W_y"] = layers.glorot(K, H, rng, self.dtype)
        self.params["b_y"] = np.zeros(K, self.dtype)
        self.history: dict[str, list[float]] = {}

    # [seq2seq]
    def encode(self, src) -> dict:
        """Return what the decoder needs of the sources: states, which are real, and the last one.

        Parameters
        ----------
        src : list of N lists of int
        """
        source = pad("src", src, self.source_vocab, least=1)
        x, c_embed = layers.embedding_forward(source.ids, self.params["E_src"])
        state = cells.first_state(self.cell, len(x), self.hidden, self.dtype)
        weights = self._weights("enc")
        h, state, c_cell = cells.cell_forward(self.cell, x, state, *weights, source.lengths)
        return {"h": h, "real": source.real, "state": state, "cache": (c_embed, c_cell)}

    def decode(self, ids, encoded, state, lengths=None):
        """Return the scores after each token the decoder reads, and the state to go on from.

        Parameters
        ----------
        ids : (N, U) ndarray of int
            Tokens read; ``target_vocab`` is the start.
        encoded : dict
            From `encode`.
        state : tuple of (N, H) ndarray
            ``encoded["state"]`` at first.
        lengths : (N,) ndarray of int, optional

        Returns
        -------
        scores : (N, U, target_vocab + 1) ndarray
        state : tuple of (N, H) ndarray
        cache : tuple
        """
        y, c_embed = layers.embedding_forward(ids, self.params["E_tgt"])
        s, state, c_cell = cells.cell_forward(self.cell, y, state, *self._weights("dec"), lengths)
        out, c_attend = s, None
        if self.attention:
            W_a, W_c = self.params["W_a"], self.params["W_c"]
            out, c_attend = attention_forward(s, encoded["h"], encoded["real"], W_a, W_c)
        flat = out.reshape(-1, self.hidden)
        scores, c_scores = layers.affine_forward(flat, self.params["W_y"], self.params["b_y"])
        return scores.reshape(*ids.shape, -1), state, (c_embed, c_cell, c_attend, c_scores)

    def loss_and_grads(self, src, tgt) -> tuple[float, dict[str, np.ndarray]]:
        """Return the mean over pairs of ``-log P(tgt, end | src)``, and its gradients.

        Teacher forcing: at each step the decoder reads the right token before, not its own guess.

        Parameters
        ----------
        src, tgt : lists of N lists of int
            A target may be empty, a source not.
        """
        encoded = self.encode(src)
        read, due, real = self._taught(tgt, len(encoded["h"]))
        scores, state, cache = self.decode(read, encoded, encoded["state"], real.sum(axis=1))
        log_p = log_softmax(scores)
        rows, steps = np.nonzero(real)
        loss = -log_p[rows, steps, due[rows, steps]].sum(dtype=np.float64) / len(read)

        dscores = np.exp(log_p) * real[..., None]
        dscores[rows, steps, due[rows, steps]] -= 1
        dscores /= len(read)
        return float(loss), self._backward(dscores, state, encoded, cache)

    def _backward(self, dscores, state, encoded, cache) -> dict[str, np.ndarray]:
        """Carry the scores' gradients through attention and decoder into the encoder."""
        c_embed, c_cell, c_attend, c_scores = cache
        grads = {}
        flat = dscores.reshape(-1, dscores.shape[-1])
        dout, grads["W_y"], grads["b_y"] = layers.affine_backward(flat, c_scores)
        ds = dout.reshape(*dscores.shape[:2], self.hidden)
        dh = np.zeros_like(encoded["h"])
        if self.attention:
            ds, dh, grads["W_a"], grads["W_c"] = attention_backward(ds, c_attend)
        nothing = tuple(np.zeros_like(part) for part in state)
        dy, dstate, *dweights = cells.cell_backward(self.cell, ds, nothing, c_cell)
        grads |= dict(zip(weight_names("dec"), dweights, strict=True))
        grads["E_tgt"] = layers.embedding_backward(dy, c_embed)

        c_embed, c_cell = encoded["cache"]
        dx, _, *dweights = cells.cell_backward(self.cell, dh, dstate, c_cell)
        grads |= dict(zip(weight_names("enc"), dweights, strict=True))
        grads["E_src"] = layers.embedding_backward(dx, c_embed)
        return {name: grads[name] for name in self.params}

    # [/seq2seq]

    def fit(self, src, tgt, epochs=20, lr=0.005, batch_size=32, rng=0, progress=False) -> Seq2Seq:
        """Learn from pairs of sequences by Adam; return the model."""
        source = pad("src", src, self.source_vocab, least=1)
        pad("tgt", tgt, self.target_vocab)
        if len(tgt) != len(source.ids):
            raise ValueError(f"src and tgt must pair up, got {len(src)} and {len(tgt)} sequences")
        pairs = (train.as_objects(src), train.as_objects(tgt))
        return train.fit(self, pairs, optim.Adam(lr), epochs, batch_size, rng, progress=progress)

    def log_prob(self, src, tgt) -> float:
        """Return ``log P(tgt, end | src)`` of one pair of sequences."""
        return -self.loss_and_grads([src], [tgt])[0]

    def greedy(self, src, max_length) -> list[int]:
        """Translate one source; see :func:`course_lib.seq2seq.greedy_batch`."""
        return search.greedy_batch(self, [src], max_length)[0]

    def greedy_batch(self, src, max_length) -> list[list[int]]:
        """Translate many sources; see :func:`course_lib.seq2seq.greedy_batch`."""
        return search.greedy_batch(self, src, max_length)

    def beam(self, src, width, max_length) -> list[tuple[list[int], float]]:
        """Search for the best targets of one source; see :func:`course_lib.seq2seq.beam`."""
        return search.beam(self, src, width, max_length)

    def _weights(self, part: str) -> list[np.ndarray]:
        return [self.params[name] for name in weight_names(part)]

    def _taught(self, tgt, n: int):
        """Return what the decoder reads, what it should write, and which steps count, (N, U)."""
        target = pad("tgt", tgt, self.target_vocab)
        if len(target.ids) != n:
            raise ValueError(f"src and tgt must pair up, got {n} and {len(target.ids)} sequences")
        edge = np.full((n, 1), self.target_vocab)
        read = np.concatenate([edge, target.ids], axis=1)
        due = np.concatenate([target.ids, edge], axis=1)
        due[np.arange(n), target.lengths] = self.target_vocab
        return read, due, np.arange(read.shape[1]) <= target.lengths[:, None]


def weight_names(part: str) -> list[str]:
    """Return the names of the encoder's ("enc") or the decoder's ("dec") recurrent weights."""
    return [f"{part}_W_x", f"{part}_W_h", f"{part}_b"]
