"""What was handed in is put right with a remark, or refused in a sentence."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import socket
from pathlib import Path

import nbformat
import pytest

from autograder import intake, notebook_text
from autograder.intake import Refused, examine, receive

NAME = "ps03_hmm"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    return folder


def code(source="x = 1", **more) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": []} | more


def document(*cells, **more) -> dict:
    kernel = {"kernelspec": {"name": "python3"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": list(cells)} | more


def write(folder, content, name=f"{NAME}.ipynb"):
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    (folder / name).write_bytes(content)
    return content


def remarks(notebook) -> list[str]:
    return notebook.metadata.submission.remarks


def refusal(folder) -> str:
    with pytest.raises(Refused) as refused:
        examine(folder, NAME)
    reason = str(refused.value)
    assert "\n" not in reason
    assert len(reason) < 300
    assert str(folder) not in reason, "a path of the course"
    return reason


def test_a_good_notebook_is_read_without_a_remark(folder):
    content = write(folder, document(code("x = 1\ny = 2")))
    notebook = examine(folder, NAME)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == ["x = 1\ny = 2"]
    assert notebook.metadata == {
        "submission": {
            "file": f"{NAME}.ipynb",
            "sha256": hashlib.sha256(content).hexdigest(),
            "remarks": [],
        }
    }


def test_only_text_and_grade_id_are_believed(folder):
    forged = {
        "nbgrader": {"grade_id": "a", "points": 99, "grade": True},
        "tags": ["skip-execution"],
    }
    outputs = [{"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}}]
    cell = code("x", metadata=forged, outputs=outputs, execution_count=7, id="no id at all!")
    write(folder, document(cell, metadata={"submission": {"remarks": ["Full marks."]}}))
    notebook = examine(folder, NAME)
    assert notebook.cells[0].metadata == {"nbgrader": {"grade_id": "a"}}
    assert notebook.cells[0].outputs == []
    assert notebook.cells[0].execution_count is None
    assert "Full marks." not in json.dumps(notebook)
    nbformat.validate(notebook)


BARE = {"cell_type": "code", "source": ["a = 1\n", "b = 2"]}
NESTED = b'{"nbformat": 4, "cells": ' + b"[" * 100_000


@pytest.mark.parametrize(
    ("content", "sources", "remark"),
    [
        (document(BARE), ["a = 1\nb = 2"], None),
        (document(code(None)), [""], None),
        (document(code(id="a"), code("y", id="a")), ["x = 1", "y"], None),
        (document(code("a\r\nb\rc")), ["a\nb\nc"], "Line ends"),
        (json.dumps(document(code("a")), indent=1).replace("\n", "\r\n"), ["a"], None),
        (b"\xef\xbb\xbf" + json.dumps(document(code("ü"))).encode(), ["ü"], "byte order mark"),
        (json.dumps(document(code("ü"))).encode("utf-16"), ["ü"], "UTF-16"),
        (json.dumps(document(code("ü")), ensure_ascii=False).encode("latin-1"), ["ü"], "ISO8859-1"),
        (document(code("s = '\ud800'")), ["s = '\ufffd'"], "broken characters"),
        (
            {"metadata": {"kernelspec": {"name": "python3"}}, "cells": [code()]},
            ["x = 1"],
            "did not name its format",
        ),
        (document(code(), metadata={}), ["x = 1"], "named no kernel"),
        (document(code(), metadata=[1]), ["x = 1"], "named no kernel"),
        (document(code(), metadata={"kernelspec": {"name": "ir"}}), ["x = 1"], "kernel 'ir'"),
        (document(code(cell_type="sql")), ["x = 1"], "unknown kind"),
        (document(code(), nbformat_minor=99), ["x = 1"], None),
        (
            {
                "nbformat": 3,
                "metadata": {"kernelspec": {"name": "python3"}},
                "worksheets": [
                    {"cells": [{"cell_type": "heading", "level": 1, "source": "Title"}]},
                    {"cells": [{"cell_type": "code", "input": "x", "language": "python"}]},
                ],
            },
            ["# Title", "x"],
            "old format 3",
        ),
    ],
)
def test_put_right(folder, content, sources, remark):
    write(folder, content)
    notebook = examine(folder, NAME)
    assert [cell.source for cell in notebook.cells] == sources
    assert len({cell.id for cell in notebook.cells}) == len(sources)
    nbformat.validate(notebook)
    if remark is None:
        assert remarks(notebook) == []
    else:
        assert [remark in said for said in remarks(notebook)] == [True]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty (0 bytes)"),
        (b" \n", "is empty (2 bytes)"),
        (b"\0" * 100, "no JSON at line 1"),
        (b"this is no notebook", "is not a notebook file: no JSON at line 1, column 1"),
        (b"PK\x03\x04\x80\x99 a zip file", "not a text in UTF-8"),
        ("ü", "no JSON"),
        (json.dumps(document(code("ü\x80")), ensure_ascii=False).encode("latin-1"), "UTF-8"),
        (json.dumps(document(code("x = 1")))[:-30], "is cut off"),
        (json.dumps(document(code("x = 1")))[:120], "is cut off"),
        ([1], "it holds a list"),
        ("3", "it holds a number"),
        ("null", "it holds nothing"),
        (NESTED, "nested too deeply"),
        (b'{"nbformat": 4, "x": ' + b"[]," * 600_000, "too many lists"),
        (b'{"nbformat": ' + b"9" * 10_000 + b"}", "a number too long"),
        (document(), "has no cells"),
        (document(code(), nbformat=5), "its format is 5"),
        (document(code(), nbformat="four"), "its format is 'four'"),
        (document(code(), nbformat=[4]), "its format is [4]"),
        ({"nbformat": 4}, "no list of cells"),
        ({"nbformat": 4, "cells": {"a": 1}}, "no list of cells"),
        ({"nbformat": 3, "worksheets": [7]}, "no list of cells"),
        ({"hello": "world"}, "it names no format"),
        (document(code(), 7), "its cell 2 is a number"),
        (document(code(), None), "its cell 2 is nothing"),
        (document(code(source={"a": 1})), "the text of its cell 1 is an object"),
        (document(code(source=["a", 1])), "the text of its cell 1 is a list"),
        (document(*[code()] * 1001), "has 1001 cells"),
        (document(code("x" * 1_000_001)), "1,000,001 characters"),
    ],
)
def test_refused_with_the_reason(folder, content, reason):
    write(folder, content)
    said = refusal(folder)
    assert said.startswith(f"'{NAME}.ipynb' ")
    assert reason in said


def test_huge_outputs_are_no_reason_to_refuse(folder):
    output = {"output_type": "stream", "name": "stdout", "text": "a" * 5_000_000}
    write(folder, document(code(outputs=[output])))
    assert len(json.dumps(examine(folder, NAME))) < 1000


def test_a_huge_file_is_not_read(folder, monkeypatch):
    with open(folder / f"{NAME}.ipynb", "wb") as file:
        file.truncate(30_000_000)
    monkeypatch.setattr(notebook_text, "cells_of", lambda content: pytest.fail("was read"))
    assert "takes 30.0 MB, more than the 20.0 MB allowed" in refusal(folder)


def test_pictures_pasted_into_text_are_kept_and_nothing_else_is(folder):
    attachments = {
        "a.png": {"image/png": "iVBORw0KGgo="},
        "b.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"},
        "c.png": {"image/png": "<script>"},
        "d.png": {"image/png": ["iVBO"]},
        "e": 3,
    }
    cell = {"cell_type": "markdown", "source": "", "metadata": {}, "attachments": attachments}
    write(folder, document(cell))
    kept = examine(folder, NAME).cells[0].attachments
    assert kept == {"a.png": {"image/png": "iVBORw0KGgo="}}


def test_another_name_is_taken_if_there_is_no_doubt(folder):
    write(folder, document(code()), "ps03_hmm (1).ipynb")
    notebook = examine(folder, NAME)
    assert remarks(notebook) == ["The notebook 'ps03_hmm (1).ipynb' was taken for ps03_hmm.ipynb."]


def test_the_right_name_in_a_folder_of_its_own_is_taken(folder):
    (folder / NAME).mkdir()
    write(folder / NAME, document(code()))
    write(folder, document(code("scratch")), "scratch.ipynb")
    assert examine(folder, NAME).cells[0].source == "x = 1"


def test_checkpoints_are_not_looked_at(folder):
    write(folder, document(code()))
    (folder / ".ipynb_checkpoints").mkdir()
    write(folder / ".ipynb_checkpoints", b"broken", f"{NAME}-checkpoint.ipynb")
    assert remarks(examine(folder, NAME)) == []


def test_other_notebooks_beside_it_are_named(folder):
    write(folder, document(code()))
    write(folder, document(code("other")), "copy.ipynb")
    assert remarks(examine(folder, NAME)) == ["Only ps03_hmm.ipynb was graded, not 'copy.ipynb'."]


def test_two_notebooks_of_other_names_are_refused(folder):
    for name in ("a.ipynb", "b.ipynb"):
        write(folder, document(code()), name)
    assert "which of 'a.ipynb', 'b.ipynb' to grade is not clear" in refusal(folder)


def test_a_missing_notebook_says_what_was_found(folder):
    assert "no notebook ps03_hmm.ipynb; found nothing" in refusal(folder)
    write(folder, b"%PDF", "answers.pdf")
    assert "found 'answers.pdf'" in refusal(folder)


def test_a_folder_named_like_the_notebook(folder):
    (folder / f"{NAME}.ipynb").mkdir()
    assert "is a folder, not a notebook" in refusal(folder)


def test_a_missing_folder(folder):
    folder.rmdir()
    assert "cannot be read (No such file or directory)" in refusal(folder)


@pytest.mark.parametrize("name", [f"{NAME}.ipynb", "data.csv"])
@pytest.mark.parametrize("target", ["secret", "/dev/zero", "nowhere", f"{NAME}.ipynb"])
def test_a_link_is_refused_and_never_followed(folder, tmp_path, name, target):
    write(tmp_path, document(code("secret")), "secret")
    if name != f"{NAME}.ipynb":
        write(folder, document(code()))
    os.symlink(tmp_path / target if target == "secret" else target, folder / name)
    assert f"'{name}' is a link" in refusal(folder)


def test_a_link_to_a_folder_is_refused(folder, tmp_path):
    write(folder, document(code()))
    os.symlink(tmp_path, folder / "data")
    assert "'data' is a link" in refusal(folder)


@pytest.mark.parametrize("parent", [False, True])
def test_a_submission_that_is_itself_a_link_is_refused(folder, tmp_path, parent):
    write(folder, document(code()))
    link = tmp_path / "submitted" / "bea"
    os.symlink(folder.parent, link) if parent else link.mkdir()
    if not parent:
        os.symlink(folder, link / NAME)
    with pytest.raises(Refused, match="is a link"):
        examine(link / NAME, NAME)


@pytest.mark.parametrize("name", [f"{NAME}.ipynb", "data.csv"])
def test_a_pipe_is_refused_without_waiting(folder, name):
    if name != f"{NAME}.ipynb":
        write(folder, document(code()))
    os.mkfifo(folder / name)
    assert f"'{name}' is a pipe" in refusal(folder)


def test_a_socket_is_refused(folder, monkeypatch):
    write(folder, document(code()))
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        assert "'s' is a socket" in refusal(folder)


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    write(folder, document(code()))

    def forbidden(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(intake.os, "open", forbidden)
    assert "cannot be read (Permission denied)" in refusal(folder)


def test_a_link_put_in_after_the_check_is_not_followed(folder, tmp_path, monkeypatch):
    """What was checked is what is read, whoever may write into the folder meanwhile."""
    write(folder, document(code()))
    write(tmp_path, document(code("secret")), "secret")
    checked = intake._files

    def swapped(given):
        files = checked(given)
        (folder / f"{NAME}.ipynb").unlink()
        os.symlink(tmp_path / "secret", folder / f"{NAME}.ipynb")
        return files

    monkeypatch.setattr(intake, "_files", swapped)
    assert "cannot be read" in refusal(folder)


def test_too_many_files_and_too_much(folder):
    write(folder, document(code()))
    with open(folder / "data.bin", "wb") as file:
        file.truncate(60_000_000)
    assert "60.0 MB, more than the 50.0 MB" in refusal(folder)
    (folder / "data.bin").unlink()
    for number in range(250):
        (folder / f"{number}.txt").touch()
    assert "more than 200 files" in refusal(folder)


def test_folders_in_folders(folder):
    write(folder, document(code()))
    (folder / "/".join("abcdefghijkl")).mkdir(parents=True)
    assert "more than 8 deep" in refusal(folder)


def test_strange_names_are_shown_on_one_line(folder):
    write(folder, b"", "a\n\x1b[31m\u202e.pdf")
    (folder / os.fsdecode(b"\xff\xfe.txt")).touch()
    said = refusal(folder)
    assert said.isprintable()


def test_a_clean_copy_has_the_plain_files_beside_the_notebook(folder, tmp_path):
    write(folder, document(code("a\r\nb")), "another name.ipynb")
    (folder / "data").mkdir()
    write(folder / "data", b"1,2\n", "table.csv")
    write(folder, b"", "strange\n.csv")
    write(folder, b"2026-01-01 10:00:00 UTC", "timestamp.txt")
    (folder / ".ipynb_checkpoints").mkdir()
    write(folder / ".ipynb_checkpoints", b"", "x.ipynb")
    receive(folder, NAME, tmp_path / "copy")
    files = sorted(p.relative_to(tmp_path / "copy") for p in (tmp_path / "copy").rglob("*.*"))
    assert [str(file) for file in files] == ["data/table.csv", f"{NAME}.ipynb", "timestamp.txt"]
    copy = nbformat.read(tmp_path / "copy" / f"{NAME}.ipynb", as_version=4)
    assert copy.cells[0].source == "a\nb"
    assert len(remarks(copy)) == 3


@pytest.mark.parametrize("content", [b"whenever", b"", b"\xff", b"9" * 100])
def test_a_time_that_is_none_is_left_out(folder, tmp_path, content):
    write(folder, document(code()))
    write(folder, content, "timestamp.txt")
    receive(folder, NAME, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == [f"{NAME}.ipynb"]


def test_a_copy_that_cannot_be_written_is_not_the_submissions_fault(tmp_path, monkeypatch):
    folder = tmp_path / "submitted"
    folder.mkdir()
    cells = [nbformat.v4.new_code_cell("1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "ps.ipynb")
    (folder / "data.csv").write_text("1")

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        intake.receive(folder, "ps", tmp_path / "target")
