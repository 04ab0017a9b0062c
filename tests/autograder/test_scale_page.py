"""The commands of the book's page on scale do what it says, each as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sysconfig
from pathlib import Path

import pytest

from autograder.course import Course
from tests.autograder.conftest import PROBLEM_SET, release_of
from tests.autograder.dask_cluster import ROOT, DaskCluster
from tests.autograder.postgres_server import PASSWORD, PostgresServer, program
from tests.autograder.test_cluster import QUICK, start
from tests.autograder.test_gradebook import contents

PAGE = (ROOT / "book" / "scale.md").read_text(encoding="utf-8")
LINES = "".join(re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)).splitlines()
SUDO = "sudo -u postgres "


def line(beginning: str) -> str:
    """Return the page's command that begins so."""
    (found,) = (line for line in LINES if line.startswith(beginning))
    return found


@pytest.mark.skipif(
    program("initdb") is None, reason="no PostgreSQL server here: sudo apt-get install postgresql"
)
def test_a_gradebook_is_made_moved_and_backed_up(course, tmp_path, monkeypatch):
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / ".pgpass"))
    shutil.move(course.root, tmp_path / "older-course")
    older = Course.open(tmp_path / "older-course")
    before = contents(older)
    server = PostgresServer()

    def run(command: str, answers: str = "") -> None:
        command = command.replace("db.example.org:5432", f"127.0.0.1:{server.port}")
        path = [sysconfig.get_path("scripts"), str(Path(program("psql")).parent), os.defpath]
        owner = server.environment() if command.startswith(SUDO) else {}
        subprocess.run(
            ["bash", "-c", command.removeprefix(SUDO).replace("PASSWORD", PASSWORD)],
            cwd=tmp_path,
            env=os.environ | owner | {"PATH": os.pathsep.join(path), "HOME": str(tmp_path)},
            input=answers,
            text=True,
            check=True,
            # Else a password would be asked for at the terminal of whoever runs this.
            start_new_session=True,
        )

    try:
        # The server has such a user already.
        run(f"{SUDO}dropuser grader")
        run(line(f"{SUDO}createuser"), f"{PASSWORD}\n" * 2)
        run(line(f"{SUDO}createdb"))
        run(line("echo "))
        run(line("course init"))
        with Course.open(tmp_path / "my-course").gradebook() as gradebook:
            assert gradebook.assignments == []
        run(f"{SUDO}dropdb --force course")
        run(line(f"{SUDO}createdb"))
        run(line("course move"))
        assert contents(older) == before
        run(line("pg_dump"))
        assert "COPY public.base_cell" in (tmp_path / "grades.sql").read_text()
    finally:
        server.remove()


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_cluster_is_started_and_grades(course, hand_in, tmp_path, monkeypatch, protocol):
    for student in ("ann", "bea"):
        notebook = hand_in(student, release_of(course))
        notebook.write_text(notebook.read_text() + " " * len(student))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    more = []
    if protocol == "tls":
        monkeypatch.chdir(tmp_path)
        subprocess.run(shlex.split(line("openssl")), check=True, capture_output=True)
        for setting in (one for one in LINES if one.startswith("export")):
            name, value = setting.removeprefix("export ").split("=")
            monkeypatch.setenv(name, value.replace("$PWD", str(tmp_path)))
        (more,) = (shlex.split(found) for found in re.findall("`(--protocol tls)`", PAGE))

    def words(beginning: str) -> list[str]:
        here = line(beginning).replace("10.0.0.1", "127.0.0.1").replace("8786", port)
        return shlex.split(here.replace("tcp://", f"{protocol}://"))

    cluster = DaskCluster(tmp_path, *words("dask scheduler")[2:], *more)
    try:
        _, _, address, *options = words("dask worker")
        assert (cluster.address, address) == (f"{protocol}://127.0.0.1:{port}",) * 2
        options[options.index("--nworkers") + 1] = "1"
        cluster.add_worker(*options)
        assert words("course grade") == ["course", "grade", PROBLEM_SET, "--dask", address]
        head = start(course, address, QUICK)
        said, errors = head.communicate(timeout=300)
        assert (head.returncode, errors) == (0, ""), errors
        assert '"done": 2' in said
    finally:
        cluster.stop()
