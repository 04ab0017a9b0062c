"""`course_lib` in WebAssembly, as the lab in the browser runs it: the same numbers as here."""

from __future__ import annotations

import json
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import course_lib
from tests.wasm import calls, distribution

pytestmark = pytest.mark.browser

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# It has nothing to compute: it fetches files.
LEFT_OUT = {"course_lib.data.remote"}


def test_every_module_is_reached():
    """The calls that are compared leave no module of the core out."""
    reached = set()

    def note(frame, event, argument):
        if event == "call" and not frame.f_code.co_name.startswith("<"):
            reached.add(frame.f_globals.get("__name__"))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        calls.numbers()
    finally:
        sys.setprofile(before)
    modules = {
        found.name
        for found in pkgutil.walk_packages(course_lib.__path__, "course_lib.")
        if not found.ispkg and not found.name.startswith("course_lib.viz.")
    }
    assert modules - reached == LEFT_OUT


@pytest.fixture(scope="module")
def in_webassembly(tmp_path_factory) -> dict[str, list[float]]:
    """The numbers of all calls, computed by Pyodide in node."""
    if not shutil.which("node") or not (distribution.NODE_MODULES / "pyodide").exists():
        pytest.fail("This test needs node and the packages of package.json: npm ci", pytrace=False)
    numpy = distribution.numpy_wheel(tmp_path_factory.mktemp("numpy"))
    script = ["node", HERE / "run.mjs", ROOT, numpy]
    ran = subprocess.run(script, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    said = json.loads(ran.stdout.splitlines()[-1])
    assert said["platform"] == "emscripten"
    return said["numbers"]


def test_the_diary_is_decoded(in_webassembly):
    path, probability = in_webassembly["jasons_diary"][:3], in_webassembly["jasons_diary"][3]
    assert path == [0, 0, 0]
    assert probability == pytest.approx(0.032)


@pytest.mark.parametrize("call", calls.CALLS, ids=lambda call: call.__name__)
def test_the_numbers_are_those_of_this_machine(in_webassembly, call):
    here = calls.numbers_of(call)
    np.testing.assert_allclose(in_webassembly[call.__name__], here, rtol=1e-9, atol=1e-12)
