"""The trellis in a real JupyterLab, with a real kernel behind it."""

from __future__ import annotations

import re

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.jupyter import lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELLS = ["from course_lib.viz.trellis import trellis\nfigure = trellis()\nfigure", "1 + 1"]


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
    page.set_default_timeout(60_000)
    page.goto(notebook)
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text(re.compile(r"Python 3.*\| Idle")).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
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
