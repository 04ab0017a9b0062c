"""The three cells behind one pair of functions: central differences, the layers, first weights."""

import numpy as np
import pytest

from course_lib import layers
from course_lib.gradcheck import numerical_gradient
from course_lib.layers import cells

N, T, D, H = 3, 4, 2, 5  # all different
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}
STATES = {"rnn": 1, "lstm": 2, "gru": 1}
STEPS = {cell: getattr(layers, f"{cell}_step_slide") for cell in BLOCKS}
every_cell = pytest.mark.parametrize("cell", BLOCKS)
with_and_without_lengths = pytest.mark.parametrize("lengths", [None, [4, 0, 2]], ids=str)


def arguments(cell, dtype=np.float64):
    """Return x, the first state, and the weights, all at random."""
    rng = np.random.default_rng(0)
    rows = BLOCKS[cell] * H
    shapes = [(N, T, D), *[(N, H)] * STATES[cell], (rows, D), (rows, H), (rows,)]
    x, *state, W_x, W_h, b = (rng.normal(size=shape).astype(dtype) for shape in shapes)
    return x, tuple(state), (W_x, W_h, b)


@every_cell
@with_and_without_lengths
def test_forward_is_the_slides_step_after_step(cell, lengths):
    x, state, weights = arguments(cell)
    h, last, _ = cells.cell_forward(cell, x, state, *weights, lengths)
    for n, length in enumerate(lengths or [T] * N):
        now = [part[n] for part in state]
        for t in range(T):
            if t < length:
                now = STEPS[cell](x[n, t], *now, *weights)
                now = [now] if STATES[cell] == 1 else list(now)
            np.testing.assert_allclose(h[n, t], now[0], rtol=1e-12)
        assert len(last) == STATES[cell]
        for part, right in zip(last, now, strict=True):
            np.testing.assert_allclose(part[n], right, rtol=1e-12)


@every_cell
@with_and_without_lengths
@pytest.mark.parametrize("from_last", [False, True])
def test_backward_is_central_differences(cell, lengths, from_last):
    """The upstream gradients are random, for the states and, if wanted, for the last one too."""
    x, state, weights = arguments(cell)
    rng = np.random.default_rng(1)
    dh = rng.normal(size=(N, T, H))
    dlast = tuple(rng.normal(size=(N, H)) for _ in state) if from_last else None
    given = [x, *state, *weights]

    def loss(place, value):
        x, *rest = [*given[:place], value, *given[place + 1 :]]
        first, weights = tuple(rest[:-3]), rest[-3:]
        h, last, _ = cells.cell_forward(cell, x, first, *weights, lengths)
        total = (dh * h).sum()
        for weight, part in zip(dlast or (), last, strict=False):
            total += (weight * part).sum()
        return float(total)

    _, _, cache = cells.cell_forward(cell, x, state, *weights, lengths)
    before = dh.copy()
    dx, dstate, *dweights = cells.cell_backward(cell, dh, dlast, cache)
    np.testing.assert_array_equal(dh, before)
    assert isinstance(dstate, tuple)
    gradients = [dx, *dstate, *dweights]
    for place, (gradient, array) in enumerate(zip(gradients, given, strict=True)):
        slopes = numerical_gradient(lambda value, place=place: loss(place, value), array)
        assert gradient.shape == array.shape
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-7)


@every_cell
def test_a_last_state_carries_on(cell):
    x, state, weights = arguments(cell)
    whole, end, _ = cells.cell_forward(cell, x, state, *weights)
    first, middle, _ = cells.cell_forward(cell, x[:, :1], state, *weights)
    second, same, _ = cells.cell_forward(cell, x[:, 1:], middle, *weights)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-12)
    for part, other in zip(end, same, strict=True):
        np.testing.assert_allclose(part, other, rtol=1e-12)


@every_cell
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_first_weights_and_states_have_their_shapes_and_type(cell, dtype):
    W_x, W_h, b = weights = cells.first_weights(cell, D, H, 0, dtype)
    rows = BLOCKS[cell] * H
    assert [array.shape for array in weights] == [(rows, D), (rows, H), (rows,)]
    assert {array.dtype for array in weights} == {np.dtype(dtype)}
    for array, n_in in ((W_x, D), (W_h, H)):
        half = (6 / (H + n_in)) ** 0.5
        assert 0.6 * half < np.abs(array).max() <= half
        blocks = np.split(array, BLOCKS[cell])
        assert len({block.tobytes() for block in blocks}) == len(blocks)
    state = cells.first_state(cell, N, H, dtype)
    assert len(state) == STATES[cell]
    for part in state:
        np.testing.assert_array_equal(part, np.zeros((N, H)))
        assert part.dtype == dtype
    h, last, _ = cells.cell_forward(cell, np.ones((N, T, D), dtype), state, W_x, W_h, b)
    assert {array.dtype for array in (h, *last)} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("cell", "plain", "spread"),
    [
        ("rnn", [0], [0]),
        ("lstm", [0, 1, 0, 0], [-1, 1, 0, 0]),  # input, forget, output, content
        ("gru", [-1, 0, 0], [-1, 0, 0]),  # update, reset, candidate
    ],
)
def test_first_biases_remember(cell, plain, spread):
    b = cells.first_weights(cell, D, H, 0)[2].reshape(-1, H)
    np.testing.assert_array_equal(b, np.outer(plain, np.ones(H)))
    b = cells.first_weights(cell, D, H, 0, spread=3.0)[2].reshape(-1, H)
    np.testing.assert_array_equal(b, np.outer(spread, [0, 0.75, 1.5, 2.25, 3]))


@every_cell
def test_the_seed_decides_and_the_spread_draws_nothing(cell):
    one, same, other = (cells.first_weights(cell, D, H, rng) for rng in (1, 1, 2))
    spread = cells.first_weights(cell, D, H, np.random.default_rng(1), spread=5)
    for k in (0, 1):
        np.testing.assert_array_equal(one[k], same[k])
        np.testing.assert_array_equal(one[k], spread[k])
        assert not np.array_equal(one[k], other[k])


def test_an_open_forget_gate_keeps_a_content_as_long_as_its_bias_says():
    """With nothing coming in, a cell falls to 1/e in about ``1 + exp(b)`` steps."""
    _, _, b = cells.first_weights("lstm", 1, 4, 0, spread=4.0)
    no_weights = np.zeros((16, 1)), np.zeros((16, 4))
    state = np.zeros((1, 4)), np.ones((1, 4))
    x = np.zeros((1, 300, 1))
    for unit, bias in enumerate(np.linspace(0, 4, 4)):
        steps = round(1 + np.exp(bias))
        _, (_, c), _ = cells.cell_forward("lstm", x[:, :steps], state, *no_weights, b)
        assert 0.2 < c[0, unit] < 0.45


@pytest.mark.parametrize("name", ["elman", "LSTM", None])
def test_names_of_other_cells_are_refused(name):
    x, state, weights = arguments("rnn")
    calls = [
        lambda: cells.first_weights(name, D, H, 0),
        lambda: cells.first_state(name, N, H),
        lambda: cells.cell_forward(name, x, state, *weights),
        lambda: cells.cell_backward(name, x, None, ()),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="cell must be one of 'rnn', 'lstm', 'gru', got"):
            call()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_explain_the_states(cell):
    """With the gates by name, one line of the slide gives the states."""
    x, state, weights = arguments(cell)
    h, _, cache = cells.cell_forward(cell, x, state, *weights)
    gates = cells.cell_gates(cell, cache)
    assert {array.shape for array in gates.values()} == {(N, T, H)}
    now = list(state)
    for t in range(T):
        at = {name: array[:, t] for name, array in gates.items()}
        if cell == "gru":
            z = at["update gate"]
            now = [(1 - z) * now[0] + z * at["candidate"]]
        else:
            c = at["forget gate"] * now[1] + at["input gate"] * at["content"]
            now = [at["output gate"] * np.tanh(c), c]
        np.testing.assert_allclose(h[:, t], now[0], rtol=1e-12)


@pytest.mark.parametrize("name", ["rnn", "elman"])
def test_a_cell_without_gates_has_none_to_show(name):
    with pytest.raises(ValueError, match=f"cell must be one of 'lstm', 'gru', got '{name}'"):
        cells.cell_gates(name, ())
