"""Break a solution in every small way that a student might, one way at a time."""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
OPPOSITES = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
NAMES = {
    **{"argmax": "argmin", "argmin": "argmax", "max": "min", "min": "max"},
    **{"maximum": "minimum", "minimum": "maximum", "sum": "mean", "mean": "sum"},
    **{"zeros": "ones", "ones": "zeros", "zeros_like": "ones_like", "ones_like": "zeros_like"},
    **{"any": "all", "all": "any", "triu": "tril", "tril": "triu", "floor": "ceil"},
    **{"cumsum": "cumprod", "prod": "sum", "tanh": "sin", "exp": "expm1", "log": "log1p"},
    **{"logaddexp": "add", "std": "var", "var": "std", "sqrt": "square", "square": "sqrt"},
}
# A call of these may be left out, and its receiver or argument stands in its place.
LEFT_OUT = {"copy", "transpose", "reversed", "flip", "sorted", "abs", "sqrt", "exp", "log"}
# What comes to the same with its arguments exchanged.
COMMUTATIVE = {"add", "multiply", "maximum", "minimum", "logaddexp", "allclose", "max", "min"}
# How the numbers are kept and whether NumPy warns is no part of the idea.
KEPT_KEYWORDS = {"dtype"}
KEPT_CALLS = {"errstate", "print"}


@dataclass(frozen=True)
class Mutant:
    """A changed solution; `before` and `after` are the lines that differ."""

    source: str
    before: str
    after: str


def mutants_of(source: str) -> list[Mutant]:
    """Return all mutants of a solution cell's code, the same for the same text.

    Only what stands between the marks of the solution is changed.
    """
    tree = ast.parse(source)
    lines = source.splitlines()
    marks = [number for number, line in enumerate(lines, 1) if line.strip() in (BEGIN, END)]
    first, last = (min(marks), max(marks)) if marks else (0, len(lines) + 1)
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for holder, key, node in _places(tree):
        if not first <= getattr(node, "lineno", 0) <= last:
            continue
        for other in _others(node):
            _put(holder, key, other)
            changed = ast.unparse(ast.fix_missing_locations(tree))
            _put(holder, key, node)
            if changed != original and changed not in found:
                found[changed] = Mutant(changed, *_difference(original, changed))
    return list(found.values())


def _places(tree: ast.AST) -> Iterator[tuple]:
    """Yield (list or node that holds a node, index or field there, node), in order."""
    if isinstance(tree, ast.Call) and _name(tree.func) in KEPT_CALLS:
        return
    for field, value in ast.iter_fields(tree):
        if isinstance(value, ast.AST):
            yield tree, field, value
            yield from _places(value)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield value, number, item
                    yield from _places(item)


def _put(holder, key, node) -> None:
    if isinstance(holder, list):
        holder[key] = node
    else:
        setattr(holder, key, node)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in a node's place."""
    match node:
        case ast.BinOp(left, op, right):
            yield _with(node, op=_swapped(op))
            yield left
            yield right
            if isinstance(op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
                yield _with(node, left=right, right=left)
        case ast.Compare(ops=[op]):
            yield _with(node, ops=[_swapped(op)])
            if type(op) in OPPOSITES:
                yield _with(node, ops=[OPPOSITES[type(op)]()])
        case ast.BoolOp(op, values):
            yield _with(node, op=_swapped(op))
            yield from values
        case ast.UnaryOp(op, operand) if isinstance(op, (ast.Not, ast.USub)):
            yield operand
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(float(value)):
            yield ast.Constant(value * 2 if value else 1.0)
        case ast.Attribute(value, attribute):
            if attribute == "T":
                yield value
            if attribute in NAMES:
                yield _with(node, attr=NAMES[attribute])
        case ast.Name(name) if name in NAMES:
            yield _with(node, id=NAMES[name])
        case ast.Call(func) if _name(func) not in KEPT_CALLS:
            yield from _other_calls(node)
        case ast.Subscript(slice=ast.Tuple([first, second, *rest])):
            indices = _with(node.slice, elts=[second, first, *rest])
            yield _with(node, slice=indices)
        case ast.Slice():
            for bound in ("lower", "upper", "step"):
                if getattr(node, bound) is not None:
                    yield _with(node, **{bound: None})
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.stmt():
            yield from _other_statements(node)


def _other_calls(call: ast.Call) -> Iterator[ast.AST]:
    """Yield calls with arguments exchanged or keywords left out, or no call at all."""
    name, arguments = _name(call.func), call.args
    if len(arguments) > 1 and name not in COMMUTATIVE:
        yield _with(call, args=[arguments[1], arguments[0], *arguments[2:]])
    for keyword in call.keywords:
        if keyword.arg not in KEPT_KEYWORDS:
            yield _with(call, keywords=[other for other in call.keywords if other is not keyword])
    if name in LEFT_OUT:
        if arguments:
            yield arguments[0]
        elif isinstance(call.func, ast.Attribute):
            yield call.func.value


def _other_statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield a statement with its condition turned round, otherwise assigned, or left out."""
    match statement:
        case ast.If(test) | ast.While(test):
            yield _with(statement, test=ast.UnaryOp(ast.Not(), test))
            yield ast.Pass()
        case ast.AugAssign(target, op, value):
            yield _with(statement, op=_swapped(op))
            yield ast.Assign([target], value)
            yield ast.Pass()
        case ast.Return(ast.Tuple([first, second, *rest])):
            yield ast.Return(ast.Tuple([second, first, *rest], ast.Load()))
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]) | ast.For() | ast.Continue():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Name(name)], value=value) if _reads(value, name):
            yield ast.Pass()
        case ast.Expr(value) if not isinstance(value, ast.Constant):
            yield ast.Pass()


def _with(node: ast.AST, **fields) -> ast.AST:
    """Return a copy of a node with some fields changed."""
    other = copy.copy(node)
    for field, value in fields.items():
        setattr(other, field, value)
    return other


def _swapped(operator: ast.AST) -> ast.AST:
    return OPERATORS.get(type(operator), type(operator))()


def _name(function: ast.expr) -> str | None:
    """Return the last name of what is called."""
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return None


def _reads(value: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that only the one and only the other has."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone = [line[2:].strip() for line in lines if line.startswith("- ")]
    new = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return "\n".join(gone), "\n".join(new)
