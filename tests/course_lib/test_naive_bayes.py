"""Naive Bayes against hand counts, Bayes' rule in fractions, and scikit-learn."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.naive_bayes import NaiveBayes

# Two features: sky (3 values) and wind (2), 3 days of one label and 2 of the other.
X = [
    ["sunny", "calm"],
    ["sunny", "windy"],
    ["cloudy", "calm"],
    ["rainy", "windy"],
    ["cloudy", "windy"],
]
Y = ["walk", "walk", "walk", "stay", "stay"]


def test_fit_counts_each_feature_within_each_class():
    model = NaiveBayes.fit(X, Y)
    assert model.classes.tolist() == ["stay", "walk"]
    assert model.categories == [("cloudy", "rainy", "sunny"), ("calm", "windy")]
    np.testing.assert_allclose(model.prior, [2 / 5, 3 / 5], rtol=1e-15)
    sky, wind = model.tables
    np.testing.assert_allclose(sky, [[2 / 5, 2 / 5, 1 / 5], [2 / 6, 1 / 6, 3 / 6]], rtol=1e-15)
    np.testing.assert_allclose(wind, [[1 / 4, 3 / 4], [3 / 5, 2 / 5]], rtol=1e-15)


@pytest.mark.parametrize("smoothing", [0, 0.5, 1, 3])
def test_posteriors_are_bayes_rule_in_fractions(smoothing):
    model = NaiveBayes.fit(X, Y, smoothing=smoothing)
    s = Fraction(smoothing)

    def joint(label, x):
        rows = [row for row, y in zip(X, Y, strict=True) if y == label]
        p = Fraction(len(rows), len(Y))
        for j, n_values in enumerate((3, 2)):
            hits = sum(row[j] == x[j] for row in rows)
            p *= (hits + s) / (len(rows) + s * n_values)
        return p

    for x in [["cloudy", "windy"], ["cloudy", "calm"], ["sunny", "windy"]]:
        terms = [joint(label, x) for label in ("stay", "walk")]
        expected = [float(term / sum(terms)) for term in terms]
        np.testing.assert_allclose(np.exp(model.predict_log_proba([x]))[0], expected, rtol=1e-13)
        assert model.predict([x])[0] == ("walk" if expected[1] > 0.5 else "stay")


def test_without_smoothing_the_unseen_has_probability_zero():
    log_proba = NaiveBayes.fit(X, Y, smoothing=0).predict_log_proba([["sunny", "windy"]])
    np.testing.assert_array_equal(log_proba, [[-np.inf, 0]])


def test_joint_probabilities_of_all_examples_and_labels_sum_to_one():
    model = NaiveBayes.fit(X, Y, smoothing=0.7)
    everything = list(product(*model.categories))
    joint = model.joint_log_prob(everything)
    assert joint.shape == (6, 2)
    assert np.exp(joint).sum() == pytest.approx(1, rel=1e-14)


@given(
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.25, 1.0, 2.5]),
)
def test_agrees_with_scikit_learn(n_features, seed, smoothing):
    sklearn = pytest.importorskip("sklearn.naive_bayes")
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, n_features)
    X = rng.integers(0, sizes, (12, n_features))  # some categories below the highest stay unseen
    y = rng.choice([7, -2, 5], 12)
    ours = NaiveBayes.fit(X, y, smoothing=smoothing)
    peer = sklearn.CategoricalNB(alpha=smoothing, force_alpha=True).fit(X, y)
    new = rng.integers(0, X.max(axis=0) + 1, (20, n_features))
    np.testing.assert_array_equal(ours.classes, peer.classes_)
    np.testing.assert_allclose(
        ours.predict_log_proba(new), peer.predict_log_proba(new), rtol=1e-10, atol=1e-10
    )
    chosen = peer.classes_.searchsorted(ours.predict(new))  # of equals, either will do
    peers = peer.predict_log_proba(new)
    assert (peers[np.arange(20), chosen] >= peers.max(axis=1) - 1e-9).all()


def test_smoothing_is_one_by_default():
    np.testing.assert_array_equal(
        NaiveBayes.fit([[0], [1]], ["a", "a"]).tables[0],
        NaiveBayes.fit([[0], [1]], ["a", "a"], smoothing=1).tables[0],
    )
    np.testing.assert_allclose(NaiveBayes.fit([[2]], [0]).tables[0], [[1 / 4, 1 / 4, 2 / 4]])


def test_a_tie_goes_to_the_first_class():
    model = NaiveBayes.fit([["a"], ["a"], ["b"], ["b"]], [3, 1, 3, 1])
    assert model.predict([["a"], ["b"]]).tolist() == [1, 1]


def test_many_features_do_not_underflow():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (6, 5_000))
    y = np.array([0, 0, 0, 1, 1, 1])
    log_proba = NaiveBayes.fit(X, y).predict_log_proba(X)
    np.testing.assert_allclose(np.logaddexp(*log_proba.T), 0, atol=1e-9)
    np.testing.assert_array_equal(log_proba.argmax(axis=1), y)


@pytest.mark.parametrize(
    "y", [[0, 1, 1], [True, False, False], [0.5, -1.0, -1.0], ["no", "yes", "yes"]]
)
def test_labels_may_be_numbers_or_names_and_come_back_as_they_were(y):
    y = np.array(y)
    model = NaiveBayes.fit([[0, 1], [1, 0], [1, 1]], y)
    assert model.classes.tolist() == sorted(set(y.tolist()))
    predicted = model.predict([[0, 1], [1, 0]])
    assert predicted.dtype == y.dtype
    assert predicted.tolist() == y[:2].tolist()


def test_truth_values_are_the_categories_zero_and_one():
    X = np.array([[True, False], [False, False], [True, True]])
    ours, same = (NaiveBayes.fit(kind, [0, 1, 0]) for kind in (X, X.astype(int)))
    np.testing.assert_array_equal(ours.predict_log_proba(X), same.predict_log_proba(X.astype(int)))


def test_arguments_are_left_alone():
    X, y = np.array([[0, 2], [1, 0]]), np.array([1, 0])
    NaiveBayes.fit(X, y).predict(X)
    np.testing.assert_array_equal(X, [[0, 2], [1, 0]])
    np.testing.assert_array_equal(y, [1, 0])


MODEL = NaiveBayes.fit(X, Y)
SHARP = NaiveBayes.fit([["a", "x"], ["b", "y"]], [0, 1], smoothing=0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: NaiveBayes.fit([["a"]], [0, 1]), ValueError, "X and y must pair up, got 1 and 2"),
        (lambda: NaiveBayes.fit(["a"], [0]), ValueError, r"X must have shape \(N, D\), got \(1,\)"),
        (
            lambda: NaiveBayes.fit([[0.5]], [0]),
            TypeError,
            "X must hold category numbers or strings",
        ),
        (
            lambda: NaiveBayes.fit([[None]], [0]),
            TypeError,
            "X must hold category numbers or strings",
        ),
        (
            lambda: NaiveBayes.fit([[-1]], [0]),
            ValueError,
            r"X must be at least 0, got -1 at index \(0, 0\)",
        ),
        (
            lambda: NaiveBayes.fit(np.empty((0, 2), int), []),
            ValueError,
            "X must hold at least one example",
        ),
        (
            lambda: NaiveBayes.fit(np.empty((2, 0), int), [0, 1]),
            ValueError,
            "X must hold at least one example",
        ),
        (lambda: NaiveBayes.fit([[0]], [[0]]), ValueError, r"y must have shape \(N,\)"),
        (lambda: NaiveBayes.fit([[0]], [np.nan]), ValueError, "y must be finite"),
        (lambda: NaiveBayes.fit([[0]], [None]), TypeError, "y must hold real numbers, got objects"),
        (
            lambda: NaiveBayes.fit([[0]], [0], smoothing=-0.1),
            ValueError,
            "smoothing must be at least 0",
        ),
        (
            lambda: NaiveBayes.fit([[0]], [0], smoothing=np.inf),
            ValueError,
            "smoothing must be at least 0, got inf",
        ),
        (lambda: MODEL.predict([["sunny"]]), ValueError, "X must have 2 columns, got 1"),
        (
            lambda: MODEL.predict([["sunny", "foggy"]]),
            ValueError,
            "X must hold categories seen by fit, got 'foggy' in column 1",
        ),
        (
            lambda: NaiveBayes.fit([[1]], [0]).predict([[2]]),
            ValueError,
            "X must hold categories seen by fit, got 2 in column 0",
        ),
        (
            lambda: SHARP.predict([["a", "x"], ["a", "y"]]),
            ValueError,
            r"X must be possible in some class.*X\[1\]",
        ),
        (
            lambda: SHARP.predict_log_proba([["a", "y"]]),
            ValueError,
            r"X must be possible in some class.*X\[0\]",
        ),
        (lambda: NaiveBayes([0.5, 0.4], [], [0, 1], []), ValueError, "prior must sum to 1"),
        (
            lambda: NaiveBayes([0.5, 0.5], [], [0, 0], []),
            ValueError,
            "classes must be 2 different names",
        ),
        (
            lambda: NaiveBayes([1], [[[0.5, 0.4]]], [0], ["ab"]),
            ValueError,
            r"tables\[0\] must sum to 1",
        ),
        (
            lambda: NaiveBayes([1], [[[1, 0]]], [0], ["a"]),
            ValueError,
            r"categories\[0\] must be 2 different names",
        ),
        (
            lambda: NaiveBayes([1], [[[1, 0]]], [0], []),
            ValueError,
            "categories must pair up with the 1 tables, got 0",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
