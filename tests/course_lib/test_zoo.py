"""The zoo: energies by enumeration, memories up to capacity, machines that learn to dream."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from course_lib import data, mlp, optim, train
from course_lib.gradcheck import numerical_gradient
from course_lib.zoo import RBM, DeepBeliefNet, Hopfield, RBFNetwork
from course_lib.zoo.rbf import k_means


def patterns(n_patterns, n, seed=0):
    return np.where(np.random.default_rng(seed).random((n_patterns, n)) < 0.5, -1.0, 1.0)


def flipped(x, share, seed=1):
    x = x.copy()
    x[np.random.default_rng(seed).choice(len(x), size=int(share * len(x)), replace=False)] *= -1
    return x


class TestHopfield:
    def test_weights_by_hand(self):
        net = Hopfield(3).fit([[1, 1, -1], [1, -1, -1]])
        np.testing.assert_allclose(net.W, np.array([[0, 0, -2], [0, 0, 0], [-2, 0, 0]]) / 3)

    def test_energy_is_a_sum_over_pairs(self):
        net = Hopfield(5).fit(patterns(2, 5))
        x = patterns(1, 5, seed=3)[0]
        pairs = sum(net.W[i, j] * x[i] * x[j] for i in range(5) for j in range(i + 1, 5))
        assert net.energy(x) == pytest.approx(-pairs)

    def test_recall_never_climbs_and_ends_in_a_valley(self):
        net = Hopfield(40).fit(patterns(6, 40))
        x, states = net.recall(flipped(patterns(1, 40, seed=9)[0], 0), trace=True)
        energies = [net.energy(state) for state in states]
        assert len(states) > 3
        assert (np.diff(energies) < 0).all()
        assert (np.abs(np.diff(states, axis=0)).sum(axis=1) == 2).all(), "one flip at a time"
        np.testing.assert_array_equal(x, states[-1])
        for i in range(40):
            neighbour = x.copy()
            neighbour[i] *= -1
            assert net.energy(neighbour) >= net.energy(x) - 1e-12

    def test_stored_patterns_come_back_from_damage(self):
        stored = patterns(10, 200)
        net = Hopfield(200).fit(stored)
        for pattern in stored:
            np.testing.assert_array_equal(net.recall(flipped(pattern, 0.15)), pattern)

    def test_capacity_is_about_0_138_n(self, learned):
        """Below the known capacity patterns stay put; far above it memory breaks down."""
        n = 500

        def overlap(share):
            stored = patterns(int(share * n), n)
            net = Hopfield(n).fit(stored)
            return np.mean([net.recall(p) @ p / n for p in stored[:20]])

        claim = "Hopfield net: overlap of what is recalled, {} patterns a unit".format
        learned(claim(0.10), overlap(0.10), at_least=0.98)
        learned(claim(0.13), overlap(0.13), at_least=0.94)
        learned(claim(0.25), overlap(0.25), at_most=0.6)

    def test_a_unit_without_input_stays(self):
        net = Hopfield(3)
        np.testing.assert_array_equal(net.recall([1, -1, 1]), [1, -1, 1])

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: Hopfield(0), "n must be at least 1"),
            (lambda: Hopfield(3).fit([[1, 0, 1]]), "patterns must hold \\+1 and -1 alone, got 0.0"),
            (lambda: Hopfield(3).fit([[1, 1]]), "patterns must have shape \\(P, 3\\)"),
            (lambda: Hopfield(3).fit(np.empty((0, 3))), "at least one pattern"),
            (lambda: Hopfield(3).recall([1, 1]), "x must have shape \\(3,\\), got \\(2,\\)"),
            (lambda: Hopfield(3).recall([1, 1, 1], max_sweeps=0), "max_sweeps must be at least 1"),
        ],
    )
    def test_bad_input_is_named(self, call, message):
        with pytest.raises(ValueError, match=message):
            call()


class TestRBFNetwork:
    def test_hidden_units_by_hand(self):
        net = RBFNetwork(1, width=2.0).fit([[1.0, 2.0]], [3.0])
        np.testing.assert_allclose(net.hidden([[1, 2], [1, 5]]), [[1.0], [np.exp(-9 / 8)]])

    def test_as_many_centres_as_points_interpolate(self):
        x = np.linspace(-3, 3, 12)[:, None]
        net = RBFNetwork(12, width=0.5).fit(x, np.sin(x[:, 0]))
        np.testing.assert_allclose(net.predict(x), np.sin(x[:, 0]), atol=1e-6)

    def test_it_separates_what_no_line_can(self):
        X, y = data.rings(300, 0)
        X_new, y_new = data.rings(200, 1)
        net = RBFNetwork(25, width=0.7).fit(X, 2 * y + 5)
        assert set(net.predict(X_new)) == {5, 7}
        assert (net.predict(X_new) == 2 * y_new + 5).mean() > 0.95

    def test_float32_stays(self):
        net = RBFNetwork(3, dtype=np.float32).fit(np.eye(4), np.arange(4.0))
        assert net.predict(np.eye(4)).dtype == np.float32

    def test_the_same_seed_gives_the_same(self):
        X, y = data.rings(80, 0)
        predictions = [RBFNetwork(5, rng=3).fit(X, y).params["centers"] for _ in range(2)]
        np.testing.assert_array_equal(*predictions)

    def test_k_means_finds_three_heaps(self):
        rng = np.random.default_rng(0)
        heaps = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 7.0]])
        X = np.concatenate([heap + rng.normal(0, 0.1, size=(20, 2)) for heap in heaps])
        centers = k_means(X, 3, 1)
        found = [((centers - heap) ** 2).sum(axis=1).min() for heap in heaps]
        assert max(found) < 0.01

    def test_k_means_is_at_rest(self):
        X = np.random.default_rng(2).normal(size=(60, 3))
        centers = k_means(X, 4, 0)
        nearest = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        for j, center in enumerate(centers):
            np.testing.assert_allclose(center, X[nearest == j].mean(axis=0))

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: RBFNetwork(0), "n_centers must be at least 1"),
            (lambda: RBFNetwork(2, width=0), "width must be more than 0"),
            (lambda: RBFNetwork(3).fit([[1.0]], [1.0]), "at least 3 examples, got 1"),
            (lambda: RBFNetwork(1).fit([[1.0]], [1.0, 2.0]), "y must have shape \\(1,\\)"),
            (lambda: RBFNetwork(1).predict([[1.0]]), "not been fitted"),
        ],
    )
    def test_bad_input_is_named(self, call, message):
        with pytest.raises(ValueError, match=message):
            call()


def small_rbm(seed=0):
    """A machine with 4 visible and 3 hidden units, every parameter at random."""
    rbm = RBM(4, 3)
    rng = np.random.default_rng(seed)
    rbm.params = {name: rng.normal(size=p.shape) for name, p in rbm.params.items()}
    return rbm


def all_states(units):
    return np.array(list(product([0.0, 1.0], repeat=units)))


def energies(rbm):
    """E(v, h) for every pair of states, shape (2**V, 2**H), by the definition."""
    W, b, c = rbm.params["W"], rbm.params["b"], rbm.params["c"]
    return np.array(
        [[-(b @ v) - (c @ h) - h @ W @ v for h in all_states(3)] for v in all_states(4)]
    )


class TestRBM:
    def test_free_energy_by_enumeration(self):
        rbm = small_rbm()
        expected = -np.log(np.exp(-energies(rbm)).sum(axis=1))
        np.testing.assert_allclose(rbm.free_energy(all_states(4)), expected)

    def test_conditionals_by_enumeration(self):
        rbm = small_rbm()
        joint = np.exp(-energies(rbm))
        h_given_v = (joint / joint.sum(axis=1, keepdims=True)) @ all_states(3)
        v_given_h = (joint / joint.sum(axis=0)).T @ all_states(4)
        np.testing.assert_allclose(rbm.hidden_probabilities(all_states(4)), h_given_v)
        np.testing.assert_allclose(rbm.visible_probabilities(all_states(3)), v_given_h)

    def test_samples_follow_the_joint(self):
        rbm = small_rbm()
        rbm.params["W"] *= 0.5
        v = np.exp(-energies(rbm)).sum(axis=1)
        drawn = rbm.sample(20_000, 0, steps=30)
        np.testing.assert_allclose(drawn.mean(axis=0), (v / v.sum()) @ all_states(4), atol=0.02)

    def test_step_is_the_gradient_of_the_free_energies_difference(self):
        """With the dream held fixed, the step is d/dparams [F(data) - F(dream)]."""
        rbm = small_rbm()
        v = np.random.default_rng(5).random((6, 4))
        rbm._rng = np.random.default_rng(11)
        _, grads = rbm.loss_and_grads(v)
        h = rbm.hidden_probabilities(v)
        drawn = (np.random.default_rng(11).random(h.shape) < h).astype(float)
        dream = rbm.visible_probabilities(drawn)
        for name in rbm.params:
            original = rbm.params[name]

            def difference(p, name=name):
                rbm.params[name] = p
                return float((rbm.free_energy(v) - rbm.free_energy(dream)).mean())

            numerical = numerical_gradient(difference, original)
            rbm.params[name] = original
            np.testing.assert_allclose(grads[name], numerical, atol=1e-7)

    def test_it_learns_bars(self, learned):
        """Pictures of one bar: reconstruction improves and bars become likelier than noise."""
        rng = np.random.default_rng(0)
        bars = np.zeros((400, 4, 4))
        bars[np.arange(400), rng.integers(4, size=400)] = 1
        rbm = RBM(16, 12, rng=1).fit(bars.reshape(400, 16), epochs=60, lr=0.2, rng=2)
        loss = rbm.history["loss"]
        assert len(loss) == 60
        share = loss[-1] / loss[0]
        learned("RBM: error of reconstruction, as a share of the first", share, at_most=0.35)
        noise = (rng.random((400, 16)) < 0.25).astype(float)
        assert rbm.free_energy(bars.reshape(400, 16)).max() < np.median(rbm.free_energy(noise))

    def test_the_same_seed_gives_the_same(self):
        X = np.random.default_rng(0).random((40, 5))
        first, second = (RBM(5, 3, rng=1).fit(X, epochs=3, rng=4).params["W"] for _ in range(2))
        np.testing.assert_array_equal(first, second)
        assert (RBM(5, 3, rng=1).fit(X, epochs=3, rng=5).params["W"] != first).any()

    def test_float32_stays(self):
        rbm = RBM(5, 3, dtype=np.float32).fit(np.eye(5), epochs=1)
        assert {p.dtype for p in rbm.params.values()} == {np.dtype(np.float32)}
        assert rbm.sample(2, 0, steps=1).dtype == np.float32
        assert rbm.free_energy(np.eye(5)).dtype == np.float32

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: RBM(0, 3), "visible must be at least 1"),
            (lambda: RBM(3, 2).fit([[0, 1, 2]]), "X must lie between 0 and 1, got 2.0"),
            (lambda: RBM(3, 2).fit(np.empty((0, 3))), "X must hold at least one row"),
            (lambda: RBM(3, 2).free_energy([[0, 1]]), "v must have shape \\(N, 3\\)"),
            (lambda: RBM(3, 2).visible_probabilities([[0, 1, 0]]), "h must have shape \\(N, 2\\)"),
        ],
    )
    def test_bad_input_is_named(self, call, message):
        with pytest.raises(ValueError, match=message):
            call()


class TestDeepBeliefNet:
    def test_transform_goes_up_layer_by_layer(self):
        net = DeepBeliefNet([6, 4, 3], rng=0)
        X = np.random.default_rng(1).random((5, 6))
        by_hand = net.machines[1].hidden_probabilities(net.machines[0].hidden_probabilities(X))
        np.testing.assert_array_equal(net.transform(X), by_hand)
        assert net.transform(X).shape == (5, 3)

    def test_layers_are_learned_on_what_lies_below(self):
        X = np.random.default_rng(1).random((50, 6))
        net = DeepBeliefNet([6, 4, 3], rng=0).fit(X, epochs=2, rng=7)
        again = DeepBeliefNet([6, 4, 3], rng=0)
        rng = np.random.default_rng(7)
        again.machines[0].fit(X, 2, rng=rng)
        again.machines[1].fit(again.machines[0].hidden_probabilities(X), 2, rng=rng)
        for machine, other in zip(net.machines, again.machines, strict=True):
            np.testing.assert_array_equal(machine.params["W"], other.params["W"])
        assert {name: len(values) for name, values in net.history.items()} == {
            "loss_1": 2,
            "loss_2": 2,
        }

    def test_pre_training_helps_a_deep_net_start(self, learned):
        """After the same few epochs, the network that started from the machines is far ahead."""
        images, labels = data.digits()
        X, X_new = (part.reshape(len(part), 64) for part in (images[:1000], images[1000:]))
        sizes = [64, 48, 32, 24]
        belief = DeepBeliefNet(sizes, rng=0).fit(X, epochs=15, lr=0.2, rng=0)

        def accuracy(start):
            network = mlp.MLP([*sizes, 10], activation="sigmoid", rng=0)
            network.params.update(start)
            train.fit(network, (X, labels[:1000]), optim.SGD(0.3), epochs=8)
            return (network.predict(X_new) == labels[1000:]).mean()

        plain, pre_trained = accuracy({}), accuracy(belief.layer_params())
        learned("deep net, not pre-trained: digits it reads after eight epochs", plain, at_most=0.5)
        learned("deep belief net, pre-trained: the same", pre_trained, at_least=0.7)

    def test_layer_params_are_copies(self):
        net = DeepBeliefNet([3, 2])
        net.layer_params()["W1"][:] = 9
        assert (net.machines[0].params["W"] != 9).all()

    def test_bad_input_is_named(self):
        with pytest.raises(ValueError, match="sizes must hold at least inputs and outputs"):
            DeepBeliefNet([3])
