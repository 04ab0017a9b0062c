"""Pieces, relay, scaling: the fast ways give what the readable ones give, on every road."""

import tracemalloc
import warnings

import numpy as np
import pytest

from course_lib import data
from course_lib.hmm import HMM, batch, em, inference, relay, scaled, viterbi


def same(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.fixture
def never_forgets():
    """Two coins, one of which is thrown for ever: no piece can know which."""
    return HMM([0.5, 0.5], np.eye(2), [[0.4, 0.6], [0.7, 0.3]])


# --- cutting


def test_short_sequences_stay_whole():
    pieces = relay.cut(np.array([3, 7, 1, 7]), 2)
    assert pieces.length.tolist() == [7, 7, 3, 1]
    assert pieces.start.tolist() == [3, 11, 0, 10]
    assert pieces.sequence.tolist() == [1, 3, 0, 2]
    assert pieces.opens.all()
    assert relay.cut(np.array([499, 3]), 2).length.tolist() == [499, 3]
    assert relay.cut(np.array([500, 3]), 2).length.tolist() == [32] * 15 + [20, 3]
    assert relay.cut(np.array([200, 3]), 2, long=200).length.tolist() == [32] * 6 + [8, 3]
    assert relay.cut(np.array([10_000]), 47).length.tolist() == [142] * 70 + [60]
    assert relay.cut(np.array([100_000]), 60).length.tolist() == [256] * 390 + [160]


@pytest.mark.parametrize("K", [1, 2, 10, 50])
@pytest.mark.parametrize("lengths", [[1000], [5, 40_000, 1, 63], [500] * 200])
def test_pieces_cover_every_day_once(lengths, K):
    pieces = relay.cut(np.array(lengths), K)
    days = np.concatenate([np.arange(sum(lengths))[days] for _, days in pieces.steps()])
    assert sorted(days) == list(range(sum(lengths)))
    back = np.concatenate(list(pieces.steps_back()))
    assert sorted(back) == list(range(sum(lengths)))
    assert (np.diff(pieces.length) <= 0).all()
    assert 32 <= pieces.length[0] <= 499
    first_days = np.cumsum(lengths) - lengths
    np.testing.assert_array_equal(np.sort(pieces.start[pieces.opens]), first_days)
    np.testing.assert_array_equal(pieces.opens, np.isin(pieces.start, first_days))
    assert (pieces.start >= first_days[pieces.sequence]).all()
    late = pieces.among(~pieces.opens)
    assert (late.start - late.before(relay.OVERLAP).start == 32).all()
    assert (late.before(relay.OVERLAP).start >= first_days[late.sequence]).all()


def test_steps_count_the_pieces_that_run():
    pieces = relay.cut(np.array([2, 3]), 2)
    found = [(running, np.arange(5)[days].tolist()) for running, days in pieces.steps()]
    assert found == [(2, [2, 0]), (2, [3, 1]), (1, [4])]
    even = relay.cut(np.array([2, 2, 1]), 2)
    assert list(even.steps()) == [(3, slice(0, 6, 2)), (2, slice(1, 5, 2))]
    assert [days.tolist() for days in even.steps_back()] == [[1, 3, 4], [0, 2]]


def test_buffers_come_back():
    before = np.getbufsize()
    with pytest.raises(ValueError, match="got 16"), relay.no_buffers():
        raise ValueError(f"got {np.getbufsize()}")
    assert np.getbufsize() == before != 16


# --- Viterbi


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_batch_of_short_ones_gives_bit_for_bit_the_same(random_model, stop, zeros, dtype):
    rng = np.random.default_rng(4)
    hmm = random_model(4, 6, 3, stop, zeros, dtype)
    xs = [rng.integers(0, 6, n) for n in (7, 1, 30, 30, 2, 499)]
    decodings = hmm.viterbi_batch(xs)
    assert len(decodings) == 6
    for x, found in zip(xs, decodings, strict=True):
        same(found, viterbi(hmm, x))
        assert isinstance(found.log_prob, float)
        assert found.scores.dtype == dtype
        assert found.backpointers.dtype == found.path.dtype == np.intp
    assert hmm.viterbi_batch([]) == []


@pytest.mark.parametrize("K", [1, 2, 5, 12])
@pytest.mark.parametrize("stop", [False, True])
def test_a_long_sequence_gives_the_same_up_to_rounding(random_model, K, stop):
    hmm = random_model(K, 7, K, stop, zeros=K == 5)
    rng = np.random.default_rng(2)
    x, _ = HMM(hmm.pi, hmm.A / hmm.A.sum(axis=1, keepdims=True), hmm.B).sample(3000, rng)
    found, expected = hmm.viterbi(x), viterbi(hmm, x)
    assert found.log_prob == pytest.approx(expected.log_prob, rel=1e-12)
    assert found.scores[-1].max() + (not stop) >= found.log_prob
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-10)
    assert hmm.joint_log_prob(x, found.path) == pytest.approx(found.log_prob, rel=1e-12)
    # Two ways of the same factors in another order are a tie, which rounding breaks either way.
    assert (found.backpointers != expected.backpointers).mean() < 2e-3


def test_long_and_short_ones_in_one_batch(random_model):
    rng = np.random.default_rng(5)
    hmm = random_model(3, 4, 9, stop=True)
    xs = [rng.integers(0, 4, n) for n in (2, 1500, 1, 700, 64)]
    for x, found in zip(xs, hmm.viterbi_batch(xs), strict=True):
        expected = viterbi(hmm, x)
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-11)
        assert found.log_prob == pytest.approx(expected.log_prob, rel=1e-12)
        assert hmm.joint_log_prob(x, found.path) == pytest.approx(found.log_prob, rel=1e-12)


def test_ties_in_a_long_sequence_go_to_the_lowest_state():
    alike = HMM([0.25] * 4, [[0.25] * 4] * 4, [[0.5, 0.5]] * 4)
    x = np.random.default_rng(0).integers(0, 2, 5000)
    assert not alike.viterbi(x).path.any()
    assert not alike.viterbi(x).backpointers.any()
    twins = HMM([0.2, 0.4, 0.4], [[0.2, 0.4, 0.4]] * 3, [[0.9, 0.1], [0.3, 0.7], [0.3, 0.7]])
    path = twins.viterbi(x).path
    same([path], [viterbi(twins, x).path])
    assert set(path) == {0, 1}


def test_a_model_that_never_forgets_falls_back(never_forgets):
    x, _ = never_forgets.sample(6000, 3)
    same(never_forgets.viterbi(x), viterbi(never_forgets, x))
    for ours, theirs in zip(
        never_forgets.viterbi_batch([x[:40], x]),
        [viterbi(never_forgets, x[:40]), viterbi(never_forgets, x)],
        strict=True,
    ):
        same(ours, theirs)
    np.testing.assert_array_equal(
        never_forgets.forward(x)[0], inference.forward(never_forgets, x)[0]
    )
    np.testing.assert_array_equal(never_forgets.backward(x), inference.backward(never_forgets, x))
    ours = never_forgets.log_likelihood([x[:10], x])
    theirs = sum(inference.forward(never_forgets, part)[1] for part in (x[:10], x))
    assert ours == pytest.approx(theirs, rel=1e-12)
    found = scaled.messages(never_forgets, x, np.array([len(x)]))
    assert found.doubtful.tolist() == [True]


@pytest.mark.parametrize("p", [0.9, 0.999])
def test_a_model_with_a_long_memory_needs_more_rounds(p):
    hmm = HMM([0.5, 0.5], [[p, 1 - p], [1 - p, p]], [[0.55, 0.45], [0.45, 0.55]])
    x, _ = hmm.sample(5000, 1)
    found, expected = hmm.viterbi(x), viterbi(hmm, x)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-11)
    assert hmm.joint_log_prob(x, found.path) == pytest.approx(expected.log_prob, rel=1e-12)
    np.testing.assert_allclose(hmm.forward(x)[0], inference.forward(hmm, x)[0], rtol=1e-10)
    np.testing.assert_allclose(hmm.backward(x), inference.backward(hmm, x), atol=1e-8)


def test_a_clockwork_is_followed_exactly():
    clock = HMM([1.0, 0, 0], np.roll(np.eye(3), 1, axis=1), np.eye(3))
    x = np.arange(2000) % 3
    found = clock.viterbi(x)
    np.testing.assert_array_equal(found.path, x)
    assert found.log_prob == 0
    assert clock.forward(x)[1] == 0
    x[1234] = (x[1234] + 1) % 3
    found = clock.viterbi(x)
    assert found.log_prob == -np.inf
    assert found.path.shape == (2000,)
    assert np.isneginf(found.scores[1234:]).all()
    same(found[1:], viterbi(clock, x)[1:])


@pytest.mark.parametrize("K", [1, 2, 3, 256, 257, 300])
@pytest.mark.parametrize("P", [1, 9])
def test_best_predecessors_are_the_lowest(K, P):
    rng = np.random.default_rng(K)
    before = rng.integers(-3, 1, (K, P)).astype(float)  # small numbers: many ties
    log_A = rng.integers(-3, 1, (K, K)).astype(float)
    before[rng.random(before.shape) < 0.1] = -np.inf
    before[:, 0] = -np.inf
    candidates = before[:, None, :] + log_A[:, :, None]
    best, pointer = batch.best_predecessors(before, log_A)
    np.testing.assert_array_equal(best, candidates.max(axis=0))
    np.testing.assert_array_equal(pointer, candidates.argmax(axis=0))


def test_one_hundred_thousand_days():
    hmm = data.ice_cream(stop=True)
    x = np.random.default_rng(0).integers(0, 3, 100_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = hmm.viterbi(x)
        log_alpha, log_likelihood = hmm.forward(x)
        log_beta = hmm.backward(x)
        gamma, _ = hmm.posteriors(x, pairwise=False)
    assert found.log_prob == pytest.approx(viterbi(hmm, x).log_prob, rel=1e-11)
    assert hmm.joint_log_prob(x, found.path) == pytest.approx(found.log_prob, rel=1e-12)
    assert found.log_prob < log_likelihood < 0
    every_day = np.logaddexp(*(log_alpha + log_beta).T)
    np.testing.assert_allclose(every_day, log_likelihood, rtol=1e-11)
    np.testing.assert_allclose(gamma, np.exp(log_alpha + log_beta - log_likelihood), atol=1e-7)


@pytest.mark.parametrize("K", [2, 50])
def test_memory_of_viterbi_stays_near_its_tables(random_model, K):
    hmm = random_model(K, 10)
    x = np.random.default_rng(0).integers(0, 10, 100_000 if K == 2 else 20_000)
    tracemalloc.start()
    found = hmm.viterbi(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    tables = found.scores.nbytes + found.backpointers.nbytes
    assert peak < 3 * tables


# --- forward and backward


@pytest.mark.parametrize("K", [1, 2, 5, 12])
@pytest.mark.parametrize("stop", [False, True])
def test_scaled_tables_are_those_of_log_space(random_model, K, stop):
    hmm = random_model(K, 7, K, stop, zeros=K == 5)
    x, _ = HMM(hmm.pi, hmm.A / hmm.A.sum(axis=1, keepdims=True), hmm.B).sample(1500, 2)
    log_alpha, log_likelihood = scaled.forward(hmm, x)
    expected, total = inference.forward(hmm, x)
    np.testing.assert_allclose(log_alpha, expected, rtol=1e-11)
    assert log_likelihood == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(
        scaled.backward(hmm, x), inference.backward(hmm, x), rtol=1e-10, atol=1e-12
    )
    for ours, theirs in zip(scaled.posteriors(hmm, x), inference.posteriors(hmm, x), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-12)
    assert scaled.posteriors(hmm, x, pairwise=False)[1] is None


def test_likelihoods_of_many_at_once(random_model):
    rng = np.random.default_rng(3)
    hmm = random_model(3, 4, 1, stop=True, zeros=True)
    lengths = np.array([1, 900, 2, 5, 64])
    x = np.concatenate([rng.integers(0, 4, n) for n in lengths])
    ends = np.cumsum(lengths)
    expected = [inference.forward(hmm, x[e - n : e])[1] for e, n in zip(ends, lengths, strict=True)]
    assert -np.inf in expected
    np.testing.assert_allclose(scaled.log_likelihoods(hmm, x, lengths), expected, rtol=1e-12)
    assert hmm.log_likelihood([]) == 0.0


@pytest.fixture
def turning():
    """A mixture whose evidence turns only after the losing half has left the range of floats."""
    hmm = HMM([0.5, 0.5], np.eye(2), [[0.99, 0.01], [0.01, 0.99]])
    return hmm, np.array([0] * 200 + [1] * 230)


def test_scaling_notices_what_left_the_range(turning):
    hmm, x = turning
    expected, total = inference.forward(hmm, x)
    assert total == pytest.approx(np.log(0.5) + 230 * np.log(0.99) + 200 * np.log(0.01), rel=1e-9)
    np.testing.assert_array_equal(scaled.forward(hmm, x)[0], expected)
    np.testing.assert_array_equal(scaled.backward(hmm, x), inference.backward(hmm, x))
    gamma, xi = scaled.posteriors(hmm, x)
    np.testing.assert_allclose(gamma, np.tile([0.0, 1.0], (430, 1)), atol=1e-50)
    np.testing.assert_allclose(xi[:, 1, 1], 1)
    assert scaled.log_likelihoods(hmm, x, np.array([430]))[0] == pytest.approx(total, rel=1e-12)
    alone = scaled.messages(hmm, np.append(x, 0), np.array([430, 1]))
    assert alone.doubtful.tolist() == [True, False]


def test_tiny_entries_that_do_not_matter_are_no_cause_for_doubt():
    hmm = HMM([1.0, 0.0], [[1 - 1e-120, 1e-120], [0.5, 0.5]], [[0.9, 0.1], [1.0, 0.0]])
    x = np.array([0, 0, 1] * 30)
    assert not scaled.messages(hmm, x, np.array([90])).doubtful.any()
    expected, total = inference.forward(hmm, x)
    np.testing.assert_allclose(scaled.forward(hmm, x)[0], expected, rtol=1e-12)
    assert scaled.log_likelihoods(hmm, x, np.array([90]))[0] == pytest.approx(total, rel=1e-12)
    tinier = HMM([1.0, 0.0], [[1.0, 1e-200], [0.5, 0.5]], [[0.9, 0.1], [1 - 1e-200, 1e-200]])
    expected, _ = inference.forward(tinier, x)
    np.testing.assert_allclose(scaled.forward(tinier, x)[0], expected, rtol=1e-12)
    assert expected[2, 1] < -900


def test_a_doubtful_sequence_does_not_touch_its_neighbours(turning):
    hmm, doubtful = turning
    xs = [np.array([0, 1]), doubtful, np.array([1, 0, 0])]
    x, lengths = np.concatenate(xs), np.array([len(x) for x in xs])
    expected = [inference.forward(hmm, x)[1] for x in xs]
    np.testing.assert_allclose(scaled.log_likelihoods(hmm, x, lengths), expected, rtol=1e-12)
    counts = em.expected_counts(hmm, x, lengths)
    alone = [em.expected_counts_slide(hmm, x) for x in xs]
    for together, *parts in zip(counts, *alone, strict=True):
        np.testing.assert_allclose(together, sum(parts), rtol=1e-9)


@pytest.mark.parametrize("place", range(4))
def test_a_sequence_that_is_never_settled_is_doubted_alone(never_forgets, place):
    rng = np.random.default_rng(place)
    lengths = np.array([2, 3, 4, 5])
    lengths[place] = 20_000
    x = rng.integers(0, 2, lengths.sum())
    found = scaled.messages(never_forgets, x, lengths)
    assert found.doubtful.tolist() == [n == place for n in range(4)]


@pytest.mark.parametrize("n", [199, 200, 350])
def test_from_two_hundred_days_on_one_sequence_is_cut(random_model, n, monkeypatch):
    hmm = random_model(3, 5, seed=2)
    x = hmm.sample(n, 1)[0]
    cuts = []
    monkeypatch.setattr(scaled, "cut", lambda *given: cuts.append(given) or relay.cut(*given))
    np.testing.assert_allclose(hmm.forward(x)[0], inference.forward(hmm, x)[0], rtol=1e-10)
    np.testing.assert_allclose(hmm.backward(x), inference.backward(hmm, x), rtol=1e-9, atol=1e-9)
    for ours, plain in zip(hmm.posteriors(x), inference.posteriors(hmm, x), strict=True):
        np.testing.assert_allclose(ours, plain, atol=1e-10)
    assert len(cuts) == (0 if n < 200 else 4)
