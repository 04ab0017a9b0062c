"""The two roads that a notebook can take through the sandbox."""

from __future__ import annotations

from functools import partial

import pytest

from autograder.sandbox import run_notebook, run_quickly
from tests.autograder import boxes


@pytest.fixture(params=[run_notebook, run_quickly], ids=["kernel", "quick"])
def road(request):
    return request.param


@pytest.fixture
def run(road):
    return partial(boxes.run, road=road)


@pytest.fixture(scope="session", autouse=True)
def _template():
    """Start what takes seconds before anything is timed."""
    boxes.run("1", road=run_quickly)
