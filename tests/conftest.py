"""Settings of the whole suite, and the record of what the models learned."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import settings

# A shared machine is now and then slow, which is no property of the code. In CI the examples are
# the same every time, so that a red run can be run again.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")

LEARNED = pytest.StashKey[list[str]]()


def pytest_addoption(parser):
    parser.addoption(
        "--learned",
        type=Path,
        metavar="FILE",
        help="run what trains a model, and write what it learned as a table for the book",
    )


def pytest_configure(config):
    # A shell starts what runs in the background deaf to Ctrl-C, and some tests press it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[LEARNED] = []


def pytest_collection_modifyitems(config, items):
    if config.getoption("--learned"):
        others = [item for item in items if "learned" not in item.fixturenames]
        items[:] = [item for item in items if "learned" in item.fixturenames]
        config.hook.pytest_deselected(items=others)


def pytest_sessionfinish(session, exitstatus):
    path = session.config.getoption("--learned")
    if path and exitstatus == pytest.ExitCode.OK:
        head = "| what is learned | result | asked for | seconds |\n| --- | --: | --: | --: |\n"
        path.write_text(head + "\n".join(session.config.stash[LEARNED]) + "\n")


@pytest.fixture
def learned(request):
    """Assert how well something was learned, and keep the number for the book.

    Call it with the claim in words, the number, and its bound, `at_least` or `at_most`.
    """
    start = perf_counter()

    def note(claim: str, value: float, at_least: float | None = None, at_most: float | None = None):
        seconds = perf_counter() - start
        bound = f"≥ {at_least:g}" if at_most is None else f"≤ {at_most:g}"
        row = f"| {claim} | {value:.4g} | {bound} | {seconds:.1f} |"
        request.config.stash[LEARNED].append(row)
        assert at_least is None or value >= at_least, claim
        assert at_most is None or value <= at_most, claim

    return note
