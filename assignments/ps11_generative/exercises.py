"""What the grader asks in problem set 11: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np
from comparing import returned, same_numbers, same_values

from course_lib import gan, losses, vae
from course_lib.activations import sigmoid

# Exercise 1: gaussian_kl


def by_hand(rng: np.random.Generator):
    """The normals that the visible check shows."""
    yield {
        "mu": np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 1.0]]),
        "log_var": np.array([[0.0, 0.0], [0.0, 0.0], [np.log(4), 0.0]]),
    }


def normals(rng: np.random.Generator):
    """More examples than dimensions, and fewer; once all variances are above 1."""
    for N, K in [(5, 2), (2, 4)]:
        yield _normals(rng, N, K)
    wide = _normals(rng, 3, 6)
    yield wide | {"log_var": np.abs(wide["log_var"])}


def square_normals(rng: np.random.Generator):
    """As many examples as dimensions: a wrong axis has the right shape."""
    for K in (2, 4):
        yield _normals(rng, K, K)


def one_normal(rng: np.random.Generator):
    """One example, one dimension, or both."""
    for N, K in [(1, 1), (1, 3), (4, 1)]:
        yield _normals(rng, N, K)


def extreme_variances(rng: np.random.Generator):
    """Variances from 1e-200 to 1e10."""
    for N, K in [(3, 2), (2, 4)]:
        case = _normals(rng, N, K)
        log_var = rng.permutation(np.linspace(-460, 23, N * K)).reshape(N, K)
        yield case | {"log_var": log_var}
    yield _normals(rng, 2, 3) | {"log_var": rng.uniform(-900, -800, size=(2, 3))}


def gaussian_kl_reference(mu, log_var):
    """Return the divergence of each example's normal from the standard one."""
    return vae.gaussian_kl(mu, log_var)


def check_gaussian_kl(answer, expected, mu, log_var):
    """Compare example by example."""
    returned("gaussian_kl", answer)
    same_numbers("the divergence", answer, expected)


def sigma_for_log_var(mu, log_var):
    return 0.5 * (log_var**2 + mu**2 - 1 - 2 * np.log(log_var)).sum(axis=1)


def variance_for_log_var(mu, log_var):
    return 0.5 * (log_var + mu**2 - 1 - np.log(log_var)).sum(axis=1)


def log_sigma_for_log_var(mu, log_var):
    return vae.gaussian_kl(mu, 2 * log_var)


def half_forgotten(mu, log_var):
    return 2 * vae.gaussian_kl(mu, log_var)


def sign_turned(mu, log_var):
    return -vae.gaussian_kl(mu, log_var)


def mean_over_dimensions(mu, log_var):
    return vae.gaussian_kl(mu, log_var) / mu.shape[1]


def sum_over_examples(mu, log_var):
    return vae.gaussian_kl(mu.T, log_var.T)


def one_number(mu, log_var):
    return vae.gaussian_kl(mu, log_var).sum()


def mean_of_the_batch(mu, log_var):
    return vae.gaussian_kl(mu, log_var).mean()


def mean_not_squared(mu, log_var):
    return 0.5 * (np.exp(log_var) + mu - 1 - log_var).sum(axis=1)


def one_forgotten(mu, log_var):
    return 0.5 * (np.exp(log_var) + mu**2 - log_var).sum(axis=1)


def other_direction(mu, log_var):
    return 0.5 * (np.exp(-log_var) * (1 + mu**2) - 1 + log_var).sum(axis=1)


def logarithm_of_the_variance(mu, log_var):
    variance = np.exp(log_var)
    return 0.5 * (variance + mu**2 - 1 - np.log(variance)).sum(axis=1)


# Exercise 2: latent_step


def one_draw(rng: np.random.Generator):
    """The draw that the visible check shows."""
    yield {
        "mu": np.array([[1.0, 0.0]]),
        "log_var": np.array([[np.log(4), 0.0]]),
        "eps": np.array([[0.5, -1.0]]),
        "dz": np.array([[0.3, 0.2]]),
    }


def draws(rng: np.random.Generator):
    """More examples than dimensions, and fewer."""
    for N, K in [(5, 2), (2, 4), (3, 6)]:
        yield _draw(rng, N, K)


def single_draws(rng: np.random.Generator):
    """One example, one dimension."""
    for N, K in [(1, 3), (4, 1)]:
        yield _draw(rng, N, K)


def no_noise(rng: np.random.Generator):
    """Draws that fall on the mean, and a decoder that is content with all of them."""
    case = _draw(rng, 3, 2)
    yield case | {"eps": np.zeros((3, 2))}
    case = _draw(rng, 2, 3)
    yield case | {"dz": np.zeros((2, 3))}


def extreme_draws(rng: np.random.Generator):
    """Variances from 1e-200 to 1e10."""
    for N, K in [(3, 2), (2, 4)]:
        log_var = rng.permutation(np.linspace(-460, 23, N * K)).reshape(N, K)
        yield _draw(rng, N, K) | {"log_var": log_var}


def latent_step_reference(mu, log_var, eps, dz):
    """Return the draw, and the gradients of the loss through the draw and the divergence."""
    N = len(mu)
    z = vae.reparameterize(mu, log_var, eps)
    d_log_var = dz * (np.exp(log_var / 2) * eps) / 2 + np.expm1(log_var) / (2 * N)
    return z, dz + mu / N, d_log_var


def check_latent_step(answer, expected, mu, log_var, eps, dz):
    """Compare the draw first, then the gradients."""
    same_values("latent_step", answer, expected, ("z", "d_mu", "d_log_var"))


def variance_times_noise(mu, log_var, eps, dz):
    _, d_mu, d_log_var = latent_step_reference(mu, log_var, eps, dz)
    return mu + np.exp(log_var) * eps, d_mu, d_log_var


def log_var_times_noise(mu, log_var, eps, dz):
    _, d_mu, d_log_var = latent_step_reference(mu, log_var, eps, dz)
    return mu + log_var * eps, d_mu, d_log_var


def slope_of_sigma(mu, log_var, eps, dz):
    z, d_mu, _ = latent_step_reference(mu, log_var, eps, dz)
    return z, d_mu, dz * eps + np.expm1(log_var) / (2 * len(mu))


def half_of_the_slope_forgotten(mu, log_var, eps, dz):
    z, d_mu, _ = latent_step_reference(mu, log_var, eps, dz)
    return z, d_mu, dz * (z - mu) + np.expm1(log_var) / (2 * len(mu))


def divergence_not_averaged(mu, log_var, eps, dz):
    z, *_ = latent_step_reference(mu, log_var, eps, dz)
    return z, dz + mu, dz * (z - mu) / 2 + np.expm1(log_var) / 2


def averaged_twice(mu, log_var, eps, dz):
    z, d_mu, d_log_var = latent_step_reference(mu, log_var, eps, dz)
    N = len(mu)
    return z, d_mu + dz / N - dz, d_log_var + (dz / N - dz) * np.exp(log_var / 2) * eps / 2


def divergence_forgotten(mu, log_var, eps, dz):
    z = vae.reparameterize(mu, log_var, eps)
    return z, dz, dz * np.exp(log_var / 2) * eps / 2


def decoder_forgotten(mu, log_var, eps, dz):
    z = vae.reparameterize(mu, log_var, eps)
    return z, mu / len(mu), np.expm1(log_var) / (2 * len(mu))


def mean_is_all(mu, log_var, eps, dz):
    z, d_mu, _ = latent_step_reference(mu, log_var, eps, dz)
    return z, d_mu, np.expm1(log_var) / (2 * len(mu))


def divergence_rewarded(mu, log_var, eps, dz):
    z = vae.reparameterize(mu, log_var, eps)
    d_log_var = dz * np.exp(log_var / 2) * eps / 2 - np.expm1(log_var) / (2 * len(mu))
    return z, dz - mu / len(mu), d_log_var


# Exercise 3: negative_elbo


def four_pixels(rng: np.random.Generator):
    """The example that the visible check shows, with both likelihoods."""
    example = {
        "X": np.array([[1.0, 0.0]]),
        "out": np.array([[0.0, np.log(3)]]),
        "mu": np.array([[1.0]]),
        "log_var": np.array([[0.0]]),
    }
    yield example | {"likelihood": "bernoulli"}
    yield example | {"likelihood": "gaussian"}


def ones_and_zeros(rng: np.random.Generator):
    """Data of zeros and ones, and data in between."""
    for N, D, K in [(4, 5, 2), (2, 3, 4)]:
        yield _decoded(rng, N, D, K, "bernoulli")
    case = _decoded(rng, 3, 4, 2, "bernoulli")
    yield case | {"X": rng.uniform(0.05, 0.95, size=(3, 4))}


def any_number(rng: np.random.Generator):
    """Data that are any numbers."""
    for N, D, K in [(4, 5, 2), (2, 3, 4), (3, 6, 2)]:
        yield _decoded(rng, N, D, K, "gaussian")


def one_of_each(rng: np.random.Generator):
    """One example, one number in it, one dimension behind it."""
    for N, D, K in [(1, 3, 2), (4, 1, 1)]:
        for likelihood in ("bernoulli", "gaussian"):
            yield _decoded(rng, N, D, K, likelihood)


def sure_decoders(rng: np.random.Generator):
    """The decoder is sure of every number, and of some of them wrongly."""
    for N, D, K in [(2, 4, 3), (3, 2, 4)]:
        case = _decoded(rng, N, D, K, "bernoulli")
        out = rng.permutation(np.resize([-1000, 1000, 900, -900], N * D)).reshape(N, D)
        out = out + rng.normal(size=(N, D))
        X = (out > 0).astype(float)
        X[:, 0] = 1 - X[:, 0]
        yield case | {"X": X, "out": out}


def negative_elbo_reference(X, out, mu, log_var, likelihood):
    """Return the loss and its two terms."""
    if likelihood == "bernoulli":
        surprise, _ = losses.binary_cross_entropy_with_logits(out, X)
    else:
        surprise, _ = losses.squared_error(out, X)
        surprise += X.shape[1] * np.log(2 * np.pi) / 2
    divergence = vae.gaussian_kl(mu, log_var).mean()
    return surprise + divergence, surprise, divergence


def check_negative_elbo(answer, expected, X, out, mu, log_var, likelihood):
    """Compare the two terms first, then the loss that is made of them."""
    names, about = ("loss", "surprise", "divergence"), f"with likelihood {likelihood!r}"
    order = names[1:] + names[:1]
    same_values("negative_elbo", answer, expected, names, order=order, about=about)


def elbo(X, out, mu, log_var, likelihood):
    _, surprise, divergence = negative_elbo_reference(X, out, mu, log_var, likelihood)
    return -surprise - divergence, surprise, divergence


def divergence_subtracted(X, out, mu, log_var, likelihood):
    _, surprise, divergence = negative_elbo_reference(X, out, mu, log_var, likelihood)
    return surprise - divergence, surprise, divergence


def constant_forgotten(X, out, mu, log_var, likelihood):
    constant = X.shape[1] * np.log(2 * np.pi) / 2 if likelihood == "gaussian" else 0.0
    return _elbo_with(X, out, mu, log_var, likelihood, lambda surprise: surprise - constant)


def constant_of_one_number(X, out, mu, log_var, likelihood):
    gap = (X.shape[1] - 1) * np.log(2 * np.pi) / 2 if likelihood == "gaussian" else 0.0
    return _elbo_with(X, out, mu, log_var, likelihood, lambda surprise: surprise - gap)


def squares_not_halved(X, out, mu, log_var, likelihood):
    more = ((X - out) ** 2).sum() / (2 * len(X)) if likelihood == "gaussian" else 0.0
    return _elbo_with(X, out, mu, log_var, likelihood, lambda surprise: surprise + more)


def mean_over_numbers(X, out, mu, log_var, likelihood):
    return _elbo_with(X, out, mu, log_var, likelihood, lambda surprise: surprise / X.shape[1])


def sum_over_the_batch(X, out, mu, log_var, likelihood):
    found = negative_elbo_reference(X, out, mu, log_var, likelihood)
    return tuple(part * len(X) for part in found)


def divergence_summed(X, out, mu, log_var, likelihood):
    _, surprise, divergence = negative_elbo_reference(X, out, mu, log_var, likelihood)
    return surprise + divergence * len(X), surprise, divergence * len(X)


def squares_of_logits(X, out, mu, log_var, likelihood):
    if likelihood == "gaussian":
        out = sigmoid(out)
    return negative_elbo_reference(X, out, mu, log_var, likelihood)


def zeros_forgotten(X, out, mu, log_var, likelihood):
    if likelihood == "gaussian":
        return negative_elbo_reference(X, out, mu, log_var, likelihood)
    surprise = (X * np.logaddexp(0, -out)).sum() / len(X)
    divergence = vae.gaussian_kl(mu, log_var).mean()
    return surprise + divergence, surprise, divergence


def logarithm_of_sigmoid(X, out, mu, log_var, likelihood):
    if likelihood == "gaussian":
        return negative_elbo_reference(X, out, mu, log_var, likelihood)
    p = 1 / (1 + np.exp(-out))
    surprise = -(X * np.log(p) + (1 - X) * np.log(1 - p)).sum() / len(X)
    divergence = vae.gaussian_kl(mu, log_var).mean()
    return surprise + divergence, surprise, divergence


# Exercise 4: discriminator_loss


def two_and_one(rng: np.random.Generator):
    """The logits that the visible check shows."""
    yield {"real_logits": np.array([0.0, np.log(3)]), "fake_logits": np.array([0.0])}


def unequal_batches(rng: np.random.Generator):
    """More real ones than fakes, and fewer."""
    for N, M in [(3, 5), (6, 2)]:
        yield _logits(rng, N, M)


def equal_batches(rng: np.random.Generator):
    """As many real ones as fakes."""
    for N in (3, 5):
        yield _logits(rng, N, N)


def single_logits(rng: np.random.Generator):
    """One real one, one fake, or one of each."""
    for N, M in [(1, 1), (1, 4), (4, 1)]:
        yield _logits(rng, N, M)


def sure_discriminators(rng: np.random.Generator):
    """Sure and right, and sure and wrong."""
    for N, M in [(3, 4), (5, 2)]:
        yield {"real_logits": _steep(rng, N), "fake_logits": _steep(rng, M)}


def discriminator_loss_reference(real_logits, fake_logits):
    """Return the loss, and its gradients for the real ones and for the fakes."""
    return gan.discriminator_loss(real_logits, fake_logits)


def check_discriminator_loss(answer, expected, real_logits, fake_logits):
    """Compare the loss, then its gradients."""
    same_values("discriminator_loss", answer, expected, ("loss", "d_real", "d_fake"))


def real_and_fake_swapped(real_logits, fake_logits):
    loss, d_fake, d_real = gan.discriminator_loss(fake_logits, real_logits)
    return loss, d_real, d_fake


def value_of_the_game(real_logits, fake_logits):
    return tuple(-part for part in gan.discriminator_loss(real_logits, fake_logits))


def mean_over_all(real_logits, fake_logits):
    loss, slopes = losses.binary_cross_entropy_with_logits(
        np.concatenate([real_logits, fake_logits]),
        np.concatenate([np.ones(len(real_logits)), np.zeros(len(fake_logits))]),
    )
    return loss, slopes[: len(real_logits)], slopes[len(real_logits) :]


def sums_for_means(real_logits, fake_logits):
    N, M = len(real_logits), len(fake_logits)
    real, d_real, _ = gan.discriminator_loss(real_logits, np.full(M, -1e4))
    fake, _, d_fake = gan.discriminator_loss(np.full(N, 1e4), fake_logits)
    return N * real + M * fake, N * d_real, M * d_fake


def gradient_not_averaged(real_logits, fake_logits):
    loss, d_real, d_fake = gan.discriminator_loss(real_logits, fake_logits)
    return loss, len(real_logits) * d_real, len(fake_logits) * d_fake


def gradient_of_probabilities(real_logits, fake_logits):
    loss, d_real, d_fake = gan.discriminator_loss(real_logits, fake_logits)
    p, q = sigmoid(real_logits), sigmoid(fake_logits)
    return loss, d_real / (p * (1 - p)), d_fake / (q * (1 - q))


def both_called_real(real_logits, fake_logits):
    _, d_real, _ = gan.discriminator_loss(real_logits, fake_logits)
    loss, d_fake = gan.generator_loss(fake_logits)
    return (
        losses.binary_cross_entropy_with_logits(real_logits, np.ones(len(real_logits)))[0] + loss,
        d_real,
        d_fake,
    )


def logarithms_of_sigmoids(real_logits, fake_logits):
    N, M = len(real_logits), len(fake_logits)
    p, q = 1 / (1 + np.exp(-real_logits)), 1 / (1 + np.exp(-fake_logits))
    return -np.log(p).mean() - np.log(1 - q).mean(), (p - 1) / N, q / M


# Exercise 5: generator_loss


def two_fakes(rng: np.random.Generator):
    """The logits that the visible check shows, with both losses."""
    for kind in gan.losses.KINDS:
        yield {"fake_logits": np.array([0.0, -np.log(3)]), "kind": kind}


def believed(rng: np.random.Generator):
    """The loss that fakes should be taken for real."""
    for M in (2, 5, 9):
        yield {"fake_logits": _logits(rng, 1, M)["fake_logits"], "kind": "nonsaturating"}


def opposed(rng: np.random.Generator):
    """The discriminator's loss with its sign turned."""
    for M in (2, 5, 9):
        yield {"fake_logits": _logits(rng, 1, M)["fake_logits"], "kind": "minimax"}


def single_fakes(rng: np.random.Generator):
    """One fake."""
    for kind in gan.losses.KINDS:
        yield {"fake_logits": _logits(rng, 1, 1)["fake_logits"], "kind": kind}


def fooled_for_sure(rng: np.random.Generator):
    """A discriminator that is sure, rightly and wrongly."""
    for M in (3, 6):
        for kind in gan.losses.KINDS:
            yield {"fake_logits": _steep(rng, M), "kind": kind}


def generator_loss_reference(fake_logits, kind):
    """Return the loss and its gradient."""
    return gan.generator_loss(fake_logits, kind)


def check_generator_loss(answer, expected, fake_logits, kind):
    """Compare the loss, then its gradient."""
    about = f"with kind {kind!r}"
    same_values("generator_loss", answer, expected, ("loss", "d_fake"), about=about)


def always_nonsaturating(fake_logits, kind):
    return gan.generator_loss(fake_logits, "nonsaturating")


def always_minimax(fake_logits, kind):
    return gan.generator_loss(fake_logits, "minimax")


def kinds_swapped(fake_logits, kind):
    return gan.generator_loss(
        fake_logits, "minimax" if kind == "nonsaturating" else "nonsaturating"
    )


def helps_the_discriminator(fake_logits, kind):
    return tuple(-part for part in gan.generator_loss(fake_logits, kind))


def discriminators_own(fake_logits, kind):
    loss, d_fake = gan.generator_loss(fake_logits, "minimax")
    return gan.generator_loss(fake_logits, kind) if kind != "minimax" else (-loss, -d_fake)


def loss_alone_turned(fake_logits, kind):
    loss, d_fake = gan.generator_loss(fake_logits, kind)
    return (loss, -d_fake) if kind == "minimax" else (loss, d_fake)


def gradient_summed(fake_logits, kind):
    loss, d_fake = gan.generator_loss(fake_logits, kind)
    return loss, len(fake_logits) * d_fake


def sum_of_fakes(fake_logits, kind):
    loss, d_fake = gan.generator_loss(fake_logits, kind)
    return len(fake_logits) * loss, len(fake_logits) * d_fake


def logarithms_of_the_sigmoid(fake_logits, kind):
    q, M = 1 / (1 + np.exp(-fake_logits)), len(fake_logits)
    if kind == "minimax":
        return np.log(1 - q).mean(), -q / M
    return -np.log(q).mean(), (q - 1) / M


EXERCISES = {
    "ps11.gaussian_kl": {
        "example": by_hand,
        "unseen": {
            "N and K different": normals,
            "N and K equal": square_normals,
            "one example or one dimension": one_normal,
            "variances that are extremely small or large": extreme_variances,
        },
        "reference": gaussian_kl_reference,
        "check": check_gaussian_kl,
        "misconceptions": [
            (
                sigma_for_log_var,
                "You took log_var for the standard deviation. It is the logarithm of the variance: "
                "any number, also a negative one.",
            ),
            (
                variance_for_log_var,
                "You took log_var for the variance. It is the variance's logarithm: any number, "
                "also a negative one.",
            ),
            (
                log_sigma_for_log_var,
                "You took log_var for the logarithm of the standard deviation. That of the "
                "variance is twice as large.",
            ),
            (
                half_forgotten,
                "Your divergence is twice too large. The half comes from the exponent of the "
                "normal density, and from the root in front of it.",
            ),
            (
                sign_turned,
                "Your divergence is negative. A divergence is never below 0, and 0 only between "
                "equal distributions.",
            ),
            (
                mean_over_dimensions,
                "You averaged over the dimensions. They are independent, so their divergences add "
                "up.",
            ),
            (
                sum_over_examples,
                "You added up the examples. Each example has its own normal and its own "
                "divergence, the sum over its dimensions.",
            ),
            (
                one_number,
                "You added up the whole batch. Each example has a divergence of its own.",
            ),
            (
                mean_of_the_batch,
                "You averaged over the batch already. Each example has a divergence of its own.",
            ),
            (
                mean_not_squared,
                "The mean counts by its square: it costs the same to be off to either side.",
            ),
            (
                one_forgotten,
                "The standard normal itself has the divergence 0. Yours is more: a constant is "
                "missing for each dimension.",
            ),
            (
                logarithm_of_the_variance,
                "A variance can be too small for a floating-point number, and then its logarithm "
                "is lost. You were given that logarithm.",
            ),
            (
                other_direction,
                "This is the divergence of the standard normal from yours. The two directions "
                "differ; the expectation is taken under q.",
            ),
        ],
    },
    "ps11.latent_step": {
        "example": one_draw,
        "unseen": {
            "N and K different": draws,
            "one example or one dimension": single_draws,
            "draws without noise, or without a gradient from above": no_noise,
            "variances that are extremely small or large": extreme_draws,
        },
        "reference": latent_step_reference,
        "check": check_latent_step,
        "misconceptions": [
            (
                variance_times_noise,
                "You multiplied the noise by the variance. Noise is stretched by the standard "
                "deviation, the root of the variance.",
            ),
            (
                log_var_times_noise,
                "You multiplied the noise by log_var itself. It is a logarithm; the noise is "
                "stretched by the standard deviation.",
            ),
            (
                slope_of_sigma,
                "That is the slope of z with respect to the standard deviation. The network gives "
                "the logarithm of the variance: one more factor of the chain rule.",
            ),
            (
                half_of_the_slope_forgotten,
                "Through the draw your slope with respect to log_var is twice too large: the "
                "exponent holds half of log_var.",
            ),
            (
                divergence_not_averaged,
                "The divergence is averaged over the batch, and so is its gradient. Yours is that "
                "of the sum.",
            ),
            (
                averaged_twice,
                "You divided dz by the size of the batch. It is the gradient of a mean: that has "
                "been done already.",
            ),
            (
                divergence_forgotten,
                "Your gradients come from the decoder alone. The loss has a second term that "
                "depends on mu and log_var directly.",
            ),
            (
                decoder_forgotten,
                "Your gradients come from the divergence alone. What the decoder wants reaches mu "
                "and log_var through the draw.",
            ),
            (
                mean_is_all,
                "Your log_var hears nothing from the decoder. The draw depends on it, too: that is "
                "what drawing the noise beforehand is for.",
            ),
            (
                divergence_rewarded,
                "The gradient of your divergence has the wrong sign. The loss contains it with a "
                "plus.",
            ),
        ],
    },
    "ps11.negative_elbo": {
        "example": four_pixels,
        "unseen": {
            "the Bernoulli likelihood": ones_and_zeros,
            "the Gaussian likelihood": any_number,
            "one example, one number or one dimension": one_of_each,
            "logits as large as 1000": sure_decoders,
        },
        "reference": negative_elbo_reference,
        "check": check_negative_elbo,
        "misconceptions": [
            (
                elbo,
                "This is the bound itself, which should be large. The loss is its negative.",
            ),
            (
                divergence_subtracted,
                "You subtracted the divergence. In the loss both terms are costs: to explain the "
                "data badly, and to stray from the standard normal.",
            ),
            (
                constant_forgotten,
                "Your normal density lacks its constant. It changes no gradient, but without it "
                "the number is no log probability.",
            ),
            (
                constant_of_one_number,
                "You counted the constant of the normal density once. Each of the D numbers has "
                "its own density.",
            ),
            (
                squares_not_halved,
                "Your squares count twice. In the exponent of a normal of variance 1 stands half "
                "the square.",
            ),
            (
                mean_over_numbers,
                "You averaged over the numbers of an example. The log probability of an example is "
                "the sum over its numbers; otherwise the divergence weighs D times too much.",
            ),
            (
                sum_over_the_batch,
                "This is the sum over the batch. The loss is the mean, so that it does not depend "
                "on how many examples there are.",
            ),
            (
                divergence_summed,
                "Your surprise is a mean over the batch, but your divergence is a sum. Both belong "
                "to the same example.",
            ),
            (
                squares_of_logits,
                "With the Gaussian likelihood what the decoder gives is the mean itself. A sigmoid "
                "belongs to probabilities.",
            ),
            (
                zeros_forgotten,
                "Only the ones pay in your loss. A decoder that says one everywhere must pay for "
                "the zeros.",
            ),
            (
                logarithm_of_sigmoid,
                "A sigmoid can be exactly 0 or 1 in floating point, and the logarithm of 0 is not "
                "the loss. Simplify the logarithm of the sigmoid on paper first.",
            ),
        ],
    },
    "ps11.discriminator_loss": {
        "example": two_and_one,
        "unseen": {
            "other numbers of real ones than of fakes": unequal_batches,
            "as many real ones as fakes": equal_batches,
            "one real one or one fake": single_logits,
            "logits as large as 1000": sure_discriminators,
        },
        "reference": discriminator_loss_reference,
        "check": check_discriminator_loss,
        "misconceptions": [
            (
                real_and_fake_swapped,
                "You swapped real and fake: your discriminator learns to call the fakes real.",
            ),
            (
                value_of_the_game,
                "This is what the discriminator wants large. Its loss is the negative of it.",
            ),
            (
                mean_over_all,
                "You averaged over real ones and fakes together. Each of the two is a mean of its "
                "own, and the loss is their sum.",
            ),
            (
                sums_for_means,
                "These are sums over the batches. The loss is made of means.",
            ),
            (
                gradient_not_averaged,
                "Your loss is made of means, but your gradients are those of sums.",
            ),
            (
                gradient_of_probabilities,
                "These are gradients with respect to the probabilities. The chain rule goes on "
                "through the sigmoid, to the logits.",
            ),
            (
                both_called_real,
                "Your fakes are told to be real. That is what the generator wants; the "
                "discriminator wants the probability of real to be small for them.",
            ),
            (
                logarithms_of_sigmoids,
                "A sigmoid can be exactly 0 or 1 in floating point, and the logarithm of 0 is not "
                "the loss. Simplify the logarithm of the sigmoid on paper first.",
            ),
        ],
    },
    "ps11.generator_loss": {
        "example": two_fakes,
        "unseen": {
            "the nonsaturating loss": believed,
            "the minimax loss": opposed,
            "one fake": single_fakes,
            "logits as large as 1000": fooled_for_sure,
        },
        "reference": generator_loss_reference,
        "check": check_generator_loss,
        "misconceptions": [
            (
                always_nonsaturating,
                "You give the nonsaturating loss whatever the kind. In the minimax game the "
                "generator's loss is the discriminator's with its sign turned.",
            ),
            (
                always_minimax,
                "You give the minimax loss whatever the kind. The nonsaturating one asks how "
                "surprising it would be if a fake were real.",
            ),
            (
                kinds_swapped,
                "You swapped the two kinds. Nonsaturating is the one whose gradient is large while "
                "the discriminator sees through every fake.",
            ),
            (
                discriminators_own,
                "With kind minimax this is the discriminator's loss. The generator plays against "
                "it: what one wants small the other wants large.",
            ),
            (
                helps_the_discriminator,
                "The sign is turned: this generator learns to be found out. Its loss must fall as "
                "the discriminator's logit for a fake grows.",
            ),
            (
                loss_alone_turned,
                "Your minimax loss is right, but its gradient belongs to the discriminator. If the "
                "loss changes its sign, so does the gradient.",
            ),
            (
                gradient_summed,
                "Your loss is a mean over the fakes, but your gradient is that of the sum.",
            ),
            (
                sum_of_fakes,
                "This is the sum over the fakes. The loss is their mean.",
            ),
            (
                logarithms_of_the_sigmoid,
                "A sigmoid can be exactly 0 or 1 in floating point, and the logarithm of 0 is not "
                "the loss. Simplify the logarithm of the sigmoid on paper first.",
            ),
        ],
    },
}


def _normals(rng, N: int, K: int) -> dict:
    """Draw means and log variances, none of which is close to 0."""
    return {"mu": _away_from_zero(rng, N, K), "log_var": _away_from_zero(rng, N, K)}


def _draw(rng, N: int, K: int) -> dict:
    """Draw normals, noise, and what the decoder wants of the draws."""
    return _normals(rng, N, K) | {
        "eps": _away_from_zero(rng, N, K),
        "dz": _away_from_zero(rng, N, K) / N,
    }


def _decoded(rng, N: int, D: int, K: int, likelihood: str) -> dict:
    """Draw data, what a decoder says to them, and the normals behind them."""
    X = _away_from_zero(rng, N, D)
    if likelihood == "bernoulli":
        X = (X > 0).astype(float)
        X[0, 0] = 0
    out = _away_from_zero(rng, N, D)
    return {"X": X, "out": out} | _normals(rng, N, K) | {"likelihood": likelihood}


def _elbo_with(X, out, mu, log_var, likelihood, change):
    _, surprise, divergence = negative_elbo_reference(X, out, mu, log_var, likelihood)
    return change(surprise) + divergence, change(surprise), divergence


def _logits(rng, N: int, M: int) -> dict:
    """Draw logits of real ones and fakes, none of them undecided."""
    real, fake = _away_from_zero(rng, N), _away_from_zero(rng, M)
    return {"real_logits": real + 0.3, "fake_logits": fake - 0.3}


def _steep(rng, n: int) -> np.ndarray:
    """Draw logits around -1000 and around 1000, some of each."""
    return rng.permutation(np.resize([1000.0, -1000.0], n)) + rng.normal(size=n)


def _away_from_zero(rng, *shape: int) -> np.ndarray:
    return rng.uniform(0.4, 1.8, size=shape) * rng.choice([-1, 1], size=shape)
