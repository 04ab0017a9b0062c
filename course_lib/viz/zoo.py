"""Pictures of the zoo: a memory recalled, a machine's filters, bells in the plane."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Circle

from course_lib.viz import tiles
from course_lib.viz.neurons import decision_regions
from course_lib.viz.style import INK, Picture, show
from course_lib.zoo import RBM, Hopfield, RBFNetwork

STEPS = 5  # pictures of a recall


def recall(net: Hopfield, x, shape) -> Picture:
    """Draw a Hopfield network rolling downhill from a damaged pattern, with the energy below.

    Parameters
    ----------
    net : Hopfield
    x : (n,) array_like of +1 and -1
    shape : (int, int)
        Height and width of a pattern; +1 is white.
    """
    if not isinstance(net, Hopfield):
        raise TypeError(f"net must be a Hopfield, got {type(net).__name__}")
    _, states = net.recall(x, trace=True)
    shown = np.unique(np.linspace(0, len(states) - 1, STEPS).round().astype(int))
    images = tiles.as_rows("x", states[shown], shape)
    energies = [net.energy(states[s]) for s in shown]
    names = ["start" if s == 0 else f"{s} flip{'s' if s > 1 else ''}" for s in shown]
    captions = [f"{name}\nE = {energy:.4g}" for name, energy in zip(names, energies, strict=True)]
    drawing, _ = tiles.grid(images, STEPS, captions, (-1, 1), lines=2)
    told = ", ".join(f"{e:.4g} after {s} flips" for s, e in zip(shown, energies, strict=True))
    return show(
        drawing,
        f"A Hopfield network of {net.n} units settles after {len(states) - 1} flips; its energy "
        f"falls: {told}.",
    )


def filters(rbm: RBM, shape, columns: int = 8) -> Picture:
    """Draw what each hidden unit of a Boltzmann machine looks for: grey is 0, white positive.

    Parameters
    ----------
    rbm : RBM
    shape : (int, int)
        Height and width of the visible picture.
    columns : int
        Filters in a row.
    """
    if not isinstance(rbm, RBM):
        raise TypeError(f"rbm must be an RBM, got {type(rbm).__name__}")
    images = tiles.as_rows("the weights", rbm.params["W"], shape)
    peak = float(np.abs(images).max())
    drawing, _ = tiles.grid(images, columns, limits=(-peak, peak))
    size = " by ".join(map(str, images.shape[1:]))
    return show(
        drawing,
        f"Weights of {len(images)} hidden units, {size} each, between {images.min():.3g} (black) "
        f"and {images.max():.3g} (white); zero is grey.",
    )


def bells(net: RBFNetwork, X, y) -> Picture:
    """Draw a fitted RBF network's classes over the plane, its centres, and its width around them.

    Parameters
    ----------
    net : RBFNetwork
        Fitted to classes of points in the plane.
    X : (N, 2) array_like
    y : (N,) array_like of int
    """
    if not isinstance(net, RBFNetwork):
        raise TypeError(f"net must be an RBFNetwork, got {type(net).__name__}")
    if net.classes is None or net.params["centers"].shape[1] != 2:
        raise ValueError("net must be fitted to classes of points in the plane; call fit(X, y)")
    plot = decision_regions(net, X, y)
    for at in net.params["centers"]:
        look = {"fill": False, "edgecolor": INK, "linestyle": ":", "linewidth": 1}
        plot.add_patch(Circle(tuple(at), net.width, **look))
    centers = net.params["centers"].T
    plot.plot(*centers, "+", color=INK, markersize=9, markeredgewidth=2, zorder=4)
    plot.set_aspect("equal")
    return show(
        plot.figure,
        f"{plot.get_label()} {net.n_centers} crosses are the centres of the bells, the dotted "
        f"circles their width {net.width:g}.",
    )
