"""The graded notebook on the feedback page: no hidden test, nothing live, and not too long."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup, escape
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.feedback import harmless

PAGE = 800_000
RICH = 100_000
PICTURE = 300_000
CODE = 20_000
OUTPUT = 4_000
OUTPUTS = 20
# What the template writes around a cell with all its outputs.
FRAME = 3_000
CUT = "[… {:,} characters more were left out of this page]"
FULL = Markup('<p class="note">Left out: the page would have become too large.</p>')
REST = Markup('<p class="note">The rest of the notebook was left out of this page.</p>')


@dataclass
class Shown:
    """A cell as the page shows it."""

    label: str
    kind: str
    body: Markup
    outputs: list[Markup] = field(default_factory=list)
    comment: Markup | None = None
    score: float | None = None
    points: float | None = None


class Budget:
    """How much more the page may hold, and how much more Markdown and HTML may be read for it."""

    def __init__(self):
        self.left, self.unread = PAGE, RICH

    def spend(self, *versions: Markup) -> Markup:
        """Return the first version that still fits, and pay for it."""
        for version in versions:
            size = len(version.encode())
            if size <= self.left:
                self.left -= size
                return version
        return FULL

    def markdown(self, source: str, attachments: dict, last_heading: int = 2) -> Markup:
        """Return Markdown set in type, or as it was written where that would take too long."""
        as_written = Markup('<pre tabindex="0">{}</pre>').format(harmless.plain(source))
        if len(source) > self.unread:
            return self.spend(as_written)
        self.unread -= len(source)
        versions = [harmless.markdown(source, attachments, last_heading)]
        if attachments:
            versions.append(harmless.markdown(source, {}, last_heading))
        return self.spend(*versions, as_written)


def shown_cells(cells: list, with_verdicts: bool) -> list[Shown]:
    """Return a notebook's cells as they are to be shown.

    Parameters
    ----------
    cells : list of NotebookNode
    with_verdicts : bool
        Whether the page tells the verdicts already, so that the graded cells' outputs, which
        tell the same, can be left out.
    """
    budget, shown = Budget(), []
    for cell in cells:
        if budget.left < FRAME:
            shown.append(Shown("", "markdown", REST))
            break
        budget.left -= FRAME
        shown.append(_shown(cell, with_verdicts, budget))
    return shown


def _shown(cell, with_verdicts: bool, budget: Budget) -> Shown:
    about = cell.metadata.get("nbgrader", {})
    is_judged = is_grade(cell) and not is_solution(cell)
    shown = Shown(_label(cell), cell.cell_type, _body(cell, is_judged, budget))
    if cell.cell_type == "code" and not (is_judged and with_verdicts):
        shown.outputs = [_output(output, budget) for output in cell.outputs[:OUTPUTS]]
        if len(cell.outputs) > OUTPUTS:
            more = len(cell.outputs) - OUTPUTS
            shown.outputs.append(Markup('<p class="note">{:,} outputs more.</p>').format(more))
    if is_grade(cell) or is_task(cell):
        shown.score, shown.points = about.get("score"), about.get("points")
    if about.get("comment"):
        shown.comment = budget.markdown(about["comment"], {}, last_heading=6)
    return shown


def _label(cell) -> str:
    if is_solution(cell):
        return "Your answer"
    if is_task(cell):
        return "Task"
    if is_grade(cell):
        return "Checks"
    if cell.get("id", "").startswith("student-"):
        return "Your own cell"
    return ""


def _body(cell, is_judged: bool, budget: Budget) -> Markup:
    source = _without_hidden_tests(cell.source) if is_judged else cell.source
    cut = _cut(source, CODE)
    if cell.cell_type == "markdown":
        return budget.markdown(cut, cell.get("attachments", {}))
    text = harmless.code(cut) if cell.cell_type == "code" else escape(harmless.plain(cut))
    box = Markup('<pre tabindex="0"><code>{}</code></pre>')
    return budget.spend(box.format(text), box.format(harmless.plain(cut)))


def _without_hidden_tests(source: str) -> str:
    """Return a test's source without what stands between nbgrader's markers."""
    lines, hidden = [], False
    for line in source.split("\n"):
        if ClearHiddenTests.begin_test_delimeter.default_value in line:
            hidden = True
        elif ClearHiddenTests.end_test_delimeter.default_value in line:
            hidden = False
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)


def _output(output, budget: Budget) -> Markup:
    """Return one output of a code cell, in the richest form that is harmless."""
    if output.output_type == "stream":
        return _text(output.text, budget, "errors" if output.name == "stderr" else "")
    if output.output_type == "error":
        return _text(f"{output.ename}: {output.evalue}", budget, "errors")
    data = output.get("data", {})
    for kind in harmless.SIGNATURES:
        address = harmless.picture(kind, data.get(kind))
        if address and len(address) <= PICTURE:
            picture = Markup('<img src="{}" alt="A picture made by this cell">').format(address)
            return budget.spend(picture)
        if address:
            return Markup('<p class="note">A picture of {:.0f} kB was left out.</p>').format(
                len(address) * 3 / 4000
            )
    table = data.get("text/html", "")
    if "<table" in table and len(table) <= min(OUTPUT * 5, budget.unread):
        budget.unread -= len(table)
        box = Markup('<div class="scroll" tabindex="0">{}</div>')
        return budget.spend(box.format(harmless.html(table)))
    return _text(data.get("text/plain", "[an output of another kind]"), budget)


def _text(text, budget: Budget, css: str = "") -> Markup:
    text = harmless.plain("".join(text) if isinstance(text, list) else text)
    return budget.spend(
        Markup('<pre tabindex="0" class="output {}">{}</pre>').format(css, _cut(text, OUTPUT))
    )


def _cut(text: str, length: int) -> str:
    """Return the beginning of a long text, and how much is missing."""
    if len(text) <= length:
        return text
    return f"{text[:length]}\n{CUT.format(len(text) - length)}"
