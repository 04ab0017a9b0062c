"""Run solutions and mutants without a sound."""

from __future__ import annotations

import contextlib
import io
import os
import warnings

import numpy as np


@contextlib.contextmanager
def quietly():
    """Let nobody see what runs in the block print, warn of or draw: it is of no interest."""
    os.environ.setdefault("MPLBACKEND", "agg")
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield
