"""Forward and backward through a small network as an explorable: every value, every gradient."""

from __future__ import annotations

import html

import numpy as np

from course_lib import checks, optim
from course_lib.mlp import MLP
from course_lib.viz.explorable import Explorable, bundle, compact, entry, whole
from course_lib.viz.passed import OUTPUTS, names, passed, steps

UPDATES = 9
"""So many states of learning a page stores: the first weights, and those after each update."""
UNITS_AT_MOST = 3


class Passes(Explorable):
    """The explorable that :func:`passes` returns. Its keys are ``"network:day:updates"``."""

    module = "passes"
    _esm = bundle("passes")
    keys_like = '"0:1:2"'

    def __init__(self, networks: dict[str, MLP], days, rate: float, **traits):
        self.networks = list(networks.values())
        self.days = days
        self.rate = rate
        M, D, _ = self.networks[0].sizes
        settings = {
            "title": "Forward and backward",
            "sizes": [M, D],
            "rate": rate,
            "updates": UPDATES,
            "names": names(M, D),
            "networks": [
                {"name": name, "steps": steps(M, D, network.output)}
                for name, network in networks.items()
            ],
            "days": list(days),
        }
        keys = [
            f"{n}:{d}:{k}"
            for n in range(len(networks))
            for d in range(len(days))
            for k in range(UPDATES)
        ]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=keys[0], step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return every value and gradient, by name, after so many updates on this day alone."""
        n, (x, *targets), updates = self.parts(
            key, whole(high=len(self.networks) - 1), entry(list(self.days.values())), whole()
        )
        network = self.networks[n]
        learned = MLP(network.sizes, output=network.output)
        learned.params = {name: array.copy() for name, array in network.params.items()}
        for _ in range(updates):
            _, grads = learned.loss_and_grads([x], [targets[n]])
            optim.SGD(self.rate).step(learned.params, grads)
        return {name: compact(value) for name, value in passed(learned, x, targets[n]).items()}

    def summary(self) -> str:
        frame = self.frames[self.choice]
        return (
            f"The network says {frame['y_hat']:.4g}, right is {frame['y']:.4g}: the loss is "
            f"{frame['J']:.4g}, and its gradient for the output's sum {frame['d_b']:.4g}."
        )

    def fallback(self) -> str:
        frame = self.frames[self.choice]
        rows = "".join(
            f"<tr><th>{html.escape(shown)}</th><td>{frame[name]:.4g}</td>"
            f"<td>{frame[f'd_{name}']:.4g}</td></tr>"
            for name, shown in self.settings["names"].items()
            if f"d_{name}" in frame
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Name</th><th>Value</th><th>Gradient of the loss</th></tr>"
            f"</thead><tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def passes(networks=None, days=None, rate: float = 0.1) -> Passes:
    """Return a network to step through, forward to its loss and backward to every weight.

    Parameters
    ----------
    networks : MLP or dict of str to MLP, optional
        By name, all of the same sizes: one hidden layer of sigmoid units and one output, "linear"
        or "sigmoid", with at most 3 inputs and 3 hidden units. Left out: Jason's network, once
        with each output.
    days : dict of str to (inputs, target, ...), optional
        Examples by name, with a target for each network. Left out: four days of Jason's.
    rate : float
        Learning rate of the updates.

    Notes
    -----
    Source: UCLA, Backpropagation; CMU-G, Case 2: neural network.
    """
    if (networks is None) != (days is None):
        raise ValueError("networks and days must be given together, or neither")
    if networks is None:
        networks, days = _jasons()
    if isinstance(networks, MLP):
        networks = {"the network": networks}
    _check_networks(networks)
    _check_days(days, networks)
    return Passes(networks, days, checks.number("rate", rate, above=0))


def _jasons() -> tuple[dict[str, MLP], dict[str, tuple]]:
    """Return the chapter's network with either output, and four days: cones, and whether many."""
    networks = {}
    for name, output in (("how many cones?", "linear"), ("more than one cone?", "sigmoid")):
        networks[name] = MLP([2, 2, 1], output=output)
        networks[name].params = {
            "W1": np.array([[2.0, -1.0], [1.0, 1.0]]),
            "b1": np.array([0.0, np.log(4) - 3]),
            "W2": np.array([[-1.0, 2.0]]),
            "b2": np.array([1.0]),
        }
    days = {
        "warm and sunny, 3 cones": ([1, 2], 3, 1),
        "cool and dull, 1 cone": ([-1, -1], 1, 0),
        "hot, but cloudy, 2 cones": ([2, -1], 2, 1),
        "sunny, 1 cone": ([0, 1], 1, 0),
    }
    return networks, days


def _check_networks(networks) -> None:
    if not isinstance(networks, dict) or not all(isinstance(n, MLP) for n in networks.values()):
        raise TypeError(f"networks must be an MLP or a dict of MLPs, got {networks!r}")
    if not networks:
        raise ValueError("networks must hold at least one MLP, got none")
    first = next(iter(networks.values())).sizes
    for network in networks.values():
        small = len(network.sizes) == 3 and max(network.sizes) <= UNITS_AT_MOST
        known = network.activation == "sigmoid" and network.output in OUTPUTS
        if network.sizes != first or not small or network.sizes[-1] != 1 or not known:
            raise ValueError(
                "networks must have one size, one hidden layer of sigmoid units, one output that "
                f"is linear or sigmoid, and at most {UNITS_AT_MOST} inputs and units, got {network}"
            )


def _check_days(days, networks) -> None:
    if not isinstance(days, dict) or not days:
        raise ValueError(f"days must be a dict with at least one example, got {days!r}")
    M = next(iter(networks.values())).sizes[0]
    for name, (x, *targets) in days.items():
        checks.floats(f"days[{name!r}][0]", x, (M,))
        checks.floats(f"days[{name!r}][1:]", targets, (len(networks),))
