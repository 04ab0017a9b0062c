"""Write a student's feedback page from the ledger, the gradebook and the graded notebook."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2
import nbformat
from nbconvert.exporters import Exporter
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import GetGrades
from traitlets import List, default

from autograder import ledger
from autograder.feedback import harmless, notebook, score


class GradesSoFar(GetGrades):
    """nbgrader's own step, where an answer that waits for a person has no score yet, not zero."""

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        place = self.notebook_id, self.assignment_id, self.student_id
        grade = self.gradebook.find_grade(cell.metadata.nbgrader.grade_id, *place)
        if grade.auto_score is None and grade.manual_score is None:
            cell.metadata.nbgrader.score = None


class FeedbackPages(GenerateFeedback):
    """nbgrader's own step, with our page, and with nothing copied but the page."""

    preprocessors = List([GradesSoFar]).tag(config=True)

    @default("exporter_class")
    def _exporter_class_default(self):
        return FeedbackExporter

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Leave a student's other files where they are: a page of theirs is none of ours."""


class FeedbackExporter(Exporter):
    """Make the page out of a graded notebook into which nbgrader has put its grades."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """Return the page and nbconvert's resources."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        about = resources["nbgrader"]
        root = Path(self.parent.coursedir.root)
        record = ledger.read(root, about["assignment"], about["student"])
        resources["output_extension"] = self.file_extension
        return render(nb, about, record or {}), resources


def render(graded: nbformat.NotebookNode, about: dict, record: dict) -> str:
    """Return the page of a graded submission.

    Parameters
    ----------
    graded : NotebookNode
        The graded notebook, with points, scores and comments as `GradesSoFar` leaves them.
    about : dict
        ``resources["nbgrader"]``: student, assignment, score, max_score, late_penalty.
    record : dict
        The ledger's record of the grading; empty if there is none.
    """
    exercises = score.exercises(graded.cells, record.get("probes", {}))
    return _template("page.html.j2").render(
        title=score.title(graded.cells) or about["assignment"],
        about=about,
        exercises=exercises,
        remarks=record.get("remarks", []),
        graded_at=record.get("graded_at", "")[:16].replace("T", " "),
        cells=notebook.shown_cells(graded.cells, with_verdicts=bool(record.get("probes"))),
    )


def refusal(problem_set: str, student: str, reason: str) -> str:
    """Return the page of a submission that could not be graded."""
    about = {"assignment": problem_set, "student": student}
    return _template("refused.html.j2").render(title=problem_set, about=about, reason=reason)


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.feedback", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: harmless.plain(value) if type(value) is str else value,
    )
    environment.filters["points"] = score.points
    return environment.get_template(name)
