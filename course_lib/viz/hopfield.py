"""Hopfield's network at work as an explorable: a damaged stamp rolls downhill, flip by flip."""

from __future__ import annotations

import html

import numpy as np

from course_lib import checks
from course_lib.viz.explorable import Explorable, bundle, compact, whole
from course_lib.zoo import Hopfield

SIZE = 8
STAMPS = {
    "sun": "#..##..# .#.##.#. ..####.. ######## ######## ..####.. .#.##.#. #..##..#",
    "rain": "..####.. .####### ######## ........ .#..#..# .#..#..# #..#..#. #..#..#.",
    "moon": "######## ##...### #...#### #..##### #..##### #...##.# ##.....# ########",
    "cone": ".######. ######## ######## .######. ..####.. ..####.. ...##... ...##...",
    "house": "...##... ..####.. .######. ######## #......# #.##.#.# #.##...# #.##...#",
    "wave": "........ ..#...#. .###.### ##.###.# ........ ..#...#. .###.### ##.###.#",
    "tree": "..####.. .######. .######. ..####.. ...##... ...##... ...##... ########",
    "flash": "....#### ...####. ..####.. .####### ....###. ...###.. ..###... .##.....",
}
SHARES = {"1 pixel in 10": 0.1, "2 pixels in 10": 0.2, "3 pixels in 10": 0.3}


def stamps(count: int = len(STAMPS)) -> np.ndarray:
    """Return the first stamps (count, 64): +1 where there is ink, -1 where there is none."""
    count = checks.whole("count", count, low=1, high=len(STAMPS))
    return np.array([_signs(_ink(drawn)) for drawn in list(STAMPS.values())[:count]])


def damaged(stamp) -> dict[str, np.ndarray]:
    """Return what can happen to a stamp (64,), by name; the pixels that suffer are always the same.

    Parameters
    ----------
    stamp : (64,) array_like of +1 and -1
    """
    stamp = checks.floats("stamp", stamp, (SIZE * SIZE,))
    order = np.random.default_rng(0).permutation(stamp.size)
    ruined = {"nothing": stamp}
    for name, share in SHARES.items():
        hit = np.isin(np.arange(stamp.size), order[: round(share * stamp.size)])
        ruined[name] = np.where(hit, -stamp, stamp)
    lower = np.arange(stamp.size) >= stamp.size // 2
    return ruined | {"lower half gone": np.where(lower, -1, stamp), "negative": -stamp}


class HopfieldRecall(Explorable):
    """The explorable that :func:`hopfield` returns.

    Its keys are ``"stored:ink"``, the number of stored stamps and 64 zeros and ones, row by row.
    """

    module = "hopfield"
    _esm = bundle("hopfield")
    keys_like = (
        f'"3:0110...", with {SIZE * SIZE} zeros and ones, and 1 to {len(STAMPS)} before the colon'
    )

    def __init__(self, **traits):
        starts = [
            {name: _text(state) for name, state in damaged(stamp).items()} for stamp in stamps()
        ]
        settings = {
            "title": "A memory that rolls downhill",
            "size": SIZE,
            "stamps": [{"name": name, "ink": _ink(drawn)} for name, drawn in STAMPS.items()],
            "damages": list(starts[0]),
            "starts": [list(inks.values()) for inks in starts],
        }
        keys = [
            f"{count}:{ink}"
            for count in range(1, len(STAMPS) + 1)
            for inks in settings["starts"][:count]
            for ink in inks
        ]
        frames = {key: self.frame(key) for key in keys}
        first = f"3:{starts[0]['3 pixels in 10']}"
        super().__init__(settings=settings, frames=frames, choice=first, step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return a recall.

        Returns
        -------
        dict
            ``flips``, the unit that changes at each step; ``inputs``, what it heard before;
            ``energies`` and ``agree`` [state][stamp], pixels alike, from the start on; ``end``,
            where it came to rest.
        """
        count, start = self.parts(key, whole(1, len(STAMPS)), _signs)
        stored = stamps(count)
        net = Hopfield(SIZE * SIZE).fit(stored)
        _, states = net.recall(start, trace=True)
        flips = np.diff(states, axis=0).nonzero()[1]
        agree = ((states @ stored.T + start.size) / 2).astype(int)
        return {
            "flips": flips.tolist(),
            "inputs": compact([net.W[i] @ state for i, state in zip(flips, states, strict=False)]),
            "energies": compact([net.energy(state) for state in states]),
            "agree": agree.tolist(),
            "end": _named(agree[-1], start.size),
        }

    def summary(self) -> str:
        frame = self.frames[self.choice]
        count = self.choice.split(":")[0]
        return (
            f"Of {count} stored, after {len(frame['flips'])} flips: {frame['end']}. The energy "
            f"went from {frame['energies'][0]:g} to {frame['energies'][-1]:g}."
        )

    def fallback(self) -> str:
        frame = self.frames[self.choice]
        rows = "".join(
            f"<tr><th>{html.escape(stamp['name'])}</th><td>{before}</td><td>{after}</td></tr>"
            for stamp, before, after in zip(
                self.settings["stamps"], frame["agree"][0], frame["agree"][-1], strict=False
            )
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Stamp</th><th>pixels alike at the start</th><th>in the end</th>"
            f"</tr></thead><tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def hopfield() -> HopfieldRecall:
    """Return stamps of 8 x 8 pixels, damaged and recalled by a network that stores 1 to 8 of them.

    Notes
    -----
    In a live notebook each pixel of the start can be switched. Source: UCLA, chart of neural
    networks; Hopfield 1982.
    """
    return HopfieldRecall()


def _named(agree: np.ndarray, n: int) -> str:
    """Say which stamp a settled state is, told by the pixels (count,) alike."""
    names = list(STAMPS)
    if agree.max() == n:
        return f"this is the {names[agree.argmax()]}"
    if agree.min() == 0:
        return f"this is the {names[agree.argmin()]} in negative"
    return f"this is no stamp, and nearest to the {names[agree.argmax()]}"


def _ink(drawn: str) -> str:
    return drawn.translate(str.maketrans({".": "0", "#": "1", " ": None}))


def _signs(ink: str) -> np.ndarray:
    return np.array([{"0": -1.0, "1": 1.0}[pixel] for pixel in ink]).reshape(SIZE * SIZE)


def _text(state: np.ndarray) -> str:
    return "".join("1" if value > 0 else "0" for value in state)
