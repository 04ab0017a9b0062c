"""What the recurrent layers share: checked arguments, time first, gates first, and lengths.

Inside, arrays have time as their first axis, so that a step works on one block of memory, and a
layer of several gates has the gates before it, (gates, T, N, H): each gate is then a matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from course_lib import checks


class Sequences(NamedTuple):
    """The arguments of a recurrent layer, checked, of one float type, in the order of the work.

    Attributes
    ----------
    x : (T, N, D) ndarray
        Zero behind the end of a sequence.
    states : list of (N, H) ndarray
    W_x : (gates, H, D) ndarray
    W_h : (gates, H, H) ndarray
    b : (gates, H) ndarray
    peephole : (3, H) ndarray, or None
    ended : (T, N) ndarray of bool, or None
        Whether sequence n has ended before step t; None if all have full length.
    """

    x: np.ndarray
    states: list[np.ndarray]
    W_x: np.ndarray
    W_h: np.ndarray
    b: np.ndarray
    peephole: np.ndarray | None
    ended: np.ndarray | None


def sequences(gates: int, x, W_x, W_h, b, lengths, peephole=None, **states) -> Sequences:
    """Check the arguments of a layer with so many gates; `states` are its first states by name."""
    x = checks.floats("x", x, ("N", "T", "D"))
    W_h = checks.floats("W_h", W_h, ("gates * H", "H"))
    N, T, D = x.shape
    H = W_h.shape[1]
    states = [checks.floats(name, state, (N, H)) for name, state in states.items()]
    W_x = checks.floats("W_x", W_x, (gates * H, D))
    checks.has_shape("W_h", W_h, (gates * H, H))
    b = checks.floats("b", b, (gates * H,))
    ended = has_ended(lengths, N, T)
    dtype = np.result_type(x, W_x, W_h, b, *states)
    if peephole is not None:
        peephole = checks.floats("peephole", peephole, (3, H))
        dtype = np.result_type(dtype, peephole)
        peephole = peephole.astype(dtype, copy=False)
    x = np.array(x.swapaxes(0, 1), dtype, order="C")
    if ended is not None:
        x[ended] = 0
    return Sequences(
        x,
        [state.astype(dtype, copy=False) for state in states],
        W_x.astype(dtype, copy=False).reshape(gates, H, D),
        W_h.astype(dtype, copy=False).reshape(gates, H, H),
        b.astype(dtype, copy=False).reshape(gates, H),
        peephole,
        ended,
    )


def has_ended(lengths, N: int, T: int) -> np.ndarray | None:
    """Return whether a sequence has ended before a step, (T, N); None if none ever has."""
    if lengths is None:
        return None
    lengths = checks.integers("lengths", lengths, (N,), high=T + 1)
    ended = np.arange(T)[:, None] >= lengths
    return ended if ended.any() else None


def keep(new: np.ndarray, old: np.ndarray, ended: np.ndarray | None, t: int) -> None:
    """Put rows of `old` (N, H) into `new`, in place, for sequences that have ended by step t."""
    if ended is not None:
        np.copyto(new, old, where=ended[t][:, None])


# [sums_of_inputs]
def sums_of_inputs(x: np.ndarray, W_x: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return ``W_x x_t + b`` of each gate for all steps at once, (gates, T, N, H).

    The inputs do not depend on the states, so one large product does for them what would be T
    small ones inside the loop over time.
    """
    T, N, D = x.shape
    gates, H, _ = W_x.shape
    sums = x.reshape(T * N, D) @ columns(W_x)
    sums += b[:, None, :]
    return sums.reshape(gates, T, N, H)


# [/sums_of_inputs]


# [gradients_of_sums]
def gradients_of_inputs(dz, x, W_x) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return dx (N, T, D), dW_x (gates * H, D) and db (gates * H,) from the gradients of the sums.

    The weights are the same at all steps: their gradient is the sum over time, which the products
    take on the way, as time and batch are one axis to them.
    """
    T, N, D = x.shape
    gates, H, _ = W_x.shape
    dz = dz.reshape(gates, T * N, H)
    dx = dz[0] @ W_x[0]
    for gate in range(1, gates):
        dx += dz[gate] @ W_x[gate]
    return batch_first(dx.reshape(T, N, D)), weights_gradient(dz, x), sums_over_time(dz).reshape(-1)


def weights_gradient(dz: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return dW (gates * H, K), from the gradients of the sums and what these met (T, N, K)."""
    gates, H, K = len(dz), dz.shape[-1], inputs.shape[-1]
    return (dz.reshape(gates, -1, H).mT @ inputs.reshape(-1, K)).reshape(gates * H, K)


def sums_over_time(dz: np.ndarray) -> np.ndarray:
    """Return db (gates, H): a product with ones, which sums faster than `sum` does."""
    dz = dz.reshape(len(dz), -1, dz.shape[-1])
    return np.ones(dz.shape[1], dz.dtype) @ dz


# [/gradients_of_sums]


def upstream(dh, T: int, N: int, H: int, dtype) -> np.ndarray:
    """Check the gradient with respect to all states (N, T, H), and show it with time first."""
    dh = checks.floats("dh", dh, (N, T, H), finite=False).astype(dtype, copy=False)
    return dh.swapaxes(0, 1)


def blocks_of_steps(T: int, size: int = 10) -> Iterator[range]:
    """Yield the steps 0 to T - 1 in blocks, the last block first.

    The gradients of a few steps stay in the processor's cache until they are used; those of all
    steps would go out to the memory and come back.
    """
    for stop in range(T, 0, -size):
        yield range(max(stop - size, 0), stop)


def slopes(gates: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Put the slopes at the gates' values into `out`: sigmoids' ``s - s**2``, the last a tanh's."""
    np.square(gates, out=out)
    np.subtract(gates[:-1], out[:-1], out=out[:-1])
    np.subtract(1, out[-1], out=out[-1])
    return out


def time_first(array: np.ndarray) -> np.ndarray:
    """Return (N, T, H) as (T, N, H), each step one block of memory."""
    return np.ascontiguousarray(array.swapaxes(0, 1))


batch_first = time_first  # the same exchange of two axes leads back


def columns(W: np.ndarray) -> np.ndarray:
    """Return the transposed matrices (gates, H, D) as (gates, D, H), copied for speed."""
    return np.ascontiguousarray(W.mT)


def sigmoid_in_place(z: np.ndarray) -> None:
    """Replace weighted sums by their sigmoid, ``(1 + tanh(z / 2)) / 2``, which cannot overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5
