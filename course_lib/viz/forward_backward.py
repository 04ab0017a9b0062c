"""The trellis of forward, backward and posteriors as an explorable: sums in place of maxima."""

from __future__ import annotations

import numpy as np

from course_lib import hmm
from course_lib.viz.explorable import bundle, compact
from course_lib.viz.trellis import MOST_DAYS, Trellis, number, trellis


class ForwardBackward(Trellis):
    """The explorable that :func:`forward_backward` returns. Its keys are ``"table:x1,x2,..."``."""

    module = "forward_backward"
    _esm = bundle("forward_backward")
    title = "Forward, backward, and both together"
    legend = "A cell will show how probable the observations so far are, with this state today."
    column = "Posterior"

    def shown(self, model: hmm.HMM, x) -> dict:
        return sums_frame(model, x)

    def result(self, frame: dict, seen: str, kind: str) -> str:
        states = self.settings["states"]
        days = " ".join(states[k] for k in frame["guess"])
        sure = ", ".join(f"{max(row):.0%}" for row in frame["gamma"])
        total = f"{kind} of {seen} is {number(frame['total'])}"
        return f"the {total}; the most probable state of each day is {days} ({sure})."

    def table(self, frame: dict) -> list[list]:
        return frame["gamma"] if frame["possible"] else frame["alpha"]


def forward_backward(models=None, observations=(0, 1, 0), words=None, picture=None):
    """Return the trellis of forward and backward sums, and of the posteriors they give.

    Parameters
    ----------
    models, observations, words, picture
        As for :func:`course_lib.viz.trellis.trellis`.

    Returns
    -------
    ForwardBackward

    Notes
    -----
    Source: Rabiner 1989.
    """
    return trellis(models, observations, words, picture, kind=ForwardBackward)


def sums_frame(model: hmm.HMM, x) -> dict:
    """Return all that the drawing shows of one sequence, as lists of numbers with six digits.

    Parameters
    ----------
    model : HMM
    x : (n,) array_like of int

    Returns
    -------
    dict
        ``log``: whether the following are logarithms. ``alpha`` and ``beta`` [day][state];
        ``arriving`` [day - 1][to][from]: what a move brings to a sum forward, before the emission;
        ``leaving`` [day - 1][to][from]: what it brings to a sum backward; ``end`` [state], with
        STOP if the model has it; ``total``: P(x); ``possible``: whether it is above zero. And
        always as probabilities: ``gamma`` [day][state], ``xi`` [day - 1][to][from], ``guess``
        [day].
    """
    log_alpha, total = model.forward(x)
    log_beta = model.backward(x)
    arriving = log_alpha[:-1, None, :] + model.log_A.T
    leaving = model.log_A.T + (model.log_B.T[x] + log_beta)[1:, :, None]
    possible = total > -np.inf
    gamma, xi = model.posteriors(x) if possible else (np.zeros_like(log_alpha), None)
    logs = len(log_alpha) > MOST_DAYS
    shown = (lambda values: values) if logs else np.exp
    return {
        "log": logs,
        "alpha": compact(shown(log_alpha)),
        "beta": compact(shown(log_beta)),
        "arriving": compact(shown(arriving)),
        "leaving": compact(shown(leaving)),
        "end": compact(shown(log_alpha[-1] + model.log_stop)),
        "total": compact(shown(total)),
        "possible": bool(possible),
        "gamma": compact(gamma),
        "xi": compact(xi.transpose(0, 2, 1)) if possible else [],
        "guess": gamma.argmax(axis=1).tolist(),
    }
