"""GAN: losses against PyTorch, gradients against central differences, and a ring of eight modes."""

import numpy as np
import pytest

from course_lib.gan import GAN, discriminator_loss, generator_loss
from course_lib.gradcheck import check, numerical_gradient

REAL = np.array([0.3, -2.0, 4.0])
FAKE = np.array([1.5, -0.7, 0.0, 2.5, -3.0])
KINDS = ["nonsaturating", "minimax"]
every_kind = pytest.mark.parametrize("kind", KINDS)


def log_sigmoid(z):
    return -np.log1p(np.exp(-z))


def test_losses_by_their_formulas():
    loss, d_real, d_fake = discriminator_loss(REAL, FAKE)
    assert loss == pytest.approx(-log_sigmoid(REAL).mean() - log_sigmoid(-FAKE).mean(), rel=1e-14)
    assert type(loss) is float
    assert d_real.shape == (3,)
    assert d_fake.shape == (5,)
    loss, _ = generator_loss(FAKE)
    assert loss == pytest.approx(-log_sigmoid(FAKE).mean(), rel=1e-14)
    loss, _ = generator_loss(FAKE, kind="minimax")
    assert loss == pytest.approx(log_sigmoid(-FAKE).mean(), rel=1e-14)


def test_losses_at_the_equilibrium():
    assert discriminator_loss([0.0], [0.0])[0] == pytest.approx(2 * np.log(2))
    assert generator_loss([0.0])[0] == pytest.approx(np.log(2))
    assert generator_loss([0.0], "minimax")[0] == pytest.approx(-np.log(2))


@every_kind
def test_gradients_of_the_losses_are_the_slopes(kind):
    _, d_real, d_fake = discriminator_loss(REAL, FAKE)
    slopes = numerical_gradient(lambda z: discriminator_loss(z, FAKE)[0], REAL)
    np.testing.assert_allclose(d_real, slopes, atol=1e-9)
    slopes = numerical_gradient(lambda z: discriminator_loss(REAL, z)[0], FAKE)
    np.testing.assert_allclose(d_fake, slopes, atol=1e-9)
    slopes = numerical_gradient(lambda z: generator_loss(z, kind)[0], FAKE)
    np.testing.assert_allclose(generator_loss(FAKE, kind)[1], slopes, atol=1e-9)


@pytest.mark.parametrize("size", [1.0, 40.0, 1000.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_losses_and_gradients_are_those_of_pytorch(size, dtype):
    torch = pytest.importorskip("torch")
    softplus = torch.nn.functional.softplus  # which takes z for itself beyond 20
    small = {np.float32: 1e-8, np.float64: 3e-10}[dtype]
    real = torch.tensor((size * REAL).astype(dtype), requires_grad=True)
    fake = torch.tensor((size * FAKE).astype(dtype), requires_grad=True)

    def same(ours, theirs):
        for tensor in (real, fake):
            tensor.grad = None
        theirs.backward()
        assert ours[0] == pytest.approx(theirs.item(), rel=1e-5 if dtype == np.float32 else 1e-12)
        tensors = (real, fake) if len(ours) == 3 else (fake,)
        for gradient, tensor in zip(ours[1:], tensors, strict=True):
            assert gradient.dtype == dtype
            np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-6, atol=10 * small)

    r, f = real.detach().numpy(), fake.detach().numpy()
    same(discriminator_loss(r, f), softplus(-real).mean() + softplus(fake).mean())
    same(generator_loss(f), softplus(-fake).mean())
    same(generator_loss(f, "minimax"), -softplus(fake).mean())


def test_a_sure_discriminator_leaves_the_minimax_generator_without_slope():
    assert generator_loss([-800.0], "minimax")[1][0] == pytest.approx(0, abs=1e-300)
    assert generator_loss([-800.0])[1][0] == -1
    assert generator_loss([-800.0])[0] == 800


class Player:
    """One player of a GAN as a model of its own, for `gradcheck.check`."""

    def __init__(self, gan, letter, loss_and_grads):
        self.params = {name: W for name, W in gan.params.items() if name[0] == letter}
        self.loss_and_grads = loss_and_grads


def spoilt_gan():
    """A small GAN with biases that are not zero."""
    gan = GAN(noise=2, hidden=4, data=3, rng=1)
    rng = np.random.default_rng(2)
    for name, b in gan.params.items():
        if "b" in name:
            b += rng.normal(size=b.shape)
    return gan


@every_kind
def test_gradients_of_both_players_are_the_slopes(kind):
    gan, rng = spoilt_gan(), np.random.default_rng(3)
    real, fake, z, blur = (rng.normal(size=shape) for shape in ((5, 3), (4, 3), (6, 2), (6, 3)))
    errors = check(Player(gan, "D", lambda: gan.discriminator_grads(real, fake)))
    errors |= check(Player(gan, "G", lambda: gan.generator_grads(z, blur, kind)))
    assert list(errors) == [f"{p}_{w}{l}" for p in "DG" for l in (1, 2, 3) for w in "Wb"]
    assert max(errors.values()) < 1e-7


def test_shapes_and_first_weights():
    gan = GAN(noise=2, hidden=400, data=3, rng=0)
    assert {name: W.shape for name, W in gan.params.items()} == {
        "G_W1": (400, 2),
        "G_b1": (400,),
        "G_W2": (400, 400),
        "G_b2": (400,),
        "G_W3": (3, 400),
        "G_b3": (3,),
        "D_W1": (400, 3),
        "D_b1": (400,),
        "D_W2": (400, 400),
        "D_b2": (400,),
        "D_W3": (1, 400),
        "D_b3": (1,),
    }
    assert gan.params["D_W2"].var() == pytest.approx(2 / 400, rel=0.02)
    assert not any(W.any() for name, W in gan.params.items() if "b" in name)


def test_sample_and_discriminate_by_hand():
    gan = spoilt_gan()
    gan.center, gan.scale = np.array([1.0, -2, 3]), 2.5
    p = gan.params
    z = np.random.default_rng(4).standard_normal((5, 2))
    fakes = np.tanh(np.tanh(z @ p["G_W1"].T + p["G_b1"]) @ p["G_W2"].T + p["G_b2"])
    fakes = gan.center + 2.5 * (fakes @ p["G_W3"].T + p["G_b3"])
    np.testing.assert_allclose(gan.sample(5, 4), fakes, rtol=1e-13)
    np.testing.assert_allclose(gan.sample(5, np.random.default_rng(4)), fakes, rtol=1e-13)
    x = (fakes - gan.center) / 2.5
    logits = np.tanh(np.tanh(x @ p["D_W1"].T + p["D_b1"]) @ p["D_W2"].T + p["D_b2"]) @ p["D_W3"].T
    probabilities = 1 / (1 + np.exp(-logits[:, 0] - p["D_b3"]))
    np.testing.assert_allclose(gan.discriminate(fakes), probabilities, rtol=1e-12)
    assert gan.sample(0, 4).shape == (0, 3)


def test_a_round_is_a_step_of_adam_for_each_player():
    torch = pytest.importorskip("torch")
    X = np.random.default_rng(5).normal(size=(4, 3))
    gan = GAN(2, 5, 3, rng=1)
    params = {name: torch.tensor(W, requires_grad=True) for name, W in gan.params.items()}
    gan.fit(X, epochs=1, batch_size=4, lr=0.01, rng=6, blur=0.0)

    def net(letter, x):
        W1, b1, W2, b2, W3, b3 = (params[f"{letter}_{w}{l}"] for l in (1, 2, 3) for w in "Wb")
        return torch.tanh(torch.tanh(x @ W1.T + b1) @ W2.T + b2) @ W3.T + b3

    rng = np.random.default_rng(6)
    real = torch.tensor(((X - X.mean(axis=0)) / X.std())[rng.permutation(4)])
    z = torch.tensor(rng.standard_normal((4, 2)))
    softplus = torch.nn.functional.softplus
    d_loss = softplus(-net("D", real)).mean() + softplus(net("D", net("G", z).detach())).mean()
    for letter, loss in (
        ("D", lambda: d_loss),
        ("G", lambda: softplus(-net("D", net("G", z))).mean()),
    ):
        own = [param for name, param in params.items() if name[0] == letter]
        rule = torch.optim.Adam(own, lr=0.01, betas=(0.5, 0.999))
        rule.zero_grad()
        value = loss()
        value.backward()
        rule.step()
        name = f"{letter.lower()}_loss"
        assert gan.history[name] == [pytest.approx(value.item(), rel=1e-10)]
    for name, param in params.items():
        np.testing.assert_allclose(gan.params[name], param.detach().numpy(), rtol=1e-8, atol=1e-12)


def test_fit_is_fixed_by_its_seed_and_keeps_float32():
    X = np.random.default_rng(0).normal(size=(20, 2)) * 5 + 100
    before = X.copy()
    one, two = (GAN(2, 3, 2, rng=1).fit(X, epochs=3, batch_size=8, rng=2) for _ in range(2))
    np.testing.assert_array_equal(X, before)
    for name, W in one.params.items():
        np.testing.assert_array_equal(W, two.params[name])
    assert one.history == two.history
    assert [len(losses) for losses in one.history.values()] == [3, 3]
    assert list(one.history) == ["d_loss", "g_loss"]
    np.testing.assert_allclose(one.center, X.mean(axis=0))
    assert one.scale == pytest.approx(X.std())

    low = GAN(2, 3, 2, dtype=np.float32)
    low.fit(X, epochs=1)
    assert {W.dtype for W in low.params.values()} == {np.dtype(np.float32)}
    assert low.sample(2, 0).dtype == low.discriminate(X).dtype == np.float32


def test_constant_data_are_learned_without_dividing_by_zero():
    gan = GAN(1, 2, 2).fit(np.full((3, 2), 7.0), epochs=1)
    assert gan.scale == 1
    assert np.isfinite(gan.sample(3, 0)).all()


def test_blur_falls_to_zero_over_three_quarters_of_the_epochs(monkeypatch):
    seen = []
    turn = GAN._turn
    monkeypatch.setattr(GAN, "_turn", lambda *a: (seen.append(np.std(a[4])), turn(*a))[1])
    X = np.random.default_rng(0).normal(size=(4000, 2))
    GAN(1, 2, 2).fit(X, epochs=8, batch_size=4000, blur=0.6)
    np.testing.assert_allclose(seen, [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0], rtol=0.05)


def ring(n, rng):
    angle = rng.integers(8, size=n) * np.pi / 4
    return 2 * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.1 * rng.normal(size=(n, 2))


def visits(points):
    """How many points lie within three standard deviations of each of the ring's modes."""
    angle = np.arange(8) * np.pi / 4
    modes = 2 * np.column_stack([np.cos(angle), np.sin(angle)])
    distance = np.linalg.norm(points[:, None] - modes, axis=2)
    return np.bincount(distance.argmin(axis=1)[distance.min(axis=1) < 0.3], minlength=8)


@pytest.mark.parametrize("kind", ["nonsaturating", pytest.param("minimax", marks=pytest.mark.slow)])
def test_gan_covers_all_modes_of_a_ring(kind, learned):
    X = ring(2000, np.random.default_rng(0))
    gan = GAN(noise=8, hidden=64, data=2, rng=0).fit(X, epochs=100, rng=0, kind=kind)
    counts = visits(gan.sample(1000, 1))
    claim = f"GAN, {kind}: of 1,000 samples, those at the least visited of eight modes"
    learned(claim, counts.min(), at_least=50)  # an even share is 125
    assert counts.sum() > 750
    assert visits(GAN(noise=8, hidden=64, data=2, rng=0).sample(1000, 1)).sum() < 100
    # near the equilibrium, where the discriminator cannot tell
    assert gan.history["d_loss"][-1] == pytest.approx(2 * np.log(2), abs=0.2)
    target = np.log(2) if kind == "nonsaturating" else -np.log(2)
    assert gan.history["g_loss"][-1] == pytest.approx(target, abs=0.25)
    assert 0.4 < gan.discriminate(X).mean() < 0.65


X = np.zeros((3, 2))
BAD = [
    (discriminator_loss, ([], [1]), {}, ValueError, "real_logits must not be empty"),
    (discriminator_loss, ([1], []), {}, ValueError, "fake_logits must not be empty"),
    (discriminator_loss, ([[1]], [1]), {}, ValueError, r"real_logits must have shape \(N,\), got"),
    (discriminator_loss, ([1], [np.nan]), {}, ValueError, "fake_logits must be finite, got nan"),
    (generator_loss, (["a"],), {}, TypeError, "fake_logits must hold real numbers, got strings"),
    (
        generator_loss,
        ([1], "wgan"),
        {},
        ValueError,
        "kind must be one of 'nonsaturating', 'minimax'",
    ),
    (GAN, (0, 2, 2), {}, ValueError, "noise must be at least 1, got 0"),
    (GAN, (2, 0, 2), {}, ValueError, "hidden must be at least 1, got 0"),
    (GAN, (2, 2, 1.5), {}, TypeError, "data must be a whole number, got float"),
    (GAN, (2, 2, 2), {"rng": None}, TypeError, "rng must be a numpy.random.Generator"),
    (GAN, (2, 2, 2), {"dtype": "int"}, TypeError, "dtype must be float64 or float32"),
    (GAN(2, 2, 2).fit, (X[:, :1],), {}, ValueError, r"X must have shape \(N, 2\), got \(3, 1\)"),
    (GAN(2, 2, 2).fit, (X[:0],), {}, ValueError, "X must hold at least one example, got none"),
    (GAN(2, 2, 2).fit, (X + np.inf,), {}, ValueError, "X must be finite"),
    (GAN(2, 2, 2).fit, (X,), {"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
    (GAN(2, 2, 2).fit, (X,), {"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
    (GAN(2, 2, 2).fit, (X,), {"lr": 0}, ValueError, "lr must be more than 0, got 0"),
    (GAN(2, 2, 2).fit, (X,), {"blur": -0.1}, ValueError, "blur must be at least 0, got -0.1"),
    (GAN(2, 2, 2).fit, (X,), {"kind": "x"}, ValueError, "kind must be one of"),
    (GAN(2, 2, 2).fit, (X,), {"rng": "x"}, TypeError, "rng must be a numpy.random.Generator"),
    (GAN(2, 2, 2).sample, (-1, 0), {}, ValueError, "n must be at least 0, got -1"),
    (
        GAN(2, 2, 2).discriminate,
        ([1, 2],),
        {},
        ValueError,
        r"X must have shape \(N, 2\), got \(2,\)",
    ),
    (GAN(2, 2, 2).generator_grads, (X[:, :1],), {}, ValueError, r"z must have shape \(N, 2\)"),
    (GAN(2, 2, 2).discriminator_grads, (X, X[:0]), {}, ValueError, "fake must hold at least one"),
    (GAN(2, 2, 2).discriminator_grads, (X[:0], X), {}, ValueError, "real must hold at least one"),
]


@pytest.mark.parametrize(("function", "arguments", "options", "error", "message"), BAD)
def test_bad_input_is_refused(function, arguments, options, error, message):
    with pytest.raises(error, match=message):
        function(*arguments, **options)


def test_progress_is_shown_only_on_request(capsys):
    GAN(2, 2, 2).fit(X + [[0], [1], [2]], epochs=2)
    assert capsys.readouterr() == ("", "")
    GAN(2, 2, 2).fit(X + [[0], [1], [2]], epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().err


def test_repr_names_the_settings():
    assert repr(GAN(2, 3, 4)) == "GAN(noise=2, hidden=3, data=4)"
