"""What a box is made of, and what is said where it cannot be made."""

from __future__ import annotations

import pwd
import sys

import pytest

from autograder.errors import CourseError
from autograder.sandbox import Limits, bubblewrap, seccomp


def test_our_packages_are_empty_folders_inside(run):
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


def test_limits_that_do_not_exist_are_refused():
    with pytest.raises(CourseError, match="no limit 'memory'. There are: .*memory_mb"):
        Limits.changed({"memory": 1})


@pytest.mark.parametrize("value", [0, -1, 1.5, "64", None, True])
def test_limits_that_make_no_sense_are_refused(value):
    with pytest.raises(CourseError, match="memory_mb must be a whole number above 0"):
        Limits.changed({"memory_mb": value})


def test_without_libseccomp_the_remedy_is_told(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    seccomp.program.cache_clear()
    with pytest.raises(CourseError, match="apt-get install libseccomp2"):
        run("1")


@pytest.mark.parametrize("bwrap", [None, "#!/bin/sh\nexit 1\n"], ids=["missing", "failing"])
def test_a_box_that_cannot_be_made(run, tmp_path, monkeypatch, bwrap):
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
