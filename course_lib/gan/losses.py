"""What each player of the game wants small, and why there are two answers for the generator."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.losses import binary_cross_entropy_with_logits

KINDS = ("nonsaturating", "minimax")


# [gan_losses]
def discriminator_loss(real_logits, fake_logits) -> tuple[float, np.ndarray, np.ndarray]:
    """Return ``-log D(x)``, mean over the real, plus ``-log (1 - D(G(z)))``, mean over the fake.

    Parameters
    ----------
    real_logits, fake_logits : (N,) and (M,) array_like
        The discriminator's sums before the sigmoid, for real data and for the generator's.

    Returns
    -------
    loss : float
    d_real, d_fake : (N,) and (M,) ndarray

    Notes
    -----
    Source: IITK, Generative adversarial networks; Goodfellow 2014.
    """
    real, fake = _logits("real_logits", real_logits), _logits("fake_logits", fake_logits)
    real_loss, d_real = binary_cross_entropy_with_logits(real, np.ones_like(real))
    fake_loss, d_fake = binary_cross_entropy_with_logits(fake, np.zeros_like(fake))
    return real_loss + fake_loss, d_real, d_fake


def generator_loss(fake_logits, kind: str = "nonsaturating") -> tuple[float, np.ndarray]:
    """Return what the generator wants small, mean over its fakes.

    Parameters
    ----------
    fake_logits : (M,) array_like
        The discriminator's sums before the sigmoid.
    kind : {"nonsaturating", "minimax"}
        ``-log D(G(z))``, or ``log (1 - D(G(z)))``: the discriminator's loss with its sign turned,
        which is flat where the discriminator is sure, as it is in the beginning.

    Returns
    -------
    loss : float
    d_fake : (M,) ndarray

    Notes
    -----
    Source: IITK, Generative adversarial networks; Goodfellow 2014.
    """
    checks.one_of("kind", kind, KINDS)
    fake = _logits("fake_logits", fake_logits)
    if kind == "nonsaturating":
        return binary_cross_entropy_with_logits(fake, np.ones_like(fake))
    loss, d_fake = binary_cross_entropy_with_logits(fake, np.zeros_like(fake))
    return -loss, -d_fake


# [/gan_losses]


def _logits(name: str, logits) -> np.ndarray:
    logits = checks.floats(name, logits, ("N",))
    if len(logits) == 0:
        raise ValueError(f"{name} must not be empty")
    return logits
