"""Pictures of hidden representations: the 8-3-8 codes, what comes back, and PCA's directions."""

from __future__ import annotations

from itertools import product

import numpy as np

from course_lib import checks
from course_lib.autoencoder import Autoencoder, pca
from course_lib.viz import heat, tiles
from course_lib.viz.style import FAINT, INK, STATES, Picture, figure, show

DEPTH = np.array([0.5, 0.32])  # where a cube's third axis goes on paper


def codes(hidden) -> Picture:
    """Draw the hidden values of the 8-3-8 encoder as a table, and the bits they round to.

    Parameters
    ----------
    hidden : (8, 3) array_like
        For each pattern its hidden values, such as ``net.hidden(np.eye(8))[0]``.
    """
    hidden = checks.within_0_and_1("hidden", checks.floats("hidden", hidden, (8, 3)))
    drawing, plot = figure(2.9, axes=True)
    patterns = ["".join("1" if i == k else "0" for i in range(8)) for k in range(8)]
    heat.table(plot, hidden, patterns, ["h₁", "h₂", "h₃"])
    bits = [_bits(row) for row in hidden]
    for k, code in enumerate(bits):
        plot.text(3.15, k + 0.5, f"→ {code}", va="center", family="monospace")
    plot.set(ylabel="pattern")
    return show(drawing, f"Three hidden values for each of eight patterns. {_listed(bits)}")


def cube(hidden) -> Picture:
    """Draw each pattern's three hidden values as a point in the unit cube.

    Parameters
    ----------
    hidden : (8, 3) array_like
        As for `codes`.
    """
    hidden = checks.within_0_and_1("hidden", checks.floats("hidden", hidden, (8, 3)))
    drawing, plot = figure(3.3)
    corners = np.array(list(product((0, 1), repeat=3)))
    for a, b in product(range(8), repeat=2):
        if a < b and np.abs(corners[a] - corners[b]).sum() == 1:
            ends = _on_paper(corners[[a, b]])
            plot.plot(*ends.T, color=INK, linewidth=0.8, alpha=FAINT, zorder=1)
    for corner, at in zip(corners, _on_paper(corners), strict=True):
        plot.text(at[0] - 0.05, at[1] + 0.07, _bits(corner), ha="right", size=8)
    for k, (at, row) in enumerate(zip(_on_paper(hidden), hidden, strict=True)):
        corner = _on_paper(row.round()[None])[0]
        plot.plot(*np.array([at, corner]).T, color=STATES[1], linewidth=1, zorder=2)
        plot.plot(*at, "o", color=STATES[1], zorder=3)
        plot.text(at[0] + 0.05, at[1] - 0.1, str(k + 1), weight="bold", size=9)
    plot.text(0.85, -0.32, "bold: the number of the pattern", ha="center", size=8)
    plot.set(xlim=(-0.3, 2.0), ylim=(-0.4, 1.5))
    bits = [_bits(row) for row in hidden]
    return show(
        drawing,
        f"A cube whose corners are the eight binary numbers of three bits, "
        f"{len(set(bits))} of them taken. {_listed(bits)}",
    )


def reconstructions(X, back, shape) -> Picture:
    """Draw pictures above what an autoencoder makes of them, with the squared error below.

    Parameters
    ----------
    X, back : (N, D) array_like
        Inputs, and what came back; at most 10.
    shape : (int, int)
        Height and width of a picture.
    """
    above, below = tiles.as_rows("X", X, shape), tiles.as_rows("back", back, shape)
    checks.has_shape("back", below, above.shape)
    N = checks.whole("X: the number of pictures", len(above), low=1, high=10)
    errors = ((above - below) ** 2).sum(axis=(1, 2))
    captions = ["input"] * N + [f"{error:.3g}" for error in errors]
    drawing, plot = tiles.grid(np.concatenate([above, below]), N, captions)
    plot.text(0, plot.get_ylim()[0], "below: squared error of what came back", va="top", size=8)
    listed = ", ".join(f"{error:.3g}" for error in errors)
    return show(
        drawing,
        f"{N} pictures in the upper row, what the autoencoder gives back in the lower one. "
        f"Squared errors: {listed}.",
    )


def directions(net: Autoencoder, X) -> Picture:
    """Draw points of the plane, PCA's two directions, and the line a linear autoencoder keeps.

    Parameters
    ----------
    net : Autoencoder
        Linear, with two inputs and one code.
    X : (N, 2) array_like
    """
    if not isinstance(net, Autoencoder):
        raise TypeError(f"net must be an Autoencoder, got {type(net).__name__}")
    if not net.linear or net.sizes != (2, 1, 2):
        raise ValueError(f"net must be a linear autoencoder of sizes (2, 1, 2), got {net}")
    X = checks.floats("X", X, ("N", 2))
    components, variances = pca(X, 2)
    middle = X.mean(axis=0)
    kept = net.params["W2"][:, 0] / np.linalg.norm(net.params["W2"])
    drawing, plot = figure(3.2, axes=True)
    plot.scatter(*X.T, s=10, color=STATES[0], alpha=0.8, linewidths=0, label="data")
    reach = 2.5 * np.sqrt(variances[0])
    at = net.decode([[0.0]])[0]
    line = at + np.outer((-reach, reach), kept) + (middle - at) @ kept * kept
    plot.plot(*line.T, color=STATES[1], linestyle="--", linewidth=2, label="autoencoder")
    for k, (component, variance) in enumerate(zip(components, variances, strict=True)):
        tip = middle + 2 * np.sqrt(variance) * component
        plot.annotate("", tip, middle, arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.6})
        plot.annotate(f"PCA {k + 1}", tip, (5, 9), textcoords="offset points")
    plot.set(xlabel="x₁", ylabel="x₂", aspect="equal")
    plot.legend(frameon=False, labelcolor=INK, loc="upper left", bbox_to_anchor=(1, 1))
    angle = np.degrees(np.arccos(min(1.0, abs(float(kept @ components[0])))))
    return show(
        drawing,
        f"{len(X)} points. The first direction of PCA holds {variances[0] / variances.sum():.0%} "
        f"of the variance; the linear autoencoder's line is {angle:.2g} degrees from it.",
    )


def _bits(values) -> str:
    return "".join(str(round(value)) for value in np.asarray(values, float))


def _on_paper(points: np.ndarray) -> np.ndarray:
    """Return points of space (N, 3) as points of the plane (N, 2)."""
    return points[:, :2] * [1.15, 1] + points[:, 2:] * DEPTH


def _listed(bits) -> str:
    return "Codes: " + ", ".join(f"pattern {k} {code}" for k, code in enumerate(bits, 1)) + "."
