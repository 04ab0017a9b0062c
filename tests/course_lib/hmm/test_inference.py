"""Forward, backward and posteriors against sums over all paths, each other, and hmmlearn."""

import re
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data
from course_lib.hmm import HMM, backward_slide, forward_slide, inference
from course_lib.hmm.log_space import log_sum_exp


@pytest.mark.parametrize(
    ("stop", "x", "total"),
    [
        (False, [0, 1, 0], 0.03852),
        (False, [2, 2, 1], 0.05268),
        (True, [0, 1, 0], 0.003474),
        (True, [2, 2, 1], 0.003726),
    ],
)
def test_the_lectures_likelihoods(stop, x, total):
    hmm = data.ice_cream(stop)
    assert exp(hmm.forward(x)[1]) == pytest.approx(total, rel=1e-12)
    assert exp(hmm.log_likelihood([x])) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_all_tables_against_all_paths(random_model, all_paths, sums_over_paths, stop, zeros, n):
    for seed in range(8):
        hmm = random_model(3, 4, seed, stop, zeros)
        x = np.random.default_rng(seed).integers(0, 4, n)
        if not any(all_paths(hmm, x).values()):
            assert hmm.forward(x)[1] == hmm.log_likelihood([x]) == -np.inf
            continue
        sums = sums_over_paths(hmm, x)
        log_alpha, log_likelihood = hmm.forward(x)
        log_beta = hmm.backward(x)
        assert log_alpha.shape == log_beta.shape == (n, 3)
        assert isinstance(log_likelihood, float)
        assert exp(log_likelihood) == pytest.approx(sums.total, rel=1e-12)
        np.testing.assert_allclose(
            np.exp(log_alpha + log_beta) / sums.total, sums.gamma, rtol=1e-12, atol=1e-15
        )
        gamma, xi = hmm.posteriors(x)
        np.testing.assert_allclose(gamma, sums.gamma, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(xi, sums.xi, rtol=1e-12, atol=1e-15)
        assert xi.shape == (n - 1, 3, 3)
        np.testing.assert_array_equal(hmm.posterior_decode(x), sums.gamma.argmax(axis=1))


def test_forward_sums_over_the_beginnings(random_model, all_paths):
    hmm = random_model(3, 4, 1, zeros=True)
    x = [0, 2, 1]
    log_alpha, _ = hmm.forward(x)
    log_beta = hmm.backward(x)
    for t in range(3):
        for k in range(3):
            begun = sum(p for y, p in all_paths(hmm, x[: t + 1]).items() if y[-1] == k)
            assert exp(log_alpha[t, k]) == pytest.approx(begun, rel=1e-12)
            certain = HMM(np.eye(3)[k], hmm.A, hmm.B)
            rest = sum(p for y, p in all_paths(certain, x[t:]).items())
            assert exp(log_beta[t, k]) * hmm.B[k, x[t]] == pytest.approx(rest, rel=1e-12)
    assert log_beta[-1].tolist() == [0, 0, 0]


def test_slide_versions_agree(random_model):
    for seed in range(5):
        hmm = random_model(3, 5, seed, zeros=True)
        x = np.random.default_rng(seed).integers(0, 5, 6)
        tables = (hmm.pi.tolist(), hmm.A.tolist(), hmm.B.tolist())
        alpha, beta = forward_slide(*tables, x.tolist()), backward_slide(*tables, x.tolist())
        log_alpha, log_likelihood = inference.forward(hmm, x)
        np.testing.assert_allclose(alpha, np.exp(log_alpha), rtol=1e-12)
        np.testing.assert_allclose(beta, np.exp(inference.backward(hmm, x)), rtol=1e-12)
        np.testing.assert_allclose((alpha * beta).sum(axis=1), exp(log_likelihood), rtol=1e-12)


def test_stop_counts_at_the_end():
    hmm = HMM([1.0, 0.0], [[0.5, 0.2], [0.1, 0.1]], [[1.0], [1.0]], stop=[0.3, 0.8])
    np.testing.assert_allclose(hmm.backward([0]), [[log(0.3), log(0.8)]])
    assert exp(hmm.forward([0])[1]) == pytest.approx(0.3)
    assert exp(hmm.forward([0, 0])[1]) == pytest.approx(0.5 * 0.3 + 0.2 * 0.8)


def test_pairwise_posteriors_can_be_left_out(random_model):
    hmm = random_model(3, 4)
    gamma, xi = hmm.posteriors([0, 1, 3], pairwise=False)
    assert xi is None
    np.testing.assert_array_equal(gamma, hmm.posteriors([0, 1, 3])[0])


@pytest.mark.parametrize("n", [2, 800])
def test_posteriors_of_an_impossible_sequence_are_refused(n):
    hmm = HMM([1.0, 0.0], [[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0]])
    x = [0] * (n - 1) + [1]
    assert hmm.forward(x)[1] == hmm.log_likelihood([x, [0]]) == -np.inf
    assert hmm.forward(x)[0][-1].tolist() == [-np.inf, -np.inf]
    assert hmm.backward(x)[0, 0] == -np.inf
    for ask in (hmm.posteriors, hmm.posterior_decode):
        message = "x must be possible under the model, got one of probability 0"
        with pytest.raises(ValueError, match=re.escape(message)):
            ask(x)


def test_posterior_decoding_is_not_viterbi():
    # The best path ends in 2, but each day on its own is more likely elsewhere.
    hmm = HMM(
        [0.4, 0.6, 0.0],
        [[0, 0, 1.0], [0.5, 0.5, 0.0], [0, 0, 1.0]],
        [[1.0]] * 3,
    )
    assert hmm.viterbi([0, 0]).path.tolist() == [0, 2]
    assert hmm.posterior_decode([0, 0]).tolist() == [1, 2]
    alike = HMM([0.25] * 4, [[0.25] * 4] * 4, [[1.0]] * 4)
    assert alike.posterior_decode([0, 0, 0]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("n", [4, 700])
def test_float32_stays(random_model, n):
    x = np.random.default_rng(0).integers(0, 4, n)
    small = random_model(3, 4, dtype=np.float32)
    large = random_model(3, 4)
    for ours, exact in [
        (small.forward(x)[0], large.forward(x)[0]),
        (small.backward(x), large.backward(x)),
        (small.posteriors(x)[0], large.posteriors(x)[0]),
        (small.posteriors(x)[1], large.posteriors(x)[1]),
        (small.posteriors(x, pairwise=False)[0], large.posteriors(x)[0]),
    ]:
        assert ours.dtype == np.float32
        assert exact.dtype == np.float64
        np.testing.assert_allclose(ours, exact, rtol=1e-4, atol=1e-6)


seeds = st.integers(0, 10**6)


@given(
    seed=seeds, K=st.integers(1, 4), n=st.integers(1, 8), stop=st.booleans(), zeros=st.booleans()
)
def test_forward_and_backward_agree_on_every_day(random_model, seed, K, n, stop, zeros):
    hmm = random_model(K, 3, seed, stop, zeros)
    x = np.random.default_rng(seed).integers(0, 3, n)
    log_alpha, log_likelihood = hmm.forward(x)
    every_day = log_sum_exp(log_alpha + hmm.backward(x), axis=1)
    np.testing.assert_allclose(every_day, log_likelihood, rtol=1e-10, atol=1e-12)
    from_the_start = log_sum_exp(hmm.log_pi + hmm.log_B[:, x[0]] + hmm.backward(x)[0])
    np.testing.assert_allclose(from_the_start, log_likelihood, rtol=1e-10, atol=1e-12)


@given(seed=seeds, K=st.integers(1, 4), n=st.integers(1, 8), stop=st.booleans())
def test_posteriors_are_distributions_and_do_not_mind_new_names(random_model, seed, K, n, stop):
    hmm = random_model(K, 3, seed, stop)
    rng = np.random.default_rng(seed)
    x, new = rng.integers(0, 3, n), rng.permutation(K)
    gamma, xi = hmm.posteriors(x)
    np.testing.assert_allclose(gamma.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(xi.sum(axis=2), gamma[:-1], rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(xi.sum(axis=1), gamma[1:], rtol=1e-11, atol=1e-15)
    renamed = HMM(
        hmm.pi[new], hmm.A[np.ix_(new, new)], hmm.B[new], None if not stop else hmm.stop[new]
    )
    np.testing.assert_allclose(renamed.posteriors(x)[0], gamma[:, new], rtol=1e-11, atol=1e-15)
    assert renamed.log_likelihood([x]) == pytest.approx(hmm.log_likelihood([x]), rel=1e-12)


@pytest.mark.parametrize("K", [1, 2, 7])
def test_hmmlearn_agrees(random_model, K):
    peers = pytest.importorskip("hmmlearn.hmm")
    hmm = random_model(K, 5, seed=K)
    peer = peers.CategoricalHMM(K, n_features=5)
    peer.startprob_, peer.transmat_, peer.emissionprob_ = hmm.pi, hmm.A, hmm.B
    x = np.random.default_rng(1).integers(0, 5, 900)
    log_likelihood, gamma = peer.score_samples(x[:, None], [400, 500])
    ours = hmm.log_likelihood([x[:400], x[400:]])
    assert ours == pytest.approx(log_likelihood, rel=1e-12)
    np.testing.assert_allclose(hmm.posteriors(x[:400])[0], gamma[:400], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(hmm.posteriors(x[400:])[0], gamma[400:], rtol=1e-9, atol=1e-12)
