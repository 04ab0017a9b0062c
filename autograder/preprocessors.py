"""The steps this project puts into nbgrader's pipelines."""

from __future__ import annotations

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    Execute,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from nbgrader.utils import is_grade
from traitlets import Bool

from autograder import sandbox
from autograder.errors import CourseError


class ExecuteInSandbox(Execute):
    """Run the notebook like nbgrader's own step, with its kernel inside the sandbox."""

    sandbox = Bool(True, help="Run student code in the sandbox. Off, it can do all you can.").tag(
        config=True
    )

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        if self.sandbox:
            self.kernel_manager_class = sandbox.SandboxedKernelManager

    def preprocess(self, nb, resources, **kwargs):
        """Refuse to run student code unprotected where a sandbox was asked for."""
        if self.sandbox:
            try:
                sandbox.check_available()
            except CourseError as error:
                raise NbGraderException(str(error)) from None
        return super().preprocess(nb, resources, **kwargs)


class HideUnseenTests(ClearHiddenTests):
    """Take the unseen tests out of a graded notebook, and leave what they found in words."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Strip the test's source, and its lines from the traceback of a failed check."""
        if is_grade(cell) and cell.cell_type == "code":
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return super().preprocess_cell(cell, resources, cell_index)


GRADING_STEPS: list[type[NbGraderPreprocessor]] = [
    ExecuteInSandbox,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]

FEEDBACK_STEPS: list[type[NbGraderPreprocessor]] = [
    HideUnseenTests,
    GetGrades,
    CSSHTMLHeaderPreprocessor,
]
