"""Variants: drawn once for each student, given out, graded by their own numbers, and examined."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4
from typer.testing import CliRunner

from autograder import autograde, cli, explain, grading, ledger, problem_sets
from autograder.check import varied as examining
from autograder.errors import CourseError
from autograder.exercise import load
from autograder.variants import RELEASES, SOURCES, path_in, source_for
from autograder.variants.drawing import draw, with_examples
from autograder.variants.notebook import varied
from autograder.variants.order import reorder
from autograder.variants.release import release
from tests.autograder.conftest import BY_MACHINE, POINTS, PROBLEM_SET, release_of, source_of
from tests.autograder.test_check import EXERCISES, NAME, NOTEBOOK, RIGHT

SOUND = '''
def variant(rng):
    """Draw the numbers of the example."""
    low, middle, high = sorted(1 + int(n) for n in rng.choice(90, size=3, replace=False))
    numbers = [middle, high, low]
    return {
        "texts": {"[4, 6, 5]) == 2": f"{numbers}) == {high - low}"},
        "examples": {"ps99.span": [{"numbers": numbers}]},
    }
'''


@pytest.fixture
def small(tmp_path):
    """Write the small problem set of the exam's tests, with these variants."""

    def write(variants: str, notebook: str = NOTEBOOK):
        folder = tmp_path / NAME
        folder.mkdir()
        files = {"notebook.md": notebook, "exercises.py": EXERCISES, "right.py": RIGHT}
        for name, text in (files | {"variants.py": variants}).items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def two(course):
    """A course whose students ann and another have variants with different conventions."""
    (course.root / ledger.KEY).write_text("ab" * 32)

    def order(student):
        seed = ledger.seed_of(course.root, PROBLEM_SET, student, "variant")
        return draw(problem_sets.find(PROBLEM_SET), seed).orders

    other = next(name for name in ("bea", "cem", "dag", "eva") if order(name) != order("ann"))
    list(release(course, PROBLEM_SET, ["ann", other]))
    return course, other


def notebook_of(*sources: str) -> nbformat.NotebookNode:
    return v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])


def texts(**changes) -> str:
    return f"def variant(rng):\n    return {changes!r}\n"


def test_the_same_seed_draws_the_same_variant_and_another_seed_another():
    folder = problem_sets.find(PROBLEM_SET)
    one, again, other = (draw(folder, seed) for seed in ("one", "one", "other"))
    assert one.texts == again.texts
    assert one.texts.keys() == other.texts.keys()
    assert one.texts != other.texts


def test_texts_are_exchanged_at_once_and_as_whole_words(small):
    folder = small(texts(texts={"hot": "cold", "cold": "hot", "0.5": "0.25"}))
    source = notebook_of("hot, cold, hotel, cold_days = 0.5, 0.55, 10.5, .5")
    changed = varied(source, draw(folder, "seed"), NAME)
    assert changed.cells[0].source == "cold, hot, hotel, cold_days = 0.25, 0.55, 10.5, .5"


def test_a_text_is_found_across_lines(small):
    folder = small(texts(texts={"a cold and rainy day": "a day", "1 2\n3  4": "5"}))
    source = notebook_of("It was a cold\n    and rainy day.\n1 2\n3  4")
    assert varied(source, draw(folder, "seed"), NAME).cells[0].source == "It was a day.\n5"


def test_a_text_that_does_not_stand_there_is_refused_in_a_line(small):
    folder = small(texts(texts={"span": "width", "[4, 6, 7]": "[1]"}))
    source = problem_sets.source_notebook(folder)
    with pytest.raises(CourseError) as refused:
        varied(source, draw(folder, "seed"), NAME)
    assert str(refused.value) == (
        f"{NAME}: variants.py changes '[4, 6, 7]', which does not stand in the notebook."
    )


@pytest.mark.parametrize(
    ("variants", "reason"),
    [
        (
            "def variant(rng):\n    return 1 / 0\n",
            "variants.py, line 2, cannot be loaded: ZeroDivisionError",
        ),
        ("def other(rng): pass\n", "has no attribute 'variant'"),
        ("def variant(rng): pass\n", "it must return a dictionary, got NoneType"),
        (texts(example={}), "the dictionary has no texts"),
        (texts(texts={}, example={}), "there is no key 'example'"),
        (texts(texts={"a": 1}), "'texts' must map texts to texts, but has 'a': 1"),
    ],
)
def test_what_is_no_variant_is_refused_in_a_line(small, variants, reason):
    with pytest.raises(CourseError, match=reason) as refused:
        draw(small(variants), "seed")
    assert "\n" not in str(refused.value)


def test_examples_of_an_unknown_exercise_are_refused(small):
    folder = small(texts(texts={}, examples={"ps99.spam": []}))
    with pytest.raises(CourseError, match=r"examples of 'ps99.spam', but no cell shows"):
        with_examples(load(folder / "exercises.py"), draw(folder, "seed"))


def test_arguments_change_their_order_in_definition_calls_text_and_probe():
    source = notebook_of(
        "def f(a, b, c):\n    return f(c, f(b, a, 'ä'), a)",
        "assert f([1, 2],\n         x[0], (3)) == g.f(1, 2, 3)",
        '### BEGIN HIDDEN TESTS\nprobe("ps.f", f)\n### END HIDDEN TESTS',
    )
    source.cells.append(v4.new_markdown_cell("Write `f(a, b, c)`, not `f(x)`."))
    reorder(source.cells, "ps.f", ("c", "a", "b"))
    definition, call, asked, question = (cell.source for cell in source.cells)
    assert definition == "def f(c, a, b):\n    return f(a, c, f('ä', b, a))"
    assert call == "assert f(3,\n         [1, 2], (x[0])) == g.f(1, 2, 3)"
    assert question == "Write `f(c, a, b)`, not `f(x)`."

    said = {}
    exec(asked, {"f": lambda *given: given, "probe": said.__setitem__})
    assert said["ps.f"](a=1, b=2, c=3) == (3, 1, 2)


def test_an_order_of_other_arguments_is_refused():
    source = notebook_of("def f(a, b): pass", 'probe("ps.f", f)')
    with pytest.raises(CourseError, match="the arguments of f are a, b; they cannot be put"):
        reorder(source.cells, "ps.f", ("b", "c"))


def test_a_cell_that_is_no_python_is_refused_in_a_line():
    source = notebook_of("def f(a, b): pass", 'probe("ps.f", f)', "%timeit f(1, 2)")
    with pytest.raises(CourseError, match=r"not plain Python, with '%timeit f\(1, 2\)'"):
        reorder(source.cells, "ps.f", ("b", "a"))


def test_a_student_gets_the_same_variant_again_without_solutions(two):
    course, other = two
    first, second = (path_in(course.root, RELEASES, PROBLEM_SET, who) for who in ("ann", other))
    given = first.read_bytes()
    assert given != second.read_bytes()
    assert list(release(course, PROBLEM_SET, ["ann"])) == [first]
    assert first.read_bytes() == given

    notebook = nbformat.read(first, as_version=4)
    for_all = nbformat.read(release_of(course), as_version=4)
    assert notebook.metadata == for_all.metadata
    for mine, theirs in zip(notebook.cells, for_all.cells, strict=True):
        assert "SOLUTION" not in mine.source
        assert "probe" not in mine.source
        for cell in (mine, theirs):
            cell.metadata.get("nbgrader", {}).pop("checksum", None)
        assert mine.metadata == theirs.metadata


def test_each_is_graded_by_the_numbers_and_conventions_of_their_own(two, hand_in):
    course, other = two
    solved = path_in(course.root, SOURCES, PROBLEM_SET, "ann")
    for student, work in {"ann": solved, other: solved, "zoe": source_of(course)}.items():
        hand_in(student, work)
    outcomes = list(grading.grade(course, PROBLEM_SET, course.submissions(PROBLEM_SET)))
    assert not [outcome.refused for outcome in outcomes if outcome.refused]
    scores = {outcome.student: outcome.score for outcome in outcomes}
    lost = POINTS["posteriors_visible"] + POINTS["posteriors_unseen"]
    assert scores == {"ann": BY_MACHINE, other: BY_MACHINE - lost, "zoe": BY_MACHINE}


def test_nbgraders_own_road_grades_by_the_same_variants(two, hand_in):
    course, other = two
    solved = path_in(course.root, SOURCES, PROBLEM_SET, "ann")
    for student in ("ann", other):
        hand_in(student, solved)
    autograde.install()
    scores = {}
    for student in ("ann", other):
        result = course.nbgrader().autograde(PROBLEM_SET, student, force=True, create=True)
        assert result["success"], result
        with course.gradebook() as gradebook:
            scores[student] = gradebook.find_submission(PROBLEM_SET, student).score
    lost = POINTS["posteriors_visible"] + POINTS["posteriors_unseen"]
    assert scores == {"ann": BY_MACHINE, other: BY_MACHINE - lost}
    by_nbgrader = ledger.read(course.root, PROBLEM_SET, other)

    (outcome,) = grading.grade(course, PROBLEM_SET, course.selected(PROBLEM_SET, other), again=True)
    assert outcome.score == scores[other]
    by_us = ledger.read(course.root, PROBLEM_SET, other)
    assert by_us["source_sha256"] == by_nbgrader["source_sha256"]
    assert by_us["source_sha256"] != ledger.read(course.root, PROBLEM_SET, "ann")["source_sha256"]


def test_a_replay_asks_by_the_variant_too(two, hand_in):
    course, other = two
    own, others = (path_in(course.root, SOURCES, PROBLEM_SET, who) for who in ("ann", other))
    hand_in("ann", own)
    (outcome,) = grading.grade(course, PROBLEM_SET, course.selected(PROBLEM_SET, "ann"))
    assert outcome.score == BY_MACHINE
    record = explain.record_of(course, PROBLEM_SET, "ann")
    assert explain.replay(course, record) == []

    own.write_bytes(others.read_bytes())
    differences = explain.replay(course, record)
    assert differences[0] == "the source has changed since the grading"
    points = POINTS["posteriors_unseen"]
    assert f"ps03.posteriors: earned was {points:.1f}, is 0.0" in differences


def test_who_has_no_variant_is_graded_by_the_source_of_all(two):
    course, _ = two
    original = source_of(course)
    assert source_for(course.root, PROBLEM_SET, "zoe", original) == original
    assert source_for(course.root, PROBLEM_SET, "ann", original) != original


def test_a_problem_set_without_variants_says_so(course):
    with pytest.raises(CourseError, match="ps11_generative has no variants"):
        list(release(course, "ps11_generative", ["ann"]))


def test_an_id_that_leads_out_of_the_course_is_refused(course):
    with pytest.raises(CourseError, match="cannot be a student's id. Nothing was released"):
        list(release(course, PROBLEM_SET, ["ann", "../ann"]))
    assert not (course.root / RELEASES).exists()


def test_the_command_names_each_students_notebook(course):
    asked = ["release", PROBLEM_SET, "--student", "ann", "--course", str(course.root)]
    result = CliRunner().invoke(cli.app, asked)
    assert result.exit_code == 0, result.output
    path = path_in(course.root, RELEASES, PROBLEM_SET, "ann")
    assert f"Give ann {path}" in result.output.replace("\n", "")
    assert path.is_file()


def test_sound_variants_have_no_hole(small):
    assert examining.holes_in_variants(small(SOUND)) == []


HOLES = {
    "numbers that the checks do not follow": (
        ("== {high - low}", "== 2"),
        "the solved notebook stops at the cell span_visible: AssertionError",
    ),
    "the same for all": (
        ("rng.choice(90, size=3, replace=False)", "[10, 20, 40]"),
        "of 20 variants only 1 differ",
    ),
    "a misconception that gets through": (
        ("numbers = [middle, high, low]", "numbers = [0, high, 0]; low = 0"),
        "ps99.span: the examples do not notice the misconception largest",
    ),
    "a check that is left out": (
        ('"[4, 6, 5]) == 2": f"{numbers}) == {high - low}"', '"assert span([4, 6, 5]) == 2": ""'),
        "the cell span_visible has not as many checks",
    ),
    "a text that is not there": (
        ('"[4, 6, 5]) == 2"', '"[4, 6, 5]) == 3"'),
        "cannot be drawn: ps99_small: variants.py changes '[4, 6, 5]) == 3'",
    ),
}


@pytest.mark.parametrize(("change", "hole"), HOLES.values(), ids=HOLES)
def test_the_exam_finds(small, change, hole):
    assert change[0] in SOUND
    found = examining.holes_in_variants(small(SOUND.replace(*change)))
    assert any(hole in line for line in found), found


def test_the_exam_of_one_exercise_leaves_others_alone(small):
    change, hole = HOLES["a misconception that gets through"]
    folder = small(SOUND.replace(*change))
    assert any(hole in line for line in examining.holes_in_variants(folder, ["ps99.span"]))
    assert examining.holes_in_variants(folder, ["ps99.twice"]) == []


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ('"Ada saw 1.25": "Bo saw 3.5", ', "the number 1.25 is left in the notebook"),
        ('"Ada": "Bo", ', "the name 'Ada' is left in the notebook"),
    ],
)
def test_the_exam_finds_what_is_left_of_the_original(small, text, hole):
    notebook = NOTEBOOK.replace("import numpy", "# Ada saw 1.25, ADA 1.25.\nimport numpy")
    found = examining.holes_in_variants(
        small(SOUND.replace('"texts": {', f'"texts": {{{text}'), notebook)
    )
    assert any(hole in line for line in found), found
