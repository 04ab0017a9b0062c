"""VAE: the divergence against PyTorch and integrals, gradients, bounds on P(x), and samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data, optim, train
from course_lib.gradcheck import check, numerical_gradient
from course_lib.mlp import MLP
from course_lib.vae import VAE, gaussian_kl, reparameterize

LIKELIHOODS = ["bernoulli", "gaussian"]
every_likelihood = pytest.mark.parametrize("likelihood", LIKELIHOODS)
MU = np.array([[0.5, -2.0, 0.0], [1.0, 0.1, 3.0]])
LOG_VAR = np.array([[0.3, -1.0, 0.0], [2.0, -5.0, 0.7]])


def test_reparameterize_by_hand():
    eps = [[1.0, -1.0, 2.0], [0.0, 3.0, -0.5]]
    expected = MU + np.sqrt(np.exp(LOG_VAR)) * eps
    np.testing.assert_allclose(reparameterize(MU, LOG_VAR, eps), expected, rtol=1e-14)
    np.testing.assert_array_equal(reparameterize(MU, LOG_VAR, np.zeros((2, 3))), MU)
    low = reparameterize(np.float32(MU), np.float32(LOG_VAR), eps)
    assert low.dtype == np.float32


def test_draws_have_the_mean_and_the_variance_asked_for():
    eps = np.random.default_rng(0).normal(size=(100_000, 2))
    z = reparameterize(
        np.full((100_000, 2), [3.0, -1]), np.full((100_000, 2), np.log([4, 0.25])), eps
    )
    np.testing.assert_allclose(z.mean(axis=0), [3, -1], atol=0.03)
    np.testing.assert_allclose(z.var(axis=0), [4, 0.25], rtol=0.02)


def test_gaussian_kl_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    from torch.distributions import Normal, kl_divergence

    q = Normal(torch.tensor(MU), torch.tensor(np.exp(LOG_VAR / 2)))
    expected = kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).numpy()
    np.testing.assert_allclose(gaussian_kl(MU, LOG_VAR), expected, rtol=1e-7)
    assert gaussian_kl(np.float32(MU), np.float32(LOG_VAR)).dtype == np.float32


@given(st.floats(-5, 5), st.floats(-6, 4))
def test_gaussian_kl_is_the_integral(mu, log_var):
    sigma = np.exp(log_var / 2)
    x = np.linspace(mu - 12 * sigma, mu + 12 * sigma, 4001)
    log_q = -((x - mu) ** 2) / (2 * sigma**2) - np.log(sigma)
    q = np.exp(log_q) / np.sqrt(2 * np.pi)
    expected = np.trapezoid(q * (log_q + x**2 / 2), x)
    (kl,) = gaussian_kl([[mu]], [[log_var]])
    assert kl == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert kl >= 0


def test_gaussian_kl_is_zero_for_the_standard_normal_and_exact_nearby():
    assert gaussian_kl(np.zeros((2, 3)), np.zeros((2, 3))).tolist() == [0, 0]
    assert gaussian_kl([[1e-4]], [[0.0]])[0] == pytest.approx(5e-9, rel=1e-6)


def small_vae(likelihood, dtype=np.float64):
    """A VAE with biases that are not zero, and a batch of another size than any layer."""
    vae = VAE(inputs=5, hidden=4, latent=3, likelihood=likelihood, rng=1, dtype=dtype)
    rng = np.random.default_rng(2)
    for param in vae.params.values():
        param += (0.3 * rng.normal(size=param.shape)).astype(dtype)
    return vae, rng.random((6, 5)).astype(dtype), rng.normal(size=(6, 3)).astype(dtype)


@every_likelihood
def test_gradients_are_the_slopes(likelihood):
    vae, X, eps = small_vae(likelihood)
    errors = check(vae, X, eps)
    names = ["W1", "b1", "W_mu", "b_mu", "W_log_var", "b_log_var", "W2", "b2", "W3", "b3"]
    assert list(errors) == list(vae.params) == names
    assert max(errors.values()) < 1e-7


@every_likelihood
def test_gradients_of_the_draws_reach_mean_and_variance(likelihood):
    """The encoder's biases move mu and log_var alone, so their slopes can be had without it."""
    vae, X, eps = small_vae(likelihood)
    mu, log_var = vae.encode(X)

    def loss(d_mu, d_log_var):
        z = reparameterize(mu + d_mu, log_var + d_log_var, eps)
        kl = gaussian_kl(mu + d_mu, log_var + d_log_var)
        x = vae.decode(z)
        if likelihood == "bernoulli":
            log_p = (X * np.log(x) + (1 - X) * np.log(1 - x)).sum(axis=1)
        else:
            log_p = -((X - x) ** 2).sum(axis=1) / 2 - 5 / 2 * np.log(2 * np.pi)
        return (kl - log_p).mean()

    value, grads = vae.loss_and_grads(X, eps)
    zero = np.zeros(3)
    assert value == pytest.approx(loss(zero, zero), rel=1e-12)
    assert type(value) is float
    slopes = numerical_gradient(lambda d: loss(d, zero), zero)
    np.testing.assert_allclose(grads["b_mu"], slopes, atol=1e-8)
    slopes = numerical_gradient(lambda d: loss(zero, d), zero)
    np.testing.assert_allclose(grads["b_log_var"], slopes, atol=1e-8)


def test_elbo_is_a_bound_on_the_likelihood():
    """With one latent dimension, P(x) is an integral; no q makes the ELBO exceed its logarithm."""
    vae = VAE(3, 4, 1, likelihood="gaussian", rng=3)
    x = np.array([[0.2, -1.0, 0.5]])
    z = np.linspace(-9, 9, 3001)[:, None]
    log_joint = (
        -((x - vae.decode(z)) ** 2).sum(axis=1) / 2 - z[:, 0] ** 2 / 2 - 2 * np.log(2 * np.pi)
    )
    log_p = np.log(np.trapezoid(np.exp(log_joint), z[:, 0]))
    eps = np.random.default_rng(0).normal(size=(20_000, 1))
    elbo = -vae.loss_and_grads(np.repeat(x, len(eps), axis=0), eps)[0]
    assert elbo < log_p
    assert elbo > log_p - 5


@every_likelihood
def test_float32_stays_and_arguments_are_left_alone(likelihood):
    vae, X, eps = small_vae(likelihood, np.float32)
    before = X.copy(), eps.copy()
    loss, grads = vae.loss_and_grads(X, eps)
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}
    exact, exact_grads = small_vae(likelihood)[0].loss_and_grads(X.astype(float), eps.astype(float))
    assert loss == pytest.approx(exact, rel=1e-5)
    np.testing.assert_allclose(grads["W1"], exact_grads["W1"], atol=1e-4)
    vae.fit(X, epochs=2, batch_size=4)
    assert {p.dtype for p in vae.params.values()} == {np.dtype(np.float32)}
    outputs = [*vae.encode(X), vae.decode(eps), vae.sample(3, 0)]
    assert {output.dtype for output in outputs} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(eps, before[1])


@every_likelihood
def test_encode_decode_and_sample_by_hand(likelihood):
    vae, X, z = small_vae(likelihood)
    p = vae.params
    h = np.maximum(X @ p["W1"].T + p["b1"], 0)
    mu, log_var = vae.encode(X)
    np.testing.assert_allclose(mu, h @ p["W_mu"].T + p["b_mu"], rtol=1e-13)
    np.testing.assert_allclose(log_var, h @ p["W_log_var"].T + p["b_log_var"], rtol=1e-13)
    out = np.maximum(z @ p["W2"].T + p["b2"], 0) @ p["W3"].T + p["b3"]
    if likelihood == "bernoulli":
        out = 1 / (1 + np.exp(-out))
    np.testing.assert_allclose(vae.decode(z), out, rtol=1e-12)
    z = np.random.default_rng(7).normal(size=(4, 3))
    np.testing.assert_array_equal(vae.sample(4, 7), vae.decode(z))
    np.testing.assert_array_equal(vae.sample(4, np.random.default_rng(7)), vae.decode(z))


def test_the_seed_is_all_that_matters():
    X = np.random.default_rng(0).random((20, 5))
    one, two, other = (VAE(5, 4, 2, rng=1).fit(X, epochs=3, rng=r) for r in (2, 2, 3))
    assert one.history == two.history != other.history
    assert list(one.history) == ["loss"]
    assert len(one.history["loss"]) == 3
    np.testing.assert_array_equal(one.params["W1"], two.params["W1"])
    assert (VAE(5, 4, 2, rng=1).params["W1"] != VAE(5, 4, 2, rng=2).params["W1"]).any()


def test_first_weights_keep_signals_alive():
    vae = VAE(300, 200, 100, rng=0)
    for name, variance in (
        ("W1", 2 / 300),
        ("W_mu", 2 / 300),
        ("W_log_var", 2 / 300),
        ("W2", 2 / 100),
        ("W3", 2 / 500),
    ):
        assert vae.params[name].var() == pytest.approx(variance, rel=0.05)
    assert not any(p.any() for name, p in vae.params.items() if name[0] == "b")


def test_noise_is_fresh_in_every_epoch(monkeypatch):
    seen = []
    real = VAE.loss_and_grads
    monkeypatch.setattr(
        VAE, "loss_and_grads", lambda self, X, eps: (seen.append(eps), real(self, X, eps))[1]
    )
    VAE(3, 4, 2).fit(np.full((1000, 3), 0.5), epochs=3, batch_size=1000)
    first, second, third = (np.sort(eps, axis=0) for eps in seen)
    assert (first != second).any()
    assert (second != third).any()
    np.testing.assert_allclose([first.mean(), first.var()], [0, 1], atol=0.1)


def test_elbo_rises_and_samples_are_digits(learned):
    """Two classifiers mostly agree which digit was drawn, and real ones are about as near."""
    pytest.importorskip("sklearn")
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    X, y = load_digits(return_X_y=True)
    X = X / 16
    untrained = VAE(64, 128, 8, rng=0, dtype=np.float32)
    vae = VAE(64, 128, 8, rng=0, dtype=np.float32).fit(X, epochs=60, lr=2e-3)

    loss = np.array(vae.history["loss"])
    learned("VAE: nats by which the ELBO of a digit rises", loss[0] - loss[-1], at_least=12)
    assert (np.diff(loss[:8]) < 0).all()
    assert loss[-10:].mean() < loss[-20:-10].mean()

    linear = LogisticRegression(max_iter=2000).fit(X[::2], y[::2])
    nearest = KNeighborsClassifier(1).fit(X[::2], y[::2])
    drawn, noise, written = vae.sample(500, 1), untrained.sample(500, 1), X[1::2]
    agree = [(linear.predict(x) == nearest.predict(x)).mean() for x in (drawn, noise, written)]
    assert agree[0] > 0.7 > 2 * agree[1]  # of the written ones it is 0.95
    far = [nearest.kneighbors(x)[0].mean() for x in (drawn, noise, written)]
    assert far[0] < 1.2 * far[2] < far[1] / 2
    assert np.bincount(linear.predict(drawn), minlength=10).min() >= 20


def test_a_classifier_that_may_say_none_takes_samples_for_digits(learned):
    """It knows ten digits, and as "none" their pixels scattered, or their quarters exchanged."""
    pytest.importorskip("sklearn")
    images, y = data.digits()
    X, rng = images.reshape(-1, 64), np.random.default_rng(0)
    known = X[::2]
    moved = np.roll(known.reshape(-1, 8, 8), 4, axis=1)
    moved[:, :4] = np.roll(moved[:, :4], 4, axis=2)
    none = np.concatenate([rng.permuted(known, axis=1), moved.reshape(-1, 64)])
    judge = MLP([64, 64, 11], activation="relu", rng=0)
    examples = np.concatenate([known, none]), np.append(y[::2], np.full(len(none), 10))
    train.fit(judge, examples, optim.Adam(3e-3), epochs=40)

    def share(pictures):
        return (judge.predict(pictures) < 10).mean()

    untrained = VAE(64, 128, 8, rng=0, dtype=np.float32)
    assert share(X[1::2]) > 0.95
    assert share(untrained.sample(500, 1)) < 0.05
    vae = VAE(64, 128, 8, rng=0, dtype=np.float32).fit(X, epochs=60, lr=2e-3)
    drawn = vae.sample(500, 1)
    learned("VAE: samples that a classifier takes for digits", share(drawn), at_least=0.95)
    assert np.bincount(judge.predict(drawn), minlength=11)[:10].min() > 0, "all ten digits"


X = np.full((3, 5), 0.5)
V = VAE(5, 4, 2)
G = VAE(5, 4, 2, likelihood="gaussian")
BAD = [
    (gaussian_kl, (MU, LOG_VAR[:1]), {}, ValueError, r"log_var must have shape \(2, 3\), got"),
    (gaussian_kl, (MU[0], LOG_VAR[0]), {}, ValueError, r"mu must have shape \(N, K\), got \(3,\)"),
    (gaussian_kl, (MU, LOG_VAR + np.inf), {}, ValueError, "log_var must be finite, got inf"),
    (
        reparameterize,
        (MU, LOG_VAR, MU[:, :1]),
        {},
        ValueError,
        r"eps must have shape \(2, 3\), got",
    ),
    (VAE, (0, 4, 2), {}, ValueError, "inputs must be at least 1, got 0"),
    (VAE, (5, 0, 2), {}, ValueError, "hidden must be at least 1, got 0"),
    (VAE, (5, 4, 0), {}, ValueError, "latent must be at least 1, got 0"),
    (
        VAE,
        (5, 4, 2, "poisson"),
        {},
        ValueError,
        "likelihood must be one of 'bernoulli', 'gaussian'",
    ),
    (VAE, (5, 4, 2), {"rng": 0.5}, TypeError, "rng must be a numpy.random.Generator"),
    (VAE, (5, 4, 2), {"dtype": np.float16}, TypeError, "dtype must be float64 or float32"),
    (V.fit, (X[:0],), {}, ValueError, "X must hold at least one example, got none"),
    (V.fit, (X + 1,), {}, ValueError, "X must lie between 0 and 1, got 1.5 at index"),
    (V.fit, (X,), {"lr": -1}, ValueError, "lr must be more than 0, got -1"),
    (V.fit, (X,), {"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
    (V.fit, (X,), {"epochs": 1.5}, TypeError, "epochs must be a whole number, got float"),
    (V.loss_and_grads, (X, X), {}, ValueError, r"eps must have shape \(3, 2\), got \(3, 5\)"),
    (V.loss_and_grads, (-X, X[:, :2]), {}, ValueError, "X must lie between 0 and 1, got -0.5"),
    (G.loss_and_grads, (X + np.nan, X[:, :2]), {}, ValueError, "X must be finite, got nan"),
    (V.encode, (X[:, :4],), {}, ValueError, r"X must have shape \(N, 5\), got \(3, 4\)"),
    (V.decode, (X,), {}, ValueError, r"z must have shape \(N, 2\), got \(3, 5\)"),
    (V.sample, (-1, 0), {}, ValueError, "n must be at least 0, got -1"),
    (V.sample, (1, None), {}, TypeError, "rng must be a numpy.random.Generator"),
]


@pytest.mark.parametrize(("function", "arguments", "options", "error", "message"), BAD)
def test_bad_input_is_refused(function, arguments, options, error, message):
    with pytest.raises(error, match=message):
        function(*arguments, **options)


def test_a_gaussian_takes_any_data():
    assert np.isfinite(G.loss_and_grads(X * 100 - 20, np.zeros((3, 2)))[0])


def test_progress_is_shown_only_on_request(capsys):
    VAE(5, 4, 2).fit(X, epochs=2)
    assert capsys.readouterr() == ("", "")
    VAE(5, 4, 2).fit(X, epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().err


def test_repr_names_the_settings():
    assert repr(V) == "VAE(5-4-2, likelihood='bernoulli')"
