"""The exam of exercises finds the holes that are made here on purpose."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from autograder import cli, problem_sets
from autograder.check import check
from autograder.check.mutants import mutants_of
from autograder.errors import CourseError

NAME = "ps99_small"

NOTEBOOK = '''---
jupytext:
  text_representation: {extension: .md, format_name: myst}
---

```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: setup, locked: true,
  schema_version: 3, solution: false, task: false}
---
import numpy as np
```

Write `span(numbers)`. *Judged unseen: short lists, long lists.*

```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: span, locked: false,
  schema_version: 3, solution: true, task: false}
---
def span(numbers):
    """Return the largest minus the smallest."""
    ### BEGIN SOLUTION
    return np.max(numbers) - np.min(numbers)
    ### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: span_visible, locked: true, points: 1,
  schema_version: 3, solution: false, task: false}
---
assert span([4, 6, 5]) == 2
### BEGIN HIDDEN TESTS
probe("ps99.span.example", span)
### END HIDDEN TESTS
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: span_unseen, locked: true, points: 2,
  schema_version: 3, solution: false, task: false}
---
### BEGIN HIDDEN TESTS
def asked(numbers):
    return span(numbers)
probe("ps99.span", asked)
### END HIDDEN TESTS
```

+++ {"nbgrader": {"grade": true, "grade_id": "why", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}}

### BEGIN SOLUTION
Because.
### END SOLUTION
'''  # noqa: E501

EXERCISES = """
import numpy as np

def example(rng):
    yield {"numbers": [4, 6, 5]}

def short(rng):
    yield {"numbers": [float(n) for n in 1 + rng.permutation(3)]}
    yield {"numbers": [7.0, float(rng.integers(2, 5))]}

def long(rng):
    yield {"numbers": (5 + rng.permutation(40)).tolist()}
    yield {"numbers": (5 + rng.permutation(30)).tolist()}

def reference(numbers):
    return max(numbers) - min(numbers)

def check(answer, expected, numbers):
    answer = np.asarray(answer)
    assert answer.dtype.kind in "iuf" and answer.shape == (), "span must return a number"
    assert abs(answer - expected) < 1e-9, f"it is {expected}, not {answer}"

def largest(numbers):
    return max(numbers)

def turned_round(numbers):
    return min(numbers) - max(numbers)

def how_many(numbers):
    return len(numbers)

def middle(numbers):
    return (max(numbers) + min(numbers)) / 2

EXERCISES = {
    "ps99.span": {
        "example": example,
        "unseen": {"short lists": short, "long lists": long},
        "reference": reference,
        "check": check,
        "misconceptions": [
            (largest, "The smallest counts, too."),
            (turned_round, "A span is never negative."),
            (how_many, "You counted."),
            (middle, "Subtract, do not add."),
        ],
    }
}
"""

RIGHT = """
def sorts(numbers):
    ordered = sorted(numbers)
    return ordered[-1] - ordered[0]

def loops(numbers):
    smallest = largest = numbers[0]
    for number in numbers:
        smallest, largest = min(smallest, number), max(largest, number)
    return largest - smallest

def pairs(numbers):
    return max(one - other for one in numbers for other in numbers)

RIGHT = {"ps99.span": [sorts, loops, pairs]}
"""


@pytest.fixture
def write(tmp_path):
    """Write the small problem set, with some texts changed, and return its folder."""

    def write(*changes: tuple[str, str], survivors: str = ""):
        folder = tmp_path / NAME
        folder.mkdir()
        files = {
            "notebook.md": NOTEBOOK,
            "exercises.py": EXERCISES,
            "right.py": RIGHT,
            "survivors.toml": survivors,
        }
        for before, after in changes:
            assert any(before in text for text in files.values())
            files = {name: text.replace(before, after) for name, text in files.items()}
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


def test_a_sound_exercise_has_no_hole(write):
    report = check(write())
    assert report.all_holes() == []
    (row,) = report.rows
    assert (row.accepted.good, row.accepted.all) == (10, 10), "two probes, five solutions"
    assert (row.named.good, row.named.all) == (4, 4)
    assert row.killed.good == row.killed.all == 6
    assert row.refused.good == row.refused.all > 40


HOLES = {
    "a misconception that is never wrong": (
        [("return min(numbers) - max(numbers)", "return max(numbers) - min(numbers)")],
        "ps99.span: the misconception turned_round has full marks from 8 of 8 seeds",
    ),
    "a misconception that is wrong by chance only": (
        [("return len(numbers)", "return max(numbers) - min(numbers) + (numbers[-1] % 7 == 0)")],
        "the misconception how_many has full marks from",
    ),
    "a misconception that another one hides": (
        [("return len(numbers)", "return max(numbers)")],
        "the misconception how_many is told 'The smallest counts, too.' from 8 of 8 seeds",
    ),
    "a right solution that is wrong": (
        [("return ordered[-1] - ordered[0]", "return ordered[-1] - ordered[1]")],
        "the right solution sorts loses marks: the examples, case 1: it is 2, not 1",
    ),
    "a reference that is wrong for the examples alone": (
        [("return max(numbers) - min(numbers)\n\ndef check", "return 3\n\ndef check")],
        "the notebook's solution loses marks",
    ),
    "too few right solutions": (
        [("[sorts, loops, pairs]", "[sorts]")],
        "right.py has 1 right solutions, not 3",
    ),
    "a visible check that asks for more than the question": (
        [("assert span([4, 6, 5]) == 2", "assert isinstance(span([4, 6, 5]), np.integer)")],
        "the visible check stops at sorts: AssertionError",
    ),
    "a check that accepts everything": (
        [("answer = np.asarray(answer)", "return")],
        "always None: earns 100% of the points",
    ),
    "a check that lets texts pass": (
        [('"iuf"', '"iufU"'), ("abs(answer -", "abs(float(answer) -")],
        "the right answer as text: earns 100% of the points",
    ),
    "a check that lets nothing pass for a number": (
        [("abs(answer - expected) < 1e-9", "not abs(answer - expected) >= 1e-9")],
        "the right answer as nan: earns 100% of the points",
    ),
    "a category in which one number is always right": (
        [("[7.0, float(rng.integers(2, 5))]", "[3, 1, 2]")],
        "every case of 'short lists' has the same answer",
    ),
    "a line of the solution in the release": (
        [
            (
                "Write `span(numbers)`.",
                "Write `span`:\n\n    return np.max(numbers) - np.min(numbers)\n",
            )
        ],
        "the release shows a line of a solution: return np.max(numbers) - np.min(numbers)",
    ),
    "a misconception's sentence in the question": (
        [("*Judged unseen", "A span is never\nnegative. *Judged unseen")],
        "the release shows what only a wrong answer is told: A span is never negative.",
    ),
    "the library in the release": (
        [("*Judged unseen", "See course_lib. *Judged unseen")],
        "the release shows 'course_lib'",
    ),
    "a category nobody is told of": (
        [("short lists, long lists.*", "short lists.*")],
        "students are not told that ps99.span is judged on 'long lists'",
    ),
    "a probe that no cell asks": (
        [('probe("ps99.span.example", span)', "")],
        "no cell asks the probe ps99.span.example",
    ),
    "no question in words": (
        [('"grade": true, "grade_id": "why"', '"grade": false, "grade_id": "why"')],
        "no question is answered in words",
    ),
    "cases that cannot be drawn": (
        [("5 + rng.permutation(40)", "rng.permutate(40)")],
        "cannot be examined: ps99.span: the cases of 'long lists' cannot be drawn (AttributeError",
    ),
    "a solution that does not run": (
        [("    ### BEGIN SOLUTION\n    return", "    ### BEGIN SOLUTION\n   return")],
        "begins with 'def span(numbers):', or a cell before it, ends with IndentationError",
    ),
    "two cells of one name": (
        [("grade_id: setup", "grade_id: span")],
        "2 cells have the grade_id span",
    ),
    "an answer in the release": (
        [
            (
                "    ### BEGIN SOLUTION\n",
                "    return max(numbers) - min(numbers)\n    ### BEGIN SOLUTION\n",
            )
        ],
        "unanswered, ps99.span earns 100% of its points",
    ),
}


@pytest.mark.parametrize(("changes", "told"), HOLES.values(), ids=HOLES)
def test_a_hole_is_found(write, changes, told):
    holes = check(write(*changes)).all_holes()
    assert any(told in hole for hole in holes), holes


# Nothing is below zero in any case, so nobody notices who leaves the smallest out.
FROM_ZERO = [
    ("float(n) for n in 1 + rng.permutation(3)", "float(n) for n in rng.permutation(3)"),
    ("[7.0, float(rng.integers(2, 5))]", "[float(rng.integers(2, 5)), 0.0]"),
    ("5 + rng.permutation", "rng.permutation"),
    ("return max(numbers)\n\ndef turned", "return 2 * max(numbers)\n\ndef turned"),
]
SURVIVOR = """
[[survivor]]
before = "return np.max(numbers) - np.min(numbers)"
after = "return {after}"
why = "Nothing is below zero."
"""
JUDGED = "".join(
    SURVIVOR.format(after=f"np.max(numbers){rest}") for rest in ("", " + np.min(numbers)")
)


def test_survivors_are_a_hole_unless_they_were_judged(write):
    report = check(write(*FROM_ZERO))
    (row,) = report.rows
    assert [mutant.after for mutant in row.survivors] == [
        "return np.max(numbers) + np.min(numbers)",
        "return np.max(numbers)",
    ]
    assert "of 6 mutants of the solution 4 lose marks, fewer than 97%" in row.holes


def test_a_survivor_judged_equal_is_none(write):
    report = check(write(*FROM_ZERO, survivors=JUDGED))
    assert report.all_holes() == []
    assert report.rows[0].killed.all == 4


def test_a_judged_survivor_that_is_no_mutant_any_more(write):
    report = check(write(survivors=SURVIVOR.format(after="np.median(numbers)")))
    assert report.holes == [
        "survivors.toml lists 'return np.median(numbers)', which is no mutant of a solution"
    ]


def test_a_survivor_needs_a_reason(write):
    folder = write(survivors=SURVIVOR.format(after="x").replace("Nothing is below zero.", ""))
    with pytest.raises(CourseError, match="needs before, after and why"):
        check(folder)


def test_what_never_ends_or_kills_python_is_refused(write):
    """A mutant may loop for ever; so may a solution, by mistake."""
    endless = write(
        ("return max(one - other for", "while numbers: pass\n    return max(one - other for")
    )
    text = (endless / "exercises.py").read_text()
    (endless / "exercises.py").write_text(text.replace('"example"', '"seconds": 0.5, "example"'))
    holes = check(endless).all_holes()
    assert any("the right solution pairs loses marks: the examples, case 1" in h for h in holes)

    (endless / "right.py").write_text("import os\nos._exit(3)\n")
    with pytest.raises(CourseError, match="ended Python"):
        check(endless)


SECOND = """
```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: twice, locked: false,
  schema_version: 3, solution: true, task: false}
---
def twice(numbers):
    ### BEGIN SOLUTION
    return 2 * numbers[0]
    ### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: twice_unseen, locked: true, points: 1,
  schema_version: 3, solution: false, task: false}
---
### BEGIN HIDDEN TESTS
probe("ps99.twice", twice)
### END HIDDEN TESTS
```
"""
# Beside the sound exercise: one that is full of holes, and no question in words.
HALF_WRITTEN = [
    ("\n+++ {", f"{SECOND}\n+++ {{"),
    ('"grade": true, "grade_id": "why"', '"grade": false, "grade_id": "why"'),
    (
        "EXERCISES = {\n",
        'EXERCISES = {\n    "ps99.twice": {"unseen": {"any lists": short}, '
        '"reference": lambda numbers: 3, "check": check, '
        '"misconceptions": [(largest, "No."), (how_many, "No."), (middle, "No."), '
        '(turned_round, "No.")]},\n',
    ),
]


@pytest.mark.parametrize("name", ["ps99.span", "span"])
def test_one_exercise_is_examined_alone(write, name):
    """The half-written one beside it, and what the whole set lacks, do not matter."""
    folder = write(*HALF_WRITTEN)
    alone = check(folder, name)
    assert [row.exercise for row in alone.rows] == ["ps99.span"]
    assert alone.all_holes() == []
    assert alone.total("killed").all == 6
    everything = check(folder)
    assert [row.exercise for row in everything.rows] == ["ps99.span", "ps99.twice"]
    assert "ps99_small: no question is answered in words" in everything.all_holes()


def test_the_holes_of_one_exercise_are_found_alone(write):
    holes = check(write(*HALF_WRITTEN), "twice").all_holes()
    for told in (
        "ps99_small: students are not told that ps99.twice is judged on 'any lists'",
        "ps99.twice: the notebook's solution loses marks",
        "ps99.twice: right.py has 0 right solutions, not 3",
    ):
        assert any(hole.startswith(told) for hole in holes), holes
    assert not any("ps99.span" in hole for hole in holes)


def test_an_exercise_that_is_not_there(write):
    with pytest.raises(CourseError, match="has no exercise 'spam'. There are: ps99.span."):
        check(write(), "spam")


@pytest.mark.parametrize(
    ("solution", "expected"),
    [
        ("y = a - b", {"y = a + b", "y = a", "y = b", "y = b - a"}),
        ("y = a < b", {"y = a <= b", "y = a >= b"}),
        ("y = x[1:]", {"y = x[2:]", "y = x[0:]", "y = x[:]"}),
        ("y = A[r, s]", {"y = A[s, r]"}),
        ("y = A.T @ x", {"y = A @ x", "y = A.T * x", "y = A.T", "y = x", "y = x @ A.T"}),
        (
            "y = x.sum(axis=0)",
            {"y = x.mean(axis=0)", "y = x.sum(axis=1)", "y = x.sum(axis=-1)", "y = x.sum()"},
        ),
        ("y += x", {"y -= x", "y = x", "pass"}),
        ("y = np.zeros(n, dtype=int)", {"y = np.ones(n, dtype=int)"}),
        ("y = not x", {"y = x"}),
        (
            "y = 0.5 if x else True",
            {"y = 1.0 if x else True", "y = 0.5 if x else False", "y = 0.5", "y = True"},
        ),
    ],
)
def test_mutants(solution, expected):
    given = (
        f'"""1 + 1"""\nbefore = a + b\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION\nafter = 1'
    )
    assert {mutant.after for mutant in mutants_of(given)} == expected
    assert {mutant.before for mutant in mutants_of(given)} == {solution}


def test_what_is_no_idea_is_not_changed():
    kept = 'with np.errstate(divide="ignore"):\n    print(1 + 2)'
    assert {mutant.after for mutant in mutants_of(kept)} == {"pass"}


@pytest.fixture
def alone(monkeypatch):
    """Let the command find a folder's problem set, and no other."""
    return lambda folder: monkeypatch.setattr(problem_sets, "folder", lambda: folder.parent)


def test_the_command(write, alone, tmp_path):
    alone(write())
    page = tmp_path / "check.md"
    result = CliRunner().invoke(cli.app, ["check", "--save", str(page)])
    assert result.exit_code == 0, result.output
    row = page.read_text().splitlines()[-1]
    assert row.startswith(f"| {NAME} | 1 | 10/10 | ")
    assert " | 4/4 | 6/6 | " in row
    assert [word in result.output for word in (NAME, "ps99.span", "10/10")] == [True] * 3


def test_the_command_ends_with_1_on_a_hole(write, alone):
    alone(write(*FROM_ZERO))
    result = CliRunner().invoke(cli.app, ["check", NAME])
    assert isinstance(result.exception, CourseError)
    assert result.exception.exit_status == 1
    assert str(result.exception).startswith("1 hole")
    assert 'after = "return np.max(numbers)"' in result.output
    assert "hole ps99.span: of 6 mutants" in result.output


def test_the_command_examines_one_exercise(write, alone):
    alone(write(*HALF_WRITTEN))
    result = CliRunner().invoke(cli.app, ["check", NAME, "--exercise", "span"])
    assert result.exit_code == 0, result.output
    assert "ps99.span" in result.output
    assert "ps99.twice" not in result.output


def test_the_command_must_know_whose_exercise(write, alone):
    alone(write())
    result = CliRunner().invoke(cli.app, ["check", "--exercise", "span"])
    assert result.exception.exit_status == 2
    assert "--exercise needs the problem set" in str(result.exception)
