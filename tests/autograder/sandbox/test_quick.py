"""What is true of the quick road alone: the template, the way into a box, a runner that lies."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.sandbox import Limits, bubblewrap, prepare, run_quickly
from autograder.sandbox.quick import template
from tests.autograder import boxes
from tests.autograder.boxes import REPOSITORY, eventually, notebook_of, text_of

FRAME = """
import json, os, struct
def frame(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return struct.pack(">I", len(data)) + data
"""
NONSENSE = f"""{FRAME}
for said in (
    b"", b"x", b"1", b"NaN", b"[" * 10_000, b'{{"a":' * 10_000, b"[[[]]]", b"\\xff\\xfe",
    b"9" * 5_000,
    [], [1, 2], ["stream"], ["stream", 1], ["nothing", {{}}], [["done"], {{}}], {{"done": 1}},
    ["stream", {{"name": "stdout", "text": [1, {{}}]}}], ["error", {{"ename": 1}}],
    ["display_data", {{"data": {{"text/plain": {{"a": [1]}}}}, "metadata": 3, "transient": 7}}],
    ["update_display_data", {{"data": 1, "transient": {{"display_id": [1]}}}}],
    ["execute_result", {{"execution_count": "1"}}], ["clear_output", {{"wait": []}}],
):
    os.write(3, frame(said))
    os.read(3, 1)
"""


def run(*cells: str, **options):
    return boxes.run(*cells, road=run_quickly, **options)


def test_a_runner_has_no_privileges_and_its_own_namespaces():
    code = """
import json, os
lines = open("/proc/self/status").read().splitlines()
namespaces = {name: os.readlink(f"/proc/self/ns/{name}") for name in os.listdir("/proc/self/ns")}
print(json.dumps([dict(line.split(":\\t", 1) for line in lines if ":\\t" in line), namespaces]))
"""
    _, [said] = run(code)
    status, namespaces = json.loads(said)
    assert {name: int(value, 16) for name, value in status.items() if name.startswith("Cap")} == (
        dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0)
    )
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    users = set(status["Uid"].split() + status["Gid"].split() + status["Groups"].split())
    if os.geteuid() == 0:
        [user] = users
        assert int(user) in bubblewrap._known_users()
    else:
        assert users == {str(os.geteuid())}
    for name in ("mnt", "pid", "net", "ipc", "uts"):
        assert namespaces[name] != os.readlink(f"/proc/self/ns/{name}")
    if os.geteuid() != 0:
        assert namespaces["user"] != os.readlink("/proc/self/ns/user")


def test_a_runner_has_nothing_open_but_its_pipes_and_its_sockets():
    code = """
import os
found = []
for name in os.listdir("/proc/self/fd"):
    try:
        found.append(os.readlink(f"/proc/self/fd/{name}").split(":")[0])
    except OSError:
        pass
sorted(set(found))
"""
    assert run(code)[1] == ["['/dev/null', 'anon_inode', 'pipe', 'socket']"]


def test_a_runner_cannot_change_the_graders_python():
    """Its program is reached past all that is read-only in the box."""
    program = Path(os.path.realpath(sys.executable))
    before = program.stat()
    code = "import os\ntry:\n    os.chmod('/proc/self/exe', 0o777)\nexcept OSError:\n    pass\n"
    writing = "open('/proc/self/exe', 'r+b')"
    report, said = run(code + "os.readlink('/proc/self/exe')", writing)
    assert report.cells == ["ok", "error"]
    assert "memfd" in said[0]
    after = program.stat()
    assert (after.st_mode, after.st_mtime) == (before.st_mode, before.st_mtime)
    assert not stat.S_IMODE(after.st_mode) & stat.S_IWOTH


def test_a_runner_knows_no_path_and_no_word_of_the_graders(monkeypatch):
    """Not even in the memory that it was forked with."""
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "canary-in-the-environment")
    template.TEMPLATE.stop()
    words = [f"{REPOSITORY}/autograder", str(REPOSITORY / "tests"), "canary-in-the-environment"]
    known = "course_runner"
    words.append(known)
    # Spelt so that looking for a word does not put it into memory.
    spelt = ["".join(f"[{letter}]" for letter in word) for word in words]
    code = f"""
import re
found = set()
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        low, high, rights = re.match(r"(\\w+)-(\\w+) (\\S+)", line).groups()
        if not rights.startswith("rw"):
            continue
        memory.seek(int(low, 16))
        content = memory.read(int(high, 16) - int(low, 16))
        found |= {{word for word in {spelt} if re.search(word.encode(), content)}}
found == {{{spelt[-1]!r}}} or found
"""
    assert run(code)[1] == ["True"], f"{known} alone is there to be found"


def test_a_runner_imports_what_a_program_in_the_box_does():
    code = """
import subprocess, sys
said = subprocess.run([sys.executable, "-c", "import sys; print(sys.path)"], capture_output=True)
path = [folder for folder in eval(said.stdout) if folder]
print([folder for folder in sys.path if folder] == path, sys.path.index("") > 1)
ours = {"autograder", "course_lib", "course_runner", "nbgrader"}
print([name for name in sys.modules if name.split(".")[0] in ours])
"""
    assert run(code)[1] == ["True True\n[]\n"]


def test_no_two_runners_draw_the_same_numbers():
    code = "import random, numpy as np\nrandom.random(), np.random.random()"
    one, two = (set(run(code)[1][0].strip("()").split(", ")) for _ in range(2))
    assert len(one | two) == 4


def test_what_is_printed_and_shown_stays_in_order():
    code = """
import os, subprocess, sys
for number in range(3):
    print("print", number)
    os.write(1, b"write %d\\n" % number)
    subprocess.run(["echo", "echo", str(number)])
    display(number)
    print("to stderr", number, file=sys.stderr)
    display("line")
"""
    expected = []
    for n in range(3):
        expected += [f"print {n}\nwrite {n}\necho {n}\n", str(n), f"to stderr {n}\n", "'line'"]
    notebook = notebook_of(code)
    run_quickly(notebook, None, Limits())
    outputs = notebook.cells[0].outputs
    assert [text_of([output]) for output in outputs] == expected


def test_a_cell_that_forks_goes_on_once():
    report, said = run(
        "import os\nchild = os.fork()\nprint('here')\nos.wait() if child else 0", "1"
    )
    assert report.cells == ["ok", "ok"]
    assert said[0].count("here") == 2
    assert said[1] == "1"


def test_nonsense_is_not_believed():
    report, said = run(NONSENSE, "'after'")
    assert report.cells == ["ok", "ok"]
    assert said[1] == "'after'"


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ('os.write(3, b"\\xff\\xff\\xff\\xff")', ["too much output", "not run"]),
        ('while True: os.write(3, frame(["stream", {}]))', ["too much output", "not run"]),
        ('while True: os.write(3, frame(["nothing", {}])); os.read(3, 1)', None),
        ('os.write(3, frame(["done", {"ok": True}])); 1 / 0', ["ok", "error"]),
        ('os.write(3, frame(["done", {}])); time.sleep(60)', ["error", "too slow"]),
        ("os.close(3); time.sleep(60)", ["died", "not run"]),
        ("os.close(3)", ["died", "not run"]),
        ("os.close(1); os.close(2)", ["ok", "ok"]),
        ("os.kill(os.getpid(), 9)", ["died", "not run"]),
        ("os.kill(os.getpid(), 19)", ["too slow", "not run"]),
        ("os.write(3, bytes(3))", None),
        ("exit()", ["ok", "died"]),
    ],
)
def test_a_lie_hurts_the_liar(code, cells):
    limits = {"cell_seconds": 2, "total_seconds": 10, "cell_output_kb": 100}
    report, _ = run(f"{FRAME}\nimport time\n{code}", "'after'", **limits)
    assert cells is None or report.cells == cells
    assert report.seconds < 20


def test_a_template_that_has_died_is_started_again():
    assert run("1")[1] == ["1"]
    template.TEMPLATE._process.kill()
    template.TEMPLATE._process.wait()
    assert run("1")[1] == ["1"]


def test_a_template_ends_with_the_grader():
    script = (
        "import os; from autograder.sandbox import run_quickly as road\n"
        "from autograder.sandbox.quick.template import TEMPLATE\n"
        "from tests.autograder.boxes import run; run('1', road=road)\n"
        "print(TEMPLATE._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE, check=False
    )
    assert eventually(lambda: not Path(f"/proc/{int(said.stdout)}").exists())


def test_nothing_stays_open():
    run("1")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        run("import os; os.fork()", "1 / 0")
    assert len(os.listdir("/proc/self/fd")) == before
    children = Path(f"/proc/{template.TEMPLATE._process.pid}/task").glob("*/children")
    assert eventually(lambda: not "".join(path.read_text() for path in children))


def test_a_box_that_cannot_be_entered_is_told_in_a_line(monkeypatch):
    monkeypatch.setattr(bubblewrap, "resources", lambda limits: {"nofile": 2**62})
    with pytest.raises(CourseError, match="no process could enter the box: .*limit") as refusal:
        run("1")
    assert "\n" not in str(refusal.value)


def test_a_template_that_cannot_start_is_told_in_a_line(monkeypatch):
    template.TEMPLATE.stop()
    monkeypatch.setattr(template, "PACKAGE", "no-such.package")
    with pytest.raises(CourseError, match="forked from ended early"):
        run("1")
    monkeypatch.undo()
    assert run("1")[1] == ["1"]


def test_a_template_can_be_started_beforehand():
    template.TEMPLATE.stop()
    prepare()
    assert eventually(lambda: template.TEMPLATE._process is not None)
    process = template.TEMPLATE._process
    assert run("1")[1] == ["1"]
    assert template.TEMPLATE._process is process


def test_a_grader_that_ends_early_does_not_wait_for_its_template():
    script = "from autograder import sandbox; sandbox.prepare(); import time; time.sleep(0.3)"
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert said.stderr == ""


CELLS = [
    "x = 1",
    "\n\n  y = 1\n  z = 2",
    "def f():\n    return 1\n\n\nf()",
    "%matplotlib inline\nx = 1",
    "files = !ls\nwhere = %pwd",
    "%%time\nx = 1",
    "len?",
    "x = 5  # really?",
    ">>> a = 1\n>>> a",
    "In [1]: a = 1",
    "In [1]: int",
    'text = """\n>>> not a prompt\n"""',
    'text = """\n%not_a_magic\n!not_a_command\n"""',
    "if True:\n    %time 1",
    "def f():\n  a = 1\n b = 2",
    "(1 +",
    "print('unfinished",
    "await something()",
    r"pattern = '\d'",
    "a = 1\x00",
    "a = 1\x0cb = 2",
    "",
    "...",
    "f'{1 + 1 = }'",
]
# Not here: whoever imports it makes tqdm, and who knows what else, take this process for a kernel.
PYTHON_OF_CELLS = """
import json, sys
from IPython.core.inputtransformer2 import TransformerManager
from autograder.sandbox.quick.inside.shell import Transformers
def python_of(manager, cell):
    try:
        return manager.transform_cell(cell)
    except SyntaxError as error:
        return str(error)
cells = json.load(sys.stdin)
print(json.dumps([[python_of(kind(), cell) for cell in cells]
    for kind in (Transformers, TransformerManager)]))
"""


def test_a_cell_becomes_the_same_python_as_in_ipython():
    done = subprocess.run(
        [sys.executable, "-c", PYTHON_OF_CELLS],
        input=json.dumps(CELLS),
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    ours, ipythons = json.loads(done.stdout)
    assert ours == ipythons
    assert ours != CELLS
