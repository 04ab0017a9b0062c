"""Put the arguments of a function into another order, where it is defined, called and told."""

from __future__ import annotations

import ast

from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.probes import PROBE

ADAPTER = """\
def _in_order({asked}):
    return {function}({given})


{probe}"""


def reorder(cells: list[NotebookNode], exercise: str, order: tuple[str, ...]) -> None:
    """Change the cells, in place, to a function that takes its arguments in this order.

    The grader still asks in the order of the exercise: a small function, hidden with the probe,
    stands between.
    """
    function = _asked(cells, exercise)
    asked = _arguments(cells, function)
    if sorted(asked) != sorted(order):
        raise CourseError(
            f"{exercise}: the arguments of {function} are {', '.join(asked)}; they cannot be put "
            f"into the order {', '.join(order)}."
        )
    told = f"{function}({', '.join(asked)})"
    places = [asked.index(name) for name in order]
    for cell in cells:
        if cell.cell_type == "code" and function in cell.source:
            cell.source = _reordered(cell.source, function, places)
            cell.source = PROBE.sub(
                lambda probe: _adapted(probe, exercise, asked, order), cell.source
            )
        else:
            cell.source = cell.source.replace(told, f"{function}({', '.join(order)})")


def _asked(cells: list[NotebookNode], exercise: str) -> str:
    """Return the name of the function that an exercise's probe asks."""
    for cell in cells:
        for probe in PROBE.finditer(cell.source):
            if probe["name"] == exercise:
                return probe["function"]
    raise CourseError(f"No cell asks the probe {exercise}, whose arguments have an order.")


def _arguments(cells: list[NotebookNode], function: str) -> list[str]:
    """Return the names of a function's arguments, as it is defined in one of the cells."""
    for cell in cells:
        if cell.cell_type == "code" and f"def {function}(" in cell.source:
            for node in ast.walk(_parsed(cell.source)):
                if isinstance(node, ast.FunctionDef) and node.name == function:
                    return [argument.arg for argument in node.args.args]
    raise CourseError(f"No cell defines {function}, whose arguments have an order.")


def _adapted(probe, exercise: str, asked: list[str], order: tuple[str, ...]) -> str:
    """Return a probe that asks in the exercise's order, if it is one of this exercise."""
    if probe["name"].removesuffix(".example") != exercise:
        return probe[0]
    return ADAPTER.format(
        asked=", ".join(asked),
        given=", ".join(order),
        function=probe["function"],
        probe=f'probe("{probe["name"]}", _in_order)',
    )


def _reordered(source: str, function: str, places: list[int]) -> str:
    """Return code in which the arguments of definition and calls stand in another order."""
    code = source.encode()
    found = [
        arguments
        for node in ast.walk(_parsed(source))
        if len(arguments := _positional(node, function)) == len(places)
    ]
    # Inner calls first: they keep their length, and so the places of those around them.
    for arguments in sorted(found, key=lambda arguments: -_offset(code, arguments[0])[0]):
        spans = [_offset(code, argument) for argument in arguments]
        texts = [code[start:end] for start, end in spans]
        for (start, end), place in sorted(zip(spans, places, strict=True), reverse=True):
            code = code[:start] + texts[place] + code[end:]
    return code.decode()


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise CourseError(
            "The arguments of a function cannot be put into order in a cell that is not plain "
            f"Python, with {(error.text or '').strip()!r}."
        ) from None


def _positional(node: ast.AST, function: str) -> list:
    """Return the arguments of a node that defines the function or calls it."""
    match node:
        case ast.FunctionDef(name=name, args=arguments) if name == function:
            return arguments.args
        case ast.Call(func=ast.Name(id=name), args=arguments) if name == function:
            return arguments
    return []


def _offset(code: bytes, node) -> tuple[int, int]:
    """Return where a node begins and ends."""
    lines = code.splitlines(keepends=True)

    def at(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + column

    return at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
