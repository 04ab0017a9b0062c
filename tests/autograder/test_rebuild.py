"""The graded notebook: the instructor's cells, the student's answers, whatever the metadata say."""

from __future__ import annotations

import copy
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade, is_grade

from autograder.intake import Refused
from autograder.rebuild import rebuild, release_of

STUB = "raise NotImplementedError()"


def cell(maker, grade_id, source, **roles):
    roles = {"grade": False, "solution": False, "locked": not roles.get("solution")} | roles
    roles |= {"grade_id": grade_id, "schema_version": 3, "task": False}
    return maker(source, id=grade_id, metadata={"nbgrader": roles})


def checks_of(name: str, points: int = 2):
    text = (
        f"assert {name}(1) == 2\nassert {name}(2) == 3\n"
        f'### BEGIN HIDDEN TESTS\nprobe("ps.{name}", {name})\n### END HIDDEN TESTS'
    )
    return cell(new_code_cell, f"{name}_test", text, grade=True, points=points)


def answer_to(name: str):
    solution = f"    ### BEGIN SOLUTION\n    return {name!r} and x + 1\n    ### END SOLUTION"
    text = f"def {name}(x):\n{solution}"
    return cell(new_code_cell, name, text, solution=True)


def free_text(grade_id: str):
    secret = "The instructor's own words."
    return cell(new_markdown_cell, grade_id, secret, grade=True, solution=True, points=3)


@pytest.fixture
def source():
    return new_notebook(
        cells=[
            cell(new_markdown_cell, "title", "# A problem set\n\nAbout two functions."),
            cell(new_code_cell, "setup", "import math\nLIMIT = 3"),
            cell(new_markdown_cell, "first_question", "## First\n\nWrite `first`."),
            answer_to("first"),
            checks_of("first"),
            cell(new_markdown_cell, "second_question", "## Second\n\nWrite `second`."),
            answer_to("second"),
            checks_of("second", points=4),
            cell(new_markdown_cell, "why_question", "## Why\n\nSay why both are right."),
            free_text("why"),
        ],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )


FIRST = 'def first(x):\n    "My own."\n    return 1 + x'
SECOND = "def second(x):\n    return sum([x, 1])"
WHY = "Because one follows the other."


@pytest.fixture
def handed_in(source):
    """The release with all three questions answered, as `intake.examine` returns it."""
    notebook = release_of(source)
    for given in notebook.cells:
        answers = {"first": FIRST, "second": SECOND, "why": WHY}
        given.source = answers.get(given.id, given.source)
        given.metadata = {"nbgrader": {"grade_id": given.id}}
    notebook.metadata = {"submission": {"remarks": []}}
    return nbformat.from_dict(notebook)


def by_id(notebook) -> dict:
    return {cell.id: cell for cell in notebook.cells}


def texts(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells]


def find(notebook, grade_id):
    return next(cell for cell in notebook.cells if cell.id == grade_id)


def assert_all_answered(notebook, source):
    """All three answers in their places, everything else the instructor's, to the letter."""
    cells = by_id(notebook)
    assert (cells["first"].source, cells["second"].source) == (FIRST, SECOND)
    assert cells["why"].source == WHY
    ours = [cell for cell in notebook.cells if not cell.id.startswith("student-")]
    assert [cell.id for cell in ours] == [cell.id for cell in source.cells]
    for rebuilt, original in zip(ours, source.cells, strict=True):
        if original.id not in {"first", "second", "why"}:
            assert rebuilt.source == original.source
        assert rebuilt.cell_type == original.cell_type
        roles = dict(rebuilt.metadata.nbgrader)
        roles.pop("checksum", None)
        assert roles == original.metadata.nbgrader
    assert notebook.metadata == source.metadata
    nbformat.validate(notebook)


def strip(notebook):
    for given in notebook.cells:
        given.metadata = nbformat.NotebookNode()


def forge_points(notebook):
    for given in notebook.cells:
        given.metadata.nbgrader.update(points=1000, grade=True, solution=True, locked=False)


def forge_schema(notebook):
    for given in notebook.cells:
        given.metadata.nbgrader.update(schema_version=99, checksum="0", task=True)


def swap_answers_ids(notebook):
    first, second = find(notebook, "first"), find(notebook, "second")
    first.metadata, second.metadata = second.metadata, first.metadata


def swap_answer_with_test(notebook):
    answer, test = find(notebook, "first"), find(notebook, "first_test")
    answer.metadata, test.metadata = test.metadata, answer.metadata


def same_id_everywhere(notebook):
    for given in notebook.cells:
        given.metadata.nbgrader.grade_id = "first"


def rotate_ids(notebook):
    ids = [given.metadata.nbgrader.grade_id for given in notebook.cells]
    for given, grade_id in zip(notebook.cells, ids[1:] + ids[:1], strict=True):
        given.metadata.nbgrader.grade_id = grade_id


def unknown_ids(notebook):
    for number, given in enumerate(notebook.cells):
        given.metadata.nbgrader.grade_id = f"cell-{number}"


def hostile_tags(notebook):
    for given in notebook.cells:
        given.metadata.tags = ["skip-execution", "raises-exception", "remove-cell"]


def delete_tests(notebook):
    notebook.cells = [given for given in notebook.cells if not given.id.endswith("_test")]


def delete_questions(notebook):
    notebook.cells = [given for given in notebook.cells if not given.id.endswith("_question")]


def edit_tests(notebook):
    for given in notebook.cells:
        if given.id.endswith("_test"):
            given.source = "assert True"


def duplicate_tests(notebook):
    tests = [copy.deepcopy(given) for given in notebook.cells if given.id.endswith("_test")]
    notebook.cells = tests + notebook.cells + copy.deepcopy(tests)


def duplicate_empty_answer(notebook):
    stub = copy.deepcopy(find(notebook, "first"))
    stub.source = f"def first(x):\n    # YOUR CODE HERE\n    {STUB}"
    notebook.cells.insert(0, stub)


def shuffle(notebook):
    random.Random(1).shuffle(notebook.cells)


def reverse_and_rotate(notebook):
    notebook.cells.reverse()
    rotate_ids(notebook)


def every_cell_raw(notebook):
    for given in notebook.cells:
        given.cell_type = "raw"


def blanks_at_line_ends(notebook):
    strip(notebook)
    for given in notebook.cells:
        if given.id not in {"first", "second", "why"}:
            given.source = given.source.replace("\n", "  \n") + "\n\n"


@pytest.mark.parametrize(
    "forge",
    [
        lambda notebook: None,
        strip,
        forge_points,
        forge_schema,
        swap_answers_ids,
        swap_answer_with_test,
        rotate_ids,
        unknown_ids,
        hostile_tags,
        same_id_everywhere,
        delete_tests,
        delete_questions,
        edit_tests,
        duplicate_tests,
        duplicate_empty_answer,
        shuffle,
        every_cell_raw,
        blanks_at_line_ends,
    ],
)
def test_forged_metadata_changes_nothing(forge, handed_in, source):
    forge(handed_in)
    notebook, _ = rebuild(handed_in, source)
    assert_all_answered(notebook, source)


def test_free_text_that_may_stand_anywhere_is_refused_and_not_graded_zero(handed_in, source):
    reverse_and_rotate(handed_in)
    with pytest.raises(Refused, match=r"question \(why\) is not clear"):
        rebuild(handed_in, source)


def test_what_could_be_either_is_refused_by_name(handed_in, source):
    source.cells.append(free_text("how"))
    strip(handed_in)
    with pytest.raises(Refused, match=r"question \(why, how\) is not clear"):
        rebuild(handed_in, source)


def test_free_texts_in_a_row_are_told_apart_by_their_order(handed_in, source):
    source.cells.append(free_text("how"))
    handed_in.cells.append(new_markdown_cell("In this way."))
    strip(handed_in)
    notebook, _ = rebuild(handed_in, source)
    assert [find(notebook, name).source for name in ("why", "how")] == [WHY, "In this way."]


@pytest.mark.parametrize("lose_metadata", [False, True])
def test_an_unanswered_question_gets_the_releases_stub(lose_metadata, source):
    handed_in = release_of(source)
    if lose_metadata:
        strip(handed_in)
    notebook, _ = rebuild(handed_in, source)
    cells = by_id(notebook)
    assert STUB in cells["first"].source
    assert "return" not in cells["first"].source
    assert determine_grade(cells["why"]) == (0, 3.0)
    assert all("BEGIN SOLUTION" not in text for text in texts(notebook))


@pytest.mark.parametrize("lose_metadata", [False, True])
def test_deleted_answers_get_the_releases_stub(lose_metadata, handed_in, source):
    handed_in.cells = [c for c in handed_in.cells if c.id not in {"first", "second", "why"}]
    if lose_metadata:
        strip(handed_in)
    notebook, remarks = rebuild(handed_in, source)
    stubs = by_id(release_of(source))
    for name in ("first", "second", "why"):
        assert find(notebook, name).source == stubs[name].source
    assert "Missing, and put back as they were given out: first, second, why." in remarks
    assert all("instructor's own" not in text for text in texts(notebook))


def test_free_text_that_was_answered_waits_for_a_person(handed_in, source):
    notebook, _ = rebuild(handed_in, source)
    assert determine_grade(find(notebook, "why")) == (None, 3.0)


def test_hidden_tests_are_the_sources(handed_in, source):
    notebook, _ = rebuild(handed_in, source)
    assert 'probe("ps.first", first)' in find(notebook, "first_test").source
    graded = [c.metadata.nbgrader.points for c in notebook.cells if is_grade(c)]
    assert graded == [2, 4, 3]


def test_own_cells_stay_behind_the_cell_they_followed(handed_in, source):
    def note(text, place):
        own = new_code_cell(text, metadata={"tags": ["skip-execution"], "nbgrader": {"x": 1}})
        handed_in.cells.insert(place, own)

    note("in_the_middle = 1", 4)
    note("at_the_top = 1", 0)
    handed_in.cells.append(new_markdown_cell("At the end."))
    notebook, _ = rebuild(handed_in, source)
    assert_all_answered(notebook, source)
    order = texts(notebook)
    assert order[0] == "at_the_top = 1"
    assert order[order.index("in_the_middle = 1") - 1] == FIRST
    assert order[-1] == "At the end."
    own = [c for c in notebook.cells if c.id.startswith("student-")]
    assert [c.metadata for c in own] == [{}, {}, {}]
    assert len({c.id for c in notebook.cells}) == len(notebook.cells)


def test_what_a_student_changed_is_run_behind_the_original(handed_in, source):
    """An import added to the locked setup must not cost the marks that need it."""
    find(handed_in, "setup").source += "\nimport itertools"
    notebook, remarks = rebuild(handed_in, source)
    order = texts(notebook)
    assert order[1] == "import math\nLIMIT = 3"
    assert order[2] == "import math\nLIMIT = 3\nimport itertools"
    assert remarks == ["Graded as they were given out, with your version below: setup."]


@pytest.mark.parametrize("lose_metadata", [False, True])
def test_an_answer_in_a_cell_of_ones_own_is_run(lose_metadata, handed_in, source):
    find(handed_in, "first").source = f"def first(x):\n    # YOUR CODE HERE\n    {STUB}"
    place = [c.id for c in handed_in.cells].index("first") + 1
    handed_in.cells.insert(place, new_code_cell(FIRST))
    if lose_metadata:
        strip(handed_in)
    notebook, _ = rebuild(handed_in, source)
    order = texts(notebook)
    defining = [place for place, text in enumerate(order) if "def first" in text]
    assert order[defining[-1]] == FIRST
    assert defining[-1] < order.index(find(source, "first_test").source)


def test_two_answers_in_one_cell_are_both_kept(handed_in, source):
    """The stub of the second must not undo what stands in the cell of the first."""
    find(handed_in, "first").source = f"{FIRST}\n\n{SECOND}"
    handed_in.cells = [c for c in handed_in.cells if c.id != "second"]
    notebook, _ = rebuild(handed_in, source)
    assert find(notebook, "first").source == f"{FIRST}\n\n{SECOND}"
    assert STUB not in "".join(texts(notebook))


def test_of_two_attempts_the_later_counts(handed_in, source):
    """As it does when the student's own notebook runs; copying a cell copies its grade_id."""
    place = [c.id for c in handed_in.cells].index("first")
    earlier = copy.deepcopy(handed_in.cells[place])
    earlier.source = "def first(x):\n    return 0"
    handed_in.cells.insert(place, earlier)
    notebook, _ = rebuild(handed_in, source)
    order = texts(notebook)
    assert find(notebook, "first").source == FIRST
    assert order.index(earlier.source) < order.index(FIRST)


def test_pictures_of_free_text_are_kept(handed_in, source):
    find(handed_in, "why").attachments = {"proof.png": {"image/png": "iVBORw0KGgo="}}
    notebook, _ = rebuild(handed_in, source)
    assert find(notebook, "why").attachments == {"proof.png": {"image/png": "iVBORw0KGgo="}}


@pytest.mark.parametrize(
    "cells",
    [
        [new_code_cell("")],
        [new_code_cell("print('hello')"), new_markdown_cell("# Another problem set")],
        [new_code_cell("x = 1", metadata={"nbgrader": {"grade_id": "title"}})],
    ],
)
def test_another_notebook_is_refused_and_not_graded_zero(cells, source):
    with pytest.raises(Refused, match="not this problem set"):
        rebuild(new_notebook(cells=cells), source)


def test_neither_argument_is_changed(handed_in, source):
    before = copy.deepcopy((handed_in, source))
    rebuild(handed_in, source)
    assert (handed_in, source) == before


def test_remarks_of_intake_come_first(handed_in, source):
    handed_in.metadata.submission.remarks.append("A remark.")
    strip(handed_in)
    _, remarks = rebuild(handed_in, source)
    assert remarks[0] == "A remark."
    assert remarks[1].startswith("Recognised by their content")
