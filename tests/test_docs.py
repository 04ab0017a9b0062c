"""What the documents promise is there, and their code runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
# What a build, a course or a reader of CONTRIBUTING makes, and so is not in the repository.
MADE = re.compile(
    r"^(_build|lite|\.venv|release|autograded|feedback|ledger|submitted|source|gradebook\.db|nbgrader_config\.py)"
    r"|NN|NAME|viz/web/start\.js$"
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_named_exists(document):
    text = (ROOT / document).read_text()
    places = re.findall(r"`([\w.-]+/[\w./-]*|[\w-]+\.(?:md|yml|toml|txt))`", text)
    places += re.findall(r"\]\((?!http)([^)#]+)\)", text)
    places = [place for place in places if not MADE.search(place)]
    assert places
    missing = [
        place
        for place in places
        if not (ROOT / place).exists() and not list(ROOT.glob(f"*/**/{place}"))
    ]
    assert missing == []


def test_every_room_of_the_plan_exists():
    plan = (ROOT / "ARCHITECTURE.md").read_text().split("## The rooms")[1].split("```")[1]
    parent, rooms = Path(), []
    for line in plan.strip().splitlines():
        name = line.split()[0]
        indented = line.startswith("  ")
        if not indented and name.endswith("/"):
            parent = ROOT / name
        rooms.append(parent / name if indented else ROOT / name)
    assert len(rooms) > 10
    assert [room for room in rooms if not room.exists()] == []


def test_readme_example_prints_what_it_says():
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    promised = code.rsplit("#", 1)[1].strip()
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    said = result.stdout.strip()
    assert said.startswith("['C', 'C', 'C'] 0.032")
    assert promised == "['C', 'C', 'C'] 0.032"


def test_readme_names_only_make_targets_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(
            re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / document).read_text(), re.MULTILINE)
        )
        assert named <= targets, f"{document} names {named - targets}"


def test_the_version_stands_in_the_changelog():
    import course_lib

    assert f"## {course_lib.__version__}" in (ROOT / "CHANGELOG.md").read_text()
