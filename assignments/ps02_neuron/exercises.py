"""What the grader asks in problem set 2: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from comparing import numbers, returned, same_numbers, same_values, values

from course_lib import activations, layers, losses, perceptron

GATES = ("and", "or", "nand", "nor", "majority")


# Exercise 1: gate


def small_gates(rng: np.random.Generator):
    """The gates that the visible check shows."""
    for name in GATES:
        for n in (2, 3):
            yield {"name": name, "n": n}


def ands(rng: np.random.Generator):
    """Gates that look for an input that is 0."""
    for n in rng.choice(np.arange(3, 11), size=4, replace=False).tolist():
        yield {"name": "and", "n": n}
        yield {"name": "nand", "n": n}


def ors(rng: np.random.Generator):
    """Gates that look for an input that is 1."""
    for n in rng.choice(np.arange(3, 11), size=4, replace=False).tolist():
        yield {"name": "or", "n": n}
        yield {"name": "nor", "n": n}


def odd_majorities(rng: np.random.Generator):
    """Votes that cannot end in a tie."""
    for n in rng.permutation([3, 5, 7, 9]).tolist():
        yield {"name": "majority", "n": n}


def even_majorities(rng: np.random.Generator):
    """Votes that can end in a tie, which is no majority."""
    for n in rng.permutation([4, 6, 8, 10]).tolist():
        yield {"name": "majority", "n": n}


def single_inputs(rng: np.random.Generator):
    """With one input, a gate is that input or its opposite."""
    for name in rng.permutation(GATES).tolist():
        yield {"name": name, "n": 1}


def gate_reference(name, n):
    """Return the slides' weights."""
    return perceptron.gate(name, n)


def check_gate(answer, expected, name, n):
    """Accept all weights with which the unit is right for every input."""
    w, bias = values("gate", answer, ("w", "bias"))
    w, bias = numbers("w", w, (n,)), float(numbers("bias", bias, ()))
    for what, value in (("w", w), ("bias", bias)):
        assert np.isfinite(value).all(), f"{what} must be finite, got {value}"
    inputs = np.array(list(product((0, 1), repeat=n)))
    sums = inputs @ w + bias
    # A sum that is 0 but for rounding counts as 0.
    fires = sums > 1e-9 * (np.abs(w).sum() + abs(bias))
    should = inputs @ expected[0] + expected[1] > 0
    wrong = np.flatnonzero(fires != should)
    if len(wrong):
        first = wrong[0]
        raise AssertionError(
            f"{name} of {n} inputs: for x = {inputs[first].tolist()} the sum is {sums[first]:.4g}, "
            f"so your unit {'fires' if fires[first] else 'does not fire'}, but it should"
            f"{'' if should[first] else ' not'}; wrong for {len(wrong)} of {len(inputs)} inputs"
        )


def bias_of_the_wrong_sign(name, n):
    w, bias = perceptron.gate(name, n)
    return w, -bias


def two_inputs_alone(name, n):
    _, bias = perceptron.gate(name, 2)
    return perceptron.gate(name, n)[0], bias


def disjunction_of_the_slide(name, n):
    w, bias = perceptron.gate(name, n)
    return w, 0.5 if name == "or" else bias


def half_a_gate_turned(name, n):
    w, bias = perceptron.gate(name, n)
    return np.abs(w), bias


def tie_is_a_majority(name, n):
    w, bias = perceptron.gate(name, n)
    return w, bias + 0.5 if name == "majority" else bias


def fires_at_the_threshold(name, n):
    biases = {"and": -n, "or": -1, "nand": n - 1, "nor": 0, "majority": -(n // 2 + 1)}
    return perceptron.gate(name, n)[0], float(biases[name])


def no_bias(name, n):
    return perceptron.gate(name, n)[0], 0.0


# Exercise 2: train_perceptron


def lamps(rng: np.random.Generator):
    """The tables that the visible check shows."""
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    yield {"X": X, "y": np.array([0, 1, 1, 1]), "epochs": 20}
    yield {"X": X, "y": np.array([0, 1, 1, 0]), "epochs": 3}


def separable_points(rng: np.random.Generator):
    """Points on two sides of a line or plane that does not pass through the origin."""
    for N, D in [(12, 2), (15, 3)]:
        yield {**_two_sides(rng, N, D), "epochs": 300}


def inseparable_points(rng: np.random.Generator):
    """The corners of a square, opposite ones alike, among other points."""
    for N, D in [(7, 2), (9, 3)]:
        X = rng.integers(-3, 4, size=(N, D))
        X[:4, :2] = [[2, 2], [2, -1], [-1, 2], [-1, -1]]
        X[:4, 2:] = 1
        y = rng.integers(0, 2, size=N)
        y[:4] = [1, 0, 0, 1]
        order = rng.permutation(N)
        yield {"X": X[order], "y": y[order], "epochs": int(rng.integers(5, 9))}


def boolean_functions(rng: np.random.Generator):
    """Inputs 0 and 1: sums of exactly 0 are common."""
    for D in (2, 3):
        X = np.array(list(product((0, 1), repeat=D)))
        X = X[rng.permutation(len(X))]
        yield {"X": X, "y": X.any(axis=1).astype(int), "epochs": 60}
        yield {"X": X, "y": X.all(axis=1).astype(int), "epochs": 60}


def too_few_epochs(rng: np.random.Generator):
    """Learning is stopped in the middle."""
    for epochs in (1, 2):
        while True:
            points = _two_sides(rng, 14, 2)
            if len(train_perceptron_reference(**points, epochs=300)[2]) > 4:
                break
        yield {**points, "epochs": epochs}


def nothing_to_learn(rng: np.random.Generator):
    """No example should fire, and at first nothing does."""
    for N, D in [(5, 2), (3, 4)]:
        X = rng.integers(-3, 4, size=(N, D))
        yield {"X": X, "y": np.zeros(N, dtype=int), "epochs": 10}


def train_perceptron_reference(X, y, epochs):
    """Return what a unit has learned that meets the examples in order."""
    unit = perceptron.Perceptron(X.shape[1]).fit(X, y, epochs, rng=_InOrder())
    return unit.params["w"], float(unit.params["b"][0]), unit.mistakes


def check_train_perceptron(answer, expected, X, y, epochs):
    """Compare the mistakes first: they show the epoch in which the ways part."""
    w, bias, mistakes = values("train_perceptron", answer, ("w", "bias", "mistakes"))
    right_w, right_bias, right_mistakes = expected
    mistakes = numbers("mistakes", mistakes, ("epochs",))
    for epoch, (found, right) in enumerate(zip(mistakes, right_mistakes, strict=False), start=1):
        assert found == right, f"epoch {epoch} should make {right} mistakes, yours made {found:g}"
    assert len(mistakes) == len(right_mistakes), (
        f"learning should take {len(right_mistakes)} epochs, with {right_mistakes} mistakes, yours "
        f"took {len(mistakes)}: {mistakes.astype(int).tolist()}"
    )
    same_numbers("w", w, right_w, "with the right mistakes", digits=6)
    same_numbers("bias", bias, right_bias, "with the right mistakes", digits=6)


def bias_does_not_learn(X, y, epochs):
    return _learn(X, y, epochs, learn_bias=False)


def every_example_moves(X, y, epochs):
    return _learn(X, y, epochs, step=lambda target, fires: 2 * target - 1)


def never_down(X, y, epochs):
    return _learn(X, y, epochs, step=lambda target, fires: max(target - fires, 0))


def away_from_the_target(X, y, epochs):
    return _learn(X, y, epochs, step=lambda target, fires: fires - target)


def half_a_step(X, y, epochs):
    return _learn(X, y, epochs, step=lambda target, fires: 0.5 * (target - fires))


def zero_fires(X, y, epochs):
    return _learn(X, y, epochs, fires=lambda total: total >= 0)


def once_an_epoch(X, y, epochs):
    w, bias, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        error = y - (X @ w + bias > 0)
        w, bias = w + error @ X, bias + error.sum()
        mistakes.append(int(np.abs(error).sum()))
        if not mistakes[-1]:
            break
    return w, float(bias), mistakes


def counted_afterwards(X, y, epochs):
    w, bias, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for x, target in zip(X, y, strict=True):
            error = target - (x @ w + bias > 0)
            w, bias = w + error * x, bias + error
        mistakes.append(int((y != (X @ w + bias > 0)).sum()))
        if not mistakes[-1]:
            break
    return w, float(bias), mistakes


def goes_on_for_ever(X, y, epochs):
    return _learn(X, y, epochs, stop=False)


def last_epoch_not_told(X, y, epochs):
    w, bias, mistakes = _learn(X, y, epochs)
    return w, bias, [count for count in mistakes if count]


# Exercise 3: neuron_gradient


def one_neuron_by_hand(rng: np.random.Generator):
    """The neuron that the visible check shows."""
    neuron = {"w": np.array([1.0, -2.0]), "b": 1.0}
    yield {**neuron, "X": np.array([[1.0, 1.0]]), "y": np.array([1.0])}
    yield {**neuron, "X": np.array([[1.0, 1.0], [2.0, 0.0]]), "y": np.array([1.0, 0.0])}


def batches_of_all_sizes(rng: np.random.Generator):
    """Other numbers of examples than of inputs."""
    for N, D in [(6, 3), (4, 5), (20, 2)]:
        yield _neuron(rng, N, D)


def single_examples(rng: np.random.Generator):
    """A batch of one."""
    for D in (2, 4):
        yield _neuron(rng, 1, D)


def targets_in_between(rng: np.random.Generator):
    """What should come out is neither 0 nor 1."""
    for N, D in [(5, 2), (3, 4)]:
        yield _neuron(rng, N, D) | {"y": rng.uniform(0.1, 0.9, size=N)}


def far_from_the_line(rng: np.random.Generator):
    """Sums of thousands beside ordinary ones."""
    for N, D in [(6, 3), (8, 2)]:
        neuron = _neuron(rng, N, D)
        sums = neuron["X"] @ neuron["w"]
        far = np.array([2000.0, -3000.0])
        neuron["X"][:2] *= (far / sums[:2])[:, None]
        yield neuron


def neuron_gradient_reference(w, b, X, y):
    """Return the outputs, the loss, and its gradients with respect to w and b."""
    z, affine = layers.affine_forward(X, w[None], np.array([b]))
    out, sigmoid = layers.sigmoid_forward(z)
    loss, dout = losses.squared_error(out[:, 0], y)
    _, dw, db = layers.affine_backward(layers.sigmoid_backward(dout[:, None], sigmoid), affine)
    return out[:, 0], loss, dw[0], float(db[0])


def check_neuron_gradient(answer, expected, w, b, X, y):
    """Compare step by step: outputs, loss, gradients."""
    names, about = ("out", "loss", "dw", "db"), f"for X of shape {X.shape}"
    same_values("neuron_gradient", answer, expected, names, about=about, digits=6)


def summed_over_the_batch(w, b, X, y):
    out, loss, dw, db = neuron_gradient_reference(w, b, X, y)
    return out, loss * len(X), dw * len(X), db * len(X)


def not_halved(w, b, X, y):
    out, loss, dw, db = neuron_gradient_reference(w, b, X, y)
    return out, 2 * loss, 2 * dw, 2 * db


def not_halved_in_the_loss(w, b, X, y):
    out, loss, dw, db = neuron_gradient_reference(w, b, X, y)
    return out, 2 * loss, dw, db


def downhill(w, b, X, y):
    out, loss, dw, db = neuron_gradient_reference(w, b, X, y)
    return out, loss, -dw, -db


def slope_forgotten(w, b, X, y):
    return _gradients(w, b, X, y, lambda z, out: np.ones_like(z))


def slope_from_the_sum(w, b, X, y):
    return _gradients(w, b, X, y, lambda z, out: z * (1 - z))


def slope_of_the_output(w, b, X, y):
    return _gradients(w, b, X, y, lambda z, out: activations.d_sigmoid(out))


def bias_gets_no_gradient(w, b, X, y):
    out, loss, dw, _ = neuron_gradient_reference(w, b, X, y)
    return out, loss, dw, 0.0


def bias_left_out(w, b, X, y):
    return neuron_gradient_reference(w, 0.0, X, y)


def exponential_overflows(w, b, X, y):
    z = X @ w + b
    out = np.exp(z) / (1 + np.exp(z))
    slope = (out - y) * out * (1 - out)
    loss = 0.5 * ((out - y) ** 2).mean()
    return out, float(loss), X.T @ slope / len(X), float(slope.mean())


# Exercise 4: forward


def exclusive_or(rng: np.random.Generator):
    """The network that the visible check shows."""
    thetas = [np.array([[-1.5, 2, -1], [-1.5, -1, 2]]), np.array([[-0.5, 1, 1]])]
    yield {"thetas": thetas, "X": np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])}


def half_planes(rng: np.random.Generator):
    """One layer: each unit cuts the space in two."""
    for D, K in [(2, 3), (4, 2)]:
        yield {"thetas": [_theta(rng, K, D)], "X": _points(rng, 30, D)}


def polygons(rng: np.random.Generator):
    """Two layers: the second unit says whether all of the first ones fire."""
    for sides in (3, 5):
        thetas = [_sides(rng, sides, np.zeros(2)), np.array([[0.5 - sides] + [1.0] * sides])]
        yield {"thetas": thetas, "X": _points(rng, 60, 2)}


def unions_of_polygons(rng: np.random.Generator):
    """Three layers: inside the one polygon or the other."""
    for a, b in [(3, 4), (4, 3)]:
        centre = rng.choice([-2.0, 2.0], size=2)
        first = np.vstack([_sides(rng, a, centre), _sides(rng, b, -centre)])
        second = np.zeros((2, a + b + 1))
        second[:, 0], second[0, 1 : a + 1], second[1, a + 1 :] = [0.5 - a, 0.5 - b], 1, 1
        yield {"thetas": [first, second, np.array([[-0.5, 1, 1]])], "X": _points(rng, 80, 2)}


def all_sizes(rng: np.random.Generator):
    """Deep networks, each layer of another size."""
    for sizes in [(3, 5, 2, 4), (2, 4, 5, 3, 6)]:
        while True:
            thetas = [_theta(rng, K, D) for D, K in pairwise(sizes)]
            X = _points(rng, 25, sizes[0])
            # A layer that always says the same would hide what comes before it.
            if all(len(np.unique(a, axis=0)) > 2 for a in forward_reference(thetas, X)):
                break
        yield {"thetas": thetas, "X": X}


def sums_of_zero(rng: np.random.Generator):
    """Exactly on the line, which is not across it."""
    for D, K in [(2, 3), (3, 4)]:
        first, second = _theta(rng, K, D), _theta(rng, 2, K)
        first[0, 0] = second[1, 0] = 0
        first[1:, 0], second[0, 0] = -8, 0.5
        X = _points(rng, 12, D) / 4
        X[3] = 0
        yield {"thetas": [first, second], "X": X}


def forward_reference(thetas, X):
    """Return each layer's activations, without the leading 1."""
    found = [X]
    for theta in thetas:
        found.append(activations.threshold(found[-1] @ theta[:, 1:].T + theta[:, 0]))
    return found[1:]


def check_forward(answer, expected, thetas, X):
    """Compare layer by layer, so that the first wrong one is named."""
    returned("forward", answer)
    is_stack = isinstance(answer, np.ndarray) and answer.ndim > 0
    assert is_stack or isinstance(answer, (list, tuple)), (
        f"forward must return a list of {len(thetas)} arrays, got {type(answer).__name__}"
    )
    assert len(answer) == len(thetas), (
        f"{len(thetas)} matrices lead to {len(thetas)} layers of activations, got {len(answer)}"
    )
    before = X
    for layer, (found, right) in enumerate(zip(answer, expected, strict=True), start=2):
        found = numbers(f"layer {layer}", found, right.shape)
        wrong = np.argwhere(found != right)
        if len(wrong):
            example, unit = (int(i) for i in wrong[0])
            total = thetas[layer - 2][unit] @ np.append(1, before[example])
            raise AssertionError(
                f"layer {layer}, example {example}: unit {unit} has the sum {total:.4g}, so its "
                f"activation is {right[example, unit]:.0f}, got {found[example, unit]:.4g}"
            )
        before = right


def bias_in_the_last_column(thetas, X):
    return _run(thetas, X, bias=lambda theta: (theta[:, :-1], theta[:, -1]))


def bias_forgotten(thetas, X):
    return _run(thetas, X, bias=lambda theta: (theta[:, 1:], 0))


def bias_taken_away(thetas, X):
    return _run(thetas, X, bias=lambda theta: (theta[:, 1:], -theta[:, 0]))


def one_added_once(thetas, X):
    first = forward_reference(thetas[:1], X)
    return first + _run(thetas[1:], first[0], bias=lambda theta: (theta[:, 1:], 0))


def no_threshold_inside(thetas, X):
    *hidden, last = _run(thetas, X, g=lambda z: z)
    return [*hidden, activations.threshold(last)]


def no_threshold_at_the_end(thetas, X):
    hidden = forward_reference(thetas[:-1], X)
    return [*hidden, *_run(thetas[-1:], [X, *hidden][-1], g=lambda z: z)]


def sigmoid_units(thetas, X):
    return _run(thetas, X, g=activations.sigmoid)


def plus_and_minus_one(thetas, X):
    return _run(thetas, X, g=lambda z: np.where(z > 0, 1.0, -1.0))


def on_the_line_fires(thetas, X):
    return _run(thetas, X, g=lambda z: (z >= 0).astype(float))


def last_layer_alone(thetas, X):
    return forward_reference(thetas, X)[-1]


def with_the_leading_one(thetas, X):
    return [np.insert(a, 0, 1, axis=1) for a in forward_reference(thetas, X)]


def with_the_inputs(thetas, X):
    return [X, *forward_reference(thetas, X)]


# Exercise 5: softmax_loss


def three_classes(rng: np.random.Generator):
    """The scores that the visible check shows."""
    yield {"scores": np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 3.0]]), "labels": np.array([2, 0])}
    yield {"scores": np.array([[1000.0, 1000.0]]), "labels": np.array([1])}


def scores_of_all_sizes(rng: np.random.Generator):
    """Other numbers of examples than of classes."""
    for N, K in [(4, 3), (3, 6), (10, 2)]:
        yield _scored(rng, N, K)


def one_example(rng: np.random.Generator):
    """A batch of one."""
    for K in (3, 5):
        yield _scored(rng, 1, K)


def scores_of_thousands(rng: np.random.Generator):
    """Exponentials that no floating-point number can hold."""
    for N, K in [(3, 4), (5, 3)]:
        scored = _scored(rng, N, K)
        yield scored | {"scores": scored["scores"] + 3000}


def rows_far_apart(rng: np.random.Generator):
    """One example's scores lie thousands above another's."""
    for N, K in [(4, 3), (2, 5)]:
        scored = _scored(rng, N, K)
        heights = rng.permutation(np.linspace(-3000, 3000, N))
        yield scored | {"scores": scored["scores"] + heights[:, None]}


def surprising_labels(rng: np.random.Generator):
    """The right class has a probability too small for a floating-point number."""
    for N, K in [(3, 3), (5, 4)]:
        scored = _scored(rng, N, K)
        scored["scores"][0, scored["labels"][0]] -= rng.uniform(900, 1500)
        yield scored


def softmax_loss_reference(scores, labels):
    """Return the probabilities and the mean cross entropy."""
    return activations.softmax(scores), losses.softmax_cross_entropy(scores, labels)[0]


def check_softmax_loss(answer, expected, scores, labels):
    """Compare the probabilities first, then the loss."""
    p, loss = values("softmax_loss", answer, ("p", "loss"))
    right_p, right_loss = expected
    about = f"for scores of shape {scores.shape}"
    same_numbers("p", p, right_p, about, digits=6)
    same_numbers("loss", loss, right_loss, f"{about}, with p right", digits=6)


def exponentials_overflow(scores, labels):
    e = np.exp(scores)
    return _mean_loss(e / e.sum(axis=1, keepdims=True), labels)


def one_maximum_for_all(scores, labels):
    e = np.exp(scores - scores.max())
    return _mean_loss(e / e.sum(axis=1, keepdims=True), labels)


def logarithm_of_the_probability(scores, labels):
    return _mean_loss(activations.softmax(scores), labels)


def never_quite_zero(scores, labels):
    p = activations.softmax(scores)
    return p, _mean_loss(p + 1e-12, labels)[1]


def over_the_examples(scores, labels):
    p = activations.softmax(scores.T).T
    return p, float(-activations.log_softmax(scores.T).T[np.arange(len(labels)), labels].mean())


def shares_of_the_scores(scores, labels):
    return _mean_loss(scores / scores.sum(axis=1, keepdims=True), labels)


def added_up(scores, labels):
    p, loss = softmax_loss_reference(scores, labels)
    return p, loss * len(labels)


def per_entry(scores, labels):
    p, loss = softmax_loss_reference(scores, labels)
    return p, loss / scores.shape[1]


def minus_forgotten(scores, labels):
    p, loss = softmax_loss_reference(scores, labels)
    return p, -loss


def all_classes_count(scores, labels):
    return activations.softmax(scores), float(-activations.log_softmax(scores).mean())


def counted_from_one(scores, labels):
    p, loss = softmax_loss_reference(scores, (labels - 1) % scores.shape[1])
    return p, loss


def in_bits(scores, labels):
    p, loss = softmax_loss_reference(scores, labels)
    return p, loss / np.log(2)


EXERCISES = {
    "ps02.gate": {
        "example": small_gates,
        "unseen": {
            "AND and NAND of many inputs": ands,
            "OR and NOR of many inputs": ors,
            "majorities of an odd number": odd_majorities,
            "majorities of an even number": even_majorities,
            "gates with one input": single_inputs,
        },
        "reference": gate_reference,
        "keeps_arguments": False,  # a text and a number cannot change
        "check": check_gate,
        "misconceptions": [
            (
                disjunction_of_the_slide,
                "Your OR fires even if all inputs are 0, as it stands on one slide: its bias must "
                "be negative, so that nothing is not enough.",
            ),
            (
                bias_of_the_wrong_sign,
                "You gave the threshold itself as the bias. The bias is added: what the inputs "
                "must overcome has a minus sign.",
            ),
            (
                two_inputs_alone,
                "Your bias is that of two inputs. With more inputs, the largest sum grows, and "
                "with it the place for the threshold.",
            ),
            (
                half_a_gate_turned,
                "You turned the bias round, but not the weights. The opposite of a gate has the "
                "opposite sum: all signs change.",
            ),
            (
                tie_is_a_majority,
                "Your majority fires when exactly half of the inputs are 1. More than half are "
                "needed.",
            ),
            (
                fires_at_the_threshold,
                "You let the sum just reach 0 where the unit should fire. At exactly 0 it does "
                "not: put the threshold between two possible sums.",
            ),
            (
                no_bias,
                "Your units have no bias, so all of them have their threshold at 0. It is the bias "
                "that tells one gate from another.",
            ),
        ],
    },
    "ps02.train_perceptron": {
        "example": lamps,
        "unseen": {
            "points that a line or plane separates": separable_points,
            "points that nothing separates": inseparable_points,
            "Boolean functions": boolean_functions,
            "too few epochs": too_few_epochs,
            "nothing to learn": nothing_to_learn,
        },
        "reference": train_perceptron_reference,
        "check": check_train_perceptron,
        "misconceptions": [
            (
                bias_does_not_learn,
                "Your bias never learns, so the line always goes through the origin. The bias is a "
                "weight like the others, whose input is always 1.",
            ),
            (
                every_example_moves,
                "Your weights move with every example. A perceptron learns from its mistakes "
                "alone.",
            ),
            (
                never_down,
                "Your unit learns to fire, but never not to fire. A wrong 1 is a mistake, too, and "
                "moves the weights the other way.",
            ),
            (
                away_from_the_target,
                "Your weights move the wrong way: after a step, the sum should be nearer to the "
                "right side than before.",
            ),
            (
                half_a_step,
                "Your steps are half as long as they should be: add or take away the whole "
                "example.",
            ),
            (
                zero_fires,
                "Your unit fires when its sum is exactly 0. It fires above 0 only; at the start "
                "all sums are 0.",
            ),
            (
                once_an_epoch,
                "You went through all examples with the same weights and moved at the end of the "
                "epoch. The next example already meets the new weights.",
            ),
            (
                counted_afterwards,
                "You counted the mistakes of the weights at the end of each epoch. Count them as "
                "they happen, when each example is met.",
            ),
            (
                goes_on_for_ever,
                "You went on after an epoch without a mistake. Nothing can change any more: it is "
                "the last one.",
            ),
            (
                last_epoch_not_told,
                "You left out the epoch without a mistake. It took place, and its 0 tells that the "
                "unit has learned.",
            ),
        ],
    },
    "ps02.neuron_gradient": {
        "example": one_neuron_by_hand,
        "unseen": {
            "other numbers of examples than of inputs": batches_of_all_sizes,
            "a single example": single_examples,
            "targets between 0 and 1": targets_in_between,
            "sums of thousands": far_from_the_line,
        },
        "reference": neuron_gradient_reference,
        "check": check_neuron_gradient,
        "misconceptions": [
            (
                summed_over_the_batch,
                "You added up the examples. The loss is their mean, so that its size does not "
                "depend on how many there are.",
            ),
            (
                not_halved,
                "You left out the factor one half of the squared error.",
            ),
            (
                not_halved_in_the_loss,
                "Your gradient knows the factor one half, your loss does not. The one is the "
                "derivative of the other.",
            ),
            (
                downhill,
                "Your gradient points downhill. The gradient is the way up; learning then goes the "
                "other way.",
            ),
            (
                slope_forgotten,
                "You left out the slope of the sigmoid. The weights act on the sum, and only "
                "through the sigmoid on the output: the chain rule has a factor for it.",
            ),
            (
                slope_from_the_sum,
                "Your slope is made from the weighted sum. The short form of the sigmoid's "
                "derivative is made from its output.",
            ),
            (
                slope_of_the_output,
                "You took the sigmoid's derivative at its own output. It belongs at the weighted "
                "sum, or, in the short form, needs no further sigmoid.",
            ),
            (
                bias_gets_no_gradient,
                "Your bias gets no gradient. It is a weight whose input is always 1.",
            ),
            (
                bias_left_out,
                "Your neuron works without its bias, which belongs to the weighted sum.",
            ),
            (
                exponential_overflows,
                "Your exponentials became infinite, and infinity divided by infinity is no number. "
                "Write the sigmoid so that it has one exponential, which may only go to 0 or end "
                "in a division by it.",
            ),
        ],
    },
    "ps02.forward": {
        "example": exclusive_or,
        "unseen": {
            "one layer": half_planes,
            "two layers that make a polygon": polygons,
            "three layers that join two polygons": unions_of_polygons,
            "layers of many sizes": all_sizes,
            "sums of exactly 0": sums_of_zero,
        },
        "reference": forward_reference,
        "check": check_forward,
        "misconceptions": [
            (
                bias_in_the_last_column,
                "You took the last column for the biases. Column 0 belongs to the constant input "
                "1, which stands in front.",
            ),
            (
                bias_forgotten,
                "The biases play no part. Column 0 is the weight of an input that is always 1.",
            ),
            (
                bias_taken_away,
                "You took the biases away. They are added, like every other weight times its "
                "input.",
            ),
            (
                one_added_once,
                "You put the constant 1 before the inputs alone. Every layer has its own.",
            ),
            (
                no_threshold_inside,
                "Your hidden units hand on their sums. Without a threshold in between, all layers "
                "together do no more than one.",
            ),
            (
                no_threshold_at_the_end,
                "Your last layer tells its sums. Its units have thresholds like all others.",
            ),
            (
                sigmoid_units,
                "Your units are sigmoids. These ones fire or do not: 1 or 0.",
            ),
            (
                plus_and_minus_one,
                "Your units say -1 where they do not fire. These ones say 0, which adds nothing to "
                "the next layer's sums.",
            ),
            (
                on_the_line_fires,
                "Your units fire when the sum is exactly 0. They fire above 0 only.",
            ),
            (
                last_layer_alone,
                "You returned the last layer alone. The question asks for the activations of every "
                "layer.",
            ),
            (
                with_the_leading_one,
                "Your activations still have their constant 1. It is put there for the next layer "
                "and is no unit's answer.",
            ),
            (
                with_the_inputs,
                "Your list begins with the inputs. Only what the units computed is asked for.",
            ),
        ],
    },
    "ps02.softmax_loss": {
        "example": three_classes,
        "unseen": {
            "other numbers of examples than of classes": scores_of_all_sizes,
            "a batch of one": one_example,
            "scores of thousands": scores_of_thousands,
            "rows that lie far apart": rows_far_apart,
            "labels that are almost impossible": surprising_labels,
        },
        "reference": softmax_loss_reference,
        "check": check_softmax_loss,
        "misconceptions": [
            (
                logarithm_of_the_probability,
                "The probability became 0 before you took its logarithm. The logarithm of a "
                "quotient of exponentials can be worked out on paper first.",
            ),
            (
                exponentials_overflow,
                "Your exponentials became infinite or all zero. Softmax stays the same if all "
                "scores of an example become smaller by the same amount.",
            ),
            (
                one_maximum_for_all,
                "You took the same number from the scores of all examples. What is large for one "
                "is not for another: each has a largest score of its own.",
            ),
            (
                never_quite_zero,
                "You added something tiny before taking the logarithm. That hides how wrong the "
                "network is: work the logarithm out from the scores instead.",
            ),
            (
                over_the_examples,
                "Your columns sum to one. The classes compete within an example: each row is a "
                "distribution.",
            ),
            (
                shares_of_the_scores,
                "You divided the scores by their sum. Scores can be negative; it is their "
                "exponentials that are shared out.",
            ),
            (
                added_up,
                "You added up the examples' losses. The loss is their mean.",
            ),
            (
                per_entry,
                "You divided by the number of entries. Each example has one loss, that of its "
                "label, so divide by the number of examples.",
            ),
            (
                minus_forgotten,
                "Your loss is negative: it is minus the logarithm, so that a wrong network has a "
                "large loss.",
            ),
            (
                all_classes_count,
                "You averaged over all classes. Only the probability of the right one counts.",
            ),
            (
                counted_from_one,
                "You took another class for the right one: the labels start at 0.",
            ),
            (
                in_bits,
                "You took logarithms to base two. The loss is in natural logarithms.",
            ),
        ],
    },
}


class _InOrder(np.random.Generator):
    """A generator that leaves everything in order."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def permutation(self, x, axis=0):
        return np.arange(x)


def _two_sides(rng, N: int, D: int) -> dict:
    """Draw points of both kinds, with whole coordinates and none on the line."""
    while True:
        w = rng.choice([-2, -1, 1, 2], size=D)
        X = rng.integers(-4, 5, size=(N, D))
        sums = X @ w + rng.choice([-3, 3])
        y = (sums > 0).astype(int)
        if (np.abs(sums) >= 1).all() and 3 <= y.sum() <= N - 3:
            return {"X": X, "y": y}


def _learn(
    X,
    y,
    epochs,
    step=lambda target, fires: target - fires,
    fires=lambda total: total > 0,
    learn_bias=True,
    stop=True,
):
    """Learn as the question says, but for what is passed."""
    w, bias, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x, target in zip(X, y, strict=True):
            said = int(fires(x @ w + bias))
            wrong += int(said != target)
            w = w + step(int(target), said) * x
            bias += step(int(target), said) * learn_bias
        mistakes.append(wrong)
        if stop and not wrong:
            break
    return w, float(bias), mistakes


def _neuron(rng, N: int, D: int) -> dict:
    """Draw a neuron with a bias, and a batch in which both targets can occur."""
    w = rng.uniform(0.5, 1.5, size=D) * rng.choice([-1, 1], size=D)
    X = rng.normal(size=(N, D))
    b = float(rng.uniform(0.5, 1.5) * rng.choice([-1, 1]))
    return {"w": w, "b": b, "X": X, "y": rng.integers(0, 2, size=N).astype(float)}


def _gradients(w, b, X, y, slope):
    out, loss, *_ = neuron_gradient_reference(w, b, X, y)
    delta = (out - y) * slope(X @ w + b, out)
    return out, loss, X.T @ delta / len(X), float(delta.mean())


def _theta(rng, K: int, D: int) -> np.ndarray:
    """Draw weights whose sums with quarters are exact and never 0; no column is zero."""
    weights = rng.choice([-2.0, -1.0, 1.0, 2.0], size=(K, D))
    bias = rng.choice([-0.875, -0.375, 0.375, 0.875], size=(K, 1))
    return np.hstack([bias, weights])


def _points(rng, N: int, D: int) -> np.ndarray:
    """Draw points on a fine grid, so that sums are exact."""
    return rng.integers(-16, 17, size=(N, D)) / 4


def _sides(rng, count: int, centre) -> np.ndarray:
    """Return half-planes around a centre, as rows of a Theta with exact numbers."""
    angles = 2 * np.pi * (np.arange(count) + rng.random()) / count
    normals = np.round(8 * np.column_stack([np.cos(angles), np.sin(angles)])) / 8
    distance = rng.choice([65, 81, 97]) / 64  # no point of the grid lies on a side
    return np.column_stack([distance - normals @ centre, normals])


def _run(thetas, X, g=activations.threshold, bias=lambda theta: (theta[:, 1:], theta[:, 0])):
    """Go forward as the question says, but for what is passed."""
    found = [X]
    for theta in thetas:
        weights, added = bias(theta)
        found.append(g(found[-1] @ weights.T + added))
    return found[1:]


def _scored(rng, N: int, K: int) -> dict:
    """Draw scores and labels."""
    return {"scores": rng.normal(scale=2, size=(N, K)), "labels": rng.integers(K, size=N)}


def _mean_loss(p, labels) -> tuple[np.ndarray, float]:
    return p, float(-np.log(p[np.arange(len(labels)), labels]).mean())
