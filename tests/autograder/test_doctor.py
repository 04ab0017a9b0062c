"""The doctor finds that all holds, and notices each thing that does not."""

from __future__ import annotations

import json
import os

import pyseccomp
import pytest

from autograder import cli, doctor
from autograder.sandbox import (
    Limits,
    bubblewrap,
    contents,
    policy,
    run_notebook,
    run_quickly,
    seccomp,
)
from autograder.sandbox.bubblewrap import Box
from tests.autograder.boxes import as_ordinary_user

LIMITS = Limits(cell_seconds=10, total_seconds=60)


def not_held(findings) -> dict[str, str]:
    """Return what happened, by what was tried, where the policy did not hold."""
    return {finding.tried: finding.happened for finding in findings if not finding.held}


@pytest.mark.parametrize("run", [run_notebook, run_quickly])
def test_everything_holds_here(run):
    findings = list(doctor.examine(run=run))
    assert len(findings) == 7 + len(doctor.ATTEMPTS)
    assert not_held(findings) == {}


@pytest.mark.parametrize("road", ["run_notebook", "run_quickly"])
def test_everything_holds_for_an_ordinary_user(tmp_path_factory, road):
    script = (
        "import dataclasses, json; from autograder import doctor, sandbox\n"
        f"findings = doctor.examine(run=sandbox.{road})\n"
        "print(json.dumps([dataclasses.asdict(found) for found in findings]))"
    )
    answer = as_ordinary_user(script, tmp_path_factory.mktemp("home"))
    assert answer.returncode == 0, answer.stderr
    findings = [doctor.Finding(**finding) for finding in json.loads(answer.stdout)]
    assert len(findings) == 7 + len(doctor.ATTEMPTS)
    assert not_held(findings) == {}


def a_filter_of_nothing(monkeypatch):
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        pyseccomp.SyscallFilter(pyseccomp.ALLOW).export_bpf(file)
        file.seek(0)
        program = file.read()
    monkeypatch.setattr(seccomp, "program", lambda: program)


def the_network_of_outside(monkeypatch):
    strict = Box._namespaces
    monkeypatch.setattr(
        Box, "_namespaces", lambda box: (word for word in strict(box) if word != "--unshare-net")
    )


def the_processes_of_outside(monkeypatch):
    strict = Box._namespaces
    monkeypatch.setattr(
        Box, "_namespaces", lambda box: (word for word in strict(box) if word != "--unshare-pid")
    )


def no_limits(monkeypatch):
    monkeypatch.setattr(bubblewrap, "resources", lambda limits: {})


def no_size(monkeypatch):
    generous = Limits(space_mb=LIMITS.space_mb + 50)
    strict = Box._folders
    monkeypatch.setattr(Box, "_folders", lambda box: strict(Box(generous, {}, {})))


def the_folders_of_outside(monkeypatch):
    monkeypatch.setattr(contents, "ours", dict)
    monkeypatch.setattr(policy, "SYSTEM", (*policy.SYSTEM, "/tmp"))
    monkeypatch.setattr(policy, "WRITABLE", tuple(set(policy.WRITABLE) - {"/tmp"}))


def the_environment_of_outside(monkeypatch):
    strict = bubblewrap.environment
    name = "COURSE_DOCTOR"
    monkeypatch.setattr(bubblewrap, "environment", lambda: strict() | {name: os.environ[name]})


def a_box_that_can_be_changed(monkeypatch):
    strict = Box.command

    def command(box, *arguments):
        with monkeypatch.context() as patch:
            patch.setattr(bubblewrap, "memory", lambda content: memory(without_remount(content)))
            return strict(box, *arguments)

    memory = bubblewrap.memory
    monkeypatch.setattr(Box, "command", command)


def without_remount(content: bytes) -> bytes:
    return content.replace(b"--remount-ro\0/\0", b"").replace(b"--remount-ro\0/dev\0", b"")


def the_user_of_outside(monkeypatch):
    monkeypatch.setattr(Box, "_limited", lambda box, inner: iter(inner))


LOOSENED = [
    (a_filter_of_nothing, {"make refused system calls", "make namespaces"}),
    (the_network_of_outside, {"connect to a port", "connect to a local server"}),
    (the_processes_of_outside, {"see processes outside"}),
    (
        no_limits,
        {
            "start too many processes",
            "take too much memory",
            "write too big a file",
            "open too many files",
        },
    ),
    (no_size, {"fill the disk"}),
    (the_folders_of_outside, {"read the course"}),
    (the_environment_of_outside, {"read the grader's environment"}),
]


@pytest.mark.parametrize(
    ("loosen", "noticed"), LOOSENED, ids=lambda value: getattr(value, "__name__", "")
)
def test_the_doctor_notices(monkeypatch, loosen, noticed):
    loosen(monkeypatch)
    assert noticed <= set(not_held(doctor.forbidden_things(LIMITS)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to lose")
def test_the_doctor_notices_that_root_stays_root(monkeypatch):
    the_user_of_outside(monkeypatch)
    a_box_that_can_be_changed(monkeypatch)
    found = not_held(doctor.forbidden_things(LIMITS))
    assert {"become root", "write outside its folders"} <= set(found)


def test_the_doctor_notices_a_box_in_which_nothing_works(monkeypatch):
    monkeypatch.setitem(policy.ENVIRONMENT, "PYTHONPATH", "/nowhere")
    monkeypatch.setattr(doctor, "HONEST", "import numpyy")
    assert not doctor.honest_work(LIMITS).held


def test_the_command_tells_and_exits(monkeypatch, capsys):
    findings = [doctor.Finding("open the door", "[it] was open", held=False)]
    monkeypatch.setattr(doctor, "examine", lambda run: iter(findings))
    monkeypatch.setattr("sys.argv", ["course", "doctor"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    said = capsys.readouterr()
    assert stop.value.code == 1
    assert "[it] was open" in said.out
    assert "NOT held" in said.out
    assert "Do not grade on this machine" in said.err


def test_without_a_sandbox_the_command_says_so_in_a_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["course", "doctor"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert said.err.count("\n") == 1
    assert "apt-get install bubblewrap" in said.err
