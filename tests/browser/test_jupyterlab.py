"""The trellis in a real JupyterLab, with a real kernel behind it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELLS = ["from course_lib.viz.trellis import trellis\nfigure = trellis()\nfigure", "1 + 1"]


@pytest.fixture
def lab(tmp_path):
    """A JupyterLab on localhost with one notebook, and no settings of whoever runs the tests."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "trellis.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--IdentityProvider.token="),
        *(f"--ServerApp.root_dir={tmp_path}", "--LabApp.news_url=None"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    server = subprocess.Popen(
        command,
        env=os.environ | {name: str(tmp_path / name) for name in homes},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api", server)
        yield f"{address}/lab/tree/trellis.ipynb"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(300):
        assert server.poll() is None, "JupyterLab did not start"
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab does not answer at {address}")


def test_the_widget_is_alive_and_has_the_arrow_keys(lab, page):
    page.set_default_timeout(60_000)
    page.goto(lab)
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text(re.compile(r"Python 3.*\| Idle")).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    figure = page.locator(".explorable")
    figure.locator(".cell").first.wait_for()
    expect(figure.locator("figure")).to_have_count(0)  # The widget, not the static page.

    figure.get_by_role("button", name="One day more").click()
    expect(figure.locator(".radios")).to_have_count(4)
    slider = figure.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(figure.locator("p.best")).to_have_text(re.compile("Best path CCCC P = 0.0128"))
    figure.locator('.cell[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    expect(figure.locator(".cell:focus")).to_have_attribute("aria-label", re.compile("hot"))
