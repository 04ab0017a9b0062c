"""Measure what grading takes: beside nbgrader, cold, and for classes of several sizes.

    python -m benchmarks.grading [--quick] [--sizes 10 100 1000] [--alone] [--into book/measured]

Let nothing else run. Needs bubblewrap. As root, processor time is the commands' own, by a control
group; else it is the whole machine's. The sizes that are usual take half an hour.
"""

from __future__ import annotations

import argparse
import gc
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.grading import costs, page, scale, versus
from benchmarks.side_by_side import print_table

SIZES = (10, 100, 1000, 5000)
AT_THE_HEAD = 200


def main() -> None:
    """Measure, print, and write what the book shows if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller, fewer repeats")
    parser.add_argument("--alone", action="store_true", help="not beside nbgrader")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="of the classes")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="keep all as JSON and Markdown")
    arguments = parser.parse_args()
    sizes = sorted(set(arguments.sizes or (SIZES[:1] + (30,) if arguments.quick else SIZES)))
    if len(sizes) < 2 or sizes[0] < 1:
        parser.error("two sizes at least: what one submission more takes is their difference")
    gc.freeze()
    tables = []
    for table in [] if arguments.alone else versus.tables(arguments.quick):
        print_table(table)
        print(flush=True)
        tables.append(table)
    name = versus.TYPICAL
    found = {
        "machine": page.machine(),
        "versus": tables,
        "cold": scale.cold(name, 1 if arguments.quick else 5),
        "head": scale.head(name, 20 if arguments.quick else AT_THE_HEAD),
        "classes": [scale.graded(name, size) for size in sizes],
    }
    each = costs.each_of(found["classes"], found["head"], scale.WORKERS)
    text = page.text(name, found, each)
    print(text)
    if arguments.into:
        found["versus"] = [
            {**table._asdict(), "rows": [row._asdict() for row in table.rows]} for table in tables
        ]
        found["classes"] = [asdict(one) for one in found["classes"]]
        arguments.into.mkdir(parents=True, exist_ok=True)
        (arguments.into / "grading.md").write_text(text)
        (arguments.into / "grading.json").write_text(f"{json.dumps(found, indent=1)}\n")


if __name__ == "__main__":
    main()
