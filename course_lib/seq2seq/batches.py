"""Sequences of different lengths, side by side in one array."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_lib import checks


class Batch(NamedTuple):
    """Sequences of different lengths in one array; behind an end stand zeros."""

    ids: np.ndarray  # (N, T)
    lengths: np.ndarray  # (N,)

    @property
    def real(self) -> np.ndarray:
        """Which places hold a token, (N, T)."""
        return np.arange(self.ids.shape[1]) < self.lengths[:, None]


def pad(name: str, sequences, vocab: int, least: int = 0) -> Batch:
    """Check sequences of tokens, each of `least` or more, and lay them side by side."""
    if len(checks.sequence(name, sequences)) == 0:
        raise ValueError(f"{name} must hold at least one sequence, got none")
    rows = [
        checks.integers(f"{name}[{i}]", row, ("T",), high=vocab) for i, row in enumerate(sequences)
    ]
    lengths = np.array([len(row) for row in rows])
    if lengths.min() < least:
        raise ValueError(f"{name}[{lengths.argmin()}] must hold at least one token, got none")
    ids = np.zeros((len(rows), lengths.max()), dtype=np.intp)
    for row, tokens in zip(ids, rows, strict=True):
        row[: len(tokens)] = tokens
    return Batch(ids, lengths)
