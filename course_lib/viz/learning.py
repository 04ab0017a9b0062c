"""Learning from a diary without weather as an explorable: change a day, take a step of EM."""

from __future__ import annotations

import html

import numpy as np

from course_lib import checks, data, hmm
from course_lib.hmm import em
from course_lib.viz.explorable import Explorable, bundle, compact, entry
from course_lib.viz.trellis import ICE_CREAM_WORDS

KEPT = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20)
"""After so many steps of EM the tables are shown."""
CHANGEABLE = 2
"""With so many of the starts a page without Python lets a day be changed."""


class Learning(Explorable):
    """The explorable that :func:`learning` returns.

    Its keys are ``"start:record/record"``, a record a comma between two symbols.
    """

    module = "learning"
    _esm = bundle("learning")
    keys_like = '"0:0,1,0/2,2,1"'

    def __init__(self, starts, records, weather, words, seen, **traits):
        self.starts = list(starts.values())
        first = self.starts[0]
        settings = {
            "title": "What nobody wrote down",
            "states": first.states,
            "symbols": first.symbols,
            "words": words,
            "seen": seen,
            "starts": list(starts),
            "steps": KEPT,
            "records": records,
            "weather": weather,
        }
        changed = list(_one_day_changed(records, first.n_symbols))
        keys = [
            _key(start, diary) for start in range(min(CHANGEABLE, len(starts))) for diary in changed
        ]
        keys += [_key(start, records) for start in range(CHANGEABLE, len(starts))]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(
            settings=settings, frames=frames, choice=_key(0, records), step=0, **traits
        )

    def frame(self, key: str) -> dict:
        """Return, after each kept number of steps, the tables and each day's P(second state)."""
        model, xs = self.parts(key, entry(self.starts), _records)
        joined = model.joined_observations("the diary", xs)
        shown = {}
        for step in range(KEPT[-1] + 1):
            counts = em.expected_counts(model, *joined)
            if step in KEPT:
                shown[step] = _shown(model, xs, counts.log_likelihood)
            model = em.maximise(model, counts)
        return {"steps": list(shown.values())}

    def summary(self) -> str:
        first, last = (self.frames[self.choice]["steps"][i] for i in (0, -1))
        start = self.settings["starts"][int(self.choice.partition(":")[0])]
        return (
            f"{start}: {KEPT[-1]} steps of EM raise the log likelihood of the observations "
            f"from {first['log']:.2f} to {last['log']:.2f}."
        )

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><td>{step}</td><td>{shown['log']:.2f}</td>"
            + "".join(f"<td>{p:.2g}</td>" for row in shown["B"] for p in row)
            + "</tr>"
            for step, shown in zip(KEPT, self.frames[self.choice]["steps"], strict=True)
        )
        names = "".join(
            f"<th>P({html.escape(symbol)} | {html.escape(state)})</th>"
            for state in self.settings["states"]
            for symbol in self.settings["symbols"]
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p><table><thead><tr>"
            f"<th>Step</th><th>Log likelihood</th>{names}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def learning(starts=None, records=None, weather=None, words=None, seen="seen") -> Learning:
    """Return a diary whose days can be changed and from which a model learns, step by step.

    Parameters
    ----------
    starts : dict of str to HMM, optional
        The models to start from, by name, each of two states. Left out: four for Jason's diary.
    records : list of (n_i,) array_like of int, optional
        The observations, one array a record. Left out: the lecture's two, of 13 days each.
    weather : list of (n_i,) array_like of int, optional
        The states behind them, to compare with; nothing is learned from them.
    words : dict of str to str, optional
        What a state or a symbol means, such as ``{"C": "cold"}``.
    seen : str
        What an observation is called, such as ``"cones"``.

    Notes
    -----
    A page stores, for the first two starts, every diary in which one day is changed; a live
    notebook can ask for any.
    Source: Eisner 2002.
    """
    if starts is None:
        starts, seen, words = _guesses(), "cones", words or ICE_CREAM_WORDS
        if records is None:
            records, weather = data.ice_cream_diary()
    starts = dict(starts)
    if not starts or any(model.n_states != 2 for model in starts.values()):
        raise ValueError("starts must hold at least one model, each of two states")
    first = next(iter(starts.values()))
    if records is None:
        raise ValueError("records must be given together with starts")
    records = [first.observations(f"records[{i}]", x).tolist() for i, x in enumerate(records)]
    if weather is not None:
        weather = [
            checks.integers(f"weather[{i}]", y, (len(x),), high=2).tolist()
            for i, (x, y) in enumerate(zip(records, weather, strict=True))
        ]
    return Learning(starts, records, weather, dict(words or {}), seen)


def _guesses() -> dict[str, hmm.HMM]:
    """Return four ideas of Jason's weather to start from, the last two with surprises."""
    names = {"states": ("C", "H"), "symbols": ("1", "2", "3")}
    vague = hmm.HMM(
        [0.5, 0.5], [[0.6, 0.4], [0.4, 0.6]], [[0.4, 0.3, 0.3], [0.3, 0.3, 0.4]], **names
    )
    restless = hmm.HMM(
        [0.5, 0.5], [[0.1, 0.9], [0.3, 0.7]], [[0.4, 0.2, 0.4], [0.2, 0.6, 0.2]], **names
    )
    alike = hmm.HMM([0.5, 0.5], np.full((2, 2), 0.5), np.full((2, 3), 1 / 3), **names)
    return {
        "The slides' tables": data.ice_cream(),
        "A vague guess": vague,
        "A restless guess": restless,
        "All alike": alike,
    }


def _shown(model: hmm.HMM, xs, log_likelihood: float) -> dict:
    """Return the tables with three digits, the log likelihood, and P(second state) in per cent."""
    days = [np.rint(100 * model.posteriors(x, pairwise=False)[0][:, 1]).astype(int) for x in xs]
    tables = {"pi": model.pi, "A": model.A, "B": model.B}
    rounded = {name: compact(table.round(3)) for name, table in tables.items()}
    return {**rounded, "log": compact(log_likelihood), "days": [d.tolist() for d in days]}


def _key(start: int, records) -> str:
    return f"{start}:" + "/".join(",".join(map(str, record)) for record in records)


def _records(diary: str) -> list[np.ndarray]:
    return [np.array([int(x) for x in record.split(",")]) for record in diary.split("/")]


def _one_day_changed(records, n_symbols: int):
    """Yield the records as they are, and with one day changed, in every way."""
    yield records
    for i, record in enumerate(records):
        for t, x in enumerate(record):
            for other in (m for m in range(n_symbols) if m != x):
                yield [*records[:i], [*record[:t], other, *record[t + 1 :]], *records[i + 1 :]]
