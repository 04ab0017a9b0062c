"""Pictures of sequence to sequence: where a decoder looks, and what it thinks of writing."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.seq2seq import Seq2Seq
from course_lib.viz import heat
from course_lib.viz.style import Picture, figure, show
from course_lib.viz.trees import Node, drawn

TOKENS_AT_MOST = 40
NUMBERS_AT_MOST = 8


def attention(weights, source, target) -> Picture:
    """Draw how much each step of the decoder looks at each token of the source.

    Parameters
    ----------
    weights : (U, T) array_like
        Each row sums to 1: the second entry of the cache of `attention_forward`, of one example.
    source : list of T str
    target : list of U str
        What is written at each step, the end included.
    """
    weights = checks.distribution("weights", weights, ("U", "T"))
    U, T = weights.shape
    checks.whole("weights: the longer side", max(U, T), low=1, high=TOKENS_AT_MOST)
    source = _tokens("source", source, T)
    target = _tokens("target", target, U)
    drawing, plot = figure(min(4.4, 0.7 + 0.3 * U), axes=True)
    few = T <= NUMBERS_AT_MOST
    limits = (0, 1) if few else (0, float(weights.max()))
    heat.table(plot, weights, target, source, limits, digits=2 if few else None)
    if max(map(len, source)) > 3:
        plot.tick_params(axis="x", labelrotation=90)
    plot.set(xlabel="source", ylabel="written")
    looks = [
        f"{word} at {source[t]} ({weights[u, t]:.2f})"
        for u, (word, t) in enumerate(zip(target, np.argmax(weights, axis=1), strict=True))
    ]
    return show(
        drawing,
        f"Attention over {T} source tokens while {U} are written. Each looks most: "
        f"{', '.join(looks)}.",
    )


def beam_tree(model: Seq2Seq, src, width: int, max_length: int, names=None) -> Picture:
    """Draw the beginnings that beam search keeps, with their log probabilities.

    Those that are dropped later are faint and dashed.

    Parameters
    ----------
    model : Seq2Seq
    src : list of int
    width, max_length : int
        As for ``model.beam``.
    names : sequence of str, optional
        Of the target's tokens; their numbers if left out.
    """
    if not isinstance(model, Seq2Seq):
        raise TypeError(f"model must be a Seq2Seq, got {type(model).__name__}")
    end, max_length = model.target_vocab, checks.whole("max_length", max_length, low=1)
    names = [*(range(end) if names is None else _tokens("names", names, end)), "end"]
    steps = [beginnings(model, src, width, k) for k in range(1, max_length + 1)]
    final = {tokens[:k] for tokens, _ in steps[-1] for k in range(len(tokens) + 1)}
    nodes = {(): Node("start")}
    for tokens, log_p in (entry for step in steps for entry in step):
        if tokens not in nodes:
            text = f"{names[tokens[-1]]}  {log_p:.2g}"
            nodes[tokens] = Node(text, faint=tokens not in final)
            nodes[tokens[:-1]].children.append(nodes[tokens])
    best, log_p = steps[-1][0]
    told = " ".join(str(names[token]) for token in best)
    return show(
        drawn(nodes[()], upright=False),
        f"Beam search of width {width} over {max_length} steps, {len(nodes) - 1} beginnings kept "
        f"for a while. The best is {told}, log probability {log_p:.3g}.",
    )


def beginnings(model: Seq2Seq, src, width: int, k: int) -> list[tuple[tuple[int, ...], float]]:
    """Return what the search keeps after k steps: one that is shorter has ended, and says so."""
    end = (model.target_vocab,)
    found = model.beam(src, width, k)
    return [(tuple(tokens) + end * (len(tokens) < k), log_p) for tokens, log_p in found]


def _tokens(name: str, value, count: int) -> list[str]:
    value = [str(token) for token in checks.sequence(name, value)]
    if len(value) != count:
        raise ValueError(f"{name} must hold {count} tokens, got {len(value)}")
    return value
