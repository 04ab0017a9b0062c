"""Reverse mode and optimisers against PyTorch's.

    python -m benchmarks.autodiff [--quick]

Reverse mode is timed as it is used: wrap the parameters, run the algorithm, go back, have the
gradients. Both sides get the same numbers and must find the same ones. Needs the extra `peers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks.side_by_side import Row, Table, compare, run
from course_lib import optim
from course_lib.autodiff import Var

SHAPES = {"W1": (256, 784), "b1": (256,), "W2": (10, 256), "b2": (10,)}


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    torch.set_num_threads(1)
    repeats = 3 if quick else 15
    yield Table("reverse mode, against PyTorch", graphs(repeats))
    size = "-".join(map(str, (SHAPES["W1"][1], SHAPES["W1"][0], SHAPES["W2"][0])))
    yield Table(f"an optimiser's step, {size}, against PyTorch", steps(repeats))


def graphs(repeats: int) -> list[Row]:
    """Compare on graphs where the work is all in the walk, and on one with work at the nodes."""
    rng = np.random.default_rng(0)
    x, y_star = rng.normal(size=3), np.array([1.0, 0.0])
    X, Y = rng.normal(size=(64, 100)), rng.normal(size=(64, 10))
    slides = [rng.normal(size=shape) for shape in [(4, 3), (4,), (2, 4), (2,)]]
    larger = [rng.normal(size=shape) for shape in [(50, 100), (50,), (10, 50), (10,)]]

    def scalars(w, b, x):
        y = (w * x + b).tanh()
        for _ in range(4):
            y = (w * y + b).tanh()
        return y

    def network(alpha, a_0, beta, b_0, x, y_star):
        z = (x @ alpha.T + a_0).sigmoid()
        y = (z @ beta.T + b_0).sigmoid()
        return ((y - y_star) ** 2).sum() * 0.5

    cases = [
        ("15 operations on single numbers", scalars, [0.5, 0.1], [0.3]),
        ("network 3-4-2, one example", network, slides, [x, y_star]),
        ("network 100-50-10, 64 examples", network, larger, [X, Y]),
    ]
    return [
        row
        for name, f, params, constants in cases
        for row in reverse_mode(name, f, params, constants, repeats)
    ]


def reverse_mode(name: str, f: Callable, params, constants, repeats: int) -> list[Row]:
    """Return the rows of one function, for both versions of the backward pass."""
    given = [Var(c, constant=True) for c in constants]
    tensors = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in params]
    given_tensors = [torch.tensor(c, dtype=torch.float64) for c in constants]

    def ours(version):
        inputs = [Var(p) for p in params]
        f(*inputs, *given).backward(version)
        return [v.grad for v in inputs]

    def peer():
        return torch.autograd.grad(f(*tensors, *given_tensors), tensors)

    for version in "AB":
        for a, b in zip(ours(version), peer(), strict=True):
            np.testing.assert_allclose(a, b.numpy(), rtol=1e-9, atol=1e-12)
    return [
        compare(f"version {version}, {name}", lambda v=version: ours(v), peer, repeats, aim=1.0)
        for version in "BA"
    ]


def steps(repeats: int) -> list[Row]:
    """Compare one update of all parameters."""
    pairs = {
        "SGD": (optim.SGD(1e-4), lambda ts: torch.optim.SGD(ts, 1e-4)),
        "Momentum": (
            optim.Momentum(1e-4, 0.9),
            lambda ts: torch.optim.SGD(ts, 1e-4, momentum=0.9),
        ),
        "RMSProp": (optim.RMSProp(1e-4, 0.9), lambda ts: torch.optim.RMSprop(ts, 1e-4, alpha=0.9)),
        "Adam": (optim.Adam(1e-4), lambda ts: torch.optim.Adam(ts, 1e-4)),
    }
    rows = []
    for dtype in (np.float32, np.float64):
        for name, (ours, make_peer) in pairs.items():
            rng = np.random.default_rng(0)
            params = {key: rng.normal(size=shape).astype(dtype) for key, shape in SHAPES.items()}
            grads = {key: rng.normal(size=shape).astype(dtype) for key, shape in SHAPES.items()}
            tensors = [torch.tensor(p, requires_grad=True) for p in params.values()]
            for tensor, g in zip(tensors, grads.values(), strict=True):
                tensor.grad = torch.tensor(g)
            peer = make_peer(tensors)
            rows.append(
                compare(
                    f"{name}, {dtype.__name__}",
                    lambda ours=ours, params=params, grads=grads: ours.step(params, grads),
                    peer.step,
                    repeats,
                    aim=1.0,
                )
            )
    return rows


if __name__ == "__main__":
    run(tables, __doc__)
