"""The three recurrent layers behind one pair of functions, for models that let you choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_lib.layers.gru import gru_backward, gru_forward
from course_lib.layers.initial import glorot
from course_lib.layers.lstm import lstm_backward, lstm_forward
from course_lib.layers.rnn import rnn_backward, rnn_forward


class Cell(NamedTuple):
    """A recurrent layer: its pair of functions, and how its models begin.

    Attributes
    ----------
    forward, backward : callable
    biases : tuple of int
        The first bias of each block of rows: LSTM's forget gate starts open and GRU's update gate
        nearly shut, so that at first a cell rather remembers.
    states : int
        2 where a cell state c runs beside h, else 1.
    """

    forward: Callable
    backward: Callable
    biases: tuple[int, ...]
    states: int


CELLS = {
    "rnn": Cell(rnn_forward, rnn_backward, (0,), 1),
    "lstm": Cell(lstm_forward, lstm_backward, (0, 1, 0, 0), 2),
    "gru": Cell(gru_forward, gru_backward, (-1, 0, 0), 1),
}


def first_weights(cell: str, n_in: int, hidden: int, rng, dtype=np.float64):
    """Return the first W_x (blocks * H, n_in), W_h (blocks * H, H) and b (blocks * H,)."""
    biases = CELLS[cell].biases

    def blocks(n):
        return np.concatenate([glorot(hidden, n, rng, dtype) for _ in biases])

    return blocks(n_in), blocks(hidden), np.repeat(np.array(biases, dtype), hidden)


def first_state(cell: str, n: int, hidden: int, dtype=np.float64) -> tuple[np.ndarray, ...]:
    """Return zeros for the states before the first step, each (N, H): h, and c if there is one."""
    return tuple(np.zeros((n, hidden), dtype) for _ in range(CELLS[cell].states))


def cell_forward(cell: str, x, state, W_x, W_h, b, lengths=None):
    """Run a layer and return its states h (N, T, H), its last state as a tuple, and the cache.

    With `lengths` the last state is that of each sequence's own last step.
    """
    h, *c_last, cache = CELLS[cell].forward(x, *state, W_x, W_h, b, lengths=lengths)
    return h, (h[:, -1], *c_last), cache


def cell_backward(cell: str, dh, dlast, cache):
    """Return dx, the gradients of the first state as a tuple, dW_x, dW_h and db.

    Parameters
    ----------
    dh : (N, T, H) ndarray
        Gradient with respect to the states.
    dlast : tuple of (N, H) ndarray
        Gradient with respect to the last state, beyond what `dh` says.
    """
    dh = dh.copy()
    dh[:, -1] += dlast[0]
    dx, *dstate, dW_x, dW_h, db = CELLS[cell].backward(dh, cache, *dlast[1:])
    return dx, tuple(dstate), dW_x, dW_h, db
