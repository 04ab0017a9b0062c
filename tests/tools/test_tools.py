"""The commands behind the Makefile: each wrong start is answered in one line with a remedy."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tools import build_book, make_environment, serve, system_packages

ROOT = Path(__file__).resolve().parent.parent.parent


def test_an_unsupported_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as stop:
        make_environment.find_python()
    assert "needs Python 3.11, 3.12, 3.13; this is 3.9" in stop.value.code
    assert "make PYTHON=" in stop.value.code


def test_another_python_on_the_path_is_taken(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: f"/opt/{name}")
    monkeypatch.setattr(make_environment, "runs", lambda python: python.endswith("3.12"))
    assert make_environment.find_python() == "/opt/python3.12"


def test_supported_pythons_are_those_of_pyproject():
    pyproject = (ROOT / "pyproject.toml").read_text()
    low, high = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', pyproject).groups()
    supported = {minor for _, minor in make_environment.SUPPORTED}
    assert supported == set(range(int(low), int(high)))


def test_a_port_in_use_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = start_server("--port", str(port))
        assert result.wait(timeout=20) == 1
        assert f"Port {port} is in use. Choose another: make site PORT={port + 1}" in read(result)


def test_the_address_is_printed_last_and_answers():
    server = start_server("--port", "0")
    try:
        line = ""
        while not line.startswith("http"):
            line = server.stdout.readline()
            assert line, read(server)
        port = int(re.fullmatch(r"http://localhost:(\d+)/", line.strip()).group(1))
        connection = HTTPConnection("localhost", port, timeout=10)
        connection.request("GET", "/index.html")
        assert connection.getresponse().status == 200
    finally:
        server.terminate()
        server.communicate()


def test_no_site_yet(monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "HTML", tmp_path)
    monkeypatch.setattr(sys, "argv", ["serve"])
    with pytest.raises(SystemExit, match="First: make book"):
        serve.main()


def test_missing_system_packages_are_named_with_their_command(monkeypatch):
    monkeypatch.setattr(system_packages, "found", lambda package: package == "nodejs")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages.shutil, "which", lambda program: f"/usr/bin/{program}")
    with pytest.raises(SystemExit) as stop:
        system_packages.main(["nodejs", "bubblewrap", "chromium"])
    assert stop.value.code.startswith("Needed and not found: bubblewrap, chromium. Install with: ")
    assert "sudo apt-get install" in stop.value.code
    assert "bubblewrap chromium fonts-dejavu-core" in stop.value.code


def test_a_library_is_found_if_it_loads():
    assert system_packages.loads("libc.so.6")
    assert not system_packages.loads("libnothing-of-that-name.so.9")
    assert not system_packages.loads("bwrap"), "a program is no library"


def test_nothing_is_said_where_nothing_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(system_packages, "found", lambda package: True)
    system_packages.main(["nodejs", "chromium"])
    assert capsys.readouterr().out == ""


def test_broken_formulas_are_found(tmp_path):
    (tmp_path / "good.html").write_text('<span class="katex">x</span>')
    (tmp_path / "bad.html").write_text('<span class="katex-error" title="Expected }">x</span>')
    assert build_book.broken_formulas(tmp_path) == ["  bad.html: Expected }"]


def test_widget_states_are_dropped_and_nothing_else(tmp_path):
    state = '<script type="application/vnd.jupyter.widget-state+json">\n{"a": 1}\n</script>'
    frames = '<script type="application/json">{"b": 2}</script>'
    (tmp_path / "page.html").write_text(f"<p>one</p>{state}<p>two</p>{frames}")
    build_book.drop_widget_states(tmp_path)
    assert (tmp_path / "page.html").read_text() == f"<p>one</p><p>two</p>{frames}"


@pytest.mark.parametrize(
    ("file", "forgotten"),
    [
        ("course_lib/hmm.py", {".jupyter_cache", ".doctrees", "html"}),
        ("requirements.txt", {".jupyter_cache", ".doctrees", "html"}),
        ("tools/pages/head.py", {".doctrees", "html"}),
        ("book/style/site.css", {"html"}),
        ("book/templates/card.html", {"html"}),
        ("course_lib/viz/web/start.js", {"html"}),
        ("book/chapter.md", set()),
        ("tools/__pycache__/head.pyc", set()),
    ],
)
def test_what_a_change_makes_stale_is_forgotten(monkeypatch, tmp_path, file, forgotten):
    build = tmp_path / "_build"
    for name, value in {
        "ROOT": tmp_path,
        "BUILD": build,
        "OUTPUTS": {"instructor": tmp_path, "student": build / "student"},
        "CACHE": build / ".jupyter_cache",
    }.items():
        monkeypatch.setattr(build_book, name, value)
    for changed in ("K = 2", "K = 3"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(changed)
        build_book.forget_what_is_stale()
        if changed == "K = 2":
            made = [build / ".jupyter_cache"]
            for output in (build, build / "student" / "_build"):
                made += [output / ".doctrees", output / "html"]
            for folder in made:
                folder.mkdir(parents=True)
            build_book.forget_what_is_stale()
            assert all(folder.exists() for folder in made), "nothing changed"
    assert {folder.name for folder in made if not folder.exists()} == forgotten


def test_the_editions_share_what_the_cells_gave(monkeypatch, tmp_path):
    monkeypatch.setattr(build_book, "CACHE", tmp_path / ".jupyter_cache")
    for build in (tmp_path, tmp_path / "student"):
        for _ in range(2):  # a first build, and a later one
            build_book.share_stored_outputs(build)
    (tmp_path / ".jupyter_cache" / "outputs").write_text("stored")
    assert (tmp_path / "student" / ".jupyter_cache" / "outputs").read_text() == "stored"


def test_an_unknown_edition_is_named():
    with pytest.raises(SystemExit, match="no edition 'teacher': make book EDITION=student"):
        build_book.main("teacher")


def start_server(*arguments):
    return subprocess.Popen(
        [sys.executable, str(ROOT / "tools" / "serve.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read(process) -> str:
    return "".join(stream for stream in process.communicate() if stream)
