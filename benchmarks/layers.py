"""Convolution, LeNet-5 and the recurrent layers against PyTorch on the CPU, one thread.

    python -m benchmarks.layers [--quick]

A row is a forward with its backward: the gradients of all weights, and of the input too where a
layer stands alone. LeNet-5 is a whole training step by gradient descent. PyTorch's GRU multiplies
by the reset gate after the matrix, ours, as on the slides, before it. Needs the extra `peers`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from benchmarks.side_by_side import Row, Table, compare, run
from course_lib import layers, optim
from course_lib.conv import LeNet5

# The shapes, and the ratios that a prototype reached in float32 and in float64.
CONVOLUTIONS = (  # N, C, size, F, kernel, padding
    ((64, 1, 32, 6, 5, 0), (0.87, 1.10)),
    ((64, 6, 14, 16, 5, 0), (2.2, 1.15)),
    ((64, 3, 32, 16, 3, 1), (1.3, 1.12)),
    ((16, 32, 32, 32, 3, 1), (2.7, 0.60)),
)
LENET = (64, (1.13, 0.97))
RECURRENT = {"rnn": (0.58, 0.65), "lstm": (1.96, 0.76), "gru": (0.71, 0.80)}
N, T, D, H = 32, 50, 64, 128


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    torch.set_num_threads(1)
    repeats = 5 if quick else 21
    for k, dtype in enumerate((np.float32, np.float64)):
        rows = [convolution(*shape, dtype, repeats, aims[k]) for shape, aims in CONVOLUTIONS]
        rows.append(lenet_step(LENET[0], dtype, repeats, LENET[1][k]))
        rows += [recurrent(cell, dtype, repeats, aims[k]) for cell, aims in RECURRENT.items()]
        yield Table(f"layers, {np.dtype(dtype)}, against PyTorch", rows)


def convolution(N, C, size, F, kernel, padding, dtype, repeats: int, aim: float) -> Row:
    """Compare a convolution, forward and backward."""
    x, W, b, dout = arrays(
        dtype,
        (N, C, size, size),
        (F, C, kernel, kernel),
        (F,),
        (N, F, *[size - kernel + 1 + 2 * padding] * 2),
    )
    tensors = [torch.tensor(array, requires_grad=True) for array in (x, W, b)]
    upstream = torch.tensor(dout)

    def ours():
        _, cache = layers.conv2d_forward(x, W, b, padding=padding)
        return layers.conv2d_backward(dout, cache)

    def peer():
        out = torch.nn.functional.conv2d(*tensors, padding=padding)
        return torch.autograd.grad(out, tensors, upstream)

    name = f"conv {N} x {C} x {size} x {size}, {F} @ {kernel} x {kernel}, padding {padding}"
    return compare(name, ours, peer, repeats, aim)


def lenet_step(N, dtype, repeats: int, aim: float) -> Row:
    """Compare a training step: forward, backward, update."""
    (X,), y = arrays(dtype, (N, 1, 32, 32)), np.random.default_rng(1).integers(0, 10, N)
    model, optimizer = LeNet5(dtype=dtype), optim.SGD(0.01)
    tensors, twin = (torch.tensor(X), torch.tensor(y)), torch_lenet().to(torch.tensor(X).dtype)
    twin_optimizer, loss = torch.optim.SGD(twin.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()

    def ours():
        _, grads = model.loss_and_grads(X, y)
        optimizer.step(model.params, grads)

    def peer():
        twin_optimizer.zero_grad()
        loss(twin(tensors[0]), tensors[1]).backward()
        twin_optimizer.step()

    return compare(f"LeNet-5, SGD step, batch {N}", ours, peer, repeats, aim)


def torch_lenet() -> torch.nn.Module:
    """Return the layers of `LeNet5`."""
    nn = torch.nn
    maps = [nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)]
    maps += [nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()]
    units = [nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)]
    return nn.Sequential(*maps, *units)


def recurrent(cell: str, dtype, repeats: int, aim: float) -> Row:
    """Compare a recurrent layer, forward and backward through time."""
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[cell]
    x, W_x, W_h, b, dh = arrays(
        dtype, (N, T, D), (blocks * H, D), (blocks * H, H), (blocks * H,), (N, T, H)
    )
    weights = W_x / 10, W_h / 10, b
    first = [np.zeros((N, H), dtype)] * (2 if cell == "lstm" else 1)
    forward, backward = (getattr(layers, f"{cell}_{way}") for way in ("forward", "backward"))
    tensor, upstream = torch.tensor(x, requires_grad=True), torch.tensor(dh)
    twin = getattr(torch.nn, cell.upper())(D, H, batch_first=True).to(tensor.dtype)
    leaves = [*twin.parameters(), tensor]

    def ours():
        return backward(dh, forward(x, *first, *weights)[-1])

    def peer():
        return torch.autograd.grad(twin(tensor)[0], leaves, upstream)

    return compare(f"{cell.upper()}, N {N}, T {T}, D {D}, H {H}", ours, peer, repeats, aim)


def arrays(dtype, *shapes) -> list[np.ndarray]:
    """Return normally distributed arrays."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


if __name__ == "__main__":
    run(tables, __doc__)
