"""Optimisers racing down a surface as an explorable: one start, one map, six ways."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from course_lib import checks, optim
from course_lib.train import descend
from course_lib.viz.explorable import Explorable, bundle, compact, whole
from course_lib.viz.surfaces import SURFACES, Surface, surface_map

RULES = {
    "SGD": optim.SGD,
    "Momentum": optim.Momentum,
    "Nesterov": optim.Nesterov,
    "Adagrad": optim.Adagrad,
    "RMSProp": optim.RMSProp,
    "Adam": optim.Adam,
}
LETTERS = "SMNGRA"  # one each, to tell the racers apart
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
BEST = len(RATES)
"""The number, in a key, that gives each rule the best of the rates."""


class Race(Explorable):
    """The explorable that :func:`race` returns. Its keys are ``"surface:start:rate"``, numbered."""

    module = "race"
    _esm = bundle("race")
    keys_like = '"0:1:2"'

    def __init__(self, surfaces: Mapping[str, Surface], steps: int, **traits):
        self.surfaces = list(surfaces.values())
        self.steps = steps
        self._ways: dict[tuple, np.ndarray] = {}
        settings = {
            "title": "Six ways down",
            "steps": steps,
            "rules": list(RULES),
            "short": list(LETTERS),
            "rates": list(RATES),
            "surfaces": [surface_map(name, surface) for name, surface in surfaces.items()],
        }
        keys = [
            f"{number}:{start}:{rate}"
            for number, surface in enumerate(self.surfaces)
            for start in range(len(surface.starts))
            for rate in range(BEST + 1)
        ]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=f"0:0:{BEST}", step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return the race of a key.

        Returns
        -------
        dict
            For each rule its ``rates``, its ``paths`` [step][axis], which end early where the rule
            is lost, and its ``heights`` [step] above the lowest point.
        """
        surface, start, rate = self.parts(
            key, whole(high=len(self.surfaces) - 1), whole(), whole(high=BEST)
        )
        if start >= len(self.surfaces[surface].starts):
            raise self.misread(key)
        chosen = [
            self._best(surface, start, rule) if rate == BEST else RATES[rate] for rule in RULES
        ]
        ways = [self._way(surface, start, rule, r) for rule, r in zip(RULES, chosen, strict=True)]
        return {
            "rates": chosen,
            "paths": [compact(way.round(3)) for way in ways],
            "heights": [_short(self.surfaces[surface].above_ground(way)) for way in ways],
        }

    def _best(self, surface: int, start: int, rule: str) -> float:
        """Return the rate that is lowest on average, of equals the first; not one that is lost."""

        def mean_height(rate):
            way = self._way(surface, start, rule, rate)
            finished = len(way) > self.steps
            return self.surfaces[surface].above_ground(way).mean() if finished else np.inf

        return min(RATES, key=mean_height)

    def _way(self, surface: int, start: int, rule: str, rate: float) -> np.ndarray:
        """Return the way (steps + 1, 2) of a rule, up to where it is lost."""
        asked = surface, start, rule, rate
        if asked not in self._ways:
            ground, optimizer = self.surfaces[surface], RULES[rule](rate)
            way = [np.array(ground.starts[start], float)]
            while len(way) <= self.steps and not ground.is_lost(way[-1]):
                way.append(descend(ground.f, way[-1], optimizer, 1)[-1])
            self._ways[asked] = np.array(way)
        return self._ways[asked]

    def results(self) -> list[tuple[str, float, float | None]]:
        """Return each rule, its rate, and its height at the end of the race; None if it is lost."""
        frame = self.frames[self.choice]
        return [
            (rule, rate, heights[-1] if len(heights) > self.steps else None)
            for rule, rate, heights in zip(RULES, frame["rates"], frame["heights"], strict=True)
        ]

    def summary(self) -> str:
        name = self.settings["surfaces"][int(self.choice.partition(":")[0])]["name"]
        told = ", ".join(f"{rule} {_height(height)}" for rule, _, height in self.results())
        return f"{name}: height above the lowest point after {self.steps} steps: {told}."

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{rule}</th><td>{rate:g}</td><td>{_height(height)}</td></tr>"
            for rule, rate, height in self.results()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Rule</th><th>Learning rate</th>"
            f"<th>Height after {self.steps} steps</th></tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def race(surfaces: Mapping[str, Surface] | None = None, steps: int = 60) -> Race:
    """Return six optimisers that start from one place of a surface and go down side by side.

    Parameters
    ----------
    surfaces : dict of str to Surface, optional
        By name. Left out: `SURFACES`, a long valley, one with a bend, a saddle, two hollows, and a
        plain with a hole.
    steps : int
        Steps of a race.

    Notes
    -----
    Each way is that of `train.descend`; it ends where a rule is lost, far outside of the map.
    Source: IITK, Some considerations w.r.t. optimization in deep NN.
    """
    surfaces = SURFACES if surfaces is None else surfaces
    if not isinstance(surfaces, Mapping) or not surfaces:
        raise TypeError(f"surfaces must be a dict of at least one Surface, got {surfaces!r:.60}")
    return Race(surfaces, checks.whole("steps", steps, low=1))


def _short(heights: np.ndarray) -> list[float]:
    return [float(f"{height:.3g}") for height in heights]


def _height(height: float | None) -> str:
    return "lost" if height is None else f"{height:.3g}"
