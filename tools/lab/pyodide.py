"""Where the lab's Python comes from: Pyodide's own network, or files beside the lab."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "node_modules" / "pyodide"
CORE_FILES = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
NETWORK = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
# What the kernel asks for when it starts, and what notebooks use.
KERNEL = ("micropip", "ipython", "jedi", "ssl", "sqlite3")
NOTEBOOKS = ("numpy", "matplotlib")


def network() -> str:
    """Return where Pyodide publishes the version that package.json pins, with all packages."""
    version = json.loads((CORE / "package.json").read_text(encoding="utf-8"))["version"]
    return NETWORK.format(version=version)


def bundle(source: str, target: Path) -> list[str]:
    """Copy what the lab needs of Pyodide, and return which packages for notebooks there are.

    Parameters
    ----------
    source : str
        A folder with an unpacked distribution of Pyodide, or the address of one. From an address
        come the packages alone: the core is here already.
    target : Path
        A new folder.
    """
    folder = Path(source) if "://" not in source else CORE
    if not (folder / LOCK).exists():
        sys.exit(f"{source} is no distribution of Pyodide: it has no {LOCK}.")
    target.mkdir(parents=True)
    for name in CORE_FILES:
        (target / name).write_bytes((folder / name).read_bytes())
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    packages = {plain(name): each for name, each in lock["packages"].items()}
    wanted = [*KERNEL, *(name for name in NOTEBOOKS if name in packages)]
    needed = with_dependencies(wanted, packages)
    for package in needed.values():
        content = _read(source, package["file_name"])
        if hashlib.sha256(content).hexdigest() != package["sha256"]:
            sys.exit(f"{source}: {package['file_name']} is not the file that {LOCK} describes.")
        (target / package["file_name"]).write_bytes(content)
    # A package that is not here shall be unknown, and not searched for in vain.
    lock["packages"] = needed
    (target / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return [name for name in NOTEBOOKS if name in needed]


def plain(name: str) -> str:
    """Return a package's name as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name.lower())


def with_dependencies(names: list[str], packages: dict[str, dict]) -> dict[str, dict]:
    """Return packages by name, with all that they depend on."""
    found, waiting = {}, [*names]
    while waiting:
        name = plain(waiting.pop())
        if name not in found:
            found[name] = packages[name]
            waiting += packages[name]["depends"]
    return found


def _read(source: str, name: str) -> bytes:
    try:
        if "://" not in source:
            return (Path(source) / name).read_bytes()
        with urllib.request.urlopen(source + name, timeout=60) as answer:
            return answer.read()
    except (OSError, urllib.error.URLError) as error:
        sys.exit(
            f"{name} cannot be had from {source} ({error}). With PYODIDE=FOLDER it is taken from "
            "an unpacked distribution of Pyodide."
        )
