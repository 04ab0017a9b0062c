"""The tables of an HMM, the joint probability, and what is refused."""

import re
from math import log

import numpy as np
import pytest

from course_lib import data
from course_lib.hmm import HMM, decoding, inference
from course_lib.hmm.log_space import log as log_space_log
from course_lib.hmm.log_space import log_sum_exp

PI = [0.5, 0.3, 0.2]
A = [[0.1, 0.2, 0.7], [0.0, 1.0, 0.0], [0.3, 0.3, 0.4]]
B = [[0.9, 0.1], [0.5, 0.5], [0.0, 1.0]]


def test_tables_are_kept_and_their_logarithms_too():
    hmm = HMM(PI, A, B)
    np.testing.assert_array_equal(hmm.pi, PI)
    np.testing.assert_array_equal(hmm.A, A)
    np.testing.assert_array_equal(hmm.B, B)
    assert (hmm.n_states, hmm.n_symbols) == (3, 2)
    assert hmm.log_pi[1] == log(0.3)
    assert hmm.log_A[0, 2] == log(0.7)
    assert hmm.log_A[1, 0] == -np.inf
    assert hmm.log_B[2, 0] == -np.inf
    assert hmm.stop is None
    np.testing.assert_array_equal(hmm.log_stop, [0, 0, 0])


def test_tables_are_copies_that_cannot_be_changed():
    pi = np.array([0.25, 0.75])
    hmm = HMM(pi, [[0.5, 0.5], [0.1, 0.9]], [[1.0], [1.0]])
    pi[0] = 1
    assert hmm.pi[0] == 0.25
    for table in (hmm.pi, hmm.A, hmm.B):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 0


def test_stop_completes_the_rows():
    hmm = HMM([1.0, 0.0], [[0.5, 0.25], [0.0, 0.0]], [[1.0], [1.0]], stop=[0.25, 1.0])
    np.testing.assert_array_equal(hmm.log_stop, [log(0.25), 0])
    with pytest.raises(ValueError, match=r"A with stop must sum to 1, got 0.75 in row index 0"):
        HMM([1.0, 0.0], [[0.5, 0.25], [0.0, 0.0]], [[1.0], [1.0]], stop=[0.0, 1.0])
    with pytest.raises(ValueError, match=r"^A must sum to 1, got 0.75 in row index 0"):
        HMM([1.0, 0.0], [[0.5, 0.25], [0.0, 1.0]], [[1.0], [1.0]])


def test_names_default_to_numbers():
    hmm = HMM(PI, A, B)
    assert hmm.states == ("0", "1", "2")
    assert hmm.symbols == ("0", "1")
    named = HMM(PI, A, B, states=["C", "H", "W"], symbols=("no", "yes"))
    assert named.states == ("C", "H", "W")
    assert named.symbols == ("no", "yes")


def test_repr_says_what_it_is():
    assert repr(HMM(PI, A, B)) == "HMM(3 states, 2 symbols)"
    assert repr(data.ice_cream(stop=True)) == "HMM(2 states, 3 symbols, with STOP)"


def test_float32_stays():
    hmm = HMM(*(np.array(t, dtype=np.float32) for t in (PI, A, B)))
    for table in (hmm.pi, hmm.A, hmm.B, hmm.log_pi, hmm.log_A, hmm.log_B, hmm.log_stop):
        assert table.dtype == np.float32


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"pi": [0.5, 0.5]}, ValueError, "A must have shape (2, 2), got (3, 3)"),
        ({"pi": [PI]}, ValueError, "pi must have shape (K,), got (1, 3)"),
        ({"pi": [0.5, 0.3, 0.3]}, ValueError, "pi must sum to 1, got 1.1"),
        ({"pi": [1.5, -0.3, -0.2]}, ValueError, "pi must not be negative, got -0.3 at index 1"),
        ({"pi": [0.5, np.nan, 0.5]}, ValueError, "pi must be finite, got nan at index 1"),
        ({"pi": ["a", "b", "c"]}, TypeError, "pi must hold real numbers, got strings"),
        ({"A": A[:2]}, ValueError, "A must have shape (3, 3), got (2, 3)"),
        ({"A": [*A[:2], [0.3, 0.3]]}, ValueError, "A must be rectangular"),
        ({"A": [*A[:2], [2, -1, 0]]}, ValueError, "A must not be negative, got -1"),
        ({"A": [*A[:2], [np.inf, 0, 0]]}, ValueError, "A must be finite, got inf at index (2, 0)"),
        ({"A": [*A[:2], [0.3, 0.3, 0.3]]}, ValueError, "A must sum to 1, got 0.9 in row index 2"),
        ({"B": B[:2]}, ValueError, "B must have shape (3, M), got (2, 2)"),
        ({"B": [*B[:2], [0.0, 0.9]]}, ValueError, "B must sum to 1, got 0.9 in row index 2"),
        ({"stop": [0.0, 0.0]}, ValueError, "stop must have shape (3,), got (2,)"),
        ({"stop": [0.1, 0.0, 0.0]}, ValueError, "A with stop must sum to 1, got 1.1"),
        ({"stop": [0.0, 0.0, -0.1]}, ValueError, "stop must not be negative"),
        ({"states": ["C", "H"]}, ValueError, "states must be 3 different names"),
        ({"states": ["C", "H", "C"]}, ValueError, "states must be 3 different names"),
        ({"symbols": ["1", "2", "3"]}, ValueError, "symbols must be 2 different names"),
    ],
)
def test_bad_tables_are_refused(change, error, message):
    with pytest.raises(error, match=re.escape(message)):
        HMM(**({"pi": PI, "A": A, "B": B} | change))


def test_joint_log_prob_multiplies_the_factors():
    hmm = HMM(PI, A, B)
    assert hmm.joint_log_prob([1, 0], [2, 1]) == pytest.approx(log(0.2 * 1.0 * 0.3 * 0.5))
    assert hmm.joint_log_prob([1], [0]) == pytest.approx(log(0.5 * 0.1))
    assert hmm.joint_log_prob([1, 0], [1, 0]) == -np.inf
    stopping = data.ice_cream(stop=True)
    expected = log(0.5 * 0.7 * 0.8 * 0.2 * 0.1 * 0.1 * 0.1)
    assert stopping.joint_log_prob([0, 1, 0], [0, 0, 1]) == pytest.approx(expected)
    assert isinstance(stopping.joint_log_prob([0], [0]), float)


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        ([0, 2], [0, 0], ValueError, "x must be in 0..1, got 2 at index 1"),
        ([0, -1], [0, 0], ValueError, "x must be in 0..1, got -1 at index 1"),
        ([0, 1], [0, 3], ValueError, "y must be in 0..2, got 3 at index 1"),
        ([0, 1], [0], ValueError, "y must have shape (2,), got (1,)"),
        ([], [], ValueError, "x must hold at least one observation, got none"),
        ([[0, 1]], [0], ValueError, "x must have shape (n,), got (1, 2)"),
        ("01", [0, 0], TypeError, "x must hold integers, got strings"),
        ([0.0, 1.0], [0, 0], TypeError, "x must hold integers, got float64"),
        ([0, 1], ["C", "H"], TypeError, "y must hold integers, got strings"),
    ],
)
def test_joint_log_prob_refuses(x, y, error, message):
    with pytest.raises(error, match=re.escape(message)):
        HMM(PI, A, B).joint_log_prob(x, y)


@pytest.mark.parametrize(
    "method", ["viterbi", "forward", "backward", "posteriors", "posterior_decode"]
)
def test_every_method_checks_its_sequence(method):
    ask = getattr(HMM(PI, A, B), method)
    with pytest.raises(ValueError, match=re.escape("x must be in 0..1, got 2 at index 600")):
        ask([0] * 600 + [2])
    with pytest.raises(TypeError, match="x must hold integers, got strings"):
        ask("010")
    with pytest.raises(ValueError, match="x must hold at least one observation"):
        ask(np.array([], dtype=int))


@pytest.mark.parametrize("method", ["viterbi_batch", "log_likelihood"])
@pytest.mark.parametrize(
    ("xs", "error", "message"),
    [
        ([[0, 1], [0, 2]], ValueError, "xs[1] must be in 0..1, got 2 at index 1"),
        ([np.array([0, 1]), np.array([-1])], ValueError, "xs[1] must be in 0..1, got -1"),
        ([np.array([0, 1]), np.array([0, 5])], ValueError, "xs[1] must be in 0..1, got 5"),
        ([[0, 1], []], ValueError, "xs[1] must hold at least one observation, got none"),
        ([np.array([0]), np.zeros(0, int)], ValueError, "xs[1] must hold at least one"),
        ([0, 1], ValueError, "xs[0] must have shape (n,), got ()"),
        ([np.zeros((2, 2), int)], ValueError, "xs[0] must have shape (n,), got (2, 2)"),
        ([np.array([0, 1]), np.array([0.5])], TypeError, "xs[1] must hold integers, got float64"),
        ([["a"]], TypeError, "xs[0] must hold integers, got strings"),
        ([np.array([True])], TypeError, "xs[0] must hold integers, got booleans"),
        ("01", TypeError, "xs must be a list, got str"),
        (7, TypeError, "xs must be a list, got int"),
    ],
)
def test_every_batch_method_checks_its_sequences(method, xs, error, message):
    with pytest.raises(error, match=re.escape(message)):
        getattr(HMM(PI, A, B), method)(xs)


def test_joined_observations():
    hmm = HMM(PI, A, B)
    for xs in (
        [[0, 1], (1,)],
        [np.array([0, 1], dtype=np.uint64), np.array([1], dtype=np.int8)],
        iter([np.array([0, 1]), [1]]),
    ):
        x, lengths = hmm.joined_observations("xs", xs)
        assert x.dtype == lengths.dtype == np.intp
        assert x.tolist() == [0, 1, 1]
        assert lengths.tolist() == [2, 1]
    x, lengths = hmm.joined_observations("xs", [])
    assert x.dtype == np.intp
    assert x.shape == lengths.shape == (0,)


def test_log_and_log_sum_exp_know_zero():
    a = np.array([[0.0, 1.0], [0.0, 0.0], [0.5, 0.25]])
    logs = log_space_log(a)
    assert logs[0, 0] == -np.inf
    np.testing.assert_allclose(log_sum_exp(logs), np.log([0.5, 1.25]))
    np.testing.assert_allclose(log_sum_exp(logs, axis=1), [0, -np.inf, log(0.75)])
    np.testing.assert_allclose(log_sum_exp(logs - 1e4, axis=1)[2], log(0.75) - 1e4)
    np.testing.assert_allclose(log_sum_exp(logs + 1e4, axis=1)[2], log(0.75) + 1e4)


@pytest.mark.parametrize(
    "function",
    [decoding.viterbi, inference.forward, inference.backward, inference.posteriors],
    ids=lambda function: function.__name__,
)
def test_every_printed_function_names_its_sequence(random_model, function):
    with pytest.raises(ValueError, match=r"^x must .*3"):
        function(random_model(2, 3), [0, 3])


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1)])
def test_log_sum_exp_takes_one_axis_away(shape, axis):
    a = np.log(np.arange(1.0, 1 + np.prod(shape)).reshape(shape))
    total = log_sum_exp(a, axis=axis)
    np.testing.assert_allclose(np.exp(total), np.exp(a).sum(axis=axis))
    assert total.shape == (shape[1 - axis],)
