"""A recurrent unit through a night, and its gradient back to the first hour, as an explorable."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from course_lib import checks, layers
from course_lib.viz.explorable import Explorable, bundle, compact, entry, real

HOURS = 10
HOURS_AT_MOST = 16
WEIGHTS = (-1.5, -1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0)


class Fading(Explorable):
    """The explorable that :func:`fading` returns. Its keys are ``"night:weight"``."""

    module = "fading"
    _esm = bundle("fading")
    keys_like = '"0:1.5"'

    def __init__(self, nights: dict[str, list[float]], weights: list[float], **traits):
        self.nights = nights
        settings = {
            "title": "One night, forward and back",
            "nights": list(nights),
            "inputs": [compact(x) for x in nights.values()],
            "weights": compact(weights),
        }
        keys = [f"{n}:{weight:g}" for n in range(len(nights)) for weight in weights]
        frames = {key: self.frame(key) for key in keys}
        first = f"0:{1:g}" if 1 in weights else keys[0]
        super().__init__(settings=settings, frames=frames, choice=first, step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return a night, forward and back; the loss is the state of the last hour itself.

        Returns
        -------
        dict
            ``h`` [hour], the states, that before the first hour included; ``dz`` [hour], the
            gradient of the last state for the sum of each hour; ``dU``, ``dW``, ``db``, the
            gradients of the shared weights.
        """
        x, W = self.parts(key, entry(list(self.nights.values())), real)
        one, none = np.ones((1, 1)), np.zeros((1, 1))
        inputs = np.reshape(x, (1, -1, 1))
        h, cache = layers.rnn_forward(inputs, none, one, W * one, none[0])
        dh = np.zeros_like(h)
        dh[0, -1] = 1
        dz, _, dU, dW, db = layers.rnn_backward(dh, cache)  # U is 1, so dx is dz
        return {
            "h": compact([0, *h[0, :, 0]]),
            "dz": compact(dz[0, :, 0]),
            "dU": compact(dU[0, 0]),
            "dW": compact(dW[0, 0]),
            "db": compact(db[0]),
        }

    def summary(self) -> str:
        frame = self.frames[self.choice]
        _, weight = self.choice.split(":")
        return (
            f"With W = {weight} the gradient is {frame['dz'][-1]:.3g} in the last hour and "
            f"{frame['dz'][0]:.3g} in the first."
        )

    def fallback(self) -> str:
        n = int(self.choice.split(":")[0])
        frame = self.frames[self.choice]
        hours = zip(self.settings["inputs"][n], frame["h"][1:], frame["dz"], strict=True)
        rows = "".join(
            f"<tr><th>{t}</th><td>{x:.4g}</td><td>{h:.4g}</td><td>{dz:.4g}</td></tr>"
            for t, (x, h, dz) in enumerate(hours, 1)
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Hour</th><th>Input</th><th>State</th><th>Gradient</th></tr>"
            f"</thead><tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def fading(nights=None, weights=WEIGHTS) -> Fading:
    """Return one recurrent unit to step through, forward over a night and back to its start.

    The unit is ``h_t = tanh(x_t + W h_{t-1})``, from 0, and its loss is its last state.

    Parameters
    ----------
    nights : dict of str to (T,) array_like, optional
        Inputs by name, all of one length, at most 16. Left out: the watchman's nights of 10 hours.
    weights : list of float
        The weights W that a page stores.

    Notes
    -----
    Source: UW, Vanishing gradient problem for RNNs; UCLA, RNN training.
    """
    nights = _watchmans() if nights is None else nights
    if not isinstance(nights, Mapping) or not nights:
        raise ValueError(f"nights must be a dict with at least one night, got {nights!r}")
    length = checks.whole("the hours", len(next(iter(nights.values()))), 1, HOURS_AT_MOST)
    nights = {
        name: checks.floats(f"nights[{name!r}]", x, (length,)).tolist()
        for name, x in nights.items()
    }
    weights = checks.floats("weights", weights, ("weights",)).tolist()
    if not weights:
        raise ValueError("weights must hold at least one number, got none")
    return Fading(nights, weights)


def _watchmans() -> dict[str, np.ndarray]:
    """Return the nights by the hours in which the door opens."""
    hours = np.eye(HOURS)
    return {
        "the door opens in hour 1": hours[0],
        "it opens in hour 5": hours[4],
        "it opens in hour 10": hours[9],
        "in hours 1, 4 and 7": hours[[0, 3, 6]].sum(axis=0),
        "in every hour": np.ones(HOURS),
        "a quiet night": np.zeros(HOURS),
        "a whisper in hour 1": 0.1 * hours[0],
    }
