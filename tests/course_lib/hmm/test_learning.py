"""Counting: the lecture's diary, hand counts, smoothing, STOP, and what is refused."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data
from course_lib.hmm import HMM, fit_supervised
from course_lib.hmm.learning import normalise

XS = [[0, 1, 1], [2], [0, 0]]
YS = [[0, 1, 1], [1], [1, 0]]


def test_the_lectures_diary():
    xs, ys = data.ice_cream_diary()
    hmm = fit_supervised(xs, ys, 2, 3)
    np.testing.assert_allclose(hmm.pi, [1 / 2, 1 / 2])
    np.testing.assert_allclose(hmm.A, [[6 / 10, 4 / 10], [4 / 14, 10 / 14]])
    np.testing.assert_allclose(hmm.B, [[5 / 11, 5 / 11, 1 / 11], [2 / 15, 6 / 15, 7 / 15]])
    assert hmm.stop is None


def test_counts_by_hand():
    hmm = fit_supervised(XS, YS, 2, 3)
    np.testing.assert_allclose(hmm.pi, [1 / 3, 2 / 3])
    np.testing.assert_allclose(hmm.A, [[0, 1], [1 / 2, 1 / 2]])
    np.testing.assert_allclose(hmm.B, [[1, 0, 0], [1 / 4, 2 / 4, 1 / 4]])


def test_ends_are_counted_with_stop():
    hmm = fit_supervised(XS, YS, 2, 3, stop=True)
    np.testing.assert_allclose(hmm.A, [[0, 1 / 2], [1 / 4, 1 / 4]])
    np.testing.assert_allclose(hmm.stop, [1 / 2, 2 / 4])
    np.testing.assert_allclose(hmm.pi, [1 / 3, 2 / 3])


def test_smoothing_is_added_to_every_count():
    hmm = fit_supervised(XS, YS, 2, 3, smoothing=0.5, stop=True)
    np.testing.assert_allclose(hmm.pi, [1.5 / 4, 2.5 / 4])
    np.testing.assert_allclose(hmm.A, [[0.5 / 3.5, 1.5 / 3.5], [1.5 / 5.5, 1.5 / 5.5]])
    np.testing.assert_allclose(hmm.stop, [1.5 / 3.5, 2.5 / 5.5])
    np.testing.assert_allclose(hmm.B[0], [2.5 / 3.5, 0.5 / 3.5, 0.5 / 3.5])


def test_states_never_left_or_never_seen_get_uniform_rows():
    hmm = fit_supervised([[0, 1]], [[0, 1]], 3, 2)
    np.testing.assert_allclose(hmm.A, [[0, 1, 0], [1 / 3] * 3, [1 / 3] * 3])
    np.testing.assert_allclose(hmm.B, [[1, 0], [0, 1], [1 / 2, 1 / 2]])
    np.testing.assert_allclose(hmm.pi, [1, 0, 0])
    stopping = fit_supervised([[0, 1]], [[0, 1]], 3, 2, stop=True)
    np.testing.assert_allclose(stopping.A, [[0, 1, 0], [0, 0, 0], [1 / 4] * 3])
    np.testing.assert_allclose(stopping.stop, [0, 1, 1 / 4])


def test_sequences_of_one_day_teach_no_transitions():
    hmm = fit_supervised([[1], [0]], [[0], [0]], 2, 2)
    np.testing.assert_allclose(hmm.A, np.full((2, 2), 0.5))
    np.testing.assert_allclose(hmm.pi, [1, 0])


@given(seed=st.integers(0, 10**6), stop=st.booleans(), smoothing=st.sampled_from([0, 0.1, 2]))
def test_rows_sum_to_one_and_new_names_change_nothing(seed, stop, smoothing):
    rng = np.random.default_rng(seed)
    xs = [rng.integers(0, 4, n) for n in rng.integers(1, 6, 3)]
    ys = [rng.integers(0, 3, len(x)) for x in xs]
    hmm = fit_supervised(xs, ys, 3, 4, smoothing, stop)
    rows = hmm.A.sum(axis=1) + (hmm.stop if stop else 0)
    np.testing.assert_allclose(rows, 1)
    new = rng.permutation(3)
    renamed = fit_supervised(xs, [np.argsort(new)[y] for y in ys], 3, 4, smoothing, stop)
    np.testing.assert_allclose(renamed.A, hmm.A[np.ix_(new, new)])
    np.testing.assert_allclose(renamed.B, hmm.B[new])
    np.testing.assert_allclose(renamed.pi, hmm.pi[new])


def test_the_fit_is_the_maximum(random_model):
    xs, ys = data.ice_cream_diary()

    def log_likelihood(hmm):
        return sum(hmm.joint_log_prob(x, y) for x, y in zip(xs, ys, strict=True))

    best = log_likelihood(fit_supervised(xs, ys, 2, 3))
    others = [log_likelihood(random_model(2, 3, seed)) for seed in range(50)]
    assert best > max(others)


def test_normalise():
    counts = np.array([[1.0, 3.0], [0.0, 0.0]])
    np.testing.assert_array_equal(normalise(counts), [[0.25, 0.75], [0.5, 0.5]])
    otherwise = np.array([[0.9, 0.1], [0.2, 0.8]])
    np.testing.assert_array_equal(normalise(counts, otherwise), [[0.25, 0.75], [0.2, 0.8]])
    np.testing.assert_array_equal(counts, [[1, 3], [0, 0]])
    np.testing.assert_array_equal(otherwise, [[0.9, 0.1], [0.2, 0.8]])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"xs": []}, ValueError, "xs must hold at least one sequence, got none"),
        ({"xs": XS[:2]}, ValueError, "xs and ys must pair up, got 2 and 3 sequences"),
        ({"xs": [[0, 1, 3], *XS[1:]]}, ValueError, "xs[0] must be in 0..2, got 3 at index 2"),
        ({"ys": [*YS[:2], [0, 2]]}, ValueError, "ys[2] must be in 0..1, got 2 at index 1"),
        ({"ys": [*YS[:2], [0]]}, ValueError, "ys[2] must have shape (2,), got (1,)"),
        ({"xs": [[], *XS[1:]]}, ValueError, "xs[0] must hold at least one observation, got none"),
        ({"xs": ["abc", *XS[1:]]}, TypeError, "xs[0] must hold integers, got strings"),
        ({"ys": [["C", "H", "H"], *YS[1:]]}, TypeError, "ys[0] must hold integers, got strings"),
        ({"xs": "abc"}, TypeError, "xs must be a list, got str"),
        ({"ys": 3}, TypeError, "ys must be a list, got int"),
        ({"n_states": 0}, ValueError, "n_states must be at least 1, got 0"),
        ({"n_states": 2.0}, TypeError, "n_states must be a whole number, got float"),
        ({"n_symbols": 0}, ValueError, "n_symbols must be at least 1, got 0"),
        ({"smoothing": -0.1}, ValueError, "smoothing must be at least 0, got -0.1"),
        ({"smoothing": np.nan}, ValueError, "smoothing must be at least 0, got nan"),
        ({"smoothing": "1"}, TypeError, "smoothing must be a number, got str"),
    ],
)
def test_bad_arguments_are_refused(change, error, message):
    with pytest.raises(error, match=re.escape(message)):
        fit_supervised(**({"xs": XS, "ys": YS, "n_states": 2, "n_symbols": 3} | change))


def test_the_result_is_a_model_that_decodes():
    xs, ys = data.ice_cream_diary()
    hmm = fit_supervised(xs, ys, 2, 3, smoothing=1)
    assert isinstance(hmm, HMM)
    assert hmm.viterbi([2, 2, 2]).path.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("xs", "ys", "message"),
    [
        ([], [], r"^xs must hold at least one sequence, got none"),
        ([[[0, 1]]], [[0, 1]], r"^xs\[0\] must have shape \(n,\), got \(1, 2\)"),
    ],
)
def test_messages_begin_with_the_argument(xs, ys, message):
    with pytest.raises(ValueError, match=message):
        fit_supervised(xs, ys, 2, 2)
