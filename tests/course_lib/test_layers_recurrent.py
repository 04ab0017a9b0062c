"""RNN, LSTM and GRU layers against their slides, central differences and PyTorch."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import layers
from course_lib.gradcheck import numerical_gradient

N, T, D, H = 3, 4, 2, 5  # all different
FULL, RAGGED = None, [4, 0, 2]

# The layer, its number of blocks, and whether it has peepholes.
KINDS = {
    "rnn": ("rnn", 1, False),
    "lstm": ("lstm", 4, False),
    "lstm with peepholes": ("lstm", 4, True),
    "gru": ("gru", 3, False),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
with_and_without_lengths = pytest.mark.parametrize(
    "lengths", [FULL, RAGGED, [1, 1, 1], [0, 0, 0], [4, 4, 4]], ids=str
)


def arguments(kind, N=N, T=T, D=D, H=H, seed=0, dtype=np.float64):
    """Return random arguments by name, in the order of the gradients."""
    cell, blocks, peephole = KINDS[kind]
    rng = np.random.default_rng(seed)
    shapes = {"x": (N, T, D), "h0": (N, H)}
    shapes |= {"c0": (N, H)} if cell == "lstm" else {}
    shapes |= {"W_x": (blocks * H, D), "W_h": (blocks * H, H), "b": (blocks * H,)}
    shapes |= {"peephole": (3, H)} if peephole else {}
    return {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}


def forward(kind, lengths=None, **given):
    """Return (h, c_last, cache); the RNN and the GRU have no cell: an empty one."""
    result = getattr(layers, f"{KINDS[kind][0]}_forward")(**given, lengths=lengths)
    return result if len(result) == 3 else (result[0], np.zeros(0), result[1])


def backward(kind, dh, dc_last, cache):
    cell = KINDS[kind][0]
    options = {"dc_last": dc_last} if cell == "lstm" else {}
    return getattr(layers, f"{cell}_backward")(dh, cache, **options)


def by_slides(kind, given, lengths):
    """Run each sequence alone, step by step, and repeat its last state behind its end."""
    step = getattr(layers, f"{KINDS[kind][0]}_step_slide")
    weights = [given[name] for name in ("W_x", "W_h", "b", "peephole") if name in given]
    N, T, _ = given["x"].shape
    h_all, c_all = np.zeros((N, T, given["h0"].shape[1])), []
    for n in range(N):
        h, c = given["h0"][n], given["c0"][n] if "c0" in given else None
        for t in range(T):
            if lengths is None or t < lengths[n]:
                if c is None:
                    h = step(given["x"][n, t], h, *weights)
                else:
                    h, c = step(given["x"][n, t], h, c, *weights)
            h_all[n, t] = h
        c_all.append(c)
    return h_all, np.zeros(0) if c is None else np.array(c_all)


def pytorch_steps(torch, cell, x, h, c, U, W, b, p):
    """One step in the contract's own variant, for the whole batch."""
    if cell == "rnn":
        return torch.tanh(x @ U.T + h @ W.T + b), c
    blocks = 3 if cell == "gru" else 4
    U, W, b = U.chunk(blocks), W.chunk(blocks), b.chunk(blocks)

    def sums(k, h):
        return x @ U[k].T + h @ W[k].T + b[k]

    if cell == "gru":
        z, r = torch.sigmoid(sums(0, h)), torch.sigmoid(sums(1, h))
        return (1 - z) * h + z * torch.tanh(sums(2, r * h)), c
    p = torch.zeros(3, h.shape[1], dtype=h.dtype) if p is None else p
    i = torch.sigmoid(sums(0, h) + p[0] * c)
    f = torch.sigmoid(sums(1, h) + p[1] * c)
    c = f * c + i * torch.tanh(sums(3, h))
    o = torch.sigmoid(sums(2, h) + p[2] * c)
    return o * torch.tanh(c), c


def by_pytorch(torch, kind, tensors, lengths):
    h, c = tensors["h0"], tensors.get("c0")
    x, states = tensors["x"], []
    for t in range(x.shape[1]):
        new_h, new_c = pytorch_steps(
            torch,
            KINDS[kind][0],
            x[:, t],
            h,
            c,
            tensors["W_x"],
            tensors["W_h"],
            tensors["b"],
            tensors.get("peephole"),
        )
        going = torch.ones(len(x), dtype=bool) if lengths is None else t < torch.tensor(lengths)
        h = torch.where(going[:, None], new_h, h)
        c = c if c is None else torch.where(going[:, None], new_c, c)
        states.append(h)
    return torch.stack(states, dim=1), c


# By hand


def test_rnn_by_hand():
    h, _ = layers.rnn_forward([[[1.0], [2.0]]], [[0.5]], [[2.0]], [[3.0]], [-1.0])
    first = np.tanh(2 * 1 + 3 * 0.5 - 1)
    np.testing.assert_allclose(h, [[[first], [np.tanh(2 * 2 + 3 * first - 1)]]], rtol=1e-14)


def test_lstm_by_hand():
    U, W, b = [[1.0], [2.0], [3.0], [4.0]], [[0.5], [-0.5], [0.25], [-0.25]], [0.1, 0.2, 0.3, 0.4]
    h, c, _ = layers.lstm_forward([[[0.5]]], [[2.0]], [[-3.0]], U, W, b)
    i, f, o = 1 / (1 + np.exp([-(0.5 + 1 + 0.1), -(1 - 1 + 0.2), -(1.5 + 0.5 + 0.3)]))
    cell = f * -3 + i * np.tanh(2 - 0.5 + 0.4)
    np.testing.assert_allclose(c, [[cell]], rtol=1e-13)
    np.testing.assert_allclose(h, [[[o * np.tanh(cell)]]], rtol=1e-13)


def test_peepholes_by_hand():
    """The input and the forget gate see the old cell, the output gate the new one."""
    zero = np.zeros
    p = [[1.0], [2.0], [4.0]]
    h, c, _ = layers.lstm_forward(
        [[[0.0]]], [[0.0]], [[0.5]], zero((4, 1)), zero((4, 1)), [0, 0, 0, 9.0], peephole=p
    )
    i, f = 1 / (1 + np.exp([-0.5, -1.0]))
    cell = f * 0.5 + i * np.tanh(9)
    np.testing.assert_allclose(c, [[cell]], rtol=1e-13)
    np.testing.assert_allclose(h, [[[np.tanh(cell) / (1 + np.exp(-4 * cell))]]], rtol=1e-13)


def test_gru_by_hand():
    U, W, b = [[1.0], [2.0], [3.0]], [[0.5], [-0.5], [0.25]], [0.1, 0.2, 0.3]
    h, _ = layers.gru_forward([[[0.5]]], [[2.0]], U, W, b)
    z, r = 1 / (1 + np.exp([-(0.5 + 1 + 0.1), -(1 - 1 + 0.2)]))
    candidate = np.tanh(1.5 + 0.25 * (r * 2) + 0.3)
    np.testing.assert_allclose(h, [[[(1 - z) * 2 + z * candidate]]], rtol=1e-13)


def test_a_shut_forget_gate_forgets_and_an_open_one_remembers():
    shut, open_ = -100.0, 100.0
    x, state, zero = np.zeros((1, 6, 1)), [[0.25]], np.zeros((4, 1))
    for forget, cell in [(open_, 0.25), (shut, 0.0)]:
        b = [shut, forget, open_, 1.0]
        h, c, _ = layers.lstm_forward(x, state, state, zero, zero, b)
        np.testing.assert_allclose(c, [[cell]], atol=1e-15)
        np.testing.assert_allclose(h[0, -1], np.tanh([cell]), atol=1e-15)


# The forward


@every_kind
@with_and_without_lengths
def test_forward_is_the_slide_step_by_step(kind, lengths):
    given = arguments(kind)
    h, c, _ = forward(kind, lengths, **given)
    expected_h, expected_c = by_slides(kind, given, lengths)
    assert h.shape == (N, T, H)
    np.testing.assert_allclose(h, expected_h, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(c, expected_c, rtol=1e-12, atol=1e-14)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_slide_agrees_for_all_shapes_and_lengths(data):
    kind = data.draw(st.sampled_from(list(KINDS)))
    N, D, H = (data.draw(st.integers(1, 4)) for _ in range(3))
    T = data.draw(st.integers(0, 5))
    lengths = data.draw(st.none() | st.lists(st.integers(0, T), min_size=N, max_size=N))
    given = arguments(kind, N, T, D, H, seed=data.draw(st.integers(0, 99)))
    h, c, _ = forward(kind, lengths, **given)
    expected_h, expected_c = by_slides(kind, given, lengths)
    np.testing.assert_allclose(h, expected_h, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(c, expected_c, rtol=1e-11, atol=1e-13)


@every_kind
def test_behind_its_end_a_sequence_repeats_its_state_exactly(kind):
    given = arguments(kind)
    h, c, _ = forward(kind, RAGGED, **given)
    np.testing.assert_array_equal(h[1], np.tile(given["h0"][1], (T, 1)))  # length 0
    np.testing.assert_array_equal(h[2, 2:], np.tile(h[2, 1], (2, 1)))  # length 2
    assert not np.array_equal(h[2, 1], h[2, 0])
    if c.size:
        np.testing.assert_array_equal(c[1], given["c0"][1])
        shorter = given | {name: given[name][2:] for name in ("h0", "c0")}
        np.testing.assert_allclose(
            c[2:], forward(kind, **(shorter | {"x": given["x"][2:, :2]}))[1], rtol=1e-14
        )


@every_kind
def test_what_lies_behind_the_end_does_not_matter(kind):
    given = arguments(kind)
    rng = np.random.default_rng(7)
    dh, dc_last = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))
    h, c, cache = forward(kind, RAGGED, **given)
    gradients = backward(kind, dh, dc_last, cache)
    x = given["x"].copy()
    x[1], x[2, 2:] = 1e308, -1e308  # would overflow, if it were multiplied
    other_h, other_c, cache = forward(kind, RAGGED, **(given | {"x": x}))
    np.testing.assert_array_equal(other_h, h)
    np.testing.assert_array_equal(other_c, c)
    for one, other in zip(gradients, backward(kind, dh, dc_last, cache), strict=True):
        np.testing.assert_array_equal(one, other)


@every_kind
def test_huge_inputs_saturate_the_gates_without_a_warning(kind):
    given = arguments(kind)
    given["x"] *= 1e6
    h, _, cache = forward(kind, **given)
    assert np.isfinite(h).all()
    for gradient in backward(kind, np.ones((N, T, H)), np.ones((N, H)), cache):
        assert np.isfinite(gradient).all()


# The backward


@every_kind
@with_and_without_lengths
def test_gradients_are_central_differences(kind, lengths):
    given = arguments(kind, seed=1)
    rng = np.random.default_rng(2)
    h, c, cache = forward(kind, lengths, **given)
    dh, dc_last = rng.normal(size=h.shape), rng.normal(size=c.shape)
    gradients = backward(kind, dh, dc_last, cache)
    assert isinstance(gradients, tuple)
    assert [g.shape for g in gradients] == [array.shape for array in given.values()]

    for name, gradient in zip(given, gradients, strict=True):

        def loss(value, name=name):
            h, c, _ = forward(kind, lengths, **(given | {name: value}))
            return (dh * h).sum() + (dc_last * c).sum()

        numerical = numerical_gradient(loss, given[name])
        np.testing.assert_allclose(gradient, numerical, rtol=1e-6, atol=1e-8, err_msg=name)


@every_kind
@with_and_without_lengths
def test_against_pytorch_in_the_same_variant(kind, lengths):
    torch = pytest.importorskip("torch")
    given = arguments(kind, N=2 if lengths is FULL else 3, T=4, seed=3)
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in given.items()}
    theirs_h, theirs_c = by_pytorch(torch, kind, tensors, lengths)
    rng = np.random.default_rng(4)
    h, c, cache = forward(kind, lengths, **given)
    dh, dc_last = rng.normal(size=h.shape), rng.normal(size=c.shape)
    total = (theirs_h * torch.tensor(dh)).sum()
    if theirs_c is not None:
        total += (theirs_c * torch.tensor(dc_last)).sum()
        np.testing.assert_allclose(c, theirs_c.detach().numpy(), rtol=1e-12, atol=1e-14)
    total.backward()
    np.testing.assert_allclose(h, theirs_h.detach().numpy(), rtol=1e-12, atol=1e-14)
    for name, ours in zip(given, backward(kind, dh, dc_last, cache), strict=True):
        grad = tensors[name].grad
        expected = np.zeros(ours.shape) if grad is None else grad.numpy()
        np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_against_pytorchs_own_layer(kind):
    torch = pytest.importorskip("torch")
    given = arguments(kind, N=4, T=7, seed=5)
    cell, blocks, _ = KINDS[kind]
    order = [0, 1, 3, 2] if cell == "lstm" else [0]  # PyTorch's blocks are i, f, g, o

    def theirs_order(array):
        return np.concatenate([np.split(array, blocks)[k] for k in order])

    module = getattr(torch.nn, cell.upper())(D, H, batch_first=True).double()
    with torch.no_grad():
        for name, ours in [("weight_ih_l0", "W_x"), ("weight_hh_l0", "W_h"), ("bias_ih_l0", "b")]:
            getattr(module, name).copy_(torch.tensor(theirs_order(given[ours])))
        module.bias_hh_l0.zero_()
    x = torch.tensor(given["x"], requires_grad=True)
    first = tuple(torch.tensor(given[name])[None] for name in ("h0", "c0") if name in given)
    theirs, _ = module(x, first if cell == "lstm" else first[0])
    dh = np.random.default_rng(6).normal(size=theirs.shape)
    theirs.backward(torch.tensor(dh))
    h, _, cache = forward(kind, **given)
    gradients = dict(zip(given, backward(kind, dh, None, cache), strict=True))
    np.testing.assert_allclose(h, theirs.detach().numpy(), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(gradients["x"], x.grad.numpy(), rtol=1e-10, atol=1e-12)
    for name, ours in [("weight_ih_l0", "W_x"), ("weight_hh_l0", "W_h"), ("bias_ih_l0", "b")]:
        grad = getattr(module, name).grad.numpy()
        np.testing.assert_allclose(theirs_order(gradients[ours]), grad, rtol=1e-10, atol=1e-12)


@every_kind
def test_a_gradient_behind_the_end_goes_to_the_last_step(kind):
    """Given at the end or anywhere behind it, a gradient does the same; dx behind is zero."""
    given = arguments(kind)
    _, _, cache = forward(kind, RAGGED, **given)
    g = np.random.default_rng(8).normal(size=H)
    at_the_end, behind, spread = (np.zeros((N, T, H)) for _ in range(3))
    at_the_end[2, 1] = g
    behind[2, 3] = g
    spread[2, 1:] = g / 3
    expected = backward(kind, at_the_end, None, cache)
    assert np.abs(expected[0][2, :2]).min() > 0
    for dh in (behind, spread):
        for one, other in zip(backward(kind, dh, None, cache), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(expected[0][2, 2:], 0)
    np.testing.assert_array_equal(expected[0][1], 0)


@every_kind
def test_the_gradient_of_an_empty_sequence_reaches_its_first_state_unchanged(kind):
    given = arguments(kind)
    _, _, cache = forward(kind, [0, 0, 0], **given)
    rng = np.random.default_rng(9)
    dh, dc_last = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))
    gradients = dict(zip(given, backward(kind, dh, dc_last, cache), strict=True))
    np.testing.assert_allclose(gradients.pop("h0"), dh.sum(axis=1), rtol=1e-14)
    if "c0" in given:
        np.testing.assert_array_equal(gradients.pop("c0"), dc_last)
    for gradient in gradients.values():
        np.testing.assert_array_equal(gradient, 0)


@every_kind
def test_no_steps_give_the_gradients_of_nothing(kind):
    given = arguments(kind, T=0)
    h, c, cache = forward(kind, **given)
    assert h.shape == (N, 0, H)
    if c.size:
        np.testing.assert_array_equal(c, given["c0"])
    dc_last = np.ones((N, H))
    gradients = dict(zip(given, backward(kind, np.zeros((N, 0, H)), dc_last, cache), strict=True))
    if "c0" in given:
        np.testing.assert_array_equal(gradients.pop("c0"), dc_last)
    for name, gradient in gradients.items():
        assert gradient.shape == given[name].shape
        np.testing.assert_array_equal(gradient, 0)


def test_without_a_gradient_for_the_last_cell_it_counts_as_zero():
    given = arguments("lstm")
    _, _, cache = forward("lstm", **given)
    dh = np.random.default_rng(10).normal(size=(N, T, H))
    without = layers.lstm_backward(dh, cache)
    for one, other in zip(without, layers.lstm_backward(dh, cache, np.zeros((N, H))), strict=True):
        np.testing.assert_array_equal(one, other)


def test_peepholes_of_zero_change_nothing_and_add_a_gradient():
    given = arguments("lstm", seed=11)
    dh = np.random.default_rng(12).normal(size=(N, T, H))
    h, c, cache = forward("lstm", **given)
    plain = layers.lstm_backward(dh, cache)
    h_p, c_p, cache = forward("lstm", **given, peephole=np.zeros((3, H)))
    *gradients, dpeephole = layers.lstm_backward(dh, cache)
    np.testing.assert_array_equal(h_p, h)
    np.testing.assert_array_equal(c_p, c)
    assert len(plain) == len(gradients) == 6
    for one, other in zip(plain, gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)
    assert (np.abs(dpeephole) > 0).all()


# Types, arguments, errors


@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_precision_and_its_arguments(kind, dtype):
    given = arguments(kind, dtype=dtype)
    before = {name: array.copy() for name, array in given.items()}
    lengths = np.array([4, 0, 2])
    dh, dc_last = np.ones((N, T, H)), np.ones((N, H))
    h, c, cache = forward(kind, lengths, **given)
    h_before = h.copy()
    gradients = backward(kind, dh, dc_last, cache)
    assert h.dtype == dtype
    assert c.dtype == dtype or not c.size
    assert {g.dtype for g in gradients} == {np.dtype(dtype)}
    assert h.flags.c_contiguous
    for name, array in given.items():
        np.testing.assert_array_equal(array, before[name])
    np.testing.assert_array_equal(h, h_before)
    np.testing.assert_array_equal(dh, np.ones((N, T, H)))
    np.testing.assert_array_equal(dc_last, np.ones((N, H)))
    np.testing.assert_array_equal(lengths, [4, 0, 2])


@every_kind
def test_the_backward_can_run_twice_and_the_results_are_the_callers(kind):
    given = arguments(kind)
    dh, dc_last = np.ones((N, T, H)), np.ones((N, H))
    h, c, cache = forward(kind, RAGGED, **given)
    h += 100
    c += 100
    first = backward(kind, dh, dc_last, cache)
    expected = [array.copy() for array in first]
    for array in first:
        array += 100
    given["x"] += 100
    for one, other in zip(backward(kind, dh, dc_last, cache), expected, strict=True):
        np.testing.assert_array_equal(one, other)


@every_kind
def test_one_argument_in_float64_makes_the_result_float64(kind):
    given = arguments(kind, dtype=np.float32)
    for name in given:
        h, _, cache = forward(kind, **(given | {name: given[name].astype(np.float64)}))
        assert h.dtype == np.float64
        assert backward(kind, h, None, cache)[0].dtype == np.float64


@every_kind
def test_float32_agrees_with_float64(kind):
    exact = arguments(kind, T=30, seed=13)
    rough = {name: array.astype(np.float32) for name, array in exact.items()}
    np.testing.assert_allclose(
        forward(kind, **rough)[0], forward(kind, **exact)[0], rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_the_order_of_the_arguments(kind):
    cell = KINDS[kind][0]
    states = ["h0", "c0"] if cell == "lstm" else ["h0"]
    options = ["peephole", "lengths"] if cell == "lstm" else ["lengths"]
    names = inspect.signature(getattr(layers, f"{cell}_forward")).parameters
    assert list(names) == ["x", *states, "W_x", "W_h", "b", *options]
    names = inspect.signature(getattr(layers, f"{cell}_backward")).parameters
    assert list(names) == ["dh", "cache", *(["dc_last"] if cell == "lstm" else [])]


@every_kind
@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("x", np.ones((3, 4)), ValueError, "x must have shape (N, T, D), got (3, 4)"),
        ("x", np.ones((3, 4, 3)), ValueError, "W_x must have shape ({rows}, 3), got ({rows}, 2)"),
        ("x", np.ones((2, 4, 2)), ValueError, "h0 must have shape (2, 5), got (3, 5)"),
        (
            "x",
            np.full((3, 4, 2), np.nan),
            ValueError,
            "x must be finite, got nan at index (0, 0, 0",
        ),
        ("x", "no", TypeError, "x must hold real numbers, got strings"),
        ("h0", np.ones(5), ValueError, "h0 must have shape (3, 5), got (5,)"),
        ("h0", np.full((3, 5), np.inf), ValueError, "h0 must be finite, got inf at index (0, 0)"),
        ("W_x", np.ones((7, 2)), ValueError, "W_x must have shape ({rows}, 2), got (7, 2)"),
        ("W_x", np.full((15, 2), np.nan), ValueError, "W_x must "),
        ("W_h", np.ones((7, 5)), ValueError, "W_h must have shape ({rows}, 5), got (7, 5)"),
        ("W_h", np.ones(5), ValueError, "W_h must have shape (gates * H, H), got (5,)"),
        ("W_h", np.full((5, 5), np.nan), ValueError, "W_h must be finite, got nan at index (0, 0)"),
        ("b", np.ones(7), ValueError, "b must have shape ({rows},), got (7,)"),
        ("b", ["a"], TypeError, "b must hold real numbers, got strings"),
        ("lengths", [4, 4], ValueError, "lengths must have shape (3,), got (2,)"),
        ("lengths", [4, 5, 4], ValueError, "lengths must be in 0..4, got 5 at index 1"),
        ("lengths", [4, 3, -1], ValueError, "lengths must be in 0..4, got -1 at index 2"),
        ("lengths", [4.0, 3, 2], TypeError, "lengths must hold integers, got float64"),
    ],
)
def test_names_a_bad_input(kind, name, value, error, message):
    given = arguments(kind)
    with pytest.raises(error) as caught:
        forward(kind, **(given | {name: value}))
    assert str(caught.value).startswith(message.format(rows=KINDS[kind][1] * H))


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("c0", np.ones((3, 4)), ValueError, "c0 must have shape (3, 5), got (3, 4)"),
        ("c0", np.full((3, 5), np.nan), ValueError, "c0 must be finite, got nan at index (0, 0)"),
        ("peephole", np.ones((4, 5)), ValueError, "peephole must have shape (3, 5), got (4, 5)"),
        ("peephole", np.ones(15), ValueError, "peephole must have shape (3, 5), got (15,)"),
        ("peephole", np.full((3, 5), np.inf), ValueError, "peephole must be finite, got inf at"),
    ],
)
def test_lstm_names_a_bad_input(name, value, error, message):
    with pytest.raises(error) as caught:
        forward("lstm", **(arguments("lstm") | {name: value}))
    assert str(caught.value).startswith(message)


@every_kind
def test_names_a_bad_gradient(kind):
    _, _, cache = forward(kind, **arguments(kind))
    with pytest.raises(ValueError, match=r"dh must have shape \(3, 4, 5\), got \(4, 3, 5\)"):
        backward(kind, np.ones((4, 3, 5)), None, cache)
    if KINDS[kind][0] == "lstm":
        with pytest.raises(ValueError, match=r"dc_last must have shape \(3, 5\), got \(5,\)"):
            backward(kind, np.ones((3, 4, 5)), np.ones(5), cache)


@every_kind
def test_an_infinite_upstream_gradient_is_let_through(kind):
    given = {name: array * 0 + 0.5 for name, array in arguments(kind, 1, 1, 1, 1).items()}
    _, _, cache = forward(kind, **given)
    for gradient in backward(kind, [[[np.inf]]], None, cache):
        assert np.abs(gradient).max() == np.inf
    if KINDS[kind][0] == "lstm":
        for gradient in layers.lstm_backward([[[0.0]]], cache, [[np.inf]])[:3]:
            assert gradient == np.inf
