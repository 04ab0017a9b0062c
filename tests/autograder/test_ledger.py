"""The record: written whole, read as written, and a seed that only this course can know."""

from __future__ import annotations

import json
import stat
import threading

import pytest

from autograder import ledger
from autograder.errors import CourseError

RECORD = {"problem_set": "ps", "student": "ann", "seed": "ab", "remarks": ["Größe ≠ 1"]}


def test_a_record_is_read_as_it_was_written(tmp_path):
    path = ledger.write(tmp_path, RECORD)
    assert path == tmp_path / "ledger" / "ps" / "ann.json"
    assert ledger.read(tmp_path, "ps", "ann") == RECORD
    assert ledger.read(tmp_path, "ps", "bea") is None


def test_a_record_that_cannot_be_written_leaves_the_old_one(tmp_path):
    ledger.write(tmp_path, RECORD)
    for broken in ({"seconds": float("nan")}, {"seconds": object()}):
        with pytest.raises((ValueError, TypeError)):
            ledger.write(tmp_path, RECORD | broken)
    assert ledger.read(tmp_path, "ps", "ann") == RECORD
    assert [path.name for path in (tmp_path / "ledger" / "ps").iterdir()] == ["ann.json"]


def test_a_spoiled_record_is_told_with_what_to_do(tmp_path):
    ledger.write(tmp_path, RECORD).write_text("{ half")
    with pytest.raises(CourseError, match="course grade ps --student ann"):
        ledger.read(tmp_path, "ps", "ann")


def test_a_refusal_stands_until_a_grade_is_written(tmp_path):
    ledger.write(tmp_path, RECORD)
    ledger.refuse(tmp_path, "ps", "ann", "'ps.ipynb' is empty.")
    assert ledger.refusal(tmp_path, "ps", "ann") == "'ps.ipynb' is empty."
    assert ledger.read(tmp_path, "ps", "ann") == RECORD, "the grade before it stays"
    ledger.write(tmp_path, RECORD)
    assert ledger.refusal(tmp_path, "ps", "ann") is None


def test_the_key_is_made_once_and_is_the_owners_alone(tmp_path):
    keys = []
    threads = [
        threading.Thread(target=lambda: keys.append(ledger.key_of(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert stat.S_IMODE((tmp_path / ledger.KEY).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [ledger.KEY]


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 8])
def test_a_spoiled_key_is_not_used(tmp_path, text):
    (tmp_path / ledger.KEY).write_text(text)
    with pytest.raises(CourseError, match="64 hexadecimal digits"):
        ledger.key_of(tmp_path)
    assert (tmp_path / ledger.KEY).read_text() == text


def test_a_seed_follows_from_the_submission_and_the_courses_key(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    seed = ledger.seed_of(one, "ps", "ann", "1234")
    assert seed == ledger.seed_of(one, "ps", "ann", "1234")
    others = {
        ledger.seed_of(one, "ps", "ann", "1235"),
        ledger.seed_of(one, "ps", "bea", "1234"),
        ledger.seed_of(one, "ps2", "ann", "1234"),
        ledger.seed_of(one, "psann", "", "1234"),
        ledger.seed_of(other, "ps", "ann", "1234"),
    }
    assert len(others | {seed}) == 6


def test_versions_name_what_verdicts_depend_on():
    versions = ledger.versions()
    assert {"hidden-states", "nbgrader", "numpy", "python"} <= set(versions)
    assert json.dumps(versions)
