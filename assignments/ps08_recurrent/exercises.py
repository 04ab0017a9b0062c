"""What the grader asks in problem set 8: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np
from comparing import entries, first_difference, numbers, returned, rounding, same_numbers

from course_lib import layers
from course_lib.activations import sigmoid

# Exercise 1: rnn_forward


def two_nights(rng: np.random.Generator):
    """The two nights that the visible check shows."""
    yield dict(NIGHTS)


def all_different(rng: np.random.Generator):
    """No two of N, T, D and H are equal."""
    for N, T, D, H in [(2, 5, 3, 4), (4, 3, 2, 5), (5, 6, 4, 2)]:
        yield _sequences(rng, N, T, D, H)


def square_weights(rng: np.random.Generator):
    """As many inputs as units, as many sequences as steps: what is turned round still fits."""
    for N, T, D in [(3, 3, 3), (4, 4, 2)]:
        yield _sequences(rng, N, T, D, D)


def one_of_a_kind(rng: np.random.Generator):
    """A single step, a single sequence, a single unit."""
    for N, T, D, H in [(3, 1, 2, 4), (1, 4, 3, 2), (2, 3, 1, 1)]:
        yield _sequences(rng, N, T, D, H)


def large_sums(rng: np.random.Generator):
    """Inputs whose exponentials overflow, and quiet steps between."""
    for N, T, D, H in [(2, 4, 1, 3), (3, 5, 1, 2)]:
        asked = _sequences(rng, N, T, D, H)
        asked["x"][:, 1::3] = 3000 * rng.choice([-1.0, 1.0], size=asked["x"][:, 1::3].shape)
        yield asked | {"W_x": rng.choice([-1.0, 1.0], size=(H, D)) * rng.uniform(0.3, 1, (H, D))}


def long_sequences(rng: np.random.Generator):
    """Hundreds of steps."""
    yield _sequences(rng, 2, 400, 3, 4)


def rnn_forward_reference(x, h0, W_x, W_h, b):
    """Return the states of all steps."""
    return layers.rnn_forward(x, h0, W_x, W_h, b)[0]


def check_rnn_forward(answer, expected, x, h0, W_x, W_h, b):
    """Name the earliest step that is wrong."""
    returned("rnn_forward", answer)
    _same_in_time("h", answer, expected)


def same_state_every_step(x, h0, W_x, W_h, b):
    return np.tanh(x @ W_x.T + (h0 @ W_h.T)[:, None] + b)


def starts_from_zeros(x, h0, W_x, W_h, b):
    return rnn_forward_reference(x, np.zeros_like(h0), W_x, W_h, b)


def without_bias(x, h0, W_x, W_h, b):
    return rnn_forward_reference(x, h0, W_x, W_h, np.zeros_like(b))


def recurrent_weights_turned(x, h0, W_x, W_h, b):
    return rnn_forward_reference(x, h0, W_x, W_h.T, b)


def sigmoid_units(x, h0, W_x, W_h, b):
    return _run(lambda x_t, h: sigmoid(x_t @ W_x.T + h @ W_h.T + b), x, h0)


def state_outside_tanh(x, h0, W_x, W_h, b):
    return _run(lambda x_t, h: np.tanh(x_t @ W_x.T + b) + h @ W_h.T, x, h0)


def no_squashing(x, h0, W_x, W_h, b):
    return _run(lambda x_t, h: x_t @ W_x.T + h @ W_h.T + b, x, h0)


def last_state_alone(x, h0, W_x, W_h, b):
    return rnn_forward_reference(x, h0, W_x, W_h, b)[:, -1]


def first_state_in_front(x, h0, W_x, W_h, b):
    return np.concatenate([h0[:, None], rnn_forward_reference(x, h0, W_x, W_h, b)], axis=1)


def one_step_late(x, h0, W_x, W_h, b):
    return first_state_in_front(x, h0, W_x, W_h, b)[:, :-1]


def time_first(x, h0, W_x, W_h, b):
    return rnn_forward_reference(x, h0, W_x, W_h, b).swapaxes(0, 1)


def overflowing_tanh(x, h0, W_x, W_h, b):
    def step(x_t, h):
        z = x_t @ W_x.T + h @ W_h.T + b
        return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))

    return _run(step, x, h0)


# Exercise 2: rnn_backward


def one_night_back(rng: np.random.Generator):
    """One unit over three steps, and a loss at the last: small enough to follow."""
    yield dict(BACK)


def back_all_different(rng: np.random.Generator):
    """No two of N, T, D and H are equal; every step has a loss."""
    for N, T, D, H in [(2, 5, 3, 4), (4, 3, 2, 5), (5, 6, 4, 2)]:
        yield _forwarded(rng, N, T, D, H)


def back_square(rng: np.random.Generator):
    """As many inputs as units: transposed weights fit."""
    for N, T, D in [(3, 3, 3), (4, 5, 2)]:
        yield _forwarded(rng, N, T, D, D)


def loss_at_the_end(rng: np.random.Generator):
    """Only the last step has a loss, as when a sequence is classified."""
    for N, T, D, H in [(2, 4, 3, 2), (3, 6, 2, 4)]:
        asked = _forwarded(rng, N, T, D, H)
        asked["dh"][:, :-1] = 0
        yield asked


def back_one_of_a_kind(rng: np.random.Generator):
    """A single step, a single sequence, a single unit."""
    for N, T, D, H in [(3, 1, 2, 4), (1, 4, 3, 2), (2, 3, 1, 1)]:
        yield _forwarded(rng, N, T, D, H)


def back_long(rng: np.random.Generator):
    """Hundreds of steps."""
    yield _forwarded(rng, 2, 300, 3, 4)


def rnn_backward_reference(dh, h, x, h0, W_x, W_h, b):
    """Return all gradients by name, that of the sums included."""
    names = "dx", "dh0", "dW_x", "dW_h", "db"
    gradients = layers.rnn_backward(dh, layers.rnn_forward(x, h0, W_x, W_h, b)[1])
    # A layer whose inputs are the sums: the gradient of its inputs is theirs.
    sums, eye, none = x @ W_x.T + b, np.eye(len(b)), np.zeros_like(b)
    dz = layers.rnn_backward(dh, layers.rnn_forward(sums, h0, eye, W_h, none)[1])[0]
    return {"dz": dz, **dict(zip(names, gradients, strict=True))}


def check_rnn_backward(answer, expected, dh, h, x, h0, W_x, W_h, b):
    """Compare in the order of computation: from the last step to the first, then the weights."""
    entries("rnn_backward", answer, expected)
    _same_in_time("dz", answer["dz"], expected["dz"], backwards=True)
    for name in ("dx", "dh0", "dW_x", "dW_h", "db"):
        same_numbers(name, answer[name], expected[name], near=rounding(expected[name]))


def averaged_over_time(dh, h, x, h0, W_x, W_h, b):
    return _shared_divided(rnn_backward_reference(dh, h, x, h0, W_x, W_h, b), x.shape[1])


def averaged_over_sequences(dh, h, x, h0, W_x, W_h, b):
    return _shared_divided(rnn_backward_reference(dh, h, x, h0, W_x, W_h, b), len(x))


def each_step_alone(dh, h, x, h0, W_x, W_h, b):
    dz = dh * (1 - h**2)
    return _gradients(dz, h, x, h0, W_x, W_h)


def last_loss_alone(dh, h, x, h0, W_x, W_h, b):
    dh = dh.copy()
    dh[:, :-1] = 0
    return rnn_backward_reference(dh, h, x, h0, W_x, W_h, b)


def new_state_for_old(dh, h, x, h0, W_x, W_h, b):
    gradients = rnn_backward_reference(dh, h, x, h0, W_x, W_h, b)
    return gradients | {"dW_h": np.einsum("ntj,ntk->jk", gradients["dz"], h)}


def first_state_forgotten(dh, h, x, h0, W_x, W_h, b):
    gradients = rnn_backward_reference(dh, h, x, h0, W_x, W_h, b)
    return gradients | {"dW_h": np.einsum("ntj,ntk->jk", gradients["dz"][:, 1:], h[:, :-1])}


def last_step_written_over(dh, h, x, h0, W_x, W_h, b):
    gradients = rnn_backward_reference(dh, h, x, h0, W_x, W_h, b)
    first = _gradients(gradients["dz"][:, :1], h[:, :1], x[:, :1], h0, W_x, W_h)
    return gradients | {name: first[name] for name in SHARED}


def back_through_the_transpose(dh, h, x, h0, W_x, W_h, b):
    dz = _back_in_time(dh, h, W_h.T, 1 - h**2)
    return _gradients(dz, h, x, h0, W_x, W_h) | {"dh0": dz[:, 0] @ W_h.T}


def slope_of_the_sigmoid(dh, h, x, h0, W_x, W_h, b):
    return _gradients(_back_in_time(dh, h, W_h, h * (1 - h)), h, x, h0, W_x, W_h)


def slope_of_tanh_twice(dh, h, x, h0, W_x, W_h, b):
    return _gradients(_back_in_time(dh, h, W_h, 1 - np.tanh(h) ** 2), h, x, h0, W_x, W_h)


def slope_of_the_state_before(dh, h, x, h0, W_x, W_h, b):
    slope = 1 - _before(h, h0) ** 2
    return _gradients(_back_in_time(dh, h, W_h, slope), h, x, h0, W_x, W_h)


def no_slope(dh, h, x, h0, W_x, W_h, b):
    return _gradients(_back_in_time(dh, h, W_h, np.ones_like(h)), h, x, h0, W_x, W_h)


def no_bias_gradient(dh, h, x, h0, W_x, W_h, b):
    return rnn_backward_reference(dh, h, x, h0, W_x, W_h, b) | {"db": np.zeros_like(b)}


# Exercise 3: lstm_step


def one_night(rng: np.random.Generator):
    """The cell that the visible check shows: it takes the input in, keeps it, shows it."""
    for x, gates in [(1.0, [1, 1, 1]), (1.0, [-1, 1, 1]), (1.0, [-1, -1, 1]), (1.0, [-1, 1, -1])]:
        yield {
            "x": np.array([[x]]),
            "h": np.array([[0.0]]),
            "c": np.array([[0.5]]),
            "W_x": np.array([[0.0], [0.0], [0.0], [1.0]]),
            "W_h": np.zeros((4, 1)),
            "b": np.array([*(20.0 * gate for gate in gates), 0.0]),
        }


def lstm_all_different(rng: np.random.Generator):
    """No two of N, D and H are equal."""
    for N, D, H in [(3, 2, 4), (2, 4, 3), (5, 3, 2)]:
        yield _step(rng, 4, N, D, H) | {"c": _away_from_zero(rng, N, H)}


def lstm_square(rng: np.random.Generator):
    """As many inputs as units, and once as many sequences; four units, too."""
    for N, D in [(3, 3), (2, 4)]:
        yield _step(rng, 4, N, D, D) | {"c": _away_from_zero(rng, N, D)}


def lstm_one_of_a_kind(rng: np.random.Generator):
    """One sequence, one input, one unit."""
    for N, D, H in [(1, 3, 2), (3, 1, 2), (2, 2, 1)]:
        yield _step(rng, 4, N, D, H) | {"c": _away_from_zero(rng, N, H)}


def lstm_open_and_shut(rng: np.random.Generator):
    """Sums around 1000 and -1000, in every gate."""
    for N, D, H in [(2, 3, 4), (3, 2, 6)]:
        asked = _step(rng, 4, N, D, H) | {"c": _away_from_zero(rng, N, H)}
        yield asked | {"b": asked["b"] + _heights(rng, 4, H)}


def lstm_step_reference(x, h, c, W_x, W_h, b):
    """Return gates, content, cell and state by name."""
    i, f, o, g = np.split(_sums(x, h, W_x, W_h, b), 4, axis=1)
    h, c, _ = layers.lstm_forward(x[:, None], h, c, W_x, W_h, b)
    return {
        "i": sigmoid(i),
        "f": sigmoid(f),
        "o": sigmoid(o),
        "g": np.tanh(g),
        "c": c,
        "h": h[:, 0],
    }


def check_lstm_step(answer, expected, x, h, c, W_x, W_h, b):
    """Compare in the order of computation, so that the first wrong gate is named."""
    entries("lstm_step", answer, expected)
    for name in expected:
        same_numbers(name, answer[name], expected[name], near=rounding(expected[name]))


def content_before_output(x, h, c, W_x, W_h, b):
    i, f, g, o = np.split(_sums(x, h, W_x, W_h, b), 4, axis=1)
    return _lstm(c, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


def forget_before_input(x, h, c, W_x, W_h, b):
    f, i, o, g = np.split(_sums(x, h, W_x, W_h, b), 4, axis=1)
    return _lstm(c, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


def rows_in_turn(x, h, c, W_x, W_h, b):
    i, f, o, g = (_sums(x, h, W_x, W_h, b)[:, k::4] for k in range(4))
    return _lstm(c, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


def content_by_sigmoid(x, h, c, W_x, W_h, b):
    i, f, o, g = np.split(_sums(x, h, W_x, W_h, b), 4, axis=1)
    return _lstm(c, sigmoid(i), sigmoid(f), sigmoid(o), sigmoid(g))


def gates_by_tanh(x, h, c, W_x, W_h, b):
    return _lstm(c, *np.tanh(np.split(_sums(x, h, W_x, W_h, b), 4, axis=1)))


def lstm_without_bias(x, h, c, W_x, W_h, b):
    return lstm_step_reference(x, h, c, W_x, W_h, np.zeros_like(b))


def lstm_without_state(x, h, c, W_x, W_h, b):
    return lstm_step_reference(x, np.zeros_like(h), c, W_x, W_h, b)


def gates_see_the_cell(x, h, c, W_x, W_h, b):
    i, f, o, g = np.split(_sums(x, c, W_x, W_h, b), 4, axis=1)
    return _lstm(c, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


def cell_as_it_is(x, h, c, W_x, W_h, b):
    step = lstm_step_reference(x, h, c, W_x, W_h, b)
    return step | {"h": step["o"] * step["c"]}


def old_cell_shown(x, h, c, W_x, W_h, b):
    step = lstm_step_reference(x, h, c, W_x, W_h, b)
    return step | {"h": step["o"] * np.tanh(c)}


def gates_exchanged(x, h, c, W_x, W_h, b):
    step = lstm_step_reference(x, h, c, W_x, W_h, b)
    return step | _lstm(c, step["f"], step["i"], step["o"], step["g"], "c", "h")


def forgets_what_f_lets_through(x, h, c, W_x, W_h, b):
    step = lstm_step_reference(x, h, c, W_x, W_h, b)
    return step | _lstm(c, step["i"], 1 - step["f"], step["o"], step["g"], "c", "h")


def nothing_added(x, h, c, W_x, W_h, b):
    step = lstm_step_reference(x, h, c, W_x, W_h, b)
    return step | _lstm(c, 1 - step["f"], step["f"], step["o"], step["g"], "c", "h")


def overflowing_gates(x, h, c, W_x, W_h, b):
    i, f, o, g = np.split(_sums(x, h, W_x, W_h, b), 4, axis=1)
    return _lstm(c, *(np.exp(z) / (1 + np.exp(z)) for z in (i, f, o)), np.tanh(g))


# Exercise 4: gru_step


def the_same_night(rng: np.random.Generator):
    """The unit that the visible check shows: it takes the input in, or keeps what it has."""
    for gates in ([20.0, 20.0], [-20.0, 20.0], [20.0, -20.0]):
        yield {
            "x": np.array([[1.0]]),
            "h": np.array([[0.5]]),
            "W_x": np.array([[0.0], [0.0], [1.0]]),
            "W_h": np.array([[0.0], [0.0], [1.0]]),
            "b": np.array([*gates, 0.0]),
        }


def gru_all_different(rng: np.random.Generator):
    """No two of N, D and H are equal."""
    for N, D, H in [(3, 2, 4), (2, 4, 3), (5, 3, 2)]:
        yield _step(rng, 3, N, D, H)


def gru_square(rng: np.random.Generator):
    """As many inputs as units, and once as many sequences."""
    for N, D in [(3, 3), (2, 4)]:
        yield _step(rng, 3, N, D, D)


def gru_one_of_a_kind(rng: np.random.Generator):
    """One sequence, one input, one unit."""
    for N, D, H in [(1, 3, 2), (3, 1, 2), (2, 2, 1)]:
        yield _step(rng, 3, N, D, H)


def gru_open_and_shut(rng: np.random.Generator):
    """Sums around 1000 and -1000, in both gates."""
    for N, D, H in [(2, 3, 4), (3, 2, 6)]:
        asked = _step(rng, 3, N, D, H)
        yield asked | {"b": asked["b"] + _heights(rng, 3, H)}


def gru_step_reference(x, h, W_x, W_h, b):
    """Return gates, candidate and state by name."""
    z, r, g = _gru_gates(x, h, W_x, W_h, b)
    state = layers.gru_forward(x[:, None], h, W_x, W_h, b)[0][:, 0]
    return {"z": z, "r": r, "candidate": g, "h": state}


def check_gru_step(answer, expected, x, h, W_x, W_h, b):
    """Compare in the order of computation, so that the first wrong gate is named."""
    entries("gru_step", answer, expected)
    for name in expected:
        same_numbers(name, answer[name], expected[name], near=rounding(expected[name]))


def keeps_where_z_is_open(x, h, W_x, W_h, b):
    z, r, g = _gru_gates(x, h, W_x, W_h, b)
    return {"z": z, "r": r, "candidate": g, "h": z * h + (1 - z) * g}


def nothing_given_up(x, h, W_x, W_h, b):
    z, r, g = _gru_gates(x, h, W_x, W_h, b)
    return {"z": z, "r": r, "candidate": g, "h": h + z * g}


def candidate_not_gated(x, h, W_x, W_h, b):
    z, r, g = _gru_gates(x, h, W_x, W_h, b)
    return {"z": z, "r": r, "candidate": g, "h": (1 - z) * h + g}


def reset_state_kept(x, h, W_x, W_h, b):
    z, r, g = _gru_gates(x, h, W_x, W_h, b)
    return {"z": z, "r": r, "candidate": g, "h": (1 - z) * r * h + z * g}


def reset_after_the_product(x, h, W_x, W_h, b):
    return _gru(x, h, W_x, W_h, b, lambda r, W, x_part, bias: x_part + r * (h @ W.T) + bias)


def reset_after_the_bias(x, h, W_x, W_h, b):
    return _gru(x, h, W_x, W_h, b, lambda r, W, x_part, bias: x_part + r * (h @ W.T + bias))


def never_reset(x, h, W_x, W_h, b):
    return _gru(x, h, W_x, W_h, b, lambda r, W, x_part, bias: x_part + h @ W.T + bias)


def input_reset_too(x, h, W_x, W_h, b):
    return _gru(x, h, W_x, W_h, b, lambda r, W, x_part, bias: r * x_part + (r * h) @ W.T + bias)


def reset_before_update(x, h, W_x, W_h, b):
    H = h.shape[1]
    swapped = np.r_[H : 2 * H, :H, 2 * H : 3 * H]
    return gru_step_reference(x, h, W_x[swapped], W_h[swapped], b[swapped])


def candidate_by_sigmoid(x, h, W_x, W_h, b):
    z, r, g = _gru_gates(x, h, W_x, W_h, b, squash=sigmoid)
    return {"z": z, "r": r, "candidate": g, "h": (1 - z) * h + z * g}


def gru_without_bias(x, h, W_x, W_h, b):
    return gru_step_reference(x, h, W_x, W_h, np.zeros_like(b))


def gru_weights_turned(x, h, W_x, W_h, b):
    W_h = np.concatenate([block.T for block in np.split(W_h, 3)])
    return gru_step_reference(x, h, W_x, W_h, b)


def gru_overflowing(x, h, W_x, W_h, b):
    z, r, g = _gru_gates(x, h, W_x, W_h, b, gate=lambda s: np.exp(s) / (1 + np.exp(s)))
    return {"z": z, "r": r, "candidate": g, "h": (1 - z) * h + z * g}


NIGHTS = {
    "x": np.array([[[1.0], [0.0], [0.0]], [[0.0], [0.0], [1.0]]]),
    "h0": np.zeros((2, 2)),
    "W_x": np.array([[1.0], [0.0]]),
    "W_h": np.array([[1.0, 0.0], [2.0, 0.0]]),
    "b": np.array([0.0, -1.0]),
}
BACK = {
    "dh": np.array([[[0.0], [0.0], [1.0]]]),
    "h": np.tanh([[[1.0], [np.tanh(1.0)], [np.tanh(np.tanh(1.0))]]]),
    "x": np.array([[[1.0], [0.0], [0.0]]]),
    "h0": np.zeros((1, 1)),
    "W_x": np.array([[1.0]]),
    "W_h": np.array([[1.0]]),
    "b": np.array([0.0]),
}
SHARED = "dW_x", "dW_h", "db"

EXERCISES = {
    "ps08.rnn_forward": {
        "example": two_nights,
        "unseen": {
            "N, T, D and H all different": all_different,
            "as many inputs as units and steps as sequences": square_weights,
            "one step, one sequence or one unit": one_of_a_kind,
            "large sums": large_sums,
            "long sequences": long_sequences,
        },
        "reference": rnn_forward_reference,
        "check": check_rnn_forward,
        "misconceptions": [
            (
                same_state_every_step,
                "Every step of yours starts from h0. A step starts from the state that the step "
                "before it has left: that is the network's memory.",
            ),
            (
                starts_from_zeros,
                "You start from zeros. The state before the first step is h0, whatever it is.",
            ),
            (
                without_bias,
                "Your sums lack the bias: each unit has one, and it is added at every step.",
            ),
            (
                recurrent_weights_turned,
                "You used W_h the wrong way round. Row j holds what unit j hears from the others.",
            ),
            (
                sigmoid_units,
                "You squash with the sigmoid, which knows no negative values. The plain recurrent "
                "unit uses tanh, from -1 to 1.",
            ),
            (
                state_outside_tanh,
                "What comes from the state before belongs inside tanh, together with what comes "
                "from the input.",
            ),
            (
                no_squashing,
                "Your states are the bare sums. Each goes through tanh before it is a state, and "
                "before the next step hears it.",
            ),
            (
                last_state_alone,
                "You return the last state alone. The states of all steps are asked for.",
            ),
            (
                first_state_in_front,
                "Your states begin with h0. There is one for each input; h0 is known already.",
            ),
            (
                one_step_late,
                "Your states come one step late: at place t stands the state before input t, and "
                "not the one after it.",
            ),
            (
                time_first,
                "Your first axis is time. The batch comes first: sequence, then step, then unit.",
            ),
            (
                overflowing_tanh,
                "The exponential of a large sum is infinite, and infinity by infinity is no "
                "number. tanh itself has no such trouble: at large sums it is 1 or -1.",
            ),
        ],
    },
    "ps08.rnn_backward": {
        "example": one_night_back,
        "unseen": {
            "N, T, D and H all different": (2, back_all_different),
            "as many inputs as units": back_square,
            "a loss at the last step alone": loss_at_the_end,
            "one step, one sequence or one unit": back_one_of_a_kind,
            "long sequences": back_long,
        },
        "reference": rnn_backward_reference,
        "check": check_rnn_backward,
        "misconceptions": [
            (
                averaged_over_time,
                "You averaged over the steps. Each use of a shared weight adds to the loss's "
                "change, so the gradients are summed over time.",
            ),
            (
                averaged_over_sequences,
                "You averaged over the sequences. If the loss is a mean, dh knows it already; here "
                "all that a weight does is summed.",
            ),
            (
                each_step_alone,
                "Your gradient stays within its step. A state also acts through all later states: "
                "that part comes back from the step after, through W_h.",
            ),
            (
                last_loss_alone,
                "You started from the last step's dh and left the others out. Every step may have "
                "a loss of its own, which joins on the way back.",
            ),
            (
                new_state_for_old,
                "For dW_h you paired a step's gradient with the state of the same step. What W_h "
                "was multiplied with is the state before it.",
            ),
            (
                first_state_forgotten,
                "Your dW_h leaves the first step out. There W_h was multiplied with h0.",
            ),
            (
                last_step_written_over,
                "Your weights' gradients are those of one step only: each step has replaced what "
                "the others had found. What the steps find is added up.",
            ),
            (
                back_through_the_transpose,
                "On the way back through time you used W_h as on the way forward. Unit k collects "
                "from every unit j that heard it, by the weight in row j and column k.",
            ),
            (
                slope_of_the_sigmoid,
                "h(1 - h) is the slope of the sigmoid. The units here are tanh units, with a slope "
                "of their own.",
            ),
            (
                slope_of_tanh_twice,
                "You applied tanh to the states, which have been through it. The slope is found "
                "from the states as they stand.",
            ),
            (
                slope_of_the_state_before,
                "You took the slope from the state before. A step's sums lead to its own state, "
                "and the slope is found there.",
            ),
            (
                no_slope,
                "Your gradients pass the units as if there were no tanh. Going back through it "
                "multiplies by its slope.",
            ),
            (
                no_bias_gradient,
                "Your biases have the gradient 0, so they never learn. A bias is a weight whose "
                "input is 1 at every step.",
            ),
        ],
    },
    "ps08.lstm_step": {
        "example": one_night,
        "unseen": {
            "N, D and H all different": lstm_all_different,
            "as many inputs as units": lstm_square,
            "one sequence, one input or one unit": lstm_one_of_a_kind,
            "gates wide open or shut": lstm_open_and_shut,
        },
        "reference": lstm_step_reference,
        "check": check_lstm_step,
        "misconceptions": [
            (
                content_before_output,
                "You took the third block for the content g and the fourth for the output gate, as "
                "some libraries have it. Here the order is i, f, o, g.",
            ),
            (
                forget_before_input,
                "You took the first block for the forget gate. Here the order is i, f, o, g.",
            ),
            (
                rows_in_turn,
                "You dealt out the rows in turn. The first H rows all belong to the input gate, "
                "the next H to the forget gate, and so on.",
            ),
            (
                content_by_sigmoid,
                "Your new content goes through the sigmoid, so it could only ever add. Content "
                "has a sign and goes through tanh; the sigmoid is for gates.",
            ),
            (
                gates_by_tanh,
                "Your gates go through tanh, so they can be negative. A gate says how much gets "
                "through, from nothing to all: that is the sigmoid.",
            ),
            (
                lstm_without_bias,
                "Your sums lack the bias. It decides how open a gate is when nothing is heard.",
            ),
            (
                lstm_without_state,
                "Your gates look at the input alone. They also hear the state before.",
            ),
            (
                gates_see_the_cell,
                "Your gates hear the cell. They hear the state h: what the step before has shown.",
            ),
            (
                cell_as_it_is,
                "You show the bare cell. It can grow beyond all bounds, so the state is what the "
                "output gate lets through of its tanh.",
            ),
            (
                old_cell_shown,
                "Your state shows the old cell. The cell is renewed first, then shown.",
            ),
            (
                gates_exchanged,
                "The gates have changed places: the input gate belongs to the new content, the "
                "forget gate to the old cell.",
            ),
            (
                forgets_what_f_lets_through,
                "You forget where the forget gate is open. In spite of its name it says how much "
                "of the old cell is kept.",
            ),
            (
                nothing_added,
                "You let in what is not kept, 1 - f. An LSTM has a gate of its own for what "
                "comes in.",
            ),
            (
                overflowing_gates,
                "The exponential of a large sum is infinite, and infinity by infinity is no "
                "number. Write the sigmoid so that this cannot happen.",
            ),
        ],
    },
    "ps08.gru_step": {
        "example": the_same_night,
        "unseen": {
            "N, D and H all different": gru_all_different,
            "as many inputs as units": gru_square,
            "one sequence, one input or one unit": gru_one_of_a_kind,
            "gates wide open or shut": gru_open_and_shut,
        },
        "reference": gru_step_reference,
        "check": check_gru_step,
        "misconceptions": [
            (
                keeps_where_z_is_open,
                "You keep the old state where z is 1, as some libraries do. Here z is how much of "
                "the state is new.",
            ),
            (
                nothing_given_up,
                "You add the candidate and give nothing up for it. What is new takes the place of "
                "what is old: the two shares sum to one.",
            ),
            (
                candidate_not_gated,
                "You gate the old state, but not the candidate. The two shares sum to one.",
            ),
            (
                reset_state_kept,
                "You mix the candidate with the reset state. The reset gate only decides what the "
                "candidate hears; what is kept is the state itself.",
            ),
            (
                reset_after_the_product,
                "You multiply by W_h first and reset then, as some libraries do. Here the state is "
                "reset first, and the candidate hears what is left.",
            ),
            (
                reset_after_the_bias,
                "You reset the product and its bias. Here the state is reset, before the product.",
            ),
            (
                never_reset,
                "Your candidate hears the whole old state. The reset gate says how much of it.",
            ),
            (
                input_reset_too,
                "You reset the input, too. The gate is for the old state; the input is heard "
                "in full.",
            ),
            (
                reset_before_update,
                "You took the first block for the reset gate, as some libraries have it. Here the "
                "order is z, r, candidate.",
            ),
            (
                candidate_by_sigmoid,
                "Your candidate goes through the sigmoid. It is a state, not a gate: it goes "
                "through tanh and may be negative.",
            ),
            (
                gru_without_bias,
                "Your sums lack the bias. It decides how open a gate is when nothing is heard.",
            ),
            (
                gru_weights_turned,
                "You used the blocks of W_h the wrong way round. Row j of a block holds what unit "
                "j hears from the others.",
            ),
            (
                gru_overflowing,
                "The exponential of a large sum is infinite, and infinity by infinity is no "
                "number. Write the sigmoid so that this cannot happen.",
            ),
        ],
    },
}


def _same_in_time(name: str, answer, right, backwards: bool = False) -> None:
    """Tell the step that is wrong first, where the second axis is time."""
    found, n_steps = numbers(name, answer, right.shape), right.shape[1]
    first = first_difference(name, found, right, near=rounding(right), axis=1, backwards=backwards)
    at = "On the way back, the first" if backwards else "The earliest"
    assert first is None, (
        f"{at} step that is wrong is number {first.place[1] + 1} of {n_steps}: {first.told}"
    )


def _away_from_zero(rng, *shape: int) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, 1.5, size=shape)


def _sequences(rng, N: int, T: int, D: int, H: int) -> dict:
    """Draw sequences, and weights under which differences die away instead of growing."""
    W_h = _away_from_zero(rng, H, H)
    return {
        "x": _away_from_zero(rng, N, T, D),
        "h0": rng.choice([-1.0, 1.0], size=(N, H)) * rng.uniform(0.3, 0.9, size=(N, H)),
        "W_x": _away_from_zero(rng, H, D) / D,
        "W_h": 0.95 * W_h / np.linalg.norm(W_h, 2),
        "b": 0.5 * _away_from_zero(rng, H),
    }


def _forwarded(rng, N: int, T: int, D: int, H: int) -> dict:
    """Draw sequences, run them, and draw the gradients of their states."""
    asked = _sequences(rng, N, T, D, H)
    return {"dh": _away_from_zero(rng, N, T, H), "h": rnn_forward_reference(**asked)} | asked


def _step(rng, gates: int, N: int, D: int, H: int) -> dict:
    """Draw a step of a unit with so many blocks of rows."""
    return {
        "x": _away_from_zero(rng, N, D),
        "h": rng.choice([-1.0, 1.0], size=(N, H)) * rng.uniform(0.3, 0.9, size=(N, H)),
        "W_x": _away_from_zero(rng, gates * H, D),
        "W_h": _away_from_zero(rng, gates * H, H),
        "b": _away_from_zero(rng, gates * H),
    }


def _heights(rng, blocks: int, H: int) -> np.ndarray:
    """Draw for each block (not the last, which is no gate) units that are open, shut or neither."""
    heights = np.resize([1000.0, -1000.0, 0.0], H)
    return np.concatenate([*(rng.permutation(heights) for _ in range(blocks - 1)), np.zeros(H)])


def _run(step, x, h):
    """Return the states that a step leads to, right or wrong."""
    states = []
    for t in range(x.shape[1]):
        h = step(x[:, t], h)
        states.append(h)
    return np.stack(states, axis=1)


def _before(h, h0):
    return np.concatenate([h0[:, None], h[:, :-1]], axis=1)


def _back_in_time(dh, h, W, slope):
    """Go back through weights and slopes that may be the wrong ones."""
    dz, from_later = np.zeros_like(h), np.zeros_like(h[:, 0])
    for t in reversed(range(h.shape[1])):
        dz[:, t] = (dh[:, t] + from_later) * slope[:, t]
        from_later = dz[:, t] @ W
    return dz


def _gradients(dz, h, x, h0, W_x, W_h) -> dict:
    return {
        "dz": dz,
        "dx": dz @ W_x,
        "dh0": dz[:, 0] @ W_h,
        "dW_x": np.einsum("ntj,ntk->jk", dz, x),
        "dW_h": np.einsum("ntj,ntk->jk", dz, _before(h, h0)),
        "db": dz.sum(axis=(0, 1)),
    }


def _shared_divided(gradients: dict, by: int) -> dict:
    return gradients | {name: gradients[name] / by for name in SHARED}


def _sums(x, h, W_x, W_h, b):
    return x @ W_x.T + h @ W_h.T + b


def _lstm(c, i, f, o, g, *names: str) -> dict:
    """Finish a step with gates that may be the wrong ones; `names` picks from the results."""
    c = f * c + i * g
    step = {"i": i, "f": f, "o": o, "g": g, "c": c, "h": o * np.tanh(c)}
    return {name: step[name] for name in names or step}


def _gru_gates(x, h, W_x, W_h, b, gate=sigmoid, squash=np.tanh):
    """Return both gates and the candidate."""
    (U_z, U_r, U_g), (W_z, W_r, W_g) = np.split(W_x, 3), np.split(W_h, 3)
    b_z, b_r, b_g = np.split(b, 3)
    z, r = gate(_sums(x, h, U_z, W_z, b_z)), gate(_sums(x, h, U_r, W_r, b_r))
    return z, r, squash(_sums(x, r * h, U_g, W_g, b_g))


def _gru(x, h, W_x, W_h, b, candidate) -> dict:
    """Do a step whose candidate is another one: from r, W_h's block, the input's part, the bias."""
    z, r, _ = _gru_gates(x, h, W_x, W_h, b)
    U, W, bias = W_x[-h.shape[1] :], W_h[-h.shape[1] :], b[-h.shape[1] :]
    g = np.tanh(candidate(r, W, x @ U.T, bias))
    return {"z": z, "r": r, "candidate": g, "h": (1 - z) * h + z * g}
