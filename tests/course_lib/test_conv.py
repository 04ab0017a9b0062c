"""LeNet-5 against central differences, PyTorch and real handwriting."""

import numpy as np
import pytest

from course_lib import conv, data, gradcheck, losses, optim, train
from course_lib.conv import LeNet5

NAMES = ["W1", "b1", "W3", "b3", "W5", "b5", "W6", "b6", "W7", "b7"]
rng = np.random.default_rng(0)
PICTURES = rng.random((3, 1, 18, 18))
LABELS = np.array([2, 0, 2])


def small(dtype=np.float64):
    """A network for 18 x 18 pixels and 4 classes whose biases are not zero."""
    model = LeNet5(4, rng=1, image_size=18, dtype=dtype)
    for name in NAMES[1::2]:
        shape = model.params[name].shape
        model.params[name][...] = np.random.default_rng(2).normal(0, 0.1, shape)
    return model


@pytest.mark.parametrize(
    ("size", "c1", "s2", "c3", "s4"),
    [
        (16, 12, 6, 2, 1),
        (17, 13, 6, 2, 1),
        (18, 14, 7, 3, 1),
        (28, 24, 12, 8, 4),
        (32, 28, 14, 10, 5),
    ],
)
def test_layers_have_lecuns_sizes(size, c1, s2, c3, s4):
    model = LeNet5(7, image_size=size)
    shapes = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 16 * s4 * s4), (120,)]
    shapes += [(84, 120), (84,), (7, 84), (7,)]
    assert list(model.params) == NAMES
    assert [param.shape for param in model.params.values()] == shapes
    maps = model.feature_maps(rng.random((2, 1, size, size)))
    assert list(maps) == ["C1", "S2", "C3", "S4"]
    assert [maps[name].shape for name in maps] == [
        (2, 6, c1, c1),
        (2, 6, s2, s2),
        (2, 16, c3, c3),
        (2, 16, s4, s4),
    ]


def test_the_defaults_are_ten_digits_of_32_pixels_in_float64():
    model = LeNet5()
    probabilities = model.forward(rng.random((2, 1, 32, 32)))
    assert probabilities.shape == (2, 10)
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    for name, param in LeNet5(10, rng=0, image_size=32).params.items():
        np.testing.assert_array_equal(param, model.params[name])
    assert model.history == {}
    assert sum(param.size for param in model.params.values()) == 61_706


def test_first_weights_are_glorots_and_biases_zero():
    params = LeNet5(rng=3).params
    fans = {"W1": 25 + 6, "W3": 150 + 16, "W5": 400 + 120, "W6": 120 + 84, "W7": 84 + 10}
    for name, fan in fans.items():
        half = (6 / fan) ** 0.5
        assert 0.9 * half < np.abs(params[name]).max() <= half
    for name in NAMES[1::2]:
        assert not params[name].any()


def test_the_seed_decides():
    assert np.array_equal(LeNet5(rng=1).params["W3"], LeNet5(rng=1).params["W3"])
    generator = np.random.default_rng(1)
    assert np.array_equal(LeNet5(rng=generator).params["W3"], LeNet5(rng=1).params["W3"])
    assert not np.array_equal(LeNet5(rng=1).params["W3"], LeNet5(rng=2).params["W3"])


def test_gradients_are_central_differences():
    errors = gradcheck.check(small(), PICTURES, LABELS, samples=25)
    assert list(errors) == NAMES
    assert max(errors.values()) < 1e-6


def test_against_pytorch():
    torch = pytest.importorskip("torch")
    model, nn = small(), torch.nn
    shapes = {"W1": (1, 6), "W3": (6, 16), "W5": (16, 120), "W6": (120, 84), "W7": (84, 4)}
    peer = nn.Sequential(
        nn.Conv2d(*shapes["W1"], 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(*shapes["W3"], 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(*shapes["W5"]),
        nn.Tanh(),
        nn.Linear(*shapes["W6"]),
        nn.Tanh(),
        nn.Linear(*shapes["W7"]),
    ).double()
    with torch.no_grad():
        for theirs, ours in zip(peer.parameters(), model.params.values(), strict=True):
            theirs.copy_(torch.tensor(ours))
    scores = peer(torch.tensor(PICTURES))
    theirs = nn.functional.cross_entropy(scores, torch.tensor(LABELS))
    theirs.backward()
    loss, grads = model.loss_and_grads(PICTURES, LABELS)
    assert list(grads) == NAMES
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    expected = torch.softmax(scores, dim=1).detach().numpy()
    np.testing.assert_allclose(model.forward(PICTURES), expected, rtol=1e-11)
    np.testing.assert_array_equal(model.predict(PICTURES), expected.argmax(axis=1))
    for name, param in zip(NAMES, peer.parameters(), strict=True):
        np.testing.assert_allclose(grads[name], param.grad.numpy(), rtol=1e-9, atol=1e-12)
    with torch.no_grad():
        names = {"C1": 2, "S2": 3, "C3": 5, "S4": 6}
        maps = model.feature_maps(PICTURES)
        for name, depth in names.items():
            theirs = peer[:depth](torch.tensor(PICTURES)).numpy()
            np.testing.assert_allclose(maps[name], theirs, rtol=1e-11, atol=1e-13)


def test_the_loss_is_the_cross_entropy_of_forward():
    model = small()
    loss, _ = model.loss_and_grads(PICTURES, LABELS)
    p = model.forward(PICTURES)
    assert loss == pytest.approx(-np.log(p[[0, 1, 2], LABELS]).mean(), rel=1e-12)
    assert isinstance(loss, float)
    assert loss == losses.softmax_cross_entropy(model._forward(PICTURES)[0], LABELS)[0]


def test_predict_takes_the_lowest_class_in_a_tie():
    model = small()
    model.params["W7"][...] = 0
    model.params["b7"][...] = [0, 5, 5, 1]
    np.testing.assert_array_equal(model.predict(PICTURES), [1, 1, 1])


def test_many_pictures_are_answered_in_pieces(monkeypatch):
    model, many = small(), rng.random((7, 1, 18, 18))
    whole = model.forward(many)
    sizes, forward = [], model._forward
    monkeypatch.setattr(conv, "AT_A_TIME", 3)
    monkeypatch.setattr(model, "_forward", lambda X: sizes.append(len(X)) or forward(X))
    np.testing.assert_allclose(model.forward(many), whole, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(many), whole.argmax(axis=1))
    assert sizes == [3, 3, 1] * 2
    assert model.forward(many[:0]).shape == (0, 4)
    assert model.predict(many[:0]).shape == (0,)


def test_computes_in_the_type_of_the_model():
    model = small(np.float32)
    assert {param.dtype for param in model.params.values()} == {np.dtype(np.float32)}
    before = PICTURES.copy()
    _, grads = model.loss_and_grads(PICTURES, LABELS)
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}
    assert model.forward(PICTURES).dtype == np.float32
    assert {maps.dtype for maps in model.feature_maps(PICTURES).values()} == {np.dtype(np.float32)}
    assert small().forward(PICTURES.astype(np.float32)).dtype == np.float64
    np.testing.assert_array_equal(PICTURES, before)


def test_fit_is_repeatable_and_keeps_its_history():
    x, y = rng.random((20, 1, 16, 16)), rng.integers(0, 3, 20)
    fitted = [LeNet5(3, image_size=16) for _ in range(3)]
    for model, seed in zip(fitted, [0, 0, 1], strict=True):
        assert model.fit(x, y, epochs=2, batch_size=8, rng=seed) is model
        assert list(model.history) == ["loss"]
        assert len(model.history["loss"]) == 2
    for name in NAMES:
        np.testing.assert_array_equal(fitted[0].params[name], fitted[1].params[name])
    assert not np.array_equal(fitted[0].params["W1"], fitted[2].params["W1"])


def test_fit_is_adam_with_its_learning_rate_and_batches():
    x, y = rng.random((10, 1, 16, 16)), rng.integers(0, 2, 10)
    defaults = {"epochs": 10, "lr": 0.002, "batch_size": 32}
    for chosen in ({}, {"epochs": 3, "lr": 0.25, "batch_size": 4}):
        options = defaults | chosen
        optimizer = optim.Adam(options.pop("lr"))
        expected = train.fit(LeNet5(2, image_size=16), (x, y), optimizer, **options)
        model = LeNet5(2, image_size=16).fit(x, y, **chosen)
        for name in NAMES:
            np.testing.assert_array_equal(model.params[name], expected.params[name])
        assert model.history == expected.history


@pytest.mark.parametrize("seed", [0, 1])
def test_reads_real_handwriting(seed, learned):
    """More than 97 % of held-out digits, in about two seconds."""
    datasets = pytest.importorskip("sklearn.datasets")
    digits = datasets.load_digits()
    order = np.random.default_rng(seed).permutation(len(digits.target))
    x = (digits.images[order] / 16).astype(np.float32)[:, None].repeat(4, axis=2).repeat(4, axis=3)
    y = digits.target[order]
    model = LeNet5(rng=seed, dtype=np.float32).fit(x[:1400], y[:1400])
    right = (model.predict(x[1400:]) == y[1400:]).mean()
    learned(f"LeNet-5: unseen handwritten digits it reads, seed {seed}", right, at_least=0.97)
    assert model.history["loss"][-1] < 0.1 < 0.5 < model.history["loss"][0]


KNOBS = (
    {},
    {"scale": 0.6},
    {"scale": 1.2},
    {"stroke": 0.05},
    {"stroke": 0.15},
    {"squeeze": 0.6},
    {"squeeze": 1.3},
    {"noise": 0.2},
    {"noise": 0.4},
)


def test_robust_to_scale_stroke_squeeze_and_noise_if_it_has_seen_them(learned):
    """The four knobs of the slides' demonstrations, in about four seconds."""
    drawn = [data.synthetic_digits(220, 10 * i, **knob) for i, knob in enumerate(KNOBS)]
    unseen = [data.synthetic_digits(200, 1000 + i, **knob) for i, knob in enumerate(KNOBS)]
    x, y = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    varied = LeNet5(dtype=np.float32).fit(x.astype(np.float32), y, epochs=8)
    right = [(varied.predict(x) == y).mean() for x, y in unseen]
    learned("LeNet-5: drawn digits under the worst of nine settings", min(right), at_least=0.9)
    assert np.mean(right) > 0.97
    plain = LeNet5(dtype=np.float32).fit(*drawn[0], epochs=40)
    small_x, small_y = unseen[1]
    assert (plain.predict(unseen[0][0]) == unseen[0][1]).mean() > 0.97
    small = (plain.predict(small_x) == small_y).mean()
    learned("the same, small digits if it has never seen any", small, at_most=0.6)


@pytest.mark.parametrize("seed", [0, 1])
def test_tells_where_a_face_looks(seed, learned):
    """More than 90 % of the poses of new faces, in about a second."""
    x, y = data.faces(800, seed)
    unseen, poses = data.faces(300, 100 + seed)
    model = LeNet5(4, rng=seed, dtype=np.float32).fit(x.astype(np.float32), y, epochs=10, rng=seed)
    right = (model.predict(unseen) == poses).mean()
    learned(f"head pose: new faces of which it tells where they look, seed {seed}", right, 0.9)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_classes": 1}, ValueError, "n_classes must be at least 2, got 1"),
        ({"n_classes": "ten"}, TypeError, "n_classes must be a whole number, got str"),
        ({"image_size": 15}, ValueError, "image_size must be at least 16, got 15"),
        ({"image_size": (32, 32)}, TypeError, "image_size must be a whole number, got tuple"),
        ({"dtype": np.float16}, TypeError, "dtype must be float64 or float32, got"),
        ({"rng": None}, TypeError, "rng must be a numpy.random.Generator or a whole-number seed"),
    ],
)
def test_names_a_bad_argument(arguments, error, message):
    with pytest.raises(error) as caught:
        LeNet5(**arguments)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (PICTURES[:, 0], LABELS, ValueError, "X must have shape (N, 1, 18, 18), got (3, 18, 18)"),
        (PICTURES[..., 1:], LABELS, ValueError, "X must have shape (N, 1, 18, 18), got (3, 1, 18,"),
        (PICTURES * np.nan, LABELS, ValueError, "X must be finite, got nan at index (0, 0, 0, 0)"),
        ([[[[1.0], [1.0, 2.0]]]], [0], ValueError, "X must be rectangular, got rows of"),
        (PICTURES, LABELS[:2], ValueError, "y must have shape (3,), got (2,)"),
        (PICTURES, LABELS[:, None], ValueError, "y must have shape (N,), got (3, 1)"),
        (PICTURES, [0, 4, 0], ValueError, "y must be in 0..3, got 4 at index 1"),
        (PICTURES, [0.0, 1.0, 2.0], TypeError, "y must hold integers, got float64"),
        (PICTURES[:0], LABELS[:0], ValueError, "y must not be empty"),
    ],
)
def test_names_bad_examples(x, y, error, message):
    with pytest.raises(error) as caught:
        small().loss_and_grads(x, y)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("method", ["forward", "predict", "feature_maps"])
def test_every_method_names_bad_pictures(method):
    with pytest.raises(ValueError, match=r"X must have shape \(N, 1, 18, 18\), got \(3, 18, 18\)"):
        getattr(small(), method)(PICTURES[:, 0])
    with pytest.raises(ValueError, match="X must be finite, got inf at index"):
        getattr(small(), method)(PICTURES + np.inf)


def test_says_what_it_is():
    assert repr(small()) == "LeNet5(4 classes, 18 x 18 pixels)"
