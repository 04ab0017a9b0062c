"""Training: the loop around a model and an optimiser, and an optimiser's way down a surface."""

from __future__ import annotations

import sys

import numpy as np

from course_lib import autodiff, checks


# [fit]
def fit(
    model,
    data,
    optimizer,
    epochs,
    batch_size=32,
    rng=0,
    validation=None,
    patience=None,
    l2=0.0,
    progress=False,
    callback=None,
):
    """Fit a model by mini-batches: shuffle, and for each batch a gradient and a step.

    Parameters
    ----------
    model : object
        With ``params``, a dict of arrays, and ``loss_and_grads(*batch)``, mean over the batch.
    data : (X, y)
        Arrays whose first axis counts the examples; more of them if the model takes more.
    optimizer : Optimizer
        One of `course_lib.optim`.
    epochs : int
        How often to see every example.
    batch_size : int
        The last batch of an epoch may be shorter.
    rng : numpy.random.Generator or int
        Shuffles the examples anew in every epoch.
    validation : (X, y), optional
        Examples held back, to record their loss after every epoch.
    patience : int, optional
        Early stopping: give up after so many epochs in a row without a lower validation loss. The
        parameters of the best epoch come back, of equals the first.
    l2 : float
        Weight decay, see `Optimizer.step`; no part of the recorded losses.
    progress : bool
        Show how far the work is.
    callback : callable, optional
        Called as ``callback(model, epoch)`` after each epoch 0, 1, and so on.

    Returns
    -------
    model
        Its ``history`` holds one number an epoch: ``"loss"``, the mean over all examples of the
        loss each had when its batch came, and with `validation` ``"val_loss"``.

    Notes
    -----
    Source: CMU-G, Algorithm 1; UW, Overfitting in NNs.
    """
    data = _examples("data", data)
    held_back = None if validation is None else _examples("validation", validation)
    _check(model, optimizer, epochs, batch_size, patience, held_back, l2)
    rng = checks.generator(rng)
    n = len(data[0])
    model.history = history = {"loss": []} | ({} if held_back is None else {"val_loss": []})
    best_loss, best_params, best_epoch = np.inf, {}, -1

    with Progress(epochs, show=progress) as bar:
        for epoch in range(epochs):
            total = 0.0
            for batch in _batches(data, batch_size, rng.permutation(n)):
                loss, grads = model.loss_and_grads(*batch)
                optimizer.step(model.params, grads, l2=l2)
                total += loss * len(batch[0])
            history["loss"].append(float(total / n))
            if held_back is not None:
                history["val_loss"].append(mean_loss(model, held_back, batch_size))
            bar.advance(**{name: values[-1] for name, values in history.items()})
            if callback is not None:
                callback(model, epoch)

            if patience is not None and history["val_loss"][-1] < best_loss:
                best_loss, best_epoch = history["val_loss"][-1], epoch
                best_params = {name: param.copy() for name, param in model.params.items()}
            if patience is not None and epoch - best_epoch >= patience:
                break

    for name, param in best_params.items():
        model.params[name][...] = param
    return model


# [/fit]


def mean_loss(model, data, batch_size=32) -> float:
    """Return the mean over all examples of a model's loss, computed batch by batch."""
    data = _examples("data", data)
    n = len(data[0])
    batches = _batches(data, batch_size, np.arange(n))
    return float(sum(model.loss_and_grads(*batch)[0] * len(batch[0]) for batch in batches) / n)


# [descend]
def descend(f, start, optimizer, steps) -> np.ndarray:
    """Return the way an optimiser takes down the surface of a function of D numbers.

    Parameters
    ----------
    f : callable
        Takes D scalar `Var`s and returns a scalar `Var`.
    start : (D,) array_like
    optimizer : Optimizer
        A fresh one of `course_lib.optim`.
    steps : int

    Returns
    -------
    (steps + 1, D) ndarray
        The first row is `start`.

    Notes
    -----
    Source: UW, Learning: gradient descent.
    """
    theta = checks.floats("start", start, ("D",)).copy()
    gradient = autodiff.grad(f)
    path = [theta.copy()]
    for _ in range(checks.whole("steps", steps)):
        optimizer.step({"theta": theta}, {"theta": np.array(gradient(*theta))})
        path.append(theta.copy())
    return np.array(path)


# [/descend]


class Progress:
    """A bar of `tqdm.auto` while something long runs, or a plain line where tqdm is missing.

    Parameters
    ----------
    total : int
        How many times `advance` will be called, at most.
    show : bool
        False shows nothing and imports nothing.
    unit : str
        What is counted.
    """

    def __init__(self, total, show, unit="epoch"):
        self.total, self.show, self.unit = total, show, unit
        self.done = 0
        self.bar = None

    def __enter__(self) -> Progress:
        if self.show:
            try:
                from tqdm.auto import tqdm
            except ImportError:
                pass
            else:
                self.bar = tqdm(total=self.total, unit=self.unit)
        return self

    def advance(self, **numbers) -> None:
        """Count one more, and show the numbers beside it."""
        self.done += 1
        text = ", ".join(f"{name} {value:.4g}" for name, value in numbers.items())
        if self.bar is not None:
            self.bar.set_postfix_str(text, refresh=False)
            self.bar.update()
        elif self.show:
            line = f"{self.unit} {self.done}/{self.total}  {text}"
            print(f"\r{line:<70}", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_) -> None:
        if self.bar is not None:
            self.bar.close()
        elif self.show:
            print(file=sys.stderr)


def _batches(data, batch_size, order):
    for i in range(0, len(order), batch_size):
        rows = order[i : i + batch_size]
        yield [array[rows] for array in data]


def _examples(name: str, data) -> list:
    """Check the arrays of `data`: as many examples in each, at least one, and finite."""
    if not isinstance(data, (tuple, list)):
        raise TypeError(f"{name} must be a pair (X, y), got {type(data).__name__}")
    arrays = [np.asarray(array) if isinstance(array, (list, tuple)) else array for array in data]
    for i, array in enumerate(arrays):
        part = f"{'Xy'[i]} of {name}" if i < 2 else f"array {i} of {name}"
        try:
            n = len(array)
        except TypeError:
            raise TypeError(f"{part} must be an array of examples, got {array!r:.60}") from None
        if n != len(arrays[0]):
            raise ValueError(f"{part} must have {len(arrays[0])} examples, got {n}")
        if isinstance(array, np.ndarray) and array.dtype.kind == "f":
            checks.floats(part, array)
    if not arrays or len(arrays[0]) == 0:
        raise ValueError(f"{name} must hold at least one example, got none")
    return arrays


def _check(model, optimizer, epochs, batch_size, patience, held_back, l2) -> None:
    for argument, given, method in (
        ("model", model, "loss_and_grads"),
        ("optimizer", optimizer, "step"),
    ):
        if not callable(getattr(given, method, None)):
            raise TypeError(f"{argument} must have a method {method}, got {type(given).__name__}")
    checks.whole("epochs", epochs)
    checks.whole("batch_size", batch_size, low=1)
    checks.number("l2", l2, low=0)
    if patience is not None:
        checks.whole("patience", patience, low=1)
        if held_back is None:
            raise ValueError("patience needs validation examples, got validation=None")


def as_objects(items) -> np.ndarray:
    """Return an array (N,) that holds each item whole: trees, or sequences of different lengths."""
    array = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):
        array[i] = item
    return array
