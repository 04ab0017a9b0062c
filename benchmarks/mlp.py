"""Training steps of a network 784-256-10 in batches of 64, beside PyTorch and scikit-learn.

    python -m benchmarks.mlp [--quick]

Needs the extra `peers`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier

from benchmarks.side_by_side import Table, compare, run
from course_lib import optim, train
from course_lib.mlp import MLP

SIZES = (784, 256, 10)
BATCH = 64
AIMS = {"PyTorch": 0.81, "scikit-learn": 0.63}  # for float32


def examples(n: int, dtype) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs in [0, 1] and labels, as many as asked for."""
    rng = np.random.default_rng(0)
    return rng.random((n, SIZES[0])).astype(dtype), rng.integers(0, SIZES[-1], n)


def beside_pytorch(rule: str, activation: str, dtype, repeats: int):
    """Compare one step: forward, backward, update."""
    X, y = examples(BATCH, dtype)
    ours = MLP(SIZES, activation, dtype=dtype)
    optimizer = {"SGD": optim.SGD(0.01), "Adam": optim.Adam(0.001)}[rule]

    units = {"relu": torch.nn.ReLU(), "sigmoid": torch.nn.Sigmoid(), "tanh": torch.nn.Tanh()}
    tensors = torch.tensor(X), torch.tensor(y)
    peer = torch.nn.Sequential(
        torch.nn.Linear(*SIZES[:2]), units[activation], torch.nn.Linear(*SIZES[1:])
    ).to(tensors[0].dtype)
    loss = torch.nn.CrossEntropyLoss()
    peer_optimizer = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}[rule](
        peer.parameters(), lr=0.01 if rule == "SGD" else 0.001
    )

    def our_step():
        _, grads = ours.loss_and_grads(X, y)
        optimizer.step(ours.params, grads)

    def peer_step():
        peer_optimizer.zero_grad()
        loss(peer(tensors[0]), tensors[1]).backward()
        peer_optimizer.step()

    name = f"{rule} step, {activation}, {np.dtype(dtype)}"
    return compare(name, our_step, peer_step, repeats, aim=_aim("PyTorch", dtype))


def beside_scikit_learn(rule: str, dtype, repeats: int):
    """Compare one epoch of 20 batches: shuffling, forward, backward, update."""
    X, y = examples(20 * BATCH, dtype)
    ours = MLP(SIZES, "relu", dtype=dtype)
    optimizer = {"SGD": optim.SGD(0.01), "Adam": optim.Adam(0.001)}[rule]
    peer = MLPClassifier(
        SIZES[1:2],
        activation="relu",
        solver=rule.lower(),
        alpha=0,
        batch_size=BATCH,
        learning_rate_init=optimizer.lr,
        momentum=0,
        random_state=0,
    )
    classes = np.arange(SIZES[-1])
    return compare(
        f"{rule}, 20 steps, relu, {np.dtype(dtype)}",
        lambda: train.fit(ours, (X, y), optimizer, epochs=1, batch_size=BATCH),
        lambda: peer.partial_fit(X, y, classes=classes),
        repeats=repeats,
        aim=_aim("scikit-learn", dtype),
    )


def _aim(peer: str, dtype) -> float | None:
    return AIMS[peer] if dtype is np.float32 else None


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    torch.set_num_threads(1)
    repeats = 5 if quick else 31
    network = f"MLP {'-'.join(map(str, SIZES))}, batch {BATCH}"
    kinds = [(dtype, rule) for dtype in (np.float32, np.float64) for rule in ("SGD", "Adam")]
    rows = [
        beside_pytorch(rule, activation, dtype, repeats)
        for dtype, rule in kinds
        for activation in ("relu", "sigmoid", "tanh")
    ]
    yield Table(f"{network}, against PyTorch", rows)
    rows = [beside_scikit_learn(rule, dtype, repeats) for dtype, rule in kinds]
    yield Table(f"{network}, against scikit-learn", rows)


if __name__ == "__main__":
    run(tables, __doc__)
