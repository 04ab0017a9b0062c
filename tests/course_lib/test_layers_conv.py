"""Convolution against loops, central differences and PyTorch."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import layers
from course_lib.gradcheck import numerical_gradient
from course_lib.layers import conv

# (N, C, H, W), (F, C, KH, KW), stride, padding: nothing square, nothing alike.
CASES = {
    "plain": ((2, 3, 6, 5), (4, 3, 3, 2), 1, 0),
    "one of everything": ((1, 1, 1, 1), (1, 1, 1, 1), 1, 0),
    "one pixel filters": ((2, 3, 4, 5), (2, 3, 1, 1), 1, 0),
    "filter as large as the picture": ((3, 2, 4, 3), (2, 2, 4, 3), 1, 0),
    "a row": ((2, 1, 1, 7), (3, 1, 1, 4), 1, 0),
    "a column": ((2, 1, 7, 1), (3, 1, 4, 1), 1, 0),
    "padded": ((2, 2, 4, 5), (3, 2, 3, 2), 1, 1),
    "padded differently": ((2, 2, 4, 5), (3, 2, 3, 2), 1, (2, 0)),
    "more padding than filter": ((1, 2, 3, 4), (2, 2, 2, 3), 1, (3, 4)),
    "fits only when padded": ((2, 1, 2, 3), (2, 1, 4, 5), 1, (1, 2)),
    "stride": ((2, 2, 7, 8), (3, 2, 3, 2), 2, 0),
    "strides differ": ((2, 2, 8, 9), (3, 2, 3, 4), (3, 2), 0),
    "stride leaves a rest": ((2, 2, 8, 6), (3, 2, 3, 3), 2, 0),
    "stride over gaps": ((2, 2, 9, 10), (2, 2, 2, 1), (4, 3), 0),
    "stride larger than the picture": ((2, 1, 3, 4), (2, 1, 2, 2), (5, 7), 0),
    "stride and padding": ((2, 3, 6, 7), (2, 3, 4, 3), (2, 3), (1, 2)),
}
every_case = pytest.mark.parametrize(
    ("x_shape", "W_shape", "stride", "padding"), CASES.values(), ids=CASES
)


def arrays(x_shape, W_shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=x_shape), rng.normal(size=W_shape), rng.normal(size=W_shape[0])


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def by_loops(x, W, b, stride, padding):
    """Cross-correlation from its definition, one number at a time."""
    (sh, sw), (ph, pw) = both(stride), both(padding)
    (N, C, H, width), (F, _, KH, KW) = x.shape, W.shape
    OH = int(np.floor((H + 2 * ph - KH) / sh)) + 1
    OW = int(np.floor((width + 2 * pw - KW) / sw)) + 1
    out = np.zeros((N, F, OH, OW))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = b[f]
        for c, kh, kw in np.ndindex(C, KH, KW):
            row, column = i * sh + kh - ph, j * sw + kw - pw
            if 0 <= row < H and 0 <= column < width:
                out[n, f, i, j] += x[n, c, row, column] * W[f, c, kh, kw]
    return out


def test_by_hand():
    picture = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]
    out, _ = layers.conv2d_forward(picture, [[[[1, 0], [0, 10]]]], [100])
    np.testing.assert_array_equal(out, [[[[151, 162], [184, 195]]]])
    assert out.dtype == np.float64


def test_the_defaults_are_stride_1_and_no_padding():
    x, W, b = arrays((2, 3, 6, 5), (4, 3, 3, 2))
    out, _ = layers.conv2d_forward(x, W, b)
    assert out.shape == (2, 4, 4, 4)
    np.testing.assert_array_equal(out, layers.conv2d_forward(x, W, b, 1, 0)[0])


@every_case
def test_forward_is_the_definition(x_shape, W_shape, stride, padding):
    x, W, b = arrays(x_shape, W_shape)
    out, _ = layers.conv2d_forward(x, W, b, stride=stride, padding=padding)
    expected = by_loops(x, W, b, stride, padding)
    assert out.shape == expected.shape
    np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-12)


@every_case
def test_gradients_are_central_differences(x_shape, W_shape, stride, padding):
    arguments = list(arrays(x_shape, W_shape, seed=1))
    out, cache = layers.conv2d_forward(*arguments, stride, padding)
    dout = np.random.default_rng(2).normal(size=out.shape)
    gradients = layers.conv2d_backward(dout, cache)
    assert isinstance(gradients, tuple)
    assert [g.shape for g in gradients] == [x_shape, W_shape, W_shape[:1]]
    for i, gradient in enumerate(gradients):

        def loss(value, i=i):
            changed = [*arguments[:i], value, *arguments[i + 1 :]]
            return (dout * layers.conv2d_forward(*changed, stride, padding)[0]).sum()

        numerical = numerical_gradient(loss, arguments[i])
        np.testing.assert_allclose(gradient, numerical, rtol=1e-6, atol=1e-8)


@every_case
def test_the_first_layer_may_leave_out_the_gradient_of_the_picture(
    x_shape, W_shape, stride, padding
):
    out, cache = layers.conv2d_forward(*arrays(x_shape, W_shape), stride, padding)
    dout = np.random.default_rng(2).normal(size=out.shape)
    _, dW, db = layers.conv2d_backward(dout, cache)
    alone = conv.conv2d_weight_gradients(dout, cache)
    np.testing.assert_array_equal(alone[0], dW)
    np.testing.assert_array_equal(alone[1], db)


@every_case
def test_against_pytorch(x_shape, W_shape, stride, padding):
    torch = pytest.importorskip("torch")
    arguments = arrays(x_shape, W_shape, seed=3)
    tensors = [torch.tensor(array, requires_grad=True) for array in arguments]
    theirs = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding)
    dout = np.random.default_rng(4).normal(size=theirs.shape)
    theirs.backward(torch.tensor(dout))
    out, cache = layers.conv2d_forward(*arguments, stride, padding)
    np.testing.assert_allclose(out, theirs.detach().numpy(), rtol=1e-11, atol=1e-11)
    for ours, tensor in zip(layers.conv2d_backward(dout, cache), tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-11, atol=1e-11)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_slide_agrees(data):
    def size(low, high):
        return data.draw(st.integers(low, high))

    stride, padding, KH, KW = size(1, 3), size(0, 2), size(1, 4), size(1, 4)
    H = size(max(1, KH - 2 * padding), KH + 4)
    width = size(max(1, KW - 2 * padding), KW + 4)
    x, W, b = arrays((size(1, 3), size(1, 3), H, width), (size(1, 3), 1, KH, KW), size(0, 99))
    W = W + np.arange(x.shape[1])[:, None, None] * 0.3  # as deep as the picture
    out, _ = layers.conv2d_forward(x, W, b, stride, padding)
    for picture, maps in zip(x, out, strict=True):
        slide = layers.conv2d_slide(picture, W, b, stride, padding)
        np.testing.assert_allclose(maps, slide, rtol=1e-11, atol=1e-11)


def test_the_slide_moves_one_pixel_and_pads_nothing_unless_told():
    picture = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    S = layers.conv2d_slide(picture, [[[[1, 0], [0, 10]]]], [100])
    np.testing.assert_array_equal(S, [[[151, 162], [184, 195]]])


@pytest.mark.parametrize("limit", [1, 400, 1000, 10**6])
def test_pieces_of_the_batch_make_no_difference(limit, monkeypatch):
    x, W, b = arrays((7, 2, 5, 6), (3, 2, 3, 2))
    whole, cache = layers.conv2d_forward(x, W, b, (2, 1), 1)
    dout = np.random.default_rng(5).normal(size=whole.shape)
    gradients = layers.conv2d_backward(dout, cache)
    monkeypatch.setattr(conv, "LOWERED_BYTES", limit)
    pieces, cache = layers.conv2d_forward(x, W, b, (2, 1), 1)
    np.testing.assert_allclose(pieces, whole, rtol=1e-13)
    for one, other in zip(layers.conv2d_backward(dout, cache), gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_the_lowered_pictures_fill_no_more_memory_than_promised():
    x, W, b = (array.astype(np.float32) for array in arrays((64, 4, 40, 40), (2, 4, 5, 5)))

    def needed(work):
        tracemalloc.start()
        result = work()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak, result

    peak, (out, cache) = needed(lambda: layers.conv2d_forward(x, W, b))
    assert 25 * x.nbytes > 30 * 2**20  # what lowering every window at once would take
    assert peak < out.nbytes + 2.2 * conv.LOWERED_BYTES
    peak, (dx, _, _) = needed(lambda: layers.conv2d_backward(out, cache))
    # the framed gradient of the maps, the gradient itself and the part of it that is being made
    assert peak < 1.3 * out.nbytes + 2 * dx.nbytes + 2.2 * conv.LOWERED_BYTES


def test_neither_do_the_products_of_many_filters():
    x, W, b = (array.astype(np.float32) for array in arrays((64, 1, 20, 20), (60, 1, 2, 2)))
    tracemalloc.start()
    out, _ = layers.conv2d_forward(x, W, b)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out.nbytes > 5 * conv.LOWERED_BYTES
    assert peak < out.nbytes + 1.5 * conv.LOWERED_BYTES


def test_no_pictures_have_no_maps_and_zero_weight_gradients():
    _, W, b = arrays((1, 2, 4, 4), (3, 2, 2, 2))
    out, cache = layers.conv2d_forward(np.zeros((0, 2, 4, 5)), W, b)
    assert out.shape == (0, 3, 3, 4)
    dx, dW, db = layers.conv2d_backward(out, cache)
    assert dx.shape == (0, 2, 4, 5)
    np.testing.assert_array_equal(dW, np.zeros(W.shape))
    np.testing.assert_array_equal(db, [0, 0, 0])


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_precision_and_its_arguments(dtype, stride):
    arguments = [array.astype(dtype) for array in arrays((2, 2, 5, 4), (3, 2, 2, 3))]
    before = [array.copy() for array in arguments]
    out, cache = layers.conv2d_forward(*arguments, stride, padding=1)
    dout = np.random.default_rng(6).normal(size=out.shape)
    dout_before = dout.copy()
    gradients = layers.conv2d_backward(dout, cache)
    assert out.dtype == dtype
    assert {g.dtype for g in gradients} == {np.dtype(dtype)}
    for array, copy in zip([*arguments, dout], [*before, dout_before], strict=True):
        np.testing.assert_array_equal(array, copy)


def test_one_argument_in_float64_makes_the_result_float64():
    x, W, b = arrays((2, 2, 5, 4), (3, 2, 2, 3))
    out, cache = layers.conv2d_forward(x.astype(np.float32), W.astype(np.float32), b)
    assert out.dtype == np.float64
    assert {g.dtype for g in layers.conv2d_backward(out, cache)} == {np.dtype(np.float64)}


def test_lists_will_do():
    out, cache = layers.conv2d_forward([[[[1, 2]]]], [[[[3]]]], [4], [1, 1], np.array([0, 1]))
    np.testing.assert_array_equal(out, [[[[4, 7, 10, 4]]]])
    dx, dW, db = layers.conv2d_backward([[[[1, 2, 3, 4]]]], cache)
    np.testing.assert_array_equal(dx, [[[[6, 9]]]])
    np.testing.assert_array_equal(dW, [[[[8]]]])
    np.testing.assert_array_equal(db, [10])


X, W, B = arrays((2, 3, 5, 4), (6, 3, 3, 2))


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"x": X[0]}, ValueError, "x must have shape (N, C, H, W), got (3, 5, 4)"),
        ({"x": "no"}, TypeError, "x must hold real numbers, got strings"),
        ({"x": X * [1, 1, np.nan, 1]}, ValueError, "x must be finite, got nan at index (0, 0, 0,"),
        ({"W": W[:, :2]}, ValueError, "W must have shape (F, 3, KH, KW), got (6, 2, 3, 2)"),
        ({"W": W * [1, np.nan]}, ValueError, "W must be finite, got nan at index (0, 0, 0, 1)"),
        ({"W": W[:, :, :0]}, ValueError, "W must hold at least one weight, got shape (6, 3, 0, 2)"),
        (
            {"W": np.ones((6, 3, 6, 2))},
            ValueError,
            "W must fit into x with its padding, (H, W) = (5, 4), got (KH, KW) = (6, 2)",
        ),
        (
            {"W": np.ones((6, 3, 2, 9)), "padding": (0, 2)},
            ValueError,
            "W must fit into x with its padding, (H, W) = (5, 8), got (KH, KW) = (2, 9)",
        ),
        ({"b": B[:5]}, ValueError, "b must have shape (6,), got (5,)"),
        ({"b": B + [0, 0, np.inf, 0, 0, 0]}, ValueError, "b must be finite, got inf at index 2"),
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ({"stride": (2, 0)}, ValueError, "stride must be at least 1, got 0"),
        ({"stride": (1, 2, 3)}, ValueError, "stride must be a whole number or a pair of them"),
        ({"stride": 1.5}, TypeError, "stride must be a whole number, got float"),
        ({"padding": -1}, ValueError, "padding must be at least 0, got -1"),
        ({"padding": (0, -1)}, ValueError, "padding must be at least 0, got -1"),
        ({"padding": (-1, 0)}, ValueError, "padding must be at least 0, got -1"),
        ({"padding": ("a", 0)}, TypeError, "padding must be a whole number, got str"),
        ({"padding": [1]}, ValueError, "padding must be a whole number or a pair of them, got [1]"),
    ],
)
def test_names_a_bad_input(changed, error, message):
    with pytest.raises(error) as caught:
        layers.conv2d_forward(**({"x": X, "W": W, "b": B} | changed))
    assert str(caught.value).startswith(message)


def test_names_a_bad_gradient():
    _, cache = layers.conv2d_forward(X, W, B)
    with pytest.raises(ValueError, match=r"dout must have shape \(2, 6, 3, 3\), got \(2, 6, 3\)"):
        layers.conv2d_backward(np.ones((2, 6, 3)), cache)
    with pytest.raises(TypeError, match="dout must hold real numbers, got strings"):
        layers.conv2d_backward(np.full((2, 6, 3, 3), "a"), cache)


def test_an_infinite_upstream_gradient_is_let_through():
    _, cache = layers.conv2d_forward([[[[2.0]]]], [[[[3.0]]]], [0])
    for gradient in layers.conv2d_backward([[[[-np.inf]]]], cache):
        assert gradient == -np.inf


@pytest.mark.parametrize("exact", range(3))
def test_one_argument_of_double_precision_makes_all_of_it_double(exact):
    arrays = [np.ones(shape, np.float32) for shape in [(1, 2, 4, 4), (3, 2, 3, 3), (3,)]]
    arrays[exact] = np.ones(arrays[exact].shape)
    out, cache = layers.conv2d_forward(*arrays)
    gradients = layers.conv2d_backward(np.full(out.shape, 1 / 7), cache)
    assert [a.dtype for a in (out, *gradients)] == [np.float64] * 4
    np.testing.assert_allclose(gradients[2], 4 / 7, rtol=1e-15)
