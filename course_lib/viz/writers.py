"""Who wrote this? Letters drawn by n-grams and by a recurrent network, and the real thing."""

from __future__ import annotations

import html

import numpy as np

from course_lib import checks
from course_lib.activations import softmax
from course_lib.ngram import END, NGramModel
from course_lib.rnn_lm import RNNLanguageModel
from course_lib.viz.explorable import Explorable, bundle, entry, whole

TEMPERATURES = (0.3, 0.6, 1.0, 1.5)
TEXTS, LENGTH = 3, 90
"""How many texts a page stores for each writer and temperature, and their letters."""
SIDES = 5  # of a die, the largest that are shown
RIDDLES, POOL = 4, 700  # for each temperature; of so many letters the best verses are taken
VERSE = (24, 52)  # a riddle's verse has at least and at most so many letters


class Counted:
    """A writer that has counted n-grams of letters; each verse is a sentence to it."""

    def __init__(self, order: int, letters: str, verses: list[str]):
        self.model = NGramModel.fit([list(verse) for verse in verses], order)
        self.letters, self.verse = letters, []
        self.name = f"{order}-gram"

    def begin(self) -> np.ndarray:
        """Return the probability of each letter at the start of a verse."""
        return self.read("\n")

    def read(self, letter: str) -> np.ndarray:
        """Return the probability of each letter after one more."""
        self.verse = [] if letter == "\n" else [*self.verse, letter]
        dice = self.model.distribution(tuple(self.verse))
        return np.array([dice.get(END if side == "\n" else side, 0.0) for side in self.letters])


class Remembering:
    """A writer with a recurrent network, which reads on from its state."""

    def __init__(self, network: RNNLanguageModel, letters: str):
        self.network, self.letters, self.state = network, letters, None
        self.name = network.cell.upper()

    def begin(self) -> np.ndarray:
        """Return the probability of each letter at the start of a verse, with nothing before it."""
        self.state = None
        return self.read("\n")

    def read(self, letter: str) -> np.ndarray:
        """Return the probability of each letter after one more."""
        scores, self.state = self.network.scores([[self.letters.index(letter)]], self.state)
        return softmax(scores[0, -1].astype(float))


class Writers(Explorable):
    """The explorable that :func:`writers` returns. Its keys are ``"writer:temperature:text"``."""

    module = "writers"
    _esm = bundle("writers")
    keys_like = '"0:1:2"'

    def __init__(self, authors: list, read: list[str], unseen: list[str], **traits):
        self.authors = authors
        settings = {
            "title": "Which is the real one?",
            "writers": [author.name for author in authors],
            "reach": [getattr(author, "model", None) and author.model.n - 1 for author in authors],
            "temperatures": list(TEMPERATURES),
            "texts": TEXTS,
            "riddles": self._riddles(read, unseen),
        }
        keys = [
            f"{author}:{temperature}:{text}"
            for author in range(len(authors))
            for temperature in range(len(TEMPERATURES))
            for text in range(TEXTS)
        ]
        frames = {key: self.frame(key) for key in keys}
        choice = f"{len(authors) - 1}:1:0"
        super().__init__(settings=settings, frames=frames, choice=choice, step=LENGTH, **traits)

    def frame(self, key: str) -> dict:
        """Return a text, letter by letter.

        Returns
        -------
        dict
            ``text``; ``dice`` [step]: the die's largest sides, and their shares in per cent;
            ``hit`` [step]: the place among them of the side that was rolled, or their number;
            ``share`` [step], that side's probability.
        """
        author, temperature, seed = self.parts(
            key, entry(self.authors), entry(TEMPERATURES), whole()
        )
        frame = {"text": "", "dice": [], "hit": [], "share": []}
        for letter, p in rolls(author, LENGTH, temperature, seed):
            letters = author.letters
            largest = np.argsort(-p, kind="stable")[:SIDES]
            rolled = letters.index(letter)
            frame["text"] += letter
            shares = (100 * p[largest]).round().astype(int).tolist()
            frame["dice"].append(["".join(letters[side] for side in largest), shares])
            frame["hit"].append(largest.tolist().index(rolled) if rolled in largest else SIDES)
            frame["share"].append(float(f"{p[rolled]:.3g}"))
        return frame

    def _riddles(self, read: list[str], unseen: list[str]) -> list:
        """Return for each temperature some riddles: three verses in any order, one of them real."""
        rng = np.random.default_rng(0)
        counted = self.authors[:-1]
        machines = [counted[max(0, len(counted) - 2)], self.authors[-1]]
        real = [verse for verse in unseen if VERSE[0] <= len(verse) <= VERSE[1]]
        if len(real) < RIDDLES:
            raise ValueError(
                f"unseen must hold at least {RIDDLES} verses of {VERSE[0]} to {VERSE[1]} letters, "
                f"got {len(real)}"
            )
        told = []
        for temperature in TEMPERATURES:
            made = [best_verses(author, temperature, read) for author in machines]
            some = rng.permutation(len(real))[:RIDDLES]
            for verses in zip(*made, [real[i] for i in some], strict=True):
                names = [*(author.name for author in machines), "real"]
                riddle = [
                    {
                        "text": verse,
                        "author": name,
                        "unknown": unknown_words(verse, read),
                        "copied": copied(verse, read),
                    }
                    for verse, name in zip(verses, names, strict=True)
                ]
                told.append([riddle[i] for i in rng.permutation(3)])
        return [told[i : i + RIDDLES] for i in range(0, len(told), RIDDLES)]

    def summary(self) -> str:
        author, temperature, _ = self.parts(
            self.choice, entry(self.authors), entry(TEMPERATURES), whole()
        )
        text = self.frames[self.choice]["text"].strip().replace("\n", " / ")
        return f"{author.name}, temperature {temperature}: {text}"

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(author.name)}</th><td>"
            + html.escape(self.frames[f"{k}:1:0"]["text"].strip()).replace("\n", "<br>")
            + "</td></tr>"
            for k, author in enumerate(self.authors)
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            f"<table><thead><tr><th>Writer</th><th>At temperature {TEMPERATURES[1]}</th></tr>"
            f"</thead><tbody>{rows}</tbody></table>"
        )


def writers(network, letters: str, read, unseen, orders=(2, 4, 6)) -> Writers:
    """Return machines that write letter by letter, and riddles: which verse is the real one?

    Parameters
    ----------
    network : RNNLanguageModel
        Its tokens are the numbers of `letters`; it has read `read`.
    letters : str
        All different letters, the line break among them.
    read, unseen : list of str
        The verses from which the n-grams are counted, and at least four more that are real.
    orders : tuple of int
        The orders of the n-grams, from low to high; the second highest is asked about in riddles,
        as higher ones copy, unless it is the only one.

    Notes
    -----
    A writer's die at temperature T is its distribution to the power 1/T, scaled to sum to one.
    Source: CMU-G, Which is the real Shakespeare?
    """
    if "\n" not in letters or network.vocab != len(letters):
        raise ValueError(
            f"letters must be the {network.vocab} letters of the network, the line break among "
            f"them, got {letters!r}"
        )
    strange = sorted(set("".join([*read, *unseen])) - set(letters))
    if strange:
        raise ValueError(f"verses must hold nothing but letters, got {strange[0]!r}")
    counted = [Counted(checks.whole("order", order, low=1), letters, read) for order in orders]
    return Writers([*counted, Remembering(network, letters)], list(read), list(unseen))


def rolls(author, n: int, temperature: float, seed: int):
    """Yield n letters that an author writes, each with the probabilities of the die rolled."""
    rng = np.random.default_rng(seed)
    p = author.begin()
    for i in range(n):
        p = (p / p.max()) ** (1 / temperature)
        p /= p.sum()
        letter = author.letters[rng.choice(len(p), p=p)]
        yield letter, p
        if i + 1 < n:
            p = author.read(letter)


def best_verses(author, temperature: float, read: list[str]) -> list[str]:
    """Return verses an author has not copied, those with the fewest words that it made up first."""
    text = "".join(letter for letter, _ in rolls(author, POOL, temperature, seed=1000))
    verses = list(dict.fromkeys(text.split("\n")[:-1]))
    new = [verse for verse in verses if verse not in read] or verses

    def price(verse):
        too_short_or_long = not VERSE[0] <= len(verse) <= VERSE[1]
        return too_short_or_long, len(unknown_words(verse, read))

    return (sorted(new, key=price) * RIDDLES)[:RIDDLES]


def unknown_words(verse: str, read: list[str]) -> list[str]:
    """Return the words of a verse that were never read."""
    words = {word for line in read for word in line.split()}
    return [word for word in verse.split() if word not in words]


def copied(verse: str, read: list[str]) -> str:
    """Return the longest piece of a verse that was read, the first of equals."""
    text, n = "\n".join(read), len(verse)
    for length in range(n, 0, -1):
        for start in range(n - length + 1):
            if verse[start : start + length] in text:
                return verse[start : start + length].strip()
    return ""
