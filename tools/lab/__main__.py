"""Build the lab, JupyterLite with our notebooks, into the built site.

python -m tools.lab --pyodide bundled
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder import problem_sets
from tools import lab_links
from tools.lab import contents, pyodide, wheels

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
# Where `make lab` installs JupyterLite, apart from the environment it runs in.
JUPYTERLITE = ROOT / "_build" / "jupyterlite"
EXTENSIONS = (
    JUPYTERLITE / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension",
    JUPYTERLITE / "share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager",
    Path(sys.prefix) / "share/jupyter/labextensions/anywidget",
)
# All cells are there at once: a browser's own search finds what stands in any of them.
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
# From the script of the kernel's worker, by which a browser resolves the addresses of wheels.
TO_WHEELS = "../../../../pypi/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--pyodide",
        default="network",
        metavar="WHERE",
        help="network: readers load Pyodide from its own network; bundled: it is downloaded now "
        "and served with the site; or the folder of an unpacked distribution, to be served",
    )
    parser.add_argument("--html", type=Path, default=HTML, metavar="FOLDER", help="the built site")
    options = parser.parse_args()
    if not (options.html / "index.html").exists():
        sys.exit("There is no built site for the lab to go into. First: make book")
    if not JUPYTERLITE.exists():
        sys.exit("JupyterLite is not installed. It comes with: make lab")
    print("Building the lab", flush=True)
    build(options.html / "lite", options.pyodide)
    lab_links.show_if_built(options.html)


def build(target: Path, where: str = "network") -> None:
    """Build the lab into a folder, in place of what is there."""
    # A folder of its own each time: JupyterLite's memory of earlier builds is not to be trusted.
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        if where == "network":
            address, packages = f"{pyodide.network()}pyodide.js", list(pyodide.NOTEBOOKS)
        else:
            source = pyodide.network() if where == "bundled" else where
            address = "./static/pyodide/pyodide.js"
            packages = pyodide.bundle(source, work / "pyodide")
        contents.write_chapters(work / "files" / "chapters")
        releases = contents.write_problem_sets(work / "files", problem_sets.names())
        (work / "wheels").mkdir()
        wheels.ours(work / "wheels", releases)
        every = wheels.of_widgets(work / "wheels")
        preloaded = packages + [TO_WHEELS + wheel.name for wheel in every]
        settings = {
            "pyodideUrl": address,
            "disablePyPIFallback": True,
            "loadPyodideOptions": {"packages": preloaded},
        }
        run_jupyterlite(work, every, settings)
        if where != "network":
            shutil.copytree(work / "pyodide", work / "out" / "static" / "pyodide")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / "out", target)


def run_jupyterlite(work: Path, every: list[Path], settings: dict) -> None:
    """Let JupyterLite build `work/out` of `work/files`."""
    config = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Hidden States",
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": settings},
        },
    }
    (work / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    (work / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    command = [*(sys.executable, "-m", "jupyterlite_core.app", "build"), "--lite-dir", work]
    command += ["--output-dir", work / "out", "--contents", work / "files", "--apps", "lab"]
    command += ["--no-sourcemaps", "--no-unused-shared-packages", "--ignore-sys-prefix"]
    for wheel in every:
        command += ["--piplite-wheels", wheel]
    for extension in EXTENSIONS:
        command += [f"--LiteBuildConfig.federated_extensions={extension}"]
    environment = os.environ | {"PYTHONPATH": str(JUPYTERLITE)}
    built = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if built.returncode:
        sys.exit(f"JupyterLite could not be built:\n{built.stdout}{built.stderr}")


if __name__ == "__main__":
    main()
