"""A notebook in the box: honest work is done, and nothing stops, hangs or floods the run."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.errors import CourseError
from autograder.sandbox import Limits, bubblewrap, run_notebook, seccomp
from tests.autograder.boxes import REPOSITORY, as_ordinary_user, run

FORGED_MESSAGES = """
kernel = get_ipython().kernel
def send(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
for kind in ("stream", "display_data", "status", "error", "comm_open", "nonsense", "clear_output"):
    send(kind, {"x": 1})
send("stream", {"name": "stdout", "text": [1, {}]})
send("display_data", {"data": {"text/plain": {"a": [1]}}, "metadata": 3, "transient": 7})
send("update_display_data", {"data": 1, "transient": {"display_id": [1]}})
kernel.iopub_socket.send_multipart([b"x"] * 3)
send("stream", {"name": "stdout", "text": "9999999999-99-99T99:99:99.9Z"})
for depth in ("[" * 100_000, '{"a":' * 100_000):
    parts = kernel.session.serialize(kernel.session.msg("stream", parent=kernel.get_parent()))
    parts[5] = depth.encode()
    parts[1] = kernel.session.sign(parts[2:6])
    kernel.iopub_socket.send_multipart(parts)
"""
ENDLESS_MESSAGE = """
import os, socket, struct, threading
# A frame of ZeroMQ's protocol that says: more of this message follows.
frame = b"\\x03" + struct.pack(">Q", 2**20) + bytes(2**20)
def pump(descriptor):
    try:
        channel = socket.socket(fileno=os.dup(descriptor))
        channel.setblocking(True)
        while True:
            channel.sendall(frame)
    except OSError:
        pass
for name in os.listdir("/proc/self/fd"):
    if int(name) > 2:
        threading.Thread(target=pump, args=[int(name)]).start()
"""
IGNORE_INTERRUPTS = """
import time
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


def test_cells_run_and_errors_stop_nothing():
    report, said = run("print('one', end=' ')\nprint('two')\n3", "1 / 0", "", "4")
    assert report.cells == ["ok", "error", "", "ok"]
    assert report.stopped is None
    assert said == ["one two\n3", "ZeroDivisionError", "", "4"]


def test_what_a_notebook_brought_along_is_thrown_away():
    forged = new_output("execute_result", {"text/plain": "10"}, execution_count=7)
    empty = new_code_cell("", outputs=[forged], execution_count=7)
    notebook = new_notebook(cells=[new_markdown_cell("# Hello"), empty, new_code_cell("1")])
    report = run_notebook(notebook, None, Limits())
    assert report.cells == ["", "", "ok"]
    assert (empty.outputs, empty.execution_count) == ([], None)
    assert notebook.cells[2].execution_count == 1


def test_only_text_is_kept_of_displays():
    notebook = new_notebook(
        cells=[
            new_code_cell(
                "deep = []\nfor _ in range(50):\n    deep = [deep]\n"
                "display({'application/json': deep, 'text/html': '<b>'}, raw=True,"
                " metadata={'text/html': {'deep': deep}})"
            )
        ]
    )
    assert run_notebook(notebook, None, Limits()).cells == ["ok"]
    [output] = notebook.cells[0].outputs
    assert (output.data, output.metadata) == ({"text/html": "<b>"}, {})


def test_displays_can_be_cleared_and_updated():
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
        (f"{ENDLESS_MESSAGE}\nimport time; time.sleep(60)", {}, "too much output"),
    ],
    ids=[
        *("interrupts ignored", "total time", "exit", "segfault", "closed files"),
        *("giant output", "many outputs", "endless message"),
    ],
)
def test_what_ends_a_run(code, limits, ending):
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
        (FORGED_MESSAGES, {}, "ok"),
    ],
    ids=["slow", "memory", "input", "signals", "sockets", "exit", "forged messages"],
)
def test_what_a_run_survives(code, limits, ending):
    report, said = run(code, "'after'", **limits)
    assert ending in (None, report.cells[0])
    assert report.cells[1] == "ok"
    assert said[1] == "'after'"


def test_output_counts_for_the_whole_notebook():
    report, _ = run(*["print('x' * 600_000)"] * 3, output_kb=1024)
    assert report.cells == ["ok", "too much output", "not run"]


def test_the_submissions_files_are_copied(tmp_path):
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


def test_files_named_like_the_kernels_do_not_replace_them(tmp_path):
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit(3)")
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").write_text("raise SystemExit(4)")
    (tmp_path / "helper.py").write_text("answer = 7")
    cells = [new_code_cell("import helper; print(helper.answer)"), new_code_cell("sys")]
    notebook = new_notebook(cells=cells)
    assert run_notebook(notebook, tmp_path, Limits()).cells == ["ok", "error"]
    assert notebook.cells[0].outputs[0].text == "7\n"


def test_no_more_files_than_allowed(tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("x")
    (tmp_path / "0.txt").write_bytes(bytes(2 * 2**20))
    _, said = run("import os; sorted(os.listdir())", folder=tmp_path, own_files=3, own_files_mb=1)
    assert said == ["['1.txt', '2.txt', '3.txt']"]


def test_the_box_reaches_the_oracle():
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
    assert run_notebook(notebook, None, Limits(), on_start=listen).cells == ["ok"]
    assert notebook.cells[0].outputs[0].data["text/plain"] == "b'question'"


@pytest.mark.parametrize("use_sandbox", [True, False])
def test_the_probe_is_at_hand(use_sandbox):
    code = "import course_probe, os; 'COURSE_ORACLE' in os.environ"
    notebook = new_notebook(cells=[new_code_cell(code)])
    assert run_notebook(notebook, None, Limits(), use_sandbox=use_sandbox).cells == ["ok"]
    assert notebook.cells[0].outputs[0].data["text/plain"] == "True"


def test_our_packages_are_empty_folders_inside():
    hidden = list(bubblewrap._hidden())
    _, said = run(f"import os\n[os.listdir(path) for path in {hidden}]")
    assert said == [str([[] for _ in hidden])]


def test_an_environment_below_the_temporary_folder_is_not_covered(tmp_path, monkeypatch):
    """The box has a temporary folder of its own, made before what lies below it is put there."""
    tmp_path.chmod(0o755)
    (tmp_path / "marker").write_text("seen")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    box = bubblewrap.Box(limits=Limits(), files={}, folders={})
    assert box.run(["cat", f"{tmp_path}/marker"]).stdout == "seen"
    assert box.run(["touch", f"{tmp_path}/marker"]).returncode != 0
    assert box.run(["touch", "/tmp/own"]).returncode == 0


def test_packages_of_an_installed_course_are_hidden(tmp_path, monkeypatch):
    for name in ("course_lib", "autograder", "numpy"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("site.getsitepackages", lambda: [str(tmp_path)])
    assert list(bubblewrap._hidden()) == [f"{tmp_path}/course_lib", f"{tmp_path}/autograder"]


def test_called_from_a_running_event_loop():
    """As formgrader's button does."""

    async def button():
        return run("1")

    assert asyncio.run(button())[1] == ["1"]


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run("1", "import os; os._exit(0)")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_grader_takes_the_box_along(tmp_path):
    mark = str(1_000_000_000 + os.getpid())
    code = f"import os; os.system('setsid sleep {mark} & sleep {mark}')"
    grader = subprocess.Popen(
        [sys.executable, "-c", f"from tests.autograder.boxes import run; run({code!r})"],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    try:
        assert eventually(lambda: len(processes(mark)) >= 2)
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


def eventually(holds, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not holds():
        time.sleep(0.05)
    return holds()


def test_limits_that_do_not_exist_are_refused():
    with pytest.raises(CourseError, match="no limit 'memory'. There are: .*memory_mb"):
        Limits.changed({"memory": 1})


@pytest.mark.parametrize("value", [0, -1, 1.5, "64", None, True])
def test_limits_that_make_no_sense_are_refused(value):
    with pytest.raises(CourseError, match="memory_mb must be a whole number above 0"):
        Limits.changed({"memory_mb": value})


def test_without_libseccomp_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    seccomp.program.cache_clear()
    with pytest.raises(CourseError, match="apt-get install libseccomp2"):
        run("1")


@pytest.mark.parametrize("bwrap", [None, "#!/bin/sh\nexit 1\n"], ids=["missing", "failing"])
def test_a_kernel_that_cannot_be_started(tmp_path, monkeypatch, bwrap):
    if bwrap is not None:
        (tmp_path / "bwrap").write_text(bwrap)
        (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bubblewrap, "PROGRAM", f"{tmp_path}/bwrap")
    with pytest.raises(CourseError, match="Python could not be started"):
        run("1")


def test_no_user_of_this_machine_lives_in_a_box():
    users = bubblewrap._known_users()
    assert not any(entry.pw_uid in users for entry in pwd.getpwall())


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has run these tests just now")
def test_all_this_holds_for_an_ordinary_user(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    arguments = [__file__, "-p", "no:cacheprovider", f"--basetemp={folder}/t", "-m", "not slow"]
    script = f"import os, pytest; os.chdir({str(REPOSITORY)!r}); exit(pytest.main({arguments}))"
    answer = as_ordinary_user(script, folder)
    assert answer.returncode == 0, answer.stdout
