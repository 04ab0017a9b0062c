"""A chapter as a notebook to download: plain Markdown, nothing needed but `course_lib`."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from tools.plain_markdown import BOOK, figures, plain

FIGURE = re.compile(r"^```\{glue:figure\} (\S+)\n((?:.*\n)*?)```$", re.MULTILINE)
GLUE = "from myst_nb import glue"
# The book shows a picture elsewhere than where it is drawn, and so does its notebook.
OWN_GLUE = """\
glued_pictures = {}


def glue(name, picture, display=False):
    glued_pictures[name] = picture"""
INSTALL = """\
try:
    import course_lib
except ImportError:
    %pip install --quiet "hidden-states[viz] @ git+{repository}\""""
ABOUT = """\
*This is a chapter of Hidden States as a notebook. Run it from the top. It needs `course_lib` \
with its pictures{how}*"""


def notebook(chapter: Path, sets=(), repository: str = "") -> nbformat.NotebookNode:
    """Return a chapter as a notebook.

    Parameters
    ----------
    chapter : Path
        The chapter's file in `book/`.
    sets : collection of str
        The problem sets whose code is closed, such as ``"ps03"``.
    repository : str
        Where pip finds `course_lib`; without it the reader is told to install it.
    """
    how = (
        ": the first cell installs it." if repository else ': `pip install ".[viz]"` in its folder.'
    )
    cells = [new_markdown_cell(ABOUT.format(how=how))]
    if repository:
        cells.append(new_code_cell(INSTALL.format(repository=repository)))
    for cell in jupytext.read(chapter, fmt="md:myst").cells:
        if cell.cell_type == "markdown":
            cells += texts_and_pictures(cell.source, chapter, sets)
        else:
            cells.append(code(cell))
    for number, cell in enumerate(cells):
        cell.id = f"{chapter.stem[:2]}-{number}"  # the same chapter is the same bytes
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def texts_and_pictures(text: str, chapter: Path, sets) -> list[nbformat.NotebookNode]:
    """Return the cells of a text: a picture in it is shown by a cell of its own."""
    cells = []
    before, *rest = FIGURE.split(text)
    cells.append(new_markdown_cell(plain(before, chapter, sets)))
    for name, caption, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        cells.append(hidden(new_code_cell(f'glued_pictures["{name}"]')))
        label, words = re.fullmatch(r":name: (.+)\n\s*((?:.*\n)*)", caption).groups()
        told = f"**Figure {figures(chapter)[label]}.** {words}{after}"
        cells.append(new_markdown_cell(plain(told, chapter, sets)))
    return [cell for cell in cells if cell.source.strip()]


def code(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a code cell; what the book does not show is folded in the notebook."""
    tags = cell.metadata.get("tags", [])
    fresh = new_code_cell(cell.source.replace(GLUE, OWN_GLUE))
    return hidden(fresh) if {"remove-cell", "remove-input", "hide-input"} & set(tags) else fresh


def hidden(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Fold a cell's source, in JupyterLab and in Colab."""
    cell.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return cell


def chapters() -> list[Path]:
    """Return the pages of the book that are notebooks."""
    return [
        path for path in sorted(BOOK.glob("*.md")) if "\nkernelspec:" in path.read_text("utf-8")
    ]


def write(folder: Path, chapters: list[Path], sets=(), repository: str = "") -> None:
    """Write chapters into a folder, under the names of their pages."""
    for chapter in chapters:
        path = Path(folder, f"{chapter.stem}.ipynb")
        nbformat.write(notebook(chapter, sets, repository), path)
