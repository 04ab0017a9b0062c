"""Start runners: as which user, in which box, how many at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
NOBODY = 65534
AT_A_TIME = 2


def grade(names: Iterable[str], user: int | None = None, unsafe: bool = False) -> dict:
    """Grade submissions in one batch, and return what the runner found.

    Parameters
    ----------
    names : iterable of str
    user : int, optional
        Who grades, if not whoever runs this.
    unsafe : bool
        Without the sandbox.
    """
    # Sockets below it must have short names.
    folder = Path(tempfile.mkdtemp(prefix="hst-", dir="/tmp"))
    try:
        batch = {"names": list(names), "unsafe": unsafe}
        (folder / "batch.json").write_text(json.dumps(batch))
        command = [sys.executable, "-m", "tests.tamper.runner", str(folder)]
        if user is not None:
            os.chown(folder, user, user)
            command = [*as_user(user), *command]
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "HOME": str(folder)}
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        found = folder / "found.json"
        if not found.exists():
            raise RuntimeError(f"The runner ended early:\n{done.stdout}\n{done.stderr}")
        return json.loads(found.read_text())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def grade_together(names: list[str], **options) -> list[dict]:
    """Grade submissions in as many batches as are run at a time."""
    parts = [names[start::AT_A_TIME] for start in range(AT_A_TIME)]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(lambda part: grade(part, **options), parts))


def as_user(user: int) -> list[str]:
    """Return the beginning of a command that root runs as another user.

    Where Python itself lies in a home that is closed to others, such as root's, that user gets a
    view of the machine in which the home holds nothing but Python.
    """
    ids = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    needed = sorted({Path(sys.base_prefix), Path(sys.prefix), REPOSITORY})
    closed = {
        next(
            (parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001), None
        )
        for path in needed
    } - {None}
    if not closed:
        return ids
    view = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
    for home in sorted(closed):
        view += ["--perms", "0755", "--tmpfs", str(home)]
    inside = [path for path in needed if closed.intersection(path.parents)]
    for path in inside:
        for parent in reversed(path.parents):
            if closed.intersection(parent.parents):
                view += ["--perms", "0755", "--dir", str(parent)]
        view += ["--ro-bind", str(path), str(path)]
    return [*view, *ids]
