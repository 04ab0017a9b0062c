"""What the grader asks in problem set 6: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from comparing import numbers, returned, same_numbers, same_values, values

from course_lib import layers, optim, train
from course_lib.activations import sigmoid
from course_lib.mlp import MLP

# Exercise 1: momentum_step


def momentum_by_hand(rng: np.random.Generator):
    """The numbers of the visible check."""
    start = {"theta": np.array([1.0, 2.0]), "g": np.array([10.0, -1.0])}
    for l2 in (0.0, 1.0):
        yield start | {"velocity": np.array([0.0, 4.0]), "lr": 0.1, "beta": 0.5, "l2": l2}


def momentum_first_steps(rng: np.random.Generator):
    """Nothing is remembered yet."""
    for shape in [(2,), (5,)]:
        yield _slopes(rng, shape) | _numbers(rng) | {"velocity": np.zeros(shape), "l2": 0.0}


def momentum_later_steps(rng: np.random.Generator):
    """A velocity that has little to do with the slope."""
    for shape in [(1,), (3,), (6,)]:
        yield _slopes(rng, shape) | _numbers(rng) | {"velocity": _away(rng, shape), "l2": 0.0}


def momentum_weight_decay(rng: np.random.Generator):
    """Weights are pulled towards zero, by the same velocity."""
    for shape in [(2,), (4,)]:
        decay = {"l2": float(rng.uniform(0.2, 0.8)), "velocity": _away(rng, shape)}
        yield _slopes(rng, shape) | _numbers(rng) | decay


def momentum_other_shapes(rng: np.random.Generator):
    """A layer's matrix, a layer's filters, and more numbers than one wants to loop over."""
    for shape in [(3, 8), (2, 1, 4), (5_000,)]:
        decay = {"l2": float(rng.uniform(0.2, 0.8)), "velocity": _away(rng, shape)}
        yield _slopes(rng, shape) | _numbers(rng) | decay


def momentum_reference(theta, g, velocity, lr, beta, l2):
    """Return the weights and the velocity after one step of course_lib's rule."""
    return _stepped(optim.Momentum(lr, beta), theta, g, velocity, l2=l2)


def check_momentum(answer, expected, **arguments):
    """Compare weights and velocity entry by entry."""
    _same_step("momentum_step", ("theta", "velocity"), answer, expected)


def no_memory(theta, g, velocity, lr, beta, l2):
    return theta - lr * (g + l2 * theta), velocity


def old_velocity(theta, g, velocity, lr, beta, l2):
    return theta - lr * velocity, beta * velocity + g + l2 * theta


def velocity_as_mean(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + (1 - beta) * (g + l2 * theta)
    return theta - lr * velocity, velocity


def rate_in_velocity(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + lr * (g + l2 * theta)
    return theta - velocity, velocity


def momentum_uphill(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + g + l2 * theta
    return theta + lr * velocity, velocity


def looks_ahead(theta, g, velocity, lr, beta, l2):
    g = g + l2 * theta
    velocity = beta * velocity + g
    return theta - lr * (g + beta * velocity), velocity


def decay_forgotten(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + g
    return theta - lr * velocity, velocity


def decay_outside_velocity(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + g
    return theta - lr * (velocity + l2 * theta), velocity


def decay_doubled(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + g + 2 * l2 * theta
    return theta - lr * velocity, velocity


def decay_with_wrong_sign(theta, g, velocity, lr, beta, l2):
    velocity = beta * velocity + g - l2 * theta
    return theta - lr * velocity, velocity


# Exercise 1: rmsprop_step


def rmsprop_by_hand(rng: np.random.Generator):
    """The numbers of the visible check."""
    yield {
        "theta": np.array([1.0, 2.0]),
        "g": np.array([3.0, -0.3]),
        "squares": np.zeros(2),
        "lr": 0.1,
        "beta": 0.75,
        "eps": 1e-8,
    }


def rmsprop_first_steps(rng: np.random.Generator):
    """Nothing is remembered yet."""
    for shape in [(2,), (5,)]:
        yield _slopes(rng, shape) | _numbers(rng) | {"squares": np.zeros(shape), "eps": 1e-8}


def rmsprop_later_steps(rng: np.random.Generator):
    """Steep and gentle directions, remembered as something else than what they are now."""
    for shape in [(1,), (3,), (6,)]:
        memory = {"squares": _away(rng, shape) ** 2, "eps": 1e-8}
        yield _slopes(rng, shape) | _numbers(rng) | memory


def rmsprop_tiny_slopes(rng: np.random.Generator):
    """Slopes below eps, and exactly zero."""
    for shape in [(3,), (4,)]:
        memory = {"squares": np.zeros(shape), "eps": 1e-8}
        yield _slopes(rng, shape) | _numbers(rng) | memory | {"g": _tiny(rng, shape)}


def rmsprop_other_shapes(rng: np.random.Generator):
    """A layer's matrix, a layer's filters, and more numbers than one wants to loop over."""
    for shape in [(3, 8), (2, 1, 4), (5_000,)]:
        memory = {"squares": _away(rng, shape) ** 2, "eps": 1e-3}
        yield _slopes(rng, shape) | _numbers(rng) | memory


def rmsprop_reference(theta, g, squares, lr, beta, eps):
    """Return the weights and the mean squared slopes after one step of course_lib's rule."""
    return _stepped(optim.RMSProp(lr, beta, eps), theta, g, squares)


def check_rmsprop(answer, expected, **arguments):
    """Compare weights and memory entry by entry."""
    _same_step("rmsprop_step", ("theta", "squares"), answer, expected)


def old_squares(theta, g, squares, lr, beta, eps):
    return theta - lr * g / (np.sqrt(squares) + eps), beta * squares + (1 - beta) * g**2


def sum_of_squares(theta, g, squares, lr, beta, eps):
    squares = squares + g**2
    return theta - lr * g / (np.sqrt(squares) + eps), squares


def swapped_beta(theta, g, squares, lr, beta, eps):
    squares = (1 - beta) * squares + beta * g**2
    return theta - lr * g / (np.sqrt(squares) + eps), squares


def not_squared(theta, g, squares, lr, beta, eps):
    squares = beta * squares + (1 - beta) * g
    return theta - lr * g / (np.sqrt(squares) + eps), squares


def no_root(theta, g, squares, lr, beta, eps):
    squares = beta * squares + (1 - beta) * g**2
    return theta - lr * g / (squares + eps), squares


def eps_under_root(theta, g, squares, lr, beta, eps):
    squares = beta * squares + (1 - beta) * g**2
    return theta - lr * g / np.sqrt(squares + eps), squares


def no_eps(theta, g, squares, lr, beta, eps):
    squares = beta * squares + (1 - beta) * g**2
    return theta - lr * g / np.sqrt(squares), squares


def one_size_for_all(theta, g, squares, lr, beta, eps):
    squares = beta * squares + (1 - beta) * g**2
    return theta - lr * g / (np.sqrt(squares.mean()) + eps), squares


# Exercise 2: adam_step


def adam_by_hand(rng: np.random.Generator):
    """The two steps of the visible check."""
    rates = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    g = np.array([3.0, -0.3])
    yield rates | {"theta": np.array([1.0, 2.0]), "g": g, "m": 0 * g, "v": 0 * g, "t": 1}
    memory = {"m": np.array([0.3, -0.03]), "v": np.array([0.009, 0.00009])}
    yield rates | {"theta": np.array([0.9, 2.1]), "g": g, "t": 2} | memory


def adam_first_steps(rng: np.random.Generator):
    """Nothing is remembered yet: the correction is at its largest."""
    for shape in [(2,), (5,)]:
        memory = {"m": np.zeros(shape), "v": np.zeros(shape), "t": 1}
        yield _slopes(rng, shape) | _adams_numbers(rng) | memory


def adam_later_steps(rng: np.random.Generator):
    """Early, middle and late in a run."""
    for shape, t in [((1,), 2), ((3,), int(rng.integers(3, 9))), ((4,), 2000)]:
        memory = {"m": _away(rng, shape), "v": _away(rng, shape) ** 2, "t": t}
        yield _slopes(rng, shape) | _adams_numbers(rng) | memory


def adam_tiny_slopes(rng: np.random.Generator):
    """Slopes below eps, and exactly zero."""
    for shape in [(3,), (4,)]:
        memory = {"m": np.zeros(shape), "v": np.zeros(shape), "t": 1}
        yield _slopes(rng, shape) | _adams_numbers(rng) | memory | {"g": _tiny(rng, shape)}


def adam_other_shapes(rng: np.random.Generator):
    """A layer's matrix, a layer's filters, and more numbers than one wants to loop over."""
    for shape in [(3, 8), (2, 1, 4), (5_000,)]:
        t = int(rng.integers(2, 30))
        memory = {"m": _away(rng, shape), "v": _away(rng, shape) ** 2, "t": t, "eps": 1e-3}
        yield _slopes(rng, shape) | _adams_numbers(rng) | memory


def adam_reference(theta, g, m, v, t, lr, beta1, beta2, eps):
    """Return the weights and both means after step t of course_lib's rule."""
    return _stepped(optim.Adam(lr, beta1, beta2, eps), theta, g, m, v, t=t)


def check_adam(answer, expected, **arguments):
    """Compare weights and both memories entry by entry."""
    _same_step("adam_step", ("theta", "m", "v"), answer, expected)


def _adam(theta, g, m, v, t, lr, beta1, beta2, eps, share1=None, share2=None):
    """Take Adam's step with shares of one's own choice."""
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    share1 = 1 - beta1**t if share1 is None else share1
    share2 = 1 - beta2**t if share2 is None else share2
    return theta - lr * (m / share1) / (np.sqrt(v / share2) + eps), m, v


def not_corrected(t, **others):
    return _adam(t=t, **others, share1=1, share2=1)


def counted_from_zero(t, **others):
    return _adam(t=t - 1, **others)


def times_in_place_of_power(t, beta1, beta2, **others):
    shares = {"share1": 1 - beta1 * t, "share2": 1 - beta2 * t}
    return _adam(t=t, beta1=beta1, beta2=beta2, **others, **shares)


def first_correction_for_ever(beta1, beta2, **others):
    return _adam(beta1=beta1, beta2=beta2, **others, share1=1 - beta1, share2=1 - beta2)


def only_the_mean_corrected(**others):
    return _adam(**others, share2=1)


def correction_remembered(t, beta1, beta2, **others):
    theta, m, v = _adam(t=t, beta1=beta1, beta2=beta2, **others)
    return theta, m / (1 - beta1**t), v / (1 - beta2**t)


def swapped_betas(beta1, beta2, **others):
    return _adam(beta1=beta2, beta2=beta1, **others)


def slope_for_mean(theta, g, m, v, t, lr, beta1, beta2, eps):
    _, m_new, v_new = _adam(theta, g, m, v, t, lr, beta1, beta2, eps)
    return theta - lr * g / (np.sqrt(v_new / (1 - beta2**t)) + eps), m_new, v_new


def adam_without_root(theta, g, m, v, t, lr, beta1, beta2, eps):
    _, m, v = _adam(theta, g, m, v, t, lr, beta1, beta2, eps)
    return theta - lr * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + eps), m, v


def adam_eps_under_root(theta, g, m, v, t, lr, beta1, beta2, eps):
    _, m, v = _adam(theta, g, m, v, t, lr, beta1, beta2, eps)
    return theta - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), m, v


def adam_without_eps(eps, **others):
    return _adam(**others, eps=0)


# Exercise 3: first_weights


def the_two_layers(rng: np.random.Generator):
    """The draws of the visible check."""
    yield {"draws": np.zeros((3, 8)), "kind": "glorot"}
    yield {"draws": np.full((3, 8), 0.5), "kind": "glorot"}
    yield {"draws": np.full((3, 8), 0.75), "kind": "he"}
    yield {"draws": np.full((8, 3), 0.75), "kind": "he"}


def glorots_weights(rng: np.random.Generator):
    """Wide and narrow layers."""
    for shape in [(2, 3), (5, 2)]:
        yield {"draws": rng.random(shape), "kind": "glorot"}


def hes_weights(rng: np.random.Generator):
    """Wide and narrow layers."""
    for shape in [(2, 3), (5, 2)]:
        yield {"draws": rng.random(shape), "kind": "he"}


def one_unit_or_input(rng: np.random.Generator):
    """A layer that is a row, and one that is a column."""
    for shape, kind in [((1, 4), "he"), ((3, 1), "glorot"), ((4, 1), "he"), ((1, 3), "glorot")]:
        yield {"draws": rng.random(shape), "kind": kind}


def large_layers(rng: np.random.Generator):
    """As many weights as real layers have."""
    for shape, kind in [((30, 200), "glorot"), ((120, 40), "he")]:
        yield {"draws": rng.random(shape), "kind": kind}


def first_weights_reference(draws, kind):
    """Return what course_lib makes of the draws."""
    return {"glorot": layers.glorot, "he": layers.he}[kind](*draws.shape, _Drawn(draws))


def check_first_weights(answer, expected, draws, kind):
    """Compare the weights entry by entry."""
    returned("first_weights", answer)
    same_numbers("the weight", answer, expected, f"of kind {kind!r}", near=NEAR)


def _spread(draws, half):
    return half * (2 * draws - 1)


def _variance(draws, kind):
    n_out, n_in = draws.shape
    return 2 / (n_in + n_out) if kind == "glorot" else 2 / n_in


def deviation_as_bound(draws, kind):
    return _spread(draws, np.sqrt(_variance(draws, kind)))


def variance_as_bound(draws, kind):
    return _spread(draws, _variance(draws, kind))


def no_root_of_variance(draws, kind):
    return _spread(draws, 3 * _variance(draws, kind))


def not_around_zero(draws, kind):
    return draws * np.sqrt(3 * _variance(draws, kind))


def half_as_wide(draws, kind):
    return (draws - 0.5) * np.sqrt(3 * _variance(draws, kind))


def always_glorot(draws, kind):
    return _spread(draws, np.sqrt(3 * _variance(draws, "glorot")))


def always_he(draws, kind):
    return _spread(draws, np.sqrt(3 * _variance(draws, "he")))


def units_for_inputs(draws, kind):
    return _spread(draws, np.sqrt(3 * _variance(draws.T, kind)))


# Exercise 4: dropout


def hidden_values(rng: np.random.Generator):
    """The numbers of the visible check."""
    for is_training in (True, False):
        yield {
            "x": np.array([[0.89, 0.04, 0.08], [0.01, 0.11, 0.88]]),
            "draws": np.array([[0.70, 0.10, 0.35], [0.15, 0.90, 0.20]]),
            "p": 0.2,
            "train": is_training,
        }


def while_training(rng: np.random.Generator):
    """Some units are silent and some are not, differently in each row."""
    for shape in [(2, 4), (5, 3)]:
        yield _units(rng, shape, float(rng.uniform(0.2, 0.4)))


def in_use(rng: np.random.Generator):
    """Whatever the draws, nothing is silent."""
    for shape in [(2, 3), (4, 5)]:
        yield _units(rng, shape, float(rng.uniform(0.2, 0.4))) | {"train": False}


def at_the_edge(rng: np.random.Generator):
    """No dropout at all, although a draw is zero; and draws of exactly p."""
    nothing = _units(rng, (2, 3), 0.0)
    nothing["draws"][0, 0] = 0.0
    yield nothing
    equal = _units(rng, (3, 4), 0.25)
    equal["draws"][:, 0] = 0.25
    yield equal


def other_units(rng: np.random.Generator):
    """Large layers, pictures, a single row; much dropout."""
    for shape in [(60, 100), (3, 2, 4, 5), (40,)]:
        yield _units(rng, shape, float(rng.uniform(0.6, 0.9)))


def dropout_reference(x, draws, p, train):
    """Return what course_lib makes of the draws."""
    return layers.dropout_forward(x, p, _Drawn(draws), train)[0]


def check_dropout(answer, expected, x, draws, p, train):
    """Compare the outputs entry by entry."""
    returned("dropout", answer)
    about = f"with p = {p:.4g}, train = {train}"
    same_numbers("the output", answer, expected, about, near=NEAR)


def never_scaled(x, draws, p, train):
    return np.where(draws < p, 0, x) if train else x


def scaled_in_use(x, draws, p, train):
    return np.where(draws < p, 0, x) if train else x * (1 - p)


def scaled_down(x, draws, p, train):
    return np.where(draws < p, 0, x * (1 - p)) if train else x


def keeps_with_p(x, draws, p, train):
    return np.where(draws < p, x / p, 0) if train else x


def silences_the_others(x, draws, p, train):
    return np.where(draws < p, x / (1 - p), 0) if train else x


def silent_in_use_too(x, draws, p, train):
    return np.where(draws < p, 0, x / (1 - p))


def scaled_by_p(x, draws, p, train):
    return np.where(draws < p, 0, x / p) if train else x


def silent_at_p(x, draws, p, train):
    return np.where(draws <= p, 0, x / (1 - p)) if train else x


def same_units_for_all(x, draws, p, train):
    return np.where(draws[:1] < p, 0, x / (1 - p)) if train else x


# Exercise 5: early_stopping


def the_curve(rng: np.random.Generator):
    """The curve of the visible check."""
    for patience in (3, 4):
        yield {"losses": [0.9, 0.7, 0.6, 0.65, 0.64, 0.63, 0.3], "patience": patience}


def too_late(rng: np.random.Generator):
    """The deepest point lies behind the end of patience."""
    for falls, patience in [(3, 2), (6, 4), (2, 1)]:
        falling = 2 - 0.1 * np.arange(falls)
        worse = falling[-1] + rng.uniform(0.1, 0.5, patience)
        yield _curve(rng, [*falling, *worse, 0.3, 0.2], patience)


def ups_and_downs(rng: np.random.Generator):
    """Relapses that do not last long enough, and at last one that does, slowly getting better."""
    for rounds, patience in [(3, 3), (5, 4)]:
        pattern, best = [], 3.0
        for _ in range(rounds):
            pattern += [best, *(best + np.linspace(0.5, 0.2, patience - 1))]
            best -= 0.25
        last = best + np.linspace(0.9, 0.3, patience + 2)
        yield _curve(rng, [*pattern, best, *last, 0.1], patience)


def equal_or_nearly(rng: np.random.Generator):
    """An equal loss is no better; a loss that is lower by next to nothing is."""
    yield {"losses": [1.5, 1.0, 1.0, 1.0, 0.5, 1.0], "patience": 2 + int(rng.integers(2))}
    yield {"losses": [1.0, 1.0, 1.0, 0.5], "patience": 2}
    tiny = 1e-9 * np.arange(6) * rng.uniform(1, 3)
    yield {"losses": [*(0.75 - tiny).tolist(), 0.9, 0.8, 0.1], "patience": 2}


def patience_unused(rng: np.random.Generator):
    """The list ends first: with the best epoch, soon after it, or with the first."""
    yield {"losses": [float(rng.uniform(0.5, 1))], "patience": int(rng.integers(1, 4))}
    yield _curve(rng, [2.0, 1.5, 1.7, 1.0, 1.2, 1.1], 3)
    yield _curve(rng, 3 - 0.1 * np.arange(int(rng.integers(6, 12))), 2)


def early_stopping_reference(losses, patience):
    """Return what course_lib's loop does with a model that has just these losses."""
    model = _Measured(losses)
    one = np.zeros(1)
    train.fit(
        model,
        (one, one),
        optim.SGD(1.0),
        len(losses),
        validation=(one, one),
        patience=patience,
    )
    return round(float(model.params["epochs"][0])) - 1, len(model.history["val_loss"]) - 1


def check_early_stopping(answer, expected, losses, patience):
    """Compare the two epochs."""
    returned("early_stopping", answer)
    answer = numbers("(kept, last)", answer)
    assert answer.shape == (2,), (
        f"early_stopping must return two numbers (kept, last), got shape {answer.shape}"
    )
    for name, epoch, right in zip(("last", "kept"), answer[::-1], expected[::-1], strict=True):
        assert epoch == right, (
            f"with losses for epochs 0 to {len(losses) - 1} and patience {patience}, {name} should "
            f"be epoch {right}, got {epoch:g}"
        )


def _stop(losses, patience, is_better, in_a_row=True):
    """Stop by another idea of what is better than the best, or than the epoch before."""
    kept, bad = 0, 0
    for epoch in range(1, len(losses)):
        if is_better(losses[epoch], losses[kept], losses[epoch - 1]):
            bad = 0 if in_a_row else bad
            kept = epoch if losses[epoch] <= losses[kept] else kept
        else:
            bad += 1
        if bad >= patience:
            return kept, epoch
    return kept, len(losses) - 1


def keeps_the_last(losses, patience):
    _, last = _stop(losses, patience, lambda loss, best, before: loss < best)
    return last, last


def goes_back_by_patience(losses, patience):
    _, last = _stop(losses, patience, lambda loss, best, before: loss < best)
    return max(last - patience, 0), last


def equal_is_better(losses, patience):
    return _stop(losses, patience, lambda loss, best, before: loss <= best)


def against_the_epoch_before(losses, patience):
    return _stop(losses, patience, lambda loss, best, before: loss < before)


def in_total(losses, patience):
    return _stop(losses, patience, lambda loss, best, before: loss < best, in_a_row=False)


def one_epoch_more(losses, patience):
    return _stop(losses, patience + 1, lambda loss, best, before: loss < best)


def one_epoch_less(losses, patience):
    return _stop(losses, patience - 1, lambda loss, best, before: loss < best)


def knows_the_future(losses, patience):
    kept = int(np.argmin(losses))
    return kept, min(kept + patience, len(losses) - 1)


def tiny_is_equal(losses, patience):
    return _stop(losses, patience, lambda loss, best, before: loss < best - 1e-6)


def counts_from_one(losses, patience):
    kept, last = _stop(losses, patience, lambda loss, best, before: loss < best)
    return kept + 1, last + 1


def last_comes_first(losses, patience):
    return _stop(losses, patience, lambda loss, best, before: loss < best)[::-1]


# Exercise 6: train_encoder

# Far below eps, beside which slopes are asked for.
NEAR = 1e-9
PATTERNS = np.eye(8)
SHAPES = {"W1": (3, 8), "b1": (3,), "W2": (8, 3), "b2": (8,)}
STEPS = 600


def seed_zero(rng: np.random.Generator):
    """The seed of the visible check."""
    yield {"seeds": [0]}


def other_seeds(rng: np.random.Generator):
    """Wherever training starts, it must get there."""
    for _ in range(2):
        yield {"seeds": [_seed(rng)]}


def same_seed_again(rng: np.random.Generator):
    """What was found once must be found again."""
    seed = _seed(rng)
    yield {"seeds": [seed, seed]}


def two_seeds(rng: np.random.Generator):
    """Other first weights, other last weights."""
    seed = _seed(rng)
    yield {"seeds": [seed, seed + 1]}


def train_encoder_reference(seeds):
    """Train course_lib's network until it has found eight codes."""
    return [_trained(seed) for seed in seeds]


def check_train_encoder(answer, expected, seeds):
    """Accept any codes, as long as they are eight and the patterns come back."""
    is_whole = isinstance(answer, list) and len(answer) == len(seeds)
    assert is_whole, "train_encoder must return (W1, b1, W2, b2) whatever the seed"
    answer = [_weights_of(weights, seed) for weights, seed in zip(answer, seeds, strict=True)]
    for weights, seed in zip(answer, seeds, strict=True):
        _check_codes(*weights, seed)
    if len(seeds) == 2:
        are_equal = all(np.allclose(one, two, rtol=1e-6) for one, two in zip(*answer, strict=True))
        if seeds[0] == seeds[1]:
            assert are_equal, (
                f"the seed {seeds[0]} gave other weights the second time: draw all random numbers "
                "from np.random.default_rng(seed), made in the function"
            )
        else:
            assert not are_equal, (
                f"the seeds {seeds[0]} and {seeds[1]} gave the same weights: training must start "
                "from what the seed draws"
            )


def starts_at_zero(seeds):
    return [_descended(seed, steps=50, scale=0) for seed in seeds]


def starts_all_equal(seeds):
    return [_descended(seed, steps=50, scale=0, offset=0.5) for seed in seeds]


def stops_too_soon(seeds):
    return [_descended(seed, steps=20) for seed in seeds]


def climbs(seeds):
    return [_descended(seed, steps=50, lr=-5) for seed in seeds]


def learns_outputs_alone(seeds):
    return [_descended(seed, steps=200, learn=(2, 3)) for seed in seeds]


def one_seed_for_all(seeds):
    return [_trained(0) for _ in seeds]


def inputs_by_units(seeds):
    return [(W1.T, b1, W2.T, b2) for W1, b1, W2, b2 in train_encoder_reference(seeds)]


EXERCISES = {
    "ps06.momentum_step": {
        "example": momentum_by_hand,
        "unseen": {
            "first steps": momentum_first_steps,
            "later steps": momentum_later_steps,
            "weight decay": momentum_weight_decay,
            "matrices and larger arrays": momentum_other_shapes,
        },
        "reference": momentum_reference,
        "check": check_momentum,
        "misconceptions": [
            (
                no_memory,
                "Your step knows this slope alone. Momentum adds it to what is left of the "
                "velocity, and the velocity moves the weights.",
            ),
            (
                old_velocity,
                "You moved by the velocity as it was. The slope of this step comes into the "
                "velocity first, and then the weights move.",
            ),
            (
                velocity_as_mean,
                "Your velocity is a mean of the slopes. Here it is their sum: the new slope "
                "counts in full.",
            ),
            (
                rate_in_velocity,
                "Your velocity has the learning rate in it already. That is another way to write "
                "momentum; here the velocity is made of slopes, and the rate scales the step.",
            ),
            (
                momentum_uphill,
                "You went uphill. The gradient points to where the loss grows; a step goes "
                "against it.",
            ),
            (
                looks_ahead,
                "Your step looks ahead by one more step. That is Nesterov's rule; plain momentum "
                "moves by the new velocity alone.",
            ),
            (
                decay_forgotten,
                "Weight decay plays no part. The loss has a penalty on large weights, and the "
                "penalty has a slope like everything else.",
            ),
            (
                decay_outside_velocity,
                "Your weight decay moves the weights but not the velocity. The penalty belongs to "
                "the gradient, and the velocity remembers whole gradients.",
            ),
            (
                decay_doubled,
                "Your weight decay is twice too strong. The penalty is half of lambda times the "
                "square, and the half and the square's two cancel in its slope.",
            ),
            (
                decay_with_wrong_sign,
                "Your weight decay lets weights grow. Its slope points away from zero, so that a "
                "step against it leads towards zero.",
            ),
        ],
    },
    "ps06.rmsprop_step": {
        "example": rmsprop_by_hand,
        "unseen": {
            "first steps": rmsprop_first_steps,
            "later steps": rmsprop_later_steps,
            "slopes that are tiny or zero": rmsprop_tiny_slopes,
            "matrices and larger arrays": rmsprop_other_shapes,
        },
        "reference": rmsprop_reference,
        "check": check_rmsprop,
        "misconceptions": [
            (
                old_squares,
                "You divided by the memory as it was. This step's slope enters the mean first.",
            ),
            (
                sum_of_squares,
                "You added up all squares. That is Adagrad, whose steps only get shorter; RMSProp "
                "forgets, by taking a moving mean.",
            ),
            (
                swapped_beta,
                "Past and present have changed places: beta is how much of the past is kept.",
            ),
            (
                not_squared,
                "Your memory holds slopes, not their squares. It should tell how steep a "
                "direction is, whichever way it leads.",
            ),
            (
                no_root,
                "You divided by the mean square. Its root is what has the size of a slope, so "
                "that steps come out about equally long.",
            ),
            (
                eps_under_root,
                "Your epsilon stands under the root, where it counts far more. It is added to "
                "the root.",
            ),
            (
                no_eps,
                "Without epsilon, no slope divided by no memory is not a number. Such a weight "
                "should stay where it is.",
            ),
            (
                one_size_for_all,
                "You divided all slopes by one number. Each weight has a memory of its own: steep "
                "directions are slowed down, gentle ones are not.",
            ),
        ],
    },
    "ps06.adam_step": {
        "example": adam_by_hand,
        "unseen": {
            "first steps": adam_first_steps,
            "later steps": adam_later_steps,
            "slopes that are tiny or zero": adam_tiny_slopes,
            "matrices and larger arrays": adam_other_shapes,
        },
        "reference": adam_reference,
        "check": check_adam,
        "misconceptions": [
            (
                not_corrected,
                "Your means are used as they are. They started at zero, and are too small until "
                "they have seen enough: divide by the share they hold.",
            ),
            (
                counted_from_zero,
                "Your correction is one step behind. The first step is t = 1: after it, the means "
                "hold one slope.",
            ),
            (
                times_in_place_of_power,
                "You multiplied beta by t. What is left of the start shrinks by the factor beta "
                "in each step, so it is a power.",
            ),
            (
                first_correction_for_ever,
                "You corrected as in the first step. The share that the means hold grows with "
                "every step, and so the correction fades.",
            ),
            (
                only_the_mean_corrected,
                "You corrected the mean of the slopes and not that of their squares. Both started "
                "at zero.",
            ),
            (
                correction_remembered,
                "You gave back the corrected means. The correction is for this step's use; the "
                "next step goes on from the means themselves.",
            ),
            (
                swapped_betas,
                "The two betas have changed places: beta1 belongs to the slopes, beta2 to their "
                "squares.",
            ),
            (
                slope_for_mean,
                "You moved by this step's slope. Adam moves by the mean of the slopes, which is "
                "its momentum.",
            ),
            (
                adam_without_root,
                "You divided by the mean square. Its root is what has the size of a slope.",
            ),
            (
                adam_eps_under_root,
                "Your epsilon stands under the root, where it counts far more. It is added to "
                "the root.",
            ),
            (
                adam_without_eps,
                "Without epsilon, no slope divided by no memory is not a number. Such a weight "
                "should stay where it is.",
            ),
        ],
    },
    "ps06.first_weights": {
        "example": the_two_layers,
        "unseen": {
            "Glorot's weights": glorots_weights,
            "He's weights": hes_weights,
            "layers of one unit or one input": one_unit_or_input,
            "large layers": large_layers,
        },
        "reference": first_weights_reference,
        "check": check_first_weights,
        "misconceptions": [
            (
                deviation_as_bound,
                "Your interval ends at the standard deviation. Most of an even spread lies inside "
                "of its ends, so they must lie further out to reach the variance.",
            ),
            (
                variance_as_bound,
                "Your interval ends at the variance itself. A variance is a square: first ask "
                "which interval has it.",
            ),
            (
                no_root_of_variance,
                "Your interval ends at the square of where it should: the variance grows with the "
                "square of a.",
            ),
            (
                not_around_zero,
                "Your weights are all positive. The interval reaches from -a to a, so that signals "
                "of both signs appear.",
            ),
            (
                half_as_wide,
                "Your interval is a long in all. It is a on either side of zero.",
            ),
            (
                always_glorot,
                "You took Glorot's variance for both kinds. For rectified units only the number "
                "of inputs counts.",
            ),
            (
                always_he,
                "You took He's variance for both kinds. Glorot's heeds the way back, too, and so "
                "the number of units.",
            ),
            (
                units_for_inputs,
                "You mixed up units and inputs. Each unit is a row of the matrix, each input a "
                "column.",
            ),
        ],
    },
    "ps06.dropout": {
        "example": hidden_values,
        "unseen": {
            "training": while_training,
            "using the network": in_use,
            "p = 0, and draws that equal p": at_the_edge,
            "large arrays and other shapes": other_units,
        },
        "reference": dropout_reference,
        "check": check_dropout,
        "misconceptions": [
            (
                never_scaled,
                "Your survivors keep their size, so the next layer gets less than it will when "
                "nothing is silent. What remains must make up for what is missing.",
            ),
            (
                scaled_in_use,
                "You scale when the network is used. That is dropout as it was first published; "
                "here the scaling happens in training, and use is left alone.",
            ),
            (
                scaled_down,
                "Your survivors became smaller. They must make up for those that are silent, and "
                "so become larger.",
            ),
            (
                keeps_with_p,
                "You took p for the probability to survive. It is the probability to be silent.",
            ),
            (
                silences_the_others,
                "You silenced the survivors and kept the others: a draw below p silences.",
            ),
            (
                silent_in_use_too,
                "Units are silent although the network is in use. Dropout is for training; "
                "predictions use every unit.",
            ),
            (
                scaled_by_p,
                "You divided by the share that is silent. The share that survives is what is "
                "left of the signal.",
            ),
            (
                silent_at_p,
                "A draw of exactly p was silenced. Draws begin at 0 and end before 1; only those "
                "less than p are a share of p.",
            ),
            (
                same_units_for_all,
                "The same units are silent in every example. Each example has draws of its own.",
            ),
        ],
    },
    "ps06.early_stopping": {
        "example": the_curve,
        "unseen": {
            "curves that fall deeper when it is too late": too_late,
            "curves that go up and down": ups_and_downs,
            "equal losses and tiny differences": equal_or_nearly,
            "patience that is never used up": patience_unused,
        },
        "reference": early_stopping_reference,
        "check": check_early_stopping,
        "misconceptions": [
            (
                keeps_the_last,
                "You kept the weights of the last epoch. Patience means to look further; what "
                "comes back is the best that was seen.",
            ),
            (
                goes_back_by_patience,
                "You went back by as many epochs as there is patience. That is the best epoch "
                "only if patience ran out; the list may end before.",
            ),
            (
                equal_is_better,
                "You took an equal loss for a better one. Of equals the first is kept, and no "
                "progress is no progress.",
            ),
            (
                against_the_epoch_before,
                "You compared each epoch with the one before. A loss can fall from epoch to epoch "
                "and still be far from the lowest so far: compare with the best.",
            ),
            (
                in_total,
                "You counted all bad epochs together. A new best one restores the patience.",
            ),
            (
                one_epoch_more,
                "You stop one epoch too late: when as many bad epochs as there is patience have "
                "been seen, that is the end.",
            ),
            (
                one_epoch_less,
                "You stop one epoch too soon: training goes on until as many bad epochs as there "
                "is patience have been seen.",
            ),
            (
                knows_the_future,
                "You looked for the lowest loss of the whole list. When patience runs out, the "
                "rest is never trained, and nobody knows how low it would be.",
            ),
            (
                tiny_is_equal,
                "You asked for progress worth the name. Here lower is lower, by however little.",
            ),
            (
                counts_from_one,
                "You counted epochs from one. The first epoch is number 0.",
            ),
            (
                last_comes_first,
                "Both epochs are right, in the wrong order: first the one that is kept, then the "
                "last.",
            ),
        ],
    },
    "ps06.train_encoder": {
        "example": seed_zero,
        "unseen": {
            "other seeds": (2, other_seeds),
            "the same seed again": same_seed_again,
            "two seeds, two networks": two_seeds,
        },
        "reference": train_encoder_reference,
        "check": check_train_encoder,
        "seconds": 30,
        "misconceptions": [
            (
                starts_at_zero,
                "All weights start at zero. Units that start alike get the same gradients, and "
                "stay alike: let chance make them different.",
            ),
            (
                starts_all_equal,
                "All weights start equal. Units that start alike get the same gradients, and stay "
                "alike: let chance make them different.",
            ),
            (
                stops_too_soon,
                "Training stops long before the codes are found. At first the loss hardly falls: "
                "the hidden units have to part before the outputs can tell patterns apart.",
            ),
            (
                climbs,
                "Your steps go uphill. The gradient points to where the loss grows; a step goes "
                "against it.",
            ),
            (
                learns_outputs_alone,
                "Only the outputs' weights were trained. The code is made by the hidden units, "
                "and they must learn, too.",
            ),
            (
                one_seed_for_all,
                "Every seed gives the same network. Training must start from what the seed draws.",
            ),
            (
                inputs_by_units,
                "Your weight matrices are the transposes of the right ones: a row for each unit, "
                "a column for each input.",
            ),
        ],
    },
}


class _Drawn(np.random.Generator):
    """A generator that gives the question's draws in place of its own."""

    def __init__(self, draws):
        super().__init__(np.random.PCG64(0))
        self.draws = draws

    def random(self, size):
        return self.draws

    def uniform(self, low, high, size):
        return low + (high - low) * self.draws


class _Measured:
    """A model whose loss in each epoch is known beforehand; its one weight counts the epochs."""

    def __init__(self, losses):
        self.losses = losses
        self.params = {"epochs": np.zeros(1)}

    def loss_and_grads(self, X, y):
        epoch = max(round(float(self.params["epochs"][0])) - 1, 0)
        return self.losses[epoch], {"epochs": -np.ones(1)}


def _slopes(rng, shape) -> dict:
    """Draw weights and slopes, none of them so near to zero that a mistake hides in it."""
    return {"theta": _away(rng, shape), "g": _away(rng, shape)}


def _away(rng, shape) -> np.ndarray:
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)


def _tiny(rng, shape) -> np.ndarray:
    """Draw slopes of the size of eps, the first exactly zero."""
    g = _away(rng, shape) * 1e-8
    g[0] = 0.0
    return g


def _numbers(rng) -> dict:
    return {"lr": float(rng.uniform(0.05, 0.3)), "beta": float(rng.uniform(0.7, 0.9))}


def _adams_numbers(rng) -> dict:
    betas = {"beta1": float(rng.uniform(0.7, 0.9)), "beta2": float(rng.uniform(0.95, 0.999))}
    return {"lr": float(rng.uniform(0.05, 0.3)), "eps": 1e-8} | betas


def _units(rng, shape, p: float) -> dict:
    """Draw a layer's values and its dropout, in which every row has both kinds of units."""
    draws = rng.random(shape)
    draws[..., 1], draws[..., 2] = p / 2, (1 + p) / 2
    if len(shape) > 1:
        draws[1, ..., 1], draws[1, ..., 2] = (1 + p) / 2, p / 2
    return {"x": _away(rng, shape), "draws": draws, "p": p, "train": True}


def _curve(rng, pattern, patience: int) -> dict:
    """Stretch a pattern of losses, which keeps its order."""
    scale = rng.uniform(0.5, 1.5)
    return {"losses": [float(scale * loss) for loss in pattern], "patience": patience}


def _seed(rng) -> int:
    return int(rng.integers(1, 1_000_000))


def _stepped(rule, theta, g, *memories, t=1, l2=0.0) -> tuple:
    """Return copies of weights and memories after step t of a rule."""
    theta, memories = theta.copy(), [memory.copy() for memory in memories]
    rule.memories["theta"], rule.steps["theta"] = memories, t - 1
    rule.step({"theta": theta}, {"theta": g}, l2=l2)
    return theta, *memories


@cache
def _trained(seed: int) -> tuple:
    """Train until there are eight codes, from as many starts as it takes."""
    rng = np.random.default_rng(seed)
    while True:
        net = MLP([8, 3, 8], output="sigmoid", rng=rng)
        rule = optim.RMSProp(0.05)
        for _ in range(STEPS):
            rule.step(net.params, net.loss_and_grads(PATTERNS, PATTERNS)[1])
        n_codes = len(np.unique(net.hidden(PATTERNS)[0].round(), axis=0))
        if n_codes == 8 and np.array_equal(net.forward(PATTERNS).round(), PATTERNS):
            return tuple(net.params.values())


@cache
def _descended(seed, steps, lr=5, scale=1, offset=0, learn=(0, 1, 2, 3)) -> tuple:
    """Train from one start by plain gradient descent, well or badly."""
    net = MLP([8, 3, 8], output="sigmoid", rng=seed)
    for param in net.params.values():
        param *= scale
        param += offset
    for _ in range(steps):
        grads = net.loss_and_grads(PATTERNS, PATTERNS)[1]
        for number, (name, param) in enumerate(net.params.items()):
            if number in learn:
                param -= lr * grads[name]
    return tuple(net.params.values())


def _weights_of(weights, seed: int) -> list[np.ndarray]:
    """Return the four arrays that train_encoder must give."""
    values("train_encoder", weights, tuple(SHAPES))
    found = []
    for (name, shape), value in zip(SHAPES.items(), weights, strict=True):
        array = numbers(name, value, shape)
        assert np.isfinite(array).all(), (
            f"for the seed {seed}, {name} has a number that is not finite: are the steps too long?"
        )
        found.append(array)
    return found


def _check_codes(W1, b1, W2, b2, seed: int) -> None:
    """Refuse a network that does not tell its patterns apart."""
    hidden = sigmoid(PATTERNS @ W1.T + b1)
    output = sigmoid(hidden @ W2.T + b2)
    assert not (np.allclose(W1[0], W1[1]) and np.allclose(W1[1], W1[2])), (
        f"for the seed {seed}, the three hidden units are copies of one another: units that start "
        "alike get the same gradients, and stay alike"
    )
    wrong = np.flatnonzero((output.round() != PATTERNS).any(axis=1))
    assert len(wrong) == 0, (
        f"for the seed {seed}, {len(wrong)} of 8 patterns are not given back. The first is the "
        f"pattern with its 1 at place {wrong[0]}: its outputs round to "
        f"{' '.join(str(int(value)) for value in output[wrong[0]].round())}"
    )
    codes = hidden.round().astype(int)
    for one in range(8):
        for two in range(one):
            assert (codes[one] != codes[two]).any(), (
                f"for the seed {seed}, the patterns with their 1 at places {two} and {one} have "
                f"the same rounded code {' '.join(map(str, codes[one]))}"
            )


def _same_step(function: str, names: tuple[str, ...], answer, expected) -> None:
    """Compare a step's memory first, for the weights come from it."""
    order = names[1:] + names[:1]
    same_values(function, answer, expected, names, order=order, near=NEAR)
