"""A notebook in the box, on either road: honest work is done, nothing stops, hangs or floods it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.sandbox import Limits
from tests.autograder.boxes import REPOSITORY, as_ordinary_user, eventually

IGNORE_INTERRUPTS = """
import time
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


def test_cells_run_and_errors_stop_nothing(run):
    report, said = run("print('one', end=' ')\nprint('two')\n3", "1 / 0", "", "4")
    assert report.cells == ["ok", "error", "", "ok"]
    assert report.stopped is None
    assert said == ["one two\n3", "ZeroDivisionError", "", "4"]


def test_sets_of_texts_have_the_same_order_in_every_box(run):
    asked = subprocess.run(
        [sys.executable, "-c", "print(hash('a'))"],
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run("hash('a')")[1] == [asked.stdout.strip()]


def test_what_a_notebook_brought_along_is_thrown_away(road):
    forged = new_output("execute_result", {"text/plain": "10"}, execution_count=7)
    empty = new_code_cell("", outputs=[forged], execution_count=7)
    notebook = new_notebook(cells=[new_markdown_cell("# Hello"), empty, new_code_cell("1")])
    report = road(notebook, None, Limits())
    assert report.cells == ["", "", "ok"]
    assert (empty.outputs, empty.execution_count) == ([], None)
    assert notebook.cells[2].execution_count == 1


def test_only_text_is_kept_of_displays(road):
    notebook = new_notebook(
        cells=[
            new_code_cell(
                "deep = []\nfor _ in range(50):\n    deep = [deep]\n"
                "display({'application/json': deep, 'text/html': '<b>'}, raw=True,"
                " metadata={'text/html': {'deep': deep}})"
            )
        ]
    )
    assert road(notebook, None, Limits()).cells == ["ok"]
    [output] = notebook.cells[0].outputs
    assert (output.data, output.metadata) == ({"text/html": "<b>"}, {})


def test_displays_can_be_cleared_and_updated(run):
    _, said = run(
        "from IPython.display import clear_output, display\n"
        "print('gone')\nclear_output()\nprint('stays')\n"
        "handle = display(1, display_id=True)\nhandle.update(2)",
        "print('gone')\nclear_output(wait=True)\nprint('stays')",
    )
    assert said == ["stays\n2", "stays\n"]


@pytest.mark.parametrize(
    ("code", "limits", "ending"),
    [
        (IGNORE_INTERRUPTS, {"cell_seconds": 1}, "too slow"),
        ("import time; time.sleep(60)", {"total_seconds": 3}, "too slow"),
        ("import os; os._exit(0)", {}, "died"),
        ("import ctypes; ctypes.string_at(0)", {}, "died"),
        ("import os; os.closerange(0, 200)", {}, "died"),
        ("print('x' * 50_000_000)", {}, "too much output"),
        ("while True: display(1)", {"cell_output_kb": 500}, "too much output"),
    ],
    ids=[
        *("interrupts ignored", "total time", "exit", "segfault", "closed files"),
        *("giant output", "many outputs"),
    ],
)
def test_what_ends_a_run(run, code, limits, ending):
    report, said = run("'before'", code, "'after'", **limits)
    assert report.cells == ["ok", ending, "not run"]
    assert report.stopped
    assert (said[0], said[2]) == ("'before'", "")
    assert report.seconds < 20


@pytest.mark.parametrize(
    ("code", "limits", "ending"),
    [
        ("import time; time.sleep(60)", {"cell_seconds": 1}, "too slow"),
        ("bytearray(3 * 10**9)", {}, "error"),
        ("input()", {}, "error"),
        ("import os, signal; os.kill(1, signal.SIGTERM)", {}, None),
        ("open('/grader/kernel/channel-6', 'x')", {}, None),
        ("import sys; sys.exit()", {}, None),
    ],
    ids=["slow", "memory", "input", "signals", "sockets", "exit"],
)
def test_what_a_run_survives(run, code, limits, ending):
    report, said = run(code, "'after'", **limits)
    assert ending in (None, report.cells[0])
    assert report.cells[1] == "ok"
    assert said[1] == "'after'"


def test_output_counts_for_the_whole_notebook(run):
    report, _ = run(*["print('x' * 600_000)"] * 3, output_kb=1024)
    assert report.cells == ["ok", "too much output", "not run"]


def test_the_submissions_files_are_copied(run, tmp_path):
    (tmp_path / "helper.py").write_text("answer = 42")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table.csv").write_text("1,2")
    (tmp_path / "ps.ipynb").write_text("{}")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    report, said = run(
        "import helper, os\nhelper.answer",
        "open('data/table.csv').read()",
        "sorted(os.listdir())",
        "try:\n    open('helper.py', 'w').write('')\nexcept OSError:\n    pass",
        folder=tmp_path,
    )
    assert report.cells == ["ok"] * 4
    assert said[:3] == ["42", "'1,2'", "['data', 'helper.py']"]
    assert (tmp_path / "helper.py").read_text() == "answer = 42"


def test_files_named_like_the_kernels_do_not_replace_them(road, tmp_path):
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit(3)")
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").write_text("raise SystemExit(4)")
    (tmp_path / "helper.py").write_text("answer = 7")
    cells = [new_code_cell("import helper; print(helper.answer)"), new_code_cell("sys")]
    notebook = new_notebook(cells=cells)
    assert road(notebook, tmp_path, Limits()).cells == ["ok", "error"]
    assert notebook.cells[0].outputs[0].text == "7\n"


def test_no_more_files_than_allowed(run, tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("x")
    (tmp_path / "0.txt").write_bytes(bytes(2 * 2**20))
    _, said = run("import os; sorted(os.listdir())", folder=tmp_path, own_files=3, own_files_mb=1)
    assert said == ["['1.txt', '2.txt', '3.txt']"]


def test_the_box_reaches_the_oracle(road):
    def listen(manager):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(manager.oracle_socket))
        server.listen()
        threading.Thread(target=answer, args=[server]).start()

    def answer(server):
        with server, server.accept()[0] as connection:
            connection.sendall(b"question")

    ask = (
        "import os, socket\nclient = socket.socket(socket.AF_UNIX)\n"
        "client.connect(os.environ['COURSE_ORACLE'])\nclient.recv(8)"
    )
    notebook = new_notebook(cells=[new_code_cell(ask)])
    assert road(notebook, None, Limits(), on_start=listen).cells == ["ok"]
    assert notebook.cells[0].outputs[0].data["text/plain"] == "b'question'"


def test_the_probe_is_at_hand(road):
    code = "import course_probe, os; 'COURSE_ORACLE' in os.environ"
    notebook = new_notebook(cells=[new_code_cell(code)])
    assert road(notebook, None, Limits()).cells == ["ok"]
    assert notebook.cells[0].outputs[0].data["text/plain"] == "True"


def test_called_from_a_running_event_loop(run):
    """As formgrader's button does."""

    async def button():
        return run("1")

    assert asyncio.run(button())[1] == ["1"]


def test_nothing_is_left_in_the_temporary_folder(run, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run("1", "import os; os._exit(0)")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_grader_takes_the_box_along(road, tmp_path):
    mark = str(1_000_000_000 + os.getpid())
    code = f"import os; os.system('setsid sleep {mark} & sleep {mark}')"
    script = (
        f"from autograder.sandbox import {road.__name__} as road\n"
        f"from tests.autograder.boxes import run; run({code!r}, road=road)"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    try:
        assert eventually(lambda: len(processes(mark)) >= 2, seconds=60)
    finally:
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    assert eventually(lambda: not processes(mark))


def processes(mark: str) -> list[str]:
    """Return the processes that sleep for this number of seconds."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", mark.encode()]:
            found.append(path.parent.name)
    return found


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has run these tests just now")
def test_all_this_holds_for_an_ordinary_user(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    here = Path(__file__).parent
    # What a cell shows depends on the road, and not on who grades.
    arguments = [
        str(here),
        f"--ignore={here / 'test_same_outputs.py'}",
        "-p",
        "no:cacheprovider",
        f"--basetemp={folder}/t",
        "-m",
        "not slow",
    ]
    script = f"import os, pytest; os.chdir({str(REPOSITORY)!r}); exit(pytest.main({arguments}))"
    answer = as_ordinary_user(script, folder)
    assert answer.returncode == 0, answer.stdout
