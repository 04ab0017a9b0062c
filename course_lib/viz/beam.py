"""Beam search as an explorable: which beginnings compete at each step, and which are kept."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from course_lib import checks
from course_lib.activations import log_softmax
from course_lib.seq2seq import beam
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole
from course_lib.viz.seq2seq import beginnings

WIDTHS = (1, 2, 3, 4)
SHOWN = 3
"""So many continuations of a beginning are drawn, and more if the beam keeps more."""

NEVER = -1e6
"""The score of a word that cannot follow: its softmax is 0, and scores must be finite."""


class Table:
    """A decoder that is a table: the next word depends on the word before alone.

    Parameters
    ----------
    next_words : dict of str to dict of str to float
        For each word, and for ``"START"``, how probable each next word is, or ``"END"``.

    Attributes
    ----------
    words : list of str
        By number; start and end share the number behind the last.
    p : (K, K) ndarray
        The table by number; row K - 1 is the start's, column K - 1 the end's.
    """

    def __init__(self, next_words: Mapping[str, Mapping[str, float]]):
        self.words = [word for word in next_words if word != "START"]
        self.target_vocab = len(self.words)
        ids = {word: i for i, word in enumerate(self.words)}
        ids["START"] = ids["END"] = self.target_vocab
        p = np.zeros((self.target_vocab + 1, self.target_vocab + 1))
        for word, following in next_words.items():
            for after, probability in following.items():
                p[ids[word], ids[after]] = probability
        checks.distribution("next_words", p, p.shape)
        self.p = p

    def encode(self, src) -> dict:
        """Return what `course_lib.seq2seq.beam` expects of an encoder; here nothing is read."""
        return {"h": np.zeros((len(src), 1, 1)), "real": np.ones((len(src), 1), bool), "state": ()}

    def decode(self, ids, encoded, state, lengths=None):
        """Return scores whose softmax is the table's row, the state, and no cache."""
        p = self.p[np.asarray(ids)]
        return np.log(p, out=np.full(p.shape, NEVER), where=p > 0), state, None

    def beam(self, src, width, max_length) -> list[tuple[list[int], float]]:
        """Search for the best possible targets; see :func:`course_lib.seq2seq.beam`."""
        return [entry for entry in beam(self, src, width, max_length) if entry[1] > NEVER / 2]


class Beam(Explorable):
    """The explorable that :func:`beam_tree` returns. Its keys are ``"example:width"``."""

    module = "beam"
    _esm = bundle("beam")
    keys_like = '"0:2"'

    def __init__(self, examples: Mapping[str, tuple], max_length: int, **traits):
        self.examples = list(examples.values())
        self.max_length = max_length
        settings = {
            "title": "A beam of beginnings",
            "examples": list(examples),
            "words": [[*words, "END"] for _, _, words in self.examples],
            "widths": WIDTHS,
        }
        keys = [f"{i}:{width}" for i in range(len(self.examples)) for width in WIDTHS]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=keys[0], step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return the competitors of each step.

        Each is ``[place of its beginning among the competitors of the step before, number of the
        word, probability of this step, probability of the whole, rank if kept or 0]``. One that has
        ended competes on, with no word (``None``).
        """
        (model, src, _), width = self.parts(key, entry(self.examples), whole(low=1))
        end, encoded = model.target_vocab, model.encode([src])
        before, steps = [((), 0.0, 1)], []
        for k in range(1, self.max_length + 1):
            kept = [tokens for tokens, _ in beginnings(model, src, width, k)]
            competing, column = [], []
            for place, (tokens, log_p, rank) in enumerate(before):
                for word, step in _continued(model, encoded, tokens, kept) if rank else []:
                    grown = tokens if word is None else (*tokens, word)
                    rank_now = kept.index(grown) + 1 if grown in kept else 0
                    competing.append((grown, log_p + step, rank_now))
                    shares = compact(np.exp([step, log_p + step]))
                    column.append([place, word, *shares, rank_now])
            steps.append(column)
            before = competing
            if all(tokens[-1] == end for tokens in kept):
                break
        return {"steps": steps}

    def found(self) -> list[tuple[str, float]]:
        """Return what is on the shown beam in the end, best first, with its probability."""
        number, width = map(int, self.choice.split(":"))
        model, src, words = self.examples[number]
        return [
            (" ".join(words[token] for token in tokens), float(np.exp(log_p)))
            for tokens, log_p in model.beam(src, width, self.max_length)
        ]

    def summary(self) -> str:
        number, width = map(int, self.choice.split(":"))
        text, p = self.found()[0]
        name = self.settings["examples"][number]
        return f'{name}: with width {width} the beam finds "{text}", probability {p:.3g}.'

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(text)}</td><td>{p:.3g}</td></tr>" for text, p in self.found()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            f"<table><thead><tr><th>Written</th><th>Probability</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def beam_tree(examples: Mapping[str, tuple], max_length: int) -> Beam:
    """Return searches to step through, with a beam as wide as the reader wants.

    Parameters
    ----------
    examples : dict of str to (model, src, words)
        By what is read: a `course_lib.seq2seq.Seq2Seq` or a `Table`, the source's tokens, and the
        target's words by number.
    max_length : int
        Write at most so many words.

    Notes
    -----
    Source: Sutskever 2014.
    """
    if not examples:
        raise ValueError("examples must hold at least one search, got none")
    return Beam(examples, checks.whole("max_length", max_length, low=1))


def _continued(model, encoded: dict, tokens: tuple, kept: list) -> list[tuple[int | None, float]]:
    """Return the best continuations of a beginning and those that are kept, best first.

    Each is the number of a word and its log probability; one that has ended stays as it is, with
    no word.
    """
    end = model.target_vocab
    if tokens and tokens[-1] == end:
        return [(None, 0.0)]
    scores, _, _ = model.decode(np.array([[end, *tokens]]), encoded, encoded["state"])
    log_p = log_softmax(scores[0, -1])
    ranked = [int(word) for word in np.argsort(-log_p, kind="stable") if log_p[word] > NEVER / 2]
    shown = [w for i, w in enumerate(ranked) if i < SHOWN or (*tokens, w) in kept]
    return [(word, float(log_p[word])) for word in shown]
