"""Variables that remember how they were computed, and the operations between them."""

from __future__ import annotations

import operator
from contextvars import ContextVar
from itertools import count

import numpy as np

from course_lib import checks
from course_lib.activations import sigmoid
from course_lib.autodiff import reverse

recording = ContextVar("recording", default=True)
_numbers = count()
_PLAIN = (int, np.integer, slice)
_is_constant = operator.attrgetter("constant")


def _reflected(operation):
    """Return the method for ``other operation self``, which Python asks for if other is no Var."""
    return lambda self, other: operation(lift(other, self), self)


class Var:
    """A variable of an algorithm: its value, and how that was computed.

    A number or array that meets a `Var` becomes a constant of the graph. Broadcasting, indexing
    and ``@`` are NumPy's.

    Parameters
    ----------
    value : array_like
        A float array is kept without a copy; it is never modified.
    name : str, optional
        For drawing.
    constant : bool
        A constant is a node like the others, but has no gradient and costs `backward` no time.

    Attributes
    ----------
    grad : None or ndarray, like `value`
        ``dy/dv`` after ``y.backward()``.
    function : None or str
        What computed it; None for parameters and constants.
    inputs : tuple of Var
        ``v_1, ..., v_N``.
    chain : tuple of callables
        ``chain[j]`` turns ``dy/du`` into ``(dy/du)(du/dv_j)``.
    """

    __array_ufunc__ = None  # leaves ``array + var`` to Var.__radd__
    __slots__ = ("chain", "constant", "function", "grad", "inputs", "name", "number", "value")

    def __init__(self, value, name=None, constant=False):
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name must be a string, got {type(name).__name__}")
        self.value = checks.floats("value", value)
        self.name, self.constant = name, bool(constant)
        self.function, self.inputs, self.chain = None, (), ()
        self.grad, self.number = None, next(_numbers)

    def __repr__(self) -> str:
        name = "" if self.name is None else f", name={self.name!r}"
        return f"Var({self.value}{name})"

    # [backward]
    def backward(self, version="B") -> None:
        """Set ``.grad = dy/dv`` for every variable v from which this scalar y was computed.

        Parameters
        ----------
        version : "A" or "B"
            The slides' two ways; they give the same numbers.

        Notes
        -----
        Every call starts from zero. Source: CMU-G, Automatic differentiation: reverse mode.
        """
        checks.one_of("version", version, ("A", "B"))
        if self.value.shape != ():
            raise ValueError(f"backward must start at a scalar, got shape {self.value.shape}")
        if self.constant:
            raise ValueError("backward must start at a result of variables, got a constant")
        walk = reverse.version_a if version == "A" else reverse.version_b
        walk(reverse.topological_order(self))

    # [/backward]

    def graph(self) -> reverse.Graph:
        """Return the computation graph that ends here."""
        return reverse.graph(self)

    # [elementwise]
    def __add__(self, other):
        other = lift(other, self)
        return node("+", self.value + other.value, (self, other), (_same, _same))

    def __sub__(self, other):
        other = lift(other, self)
        return node("-", self.value - other.value, (self, other), (_same, np.negative))

    def __mul__(self, other):
        other = lift(other, self)
        a, b = self.value, other.value
        return node("*", a * b, (self, other), (lambda g: g * b, lambda g: g * a))

    def __truediv__(self, other):
        other = lift(other, self)
        a, b = self.value, other.value
        u = a / b
        return node("/", u, (self, other), (lambda g: g / b, lambda g: -g * u / b))

    def __neg__(self):
        return node("-", -self.value, (self,), (np.negative,))

    def exp(self):
        """Return e to the power of each element."""
        u = np.exp(self.value)
        return node("exp", u, (self,), (lambda g: g * u,))

    def log(self):
        """Return the natural logarithm of each element."""
        v = self.value
        return node("log", np.log(v), (self,), (lambda g: g / v,))

    def tanh(self):
        """Return the hyperbolic tangent of each element."""
        u = np.tanh(self.value)
        return node("tanh", u, (self,), (lambda g: g * (1 - u * u),))

    def sigmoid(self):
        """Return ``1 / (1 + exp(-v))`` of each element."""
        u = sigmoid(self.value)
        return node("sigmoid", u, (self,), (lambda g: g * (u * (1 - u)),))

    def relu(self):
        """Return ``max(0, v)`` of each element; the slope at 0 is 0."""
        v = self.value
        return node("relu", np.maximum(v, 0), (self,), (lambda g: g * (v > 0),))

    # [/elementwise]

    def __pow__(self, other):
        other = lift(other, self)
        b, p = self.value, other.value
        u = b**p

        # Where there is no derivative the gradient is inf or NaN, which says more than a warning.
        def base(g):
            with np.errstate(all="ignore"):
                return g * (p * b ** (p - (p != 0)))  # p = 0 gives 0 even at b = 0

        def exponent(g):
            with np.errstate(all="ignore"):
                return g * (u * np.log(np.where((b == 0) & (p >= 0), 1, b)))

        return node("**", u, (self, other), (base, exponent))

    def __matmul__(self, other):
        other = lift(other, self)
        A, B = self.value, other.value
        u = A @ B
        # A vector on the left acts as one row, on the right as one column.
        row, column = A.ndim == 1, B.ndim == 1
        A, B = (A[None] if row else A), (B[:, None] if column else B)

        def matrix(g):
            g = g[..., None] if column else g
            return g[..., None, :] if row else g

        def left(g):
            return matrix(g) @ B.swapaxes(-1, -2)

        def right(g):
            d = A.swapaxes(-1, -2) @ matrix(g)
            return d[..., 0] if column else d

        return node("@", u, (self, other), (left, right))

    __radd__ = _reflected(operator.add)
    __rsub__ = _reflected(operator.sub)
    __rmul__ = _reflected(operator.mul)
    __rtruediv__ = _reflected(operator.truediv)
    __rpow__ = _reflected(operator.pow)
    __rmatmul__ = _reflected(operator.matmul)

    def sum(self, axis=None, keepdims=False):
        """Return the sum over all elements, or along an axis or a tuple of axes."""
        u = self.value.sum(axis=axis, keepdims=keepdims)
        gone = None if keepdims else axis
        return node("sum", u, (self,), (lambda g: _insert_axes(g, gone),))

    def mean(self, axis=None, keepdims=False):
        """Return the mean over all elements, or along an axis or a tuple of axes."""
        u = self.value.mean(axis=axis, keepdims=keepdims)
        n = self.value.size // max(u.size, 1)
        gone = None if keepdims else axis
        return node("mean", u, (self,), (lambda g: _insert_axes(g, gone) / n,))

    def reshape(self, *shape):
        """Return the elements in another shape, given as numbers or as one tuple."""
        old = self.value.shape
        return node("reshape", self.value.reshape(*shape), (self,), (lambda g: g.reshape(old),))

    def __iter__(self):
        return (self[i] for i in range(len(self.value)))

    @property
    def T(self):
        """Return the transpose: the axes in reverse order."""
        return node("T", self.value.T, (self,), (np.transpose,))

    def __getitem__(self, index):
        v = self.value
        parts = index if isinstance(index, tuple) else (index,)
        plain = all(part is None or part is ... or isinstance(part, _PLAIN) for part in parts)

        def scatter(g):
            d = np.zeros_like(v)
            if plain:
                d[index] = g
            else:
                np.add.at(d, index, g)  # an array may name a place twice: its gradients add up
            return d

        return node("[ ]", v[index], (self,), (scatter,))


def node(function, value, inputs=(), chain=()) -> Var:
    """Return the result of an operation; with no variable among its inputs it is a constant."""
    if not recording.get():
        function, inputs, chain = None, (), ()
    u = object.__new__(Var)
    u.value, u.function, u.inputs, u.chain = np.asarray(value), function, inputs, chain
    u.name, u.grad, u.number = None, None, next(_numbers)
    u.constant = all(map(_is_constant, inputs))
    return u


def lift(value, like) -> Var:
    """Return `value` as a node; a plain number takes the precision of the `Var` it meets."""
    if isinstance(value, Var):
        return value
    if isinstance(value, (int, float)) and like is not None:
        return node(None, np.asarray(checks.number("operand", value), like.value.dtype))
    return node(None, checks.floats("operand", value))


def _same(g):
    return g


def _insert_axes(g, axis):
    return g if axis is None else np.expand_dims(g, axis)
