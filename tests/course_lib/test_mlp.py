"""Networks against loops over units, central differences, PyTorch, and the slides' algorithm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.gradcheck import check, numerical_gradient
from course_lib.mlp import MLP, nn_backward, nn_forward

G = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: max(z, 0.0),
    "linear": lambda z: z,
}
every_activation = pytest.mark.parametrize("activation", G)
every_output = pytest.mark.parametrize("output", ["softmax", "sigmoid", "linear"])


def network(sizes, activation="sigmoid", output="softmax", dtype=np.float64):
    """Return a network whose biases are not zero."""
    model = MLP(sizes, activation, output, rng=3, dtype=dtype)
    rng = np.random.default_rng(4)
    for name, param in model.params.items():
        if name[0] == "b":
            param += rng.normal(size=param.shape)
    return model


def batch(model, N, seed=0):
    rng = np.random.default_rng(seed)
    X, K = rng.normal(size=(N, model.sizes[0])), model.sizes[-1]
    if model.output == "softmax":
        return X, rng.integers(0, K, N)
    return X, rng.random((N, K)) if model.output == "sigmoid" else rng.normal(size=(N, K))


def by_hand(model, x):
    """Forward, unit by unit: the hidden layers' activations and the last weighted sums."""
    layers, a = [], list(x)
    depth = len(model.sizes) - 1
    for l in range(1, depth + 1):
        W, b = model.params[f"W{l}"], model.params[f"b{l}"]
        z = [
            sum(w * v for w, v in zip(row, a, strict=True)) + c for row, c in zip(W, b, strict=True)
        ]
        a = [G[model.activation](v) for v in z] if l < depth else z
        layers.append(a)
    return layers[:-1], np.array(layers[-1])


@every_output
@every_activation
@pytest.mark.parametrize("sizes", [(3, 2), (4, 5, 3), (2, 3, 4, 1)])
def test_forward_unit_by_unit(sizes, activation, output):
    model = network(sizes, activation, output)
    X, _ = batch(model, 3)
    out, hidden = model.forward(X), model.hidden(X)
    assert out.shape == (3, sizes[-1])
    assert [h.shape for h in hidden] == [(3, units) for units in sizes[1:-1]]
    for n in range(3):
        expected_hidden, z = by_hand(model, X[n])
        expected = {
            "softmax": np.exp(z) / np.exp(z).sum(),
            "sigmoid": 1 / (1 + np.exp(-z)),
            "linear": z,
        }[output]
        np.testing.assert_allclose(out[n], expected, rtol=1e-12)
        for h, expected in zip(hidden, expected_hidden, strict=True):
            np.testing.assert_allclose(h[n], expected, rtol=1e-12, atol=1e-15)


@every_output
@every_activation
@pytest.mark.parametrize("sizes", [(3, 2), (4, 5, 3), (2, 3, 4, 2)])
def test_gradients_are_central_differences(sizes, activation, output):
    model = network(sizes, activation, output)
    errors = check(model, *batch(model, 6))
    assert list(errors) == list(model.params)
    assert max(errors.values()) < 1e-7


def test_params_come_in_order_with_the_slides_shapes():
    model = MLP([4, 5, 6, 3])
    shapes = {"W1": (5, 4), "b1": (5,), "W2": (6, 5), "b2": (6,), "W3": (3, 6), "b3": (3,)}
    assert list(model.params) == list(shapes)
    assert {name: param.shape for name, param in model.params.items()} == shapes
    _, grads = model.loss_and_grads(np.ones((2, 4)), [0, 2])
    assert list(grads) == list(shapes)
    assert {name: grad.shape for name, grad in grads.items()} == shapes
    assert model.sizes == (4, 5, 6, 3)
    assert model.history == {}


def test_the_losses_that_the_outputs_pick():
    X = np.array([[1.0, -1], [2, 0.5], [0, 3]])
    softmax, sigmoid, linear = (
        network((2, 3, 2), output=o) for o in ("softmax", "sigmoid", "linear")
    )
    labels, targets = np.array([1, 0, 1]), np.array([[0, 1], [0.25, 1], [1, 0]])

    p = softmax.forward(X)
    expected = -np.log(p[[0, 1, 2], labels]).mean()
    assert softmax.loss_and_grads(X, labels)[0] == pytest.approx(expected, rel=1e-13)
    p = sigmoid.forward(X)
    expected = -(targets * np.log(p) + (1 - targets) * np.log(1 - p)).sum() / 3
    assert sigmoid.loss_and_grads(X, targets)[0] == pytest.approx(expected, rel=1e-13)
    expected = 0.5 * ((linear.forward(X) - targets) ** 2).sum() / 3
    assert linear.loss_and_grads(X, targets)[0] == pytest.approx(expected, rel=1e-13)
    assert type(linear.loss_and_grads(X, targets)[0]) is float


def test_defaults():
    model = MLP([2, 3, 2])
    assert (model.activation, model.output, model.dtype) == ("sigmoid", "softmax", np.float64)
    same = MLP((2, 3, 2), "sigmoid", "softmax", 0, np.float64)
    for name, param in model.params.items():
        np.testing.assert_array_equal(param, same.params[name])
    assert repr(model) == "MLP(2-3-2, activation='sigmoid', output='softmax')"


def test_first_weights():
    half = (6 / 70) ** 0.5  # Glorot: variance 2 / (n_in + n_out)
    for activation in ("sigmoid", "tanh", "linear"):
        W = MLP([40, 30, 2], activation).params["W1"]
        assert 0.9 * half < np.abs(W).max() <= half
    half = (6 / 40) ** 0.5  # He: variance 2 / n_in
    model = MLP([40, 30, 2], "relu")
    assert 0.9 * half < np.abs(model.params["W1"]).max() <= half
    assert not model.params["b1"].any()
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(
        MLP([40, 30, 2], "relu", rng=rng).params["W2"], model.params["W2"]
    )
    assert not np.array_equal(MLP([40, 30, 2], "relu", rng=1).params["W1"], model.params["W1"])


@pytest.mark.parametrize("output", ["sigmoid", "linear"])
def test_one_output_takes_vectors_and_columns(output):
    model = network((2, 3, 1), output=output)
    X, y = batch(model, 4)
    loss, grads = model.loss_and_grads(X, y)
    flat_loss, flat_grads = model.loss_and_grads(X, y[:, 0])
    assert loss == flat_loss
    for name, grad in grads.items():
        np.testing.assert_array_equal(grad, flat_grads[name])
    assert model.forward(X).shape == (4, 1)
    assert model.predict(X).shape == (4,)


def test_predictions():
    X = np.array([[1.0, -1], [2, 0.5], [0, 3], [0, 0]])
    softmax = network((2, 3, 4))
    np.testing.assert_array_equal(softmax.predict(X), softmax.forward(X).argmax(axis=1))
    for param in softmax.params.values():
        param[:] = 0
    np.testing.assert_array_equal(softmax.predict(X), [0, 0, 0, 0])

    sigmoid = MLP([2, 2], output="sigmoid")
    sigmoid.params["W1"][:] = [[1, 0], [0, -1]]
    answers = sigmoid.predict(X)
    np.testing.assert_array_equal(answers, [[1, 1], [1, 0], [0, 0], [0, 0]])
    assert answers.dtype.kind == "i"

    linear = network((2, 3, 2), output="linear")
    np.testing.assert_array_equal(linear.predict(X), linear.forward(X))
    one = network((2, 3, 1), output="linear")
    np.testing.assert_array_equal(one.predict(X), one.forward(X)[:, 0])


@every_output
@every_activation
def test_against_pytorch(activation, output):
    torch = pytest.importorskip("torch")
    model = network((4, 5, 6, 3), activation, output)
    X, y = batch(model, 7)
    g = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "linear": lambda z: z,
    }[activation]
    tensors = {name: torch.tensor(p, requires_grad=True) for name, p in model.params.items()}
    a = torch.tensor(X)
    for l in (1, 2, 3):
        z = torch.nn.functional.linear(a, tensors[f"W{l}"], tensors[f"b{l}"])
        a = g(z)
    functional = torch.nn.functional
    theirs = {
        "softmax": lambda: functional.cross_entropy(z, torch.tensor(y)),
        "sigmoid": lambda: (
            functional.binary_cross_entropy_with_logits(z, torch.tensor(y), reduction="sum") / 7
        ),
        "linear": lambda: 0.5 * ((z - torch.tensor(y)) ** 2).sum() / 7,
    }[output]()
    theirs.backward()
    loss, grads = model.loss_and_grads(X, y)
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, tensors[name].grad.numpy(), rtol=1e-10, atol=1e-14)


@every_output
@every_activation
def test_float32_stays(activation, output):
    model = network((3, 4, 2), activation, output, dtype=np.float32)
    X, y = batch(model, 5)
    loss, grads = model.loss_and_grads(X, y)
    arrays = [*model.params.values(), *grads.values(), *model.hidden(X), model.forward(X)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    double = network((3, 4, 2), activation, output)
    assert loss == pytest.approx(double.loss_and_grads(X, y)[0], rel=1e-5)
    assert double.forward(X.astype(np.float32)).dtype == np.float64


@every_output
def test_nothing_is_changed_and_nothing_is_shared(output):
    model = network((3, 4, 2), "linear", output)
    X, y = batch(model, 5)
    before = [array.copy() for array in (X, y, *model.params.values())]
    _, grads = model.loss_and_grads(X, y)
    model.forward(X)[:] = 0
    model.hidden(X)[0][:] = 0
    model.predict(X)[:] = 0
    for grad in grads.values():
        grad[:] = 0
    for array, copy in zip((X, y, *model.params.values()), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_an_empty_batch_has_answers_but_no_loss():
    model = network((3, 4, 2))
    assert model.forward(np.zeros((0, 3))).shape == (0, 2)
    with pytest.raises(ValueError, match="X must hold at least one example, got none"):
        model.loss_and_grads(np.zeros((0, 3)), np.zeros(0, dtype=int))


def test_fit_learns_xor_and_keeps_its_history():
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    model = MLP([2, 4, 1], "tanh", "sigmoid", rng=1)
    assert model.fit(X, y, epochs=300, lr=0.5, batch_size=4) is model
    np.testing.assert_array_equal(model.predict(X), y)
    assert len(model.history["loss"]) == 300
    assert model.history["loss"][-1] < 0.1 < model.history["loss"][0]

    same = MLP([2, 4, 1], "tanh", "sigmoid", rng=1).fit(X, y, epochs=300, lr=0.5, batch_size=4)
    assert same.history == model.history


def test_fit_takes_plain_gradient_steps():
    model, twin = network((3, 4, 2)), network((3, 4, 2))
    X, y = batch(model, 6)
    model.fit(X, y, epochs=2, lr=0.25, batch_size=6)
    for _ in range(2):
        _, grads = twin.loss_and_grads(X, y)
        for name, grad in grads.items():
            twin.params[name] -= 0.25 * grad
    for name, param in model.params.items():
        np.testing.assert_allclose(param, twin.params[name], rtol=1e-12)


def test_fit_defaults(capsys):
    model, twin = network((3, 4, 2)), network((3, 4, 2))
    X, y = batch(model, 40)
    model.fit(X, y)
    assert capsys.readouterr() == ("", "")
    twin.fit(X, y, epochs=100, lr=0.1, batch_size=32, rng=0, progress=False)
    assert len(model.history["loss"]) == 100
    assert model.history == twin.history


# The slides' network. alpha (3, 5) and beta (2, 4) carry the biases in column 0.
x = np.array([0.5, -1.0, 2.0, 0.25])
y = np.array([0, 1])
alpha = np.random.default_rng(8).normal(size=(3, 5))
beta = np.random.default_rng(9).normal(size=(2, 4))


def test_nn_forward_step_by_step():
    o = nn_forward(x, y, alpha, beta)
    assert list(o) == ["x", "a", "b", "z", "y_hat", "J"]
    np.testing.assert_array_equal(o["x"], [1, 0.5, -1, 2, 0.25])
    a = [alpha[j, 0] + sum(alpha[j, i + 1] * x[i] for i in range(4)) for j in range(3)]
    np.testing.assert_allclose(o["a"], a, rtol=1e-13)
    z = [1 / (1 + np.exp(-a_j)) for a_j in a]
    np.testing.assert_allclose(o["z"], [1, *z], rtol=1e-13)
    b = [beta[k, 0] + sum(beta[k, j + 1] * z[j] for j in range(3)) for k in range(2)]
    np.testing.assert_allclose(o["b"], b, rtol=1e-13)
    y_hat = np.exp(b) / np.exp(b).sum()
    np.testing.assert_allclose(o["y_hat"], y_hat, rtol=1e-13)
    assert type(o["J"]) is float
    assert o["J"] == pytest.approx(-np.log(y_hat[1]), rel=1e-13)


def test_nn_backward_is_the_central_difference():
    g_alpha, g_beta = nn_backward(x, y, alpha, beta, nn_forward(x, y, alpha, beta))
    numerical = numerical_gradient(lambda alpha: nn_forward(x, y, alpha, beta)["J"], alpha)
    np.testing.assert_allclose(g_alpha, numerical, rtol=1e-6, atol=1e-9)
    numerical = numerical_gradient(lambda beta: nn_forward(x, y, alpha, beta)["J"], beta)
    np.testing.assert_allclose(g_beta, numerical, rtol=1e-6, atol=1e-9)


def test_nn_backward_needs_no_more_than_three_of_the_intermediate_values():
    o = nn_forward(x, y, alpha, beta)
    needed = {name: o[name] for name in ("x", "z", "y_hat")}
    for some, all_ in zip(
        nn_backward(x, y, alpha, beta, needed), nn_backward(x, y, alpha, beta, o), strict=True
    ):
        np.testing.assert_array_equal(some, all_)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**16))
def test_the_slides_network_is_the_mlp_on_one_example(M, D, K, seed):
    rng = np.random.default_rng(seed)
    model = MLP([M, D, K])
    for param in model.params.values():
        param[:] = rng.normal(size=param.shape)
    alpha, beta = (np.column_stack([model.params[f"b{l}"], model.params[f"W{l}"]]) for l in (1, 2))
    x, label = rng.normal(size=M), rng.integers(K)
    o = nn_forward(x, np.eye(K)[label], alpha, beta)
    g_alpha, g_beta = nn_backward(x, np.eye(K)[label], alpha, beta, o)
    loss, grads = model.loss_and_grads(x[None], [label])
    assert o["J"] == pytest.approx(loss, rel=1e-12, abs=1e-15)
    np.testing.assert_allclose(o["y_hat"], model.forward(x[None])[0], rtol=1e-12)
    np.testing.assert_allclose(o["z"][1:], model.hidden(x[None])[0][0], rtol=1e-12)
    for gradient, l in ((g_alpha, 1), (g_beta, 2)):
        np.testing.assert_allclose(gradient[:, 0], grads[f"b{l}"], rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(gradient[:, 1:], grads[f"W{l}"], rtol=1e-9, atol=1e-14)


def test_the_loss_stays_finite_where_a_probability_underflows():
    o = nn_forward([0], [1, 0], np.zeros((1, 2)), [[0, 0], [2000, 0]])
    assert o["y_hat"][0] == 0
    assert o["J"] == 2000


def test_the_slides_network_keeps_float32_and_its_arguments():
    arguments = [array.astype(np.float32) for array in (x, y, alpha, beta)]
    before = [array.copy() for array in arguments]
    o = nn_forward(*arguments)
    assert {o[name].dtype for name in ("x", "a", "b", "z", "y_hat")} == {np.dtype(np.float32)}
    gradients = nn_backward(*arguments, o)
    assert {g.dtype for g in gradients} == {np.dtype(np.float32)}
    for array, copy in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(array, copy)


softmax, sigmoid, linear = (MLP([2, 3, 2], output=o) for o in ("softmax", "sigmoid", "linear"))
points = np.array([[1.0, 2], [3, 4]])


def diverged():
    model = MLP([2, 3, 2])
    model.params["W2"][1, 0] = np.nan
    return model.loss_and_grads(points, [0, 1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MLP(3), TypeError, "sizes must be a sequence of whole numbers, got 3"),
        (lambda: MLP([3]), ValueError, "sizes must hold at least inputs and outputs, got (3,)"),
        (lambda: MLP([3, 0, 1]), ValueError, "sizes must be at least 1, got 0"),
        (lambda: MLP([3, 2.0]), TypeError, "sizes must be a whole number, got float"),
        (
            lambda: MLP([3, 2], "threshold"),
            ValueError,
            "activation must be one of 'sigmoid', 'tanh', 'relu', 'linear', got 'threshold'",
        ),
        (
            lambda: MLP([3, 2], output="tanh"),
            ValueError,
            "output must be one of 'softmax', 'sigmoid', 'linear', got 'tanh'",
        ),
        (
            lambda: MLP([3, 2], rng=None),
            TypeError,
            "rng must be a numpy.random.Generator or a whole-number seed, got NoneType",
        ),
        (
            lambda: MLP([3, 2], dtype=np.float16),
            TypeError,
            "dtype must be float64 or float32, got <class 'numpy.float16'>",
        ),
        (lambda: softmax.forward([1, 2]), ValueError, "X must have shape (N, 2), got (2,)"),
        (lambda: softmax.predict([[1, 2, 3]]), ValueError, "X must have shape (N, 2), got (1, 3)"),
        (lambda: softmax.hidden([["a", "b"]]), TypeError, "X must hold real numbers, got strings"),
        (
            lambda: softmax.forward([[1, np.inf]]),
            ValueError,
            "X must be finite, got inf at index (0, 1)",
        ),
        (
            lambda: softmax.loss_and_grads(points, [0]),
            ValueError,
            "y must have shape (2,), got (1,)",
        ),
        (
            lambda: softmax.loss_and_grads(points, [0, 2]),
            ValueError,
            "y must be in 0..1, got 2 at index 1",
        ),
        (
            lambda: softmax.loss_and_grads(points, [0.0, 1]),
            TypeError,
            "y must hold integers, got float64",
        ),
        (
            lambda: sigmoid.loss_and_grads(points, [0, 1]),
            ValueError,
            "y must have shape (2, 2), got (2,)",
        ),
        (
            lambda: sigmoid.loss_and_grads(points, points),
            ValueError,
            "y must lie between 0 and 1, got 2.0 at index (0, 1)",
        ),
        (
            lambda: linear.loss_and_grads(points, points[:1]),
            ValueError,
            "y must have shape (2, 2), got (1, 2)",
        ),
        (
            lambda: linear.loss_and_grads(points, points * np.nan),
            ValueError,
            "y must be finite, got nan at index (0, 0)",
        ),
        (diverged, ValueError, "W2 a + b2 must be finite, got nan at index (0, 1)"),
        (lambda: nn_forward([x], y, alpha, beta), ValueError, "x must have shape (M,), got (1, 4)"),
        (
            lambda: nn_forward(x[:3], y, alpha, beta),
            ValueError,
            "alpha must have shape (D, 4), got (3, 5)",
        ),
        (
            lambda: nn_forward(x, y, alpha, beta.T),
            ValueError,
            "beta must have shape (K, 4), got (4, 2)",
        ),
        (
            lambda: nn_forward(x, [0, 1, 0], alpha, beta),
            ValueError,
            "y must have shape (2,), got (3,)",
        ),
        (lambda: nn_forward(x, [1, 1], alpha, beta), ValueError, "y must sum to 1, got 2"),
        (
            lambda: nn_forward(x, y, alpha * np.nan, beta),
            ValueError,
            "alpha must be finite, got nan at index (0, 0)",
        ),
        (
            lambda: nn_backward(x, y, alpha, beta, None),
            TypeError,
            "o must be the dict that nn_forward returned, got None",
        ),
        (
            lambda: nn_backward(x, y, alpha, beta, {"z": 1}),
            TypeError,
            "o must be the dict that nn_forward returned, got {'z': 1}",
        ),
        (
            lambda: nn_backward(x, y, alpha, beta, nn_forward([1], y, alpha[:, :2], beta)),
            ValueError,
            "o['x'] must have shape (5,), got (2,)",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
