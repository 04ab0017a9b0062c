"""Time two ways of doing the same thing side by side, and say how sure the ratio is.

Machines speed up and slow down while one measures, so ours and the peer run in turn and each pair
gives one ratio; the row is their median with its quartiles. Everything runs on one thread, pools
that are already loaded included (PyTorch keeps its own number: call ``torch.set_num_threads(1)``).

    from benchmarks.side_by_side import compare, print_table

    rows = [compare("sort 1,000 numbers", lambda: np.sort(x), lambda: sorted(y), repeats=15)]
    print_table(rows)

A `name` says all that is needed to repeat the measurement. A ratio below 1 means ours is faster.
A row above its `aim` is marked.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

SHORTEST = 2e-3  # seconds; what runs faster is repeated, for the clock's and the scheduler's sake


class Row(NamedTuple):
    """One comparison: median seconds a call, and ratios ours / peer."""

    name: str
    ours: float
    peer: float
    ratio: float
    low: float
    high: float
    aim: float | None


def compare(
    name: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    repeats: int = 11,
    aim: float | None = None,
) -> Row:
    """Run `ours` and `peer` in turn, `repeats` times each, after one call of each to warm up.

    Parameters
    ----------
    name : str
    ours, peer : callables without arguments
        Both do the same work; what they return is thrown away.
    repeats : int
        Number of pairs.
    aim : float, optional
        The ratio hoped for; the table marks a row above it.
    """
    with threadpool_limits(1):
        n_ours, n_peer = _calls_needed(ours), _calls_needed(peer)
        pairs = []
        for turn in range(repeats):
            if turn % 2:
                b = _seconds(peer, n_peer)
                a = _seconds(ours, n_ours)
            else:
                a = _seconds(ours, n_ours)
                b = _seconds(peer, n_peer)
            pairs.append((a, b))
    times = np.array(pairs)
    low, ratio, high = np.quantile(times[:, 0] / times[:, 1], [0.25, 0.5, 0.75])
    a, b = np.median(times, axis=0)
    return Row(name, float(a), float(b), float(ratio), float(low), float(high), aim)


def print_table(rows: list[Row], title: str = "") -> None:
    """Print one line per comparison: times, ratio with quartiles, and the aim if it was missed."""
    width = max([len(title), 8, *(len(row.name) for row in rows)])
    print(f"{title:{width}}  {'ours':>10}  {'peer':>10}  {'ratio':>6}  {'quartiles':>15}")
    for row in rows:
        spread = f"{row.low:.2f} to {row.high:.2f}"
        missed = "" if row.aim is None or row.ratio <= row.aim else f"  above {row.aim:g}"
        print(
            f"{row.name:{width}}  {_time(row.ours):>10}  {_time(row.peer):>10}"
            f"  {row.ratio:6.2f}  {spread:>15}{missed}"
        )


def _calls_needed(f: Callable[[], object]) -> int:
    f()
    return max(1, round(SHORTEST / max(_seconds(f, 1), 1e-7)))


def _seconds(f: Callable[[], object], calls: int) -> float:
    """Return the seconds one call takes, averaged over `calls`, garbage collection held back."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        for _ in range(calls):
            f()
        return (perf_counter() - start) / calls
    finally:
        gc.enable()


def _time(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e6:.2g} us"
