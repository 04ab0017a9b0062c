"""Pictures of word embeddings: a window over a text, the tree of its words, where they end up."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_lib import checks
from course_lib.autoencoder import pca
from course_lib.viz.style import INK, STATES, Picture, figure, show
from course_lib.viz.trees import LEAVES_AT_MOST, Node, drawn
from course_lib.word2vec import huffman, skipgram_pairs

WORDS_AT_MOST = 60
ROWS_AT_MOST = 10
SIDE_POINTS = 40  # of a side of the parallelogram, near enough for labels to keep off it
LETTER = 0.19  # width of a letter, about, in units of a window's row


def embedding(words, vectors, analogy=None) -> Picture:
    """Draw word vectors in the plane of their two directions of greatest variance.

    Parameters
    ----------
    words : list of str
        At most 60.
    vectors : (V, D) array_like
        A row for each word, such as ``model.vectors[[model.vocab[w] for w in words]]``.
    analogy : (str, str, str, str), optional
        "a is to b as c is to d", four of the words: drawn as the parallelogram it should be.
    """
    words = [str(word) for word in checks.names("words", words)]
    checks.whole("words: the number of words", len(words), low=2, high=WORDS_AT_MOST)
    vectors = checks.floats("vectors", vectors, (len(words), "D"))
    components, variances = pca(vectors, 2)
    at = (vectors - vectors.mean(axis=0)) @ components.T
    share = variances.sum() / vectors.var(axis=0, ddof=1).sum()
    drawing, plot = figure(3.8, axes=True)
    plot.plot(*at.T, "o", color=STATES[0], markersize=4)
    alt = (
        f"{len(words)} words in the plane of two principal components, which hold {share:.0%} of "
        f"the variance: {', '.join(words)}."
    )
    if analogy is not None:
        alt += _parallelogram(plot, words, at, analogy)
    plot.set(xlabel="component 1", ylabel="component 2")
    plot.margins(0.18)
    _labels(plot, words, at)
    return show(drawing, alt)


def sliding_window(tokens, window: int) -> Picture:
    """Draw each word of a sentence as center with the words around it, and the pairs they make.

    Parameters
    ----------
    tokens : list of str
        At most 10.
    window : int
        Words to either side.
    """
    tokens = [str(token) for token in checks.sequence("tokens", tokens)]
    T = checks.whole("tokens: the number of words", len(tokens), low=2, high=ROWS_AT_MOST)
    pairs = skipgram_pairs(np.arange(T), window)
    wide = [0.3 + LETTER * len(token) for token in tokens]
    left = np.concatenate([[0], np.cumsum(wide)])
    drawing, plot = figure(0.62 * T)
    size = float(min(9.5, 62 / max(left[-1], 5.5)))
    for center in range(T):
        contexts = pairs[pairs[:, 0] == center, 1]
        y = -1.25 * center
        for t, token in enumerate(tokens):
            plot.text(left[t] + wide[t] / 2, y, token, ha="center", va="center", size=size)
            if t == center or t in contexts:
                look = {"edgecolor": STATES[1], "facecolor": (STATES[1], 0.18), "linewidth": 1.8}
                if t != center:
                    look = {"edgecolor": STATES[0], "fill": False, "linestyle": "--"}
                box = (left[t] + 0.04, y - 0.26), wide[t] - 0.08, 0.52
                plot.add_patch(Rectangle(*box, **look))
        listed = "  ".join(f"({tokens[center]}, {tokens[t]})" for t in contexts)
        plot.text(0.06, y - 0.54, listed, size=0.72 * size, va="center")
    plot.set(xlim=(-0.05, max(left[-1], 5.5)), ylim=(-1.25 * T + 0.45, 0.4))
    return show(
        drawing,
        f"A window of {window} words to either side slides over: {' '.join(tokens)}. "
        f"It makes {len(pairs)} pairs of a center, boxed, and a context, dashed.",
    )


def huffman_tree(words, counts) -> Picture:
    """Draw the tree of hierarchical softmax: common words are near the root, on the left.

    Parameters
    ----------
    words : list of str
        At most 40.
    counts : (V,) array_like
        How often each occurs.
    """
    words = [str(word) for word in checks.names("words", words)]
    checks.whole("words: the number of words", len(words), low=2, high=LEAVES_AT_MOST)
    counts = checks.not_negative("counts", counts, (len(words),))
    codes = ["".join(map(str, code)) for code in huffman(counts)[1]]
    leaves = {
        code: f"{word}  {count:g}" for code, word, count in zip(codes, words, counts, strict=True)
    }

    def grow(code: str) -> Node:
        below = [] if code in leaves else [grow(code + turn) for turn in "01"]
        return Node(leaves.get(code, ""), branch=code[-1:], children=below)

    mean = float(counts @ [len(code) for code in codes] / counts.sum())
    listed = ", ".join(f"{word} {code}" for word, code in zip(words, codes, strict=True))
    return show(
        drawn(grow(""), upright=False),
        f"The Huffman tree of {len(words)} words, {mean:.3g} turns to a word on average. "
        f"Codes: {listed}.",
    )


def _parallelogram(plot: Axes, words: list[str], at: np.ndarray, analogy) -> str:
    names = checks.names("analogy", analogy, 4)
    missing = [word for word in names if word not in words]
    if missing:
        raise ValueError(f"analogy must name four of the words, got {missing[0]!r}")
    a, b, c, d = (at[words.index(word)] for word in names)
    for start, end, dash in ((a, b, "-"), (c, d, "-"), (a, c, "--"), (b, d, "--")):
        side = np.linspace(start, end, SIDE_POINTS)
        plot.plot(*side.T, color=STATES[1], linestyle=dash, linewidth=1.3)
    plot.plot(*(b - a + c), "x", color=STATES[1], markersize=9, markeredgewidth=2)
    miss = np.hypot(*(b - a + c - d)) / np.hypot(*(d - c)) if (d != c).any() else np.inf
    names = [str(name) for name in names]
    return (
        f" {names[0]} is to {names[1]} as {names[2]} is to {names[3]}: the cross, {names[1]} "
        f"minus {names[0]} plus {names[2]}, lies {miss:.0%} of that step away from {names[3]}."
    )


def _labels(plot: Axes, words: list[str], at: np.ndarray) -> None:
    """Write each word beside its point, on the side where it covers least of what is drawn."""
    plot.autoscale_view()

    def on_paper(points):
        return plot.transData.transform(points) * 72 / plot.figure.dpi

    places = on_paper(at)
    drawn_at = on_paper(np.concatenate([line.get_xydata() for line in plot.lines]))
    taken = [(x - 3, y - 3, x + 3, y + 3) for x, y in drawn_at]
    for word, (x, y), point in zip(words, places, at, strict=True):
        w, h = 4.9 * len(word), 9.0
        choices = []
        for dx, dy, ha in ((5, 0, "left"), (-5, 0, "right"), (0, 8, "center"), (0, -8, "center")):
            start = x + dx - {"left": 0, "right": w, "center": w / 2}[ha]
            box = (start, y + dy - h / 2, start + w, y + dy + h / 2)
            choices.append((sum(_overlap(box, other) for other in taken), (dx, dy), ha, box))
        _, offset, ha, box = min(choices, key=lambda choice: choice[0])
        taken.append(box)
        look = {"textcoords": "offset points", "ha": ha, "va": "center", "size": 8}
        plot.annotate(word, point, offset, color=INK, **look)


def _overlap(one, other) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)
