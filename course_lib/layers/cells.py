"""The three recurrent layers behind one pair of functions, for models that let you choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_lib import checks
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
    memory : tuple of int
        Which blocks remember (1), which let something in (-1), and which do neither (0).
    gates : tuple of str
        The names of the blocks, in order; empty for a cell without gates.
    states : int
        2 where a cell state c runs beside h, else 1.
    """

    forward: Callable
    backward: Callable
    biases: tuple[int, ...]
    memory: tuple[int, ...]
    gates: tuple[str, ...]
    states: int


CELLS = {
    "rnn": Cell(rnn_forward, rnn_backward, biases=(0,), memory=(0,), gates=(), states=1),
    "lstm": Cell(
        lstm_forward,
        lstm_backward,
        biases=(0, 1, 0, 0),
        memory=(-1, 1, 0, 0),
        gates=("input gate", "forget gate", "output gate", "content"),
        states=2,
    ),
    "gru": Cell(
        gru_forward,
        gru_backward,
        biases=(-1, 0, 0),
        memory=(-1, 0, 0),
        gates=("update gate", "reset gate", "candidate"),
        states=1,
    ),
}


# [first_weights]
def first_weights(cell: str, n_in: int, hidden: int, rng, dtype=np.float64, spread: float = 0):
    """Return the first W_x (blocks * H, n_in), W_h (blocks * H, H) and b (blocks * H,).

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru"}
    n_in, hidden : int
    rng : numpy.random.Generator or int
        Draws Glorot's weights, a block at a time.
    dtype : numpy dtype
        float64 or float32.
    spread : float
        With more than 0, units remember for different times. A forget gate with bias b keeps a
        content for about ``1 + exp(b)`` steps if what comes in adds little, so the input gate gets
        the opposite bias; in GRU one gate is both. From the first unit to the last, b goes from 0
        (2 steps) to `spread` (5: 150 steps). With 0 all units have the cell's own `biases`.

    Notes
    -----
    Source: Tallec 2018 (spread biases).
    """
    kind, rng = _kind(cell), checks.generator(rng)

    def blocks(n):
        return np.concatenate([glorot(hidden, n, rng, dtype) for _ in kind.biases])

    b = np.repeat(kind.biases, hidden)
    if spread:
        b = np.concatenate([sign * np.linspace(0, spread, hidden) for sign in kind.memory])
    return blocks(n_in), blocks(hidden), b.astype(dtype)


# [/first_weights]


def first_state(cell: str, n: int, hidden: int, dtype=np.float64) -> tuple[np.ndarray, ...]:
    """Return zeros for the states before the first step, each (N, H): h, and c if there is one."""
    return tuple(np.zeros((n, hidden), dtype) for _ in range(_kind(cell).states))


def cell_forward(cell: str, x, state, W_x, W_h, b, lengths=None):
    """Run a layer and return its states h (N, T, H), its last state as a tuple, and the cache.

    With `lengths` the last state is that of each sequence's own last step.
    """
    h, *c_last, cache = _kind(cell).forward(x, *state, W_x, W_h, b, lengths=lengths)
    return h, (h[:, -1], *c_last), cache


def cell_backward(cell: str, dh, dlast, cache):
    """Return dx, the gradients of the first state as a tuple, dW_x, dW_h and db.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru"}
    dh : (N, T, H) ndarray
        Gradient with respect to the states.
    dlast : tuple of (N, H) ndarray, or None
        Gradient with respect to the last state, beyond what `dh` says; None for none.
    cache : from `cell_forward`
    """
    if dlast is not None:
        dh = dh.copy()
        dh[:, -1] += dlast[0]
    dx, *dstate, dW_x, dW_h, db = _kind(cell).backward(dh, cache, *(dlast or ())[1:])
    return dx, tuple(dstate), dW_x, dW_h, db


def cell_gates(cell: str, cache) -> dict[str, np.ndarray]:
    """Return what each gate of a layer did, (N, T, H) by name: from 0, shut, to 1, open.

    The last one is no gate but what would be written, from -1 to 1.

    Parameters
    ----------
    cell : {"lstm", "gru"}
    cache : from `cell_forward`
    """
    checks.one_of("cell", cell, tuple(name for name in CELLS if CELLS[name].gates))
    (gates,) = (array for array in cache if getattr(array, "ndim", 0) == 4)  # (gates, T, N, H)
    return dict(zip(CELLS[cell].gates, gates.swapaxes(1, 2), strict=True))


def _kind(cell: str) -> Cell:
    return CELLS[checks.one_of("cell", cell, tuple(CELLS))]
