"""The wheels that the lab's kernel starts with: one of ours, and what widgets need."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import course_lib
from autograder import problem_sets
from tools.lab import self_check

ROOT = Path(__file__).resolve().parents[2]
BROWSER = Path(__file__).resolve().parent / "browser"
# Of the grader, what asks, judges and tells: none of it needs more than NumPy.
GRADER = (
    "__init__.py",
    "check/asking.py",
    "errors.py",
    "exercise.py",
    "inside/__init__.py",
    "inside/codec.py",
    "inside/probe.py",
    "oracle/__init__.py",
    "oracle/judge.py",
    "oracle/session.py",
    "oracle/words.py",
    "records.py",
)
# The comm package is asked for by the kernel itself, the others by an explorable.
WIDGETS = ("comm", "ipywidgets", "anywidget", "psygnal", "typing_extensions")
# A fixed time, so that the same files make the same wheel.
MADE = (2020, 1, 1, 0, 0, 0)


def ours(folder: Path, releases: dict[str, str]) -> Path:
    """Write the wheel with `course_lib` and the self-check, and return it.

    Its version tells its content, so that no browser takes an old one from its cache.
    """
    files = {**_library(), **_grader(), **_self_check(releases)}
    config = (BROWSER / "ipython_config.py").read_bytes()
    digest = hashlib.sha256()
    for name, content in [*files.items(), ("", config)]:
        digest.update(name.encode() + b"\0" + content)
    version = f"{course_lib.__version__}.post{int(digest.hexdigest()[:8], 16)}"
    stem = f"hidden_states-{version}"
    files |= {
        f"{stem}.data/data/etc/ipython/ipython_config.py": config,
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: hidden-states\n"
        f"Version: {version}\nRequires-Dist: numpy\n".encode(),
        f"{stem}.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: hidden-states\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{stem}.dist-info/RECORD"
    listed = [f"{name},{_hash(content)},{len(content)}" for name, content in files.items()]
    files[record] = "\n".join([*listed, f"{record},,", ""]).encode()
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in files.items():
            wheel.writestr(zipfile.ZipInfo(name, MADE), content, zipfile.ZIP_DEFLATED)
    return path


def of_widgets(folder: Path) -> list[Path]:
    """Download the wheels of WIDGETS in the versions that are installed here."""
    pinned = [f"{name}=={importlib.metadata.version(name)}" for name in WIDGETS]
    download = [*(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"), *pinned]
    download += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", str(folder)]
    # Wheels of plain Python: what was compiled for this machine does not run in a browser.
    download += ["--platform", "any", "--implementation", "py", "--abi", "none"]
    if subprocess.run(download, check=False).returncode:
        sys.exit("The wheels for the lab could not be downloaded; pip's message stands above.")
    return sorted(folder.glob("*.whl"))


def _library() -> dict[str, bytes]:
    package = ROOT / "course_lib"
    found = sorted(path for path in package.rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in found
        if "__pycache__" not in path.parts
    }


def _grader() -> dict[str, bytes]:
    files = {f"autograder/{name}": (ROOT / "autograder" / name).read_bytes() for name in GRADER}
    return files | {"comparing.py": (ROOT / "assignments" / "comparing.py").read_bytes()}


def _self_check(releases: dict[str, str]) -> dict[str, bytes]:
    files = {
        path.relative_to(BROWSER).as_posix(): path.read_bytes()
        for path in sorted((BROWSER / "lab_check").glob("*.py"))
    }
    cells = {}
    for name in problem_sets.names():
        exercises, keys, source = self_check.kept(name)
        cells |= {key: (name, exercise) for key, exercise in keys.items()}
        files[f"lab_check/sets/{name}.json"] = json.dumps(exercises).encode()
        files[f"lab_check/sets/{name}.py"] = source.encode()
    index = {"releases": releases, "cells": cells}
    return files | {"lab_check/sets/index.json": json.dumps(index).encode()}


def _hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
