"""Write an exercise's unseen cases out as plain Python, to stand between nbgrader's markers.

The reference runs here, outside the student's kernel: only its answers are written down.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from textwrap import dedent

import numpy as np

Exercise = tuple[Callable, Callable, Callable]

TEMPLATE = dedent("""\
    import copy as _copy
    import numpy as np
    from numpy import array


    {check}

    for _arguments, _expected in [
    {cases}
    ]:
        _given = _copy.deepcopy(_arguments)
        _answer = {function}(**_given)
        try:
            np.testing.assert_equal(_given, _arguments)
        except AssertionError:
            raise AssertionError("{function} must leave its arguments as they are") from None
        {check_name}(_answer, _expected, **_arguments)""")


def render(exercise: Exercise, function: str, rng: np.random.Generator) -> str:
    """Return the code that asks `function` every unseen case of the exercise.

    Parameters
    ----------
    exercise : (cases, reference, check)
        ``cases(rng)`` yields the keyword arguments of each call, ``reference(**arguments)`` gives
        the right answer, and ``check(answer, expected, **arguments)`` raises an `AssertionError`
        that tells the student what is wrong.
    function : str
        The name of the student's function.
    rng : numpy.random.Generator
    """
    cases, reference, check = exercise
    lines = [
        f"    ({arguments!r},\n     {expected!r}),"
        for arguments, expected in _asked(cases(rng), reference)
    ]
    return TEMPLATE.format(
        check=inspect.getsource(check).rstrip(),
        check_name=check.__name__,
        cases="\n".join(lines),
        function=function,
    )


def _asked(cases, reference):
    with np.printoptions(threshold=np.inf, floatmode="unique", linewidth=100):
        for arguments in cases:
            yield arguments, reference(**arguments)
