"""What the grader asks in problem set 7: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np
from comparing import numbers, returned, same_numbers, same_values

from course_lib import layers as lib

# The seven of the notebook.
DRAWN = "...... .####. ....#. ...#.. ..#... ..#..."
SEVEN = np.array([[[float(ink == "#") for ink in line] for line in DRAWN.split()]])
# What rounding leaves of sums over a picture.
NEAR = 1e-5

# Exercise 1: output_size


def first_layers(rng: np.random.Generator):
    """The rows of the visible check."""
    for n, kernel, stride, padding in [(6, 3, 2, 1), (32, 5, 1, 0), (227, 11, 4, 0), (3, 7, 1, 1)]:
        yield {"n": n, "kernel": kernel, "stride": stride, "padding": padding}


def plain_sizes(rng: np.random.Generator):
    """One by one, without padding."""
    for kernel in (1, 3, 5):
        n = kernel + int(rng.integers(2, 20))
        yield {"n": n, "kernel": kernel, "stride": 1, "padding": 0}


def strides_and_rests(rng: np.random.Generator):
    """The last step ends at the edge, or some way before it."""
    for stride, rest in [(2, 0), (2, 1), (3, 0), (3, 1), (4, 2), (5, 4)]:
        kernel, steps = int(rng.integers(1, 6)), int(rng.integers(2, 9))
        n = kernel + steps * stride + rest
        yield {"n": n, "kernel": kernel, "stride": stride, "padding": 0}


def padded_sizes(rng: np.random.Generator):
    """With more and less padding, and strides."""
    for kernel, stride, padding in [(3, 1, 1), (5, 1, 2), (4, 2, 3), (3, 3, 2)]:
        n = kernel + int(rng.integers(4, 20))
        yield {"n": n, "kernel": kernel, "stride": stride, "padding": padding}


def hardly_fits(rng: np.random.Generator):
    """Filters of just the size of the padded row, and larger ones."""
    for more, stride, padding in [(0, 2, 0), (0, 1, 1), (1, 1, 0), (5, 3, 1), (9, 2, 0)]:
        n = int(rng.integers(2, 9))
        yield {"n": n, "kernel": n + 2 * padding + more, "stride": stride, "padding": padding}


def output_size_reference(n, kernel, stride, padding):
    """Return the height of the map that course_lib makes."""
    row, column_filter = np.zeros((1, 1, n, 1)), np.zeros((1, 1, kernel, 1))
    if kernel > n + 2 * padding:
        return 0
    maps, _ = lib.conv2d_forward(row, column_filter, [0.0], (stride, 1), (padding, 0))
    return maps.shape[2]


def check_output_size(answer, expected, n, kernel, stride, padding):
    """Compare one number."""
    returned("output_size", answer)
    number = numbers("output_size's answer", answer, ())
    assert number == expected, (
        f"a filter of {kernel} on {n} pixels with stride {stride} and padding {padding} has "
        f"{expected} places, got {number:g}"
    )


def padded_once(n, kernel, stride, padding):
    return max((n + padding - kernel) // stride + 1, 0)


def never_padded(n, kernel, stride, padding):
    return max((n - kernel) // stride + 1, 0)


def first_place_forgotten(n, kernel, stride, padding):
    return max((n + 2 * padding - kernel) // stride, 0)


def counted_then_divided(n, kernel, stride, padding):
    return max((n + 2 * padding - kernel + 1) // stride, 0)


def rest_counts(n, kernel, stride, padding):
    return max(-(-(n + 2 * padding - kernel) // stride) + 1, 0)


def not_whole(n, kernel, stride, padding):
    return max((n + 2 * padding - kernel) / stride + 1, 0)


def below_zero(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1


def at_least_one(n, kernel, stride, padding):
    return max((n + 2 * padding - kernel) // stride + 1, 1)


def kernel_forgotten(n, kernel, stride, padding):
    return (n + 2 * padding) // stride


# Exercise 2: conv2d


def on_the_seven(rng: np.random.Generator):
    """The maps of the visible check."""
    below, no_bias = np.array([[[[1.0], [-1.0]]]]), np.array([0.0])
    yield {"x": SEVEN, "W": below, "b": no_bias, "stride": (1, 1), "padding": (0, 0)}
    half = np.array([0.5])
    yield {"x": SEVEN, "W": below, "b": half, "stride": (2, 1), "padding": (1, 0)}
    two, both = np.concatenate([SEVEN, SEVEN]), np.concatenate([below, 2 * below], axis=1)
    yield {"x": two, "W": both, "b": no_bias, "stride": (1, 1), "padding": (0, 0)}


def one_filter(rng: np.random.Generator):
    """The smallest pictures, and filters that are not square."""
    yield _picture(rng, (1, 3, 3), (1, 2, 2))
    yield _picture(rng, (1, 4, 6), (1, 2, 3))


def many_filters(rng: np.random.Generator):
    """Other numbers of channels than of filters."""
    yield _picture(rng, (2, 4, 5), (3, 2, 3))
    yield _picture(rng, (4, 5, 4), (2, 3, 2))


def different_strides(rng: np.random.Generator):
    """One stride down and another across."""
    yield _picture(rng, (1, 6, 5), (1, 2, 2), stride=(2, 1))
    yield _picture(rng, (2, 7, 9), (3, 2, 3), stride=(2, 3))


def different_paddings(rng: np.random.Generator):
    """Other zeros above and below than left and right, none of them among others."""
    yield _picture(rng, (1, 3, 4), (1, 2, 3), padding=(0, 1))
    yield _picture(rng, (2, 4, 5), (3, 3, 2), padding=(2, 1))


def larger_pictures(rng: np.random.Generator):
    """Of the size of small photographs."""
    yield _picture(rng, (3, 24, 30), (6, 5, 3), stride=(2, 1), padding=(1, 2))
    yield _picture(rng, (2, 30, 21), (4, 3, 4), stride=(3, 2), padding=(2, 0))


def conv2d_reference(x, W, b, stride, padding):
    """Return course_lib's maps of one picture."""
    return lib.conv2d_forward(x[None], W, b, stride, padding)[0][0]


def check_conv2d(answer, expected, x, W, b, stride, padding):
    """Compare the maps entry by entry."""
    returned("conv2d", answer)
    about = f"with stride {stride}, padding {padding}"
    same_numbers("the map", answer, expected, about, near=NEAR)


def turned_around(x, W, b, stride, padding):
    return conv2d_reference(x, W[:, :, ::-1, ::-1], b, stride, padding)


def not_padded(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, stride, (0, 0))


def paddings_swapped(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, stride, padding[::-1])


def padded_on_one_side(x, W, b, stride, padding):
    x = np.pad(x, [(0, 0), (padding[0], 0), (padding[1], 0)])
    return conv2d_reference(x, W, b, stride, (0, 0))


def strides_swapped(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, stride[::-1], padding)


def across_before_down(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, stride[::-1], padding[::-1])


def one_stride_for_both(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, (stride[0], stride[0]), padding)


def no_stride(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, (1, 1), padding)


def no_bias(x, W, b, stride, padding):
    return conv2d_reference(x, W, 0 * b, stride, padding)


def bias_for_each_channel(x, W, b, stride, padding):
    return conv2d_reference(x, W, b * len(x), stride, padding)


def bias_for_each_product(x, W, b, stride, padding):
    return conv2d_reference(x, W, b * W[0].size, stride, padding)


def first_channel_alone(x, W, b, stride, padding):
    return conv2d_reference(x[:1], W[:, :1], b, stride, padding)


def channels_kept_apart(x, W, b, stride, padding):
    maps = [conv2d_reference(x[[c]], W[:, [c]], b, stride, padding) for c in range(len(x))]
    return np.stack(maps, axis=1)


def filters_added_up(x, W, b, stride, padding):
    return conv2d_reference(x, W, b, stride, padding).sum(axis=0)


# Exercise 3: conv2d_gradients


def blamed_on_the_seven(rng: np.random.Generator):
    """The gradients of the visible check."""
    dout = np.zeros((1, 5, 6))
    dout[0, 1, 4], dout[0, 4, 2] = 1.0, 10.0
    yield {"x": SEVEN, "dout": dout, "size": (2, 1), "stride": (1, 1), "padding": (0, 0)}
    dout = np.zeros((1, 4, 6))
    dout[0, 3, 2] = 1.0
    yield {"x": SEVEN, "dout": dout, "size": (2, 1), "stride": (2, 1), "padding": (1, 0)}


def blamed(cases):
    """Turn pictures and filters into pictures and gradients of their maps."""

    def cases_of_gradients(rng: np.random.Generator):
        for case in cases(rng):
            maps = conv2d_reference(**case)
            yield {
                "x": case["x"],
                "dout": _away(rng, maps.shape),
                "size": case["W"].shape[2:],
                "stride": case["stride"],
                "padding": case["padding"],
            }

    return cases_of_gradients


def conv2d_gradients_reference(x, dout, size, stride, padding):
    """Return what course_lib's backward gives for the filters and their biases."""
    W, b = np.zeros((len(dout), len(x), *size)), np.zeros(len(dout))
    _, cache = lib.conv2d_forward(x[None], W, b, stride, padding)
    _, dW, db = lib.conv2d_backward(dout[None], cache)
    return dW, db


def check_conv2d_gradients(answer, expected, x, dout, size, stride, padding):
    """Compare both gradients entry by entry."""
    about = f"with stride {stride}, padding {padding}"
    same_values("conv2d_gradients", answer, expected, ("dW", "db"), about=about, near=NEAR)


def _blame(x, dout, size, stride, padding):
    """Give dW and db; whatever the stride and padding, windows beyond the picture see zeros."""
    (KH, KW), (_, OH, OW) = size, dout.shape
    beyond = KH + OH * stride[0], KW + OW * stride[1]
    x = np.pad(x, [(0, 0), (padding[0], beyond[0]), (padding[1], beyond[1])])
    dW = np.zeros((len(dout), len(x), KH, KW))
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride[0], j * stride[1]
        window = x[:, top : top + KH, left : left + KW]
        dW += dout[:, i, j, None, None, None] * window
    return dW, dout.sum(axis=(1, 2))


def mean_over_places(x, dout, size, stride, padding):
    places = dout[0].size
    dW, db = _blame(x, dout, size, stride, padding)
    return dW / places, db / places


def last_place_alone(x, dout, size, stride, padding):
    last = np.zeros_like(dout)
    last[:, -1, -1] = dout[:, -1, -1]
    return _blame(x, last, size, stride, padding)[0], dout.sum(axis=(1, 2))


def mean_for_bias(x, dout, size, stride, padding):
    dW, db = _blame(x, dout, size, stride, padding)
    return dW, db / dout[0].size


def one_bias_for_all(x, dout, size, stride, padding):
    dW, db = _blame(x, dout, size, stride, padding)
    return dW, np.full_like(db, db.sum())


def gradients_turned_around(x, dout, size, stride, padding):
    dW, db = _blame(x, dout, size, stride, padding)
    return dW[:, :, ::-1, ::-1], db


def gradient_not_padded(x, dout, size, stride, padding):
    return _blame(x, dout, size, stride, (0, 0))


def gradient_paddings_swapped(x, dout, size, stride, padding):
    return _blame(x, dout, size, stride, padding[::-1])


def gradient_strides_swapped(x, dout, size, stride, padding):
    return _blame(x, dout, size, stride[::-1], padding)


def gradient_across_before_down(x, dout, size, stride, padding):
    return _blame(x, dout, size, stride[::-1], padding[::-1])


def gradient_without_stride(x, dout, size, stride, padding):
    return _blame(x, dout, size, (1, 1), padding)


def filters_blamed_together(x, dout, size, stride, padding):
    dW, db = _blame(x, dout, size, stride, padding)
    return np.broadcast_to(dW.sum(axis=0), dW.shape), db


def channels_blamed_together(x, dout, size, stride, padding):
    dW, db = _blame(x, dout, size, stride, padding)
    return np.broadcast_to(dW.sum(axis=1, keepdims=True), dW.shape), db


# Exercise 4: max_pool


def pooled_by_eye(rng: np.random.Generator):
    """The windows of the visible check."""
    x = [[[1.0, 3, 0, 2, 9], [8, 8, 4, 1, 9], [-1, -5, 6, 6, 9], [-4, -2, 6, 7, 9]]]
    for stride in (2, 1):
        yield {"x": np.array(x), "size": 2, "stride": stride}


def side_by_side(rng: np.random.Generator):
    """Windows tile the picture, or leave out a row or a column at its end."""
    for shape, size in [((1, 4, 4), 2), ((2, 5, 7), 2), ((3, 6, 10), 3)]:
        yield {"x": _ranks(rng, shape), "size": size, "stride": size}


def equal_entries(rng: np.random.Generator):
    """The largest entry is there twice or more, in every way."""
    for shape, size in [((1, 4, 6), 2), ((2, 6, 9), 3)]:
        x = rng.integers(0, 3, shape).astype(float)
        x[:, 0, :2] = 5.0
        x[:, 0, size] = x[:, 1, size] = 4.0
        x[:, 0, size + 1], x[:, 1, size + 1] = 4.0, 3.0
        yield {"x": x, "size": size, "stride": size}


def below_zero_entries(rng: np.random.Generator):
    """Nothing reaches zero."""
    for shape, size in [((1, 4, 4), 2), ((2, 6, 7), 3)]:
        yield {"x": _ranks(rng, shape) - 1000, "size": size, "stride": size}


def overlaps_and_gaps(rng: np.random.Generator):
    """Strides less than the window, and more."""
    for shape, size, stride in [((1, 4, 5), 2, 1), ((2, 7, 9), 3, 2), ((2, 8, 7), 2, 3)]:
        x = _ranks(rng, shape)
        x[:, 2, 2] = 1000.0  # wins wherever it is seen
        yield {"x": x, "size": size, "stride": stride}


def max_pool_reference(x, size, stride):
    """Return what course_lib's pooling gives, and who won."""
    out, (winner, *_) = lib.max_pool2d_forward(x[None], size, stride)
    return out[0], winner[0]


def check_max_pool(answer, expected, x, size, stride):
    """Compare largest entries and winners."""
    about = f"with size {size}, stride {stride}"
    same_values("max_pool", answer, expected, ("out", "winner"), about=about, near=NEAR)


def _numbered(x, size, stride, number):
    """Pool, and number the winners in another way."""
    out, winner = max_pool_reference(x, size, stride)
    _, i, j = np.indices(out.shape)
    return out, number(winner // size, winner % size, i * stride, j * stride)


def column_by_column(x, size, stride):
    return _numbered(x, size, stride, lambda row, column, top, left: column * size + row)


def numbered_in_the_picture(x, size, stride):
    width = x.shape[2]
    return _numbered(
        x, size, stride, lambda row, column, top, left: (top + row) * width + left + column
    )


def numbered_from_one(x, size, stride):
    return _numbered(x, size, stride, lambda row, column, top, left: row * size + column + 1)


def last_of_equals(x, size, stride):
    H, W = ((n - size) // stride * stride + size for n in x.shape[1:])
    out, winner = max_pool_reference(x[:, :H, :W][:, ::-1, ::-1], size, stride)
    return out[:, ::-1, ::-1], size * size - 1 - winner[:, ::-1, ::-1]


def means(x, size, stride):
    winner = max_pool_reference(x, size, stride)[1]
    return lib.avg_pool2d_forward(x[None], size, stride)[0][0], winner


def starts_from_zero(x, size, stride):
    out, winner = max_pool_reference(x, size, stride)
    return np.maximum(out, 0), np.where(out > 0, winner, 0)


def least(x, size, stride):
    out, winner = max_pool_reference(-x, size, stride)
    return -out, winner


def always_side_by_side(x, size, stride):
    return max_pool_reference(x, size, size)


def always_one_by_one(x, size, stride):
    return max_pool_reference(x, size, 1)


def rest_is_a_window(x, size, stride):
    beyond = [(0, -(n - size) % stride) for n in x.shape[1:]]
    return max_pool_reference(np.pad(x, [(0, 0), *beyond], constant_values=-1e9), size, stride)


def across_channels(x, size, stride):
    return max_pool_reference(x.max(axis=0, keepdims=True), size, stride)


# Exercise 4: max_pool_backward


def back_by_eye(rng: np.random.Generator):
    """The gradients of the visible check."""
    dout = np.array([[[1.0, 2.0]]])
    yield {"dout": dout, "winner": np.array([[[2, 0]]]), "shape": (1, 3, 5), "size": 2, "stride": 2}
    yield {"dout": dout, "winner": np.array([[[3, 2]]]), "shape": (1, 2, 3), "size": 2, "stride": 1}


def on_the_way_back(cases):
    """Turn pictures into winners and gradients."""

    def cases_of_gradients(rng: np.random.Generator):
        for case in cases(rng):
            yield _won(rng, case["x"].shape, *max_pool_reference(**case), case)

    return cases_of_gradients


def every_corner(rng: np.random.Generator):
    """Each place of a window wins somewhere."""
    for shape, size in [((1, 4, 4), 2), ((2, 6, 9), 3)]:
        out_shape = (shape[0], shape[1] // size, shape[2] // size)
        places = np.resize(np.arange(size * size), np.prod(out_shape))
        winner = rng.permutation(places).reshape(out_shape)
        yield _won(rng, shape, winner, winner, {"size": size, "stride": size})


def never_won(rng: np.random.Generator):
    """Rows and columns at the end that fill no window."""
    for shape, size in [((1, 3, 5), 2), ((2, 8, 7), 3)]:
        case = {"x": _ranks(rng, shape), "size": size, "stride": size}
        yield _won(rng, shape, *max_pool_reference(**case), case)


def max_pool_backward_reference(dout, winner, shape, size, stride):
    """Return course_lib's gradient of one picture."""
    cache = winner[None], (1, *shape), dout.dtype, (size, size), (stride, stride)
    return lib.max_pool2d_backward(dout[None], cache)[0]


def check_max_pool_backward(answer, expected, dout, winner, shape, size, stride):
    """Compare the gradient entry by entry."""
    returned("max_pool_backward", answer)
    same_numbers("dx", answer, expected, f"with size {size}, stride {stride}", near=NEAR)


def _sent_back(dout, winner, shape, size, stride, place=divmod, adds=True):
    """Send each gradient back to a place of its window; what leaves the picture is lost."""
    C, H, W = shape
    _, OH, OW = dout.shape
    dx = np.zeros((C, max(H, OH * stride + size), max(W, OW * stride + size)))
    for c, i, j in np.ndindex(dout.shape):
        row, column = place(int(winner[c, i, j]), size)
        at = c, i * stride + row, j * stride + column
        dx[at] = dout[c, i, j] + (dx[at] if adds else 0)
    return dx[:, :H, :W]


def to_the_whole_window(dout, winner, shape, size, stride):
    return size * size * shared_out(dout, winner, shape, size, stride)


def shared_out(dout, winner, shape, size, stride):
    cache = (1, *shape), dout.dtype, (size, size), (stride, stride), dout.shape[1:]
    return lib.avg_pool2d_backward(dout[None], cache)[0]


def overwritten(**arguments):
    return _sent_back(**arguments, adds=False)


def back_column_by_column(**arguments):
    return _sent_back(**arguments, place=lambda number, size: divmod(number, size)[::-1])


def to_the_first_corner(**arguments):
    return _sent_back(**arguments, place=lambda number, size: (0, 0))


def back_side_by_side(stride, **arguments):
    return _sent_back(**arguments, stride=arguments["size"])


def back_one_by_one(stride, **arguments):
    return _sent_back(**arguments, stride=1)


def ones_to_winners(dout, **arguments):
    return _sent_back(np.ones_like(dout), **arguments)


def rest_cut_off(dout, winner, shape, size, stride):
    ends = [(n - 1) * stride + size for n in dout.shape[1:]]
    return _sent_back(dout, winner, shape, size, stride)[:, : ends[0], : ends[1]]


# Exercise 5: network_table

LENET = [
    {"kind": "conv", "filters": 6, "kernel": 5, "stride": 1, "padding": 0},
    {"kind": "pool", "size": 2, "stride": 2},
    {"kind": "conv", "filters": 16, "kernel": 5, "stride": 1, "padding": 0},
    {"kind": "pool", "size": 2, "stride": 2},
    {"kind": "dense", "units": 120},
    {"kind": "dense", "units": 84},
    {"kind": "dense", "units": 10},
]


def lenet5(rng: np.random.Generator):
    """The network of the visible check."""
    yield {"layers": LENET, "shape": (1, 32, 32)}


def convolutions_alone(rng: np.random.Generator):
    """One layer or two, with strides and padding."""
    C = int(rng.integers(2, 5))
    yield {"layers": [_conv(rng, 3, 1, 0)], "shape": (C, 9, 12)}
    yield {"layers": [_conv(rng, 4, 3, 2), _conv(rng, 3, 1, 1)], "shape": (C, 21, 15)}


def pooling_alone(rng: np.random.Generator):
    """Windows side by side, and windows that overlap."""
    C, more = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    pool = {"kind": "pool", "size": 2, "stride": 2}
    yield {"layers": [pool], "shape": (C, 7, 10)}
    yield {"layers": [{"kind": "pool", "size": 3, "stride": 2}, pool], "shape": (C, 12 * more, 23)}


def dense_alone(rng: np.random.Generator):
    """From a small picture to classes."""
    units = [int(n) for n in rng.permutation(np.arange(4, 30))[:3]]
    dense = [{"kind": "dense", "units": n} for n in units]
    yield {"layers": dense[:1], "shape": (3, 4, 5)}
    yield {"layers": dense, "shape": (2, 6, 3)}


def whole_networks(rng: np.random.Generator):
    """LeNet-5 for other pictures and classes, and one with AlexNet's first layers."""
    H, W = 2 * int(rng.integers(14, 30)), 2 * int(rng.integers(30, 40)) + 1
    classes = {"kind": "dense", "units": int(rng.integers(2, 40))}
    yield {"layers": [*LENET[:-1], classes], "shape": (3, H, W)}
    alexnet = [
        {"kind": "conv", "filters": 96, "kernel": 11, "stride": 4, "padding": 0},
        {"kind": "pool", "size": 3, "stride": 2},
        {"kind": "conv", "filters": 256, "kernel": 5, "stride": 1, "padding": 2},
        {"kind": "pool", "size": 3, "stride": 2},
        classes,
    ]
    yield {"layers": alexnet, "shape": (3, 227, 181)}


def network_table_reference(layers, shape):
    """Return the sizes of course_lib's maps, and the sizes of the arrays a layer learns."""
    maps, *size = shape
    table = []
    for layer in layers:
        picture, learned = np.zeros((1, 1, *size)), []
        if layer["kind"] == "conv":
            kernel = (layer["kernel"],) * 2
            out, _ = lib.conv2d_forward(
                picture, np.zeros((1, 1, *kernel)), [0.0], layer["stride"], layer["padding"]
            )
            learned = [(layer["filters"], maps, *kernel), (layer["filters"],)]
            maps, size = layer["filters"], out.shape[2:]
        elif layer["kind"] == "pool":
            size = lib.max_pool2d_forward(picture, layer["size"], layer["stride"])[0].shape[2:]
        else:
            learned = [(layer["units"], maps * size[0] * size[1]), (layer["units"],)]
            maps, size = layer["units"], (1, 1)
        table.append((maps, *size, sum(int(np.prod(array)) for array in learned)))
    return table


def check_network_table(answer, expected, layers, shape):
    """Compare the table row by row."""
    returned("network_table", answer)
    table = numbers("the table", answer)
    right = np.array(expected)
    assert table.shape == right.shape, (
        f"network_table must return {len(layers)} rows of 4 numbers, got shape {table.shape}"
    )
    wrong = np.argwhere(table != right)
    if len(wrong):
        row, column = wrong[0]
        name = ("maps", "height", "width", "parameters")[column]
        raise AssertionError(
            f"for a picture of {shape}, layer {row + 1} of {len(layers)} "
            f"({layers[row]['kind']}): {name} should be {right[row, column]}, "
            f"got {table[row, column]:g}"
        )


def _table(layers, shape, parameters=None, padding=None, stride=None, step=None, fan_in=None):
    """Make the table with another idea of some of it."""
    maps, *size = shape
    step = step or (lambda n, kernel, by: (n - kernel) // by + 1)
    fan_in = fan_in or (lambda maps, size: maps * size[0] * size[1])
    table = []
    for layer in layers:
        before, kind = maps, layer["kind"]
        if kind == "dense":
            maps, learned, size = layer["units"], fan_in(maps, size), [1, 1]
        else:
            kernel = layer.get("kernel", layer.get("size"))
            zeros = 2 * layer.get("padding", 0) if padding is None else padding(layer)
            by = layer["stride"] if stride is None else stride
            size = [step(n + zeros, kernel, by) for n in size]
            maps, learned = layer.get("filters", maps), before * kernel**2
        count = 0 if kind == "pool" else maps * (learned + 1)
        if parameters is not None:
            count = parameters(layer, before, maps, size, count)
        table.append((maps, *size, count))
    return table


def biases_forgotten(layers, shape):
    def no_biases(layer, before, maps, size, count):
        return count if layer["kind"] == "pool" else count - maps

    return _table(layers, shape, no_biases)


def bias_at_every_place(layers, shape):
    def many_biases(layer, before, maps, size, count):
        return count + maps * (size[0] * size[1] - 1) * (layer["kind"] == "conv")

    return _table(layers, shape, many_biases)


def filter_at_every_place(layers, shape):
    def not_shared(layer, before, maps, size, count):
        return count * size[0] * size[1]

    return _table(layers, shape, not_shared)


def flat_filters(layers, shape):
    def one_channel(layer, before, maps, size, count):
        return maps * (layer["kernel"] ** 2 + 1) if layer["kind"] == "conv" else count

    return _table(layers, shape, one_channel)


def bias_for_each_map_in(layers, shape):
    def many_biases(layer, before, maps, size, count):
        return count + maps * (before - 1) * (layer["kind"] == "conv")

    return _table(layers, shape, many_biases)


def pooling_learns(layers, shape):
    def as_in_1998(layer, before, maps, size, count):
        return 2 * maps if layer["kind"] == "pool" else count

    return _table(layers, shape, as_in_1998)


def rest_makes_a_place(layers, shape):
    return _table(layers, shape, step=lambda n, kernel, by: -(-(n - kernel) // by) + 1)


def one_place_less(layers, shape):
    return _table(layers, shape, step=lambda n, kernel, by: (n - kernel) // by)


def table_not_padded(layers, shape):
    return _table(layers, shape, padding=lambda layer: 0)


def table_padded_once(layers, shape):
    return _table(layers, shape, padding=lambda layer: layer.get("padding", 0))


def table_without_strides(layers, shape):
    return _table(layers, shape, stride=1)


def maps_for_numbers(layers, shape):
    return _table(layers, shape, fan_in=lambda maps, size: maps)


def pictures_are_square(layers, shape):
    return _table(layers, (shape[0], shape[1], shape[1]))


# Exercise 6: edge_filter

DIRECTIONS = ("right", "left", "below", "above")
LEAST, MOST = 0.01, 100


def one_edge(rng: np.random.Generator):
    """The filter of the visible check."""
    yield {"direction": "right", "size": 3}


def right_and_left(rng: np.random.Generator):
    """Edges that run down."""
    for direction, size in zip(("right", "left"), rng.integers(3, 6, 2), strict=True):
        yield {"direction": direction, "size": int(size)}


def below_and_above(rng: np.random.Generator):
    """Edges that run across."""
    for direction, size in zip(("below", "above"), rng.integers(3, 6, 2), strict=True):
        yield {"direction": direction, "size": int(size)}


def other_sizes(rng: np.random.Generator):
    """The smallest filters, and larger ones."""
    for direction, size in zip(rng.permutation(DIRECTIONS), (2, 6, 7, 12), strict=True):
        yield {"direction": str(direction), "size": size}


def edge_filter_reference(direction, size):
    """Return one of the right filters."""
    return _facing(np.tile(np.linspace(-1, 1, size), (size, 1)), direction)


def check_edge_filter(answer, expected, direction, size):
    """Accept every filter that sees its edges, and nothing else."""
    returned("edge_filter", answer)
    weights = numbers("the filter", answer, (size, size))
    assert np.isfinite(weights).all(), "the filter holds a number that is not finite"
    assert np.abs(weights).max() <= MOST, (
        f"no weight may be larger than {MOST} either way, got {np.abs(weights).max():g}"
    )
    facing_right = _facing(weights, direction)
    lines = facing_right.sum(axis=1)
    assert np.allclose(lines, 0, atol=1e-6), (
        f"for {direction!r} and size {size}, a window of one brightness, or one that changes along "
        f"the edge's own direction, must give 0. One line of the filter adds up to "
        f"{lines[np.abs(lines).argmax()]:.4g}"
    )
    for dark in range(1, size):
        seen = facing_right[:, dark:].sum()
        assert seen >= LEAST, (
            f"for {direction!r} and size {size}, a window with {dark} dark and {size - dark} "
            f"bright lines must give more than 0, got {seen:.4g}"
        )


def other_side(direction, size):
    return -edge_filter_reference(direction, size)


def other_axis(direction, size):
    return edge_filter_reference(direction, size).T


def always_right(direction, size):
    return edge_filter_reference("right", size)


def bright_side_alone(direction, size):
    return np.maximum(edge_filter_reference(direction, size), 0)


def last_two_lines(direction, size):
    weights = np.zeros((size, size))
    weights[:, -2:] = -1, 1
    return _facing(weights, direction)


def sees_lines(direction, size):
    weights = np.full((size, size), -1.0)
    weights[:, size // 2] = size - 1
    return _facing(weights, direction)


def sees_spots(direction, size):
    weights = np.full((size, size), -1.0)
    weights[size // 2, size // 2] = size * size - 1
    return weights


def blurs(direction, size):
    return np.full((size, size), 1 / size**2)


EXERCISES = {
    "ps07.output_size": {
        "example": first_layers,
        "unseen": {
            "stride 1 without padding": plain_sizes,
            "strides that fit and strides that leave something out": strides_and_rests,
            "padding": padded_sizes,
            "filters that do not fit": hardly_fits,
        },
        "reference": output_size_reference,
        "check": check_output_size,
        "keeps_arguments": False,
        "misconceptions": [
            (
                padded_once,
                "You added the padding once. There are zeros on both sides of the row.",
            ),
            (
                never_padded,
                "The padding plays no part. It makes the row longer before the filter is laid on.",
            ),
            (
                counted_then_divided,
                "You counted all places and divided by the stride. The first place needs no step; "
                "only the way that is left is divided.",
            ),
            (
                first_place_forgotten,
                "You counted the steps. Before the first step the filter already has a place.",
            ),
            (
                rest_counts,
                "You took one place more where something is left over. A filter that hangs over "
                "the edge does not lie inside.",
            ),
            (
                not_whole,
                "You counted part of a place. What does not fill a whole step is left out.",
            ),
            (
                below_zero,
                "A filter that is larger than the row has no place: there cannot be fewer than "
                "none.",
            ),
            (
                at_least_one,
                "You found a place for a filter that is larger than the padded row. It has none.",
            ),
            (
                kernel_forgotten,
                "You divided the row by the stride. The filter itself takes up room.",
            ),
        ],
    },
    "ps07.conv2d": {
        "example": on_the_seven,
        "unseen": {
            "one channel and one filter": one_filter,
            "many channels and filters": many_filters,
            "strides that differ": different_strides,
            "padding that differs": different_paddings,
            "larger pictures": larger_pictures,
        },
        "reference": conv2d_reference,
        "check": check_conv2d,
        "misconceptions": [
            (
                turned_around,
                "You turned the filter around. That is what mathematicians call convolution; here "
                "the filter is laid on as it is.",
            ),
            (
                not_padded,
                "The padding plays no part. Zeros come around the picture before the filter does.",
            ),
            (
                paddings_swapped,
                "The paddings have changed places: the first number is for rows above and below, "
                "the second for columns left and right.",
            ),
            (
                padded_on_one_side,
                "You padded one side only. Above as below, left as right, there are as many zeros.",
            ),
            (
                strides_swapped,
                "The strides have changed places: the first number is the step down, the second "
                "the step across.",
            ),
            (
                across_before_down,
                "You read both pairs as across and down. Rows come before columns: the first "
                "number of a pair is for the way down.",
            ),
            (
                one_stride_for_both,
                "You took one stride for both ways. The step down and the step across can differ.",
            ),
            (
                no_stride,
                "You moved by one pixel each time. The stride says how many are skipped.",
            ),
            (
                no_bias,
                "The biases play no part. Each filter adds its own to every entry of its map.",
            ),
            (
                bias_for_each_channel,
                "You added the bias for each channel. A filter has one bias, whatever its depth.",
            ),
            (
                bias_for_each_product,
                "You added the bias with each product. It is added once, when all products are "
                "added up.",
            ),
            (
                first_channel_alone,
                "You looked at the first channel alone. A filter is as deep as the picture, and "
                "all its layers add up.",
            ),
            (
                channels_kept_apart,
                "You kept a map for each channel. A filter makes one map: what it sees in the "
                "channels is added up.",
            ),
            (
                filters_added_up,
                "You added up the maps of all filters. Each filter looks for something else, and "
                "has a map of its own.",
            ),
        ],
    },
    "ps07.conv2d_gradients": {
        "example": blamed_on_the_seven,
        "unseen": {
            "one channel and one filter": blamed(one_filter),
            "many channels and filters": blamed(many_filters),
            "strides that differ": blamed(different_strides),
            "padding that differs": blamed(different_paddings),
        },
        "reference": conv2d_gradients_reference,
        "check": check_conv2d_gradients,
        "misconceptions": [
            (
                mean_over_places,
                "You took the mean over all places. A weight that is used at many places is to "
                "blame at each of them: the gradient is the sum.",
            ),
            (
                last_place_alone,
                "Your filters know the last place alone. Each place adds its share to what was "
                "there before.",
            ),
            (
                mean_for_bias,
                "Your bias gets a mean. It is used at every place, so its gradient is a sum over "
                "them.",
            ),
            (
                one_bias_for_all,
                "Every bias gets the gradients of all maps. A bias belongs to one filter, and is "
                "blamed for that filter's map.",
            ),
            (
                gradients_turned_around,
                "Your gradients are turned around. The filter was laid on as it is, and so each "
                "weight meets the pixel at its own row and column.",
            ),
            (
                gradient_not_padded,
                "Your windows lie on the picture without its padding. The maps were made from the "
                "padded picture, so the blame goes through it as well.",
            ),
            (
                gradient_paddings_swapped,
                "The paddings have changed places: the first number is for rows above and below, "
                "the second for columns left and right.",
            ),
            (
                gradient_strides_swapped,
                "The strides have changed places: the first number is the step down, the second "
                "the step across.",
            ),
            (
                gradient_across_before_down,
                "You read both pairs as across and down. Rows come before columns: the first "
                "number of a pair is for the way down.",
            ),
            (
                gradient_without_stride,
                "Your windows move by one pixel each time. They must be the windows of the way "
                "forward, with its stride.",
            ),
            (
                filters_blamed_together,
                "All filters get the same gradient. A filter is to blame for its own map alone.",
            ),
            (
                channels_blamed_together,
                "All channels get the same gradient. A weight is blamed with the channel that it "
                "looks at.",
            ),
        ],
    },
    "ps07.max_pool": {
        "example": pooled_by_eye,
        "unseen": {
            "windows side by side": side_by_side,
            "equal entries": equal_entries,
            "entries below zero": below_zero_entries,
            "windows that overlap or leave gaps": overlaps_and_gaps,
        },
        "reference": max_pool_reference,
        "check": check_max_pool,
        "misconceptions": [
            (
                column_by_column,
                "You numbered the windows column by column. Count along the first row, then along "
                "the second.",
            ),
            (
                numbered_in_the_picture,
                "You numbered the winners in the whole picture. Each window counts its own "
                "entries from 0.",
            ),
            (
                numbered_from_one,
                "You counted the places of a window from one. The first is number 0.",
            ),
            (
                last_of_equals,
                "Of equal entries you let the last one win. It is the first, row by row.",
            ),
            (
                means,
                "These are means. Max pooling keeps the largest entry and forgets the others.",
            ),
            (
                starts_from_zero,
                "Your search for the largest starts from zero. A window in which everything is "
                "negative has a largest entry, too.",
            ),
            (
                least,
                "You kept the smallest entry of each window.",
            ),
            (
                always_side_by_side,
                "You moved each window by its own size. The stride says how far, and windows can "
                "overlap or leave gaps.",
            ),
            (
                always_one_by_one,
                "You moved each window by one pixel. The stride says how far.",
            ),
            (
                rest_is_a_window,
                "You made windows of what is left at the edges. What does not fill a whole window "
                "is left out.",
            ),
            (
                across_channels,
                "You took the largest over all channels. Every channel is pooled by itself.",
            ),
        ],
    },
    "ps07.max_pool_backward": {
        "example": back_by_eye,
        "unseen": {
            "windows side by side": on_the_way_back(side_by_side),
            "winners in every corner": every_corner,
            "entries that never win": never_won,
            "windows that overlap or leave gaps": on_the_way_back(overlaps_and_gaps),
        },
        "reference": max_pool_backward_reference,
        "check": check_max_pool_backward,
        "misconceptions": [
            (
                to_the_whole_window,
                "You gave the gradient to every entry of a window. Only the winner came through, "
                "so a small change of the others changes nothing.",
            ),
            (
                shared_out,
                "You shared the gradient among the entries of a window. That is right for means; "
                "a maximum comes from one entry.",
            ),
            (
                overwritten,
                "An entry that wins several windows kept one gradient. It is used several times, "
                "and so its gradients add up.",
            ),
            (
                back_column_by_column,
                "You read the winners' numbers column by column. They count along the rows.",
            ),
            (
                to_the_first_corner,
                "You gave each gradient to the first entry of its window. Where in the window the "
                "winner stands, its number tells.",
            ),
            (
                back_side_by_side,
                "Your windows lie side by side. On the way forward they moved by the stride.",
            ),
            (
                back_one_by_one,
                "Your windows move by one pixel. On the way forward they moved by the stride.",
            ),
            (
                ones_to_winners,
                "You marked the winners. Each gets the gradient of its window, whatever that is.",
            ),
            (
                rest_cut_off,
                "The rows and columns that fill no window are missing. They get no gradient, but "
                "they are part of the picture.",
            ),
        ],
    },
    "ps07.network_table": {
        "example": lenet5,
        "unseen": {
            "convolutions alone": convolutions_alone,
            "pooling": pooling_alone,
            "dense layers": dense_alone,
            "whole networks": whole_networks,
        },
        "reference": network_table_reference,
        "check": check_network_table,
        "misconceptions": [
            (
                biases_forgotten,
                "You left out the biases. Each filter and each unit has one.",
            ),
            (
                bias_at_every_place,
                "You counted a bias for every entry of a map. A filter has the same bias "
                "everywhere.",
            ),
            (
                filter_at_every_place,
                "You counted the filter anew at every place. All places of a map share one filter; "
                "that is why it is so cheap.",
            ),
            (
                flat_filters,
                "Your filters are flat. A filter has weights for each of the maps that go in.",
            ),
            (
                bias_for_each_map_in,
                "You counted a bias for each map that goes into a filter. What the filter sees in "
                "them is added up, with one bias.",
            ),
            (
                pooling_learns,
                "Your pooling has a weight and a bias for each map. So it was in 1998; here it "
                "only picks, and has nothing to learn.",
            ),
            (
                rest_makes_a_place,
                "You rounded up. What does not fill a whole step is left out.",
            ),
            (
                one_place_less,
                "Your maps lack a row and a column. Before its first step a filter already has a "
                "place.",
            ),
            (
                table_not_padded,
                "The padding plays no part. It makes the maps larger before the filter moves.",
            ),
            (
                table_padded_once,
                "You added the padding once. There are zeros on both sides.",
            ),
            (
                table_without_strides,
                "The strides play no part. A stride of 2 halves a map.",
            ),
            (
                maps_for_numbers,
                "Your dense layer has one weight for each map that goes in. It sees every number "
                "of every map.",
            ),
            (
                pictures_are_square,
                "You took the width to be the height. Pictures need not be square.",
            ),
        ],
    },
    "ps07.edge_filter": {
        "example": one_edge,
        "unseen": {
            "right and left": right_and_left,
            "below and above": below_and_above,
            "other sizes": other_sizes,
        },
        "reference": edge_filter_reference,
        "check": check_edge_filter,
        "keeps_arguments": False,
        "shows_expected": False,
        "misconceptions": [
            (
                other_side,
                "Your filter sees the edges that are bright on the other side. It is laid on "
                "as it is: large weights belong where it should be bright.",
            ),
            (
                other_axis,
                "Your filter sees edges that run the other way, across for down. Rows come first, "
                "then columns.",
            ),
            (
                always_right,
                "Your filter sees the same edges whatever is asked. The direction says where the "
                "bright side is.",
            ),
            (
                bright_side_alone,
                "Your filter likes brightness as such. The dark side has to be taken away from "
                "the bright one, so that what is equal on both sides cancels.",
            ),
            (
                last_two_lines,
                "Your filter sees an edge in one place of its window alone. Lines further off "
                "should have their part, too.",
            ),
            (
                sees_lines,
                "Your filter looks for thin bright lines. An edge is dark on one whole side and "
                "bright on the other.",
            ),
            (
                sees_spots,
                "Your filter looks for bright spots, whatever lies around them. An edge has a "
                "direction.",
            ),
            (
                blurs,
                "Your filter takes a mean. A mean is the larger the brighter a window is; an edge "
                "is a difference.",
            ),
        ],
    },
}


def _away(rng, shape) -> np.ndarray:
    """Draw numbers of both signs, none so near to zero that a mistake hides in it."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)


def _picture(rng, shape, filters, stride=(1, 1), padding=(0, 0)) -> dict:
    """Draw a picture (C, H, W) and F filters of height KH and width KW."""
    F, KH, KW = filters
    return {
        "x": _away(rng, shape),
        "W": _away(rng, (F, shape[0], KH, KW)),
        "b": _away(rng, F),
        "stride": stride,
        "padding": padding,
    }


def _ranks(rng, shape) -> np.ndarray:
    """Draw a picture of whole numbers from 1 on, no two of them equal."""
    return 1.0 + rng.permutation(np.prod(shape)).reshape(shape)


def _won(rng, shape, out, winner, case) -> dict:
    """Return the question of the way back for these winners."""
    return {
        "dout": _away(rng, out.shape),
        "winner": winner,
        "shape": shape,
        "size": case["size"],
        "stride": case["stride"],
    }


def _conv(rng, kernel: int, stride: int, padding: int) -> dict:
    filters = int(rng.integers(5, 20))
    return {
        "kind": "conv",
        "filters": filters,
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
    }


def _facing(weights: np.ndarray, direction: str) -> np.ndarray:
    """Turn a filter for "right" to a direction, and one for the direction back to "right"."""
    if direction in ("left", "above"):
        weights = weights[::-1, ::-1]
    return weights.T if direction in ("below", "above") else weights
