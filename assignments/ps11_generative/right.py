"""Right solutions of problem set 11, each written differently; all must get full marks."""

from __future__ import annotations

import math

import numpy as np

# Exercise 1: gaussian_kl


def kl_with_loops(mu, log_var):
    return [
        sum(0.5 * (math.exp(v) + m**2 - 1 - v) for m, v in zip(*rows, strict=True))
        for rows in zip(mu.tolist(), log_var.tolist(), strict=True)
    ]


def kl_in_arrays(mu, log_var):
    return -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var), axis=-1)


def kl_by_sigma(mu, log_var):
    sigma = np.exp(log_var / 2)
    squares = np.einsum("nk,nk->n", mu, mu) + np.einsum("nk,nk->n", sigma, sigma)
    return (squares - log_var.sum(1) - mu.shape[1]) / 2


# Exercise 2: latent_step


def step_with_loops(mu, log_var, eps, dz):
    N, K = mu.shape
    z, d_mu, d_log_var = (np.zeros((N, K)).tolist() for _ in range(3))
    for n in range(N):
        for k in range(K):
            sigma = math.exp(log_var[n, k] / 2)
            z[n][k] = mu[n, k] + sigma * eps[n, k]
            d_mu[n][k] = dz[n, k] + mu[n, k] / N
            through_draw = dz[n, k] * eps[n, k] * sigma / 2
            d_log_var[n][k] = through_draw + (sigma**2 - 1) / (2 * N)
    return z, d_mu, d_log_var


def step_in_arrays(mu, log_var, eps, dz):
    N = mu.shape[0]
    noise = np.sqrt(np.exp(log_var)) * eps
    slopes = dz * noise + (np.exp(log_var) - 1) / N
    return mu + noise, mu / N + dz, 0.5 * slopes


def step_through_sigma(mu, log_var, eps, dz):
    N = len(mu)
    sigma = np.exp(0.5 * log_var)
    # From sigma itself on: of the draw and of the divergence, whose log sigma is left to the end.
    d_sigma = dz * eps + sigma / N
    return [mu + eps * sigma, dz + np.divide(mu, N), d_sigma * sigma / 2 - 1 / (2 * N)]


# Exercise 3: negative_elbo


def elbo_with_loops(X, out, mu, log_var, likelihood):
    N = len(X)
    surprise = 0.0
    for x, o in zip(X.ravel().tolist(), out.ravel().tolist(), strict=True):
        if likelihood == "gaussian":
            surprise += 0.5 * (x - o) ** 2 + 0.5 * math.log(2 * math.pi)
        else:
            surprise += max(o, 0) - x * o + math.log1p(math.exp(-abs(o)))
    divergence = 0.0
    for m, v in zip(mu.ravel().tolist(), log_var.ravel().tolist(), strict=True):
        divergence += (math.exp(v) + m * m - 1 - v) / 2
    return (surprise + divergence) / N, surprise / N, divergence / N


def elbo_in_arrays(X, out, mu, log_var, likelihood):
    if likelihood == "bernoulli":
        surprise = X * np.logaddexp(0, -out) + (1 - X) * np.logaddexp(0, out)
    else:
        surprise = 0.5 * ((X - out) ** 2 + np.log(2 * np.pi))
    divergence = 0.5 * (np.exp(log_var) + mu**2 - 1 - log_var)
    surprise, divergence = surprise.sum(1).mean(), divergence.sum(1).mean()
    return [surprise + divergence, surprise, divergence]


def elbo_by_log_probabilities(X, out, mu, log_var, likelihood):
    if likelihood == "bernoulli":
        log_p = X * out - np.logaddexp(0, out)
    else:
        log_p = np.log(1 / np.sqrt(2 * np.pi)) - (X - out) ** 2 / 2
    expected = np.mean(np.sum(log_p, axis=1))
    divergence = -0.5 * np.mean(np.sum(1 + log_var - mu**2 - np.exp(log_var), axis=1))
    return np.float64(divergence - expected), np.array(-expected), divergence


# Exercise 4: discriminator_loss


def discriminator_with_loops(real_logits, fake_logits):
    real, fake = real_logits.tolist(), fake_logits.tolist()
    loss = sum(_softplus(-a) for a in real) / len(real)
    loss += sum(_softplus(a) for a in fake) / len(fake)
    d_real = [-math.exp(-_softplus(a)) / len(real) for a in real]
    return loss, d_real, [math.exp(-_softplus(-a)) / len(fake) for a in fake]


def discriminator_in_arrays(real_logits, fake_logits):
    loss = np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean()
    d_real = (0.5 * (1 + np.tanh(real_logits / 2)) - 1) / real_logits.size
    return loss, d_real, 0.5 * (1 + np.tanh(fake_logits / 2)) / fake_logits.size


def discriminator_by_signs(real_logits, fake_logits):
    logits = np.concatenate([-real_logits, fake_logits])
    N, M = len(real_logits), len(fake_logits)
    share = np.concatenate([np.full(N, -1 / N), np.full(M, 1 / M)])
    costs = np.maximum(logits, 0) + np.log1p(np.exp(-abs(logits)))
    slopes = share * np.exp(logits - costs)
    return np.abs(share) @ costs, slopes[:N], slopes[N:]


# Exercise 5: generator_loss


def generator_with_loops(fake_logits, kind):
    M = len(fake_logits)
    if kind == "minimax":
        loss = -sum(_softplus(a) for a in fake_logits.tolist()) / M
        return loss, [-math.exp(-_softplus(-a)) / M for a in fake_logits.tolist()]
    loss = sum(_softplus(-a) for a in fake_logits.tolist()) / M
    return loss, [-math.exp(-_softplus(a)) / M for a in fake_logits.tolist()]


def generator_in_arrays(fake_logits, kind):
    q = 0.5 * (1 + np.tanh(fake_logits / 2))
    if kind == "nonsaturating":
        return np.logaddexp(0, -fake_logits).mean(), (q - 1) / len(q)
    return -np.logaddexp(0, fake_logits).mean(), -q / len(q)


def generator_by_sign(fake_logits, kind):
    sign = -1 if kind == "nonsaturating" else 1
    costs = np.maximum(sign * fake_logits, 0) + np.log1p(np.exp(-np.abs(fake_logits)))
    slopes = np.exp(sign * fake_logits - costs)
    return [np.mean(-sign * costs), -slopes / len(costs)]


def _softplus(a: float) -> float:
    return max(a, 0) + math.log1p(math.exp(-abs(a)))


RIGHT = {
    "ps11.gaussian_kl": [kl_with_loops, kl_in_arrays, kl_by_sigma],
    "ps11.latent_step": [step_with_loops, step_in_arrays, step_through_sigma],
    "ps11.negative_elbo": [elbo_with_loops, elbo_in_arrays, elbo_by_log_probabilities],
    "ps11.discriminator_loss": [
        discriminator_with_loops,
        discriminator_in_arrays,
        discriminator_by_signs,
    ],
    "ps11.generator_loss": [generator_with_loops, generator_in_arrays, generator_by_sign],
}
