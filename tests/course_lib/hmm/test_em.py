"""Baum-Welch against sums over all paths, its own guarantees, and hmmlearn."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.hmm import HMM, Counts, baum_welch, expected_counts_slide, fit_supervised, maximise
from course_lib.hmm.em import expected_counts

XS = [[0, 1, 2, 1], [2], [0, 0, 1]]


def counts_over_paths(hmm, xs, all_paths):
    """Return the expected counts by counting every path, weighted with its posterior."""
    K, M = hmm.n_states, hmm.n_symbols
    starts, ends = np.zeros(K), np.zeros(K)
    moves, emissions = np.zeros((K, K)), np.zeros((K, M))
    total = 0.0
    for x in xs:
        joint = all_paths(hmm, x)
        evidence = sum(joint.values())
        total += np.log(evidence)
        for y, p in joint.items():
            w = p / evidence
            starts[y[0]] += w
            ends[y[-1]] += w
            for t, k in enumerate(y):
                emissions[k, x[t]] += w
                if t:
                    moves[y[t - 1], k] += w
    return Counts(starts, ends, moves, emissions, total)


def joined(xs):
    return np.concatenate(xs), np.array([len(x) for x in xs])


def assert_counts(ours, theirs, rtol=1e-10):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("zeros", [False, True])
def test_expected_counts_against_all_paths(random_model, all_paths, stop, zeros):
    checked = 0
    for seed in range(12):
        hmm = random_model(3, 4, seed, stop, zeros)
        xs = [x for x in ([0, 1, 3, 1], [2], [3, 0, 1]) if any(all_paths(hmm, x).values())]
        if not xs:
            continue
        expected = counts_over_paths(hmm, xs, all_paths)
        assert_counts(expected_counts(hmm, *joined(xs)), expected)
        alone = [expected_counts_slide(hmm, x) for x in xs]
        assert_counts([sum(parts) for parts in zip(*alone, strict=True)], expected)
        checked += 1
    assert checked > 5


def test_expected_counts_of_long_and_short_sequences(random_model):
    rng = np.random.default_rng(0)
    hmm = random_model(4, 6, stop=True)
    xs = [rng.integers(0, 6, n) for n in (1, 1200, 7, 40)]
    alone = [expected_counts_slide(hmm, x) for x in xs]
    expected = [sum(parts) for parts in zip(*alone, strict=True)]
    ours = expected_counts(hmm, *joined(xs))
    assert_counts(ours, expected, rtol=1e-8)
    assert isinstance(ours.log_likelihood, float)
    assert ours.emissions.sum() == pytest.approx(1248)
    assert ours.moves.sum() == pytest.approx(1244)
    assert ours.starts.sum() == pytest.approx(4)


def test_sequences_for_which_scaling_gives_out_are_counted_in_log_space():
    hmm = HMM([0.5, 0.5], np.eye(2), [[0.99, 0.01], [0.01, 0.99]])
    turning = np.array([0] * 200 + [1] * 230)
    ours = expected_counts(hmm, *joined([np.array([0, 0]), turning]))
    assert_counts(
        ours[:4],
        [[0.99**2 / 0.9802, 0.0001 / 0.9802 + 1], [0.99**2 / 0.9802, 0.0001 / 0.9802 + 1]]
        + [np.diag([0.99**2 / 0.9802, 0.0001 / 0.9802 + 429])]
        + [[[2 * 0.99**2 / 0.9802, 0], [2 * 0.0001 / 0.9802 + 200, 230]]],
    )
    exact = np.log(0.4901) + np.log(0.5) + 230 * np.log(0.99) + 200 * np.log(0.01)
    assert ours.log_likelihood == pytest.approx(exact)


def test_one_step_divides_the_expected_counts(random_model, all_paths):
    init = random_model(3, 3, 1)
    counts = counts_over_paths(init, XS, all_paths)
    hmm, log_likelihoods = baum_welch(XS, 3, 3, 0, n_iter=1, init=init)
    np.testing.assert_allclose(hmm.pi, counts.starts / 3)
    np.testing.assert_allclose(hmm.A, counts.moves / counts.moves.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(
        hmm.B, counts.emissions / counts.emissions.sum(axis=1, keepdims=True)
    )
    assert hmm.stop is None
    assert log_likelihoods == pytest.approx(
        [counts.log_likelihood, counts_over_paths(hmm, XS, all_paths).log_likelihood]
    )


def test_one_step_with_stop_and_smoothing(random_model, all_paths):
    init = random_model(2, 3, 1, stop=True)
    counts = counts_over_paths(init, XS, all_paths)
    hmm, _ = baum_welch(XS, 2, 3, 0, n_iter=1, init=init, smoothing=0.5)
    leaving = counts.moves.sum(axis=1) + counts.ends + 3 * 0.5
    np.testing.assert_allclose(hmm.pi, (counts.starts + 0.5) / 4)
    np.testing.assert_allclose(hmm.A, (counts.moves + 0.5) / leaving[:, None])
    np.testing.assert_allclose(hmm.stop, (counts.ends + 0.5) / leaving)
    np.testing.assert_allclose(hmm.B.sum(axis=1), 1)
    np.testing.assert_allclose(
        hmm.B, (counts.emissions + 0.5) / (counts.emissions.sum(axis=1, keepdims=True) + 1.5)
    )


def test_with_certain_states_em_is_counting():
    # Each state has symbols of its own, so the hidden states are known from the start.
    B = [[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]
    xs = [[0, 1, 2, 3, 0], [3, 3, 1]]
    ys = [[0, 0, 1, 1, 0], [1, 1, 0]]
    init = HMM([0.5, 0.5], [[0.5, 0.25], [0.25, 0.5]], B, stop=[0.25, 0.25])
    hmm, log_likelihoods = baum_welch(xs, 2, 4, 0, init=init)
    counted = fit_supervised(xs, ys, 2, 4, stop=True)
    for ours, theirs in ((hmm.pi, counted.pi), (hmm.A, counted.A), (hmm.B, counted.B)):
        np.testing.assert_allclose(ours, theirs, atol=1e-15)
    np.testing.assert_allclose(hmm.stop, counted.stop)
    assert len(log_likelihoods) == 3
    assert log_likelihoods[1] == pytest.approx(log_likelihoods[2], abs=1e-12)


@given(seed=st.integers(0, 10**6), K=st.integers(1, 4), stop=st.booleans(), zeros=st.booleans())
def test_the_likelihood_never_falls(random_model, seed, K, stop, zeros):
    rng = np.random.default_rng(seed)
    init = random_model(K, 3, seed, stop)
    if zeros and K > 1:
        A = init.A.copy()
        A[0, 0] += A[0, 1]
        A[0, 1] = 0
        init = HMM(init.pi, A, init.B, init.stop)
    xs = [rng.integers(0, 3, n) for n in rng.integers(1, 12, 4)]
    hmm, log_likelihoods = baum_welch(xs, K, 3, 0, n_iter=15, tol=-1, init=init)
    assert len(log_likelihoods) == 16
    assert np.diff(log_likelihoods).min() > -1e-10
    assert hmm.log_likelihood(xs) == pytest.approx(log_likelihoods[-1], rel=1e-10, abs=1e-12)
    rows = hmm.A.sum(axis=1) + (hmm.stop if stop else 0)
    np.testing.assert_allclose(rows, 1)
    if zeros and K > 1:
        assert hmm.A[0, 1] == 0


def test_renaming_the_states_of_the_first_model_renames_the_last(random_model):
    init = random_model(3, 3, 2)
    new = np.array([2, 0, 1])
    renamed = HMM(init.pi[new], init.A[np.ix_(new, new)], init.B[new])
    ours, first = baum_welch(XS, 3, 3, 0, n_iter=7, init=init)
    theirs, second = baum_welch(XS, 3, 3, 0, n_iter=7, init=renamed)
    np.testing.assert_allclose(theirs.A, ours.A[np.ix_(new, new)], rtol=1e-9)
    np.testing.assert_allclose(theirs.B, ours.B[new], rtol=1e-9)
    assert first == pytest.approx(second)


def test_it_stops_after_a_step_that_gains_too_little(random_model):
    init = random_model(2, 3, 4)
    _, all_steps = baum_welch(XS, 2, 3, 0, n_iter=30, tol=-1, init=init)
    gains = np.diff(all_steps)
    tol = (gains[4] + gains[5]) / 2
    expected = int(np.argmax(gains < tol)) + 2
    _, some = baum_welch(XS, 2, 3, 0, n_iter=30, tol=tol, init=init)
    assert len(some) == expected < 31
    assert some == pytest.approx(all_steps[:expected])
    _, slow = baum_welch(XS, 2, 3, 0, init=init)
    assert len(slow) == 101
    _, default = baum_welch(XS, 2, 3, 0, init=random_model(2, 3, 29))
    assert default[-1] - default[-2] < 1e-6 < default[-2] - default[-3] < 1.01e-6


def test_no_steps_return_the_first_model(random_model):
    init = random_model(2, 3, 4)
    hmm, log_likelihoods = baum_welch(XS, 2, 3, 0, n_iter=0, init=init)
    assert hmm is init
    assert log_likelihoods == pytest.approx([init.log_likelihood(XS)])
    assert isinstance(log_likelihoods, list)
    assert isinstance(log_likelihoods[0], float)


def test_the_first_model_is_drawn_from_rng():
    first, _ = baum_welch(XS, 2, 3, 5, n_iter=0)
    again, _ = baum_welch(XS, 2, 3, np.random.default_rng(5), n_iter=0)
    other, _ = baum_welch(XS, 2, 3, 6, n_iter=0)
    np.testing.assert_array_equal(first.A, again.A)
    np.testing.assert_array_equal(first.B, again.B)
    assert first.A.shape == (2, 2)
    assert first.B.shape == (2, 3)
    assert first.stop is None
    assert not np.allclose(first.A, other.A)
    assert not np.allclose(first.A[0], first.A[1])
    assert (first.B > 0).all()


def test_rows_without_evidence_stay_as_they_were():
    init = HMM([1.0, 0, 0], [[0.5, 0.5, 0], [0.3, 0.7, 0], [0.2, 0.3, 0.5]], [[0.5, 0.5]] * 3)
    hmm, _ = baum_welch([[0, 1, 1]], 3, 2, 0, n_iter=5, init=init)
    assert hmm.A[2].tolist() == [0.2, 0.3, 0.5]
    assert hmm.B[2].tolist() == [0.5, 0.5]
    assert hmm.A[0, 2] == 0
    single, log_likelihoods = baum_welch([[0], [1], [1]], 3, 2, 0, init=init)
    np.testing.assert_array_equal(single.A, init.A)
    np.testing.assert_allclose(single.B[0], [1 / 3, 2 / 3])
    assert log_likelihoods[-1] == pytest.approx(np.log(1 / 3) + 2 * np.log(2 / 3))


def test_names_and_kind_are_kept(random_model):
    small = random_model(2, 3, dtype=np.float32, stop=True)
    init = HMM(small.pi, small.A, small.B, small.stop, states=["C", "H"], symbols=["1", "2", "3"])
    hmm, _ = baum_welch(XS, 2, 3, 0, n_iter=3, init=init)
    assert (hmm.states, hmm.symbols) == (("C", "H"), ("1", "2", "3"))
    for table in (hmm.pi, hmm.A, hmm.B, hmm.stop):
        assert table.dtype == np.float32
    exact, _ = baum_welch(XS, 2, 3, 0, n_iter=3, init=random_model(2, 3, stop=True))
    assert exact.A.dtype == np.float64
    np.testing.assert_allclose(hmm.A, exact.A, rtol=1e-4, atol=1e-6)


def test_maximise_divides():
    hmm = HMM([0.5, 0.5], np.eye(2), [[0.1, 0.9], [0.5, 0.5]])
    counts = Counts(
        np.array([1.0, 3.0]),
        np.array([2.0, 2.0]),
        np.array([[1.0, 1.0], [0.0, 0.0]]),
        np.array([[0.0, 0.0], [1.0, 4.0]]),
        -1.0,
    )
    best = maximise(hmm, counts)
    assert best.pi.tolist() == [0.25, 0.75]
    assert best.A.tolist() == [[0.5, 0.5], [0.0, 1.0]]
    assert best.B.tolist() == [[0.1, 0.9], [0.2, 0.8]]
    assert maximise(hmm, counts, smoothing=1).A.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_it_finds_a_clear_structure():
    truth = HMM([0.9, 0.1], [[0.9, 0.1], [0.2, 0.8]], [[0.8, 0.15, 0.05], [0.05, 0.15, 0.8]])
    rng = np.random.default_rng(0)
    xs = [truth.sample(100, rng)[0] for _ in range(60)]
    hmm, log_likelihoods = baum_welch(xs, 2, 3, 1, n_iter=200)
    order = np.argsort(hmm.B[:, 2])
    np.testing.assert_allclose(hmm.B[order], truth.B, atol=0.05)
    np.testing.assert_allclose(hmm.A[np.ix_(order, order)], truth.A, atol=0.05)
    assert log_likelihoods[-1] >= truth.log_likelihood(xs)


BASE = {"xs": XS, "n_states": 2, "n_symbols": 3, "rng": 0}
LEFT = HMM([1.0, 0.0], [[0.5, 0.5], [0.0, 1.0]], [[1.0, 0, 0], [0, 0.5, 0.5]])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"xs": []}, ValueError, "xs must hold at least one sequence, got none"),
        ({"xs": [[0], [3]]}, ValueError, "xs[1] must be in 0..2, got 3 at index 0"),
        ({"xs": [[0], []]}, ValueError, "xs[1] must hold at least one observation"),
        ({"xs": ["012"]}, TypeError, "xs[0] must hold integers, got strings"),
        ({"xs": [[0.5]]}, TypeError, "xs[0] must hold integers, got float64"),
        ({"xs": "012"}, TypeError, "xs must be a list, got str"),
        ({"n_states": 0}, ValueError, "n_states must be at least 1, got 0"),
        ({"n_symbols": True}, TypeError, "n_symbols must be a whole number, got bool"),
        ({"n_iter": -1}, ValueError, "n_iter must be at least 0, got -1"),
        ({"n_iter": 1.5}, TypeError, "n_iter must be a whole number, got float"),
        ({"tol": np.nan}, ValueError, "tol must be finite, got nan"),
        ({"smoothing": -1}, ValueError, "smoothing must be at least 0, got -1"),
        ({"rng": None}, TypeError, "rng must be a numpy.random.Generator"),
        ({"init": "random"}, TypeError, "init must be an HMM, got str"),
        ({"init": LEFT, "n_states": 3}, ValueError, "init must have 3 states and 3 symbols"),
        ({"init": LEFT, "n_symbols": 2}, ValueError, "got HMM(2 states, 3 symbols)"),
        (
            {"init": LEFT, "xs": [[0, 1], [0, 1, 0]]},
            ValueError,
            "xs[1] must be possible under the model, got one of probability 0",
        ),
    ],
)
def test_bad_arguments_are_refused(change, error, message):
    with pytest.raises(error, match=re.escape(message)):
        baum_welch(**(BASE | change))


def test_the_slide_version_refuses_the_impossible():
    with pytest.raises(ValueError, match="^x must be possible under the model"):
        expected_counts_slide(LEFT, [1, 0])


@pytest.mark.parametrize("K", [2, 5])
def test_hmmlearn_agrees(random_model, K):
    peers = pytest.importorskip("hmmlearn.hmm")
    init = random_model(K, 4, seed=K)
    rng = np.random.default_rng(1)
    xs = [rng.integers(0, 4, n) for n in (30, 2, 700, 45)]
    peer = peers.CategoricalHMM(K, n_features=4, n_iter=5, tol=-np.inf, init_params="")
    peer.startprob_, peer.transmat_, peer.emissionprob_ = (
        t.copy() for t in (init.pi, init.A, init.B)
    )
    peer.fit(np.concatenate(xs)[:, None], [len(x) for x in xs])
    hmm, log_likelihoods = baum_welch(xs, K, 4, 0, n_iter=5, tol=-1e9, init=init)
    np.testing.assert_allclose(hmm.pi, peer.startprob_, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(hmm.A, peer.transmat_, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(hmm.B, peer.emissionprob_, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(log_likelihoods[:-1], peer.monitor_.history, rtol=1e-10)


def test_a_single_symbol_is_enough_and_none_is_not():
    found, log_likelihoods = baum_welch([[0, 0]], 2, 1, rng=0, n_iter=2)
    np.testing.assert_array_equal(found.B, [[1], [1]])
    assert log_likelihoods[-1] == pytest.approx(0)
    with pytest.raises(ValueError, match="^n_symbols must be .*, got 0"):
        baum_welch([[0, 0]], 2, 0, rng=0)
    with pytest.raises(ValueError, match="^xs must hold at least one sequence, got none"):
        baum_welch([], 2, 1, rng=0)


def test_a_gain_of_exactly_the_tolerance_goes_on():
    certain = HMM([1.0], [[1.0]], [[0.5, 0.5]])
    _, log_likelihoods = baum_welch([[0, 1]], 1, 2, rng=0, n_iter=4, tol=0, init=certain)
    assert log_likelihoods == pytest.approx([2 * np.log(0.5)] * 5)


def test_rows_without_evidence_keep_their_stop():
    stop = [0.25, 0.5]
    first = HMM([1, 0], [[0.75, 0], [0.3, 0.2]], [[0.5, 0.5], [0.9, 0.1]], stop=stop)
    found, _ = baum_welch([[0, 1, 1]], 2, 2, rng=0, n_iter=1, init=first)
    np.testing.assert_allclose(found.A[1], [0.3, 0.2])
    np.testing.assert_allclose(found.stop, [1 / 3, 0.5])
