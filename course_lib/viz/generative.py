"""Pictures of models that make data: latent spaces, samples, the two terms of an ELBO, a game."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from course_lib import checks
from course_lib.gan import GAN
from course_lib.vae import VAE
from course_lib.viz import tiles
from course_lib.viz.neurons import loss_curves
from course_lib.viz.style import INK, STATES, Picture, figure, legend_above, show

SIDES_AT_MOST = 12


def latent_space(z, labels) -> Picture:
    """Draw points of a latent plane, each as the digit of its label, in one of four colours.

    Parameters
    ----------
    z : (N, 2) array_like
        Such as ``vae.encode(X)[0]``.
    labels : (N,) array_like of int
        0 to 9.
    """
    z = checks.floats("z", z, ("N", 2))
    labels = checks.integers("labels", labels, (len(z),), high=10)
    if len(z) == 0:
        raise ValueError("z must hold at least one point, got none")
    drawing, plot = figure(3.8, axes=True)
    words = []
    for k in np.unique(labels):
        mine = z[labels == k]
        look = {"color": STATES[k % len(STATES)], "linewidths": 0.3}
        plot.scatter(*mine.T, marker=f"${k}$", s=26, **look)
        middle = mine.mean(axis=0)
        words.append(f"{k} around ({middle[0]:.2g}, {middle[1]:.2g})")
    plot.set(xlabel="z₁", ylabel="z₂", aspect="equal")
    return show(drawing, f"{len(z)} points of a latent plane by label: {', '.join(words)}.")


def samples(X, shape, columns: int = 8) -> Picture:
    """Draw pictures that a model made.

    Parameters
    ----------
    X : (N, D) array_like
        Such as ``vae.sample(32, rng)``.
    shape : (int, int)
        Height and width of a picture.
    columns : int
        Pictures in a row.
    """
    images = tiles.as_rows("X", X, shape)
    drawing, _ = tiles.grid(images, columns)
    size = " by ".join(map(str, images.shape[1:]))
    return show(
        drawing,
        f"{len(images)} pictures of {size} pixels that the model made, values from "
        f"{images.min():.2g} (black) to {images.max():.2g} (white).",
    )


def decoded_plane(vae: VAE, shape, side: int = 9, reach: float = 2.0) -> Picture:
    """Draw what each place of a latent plane stands for.

    Parameters
    ----------
    vae : VAE
        With two latent dimensions.
    shape : (int, int)
        Height and width of a picture.
    side : int
        Pictures along each axis, at most 12.
    reach : float
        The places lie between -reach and reach.
    """
    if not isinstance(vae, VAE):
        raise TypeError(f"vae must be a VAE, got {type(vae).__name__}")
    if vae.latent != 2:
        raise ValueError(f"vae must have 2 latent dimensions, got {vae.latent}")
    side = checks.whole("side", side, low=2, high=SIDES_AT_MOST)
    reach = checks.number("reach", reach, above=0)
    ticks = np.linspace(-reach, reach, side)
    z1, z2 = np.meshgrid(ticks, ticks[::-1])
    images = tiles.as_rows("decoded", vae.decode(np.column_stack([z1.ravel(), z2.ravel()])), shape)
    drawing, plot = tiles.grid(images, side)
    low = plot.get_ylim()[0]
    plot.set_ylim(low - 0.6, None)
    for share, place in ((0, -reach), (0.5, 0), (1, reach)):
        x = share * (side - 1) * (1 + tiles.GAP) + 0.5
        plot.text(x, low - 0.05, f"z₁ = {place:g}", ha="center", va="top", size=8)
    return show(
        drawing,
        f"{side} by {side} pictures decoded from a grid of the latent plane, z1 from {-reach:g} on "
        f"the left to {reach:g} on the right, z2 from {reach:g} on top to {-reach:g} below.",
    )


def elbo(reconstruction, kl) -> Picture:
    """Draw the negative ELBO over the epochs, and the two terms it is the sum of.

    Parameters
    ----------
    reconstruction : (E,) array_like
        ``-log P(x | z)`` of each epoch.
    kl : (E,) array_like
        ``KL(q(z | x) || P(z))`` of each epoch, such as the mean of `vae.gaussian_kl`.
    """
    reconstruction = checks.floats("reconstruction", reconstruction, ("E",))
    kl = checks.not_negative("kl", kl, (len(reconstruction),))
    terms = {"−ELBO": reconstruction + kl, "reconstruction": reconstruction, "KL": kl}
    plot = loss_curves(terms)
    plot.set(ylabel="nats")
    legend_above(plot, 3)
    return show(plot.figure, plot.get_label())


def players(history) -> Picture:
    """Draw the losses of a GAN's players, and where they are even: 2 log 2 and log 2.

    Parameters
    ----------
    history : dict
        A fitted ``GAN``'s, with ``"d_loss"`` and ``"g_loss"`` of each epoch.
    """
    missing = [name for name in ("d_loss", "g_loss") if name not in history]
    if missing:
        raise ValueError(f"history must hold d_loss and g_loss, got {list(history)}")
    plot = loss_curves({"discriminator": history["d_loss"], "generator": history["g_loss"]})
    for height, name in ((2 * np.log(2), "2 log 2"), (np.log(2), "log 2")):
        plot.axhline(height, color=INK, linewidth=0.8, linestyle=":")
        at = (plot.get_xlim()[1], height)
        plot.annotate(name, at, (4, 0), textcoords="offset points", va="center", size=8)
    plot.set(ylabel="loss")
    legend_above(plot, 2)
    told = "Dotted: where neither can do better, 1.39 for the discriminator and 0.693 for the other"
    return show(plot.figure, f"{plot.get_label()} {told}.")


def real_and_fake(real, fake) -> Picture:
    """Draw real points as circles and generated ones as crosses.

    Parameters
    ----------
    real, fake : (N, 2) and (M, 2) array_like
    """
    real, fake = checks.floats("real", real, ("N", 2)), checks.floats("fake", fake, ("M", 2))
    drawing, plot = figure(3.6, axes=True)
    _both(plot, real, fake)
    return show(drawing, f"{_told(real, 'real')}; {_told(fake, 'generated')}.")


def discriminator(gan: GAN, real, fake) -> Picture:
    """Draw how sure a discriminator is, over the plane, that a point is real.

    Parameters
    ----------
    gan : GAN
        For data of length 2.
    real, fake : (N, 2) and (M, 2) array_like
    """
    if not isinstance(gan, GAN):
        raise TypeError(f"gan must be a GAN, got {type(gan).__name__}")
    if gan.data != 2:
        raise ValueError(f"gan must make points of the plane, got data of length {gan.data}")
    real, fake = checks.floats("real", real, ("N", 2)), checks.floats("fake", fake, ("M", 2))
    both = np.concatenate([real, fake])
    low, high = both.min(axis=0), both.max(axis=0)
    room = 0.1 * (high - low) + 1e-9
    u, v = np.meshgrid(
        *(np.linspace(*ends, 61) for ends in zip(low - room, high + room, strict=True))
    )
    sure = gan.discriminate(np.column_stack([u.ravel(), v.ravel()])).reshape(u.shape)
    drawing, plot = figure(3.6, axes=True)
    levels = [0.1, 0.3, 0.5, 0.7, 0.9]
    for level in levels:  # one layer on the other: the surer, the darker
        plot.contourf(u, v, sure >= level, levels=[0.5, 1.5], colors=[STATES[2]], alpha=0.13)
    if sure.min() < 0.5 < sure.max():
        plot.contour(u, v, sure, levels=[0.5], colors=[INK], linewidths=1.2)
    _both(plot, real, fake)
    means = [float(gan.discriminate(points).mean()) for points in (real, fake)]
    return show(
        drawing,
        f"The plane, the greener the surer the discriminator is that a point there is real, from "
        f"{sure.min():.2f} to {sure.max():.2f}; a line where it cannot tell. It gives "
        f"{len(real)} real points {means[0]:.2f} on average, {len(fake)} generated ones "
        f"{means[1]:.2f}.",
    )


def _both(plot: Axes, real: np.ndarray, fake: np.ndarray) -> None:
    for name, points in (("real", real), ("fake", fake)):
        if len(points) == 0:
            raise ValueError(f"{name} must hold at least one point, got none")
    circles = {"facecolors": "none", "edgecolors": STATES[0], "linewidths": 0.8}
    plot.scatter(*real.T, s=14, label="real", **circles)
    plot.scatter(*fake.T, s=16, marker="x", color=STATES[1], linewidths=0.9, label="generated")
    plot.set(xlabel="x₁", ylabel="x₂", aspect="equal")
    legend_above(plot, 2)


def _told(points: np.ndarray, kind: str) -> str:
    middle, spread = points.mean(axis=0), points.std(axis=0)
    return (
        f"{len(points)} {kind} points around ({middle[0]:.2g}, {middle[1]:.2g}), "
        f"spread ({spread[0]:.2g}, {spread[1]:.2g})"
    )
