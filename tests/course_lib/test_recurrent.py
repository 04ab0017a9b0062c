"""Sequence classifier and tagger against the slides' steps, central differences and PyTorch."""

import numpy as np
import pytest

from course_lib import gradcheck, layers, optim, train
from course_lib.recurrent import SequenceClassifier, SequenceTagger, gate_values, gradient_norms

V, H, K, N, T = 7, 3, 4, 4, 5
CELLS = {"rnn": (1, layers.rnn_step_slide), "lstm": (4, layers.lstm_step_slide)}
CELLS |= {"gru": (3, layers.gru_step_slide)}
FULL, RAGGED = None, [5, 1, 0, 3]
OPTIONS = {
    "plain": {},
    "bidirectional": {"bidirectional": True},
    "deep": {"layers": 3, "embed": 2},
    "deep and bidirectional": {"layers": 2, "bidirectional": True, "embed": 2},
}
every_cell = pytest.mark.parametrize("cell", CELLS)
every_option = pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
both_models = pytest.mark.parametrize("kind", [SequenceClassifier, SequenceTagger])
with_and_without_lengths = pytest.mark.parametrize("lengths", [FULL, RAGGED], ids=str)

rng = np.random.default_rng(0)
X = rng.integers(0, V, (N, T))
LABELS = {SequenceClassifier: rng.integers(0, K, N), SequenceTagger: rng.integers(0, K, (N, T))}


def model_of(kind, cell="rnn", **options):
    """A small model in which all parameters matter: no bias is zero, or shuts a gate."""
    model = kind(V, H, K, cell, rng=1, **options)
    noise = np.random.default_rng(2)
    for name, param in model.params.items():
        if name.startswith("b"):
            param[...] = noise.normal(0, 0.5, param.shape)
    return model


def run(model, cell, x, l, way):
    """Run one direction of one layer over one sequence by the slide's step."""
    step = CELLS[cell][1]
    weights = [model.params[f"{name}{l}{way}"] for name in ("W_x", "W_h", "b")]
    h, c = np.zeros(H), np.zeros(H)
    states = []
    for inputs in x[::-1] if way else x:
        h, c = step(inputs, h, c, *weights) if cell == "lstm" else (step(inputs, h, *weights), c)
        states.append(h)
    return np.array(states[::-1] if way else states).reshape(len(x), H), h


def log_probabilities(model, cell, options, tokens):
    """Read one sequence without padding; return log P at each token, and at the end."""
    ways = ("", "_back") if options.get("bidirectional") else ("",)
    h = model.params["E"][tokens]
    for l in range(1, options.get("layers", 1) + 1):
        pairs = [run(model, cell, h, l, way) for way in ways]
        h = np.concatenate([states for states, _ in pairs], axis=1)
    last = np.concatenate([state for _, state in pairs])

    def log_softmax(h):
        z = h @ model.params["W_y"].T + model.params["b_y"]
        return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))

    return log_softmax(h), log_softmax(last)


@every_cell
@every_option
@with_and_without_lengths
def test_classifier_reads_each_sequence_as_if_it_were_alone(cell, options, lengths):
    model, y = model_of(SequenceClassifier, cell, **options), LABELS[SequenceClassifier]
    expected = np.array(
        [
            log_probabilities(model, cell, options, tokens[:length])[1]
            for tokens, length in zip(X, lengths or [T] * N, strict=True)
        ]
    )
    loss, _ = model.loss_and_grads(X, y, lengths)
    assert loss == pytest.approx(-expected[range(N), y].mean(), rel=1e-12)
    predicted = model.predict(X, lengths)
    assert predicted.shape == (N,)
    np.testing.assert_array_equal(predicted, expected.argmax(axis=1))


@every_cell
@every_option
@with_and_without_lengths
def test_tagger_reads_each_sequence_as_if_it_were_alone(cell, options, lengths):
    model, y = model_of(SequenceTagger, cell, **options), LABELS[SequenceTagger]
    total, count, expected = 0.0, 0, np.full((N, T), -1)
    for n, length in enumerate(lengths or [T] * N):
        log_p, _ = log_probabilities(model, cell, options, X[n, :length])
        total -= log_p[range(length), y[n, :length]].sum()
        count += length
        expected[n, :length] = log_p.argmax(axis=1)
    loss, _ = model.loss_and_grads(X, y, lengths)
    assert isinstance(loss, float)
    assert loss == pytest.approx(total / count, rel=1e-12)
    np.testing.assert_array_equal(model.predict(X, lengths), expected)


@both_models
@every_cell
@every_option
@with_and_without_lengths
def test_gradients_are_central_differences(kind, cell, options, lengths):
    model = model_of(kind, cell, **options)
    errors = gradcheck.check(model, X, LABELS[kind], lengths, samples=6)
    assert list(errors) == list(model.params)
    assert max(errors.values()) < 1e-6


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@with_and_without_lengths
def test_against_pytorch_deep_and_in_both_directions(cell, lengths):
    torch = pytest.importorskip("torch")
    model = model_of(SequenceTagger, cell, layers=2, bidirectional=True, embed=2)
    lengths = None if lengths is None else [5, 1, 2, 3]  # PyTorch refuses to pack a length of 0
    y = LABELS[SequenceTagger]
    blocks, order = CELLS[cell][0], [0, 1, 3, 2] if cell == "lstm" else [0]

    def theirs_order(array):
        return np.concatenate([np.split(array, blocks)[k] for k in order])

    module = getattr(torch.nn, cell.upper())(2, H, 2, batch_first=True, bidirectional=True).double()
    names = {
        f"{theirs}_l{l - 1}{end}": f"{ours}{l}{way}"
        for theirs, ours in [("weight_ih", "W_x"), ("weight_hh", "W_h"), ("bias_ih", "b")]
        for l in (1, 2)
        for end, way in [("", ""), ("_reverse", "_back")]
    }
    with torch.no_grad():
        for theirs, param in module.named_parameters():
            if theirs in names:
                param.copy_(torch.tensor(theirs_order(model.params[names[theirs]])))
            else:
                param.zero_()  # a second bias
    leaves = {
        name: torch.tensor(model.params[name], requires_grad=True) for name in ("E", "W_y", "b_y")
    }
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        leaves["E"][torch.tensor(X)], lengths or [T] * N, batch_first=True, enforce_sorted=False
    )
    h, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True)
    real = np.arange(T) < np.array(lengths or [T] * N)[:, None]
    scores = h[torch.tensor(real)] @ leaves["W_y"].T + leaves["b_y"]
    theirs_loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y[real]))
    theirs_loss.backward()

    loss, grads = model.loss_and_grads(X, y, lengths)
    assert loss == pytest.approx(theirs_loss.item(), rel=1e-12)
    for name, leaf in leaves.items():
        np.testing.assert_allclose(grads[name], leaf.grad.numpy(), rtol=1e-10, atol=1e-14)
    for theirs, param in module.named_parameters():
        if theirs in names:
            ours = theirs_order(grads[names[theirs]])
            np.testing.assert_allclose(ours, param.grad.numpy(), rtol=1e-9, atol=1e-13)


# What lies behind a length


@both_models
@every_cell
@every_option
def test_what_lies_behind_a_length_never_matters(kind, cell, options):
    model, y = model_of(kind, cell, **options), LABELS[kind].copy()
    loss, grads = model.loss_and_grads(X, y, RAGGED)
    x, behind = X.copy(), np.arange(T) >= np.array(RAGGED)[:, None]
    predicted = model.predict(x, RAGGED)
    for filler in (0, V - 1, -1, -100, 10**9):  # not even tokens or labels
        x[behind] = filler
        if kind is SequenceTagger:
            y[behind] = filler
        other_loss, other_grads = model.loss_and_grads(x, y, RAGGED)
        assert other_loss == loss
        for name, grad in grads.items():
            np.testing.assert_array_equal(other_grads[name], grad)
        np.testing.assert_array_equal(model.predict(x, RAGGED), predicted)
        assert model.fit(x, y, RAGGED, epochs=1, lr=0.0001).history["loss"]
        model = model_of(kind, cell, **options)


@both_models
@every_option
def test_more_padding_makes_no_difference(kind, options):
    model, y = model_of(kind, "lstm", **options), LABELS[kind]
    lengths = np.array([3, 1, 0, 2])
    short_y = y if kind is SequenceClassifier else y[:, :3]
    loss, grads = model.loss_and_grads(X[:, :3], short_y, lengths)
    longer_loss, longer_grads = model.loss_and_grads(X, y, lengths)
    assert longer_loss == pytest.approx(loss, rel=1e-13)
    for name, grad in grads.items():
        np.testing.assert_allclose(longer_grads[name], grad, rtol=1e-10, atol=1e-15)


@both_models
def test_full_lengths_are_no_lengths(kind):
    model = model_of(kind, "gru", bidirectional=True)
    loss, grads = model.loss_and_grads(X, LABELS[kind])
    other, other_grads = model.loss_and_grads(X, LABELS[kind], [T] * N)
    assert other == loss
    for name, grad in grads.items():
        np.testing.assert_array_equal(other_grads[name], grad)


def test_empty_sequences_have_the_probabilities_of_the_biases():
    model = model_of(SequenceClassifier, "lstm", bidirectional=True)
    model.params["b_y"][...] = [0, 3, 3, 1]
    np.testing.assert_array_equal(model.predict(X, [0] * N), [1] * N)
    _, grads = model.loss_and_grads(X, LABELS[SequenceClassifier], [0] * N)
    assert np.abs(grads.pop("b_y")).min() > 0
    for grad in grads.values():
        np.testing.assert_array_equal(grad, 0)


def test_a_tagger_learns_nothing_from_empty_sequences():
    model = model_of(SequenceTagger, "gru", layers=2)
    loss, grads = model.loss_and_grads(X, LABELS[SequenceTagger], [0] * N)
    assert loss == 0
    for name, grad in grads.items():
        assert grad.shape == model.params[name].shape
        np.testing.assert_array_equal(grad, 0)
    np.testing.assert_array_equal(model.predict(X, [0] * N), np.full((N, T), -1))


# Gradient norms


@both_models
@every_cell
@every_option
def test_gradient_norms_are_those_of_the_embedded_tokens(kind, cell, options):
    model = model_of(kind, cell, **options)
    x = np.array([3, 0, 6, 2, 5])  # each token once: its row of E has the gradient of its place
    y = [0] if kind is SequenceClassifier else [[0] * 5]

    def loss(E):
        before, model.params["E"] = model.params["E"], E
        try:
            return model.loss_and_grads(x[None], y)[0]
        finally:
            model.params["E"] = before

    rows = gradcheck.numerical_gradient(loss, model.params["E"])[x]
    norms = gradient_norms(model, list(x))
    assert norms.shape == (5,)
    np.testing.assert_allclose(norms, np.linalg.norm(rows, axis=1), rtol=1e-6, atol=1e-9)


def test_gradient_norms_tell_places_with_the_same_token_apart():
    model = model_of(SequenceClassifier, "lstm")
    other = model_of(SequenceClassifier, "lstm")
    model.params["E"][4] = model.params["E"][1]
    np.testing.assert_allclose(
        gradient_norms(model, [1, 1, 1, 1]), gradient_norms(model, [1, 4, 1, 4]), rtol=1e-14
    )
    assert len(set(gradient_norms(other, [1, 1, 1, 1]))) == 4


def test_the_gradient_of_a_plain_network_vanishes_and_explodes():
    tokens = np.arange(100) % V
    ratios = {}
    for scale in (0.5, 4.0):
        model = SequenceClassifier(V, H, K, embed=H)
        model.params["E"] *= 0  # all states stay at zero, where tanh is the identity
        model.params["W_h1"][...] = scale * np.eye(H)
        norms = gradient_norms(model, tokens)
        np.testing.assert_allclose(norms[:-1] / norms[1:], scale, rtol=1e-10)
        ratios[scale] = norms[0] / norms[-1]
    assert ratios[0.5] < 1e-29
    assert ratios[4.0] > 1e59


# Gates


def test_gate_values_of_an_lstm_are_the_slides_formulas():
    model = model_of(SequenceTagger, "lstm", bidirectional=True)
    x = np.array([3, 0, 6, 2, 5])
    E, W_x, W_h, b = (model.params[name] for name in ("E", "W_x1", "W_h1", "b1"))
    h, c = np.zeros(H), np.zeros(H)
    found = gate_values(model, list(x))
    assert list(found) == ["input gate", "forget gate", "output gate", "content"]
    for t, token in enumerate(x):
        sums = np.split(W_x @ E[token] + W_h @ h + b, 4)
        values = [1 / (1 + np.exp(-z)) for z in sums[:3]] + [np.tanh(sums[3])]
        for array, value in zip(found.values(), values, strict=True):
            assert array.shape == (5, H)
            np.testing.assert_allclose(array[t], value, rtol=1e-12)
        h, c = layers.lstm_step_slide(E[token], h, c, W_x, W_h, b)


def test_gate_values_of_a_gru_are_the_slides_formulas():
    model = model_of(SequenceClassifier, "gru", layers=2)
    x = np.array([3, 0, 6])
    E, W_x, W_h, b = (model.params[name] for name in ("E", "W_x1", "W_h1", "b1"))
    h = np.zeros(H)
    found = gate_values(model, x)
    assert list(found) == ["update gate", "reset gate", "candidate"]
    for t, token in enumerate(x):
        inputs, (W_z, W_r, W) = np.split(W_x @ E[token] + b, 3), np.split(W_h, 3)
        z, r = (1 / (1 + np.exp(-(u + w @ h))) for u, w in zip(inputs, (W_z, W_r), strict=False))
        values = [z, r, np.tanh(inputs[2] + W @ (r * h))]
        for array, value in zip(found.values(), values, strict=True):
            np.testing.assert_allclose(array[t], value, rtol=1e-12)
        h = layers.gru_step_slide(E[token], h, W_x, W_h, b)


def test_gate_values_need_gates_and_tokens():
    with pytest.raises(ValueError, match="cell must be one of 'lstm', 'gru', got 'rnn'"):
        gate_values(model_of(SequenceTagger), [1])
    with pytest.raises(ValueError, match=r"x must have shape \(T,\), got \(4, 5\)"):
        gate_values(model_of(SequenceTagger, "gru"), X)


# First weights, types, arguments


@every_cell
def test_names_and_shapes_of_the_parameters(cell):
    B = CELLS[cell][0]
    model = SequenceTagger(V, H, K, cell, bidirectional=True, layers=2, embed=5)
    layer = {"W_x1": (B * H, 5), "W_h1": (B * H, H), "b1": (B * H,)}
    above = {"W_x2": (B * H, 2 * H), "W_h2": (B * H, H), "b2": (B * H,)}
    expected = {"E": (V, 5)} | layer | {f"{name}_back": s for name, s in layer.items()}
    expected |= above | {f"{name}_back": s for name, s in above.items()}
    expected |= {"W_y": (K, 2 * H), "b_y": (K,)}
    assert {name: param.shape for name, param in model.params.items()} == expected
    plain = SequenceClassifier(V, H, K, cell).params
    assert {name: param.shape for name, param in plain.items()} == {
        "E": (V, H),
        "W_x1": (B * H, H),
        "W_h1": (B * H, H),
        "b1": (B * H,),
        "W_y": (K, H),
        "b_y": (K,),
    }


def test_the_default_cell_is_the_plain_one():
    model, named = SequenceClassifier(V, H, K), SequenceClassifier(V, H, K, "rnn", False, 0)
    assert list(model.params) == list(named.params)
    for name, param in model.params.items():
        np.testing.assert_array_equal(param, named.params[name])
    assert model.history == {}


def test_first_biases_spread_the_memory_of_the_units():
    """From 2 steps to 149, and what is kept long is written to seldom."""
    memory = np.linspace(0, 5, 6)
    zero = np.zeros(6)
    expected = {
        "rnn": [zero],
        "lstm": [-memory, memory, zero, zero],  # input, forget, output, content
        "gru": [-memory, zero, zero],  # update, reset, candidate
    }
    for cell, blocks in expected.items():
        params = SequenceClassifier(V, 6, K, cell).params
        np.testing.assert_array_equal(params["b1"], np.concatenate(blocks))
        np.testing.assert_array_equal(params["b_y"], np.zeros(K))


@every_cell
def test_each_block_has_glorots_first_weights(cell):
    params = SequenceClassifier(V, 40, K, cell, embed=20, rng=5).params
    blocks = CELLS[cell][0]
    for name, n_in in [("W_x1", 20), ("W_h1", 40)]:
        half = (6 / (40 + n_in)) ** 0.5
        for block in np.split(params[name], blocks):
            assert 0.98 * half < np.abs(block).max() <= half
    assert 0.8 < SequenceClassifier(500, 2, K).params["E"].std() < 1.2


def test_the_seed_decides():
    one, same, other = (SequenceClassifier(V, H, K, rng=rng).params for rng in (1, 1, 2))
    generated = SequenceClassifier(V, H, K, rng=np.random.default_rng(1)).params
    for name in ("E", "W_x1", "W_h1", "W_y"):
        np.testing.assert_array_equal(one[name], same[name])
        np.testing.assert_array_equal(one[name], generated[name])
        assert not np.array_equal(one[name], other[name])


@both_models
@every_cell
def test_computes_in_the_type_of_the_model_and_leaves_its_arguments(kind, cell):
    model = kind(V, H, K, cell, bidirectional=True, layers=2, dtype=np.float32)
    x, y, lengths = X.copy(), LABELS[kind].copy(), np.array(RAGGED)
    _, grads = model.loss_and_grads(x, y, lengths)
    model.predict(x, lengths)
    model.fit(x, y, lengths, epochs=1)
    for arrays in (grads, model.params):
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, LABELS[kind])
    np.testing.assert_array_equal(lengths, RAGGED)


@both_models
@with_and_without_lengths
def test_fit_is_adam_with_its_learning_rate_and_batches(kind, lengths):
    data = (X, LABELS[kind]) if lengths is None else (X, LABELS[kind], np.array(lengths))
    for chosen in ({}, {"epochs": 3, "lr": 0.25, "batch_size": 2, "rng": 4}):
        options = {"epochs": 10, "lr": 0.01, "batch_size": 32, "rng": 0} | chosen
        optimizer = optim.Adam(options.pop("lr"))
        expected = train.fit(kind(V, H, K, "gru"), data, optimizer, **options)
        model = kind(V, H, K, "gru")
        assert model.fit(X.tolist(), LABELS[kind].tolist(), lengths, **chosen) is model
        for name, param in model.params.items():
            np.testing.assert_array_equal(param, expected.params[name])
        assert model.history == expected.history
        assert len(model.history["loss"]) == options["epochs"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"vocab": 0}, ValueError, "vocab must be at least 1, got 0"),
        ({"vocab": 2.0}, TypeError, "vocab must be a whole number, got float"),
        ({"hidden": 0}, ValueError, "hidden must be at least 1, got 0"),
        ({"classes": 1}, ValueError, "classes must be at least 2, got 1"),
        ({"cell": "LSTM"}, ValueError, "cell must be one of 'rnn', 'lstm', 'gru', got 'LSTM'"),
        ({"layers": 0}, ValueError, "layers must be at least 1, got 0"),
        ({"embed": 0}, ValueError, "embed must be at least 1, got 0"),
        ({"dtype": int}, TypeError, "dtype must be float64 or float32, got"),
        ({"rng": "0"}, TypeError, "rng must be a numpy.random.Generator or a whole-number seed"),
    ],
)
@both_models
def test_names_a_bad_argument(kind, arguments, error, message):
    with pytest.raises(error) as caught:
        kind(**({"vocab": V, "hidden": H, "classes": K} | arguments))
    assert str(caught.value).startswith(message)


BAD_TOKENS = [
    ({"x": X[0]}, ValueError, "x must have shape (N, T), got (5,)"),
    ({"x": X * 1.0}, TypeError, "x must hold integers, got float64"),
    ({"x": [["a"] * 5] * 4}, TypeError, "x must hold integers, got strings"),
    ({"x": X * 0 + V}, ValueError, "x must be in 0..6, got 7 at index (0, 0)"),
    ({"x": X * 0 - 1}, ValueError, "x must be in 0..6, got -1 at index (0, 0)"),
    ({"x": X[:, :0]}, ValueError, "x must hold at least one token, got shape (4, 0)"),
    ({"x": X[:0]}, ValueError, "x must hold at least one token, got shape (0, 5)"),
    ({"lengths": [5, 5]}, ValueError, "lengths must have shape (4,), got (2,)"),
    ({"lengths": [5, 5, 6, 5]}, ValueError, "lengths must be in 0..5, got 6 at index 2"),
    ({"lengths": [5, -1, 5, 5]}, ValueError, "lengths must be in 0..5, got -1 at index 1"),
    ({"lengths": [5.0] * 4}, TypeError, "lengths must hold integers, got float64"),
]


@both_models
@pytest.mark.parametrize(("changed", "error", "message"), BAD_TOKENS)
def test_names_bad_tokens(kind, changed, error, message):
    model = model_of(kind)
    arguments = {"x": X, "lengths": None} | changed
    with pytest.raises(error) as caught:
        model.predict(**arguments)
    assert str(caught.value) == message
    for method in (model.loss_and_grads, model.fit):
        with pytest.raises(error) as caught:
            method(y=LABELS[kind], **arguments)
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("kind", "y", "error", "message"),
    [
        (SequenceClassifier, [0] * 3, ValueError, "y must have shape (4,), got (3,)"),
        (SequenceClassifier, [0, 0, K, 0], ValueError, "y must be in 0..3, got 4 at index 2"),
        (SequenceClassifier, [0.5] * 4, TypeError, "y must hold integers, got float64"),
        (SequenceTagger, [0] * 4, ValueError, "y must have shape (4, 5), got (4,)"),
        (SequenceTagger, X * 0 - 1, ValueError, "y must be in 0..3, got -1 at index (0, 0)"),
        (SequenceTagger, X * 0 + K, ValueError, "y must be in 0..3, got 4 at index (0, 0)"),
        (SequenceTagger, X * 0.5, TypeError, "y must hold integers, got float64"),
    ],
)
def test_names_bad_labels(kind, y, error, message):
    model = model_of(kind)
    before = {name: param.copy() for name, param in model.params.items()}
    for method in (model.loss_and_grads, model.fit):
        with pytest.raises(error) as caught:
            method(X, y)
        assert str(caught.value) == message
    for name, param in model.params.items():
        np.testing.assert_array_equal(param, before[name])


def test_gradient_norms_name_a_bad_sequence():
    model = model_of(SequenceClassifier)
    with pytest.raises(ValueError, match=r"x must have shape \(T,\), got \(4, 5\)"):
        gradient_norms(model, X)
    with pytest.raises(ValueError, match=r"x must be in 0\.\.6, got 7 at index \(0, 1\)"):
        gradient_norms(model, [0, 7])


def test_says_what_it_is():
    assert repr(SequenceClassifier(V, H, K)) == (
        "SequenceClassifier(rnn, forward, 7 tokens, 1 x 3, 4 classes)"
    )
    assert repr(SequenceTagger(V, H, K, "gru", bidirectional=True, layers=2)) == (
        "SequenceTagger(gru, both directions, 7 tokens, 2 x 3, 4 classes)"
    )


# They learn


def test_a_tag_that_depends_on_the_next_token_needs_both_directions():
    x = rng.integers(0, 4, (200, 8))
    y = np.zeros_like(x)
    y[:, :-1] = x[:, 1:] // 2
    lengths = rng.integers(2, 9, 200)
    last = np.arange(8) >= lengths[:, None] - 1
    y[last] = 0
    real = np.arange(8) < lengths[:, None]
    accuracy = {}
    for bidirectional in (False, True):
        model = SequenceTagger(4, 8, 2, "gru", bidirectional=bidirectional)
        model.fit(x[:150], y[:150], lengths[:150], epochs=12, lr=0.02)
        right = model.predict(x[150:], lengths[150:]) == y[150:]
        accuracy[bidirectional] = right[real[150:]].mean()
    assert accuracy[True] > 0.97
    assert accuracy[False] < 0.75


def first_symbol(n, seed):
    """Sequences of 100: first one of four symbols, then noise of four other symbols."""
    noise = np.random.default_rng(seed)
    x, y = noise.integers(4, 8, (n, 100)), noise.integers(0, 4, n)
    x[:, 0] = y
    return x, y


@pytest.mark.slow
@every_cell
def test_gates_remember_the_first_of_a_hundred_symbols(cell, learned):
    """LSTM and GRU do, in some seconds, the plain network does not; gradient norms say why."""
    x, y = first_symbol(1024, seed=0)
    unseen, answers = first_symbol(256, seed=1)
    model = SequenceClassifier(8, 48, 4, cell, dtype=np.float32)
    norms = gradient_norms(model, x[0])
    reach = norms[0] / norms[-1]
    model.fit(x, y, epochs=16)
    right = (model.predict(unseen) == answers).mean()
    name, bound = cell.upper(), "at_most" if cell == "rnn" else "at_least"
    carried, remembered = (1e-12, 0.4) if cell == "rnn" else (1e-4, 0.95)
    claim = f"{name}: gradient at the first of 100 symbols, as a share of that at the last"
    learned(claim, reach, **{bound: carried})
    claim = f"{name}: sequences whose first symbol of 100 it remembers"
    learned(claim, right, **{bound: remembered})
