"""A text cut into blocks of neighbouring words, so that all pairs of a block are one product.

A word's contexts are its neighbours' contexts too. A block takes `SIZE` centers and, with `window`
more words at either end, all their contexts: the scores of all its pairs lie in one product of
matrices, (SIZE, D) times (D, SIZE + 2 window), and a mask tells which of them are pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SIZE = 32  # centers: larger blocks compute more scores that are no pairs, smaller ones are slower


class Blocks(NamedTuple):
    """G blocks of B centers, each with the H = B + 2 window words around them.

    Attributes
    ----------
    centers : (G, B) ndarray of int
    contexts : (G, H) ndarray of int
    is_pair : (G, B, H) ndarray of bool
        Whether a center and a context lie near each other in one sentence.
    """

    centers: np.ndarray
    contexts: np.ndarray
    is_pair: np.ndarray

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all pairs in text order.

        Returns
        -------
        rows : (P,) ndarray of int
            Where in ``centers.ravel()`` the center of each pair stands.
        contexts : (P,) ndarray of int
            The context words.
        """
        block, i, j = self.is_pair.nonzero()
        return block * self.centers.shape[1] + i, self.contexts[block, j]


# [text_blocks]
def text_blocks(tokens, sentence, reach, window: int, n_blocks: int) -> Iterator[Blocks]:
    """Yield a text, `n_blocks` blocks at a time.

    Parameters
    ----------
    tokens : (n,) ndarray of int
        The text, as word numbers.
    sentence : (n,) ndarray of int
        The number of each word's sentence, which no pair crosses.
    reach : (n,) ndarray of int
        How many words to either side are each center's contexts: 1 to `window`.
    window : int
    n_blocks : int
        The last ones may be fewer.
    """
    n = len(tokens)
    short = max(SIZE, n + -n % SIZE) - n  # added at the end, where -1 and -2 are no sentences
    H = SIZE + 2 * window
    centers = np.pad(tokens, (0, short)).reshape(-1, SIZE)
    center_sentence = np.pad(sentence, (0, short), constant_values=-1).reshape(-1, SIZE)
    reach = np.pad(reach, (0, short)).reshape(-1, SIZE)
    around = (window, window + short)
    contexts = sliding_window_view(np.pad(tokens, around), H)[::SIZE]
    context_sentence = sliding_window_view(np.pad(sentence, around, constant_values=-2), H)[::SIZE]
    distance = np.abs(np.arange(H) - window - np.arange(SIZE)[:, None])
    others = distance > 0

    for i in range(0, len(centers), n_blocks):
        some = slice(i, i + n_blocks)
        is_pair = distance <= reach[some, :, None]
        is_pair &= others
        is_pair &= center_sentence[some, :, None] == context_sentence[some, None]
        yield Blocks(centers[some], contexts[some], is_pair)


# [/text_blocks]
