"""The n-gram die as an explorable: roll it word by word, then guess which order wrote a text."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from course_lib import data
from course_lib.ngram import END, START, NGramModel
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole

ORDERS = (1, 2, 3, 4, 5)
ADDED = (0, 1)
"""What is added to each count, as a reader may choose."""
TEXTS = 8
"""How many texts a page stores for each setting."""
ROLLS = 20
"""After so many words a text is cut off."""
SIDES = 6
"""So many sides of a die are shown; what is left is one more."""
SHORTEST = 4
"""A text of fewer words tells too little of its order to be a riddle."""


class Die(Explorable):
    """The explorable that :func:`die` returns.

    Its keys are ``"corpus:order:added:number of the text"``.
    """

    module = "die"
    _esm = bundle("die")
    keys_like = '"0:3:0:2"'

    def __init__(self, corpora: Mapping[str, list[list[str]]], **traits):
        self.models = [
            [[NGramModel.fit(sentences, n, added) for n in ORDERS] for added in ADDED]
            for sentences in corpora.values()
        ]
        keys = [
            f"{corpus}:{n}:{added}:{number}"
            for corpus in range(len(corpora))
            for n in ORDERS
            for added in ADDED
            for number in range(TEXTS)
        ]
        frames = {key: self.frame(key) for key in keys}
        settings = {
            "title": "A die for every context",
            "corpora": list(corpora),
            "orders": ORDERS,
            "added": ADDED,
            "texts": TEXTS,
            "riddles": [_riddles(frames, corpus) for corpus in range(len(corpora))],
        }
        super().__init__(settings=settings, frames=frames, choice="0:3:0:0", step=4, **traits)

    def frame(self, key: str) -> dict:
        """Return the text of a key, the die of each roll, and what each order says of the text."""
        models, n, added, number = self.parts(
            key,
            entry(self.models),
            whole(ORDERS[0], ORDERS[-1]),
            whole(ADDED[0], ADDED[-1]),
            whole(),
        )
        model = models[ADDED.index(added)][ORDERS.index(n)]
        words = model.sample(number, max_length=ROLLS)
        ends = len(words) < ROLLS
        shown = [*words, END] if ends else words
        rolls = np.random.default_rng(number).random(len(shown))
        dice = [
            _rolled(model, words[:i], word, roll)
            for i, (word, roll) in enumerate(zip(shown, rolls, strict=True))
        ]
        frame = {"words": words, "ends": ends, "dice": dice}
        return frame if added else frame | _judged(models[0], shown)

    def summary(self) -> str:
        corpus, n, added, _ = (int(part) for part in self.choice.split(":"))
        text = " ".join(self.frames[self.choice]["words"])
        smoothed = f", {added} added to each count" if added else ""
        return f"{self.settings['corpora'][corpus]}, order {n}{smoothed}: {text}"

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{n}</td><td>"
            f"{html.escape(' '.join(self.frames[f'{corpus}:{n}:0:0']['words']))}</td></tr>"
            for corpus, name in enumerate(self.settings["corpora"])
            for n in ORDERS
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Counted from</th><th>Order</th><th>A text</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


def die(corpora=None) -> Die:
    """Return n-gram models whose dice can be rolled, of orders 1 to 5.

    Parameters
    ----------
    corpora : dict of str to list of lists of str, optional
        Sentences to count from, by name. Left out: the cows, three hundred sentences of
        `grammar_corpus`, and the verses of twenty sonnets.

    Notes
    -----
    Source: CMU-G, Sampling from a language model.
    """
    if corpora is None:
        corpora = {
            "Cows": data.cows(),
            "Kings and queens": data.grammar_corpus(300, 0),
            "Sonnets": [verse for poem in data.sonnets() for verse in poem],
        }
    if not isinstance(corpora, Mapping) or not corpora:
        raise ValueError(f"corpora must be a dict of texts by name, got {corpora!r:.60}")
    return Die(corpora)


def _rolled(model: NGramModel, before: list[str], word: str, roll: float) -> dict:
    """Return a die, the largest sides first, and where on it the roll lies that showed a word."""
    distribution = model.distribution(tuple(before))
    inside = roll - sum(share for side, share in distribution.items() if side < word)
    ranked = sorted(distribution, key=distribution.get, reverse=True)
    place = ranked.index(word)
    largest, rest = ranked[:SIDES], ranked[SIDES:]
    return {
        "sides": [[side, compact(distribution[side])] for side in largest],
        "rest": [len(rest), compact(sum(distribution[side] for side in rest))],
        "hit": place if place < SIDES else SIDES,
        "share": compact(distribution[word]),
        "at": compact(sum(distribution[side] for side in ranked[:place]) + inside),
        "seen": sum(model.counts.get(_contexts(model.n, before)[-1], {}).values()),
    }


def _contexts(n: int, words: list[str]) -> list[tuple]:
    """Return the n - 1 words before each word, and those before what comes next."""
    padded = [START] * (n - 1) + words
    return [tuple(padded[i : i + n - 1]) for i in range(len(words) + 1)]


def _judged(models: list[NGramModel], words: list[str]) -> dict:
    """Return the text's log probability under each order, each order's share, and what rules out.

    Before the text was read, all orders were equally probable.
    """
    logs, clues = [], []
    for model in models:
        contexts = _contexts(model.n, words[:-1])
        ps = [model.prob(word, context) for word, context in zip(words, contexts, strict=True)]
        with np.errstate(divide="ignore"):
            logs.append(np.log(ps).sum())
        clues.append(_clue(*contexts[ps.index(0)], words[ps.index(0)]) if 0 in ps else "")
    weights = np.exp(np.array(logs) - max(logs))
    return {"logs": compact(logs), "shares": compact(weights / weights.sum()), "clues": clues}


def _clue(*run: str) -> str:
    """Say a run of words that does not occur."""
    words = " ".join(word for word in run if word not in (START, END))
    where = (" at the start" if START in run else "") + (" at the end" if END in run else "")
    return f"“{words}”{where}"


def _riddles(frames: dict, corpus: int) -> list[str]:
    """Return keys whose order is to be guessed, in no order, each text once."""
    keys: dict[tuple, str] = {}
    for key in np.random.default_rng(corpus).permutation(list(frames)).tolist():
        own, added = key.split(":")[0], key.split(":")[2]
        if (int(own), int(added)) == (corpus, 0):
            keys.setdefault(tuple(frames[key]["words"]), key)
    long_enough = [key for words, key in keys.items() if len(words) >= SHORTEST]
    return long_enough or list(keys.values())
