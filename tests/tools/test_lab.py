"""The lab before any browser opens it: what lies in it, what does not, and what it says."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import nbformat
import pytest

from autograder import problem_sets
from autograder.check.asking import verdict_on
from autograder.rebuild import release_of
from tools import lab_links
from tools.lab import contents, pyodide, self_check, wheels

# It lies where the lab finds it, and `self_check` has made it known.
import lab_check  # isort: skip
from lab_check import kept  # isort: skip

NAMES = problem_sets.names()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What lies in the lab: a release as a notebook, and the wheel unpacked."""
    folder = tmp_path_factory.mktemp("lab")
    releases = contents.write_problem_sets(folder / "files", ["ps03_hmm"])
    with zipfile.ZipFile(wheels.ours(folder, releases)) as wheel:
        wheel.extractall(folder / "wheel")
    return folder


@pytest.fixture(scope="module", autouse=True)
def in_the_lab(files):
    """Read what was kept from the wheel, as the lab's kernel does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "SETS", files / "wheel" / "lab_check" / "sets")
        patch.setattr(lab_check, "__path__", [*lab_check.__path__, str(kept.SETS.parent)])
        patch.syspath_prepend(files / "wheel")
        yield
    for name in [name for name in sys.modules if name.startswith("lab_check.sets")]:
        del sys.modules[name]


def source(name):
    return problem_sets.source_notebook(problem_sets.find(name))


def probes(name):
    """Return what stands behind the visible checks of a release, by the exercise's name."""
    found = [kept.probe_behind(cell.source) for cell in release_of(source(name)).cells]
    return {probe.exercise.name: probe for probe in found if probe}


@pytest.fixture
def released(files):
    return nbformat.read(files / "files" / "ps03_hmm" / "ps03_hmm.ipynb", as_version=4)


@pytest.mark.parametrize("name", NAMES)
def test_the_lab_says_of_each_known_mistake_what_the_grader_says(name):
    exercises = problem_sets.exercises(problem_sets.find(name))
    for exercise, probe in probes(name).items():
        declared = exercises[exercise]
        assert f"{exercise}.example: right, " in probe.explanation(declared.reference)
        for mistake, _ in declared.misconceptions:
            verdict = verdict_on(mistake, declared, "", declared.example)
            failure = verdict.judge.failure(verdict.attempts)
            said = probe.explanation(mistake)
            if failure is None:
                assert f"{exercise}.example: right, " in said
                continue
            told = [failure[key] for key in ("message", "question", "expected", "got")]
            for text in filter(None, [*told, failure["misconception"]]):
                assert text in said


def test_most_exercises_have_it():
    """The page on the lab tells how many do not."""
    every = [each for name in NAMES for each in problem_sets.exercises(problem_sets.find(name))]
    with_it = [each for name in NAMES for each in probes(name)]
    assert (len(every), len(every) - len(with_it)) == (60, 5)


def test_nothing_that_is_hidden_lies_in_the_lab(files, released):
    """Line by line, as somebody would search who unpacks all there is; but not `course_lib`.

    That is the book's own code, which its chapters print. The grader's exam searches releases.
    """
    paths = (files / "wheel" / "lab_check").rglob("*.*")
    texts = [path.read_text(encoding="utf-8") for path in paths]
    texts += [cell.source for cell in released.cells]
    shown = set().union(*map(self_check.lines_of, texts))
    for name in NAMES:
        secret = self_check.secret_lines(source(name))
        assert len(secret) > 20
        assert not secret & shown


@pytest.mark.parametrize("name", NAMES)
def test_no_unseen_case_is_drawn_in_the_lab(files, name):
    """Nothing of `exercises.py` comes along but checks, and what they call."""
    text = (files / "wheel" / "lab_check" / "sets" / f"{name}.py").read_text(encoding="utf-8")
    exercises = problem_sets.exercises(problem_sets.find(name)).values()
    others = {
        function.__name__
        for each in exercises
        for function in (
            *(category.cases for category in each.unseen),
            *(mistake for mistake, _ in each.misconceptions),
            each.reference,
        )
        if hasattr(function, "__name__")
    }
    defined = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert defined
    assert not others & defined


def test_a_function_is_cut_out_with_what_it_uses():
    used = "N = 3\ndef a():\n    return b(N)\ndef b(n):\n    return n\n"
    unused = "import math\nM = 4\ndef c():\n    return math.pi * M\n"
    found = self_check.cut_out(unused + used, ["a"])
    assert found == f"from __future__ import annotations\n{used}"


def test_the_notebooks_start_the_labs_kernel_without_a_question(released):
    assert released.metadata.kernelspec.name == "python"
    assert released.metadata.hidden_states.release == contents.release_of(released)
    nbformat.validate(released)


class Shell:
    """What an extension sees of IPython."""

    def __init__(self, **names):
        self.user_ns = names


def run(watch, text, error=None):
    """Run a cell of this text, as far as an extension notices."""
    info = SimpleNamespace(raw_cell=text)
    watch.before(info)
    watch.after(SimpleNamespace(info=info, error_before_exec=None, error_in_exec=error))


def test_a_student_who_has_an_older_release_is_told(released, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "ps03_hmm"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for release, newer in [(released.metadata.hidden_states.release, False), ("older", True)]:
        released.metadata.hidden_states.release = release
        nbformat.write(released, "ps03_hmm.ipynb")
        watch = lab_check.Watch(Shell())
        run(watch, "1 + 1")
        assert ("newer release of ps03_hmm" in capsys.readouterr().out) == newer
        run(watch, "1 + 1")
        assert capsys.readouterr().out == ""


def test_an_import_that_the_grader_lacks_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "ps03_hmm").mkdir()
    monkeypatch.chdir(tmp_path / "ps03_hmm")
    run(lab_check.Watch(Shell()), "import numpy as np, scipy.stats\nfrom collections import deque")
    assert "there is no scipy:" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    run(lab_check.Watch(Shell()), "import scipy")
    assert capsys.readouterr().out == ""


def test_a_check_without_an_answer_says_no_more_than_the_check(released, capsys):
    text = next(cell.source for cell in released.cells if "cold_days" in cell.source)
    watch = lab_check.Watch(Shell(viterbi=lambda pi, A, B, obs: [1] * len(obs)))
    run(watch, text, NotImplementedError())
    assert capsys.readouterr().out == ""
    run(watch, text, AssertionError())
    assert "wrong answer (the examples, case 1)" in capsys.readouterr().out


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """A folder laid out as Pyodide's distribution, with packages of a few bytes."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    packages = {
        name: {"file_name": f"{name}.whl", "depends": ["six"] if name == "numpy" else []}
        for name in (*pyodide.KERNEL, "numpy", "six", "scipy")
    }
    for name, package in packages.items():
        content = name.encode()
        package["sha256"] = hashlib.sha256(content).hexdigest()
        (folder / package["file_name"]).write_bytes(content)
    for name in pyodide.CORE_FILES:
        (folder / name).write_text(name)
    (folder / pyodide.LOCK).write_text(json.dumps({"packages": packages}))
    monkeypatch.setattr(pyodide, "CORE", folder)
    return folder


def test_a_bundle_has_what_the_lab_needs_and_knows_nothing_else(distribution, tmp_path):
    assert pyodide.bundle(str(distribution), tmp_path / "lab") == ["numpy"]
    lock = json.loads((tmp_path / "lab" / pyodide.LOCK).read_text())
    assert set(lock["packages"]) == {*pyodide.KERNEL, "numpy", "six"}
    there = {path.name for path in (tmp_path / "lab").iterdir()}
    assert there == {
        pyodide.LOCK,
        *pyodide.CORE_FILES,
        *(package["file_name"] for package in lock["packages"].values()),
    }


def test_a_bundle_is_downloaded_and_nothing_else_is_taken_for_it(distribution, tmp_path):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(distribution)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    try:
        pyodide.bundle(address, tmp_path / "lab")
        assert (tmp_path / "lab" / "six.whl").read_bytes() == b"six"
        (distribution / "six.whl").write_bytes(b"another")
        with pytest.raises(SystemExit, match=r"six\.whl is not the file that"):
            pyodide.bundle(address, tmp_path / "again")
        (distribution / "six.whl").unlink()
        with pytest.raises(SystemExit, match=r"six\.whl cannot be had from .* PYODIDE=FOLDER"):
            pyodide.bundle(address, tmp_path / "third")
    finally:
        server.shutdown()
        server.server_close()


def test_a_folder_that_is_no_distribution_is_named(tmp_path):
    with pytest.raises(SystemExit, match="no distribution of Pyodide"):
        pyodide.bundle(str(tmp_path), tmp_path / "lab")


def test_links_into_the_lab_show_if_there_is_one(tmp_path):
    (tmp_path / "_static").mkdir()
    lab_links.show_if_built(tmp_path)
    assert (tmp_path / lab_links.SCRIPT).read_text() == lab_links.script_for(False)
    (tmp_path / lab_links.LAB).parent.mkdir(parents=True)
    (tmp_path / lab_links.LAB).touch()
    lab_links.show_if_built(tmp_path)
    assert (tmp_path / lab_links.SCRIPT).read_text() == lab_links.script_for(True)
