"""What bounds the library's speed: each task against the part of it that no Python can save.

    python -m benchmarks.bounds [--quick]

A network cannot be faster than its matrix products, and the decoding of one long sequence not
faster than the additions of its recurrence. The floor of a row does just these, on arrays of the
same shapes, as often; a ratio of 1.3 says that a quarter of our time goes into all the rest:
activations, copies, checks, and the calls between.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.hmm import LONG, SYMBOLS, random_model
from benchmarks.layers import CONVOLUTIONS, RECURRENT, D, H, N, T, arrays
from benchmarks.mlp import BATCH, SIZES
from benchmarks.side_by_side import Row, Table, compare, run
from course_lib import layers
from course_lib.hmm.relay import cut
from course_lib.mlp import MLP

Product = tuple[int, int, int]  # rows, what is summed over, columns


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    repeats = 3 if quick else 11
    for dtype in (np.float32, np.float64):
        rows = [network(dtype, repeats)]
        rows += [recurrent(cell, dtype, repeats) for cell in RECURRENT]
        rows += [convolution(*shape, dtype, repeats) for shape, _ in CONVOLUTIONS]
        yield Table(f"networks, {np.dtype(dtype)}, against their matrix products alone", rows)
    rows = [decoding(K, LONG // 10 if quick else LONG, repeats) for K in (2, 5, 10, 50)]
    yield Table("Viterbi for one long sequence, against its additions alone", rows)


def network(dtype, repeats: int) -> Row:
    """Compare forward and backward of a network with one hidden layer."""
    rng = np.random.default_rng(0)
    X, y = rng.random((BATCH, SIZES[0])).astype(dtype), rng.integers(0, SIZES[-1], BATCH)
    model = MLP(SIZES, "relu", dtype=dtype)
    inputs, hidden, outputs = SIZES
    floor = products(
        dtype,
        {
            (BATCH, inputs, hidden): 1,
            (BATCH, hidden, outputs): 1,
            (outputs, BATCH, hidden): 1,
            (BATCH, outputs, hidden): 1,
            (hidden, BATCH, inputs): 1,
        },
    )
    name = f"MLP {'-'.join(map(str, SIZES))}, batch {BATCH}"
    return compare(name, lambda: model.loss_and_grads(X, y), floor, repeats)


def recurrent(cell: str, dtype, repeats: int) -> Row:
    """Compare forward and backward of a recurrent layer through time."""
    rows = {"rnn": 1, "lstm": 4, "gru": 3}[cell] * H
    x, W_x, W_h, b, dh = arrays(dtype, (N, T, D), (rows, D), (rows, H), (rows,), (N, T, H))
    weights = W_x / 10, W_h / 10, b
    first = [np.zeros((N, H), dtype)] * (2 if cell == "lstm" else 1)
    forward, backward = (getattr(layers, f"{cell}_{way}") for way in ("forward", "backward"))
    floor = products(
        dtype,
        {
            (T * N, D, rows): 1,
            (N, H, rows): T,
            (N, rows, H): T,
            (T * N, rows, D): 1,
            (rows, T * N, D): 1,
            (rows, T * N, H): 1,
        },
    )

    def ours():
        return backward(dh, forward(x, *first, *weights)[-1])

    return compare(f"{cell.upper()}, N {N}, T {T}, D {D}, H {H}", ours, floor, repeats)


def convolution(n, C, size, F, kernel, padding, dtype, repeats: int) -> Row:
    """Compare forward and backward of a convolution."""
    out = size - kernel + 1 + 2 * padding
    x, W, b, dout = arrays(
        dtype, (n, C, size, size), (F, C, kernel, kernel), (F,), (n, F, out, out)
    )
    window, places = C * kernel**2, out**2
    floor = products(
        dtype, {(F, window, places): n, (F, places, window): n, (window, F, places): n}
    )

    def ours():
        _, cache = layers.conv2d_forward(x, W, b, padding=padding)
        return layers.conv2d_backward(dout, cache)

    name = f"conv {n} x {C} x {size} x {size}, {F} @ {kernel} x {kernel}, padding {padding}"
    return compare(name, ours, floor, repeats)


def decoding(K: int, days: int, repeats: int) -> Row:
    """Compare Viterbi with adding a transition to a score, days K^2 times."""
    model = random_model(K)
    x = np.random.default_rng(1).integers(0, SYMBOLS, days)
    side_by_side = len(cut(np.array([days]), K).start)
    scores, moves, sums = arrays(np.float64, (K, side_by_side), (K, K, 1), (K, side_by_side))

    def floor():
        for _ in range(days // side_by_side):
            for r in range(K):
                np.add(scores[r], moves[r], out=sums)

    return compare(f"K={K}, T={days:,}", lambda: model.viterbi(x), floor, repeats)


def products(dtype, shapes: dict[Product, int]):
    """Return a function that makes each matrix product as often as it says."""
    operands = [
        (*arrays(dtype, (rows, inner), (inner, columns)), np.empty((rows, columns), dtype), times)
        for (rows, inner, columns), times in shapes.items()
    ]

    def multiply():
        for a, b, out, times in operands:
            for _ in range(times):
                np.matmul(a, b, out=out)

    return multiply


if __name__ == "__main__":
    run(tables, __doc__)
