"""What the book says that grading costs follows from what was measured."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from benchmarks.grading import page
from benchmarks.grading.costs import Each, each_of
from benchmarks.grading.scale import LEFT_BEHIND, Class
from benchmarks.grading.watching import Measured, measured

NOTHING = Measured(0, 0, 0, 0, 1, 0, 0, 1)
# Five seconds to begin with, and two for each submission.
GRADED = [
    Class(
        count,
        replace(NOTHING, seconds=5 + count, cpu=5 + 2 * count, below=300),
        replace(NOTHING, cpu=1 + 0.5 * count),
        dict.fromkeys(LEFT_BEHIND, 20.0),
    )
    for count in (10, 100)
]


def test_what_it_takes_to_begin_is_not_counted_for_each():
    assert each_of(GRADED, head=0.1, workers=2) == Each(cpu=2.5, head=0.1, memory=150, disk=100)


def test_cores_share_the_work_until_the_head_is_busy():
    each = Each(cpu=3.6, head=0.1, memory=100, disk=50)
    assert each.cpu_hours(1000) == pytest.approx(1)
    assert each.wall_hours(1000, 4) == pytest.approx(1 / 4)
    assert each.wall_hours(1000, 36) == each.wall_hours(1000, 1000) == pytest.approx(1 / 36)
    assert each.most_cores() == pytest.approx(36)
    assert each.disk_gb(1_000_000) == pytest.approx(50)


def test_the_page_tells_money_by_the_core_hour():
    cold = {"score": 1.2, "page": 1.9}
    found = {"machine": "Here.", "cold": cold, "classes": GRADED, "versus": []}
    text = page.text("ps03_hmm", found, Each(cpu=3.6, head=0.1, memory=100, disk=50))
    assert "they cost 1.000 *p*" in text
    assert "1.2 s from the file to the score, 1.9 s to the feedback page" in text
    (line,) = (line for line in text.splitlines() if line.startswith("| 1,000,000 |"))
    assert [cell.strip().replace("\xa0", " ") for cell in line.split("|")[2:-1]] == [
        "1,000.00",
        "500.0 h",
        "62.5 h",
        "27.8 h",
        "50.00 GB",
    ]


def test_a_command_is_watched(tmp_path):
    """It works for a while, tells of four steps, and lets a process of its own hold memory."""
    code = """
import subprocess, sys, time
hold = "x = bytearray(10**8); input()"
child = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE)
for step in range(4):
    start = time.process_time()
    while time.process_time() - start < 0.2:
        pass
    print(step, flush=True)
time.sleep(3)
child.communicate(b"\\n")
"""
    found = measured([sys.executable, "-c", code], tmp_path)
    assert found.cpu > 0.7
    assert found.first < found.seconds - 1
    assert found.each > 0.19
    assert found.largest > 95
    assert found.below > 95
