"""A PostgreSQL server of a test's own, of an ordinary user, in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

OWNER, USER, PASSWORD = "postgres", "grader", "correct-horse"
# Debian keeps the server's programs apart, by version.
FOLDERS = ["", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]


def program(name: str) -> str | None:
    """Return where one of PostgreSQL's programs is, if it is installed."""
    return next(filter(None, (shutil.which(name, path=folder or None) for folder in FOLDERS)), None)


class PostgresServer:
    """A server; who is to use it is called `USER` and has `PASSWORD`."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.data, self.made = self.folder / "data", 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        # The server refuses to be root's.
        self.who = {}
        if os.geteuid() == 0:
            known = {entry.pw_name for entry in pwd.getpwall()}
            self.who = {"user": "postgres" if "postgres" in known else "nobody"}
            shutil.chown(self.folder, **self.who)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb",
            "--auth=scram-sha-256",
            f"--pgdata={self.data}",
            f"--username={OWNER}",
            f"--pwfile={password}",
            "--encoding=UTF8",
            "--no-sync",
        )
        self.start()
        self._run("createuser", USER)
        self._run("psql", "--dbname=postgres", f"--command=ALTER ROLE {USER} PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync=off "
            f"-c unix_socket_directories={self.folder}"
        )
        self._run(
            "pg_ctl",
            "start",
            "--wait",
            f"--pgdata={self.data}",
            f"--options={options}",
            f"--log={self.folder / 'log'}",
        )

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self._run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={self.data}")

    def remove(self) -> None:
        """Leave nothing of it."""
        self.stop()
        shutil.rmtree(self.folder)

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        self.made += 1
        self._run("createdb", "--owner", USER, f"course{self.made}")
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/course{self.made}"

    def environment(self) -> dict[str, str]:
        """Return the variables by which PostgreSQL's programs act for the server's owner."""
        return {
            "PATH": os.defpath,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": OWNER,
            "PGPASSWORD": PASSWORD,
        }

    def _run(self, name: str, *words: str) -> None:
        subprocess.run(
            [program(name), *words],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
            **self.who,
        )
