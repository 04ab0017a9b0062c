"""Turn saved results into what the book shows: a table and a plot for each comparison.

    python -m benchmarks.report RESULTS.json ... --into book/measured

Every dot of a plot is a median ratio of times, its line reaches from quartile to quartile.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.side_by_side import Row, Table, duration
from course_lib.viz.style import FAINT, INK, STATES, Picture, figure, show

PACKAGES = ("numpy", "torch", "hmmlearn", "scikit-learn", "gensim", "nltk")
ROW = 0.19  # inches of a plot for one comparison


def main() -> None:
    """Write the pages' parts from the results of all benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    parts = [f"{machine()}\n"]
    for path in arguments.results:
        for number, table in enumerate(load(path), start=1):
            drawing = f"{path.stem}-{number}.html"
            (arguments.into / drawing).write_text(plot(table).svg + "\n")
            # Read by the page beside the folder, from where paths count.
            parts.append(section(table, f"{arguments.into.name}/{drawing}"))
    (arguments.into / "speed.md").write_text("\n".join(parts))


def load(path: Path) -> list[Table]:
    """Read the tables that a benchmark saved."""
    return [
        Table(table["title"], [Row(**row) for row in table["rows"]], tuple(table["remarks"]))
        for table in json.loads(path.read_text())
    ]


def machine() -> str:
    """Say when and where the results were made."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return (
        f"Measured on {date.today().isoformat()}: {processor()}, {os.cpu_count()} cores of which "
        f"one was used, {platform.system()}, Python {platform.python_version()}, {packages}; "
        f"NumPy's matrix products by {blas['name']} {blas['version']}."
    )


def processor() -> str:
    """Return the processor's name; Linux tells it in a file only."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        facts = dict(
            map(str.strip, line.split(":", 1))
            for line in cpuinfo.read_text().splitlines()
            if ":" in line
        )
        if "model name" in facts:
            return f"{facts['model name']} (family {facts['cpu family']}, model {facts['model']})"
    return platform.processor() or platform.machine()


def section(table: Table, drawing: str) -> str:
    """Return one comparison as a heading, its plot and its table, in Markdown."""
    title = table.title[0].upper() + table.title[1:]
    lines = [f"### {title}", "", f"```{{raw}} html\n:file: {drawing}\n```", ""]
    lines += ["| task | ours | peer | ours / peer | quartiles |", "| --- | --: | --: | --: | :-: |"]
    lines += [
        f"| {row.name} | {together(duration(row.ours))} | {together(duration(row.peer))} "
        f"| {row.ratio:.2f} | {together(f'{row.low:.2f} to {row.high:.2f}')} |"
        for row in table.rows
    ]
    return "\n".join([*lines, "", *(f"- {remark}" for remark in table.remarks), ""])


def together(text: str) -> str:
    """Return a text that no narrow column breaks."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def plot(table: Table) -> Picture:
    """Draw the ratios on a logarithmic axis, faster than the peer to the left."""
    rows = table.rows
    drawing, axes = figure(0.7 + ROW * len(rows), axes=True)
    for y, row in enumerate(rows):
        faster = row.ratio <= 1
        color, marker = (STATES[0], "o") if faster else (STATES[1], "D")
        axes.plot([row.low, row.high], [y, y], color=color, linewidth=1)
        axes.plot(row.ratio, y, marker, color=color, markersize=4)
    axes.axvline(1, color=INK, linewidth=0.8)
    axes.set_xscale("log")
    low = min(0.5, *(row.low for row in rows)) / 1.2
    high = max(2.0, *(row.high for row in rows)) * 1.2
    ticks = [tick for tick in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5) if low <= tick <= high]
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_yticks(range(len(rows)), [row.name for row in rows], fontsize=6)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("time, ours / peer")
    axes.grid(axis="x", alpha=FAINT, linewidth=0.5)
    best, *_, worst = sorted(rows, key=lambda row: row.ratio)
    wins = sum(row.ratio <= 1 for row in rows)
    return show(
        drawing,
        f"Ratios of times, {table.title}: at most 1 in {wins} of {len(rows)} tasks, "
        f"from {best.ratio:.2f} ({best.name}) to {worst.ratio:.2f} ({worst.name}).",
    )


if __name__ == "__main__":
    main()
