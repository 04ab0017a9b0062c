"""A Markov chain as an explorable: walk from state to state and watch the shares settle."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping

from course_lib import checks, data
from course_lib.markov import MarkovChain
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole

WALKS = 6
"""How many walks a page stores for each chain."""


class Walk(Explorable):
    """The explorable that :func:`walk` returns. Its keys are ``"chain:number of the walk"``."""

    module = "walk"
    _esm = bundle("walk")
    keys_like = '"0:3"'

    def __init__(self, chains: Mapping[str, MarkovChain], words, length: int, **traits):
        self.chains = list(chains.values())
        self.length = length
        settings = {
            "title": "A walk along the arrows",
            "states": [str(state) for state in self.chains[0].states],
            "words": words,
            "walks": WALKS,
            "chains": [
                {
                    "name": name,
                    "initial": compact(chain.initial),
                    "transition": compact(chain.transition),
                    "stationary": compact(chain.stationary()),
                }
                for name, chain in chains.items()
            ],
        }
        keys = [f"{number}:{seed}" for number in range(len(chains)) for seed in range(WALKS)]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=keys[0], step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return the walk of a key: ``path``, the number of the state of each day."""
        chain, seed = self.parts(key, entry(self.chains), whole())
        return {"path": [chain.states.index(state) for state in chain.sample(self.length, seed)]}

    def sizes(self) -> dict[str, int]:
        return {"states": len(self.settings["states"])}

    def shares(self) -> list[tuple[str, float, float]]:
        """Return each state, its share of the walk that is shown, and its share of the long run."""
        path = Counter(self.frames[self.choice]["path"])
        chain = self.chains[int(self.choice.partition(":")[0])]
        return [
            (state, path[k] / self.length, long_run)
            for k, (state, long_run) in enumerate(
                zip(self.settings["states"], chain.stationary(), strict=True)
            )
        ]

    def summary(self) -> str:
        name = self.settings["chains"][int(self.choice.partition(":")[0])]["name"]
        told = ", ".join(f"{state} {share:.0%}" for state, share, _ in self.shares())
        return f"{name}: a walk of {self.length} steps spends its time in {told}."

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(state)}</th><td>{share:.0%}</td><td>{long_run:.0%}</td></tr>"
            for state, share, long_run in self.shares()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>State</th><th>Share of this walk</th>"
            f"<th>In the long run</th></tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def walk(chains=None, words=None, length: int = 60) -> Walk:
    """Return chains to walk along, a die roll a step.

    Parameters
    ----------
    chains : MarkovChain or dict of str to MarkovChain, optional
        By name, all over the same states, each with a single stationary distribution. Left out:
        the winter weather of Los Angeles and Seattle, counted from the lecture's tables with one
        added to each count.
    words : dict of str to str, optional
        What a state means, such as ``{"S": "sunny"}``.
    length : int
        Steps of a walk.

    Notes
    -----
    Source: UCLA, Discrete Markov process.
    """
    if chains is None:
        words = words or {"S": "sunny", "C": "cloudy", "R": "rainy"}
        chains = {
            city: MarkovChain.fit([days], states="SCR", smoothing=1)
            for city, days in data.weather().items()
        }
    if isinstance(chains, MarkovChain):
        chains = {"the chain": chains}
    if not chains:
        raise ValueError("chains must hold at least one chain, got none")
    first = next(iter(chains.values())).states
    for name, chain in chains.items():
        if chain.states != first:
            raise ValueError(
                f"chains must share their states, got {first} and, for {name!r}, {chain.states}"
            )
    return Walk(chains, dict(words or {}), checks.whole("length", length, low=2))
