"""The slides' tables carry the slides' numbers; the point sets have the geometry they promise."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from course_lib import data
from course_lib.data.points import POLYGONS, in_polygons
from course_lib.hmm import fit_supervised
from course_lib.perceptron import threshold_network, xor_network

SETS = {
    "two_moons": data.two_moons,
    "rings": data.rings,
    "xor": data.xor,
    "blobs": data.blobs,
    "polygons": data.polygons,
}


def test_weather_is_the_winter_of_22_and_21_days():
    winters = data.weather()
    assert list(winters) == ["Los Angeles", "Seattle"]
    assert [len(days) for days in winters.values()] == [22, 21]
    pairs = {city: Counter(map("".join, pairwise(days))) for city, days in winters.items()}
    assert pairs["Los Angeles"] == {"SS": 16, "SC": 1, "CC": 1, "CR": 1, "RR": 1, "RS": 1}
    assert pairs["Seattle"] == {"CC": 8, "CR": 2, "CS": 2, "RR": 4, "RC": 2, "SC": 2}
    assert winters["Los Angeles"][:3] == ["S", "S", "S"]
    assert winters["Seattle"][0] == winters["Seattle"][-1] == "C"


def test_cows_eat_eleven_times():
    sentences = data.cows()
    trigrams = Counter(t for s in sentences for t in zip(s, s[1:], s[2:], strict=False))
    eaten = {c: k for (a, b, c), k in trigrams.items() if (a, b) == ("cows", "eat")}
    assert eaten == {"corn": 4, "grass": 3, "hay": 2, "if": 1, "which": 1}
    assert len(sentences) == 11
    assert all(word.isalpha() and word.islower() for s in sentences for word in s)


def test_tables_are_made_anew_each_time():
    for table in (data.weather, data.cows):
        assert table() == table()
        assert table() is not table()
    data.weather()["Seattle"].append("S")
    data.cows()[0].append("more")
    assert len(data.weather()["Seattle"]) == 21
    assert "more" not in data.cows()[0]


def test_one_hot_is_the_identity():
    np.testing.assert_array_equal(data.one_hot(3), [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert data.one_hot(8).shape == (8, 8)
    assert data.one_hot(1).dtype == np.float64


def test_ice_cream_tables():
    plain, stopping = data.ice_cream(), data.ice_cream(stop=True)
    for model in (plain, stopping):
        assert (model.states, model.symbols) == (("C", "H"), ("1", "2", "3"))
        np.testing.assert_array_equal(model.pi, [0.5, 0.5])
    assert plain.stop is None
    np.testing.assert_array_equal(plain.A, [[0.8, 0.2], [0.2, 0.8]])
    np.testing.assert_array_equal(plain.B, [[0.5, 0.4, 0.1], [0.1, 0.2, 0.7]])
    np.testing.assert_array_equal(stopping.A, [[0.8, 0.1], [0.1, 0.8]])
    np.testing.assert_array_equal(stopping.B, [[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    np.testing.assert_array_equal(stopping.stop, [0.1, 0.1])


def test_ice_cream_diary_has_the_lectures_counts():
    xs, ys = data.ice_cream_diary()
    assert [len(x) for x in xs] == [len(y) for y in ys] == [13, 13]
    counted = fit_supervised(xs, ys, 2, 3)
    np.testing.assert_array_equal(counted.pi, [0.5, 0.5])
    np.testing.assert_allclose(counted.A, [[6 / 10, 4 / 10], [4 / 14, 10 / 14]], rtol=1e-15)
    np.testing.assert_allclose(
        counted.B, [[5 / 11, 5 / 11, 1 / 11], [2 / 15, 6 / 15, 7 / 15]], rtol=1e-15
    )


@pytest.mark.parametrize("points", SETS.values(), ids=SETS)
@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_point_sets_are_balanced_and_shuffled(points, n):
    X, labels = points(n, 0)
    assert (X.shape, X.dtype) == ((n, 2), np.float64)
    assert (labels.shape, labels.dtype) == ((n,), np.int64)
    n_classes = 3 if points is data.blobs else 2
    counts = np.bincount(labels, minlength=n_classes)
    assert len(counts) == n_classes
    assert counts.max() - counts.min() <= 1
    if n == 40:
        assert np.count_nonzero(np.diff(labels)) > 5
        assert not np.array_equal(labels, np.arange(n) % len(counts))


@pytest.mark.parametrize("points", SETS.values(), ids=SETS)
def test_point_sets_are_repeated_by_their_seed(points):
    X, labels = points(50, 3)
    for same in (points(50, 3), points(50, np.random.default_rng(3))):
        np.testing.assert_array_equal(same[0], X)
        np.testing.assert_array_equal(same[1], labels)
    assert not np.array_equal(points(50, 4)[0], X)


@pytest.mark.parametrize("points", SETS.values(), ids=SETS)
def test_noise_is_the_spread_around_the_exact_place(points):
    exact, labels = points(4_000, 5, noise=0)
    noisy, same = points(4_000, 5, noise=0.3)
    np.testing.assert_array_equal(labels, same)
    # 4,000 draws: a standard deviation is known to 1 / sqrt(8,000), times five.
    np.testing.assert_allclose((noisy - exact).std(axis=0), 0.3, rtol=5 / np.sqrt(8_000))
    np.testing.assert_allclose((noisy - exact).mean(axis=0), 0, atol=5 * 0.3 / np.sqrt(4_000))


@pytest.mark.parametrize(
    ("points", "noise"),
    [(data.two_moons, 0.1), (data.rings, 0.1), (data.xor, 0.1), (data.blobs, 0.5)],
)
def test_noise_by_default(points, noise):
    np.testing.assert_array_equal(points(9, 1)[0], points(9, 1, noise=noise)[0])


def test_two_moons_are_half_circles_that_reach_into_each_other():
    X, labels = data.two_moons(400, 0, noise=0)
    upper, lower = X[labels == 0], X[labels == 1] - [1, 0.5]
    for moon in (upper, lower):
        np.testing.assert_allclose(np.hypot(*moon.T), 1, rtol=1e-12)
        assert moon[:, 0].min() < -0.95
        assert moon[:, 0].max() > 0.95
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0


def test_rings_have_radius_one_and_two_all_round():
    X, labels = data.rings(400, 0, noise=0)
    np.testing.assert_allclose(np.hypot(*X.T), 1 + labels, rtol=1e-12)
    for ring in (X[labels == 0], X[labels == 1]):
        quarters = Counter(map(tuple, (ring > 0).tolist()))
        assert min(quarters.values()) > 30


def test_xor_stands_at_the_corners_and_the_slides_network_solves_it():
    X, labels = data.xor(400, 0, noise=0)
    corners = Counter(map(tuple, X.tolist()))
    assert corners == {(0, 0): 100, (0, 1): 100, (1, 1): 100, (1, 0): 100}
    np.testing.assert_array_equal(labels, X[:, 0] != X[:, 1])
    np.testing.assert_array_equal(threshold_network(xor_network(), X), labels)


@pytest.mark.parametrize("n_classes", [1, 2, 3, 8])
def test_blobs_share_out_a_circle(n_classes):
    X, labels = data.blobs(8 * n_classes, 0, noise=0, n_classes=n_classes)
    np.testing.assert_array_equal(np.bincount(labels), [8] * n_classes)
    angle = 2 * np.pi * labels / n_classes
    np.testing.assert_allclose(X, 2 * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-15)


def test_polygons_are_convex_and_counter_clockwise():
    for corners in map(np.array, POLYGONS):
        sides = np.roll(corners, -1, axis=0) - corners
        turn = np.cross(
            np.pad(sides, ((0, 0), (0, 1))), np.pad(np.roll(sides, -1, 0), ((0, 0), (0, 1)))
        )
        assert (turn[:, 2] > 0).all()
        assert abs(corners).max() < 2


def test_in_polygons_agrees_with_matplotlib_and_holds_the_border():
    path = pytest.importorskip("matplotlib.path")
    X = np.random.default_rng(0).uniform(-2, 2, (3_000, 2))
    expected = np.any([path.Path(corners).contains_points(X) for corners in POLYGONS], axis=0)
    np.testing.assert_array_equal(in_polygons(X), expected)
    assert in_polygons([corner for corners in POLYGONS for corner in corners]).all()
    assert not in_polygons([[0.1, 0.0], [-1.6, 0.9], [1.6, -1.4]]).any()


def test_polygons_fill_each_side_of_the_border_evenly():
    path = pytest.importorskip("matplotlib.path")
    X, labels = data.polygons(4_000, 0)
    np.testing.assert_array_equal(in_polygons(X), labels == 1)
    areas = []
    for x, y in map(np.transpose, POLYGONS):
        areas.append((x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
    share = areas[0] / sum(areas)
    triangle = path.Path(POLYGONS[0]).contains_points(X[labels == 1])
    free = ((X[labels == 0] > [0.6, -2]) & (X[labels == 0] < [2, -0.6])).all(axis=1)
    for found, p in [(triangle, share), (free, 1.4**2 / (16 - sum(areas)))]:
        assert abs(found.mean() - p) <= 5 * np.sqrt(p * (1 - p) / 2_000)  # five standard errors
    assert abs(X).max() <= 2


@pytest.mark.parametrize("points", SETS.values(), ids=SETS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": 0}, ValueError, "n must be at least 1, got 0"),
        ({"n": 2.5}, TypeError, "n must be a whole number, got float"),
        ({"noise": -0.1}, ValueError, "noise must be at least 0, got -0.1"),
        ({"noise": np.nan}, ValueError, "noise must be at least 0, got nan"),
        ({"noise": "a"}, TypeError, "noise must be a number, got str"),
        ({"rng": None}, TypeError, "rng must be a numpy.random.Generator"),
        ({"rng": -1}, ValueError, "rng must be at least 0, got -1"),
    ],
)
def test_bad_input_is_refused_by_name(points, arguments, error, message):
    with pytest.raises(error, match=message):
        points(**{"n": 4, "rng": 0, **arguments})


@pytest.mark.parametrize("points", SETS.values(), ids=SETS)
def test_bad_noise_is_refused_before_anything_is_drawn(points):
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    with pytest.raises(ValueError, match="noise"):
        points(4, rng, noise=-1)
    assert rng.bit_generator.state == before


def test_bad_input_of_the_others():
    with pytest.raises(ValueError, match="n_classes must be at least 1, got 0"):
        data.blobs(3, 0, n_classes=0)
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        data.one_hot(0)
    with pytest.raises(TypeError, match="n must be a whole number"):
        data.one_hot(2.0)
    with pytest.raises(ValueError, match=r"X must have shape \(N, 2\)"):
        in_polygons([1.0, 2.0])
