"""A computation graph as an explorable: forward, then backward by version A or version B."""

from __future__ import annotations

import html
from typing import NamedTuple

import numpy as np

from course_lib import checks
from course_lib.autodiff import Graph, Var
from course_lib.viz.explorable import Explorable, bundle, compact, entry, real
from course_lib.viz.graphs import arrivals, node_names
from course_lib.viz.layered import layout

BOX = 64
"""The width of a node, in pixels."""
NODES_AT_MOST = 24
SIGNS = {"*": "×", "-": "−"}
VERSIONS = ("A", "B")


class Program(NamedTuple):
    """A program to differentiate.

    Attributes
    ----------
    run : callable
        Takes a scalar `Var` for each input, by name, and returns one. It must compute the same
        graph whatever the values are.
    inputs : dict of str to float
    knob : str
        The input that the reader may turn.
    values : sequence of float
        What it may be turned to on a page.
    """

    run: callable
    inputs: dict[str, float]
    knob: str
    values: tuple[float, ...]

    def graph(self, value: float) -> Graph:
        """Run the program and its backward pass, and return the graph."""
        inputs = {**self.inputs, self.knob: value}
        y = self.run(**{name: Var(float(v), name) for name, v in inputs.items()})
        y.backward()
        return y.graph()


class ReverseMode(Explorable):
    """What :func:`reverse_mode` returns. Its keys are ``"program:value of the knob:version"``."""

    module = "reverse_mode"
    _esm = bundle("reverse_mode")
    keys_like = '"0:2:A"'

    def __init__(self, programs: dict[str, Program], **traits):
        self.programs = list(programs.values())
        settings = {
            "title": "Forward, then backward over a graph",
            "box": BOX,
            "versions": list(VERSIONS),
            "programs": [_drawn(name, program) for name, program in programs.items()],
        }
        keys = [
            f"{number}:{value:g}:{version}"
            for number, program in enumerate(self.programs)
            for value in program.values
            for version in VERSIONS
        ]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=keys[0], step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return values, slopes of the edges, and the visits of the way back."""
        versions = dict(zip(VERSIONS, (collected, handed_on), strict=True))
        program, value, visits = self.parts(key, entry(self.programs), real, versions.__getitem__)
        graph = program.graph(value)
        return {
            "values": compact([v.value.item() for v in graph.nodes]),
            "slopes": compact(slopes(graph)),
            "visits": [compact(visit) for visit in visits(graph)],
        }

    def derivatives(self) -> list[tuple[str, float, float]]:
        """Return name, value and derivative of every variable of what is shown, the output last."""
        number, value, _ = self.choice.split(":")
        nodes = self.programs[int(number)].graph(float(value)).nodes
        return [
            (name, v.value.item(), v.grad.item())
            for name, v in zip(node_names(nodes), nodes, strict=True)
            if not v.constant
        ]

    def summary(self) -> str:
        *others, (output, result, _) = self.derivatives()
        inputs = self.programs[int(self.choice.split(":")[0])].inputs
        told = [f"d{output}/d{name} = {grad:.4g}" for name, _, grad in others if name in inputs]
        return f"{output} = {result:.4g}; {', '.join(told)}."

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{value:.4g}</td><td>{grad:.4g}</td></tr>"
            for name, value, grad in self.derivatives()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Node</th><th>Value</th><th>Derivative of the output</th></tr>"
            f"</thead><tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def reverse_mode(programs: dict[str, Program] | None = None) -> ReverseMode:
    """Return computation graphs to step through, forward and then backward in both versions.

    Parameters
    ----------
    programs : dict of str to Program, optional
        By name, with at most 24 nodes each. Left out: Jason's stand, a neuron with its loss, and an
        eighth power by squaring.

    Notes
    -----
    Source: CMU-G, Automatic differentiation: reverse mode.
    """
    programs = _jasons() if programs is None else programs
    if not programs:
        raise ValueError("programs must hold at least one Program, got none")
    for name, program in programs.items():
        if program.knob not in program.inputs:
            raise ValueError(f"program {name!r}: knob must be an input, got {program.knob!r}")
        if not program.values:
            raise ValueError(f"program {name!r}: values must hold at least one number")
        graphs = [program.graph(value) for value in program.values]
        checks.whole(f"program {name!r}: nodes", len(graphs[0].nodes), 2, NODES_AT_MOST)
        if any(graph.edges != graphs[0].edges for graph in graphs):
            raise ValueError(f"program {name!r} must have the same graph for all its values")
    return ReverseMode(programs)


def slopes(graph: Graph) -> list[float]:
    """Return for every edge, from v to u, the slope du/dv, in the order of the edges.

    A node's chain turns dy/du into (dy/du)(du/dv), so from a 1 it makes the slope.
    """
    one = np.ones(())
    return [float(chain(one)) for u in graph.nodes for chain in u.chain]


def collected(graph: Graph) -> list[tuple]:
    """Return the visits of version A: the node, its edges to its users, and its derivative."""
    return [
        (i, [e for e, (v, _) in enumerate(graph.edges) if v == i], graph.nodes[i].grad.item())
        for i in reversed(range(len(graph.nodes) - 1))
        if not graph.nodes[i].constant
    ]


def handed_on(graph: Graph) -> list[tuple]:
    """Return the visits of version B: the node, and for each of its inputs (edge, before, after).

    Inputs of the program have nothing to hand on and are not visited.
    """
    of_edge = slopes(graph)
    grads = [0.0] * (len(graph.nodes) - 1) + [1.0]
    visits = []
    for i in reversed(range(len(graph.nodes))):
        shares = []
        for e, (v, u) in enumerate(graph.edges):
            if u == i and not graph.nodes[v].constant:
                before, grads[v] = grads[v], grads[v] + grads[u] * of_edge[e]
                shares.append((e, before, grads[v]))
        if shares:
            visits.append((i, shares))
    return visits


def _drawn(name: str, program: Program) -> dict:
    """Return where nodes and edges stand, in pixels and layers, and what is written there."""
    graph = program.graph(program.values[0])
    room = [BOX / 2 + 6] * len(graph.nodes)
    x, layer, ways = layout(graph.edges, room, room)
    left = min(x) - BOX / 2
    return {
        "name": name,
        "knob": program.knob,
        "values": [f"{value:g}" for value in program.values],
        "names": node_names(graph.nodes),
        "signs": [SIGNS.get(v.function, v.function or "") for v in graph.nodes],
        "x": compact(x - left),
        "layer": [int(height) for height in layer],
        "edges": [list(edge) for edge in graph.edges],
        "ways": [compact([(at - left, height) for at, height in way]) for way in ways],
        "arrivals": compact([share for _, share in arrivals(graph.edges, ways)]),
    }


def profit(p, t, c, k) -> Var:
    """Return what a day at Jason's stand brings, as named steps of a program."""
    d = _named(t - p, "d")
    m = _named(p - c, "m")
    e = _named(d * m, "e")
    w = _named(d * d, "w")
    q = _named(k * w, "q")
    return _named(e - q, "y")


def _neuron(x, w, b, t) -> Var:
    a = _named(_named(w * x, "u") + b, "a")
    z = _named(a.sigmoid(), "z")
    e = _named(z - t, "e")
    return _named(e * e, "y")


def _eighth(x) -> Var:
    u = _named(x * x, "u")
    v = _named(u * u, "v")
    return _named(v * v, "y")


def _named(v: Var, name: str) -> Var:
    v.name = name
    return v


def _jasons() -> dict[str, Program]:
    stand = {"p": 2, "t": 5, "c": 1, "k": 0.1}
    neuron = {"x": 2, "w": 0.5, "b": -1, "t": 1}
    return {
        "Jason's stand": Program(profit, stand, "p", (2, 1, 3, 4)),
        "a neuron and its loss": Program(_neuron, neuron, "b", (-1, 0, 1, 3)),
        "x to the eighth power": Program(_eighth, {"x": 2}, "x", (2, 1, 0.5, -1)),
    }
