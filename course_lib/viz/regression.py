"""A picture of deep probabilistic regression: the mean, and how far data stray from it."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.deep_regression import DeepGaussianRegression
from course_lib.viz.style import STATES, Picture, figure, legend_above, show


def band(model: DeepGaussianRegression, x, y) -> Picture:
    """Draw data, the model's mean, and the band of two standard deviations to either side.

    Parameters
    ----------
    model : DeepGaussianRegression
        Fitted, with one input and one output.
    x, y : (N,) array_like
    """
    if not isinstance(model, DeepGaussianRegression):
        raise TypeError(f"model must be a DeepGaussianRegression, got {type(model).__name__}")
    if model.beta is None:
        raise ValueError("the model has no beta yet; call fit(X, y) first")
    x = checks.floats("x", x, ("N",))
    y = checks.floats("y", y, (len(x),))
    if len(x) == 0:
        raise ValueError("x must hold at least one point, got none")
    sigma = model.beta**-0.5
    room = 0.05 * (x.max() - x.min())
    along = np.linspace(x.min() - room, x.max() + room, 200)
    mean = model.predict(along[:, None])
    inside = np.abs(y - model.predict(x[:, None])) <= 2 * sigma
    drawing, plot = figure(3.0, axes=True)
    edges = mean - 2 * sigma, mean + 2 * sigma
    plot.fill_between(along, *edges, color=STATES[0], alpha=0.2, linewidth=0, label="mean ± 2σ")
    for edge in edges:
        plot.plot(along, edge, color=STATES[0], linestyle="--", linewidth=1)
    plot.plot(along, mean, color=STATES[0], linewidth=2, label="mean")
    plot.scatter(x, y, s=12, color=STATES[1], marker="^", linewidths=0, label="data")
    plot.set(xlabel="x", ylabel="y")
    legend_above(plot, 3)
    return show(
        drawing,
        f"{len(x)} points, the model's mean from {mean.min():.2g} to {mean.max():.2g}, and a band "
        f"of two standard deviations, each {sigma:.2g}; {inside.mean():.0%} of the points lie in "
        "it.",
    )
