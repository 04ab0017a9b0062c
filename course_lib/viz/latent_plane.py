"""The latent plane as an explorable: what a decoder draws at the place under the pointer."""

from __future__ import annotations

import html

import numpy as np

from course_lib import data
from course_lib.autoencoder import Autoencoder
from course_lib.vae import VAE
from course_lib.viz.explorable import Explorable, bundle, entry, whole

NETWORKS = ("variational autoencoder", "plain autoencoder")
STARTS = 2
"""How many starts of each network a page stores."""

SEEN = 1000  # digits that the networks learn from
SHOWN = 200  # of them, those whose codes are drawn
TICKS = np.linspace(-3, 3, 25)
LEVELS = "0123456789abcdefghijklmnopqrstuvwxyz"  # of grey, black first


def learned_plane(network: str, start: int, X):
    """Return the codes of `X` (N, D) in a trained network, and its decoder of such codes.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    start : int
        Seed of the first weights and of the training.
    X : (N, D) ndarray

    Returns
    -------
    codes : (N, 2) ndarray
        Means of q(z | x), or the plain autoencoder's codes, shifted and stretched to mean 0 and
        spread 1 so that both networks have the same plane.
    decode : callable
        From codes (M, 2) to pictures (M, D).
    """
    D = X.shape[1]
    if network == NETWORKS[0]:
        vae = VAE(D, 128, 2, rng=start, dtype=np.float32)
        vae.fit(X, epochs=60, lr=3e-3, rng=start)
        return vae.encode(X)[0], vae.decode
    plain = Autoencoder([D, 128, 2, 128, D], rng=start, dtype=np.float32)
    plain.fit(X, epochs=60, lr=5e-3, rng=start)
    codes = plain.encode(X)
    middle, spread = codes.mean(axis=0), codes.std(axis=0)
    return (codes - middle) / spread, lambda z: plain.decode(middle + spread * z)


class LatentPlane(Explorable):
    """The explorable that :func:`latent_plane` returns.

    Its keys are the numbers of the network and of the start, as in ``"0:1"``.
    """

    module = "latent_plane"
    _esm = bundle("latent_plane")
    keys_like = '"0:1"'

    def __init__(self, **traits):
        settings = {
            "title": "What the decoder draws at a place",
            "networks": list(NETWORKS),
            "starts": STARTS,
            "ticks": TICKS.tolist(),
            "levels": LEVELS,
        }
        images, self.labels = data.digits()
        order = np.random.default_rng(0).permutation(len(images))[:SEEN]
        self.X, self.labels = images.reshape(len(images), 64)[order], self.labels[order]
        keys = [f"{i}:{start}" for i in range(len(NETWORKS)) for start in range(STARTS)]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice="0:0", step=0, **traits)

    def frame(self, key: str) -> dict:
        """Train a network, and decode its plane.

        Returns
        -------
        dict
            ``pictures`` [place], each a text with one of `LEVELS` for each pixel; the places go
            through `TICKS` from left to right, row after row from below. ``nearest`` [place], the
            label of the real digit that the picture is most like, and ``far``, its distance;
            ``points`` [digit], some real digits, each with its code and its label.
        """
        network, start = self.parts(key, entry(NETWORKS), whole())
        codes, decode = learned_plane(network, start, self.X)
        z1, z2 = np.meshgrid(TICKS, TICKS)
        drawn = decode(np.column_stack([z1.ravel(), z2.ravel()])).clip(0, 1)
        nearest, far = nearest_digits(drawn, self.X)
        pictures = (drawn * (len(LEVELS) - 1)).round().astype(int)
        shown = zip(codes[:SHOWN].round(2).tolist(), self.labels[:SHOWN].tolist(), strict=True)
        return {
            "pictures": ["".join(LEVELS[level] for level in picture) for picture in pictures],
            "nearest": self.labels[nearest].tolist(),
            "far": far.round(1).tolist(),
            "points": [[*code, label] for code, label in shown],
        }

    def rows(self) -> list[list[int]]:
        """Return what is drawn at whole numbers, as labels: z2 from 2 down, z1 from -2 up."""
        labels = np.array(self.frames[self.choice]["nearest"]).reshape(len(TICKS), len(TICKS))
        return labels[20:3:-4, 4:21:4].tolist()

    def summary(self) -> str:
        network = NETWORKS[int(self.choice.split(":")[0])]
        far = np.array(self.frames[self.choice]["far"])
        return (
            f"The plane of a {network}: from place to place its pictures are like another digit. "
            f"The real digit nearest to a picture is {np.median(far):.1f} away, at the worst place "
            f"{far.max():.1f}."
        )

    def fallback(self) -> str:
        head = "".join(f"<th>{z1}</th>" for z1 in range(-2, 3))
        rows = "".join(
            f"<tr><th>{2 - i}</th>{''.join(f'<td>{label}</td>' for label in row)}</tr>"
            for i, row in enumerate(self.rows())
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            f"<table><thead><tr><th>z₂ \\ z₁</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary())}</p>"
        )


def nearest_digits(pictures, X) -> tuple[np.ndarray, np.ndarray]:
    """Return for each picture (M, D) which row of `X` (N, D) is nearest, and how far it is."""
    squared = (pictures**2).sum(axis=1)[:, None] - 2 * pictures @ X.T + (X**2).sum(axis=1)
    nearest = squared.argmin(axis=1)
    return nearest, np.linalg.norm(pictures - X[nearest], axis=1)


def latent_plane() -> LatentPlane:
    """Return the latent planes of a variational and of a plain autoencoder of digits.

    Notes
    -----
    Both have two latent dimensions and hidden layers of 128 units. Needs scikit-learn's digits.
    """
    return LatentPlane()
