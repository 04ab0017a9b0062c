"""The `course` command answers wrong use in a line that helps, and never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder import cli
from tests.autograder.conftest import BY_MACHINE, IN_ALL, PROBLEM_SET, release_of, source_of


class Result(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Call the command's `main` in this process, as from another directory or environment."""

    def run(*arguments, cwd=".", **environment) -> Result:
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            patch.setattr(sys, "argv", ["course", *map(str, arguments)])
            for name, value in ({"COLUMNS": "200", "TERM": "dumb"} | environment).items():
                patch.setenv(name, value)
            capsys.readouterr()
            with pytest.raises(SystemExit) as stop:
                cli.main()
        said = capsys.readouterr()
        return Result(stop.value.code or 0, said.out, said.err)

    return run


def one_line(result) -> str:
    """Return the error line, having checked that it is one and no traceback."""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("course: ")
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["release", "ps99"], "There is no problem set 'ps99'. There are: ps01_markov,"),
        (["grade", "ps99"], "There is no problem set 'ps99'. There are: ps01_markov,"),
        (["grade", PROBLEM_SET], "Nobody has handed in ps03_hmm yet"),
        (["grade", PROBLEM_SET, "--student", "zoe"], "zoe has handed in nothing for ps03_hmm"),
        (["feedback", PROBLEM_SET], "Nobody has handed in ps03_hmm yet"),
        (["explain", PROBLEM_SET, "--student", "zoe"], "zoe has no grade for ps03_hmm"),
        (["init", "."], "is a course already"),
        (["export", PROBLEM_SET, "--to", "excel"], "--to must be one of canvas, csv, gradescope,"),
        (["export", "ps99"], "There is no problem set 'ps99'"),
        (["collect", PROBLEM_SET, "gone.zip", "--from", "canvas"], "neither a zip archive nor"),
        (["collect", PROBLEM_SET, ".", "--from", "email"], "--from must be one of canvas, folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_use(run, course, arguments, told):
    result = run(*arguments, cwd=course.root)
    assert told in one_line(result)
    assert result.returncode == 2


def test_outside_a_course(run, tmp_path):
    for arguments in (["release", PROBLEM_SET], ["grade", PROBLEM_SET], ["feedback", PROBLEM_SET]):
        result = run(*arguments, cwd=tmp_path)
        assert "is not a course" in one_line(result)
        assert "course init DIR" in one_line(result)
        assert result.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_course_cannot_be_made_of_a_file(run, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    assert "is a file" in one_line(run("init", file))
    assert file.read_text() == "mine"


def test_grading_before_release(run, tmp_path):
    assert run("init", tmp_path / "course").returncode == 0
    result = run("grade", PROBLEM_SET, "--course", tmp_path / "course")
    assert "First: course release ps03_hmm" in one_line(result)
    assert result.returncode == 2


def test_without_the_sandbox_program_nothing_is_graded(run, course, hand_in, tmp_path):
    hand_in("ann", source_of(course))
    result = run("grade", PROBLEM_SET, cwd=course.root, PATH=str(tmp_path))
    assert "bwrap" in one_line(result)
    assert "apt-get install bubblewrap" in one_line(result)
    assert result.returncode == 2
    assert not (course.root / "autograded").exists()


def test_where_the_sandbox_is_forbidden_nothing_is_graded(run, course, hand_in, tmp_path):
    hand_in("ann", source_of(course))
    refusing = tmp_path / "bwrap"
    refusing.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n"
    )
    refusing.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    result = run("grade", PROBLEM_SET, cwd=course.root, PATH=path)
    assert "No permissions to create a new namespace" in one_line(result)
    assert result.returncode == 2
    assert not (course.root / "autograded").exists()


def test_a_whole_round(tmp_path):
    """Init, release, hand in, grade, feedback, as the README tells it, each a process."""

    def run(*arguments, cwd=None):
        return subprocess.run(
            [sys.executable, "-c", "from autograder.cli import main; main()", *map(str, arguments)],
            cwd=cwd,
            env=os.environ | {"COLUMNS": "200", "TERM": "dumb"},
            capture_output=True,
            text=True,
            check=False,
        )

    root = tmp_path / "course"
    assert "Next: cd" in run("init", root).stdout
    released = run("release", PROBLEM_SET, cwd=root)
    assert f"release/{PROBLEM_SET}/{PROBLEM_SET}.ipynb" in released.stdout
    for student in ("ann", "broken"):
        target = root / "submitted" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
        target.parent.mkdir(parents=True)
        source = root / "source" / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
        target.write_bytes(source.read_bytes() if student == "ann" else b"")

    graded = run("grade", PROBLEM_SET, cwd=root)
    assert graded.returncode == 1, "a refused submission shows in the exit status"
    assert "1 of 2 submissions were refused" in graded.stderr
    rows = [line.split() for line in graded.stdout.splitlines() if "ann" in line]
    assert [word for word in rows[0] if word.isdigit()] == [str(BY_MACHINE), str(IN_ALL)]
    assert "'ps03_hmm.ipynb' is empty" in graded.stdout

    explained = run("explain", PROBLEM_SET, "--student", "ann", cwd=root)
    assert f"ann, ps03_hmm: {BY_MACHINE} of {BY_MACHINE} points by probes" in explained.stdout
    replayed = run("explain", PROBLEM_SET, "--student", "ann", "--replay", cwd=root)
    assert replayed.returncode == 0, replayed.stderr
    record = root / "ledger" / PROBLEM_SET / "ann.json"
    record.write_text(record.read_text().replace('"earned": 3.0', '"earned": 2.0', 1))
    replayed = run("explain", PROBLEM_SET, "--student", "ann", "--replay", cwd=root)
    assert replayed.returncode == 1
    assert "ps03.viterbi: earned was 2.0, is 3.0" in replayed.stdout
    assert "ann's verdicts differ" in replayed.stderr

    fed_back = run("feedback", PROBLEM_SET, "--student", "ann", cwd=root)
    assert fed_back.returncode == 0, fed_back.stderr
    assert Path(root, "feedback", "ann", PROBLEM_SET, f"{PROBLEM_SET}.html").is_file()


def test_a_mistake_in_the_settings_is_told_with_its_line(run, course):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nlimits = (\n")
    result = run("export", PROBLEM_SET, cwd=course.root)
    assert "nbgrader_config.py cannot be read (SyntaxError: '(' was never closed" in one_line(
        result
    )
    assert result.returncode == 2


def test_from_a_download_to_a_table(run, course, tmp_path):
    (tmp_path / "in" / "zoe").mkdir(parents=True)
    (tmp_path / "in" / "zoe" / "work.ipynb").write_bytes(source_of(course).read_bytes())
    (tmp_path / "in" / "-rf.ipynb").write_text("")
    found = run("collect", PROBLEM_SET, tmp_path / "in", "--from", "folder", cwd=course.root)
    assert found.returncode == 1
    assert "1 new: zoe" in found.stdout
    assert "left out: '-rf.ipynb'" in found.stdout
    assert run("grade", PROBLEM_SET, cwd=course.root).returncode == 0
    told = run("export", PROBLEM_SET, "--output", tmp_path / "grades.csv", cwd=course.root)
    assert told.returncode == 0
    assert "of 1 students" in told.stdout
    assert "zoe" in (tmp_path / "grades.csv").read_text()


def test_feedback_pages_can_be_written_at_once(course, hand_in, run):
    hand_in("ann", release_of(course))
    (course.root / "submitted" / "bea" / PROBLEM_SET).mkdir(parents=True)
    said = run("grade", PROBLEM_SET, "--course", str(course.root), "--feedback", "--quiet")
    assert said.returncode == 1
    pages = {path.parts[-3] for path in (course.root / "feedback").glob("*/*/*.html")}
    assert pages == {"ann", "bea"}
