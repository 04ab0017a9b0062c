"""Losses and information against hand values, central differences, PyTorch and identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.gradcheck import numerical_gradient
from course_lib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    entropy,
    kl_divergence,
    softmax_cross_entropy,
    squared_error,
)

log = np.log

# name: (loss, first argument, y), none of them symmetric
CASES = {
    "squared error": (squared_error, [[1.0, -2, 0.5], [0, 3, 4]], [[0.5, 1, 0], [2, 3, 1]]),
    "squared error, vector": (squared_error, [1.0, -2, 0.5, 4], [0, 1, 2, 3]),
    "squared error, images": (
        squared_error,
        np.arange(24.0).reshape(2, 3, 2, 2) / 7,
        np.arange(24.0)[::-1].reshape(2, 3, 2, 2) / 5,
    ),
    "binary": (binary_cross_entropy, [[0.2, 0.9, 0.5], [0.7, 0.1, 0.4]], [[0, 1, 1], [1, 0.25, 0]]),
    "binary, vector": (binary_cross_entropy, [0.2, 0.9, 0.5, 0.6], [0, 1, 0.75, 0]),
    "logits": (
        binary_cross_entropy_with_logits,
        [[-1.5, 2, 0.5], [0.7, -0.1, 4]],
        [[0, 1, 1], [1, 0.25, 0]],
    ),
    "logits, vector": (binary_cross_entropy_with_logits, [-1.5, 2, 0.5, 0.7], [0, 0, 0.75, 1]),
    "softmax": (softmax_cross_entropy, [[1.0, -2, 0.5], [0, 3, 4]], [2, 0]),
    "softmax, one example": (softmax_cross_entropy, [1.0, -2, 0.5], 1),
    "softmax, sequences": (
        softmax_cross_entropy,
        np.sin(np.arange(30.0)).reshape(2, 5, 3) * 3,
        [[0, 1, 2, 2, 0], [1, 1, 2, 0, 2]],
    ),
}
every_case = pytest.mark.parametrize(("loss", "x", "y"), CASES.values(), ids=CASES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("squared error", ((0.25 + 9 + 0.25) + (4 + 0 + 9)) / 4),
        ("squared error, vector", (1 + 9 + 2.25 + 1) / 8),
        (
            "binary",
            -(
                log(0.8)
                + log(0.9)
                + log(0.5)
                + log(0.7)
                + log(0.1) / 4
                + log(0.9) * 3 / 4
                + log(0.6)
            )
            / 2,
        ),
        ("binary, vector", -(log(0.8) + log(0.9) + log(0.5) + log(0.4)) / 4),
        (
            "softmax",
            (
                log(np.exp(1) + np.exp(-2) + np.exp(0.5))
                - 0.5
                + log(np.exp(0) + np.exp(3) + np.exp(4))
            )
            / 2,
        ),
        ("softmax, one example", log(np.exp(1) + np.exp(-2) + np.exp(0.5)) + 2),
    ],
)
def test_loss_by_hand(name, expected):
    loss, x, y = CASES[name]
    value, _ = loss(x, y)
    assert type(value) is float
    assert value == pytest.approx(expected, rel=1e-14)


@every_case
def test_gradient_is_the_central_difference(loss, x, y):
    _, gradient = loss(x, y)
    assert gradient.shape == np.shape(x)
    numerical = numerical_gradient(lambda x: loss(x, y)[0], x, eps=1e-5)
    np.testing.assert_allclose(gradient, numerical, rtol=1e-8, atol=1e-10)


@every_case
def test_float32_stays_and_nothing_is_changed(loss, x, y):
    x32, y = np.array(x, dtype=np.float32), np.array(y)
    x_before, y_before = x32.copy(), y.copy()
    value, gradient = loss(x32, y)
    assert type(value) is float
    assert gradient.dtype == np.float32
    np.testing.assert_array_equal(x32, x_before)
    np.testing.assert_array_equal(y, y_before)
    value64, gradient64 = loss(x, y)
    assert gradient64.dtype == np.float64
    assert value == pytest.approx(value64, rel=1e-5)
    np.testing.assert_allclose(gradient, gradient64, rtol=1e-4, atol=1e-6)


def test_both_binary_losses_agree_and_have_the_gradient_of_the_sigmoid_between():
    z, y = np.array([[-1.5, 2, 0.5], [0.7, -0.1, 4]]), np.array([[0, 1, 1], [1, 0.25, 0]])
    p = 1 / (1 + np.exp(-z))
    from_p, dp = binary_cross_entropy(p, y)
    from_z, dz = binary_cross_entropy_with_logits(z, y)
    assert from_p == pytest.approx(from_z, rel=1e-14)
    np.testing.assert_allclose(dp * p * (1 - p), dz, rtol=1e-12)


def test_certain_answers_are_taken_at_their_limits():
    for p, y, loss, slope in [
        (0, 0, 0, 1),
        (1, 1, 0, -1),
        (0, 1, np.inf, -np.inf),
        (1, 0, np.inf, np.inf),
        (0, 0.5, np.inf, -np.inf),
        (1, 0.5, np.inf, np.inf),
    ]:
        value, gradient = binary_cross_entropy([p], [y])
        assert value == loss
        assert gradient == slope
    value, gradient = binary_cross_entropy([0, 1], [0, 1])
    assert str(value) == "0.0"
    np.testing.assert_array_equal(gradient, [0.5, -0.5])
    assert binary_cross_entropy([5e-324], [1])[1] == -np.inf


def test_huge_logits_neither_overflow_nor_lose_digits():
    value, gradient = binary_cross_entropy_with_logits([800, -800], [0, 1])
    assert value == 800
    np.testing.assert_array_equal(gradient, [0.5, -0.5])
    assert binary_cross_entropy_with_logits([40], [1])[0] == pytest.approx(np.exp(-40), rel=1e-14)
    assert binary_cross_entropy_with_logits([-40], [0])[0] == pytest.approx(np.exp(-40), rel=1e-14)

    value, gradient = softmax_cross_entropy([[0, 4000], [-4000, 0]], [0, 0])
    assert value == 4000
    np.testing.assert_array_equal(gradient, [[-0.5, 0.5], [-0.5, 0.5]])
    assert softmax_cross_entropy([[0.0, 1e308, -1e308]], [1])[0] == 0


def test_softmax_cross_entropy_ignores_a_common_shift():
    z, labels = np.array([[1.0, -2, 0.5], [0, 3, 4]]), [2, 1]
    value, gradient = softmax_cross_entropy(z, labels)
    shifted, shifted_gradient = softmax_cross_entropy(z + np.array([[64], [-32]]), labels)
    assert shifted == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(shifted_gradient, gradient, rtol=1e-12)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-16)


@every_case
def test_against_pytorch(loss, x, y):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    tx, ty = torch.tensor(np.array(x), requires_grad=True), torch.tensor(np.array(y))
    if loss is softmax_cross_entropy:
        theirs = functional.cross_entropy(tx.reshape(-1, tx.shape[-1]), ty.reshape(-1))
    else:
        their_loss, factor = {
            squared_error: (functional.mse_loss, 0.5),
            binary_cross_entropy: (functional.binary_cross_entropy, 1),
            binary_cross_entropy_with_logits: (functional.binary_cross_entropy_with_logits, 1),
        }[loss]
        theirs = factor * their_loss(tx, ty.double(), reduction="sum") / len(tx)
    theirs.backward()
    value, gradient = loss(x, y)
    assert value == pytest.approx(theirs.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, tx.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_information_by_hand():
    assert entropy([0.5, 0.25, 0.25]) == pytest.approx(1.5 * log(2), rel=1e-15)
    assert cross_entropy([0.5, 0.5, 0], [0.25, 0.5, 0.25]) == pytest.approx(1.5 * log(2), rel=1e-15)
    assert kl_divergence([0.5, 0.5], [0.25, 0.75]) == pytest.approx(
        0.5 * log(2) + 0.5 * log(2 / 3), rel=1e-14
    )
    assert kl_divergence([0.25, 0.75], [0.5, 0.5]) == pytest.approx(
        0.25 * log(0.5) + 0.75 * log(1.5), rel=1e-14
    )
    for value in (entropy([1]), cross_entropy([1], [1]), kl_divergence([1], [1])):
        assert type(value) is float


def test_information_at_zero():
    assert str(entropy([0, 1, 0])) == "0.0"
    assert str(cross_entropy([0, 1], [0, 1])) == "0.0"
    assert cross_entropy([0.5, 0.5], [0, 1]) == np.inf
    assert kl_divergence([0.5, 0.5], [0, 1]) == np.inf
    assert kl_divergence([0, 1], [0.5, 0.5]) == pytest.approx(log(2), rel=1e-15)
    assert kl_divergence([0.3, 0.7], [0.3, 0.7]) == 0
    assert kl_divergence([0.2, 0.8], [0.200000001, 0.7999999990000001]) == 0  # not -6e-17


positive = arrays(np.float64, 4, elements=st.floats(0, 1)).filter(lambda a: a.sum() > 1e-3)


@given(positive, positive)
def test_information_identities(p, q):
    p, q = p / p.sum(), q / q.sum()
    assert 0 <= entropy(p) <= log(4) + 1e-12
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    if cross_entropy(p, q) < np.inf:
        assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl_divergence(p, q), abs=1e-9)
    else:
        assert kl_divergence(p, q) == np.inf


REGRESSION, BINARY, CLASSES = squared_error, binary_cross_entropy, softmax_cross_entropy
LOGITS = binary_cross_entropy_with_logits


@pytest.mark.parametrize(
    ("loss", "x", "y", "error", "message"),
    [
        (REGRESSION, [[1, 2]], [1, 2], ValueError, "y must have shape (1, 2), got (2,)"),
        (REGRESSION, [1, 2], [[1], [2]], ValueError, "y must have shape (2,), got (2, 1)"),
        (REGRESSION, [1, 2], 1, ValueError, "y must have shape (2,), got ()"),
        (REGRESSION, 1, 1, ValueError, "pred must hold at least one example, got shape ()"),
        (REGRESSION, [], [], ValueError, "pred must hold at least one example, got shape (0,)"),
        (REGRESSION, [np.nan], [1], ValueError, "pred must be finite, got nan at index 0"),
        (REGRESSION, [1], [np.inf], ValueError, "y must be finite, got inf at index 0"),
        (REGRESSION, ["a"], [1], TypeError, "pred must hold real numbers, got strings"),
        (BINARY, [1.5], [1], ValueError, "p must lie between 0 and 1, got 1.5 at index 0"),
        (BINARY, [0, -0.5], [1, 0], ValueError, "p must lie between 0 and 1, got -0.5 at index 1"),
        (BINARY, [0.5], [-1], ValueError, "y must lie between 0 and 1, got -1.0 at index 0"),
        (BINARY, [[0.5]], [1], ValueError, "y must have shape (1, 1), got (1,)"),
        (BINARY, [], [], ValueError, "p must hold at least one example, got shape (0,)"),
        (BINARY, [np.nan], [1], ValueError, "p must be finite, got nan at index 0"),
        (LOGITS, [0.5], [2], ValueError, "y must lie between 0 and 1, got 2.0 at index 0"),
        (LOGITS, [0.5, 1], [1], ValueError, "y must have shape (2,), got (1,)"),
        (LOGITS, [[]], [[]], ValueError, "z must hold at least one example, got shape (1, 0)"),
        (LOGITS, [np.inf], [1], ValueError, "z must be finite, got inf at index 0"),
        (CLASSES, [[1, 2]], [2], ValueError, "labels must be in 0..1, got 2 at index 0"),
        (CLASSES, [[1, 2]], [-1], ValueError, "labels must be in 0..1, got -1 at index 0"),
        (CLASSES, [[1, 2]], [0.0], TypeError, "labels must hold integers, got float64"),
        (CLASSES, [[1, 2]], ["a"], TypeError, "labels must hold integers, got strings"),
        (CLASSES, [[1, 2]], [[0]], ValueError, "labels must have shape (1,), got (1, 1)"),
        (CLASSES, [[1, np.nan]], [0], ValueError, "logits must be finite, got nan at index (0, 1)"),
        (CLASSES, [[]], [0], ValueError, "logits must have at least one class, got shape (1, 0)"),
        (CLASSES, 3, 0, ValueError, "logits must have at least one class, got shape ()"),
        (
            CLASSES,
            np.zeros((0, 2)),
            [],
            ValueError,
            "logits must hold at least one example, got shape (0, 2)",
        ),
        (kl_divergence, [0.5, 0.6], [0.5, 0.5], ValueError, "p must sum to 1, got 1.1"),
        (kl_divergence, [1, 0], [0.5, 0.6], ValueError, "q must sum to 1, got 1.1"),
        (
            cross_entropy,
            [1.5, -0.5],
            [1, 0],
            ValueError,
            "p must not be negative, got -0.5 at index 1",
        ),
        (cross_entropy, [1, 0], [1], ValueError, "q must have shape (2,), got (1,)"),
        (cross_entropy, [[1, 0]], [1, 0], ValueError, "p must have shape (K,), got (1, 2)"),
    ],
)
def test_bad_input_is_named(loss, x, y, error, message):
    with pytest.raises(error) as caught:
        loss(x, y)
    assert str(caught.value) == message


def test_entropy_names_its_own_argument():
    with pytest.raises(ValueError, match=r"p must sum to 1, got 0\.7"):
        entropy([0.5, 0.2])
