"""Viterbi and brute force against every path, the lecture's numbers, and hmmlearn."""

import re
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data
from course_lib.hmm import HMM, Decoding, brute_force, viterbi, viterbi_slide


@pytest.mark.parametrize(
    ("stop", "x", "path", "joint"),
    [
        (False, [0, 1, 0], [0, 0, 0], 0.032),
        (False, [2, 2, 1], [1, 1, 1], 0.03136),
        (True, [0, 1, 0], [0, 0, 0], 0.003136),
        (True, [2, 2, 1], [1, 1, 1], 0.003136),
    ],
)
def test_the_lectures_ice_cream(stop, x, path, joint):
    hmm = data.ice_cream(stop)
    found = hmm.viterbi(x)
    assert isinstance(found, Decoding)
    assert found.path.tolist() == path
    assert exp(found.log_prob) == pytest.approx(joint, rel=1e-12)
    best, log_prob = brute_force(hmm, x)
    assert best.tolist() == path
    assert exp(log_prob) == pytest.approx(joint, rel=1e-12)


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_viterbi_finds_the_best_of_all_paths(random_model, all_paths, stop, zeros, n):
    for seed in range(10):
        hmm = random_model(3, 4, seed, stop, zeros)
        x = np.random.default_rng(seed).integers(0, 4, n)
        joint = all_paths(hmm, x)
        best = max(joint.values())
        found = hmm.viterbi(x)
        assert exp(found.log_prob) == pytest.approx(best, rel=1e-12)
        assert joint[tuple(found.path.tolist())] == pytest.approx(best, rel=1e-12)
        assert hmm.joint_log_prob(x, found.path) == pytest.approx(found.log_prob, rel=1e-12)
        path, log_prob = brute_force(hmm, x)
        assert joint[tuple(path.tolist())] == pytest.approx(best, rel=1e-12)
        assert exp(log_prob) == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("stop", [False, True])
def test_tables_hold_the_best_way_to_every_state(random_model, all_paths, stop):
    hmm = random_model(3, 4, 5, stop, zeros=True)
    x = [1, 3, 0, 2]
    found = hmm.viterbi(x)
    assert found.scores.shape == found.backpointers.shape == (4, 3)
    assert found.backpointers.dtype == found.path.dtype == np.intp
    assert found.backpointers[0].tolist() == [0, 0, 0]
    open_end = HMM(hmm.pi, hmm.A / hmm.A.sum(axis=1, keepdims=True), hmm.B)
    leaving = dict(enumerate(hmm.A.sum(axis=1).tolist()))
    for t in range(4):
        weights = {
            y: p * np.prod([leaving[k] for k in y[:-1]])
            for y, p in all_paths(open_end, x[: t + 1]).items()
        }
        for k in range(3):
            to_k = {y: p for y, p in weights.items() if y[-1] == k}
            assert exp(found.scores[t, k]) == pytest.approx(max(to_k.values()), rel=1e-12)
            if t and max(to_k.values()) > 0:
                best = max(to_k, key=to_k.get)
                assert found.backpointers[t, k] == best[-2]


def test_slide_version_agrees(random_model):
    for seed in range(5):
        hmm = random_model(3, 5, seed, zeros=True)
        x = np.random.default_rng(seed).integers(0, 5, 7)
        path, score, back = viterbi_slide(hmm.pi, hmm.A, hmm.B, x)
        found = hmm.viterbi(x)
        np.testing.assert_allclose(score, np.exp(found.scores), rtol=1e-12)
        possible = score > 0  # into an impossible state no way is best
        np.testing.assert_array_equal(back[possible], found.backpointers[possible])
        if score[-1].any():
            np.testing.assert_array_equal(path, found.path)


def test_transitions_run_from_row_to_column():
    # State 0 must be followed by 1, state 1 by 2; symbols say nothing. A transposed A fails here.
    hmm = HMM([1.0, 0, 0], [[0, 1.0, 0], [0, 0, 1.0], [0, 0, 1.0]], [[0.5, 0.5]] * 3)
    assert hmm.viterbi([0, 1, 0, 1]).path.tolist() == [0, 1, 2, 2]


def test_a_tie_goes_to_the_lowest_state_from_the_last_day_backwards():
    alike = HMM([0.25] * 4, [[0.25] * 4] * 4, [[0.5, 0.5]] * 4)
    assert alike.viterbi([0, 1, 1, 0]).path.tolist() == [0, 0, 0, 0]
    assert alike.viterbi([0, 1]).backpointers.tolist() == [[0] * 4, [0] * 4]
    # (0, 1) and (1, 0) are equally good: the last day decides, and takes 0.
    swapping = HMM([0.5, 0.5], [[0.0, 1.0], [1.0, 0.0]], [[0.5, 0.5]] * 2)
    assert swapping.viterbi([0, 0]).path.tolist() == [1, 0]
    assert brute_force(swapping, [0, 0])[0].tolist() == [0, 1]
    # Two predecessors of state 2 tie below a better one.
    hmm = HMM([0.25, 0.25, 0.5], [[0.5, 0, 0.5], [0.5, 0, 0.5], [0.5, 0, 0.5]], [[1.0]] * 3)
    assert hmm.viterbi([0, 0]).path.tolist() == [2, 0]


def test_stop_has_a_say_in_the_last_state():
    tables = {"pi": [0.5, 0.5], "B": [[0.5, 0.5], [0.5, 0.5]]}
    assert HMM(A=[[0.6, 0.4], [0.5, 0.5]], **tables).viterbi([0]).path.tolist() == [0]
    stopping = HMM(A=[[0.5, 0.4], [0.2, 0.2]], stop=[0.1, 0.6], **tables)
    found = stopping.viterbi([0])
    assert found.path.tolist() == [1]
    assert found.log_prob == pytest.approx(log(0.5 * 0.5 * 0.6))
    assert found.scores[0].tolist() == pytest.approx([log(0.25)] * 2)


def test_an_impossible_sequence_decodes_to_minus_infinity():
    hmm = HMM([1.0, 0.0], [[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0]])
    found = hmm.viterbi([0, 1, 0])
    assert found.log_prob == -np.inf
    assert found.path.shape == (3,)
    assert found.scores[:, 1].tolist() == [-np.inf] * 3
    assert hmm.joint_log_prob([0, 1, 0], found.path) == -np.inf
    assert brute_force(hmm, [0, 1])[1] == -np.inf
    never_stops = HMM([1.0], [[1.0]], [[1.0]], stop=[0.0])
    assert never_stops.viterbi([0, 0]).log_prob == -np.inf


def test_float32_stays(random_model):
    found = random_model(3, 4, dtype=np.float32).viterbi([0, 1, 2, 3])
    assert found.scores.dtype == np.float32
    reference = random_model(3, 4).viterbi([0, 1, 2, 3])
    np.testing.assert_allclose(found.scores, reference.scores, rtol=1e-5)


def test_viterbi_and_the_method_are_one(random_model):
    hmm = random_model(3, 4)
    for ours, theirs in zip(viterbi(hmm, [0, 1, 3]), hmm.viterbi([0, 1, 3]), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_brute_force_refuses_what_would_take_for_ever():
    hmm = data.ice_cream()
    with pytest.raises(ValueError, match=re.escape("x: the number of paths K**n must be between")):
        brute_force(hmm, [0] * 21)
    four = HMM([0.25] * 4, [[0.25] * 4] * 4, [[1.0]] * 4)
    with pytest.raises(ValueError, match="1048576, got 4194304"):
        brute_force(four, [0] * 11)
    with pytest.raises(ValueError, match="x must be in"):
        brute_force(hmm, [3])
    alone = HMM([1.0], [[1.0]], [[0.5, 0.5]])
    assert brute_force(alone, [0] * 30)[0].tolist() == [0] * 30


tables = st.integers(0, 10**6)


@given(
    seed=tables, K=st.integers(1, 4), n=st.integers(1, 6), stop=st.booleans(), zeros=st.booleans()
)
def test_renaming_the_states_renames_the_path(random_model, seed, K, n, stop, zeros):
    hmm = random_model(K, 3, seed, stop, zeros)
    rng = np.random.default_rng(seed)
    new = rng.permutation(K)
    renamed = HMM(
        hmm.pi[new], hmm.A[np.ix_(new, new)], hmm.B[new], None if not stop else hmm.stop[new]
    )
    x = rng.integers(0, 3, n)
    ours, theirs = hmm.viterbi(x), renamed.viterbi(x)
    np.testing.assert_allclose(ours.scores[:, new], theirs.scores, rtol=1e-12)
    assert ours.log_prob == pytest.approx(theirs.log_prob, rel=1e-12)
    assert hmm.joint_log_prob(x, new[theirs.path]) == pytest.approx(ours.log_prob, rel=1e-12)


@pytest.mark.parametrize("K", [1, 2, 7])
def test_hmmlearn_agrees(random_model, K):
    peers = pytest.importorskip("hmmlearn.hmm")
    hmm = random_model(K, 5, seed=K)
    peer = peers.CategoricalHMM(K, n_features=5)
    peer.startprob_, peer.transmat_, peer.emissionprob_ = hmm.pi, hmm.A, hmm.B
    x = np.random.default_rng(1).integers(0, 5, 300)
    log_prob, path = peer.decode(x[:, None])
    found = hmm.viterbi(x)
    assert found.log_prob == pytest.approx(log_prob, rel=1e-12)
    np.testing.assert_array_equal(found.path, path)
