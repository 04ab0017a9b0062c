"""Markov chains against hand counts, sums over all sequences, eigenvectors and simulation."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise, product
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib import data
from course_lib.markov import MarkovChain, classify, count, stationary

STATES = ("C", "R", "S")
INITIAL = [0.2, 0.0, 0.8]
TRANSITION = [[0.5, 0.25, 0.25], [0.7, 0.3, 0.0], [0.1, 0.0, 0.9]]


@pytest.fixture
def chain():
    return MarkovChain(INITIAL, TRANSITION, STATES)


@pytest.mark.parametrize(
    ("city", "pairs"),
    [
        ("Los Angeles", {"SS": 16, "SC": 1, "CC": 1, "CR": 1, "RR": 1, "RS": 1}),
        ("Seattle", {"CC": 8, "CR": 2, "CS": 2, "RR": 4, "RC": 2, "SC": 2}),
    ],
)
def test_count_finds_the_lectures_numbers(city, pairs):
    starts, moves, states = count([data.weather()[city]])
    assert states == STATES
    expected = [[pairs.get(i + j, 0) for j in STATES] for i in STATES]
    np.testing.assert_array_equal(moves, expected)
    np.testing.assert_array_equal(starts, [s == data.weather()[city][0] for s in STATES])


def test_fit_divides_each_row_by_the_days_that_have_a_morrow():
    fitted = MarkovChain.fit([data.weather()["Los Angeles"]])
    assert fitted.states == STATES
    np.testing.assert_array_equal(fitted.initial, [0, 0, 1])
    np.testing.assert_allclose(
        fitted.transition, [[1 / 2, 1 / 2, 0], [0, 1 / 2, 1 / 2], [1 / 17, 0, 16 / 17]], rtol=1e-15
    )


def test_fit_adds_sequences_up_without_joining_them():
    fitted = MarkovChain.fit([["b", "a"], ["b", "b", "a"], ("a",), np.array(["b", "c"])])
    assert fitted.states == ("a", "b", "c")
    np.testing.assert_array_equal(fitted.initial, [0.25, 0.75, 0])
    third = 1 / 3  # a and c were never left: uniform
    np.testing.assert_array_equal(fitted.transition, [[third] * 3, [0.5, 0.25, 0.25], [third] * 3])


def test_fit_takes_the_order_of_the_states_and_smooths_every_count():
    fitted = MarkovChain.fit([["x", "y", "y"]], states=["y", "z", "x"], smoothing=0.5)
    assert fitted.states == ("y", "z", "x")
    np.testing.assert_allclose(fitted.initial, [0.5 / 2.5, 0.5 / 2.5, 1.5 / 2.5], rtol=1e-15)
    np.testing.assert_allclose(
        fitted.transition,
        [[1.5 / 2.5, 0.5 / 2.5, 0.5 / 2.5], [1 / 3] * 3, [1.5 / 2.5, 0.5 / 2.5, 0.5 / 2.5]],
        rtol=1e-15,
    )


def test_states_may_be_any_names_and_a_string_of_states_its_letters():
    fitted = MarkovChain.fit([[3, 1, 3], np.array([1, 1])])
    assert fitted.states == (1, 3)
    np.testing.assert_array_equal(fitted.transition, [[0.5, 0.5], [1, 0]])
    assert MarkovChain.fit([["S", "C"]], states="SCR").states == ("S", "C", "R")


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=8), min_size=1, max_size=6))
def test_no_chain_explains_the_sequences_better_than_the_counted_one(sequences):
    fitted = MarkovChain.fit(sequences, states="abc")
    best = sum(fitted.log_prob(sequence) for sequence in sequences)
    assert best > -np.inf
    other = MarkovChain.fit(sequences, states="abc", smoothing=0.3)
    assert sum(other.log_prob(sequence) for sequence in sequences) <= best + 1e-9
    moves = Counter(pair for s in sequences for pair in pairwise(s))
    assert sum(moves.values()) == count(sequences, "abc")[1].sum()


def test_log_prob_multiplies_start_and_moves(chain):
    assert chain.log_prob(["S"]) == log(0.8)
    assert chain.log_prob(list("CSSC")) == pytest.approx(log(0.2 * 0.25 * 0.9 * 0.1), rel=1e-14)
    assert chain.log_prob("CSSC") == chain.log_prob(np.array(list("CSSC")))
    assert type(chain.log_prob(["S"])) is float


@pytest.mark.parametrize("impossible", ["R", "RC", "CRS", "SR"])
def test_log_prob_of_the_impossible_is_minus_infinity(chain, impossible):
    assert chain.log_prob(list(impossible)) == -np.inf


@pytest.mark.parametrize("length", [1, 2, 5])
def test_probabilities_of_all_sequences_of_a_length_sum_to_one(chain, length):
    total = sum(np.exp(chain.log_prob(y)) for y in product(STATES, repeat=length))
    assert total == pytest.approx(1, abs=1e-13)


def test_a_long_sequence_does_not_underflow(chain):
    assert chain.log_prob(["S"] * 100_000) == pytest.approx(log(0.8) + 99_999 * log(0.9), rel=1e-12)


def test_predict_gives_the_row_by_name(chain):
    assert chain.predict("C") == {"C": 0.5, "R": 0.25, "S": 0.25}
    assert chain.predict("S") == {"C": 0.1, "R": 0.0, "S": 0.9}
    assert list(chain.predict("R")) == ["C", "R", "S"]
    assert all(type(p) is float for p in chain.predict("R").values())


def test_the_chain_keeps_copies_that_nobody_can_change():
    initial, transition = np.array(INITIAL), np.array(TRANSITION)
    chain = MarkovChain(initial, transition, list(STATES))
    initial[:], transition[:] = 0, 0
    np.testing.assert_array_equal(chain.initial, INITIAL)
    np.testing.assert_array_equal(chain.transition, TRANSITION)
    for table in (chain.initial, chain.transition):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 1


def test_float32_stays():
    chain = MarkovChain(np.float32(INITIAL), np.float32(TRANSITION), STATES)
    assert {chain.initial.dtype, chain.transition.dtype} == {np.dtype(np.float32)}
    assert chain.stationary().dtype == np.float32
    assert set(chain.sample(500, 0)) == set(STATES)
    assert chain.log_prob("CS") == pytest.approx(log(0.05), rel=1e-6)


def test_sample_is_repeated_by_its_seed_and_uses_the_generator_it_is_given(chain):
    assert chain.sample(50, 3) == chain.sample(50, np.random.default_rng(3))
    assert chain.sample(50, 3) != chain.sample(50, 4)
    rng = np.random.default_rng(3)
    assert chain.sample(50, rng) != chain.sample(50, rng)
    assert [len(chain.sample(n, 0)) for n in (1, 2, 7)] == [1, 2, 7]
    assert isinstance(chain.sample(1, 0), list)


def test_sample_walks_like_the_chain(chain):
    walk = chain.sample(40_000, 1)
    visits, moves = Counter(walk[:-1]), Counter(pairwise(walk))
    for i, j in product(range(3), range(3)):
        n, p = visits[STATES[i]], TRANSITION[i][j]
        share = moves[STATES[i], STATES[j]] / n
        # Given the visits, moves from one state are independent draws: five standard errors.
        assert abs(share - p) <= 5 * sqrt(p * (1 - p) / n), (i, j)


def test_sample_starts_like_the_chain(chain):
    rng = np.random.default_rng(5)
    starts = Counter(chain.sample(1, rng)[0] for _ in range(5_000))
    assert starts["R"] == 0
    assert abs(starts["C"] / 5_000 - 0.2) <= 5 * sqrt(0.2 * 0.8 / 5_000)


def test_sample_never_takes_a_way_of_probability_zero():
    ring = MarkovChain([0, 1, 0], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], ["a", "b", "c"])
    assert ring.sample(7, 0) == ["b", "a", "c", "b", "a", "c", "b"]


class Loaded(np.random.Generator):
    """A generator whose rolls are told beforehand."""

    def __init__(self, rolls):
        super().__init__(np.random.PCG64(0))
        self.rolls = rolls

    def random(self, size):
        assert size == len(self.rolls)
        return np.array(self.rolls)


def test_a_roll_picks_the_first_running_total_above_it():
    chain = MarkovChain([0, 0.25, 0.75, 0], [[0.25] * 4] * 4, "abcd")
    assert chain.sample(1, Loaded([0.0])) == ["b"]
    assert chain.sample(1, Loaded([0.25])) == ["c"]
    largest = np.nextafter(1, 0)
    assert chain.sample(1, Loaded([largest])) == ["c"]
    assert chain.sample(5, Loaded([0.3, 0.0, 0.25, 0.5, largest])) == ["c", "a", "b", "c", "d"]
    tenths = MarkovChain([0.1] * 10, [[0.1] * 10] * 10, "abcdefghij")  # sum below 1 in floats
    assert tenths.sample(2, Loaded([largest, largest])) == ["j", "j"]


def test_stationary_is_the_left_eigenvector_of_one(chain):
    values, vectors = np.linalg.eig(np.transpose(TRANSITION))
    vector = np.real(vectors[:, np.argmin(abs(values - 1))])
    np.testing.assert_allclose(chain.stationary(), vector / vector.sum(), rtol=1e-12)
    np.testing.assert_allclose(chain.stationary() @ TRANSITION, chain.stationary(), rtol=1e-14)


@given(arrays(float, (4, 4), elements=st.floats(0.01, 1)))
def test_stationary_of_any_chain_that_goes_everywhere(weights):
    P = weights / weights.sum(axis=1, keepdims=True)
    pi = stationary(P)
    np.testing.assert_allclose(pi, np.linalg.matrix_power(P, 4096)[0], rtol=1e-9)
    renamed = [2, 0, 3, 1]
    np.testing.assert_allclose(stationary(P[np.ix_(renamed, renamed)]), pi[renamed], rtol=1e-10)


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        ([[1.0]], [1]),
        ([[0, 1], [1, 0]], [1 / 2, 1 / 2]),
        ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [1 / 3, 1 / 3, 1 / 3]),
        ([[0, 1, 0], [0.25, 0, 0.75], [0, 1, 0]], [1 / 8, 1 / 2, 3 / 8]),
        ([[0.5, 0.5], [0, 1]], [0, 1]),
        (
            [[0.2, 0.3, 0.5, 0], [0, 0.5, 0, 0.5], [0.1, 0.9, 0, 0], [0, 1, 0, 0]],
            [0, 2 / 3, 0, 1 / 3],
        ),
    ],
    ids=["one", "period 2", "period 3", "star", "absorbing", "two transient states"],
)
def test_stationary_of_chains_solved_by_hand(transition, expected):
    pi = stationary(transition)
    np.testing.assert_allclose(pi, expected, rtol=1e-14)
    np.testing.assert_array_equal(pi == 0, np.equal(expected, 0))


def test_stationary_keeps_the_digits_of_tiny_probabilities():
    a, b, c = 1e-17, 3e-17, 1e-300  # 1 - a is 1 in floats, so I - P would be singular
    np.testing.assert_allclose(stationary([[1 - a, a], [b, 1 - b]]), [0.75, 0.25], rtol=1e-14)
    np.testing.assert_allclose(stationary([[1 - c, c], [0.5, 0.5]]), [1, 2e-300], rtol=1e-14)


def test_a_long_line_of_states_is_still_one_class():
    n = 21
    P = np.eye(n, k=1)
    P[-1, 0] = 1
    np.testing.assert_allclose(stationary(P), np.full(n, 1 / n), rtol=1e-14)
    P[-1] = 0
    P[-1, -1] = 1
    np.testing.assert_array_equal(stationary(P), np.arange(n) == n - 1)


def test_a_chain_with_two_ends_has_no_single_stationary_distribution():
    gambler = MarkovChain([0, 1, 0], [[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]], ["broke", "in", "rich"])
    with pytest.raises(ValueError, match=r"single stationary distribution.*'broke'.*'rich'"):
        gambler.stationary()
    with pytest.raises(ValueError, match="but 0 never leads to 1"):
        stationary(np.eye(2))


def test_classify_is_bayes_rule():
    chains = {
        "wet": MarkovChain([0.5, 0.5], [[0.25, 0.75], [0.5, 0.5]], "SR"),
        "dry": MarkovChain([0.75, 0.25], [[0.875, 0.125], [0.5, 0.5]], "SR"),
    }
    wet = Fraction(1, 2) * Fraction(1, 4) * Fraction(3, 4)
    dry = Fraction(3, 4) * Fraction(7, 8) * Fraction(1, 8)
    for prior, share in [
        (None, Fraction(1, 2)),
        ([0.2, 0.8], Fraction(1, 5)),
        ({"dry": 0.8, "wet": 0.2}, Fraction(1, 5)),
    ]:
        posterior = classify(list("SSR"), chains, prior=prior)
        expected = share * wet / (share * wet + (1 - share) * dry)
        assert list(posterior) == ["wet", "dry"]
        assert posterior["wet"] == pytest.approx(float(expected), rel=1e-13)
        assert sum(posterior.values()) == pytest.approx(1, rel=1e-15)
    assert all(type(p) is float for p in posterior.values())


def test_each_city_is_recognised_by_its_own_winter():
    winters = data.weather()
    chains = {city: MarkovChain.fit([w], smoothing=1) for city, w in winters.items()}
    for city, winter in winters.items():
        assert classify(winter, chains)[city] > 0.99


def test_classify_does_not_underflow_and_zero_stays_zero():
    chains = {
        "a": MarkovChain([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], "xy"),
        "b": MarkovChain([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], "xy"),
        "never y": MarkovChain([1, 0], [[1, 0], [1, 0]], "xy"),
    }
    assert classify("xy" * 2_000, chains) == {"a": 0.5, "b": 0.5, "never y": 0.0}
    assert classify("xy", chains, prior=[0, 1, 0]) == {"a": 0.0, "b": 1.0, "never y": 0.0}
    assert classify("x", {"never y": chains["never y"]}) == {"never y": 1.0}


def test_classify_refuses_what_no_chain_can_write():
    x, y = MarkovChain([1, 0], np.eye(2), "xy"), MarkovChain([0, 1], np.eye(2), "xy")
    with pytest.raises(ValueError, match="sequence must be possible in at least one chain"):
        classify("xy", {"x": x, "y": y})
    with pytest.raises(ValueError, match="sequence must be possible in at least one chain"):
        classify("x", {"x": x, "y": y}, prior={"x": 0, "y": 1})


GOOD = MarkovChain(INITIAL, TRANSITION, STATES)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MarkovChain([0.5, 0.6], np.eye(2), "ab"), ValueError, "initial must sum to 1"),
        (
            lambda: MarkovChain([[1.0]], np.eye(1), "a"),
            ValueError,
            r"initial must have shape \(K,\)",
        ),
        (lambda: MarkovChain([], np.eye(0), ""), ValueError, "initial must sum to 1, got 0"),
        (lambda: MarkovChain(["a"], np.eye(1), "a"), TypeError, "initial must hold real numbers"),
        (
            lambda: MarkovChain([1, 0], np.eye(3), "ab"),
            ValueError,
            r"transition must have shape \(2, 2\)",
        ),
        (
            lambda: MarkovChain([1, 0], [[1, 0], [1, 1]], "ab"),
            ValueError,
            "transition must sum to 1, got 2 in row index 1",
        ),
        (
            lambda: MarkovChain([1, 0], [[1.5, -0.5], [0, 1]], "ab"),
            ValueError,
            "transition must not be negative",
        ),
        (
            lambda: MarkovChain([1, 0], [[np.nan, 1], [0, 1]], "ab"),
            ValueError,
            "transition must be finite",
        ),
        (
            lambda: MarkovChain([1, 0], np.eye(2), "abc"),
            ValueError,
            "states must be 2 different names",
        ),
        (
            lambda: MarkovChain([1, 0], np.eye(2), "aa"),
            ValueError,
            "states must be 2 different names",
        ),
        (lambda: MarkovChain([1, 0], np.eye(2), None), TypeError, "states must be a list of names"),
        (
            lambda: MarkovChain([1, 0], np.eye(2), [[1], [2]]),
            TypeError,
            "states must be a list of names",
        ),
        (lambda: MarkovChain.fit("SSC"), TypeError, "sequences must be a list, got str 'SSC'"),
        (
            lambda: MarkovChain.fit(["S", "C"]),
            TypeError,
            r"sequences\[0\] must be a list, got str 'S'",
        ),
        (
            lambda: MarkovChain.fit([["S"], 3]),
            TypeError,
            r"sequences\[1\] must be a list, got int 3",
        ),
        (lambda: MarkovChain.fit([]), ValueError, "sequences must hold at least one sequence"),
        (
            lambda: MarkovChain.fit([["S"], []]),
            ValueError,
            r"sequences\[1\] must hold at least one state",
        ),
        (
            lambda: MarkovChain.fit([["S", 1]]),
            TypeError,
            "sequences must hold names that can be sorted",
        ),
        (
            lambda: MarkovChain.fit([[["S"]]]),
            TypeError,
            "sequences must hold names that can be sorted",
        ),
        (
            lambda: MarkovChain.fit([["S"]], states="CR"),
            ValueError,
            r"sequences\[0\] must use the states 'C', 'R', got 'S'",
        ),
        (
            lambda: MarkovChain.fit([["S"]], states=[]),
            ValueError,
            "states must be at least 1 different names",
        ),
        (
            lambda: MarkovChain.fit([["S"]], states="SS"),
            ValueError,
            "states must be at least 1 different names",
        ),
        (
            lambda: MarkovChain.fit([["S"]], smoothing=-1),
            ValueError,
            "smoothing must be at least 0, got -1",
        ),
        (lambda: MarkovChain.fit([["S"]], smoothing="1"), TypeError, "smoothing must be a number"),
        (lambda: GOOD.log_prob([]), ValueError, "sequence must hold at least one state"),
        (
            lambda: GOOD.log_prob(["C", "X"]),
            ValueError,
            "sequence must use the states 'C', 'R', 'S', got 'X'",
        ),
        (lambda: GOOD.log_prob(None), TypeError, "sequence must be made of names of states"),
        (
            lambda: GOOD.log_prob([["C", "S"]]),
            TypeError,
            "sequence must be made of names of states",
        ),
        (lambda: GOOD.predict("X"), ValueError, "state must use the states 'C', 'R', 'S', got 'X'"),
        (lambda: GOOD.sample(0, 0), ValueError, "length must be at least 1, got 0"),
        (lambda: GOOD.sample(2.0, 0), TypeError, "length must be a whole number"),
        (lambda: GOOD.sample(2, None), TypeError, "rng must be a numpy.random.Generator"),
        (
            lambda: stationary([[0.5, 0.5]]),
            ValueError,
            r"transition must have shape \(1, 1\), got \(1, 2\)",
        ),
        (lambda: stationary(np.eye(0)), ValueError, "the number of states must be at least 1"),
        (
            lambda: classify("C", [GOOD]),
            TypeError,
            "chains must be a dict of chains by name, got list",
        ),
        (lambda: classify("C", {}), ValueError, "chains must be at least 1"),
        (lambda: classify("C", {"a": "b"}), TypeError, r"chains\['a'\] must be a chain, got str"),
        (
            lambda: classify("C", {"a": GOOD}, prior={"b": 1}),
            ValueError,
            r"prior must name the chains \['a'\]",
        ),
        (
            lambda: classify("C", {"a": GOOD}, prior=[0.5, 0.5]),
            ValueError,
            r"prior must have shape \(1,\)",
        ),
        (lambda: classify("C", {"a": GOOD}, prior=[0.5]), ValueError, "prior must sum to 1"),
        (lambda: classify("X", {"a": GOOD}), ValueError, "sequence must use the states"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
