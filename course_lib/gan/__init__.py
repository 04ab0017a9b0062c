"""Adversarial networks: a forger and a detective, each as good as the other makes it.

========  ======================  =============================================================
letter    in code                 meaning
========  ======================  =============================================================
x         ``X``, (N, data)        real data
z         local, (N, noise)       standard normal noise
G         ``"G_W1"`` and so on    the generator: G(z) should look like data
D         ``"D_W1"`` and so on    the discriminator: sigmoid(D(x)) is its probability of "real"
========  ======================  =============================================================
"""

from course_lib.gan.game import GAN
from course_lib.gan.losses import discriminator_loss, generator_loss

__all__ = ["GAN", "discriminator_loss", "generator_loss"]
