"""What must stay as it was while submissions are graded, and the alarms when it does not."""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

WATCHED = ("source", "release", "submitted", "nbgrader_config.py", "secret.key")
# Outside the course and its surroundings, where a submission may have left its name.
ELSEWHERE = ("/tmp", "/var/tmp", "/dev/shm", "/etc/cron.d")
PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 3
"""Seconds after which what the grader itself has started must be gone, too."""
# What a submission prints when it got through.
SIGNS = ("PRIVILEGES [", "RESOLVED [", "CONNECTED /", "CONNECTED \0", "KEYRING b", "SHARED ")


class Canaries:
    """A home, a bystander, listeners and secrets around a course.

    Parameters
    ----------
    outside : Path
        A new folder that anybody may write to.
    """

    def __init__(self, outside: Path):
        self.outside = outside
        self.secrets = {
            where: f"secret-{where}-{secrets.token_hex(8)}"
            for where in ("home", "environment", "bystander", "submission", "source", "gradebook")
        }
        self.visitors: list[str] = []
        self._before: dict[str, str] = {}
        self.home.mkdir(parents=True)
        (self.home / ".ssh").mkdir()
        (self.home / ".ssh" / "id_test").write_text(self.secrets["home"])
        (self.home / ".bashrc").write_text(f"# {self.secrets['home']}\n")
        self.temporary.mkdir()
        for path in (outside, self.home):
            path.chmod(0o777)
        self._listen()
        self.bystander = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(3600)", self.secrets["bystander"]],
            env={"TOKEN": self.secrets["bystander"]},
        )
        # What a submission leaves running is then a child of this process, and can be seen.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    @property
    def home(self) -> Path:
        """The home of whoever grades."""
        return self.outside / "home"

    @property
    def temporary(self) -> Path:
        """Where the grader keeps what it throws away."""
        return self.outside / "tmp"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of whoever grades."""
        return os.environ | {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "GRADER_TOKEN": self.secrets["environment"],
            "COLUMNS": "500",
        }

    def _listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        packets.bind(("127.0.0.1", self.port))
        local = socket.socket(socket.AF_UNIX)
        local.bind(f"\0tamper-{self.port}")
        local.listen()

        def receive(one: socket.socket) -> None:
            while True:
                if one.type == socket.SOCK_DGRAM:
                    self.visitors.append(f"a packet {one.recv(100)!r}")
                else:
                    connection, _ = one.accept()
                    with connection:
                        self.visitors.append(f"a connection {connection.recv(100)!r}")

        for one in (listener, packets, local):
            threading.Thread(target=receive, args=(one,), daemon=True).start()

    def begin(self, course: Path) -> None:
        """Remember how everything is."""
        self.course = course
        self._before = self._state()

    def _state(self) -> dict[str, str]:
        paths = [self.course / name for name in WATCHED] + [self.home]
        return {
            str(path): _fingerprint(path)
            for top in paths
            for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        }

    def harm(self, names: list[str]) -> list[str]:
        """Say what is not as it was."""
        self._let_the_grader_end()
        found = [f"{visitor} came in" for visitor in self.visitors]
        after = self._state()
        found += [
            f"{path} was changed"
            for path, before in self._before.items()
            if after.get(path) != before
        ]
        submitted = str(self.course / "submitted")
        found += [f"{path} is new" for path in after.keys() - self._before if submitted in path]
        if self.bystander.poll() is not None:
            found.append("the bystander is dead")
        found += [f"{path.name} was left in the temporary folder" for path in self._left_over()]
        for place in (self.outside, *map(Path, ELSEWHERE)):
            found += [f"{place / name} was written" for name in names if (place / name).exists()]
        found += [f"process {pid} was left: {words}" for pid, words in self.processes_left()]
        return found

    def _let_the_grader_end(self) -> None:
        """Wait a moment: what the grader itself has started ends just after it."""
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest and (self.processes_left() or any(self._left_over())):
            time.sleep(0.05)

    def _left_over(self) -> Iterator[Path]:
        return self.temporary.iterdir()

    def processes_left(self) -> list[tuple[int, str]]:
        """Return the children of this process that nobody here has started."""
        found = []
        for task in Path("/proc/self/task").iterdir():
            for pid in map(int, (task / "children").read_text().split()):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                if pid != self.bystander.pid and words:
                    found.append((pid, words[:200]))
        return found

    def end(self) -> None:
        """Stop what was started here, and what submissions have left."""
        for pid, _ in self.processes_left():
            os.kill(pid, 9)
        self.bystander.kill()
        self.bystander.wait()

    def seen_in(self, text: str) -> list[str]:
        """Return the secrets that a text tells."""
        return [where for where, word in self.secrets.items() if word in text]


class LiveParts(HTMLParser):
    """Finds in a page what runs there and came from a student."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Look for handlers, frames and addresses that run."""
        self._inside = tag
        for name, value in attributes:
            value = (value or "").strip().lower()
            if name.startswith("on") or (name == "srcdoc") or value.startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value[:60]}>")

    def handle_endtag(self, tag):
        """Forget the element."""
        self._inside = ""

    def handle_data(self, data):
        """Look into scripts and styles."""
        if self._inside in ("script", "style") and ("pwned" in data or "away.invalid" in data):
            self.found.append(f"<{self._inside}>{data[:60]}")


def _fingerprint(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    if not path.is_file():
        return "no file"
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mode:o}"
