"""Finite differences against derivatives known by heart, and a check that must find wrong ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.gradcheck import check, numerical_gradient, relative_error


def test_gradient_of_a_quadratic_form():
    A = np.array([[2.0, -1, 0.5], [3, 1, 4], [0, -2, 1]])
    x = np.array([0.3, -1.2, 2.5])
    numerical = numerical_gradient(lambda x: x @ A @ x, x)
    np.testing.assert_allclose(numerical, (A + A.T) @ x, rtol=1e-8)


def test_gradient_has_the_shape_of_the_argument():
    weights = np.arange(1.0, 13).reshape(2, 3, 2)
    numerical = numerical_gradient(lambda x: (weights * x**2).sum(), np.full((2, 3, 2), 0.5))
    np.testing.assert_allclose(numerical, weights, rtol=1e-9)
    assert numerical_gradient(np.sin, 0.3).shape == ()
    assert numerical_gradient(np.sin, 0.3) == pytest.approx(np.cos(0.3), rel=1e-9)
    assert numerical_gradient(np.sum, np.zeros((0, 2))).shape == (0, 2)


def test_the_differences_are_central_and_eps_is_the_step():
    # ((x + h)**3 - (x - h)**3) / 2h = 3 x**2 + h**2
    cube = lambda x: x[0] ** 3  # noqa: E731
    assert numerical_gradient(cube, [2.0], eps=0.5) == pytest.approx(12.25, rel=1e-14)
    seen = []
    numerical_gradient(lambda x: seen.append(float(x[0])) or 0.0, [2.0])
    assert sorted(seen) == [2 - 1e-6, 2 + 1e-6]


def test_the_step_really_taken_counts():
    # near 1e6, 1e-6 is rounded to a multiple of 1.2e-10
    assert numerical_gradient(lambda x: 3 * x[0], [1e6 + 0.1]) == pytest.approx(3, rel=1e-9)


def test_numerical_gradient_leaves_x_alone_and_takes_lists_and_integers():
    x = np.array([1, 2])
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), [2, 4], rtol=1e-9)
    np.testing.assert_array_equal(x, [1, 2])
    y = np.array([1.0, 2.0])
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda x: 1 / 0, y)
    np.testing.assert_array_equal(y, [1, 2])


def test_float32_gets_a_float32_gradient_from_float64_differences():
    x = np.array([0.3, -2], dtype=np.float32)
    numerical = numerical_gradient(lambda x: np.exp(x).sum(), x)
    assert numerical.dtype == np.float32
    np.testing.assert_allclose(numerical, np.exp(x), rtol=1e-6)


def test_relative_error_by_hand():
    assert relative_error([3, 4], [0, 0]) == 1
    assert relative_error([3, 4], [-3, -4]) == 1
    assert relative_error([[3], [4]], [[6], [8]]) == pytest.approx(5 / 15, rel=1e-15)
    assert relative_error([3, 4], [3, 4]) == 0
    assert relative_error(2, 6) == pytest.approx(0.5, rel=1e-15)
    assert type(relative_error([1], [2])) is float


def test_relative_error_of_nothing_and_of_extremes():
    assert relative_error([0, 0], [0, 0]) == 0
    assert relative_error([], []) == 0
    assert relative_error([1e-300], [3e-300]) == pytest.approx(0.5, rel=1e-15)
    assert relative_error([1e300], [3e300]) == pytest.approx(0.5, rel=1e-15)
    tiny, huge = np.float32(1e-38), np.float32(3e38)
    assert relative_error([tiny, huge], [tiny, -huge]) == 1


class Quadratic:
    """``loss = sum c (A x)**2 / 2 + sum b**3``, whose gradients can be made wrong on purpose."""

    def __init__(self, dtype=np.float64):
        self.params = {
            "A": np.array([[1, -2, 0.5], [3, 0.25, -1]], dtype=dtype),
            "b": np.array([0.5, -2], dtype=dtype),
        }
        self.calls = 0
        self.wrong = {}

    def loss_and_grads(self, x, c=1.0):
        self.calls += 1
        A, b = self.params.values()
        loss = c * ((A @ x) ** 2).sum() / 2 + (b**3).sum()
        grads = {"A": c * np.outer(A @ x, x), "b": 3 * b**2}
        for name, place in self.wrong.items():
            grads[name][place] += 1
        return float(loss), grads


x = np.array([0.5, -1, 2])


def test_check_finds_right_gradients_right():
    model = Quadratic()
    before = {name: param.copy() for name, param in model.params.items()}
    originals = dict(model.params)
    errors = check(model, x, 3.0)
    assert list(errors) == ["A", "b"]
    assert max(errors.values()) < 1e-9
    assert all(type(error) is float for error in errors.values())
    assert model.calls == 1 + 2 * 8
    for name, param in model.params.items():
        assert param is originals[name]
        np.testing.assert_array_equal(param, before[name])


@pytest.mark.parametrize("name", ["A", "b"])
def test_check_finds_a_single_wrong_entry(name):
    model = Quadratic()
    model.wrong = {name: (1, 2) if name == "A" else 0}
    errors = check(model, x)
    assert errors.pop(name) > 1e-2
    assert max(errors.values()) < 1e-9


def test_check_of_samples_looks_at_so_many_entries():
    model = Quadratic()
    errors = check(model, x, samples=3)
    assert list(errors) == ["A", "b"]
    assert model.calls == 1 + 2 * (3 + 2)
    assert check(Quadratic(), x, samples=100) == check(Quadratic(), x)

    model.wrong = {"A": (1, 2)}
    found = [check(model, x, samples=1, rng=seed)["A"] > 1e-2 for seed in range(40)]
    assert 0 < sum(found) < 40
    again = [check(model, x, samples=1, rng=np.random.default_rng(s))["A"] for s in range(40)]
    assert [error > 1e-2 for error in again] == found
    assert check(model, x, samples=1) == check(model, x, samples=1, rng=0)


def test_check_looks_at_no_entry_twice():
    model = Quadratic()
    before, seen = model.params["A"].copy(), set()
    right = model.loss_and_grads

    def watched(x):
        seen.update(np.flatnonzero(model.params["A"] != before).tolist())
        return right(x)

    model.loss_and_grads = watched
    for seed in range(5):
        seen.clear()
        check(model, x, samples=5, rng=seed)
        assert len(seen) == 5


def test_check_in_float32_tells_right_from_wrong():
    model = Quadratic(np.float32)
    assert max(check(model, x.astype(np.float32)).values()) < 1e-2
    assert {param.dtype for param in model.params.values()} == {np.dtype(np.float32)}
    model.wrong = {"b": 1}
    assert check(model, x.astype(np.float32))["b"] > 2e-2


def test_check_leaves_the_parameters_alone_when_the_loss_fails():
    model = Quadratic()
    before = model.params["A"].copy()
    right = model.loss_and_grads

    def fails_later(x):
        if model.calls == 3:
            raise FloatingPointError("no")
        return right(x)

    model.loss_and_grads = fails_later
    with pytest.raises(FloatingPointError):
        check(model, x)
    np.testing.assert_array_equal(model.params["A"], before)


def test_check_survives_a_model_that_reuses_its_gradients():
    w = np.array([1.0, 2, 3])
    grad = np.empty(3)

    def loss_and_grads():
        grad[:] = 2 * w
        return float((w**2).sum()), {"w": grad}

    assert check(SimpleNamespace(params={"w": w}, loss_and_grads=loss_and_grads))["w"] < 1e-9


def model_with(grads):
    return SimpleNamespace(params={"w": np.zeros(2)}, loss_and_grads=lambda: (0.0, grads))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: numerical_gradient(lambda x: x, [1, 2]),
            ValueError,
            "f must return one number, got shape (2,)",
        ),
        (
            lambda: numerical_gradient(np.sum, ["a"]),
            TypeError,
            "x must hold real numbers, got strings",
        ),
        (
            lambda: numerical_gradient(np.sum, [np.nan]),
            ValueError,
            "x must be finite, got nan at index 0",
        ),
        (
            lambda: numerical_gradient(np.sum, [1], eps=0),
            ValueError,
            "eps must be more than 0, got 0",
        ),
        (
            lambda: numerical_gradient(np.sum, [1e12]),
            ValueError,
            "eps must be large enough to change 1e+12, got 1e-06",
        ),
        (lambda: relative_error([1], [1, 2]), ValueError, "b must have shape (1,), got (2,)"),
        (lambda: relative_error([np.nan], [1]), ValueError, "a must be finite, got nan at index 0"),
        (lambda: check(Quadratic(), x, samples=0), ValueError, "samples must be at least 1, got 0"),
        (
            lambda: check(Quadratic(), x, rng="0"),
            TypeError,
            "rng must be a numpy.random.Generator or a whole-number seed, got str",
        ),
        (
            lambda: check(model_with({"v": np.zeros(2)})),
            ValueError,
            "model: gradients must have the names of the parameters ['w'], got ['v']",
        ),
        (
            lambda: check(model_with({"w": np.zeros((2, 1))})),
            ValueError,
            "model: the gradient of w must have shape (2,), got (2, 1)",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
