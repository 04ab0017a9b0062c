"""A Jupyter server on localhost, with no settings of whoever runs the tests, and its notebooks."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
DONE = f"""() => document.querySelector('{ERROR}')
    || [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
        .every((prompt) => /\\d/.test(prompt.textContent))"""
HOMES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


@contextlib.contextmanager
def lab(folder: Path, homes: Path) -> Iterator[str]:
    """Serve a folder with JupyterLab and its extensions; yield the address.

    Parameters
    ----------
    folder : Path
        What is served; the server starts there, so an `nbgrader_config.py` in it is read.
    homes : Path
        An empty folder for Jupyter's own files.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--IdentityProvider.token="),
            *(f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"),
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        cwd=folder,
        env=os.environ | {name: str(homes / name) for name in HOMES},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api", server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def open_notebook(page, address: str) -> None:
    """Open a notebook and wait for its kernel."""
    page.set_default_timeout(60_000)
    page.goto(address)
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text(re.compile(r"Python 3.*\| Idle")).wait_for()


def run_all(page) -> None:
    """Press Run, Run All Cells."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def _wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        assert server.poll() is None, "JupyterLab did not start"
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab does not answer at {address}")
