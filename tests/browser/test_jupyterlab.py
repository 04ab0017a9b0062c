"""Every problem set, and the trellis, in a real JupyterLab with a real kernel behind it."""

from __future__ import annotations

import re
import shutil

import nbformat
import pytest
from nbgrader.utils import is_solution
from playwright.sync_api import expect

from autograder import grading, problem_sets
from autograder.course import Course
from autograder.probes import is_graded_code
from tests.assignments.some import some_for_ci
from tests.browser.jupyter import DONE, ERROR, lab, open_notebook, run_all

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELLS = ["from course_lib.viz.trellis import trellis\nfigure = trellis()\nfigure", "1 + 1"]
TOO_WIDE = """() => [...document.querySelectorAll('.jp-MarkdownOutput, .jp-OutputArea-output')]
    .filter((node) => node.scrollWidth > node.clientWidth + 1)
    .map((node) => node.textContent.slice(0, 80))"""
# A formula that was not set stands there with its dollar signs.
NOT_SET = """() => [...document.querySelectorAll('.jp-MarkdownOutput')].flatMap((node) => {
    const words = node.cloneNode(true);
    words.querySelectorAll('code, mjx-container').forEach((one) => one.remove());
    const wrong = [...node.querySelectorAll('mjx-merror')].map((one) => one.textContent);
    return words.textContent.includes('$') ? [...wrong, words.textContent] : wrong;
})"""


def type_into(page, number: int, cell: nbformat.NotebookNode) -> None:
    """Put the text of a cell in place of what stands in the cell of this number."""
    place = page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{number}"]')
    place.scroll_into_view_if_needed()
    if cell.cell_type == "markdown":
        place.locator(".jp-MarkdownOutput").dblclick()
    place.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(cell.source)


@pytest.fixture
def notebook(tmp_path):
    """The address of a notebook in a JupyterLab."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3"}
    written = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(written, tmp_path / "trellis.ipynb")
    with lab(tmp_path, tmp_path) as address:
        yield f"{address}/lab/tree/trellis.ipynb"


def test_the_widget_is_alive_and_has_the_arrow_keys(notebook, page):
    open_notebook(page, notebook)
    run_all(page)
    figure = page.locator(".explorable")
    figure.locator(".cell").first.wait_for()
    expect(figure.locator("figure")).to_have_count(0)  # The widget, not the static page.

    figure.get_by_role("button", name="One day more").click()
    expect(figure.locator(".radios")).to_have_count(4)
    slider = figure.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(figure.locator("p.best")).to_have_text(re.compile("Best path CCCC P = 0.0128"))
    figure.locator('.cell[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    expect(figure.locator(".cell:focus")).to_have_attribute("aria-label", re.compile("hot"))


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    return Course.create(tmp_path_factory.mktemp("lab") / "course")


@pytest.fixture(scope="module")
def desk(course):
    """A student's folder, and the address of a JupyterLab that shows it."""
    folder = course.root.parent / "desk"
    folder.mkdir()
    with lab(folder, course.root.parent) as address:
        yield folder, address


@pytest.mark.parametrize("name", some_for_ci(problem_sets.names()))
def test_a_problem_set_can_be_done(course, desk, new_page, name):
    """The answers are typed in, all cells run, the page reads well, and what is saved is graded."""
    folder, address = desk
    page = new_page(width=1100)
    file = f"{name}/{name}.ipynb"
    course.release(name)
    shutil.copytree(course.root / "release" / name, folder / name)
    solved = nbformat.read(course.root / "source" / file, as_version=4).cells
    # Without a reset the lab opens again what was open before.
    open_notebook(page, f"{address}/lab/tree/{file}?reset")
    for number, cell in enumerate(solved):
        if is_solution(cell):
            type_into(page, number, cell)
    run_all(page)
    page.wait_for_function(DONE, timeout=120_000)
    assert page.locator(ERROR).all_inner_texts() == []
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(NOT_SET) == []
    assert page.locator("mjx-container").count() > 0

    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    handed_in = course.root / "submitted" / "ada" / name
    shutil.copytree(folder / name, handed_in, ignore=shutil.ignore_patterns(".*"))
    (outcome,) = grading.grade(course, name, course.selected(name, None))
    points = sum(cell.metadata.nbgrader.points for cell in solved if is_graded_code(cell))
    assert (outcome.refused, outcome.score, outcome.waiting) == (None, points, 1)
