"""Training steps of a variational autoencoder and of two GANs, beside PyTorch.

    python -m benchmarks.generative [--quick]

The networks are the same on both sides: as many layers, the same units, Adam. Needs the extra
`peers`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from benchmarks.side_by_side import Table, compare, run
from course_lib import optim
from course_lib.gan import GAN
from course_lib.vae import VAE

BATCH = 64


class PeerVAE(nn.Module):
    """The network of `course_lib.vae.VAE` with Bernoulli likelihood."""

    def __init__(self, inputs: int, hidden: int, latent: int):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU())
        self.mu, self.log_var = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, inputs)
        )

    def loss(self, X, eps):
        h = self.encoder(X)
        mu, log_var = self.mu(h), self.log_var(h)
        out = self.decoder(mu + torch.exp(log_var / 2) * eps)
        surprise = binary_cross_entropy_with_logits(out, X, reduction="sum")
        return (surprise + (log_var.exp() + mu**2 - 1 - log_var).sum() / 2) / len(X)


def vae_step(inputs: int, hidden: int, latent: int, dtype, repeats: int):
    """Compare one step: noise, forward, backward, Adam."""
    X = np.random.default_rng(0).random((BATCH, inputs)).astype(dtype)
    ours, rule = VAE(inputs, hidden, latent, dtype=dtype), optim.Adam(1e-3)
    rng = np.random.default_rng(1)
    data = torch.tensor(X)
    peer = PeerVAE(inputs, hidden, latent).to(data.dtype)
    peer_rule = torch.optim.Adam(peer.parameters(), lr=1e-3)

    def our_step():
        _, grads = ours.loss_and_grads(X, rng.standard_normal((BATCH, latent), dtype=dtype))
        rule.step(ours.params, grads)

    def peer_step():
        peer_rule.zero_grad()
        peer.loss(data, torch.randn(BATCH, latent, dtype=data.dtype)).backward()
        peer_rule.step()

    name = f"VAE {inputs}-{hidden}-{latent}, {np.dtype(dtype)}"
    aim = 0.77 if dtype is np.float32 else 0.83
    return compare(name, our_step, peer_step, repeats, aim)


def gan_step(noise: int, hidden: int, data: int, dtype, repeats: int, aim: float):
    """Compare one step of each player, as `GAN.fit` makes them without blur."""
    X = np.random.default_rng(0).standard_normal((BATCH, data)).astype(dtype)
    ours = GAN(noise, hidden, data, dtype=dtype)
    rules = {player: optim.Adam(1e-3, beta1=0.5) for player in "DG"}
    rng = np.random.default_rng(1)
    real = torch.tensor(X)
    G, D = (
        nn.Sequential(
            *(nn.Linear(n_in, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh()),
            nn.Linear(hidden, n_out),
        ).to(real.dtype)
        for n_in, n_out in ((noise, data), (data, 1))
    )
    G_rule, D_rule = (
        torch.optim.Adam(net.parameters(), 1e-3, betas=(0.5, 0.999)) for net in (G, D)
    )

    def our_step():
        z = ours._normal(rng, BATCH, noise)
        ours._turn(rules, X, z, (0.0, 0.0, 0.0), "nonsaturating")

    def peer_step():
        z = torch.randn(BATCH, noise, dtype=real.dtype)
        fake = G(z)
        logits = D(torch.cat([real, fake.detach()]))
        D_rule.zero_grad()
        (softplus(-logits[:BATCH]).mean() + softplus(logits[BATCH:]).mean()).backward()
        D_rule.step()
        G_rule.zero_grad()
        softplus(-D(fake)).mean().backward()
        G_rule.step()

    name = f"GAN {noise}-{hidden}-{hidden}-{data}, both players, {np.dtype(dtype)}"
    return compare(name, our_step, peer_step, repeats, aim)


def tables(quick: bool) -> Iterator[Table]:
    """Yield the comparisons."""
    torch.set_num_threads(1)
    repeats = 7 if quick else 31
    rows = []
    for dtype in (np.float32, np.float64):
        rows += [
            vae_step(784, 400, 20, dtype, repeats),
            gan_step(8, 32, 2, dtype, repeats, aim=0.46),
            gan_step(64, 256, 784, dtype, repeats, aim=1.01),
        ]
    yield Table(f"training steps, batch {BATCH}, against PyTorch", rows)


if __name__ == "__main__":
    run(tables, __doc__)
