"""Recursive networks: against plain recursion, finite differences, and a task that needs order."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.recursive import RecursiveNet, plant

TREES = [((0, 1), 2), 3, (4, ((1, 1), (0, 4))), (2, 3)]
LABELS = [0, 2, 1, 2]


def random_net(**kwargs):
    net = RecursiveNet(5, 4, 3, rng=0, **kwargs)
    rng = np.random.default_rng(1)
    for name, param in net.params.items():
        net.params[name] = rng.normal(0, 0.6, size=param.shape).astype(param.dtype)
    return net


def vector(net, tree):
    """The definition, by recursion."""
    p = net.params
    if not isinstance(tree, tuple):
        return p["E"][tree]
    left, right = (vector(net, child) for child in tree)
    return np.tanh(p["L"] @ left + p["R"] @ right + p["b"])


def test_vectors_are_those_of_the_definition():
    net = random_net()
    np.testing.assert_allclose(net.vectors(TREES), [vector(net, tree) for tree in TREES])


def test_gradients_by_finite_differences():
    errors = gradcheck.check(random_net(), TREES, LABELS)
    assert set(errors) == {"E", "L", "R", "b", "U", "c"}
    assert max(errors.values()) < 1e-7


def test_loss_is_the_mean_over_trees():
    net = random_net()
    alone = [net.loss_and_grads([tree], [label]) for tree, label in zip(TREES, LABELS, strict=True)]
    loss, grads = net.loss_and_grads(TREES, LABELS)
    assert loss == pytest.approx(np.mean([one for one, _ in alone]))
    for name in grads:
        np.testing.assert_allclose(grads[name], np.mean([g[name] for _, g in alone], axis=0))


def test_left_and_right_are_told_apart():
    net = random_net()
    mirrored = net.vectors([(0, 1), (1, 0)])
    assert np.abs(mirrored[0] - mirrored[1]).max() > 0.1


def test_a_tree_deeper_than_recursion_goes():
    tree = 0
    for _ in range(5000):
        tree = (tree, 1)
    net = random_net()
    assert np.isfinite(net.vectors([tree])).all()
    assert np.isfinite(net.loss_and_grads([tree], [1])[0])


def test_levels_hold_every_node_once():
    forest = plant(TREES, 5)
    assert forest.tokens.tolist() == [0, 1, 2, 3, 4, 1, 1, 0, 4, 2, 3]
    numbered = [*range(11), *(int(i) for parents, _, _ in forest.levels for i in parents)]
    assert numbered == list(range(11 + 2 + 4 + 1)), "2 inner nodes, none, 4 and 1"
    for parents, lefts, rights in forest.levels:
        assert max(*lefts, *rights) < min(parents)


def negated(rng):
    """A tree over good (0), bad (1) and not (2): not turns what stands to its right around."""
    if rng.random() < 0.35:
        word = int(rng.integers(2))
        return word, word
    tree, mood = negated(rng)
    return ((2, tree), 1 - mood) if rng.random() < 0.7 else ((tree, tree), mood)


def test_it_learns_what_not_does():
    rng = np.random.default_rng(0)
    trees, moods = zip(*(negated(rng) for _ in range(800)), strict=True)
    trees, moods = list(trees), list(moods)
    assert 0.3 < np.mean(moods) < 0.7
    net = RecursiveNet(3, 10, 2, rng=0).fit(trees[:600], moods[:600], epochs=30, lr=0.02)
    assert (net.predict(trees[600:]) == moods[600:]).mean() > 0.95
    assert len(net.history["loss"]) == 30


def test_float32_and_seeds():
    net = random_net(dtype=np.float32)
    assert {g.dtype for g in net.loss_and_grads(TREES, LABELS)[1].values()} == {
        np.dtype(np.float32)
    }
    assert net.vectors(TREES).dtype == np.float32
    first, again = (RecursiveNet(5, 4, 3, rng=3).fit(TREES, LABELS, epochs=2) for _ in range(2))
    np.testing.assert_array_equal(first.params["E"], again.params["E"])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net: net.predict([]), ValueError, "at least one tree"),
        (lambda net: net.predict((0, 1)), TypeError, "trees must be a list of trees, got tuple"),
        (lambda net: net.predict([(0, 1, 2)]), ValueError, r"trees\[0\] must branch in two.* 3"),
        (lambda net: net.predict([0, (1, 5)]), ValueError, r"a leaf of trees\[1\] must be between"),
        (lambda net: net.predict([(0, "a")]), TypeError, r"a leaf of trees\[0\] must be a whole"),
        (lambda net: net.loss_and_grads([0], [3]), ValueError, "labels must be in 0..2, got 3"),
        (lambda net: net.loss_and_grads([0], [1, 1]), ValueError, r"labels must have shape \(1,\)"),
        (lambda net: RecursiveNet(5, 4, 1), ValueError, "classes must be at least 2"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call(random_net())
