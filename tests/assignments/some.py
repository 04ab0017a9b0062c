"""Which problem sets CI tries, where trying all of them takes too long for it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

# The typical one, recurrent networks, and generative ones.
SOME = {"ps03_hmm", "ps08_recurrent", "ps11_generative"}


def some_for_ci(names: Iterable[str]) -> list:
    """Return all problem sets as parameters; those that CI leaves out are marked exhaustive."""
    return [
        pytest.param(name, marks=[] if name in SOME else pytest.mark.exhaustive) for name in names
    ]
