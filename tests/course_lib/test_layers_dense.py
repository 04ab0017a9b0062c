"""Dense layers against loops over units, central differences and PyTorch."""

import inspect

import numpy as np
import pytest

from course_lib import layers
from course_lib.gradcheck import numerical_gradient

rng = np.random.default_rng(5)
X = rng.normal(size=(3, 4))
W = rng.normal(size=(2, 4))
b = np.array([0.5, -1.5])

ACTIVATIONS = {
    "sigmoid": (layers.sigmoid_forward, layers.sigmoid_backward),
    "tanh": (layers.tanh_forward, layers.tanh_backward),
    "relu": (layers.relu_forward, layers.relu_backward),
    "softmax": (layers.softmax_forward, layers.softmax_backward),
}
every_activation = pytest.mark.parametrize(
    ("forward", "backward"), ACTIVATIONS.values(), ids=ACTIVATIONS
)


def test_affine_by_hand():
    out, _ = layers.affine_forward([[1, 2]], [[3, 4], [5, 6], [-1, 0]], [10, 20, 30])
    np.testing.assert_array_equal(out, [[21, 37, 29]])


@pytest.mark.parametrize("shape", [(3, 4), (3, 5, 4), (2, 1, 3, 4), (1, 4), (0, 4), (0, 5, 4)])
def test_affine_is_a_weighted_sum_for_each_unit(shape):
    x = rng.normal(size=shape)
    out, _ = layers.affine_forward(x, W, b)
    assert out.shape == (*shape[:-1], 2)
    for place in np.ndindex(shape[:-1]):
        for h in range(2):
            expected = sum(W[h, d] * x[place][d] for d in range(4)) + b[h]
            assert out[place][h] == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("shape", [(3, 4), (3, 5, 4), (1, 4)])
def test_affine_gradients_are_central_differences(shape):
    x = rng.normal(size=shape)
    dout = rng.normal(size=(*shape[:-1], 2))
    _, cache = layers.affine_forward(x, W, b)
    gradients = layers.affine_backward(dout, cache)
    assert isinstance(gradients, tuple)
    assert [g.shape for g in gradients] == [shape, (2, 4), (2,)]
    arguments = [x, W, b]
    for i, gradient in enumerate(gradients):

        def loss(value, i=i):
            changed = [*arguments[:i], value, *arguments[i + 1 :]]
            return (dout * layers.affine_forward(*changed)[0]).sum()

        numerical = numerical_gradient(loss, arguments[i])
        np.testing.assert_allclose(gradient, numerical, rtol=1e-7, atol=1e-9)


def test_affine_of_no_examples_has_zero_weight_gradients():
    _, cache = layers.affine_forward(np.zeros((0, 4)), W, b)
    dx, dW, db = layers.affine_backward(np.zeros((0, 2)), cache)
    assert dx.shape == (0, 4)
    np.testing.assert_array_equal(dW, np.zeros((2, 4)))
    np.testing.assert_array_equal(db, [0, 0])


def test_affine_against_pytorch():
    torch = pytest.importorskip("torch")
    x, dout = rng.normal(size=(3, 5, 4)), rng.normal(size=(3, 5, 2))
    tensors = [torch.tensor(array, requires_grad=True) for array in (x, W, b)]
    theirs = torch.nn.functional.linear(*tensors)
    theirs.backward(torch.tensor(dout))
    out, cache = layers.affine_forward(x, W, b)
    np.testing.assert_allclose(out, theirs.detach().numpy(), rtol=1e-12)
    for ours, tensor in zip(layers.affine_backward(dout, cache), tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigmoid", [0.11920292202211755, 0.5, 0.9525741268224334]),
        ("tanh", [-0.9640275800758169, 0, 0.9950547536867305]),
        ("relu", [0, 0, 3]),
        ("softmax", np.array([np.exp(-2), 1, np.exp(3)]) / (np.exp(-2) + 1 + np.exp(3))),
    ],
)
def test_activation_forwards(name, expected):
    out, _ = ACTIVATIONS[name][0]([[-2, 0, 3]])
    np.testing.assert_allclose(out, [expected], rtol=1e-14, atol=0)


@every_activation
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 5), (4,), (1, 1)])
def test_activation_gradients_are_central_differences(forward, backward, shape):
    x, dout = rng.normal(size=shape), rng.normal(size=shape)
    dx = backward(dout, forward(x)[1])
    assert isinstance(dx, np.ndarray)
    assert dx.shape == shape
    numerical = numerical_gradient(lambda x: (dout * forward(x)[0]).sum(), x)
    np.testing.assert_allclose(dx, numerical, rtol=1e-7, atol=1e-9)


def test_relu_sends_nothing_back_through_exactly_zero():
    _, cache = layers.relu_forward([-1.0, -0.0, 0.0, 5e-324])
    np.testing.assert_array_equal(layers.relu_backward([2, 3, 4, 5], cache), [0, 0, 0, 5])


def test_softmax_rows_do_not_see_each_other():
    x, dout = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    both = layers.softmax_backward(dout, layers.softmax_forward(x)[1])
    for i in range(2):
        alone = layers.softmax_backward(dout[i], layers.softmax_forward(x[i])[1])
        np.testing.assert_allclose(both[i], alone, rtol=1e-15)
    np.testing.assert_allclose(both.sum(axis=1), 0, atol=1e-16)


@every_activation
def test_activations_take_no_integers_for_an_answer(forward, backward):
    out, cache = forward([[1, 2]])
    assert out.dtype == np.float64
    assert backward([[1, 2]], cache).dtype == np.float64


@every_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_keep_the_precision_and_their_arguments(forward, backward, dtype):
    x, dout = X.astype(dtype), rng.normal(size=X.shape)
    before, dout_before = x.copy(), dout.copy()
    out, cache = forward(x)
    dx = backward(dout, cache)
    assert out.dtype == dx.dtype == dtype
    assert not np.shares_memory(out, x)
    assert not np.shares_memory(dx, dout)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dout, dout_before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_affine_keeps_the_precision_and_its_arguments(dtype):
    arguments = [array.astype(dtype) for array in (X, W, b)]
    before = [array.copy() for array in arguments]
    dout = rng.normal(size=(3, 2))
    dout_before = dout.copy()
    out, cache = layers.affine_forward(*arguments)
    assert out.dtype == dtype
    assert {g.dtype for g in layers.affine_backward(dout, cache)} == {np.dtype(dtype)}
    for array, copy in zip([*arguments, dout], [*before, dout_before], strict=True):
        np.testing.assert_array_equal(array, copy)


def test_an_infinite_upstream_gradient_is_let_through():
    dout = [[np.inf, 1]]
    _, cache = layers.affine_forward([[2.0]], [[3], [-4]], [0, 0])
    dx, dW, db = layers.affine_backward(dout, cache)
    np.testing.assert_array_equal(dx, [[np.inf]])
    np.testing.assert_array_equal(dW, [[np.inf], [2]])
    np.testing.assert_array_equal(db, [np.inf, 1])
    for forward, backward in (ACTIVATIONS[name] for name in ("sigmoid", "tanh", "relu")):
        dx = backward(dout, forward([[0.5, 0.5]])[1])
        assert dx[0, 0] == np.inf
        assert 0 < dx[0, 1] <= 1


def test_softmax_refuses_an_infinite_upstream_gradient_which_would_spoil_the_row():
    _, cache = layers.softmax_forward([[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"dout must be finite, got inf at index \(0, 0\)"):
        layers.softmax_backward([[np.inf, 1]], cache)


@every_activation
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (["a"], TypeError, "x must hold real numbers, got strings"),
        ([[1, np.nan]], ValueError, "x must be finite, got nan at index (0, 1)"),
        ([np.inf], ValueError, "x must be finite, got inf at index 0"),
    ],
)
def test_activations_name_a_bad_input(forward, backward, x, error, message):
    with pytest.raises(error) as caught:
        forward(x)
    assert str(caught.value) == message


@every_activation
def test_activations_name_a_bad_gradient(forward, backward):
    _, cache = forward(X)
    with pytest.raises(ValueError, match=r"dout must have shape \(3, 4\), got \(4,\)"):
        backward(np.ones(4), cache)
    with pytest.raises(TypeError, match="dout must hold real numbers, got strings"):
        backward(np.full((3, 4), "a"), cache)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X[0], W, b), ValueError, "x must have shape (N, ..., 4), got (4,)"),
        ((X[:, :3], W, b), ValueError, "x must have shape (N, ..., 4), got (3, 3)"),
        ((X, W[0], b), ValueError, "W must have shape (H, D), got (4,)"),
        ((X, W.T, b), ValueError, "b must have shape (4,), got (2,)"),
        ((X, W, b[:1]), ValueError, "b must have shape (2,), got (1,)"),
        ((X, W, b[:, None]), ValueError, "b must have shape (2,), got (2, 1)"),
        ((X, W, "no"), TypeError, "b must hold real numbers, got strings"),
        ((X * np.nan, W, b), ValueError, "x must be finite, got nan at index (0, 0)"),
        ((X, W, [0, np.inf]), ValueError, "b must be finite, got inf at index 1"),
        ((X, W / [1, 1, 1, np.nan], b), ValueError, "W must be finite, got nan at index (0, 3)"),
    ],
)
def test_affine_names_a_bad_input(arguments, error, message):
    with pytest.raises(error) as caught:
        layers.affine_forward(*arguments)
    assert str(caught.value) == message


def test_affine_names_a_bad_gradient():
    _, cache = layers.affine_forward(X, W, b)
    with pytest.raises(ValueError, match=r"dout must have shape \(3, 2\), got \(2,\)"):
        layers.affine_backward(np.ones(2), cache)


def test_every_forward_has_its_backward():
    names = {name for name, f in vars(layers).items() if inspect.isfunction(f)}
    forwards = {name.removesuffix("_forward") for name in names if name.endswith("_forward")}
    assert forwards == {
        name.removesuffix("_backward") for name in names if name.endswith("_backward")
    }
    assert {"affine", "sigmoid", "tanh", "relu", "softmax", "dropout"} <= forwards


@pytest.mark.parametrize("exact", range(3))
def test_one_argument_of_double_precision_makes_all_of_it_double(exact):
    arrays = [np.full(shape, 1 / 3, np.float32) for shape in [(2, 3), (4, 3), (4,)]]
    arrays[exact] = np.full(arrays[exact].shape, 1 / 3)
    out, cache = layers.affine_forward(*arrays)
    dout = np.full((2, 4), 1 / 7)
    assert out.dtype == np.float64
    _, _, db = layers.affine_backward(dout, cache)
    np.testing.assert_allclose(db, 2 / 7, rtol=1e-15)
