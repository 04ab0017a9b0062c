"""The lab as a student meets it: in Chromium, with a Python on this machine and no network.

One student does one problem set: the tests follow each other in the same window.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import is_solution
from playwright.sync_api import expect

from autograder import grading, problem_sets
from autograder.course import Course
from autograder.probes import is_graded_code
from course_lib.hmm import HMM
from tests.browser.test_jupyterlab import DONE, ERROR, run_all, type_into
from tests.wasm import distribution
from tools import lab_links
from tools.lab import __main__ as lab
from tools.lab import wheels

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DOWNLOADS = lab.ROOT / "_build" / "pyodide-wheels"
NAME = "ps03_hmm"
MODEL = ([0.6, 0.4], [[0.7, 0.3], [0.1, 0.9]], [[0.5, 0.4, 0.1], [0.1, 0.2, 0.7]])
DAYS = [0, 1, 0, 2]
NUMBERS = f"""\
from course_lib.data import ice_cream
from course_lib.hmm import HMM
print(ice_cream().viterbi([0, 1, 0]).path, HMM(*{MODEL}).log_likelihood([{DAYS}]))"""
TRELLIS = "from course_lib.viz.trellis import trellis\ntrellis()"
EACH_DAY_ALONE = """\
def viterbi(pi, A, B, obs):
    return B[:, obs].argmax(axis=0)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site with a lab in a folder of it, and Pyodide beside the lab."""
    folder = tmp_path_factory.mktemp("site")
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    distribution.assemble(folder / "pyodide", DOWNLOADS)
    lab.build(folder / "course" / "lite", str(folder / "pyodide"))
    return folder / "course" / "lite"


@pytest.fixture(autouse=True)
def patience():
    """A Python in the browser, beside other tests, needs more than the usual five seconds."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def address(serve, site) -> str:
    """What the book's link to the problem set leads to."""
    home = serve(site.parent.parent)
    return f"{home}/course/{lab_links.address(f'{NAME}/{NAME}.ipynb')}"


@pytest.fixture(scope="module")
def page(browser, address):
    """The problem set in the lab, its kernel running; nothing may be asked of another machine."""
    home, asked = address.partition("/course/")[0], []
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    context.set_default_timeout(120_000)
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(address)
    wait_for_kernel(page)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((home, "data:", "blob:"))] == []


def wait_for_kernel(page) -> None:
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text(re.compile(r"\(Pyodide\) \| Idle")).wait_for()


def cell_number(page, number: int):
    """Return the cell of this number, scrolled to."""
    cell = page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{number}"]')
    cell.scroll_into_view_if_needed()
    return cell


def run(page, number: int):
    """Run a cell, and return what it shows."""
    cell = cell_number(page, number)
    cell.locator(".cm-content").click()
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before)
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\d"))
    return cell.locator(".jp-OutputArea")


def add_cell(page, after: int, text: str) -> None:
    """Put a cell of one's own behind another."""
    cell_number(page, after).locator(".jp-InputPrompt").click()
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(text)


def choose(page, menu: str, entry: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()


def save(page) -> None:
    choose(page, "File", "Save Notebook")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def in_the_list(page, entry: str) -> None:
    """Choose what can be done with the notebook in the list of files."""
    page.locator(".jp-DirListing-item", has_text=f"{NAME}.ipynb").click(button="right")
    page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()


@pytest.fixture(scope="module")
def solved() -> list[nbformat.NotebookNode]:
    return problem_sets.source_notebook(problem_sets.find(NAME)).cells


@pytest.fixture(scope="module")
def places(solved) -> dict[str, int]:
    """The number of each cell, by its name."""
    return {cell.id: number for number, cell in enumerate(solved)}


def test_a_mistake_is_told_as_the_grader_tells_it(page, solved, places):
    run(page, places["setup"])
    type_into(page, places["viterbi"], nbformat.v4.new_code_cell(EACH_DAY_ALONE))
    run(page, places["viterbi"])
    said = run(page, places["viterbi_visible"])
    expect(said).to_contain_text("ps03.viterbi.example: wrong, 0 of 2 points")
    expect(said).to_contain_text("1 of 2 right")
    expect(said).to_contain_text("wrong answer (the examples, case 2): there is a more probable")
    expect(said).to_contain_text("You explained each day by itself.")
    expect(said).to_contain_text("AssertionError: 3, 3, 2 cones decode to H H H")


def test_all_answers_pass_their_checks(page, solved, places):
    for number, cell in enumerate(solved):
        if is_solution(cell):
            type_into(page, number, cell)
    run_all(page)
    page.wait_for_function(DONE)
    assert page.locator(ERROR).all_inner_texts() == []
    said = cell_number(page, places["viterbi_visible"]).locator(".jp-OutputArea")
    expect(said).to_contain_text("ps03.viterbi.example: right, 2 of 2 points")


def test_what_is_downloaded_is_graded(page, solved, tmp_path):
    save(page)
    with page.expect_download() as download:
        in_the_list(page, "Download")
    assert download.value.suggested_filename == f"{NAME}.ipynb"
    course = Course.create(tmp_path / "course")
    course.release(NAME)
    handed_in = course.root / "submitted" / "ada" / NAME
    handed_in.mkdir(parents=True)
    download.value.save_as(handed_in / f"{NAME}.ipynb")
    (outcome,) = grading.grade(course, NAME, course.selected(NAME, None))
    points = sum(cell.metadata.nbgrader.points for cell in solved if is_graded_code(cell))
    assert (outcome.refused, outcome.score, outcome.waiting) == (None, points, 1)


def test_course_lib_computes_what_it_computes_here(page, places):
    add_cell(page, places["setup"], NUMBERS)
    said = run(page, places["setup"] + 1)
    likelihood = HMM(*MODEL).log_likelihood([DAYS])
    expect(said).to_contain_text(f"[0 0 0] {likelihood!r}".replace("np.float64", "").strip("()"))
    expect(said).to_contain_text("Where problem sets are graded there is no course_lib")


def test_an_explorable_is_alive(page, places):
    add_cell(page, places["setup"] + 1, TRELLIS)
    figure = run(page, places["setup"] + 2).locator(".explorable")
    figure.locator(".cell").first.wait_for()
    expect(figure.locator("figure")).to_have_count(0)  # The widget, not the static page.
    figure.get_by_role("button", name="One day more").click()
    expect(figure.locator(".radios")).to_have_count(4)


def test_a_newer_release_is_told_of_and_replaces_nothing(page, address, site, places):
    save(page)
    published = site / "files" / NAME / f"{NAME}.ipynb"
    text = published.read_text(encoding="utf-8")
    published.write_text(text.replace("Jason wrote down", "Maria wrote down"), encoding="utf-8")
    (old,) = (site / "pypi").glob("hidden_states-*.whl")
    new = wheels.ours(site / "pypi", {NAME: "a newer one"})
    old.unlink()
    config = site / "jupyter-lite.json"
    config.write_text(config.read_text().replace(old.name, new.name), encoding="utf-8")
    page.goto(address)
    wait_for_kernel(page)
    expect(page.locator(".jp-Notebook")).to_contain_text("Jason wrote down")
    said = run(page, places["setup"])
    expect(said).to_contain_text(f"There is a newer release of {NAME}")
    expect(cell_number(page, places["viterbi"] + 2)).to_contain_text("return path[::-1]")


def test_who_deletes_the_notebook_begins_again(page):
    save(page)
    choose(page, "File", "Close Tab")
    expect(page.locator(".jp-Notebook")).to_have_count(0)
    in_the_list(page, "Delete")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.locator(".jp-DirListing-item", has_text=f"{NAME}.ipynb").dblclick()
    wait_for_kernel(page)
    expect(page.locator(".jp-Notebook")).to_contain_text("Maria wrote down")
    expect(page.locator(".jp-Notebook")).not_to_contain_text("return path[::-1]")
