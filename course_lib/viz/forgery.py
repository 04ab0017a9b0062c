"""A game of forgers as an explorable: two densities and the discriminator, epoch by epoch."""

from __future__ import annotations

import html

import numpy as np

from course_lib import checks
from course_lib.gan import GAN
from course_lib.viz.explorable import Explorable, bundle, entry, whole

EPOCHS = 60
EDGES = np.linspace(1, 7.5, 53)  # of the weights, in grams, that are counted together
COINS = 2000  # in the real purse
FAKES = 4000  # drawn to see their density
STARTS = 2
"""How many starts of each game a page stores."""

FORGERS = (
    ("nonsaturating", 0.5, "nonsaturating"),
    ("minimax", 0.5, "minimax"),
    ("nonsaturating", 0.0, "nonsaturating, no blur"),
)
"""Loss of the generator, blur, and what a reader is told of them."""


def purse(n: int, rng) -> np.ndarray:
    """Return the weights (n, 1) of real coins: six in ten of about 2.8 g, the others of 5.5 g.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator or int
    """
    n, rng = checks.whole("n", n), checks.generator(rng)
    light = rng.random((n, 1)) < 0.6
    return np.where(light, rng.normal(2.8, 0.4, (n, 1)), rng.normal(5.5, 0.5, (n, 1)))


class WatchedGAN(GAN):
    """A GAN that calls ``watch()`` before its game, and after every `turns` turns of it."""

    def __init__(self, *args, turns, watch, **options):
        super().__init__(*args, **options)
        self.turns, self.watch, self.turn = turns, watch, 0

    def _turn(self, *args):
        if self.turn == 0:
            self.watch()
        losses = super()._turn(*args)
        self.turn += 1
        if self.turn % self.turns == 0:
            self.watch()
        return losses


def play(X, kind: str, blur: float, start: int, watch) -> GAN:
    """Return a GAN for the weights `X` (N, 1) after its game; ``watch(gan)`` sees every epoch."""
    batch = 200
    turns = -(-len(X) // batch)
    gan = WatchedGAN(8, 64, 1, rng=start, dtype=np.float32, turns=turns, watch=lambda: watch(gan))
    options = {"kind": kind, "blur": blur, "lr": 1e-3, "batch_size": batch}
    return gan.fit(X, epochs=EPOCHS, rng=start, **options)


def shares(weights) -> np.ndarray:
    """Return the share of coins between each two of `EDGES`; what lies beyond is left out."""
    return np.histogram(weights, EDGES)[0] / len(weights)


class Forgery(Explorable):
    """The explorable that :func:`forgery` returns.

    Its keys are the numbers of the forger and of the start, as in ``"1:0"``.
    """

    module = "forgery"
    _esm = bundle("forgery")
    keys_like = '"1:0"'

    def __init__(self, **traits):
        settings = {
            "title": "The forger and the detective",
            "forgers": [told for *_, told in FORGERS],
            "starts": STARTS,
            "edges": EDGES.round(3).tolist(),
            "epochs": EPOCHS,
        }
        keys = [f"{f}:{start}" for f in range(len(FORGERS)) for start in range(STARTS)]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice="0:0", step=0, **traits)

    def frame(self, key: str) -> dict:
        """Play a game, and look at it before and after each epoch.

        Returns
        -------
        dict
            ``real`` [bin] and ``fake`` [epoch][bin], coins in a thousand; ``says`` [epoch][bin],
            the discriminator's probability of "real" in the middle of the bin, in hundredths;
            ``best`` [epoch][bin], that of the best discriminator, None where no coins are;
            ``means`` [epoch], what it says of real coins and of fakes on average; ``apart``
            [epoch], the share of the fakes that would have to weigh something else.
        """
        (kind, blur, _), start = self.parts(key, entry(FORGERS), whole())
        X = purse(COINS, 0)
        real = shares(purse(FAKES, 1))
        middles = (EDGES[1:] + EDGES[:-1])[:, None] / 2
        seen = {name: [] for name in ("fake", "says", "best", "means", "apart")}

        def watch(gan):
            coins = gan.sample(FAKES, 2)
            fake = shares(coins)
            seen["fake"].append((1000 * fake).round().astype(int).tolist())
            seen["says"].append((100 * gan.discriminate(middles)).round().astype(int).tolist())
            seen["best"].append(best_discriminator(real, fake))
            means = [float(gan.discriminate(some).mean()) for some in (X, coins)]
            seen["means"].append([round(mean, 2) for mean in means])
            seen["apart"].append(round(float(np.maximum(real - fake, 0).sum()), 2))

        play(X, kind, blur, start, watch)
        return {"real": (1000 * real).round().astype(int).tolist(), **seen}

    def told(self, epoch: int) -> str:
        """Return what an epoch of the chosen game shows, in a sentence."""
        frame = self.frames[self.choice]
        real, fake = frame["means"][epoch]
        return (
            f"Epoch {epoch}: {frame['apart'][epoch]:.0%} of the fakes would have to weigh "
            f"something else. The detective says {real:.2f} of real coins and {fake:.2f} of fakes."
        )

    def summary(self) -> str:
        return f"{self.told(0)} {self.told(EPOCHS)}"

    def fallback(self) -> str:
        rows = "".join(f"<li>{self.told(epoch)}</li>" for epoch in range(0, EPOCHS + 1, 10))
        return f"<p><strong>{html.escape(self.settings['title'])}</strong></p><ul>{rows}</ul>"


def best_discriminator(real, fake) -> list[int | None]:
    """Return ``100 real / (real + fake)`` for each bin; None where there are next to no coins."""
    both = real + fake
    return [
        round(100 * float(r / b)) if b > 0.002 else None for r, b in zip(real, both, strict=True)
    ]


def forgery() -> Forgery:
    """Return games of a generator and a discriminator of coins' weights, epoch by epoch.

    Notes
    -----
    Source: IITK, Generative adversarial networks; Goodfellow 2014.
    """
    return Forgery()
