"""Who may import whom: the arrows of ARCHITECTURE.md, checked on every file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"course_lib", "autograder", "assignments", "book", "tests", "benchmarks", "tools"}

# A room, the files in it, and the rooms they may import besides the standard library.
MAY_IMPORT = [
    ("course_lib core", "course_lib/**/*.py", {"course_lib"}, {"numpy"}),
    ("course_lib.viz", "course_lib/viz/**/*.py", {"course_lib"}, None),
    ("exercises", "assignments/*/exercises.py", {"course_lib"}, {"numpy", "comparing"}),
    ("what they compare with", "assignments/comparing.py", {"course_lib"}, {"numpy"}),
    ("variants", "assignments/*/variants.py", {"course_lib"}, {"numpy"}),
    ("right answers", "assignments/*/right.py", set(), {"numpy"}),
    ("autograder", "autograder/**/*.py", {"autograder"}, None),
]
# What course_lib loads only when it is called for, never at import time.
ON_DEMAND = {"pooch", "scipy", "sklearn", "tqdm"}


def files(pattern: str) -> list[Path]:
    found = sorted(ROOT.glob(pattern))
    if pattern.startswith("course_lib/**"):
        found = [path for path in found if "viz" not in path.relative_to(ROOT).parts]
    return found


def imports(path: Path) -> set[tuple[str, bool]]:
    """Return (imported module, whether at the top level of the file), relative ones resolved."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = list(path.relative_to(ROOT).parts[:-1])
    found = set()
    for node in ast.walk(tree):
        top = node in tree.body
        if isinstance(node, ast.Import):
            found |= {(alias.name, top) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            found |= {(f"{module}.{alias.name}", top) for alias in node.names}
    return found


@pytest.mark.parametrize(
    ("room", "pattern", "rooms", "packages"), MAY_IMPORT, ids=[rule[0] for rule in MAY_IMPORT]
)
def test_room_imports_only_what_it_may(room, pattern, rooms, packages):
    assert files(pattern), f"{room} has no files at {pattern}"
    wrong = []
    for path in files(pattern):
        for module, top in imports(path):
            name = module.split(".")[0]
            if name in sys.stdlib_module_names:
                continue
            allowed = name in rooms or (
                name not in ROOMS and (packages is None or name in packages)
            )
            allowed |= name in ON_DEMAND and not top
            if room != "course_lib.viz" and module.startswith("course_lib.viz"):
                allowed = False
            if not allowed:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong, f"{room} may not:\n" + "\n".join(wrong)


def test_chapters_import_the_library_and_nothing_of_the_grader():
    pages = sorted(ROOT.glob("book/*.md"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for room in ROOMS - {"course_lib"}:
            assert f"import {room}" not in text, f"{page.name} imports {room}"
            assert f"from {room}" not in text, f"{page.name} imports {room}"


def test_problem_sets_show_students_numpy_and_matplotlib_alone():
    for path in sorted(ROOT.glob("assignments/*/notebook.md")):
        cells = jupytext.read(path, fmt="md:myst").cells
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        for name in re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE):
            known = name in {"numpy", "matplotlib"} or name in sys.stdlib_module_names
            assert known, f"{path}: {name}"


def test_what_runs_in_the_sandbox_needs_numpy_alone(tmp_path):
    """In a student's kernel there is neither this project nor what it depends on."""
    shutil.copytree(ROOT / "autograder" / "inside", tmp_path / "course_probe")
    code = (
        "import sys; before = set(sys.modules); import course_probe\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    assert modules_after(code, cwd=tmp_path) == ["course_probe", "numpy"]


def test_the_oracle_starts_without_the_graders_weight():
    code = (
        "import sys; from pathlib import Path; import autograder.oracle.server\n"
        "from autograder import exercise\n"
        "for path in Path('assignments').glob('*/exercises.py'): exercise.load(path)\n"
        "heavy = {'matplotlib', 'nbgrader', 'nbformat', 'jupytext', 'sqlalchemy', 'traitlets'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert modules_after(code, cwd=ROOT) == []


def test_importing_course_lib_needs_numpy_alone():
    code = (
        "import sys, course_lib\n"
        "heavy = {'matplotlib', 'ipywidgets', 'anywidget', 'sklearn', 'tqdm', 'scipy', 'pandas'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    assert modules_after(code, cwd=ROOT) == []


def modules_after(code: str, cwd: Path) -> list[str]:
    """Return the list that code prints in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=cwd
    )
    return ast.literal_eval(result.stdout)
