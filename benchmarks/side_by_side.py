"""Time two ways of doing the same thing side by side, and say how sure the ratio is.

Machines speed up and slow down while one measures, so ours and the peer run in turn and each pair
gives one ratio; the row is their median with its quartiles. Everything runs on one thread, pools
that are already loaded included (PyTorch keeps its own number: call ``torch.set_num_threads(1)``).

    from benchmarks.side_by_side import Table, compare, run

    def tables(quick):
        repeats = 3 if quick else 15
        yield Table("sorting, against Python", [
            compare("1,000 numbers", lambda: np.sort(x), lambda: sorted(y), repeats),
        ])

    if __name__ == "__main__":
        run(tables, __doc__)

A `name` says all that is needed to repeat the measurement. A ratio below 1 means ours is faster.
A row above its `aim` is marked.
"""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
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


class Table(NamedTuple):
    """Comparisons that belong together; `title` names the peer, `remarks` what times do not say."""

    title: str
    rows: list[Row]
    remarks: tuple[str, ...] = ()


def run(tables: Callable[[bool], Iterator[Table]], description: str) -> None:
    """Be the command of a benchmark: make its tables, print each, and save them if asked to."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller, fewer repeats")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the results as JSON")
    arguments = parser.parse_args()
    gc.freeze()  # the peers are large, and looking for garbage in them would take most of the time
    made = []
    for table in tables(arguments.quick):
        print_table(table)
        print(flush=True)
        made.append({**table._asdict(), "rows": [row._asdict() for row in table.rows]})
    if arguments.save:
        arguments.save.parent.mkdir(parents=True, exist_ok=True)
        arguments.save.write_text(json.dumps(made, indent=1))


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


def print_table(table: Table) -> None:
    """Print one line per comparison: times, ratio with quartiles, and the aim if it was missed."""
    width = max([len(table.title), *(len(row.name) for row in table.rows)])
    print(f"{table.title:{width}}  {'ours':>10}  {'peer':>10}  {'ratio':>6}  {'quartiles':>15}")
    for row in table.rows:
        spread = f"{row.low:.2f} to {row.high:.2f}"
        missed = "" if row.aim is None or row.ratio <= row.aim else f"  above {row.aim:g}"
        print(
            f"{row.name:{width}}  {duration(row.ours):>10}  {duration(row.peer):>10}"
            f"  {row.ratio:6.2f}  {spread:>15}{missed}"
        )
    print(*table.remarks, sep="\n", end="\n" if table.remarks else "")


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


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e6:.2g} µs"
