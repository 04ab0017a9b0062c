"""The gates of an LSTM and of a GRU over a sequence, set by hand or learned, as an explorable."""

from __future__ import annotations

import html
from itertools import product

import numpy as np

from course_lib import checks, layers, recurrent
from course_lib.layers.gru import gru_step_slide
from course_lib.layers.lstm import lstm_step_slide
from course_lib.viz.explorable import Explorable, bundle

OPEN = 20.0  # A gate's sum: its sigmoid is 1, to eight digits.
HEARD = {"door": 1.0, "quiet": 0.0, "cat": -0.5, "still": 0.0, "wind": 0.3}
"""What the unit with gates set by hand hears in each hour."""
HOURS = len(HEARD)

TOKENS = ("front", "back", "cat", "car")
NIGHTS = {
    "front door, then cats and cars": [0, 2, 3, 2, 2, 3, 3, 2, 3, 2, 2, 3],
    "back door, then cats and cars": [1, 3, 2, 2, 3, 2, 3, 3, 2, 2, 3, 2],
    "front, later back": [0, 2, 3, 2, 2, 1, 3, 3, 2, 2, 3, 2],
    "front, back, front": [0, 3, 2, 3, 1, 2, 2, 3, 0, 2, 3, 3],
    "the same door twice": [1, 2, 2, 3, 3, 2, 1, 3, 2, 3, 2, 3],
}
ROWS = {
    "lstm": ("input gate i", "forget gate f", "output gate o", "content g", "cell c", "state h"),
    "gru": ("update gate z", "reset gate r", "candidate h̃", "state h"),
}


class Gates(Explorable):
    """The explorable that :func:`gates` returns.

    Its keys are ``"lstm:1000011111"``, two gates hour by hour, and ``"lstm-learned:2"``, a night.
    """

    module = "gates"
    _esm = bundle("gates")
    keys_like = '"lstm:1000011111" or "gru-learned:2"'

    def __init__(self, **traits):
        self.learned = {cell: watchman(cell) for cell in ROWS}
        models = [
            *(
                {"id": cell, "name": f"{cell.upper()}, gates set by hand", "rows": rows}
                for cell, rows in ROWS.items()
            ),
            *(
                {"id": f"{cell}-learned", "name": f"{cell.upper()}, learned", "rows": rows}
                for cell, rows in ROWS.items()
            ),
        ]
        settings = {
            "title": "Gates, hour by hour",
            "models": models,
            "hours": list(HEARD),
            "content": np.tanh(list(HEARD.values())).round(3).tolist(),
            "nights": list(NIGHTS),
            "tokens": [[TOKENS[k] for k in night] for night in NIGHTS.values()],
        }
        settings["start"] = {"lstm": "1000011111", "gru": "1000011111"}
        bits = ["".join(choice) for choice in product("01", repeat=2 * HOURS)]
        keys = [f"{cell}:{choice}" for cell in ROWS for choice in bits]
        keys += [f"{cell}-learned:{night}" for cell in ROWS for night in range(len(NIGHTS))]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(
            settings=settings, frames=frames, choice="lstm:1000011111", step=0, **traits
        )

    def frame(self, key: str) -> dict:
        """Return what the gates let through, hour by hour.

        Returns
        -------
        dict
            By hand: ``made`` (GRU: the candidate), ``kept`` (the cell, or the state), for LSTM
            ``shown`` (tanh of the cell), and ``reach``, the gradient of the last ``kept`` for each
            hour's content. Learned: ``rows``, the values of all rows, and ``says``.
        """
        cell, _, rest = key.partition(":")
        if cell in ROWS and len(rest) == 2 * HOURS and set(rest) <= {"0", "1"}:
            return by_hand(cell, rest)
        cell, _, learned = cell.partition("-")
        if cell in ROWS and learned == "learned" and rest.isdigit() and int(rest) < len(NIGHTS):
            return self._read(cell, list(NIGHTS.values())[int(rest)])
        raise self.misread(key)

    def _read(self, cell: str, tokens: list[int]) -> dict:
        """Return gates, states and answers of a network that has learned."""
        model = self.learned[cell]
        values = [array[:, 0] for array in recurrent.gate_values(model, tokens).values()]
        weights = [model.params[name] for name in ("W_x1", "W_h1", "b1")]
        h, c, states, memory = np.zeros(1), np.zeros(1), [], []
        for token in tokens:
            heard = model.params["E"][token]
            if cell == "lstm":
                h, c = lstm_step_slide(heard, h, c, *weights)
                memory.append(c[0])
            else:
                h = gru_step_slide(heard, h, *weights)
            states.append(h[0])
        rows = [*values, *([memory] if memory else []), states]
        says = model.predict([tokens])[0]
        return {
            "rows": [np.round(row, 3).tolist() for row in rows],
            "says": [TOKENS[k] for k in says],
        }

    def summary(self) -> str:
        kept = self.frames["lstm:1000011111"]["kept"]
        return (
            "An LSTM whose input gate is open in the first hour alone and whose forget gate is "
            f"open in all: its cell holds {', '.join(f'{c:g}' for c in kept)}."
        )

    def fallback(self) -> str:
        frame = self.frames["lstm:1000011111"]
        head = "".join(f"<th>{name}</th>" for name in HEARD)
        rows = {
            "content": self.settings["content"],
            "input gate": "o––––",
            "forget gate": "ooooo",
            "cell": frame["kept"],
            "gradient": frame["reach"],
        }
        body = "".join(
            f"<tr><th>{name}</th>{''.join(f'<td>{value}</td>' for value in values)}</tr>"
            for name, values in rows.items()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def gates() -> Gates:
    """Return one unit whose gates the reader opens and shuts, and two that learned when to.

    Notes
    -----
    Source: UW, Preservation of gradient information by LSTM; IITK, LSTM; UW, GRUs.
    """
    return Gates()


def by_hand(cell: str, bits: str) -> dict:
    """Run one unit whose gates do as they are told; the output gate of an LSTM is open.

    Parameters
    ----------
    cell : {"lstm", "gru"}
    bits : str
        1 for open: the first gate hour by hour, then the second.
    """
    first, second = np.reshape([OPEN if bit == "1" else -OPEN for bit in bits], (2, HOURS))
    x = np.stack([list(HEARD.values()), first, second], axis=1)[None]
    none = np.zeros((1, 1))
    if cell == "lstm":
        W_x = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]], float)
        weights = W_x, np.zeros((4, 1)), np.array([0, 0, OPEN, 0])
        h, c_last, cache = layers.lstm_forward(x, none, none, *weights)
        dx = layers.lstm_backward(np.zeros_like(h), cache, np.ones_like(c_last))[0]
        c, kept = np.zeros(1), []
        state = np.zeros(1)
        for heard in x[0]:
            state, c = lstm_step_slide(heard, state, c, *weights)
            kept.append(c[0])
        return {"kept": _short(kept), "shown": _short(h[0, :, 0]), "reach": _short(dx[0, :, 0])}
    W_x = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], float)
    weights = W_x, np.array([[0.0], [0.0], [1.0]]), np.zeros(3)
    h, cache = layers.gru_forward(x, none, *weights)
    dh = np.zeros_like(h)
    dh[0, -1] = 1
    dx = layers.gru_backward(dh, cache)[0]
    before = np.concatenate([[0], h[0, :-1, 0]])
    made = np.tanh(x[0, :, 0] + (second > 0) * before)
    return {"made": _short(made), "kept": _short(h[0, :, 0]), "reach": _short(dx[0, :, 0])}


def watchman(cell: str) -> recurrent.SequenceTagger:
    """Return a tagger of one gated unit that has learned which door opened last.

    Parameters
    ----------
    cell : {"lstm", "gru"}
    """
    checks.one_of("cell", cell, tuple(ROWS))
    model = recurrent.SequenceTagger(len(TOKENS), 1, 2, cell=cell, embed=4, rng=1)
    return model.fit(*doors(300, 16, 1), epochs=40, lr=0.03)


def doors(n: int, hours: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Return nights (n, hours) that begin with a door, and for each hour the last door so far.

    Parameters
    ----------
    n, hours : int
    rng : numpy.random.Generator or int
    """
    rng = checks.generator(rng)
    x = rng.choice(4, p=[0.1, 0.1, 0.4, 0.4], size=(n, hours))
    x[:, 0] = rng.integers(0, 2, n)
    y = x.copy()
    for t in range(1, hours):
        y[:, t] = np.where(x[:, t] < 2, x[:, t], y[:, t - 1])
    return x, y


def _short(values) -> list[float]:
    """Return three decimals, without a minus before zero."""
    return (np.round(values, 3) + 0.0).tolist()
