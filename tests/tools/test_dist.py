"""What `make dist` makes: all there is to publish, and the same bytes for the same site."""

from __future__ import annotations

import functools
import json
import os
import re
import threading
import zipfile
from http.server import ThreadingHTTPServer
from urllib.request import urlopen

import pytest
import yaml

import course_lib
from tools import make_dist, serve
from tools.build_book import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "pages.yml"


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A built site of two pages, in place of our own; and the folder that is made of it."""
    monkeypatch.setattr(make_dist, "DIST", tmp_path / "dist")
    monkeypatch.setattr(make_dist, "OUTPUTS", {"instructor": tmp_path, "student": tmp_path / "s"})
    html = tmp_path / "_build" / "html"
    (html / "_static").mkdir(parents=True)
    for name in ("index", "intro"):
        (html / f"{name}.html").write_text(f"<h1>{name}</h1>")
    (html / "_static" / "site.css").write_text("a {}")
    (html / ".buildinfo").write_text("not for readers")
    return html


def files(folder) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_the_site_and_tells_what_it_is(built, tmp_path):
    make_dist.main("instructor")
    made = tmp_path / "dist" / "hidden-states"
    assert files(made) == {
        *("index.html", "intro.html", "_static/site.css"),
        *("README.txt", "VERSION", ".nojekyll"),
    }
    assert (made / "VERSION").read_text().startswith(course_lib.__version__)
    assert "instructor's edition" in (made / "README.txt").read_text()
    assert len((made / "README.txt").read_text().splitlines()) <= 12
    assert "href" not in (made / "index.html").read_text()


def test_a_pdf_and_a_lab_are_told_of(built, tmp_path):
    (built / "lite").mkdir()
    (built / "lite" / "index.html").write_text("lab")
    (built.parent / "hidden-states.pdf").write_bytes(b"%PDF")
    make_dist.main("instructor")
    made = tmp_path / "dist" / "hidden-states"
    assert (made / "hidden-states.pdf").read_bytes() == b"%PDF"
    assert 'href="hidden-states.pdf"' in (made / "index.html").read_text()
    told = (made / "README.txt").read_text()
    assert "hidden-states.pdf" in told
    assert "lite/" in told


def test_a_pdf_of_an_older_site_is_left_out(built, tmp_path, capsys):
    pdf = built.parent / "hidden-states.pdf"
    pdf.write_bytes(b"%PDF")
    os.utime(pdf, (0, 0))
    make_dist.main("instructor")
    assert not (tmp_path / "dist" / "hidden-states" / "hidden-states.pdf").exists()
    assert "make pdf dist" in capsys.readouterr().out


def test_the_same_site_gives_the_same_bytes(built, tmp_path):
    archive = tmp_path / "dist" / "hidden-states.zip"
    made = []
    for moment in (1_600_000_000, 1_700_000_000):
        for path in built.rglob("*"):
            os.utime(path, (moment, moment))
        make_dist.main("instructor")
        made.append(archive.read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(archive) as opened:
        assert "hidden-states/index.html" in opened.namelist()


def test_binder_learns_what_to_install_where_there_is_a_repository(tmp_path):
    make_dist.complete(tmp_path, "student", "https://github.com/someone/course")
    needed = (tmp_path / "binder" / "requirements.txt").read_text()
    assert "hidden-states[viz] @ git+https://github.com/someone/course\n" in needed


def test_the_students_folder_is_searched_for_code_that_is_closed(built, tmp_path, monkeypatch):
    monkeypatch.setattr(make_dist, "OUTPUTS", {"student": tmp_path, "instructor": tmp_path})
    (built / "lite").mkdir()
    code = (ROOT / "course_lib" / "hmm" / "decoding.py").read_text(encoding="utf-8")
    notebook = {"cells": [{"source": code}]}
    (built / "lite" / "chapter.ipynb").write_text(json.dumps(notebook))
    make_dist.main("instructor")
    with pytest.raises(SystemExit, match=r"lite/chapter\.ipynb: problem set 3, viterbi"):
        make_dist.main("student")
    assert not (tmp_path / "dist").exists()


def test_without_a_built_site_it_says_what_to_do(built):
    with pytest.raises(SystemExit, match="no built site of the student's edition yet"):
        make_dist.main("student")


def test_the_page_on_publishing_tells_the_policy_that_the_site_is_tested_under():
    page = (ROOT / "book" / "publish.md").read_text(encoding="utf-8")
    assert f"\n{serve.POLICY}\n" in page
    assert f"\n{serve.LAB_POLICY}\n" in page
    assert "unsafe" not in re.search(r"script-src [^;]*", serve.POLICY)[0]


def test_the_workflow_asks_for_targets_that_there_are():
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    commands = [step.get("run", "") for step in workflow["jobs"]["publish"]["steps"]]
    asked = re.search(r"^make (.+) EDITION=", "\n".join(commands), re.MULTILINE)[1]
    asked = asked.replace("$LAB", "lab").split()
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert asked[-1] == "dist"
    assert set(asked) <= set(targets)
    assert any(f"cd _build/dist/{make_dist.NAME}" in command for command in commands)
    assert any("gh-pages" in command for command in commands)


@pytest.mark.parametrize(
    ("address", "policy"), [("/index.html", serve.POLICY), ("/lite/x.html", serve.LAB_POLICY)]
)
def test_the_site_and_its_lab_are_served_each_under_its_policy(tmp_path, address, policy):
    (tmp_path / "lite").mkdir()
    (tmp_path / address[1:]).write_text("page")
    handler = functools.partial(serve.SiteHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urlopen(f"http://127.0.0.1:{server.server_port}{address}") as answer:
            told = answer.headers["Content-Security-Policy"]
        server.shutdown()
    assert told == policy
