"""What the optimisers share: the checks, the memory of each parameter, the walk over blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from course_lib import checks

BLOCK = 32_768  # numbers updated at a time: what a rule computes on its way then stays in cache


class Optimizer:
    """What the optimisers share; each adds its rule, `_update`, and what the rule must remember.

    Parameters
    ----------
    lr : float
        Learning rate, above 0.
    """

    n_memories = 0

    def __init__(self, lr):
        self.lr = checks.number("lr", lr, above=0)
        self.memories: dict[str, list[np.ndarray]] = {}
        self.steps: dict[str, int] = {}

    def step(self, params, grads, l2=0.0) -> None:
        """Update `params` in place.

        Parameters
        ----------
        params : dict of str to ndarray
            What is remembered of a parameter, its mean gradient for one, is kept by its name.
        grads : dict of str to array_like
            The same names and shapes; finite.
        l2 : float
            ``l2 * param`` is added to each gradient first: the slope of ``l2/2 * param**2``.
        """
        checks.number("l2", l2, low=0)
        grads = self._checked(params, grads)
        for name, param in params.items():
            self.steps[name] = t = self.steps.get(name, 0) + 1
            if name not in self.memories:
                self.memories[name] = [np.zeros_like(param) for _ in range(self.n_memories)]
            for theta, g, *memories in blocks(param, grads[name], *self.memories[name]):
                self._update(theta, g + l2 * theta if l2 else g, t, *memories)

    def _update(self, theta, g, t, *memories) -> None:
        """Change `theta` and `memories` in place; this is step `t` = 1, 2, ..."""
        raise NotImplementedError

    def _checked(self, params, grads) -> dict[str, np.ndarray]:
        """Refuse what does not fit together, before anything is changed; return the gradients."""
        for argument, given in (("params", params), ("grads", grads)):
            if not isinstance(given, Mapping):
                raise TypeError(f"{argument} must be a dict of arrays, got {type(given).__name__}")
        if set(params) != set(grads):
            raise ValueError(f"grads must have the names {sorted(params)}, got {sorted(grads)}")
        checked = {}
        for name, param in params.items():
            changeable(f"params[{name!r}]", param)
            for memory in self.memories.get(name, ()):
                checks.has_shape(f"params[{name!r}]", param, memory.shape)
            checked[name] = checks.like(f"grads[{name!r}]", grads[name], param)
        return checked


def blocks(*arrays) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the same rows of all arrays, about `BLOCK` numbers at a time, as views."""
    first = arrays[0]
    if first.size <= BLOCK:
        yield arrays
        return
    rows = max(1, BLOCK * len(first) // first.size)
    for i in range(0, len(first), rows):
        yield tuple(array[i : i + rows] for array in arrays)


def changeable(name: str, array) -> None:
    """Refuse what cannot be updated in place: no array, no floats, or read-only."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} must be a NumPy array, got {type(array).__name__}")
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must hold floats, got {array.dtype}")
    if not array.flags.writeable:
        raise ValueError(f"{name} must be writeable, got a read-only array")


# [clip_gradients]
def clip_gradients(grads, max_norm) -> float:
    """Scale all gradients down together, in place, until their joint norm is at most `max_norm`.

    Parameters
    ----------
    grads : dict of str to ndarray
    max_norm : float
        Above 0.

    Returns
    -------
    float
        The norm before: the root of the sum of all squares.

    Notes
    -----
    Source: Pascanu 2013.
    """
    checks.number("max_norm", max_norm, above=0)
    if not isinstance(grads, Mapping):
        raise TypeError(f"grads must be a dict of arrays, got {type(grads).__name__}")
    for name, g in grads.items():
        changeable(f"grads[{name!r}]", g)
        checks.floats(f"grads[{name!r}]", g)

    largest = max((float(np.abs(g).max(initial=0)) for g in grads.values()), default=0.0)
    if largest == 0:
        return 0.0
    # Gradients that explode would overflow when squared; divided by the largest they cannot.
    squares = (np.square(g / largest, dtype=np.float64).sum() for g in grads.values())
    norm = largest * float(np.sqrt(sum(squares)))
    if norm > max_norm:
        for g in grads.values():
            g *= max_norm / norm
    return norm


# [/clip_gradients]
