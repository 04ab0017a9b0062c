"""The trellis of the Viterbi algorithm as an explorable: every score, arrow and back pointer."""

from __future__ import annotations

import html
from itertools import product

import numpy as np

from course_lib import checks, data, hmm
from course_lib.viz.explorable import Explorable, bundle, compact, entry

# A page stores every sequence of the given length while there are at most this many frames.
MOST_FRAMES = 100
# As in web/observed.js: so many symbols are shown as buttons, more as a menu.
MOST_BUTTONS = 4
# Beyond this many days probabilities are too small to read, and logarithms are shown.
MOST_DAYS = 20

ICE_CREAM_WORDS = {
    **{"C": "cold", "H": "hot"},
    **{"1": "1 cone", "2": "2 cones", "3": "3 cones"},
}


class Trellis(Explorable):
    """The explorable that :func:`trellis` returns. Its keys are ``"table:x1,x2,..."``."""

    module = "trellis"
    _esm = bundle("trellis")
    keys_like = '"0:0,1,0"'
    title = "Viterbi, day by day"
    legend = "A cell will show the probability of the best path that ends in it."
    column = "Best score"

    def __init__(self, models: dict[str, hmm.HMM], x: np.ndarray, words, picture, **traits):
        self.models = list(models.values())
        first = self.models[0]
        settings = {
            "title": self.title,
            "states": first.states,
            "symbols": first.symbols,
            "words": words,
            "picture": picture,
            "seen": "cones" if picture == "cone" else "seen",
            "legend": self.legend,
            "tables": [_table(name, model) for name, model in models.items()],
        }
        keys = [key_of(table, seen) for table in range(len(models)) for seen in self._stored(x)]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=key_of(0, x), step=2, **traits)

    def _stored(self, x):
        first = self.models[0]
        if len(self.models) * first.n_symbols ** len(x) > MOST_FRAMES:
            return [x]
        return product(range(first.n_symbols), repeat=len(x))

    def frame(self, key: str) -> dict:
        model, x = self.parts(key, entry(self.models), _symbols)
        return self.shown(model, model.observations("observations", x))

    def shown(self, model: hmm.HMM, x) -> dict:
        """Return what a frame holds of one model and its observations."""
        return viterbi_frame(model, x)

    def sizes(self) -> dict[str, int]:
        first = self.models[0]
        few = first.n_symbols <= MOST_BUTTONS
        return {"states": first.n_states, "rows": first.n_symbols if few else 1}

    def summary(self) -> str:
        frame, settings = self.frames[self.choice], self.settings
        table, _, seen = self.choice.partition(":")
        name = settings["tables"][int(table)]["name"]
        seen = ", ".join(settings["symbols"][int(m)] for m in seen.split(","))
        if not frame["possible"]:
            return f"{name}: no path can give {seen}."
        kind = "log probability" if frame["log"] else "probability"
        return f"{name}: {self.result(frame, seen, kind)}"

    def result(self, frame: dict, seen: str, kind: str) -> str:
        """Say what came out for possible observations."""
        path = " ".join(self.settings["states"][k] for k in frame["path"])
        return f"the best path for {seen} is {path}, {kind} {number(frame['best'])}."

    def table(self, frame: dict) -> list[list]:
        """Return what readers without the drawing see: for each day a number a state."""
        return frame["score"]

    def fallback(self) -> str:
        frame, settings = self.frames[self.choice], self.settings
        table = self.table(frame)
        days = "".join(f"<th>Day {t + 1}</th>" for t in range(len(table)))
        rows = "".join(
            f"<tr><th>{html.escape(state)}</th>"
            + "".join(f"<td>{number(values[k])}</td>" for values in table)
            + "</tr>"
            for k, state in enumerate(settings["states"])
        )
        return (
            f"<p><strong>{html.escape(settings['title'])}</strong></p>"
            f"<table><thead><tr><th>{self.column}</th>{days}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def trellis(models=None, observations=(0, 1, 0), words=None, picture=None, kind=Trellis) -> Trellis:
    """Return the Viterbi trellis of some observations, to step through.

    Parameters
    ----------
    models : HMM or dict of str to HMM, optional
        The tables to choose from, by name; the names of states and symbols are those of the first.
        Left out: Jason's ice cream without STOP, with STOP, and as counted from the diary.
    observations : (n,) array_like of int
        Where to begin. Of short sequences all others of the same length are stored for the page; a
        live notebook can ask for any.
    words : dict of str to str, optional
        What a state or a symbol means, such as ``{"C": "cold"}``, for the sentences.
    picture : {"cone"}, optional
        Draw a symbol "3" as three ice-cream cones.
    kind : type, optional
        The lesson: `Trellis`, or a subclass that shows something else on the same drawing.

    Returns
    -------
    Trellis
        Scores are probabilities up to 20 days, natural logarithms beyond.

    Notes
    -----
    Ties go to the lowest state. Source: UCLA, Viterbi algorithm.
    """
    if models is None:
        models, words, picture = _ice_cream(), words or ICE_CREAM_WORDS, picture or "cone"
    if isinstance(models, hmm.HMM):
        models = {"the model": models}
    _check_models(models)
    _check_picture(picture, next(iter(models.values())).symbols)
    x = next(iter(models.values())).observations("observations", observations)
    return kind(models, x, dict(words or {}), picture)


def viterbi_frame(model: hmm.HMM, x) -> dict:
    """Return all that the drawing shows of one decoding, as lists of numbers with six digits.

    Parameters
    ----------
    model : HMM
    x : (n,) array_like of int

    Returns
    -------
    dict
        ``log``: whether the following are logarithms; ``score`` [day][state]; ``candidates``
        [day - 1][to][from], before the emission; ``back`` [day - 1][to]; ``end`` [state], with
        STOP if the model has it; ``path`` [day]; ``best``; ``possible``: whether any path is.
    """
    found = hmm.viterbi(model, x)
    candidates = found.scores[:-1, None, :] + model.log_A.T
    end = found.scores[-1] + model.log_stop
    logs = len(found.path) > MOST_DAYS
    shown = (lambda values: values) if logs else np.exp
    return {
        "log": logs,
        "score": compact(shown(found.scores)),
        "candidates": compact(shown(candidates)),
        "back": found.backpointers[1:].tolist(),
        "end": compact(shown(end)),
        "path": found.path.tolist(),
        "best": compact(shown(found.log_prob)),
        "possible": found.log_prob > -np.inf,
    }


def key_of(table: int, x) -> str:
    """Return the key of a frame: the table's number and the observations."""
    return f"{table}:{','.join(str(int(symbol)) for symbol in x)}"


def _ice_cream() -> dict[str, hmm.HMM]:
    return {
        "Slides, without STOP": data.ice_cream(),
        "Slides, with STOP": data.ice_cream(stop=True),
        "Counted from the diary": hmm.fit_supervised(*data.ice_cream_diary(), 2, 3),
    }


def _check_models(models) -> None:
    if not isinstance(models, dict) or not all(isinstance(m, hmm.HMM) for m in models.values()):
        raise TypeError(f"models must be an HMM or a dict of HMMs, got {models!r}")
    if not models:
        raise ValueError("models must hold at least one HMM, got none")
    sizes = {(model.n_states, model.n_symbols) for model in models.values()}
    if len(sizes) > 1:
        raise ValueError(f"models must agree on states and symbols, got {sorted(sizes)}")


def _check_picture(picture, symbols) -> None:
    if picture is None:
        return
    checks.one_of("picture", picture, ("cone",))
    if not all(symbol.isdecimal() for symbol in symbols):
        raise ValueError(f"picture='cone' needs symbols that are numbers, got {symbols}")


def number(value: float | None) -> str:
    """Return a number as text, four digits; ``None`` is the logarithm of zero."""
    return "−∞" if value is None else f"{value:.4g}"


def _symbols(seen: str) -> list[int]:
    return [int(symbol) for symbol in seen.split(",")]


def _table(name: str, model: hmm.HMM) -> dict:
    stop = None if model.stop is None else compact(model.stop)
    tables = {"pi": compact(model.pi), "A": compact(model.A), "B": compact(model.B)}
    return {"name": name, **tables, "stop": stop}
