"""The training loop on models whose every step can be followed by hand."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.mlp import MLP
from course_lib.optim import SGD, Adam, Momentum
from course_lib.train import Progress, descend, fit, mean_loss


class Line:
    """Predicts ``w x``; loss half the squared error, mean over the batch. Remembers its batches."""

    def __init__(self, w=0.0):
        self.params = {"w": np.array([w])}
        self.batches = []

    def loss_and_grads(self, X, y):
        self.batches.append((X.tolist(), y.tolist()))
        error = self.params["w"][0] * X - y
        return float(0.5 * (error**2).mean()), {"w": np.array([(error * X).mean()])}


class Scripted:
    """Its parameter counts the steps; its validation losses are given."""

    def __init__(self, val_losses):
        self.params = {"w": np.zeros(2)}
        self.val_losses = val_losses

    def loss_and_grads(self, X, y):
        if X[0] == "held back":
            return self.val_losses[round(self.params["w"][0]) - 1], {"w": np.zeros(2)}
        return 0.25, {"w": -np.ones(2)}


def scripted(val_losses, epochs=10, **options):
    model = Scripted(val_losses)
    held_back = np.array(["held back"]), np.zeros(1)
    fit(model, (np.array(["x"]), np.zeros(1)), SGD(1.0), epochs, validation=held_back, **options)
    return model


X = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
Y = np.array([2.0, 3.0, 7.0, 7.0, 11.0])


def test_every_epoch_sees_every_example_once_in_another_order():
    model = Line()
    fit(model, (X, Y), SGD(0.01), epochs=20, batch_size=2, rng=3)
    assert [len(x) for x, _ in model.batches] == [2, 2, 1] * 20
    assert all(
        Y[X.tolist().index(a)] == b for x, y in model.batches for a, b in zip(x, y, strict=True)
    )
    seen = [a for x, _ in model.batches for a in x]
    orders = [seen[i : i + 5] for i in range(0, 100, 5)]
    assert all(sorted(order) == X.tolist() for order in orders)
    assert len({tuple(order) for order in orders}) > 10


def test_the_order_comes_from_rng_alone():
    def orders(rng):
        model = Line()
        fit(model, (X, Y), SGD(0.01), epochs=3, batch_size=2, rng=rng)
        return model.batches

    assert orders(5) == orders(5) == orders(np.random.default_rng(5))
    assert orders(5) != orders(6)
    default = Line()
    fit(default, (X, Y), SGD(0.01), epochs=3, batch_size=2)
    assert default.batches == orders(0)


def test_one_step_a_batch_and_the_loss_before_it():
    model = Line(w=1.0)
    returned = fit(model, (X, Y), SGD(0.1), epochs=1)
    error = X - Y
    assert returned is model
    np.testing.assert_allclose(model.params["w"], 1 - 0.1 * (error * X).mean(), rtol=1e-14)
    assert model.history == {"loss": [pytest.approx(0.5 * (error**2).mean(), rel=1e-14)]}
    assert type(model.history["loss"][0]) is float


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4, 5, 100])
def test_a_short_last_batch_counts_by_its_examples(batch_size):
    model = Line(w=0.5)
    fit(model, (X, Y), SGD(1e-300), epochs=2, batch_size=batch_size)
    expected = 0.5 * ((0.5 * X - Y) ** 2).mean()
    np.testing.assert_allclose(model.history["loss"], [expected] * 2, rtol=1e-13)
    assert max(len(x) for x, _ in model.batches) == min(batch_size, 5)


def test_batches_hold_32_by_default():
    model = Line()
    fit(model, (np.zeros(70), np.zeros(70)), SGD(0.1), epochs=1)
    assert [len(x) for x, _ in model.batches] == [32, 32, 6]


def test_validation_loss_after_every_epoch():
    model = Line()
    held_back = np.array([1.0, 2.0, -1.0]), np.array([0.0, 4.0, 1.0])
    losses = []

    def after(model, epoch):
        assert len(model.history["loss"]) == len(model.history["val_loss"]) == epoch + 1
        error = model.params["w"][0] * held_back[0] - held_back[1]
        losses.append(0.5 * (error**2).mean())

    fit(model, (X, Y), SGD(0.01), 4, 2, validation=held_back, callback=after)
    np.testing.assert_allclose(model.history["val_loss"], losses, rtol=1e-13)
    assert list(model.history) == ["loss", "val_loss"]
    assert len(set(losses)) == 4


def test_mean_loss_weighs_batches_by_their_examples():
    model = Line(w=0.5)
    expected = 0.5 * ((0.5 * X - Y) ** 2).mean()
    for batch_size in (1, 2, 3, 7):
        assert mean_loss(model, (X, Y), batch_size) == pytest.approx(expected, rel=1e-14)
    assert type(mean_loss(model, (X, Y))) is float
    assert [x for x, _ in model.batches[:1]] == [[1.0]]


def test_callback_gets_the_model_and_the_epoch():
    calls = []
    model = fit(Line(), (X, Y), SGD(0.01), 3, callback=lambda *given: calls.append(given))
    assert calls == [(model, 0), (model, 1), (model, 2)]


@pytest.mark.parametrize(
    ("val_losses", "patience", "epochs_run", "best"),
    [
        ([5, 4, 3, 2, 1, 1, 1, 1, 1, 1], 3, 8, 5),
        ([5, 4, 4.5, 4.2, 1, 2, 3, 4, 5, 6], 2, 4, 2),
        ([5, 4, 4.5, 4.2, 1, 2, 3, 4, 5, 6], 3, 8, 5),
        ([5, 6, 1, 1, 1, 1, 1, 1, 1, 1], 1, 2, 1),
        ([5, 5, 5, 5, 5, 5, 5, 5, 5, 5], 4, 5, 1),
        ([5, 4, 3, 2, 1, 0, -1, -2, -3, -4], 1, 10, 10),
        ([9, 8, 7, 6, 5, 4, 3, 2, 1, 3], 2, 10, 9),
        ([np.inf, np.nan, np.nan, 1, 1, 1, 1, 1, 1, 1], 2, 2, 2),
    ],
)
def test_early_stopping(val_losses, patience, epochs_run, best):
    model = scripted(val_losses, patience=patience)
    assert len(model.history["loss"]) == len(model.history["val_loss"]) == epochs_run
    np.testing.assert_array_equal(model.history["val_loss"], val_losses[:epochs_run])
    np.testing.assert_array_equal(model.params["w"], [best, best])


def test_the_best_parameters_come_back_in_the_same_arrays():
    model = Scripted([1, 2, 3, 4])
    w = model.params["w"]
    held_back = np.array(["held back"]), np.zeros(1)
    fit(model, (np.array(["x"]), np.zeros(1)), SGD(1.0), 4, validation=held_back, patience=3)
    assert model.params["w"] is w
    np.testing.assert_array_equal(w, [1, 1])


def test_without_patience_the_last_parameters_stay():
    model = scripted([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    np.testing.assert_array_equal(model.params["w"], [10, 10])
    assert model.history["val_loss"] == list(range(1, 11))


def test_l2_reaches_the_optimiser_and_not_the_loss():
    model = Line(w=2.0)
    fit(model, (X, 2 * X), SGD(0.1), epochs=1, l2=0.5)
    np.testing.assert_allclose(model.params["w"], 2 - 0.1 * 0.5 * 2)
    assert model.history["loss"] == [0]


def test_no_epochs_change_nothing():
    model = fit(Line(w=2.0), (X, Y), SGD(0.1), 0, validation=(X, Y), patience=1)
    assert model.history == {"loss": [], "val_loss": []}
    assert model.params["w"] == 2


def test_history_is_that_of_the_last_fit():
    model = Line()
    fit(model, (X, Y), SGD(0.01), 3, validation=(X, Y))
    fit(model, (X, Y), SGD(0.01), 2)
    assert list(model.history) == ["loss"]
    assert len(model.history["loss"]) == 2


class Rows:
    """Something that is no array and can be indexed by rows."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        return self.values[rows]


@pytest.mark.parametrize("kind", [list, tuple, np.asarray, Rows])
def test_data_of_many_kinds(kind):
    expected = fit(Line(), (X, Y), SGD(0.01), 2, 2).params["w"]
    model = fit(Line(), [kind(X), kind(Y)], SGD(0.01), 2, 2)
    np.testing.assert_array_equal(model.params["w"], expected)


def test_arrays_besides_x_and_y_are_handed_on():
    seen = []

    def loss_and_grads(*batch):
        seen.append([array.tolist() for array in batch])
        return 0.0, {}

    model = SimpleNamespace(params={}, loss_and_grads=loss_and_grads)
    fit(model, (np.arange(4), np.arange(4) * 10, np.arange(4) * 100), SGD(1.0), 1, 4)
    ((a, b, c),) = seen
    assert sorted(a) == [0, 1, 2, 3]
    assert b == [10 * i for i in a]
    assert c == [100 * i for i in a]
    fit(model, (np.arange(3),), SGD(1.0), 1, 2)
    assert [len(batch) for batch in seen[1:]] == [1, 1]


def test_data_and_float32_are_left_as_they_are():
    x, y = X.astype(np.float32), Y.astype(np.float32)
    dtypes = []

    class Spy(Line):
        def loss_and_grads(self, X, y):
            dtypes.append((X.dtype, y.dtype))
            return super().loss_and_grads(X, y)

    fit(Spy(), (x, y), SGD(0.01), 2)
    assert set(dtypes) == {(np.dtype("f4"), np.dtype("f4"))}
    np.testing.assert_array_equal(x, X)


def test_an_mlp_learns_two_blobs():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 90)
    points = rng.normal(size=(90, 2)) + 3 * labels[:, None]
    model = MLP([2, 5, 2], rng=1)
    fit(model, (points, labels), Adam(0.05), 30, validation=(points[:20], labels[:20]), patience=5)
    assert (model.predict(points) == labels).mean() > 0.95
    assert model.history["loss"][-1] < 0.3 * model.history["loss"][0]


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"optimizer": "adam"}, TypeError, "optimizer must have a method step, got str"),
        ({"model": 3}, TypeError, "model must have a method loss_and_grads, got int"),
        ({"data": X}, TypeError, r"data must be a pair \(X, y\), got ndarray"),
        ({"data": ()}, ValueError, "data must hold at least one example, got none"),
        ({"data": (X[:0], Y[:0])}, ValueError, "data must hold at least one example, got none"),
        ({"data": (X, Y[:4])}, ValueError, "y of data must have 5 examples, got 4"),
        ({"data": (X, Y, Y[:4])}, ValueError, "array 2 of data must have 5 examples, got 4"),
        ({"data": (X, 3)}, TypeError, "y of data must be an array of examples, got 3"),
        ({"data": (None, Y)}, TypeError, "X of data must be an array of examples, got None"),
        ({"data": (np.array(1.0), Y)}, TypeError, "X of data must be an array of examples"),
        ({"data": (X * np.nan, Y)}, ValueError, "X of data must be finite, got nan at index 0"),
        ({"data": (X, [1, 2, 3, np.inf, 5])}, ValueError, "y of data must be finite, got inf"),
        ({"validation": (X, Y[:2])}, ValueError, "y of validation must have 5 examples, got 2"),
        ({"validation": X}, TypeError, r"validation must be a pair \(X, y\), got ndarray"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number, got float"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": 2.0}, TypeError, "batch_size must be a whole number, got float"),
        ({"rng": "a"}, TypeError, "rng must be a numpy.random.Generator or a whole-number seed"),
        ({"rng": None}, TypeError, "rng must be a numpy.random.Generator or a whole-number seed"),
        ({"patience": 2}, ValueError, "patience needs validation examples, got validation=None"),
        ({"patience": 0, "validation": (X, Y)}, ValueError, "patience must be at least 1, got 0"),
        ({"patience": 1.0, "validation": (X, Y)}, TypeError, "patience must be a whole number"),
        ({"l2": -1.0}, ValueError, "l2 must be at least 0, got -1"),
    ],
)
def test_bad_input(change, kind, message):
    model = Line()
    arguments = {"model": model, "data": (X, Y), "optimizer": SGD(0.1), "epochs": 2} | change
    with pytest.raises(kind, match=f"^{message}"):
        fit(**arguments)
    assert model.batches == []


class FakeBar:
    def __init__(self, total, unit):
        self.total, self.unit, self.updates, self.texts, self.closed = total, unit, 0, [], False

    def update(self):
        self.updates += 1

    def set_postfix_str(self, text, refresh):
        self.texts.append((text, refresh))

    def close(self):
        self.closed = True


@pytest.fixture
def bars(monkeypatch):
    """Return the list of bars that a stand-in for tqdm has made."""
    made = []

    def tqdm(**options):
        made.append(FakeBar(**options))
        return made[-1]

    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=tqdm))
    return made


def test_progress_with_tqdm(bars, capsys):
    model = scripted([0.5, 0.125, 2, 3], epochs=4, patience=2, progress=True)
    (bar,) = bars
    assert (bar.total, bar.unit, bar.updates, bar.closed) == (4, "epoch", 4, True)
    assert bar.texts[1] == ("loss 0.25, val_loss 0.125", False)
    assert capsys.readouterr() == ("", "")
    assert len(model.history["loss"]) == 4


def test_progress_without_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    scripted([0.5, 0.125], epochs=2, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line.rstrip(" \n") for line in err.split("\r")]
    assert lines == [
        "",
        "epoch 1/2  loss 0.25, val_loss 0.5",
        "epoch 2/2  loss 0.25, val_loss 0.125",
    ]
    assert err.endswith("\n")
    assert len(set(map(len, err.rstrip("\n").split("\r")[1:]))) == 1


def test_no_progress_imports_and_prints_nothing(bars, monkeypatch, capsys):
    scripted([0.5, 0.125], epochs=2)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    scripted([0.5, 0.125], epochs=2)
    assert bars == []
    assert capsys.readouterr() == ("", "")


def test_progress_of_other_work(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with Progress(3, show=True, unit="sentence") as bar:
        bar.advance()
        bar.advance(loss=1234567.0)
    assert [line.strip() for line in capsys.readouterr().err.split("\r")] == [
        "",
        "sentence 1/3",
        "sentence 2/3  loss 1.235e+06",
    ]


def test_a_bar_is_closed_by_an_error(bars):
    def fail(model, epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(Line(), (X, Y), SGD(0.1), 3, progress=True, callback=fail)
    assert bars[0].closed


def bowl(x, y):
    return 0.5 * x**2 + 2 * y**2


def test_descend_follows_the_gradient():
    start = np.array([2.0, -1.0])
    path = descend(bowl, start, SGD(0.25), 3)
    np.testing.assert_allclose(path, [[2 * 0.75**t, -float(t == 0)] for t in range(4)], atol=1e-15)
    np.testing.assert_array_equal(start, [2, -1])
    assert descend(bowl, [2, -1], SGD(0.1), 0).tolist() == [[2, -1]]


def test_descend_runs_down_with_momentum():
    path = descend(lambda x, y: bowl(x, y) + (x * y).tanh(), (2.0, 1.5), Momentum(0.05, 0.5), 200)
    assert path.shape == (201, 2)
    np.testing.assert_allclose(path[-1], 0, atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((bowl, [[1.0, 2.0]], SGD(0.1), 2), ValueError, r"start must have shape \(D,\)"),
        ((bowl, [1.0, np.nan], SGD(0.1), 2), ValueError, "start must be finite"),
        ((bowl, [1.0, 2.0], SGD(0.1), -1), ValueError, "steps must be at least 0"),
        ((lambda x: 1.0, [1.0], SGD(0.1), 1), TypeError, "f must return a Var, got float"),
    ],
)
def test_bad_descents(arguments, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        descend(*arguments)
