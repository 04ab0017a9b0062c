"""Sampled stories: their distribution against all paths, seeds, STOP and what is refused."""

import re
from collections import Counter

import numpy as np
import pytest

from course_lib import data
from course_lib.hmm import HMM, sample
from course_lib.hmm.sampling import _draw


@pytest.mark.parametrize("stop", [False, True])
def test_stories_come_as_often_as_they_should(random_model, all_paths, stop):
    hmm = random_model(2, 2, 3, stop)
    rng = np.random.default_rng(0)
    n = 20_000
    seen = Counter()
    for _ in range(n):
        x, y = hmm.sample(2, rng)
        seen[tuple(x.tolist()), tuple(y.tolist())] += 1
    joint = {
        (x, y): p for x in [(0, 0), (0, 1), (1, 0), (1, 1)] for y, p in all_paths(hmm, x).items()
    }
    total = sum(joint.values())
    assert stop == (total < 0.999)
    chi_square = sum((seen[key] - n * p / total) ** 2 / (n * p / total) for key, p in joint.items())
    assert chi_square < 37.7  # 15 degrees of freedom: exceeded once in a thousand seeds


def test_stop_weighs_every_day():
    # From state 0 one can only stop at once, so a longer story must avoid it until its last day.
    hmm = HMM([0.9, 0.1], [[0.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0]], stop=[1.0, 0.0])
    for length in (1, 2, 5):
        x, y = hmm.sample(length, 0)
        assert y.tolist() == [1] * (length - 1) + [0]
        assert x.tolist() == y.tolist()


def test_the_same_seed_tells_the_same_story():
    hmm = data.ice_cream()
    x, y = hmm.sample(50, 7)
    again = sample(hmm, 50, np.random.default_rng(7))
    np.testing.assert_array_equal([x, y], again)
    assert x.shape == y.shape == (50,)
    assert x.dtype == y.dtype == np.intp
    other = hmm.sample(50, 8)
    assert (other[1] != y).any()


def test_the_impossible_is_never_drawn(random_model):
    hmm = random_model(4, 5, 2, zeros=True)
    x, y = hmm.sample(5000, 1)
    assert hmm.pi[y[0]] > 0
    assert (hmm.A[y[:-1], y[1:]] > 0).all()
    assert (hmm.B[y, x] > 0).all()
    assert hmm.log_likelihood([x]) > -np.inf


def test_a_long_story_has_the_models_frequencies():
    hmm = data.ice_cream()
    x, y = hmm.sample(40_000, 5)
    stays = (y[1:] == y[:-1]).mean()
    assert stays == pytest.approx(0.8, abs=0.01)
    cones = [np.bincount(x[y == k], minlength=3) / (y == k).sum() for k in (0, 1)]
    np.testing.assert_allclose(cones, hmm.B, atol=0.015)


def test_long_stories_with_stop_do_not_underflow():
    x, y = data.ice_cream(stop=True).sample(5000, 5)
    assert x.shape == y.shape == (5000,)
    assert 0.3 < y.mean() < 0.7


def test_float32_tables_can_be_drawn_from(random_model):
    hmm = random_model(3, 7, dtype=np.float32)
    x, y = hmm.sample(1000, 0)
    assert set(y) == {0, 1, 2}
    assert x.max() < 7


def test_draw_lands_where_the_weights_are():
    weights = np.array([0.0, 2.0, 0.0, 1.0, 1.0, 0.0])
    u = np.array([0.0, 0.49, 0.5, 0.74, 0.75, np.nextafter(1, 0)])
    assert _draw(weights, u).tolist() == [1, 1, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("length", "rng", "error", "message"),
    [
        (0, 0, ValueError, "length must be at least 1, got 0"),
        (2.0, 0, TypeError, "length must be a whole number, got float"),
        (3, None, TypeError, "rng must be a numpy.random.Generator or a whole-number seed"),
        (3, -1, ValueError, "rng must be at least 0, got -1"),
    ],
)
def test_bad_arguments_are_refused(length, rng, error, message):
    with pytest.raises(error, match=re.escape(message)):
        data.ice_cream().sample(length, rng)


def test_a_length_without_stories_is_refused():
    at_once = HMM([1.0], [[0.0]], [[1.0]], stop=[1.0])
    assert at_once.sample(1, 0)[1].tolist() == [0]
    message = "length must be one at which the model can stop, got 2"
    with pytest.raises(ValueError, match=re.escape(message)):
        at_once.sample(2, 0)
    with pytest.raises(ValueError, match="got 3"):
        at_once.sample(3, 0)
