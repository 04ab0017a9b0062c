"""Optimisers against hand computation and PyTorch."""

from __future__ import annotations

import inspect
from math import sqrt

import numpy as np
import pytest

from course_lib import optim
from course_lib.optim import SGD, Adagrad, Adam, Momentum, Nesterov, RMSProp, clip_gradients
from course_lib.optim import optimizer as machinery

ALL = [SGD, Momentum, Nesterov, Adagrad, RMSProp, Adam]
every_optimiser = pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)


def walk(optimiser, gradients, l2=0.0):
    """Return the places of one number that starts at 1 and meets these gradients."""
    params = {"w": np.ones(1)}
    places = []
    for g in gradients:
        optimiser.step(params, {"w": np.array([g])}, l2=l2)
        places.append(float(params["w"][0]))
    return places


@pytest.mark.parametrize(
    ("make", "settings", "moves"),
    [
        (SGD, {}, [-1, 0.5, 1.5]),
        (Momentum, {"beta": 0.5}, [-1, 0, 1.5]),
        (Nesterov, {"beta": 0.5}, [-1.5, 0.5, 2.25]),
        (Adagrad, {"eps": 1}, [-1 / 3, 0.5 / (sqrt(5) + 1), 1.5 / (sqrt(14) + 1)]),
        (RMSProp, {"beta": 0.75, "eps": 1}, [-0.5, 0.25, 1.5 / (sqrt(3) + 1)]),
        (
            Adam,
            {"beta1": 0.5, "beta2": 0.75, "eps": 1},
            [-1 / 3, 0, 6 / 7 / (sqrt(3 / (1 - 0.75**3)) + 1)],
        ),
    ],
)
def test_three_steps_by_hand(make, settings, moves):
    places = walk(make(0.5, **settings), [2.0, -1.0, -3.0])
    np.testing.assert_allclose(places, 1 + np.cumsum(moves), rtol=1e-14)


@every_optimiser
def test_defaults(make):
    values = {
        name: parameter.default
        for name, parameter in inspect.signature(make).parameters.items()
        if name != "lr"
    }
    assert (
        values
        == {
            SGD: {},
            Momentum: {"beta": 0.9},
            Nesterov: {"beta": 0.9},
            Adagrad: {"eps": 1e-10},
            RMSProp: {"beta": 0.9, "eps": 1e-8},
            Adam: {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        }[make]
    )
    optimiser = make(0.25)
    assert optimiser.lr == 0.25
    assert {name: getattr(optimiser, name) for name in values} == values


@every_optimiser
def test_l2_adds_to_the_gradient_before_the_rule(make):
    decayed, plain = make(0.1), make(0.1)
    params, others = {"w": np.array([3.0, -2.0])}, {"w": np.array([3.0, -2.0])}
    for g in ([0.5, 1.0], [-1.0, 0.25], [2.0, 2.0]):
        decayed.step(params, {"w": np.array(g)}, l2=0.3)
        plain.step(others, {"w": np.array(g) + 0.3 * others["w"]})
        np.testing.assert_allclose(params["w"], others["w"], rtol=1e-14)


SHAPES = {"W": (600, 70), "b": (600,), "row": (1, 40_000), "scalar": (), "cube": (4, 3, 2)}


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


def peers_of(torch, make, lr, l2, tensors):
    options = {"lr": lr, "weight_decay": l2}
    return {
        SGD: lambda: torch.optim.SGD(tensors, **options),
        Momentum: lambda: torch.optim.SGD(tensors, momentum=0.7, **options),
        Nesterov: lambda: torch.optim.SGD(tensors, momentum=0.7, nesterov=True, **options),
        Adagrad: lambda: torch.optim.Adagrad(tensors, **options),
        RMSProp: lambda: torch.optim.RMSprop(tensors, alpha=0.8, **options),
        Adam: lambda: torch.optim.Adam(tensors, betas=(0.7, 0.95), **options),
    }[make]()


OURS = {
    SGD: lambda lr: SGD(lr),
    Momentum: lambda lr: Momentum(lr, 0.7),
    Nesterov: lambda lr: Nesterov(lr, 0.7),
    Adagrad: lambda lr: Adagrad(lr),
    RMSProp: lambda lr: RMSProp(lr, 0.8),
    Adam: lambda lr: Adam(lr, 0.7, 0.95),
}


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-11), (np.float32, 2e-4)])
@pytest.mark.parametrize("l2", [0.0, 0.05])
@every_optimiser
def test_steps_as_torch_does(torch, make, l2, dtype, rtol):
    rng = np.random.default_rng(1)
    params = {name: np.asarray(rng.normal(size=shape), dtype) for name, shape in SHAPES.items()}
    tensors = {name: torch.tensor(param, requires_grad=True) for name, param in params.items()}
    ours = OURS[make](0.03)
    theirs = peers_of(torch, make, 0.03, l2, list(tensors.values()))
    for t in range(12):
        grads = {name: np.asarray(rng.normal(size=shape), dtype) for name, shape in SHAPES.items()}
        ours.step(params, grads, l2=l2)
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        theirs.step()
        for name in SHAPES if t in (0, 1, 11) else ():
            expected = tensors[name].detach().numpy()
            np.testing.assert_allclose(params[name], expected, rtol=rtol, atol=rtol / 10)
            assert params[name].dtype == dtype


@every_optimiser
def test_blocks_change_nothing(make, monkeypatch):
    rng = np.random.default_rng(0)
    start = {"W": rng.normal(size=(7, 3)), "b": rng.normal(size=5), "s": np.array(0.5)}
    grads = [{name: rng.normal(size=w.shape) for name, w in start.items()} for _ in range(4)]
    results = []
    for block in (1, 2, 3, 4, 6, 7, 20, 21, 1000):
        monkeypatch.setattr(machinery, "BLOCK", block)
        params = {name: w.copy() for name, w in start.items()}
        optimiser = make(0.1)
        for g in grads:
            optimiser.step(params, g, l2=0.01)
        results.append(params)
    for params in results[:-1]:
        for name, w in params.items():
            np.testing.assert_array_equal(w, results[-1][name])


@pytest.mark.parametrize(
    ("block", "rows"), [(1, [1] * 5), (6, [1] * 5), (11, [1] * 5), (12, [2, 2, 1]), (30, [5])]
)
def test_blocks_are_views_of_as_many_rows_as_fit(monkeypatch, block, rows):
    monkeypatch.setattr(machinery, "BLOCK", block)
    x, y = np.zeros((5, 6)), np.zeros((5, 6))
    pieces = list(machinery.blocks(x, y))
    assert [len(a) for a, _ in pieces] == [len(b) for _, b in pieces] == rows
    for a, b in pieces:
        a += 1
        b += 2
    assert (x.min(), x.max(), y.min(), y.max()) == (1, 1, 2, 2)


@every_optimiser
def test_only_params_change_and_in_place(make):
    W, b = np.ones((2, 3)), np.ones(2)
    params = {"W": W.T, "b": b}  # a transposed view
    grads = {"b": np.full(2, 0.5), "W": np.arange(6.0).reshape(3, 2)}
    before = {name: g.copy() for name, g in grads.items()}
    optimiser = make(0.1)
    for _ in range(3):
        assert optimiser.step(params, grads, l2=0.1) is None
    for name, g in grads.items():
        np.testing.assert_array_equal(g, before[name])
    assert params["b"] is b
    assert (W != 1).all()
    assert (b != 1).all()


@every_optimiser
def test_each_name_has_its_own_memory(make):
    """A parameter that joins late steps as if it had been alone from the start."""
    rng = np.random.default_rng(2)
    gs = rng.normal(size=5)
    alone = walk(make(0.1), gs[2:])
    together = make(0.1)
    w = {"w": np.ones(1)}
    other = {"other": np.ones(3)}
    for _ in range(2):
        together.step(other, {"other": rng.normal(size=3)})
    for g, place in zip(gs[2:], alone, strict=True):
        together.step(other | w, {"w": [g], "other": rng.normal(size=3)})
        assert w["w"][0] == place


def test_the_order_of_names_is_free():
    params = {"a": np.zeros(2), "b": np.zeros(3)}
    SGD(1.0).step(params, {"b": np.array([1.0, 2, 3]), "a": [4, 5]})
    np.testing.assert_array_equal(params["a"], [-4, -5])
    np.testing.assert_array_equal(params["b"], [-1, -2, -3])


def test_gradients_of_another_precision():
    params = {"w": np.ones(2, np.float32), "v": np.ones(2)}
    Adam(0.5).step(params, {"w": np.ones(2), "v": np.ones(2, np.float32)})
    assert (params["w"].dtype, params["v"].dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(params["w"], 0.5, rtol=1e-6)


@every_optimiser
def test_a_zero_gradient_stays_put(make):
    assert walk(make(0.1), [0.0, 0.0]) == [1, 1]


def read_only():
    w = np.ones(2)
    w.flags.writeable = False
    return w


GOOD = {"w": np.ones(2)}


@pytest.mark.parametrize(
    ("params", "grads", "options", "kind", "message"),
    [
        ([np.ones(2)], GOOD, {}, TypeError, "params must be a dict of arrays, got list"),
        (GOOD, [np.ones(2)], {}, TypeError, "grads must be a dict of arrays, got list"),
        (GOOD, {}, {}, ValueError, r"grads must have the names \['w'\], got \[\]"),
        (
            GOOD,
            GOOD | {"b": 1},
            {},
            ValueError,
            r"grads must have the names \['w'\], got \['b', 'w'\]",
        ),
        ({"w": [1.0, 2.0]}, GOOD, {}, TypeError, r"params\['w'\] must be a NumPy array, got list"),
        ({"w": np.ones(2, int)}, GOOD, {}, TypeError, r"params\['w'\] must hold floats, got int64"),
        ({"w": read_only()}, GOOD, {}, ValueError, r"params\['w'\] must be writeable"),
        (GOOD, {"w": np.ones(3)}, {}, ValueError, r"grads\['w'\] must have shape \(2,\), got \(3,"),
        (GOOD, {"w": 1.0}, {}, ValueError, r"grads\['w'\] must have shape \(2,\), got \(\)"),
        (GOOD, {"w": [1, np.nan]}, {}, ValueError, r"grads\['w'\] must be finite, got nan at in"),
        (GOOD, {"w": [np.inf, 1]}, {}, ValueError, r"grads\['w'\] must be finite, got inf at in"),
        (GOOD, {"w": ["a", "b"]}, {}, TypeError, r"grads\['w'\] must hold real numbers"),
        (GOOD, GOOD, {"l2": -0.1}, ValueError, "l2 must be at least 0, got -0.1"),
        (GOOD, GOOD, {"l2": np.nan}, ValueError, "l2 must be at least 0, got nan"),
        (GOOD, GOOD, {"l2": "a"}, TypeError, "l2 must be a number, got str"),
    ],
)
@every_optimiser
def test_bad_steps(make, params, grads, options, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        make(0.1).step(params, grads, **options)


@every_optimiser
def test_nothing_changes_when_one_gradient_is_bad(make):
    params = {"a": np.ones(2), "b": np.ones(2)}
    optimiser = make(0.1)
    with pytest.raises(ValueError, match="finite"):
        optimiser.step(params, {"a": np.ones(2), "b": np.array([1, np.nan])})
    np.testing.assert_array_equal(params["a"], 1)
    assert optimiser.memories == optimiser.steps == {}


@pytest.mark.parametrize("make", ALL[1:], ids=lambda make: make.__name__)
def test_a_remembered_parameter_keeps_its_shape(make):
    optimiser = make(0.1)
    optimiser.step({"w": np.ones((2, 3))}, {"w": np.ones((2, 3))})
    with pytest.raises(ValueError, match=r"params\['w'\] must have shape \(2, 3\), got \(3, 2\)"):
        optimiser.step({"w": np.ones((3, 2))}, {"w": np.ones((3, 2))})


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        *[(lambda make=make: make(0), ValueError, "lr must be more than 0, got 0") for make in ALL],
        (lambda: SGD(np.nan), ValueError, "lr must be more than 0, got nan"),
        (lambda: SGD("fast"), TypeError, "lr must be a number, got str"),
        (lambda: Momentum(0.1, 1), ValueError, "beta must be less than 1, got 1"),
        (lambda: Momentum(0.1, -0.1), ValueError, "beta must be at least 0 and at most 1, got -0."),
        (lambda: Nesterov(0.1, 1.5), ValueError, "beta must be at least 0 and at most 1, got 1.5"),
        (lambda: RMSProp(0.1, 1.0), ValueError, "beta must be less than 1, got 1.0"),
        (lambda: RMSProp(0.1, eps=0), ValueError, "eps must be more than 0, got 0"),
        (lambda: Adagrad(0.1, eps=0), ValueError, "eps must be more than 0, got 0"),
        (lambda: Adam(0.1, 1.0), ValueError, "beta1 must be less than 1"),
        (lambda: Adam(0.1, 0.9, 1.0), ValueError, "beta2 must be less than 1"),
        (lambda: Adam(0.1, eps=-1), ValueError, "eps must be more than 0, got -1"),
        (lambda: Adam(0.1, beta1="a"), TypeError, "beta1 must be a number"),
    ],
)
def test_bad_settings(make, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        make()


def test_settings_at_the_edge_are_allowed():
    assert walk(Momentum(0.5, 0), [2.0, -1.0]) == [0, 0.5]
    assert walk(Adam(0.5, 0, 0, eps=1), [1.0, -3.0]) == [0.75, 0.75 + 0.5 * 3 / 4]


def test_the_base_has_no_rule():
    with pytest.raises(NotImplementedError):
        optim.Optimizer(0.1).step({"w": np.ones(1)}, {"w": np.ones(1)})


def test_clipping_scales_all_gradients_together():
    W, b = np.array([[3.0, 0.0], [0.0, 0.0]]), np.array(-4.0)
    grads = {"W": W, "b": b}
    norm = clip_gradients(grads, 2.5)
    assert (norm, type(norm)) == (5, float)
    np.testing.assert_array_equal(W, [[1.5, 0], [0, 0]])
    assert b == -2
    assert grads["W"] is W
    assert clip_gradients(grads, 2.5) == 2.5


@pytest.mark.parametrize("max_norm", [5, 5.5, 1e308])
def test_small_gradients_are_left_alone(max_norm):
    g = np.array([3.0, 4.0])
    assert clip_gradients({"g": g}, max_norm) == 5
    np.testing.assert_array_equal(g, [3, 4])


def test_clipping_of_nothing():
    zero = {"g": np.zeros(3), "empty": np.zeros((0, 2))}
    assert clip_gradients(zero, 1.0) == 0
    assert clip_gradients({}, 1.0) == 0
    assert type(clip_gradients({}, 1.0)) is float
    np.testing.assert_array_equal(zero["g"], 0)


@pytest.mark.parametrize(
    ("dtype", "size", "max_norm"),
    [(np.float64, 1e300, 1.0), (np.float64, 1e-200, 1e-205), (np.float32, 1e38, 1.0)],
)
def test_clipping_survives_an_explosion(dtype, size, max_norm):
    g = np.array([3, -4], dtype) / 5 * dtype(size)
    assert clip_gradients({"g": g}, max_norm) == pytest.approx(size, rel=1e-6)
    assert g.dtype == dtype
    np.testing.assert_allclose(g, np.array([0.6, -0.8]) * max_norm, rtol=1e-6)


@pytest.mark.parametrize(
    ("grads", "max_norm", "kind", "message"),
    [
        ([np.ones(2)], 1.0, TypeError, "grads must be a dict of arrays, got list"),
        ({"g": [1.0]}, 1.0, TypeError, r"grads\['g'\] must be a NumPy array, got list"),
        ({"g": np.ones(2, int)}, 1.0, TypeError, r"grads\['g'\] must hold floats, got int64"),
        ({"g": read_only()}, 1.0, ValueError, r"grads\['g'\] must be writeable"),
        ({"g": np.array([np.nan])}, 1.0, ValueError, r"grads\['g'\] must be finite, got nan"),
        ({"g": np.ones(2)}, 0, ValueError, "max_norm must be more than 0, got 0"),
        ({"g": np.ones(2)}, "a", TypeError, "max_norm must be a number, got str"),
    ],
)
def test_bad_clipping(grads, max_norm, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        clip_gradients(grads, max_norm)
