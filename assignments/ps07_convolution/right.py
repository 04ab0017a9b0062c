"""Right solutions in other words than the notebook's: all must get full marks."""

from __future__ import annotations

import numpy as np

# output_size


def places_counted(n, kernel, stride, padding):
    return len(range(0, n + 2 * padding - kernel + 1, stride))


def places_stepped(n, kernel, stride, padding):
    start, places = -padding, 0
    while start + kernel <= n + padding:
        places += 1
        start += stride
    return places


def places_floored(n, kernel, stride, padding):
    if kernel > n + 2 * padding:
        return 0
    return np.floor((n + 2 * padding - kernel) / stride) + 1


# conv2d


def conv2d_in_loops(x, W, b, stride, padding):
    x = _padded(x, padding)
    F, C, KH, KW = W.shape
    OH, OW = _places(x, (KH, KW), stride)
    out = np.zeros((F, OH, OW))
    for f, i, j in np.ndindex(F, OH, OW):
        total = b[f]
        for c, m, n in np.ndindex(C, KH, KW):
            total += x[c, i * stride[0] + m, j * stride[1] + n] * W[f, c, m, n]
        out[f, i, j] = total
    return out


def conv2d_by_windows(x, W, b, stride, padding):
    x = _padded(x, padding)
    OH, OW = _places(x, W.shape[2:], stride)
    out = np.empty((len(W), OH, OW), np.float32)
    for i, j in np.ndindex(OH, OW):
        out[:, i, j] = np.tensordot(W, _window(x, i, j, W.shape[2:], stride), 3) + b
    return out


def conv2d_by_lowering(x, W, b, stride, padding):
    x = _padded(x, padding)
    OH, OW = _places(x, W.shape[2:], stride)
    columns = [_window(x, i, j, W.shape[2:], stride).ravel() for i, j in np.ndindex(OH, OW)]
    return (W.reshape(len(W), -1) @ np.array(columns).T + b[:, None]).reshape(len(W), OH, OW)


def conv2d_by_weights(x, W, b, stride, padding):
    x = _padded(x, padding)
    OH, OW = _places(x, W.shape[2:], stride)
    out = np.zeros((len(W), OH, OW)) + b.reshape(-1, 1, 1)
    for m, n in np.ndindex(*W.shape[2:]):
        seen = x[:, m :: stride[0], n :: stride[1]][:, :OH, :OW]
        out += np.tensordot(W[:, :, m, n], seen, 1)
    return out


# conv2d_gradients


def gradients_in_loops(x, dout, size, stride, padding):
    x = _padded(x, padding)
    dW, db = np.zeros((len(dout), len(x), *size)), np.zeros(len(dout))
    for f, i, j in np.ndindex(dout.shape):
        db[f] += dout[f, i, j]
        for c, m, n in np.ndindex(dW.shape[1:]):
            dW[f, c, m, n] += dout[f, i, j] * x[c, i * stride[0] + m, j * stride[1] + n]
    return [dW, db]


def gradients_by_weights(x, dout, size, stride, padding):
    x = _padded(x, padding)
    _, OH, OW = dout.shape
    dW = np.empty((len(dout), len(x), *size), np.float32)
    for m, n in np.ndindex(*size):
        seen = x[:, m :: stride[0], n :: stride[1]][:, :OH, :OW]
        dW[:, :, m, n] = np.einsum("fij,cij->fc", dout, seen)
    return dW, np.einsum("fij->f", dout)


def gradients_by_lowering(x, dout, size, stride, padding):
    x = _padded(x, padding)
    F, OH, OW = dout.shape
    rows = [_window(x, i, j, size, stride).ravel() for i, j in np.ndindex(OH, OW)]
    dW = dout.reshape(F, -1) @ np.array(rows)
    return dW.reshape(F, len(x), *size), dout.sum(axis=2).sum(axis=1)


# max_pool


def pool_in_loops(x, size, stride):
    OH, OW = _places(x, (size, size), (stride, stride))
    out = np.full((len(x), OH, OW), -np.inf)
    winner = np.zeros((len(x), OH, OW))
    for c, i, j in np.ndindex(out.shape):
        for place in range(size * size):
            entry = x[c, i * stride + place // size, j * stride + place % size]
            if entry > out[c, i, j]:
                out[c, i, j], winner[c, i, j] = entry, place
    return out, winner


def pool_by_windows(x, size, stride):
    OH, OW = _places(x, (size, size), (stride, stride))
    out, winner = [], []
    for channel in x[:, None]:
        windows = [
            [_window(channel, i, j, (size, size), (stride, stride)).ravel() for j in range(OW)]
            for i in range(OH)
        ]
        out.append([[max(window) for window in row] for row in windows])
        winner.append([[window.tolist().index(max(window)) for window in row] for row in windows])
    return out, winner


def pool_by_places(x, size, stride):
    OH, OW = _places(x, (size, size), (stride, stride))
    entries = np.stack([x[:, m::stride, n::stride][:, :OH, :OW] for m, n in np.ndindex(size, size)])
    return [entries.max(axis=0), entries.argmax(axis=0).astype(np.int32)]


# max_pool_backward


def back_by_adding_at(dout, winner, shape, size, stride):
    dx = np.zeros(shape)
    c, i, j = np.indices(dout.shape)
    np.add.at(dx, (c, i * stride + winner // size, j * stride + winner % size), dout)
    return dx


def back_by_places(dout, winner, shape, size, stride):
    dx = np.zeros(shape)
    _, OH, OW = dout.shape
    for place in range(size * size):
        top, left = divmod(place, size)
        rows = slice(top, top + stride * (OH - 1) + 1, stride)
        columns = slice(left, left + stride * (OW - 1) + 1, stride)
        dx[:, rows, columns] += dout * (winner == place)
    return dx


def back_in_lists(dout, winner, shape, size, stride):
    C, H, W = shape
    dx = [[[0.0] * W for _ in range(H)] for _ in range(C)]
    for c, i, j in np.ndindex(dout.shape):
        place = int(winner[c, i, j])
        dx[c][i * stride + place // size][j * stride + place % size] += float(dout[c, i, j])
    return dx


# network_table


def table_by_rules(layers, shape):
    def conv(filters, kernel, stride, padding):
        size = [places_counted(n, kernel, stride, padding) for n in (height, width)]
        return [filters, *size, filters * maps * kernel * kernel + filters]

    def pool(size, stride):
        return [maps, *(places_counted(n, size, stride, 0) for n in (height, width)), 0]

    def dense(units):
        return [units, 1, 1, units * maps * height * width + units]

    rules, table = {"conv": conv, "pool": pool, "dense": dense}, []
    maps, height, width = shape
    for layer in layers:
        numbers = {name: value for name, value in layer.items() if name != "kind"}
        table.append(rules[layer["kind"]](**numbers))
        maps, height, width, _ = table[-1]
    return table


def table_as_array(layers, shape):
    table = np.zeros((len(layers), 4), dtype=int)
    before = np.array(shape)
    for row, layer in zip(table, layers, strict=True):
        if layer["kind"] == "dense":
            row[:] = layer["units"], 1, 1, layer["units"] * (1 + before.prod())
        else:
            kernel = layer["kernel"] if layer["kind"] == "conv" else layer["size"]
            inside = before[1:] + 2 * layer.get("padding", 0) - kernel
            row[0] = layer.get("filters", before[0])
            row[1:3] = inside // layer["stride"] + 1
            row[3] = (before[0] * kernel**2 + 1) * row[0] if layer["kind"] == "conv" else 0
        before = row[:3]
    return table


def table_by_building(layers, shape):
    x, table = np.zeros(shape), []
    for layer in layers:
        learned = 0
        if layer["kind"] == "conv":
            kernel = (layer["kernel"], layer["kernel"])
            x = _padded(x, (layer["padding"], layer["padding"]))
            OH, OW = _places(x, kernel, (layer["stride"], layer["stride"]))
            learned = layer["filters"] * (len(x) * kernel[0] * kernel[1]) + layer["filters"]
            x = np.zeros((layer["filters"], OH, OW))
        elif layer["kind"] == "pool":
            size, stride = layer["size"], layer["stride"]
            x = np.zeros((len(x), *_places(x, (size, size), (stride, stride))))
        else:
            learned = layer["units"] * x.size + layer["units"]
            x = np.zeros((layer["units"], 1, 1))
        table.append((*x.shape, learned))
    return tuple(table)


# edge_filter


def edge_by_prewitt(direction, size):
    line = np.sign(2 * np.arange(size) - size + 1)
    if direction in ("left", "above"):
        line = -line
    weights = np.zeros((size, size), int)
    if direction in ("right", "left"):
        weights[:] = line
    else:
        weights[:] = line[:, None]
    return weights


def edge_in_lists(direction, size):
    ends = [-1.0] + [0.0] * (size - 2) + [1.0]
    rows = [ends if i == 0 else [0.0] * size for i in range(size)]
    if direction in ("left", "above"):
        rows = [[-w for w in row] for row in rows]
    is_upright = direction in ("right", "left")
    return rows if is_upright else [list(column) for column in zip(*rows, strict=True)]


def edge_by_sobel(direction, size):
    across = np.linspace(-1, 1, size)
    middle_counts_more = 1 + np.minimum(np.arange(size), np.arange(size)[::-1])
    weights = np.outer(middle_counts_more, across).astype(np.float32)
    turns = {"right": 0, "above": 1, "left": 2, "below": 3}[direction]
    return np.rot90(weights, turns)


RIGHT = {
    "ps07.output_size": [places_counted, places_stepped, places_floored],
    "ps07.conv2d": [conv2d_in_loops, conv2d_by_windows, conv2d_by_lowering, conv2d_by_weights],
    "ps07.conv2d_gradients": [gradients_in_loops, gradients_by_weights, gradients_by_lowering],
    "ps07.max_pool": [pool_in_loops, pool_by_windows, pool_by_places],
    "ps07.max_pool_backward": [back_by_adding_at, back_by_places, back_in_lists],
    "ps07.network_table": [table_by_rules, table_as_array, table_by_building],
    "ps07.edge_filter": [edge_by_prewitt, edge_in_lists, edge_by_sobel],
}


def _padded(x, padding):
    above, beside = padding
    C, H, W = x.shape
    padded = np.zeros((C, H + 2 * above, W + 2 * beside))
    padded[:, above : above + H, beside : beside + W] = x
    return padded


def _places(x, size, stride):
    return [(n - k) // s + 1 for n, k, s in zip(x.shape[1:], size, stride, strict=True)]


def _window(x, i, j, size, stride):
    top, left = i * stride[0], j * stride[1]
    return x[:, top : top + size[0], left : left + size[1]]
