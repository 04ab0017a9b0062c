"""A graded notebook is harmless in formgrader too, where nbgrader shows it in its own way."""

from __future__ import annotations

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.feedback.outputs import HarmlessOutputs
from tests.autograder import feedback_example as example
from tests.autograder import hostile_html
from tests.autograder.test_feedback_page import Page, hostile_submission

ASKED_BY_FORMGRADER = dict.fromkeys(
    ["assignment_id", "notebook_id", "submission_id", "base_url", "student", "notebook_path"], "x"
) | {"last_name": "", "first_name": "", "index": 0, "total": 1}


@pytest.fixture(scope="module")
def formgrader() -> HTMLExporter:
    """The exporter that formgrader makes, with the settings of a course."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {"markdown2html": "autograder.feedback.harmless.markdown"}
    return HTMLExporter(config=config)


def shown(exporter: HTMLExporter, notebook) -> str:
    return exporter.from_notebook_node(notebook, dict(ASKED_BY_FORMGRADER))[0]


@pytest.mark.parametrize("payload", hostile_html.HTML + hostile_html.MARKDOWN)
def test_formgrader_shows_nothing_live(formgrader, payload):
    graded, _ = hostile_submission(payload)
    graded.cells = [cell for cell in graded.cells if cell.id.startswith("student-")]
    graded, _ = HarmlessOutputs().preprocess(graded, {})
    page = Page(shown(formgrader, graded))
    plain = Page(shown(formgrader, new_notebook(cells=[new_code_cell("x", id="student-1")])))
    for tag in ("script", "iframe", "object", "embed", "svg", "form", "base", "style", "link"):
        assert page.tags[tag] <= plain.tags[tag], tag
    for _, name, value in page.attributes:
        assert not (name.startswith("on") and "pwned" in (value or "")), (name, value)
        if name in ("href", "src", "action", "formaction", "srcdoc"):
            assert "pwned" not in value.replace("\n", ""), (name, value)


def test_text_tables_and_pictures_are_kept():
    cell = next(cell for cell in example.own_cells() if cell.id == "student-1")
    before = [dict(output.get("data", {})) for output in cell.outputs]
    HarmlessOutputs().preprocess_cell(cell, {}, 0)
    assert [output.output_type for output in cell.outputs] == [
        "stream",
        "stream",
        "display_data",
        "execute_result",
        "error",
    ]
    assert cell.outputs[2].data == before[2]
    assert "<td>1</td>" in cell.outputs[3].data["text/html"]
    assert "style" not in cell.outputs[3].data["text/html"]


def test_an_output_of_another_kind_is_named():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    cell = new_code_cell("", outputs=[new_output("display_data", view)])
    HarmlessOutputs().preprocess_cell(cell, {}, 0)
    assert cell.outputs[0].data == {"text/plain": "[an output of another kind]"}


def test_the_points_that_nbgrader_reads_stay():
    points = new_output("execute_result", {"text/plain": "2.25"}, execution_count=1)
    cell = new_code_cell("", outputs=[points])
    HarmlessOutputs().preprocess_cell(cell, {}, 0)
    assert cell.outputs[0].data == {"text/plain": "2.25"}
