"""Run plain nbgrader on hostile submissions in a throw-away box: it has no sandbox of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.tamper.batches import REPOSITORY, as_user
from tests.tamper.plain import Plain

USER = 65533
WORK = "/tmp/work"
TEMPLATE = "/tmp/template"
# Far more than nbgrader needs, and far less than would hurt this machine.
ENOUGH = ["prlimit", "--nproc=300", "--as=4000000000", "--fsize=300000000", "--core=0"]
PATIENCE = 400


def make_template(folder: Path) -> Path:
    """Make the course that every box gets a copy of."""
    course = folder / "template"
    course.mkdir(parents=True)
    Plain().make(course, "@secret@")
    for path in (folder, course, *course.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return course


def grade(names: Iterable[str], template: Path) -> dict | None:
    """Grade a batch with plain nbgrader; None if not even the one who looks on has survived."""
    batch = {"names": list(names), "template": TEMPLATE}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(batch, file)
        file.flush()
        Path(file.name).chmod(0o644)
        box = [
            "bwrap",
            "--unshare-all",
            "--die-with-parent",
            "--new-session",
            "--ro-bind",
            "/",
            "/",
        ]
        box += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/var/tmp", "--tmpfs", "/dev/shm"]
        box += ["--size", "2000000000", "--tmpfs", "/tmp", "--ro-bind", str(template), TEMPLATE]
        box += ["--dir", WORK, "--ro-bind", file.name, f"{WORK}/batch.json"]
        box += ["--chdir", str(REPOSITORY)]
        look = f"{sys.executable} -m tests.tamper.runner {WORK} && cat {WORK}/found.json"
        command = [*as_user(USER), *box, *ENOUGH, "sh", "-c", look]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
                env={"PATH": "/usr/bin:/bin", "HOME": WORK, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except subprocess.TimeoutExpired:
            return None
    return json.loads(done.stdout) if done.stdout.startswith("{") else None
