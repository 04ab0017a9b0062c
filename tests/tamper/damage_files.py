"""Damage by what is handed in: links, pipes, names, and mark-up that runs on a page."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.tamper.submission import (
    FULL,
    NOTHING,
    PROBLEM_SET,
    REFUSED,
    Submission,
    Target,
    named,
)
from tests.tamper.work import RIGHT

SCRIPT = "<script>window.pwned=1</script><img src=x onerror='window.pwned=1'>"


HTML = (
    f"{SCRIPT}<svg onload='window.pwned=1'></svg><a href='javascript:window.pwned=1'>x</a>"
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>"
    "<style>@import '//away.invalid'</style>"
)


def linking(name: str, to: str):
    def arrange(folder: Path, target: Target) -> None:
        path = folder / name
        path.unlink(missing_ok=True)
        path.symlink_to(target.course / to)

    return arrange


def folder_is_a_link(folder: Path, target: Target) -> None:
    """Make the student's folder a link to another student's."""
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.symlink_to(target.course / "submitted" / "aa-honest" / PROBLEM_SET)


def a_pipe(folder: Path, target: Target) -> None:
    os.mkfifo(folder / "data.csv")


def notebook_is_a_pipe(folder: Path, target: Target) -> None:
    (folder / f"{PROBLEM_SET}.ipynb").unlink()
    os.mkfifo(folder / f"{PROBLEM_SET}.ipynb")


def a_socket(folder: Path, target: Target) -> None:
    here = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{here}/s")
    os.close(here)


def strange_names(folder: Path, target: Target) -> None:
    names = ["-rf", "--help", "a\nb", "$(touch x)", "`touch x`", "'; touch x; '", "*", "~", "%s%n"]
    names += ["x" * 250, "ünï", "\u202etxt.exe", "<img src=x onerror=alert(1)>.txt", "con", ". ."]
    for name in names:
        (folder / name).write_text("x")
    (folder / os.fsdecode(b"\xff\xfe.txt")).write_text("x")


def live_outputs(notebook: NotebookNode) -> None:
    data = {
        "text/html": HTML,
        "image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{HTML}</svg>",
        "application/javascript": "window.pwned=1",
        "text/latex": f"$\\href{{javascript:window.pwned=1}}{{x}}$ {HTML}",
        "text/markdown": HTML,
        "application/vnd.jupyter.widget-view+json": {"model_id": HTML},
        "text/plain": HTML,
    }
    notebook.cells.append(
        new_code_cell("x = 1", outputs=[new_output("display_data", data, metadata={"a": HTML})])
    )


def live_markdown(notebook: NotebookNode) -> None:
    picture = {"a.svg": {"image/svg+xml": HTML}, "b.png": {"image/png": f"'>{HTML}"}}
    notebook.cells.append(
        new_markdown_cell(f"# {HTML}\n![x](attachment:a.svg)", attachments=picture)
    )
    notebook.cells.append(new_markdown_cell("[x](javascript:window.pwned=1) <b onclick='x'>b</b>"))


def live_metadata(notebook: NotebookNode) -> None:
    notebook.metadata = {"title": HTML, "kernelspec": {"name": HTML, "display_name": HTML}}
    for cell in notebook.cells:
        cell.metadata.update({"name": HTML, "tags": [HTML], "style": HTML})
    named(notebook, "viterbi").metadata.nbgrader.comment = HTML


SUBMISSIONS = [
    Submission(
        "link-to-gradebook",
        "Hands in a link to the gradebook.",
        REFUSED,
        arrange=linking("data.db", "gradebook.db"),
    ),
    Submission(
        "link-to-key",
        "Hands in a link to the course's key.",
        REFUSED,
        arrange=linking("data.txt", "secret.key"),
    ),
    Submission(
        "link-to-folder",
        "Hands in a link to the folder of sources.",
        REFUSED,
        arrange=linking("data", "source"),
    ),
    Submission(
        "notebook-is-a-link",
        "Hands in a link to another student's notebook.",
        REFUSED,
        arrange=linking(
            f"{PROBLEM_SET}.ipynb", f"submitted/aa-honest/{PROBLEM_SET}/{PROBLEM_SET}.ipynb"
        ),
    ),
    Submission(
        "notebook-links-to-source",
        "Hands in a link to the solutions.",
        REFUSED,
        arrange=linking(f"{PROBLEM_SET}.ipynb", f"source/{PROBLEM_SET}/{PROBLEM_SET}.ipynb"),
    ),
    Submission(
        "folder-is-a-link", "Hands in another student's folder.", REFUSED, arrange=folder_is_a_link
    ),
    Submission(
        "pipe-in-folder", "Hands in a pipe, which never ends.", REFUSED, RIGHT, arrange=a_pipe
    ),
    Submission(
        "notebook-is-a-pipe", "Hands in a pipe for a notebook.", REFUSED, arrange=notebook_is_a_pipe
    ),
    Submission("socket-in-folder", "Hands in a socket.", REFUSED, RIGHT, arrange=a_socket),
    Submission(
        "strange-file-names",
        "Comes with files named like options, commands, formats and mark-up.",
        FULL,
        RIGHT,
        arrange=strange_names,
    ),
    Submission(
        "script-in-outputs",
        "Saves outputs that run scripts on a page.",
        FULL,
        RIGHT,
        edit=live_outputs,
    ),
    Submission(
        "script-in-live-outputs",
        "Shows HTML, SVG, JavaScript, LaTeX, Markdown and escapes while it is graded.",
        FULL,
        RIGHT,
        own_cells=(
            f"""
from IPython.display import *
page = {HTML!r}
for show in (HTML, SVG, Javascript, Latex, Markdown, Math):
    try:
        display(show(page))
    except Exception as error:
        print(error)
display({{"text/html": page, "text/plain": page, "image/png": "'>" + page}}, raw=True)
print(page, "\\x1b]8;;javascript:window.pwned=1\\x07x\\x1b]8;;\\x07\\x1b[31m")
raise ValueError(page)
""",
        ),
    ),
    Submission(
        "script-in-markdown",
        "Writes mark-up that runs into text cells and attachments.",
        FULL,
        RIGHT,
        edit=live_markdown,
    ),
    Submission(
        "script-in-metadata",
        "Writes mark-up that runs into every field of metadata.",
        FULL,
        RIGHT,
        edit=live_metadata,
    ),
    Submission(
        "script-in-exceptions",
        "Raises an exception whose name and text are mark-up, and answers with mark-up.",
        NOTHING,
        {
            "viterbi": f"page = {HTML!r}\n"
            "def viterbi(*args, **kwargs):\n    raise type(page, (Exception,), {})(page)",
            "count_hmm": "def count_hmm(*args, **kwargs):\n    return {page: page}, page, page",
        },
    ),
    Submission(
        "script-in-student-id",
        "Is handed in under a name that is mark-up.",
        FULL,
        RIGHT,
        student="<img src=x onerror=alert(1)>&\"'",
    ),
]
