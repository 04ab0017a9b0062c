"""Autoencoders: gradients, the 8-3-8 codes from twenty seeds, PCA's space, noise and sparsity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.autoencoder import Autoencoder, encoder_8_3_8, pca
from course_lib.gradcheck import check
from course_lib.mlp import MLP


def test_8_3_8_finds_eight_codes_from_every_seed(learned):
    patterns, found = np.eye(8), 0
    for seed in range(20):
        net, history = encoder_8_3_8(seed)
        assert isinstance(net, MLP)
        assert net.sizes == (8, 3, 8)
        codes = net.hidden(patterns)[0]
        np.testing.assert_array_equal(history["codes"][-1], codes)
        np.testing.assert_array_equal(net.forward(patterns).argmax(axis=1), np.arange(8))
        np.testing.assert_array_equal(net.predict(patterns), patterns)
        found += len({tuple(code) for code in codes.round()}) == 8
    learned("8-3-8 encoder: of 20 seeds, those that find all eight codes", found, at_least=20)


def test_8_3_8_keeps_its_curves():
    net, history = encoder_8_3_8(np.random.default_rng(3))
    again, same = encoder_8_3_8(3)
    patterns = np.eye(8)
    assert list(history) == ["loss", "errors", "codes", "weights"]
    assert isinstance(history["loss"], list)
    E = len(history["loss"])
    assert history["errors"].shape == (E, 8)
    assert history["codes"].shape == (E, 8, 3)
    assert history["weights"].shape == (E, 3, 9)
    np.testing.assert_allclose(
        history["errors"][-1], ((net.forward(patterns) - patterns) ** 2).sum(axis=0)
    )
    np.testing.assert_array_equal(history["weights"][-1][:, 0], net.params["b1"])
    np.testing.assert_array_equal(history["weights"][-1][:, 1:], net.params["W1"])
    assert history["loss"][-1] < 0.1 < history["loss"][0]
    for name in history:
        np.testing.assert_array_equal(history[name], same[name])
    np.testing.assert_array_equal(net.params["W2"], again.params["W2"])


def test_8_3_8_starts_again_when_codes_collide(monkeypatch):
    answers = iter([False, False, True])
    monkeypatch.setattr("course_lib.autoencoder._has_eight_codes", lambda *_: next(answers))
    net, history = encoder_8_3_8(0)
    assert next(answers, "used up") == "used up"
    assert len(history["loss"]) == len(history["codes"])
    assert (net.params["W1"] != encoder_8_3_8_first_weights(monkeypatch)).any()


def encoder_8_3_8_first_weights(monkeypatch):
    monkeypatch.setattr("course_lib.autoencoder._has_eight_codes", lambda *_: True)
    return encoder_8_3_8(0)[0].params["W1"]


OPTIONS = {
    "plain": {},
    "linear": {"linear": True},
    "sparse": {"sparsity": 0.7},
    "sparse linear": {"linear": True, "sparsity": 0.7},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("sizes", [(4, 2, 4), (4, 3, 2, 3, 4), (4, 6, 5, 4), (3, 5, 3)])
def test_gradients_are_the_slopes(options, sizes):
    rng = np.random.default_rng(0)
    net = Autoencoder(sizes, rng=1, **options)
    for param in net.params.values():
        param += 0.3 * rng.normal(size=param.shape)
    X, target = rng.normal(size=(5, sizes[0])), rng.normal(size=(5, sizes[0]))
    errors = check(net, X, target)
    assert list(errors) == [f"{w}{l}" for l in range(1, len(sizes)) for w in "Wb"]
    assert max(errors.values()) < 1e-7
    assert max(check(net, X).values()) < 1e-7


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_loss_encode_and_decode_by_hand():
    rng = np.random.default_rng(0)
    net = Autoencoder([3, 4, 2, 3], sparsity=0.6, rng=1)
    for param in net.params.values():
        param += rng.normal(size=param.shape)
    X, target = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    W1, b1, W2, b2, W3, b3 = net.params.values()
    codes = sigmoid(sigmoid(X @ W1.T + b1) @ W2.T + b2)
    back = codes @ W3.T + b3
    np.testing.assert_allclose(net.encode(X), codes, rtol=1e-13)
    np.testing.assert_allclose(net.decode(codes), back, rtol=1e-13)
    penalty = 0.6 * codes.sum() / 5
    for arguments, wanted in (((X,), X), ((X, target), target)):
        loss, _ = net.loss_and_grads(*arguments)
        assert type(loss) is float
        assert loss == pytest.approx(((back - wanted) ** 2).sum() / 10 + penalty, rel=1e-12)


@pytest.mark.parametrize(
    ("sizes", "code"),
    [((9, 3, 9), 1), ((9, 5, 2, 5, 9), 2), ((9, 3, 4, 3, 9), 1), ((4, 8, 4), 1), ((9, 5, 4, 9), 2)],
)
def test_the_narrowest_hidden_layer_is_the_code(sizes, code):
    net = Autoencoder(sizes)
    assert net.code == code
    X = np.zeros((2, sizes[0]))
    assert net.encode(X).shape == (2, sizes[code])
    assert net.decode(net.encode(X)).shape == X.shape


def mixed_data(n=200):
    """Five dimensions, turned from the axes and moved from the origin, two of them strong."""
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    return rng.normal(size=(n, 5)) * [3, 2, 0.7, 0.5, 0.1] @ turn + [1, -1, 0, 0.5, 2]


def test_linear_autoencoder_spans_the_space_of_pca():
    X = mixed_data()
    net = Autoencoder([5, 2, 5], linear=True, rng=0).fit(X, epochs=1500, lr=0.02, batch_size=200)
    components, variance = pca(X, 5)
    basis, _ = np.linalg.qr(net.params["W2"])
    cosines = np.linalg.svd(components[:2] @ basis, compute_uv=False)
    np.testing.assert_allclose(cosines, 1, atol=1e-4)
    least = variance[2:].sum() / 2 * 199 / 200  # what no plane can explain
    assert net.history["loss"][-1] == pytest.approx(least, rel=0.01)
    assert net.history["loss"][-1] >= least * (1 - 1e-9)


def blobs(n, rng):
    """Four prototypes of twelve pixels, with a little noise: data that lie near a few points."""
    prototypes = np.kron(np.eye(4), np.ones(3))
    return prototypes[rng.integers(4, size=n)] + 0.05 * rng.normal(size=(n, 12))


def test_denoising_takes_noise_away():
    rng = np.random.default_rng(0)
    X, clean = blobs(400, rng), blobs(300, rng)
    noisy = clean + 0.5 * rng.normal(size=clean.shape)

    def error(net):
        return ((net.decode(net.encode(noisy)) - clean) ** 2).mean()

    plain, denoising = (
        Autoencoder([12, 24, 12], noise=noise, rng=1).fit(X, epochs=60, rng=2)
        for noise in (0.0, 0.5)
    )
    before = ((noisy - clean) ** 2).mean()
    assert error(denoising) < 0.25 * before
    assert error(denoising) < 0.5 * error(plain)


def test_noise_is_fresh_in_every_epoch_and_targets_stay_clean(monkeypatch):
    seen = []
    real = Autoencoder.loss_and_grads
    monkeypatch.setattr(
        Autoencoder, "loss_and_grads", lambda self, X, y: (seen.append((X, y)), real(self, X, y))[1]
    )
    X = np.arange(4000.0).reshape(1000, 4)
    before = X.copy()
    Autoencoder([4, 2, 4], noise=0.3).fit(X, epochs=3, batch_size=1000)
    noises = [np.sort(noisy - clean, axis=None) for noisy, clean in seen]
    for noise, (_, clean) in zip(noises, seen, strict=True):
        assert noise.std() == pytest.approx(0.3, rel=0.05)
        np.testing.assert_array_equal(np.sort(clean, axis=0), X)
    assert (noises[0] != noises[1]).any()
    assert (noises[1] != noises[2]).any()
    np.testing.assert_array_equal(X, before)
    seen.clear()
    Autoencoder([4, 2, 4]).fit(X, epochs=2, batch_size=1000)
    assert all((noisy == clean).all() for noisy, clean in seen)


def test_sparsity_switches_units_off():
    X = blobs(400, np.random.default_rng(0))
    plain, sparse = (
        Autoencoder([12, 10, 12], sparsity=s, rng=1).fit(X, epochs=150, rng=2) for s in (0.0, 0.1)
    )
    assert sparse.encode(X).mean() < 0.4 * plain.encode(X).mean()
    back = sparse.decode(sparse.encode(X))
    assert ((back - X) ** 2).sum() < 0.1 * ((X - X.mean(axis=0)) ** 2).sum()


def test_deep_autoencoder_learns_a_curve():
    t = np.random.default_rng(0).uniform(-1, 1, size=(300, 1))
    X = np.hstack([t, t**2, np.sin(3 * t)])
    net = Autoencoder([3, 16, 1, 16, 3], rng=0).fit(X, epochs=200, lr=0.02)
    _, variance = pca(X, 3)
    left = ((net.decode(net.encode(X)) - X) ** 2).sum(axis=1).mean()
    assert left < 0.25 * variance[1:].sum()  # what the best line leaves
    assert len(net.history["loss"]) == 200


def test_the_seed_is_all_that_matters():
    X = mixed_data(30)
    one, two, other = (
        Autoencoder([5, 2, 5], noise=0.1, rng=1).fit(X, epochs=3, rng=r) for r in (2, 2, 3)
    )
    assert one.history == two.history != other.history
    np.testing.assert_array_equal(one.params["W1"], two.params["W1"])


def test_float32_stays():
    X = mixed_data(30).astype(np.float32)
    net = Autoencoder([5, 2, 5], noise=0.1, sparsity=0.1, dtype=np.float32).fit(X, epochs=2)
    loss, grads = net.loss_and_grads(X)
    arrays = [*net.params.values(), *grads.values(), net.encode(X), net.decode(net.encode(X))]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert type(loss) is float
    assert {array.dtype for array in pca(X, 2)} == {np.dtype(np.float32)}


@given(st.integers(2, 9), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_pca_is_that_of_scikit_learn(N, D, seed):
    decomposition = pytest.importorskip("sklearn.decomposition")
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, D)) * 2.0 ** np.arange(D) + rng.normal(size=D)
    k = int(rng.integers(1, min(N, D) + 1))
    components, variance = pca(X, k)
    theirs = decomposition.PCA(k, svd_solver="full").fit(X)
    assert components.shape == (k, D)
    assert variance.shape == (k,)
    np.testing.assert_allclose(variance, theirs.explained_variance_, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(components @ components.T, np.eye(k), atol=1e-12)
    assert (components.max(axis=1) >= np.abs(components.min(axis=1))).all()
    for ours, other, one in zip(components, theirs.components_, variance, strict=True):
        if one > 1e-6:  # a direction without variance is any
            assert abs(ours @ other) == pytest.approx(1, abs=1e-6)


def test_pca_by_hand():
    components, variance = pca([[0, 0], [2, 4], [-2, -4], [2, -1], [-2, 1]], 2)
    np.testing.assert_allclose(components, np.array([[1, 2], [2, -1]]) / 5**0.5, atol=1e-15)
    np.testing.assert_allclose(variance, [10, 2.5])


N = Autoencoder([3, 2, 3])
X = np.zeros((4, 3))
BAD = [
    (Autoencoder, ([3, 3],), {}, ValueError, r"sizes must hold inputs, a code .* got \(3, 3\)"),
    (Autoencoder, ([3, 2, 4],), {}, ValueError, r"as many outputs as inputs, got \(3, 2, 4\)"),
    (Autoencoder, ([3, 0, 3],), {}, ValueError, "sizes must be at least 1, got 0"),
    (Autoencoder, ([3, 2.0, 3],), {}, TypeError, "sizes must be a whole number, got float"),
    (Autoencoder, ([3, 2, 3],), {"noise": -1}, ValueError, "noise must be at least 0, got -1"),
    (Autoencoder, ([3, 2, 3],), {"sparsity": -1}, ValueError, "sparsity must be at least 0"),
    (Autoencoder, ([3, 2, 3],), {"rng": None}, TypeError, "rng must be a numpy.random.Generator"),
    (Autoencoder, ([3, 2, 3],), {"dtype": int}, TypeError, "dtype must be float64 or float32"),
    (N.fit, (X[:0],), {}, ValueError, "X must hold at least one example, got none"),
    (N.fit, (X[:, :2],), {}, ValueError, r"X must have shape \(N, 3\), got \(4, 2\)"),
    (N.fit, (X + np.nan,), {}, ValueError, r"X must be finite, got nan at index \(0, 0\)"),
    (N.fit, (X,), {"lr": 0}, ValueError, "lr must be more than 0, got 0"),
    (N.fit, (X,), {"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
    (N.fit, (X,), {"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
    (N.loss_and_grads, (X, X[:1]), {}, ValueError, r"target must have shape \(4, 3\), got"),
    (N.encode, (X[0],), {}, ValueError, r"X must have shape \(N, 3\), got \(3,\)"),
    (N.decode, (X,), {}, ValueError, r"Z must have shape \(N, 2\), got \(4, 3\)"),
    (pca, (X, 0), {}, ValueError, "k must be between 1 and 3, got 0"),
    (pca, (X, 4), {}, ValueError, "k must be between 1 and 3, got 4"),
    (pca, (X[:1], 1), {}, ValueError, "X must hold at least two rows, got 1"),
    (pca, (X[0], 1), {}, ValueError, r"X must have shape \(N, D\), got \(3,\)"),
    (pca, (X + np.inf, 1), {}, ValueError, "X must be finite, got inf"),
    (encoder_8_3_8, (None,), {}, TypeError, "rng must be a numpy.random.Generator"),
]


@pytest.mark.parametrize(("function", "arguments", "options", "error", "message"), BAD)
def test_bad_input_is_refused(function, arguments, options, error, message):
    with pytest.raises(error, match=message):
        function(*arguments, **options)


def test_progress_is_shown_only_on_request(capsys):
    Autoencoder([3, 2, 3]).fit(X, epochs=2)
    encoder_8_3_8(0)
    assert capsys.readouterr() == ("", "")
    Autoencoder([3, 2, 3]).fit(X, epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().err


def test_repr_names_the_settings():
    assert repr(N) == "Autoencoder(3-2-3, sigmoid, noise=0, sparsity=0)"
    linear = Autoencoder([3, 2, 3], linear=True, noise=0.5, sparsity=0.1)
    assert repr(linear) == "Autoencoder(3-2-3, linear, noise=0.5, sparsity=0.1)"
