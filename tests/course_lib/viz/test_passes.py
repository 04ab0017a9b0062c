"""Forward and backward: the frames are what the network itself computes, and its own gradient."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

from course_lib import gradcheck
from course_lib.activations import sigmoid
from course_lib.mlp import MLP
from course_lib.viz.explorable import bundle
from course_lib.viz.passes import UPDATES, passes

THREE = MLP([3, 2, 1], output="sigmoid", rng=3)
DAYS = {"<one>": ([0.5, -1.0, 2.0], 1.0), "two": ([1.0, 0.3, -0.7], 0.0)}


def weights(frame: dict, prefix: str, D: int, M: int) -> dict[str, np.ndarray]:
    """Return what a frame says of the weights, as the parameters of an MLP."""
    alpha = [[frame[f"{prefix}alpha{j}{i}"] for i in range(M + 1)] for j in range(1, D + 1)]
    beta = [frame[f"{prefix}beta{j}"] for j in range(D + 1)]
    alpha, beta = np.array(alpha), np.array([beta])
    return {"W1": alpha[:, 1:], "b1": alpha[:, 0], "W2": beta[:, 1:], "b2": beta[:, 0]}


@pytest.mark.parametrize("key", ["0:0:0", "0:2:8", "1:0:0", "1:3:4"])
def test_a_frame_is_the_networks_own_pass(key):
    figure = passes()
    number, day, _ = map(int, key.split(":"))
    x, *targets = list(figure.days.values())[day]
    frame = figure.frames[key]
    network = MLP([2, 2, 1], output=figure.networks[number].output)
    network.params = weights(frame, "", 2, 2)
    loss, grads = network.loss_and_grads([x], [targets[number]])
    np.testing.assert_allclose(frame["J"], loss, rtol=1e-4)
    np.testing.assert_allclose(frame["y_hat"], network.forward([x])[0, 0], rtol=1e-4)
    np.testing.assert_allclose([frame["z1"], frame["z2"]], network.hidden([x])[0][0], rtol=1e-4)
    for name, gradient in weights(frame, "d_", 2, 2).items():
        np.testing.assert_allclose(gradient, grads[name], rtol=1e-3, atol=1e-6)


def test_the_gradients_of_units_are_slopes_of_the_loss():
    figure = passes(THREE, DAYS)
    frame = figure.frames["0:0:0"]
    W2, b2, y = THREE.params["W2"][0], THREE.params["b2"][0], frame["y"]

    def loss(a):
        b = W2 @ (1 / (1 + np.exp(-a))) + b2
        return np.log1p(np.exp(-b)) if y else np.log1p(np.exp(b))

    a = np.array([frame["a1"], frame["a2"]])
    found = [frame["d_a1"], frame["d_a2"]]
    np.testing.assert_allclose(found, gradcheck.numerical_gradient(loss, a), rtol=1e-4)


def test_the_first_day_is_that_of_the_chapter():
    frame = passes().frames["0:0:0"]
    told = {"a1": 0, "z1": 0.5, "z2": 0.8, "b": 2.1, "J": 0.405, "d_b": -0.9, "d_a2": -0.288}
    assert {name: frame[name] for name in told} == told


def test_an_update_steps_against_the_gradient():
    figure = passes(rate=0.2)
    before, after = (weights(figure.frames[f"0:1:{k}"], "", 2, 2) for k in (3, 4))
    grads = weights(figure.frames["0:1:3"], "d_", 2, 2)
    for name in before:
        np.testing.assert_allclose(after[name], before[name] - 0.2 * grads[name], atol=1e-5)
    losses = [figure.frames[f"0:1:{k}"]["J"] for k in range(UPDATES)]
    assert losses == sorted(losses, reverse=True)


def test_every_formula_comes_to_the_value_it_sets():
    figure = passes(THREE, DAYS)
    frame = figure.frames["0:1:2"]
    steps = figure.settings["networks"][0]["steps"]
    formulas = [formula for step in steps for formula in step["formulas"]]
    assert {name for name, _, _ in formulas} == set(frame) - {
        name for name in frame if re.match(r"x|y$|alpha|beta|d_J", name)
    }
    signs = {"σ(": "sigma(", "×": "*", "−": "-", "½ (": "0.5 * (", "²": "**2", ") log": ") * log"}
    for name, _, numbers in formulas:
        way = re.sub(r"log (\{\w+\})", r"log(\1)", numbers.split(" = ")[0])
        way = re.sub(r"\{(\w+)\}", r"frame['\1']", way)
        for sign, code in signs.items():
            way = way.replace(sign, code)
        way = way.replace("] log", "] * log")
        value = eval(way, {"frame": frame, "log": np.log, "sigma": sigmoid})
        np.testing.assert_allclose(value, frame[name], rtol=1e-4, atol=1e-5, err_msg=numbers)


def test_steps_use_only_what_is_known():
    figure = passes(THREE, DAYS)
    frame = figure.frames["0:0:0"]
    known = {name for name in frame if re.match(r"x|y$|alpha|beta", name)}
    for step in figure.settings["networks"][0]["steps"]:
        for name, _, numbers in step["formulas"]:
            way, result = numbers.split(" = ")
            assert result == f"{{{name}}}"
            assert set(re.findall(r"\{(\w+)\}", way)) <= known
        known |= {name for name, _, _ in step["formulas"]}


def test_python_answers_for_more_updates():
    figure = passes(THREE, DAYS)
    figure.wanted = "0:1:30"
    assert figure.choice == "0:1:30"
    assert figure.frames["0:1:30"]["J"] < figure.frames["0:1:8"]["J"]


@pytest.mark.parametrize("key", ["", "0:0", "1:0:0", "0:2:0", "0:0:-1", "a:0:0", "0:0:0:0"])
def test_a_key_that_means_nothing(key):
    with pytest.raises(ValueError, match="key"):
        passes(THREE, DAYS).frame(key)


def test_networks_that_cannot_be_drawn_are_refused():
    deep = MLP([2, 2, 2, 1], output="linear")
    wide = MLP([9, 2, 1], output="linear")
    for network in (deep, wide, MLP([3, 2, 2]), MLP([3, 2, 1], "relu", output="linear")):
        with pytest.raises(ValueError, match="one hidden layer"):
            passes(network, DAYS)
    with pytest.raises(ValueError, match="together"):
        passes(THREE)
    with pytest.raises(ValueError, match="shape"):
        passes(THREE, {"short": ([1.0], 0.0)})
    with pytest.raises(TypeError, match="MLP"):
        passes({"no": "network"}, DAYS)


def test_gradients_are_told_without_a_drawing():
    page = passes().fallback()
    assert "<th>z₂</th><td>0.8</td><td>-1.8</td>" in page
    assert "says 2.1, right is 3: the loss is 0.405" in page


def test_it_adds_little_to_its_page():
    page = passes().to_html() + bundle("passes")
    assert len(gzip.compress(page.encode())) < 40_000
    assert not re.search(r"^import ", bundle("passes"), re.MULTILINE)
