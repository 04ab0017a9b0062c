"""What the grader asks in problem set 4: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from comparing import entries, returned, same_numbers, same_values, values

from course_lib import gradcheck, layers, losses, mlp
from course_lib.activations import d_sigmoid, log_softmax, sigmoid, softmax

# Exercise 1: nn_forward


def jasons_network(rng: np.random.Generator):
    """The network that the visible check shows."""
    yield dict(JASON)


def different_sizes(rng: np.random.Generator):
    """Other numbers of inputs, of hidden units and of classes."""
    for M, D, K in [(3, 4, 2), (2, 5, 3), (5, 2, 4)]:
        yield _network(rng, M, D, K)


def sizes_of_one(rng: np.random.Generator):
    """A single input, a single hidden unit."""
    for M, D, K in [(1, 1, 2), (1, 4, 3), (4, 1, 2)]:
        yield _network(rng, M, D, K)


def large_scores(rng: np.random.Generator):
    """Scores whose exponentials overflow, and a right class whose probability underflows."""
    for M, D, K in [(2, 3, 4), (4, 3, 3)]:
        yield _surely_wrong(rng, M, D, K)


def check_nn_forward(answer, expected, x, y, alpha, beta):
    """Compare step by step, in the order in which they are computed."""
    steps = ("x", "a", "z", "b", "y_hat", "J")
    entries("nn_forward", answer, steps)
    for step in steps:
        same_numbers(step, answer[step], expected[step])


def ones_at_the_end(x, y, alpha, beta):
    x = np.append(x, 1.0)
    a = alpha @ x
    z = np.append(sigmoid(a), 1.0)
    return _output(x, a, z, beta, y)


def no_bias(x, y, alpha, beta):
    a = alpha[:, 1:] @ x
    z = sigmoid(a)
    forward = _output(np.append(1.0, x), a, np.append(1.0, z), beta, y)
    return forward | _scored(beta[:, 1:] @ z, y)


def no_sigmoid(x, y, alpha, beta):
    x = np.append(1.0, x)
    a = alpha @ x
    return _output(x, a, np.append(1.0, a), beta, y)


def tanh_units(x, y, alpha, beta):
    x = np.append(1.0, x)
    a = alpha @ x
    return _output(x, a, np.append(1.0, np.tanh(a)), beta, y)


def outputs_apart(x, y, alpha, beta):
    forward = mlp.nn_forward(x, y, alpha, beta)
    y_hat = sigmoid(forward["b"])
    return forward | {"y_hat": y_hat, "J": float(-np.log(y_hat[np.argmax(y)]))}


def log_likelihood(x, y, alpha, beta):
    forward = mlp.nn_forward(x, y, alpha, beta)
    return forward | {"J": -forward["J"]}


def half_the_squares(x, y, alpha, beta):
    forward = mlp.nn_forward(x, y, alpha, beta)
    return forward | {"J": float(0.5 * ((forward["y_hat"] - y) ** 2).sum())}


def mean_over_classes(x, y, alpha, beta):
    forward = mlp.nn_forward(x, y, alpha, beta)
    return forward | {"J": forward["J"] / len(y)}


def overflowing_softmax(x, y, alpha, beta):
    forward = mlp.nn_forward(x, y, alpha, beta)
    e = np.exp(forward["b"])
    y_hat = e / e.sum()
    return forward | {"y_hat": y_hat, "J": float(-(y * np.log(y_hat)).sum())}


def logarithm_of_zero(x, y, alpha, beta):
    forward = mlp.nn_forward(x, y, alpha, beta)
    return forward | {"J": float(-(y * np.log(forward["y_hat"])).sum())}


# Exercise 2: softmax_cross_entropy


def jasons_week(rng: np.random.Generator):
    """The batch that the visible check shows."""
    yield {
        "logits": np.array([[0.0, 0.0, 0.0], [np.log(2.0), 0.0, 0.0]]),
        "labels": np.array([2, 0]),
    }


def batches(rng: np.random.Generator):
    """More examples than classes, and fewer; never all of one class."""
    for N, K in [(5, 3), (2, 6), (7, 4)]:
        yield _batch(rng, N, K)


def square_batches(rng: np.random.Generator):
    """As many examples as classes: a wrong axis has the right shape."""
    for K in (3, 5):
        yield _batch(rng, K, K)


def single_examples(rng: np.random.Generator):
    """Batches of one, and a choice between two classes."""
    for N, K in [(1, 4), (1, 2), (3, 2)]:
        yield _batch(rng, N, K)


def large_logits(rng: np.random.Generator):
    """Rows around 1000 and around -1000 in one batch, and one row that spans them."""
    wide = _batch(rng, 2, 3)
    yield wide | {"logits": wide["logits"] + [[1000.0, -1000.0, 0.0], [0.0, 0.0, 0.0]]}
    for N, K in [(3, 4), (4, 3)]:
        batch = _batch(rng, N, K)
        heights = rng.permutation([1000.0, -1000.0, 0.0, 500.0][:N])
        yield batch | {"logits": batch["logits"] + heights[:, None]}


def check_softmax_cross_entropy(answer, expected, logits, labels):
    """Compare the loss, then the gradient."""
    same_values("softmax_cross_entropy", answer, expected, ("loss", "gradient"))


def summed_loss(logits, labels):
    loss, gradient = losses.softmax_cross_entropy(logits, labels)
    return loss * len(labels), gradient * len(labels)


def gradient_not_averaged(logits, labels):
    loss, gradient = losses.softmax_cross_entropy(logits, labels)
    return loss, gradient * len(labels)


def mean_over_entries(logits, labels):
    loss, gradient = losses.softmax_cross_entropy(logits, labels)
    return loss / logits.shape[1], gradient / logits.shape[1]


def uphill(logits, labels):
    loss, gradient = losses.softmax_cross_entropy(logits, labels)
    return loss, -gradient


def softmax_over_the_batch(logits, labels):
    p = softmax(logits.T).T
    return _loss_of(p, labels)


def every_row_minus_every_label(logits, labels):
    loss, _ = losses.softmax_cross_entropy(logits, labels)
    gradient = softmax(logits)
    gradient[:, labels] -= 1
    return loss, gradient / len(labels)


def softmax_alone(logits, labels):
    loss, _ = losses.softmax_cross_entropy(logits, labels)
    return loss, softmax(logits) / len(labels)


def gradient_of_the_probabilities(logits, labels):
    loss, _ = losses.softmax_cross_entropy(logits, labels)
    right = np.arange(len(labels)), labels
    gradient = np.zeros_like(logits)
    gradient[right] = -1 / softmax(logits)[right] / len(labels)
    return loss, gradient


def slope_once_more(logits, labels):
    loss, gradient = losses.softmax_cross_entropy(logits, labels)
    p = softmax(logits)
    return loss, gradient * p * (1 - p)


def overflowing_exponentials(logits, labels):
    e = np.exp(logits)
    return _loss_of(e / e.sum(axis=1, keepdims=True), labels)


def one_largest_for_all(logits, labels):
    e = np.exp(logits - logits.max())
    return _loss_of(e / e.sum(axis=1, keepdims=True), labels)


# Exercise 3: nn_backward


def jasons_backward(rng: np.random.Generator):
    """The example's network, its forward pass done."""
    yield _forwarded(JASON)


def backward_different_sizes(rng: np.random.Generator):
    """As in exercise 1."""
    for M, D, K in [(3, 4, 2), (2, 5, 3), (5, 2, 4)]:
        yield _forwarded(_network(rng, M, D, K))


def transposes_fit(rng: np.random.Generator):
    """Both weight matrices are square: a transposed gradient has the right shape."""
    for M in (2, 3):
        yield _forwarded(_network(rng, M, M + 1, M + 2))


def backward_sizes_of_one(rng: np.random.Generator):
    """A single input, a single hidden unit."""
    for M, D, K in [(1, 1, 2), (1, 4, 3), (4, 1, 2)]:
        yield _forwarded(_network(rng, M, D, K))


def surely_wrong(rng: np.random.Generator):
    """The right class has a probability of exactly 0."""
    for M, D, K in [(2, 3, 4), (4, 3, 3)]:
        yield _forwarded(_surely_wrong(rng, M, D, K))


def check_nn_backward(answer, expected, x, y, alpha, beta, o):
    """Compare the output layer's gradient first: it is the first one on the way back."""
    names = ("g_alpha", "g_beta")
    same_values("nn_backward", answer, expected, names, order=names[::-1])


def no_slope(x, y, alpha, beta, o):
    return _backward(alpha, beta, o, o["y_hat"] - y, slope=1.0)


def slope_of_the_sum(x, y, alpha, beta, o):
    return _backward(alpha, beta, o, o["y_hat"] - y, slope=o["a"] * (1 - o["a"]))


def slope_of_the_sigmoid_twice(x, y, alpha, beta, o):
    again = sigmoid(o["z"][1:])
    return _backward(alpha, beta, o, o["y_hat"] - y, slope=again * (1 - again))


def wrong_sign(x, y, alpha, beta, o):
    return _backward(alpha, beta, o, y - o["y_hat"])


def output_slope(x, y, alpha, beta, o):
    y_hat = o["y_hat"]
    return _backward(alpha, beta, o, (y_hat - y) * y_hat * (1 - y_hat))


def through_the_probabilities(x, y, alpha, beta, o):
    y_hat = o["y_hat"]
    d_y_hat = -y / y_hat
    return _backward(alpha, beta, o, y_hat * (d_y_hat - d_y_hat @ y_hat))


def last_column_dropped(x, y, alpha, beta, o):
    return _backward(alpha, np.roll(beta, 1, axis=1), o, o["y_hat"] - y)


def bias_goes_back(x, y, alpha, beta, o):
    g_b = o["y_hat"] - y
    g_a = (beta.T @ g_b) * o["z"] * (1 - o["z"])
    return np.outer(g_a, o["x"]), np.outer(g_b, o["z"])


def no_bias_gradient(x, y, alpha, beta, o):
    g_alpha, g_beta = mlp.nn_backward(x, y, alpha, beta, o)
    return g_alpha[:, 1:], g_beta[:, 1:]


def bias_gradient_zero(x, y, alpha, beta, o):
    g_alpha, g_beta = mlp.nn_backward(x, y, alpha, beta, o)
    g_alpha[:, 0], g_beta[:, 0] = 0, 0
    return g_alpha, g_beta


def transposed_gradients(x, y, alpha, beta, o):
    g_alpha, g_beta = mlp.nn_backward(x, y, alpha, beta, o)
    return g_alpha.T, g_beta.T


def sums_for_activations(x, y, alpha, beta, o):
    g_alpha, _ = mlp.nn_backward(x, y, alpha, beta, o)
    return g_alpha, np.outer(o["y_hat"] - y, np.append(1.0, o["a"]))


def already_updated(x, y, alpha, beta, o):
    g_beta = np.outer(o["y_hat"] - y, o["z"])
    g_alpha, _ = mlp.nn_backward(x, y, alpha, beta - g_beta, o)
    return g_alpha, g_beta


def the_other_way_round(x, y, alpha, beta, o):
    return mlp.nn_backward(x, y, alpha, beta, o)[::-1]


# Exercise 4: numerical_gradient. The notebook makes a function from A and B, and hands it to the
# student's, as `_differences` does here.


def a_short_vector(rng: np.random.Generator):
    """The point that the visible check shows."""
    yield {
        "x": np.array([1.0, 2.0]),
        "A": np.array([1.0, 0.5]),
        "B": np.array([0.5, -0.5]),
        "eps": 1e-3,
    }


def vectors(rng: np.random.Generator):
    """Vectors, one of a single entry among them."""
    for shape in [(3,), (1,), (6,)]:
        yield _function_at(rng, shape)


def larger_arrays(rng: np.random.Generator):
    """Matrices and an array of three dimensions, all sides different."""
    for shape in [(2, 3), (3, 1), (2, 3, 4)]:
        yield _function_at(rng, shape)


def whole_numbers(rng: np.random.Generator):
    """An array of integers has no room for a small step."""
    for shape in [(3,), (2, 2)]:
        yield _function_at(rng, shape) | {"x": rng.integers(1, 4, size=shape)}


def numerical_gradient_reference(x, A, B, eps):
    """Return the gradient, and x as it was."""
    gradient = gradcheck.numerical_gradient(_function(A, B), x, eps)
    # The differences are of whole arrays of floats, also where x holds integers.
    return gradient, x


def check_numerical_gradient(answer, expected, x, A, B, eps):
    """Compare the gradient, then look at what became of x."""
    gradient, after = values("the question", answer, ("gradient", "x"))
    returned("numerical_gradient", gradient)
    same_numbers("the gradient", gradient, expected[0], digits=6, near=1e-5)
    kept = np.shape(after) == np.shape(x) and np.allclose(after, x, rtol=0, atol=1e-9)
    assert kept, "the gradient is right, but x is another one afterwards: work on a copy"


def one_sided(x, A, B, eps):
    return _differences(x, A, B, eps, lambda f, up, down, x: (f(up) - f(x)) / eps)


def looking_back(x, A, B, eps):
    return _differences(x, A, B, eps, lambda f, up, down, x: (f(x) - f(down)) / eps)


def one_step_wide(x, A, B, eps):
    return _differences(x, A, B, eps, lambda f, up, down, x: (f(up) - f(down)) / eps)


def wrong_way(x, A, B, eps):
    return _differences(x, A, B, eps, lambda f, up, down, x: (f(down) - f(up)) / (2 * eps))


def not_divided(x, A, B, eps):
    return _differences(x, A, B, eps, lambda f, up, down, x: f(up) - f(down))


def all_at_once(x, A, B, eps):
    f = _function(A, B)
    return np.full(np.shape(x), (f(x + eps) - f(x - eps)) / (2 * eps)), x


def steps_pile_up(x, A, B, eps):
    f, x = _function(A, B), np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        gradient[i] = (up - f(x)) / (2 * eps)
    return gradient, x


def steps_rounded_away(x, A, B, eps):
    f = _function(A, B)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] = x[i] + eps
        down[i] = x[i] - eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient, x


# Exercise 5: affine_backward


def two_days(rng: np.random.Generator):
    """The layer that the visible check shows."""
    yield {
        "dout": np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]),
        "x": np.array([[1.0, 2.0], [3.0, 4.0]]),
        "W": np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]]),
    }


def layers_of_any_size(rng: np.random.Generator):
    """The batch, the inputs and the units are never of the same number."""
    for N, D, H in [(4, 3, 2), (2, 5, 3), (7, 2, 4)]:
        yield _layer(rng, N, D, H)


def square_layers(rng: np.random.Generator):
    """As many units as inputs, and once as many examples: transposes fit everywhere."""
    for N, D, H in [(5, 3, 3), (3, 3, 3)]:
        yield _layer(rng, N, D, H)


def one_of_a_kind(rng: np.random.Generator):
    """One example, one input, one unit."""
    for N, D, H in [(1, 3, 2), (4, 1, 3), (3, 2, 1)]:
        yield _layer(rng, N, D, H)


def large_batches(rng: np.random.Generator):
    """A thousand examples at once."""
    yield _layer(rng, 1000, 6, 4)


def affine_backward_reference(dout, x, W):
    """Return the three gradients; the bias plays no part in them."""
    return layers.affine_backward(dout, (x, W, np.zeros(len(W))))


def check_affine_backward(answer, expected, dout, x, W):
    """Compare the three gradients."""
    same_values("affine_backward", answer, expected, ("dx", "dW", "db"))


def averaged(dout, x, W):
    dx, dW, db = affine_backward_reference(dout, x, W)
    return dx, dW / len(x), db / len(x)


def bias_averaged(dout, x, W):
    dx, dW, db = affine_backward_reference(dout, x, W)
    return dx, dW, db / len(x)


def bias_for_each_example(dout, x, W):
    dx, dW, _ = affine_backward_reference(dout, x, W)
    return dx, dW, dout


def bias_summed_over_units(dout, x, W):
    dx, dW, _ = affine_backward_reference(dout, x, W)
    return dx, dW, dout.sum(axis=1)


def bias_slope_alone(dout, x, W):
    dx, dW, db = affine_backward_reference(dout, x, W)
    return dx, dW, np.ones_like(db)


def weights_transposed(dout, x, W):
    dx, dW, db = affine_backward_reference(dout, x, W)
    return dx, dW.T, db


def through_the_transpose(dout, x, W):
    _, dW, db = affine_backward_reference(dout, x, W)
    return dout @ W.T, dW, db


def inputs_for_weights(dout, x, W):
    dx, dW, db = affine_backward_reference(dout, x, W)
    return dW, dx, db


# Exercise 6: backprop


def a_chain_of_units(rng: np.random.Generator):
    """The network that the visible check shows."""
    yield dict(CHAIN)


def networks_of_any_depth(rng: np.random.Generator):
    """One hidden layer and more, all widths different."""
    for N, sizes in [(4, (3, 2, 1)), (3, (2, 5, 4, 6)), (2, (5, 3, 6, 4, 7))]:
        yield _deep_network(rng, N, sizes)


def equal_widths(rng: np.random.Generator):
    """All layers are as wide as each other: a wrong transpose or layer fits."""
    for N, sizes in [(2, (3, 3, 3)), (5, (4, 4, 4, 4))]:
        yield _deep_network(rng, N, sizes)


def no_hidden_layer(rng: np.random.Generator):
    """Outputs right after the inputs; then one example alone."""
    for N, sizes in [(4, (3, 2)), (1, (2, 4)), (1, (4, 3, 2))]:
        yield _deep_network(rng, N, sizes)


def many_layers(rng: np.random.Generator):
    """Twenty layers, too many to write out."""
    yield _deep_network(rng, 3, (4, *[5, 6] * 9, 3))


def backprop_reference(weights, activations, Y):
    """Return deltas and gradients by the layers' own backward functions."""
    return _recursion(weights, activations, Y)


def check_backprop(answer, expected, weights, activations, Y):
    """Compare layer by layer, from the outputs back: the first wrong step comes first."""
    names = ("deltas", "dWs", "dbs")
    values("backprop", answer, names)
    for name, found in zip(names, answer, strict=True):
        assert isinstance(found, (tuple, list)), f"{name} must be a list of arrays"
        assert len(found) == len(weights), (
            f"{name} must hold {len(weights)} arrays, one for each layer, got {len(found)}"
        )
    for layer in reversed(range(len(weights))):
        for name, found, right in zip(names, answer, expected, strict=True):
            same_numbers(f"{name}[{layer}]", found[layer], right[layer])


def deltas_without_slope(weights, activations, Y):
    return _recursion(weights, activations, Y, slope=lambda a, above: 1.0)


def slope_taken_twice(weights, activations, Y):
    return _recursion(weights, activations, Y, slope=lambda a, above: d_sigmoid(a))


def slope_of_the_layer_above(weights, activations, Y):
    return _recursion(weights, activations, Y, slope=lambda a, above: above * (1 - above))


def squared_error_at_the_top(weights, activations, Y):
    top = activations[-1]
    return _recursion(weights, activations, Y, error=(top - Y) * top * (1 - top))


def summed_over_the_batch(weights, activations, Y):
    return _recursion(weights, activations, Y, N=1)


def deltas_uphill(weights, activations, Y):
    return _recursion(weights, activations, Y, error=Y - activations[-1])


def weights_not_transposed(weights, activations, Y):
    return _recursion(weights, activations, Y, back=lambda delta, W: delta @ W.T)


def last_layer_first(weights, activations, Y):
    return tuple(part[::-1] for part in backprop_reference(weights, activations, Y))


def gradients_transposed(weights, activations, Y):
    deltas, dWs, dbs = backprop_reference(weights, activations, Y)
    return deltas, [dW.T for dW in dWs], dbs


def biases_averaged(weights, activations, Y):
    deltas, dWs, dbs = backprop_reference(weights, activations, Y)
    return deltas, dWs, [db / len(Y) for db in dbs]


JASON = {
    "x": np.array([1.0, 2.0]),
    "y": np.array([0.0, 0.0, 1.0]),
    "alpha": np.array([[0.0, 2.0, -1.0], [-1.0, 1.0, 1.0]]),
    "beta": np.array([[0.0, 2.0, -1.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 2.0]]),
}

CHAIN = {
    "weights": [np.array([[2.0]]), np.array([[-1.0]]), np.array([[4.0]])],
    "activations": [np.array([[1.0]]), np.array([[0.5]]), np.array([[0.2]]), np.array([[0.75]])],
    "Y": np.array([[1.0]]),
}

EXERCISES = {
    "ps04.nn_forward": {
        "example": jasons_network,
        "unseen": {
            "numbers of inputs, units and classes that all differ": (2, different_sizes),
            "one input, one hidden unit": sizes_of_one,
            "scores as large as 1000": large_scores,
        },
        "reference": mlp.nn_forward,
        "check": check_nn_forward,
        "misconceptions": [
            (
                ones_at_the_end,
                "You put the constant 1 at the end. Column 0 holds the biases, so the 1 that they "
                "are multiplied by comes first.",
            ),
            (
                no_bias,
                "The biases play no part. Each sum begins with its bias: column 0 of the weights "
                "times the leading 1.",
            ),
            (
                no_sigmoid,
                "Your hidden units pass their sums on as they are. Without a bend in between, two "
                "layers are no more than one: a unit gives the sigmoid of its sum.",
            ),
            (
                tanh_units,
                "Your hidden units are tanh units, with values from -1 to 1. Here they are sigmoid "
                "units, with values from 0 to 1.",
            ),
            (
                outputs_apart,
                "You gave each class its own sigmoid, so the probabilities need not sum to one. "
                "The classes compete: softmax divides by the sum over all of them.",
            ),
            (
                log_likelihood,
                "Your J has the wrong sign. What is made small is minus the logarithm of the right "
                "class's probability: it is never negative.",
            ),
            (
                half_the_squares,
                "You took the squared error. Between probabilities the loss here is the cross "
                "entropy: minus the logarithm of what the right class got.",
            ),
            (
                mean_over_classes,
                "You divided J by the number of classes. One example has one loss: the sum over "
                "the classes, of which the target leaves one.",
            ),
            (
                overflowing_softmax,
                "The exponential of a large score is infinite. Softmax does not change when the "
                "same number is subtracted from all scores: the largest is a good one.",
            ),
            (
                logarithm_of_zero,
                "A probability can be too small for a floating-point number, and the logarithm of "
                "zero is infinite. The logarithm of softmax needs no probability: simplify it on "
                "paper first.",
            ),
        ],
    },
    "ps04.softmax_cross_entropy": {
        "example": jasons_week,
        "unseen": {
            "batches with N ≠ K": batches,
            "batches with N = K": square_batches,
            "one example, two classes": single_examples,
            "scores as large as 1000": large_logits,
        },
        "reference": losses.softmax_cross_entropy,
        "check": check_softmax_cross_entropy,
        "misconceptions": [
            (
                summed_loss,
                "You summed over the examples. The loss is their mean, so that a batch twice as "
                "large does not make steps twice as large.",
            ),
            (
                gradient_not_averaged,
                "Your loss is a mean, but your gradient is that of a sum. What divides the loss "
                "divides its gradient as well.",
            ),
            (
                mean_over_entries,
                "You took the mean over all N times K entries. There are N losses, one for each "
                "example.",
            ),
            (
                uphill,
                "Your gradient has the wrong sign. Making the right class's score larger makes the "
                "loss smaller, so its derivative is negative.",
            ),
            (
                softmax_over_the_batch,
                "Your softmax runs over the examples. It is the classes of one example that "
                "compete: each row sums to one.",
            ),
            (
                every_row_minus_every_label,
                "You subtracted 1 in the columns of all labels, in every row. Each row has one "
                "label of its own: rows and columns must be chosen in pairs.",
            ),
            (
                softmax_alone,
                "Your gradient does not know the labels. What the network said is compared with "
                "what it should have said.",
            ),
            (
                gradient_of_the_probabilities,
                "This is the gradient with respect to the probabilities. One more step of the "
                "chain rule leads from there through softmax to the scores, and all becomes "
                "simpler.",
            ),
            (
                slope_once_more,
                "You multiplied by p(1-p) once more. The slope of softmax is already in the "
                "difference between probability and target.",
            ),
            (
                overflowing_exponentials,
                "The exponential of a large score is infinite, that of a very negative one zero. "
                "Softmax does not change when a row's largest score is subtracted from the row.",
            ),
            (
                one_largest_for_all,
                "You subtracted the largest score of the whole batch. For the other rows it is far "
                "too large: each row has its own largest score.",
            ),
        ],
    },
    "ps04.nn_backward": {
        "example": jasons_backward,
        "unseen": {
            "numbers of inputs, units and classes that all differ": (2, backward_different_sizes),
            "sizes for which a transpose has the right shape": (2, transposes_fit),
            "one input, one hidden unit": backward_sizes_of_one,
            "a right class of probability 0": surely_wrong,
        },
        "reference": mlp.nn_backward,
        "check": check_nn_backward,
        "misconceptions": [
            (
                no_slope,
                "The way back leads through the sigmoid, too. What arrives at z must be multiplied "
                "by the sigmoid's slope before it is about a.",
            ),
            (
                slope_of_the_sum,
                "The sigmoid's slope is its output times one minus its output. You took its input "
                "instead.",
            ),
            (
                slope_of_the_sigmoid_twice,
                "You applied the sigmoid to z, which is a sigmoid already. Its slope is found from "
                "z as it stands.",
            ),
            (
                wrong_sign,
                "All your gradients have the wrong sign. Where the network says too much, a larger "
                "score makes J larger: the derivative is positive.",
            ),
            (
                output_slope,
                "You multiplied the error at the outputs by a slope. With softmax and cross "
                "entropy that slope cancels: only the difference is left.",
            ),
            (
                through_the_probabilities,
                "You divided by a probability that is 0. Simplify on paper before you compute: "
                "cross entropy and softmax together have a derivative without any division.",
            ),
            (
                last_column_dropped,
                "On the way from b back to z you left out the last unit's weights. It is column 0, "
                "the biases, that leads to no unit.",
            ),
            (
                bias_goes_back,
                "Your way back goes on through the leading 1 of z. It is a constant that depends "
                "on nothing below, so no gradient goes on from it.",
            ),
            (
                no_bias_gradient,
                "Your gradients lack the column of the biases. They are weights like the others; "
                "their input is the constant 1.",
            ),
            (
                bias_gradient_zero,
                "Your biases have the gradient 0, so they never learn. They are weights like the "
                "others; their input is the constant 1.",
            ),
            (
                transposed_gradients,
                "Your gradients are transposed. A gradient has the shape of what it is the "
                "gradient of: a row for each unit, a column for each input.",
            ),
            (
                sums_for_activations,
                "For beta you multiplied by a. What the second layer is given is z: the units' "
                "outputs, after the sigmoid.",
            ),
            (
                already_updated,
                "You went back through weights that had already made their step. All gradients "
                "belong to the weights of the forward pass.",
            ),
            (
                the_other_way_round,
                "Both gradients are right, but you return them in the other order: first that of "
                "alpha, then that of beta.",
            ),
        ],
    },
    "ps04.numerical_gradient": {
        "example": a_short_vector,
        "unseen": {
            "vectors": (2, vectors),
            "matrices and arrays of three dimensions": larger_arrays,
            "arrays of whole numbers": whole_numbers,
        },
        "reference": numerical_gradient_reference,
        "check": check_numerical_gradient,
        "misconceptions": [
            (
                one_sided,
                "You stepped to one side only. The error of that shrinks with eps; that of a step "
                "to both sides shrinks with its square.",
            ),
            (
                looking_back,
                "You only looked back from x. The error of that shrinks with eps; that of a step "
                "to both sides shrinks with its square.",
            ),
            (
                one_step_wide,
                "Your gradient is twice what it should be: from x - eps to x + eps is two steps.",
            ),
            (
                wrong_way,
                "Your gradient has the wrong sign: what lies behind is subtracted from what lies "
                "ahead.",
            ),
            (
                not_divided,
                "This is how much f changes. A slope is that change, divided by how far you went.",
            ),
            (
                all_at_once,
                "You moved all entries at once. A partial derivative asks what happens when one "
                "entry moves and all others stay.",
            ),
            (
                steps_pile_up,
                "An entry that has been looked at stays moved, so the next slopes are taken at "
                "another point. Put each entry back before you go on.",
            ),
            (
                steps_rounded_away,
                "An array of integers stores integers: your small step is rounded away. Work on a "
                "copy that holds floating-point numbers.",
            ),
        ],
    },
    "ps04.affine_backward": {
        "example": two_days,
        "unseen": {
            "N, D and H all different": layers_of_any_size,
            "square layers": square_layers,
            "one example, one input or one unit": one_of_a_kind,
            "a large batch": large_batches,
        },
        "reference": affine_backward_reference,
        "check": check_affine_backward,
        "misconceptions": [
            (
                averaged,
                "You divided by the number of examples. If the loss is a mean, dout knows it "
                "already; the layer only sums over the ways in which a weight acts.",
            ),
            (
                bias_averaged,
                "You took the mean for the bias. It acts in every example, and what it does there "
                "adds up.",
            ),
            (
                bias_for_each_example,
                "You give the bias one gradient for each example. There is one bias for all of "
                "them: what it does in each adds up.",
            ),
            (
                bias_summed_over_units,
                "For the bias you summed over the units. Each unit has a bias of its own; it is "
                "the examples that share it.",
            ),
            (
                bias_slope_alone,
                "The output's slope with respect to the bias is 1, but that is only one factor of "
                "the chain rule. The other is dout.",
            ),
            (
                weights_transposed,
                "Your dW is transposed. A gradient has the shape of what it is the gradient of: a "
                "row for each unit, a column for each input.",
            ),
            (
                through_the_transpose,
                "On the way back you used W the wrong way round. Input d gets something from every "
                "unit h, by the weight in row h and column d.",
            ),
            (
                inputs_for_weights,
                "You return dW first. The gradients come in the order of the arguments: x, W, b.",
            ),
        ],
    },
    "ps04.backprop": {
        "example": a_chain_of_units,
        "unseen": {
            "one, two and three hidden layers": (2, networks_of_any_depth),
            "layers of equal width": (2, equal_widths),
            "no hidden layer, or one example": no_hidden_layer,
            "many layers": many_layers,
        },
        "reference": backprop_reference,
        "check": check_backprop,
        "misconceptions": [
            (
                deltas_without_slope,
                "Your deltas go back through the weights, but not through the sigmoids. Each layer "
                "on the way multiplies by the slope of its own units.",
            ),
            (
                slope_taken_twice,
                "You applied the sigmoid to the activations, which have been through it. The slope "
                "is found from the activations as they stand.",
            ),
            (
                slope_of_the_layer_above,
                "You multiplied by the slope of the layer the delta came from. A layer's delta is "
                "about its own sums, so it needs the slope of its own units.",
            ),
            (
                squared_error_at_the_top,
                "You multiplied the outputs' error by their slope. That belongs to the squared "
                "error; with cross entropy the slope cancels.",
            ),
            (
                summed_over_the_batch,
                "You summed over the examples. The loss is their mean, so its gradient is a mean.",
            ),
            (
                deltas_uphill,
                "All your deltas have the wrong sign. Where an output is too large, a larger sum "
                "makes the loss larger: the derivative is positive.",
            ),
            (
                weights_not_transposed,
                "On the way back you used the weights as on the way forward. A unit collects from "
                "all units that it feeds: from row h to column d on the way forward is from h "
                "back to d now.",
            ),
            (
                last_layer_first,
                "Your lists begin with the last layer. They are computed in that order, but must "
                "be returned with the first layer first.",
            ),
            (
                gradients_transposed,
                "Your weights' gradients are transposed. A gradient has the shape of what it is "
                "the gradient of.",
            ),
            (
                biases_averaged,
                "For the biases you divided by the number of examples once more. It is in the "
                "deltas already.",
            ),
        ],
    },
}


def _network(rng, M: int, D: int, K: int) -> dict:
    """Draw an example and weights, none of which is close to 0."""
    return {
        "x": _away_from_zero(rng, M),
        "y": np.eye(K)[rng.integers(K)],
        "alpha": _away_from_zero(rng, D, M + 1),
        "beta": _away_from_zero(rng, K, D + 1),
    }


def _surely_wrong(rng, M: int, D: int, K: int) -> dict:
    """Draw a network whose scores lie around 1000 and -1000; the right class is the lowest."""
    network = _network(rng, M, D, K)
    heights = rng.permutation([1000.0, 900.0, *[-1000.0] * (K - 2)])
    network["beta"][:, 0] += heights
    return network | {"y": np.eye(K)[np.argmin(heights)]}


def _away_from_zero(rng, *shape: int) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, 1.5, size=shape)


def _forwarded(network: dict) -> dict:
    return network | {"o": mlp.nn_forward(**network)}


def _output(x, a, z, beta, y) -> dict:
    return {"x": x, "a": a, "z": z} | _scored(beta @ z, y)


def _scored(b, y) -> dict:
    J = -float(y @ log_softmax(b))
    return {"b": b, "y_hat": softmax(b), "J": J}


def _batch(rng, N: int, K: int) -> dict:
    """Draw scores, and labels of at least two classes where there are two examples."""
    labels = rng.integers(K, size=N)
    if N > 1 and (labels == labels[0]).all():
        labels[-1] = (labels[0] + 1) % K
    return {"logits": rng.normal(scale=1.5, size=(N, K)), "labels": labels}


def _loss_of(p, labels):
    """Return the mean loss and its gradient for probabilities, right or wrong."""
    right = np.arange(len(labels)), labels
    gradient = p.copy()
    gradient[right] -= 1
    return float(-np.log(p[right]).mean()), gradient / len(labels)


def _backward(alpha, beta, o, g_b, slope=None):
    """Go back from the gradient of b, through a slope that may be the wrong one."""
    slope = o["z"][1:] * (1 - o["z"][1:]) if slope is None else slope
    return np.outer((beta[:, 1:].T @ g_b) * slope, o["x"]), np.outer(g_b, o["z"])


def _function(A, B):
    """Return a function in which every entry acts alone and together with the others."""
    return lambda v: float(np.sum(A * v**3) + np.sum(B * v) ** 2)


def _function_at(rng, shape: tuple[int, ...]) -> dict:
    """Draw such a function, and a point at which it bends."""
    return {
        "x": rng.uniform(0.5, 2.0, size=shape),
        "A": rng.uniform(0.5, 1.5, size=shape),
        "B": rng.uniform(0.2, 0.5, size=shape),
        "eps": 1e-3,
    }


def _differences(x, A, B, eps, slope):
    f, x = _function(A, B), np.asarray(x)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = eps
        gradient[i] = slope(f, x + step, x - step, x)
    return gradient, x


def _layer(rng, N: int, D: int, H: int) -> dict:
    return {
        "dout": _away_from_zero(rng, N, H),
        "x": _away_from_zero(rng, N, D),
        "W": _away_from_zero(rng, H, D),
    }


def _deep_network(rng, N: int, sizes: tuple[int, ...]) -> dict:
    """Draw weights, and run a batch of N examples through them."""
    weights, a = [], [rng.normal(size=(N, sizes[0]))]
    for n_in, n_out in pairwise(sizes):
        weights.append(2 * _away_from_zero(rng, n_out, n_in))
        a.append(sigmoid(a[-1] @ weights[-1].T + 0.1 * rng.normal(size=n_out)))
    return {
        "weights": weights,
        "activations": a,
        "Y": rng.integers(2, size=(N, sizes[-1])).astype(float),
    }


def _recursion(weights, a, Y, error=None, N=None, back=None, slope=None):
    """Go back from the outputs, by an error, weights and slopes that may be the wrong ones."""
    error = a[-1] - Y if error is None else error
    delta = error / (len(Y) if N is None else N)
    deltas, dWs, dbs = [], [], []
    for l in reversed(range(len(weights))):
        dx, dW, db = layers.affine_backward(delta, (a[l], weights[l], np.zeros(len(weights[l]))))
        for found, value in ((deltas, delta), (dWs, dW), (dbs, db)):
            found.insert(0, value)
        if l:
            dx = back(delta, weights[l]) if back else dx
            delta = dx * slope(a[l], a[l + 1]) if slope else layers.sigmoid_backward(dx, a[l])
    return deltas, dWs, dbs
