"""`course check` finds no hole in any problem set."""

from __future__ import annotations

import pytest

from autograder import problem_sets
from autograder.check import check
from tests.assignments.some import some_for_ci


@pytest.mark.slow
@pytest.mark.parametrize("name", some_for_ci(problem_sets.names()))
def test_no_hole(name):
    assert check(problem_sets.find(name)).all_holes() == []
