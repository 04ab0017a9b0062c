"""The perceptron, the gates and XOR, against truth tables and a line-by-line learner."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.perceptron import Perceptron, gate, threshold_network, xor_network

TRUTH = {
    "and": all,
    "or": any,
    "nand": lambda bits: not all(bits),
    "nor": lambda bits: not any(bits),
    "majority": lambda bits: 2 * sum(bits) > len(bits),
}
WEIGHTS = {
    ("and", 2): ([1, 1], -1.5),
    ("and", 4): ([1, 1, 1, 1], -3.5),
    ("or", 3): ([1, 1, 1], -0.5),
    ("nand", 2): ([-1, -1], 1.5),
    ("nand", 3): ([-1, -1, -1], 2.5),
    ("nor", 3): ([-1, -1, -1], 0.5),
    ("majority", 3): ([1, 1, 1], -1.5),
    ("majority", 4): ([1, 1, 1, 1], -2),
    ("not", 1): ([-1], 0.5),
    ("not", 3): ([-1], 0.5),
}
CORNERS = np.array(list(product([0, 1], repeat=2)))


@pytest.mark.parametrize(("name", "n"), WEIGHTS)
def test_the_slides_weights(name, n):
    w, bias = gate(name, n)
    expected_w, expected_bias = WEIGHTS[name, n]
    np.testing.assert_array_equal(w, expected_w)
    assert w.dtype == np.float64
    assert type(bias) is float
    assert bias == expected_bias


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("name", TRUTH)
def test_gates_compute_their_function(name, n):
    w, bias = gate(name, n)
    for bits in product([0, 1], repeat=n):
        assert (w @ bits + bias > 0) == TRUTH[name](bits)


def test_not_and_the_default_of_two_inputs():
    w, bias = gate("not")
    assert [w @ [bit] + bias > 0 for bit in (0, 1)] == [True, False]
    assert gate("or")[0].shape == (2,)


def test_xor_network_has_the_slides_weights():
    params = xor_network()
    assert list(params) == ["W1", "b1", "W2", "b2"]
    np.testing.assert_array_equal(params["W1"], [[2, -1], [-1, 2]])
    np.testing.assert_array_equal(params["b1"], [-1.5, -1.5])
    np.testing.assert_array_equal(params["W2"], [[1, 1]])
    np.testing.assert_array_equal(params["b2"], [-0.5])
    out = threshold_network(params, CORNERS)
    np.testing.assert_array_equal(out, [0, 1, 1, 0])
    assert out.dtype.kind == "i"


def test_xor_networks_do_not_share_their_arrays():
    xor_network()["W1"][:] = 0
    assert xor_network()["W1"][0, 0] == 2


def test_threshold_networks_of_one_and_three_layers():
    w, bias = gate("majority", 3)
    X = np.array(list(product([0, 1], repeat=3)))
    one = {"W1": [w], "b1": [bias]}
    np.testing.assert_array_equal(threshold_network(one, X), X.sum(axis=1) > 1.5)

    # two slabs of the line, each the AND of two half-planes, joined by OR
    three = {
        "W1": [[1], [-1], [1], [-1]],
        "b1": [0, 1, -2, 3],
        "W2": [[1, 1, 0, 0], [0, 0, 1, 1]],
        "b2": [-1.5, -1.5],
        "W3": [[1, 1]],
        "b3": [-0.5],
    }
    x = [[-0.5], [0], [0.5], [1], [1.5], [2], [2.5], [3], [3.5]]
    np.testing.assert_array_equal(threshold_network(three, x), [0, 0, 1, 0, 0, 0, 1, 0, 0])
    assert threshold_network(three, np.zeros((0, 1))).shape == (0,)


def learner_by_the_book(X, y, orders):
    """Perceptron learning in plain Python, with the bias as weight of a constant 1."""
    w = [0.0] * (len(X[0]) + 1)
    mistakes = []
    for order in orders:
        wrong = 0
        for i in order:
            x = [1.0, *X[i]]
            fires = sum(a * b for a, b in zip(w, x, strict=True)) > 0
            if fires and not y[i]:
                w = [a - b for a, b in zip(w, x, strict=True)]
            elif y[i] and not fires:
                w = [a + b for a, b in zip(w, x, strict=True)]
            wrong += fires != bool(y[i])
        mistakes.append(wrong)
        if not wrong:
            break
    return w, mistakes


@given(st.integers(0, 2**16), st.booleans())
def test_fit_is_the_learning_rule(seed, separable):
    rng = np.random.default_rng(seed)
    X = rng.integers(-8, 9, size=(12, 3)) / 4  # exact in binary, so that sums have no rounding
    y = X @ [1, -2, 0.5] > 0.25 if separable else rng.integers(0, 2, size=12)
    before = X.copy()
    unit = Perceptron(3).fit(X, y, epochs=7, rng=seed)

    orders = np.random.default_rng(seed)
    w, mistakes = learner_by_the_book(X, y, (orders.permutation(12) for _ in range(7)))
    assert unit.mistakes == mistakes
    np.testing.assert_array_equal(unit.params["b"], w[:1])
    np.testing.assert_array_equal(unit.params["w"], w[1:])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("name", ["and", "or", "nand", "nor", "majority"])
def test_fit_learns_every_gate(name):
    X = np.array(list(product([0, 1], repeat=3)))
    y = [TRUTH[name](row) for row in X.tolist()]
    unit = Perceptron(3)
    assert unit.fit(X, y) is unit
    predicted = unit.predict(X)
    np.testing.assert_array_equal(predicted, y)
    assert predicted.dtype.kind == "i"
    assert unit.mistakes[-1] == 0
    assert 0 not in unit.mistakes[:-1]


def test_xor_is_never_learned_and_a_hundred_epochs_are_the_default():
    unit = Perceptron(2).fit(CORNERS, [0, 1, 1, 0])
    assert len(unit.mistakes) == 100
    assert min(unit.mistakes) > 0
    assert all(type(count) is int for count in unit.mistakes)


def test_fit_starts_from_zero_and_repeats_itself():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(30, 2))
    y = (X @ [1.0, -0.7] > 0.1).astype(int)
    unit = Perceptron(2).fit(X, y)
    first, mistakes = {name: a.copy() for name, a in unit.params.items()}, unit.mistakes
    unit.fit(X, y, rng=0)
    assert unit.mistakes == mistakes
    np.testing.assert_array_equal(unit.params["w"], first["w"])
    same = Perceptron(2).fit(X, y.astype(float), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(same.params["w"], first["w"])
    other = Perceptron(2).fit(X, y, rng=1)
    assert not np.array_equal(other.params["w"], first["w"])


def test_an_untrained_unit_never_fires():
    unit = Perceptron(2)
    np.testing.assert_array_equal(unit.predict([[0, 0], [5, -3]]), [0, 0])
    assert unit.mistakes == []
    assert unit.fit([[1, 1]], [1], epochs=0).mistakes == []
    assert repr(unit) == "Perceptron(2 inputs)"


def test_float32_stays():
    unit = Perceptron(2, dtype=np.float32).fit(CORNERS, [0, 0, 0, 1])
    assert {a.dtype for a in unit.params.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(unit.predict(CORNERS), [0, 0, 0, 1])
    assert Perceptron(2).params["w"].dtype == np.float64


def fit(X, y, **options):
    return Perceptron(2).fit(X, y, **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Perceptron(0), ValueError, "n_inputs must be at least 1, got 0"),
        (lambda: Perceptron(2.0), TypeError, "n_inputs must be a whole number, got float"),
        (
            lambda: Perceptron(2, dtype=int),
            TypeError,
            "dtype must be float64 or float32, got <class 'int'>",
        ),
        (
            lambda: Perceptron(2, dtype="half life"),
            TypeError,
            "dtype must be float64 or float32, got 'half life'",
        ),
        (lambda: fit([1, 2], [1]), ValueError, "X must have shape (N, 2), got (2,)"),
        (lambda: fit([[1, 2, 3]], [1]), ValueError, "X must have shape (N, 2), got (1, 3)"),
        (lambda: fit([[1, np.nan]], [1]), ValueError, "X must be finite, got nan at index (0, 1)"),
        (lambda: fit([[1, 2]], [1, 0]), ValueError, "y must have shape (1,), got (2,)"),
        (lambda: fit([[1, 2]], [-1]), ValueError, "y must hold 0 and 1 only, got -1"),
        (lambda: fit([[1, 2]], ["a"]), TypeError, "y must hold real numbers, got strings"),
        (lambda: fit(np.zeros((0, 2)), []), ValueError, "y must hold at least one label, got none"),
        (lambda: fit([[1, 2]], [1], epochs=-1), ValueError, "epochs must be at least 0, got -1"),
        (
            lambda: fit([[1, 2]], [1], rng=None),
            TypeError,
            "rng must be a numpy.random.Generator or a whole-number seed, got NoneType",
        ),
        (lambda: Perceptron(2).predict([[1]]), ValueError, "X must have shape (N, 2), got (1, 1)"),
        (
            lambda: gate("xor"),
            ValueError,
            "name must be one of 'and', 'or', 'nand', 'nor', 'majority', 'not', got 'xor'",
        ),
        (lambda: gate("and", 0), ValueError, "n must be at least 1, got 0"),
        (lambda: gate("not", 0), ValueError, "n must be at least 1, got 0"),
        (
            lambda: threshold_network([1], [[1]]),
            TypeError,
            "params must be a dict of arrays, got list",
        ),
        (
            lambda: threshold_network({}, [[1]]),
            ValueError,
            "params must have the keys ['W1', 'b1'], got []",
        ),
        (
            lambda: threshold_network({"W1": [[1]], "b2": [1]}, [[1]]),
            ValueError,
            "params must have the keys ['W1', 'b1'], got ['W1', 'b2']",
        ),
        (
            lambda: threshold_network(xor_network(), [[1, 2, 3]]),
            ValueError,
            "W1 must have shape (out, 3), got (2, 2)",
        ),
        (
            lambda: threshold_network({"W1": [[1, 2], [3, 4]], "b1": [0, 0]}, [[1, 2]]),
            ValueError,
            "W1 must have shape (1, 2), got (2, 2)",
        ),
        (
            lambda: threshold_network({**xor_network(), "b1": [0]}, [[1, 2]]),
            ValueError,
            "b1 must have shape (2,), got (1,)",
        ),
        (
            lambda: threshold_network(xor_network(), [1, 2]),
            ValueError,
            "X must have shape (N, D), got (2,)",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
